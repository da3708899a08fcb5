//! What may go wrong while an account is closed: how it ends, what the site did, and that nothing is done twice.

use std::sync::Arc;

use exeunt::browser::binary::Kind;
use exeunt::browser::orphans;
use exeunt::event::state::EffectState;
use exeunt::practice::scenario::Scenario;
use rustix::process::{Pid, Signal, kill_process};

use super::bed::{BOTH, Bed, Done, quick};
use super::variants::close;
use crate::support::engines;

/// What must come of a fault: exit code, where the effect stands, how often the site closed the account, and words that the
/// person must be told.
struct Outcome(i32, EffectState, usize, &'static str);

fn with(fault: &str) -> Scenario {
    Scenario { faults: vec![fault.parse().unwrap()], ..quick() }
}

/// Closes the account with these browsers while the site has the fault.
fn tried(kinds: &[Kind], fault: &str, Outcome(code, state, closed, says): Outcome) {
    for &kind in kinds {
        let bed = Arc::new(Bed::brisk(kind, with(fault)));
        let done = close(&bed, &[]);
        let told = format!("{fault} in {kind:?}: {:?} {}", bed.happened(), done.told());
        let times = || bed.happened().iter().filter(|kind| *kind == "closed").count();
        assert_eq!((done.code, bed.state(), times()), (Some(code), Some(state), closed), "{told}");
        assert!(done.told().contains(says), "`{says}` is not said: {told}");
        if matches!(state, EffectState::Done | EffectState::NeedsHuman) {
            // Something was sent: nobody tries again, and nothing of ours loads the site as if nothing had happened.
            let again = close(&bed, &[]);
            assert_ne!(again.code, Some(0), "{fault}: {}", again.told());
            assert_eq!(times(), closed, "{fault}");
        }
    }
}

// In the way: the page's own words, and nothing sent.

#[test]
fn premium_in_the_way_is_told_in_the_pages_words() {
    tried(
        &engines::of("closing: in the way", "premium@close"),
        "premium@close",
        Outcome(4, EffectState::Failed, 0, "Premium"),
    );
}

#[test]
fn an_account_without_a_password_is_told_so() {
    tried(
        &engines::of("closing: in the way", "no-password@close"),
        "no-password@close",
        Outcome(4, EffectState::Failed, 0, "password"),
    );
}

// Signs to stop: latched or silent, the approval spent, nothing sent.

#[test]
fn a_session_that_ends_on_the_way_closes_nothing() {
    tried(
        &engines::of("closing: signs to stop", "signed-out@close:2"),
        "signed-out@close:2",
        Outcome(5, EffectState::Expired, 0, "incident"),
    );
}

#[test]
fn a_429_page_on_the_way_closes_nothing() {
    tried(
        &engines::of("closing: signs to stop", "429@close"),
        "429@close",
        Outcome(5, EffectState::Expired, 0, "silence"),
    );
}

#[test]
fn a_captcha_that_nobody_sees_latches() {
    tried(
        &engines::of("closing: signs to stop", "captcha@close"),
        "captcha@close",
        Outcome(5, EffectState::Expired, 0, "incident"),
    );
}

#[test]
fn another_account_on_the_way_is_not_closed() {
    tried(
        &engines::of("closing: signs to stop", "other-account@close"),
        "other-account@close",
        Outcome(5, EffectState::Expired, 0, "account"),
    );
}

// The page is not what the pack believes.

#[test]
fn a_button_of_another_name_is_not_clicked() {
    tried(
        &engines::of("closing: in the way", "renamed-button@close"),
        "renamed-button@close",
        Outcome(3, EffectState::Expired, 0, "does not fit the page"),
    );
}

#[test]
fn a_prompt_that_nobody_expects_closes_nothing() {
    tried(&BOTH, "alert@close", Outcome(3, EffectState::Expired, 0, "the browser asks something"));
}

// The secret must not go there.

#[test]
fn a_form_in_a_frame_gets_no_secret() {
    tried(&BOTH, "frame@close", Outcome(3, EffectState::Expired, 0, "does not fit the page"));
}

#[test]
fn a_form_on_another_port_gets_no_secret() {
    tried(
        &engines::of("closing: forms elsewhere", "elsewhere@close"),
        "elsewhere@close",
        Outcome(5, EffectState::Expired, 0, "nothing was typed"),
    );
}

#[test]
fn a_form_on_another_host_gets_no_secret() {
    tried(
        &engines::of("closing: forms elsewhere", "elsewhere-host@close"),
        "elsewhere-host@close",
        Outcome(5, EffectState::Expired, 0, "nothing was typed"),
    );
}

#[test]
fn a_field_that_shows_what_is_typed_stops_it() {
    tried(&BOTH, "text-field@close", Outcome(5, EffectState::Expired, 0, "secret"));
}

// It works all the same.

#[test]
fn pages_at_other_addresses_are_found() {
    tried(
        &engines::of("closing: all the same", "moved@close"),
        "moved@close",
        Outcome(0, EffectState::Done, 1, "closed"),
    );
}

#[test]
fn a_cookie_banner_is_not_in_the_way() {
    tried(
        &engines::of("closing: all the same", "cookie-banner@close"),
        "cookie-banner@close",
        Outcome(0, EffectState::Done, 1, "closed"),
    );
}

#[test]
fn a_password_that_is_not_taken_is_asked_for_once_more() {
    tried(
        &engines::of("closing: all the same", "wrong-password@close"),
        "wrong-password@close",
        Outcome(0, EffectState::Done, 1, "once more"),
    );
}

#[test]
fn a_code_is_asked_for_when_the_site_wants_one() {
    tried(&engines::of("closing: all the same", "code@close"), "code@close", Outcome(0, EffectState::Done, 1, "code"));
}

// Nobody knows: a person has to look, and nothing is tried again.

#[test]
fn an_answer_that_never_comes_is_not_taken_for_done() {
    tried(
        &engines::of("closing: nobody knows", "answer-never@close"),
        "answer-never@close",
        Outcome(8, EffectState::NeedsHuman, 1, "not proved"),
    );
}

#[test]
fn a_click_that_does_nothing_is_not_made_again() {
    tried(
        &engines::of("closing: nobody knows", "no-op@close"),
        "no-op@close",
        Outcome(8, EffectState::NeedsHuman, 0, "still shows"),
    );
}

#[test]
fn a_device_that_approves_lets_it_go_on() {
    for kind in engines::of("closing: all the same", "a device approves") {
        let bed = Arc::new(Bed::new(kind, with("device@close")));
        let (at, mut left) = (Arc::clone(&bed), bed.closes(&bed.password()));
        let done = bed.sitting(&["close", "--live", "--without-data"], move |line, _| {
            if line.contains("YOUR TURN") {
                at.site.ask("POST /approve", "");
            }
            match left.iter().position(|(words, _)| line.contains(words)) {
                Some(found) => vec![left.remove(found).1],
                None => vec![],
            }
        });
        assert_eq!((done.code, bed.state()), (Some(0), Some(EffectState::Done)), "{}", done.told());
        assert_eq!(bed.happened().iter().filter(|kind| *kind == "closed").count(), 1);
    }
}

/// Stops the program as soon as a line tells that the walk came to a step.
fn stopped_at(kind: Kind, step: &'static str, signal: Signal) -> (Arc<Bed>, Done) {
    let bed = Arc::new(Bed::new(kind, quick()).real());
    let mut left = bed.closes(&bed.password());
    let mut sent = false;
    let done = bed.sitting(&["close", "--live", "--without-data"], move |line, pid| {
        if !sent && line.contains(&format!("\"step\":\"{step}\"")) {
            sent = true;
            kill_process(pid, signal).unwrap();
        }
        match left.iter().position(|(words, _)| line.contains(words)) {
            Some(found) => vec![left.remove(found).1],
            None => vec![],
        }
    });
    (bed, done)
}

#[test]
fn ctrl_c_before_the_last_click_closes_nothing() {
    for kind in engines::of("closing: cut off", "ctrl-c") {
        let (bed, done) = stopped_at(kind, "next", Signal::INT);
        assert_eq!((done.code, bed.happened().len()), (Some(130), 0), "{}", done.told());
        assert_eq!(bed.state(), Some(EffectState::Expired), "{}", done.told());
    }
}

#[test]
fn a_session_that_is_lost_between_reason_and_password_closes_nothing() {
    for kind in BOTH {
        let bed = Arc::new(Bed::new(kind, quick()).real());
        let mut left = bed.closes(&bed.password());
        let done = bed.sitting(&["close", "--live", "--without-data"], move |line, pid| {
            if line.contains("\"step\":\"next\"") {
                kill_process(driver_of(pid), Signal::KILL).unwrap();
            }
            match left.iter().position(|(words, _)| line.contains(words)) {
                Some(found) => vec![left.remove(found).1],
                None => vec![],
            }
        });
        assert_eq!((done.code, bed.state()), (Some(6), Some(EffectState::Expired)), "{}", done.told());
        assert_eq!(bed.happened(), Vec::<String>::new());
    }
}

/// The driver that a program started first, which has the account: a visitor’s comes later.
fn driver_of(program: Pid) -> Pid {
    let output = std::process::Command::new("ps").args(["-axo", "pid=,ppid=,comm="]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let driver = text.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_driver = words[1] == program.as_raw_nonzero().to_string()
            && ["chromedriver", "geckodriver"].iter().any(|name| words[2].ends_with(name));
        is_driver.then(|| words[0].parse().unwrap())
    });
    Pid::from_raw(driver.expect("a driver runs")).unwrap()
}

#[test]
fn a_program_killed_after_the_intention_leaves_it_to_a_person_and_nothing_is_tried_again() {
    for kind in engines::of("closing: cut off", "killed") {
        let bed = Arc::new(Bed::new(kind, quick()).real());
        let mut left = bed.closes(&bed.password());
        let done = bed.sitting(&["close", "--live", "--without-data"], move |line, pid| {
            if line.contains("\"to\":\"INTENT\"") {
                kill_process(pid, Signal::KILL).unwrap();
            }
            match left.iter().position(|(words, _)| line.contains(words)) {
                Some(found) => vec![left.remove(found).1],
                None => vec![],
            }
        });
        assert_eq!(done.code, None, "{}", done.told());
        assert_eq!(bed.state(), Some(EffectState::Intent));
        // Its browser lives on for a moment, and the click may have been on its way.
        orphans::sweep(&bed.data().join("drivers")).unwrap();
        let before = bed.happened();
        assert!(before.len() <= 1, "{before:?}");
        for command in [&["run", "last"][..], &["scan"]] {
            assert_ne!(bed.run(command).code, Some(0), "{command:?}");
        }
        let again = close(&bed, &[]);
        assert_eq!((again.code, bed.state()), (Some(8), Some(EffectState::NeedsHuman)), "{}", again.told());
        assert_eq!(bed.happened(), before);
        let settled = bed.run(&["resolve", &bed.handle(), "--as", "not-done", "--reason", "it is still there"]);
        assert_eq!((settled.code, bed.state()), (Some(0), Some(EffectState::Failed)), "{}", settled.told());
        let too_soon = close(&bed, &[]);
        assert_eq!(too_soon.code, Some(2), "one attempt in 24 hours: {}", too_soon.told());
        assert_eq!(bed.happened(), before);
    }
}

#[test]
fn two_that_close_at_once_close_once() {
    let bed = Arc::new(Bed::new(Kind::Chrome, quick()));
    let (at, mut left) = (Arc::clone(&bed), bed.closes(&bed.password()));
    let second = Arc::new(std::sync::Mutex::new(None));
    let kept = Arc::clone(&second);
    let done = bed.sitting(&["close", "--live", "--without-data"], move |line, _| {
        match left.iter().position(|(words, _)| line.contains(words)) {
            Some(found) => {
                if line.contains("  password: ") {
                    *kept.lock().unwrap() = Some(at.run(&["close"]));
                }
                vec![left.remove(found).1]
            }
            None => vec![],
        }
    });
    assert_eq!(done.code, Some(0), "{}", done.told());
    let second = second.lock().unwrap().take().expect("the second was started");
    assert_eq!(second.code, Some(10), "{}", second.told());
    assert_eq!(bed.happened().iter().filter(|kind| *kind == "closed").count(), 1);
}
