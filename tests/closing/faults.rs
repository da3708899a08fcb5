//! What may go wrong while an account is closed: how it ends, what the site did, and that nothing is done twice.

use std::sync::Arc;

use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;
use exeunt::practice::scenario::Scenario;
use rustix::process::{Signal, kill_process};

use super::bed::{BOTH, Bed, Done, quick};
use super::variants::close;

/// A fault, and what must come of it.
struct Case {
    fault: &'static str,
    code: i32,
    state: Option<EffectState>,
    /// How often the site closed the account.
    closed: usize,
    /// Words that the person must be told.
    says: &'static str,
}

const fn case(fault: &'static str, code: i32, state: EffectState, closed: usize, says: &'static str) -> Case {
    Case { fault, code, state: Some(state), closed, says }
}

const CASES: &[Case] = &[
    // In the way: the page's own words, and nothing sent.
    case("premium@close", 4, EffectState::Failed, 0, "Premium"),
    case("groups@close", 4, EffectState::Failed, 0, "group"),
    case("licences@close", 4, EffectState::Failed, 0, "licen"),
    case("no-password@close", 4, EffectState::Failed, 0, "password"),
    // Signs to stop: latched or silent, the approval spent, nothing sent.
    case("signed-out@close:2", 5, EffectState::Expired, 0, "incident"),
    case("429@close", 5, EffectState::Expired, 0, "silence"),
    case("other-account@close", 5, EffectState::Expired, 0, "account"),
    // The page is not what the pack believes.
    case("extra-page@close", 3, EffectState::Expired, 0, "does not fit the page"),
    case("renamed-button@close", 3, EffectState::Expired, 0, "does not fit the page"),
    case("alert@close", 3, EffectState::Expired, 0, "prompt"),
    // The secret must not go there.
    case("frame@close", 3, EffectState::Expired, 0, "does not fit the page"),
    case("elsewhere@close", 5, EffectState::Expired, 0, "not typed"),
    case("elsewhere-host@close", 5, EffectState::Expired, 0, "not typed"),
    case("text-field@close", 5, EffectState::Expired, 0, "secret"),
    // It works all the same.
    case("moved@close", 0, EffectState::Done, 1, "closed"),
    case("cookie-banner@close", 0, EffectState::Done, 1, "closed"),
    case("wrong-password@close", 0, EffectState::Done, 1, "once more"),
    case("code@close", 0, EffectState::Done, 1, "code"),
    // Nobody knows: a person has to look, and nothing is tried again.
    case("answer-never@close", 8, EffectState::NeedsHuman, 1, "not proved"),
    case("never-applied@close", 8, EffectState::NeedsHuman, 0, "not proved"),
    case("answer-500@close", 8, EffectState::NeedsHuman, 1, "not proved"),
    case("refuse@close", 8, EffectState::NeedsHuman, 0, "not proved"),
    case("no-op@close", 8, EffectState::NeedsHuman, 0, "still shows"),
];

fn with(fault: &str) -> Scenario {
    Scenario { faults: vec![fault.parse().unwrap()], ..quick() }
}

fn tried(kind: Kind, case: &Case) -> (Arc<Bed>, Done) {
    let bed = Arc::new(Bed::new(kind, with(case.fault)));
    let done = close(&bed, &[]);
    let told = format!("{} in {kind:?}: {:?} {}", case.fault, bed.happened(), done.told());
    assert_eq!(done.code, Some(case.code), "{told}");
    assert_eq!(bed.state(), case.state, "{told}");
    assert_eq!(bed.happened().iter().filter(|kind| *kind == "closed").count(), case.closed, "{told}");
    assert!(done.told().contains(case.says), "`{}` is not said: {told}", case.says);
    (bed, done)
}

fn all_in(kind: Kind, half: usize) {
    for case in CASES.iter().skip(half).step_by(2) {
        let (bed, _) = tried(kind, case);
        // Whatever came of it: nobody tries again, and no program of ours loads the site as if nothing had happened.
        let again = close(&bed, &[]);
        assert_ne!(again.code, Some(0), "{}: {}", case.fault, again.told());
        assert_eq!(bed.happened().iter().filter(|kind| *kind == "closed").count(), case.closed, "{}", case.fault);
    }
}

#[test]
fn every_fault_ends_as_it_must_in_chrome() {
    all_in(Kind::Chrome, 0);
}

#[test]
fn every_other_fault_ends_as_it_must_in_chrome() {
    all_in(Kind::Chrome, 1);
}

#[test]
fn every_fault_ends_as_it_must_in_firefox() {
    all_in(Kind::Firefox, 0);
}

#[test]
fn every_other_fault_ends_as_it_must_in_firefox() {
    all_in(Kind::Firefox, 1);
}

#[test]
fn a_device_that_approves_lets_it_go_on() {
    for kind in BOTH {
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

#[test]
fn a_password_that_is_wrong_twice_is_not_asked_for_a_third_time() {
    for kind in BOTH {
        let bed = Bed::new(kind, quick());
        let mut answers = bed.closes("wrong-one-1");
        answers.push(("  password: ", "wrong-one-2".to_owned()));
        let done = bed.answered(&["close", "--live", "--without-data"], &answers);
        assert_eq!((done.code, bed.state()), (Some(8), Some(EffectState::NeedsHuman)), "{}", done.told());
        assert_eq!(bed.happened(), ["password-wrong", "password-wrong"], "{}", done.told());
    }
}

/// Stops the program as soon as a line tells that the walk came to a step.
fn stopped_at(kind: Kind, step: &'static str, signal: Signal) -> (Arc<Bed>, Done) {
    let bed = Arc::new(Bed::new(kind, quick()));
    let mut left = bed.closes(&bed.password());
    let mut sent = false;
    let done = bed.sitting(&["close", "--live", "--without-data"], move |line, pid| {
        if !sent && (line.contains(&format!("\"step\":\"{step}\"")) || line.contains(step) && step.starts_with(' ')) {
            sent = true;
            kill_process(pid, signal).unwrap();
            if step.starts_with(' ') {
                return vec![];
            }
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
    for (at, step) in ["continue", "next", "  password: "].into_iter().enumerate() {
        let (bed, done) = stopped_at(BOTH[at % 2], step, Signal::INT);
        let told = format!("{step}: {}", done.told());
        assert_eq!((done.code, bed.happened().len()), (Some(130), 0), "{told}");
        assert_eq!(bed.state(), Some(EffectState::Expired), "{told}");
    }
}

#[test]
fn a_program_killed_after_the_intention_leaves_it_to_a_person_and_nothing_is_tried_again() {
    for kind in BOTH {
        let bed = Arc::new(Bed::new(kind, quick()));
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
        let before = bed.happened();
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
