//! `scripts/install` as a stranger runs it: what it asks, what it fetches, and where it puts the program. The programs of the system
//! are scripts that note how they were called.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::terminal::terminal;

/// A computer with everything but the Chromium without windows of its own.
struct Computer {
    folder: tempfile::TempDir,
}

impl Computer {
    /// With lists of packages that were fetched or not, and a system that knows the package or not.
    fn new(has_lists: bool, knows: bool) -> Self {
        let computer = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir_all(computer.path("bin")).unwrap();
        std::fs::create_dir_all(computer.path("lists")).unwrap();
        if has_lists {
            std::fs::write(computer.path("lists/deb.example_Packages"), "").unwrap();
        }
        for name in
            ["cargo", "cc", "chromium", "chromedriver", "firefox", "geckodriver", "jq", "Xvfb", "xdotool", "strace"]
        {
            computer.program(name, "exit 0");
        }
        for name in ["bash", "cat", "dirname", "grep", "id", "install", "mkdir", "mv", "sed", "uname", "awk"] {
            computer.own(name);
        }
        let calls = computer.path("calls");
        computer.program("apt-get", &format!("echo \"$*\" >> '{}'", calls.display()));
        computer.program("sudo", "exec \"$@\"");
        computer.program("apt-config", &format!("echo \"dir='{}/'\"", computer.path("lists").display()));
        computer.program("apt-cache", if knows { "exit 0" } else { "exit 100" });
        computer
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn program(&self, name: &str, text: &str) {
        let path = self.path("bin").join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A program of this machine, by its name alone.
    fn own(&self, name: &str) {
        let places = std::env::split_paths("/usr/bin:/bin").map(|folder| folder.join(name));
        let found = places.into_iter().find(|path| path.exists()).unwrap_or_else(|| panic!("{name} is needed"));
        std::os::unix::fs::symlink(found, self.path("bin").join(name)).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("/bin/bash");
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/install")).args(arguments);
        command
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("HOME", self.path("home"))
            .current_dir(self.folder.path());
        command
    }

    /// Runs it without a person.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.command(arguments).stdin(Stdio::null()).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Runs it at a terminal, where its question is answered.
    fn answered(&self, answer: &str) -> (Option<i32>, String) {
        let (mut keyboard, terminal) = terminal();
        keyboard.write_all(format!("{answer}\n").as_bytes()).unwrap();
        let output = self.command(&[]).stdin(terminal).stderr(Stdio::piped()).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// What the package manager was asked to do.
    fn calls(&self) -> String {
        std::fs::read_to_string(self.path("calls")).unwrap_or_default()
    }
}

#[test]
fn a_package_that_the_system_does_not_have_is_asked_for_no_second_time() {
    let computer = Computer::new(true, false);
    let (code, said) = computer.run(&[]);
    assert_eq!((code, computer.calls().as_str()), (Some(0), ""), "{said}");
    assert!(said.contains("everything needed is here"), "{said}");
    // Without any list nobody knows what the system has: they are fetched, and the package is not insisted on.
    let computer = Computer::new(false, false);
    let (code, said) = computer.run(&[]);
    assert_eq!((code, computer.calls().trim()), (Some(0), "update -qq"), "{said}");
    // With a package that is needed, it is looked for once more.
    let computer = Computer::new(true, false);
    std::fs::remove_file(computer.path("bin/jq")).unwrap();
    let (code, said) = computer.run(&[]);
    let calls = computer.calls();
    assert!(code == Some(0) && calls.contains("--no-install-recommends jq\n"), "{calls}{said}");
}

#[test]
fn declining_a_package_that_only_tests_use_is_no_failure_and_one_that_is_needed_is_6() {
    let computer = Computer::new(true, true);
    let (code, said) = computer.answered("n");
    assert_eq!((code, computer.calls().as_str()), (Some(0), ""), "{said}");
    assert!(said.contains("chromium-headless-shell") && said.contains("everything needed is here"), "{said}");
    let (code, said) = computer.answered("y");
    assert!(code == Some(0) && computer.calls().contains("chromium-headless-shell\n"), "{}{said}", computer.calls());
    let computer = Computer::new(true, true);
    std::fs::remove_file(computer.path("bin/jq")).unwrap();
    let (code, said) = computer.answered("n");
    assert_eq!((code, computer.calls().as_str()), (Some(6), ""), "{said}");
    // A package that cannot be fetched stops nobody who does not need it.
    let computer = Computer::new(true, true);
    computer.program("apt-get", "exit 100");
    let (code, said) = computer.run(&[]);
    assert!(code == Some(0) && said.contains("everything needed is here"), "{said}");
}

#[test]
fn the_program_is_installed_for_its_user_with_manual_pages_and_completions() {
    let computer = Computer::new(true, true);
    let program = env!("CARGO_BIN_EXE_exeunt");
    for turn in ["first", "again"] {
        let (code, said) = computer.run(&["--user", program]);
        assert_eq!(code, Some(0), "{turn}: {said}");
        let next = format!("next: '{}' doctor\n", computer.path("home/.local/bin/exeunt").display());
        assert!(said.contains("your shell does not look there yet") && said.contains(&next), "{said}");
    }
    assert_eq!(computer.calls(), "", "nothing of the system is touched");
    let home = computer.path("home");
    let bin = home.join(".local/bin");
    let left: Vec<_> = std::fs::read_dir(&bin).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["exeunt"]);
    let version = Command::new(bin.join("exeunt")).arg("--version").output().unwrap();
    assert!(version.status.success() && version.stdout.starts_with(b"exeunt "), "{version:?}");
    let data = home.join(".local/share");
    for (file, part) in [
        ("man/man1/exeunt.1", ".TH exeunt"),
        ("man/man1/exeunt-plan-new.1", "connected"),
        ("bash-completion/completions/exeunt", "complete -F _exeunt"),
        ("zsh/site-functions/_exeunt", "#compdef exeunt"),
        ("fish/vendor_completions.d/exeunt.fish", "complete -c exeunt"),
    ] {
        let text = std::fs::read_to_string(data.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains(part), "{file}");
    }
    // A program that is named from the folder in which one stands.
    std::os::unix::fs::symlink(program, computer.path("built")).unwrap();
    let (code, said) = computer.run(&["--user", "built"]);
    assert_eq!(code, Some(0), "{said}");
    for nothing in [&["--usr"][..], &["--user", "gone"]] {
        assert_eq!(computer.run(nothing).0, Some(2), "{nothing:?}");
    }
    // Without a home it would be the system's own folders.
    let mut command = computer.command(&["--user", program]);
    let homeless = command.env("HOME", "").env("XDG_DATA_HOME", computer.path("other")).output().unwrap();
    assert!(homeless.status.code() == Some(2) && !computer.path("other").exists());
}
