//! `notify.command`: a program of the user's that is told what happened, without names.
//!
//! A script reads it from standard input; a program that reads its arguments is given the first line in place of `{line}`.

use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use super::context::Context;
use super::output::{clean, shown};
use super::{programs, tilde};
use crate::settings::LINE;

/// How long the program may take; it is ended after that.
const PATIENCE: Duration = Duration::from_secs(10);

/// Programs that show their arguments and read nothing.
const READ_ARGUMENTS: [&str; 5] = ["notify-send", "terminal-notifier", "osascript", "kdialog", "zenity"];

/// Runs the program of the settings, if there is one, with the text on its standard input. What comes of it changes
/// nothing: a program that fails is mentioned once.
pub(crate) async fn tell(context: &Context, text: &str) {
    if let Err(why) = told(context, text).await {
        context.out.note(shown(format!("  note: {why}")));
    }
}

/// The same for a command that does nothing else.
///
/// # Errors
/// Why nobody was told, with the program that failed.
pub(crate) async fn told(context: &Context, text: &str) -> Result<(), String> {
    let command = words(context);
    let Some((program, arguments)) = command.split_first() else { return Ok(()) };
    let started = tokio::process::Command::new(program)
        .args(filled(arguments, text))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let why = match started {
        Ok(mut child) => {
            let line = format!("{text}\n");
            let told = async {
                if let Some(mut input) = child.stdin.take() {
                    // A program that reads nothing is told nothing.
                    let _ = input.write_all(line.as_bytes()).await;
                }
                child.wait().await
            };
            match tokio::time::timeout(PATIENCE, told).await {
                Ok(Ok(status)) if status.success() => return Ok(()),
                Ok(Ok(status)) => ended(status),
                Ok(Err(error)) => error.to_string(),
                Err(_) => format!("it was not done after {} s", PATIENCE.as_secs()),
            }
        }
        Err(error) => format!("it cannot be started: {error}"),
    };
    Err(format!("the program of notify.command failed, `{program}`: {why}"))
}

/// How a program that failed ended.
fn ended(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("it ended with {code}, which says that it failed"),
        (None, Some(signal)) => format!("it was ended by signal {signal}"),
        (None, None) => "it ended without a word".to_owned(),
    }
}

/// Where the program of the settings is; none where no program is set.
///
/// # Errors
/// Why it would tell nobody anything: it cannot be started, or shows its arguments and is given no line.
pub(crate) fn program(context: &Context) -> Option<Result<PathBuf, String>> {
    let command = words(context);
    let (program, arguments) = command.split_first()?;
    Some(startable(program).and_then(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_told = arguments.iter().any(|argument| argument.contains(LINE));
        if READ_ARGUMENTS.contains(&name.as_str()) && !is_told {
            return Err(format!("`{name}` shows its arguments and is given no line: add \"{LINE}\" to notify.command"));
        }
        Ok(path)
    }))
}

/// Program and arguments of the settings, with the home folder in place of `~`.
fn words(context: &Context) -> Vec<String> {
    context.settings.notify_command.iter().map(|word| tilde::of_home(word, context.home.as_deref())).collect()
}

/// The arguments with the first line of the text in place of `{line}`: one argument stays one, and nothing in it steers.
fn filled(arguments: &[String], text: &str) -> Vec<String> {
    let line = clean(text.lines().next().unwrap_or_default());
    arguments.iter().map(|argument| argument.replace(LINE, &line)).collect()
}

fn startable(program: &str) -> Result<PathBuf, String> {
    let path = Path::new(program);
    if program.contains('/') && path.is_relative() {
        return Err(format!("`{program}` is a path from the current folder, and a job starts in another one"));
    }
    let found =
        if path.is_absolute() { programs::is_program(path).then(|| path.to_owned()) } else { programs::found(program) };
    let Some(found) = found else {
        let where_to = if path.is_absolute() { "there" } else { "in PATH" };
        return Err(format!("there is no program `{program}` {where_to} that may be run"));
    };
    match interpreter(&found).filter(|interpreter| !interpreter.exists()) {
        Some(gone) => Err(format!("`{program}` wants `{}` to run it, which is not there", gone.display())),
        None => Ok(found),
    }
}

/// The program that the first line of a script names.
fn interpreter(script: &Path) -> Option<PathBuf> {
    let mut begins = Vec::new();
    std::fs::File::open(script).ok()?.take(256).read_to_end(&mut begins).ok()?;
    let line = begins.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
    String::from_utf8_lossy(line).split_whitespace().next().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_argument_and_nothing_in_it_steers() {
        let arguments = ["Exeunt", "{line}", "--body={line}"].map(str::to_owned);
        let text = "account a: 3 done; $(id) \u{1b}[2J\u{202e}`x`\nsecond line";
        let filled = filled(&arguments, text);
        let line = "account a: 3 done; $(id) <U+001B>[2J<U+202E>`x`";
        assert_eq!(filled, ["Exeunt".to_owned(), line.to_owned(), format!("--body={line}")]);
    }
}
