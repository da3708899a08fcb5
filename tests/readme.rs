//! The README's first use, run as a stranger would type it: every command of its blocks, in their order, against a
//! practice site that the program itself serves. The live run is answered at a terminal.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::support::readme::commands_below;
use crate::support::search_path::search_path;
use crate::support::terminal::terminal;

/// A folder in which a stranger works, and the site that one of the terminals serves.
struct Stranger {
    folder: tempfile::TempDir,
    site: Child,
    origin: String,
}

impl Stranger {
    fn new(serve: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut site = command(folder.path(), serve, "").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let first = BufReader::new(site.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let origin = first.strip_prefix("origin ").expect("the first line says where the site is").to_owned();
        Self { folder, site, origin }
    }

    fn types(&self, line: &str) -> Output {
        command(self.folder.path(), line, &self.origin).stdin(Stdio::null()).output().unwrap()
    }

    /// Runs a command whose question is answered at a terminal.
    fn answers(&self, line: &str, answer: &str) -> Output {
        let (mut keyboard, terminal) = terminal();
        let child = command(self.folder.path(), line, &self.origin)
            .stdin(terminal)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        keyboard.write_all(format!("{answer}\n").as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }
}

impl Stranger {
    /// Runs a command at a terminal and answers each question when it is asked.
    fn sits(&self, line: &str, answers: &[(&str, String)]) -> (Option<i32>, String) {
        let (mut keyboard, terminal) = terminal();
        let mut child = command(self.folder.path(), line, &self.origin)
            .stdin(terminal)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut told, mut left) = (String::new(), answers.iter());
        let mut next = left.next();
        for said in BufReader::new(child.stderr.take().unwrap()).lines() {
            let said = said.unwrap();
            if let Some((words, answer)) = next
                && said.contains(words)
            {
                keyboard.write_all(format!("{answer}\n").as_bytes()).unwrap();
                next = left.next();
            }
            told.push_str(&format!("{said}\n"));
        }
        (child.wait().unwrap().code(), told)
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.site.kill().unwrap();
        self.site.wait().unwrap();
    }
}

/// A command line of the README, with the program under test for `exeunt` and its data in the stranger's folder.
fn command(folder: &Path, line: &str, origin: &str) -> Command {
    let words = words(&line.replace("$ORIGIN", origin));
    let mut command = Command::new(env!("CARGO_BIN_EXE_exeunt"));
    command.args(&words[1..]).current_dir(folder);
    command.env("PATH", search_path());
    for (key, _) in std::env::vars_os().filter(|(key, _)| key.to_string_lossy().starts_with("EXEUNT_")) {
        command.env_remove(key);
    }
    command.env("EXEUNT_DATA_DIR", folder.join("data")).env("XDG_CONFIG_HOME", folder.join("config"));
    command
}

/// Words as a shell splits them, with double quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.split(" #").next().unwrap().trim().chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn told(line: &str, output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{line}: {}\n{}\n{}", output.status, text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_first_use_works_as_written() {
    let commands = commands_below("First use");
    let (serve, typed) = commands.split_first().unwrap();
    assert!(serve.starts_with("exeunt practice "), "{serve}");
    assert!(typed.iter().any(|line| line.contains("--live")), "{typed:?}");
    let stranger = Stranger::new(serve);
    for line in typed {
        let live = line.contains("--live");
        let output = if live { stranger.answers(line, "remove 2 connections") } else { stranger.types(line) };
        let told = told(line, &output);
        assert_eq!(output.status.code(), Some(0), "{told}");
        if live {
            assert!(told.contains("2  removed, checked twice") || told.contains("2 people removed"), "{told}");
        }
    }
}

#[test]
fn a_live_run_goes_on_only_after_the_exact_sentence() {
    let commands = commands_below("First use");
    let stranger = Stranger::new(&commands[0]);
    for line in commands.iter().filter(|line| line.contains(" import ") || line.contains(" plan new ")) {
        let output = stranger.types(line);
        assert_eq!(output.status.code(), Some(0), "{}", told(line, &output));
    }
    let live = commands.iter().find(|line| line.contains("--live")).unwrap();
    for answer in ["", "y", "remove 99 connections", "REMOVE 3 CONNECTIONS!"] {
        let output = stranger.answers(live, answer);
        assert_eq!(output.status.code(), Some(3), "{}", told(live, &output));
    }
}

#[test]
fn closing_the_account_works_as_written() {
    let stranger = Stranger::new("exeunt practice");
    let practised = exeunt::practice::scenario::Scenario::default();
    let mut live = 0;
    for line in commands_below("Closing the account") {
        let answers: &[(&str, String)] = if line.contains("--live") {
            live += 1;
            &[
                ("Type `close`", "close".to_owned()),
                ("Type the account", practised.me.to_string()),
                ("  password: ", practised.credentials().password),
            ]
        } else {
            &[]
        };
        let (code, told) = stranger.sits(&line, answers);
        assert_eq!(code, Some(0), "{line}: {told}");
    }
    assert_eq!(live, 1);
    let (code, told) = stranger.sits("exeunt scan --origin $ORIGIN", &[]);
    assert!(code == Some(5) && told.contains("login --reopen"), "{told}");
}

#[test]
fn the_commands_about_selector_files_work_as_written() {
    let folder = tempfile::tempdir().unwrap();
    let commands = commands_below("The selector files");
    assert!(commands.len() >= 3, "{commands:?}");
    for line in commands {
        let output = command(folder.path(), &line, "").stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", told(&line, &output));
    }
}
