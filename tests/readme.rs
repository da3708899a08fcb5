//! README and guide, run as a stranger would type them: every command of their blocks, in their order, against a practice
//! site that the program itself serves. Live runs are answered at a terminal. The README's first real use and the guide's
//! signing out need a window and stand in `signin/real.rs`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::support::readme::{GUIDE, README, commands_below, sections};
use crate::support::search_path::plain;
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
    /// Runs a command at a terminal and answers each question when it is asked; an empty answer stands for the sentence that
    /// the question quotes.
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
                let quoted = said.split('`').nth(1).unwrap_or_default();
                let answer = if answer.is_empty() { quoted } else { answer };
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

/// A command line of the guide, with the program under test for `exeunt` and its data in the stranger's folder.
fn command(folder: &Path, line: &str, origin: &str) -> Command {
    let words = words(&line.replace("$ORIGIN", origin));
    let mut command = Command::new(env!("CARGO_BIN_EXE_exeunt"));
    command.args(&words[1..]).current_dir(folder);
    // Programs of the system that a test replaces lie in `bin`.
    let mut path = folder.join("bin").into_os_string();
    path.push(":");
    path.push(plain());
    command.env("PATH", path);
    for (key, _) in std::env::vars_os().filter(|(key, _)| key.to_string_lossy().starts_with("EXEUNT_")) {
        command.env_remove(key);
    }
    let home = folder.join("home");
    if home.exists() {
        in_a_fresh_home(&mut command, &home);
    } else {
        command.env("EXEUNT_DATA_DIR", folder.join("data")).env("XDG_CONFIG_HOME", folder.join("config"));
    }
    command
}

/// Lets a command keep everything in the default places of a home folder.
fn in_a_fresh_home(command: &mut Command, home: &Path) {
    for name in ["DATA", "CONFIG", "STATE", "CACHE"] {
        command.env_remove(format!("XDG_{name}_HOME"));
    }
    command.env_remove("EXEUNT_DATA_DIR").env("HOME", home);
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

/// The demo as the README has it: the script itself, with a `cargo` that has this build ready, and no package manager.
fn demo(folder: &Path) -> Output {
    let bin = folder.join("bin");
    std::fs::create_dir(&bin).unwrap();
    let build = format!(
        "echo \"$*\" >> '{0}/builds'; mkdir -p '{0}/target/release'; ln -s '{1}' '{0}/target/release/exeunt'",
        folder.display(),
        env!("CARGO_BIN_EXE_exeunt")
    );
    for (name, script) in [("cargo", build.as_str()), ("apt-get", "exit 1")] {
        std::fs::write(bin.join(name), format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(bin.join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join(README)).unwrap();
    assert!(readme.contains("\nscripts/demo "), "the README begins with the demo");
    let like_any = command(folder, "exeunt demo", "");
    let mut command = Command::new("/bin/bash");
    command.arg(root.join("scripts/demo")).current_dir(folder).env("CARGO_TARGET_DIR", folder.join("target"));
    for (key, value) in like_any.get_envs() {
        match value {
            Some(value) => command.env(key, value),
            None => command.env_remove(key),
        };
    }
    command.stdin(Stdio::null()).output().unwrap()
}

#[test]
fn after_the_demo_the_first_use_works_in_the_default_folders_of_a_fresh_home() {
    let commands = commands_below(GUIDE, "First use");
    let (serve, typed) = commands.split_first().unwrap();
    assert!(serve.starts_with("exeunt practice ") && typed.iter().any(|line| line.contains("--live")), "{commands:?}");
    let stranger = Stranger::new(serve);
    let home = stranger.folder.path().join("home");
    std::fs::create_dir(&home).unwrap();
    let shown = demo(stranger.folder.path());
    assert_eq!(shown.status.code(), Some(0), "{}", told("scripts/demo", &shown));
    let said = told("scripts/demo", &shown);
    assert!(!said.contains("the real thing"), "no words lead to a command that the demo does not offer: {said}");
    let builds = std::fs::read_to_string(stranger.folder.path().join("builds")).unwrap();
    assert_eq!(builds, "build --release --locked --quiet\n", "one build for the demo and for `cargo install`");
    let data = if cfg!(target_os = "macos") { "Library/Application Support/exeunt" } else { ".local/share/exeunt" };
    let data = home.join(data);
    let mode = || std::fs::metadata(&data).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o700);
    // As an older demo left it.
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    let status = stranger.types("exeunt status");
    let said = told("exeunt status", &status);
    assert!(status.status.success() && said.contains("it is closed to them now"), "{said}");
    assert_eq!(mode(), 0o700);
    for line in ["exeunt", "exeunt doctor"].into_iter().chain(typed.iter().map(String::as_str)) {
        let live = line.contains("--live");
        let output = if live { stranger.answers(line, "remove 2 connections") } else { stranger.types(line) };
        assert_eq!(output.status.code(), Some(0), "{}", told(line, &output));
        let told = told(line, &output);
        assert!(!told.contains("<U+"), "{told}");
        assert!(!live || told.contains("2  removed, checked twice") || told.contains("2 people removed"), "{told}");
    }
    assert!(data.join("ledger.sqlite").exists());
}

#[test]
fn a_live_run_goes_on_only_after_the_exact_sentence() {
    let commands = commands_below(GUIDE, "First use");
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
    for line in commands_below(GUIDE, "Closing the account") {
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
fn the_commands_about_selector_files_settings_and_the_shell_work_as_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut commands = commands_below(GUIDE, "The selector files");
    commands.extend(commands_below(GUIDE, "Settings, data and scripts"));
    assert!(commands.len() >= 8, "{commands:?}");
    for line in commands {
        let output = command(folder.path(), &line, "").stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", told(&line, &output));
    }
}

/// Every section with commands is run: those of this file here, the others in `signin/real.rs`.
#[test]
fn each_command_of_readme_and_guide_is_run_by_a_test() {
    let here = [
        "First use",
        "Choosing",
        "Weeks",
        "When something",
        "Closing the account",
        "The proof",
        "The selector",
        "Settings",
    ];
    let signin = ["First real use", "Signing in and out"];
    for (title, commands) in [README, GUIDE].into_iter().flat_map(sections) {
        let is_run = here.iter().chain(&signin).any(|heading| title.starts_with(heading));
        assert!(commands.is_empty() || is_run, "nothing runs the commands of `{title}`: {commands:?}");
    }
}

/// Commands in running text are no blocks that are run; they must at least be ones that the program takes.
#[test]
fn each_command_in_the_text_of_readme_and_guide_is_one_that_the_program_takes() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for file in [README, GUIDE] {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let outside: String = text.split("```").step_by(2).collect();
        let quoted = outside.split('`').skip(1).step_by(2);
        for line in quoted.filter(|text| text.starts_with("exeunt ") && !text.contains("COMMAND")) {
            seen += 1;
            // Help is printed once the words before it were understood.
            let line = format!("{line} --help");
            let output = command(folder.path(), &line, "").stdin(Stdio::null()).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{file}: {}", told(&line, &output));
        }
    }
    assert!(seen >= 10, "only {seen} commands");
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(README)).unwrap();
    assert!(readme.lines().count() <= 120, "the README is read whole: {} lines", readme.lines().count());
    for script in
        readme.split(['`', '\n']).filter_map(|text| text.split(' ').next()).filter(|it| it.starts_with("scripts/"))
    {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(script).exists(), "there is no {script}");
    }
}

#[test]
fn choosing_people_works_as_written() {
    let stranger = Stranger::new("exeunt practice --write-export Connections.csv");
    let mut typed = vec!["exeunt import Connections.csv".to_owned()];
    typed.extend(commands_below(GUIDE, "Choosing people"));
    assert!(typed.len() > 5, "{typed:?}");
    for line in &typed {
        let output = stranger.types(line);
        assert_eq!(output.status.code(), Some(0), "{}", told(line, &output));
        assert!(!told(line, &output).contains("fits nobody"), "{}", told(line, &output));
    }
}

/// A system manager that does as it is asked.
const SYSTEM: &[(&str, &str)] =
    &[("systemctl", "exit 0"), ("systemd-run", "echo 'ok    ledger          opens'"), ("loginctl", "echo Linger=yes")];

#[test]
fn weeks_and_what_stops_them_work_as_written() {
    let first = commands_below(GUIDE, "First use");
    let stranger = Stranger::new(&first[0]);
    let bin = stranger.folder.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    for (name, script) in SYSTEM {
        let path = bin.join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let before = first.iter().filter(|line| line.contains(" import ") || line.contains(" plan new ")).cloned();
    let weeks = commands_below(GUIDE, "Weeks without you");
    assert!(weeks.iter().any(|line| line.contains("--until-done")), "{weeks:?}");
    let after = commands_below(GUIDE, "When something stops");
    assert!(after.len() > 2, "{after:?}");
    for line in before.chain(weeks).chain(after) {
        let asked = [("Type `", String::new())];
        let (code, told) = stranger.sits(&line, if line.contains("--live") { &asked } else { &[] });
        assert_eq!(code, Some(if line.contains("--limit") { 9 } else { 0 }), "{line}: {told}");
    }
    assert!(stranger.folder.path().join("calendar.svg").exists());
}

#[test]
fn the_proof_is_handed_on_as_written() {
    let first = commands_below(GUIDE, "First use");
    let stranger = Stranger::new(&first[0]);
    std::fs::write(stranger.folder.path().join("closed.eml"), "From: the site\n\nGoodbye.\n").unwrap();
    let before = first.iter().filter(|line| [" import ", " plan new ", " --live "].iter().any(|it| line.contains(it)));
    let proof = commands_below(GUIDE, "The proof");
    assert!(proof.len() > 3, "{proof:?}");
    for line in before.chain(&proof) {
        let live = line.contains("--live");
        let output = if live { stranger.answers(line, "remove 3 connections") } else { stranger.types(line) };
        assert_eq!(output.status.code(), Some(0), "{}", told(line, &output));
    }
}
