//! Through the profiles: every view is on disk before the page, counted whatever it was for, and never above a cap.

use std::num::NonZeroU32;
use std::time::Duration;

use super::house::House;
use super::site::Whim;
use crate::event::exit::Ending;
use crate::event::fact::Mode;
use crate::event::id::Realm;
use crate::event::state::EffectState;
use crate::policy::pace::{Pace, VisitPace};
use crate::runner::order::{Order, Outcome};

const PEOPLE: [&str; 4] = ["p1", "p2", "p3", "p4"];

fn few_views() -> Pace {
    let (per_hour, per_day) = (NonZeroU32::new(5), NonZeroU32::new(8));
    let visits = VisitPace { gap: Duration::from_secs(10), per_hour, per_day, per_week: None };
    Pace { visits, ..Pace::off() }
}

async fn visiting(house: &House, mode: Mode, (pace, until_done): (Pace, bool)) -> Outcome {
    let order = Order { pace, until_done, shots: false, ..house.order_through_profiles(mode) };
    house.run(&order).await.unwrap()
}

/// The views in the ledger, and those of the site: one and the same.
fn views(house: &House) -> usize {
    let rows = house.ledger.visits(&house.account, Realm::Practice, jiff::Timestamp::MIN).unwrap().len();
    assert_eq!(rows, house.world().views.len());
    rows
}

/// The most views that any window of that length held, counted without the code under test.
fn most_within(house: &House, window: Duration) -> usize {
    let views = house.world().views.clone();
    let within = |end: &tokio::time::Instant| {
        views.iter().filter(|view| **view <= *end && end.duration_since(**view) < window).count()
    };
    views.iter().map(within).max().unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn a_person_takes_three_views_and_a_rehearsal_one() {
    let house = House::new(&PEOPLE);
    let rehearsal = visiting(&house, Mode::Rehearsal, (Pace::off(), false)).await;
    assert_eq!((rehearsal.ending, rehearsal.rehearsed), (Ending::Done, (4, 4)), "{}", rehearsal.why);
    assert_eq!(views(&house), 4);
    let outcome = visiting(&house, Mode::Live, (Pace::off(), false)).await;
    assert_eq!(outcome.ending, Ending::Done, "{}", outcome.why);
    assert_eq!(views(&house), 4 + 3 * 4);
    assert!(PEOPLE.iter().all(|slug| house.state(slug) == EffectState::Confirmed));
    assert!(house.why("p1").contains("the audit read it again"), "{}", house.why("p1"));
    house.check();
}

#[tokio::test(start_paused = true)]
async fn nobody_is_begun_without_room_to_look_again_and_restarts_change_nothing() {
    let house = House::new(&PEOPLE);
    let first = visiting(&house, Mode::Live, (few_views(), false)).await;
    assert_eq!(first.ending, Ending::DueLater, "{}", first.why);
    assert!(first.why.contains("5 profile views an hour"), "{}", first.why);
    assert!(first.due_at.is_some());
    assert!(house.rows().iter().all(|row| !row.state.in_flight()), "two views stayed free for each who was begun");
    for _ in 0..20 {
        let again = visiting(&house, Mode::Live, (few_views(), false)).await;
        assert_eq!(again.ending, Ending::DueLater, "{}", again.why);
    }
    assert_eq!(views(&house), 5);
    house.check();
}

#[tokio::test(start_paused = true)]
async fn no_window_holds_more_views_than_its_cap_until_everybody_is_done() {
    let house = House::new(&PEOPLE);
    house.world().whims.extend([Whim::Removes, Whim::Late(5), Whim::Ignores]);
    let rehearsal = visiting(&house, Mode::Rehearsal, (few_views(), false)).await;
    assert_eq!(rehearsal.ending, Ending::Done, "{}", rehearsal.why);
    let outcome = visiting(&house, Mode::Live, (few_views(), true)).await;
    assert_eq!(outcome.ending, Ending::Done, "{}", outcome.why);
    assert!(PEOPLE.iter().all(|slug| house.state(slug) == EffectState::Confirmed));
    assert!(views(&house) > 4 + 3 * 4, "a second look costs a view");
    let (hour, day) = (Duration::from_secs(3_600), Duration::from_secs(24 * 3_600));
    assert!(most_within(&house, hour) <= 5 && most_within(&house, day) <= 8);
    assert!(views(&house) > 8, "more than a day's cap was needed in all");
    let gaps: Vec<u64> = house.world().views.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_secs()).collect();
    assert!(gaps.iter().all(|gap| *gap >= 10), "{gaps:?}");
    house.check();
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_stops_at_the_cap_too() {
    let house = House::new(&["p1", "p2", "p3", "p4", "p5", "p6"]);
    let outcome = visiting(&house, Mode::Rehearsal, (few_views(), false)).await;
    assert_eq!((outcome.ending, outcome.rehearsed), (Ending::DueLater, (5, 5)), "{}", outcome.why);
    assert_eq!(views(&house), 5);
    house.check();
}

#[tokio::test(start_paused = true)]
async fn whose_address_leads_elsewhere_is_a_mismatch_and_nothing_is_clicked() {
    let house = House::new(&["p1", "p2"]);
    house.world().moved_away.push("p1".to_owned());
    let outcome = visiting(&house, Mode::Live, (Pace::off(), false)).await;
    assert_eq!(outcome.ending, Ending::SomeFailed, "{}", outcome.why);
    assert_eq!(house.path("p1"), "APPROVED PRECHECK MISMATCH");
    assert_eq!(house.why("p1"), "the address leads to another profile");
    assert_eq!(house.state("p2"), EffectState::Confirmed);
    assert_eq!(house.world().log, ["removed p2"]);
    house.check();
}
