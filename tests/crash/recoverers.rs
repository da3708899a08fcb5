//! The run after a crash: killed in its own recovery, and two of them at once.

use super::bed::{Bed, Done, Planned, Running, moved};
use super::invariants::{Last, invariants};
use super::matrix::{brought_to, goes_on_to_the_end, ready};
use super::point::{Point, Points};
use super::victims::{Victim, kill};
use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;

const BEFORE_THE_CLICK: Point = Point { name: "C4", from: None, driven: true };
const ANSWERED: Point = Point { name: "C8", from: None, driven: true };
const RECOVERING: Point = Point { name: "C15", from: None, driven: false };

/// A run that is killed at a point.
fn killed_at(bed: &Bed, plan: &Planned, points: &Points, point: Point) -> Done {
    let (running, pid) = brought_to(bed, plan, points, point);
    assert_eq!(kill(Victim::Program, &bed.data(), pid), 1);
    let done = running.end();
    assert_eq!(done.signal, Some(9), "{}", done.told());
    done
}

/// C15: behind the first step of the recovery the program is killed, or the driver or the browser that the crash left.
fn struck_in_its_recovery(kind: Kind, first: Point, victim: Victim) {
    let (bed, plan, points) = ready(kind);
    let before = killed_at(&bed, &plan, &points, first);
    let (running, pid) = brought_to(&bed, &plan, &points, RECOVERING);
    assert!(bed.states(&plan).iter().any(|(_, state)| *state == EffectState::Unknown), "{}", before.told());
    assert!(kill(victim, &bed.data(), pid) > 0, "nothing was killed");
    points.release(RECOVERING.name);
    let again = running.end();
    let told = format!("{}\n{}", before.told(), again.told());
    let (code, last) = if victim == Victim::Program { (None, Last::Cut) } else { (Some(0), Last::Ended) };
    assert_eq!(again.code, code, "{told}");
    invariants(&bed, &plan, last, &told);
    goes_on_to_the_end(&bed, &plan, told);
}

#[test]
fn a_recovery_that_is_struck_is_made_again_chromedriver() {
    struck_in_its_recovery(Kind::Chrome, ANSWERED, Victim::Program);
    struck_in_its_recovery(Kind::Chrome, BEFORE_THE_CLICK, Victim::Browser);
}

#[test]
fn a_recovery_that_is_struck_is_made_again_geckodriver() {
    struck_in_its_recovery(Kind::Firefox, BEFORE_THE_CLICK, Victim::Program);
    struck_in_its_recovery(Kind::Firefox, ANSWERED, Victim::Driver);
}

/// C16: a second run comes while the first stands in its recovery, and two runs that start at the same moment.
fn two_recoverers(kind: Kind, first: Point) {
    let (bed, plan, points) = ready(kind);
    let before = killed_at(&bed, &plan, &points, first);
    let (running, _) = brought_to(&bed, &plan, &points, RECOVERING);
    let second = bed.live(&plan);
    assert_eq!(second.code, Some(10), "{}", second.told());
    points.release("C15");
    let done = running.end();
    let told = format!("{}\n{}\n{}", before.told(), second.told(), done.told());
    assert_eq!(done.code, Some(0), "{told}");
    goes_on_to_the_end(&bed, &plan, told);
}

#[test]
fn a_second_recoverer_is_refused_while_the_first_stands_chromedriver() {
    two_recoverers(Kind::Chrome, BEFORE_THE_CLICK);
}

#[test]
fn a_second_recoverer_is_refused_while_the_first_stands_geckodriver() {
    two_recoverers(Kind::Firefox, ANSWERED);
}

/// Two runs start at one moment after a crash: nobody says who is first, and one of them gets 10.
fn a_race(kind: Kind, first: Point) {
    let (bed, plan, points) = ready(kind);
    let before = killed_at(&bed, &plan, &points, first);
    let arguments = ["run", &plan.id, "--live", "--confirm", &plan.hash];
    let racers: Vec<Running> = (0..2).map(|_| bed.start(&arguments, |_, _| {})).collect();
    let ended: Vec<Done> = racers.into_iter().map(Running::end).collect();
    let told = format!("{}\n{}\n{}", before.told(), ended[0].told(), ended[1].told());
    let mut codes: Vec<_> = ended.iter().map(|done| done.code).collect();
    codes.sort();
    assert_eq!(codes, [Some(0), Some(10)], "{told}");
    let loser = ended.iter().find(|done| done.code == Some(10)).unwrap();
    assert_eq!(loser.lines.iter().filter_map(moved).count(), 0, "who lost moved somebody: {told}");
    goes_on_to_the_end(&bed, &plan, told);
}

#[test]
fn of_two_recoverers_that_race_one_is_refused_chromedriver() {
    a_race(Kind::Chrome, ANSWERED);
}

#[test]
fn of_two_recoverers_that_race_one_is_refused_geckodriver() {
    a_race(Kind::Firefox, BEFORE_THE_CLICK);
}
