//! The wish to stop, in each form in which a system utters it, at each state of a person.

use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;
use rustix::process::{Signal, kill_process};

use super::bed::{Bed, moved, quick};
use super::invariants::{Last, invariants};
use super::remains::remains;
use super::removals::{all_in, each_once, first, same_people};
use crate::support::engines;

/// The states of somebody in hand that the program tells.
const STATES: [&str; 5] = ["PRECHECK", "INTENT", "ACTED", "VERIFYING", "DONE"];
/// Ctrl-C, a service that is stopped, a terminal that is closed.
const WISHES: [Signal; 3] = [Signal::INT, Signal::TERM, Signal::HUP];

/// Each state with one of the wishes and one of the drivers, with every one in the soak: 130, nothing half-way, and the same command goes on.
fn each_state(kind: Kind, turn: usize) {
    let soak = engines::is_soak();
    let cases: Vec<(&str, Signal)> = STATES
        .iter()
        .enumerate()
        .flat_map(|(at, state)| WISHES.iter().enumerate().map(move |(nth, wish)| (at, at + nth, *state, *wish)))
        .filter(|(_, sum, ..)| soak || sum % WISHES.len() == turn)
        .filter(|(at, _, state, _)| engines::is_turn_of(kind, "a wish to stop", *at, state))
        .map(|(.., state, wish)| (state, wish))
        .collect();
    let bed = Bed::new(kind, quick(60)).real();
    let plan = bed.plan(&first(&bed.site.scenario, cases.len() + 1));
    for (state, wish) in cases {
        let mut left = true;
        let done = bed
            .start(&["run", &plan.id, "--live", "--confirm", &plan.hash], move |line, pid| {
                if left && moved(line).is_some_and(|(to, _)| to == state) {
                    left = false;
                    // The program is waited for only after its last line was read, so the number is its own.
                    kill_process(pid, wish).unwrap();
                }
            })
            .end();
        let told = format!("{wish:?} at {state}: {}", done.told());
        assert_eq!(done.code, Some(130), "{told}");
        assert!(told.contains("finishing what is in hand; again stops now"), "no answer: {told}");
        let after = done.lines.iter().filter_map(moved).skip_while(|(to, _)| *to != state).skip(1);
        let begun = after.filter(|(to, _)| *to == "INTENT").count();
        // Who was looked up only has not been begun.
        assert_eq!(begun, 0, "an intention after the wish: {told}");
        invariants(&bed, &plan, Last::Ended, &told);
        assert_eq!(remains(&bed), [""; 0], "{told}");
    }
    let live = bed.live(&plan);
    assert_eq!(live.code, Some(0), "{}", live.told());
    assert!(live.told().lines().any(is_timed), "a log says when, and who of how many: {}", live.told());
    assert_eq!(bed.site.removed(), each_once(&plan.slugs));
    same_people(bed.states(&plan), all_in(&plan, EffectState::Confirmed));
}

/// Whether a line of a log is that of a person, with the time and which of how many: `09:15:02  1/3  removed …`.
fn is_timed(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [time, place, "removed", ..] = words[..] else { return false };
    let is_number = |text: &str| text.parse::<u64>().is_ok();
    time.split(':').filter(|part| part.len() == 2 && is_number(part)).count() == 3
        && place.split_once('/').is_some_and(|(index, of)| is_number(index) && is_number(of))
}

#[test]
fn a_wish_to_stop_is_heard_at_every_state_in_chrome() {
    each_state(Kind::Chrome, 0);
}

#[test]
fn a_wish_to_stop_is_heard_at_every_state_in_firefox() {
    each_state(Kind::Firefox, 2);
}
