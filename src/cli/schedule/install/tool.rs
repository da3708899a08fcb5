//! Programs of the system that are asked to do something: their output, or why there is none.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs a program to its end.
///
/// # Errors
/// It is not there.
pub(super) fn ran(program: &str, arguments: &[&str]) -> Result<Output, String> {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("`{program}` cannot be run: {error}"))
}

/// Runs a program that must answer well.
///
/// # Errors
/// It is not there, or what it said when it refused.
pub(super) fn done(program: &str, arguments: &[&str]) -> Result<Output, String> {
    let output = ran(program, arguments)?;
    if output.status.success() { Ok(output) } else { Err(refused(program, &output)) }
}

/// Runs a program that must answer well, with this on its standard input.
///
/// # Errors
/// As [`done`].
pub(super) fn fed(program: &str, arguments: &[&str], input: &[u8]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("`{program}` cannot be run: {error}");
    let piped = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = piped.map_err(failed)?;
    let written = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(input));
    let output = child.wait_with_output().map_err(failed)?;
    match written {
        Ok(()) if output.status.success() => Ok(()),
        _ => Err(refused(program, &output)),
    }
}

/// Runs a command line with nothing in its environment but what a bare timer gives it, and these variables.
///
/// # Errors
/// It is not there.
pub(super) fn bare(
    line: &[String],
    variables: &[(&str, String)],
    (home, path): (Option<&Path>, &str),
) -> Result<Output, String> {
    let (program, arguments) = line.split_first().ok_or("there is nothing to run")?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).env_clear().env("PATH", path).env("SHELL", "/bin/sh");
    command.envs(home.map(|home| ("HOME", home))).envs(variables.iter().map(|(name, value)| (name, value)));
    command.output().map_err(|error| format!("`{program}` cannot be run: {error}"))
}

fn refused(program: &str, output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing").to_owned();
    format!("`{program}` refused: {said}")
}
