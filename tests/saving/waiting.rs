//! `--wait`: through to the end, and interrupted.

use std::sync::Arc;

use exeunt::browser::binary::Kind;
use rustix::process::{Signal, kill_process};

use super::bed::Bed;
use super::road::{archives, exports, later, slow};
use crate::support::engines;

#[test]
fn it_waits_with_the_browser_closed_and_takes_it_in() {
    for kind in engines::of("saving", "a wait") {
        let bed = Arc::new(Bed::new(kind, slow()));
        let told = bed.path("told");
        let settings = bed.path("settings.toml");
        let notify = format!("[notify]\ncommand = [\"sh\", \"-c\", \"cat > '{}'\"]\n", told.display());
        std::fs::write(&settings, notify).unwrap();
        let at = Arc::clone(&bed);
        let mut looks = 0;
        let done = bed.sitting(&["--config", settings.to_str().unwrap(), "save-data", "--wait"], move |line, _| {
            if line.contains("\"next_look\"") {
                looks += 1;
                let drivers = std::fs::read_dir(at.data().join("drivers")).map_or(0, Iterator::count);
                assert_eq!(drivers, 0, "no driver runs while it waits");
                if looks == 2 {
                    later(&at, "11m");
                }
            }
            vec![]
        });
        assert_eq!(done.code, Some(0), "{}", done.told());
        assert_eq!(exports(&bed), ["export-requested", "export-fetched"], "{}", done.told());
        assert_eq!(archives(&bed).len(), 1);
        assert!(std::fs::read_to_string(told).unwrap().contains("archive"), "{}", done.told());
    }
}

#[test]
fn ctrl_c_in_the_wait_is_heard_and_loses_nothing() {
    for signal in [Signal::INT, Signal::TERM] {
        let bed = Bed::new(Kind::Chrome, slow());
        let done = bed.sitting(&["save-data", "--wait"], move |line, pid| {
            if line.contains("\"next_look\"") {
                kill_process(pid, signal).unwrap();
            }
            vec![]
        });
        assert_eq!((done.code, exports(&bed).len()), (Some(130), 1), "{}", done.told());
        later(&bed, "11m");
        let taken = bed.run(&["save-data"]);
        assert_eq!((taken.code, exports(&bed).len()), (Some(0), 2), "{}", taken.told());
    }
}

#[test]
fn a_wait_ends_at_its_limit_and_says_when_to_come_back() {
    let bed = Bed::new(Kind::Chrome, slow());
    let done = bed.run(&["save-data", "--wait", "--for", "1s"]);
    assert_eq!((done.code, exports(&bed).len()), (Some(9), 1), "{}", done.told());
    assert!(done.last()["due_at"].is_string(), "{}", done.told());
    assert_eq!(bed.run(&["save-data", "--for", "1h"]).code, Some(2), "a limit needs a wait");
}
