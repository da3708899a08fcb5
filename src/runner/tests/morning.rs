//! What is looked at before the first person of a day, and the page's own total.

use std::time::Duration;

use tokio::time::sleep;

use super::house::House;
use super::site::{Whim, name_of};
use crate::event::exit::Ending;
use crate::event::fact::Mode;
use crate::event::state::EffectState;
use crate::runner::order::{Order, Outcome};

const A_DAY: Duration = Duration::from_secs(24 * 3_600);

/// A live run of at most so many people that looks before the first of a day.
async fn probing(house: &House, limit: u32) -> Outcome {
    let order = Order { probe: true, limit: std::num::NonZeroU32::new(limit), ..house.order(Mode::Live) };
    house.run(&order).await.unwrap()
}

fn looks(house: &House) -> Vec<String> {
    house.run_facts().into_iter().filter(|fact| fact.starts_with("probed") || fact.starts_with("reread")).collect()
}

#[tokio::test(start_paused = true)]
async fn the_pages_are_probed_before_the_first_person_of_a_day_and_only_then() {
    let house = House::new(&["anna", "bert", "carl", "dora"]);
    assert_eq!(probing(&house, 1).await.ending, Ending::DueLater);
    assert_eq!(looks(&house), ["probed anna Ready"]);
    assert_eq!(house.world().log, ["removed anna"], "a probe clicks nothing");
    probing(&house, 1).await;
    assert_eq!(looks(&house), [""; 0], "the day has begun already");
    sleep(A_DAY).await;
    probing(&house, 1).await;
    assert_eq!(looks(&house), ["probed carl Ready", "reread anna Some(true)", "reread bert Some(true)"]);
    house.check();
    sleep(A_DAY).await;
    probing(&house, 1).await;
    assert_eq!(looks(&house), ["probed dora Ready", "reread carl Some(true)"], "the last day alone is read again");
    house.check();
}

#[tokio::test(start_paused = true)]
async fn a_page_that_does_not_fit_stops_the_day_before_anybody_is_touched() {
    let house = House::new(&["anna", "bert"]);
    house.world().ambiguous = true;
    let outcome = probing(&house, 2).await;
    assert_eq!(outcome.ending, Ending::BadFile, "{}", outcome.why);
    assert!(outcome.why.contains("before the first person of the day"), "{}", outcome.why);
    assert_eq!((house.path("anna"), house.path("bert")), ("APPROVED".into(), "APPROVED".into()));
    assert!(house.run_facts().contains(&"incident drift, 1 pictures".to_owned()), "{:?}", house.run_facts());
    house.check();
}

#[tokio::test(start_paused = true)]
async fn a_sign_to_stop_in_a_probe_latches_before_anybody_is_touched() {
    let house = House::new(&["anna"]);
    // The first two looks say whose account it is.
    house.world().sign = Some((3, "captcha"));
    assert_eq!(probing(&house, 1).await.ending, Ending::Stopped);
    assert_eq!(house.path("anna"), "APPROVED");
}

#[tokio::test(start_paused = true)]
async fn people_who_are_not_found_say_nothing_about_the_page() {
    let house = House::new(&["anna", "bert"]);
    house.world().people.remove("anna");
    assert_eq!(probing(&house, 9).await.ending, Ending::SomeFailed);
    assert_eq!(looks(&house), ["probed anna NotFound", "probed bert Ready"]);
    let house = House::new(&["anna"]);
    house.world().people.remove("anna");
    assert_eq!(probing(&house, 9).await.ending, Ending::SomeFailed);
    assert_eq!(house.state("anna"), EffectState::NotFound);
}

#[tokio::test(start_paused = true)]
async fn somebody_who_is_there_again_the_next_day_latches() {
    let house = House::new(&["anna", "bert"]);
    probing(&house, 1).await;
    house.world().people.insert("anna".into(), name_of("anna"));
    sleep(A_DAY).await;
    let outcome = probing(&house, 1).await;
    assert_eq!(outcome.ending, Ending::Stopped, "{}", outcome.why);
    assert!(outcome.why.contains("connected again"), "{}", outcome.why);
    assert_eq!(house.path("bert"), "APPROVED");
    assert!(house.run_facts().contains(&"incident came_back, 1 pictures".to_owned()), "{:?}", house.run_facts());
    assert_eq!(house.world().log, ["removed anna"], "nobody is removed a second time");
}

#[tokio::test(start_paused = true)]
async fn a_total_that_falls_by_more_than_ours_stops_before_the_next_person() {
    let house = House::new(&["anna", "bert", "carl"]);
    house.world().people.insert("zoe".into(), name_of("zoe"));
    house.world().whims.push_back(Whim::AndAnother);
    let outcome = house.live().await;
    assert_eq!(outcome.ending, Ending::Stopped, "{}", outcome.why);
    assert!(outcome.why.contains("fell from 4 to 2"), "{}", outcome.why);
    assert_eq!(house.state("anna"), EffectState::Done);
    assert_eq!(house.path("bert"), "APPROVED PRECHECK APPROVED", "nothing was sent");
    assert_eq!(house.world().log, ["removed anna"]);
    house.check();
}

#[tokio::test(start_paused = true)]
async fn the_total_before_and_after_is_told() {
    let house = House::new(&["anna", "bert", "carl"]);
    house.world().people.insert("zoe".into(), name_of("zoe"));
    assert_eq!(house.live_limited(2).await.totals, Some((4, 2, 2)));
    house.check();
}

#[tokio::test(start_paused = true)]
async fn after_a_silence_the_page_is_looked_at_again_before_anybody_is_begun() {
    let house = House::new(&["anna", "bert", "carl"]);
    probing(&house, 1).await;
    // The first two looks say whose account it is.
    let looks_so_far = house.world().looks;
    house.world().sign = Some((looks_so_far + 3, "too_many_requests"));
    let outcome = probing(&house, 1).await;
    assert_eq!((outcome.ending, house.path("bert").as_str()), (Ending::Stopped, "APPROVED PRECHECK APPROVED"));
    house.world().sign = None;
    sleep(Duration::from_secs(2 * 3_600)).await;
    assert_eq!(probing(&house, 1).await.ending, Ending::DueLater);
    assert_eq!(looks(&house), ["probed bert Ready"]);
    house.check();
}
