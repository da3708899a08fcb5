//! How many browsers a command starts, counted by a driver of the tests' own that notes how it is called.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;
use rustix::process::{Signal, kill_process};

use super::bed::{Bed, Done, quick};
use super::search_path::search_path;
use crate::support::engines;
use crate::support::processes::entries;

const KIND: &str = "closing: browsers started";

/// A bed whose driver notes its calls.
struct Counted {
    bed: Bed,
    settings: String,
}

impl Counted {
    fn new(kind: Kind) -> Self {
        let bed = Bed::new(kind, quick()).real();
        let (driver, settings) = (bed.path(kind.driver()), bed.path("settings.toml"));
        let real =
            std::env::split_paths(&search_path()).map(|folder| folder.join(kind.driver())).find(|path| path.exists());
        let real = real.unwrap_or_else(|| panic!("{} is needed for this test", kind.driver()));
        let script =
            format!("#!/bin/sh\necho \"$1\" >> '{}'\nexec '{}' \"$@\"\n", calls(&bed).display(), real.display());
        std::fs::write(&driver, script).unwrap();
        std::fs::set_permissions(&driver, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::write(&settings, format!("[browser]\n{} = \"{}\"\n", kind.driver(), driver.display())).unwrap();
        let settings = settings.to_str().unwrap().to_owned();
        Self { bed, settings }
    }

    /// Runs a command before a person who gives these answers in turn.
    fn answered(&self, arguments: &[&str], answers: &[(&str, String)]) -> Done {
        let _ = std::fs::remove_file(calls(&self.bed));
        self.bed.answered(&[arguments, &["--config", &self.settings]].concat(), answers)
    }

    /// How often the last command asked the driver for its version, and how often it started it: each start is one browser.
    fn calls(&self) -> (usize, usize) {
        let text = std::fs::read_to_string(calls(&self.bed)).unwrap_or_default();
        let asked = text.lines().filter(|line| *line == "--version").count();
        (asked, text.lines().count() - asked)
    }

    /// Nothing of any browser is left: no driver's record, no temporary folder.
    fn is_tidy(&self) {
        assert_eq!(entries(&self.bed.data().join("drivers")), Vec::<String>::new());
        assert_eq!(entries(&self.bed.path("tmp")), Vec::<String>::new());
    }
}

fn calls(bed: &Bed) -> PathBuf {
    bed.path("calls")
}

#[test]
fn a_closure_starts_two_browsers_and_its_rehearsal_one() {
    for kind in engines::of(KIND, "a closure") {
        let counted = Counted::new(kind);
        let rehearsed = counted.answered(&["close"], &[]);
        assert_eq!((rehearsed.code, counted.calls()), (Some(0), (1, 1)), "{kind}: {}", rehearsed.told());
        let again = counted.answered(&["replay", "last"], &[]);
        assert_eq!((again.code, counted.calls()), (Some(0), (1, 1)), "{kind}: {}", again.told());
        let answers = counted.bed.closes(&counted.bed.password());
        let done = counted.answered(&["close", "--live", "--without-data"], &answers);
        assert_eq!((done.code, counted.calls()), (Some(0), (1, 2)), "{kind}: {}", done.told());
        assert!(done.err.contains("the public address: still there before, gone now"), "{kind}: {}", done.told());
        assert_eq!(counted.bed.state(), Some(EffectState::Done));
        counted.is_tidy();
    }
}

#[test]
fn hibernating_starts_two_browsers() {
    for kind in engines::of(KIND, "hibernating") {
        let counted = Counted::new(kind);
        let answers = [("Type the account", counted.bed.handle()), ("  password: ", counted.bed.password())];
        let done = counted.answered(&["hibernate", "--live", "--without-data"], &answers);
        assert_eq!((done.code, counted.calls()), (Some(0), (1, 2)), "{kind}: {}", done.told());
        assert_eq!(counted.bed.happened(), ["hibernated"], "{kind}");
        counted.is_tidy();
    }
}

/// A plan of one person of the site, made with the driver that is counted: another file would be a changed driver.
fn planned(counted: &Counted) {
    let bed = &counted.bed;
    let scanned = bed.run(&["--config", &counted.settings, "scan"]);
    assert_eq!(scanned.code, Some(0), "{}", scanned.told());
    let people = bed.path("people.txt");
    let listed = bed.run(&["list"]);
    let slug = listed.lines.iter().find_map(|line| line["slug"].as_str());
    std::fs::write(&people, slug.unwrap_or_else(|| panic!("{}", listed.told()))).unwrap();
    let made = bed.run(&["plan", "new", "--people", people.to_str().unwrap()]);
    assert_eq!(made.code, Some(0), "{}", made.told());
}

#[test]
fn a_typed_live_run_starts_one_browser() {
    for kind in engines::of(KIND, "a typed run") {
        let counted = Counted::new(kind);
        planned(&counted);
        let answers = [("Type `remove 1", "remove 1 connection".to_owned())];
        let done = counted.answered(&["run", "last", "--live"], &answers);
        assert_eq!((done.code, counted.calls()), (Some(0), (1, 1)), "{kind}: {}", done.told());
        assert_eq!(counted.bed.happened(), ["removed"], "{kind}");
        counted.is_tidy();
    }
}

#[test]
fn a_person_who_does_not_go_on_leaves_no_browser_behind() {
    for kind in engines::of(KIND, "nobody goes on") {
        let counted = Counted::new(kind);
        planned(&counted);
        for (arguments, question) in [
            (&["run", "last", "--live"][..], "Type `remove 1"),
            (&["hibernate", "--live", "--without-data"], "Type the account"),
        ] {
            let refused = counted.answered(arguments, &[(question, "no".to_owned())]);
            assert_eq!((refused.code, counted.calls()), (Some(3), (1, 1)), "{kind}, {arguments:?}: {}", refused.told());
            counted.is_tidy();
            let interrupted =
                counted.bed.sitting(&[arguments, &["--config", &counted.settings]].concat(), move |line, pid| {
                    if line.contains(question) {
                        kill_process(pid, Signal::INT).unwrap();
                    }
                    vec![]
                });
            assert_eq!(interrupted.code, Some(130), "{kind}, {arguments:?}: {}", interrupted.told());
            counted.is_tidy();
        }
        assert_eq!(counted.bed.happened(), Vec::<String>::new(), "{kind}");
    }
}
