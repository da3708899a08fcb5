//! A driver that somebody replaced: no command that drives the account's pages uses it unasked. Browser and driver are scripts.

use std::os::unix::fs::PermissionsExt as _;

use exeunt::browser::binary::Kind;
use exeunt::browser::familiar::{self, Familiar};
use exeunt::event::id::Digest;

use super::stage::{ORIGIN, Said, Stage};

/// A stage whose driver is not the one that is noted, and that notes when it is started.
fn replaced() -> Stage {
    let (stage, _) = Stage::with_plan();
    let script = |name: &str, text: String| {
        stage.file(name, format!("#!/bin/sh\n{text}\nexit 1\n").as_bytes());
        std::fs::set_permissions(stage.path(name), std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    script("chromium", "[ \"$1\" = --version ] && echo Chromium 156.0.1.2 && exit".into());
    let started = stage.path("started");
    let driver = "[ \"$1\" = --version ] && echo ChromeDriver 156.0.1.2 && exit";
    script("chromedriver", format!("{driver}\n: > '{}'", started.display()));
    let sha256 = Digest::of(b"the program of yesterday");
    let noted = Familiar { path: stage.path("chromedriver"), says: "ChromeDriver 156.0.1.2".into(), sha256 };
    familiar::keep(&stage.data(), Kind::Chrome, &noted).unwrap();
    std::fs::create_dir_all(stage.data().join("browser/default/practice")).unwrap();
    stage
}

/// A command where those scripts are all that is found.
fn run(stage: &Stage, arguments: &[&str]) -> Said {
    let mut command = stage.command(&[arguments, &["--browser", "chrome", ORIGIN]].concat());
    command.env("PATH", stage.path("")).env("DISPLAY", ":64999").env("TMPDIR", stage.path(""));
    let output = command.stdin(std::process::Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

fn noted(stage: &Stage) -> Digest {
    familiar::last(&stage.data(), Kind::Chrome).unwrap().unwrap().sha256
}

#[test]
fn whatever_drives_the_account_asks_about_a_replaced_driver() {
    // A login shows a window without a driver before it drives anything.
    for (arguments, drives_at_once) in
        [(&["run", "last"][..], true), (&["scan"], true), (&["logout"], true), (&["login"], false)]
    {
        let stage = replaced();
        let (old, new) = (noted(&stage), Digest::of(&std::fs::read(stage.path("chromedriver")).unwrap()));
        let refused = run(&stage, arguments);
        assert_eq!(refused.code, 6, "{arguments:?}: {}", refused.err);
        assert!(
            refused.err.contains("the driver program has changed since the last time"),
            "{arguments:?}: {}",
            refused.err
        );
        assert!(refused.err.contains("--accept-driver"), "{arguments:?}: {}", refused.err);
        assert!(!stage.path("started").exists(), "{arguments:?} started it");
        assert_eq!(noted(&stage), old, "{arguments:?}");

        let agreed = run(&stage, &[arguments, &["--accept-driver"]].concat());
        assert!(!agreed.err.contains("find out who replaced it"), "{arguments:?}: {}", agreed.err);
        assert_eq!(stage.path("started").exists(), drives_at_once, "{arguments:?}: {}", agreed.err);
        assert_eq!(noted(&stage), new, "{arguments:?}: from now on this one is known");
    }
}

#[test]
fn a_profile_is_deleted_without_a_question_about_a_driver_that_is_not_used() {
    let stage = replaced();
    assert_eq!(run(&stage, &["logout", "--local"]).code, 0);
    assert!(!stage.data().join("browser/default/practice").exists());
}
