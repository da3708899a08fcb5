//! The real pace, on a clock that leaps.

use std::time::Duration;

use super::house::House;
use crate::event::exit::Ending;
use crate::event::fact::Mode;
use crate::policy::pace::Pace;
use crate::runner::clock::Clock;
use crate::runner::order::{Order, Outcome};

const PEOPLE: [&str; 14] =
    ["p01", "p02", "p03", "p04", "p05", "p06", "p07", "p08", "p09", "p10", "p11", "p12", "p13", "p14"];

async fn paced(house: &House, until_done: bool) -> Outcome {
    let order = Order { pace: Pace::default(), until_done, shots: false, ..house.order(Mode::Live) };
    house.run(&order).await.unwrap()
}

/// The seconds from one deed to the next.
fn gaps(house: &House) -> Vec<u64> {
    house.world().times.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_secs()).collect()
}

#[tokio::test(start_paused = true)]
async fn the_first_day_has_four_and_says_when_the_next_begins() {
    let house = House::new(&PEOPLE);
    let began = house.clock.now().utc;
    let outcome = paced(&house, false).await;
    assert_eq!((outcome.ending, outcome.remaining), (Ending::DueLater, 10));
    assert_eq!(outcome.why, "all that is allowed now was done: 4 in 24 hours on day 1 of the slow start");
    let due = outcome.due_at.unwrap().duration_since(began);
    assert!((24 * 3_600..24 * 3_600 + 120).contains(&due.as_secs()), "{due}");
    assert!(gaps(&house).iter().all(|gap| (20..=75).contains(gap)), "{:?}", gaps(&house));
    assert_eq!(house.run_facts().last_chunk().unwrap(), &["waiting".to_owned(), "ended due-later".to_owned()]);
    // Asked again at once, it finds that out without a browser.
    let again = paced(&house, false).await;
    assert_eq!((again.ending, again.due_at, house.world().sessions), (Ending::DueLater, outcome.due_at, 1));
    house.check();
}

#[tokio::test(start_paused = true)]
async fn until_done_waits_without_a_browser_and_audits_each_batch() {
    let house = House::new(&PEOPLE);
    let outcome = paced(&house, true).await;
    assert_eq!((outcome.ending, outcome.remaining), (Ending::Done, 0), "{}", outcome.why);
    let days: Vec<u64> = gaps(&house).into_iter().filter(|gap| *gap > 3_600).collect();
    assert_eq!(days.len(), 2, "4, 8 and the last 2: {:?}", gaps(&house));
    assert_eq!(house.world().sessions, 4, "one more after the pause that the tenth earns");
    let waits = ["waiting", "running"].repeat(3);
    assert_eq!(house.run_facts(), [waits, vec!["complete", "ended done"]].concat());
    let path = house.path("p01");
    assert_eq!(path, "APPROVED PRECHECK INTENT ACTED VERIFYING DONE CONFIRMED");
    house.check();
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_is_throttled_doubles_the_gaps() {
    let house = House::new(&PEOPLE[..3]);
    house.world().throttled = 1;
    let order = Order { pace: Pace::default(), ..house.order(Mode::Live) };
    let outcome = house.run(&order).await.unwrap();
    assert_eq!(outcome.ending, Ending::Done);
    // Three documents before the first gap (the account's, the person's, the verification's), two before the second.
    assert!(gaps(&house)[0] >= 80 && gaps(&house)[1] >= 320, "{:?}", gaps(&house));
    assert!(house.shown.lock().unwrap().iter().any(|line| line.contains("429")));
    house.check();
}

#[tokio::test(start_paused = true)]
async fn the_next_run_begins_as_slowly_as_the_last_one_ended() {
    let house = House::new(&PEOPLE[..6]);
    house.world().throttled = 1;
    let order = |limit| Order { pace: Pace::default(), limit, ..house.order(Mode::Live) };
    house.run(&order(std::num::NonZeroU32::new(2))).await.unwrap();
    house.world().throttled = 0;
    house.run(&order(None)).await.unwrap();
    let factors = read_of_intents(&house, "pace.gap_factor");
    assert_eq!(factors.len(), 4, "of the first day's four, each after a signal: {factors:?}");
    let factors: Vec<f64> = factors.iter().map(|factor| factor.parse().unwrap()).collect();
    assert!(factors[2] >= 2.0 * factors[1], "what was met after the last intention counts too: {factors:?}");
    assert_eq!(factors[2], factors[3]);
    assert!(gaps(&house)[1] >= 20 * 4, "{:?}", gaps(&house));
    house.check();
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_keeps_the_gaps_and_spends_nothing() {
    let house = House::new(&PEOPLE[..6]);
    let began = tokio::time::Instant::now();
    let order = Order { pace: Pace::default(), ..house.order(Mode::Rehearsal) };
    let outcome = house.run(&order).await.unwrap();
    assert_eq!((outcome.ending, outcome.rehearsed), (Ending::Done, (6, 6)));
    assert!(began.elapsed() >= Duration::from_secs(5 * 20), "{:?}", began.elapsed());
    let debits = house.ledger.debits(&house.account, crate::event::id::Realm::Practice, jiff::Timestamp::MIN).unwrap();
    assert_eq!(debits, []);
}

#[tokio::test(start_paused = true)]
async fn proof_that_nothing_happened_takes_three_minutes_after_the_click() {
    let house = House::new(&["anna"]);
    house.world().whims.push_back(super::site::Whim::Late(90));
    let outcome = paced(&house, false).await;
    assert_eq!(outcome.ending, Ending::Done);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT ACTED VERIFYING VERIFYING DONE CONFIRMED");
    assert_eq!(house.world().times.len(), 1, "no second click inside the delay");
    // Written under a slow pace and looked at under a quick one, the slow one's time still counts.
    let house = House::new(&["bert"]);
    house.world().whims.push_back(super::site::Whim::Late(90));
    let order = Order { pace: Pace::default(), ..house.order(Mode::Live) };
    let _ = tokio::time::timeout(Duration::from_secs(20), house.run(&order)).await;
    house.world().open = 0;
    assert_eq!(house.path("bert"), "APPROVED PRECHECK INTENT ACTED VERIFYING VERIFYING");
    house.live().await;
    assert_eq!(house.world().times.len(), 1);
    house.check();
}

/// What the intentions of a ledger say that was read, by name.
fn read_of_intents(house: &House, name: &str) -> Vec<String> {
    let links = house.ledger.links(&house.account, crate::event::id::Realm::Practice, 1..=u64::MAX).unwrap();
    let moved = links.iter().filter_map(|link| match link.entry().unwrap().fact {
        crate::event::fact::Fact::Moved(moved) if moved.to == crate::event::state::EffectState::Intent => Some(moved),
        _ => None,
    });
    let read = moved.flat_map(|moved| moved.read);
    read.filter(|(what, _)| what == name).map(|(_, value)| value).collect()
}

#[tokio::test(start_paused = true)]
async fn every_draw_of_chance_is_in_the_ledger_and_the_seed_gives_it_again() {
    let draws = async || {
        let house = House::new(&PEOPLE[..4]);
        paced(&house, false).await;
        let draws: Vec<f64> = read_of_intents(&house, "pace.draw").iter().map(|draw| draw.parse().unwrap()).collect();
        // A gap is what its draw makes of 20 to 60 seconds, and the pages of one person more.
        for (gap, draw) in gaps(&house).into_iter().zip(&draws[1..]) {
            let least = 20.0 + 40.0 * draw;
            assert!((least - 1.0..least + 15.0).contains(&(gap as f64)), "{gap} s for a draw of {draw}");
        }
        draws
    };
    let (first, second) = (draws().await, draws().await);
    assert_eq!((first.len(), &first), (4, &second));
    assert!(first.windows(2).any(|pair| pair[0] != pair[1]), "{first:?}");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_active_hours_ends_the_share_until_they_begin_again() {
    let house = House::new(&PEOPLE);
    let began = tokio::time::Instant::now();
    let active = ["mon-fri 08:00-09:02".parse::<crate::policy::active::Window>().unwrap()].into_iter().collect();
    let pace = Pace { active, per_day: None, ..Pace::default() };
    let zone = jiff::tz::TimeZone::get("Europe/London").unwrap();
    let order = Order { pace, zone, shots: false, ..house.order(Mode::Live) };
    let outcome = house.run(&order).await.unwrap();
    assert_eq!(outcome.ending, Ending::DueLater);
    assert_eq!(outcome.why, "all that is allowed now was done: outside of the active hours");
    assert_eq!(outcome.due_at.unwrap().to_string(), "2026-03-03T08:00:00Z");
    let done = house.world().times.clone();
    assert!(done.len() >= 2, "{done:?}");
    assert!(done[done.len() - 1].duration_since(began) < Duration::from_secs(130), "{done:?}");
    house.check();
}

#[tokio::test(start_paused = true)]
async fn who_is_looked_up_when_the_hours_end_is_left_for_the_next_day() {
    let active: crate::policy::active::Active =
        ["09:00-09:01".parse::<crate::policy::active::Window>().unwrap()].into_iter().collect();
    let mut met = 0;
    for tenths in 0..40 {
        let mut house = House::new(&PEOPLE[..1]);
        let start = "2026-03-02T09:00:56Z".parse::<jiff::Timestamp>().unwrap();
        house.clock = Clock::following_tokio(start + jiff::SignedDuration::from_millis(100 * tenths));
        let pace = Pace { active: active.clone(), ..Pace::off() };
        let outcome = house.run(&Order { pace, shots: false, ..house.order(Mode::Live) }).await.unwrap();
        for link in house.ledger.links(&house.account, crate::event::id::Realm::Practice, 1..=u64::MAX).unwrap() {
            let entry = link.entry().unwrap();
            if let crate::event::fact::Fact::Moved(moved) = entry.fact {
                let late = entry.at.utc >= "2026-03-02T09:01:00Z".parse().unwrap();
                assert!(!late || moved.to != crate::event::state::EffectState::Intent, "intended at {}", entry.at.utc);
            }
        }
        if house.path("p01") == "APPROVED PRECHECK APPROVED" {
            met += 1;
            assert_eq!(house.why("p01"), "nothing was sent: outside of the active hours");
            assert_eq!((outcome.ending, house.world().times.len()), (Ending::DueLater, 0), "{}", outcome.why);
            assert_eq!(outcome.due_at.unwrap().to_string(), "2026-03-03T09:00:00Z");
        }
        house.check();
    }
    assert!(met > 0, "the hours never ended between the question and the intention");
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_forward_a_day_allows_nobody_more_and_a_night_asleep_does() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    let mut house = House::new(&PEOPLE);
    let (leapt, slept) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let wall = Clock::following_tokio(house.clock.now().utc);
    let (leaps, sleeps) = (leapt.clone(), slept.clone());
    house.clock = Clock::showing(move || {
        let mut now = wall.now();
        let (leap, sleep) = (leaps.load(Ordering::Relaxed), sleeps.load(Ordering::Relaxed));
        now.utc += jiff::SignedDuration::from_hours(leap + sleep);
        now.boot_ns += sleep * 3_600_000_000_000;
        now
    });
    assert_eq!(paced(&house, false).await.remaining, 10);
    leapt.store(30, Ordering::Relaxed);
    let outcome = paced(&house, false).await;
    assert_eq!((outcome.ending, outcome.remaining), (Ending::DueLater, 10));
    let left = outcome.due_at.unwrap().duration_since(house.clock.now().utc).as_hours();
    assert!((22..24).contains(&left), "{left} hours left of the day that began when the first was done");
    assert!(house.shown.lock().unwrap().iter().any(|line| line.contains("the clock was set forward by 30h")));
    slept.store(24, Ordering::Relaxed);
    assert_eq!(paced(&house, false).await.remaining, 2, "eight on the second day");
    house.check();
}

#[tokio::test(start_paused = true)]
async fn a_data_directory_that_does_not_know_the_last_act_begins_nobody_and_says_until_when() {
    let home = tempfile::tempdir().unwrap();
    let memory = home.path().join("state");
    let first = House::real(&memory, &["anna", "bert"]);
    assert_eq!(first.live_limited(1).await.ending, Ending::DueLater);
    // The ledger is lost, and another one is begun elsewhere; or it is a second one beside the first. It read whose account it is.
    let second = House::real(&memory, &["carl"]);
    second.run(&second.order(Mode::Rehearsal)).await.unwrap();
    let (now, looks) = (second.clock.now().utc, second.world().looks);
    let outcome = second.live().await;
    second.check();
    let days = outcome.due_at.unwrap().duration_since(now).as_hours() / 24;
    assert_eq!(
        (outcome.ending, days, second.path("carl").as_str()),
        (Ending::DueLater, 29, "APPROVED"),
        "{}",
        outcome.why
    );
    assert!(outcome.why.contains("before 2026-04-01") && outcome.why.contains("month's limits"), "{}", outcome.why);
    assert_eq!(second.world().looks, looks, "no page was opened for it");
    // The first one goes on; the other one thirty days later.
    assert_eq!(first.live().await.ending, Ending::Done);
    tokio::time::sleep(Duration::from_secs(31 * 24 * 3_600)).await;
    assert_eq!(second.live().await.ending, Ending::Done);
}
