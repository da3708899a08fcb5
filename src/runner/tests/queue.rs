//! Several plans of one account: one queue, one budget, nobody twice.

use std::num::NonZeroU32;

use super::house::{House, make};
use super::site::Whim;
use crate::event::exit::Ending;
use crate::event::fact::{Mode, RunStarted};
use crate::event::id::Realm;
use crate::event::state::EffectState::{self, AlreadyGone, Approved, Confirmed, Excluded, NeedsHuman};
use crate::ledger::{KeepRow, PlanRow};
use crate::policy::pace::Pace;
use crate::runner::order::{Order, Outcome};

/// A second plan of the account, approved.
fn second(house: &House, people: &[&str]) -> PlanRow {
    make(&house.ledger, (&house.account, Realm::Practice), people, &house.clock)
}

fn order(house: &House, plan: &PlanRow) -> Order {
    let order = house.order(Mode::Live);
    let started = RunStarted { plan: plan.id.clone(), hash: plan.hash, ..order.started.clone() };
    Order { started, ..order }
}

async fn live(house: &House, plan: &PlanRow) -> Outcome {
    house.run(&order(house, plan)).await.unwrap()
}

fn states(house: &House, plan: &PlanRow) -> Vec<(String, EffectState)> {
    let rows = house.ledger.effects(&plan.id).unwrap();
    rows.into_iter().map(|row| (row.slug.to_string(), row.state)).collect()
}

fn of(pairs: &[(&str, EffectState)]) -> Vec<(String, EffectState)> {
    pairs.iter().map(|(slug, state)| ((*slug).to_owned(), *state)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_person_of_two_plans_is_removed_by_the_one_and_not_visited_by_the_other() {
    let house = House::new(&["anna", "bert", "cleo"]);
    assert_eq!(house.live_limited(1).await.ending, Ending::DueLater);
    let other = second(&house, &["anna", "bert"]);
    house.shown.lock().unwrap().clear();
    assert_eq!(live(&house, &other).await.ending, Ending::Done);
    assert_eq!(states(&house, &other), of(&[("anna", AlreadyGone), ("bert", Confirmed)]));
    let shown = house.shown.lock().unwrap().join("\n");
    assert!(shown.contains("bert") && !shown.contains("anna"), "{shown}");
    let why = house.ledger.effects(&other.id).unwrap()[0].reason.clone();
    assert!(why.contains(house.plan.id.as_str()) && why.contains("not visited again"), "{why}");
    // Back at the first plan, it is the other way round.
    assert_eq!(house.live().await.ending, Ending::Done);
    let plan = house.plan.clone();
    assert_eq!(states(&house, &plan), of(&[("anna", Confirmed), ("bert", AlreadyGone), ("cleo", Confirmed)]));
    assert_eq!(house.world().log, ["removed anna", "removed bert", "removed cleo"]);
    house.check();
}

#[tokio::test(start_paused = true)]
async fn whoever_one_plan_holds_in_doubt_waits_in_the_other_and_holds_up_nobody() {
    let house = House::new(&["anna", "bert"]);
    house.world().blind = 99;
    assert_eq!(house.live_limited(1).await.ending, Ending::InDoubt);
    house.world().blind = 0;
    assert_eq!(house.state("anna"), NeedsHuman);
    let other = second(&house, &["anna", "bert"]);
    let outcome = live(&house, &other).await;
    assert_eq!((outcome.ending, outcome.remaining), (Ending::InDoubt, 1));
    assert_eq!(states(&house, &other), of(&[("anna", Approved), ("bert", Confirmed)]));
    // With nobody else left no browser is opened for it.
    let before = house.world().sessions;
    assert_eq!(live(&house, &other).await.ending, Ending::InDoubt);
    assert_eq!(house.world().sessions, before);
    house.world().people.retain(|slug, _| slug != "anna");
}

#[tokio::test(start_paused = true)]
async fn in_doubt_comes_first_whatever_plan_it_is_of() {
    let house = House::new(&["anna", "bert"]);
    // The browser is lost at each call from here on, so that the click stays without an outcome.
    house.world().whims.push_back(Whim::LostAfter);
    let call = house.world().calls;
    house.world().lost_at = (call + 40..call + 400).collect();
    let first = house.live_limited(1).await;
    house.world().lost_at.clear();
    let other = second(&house, &["bert"]);
    let outcome = live(&house, &other).await;
    let facts = house.path("anna");
    assert!(facts.ends_with("DONE CONFIRMED"), "{facts}, first {:?}, then {:?}", first.ending, outcome.ending);
    assert_eq!(house.world().log, ["removed anna", "removed bert"]);
    house.check();
}

#[tokio::test(start_paused = true)]
async fn two_plans_share_one_budget() {
    let house = House::new(&["anna", "bert", "cleo"]);
    let pace = Pace { per_day: NonZeroU32::new(2), ..Pace::off() };
    let first = Order { limit: NonZeroU32::new(1), pace: pace.clone(), ..house.order(Mode::Live) };
    house.run(&first).await.unwrap();
    let other = second(&house, &["cleo", "bert"]);
    let outcome = house.run(&Order { pace, ..order(&house, &other) }).await.unwrap();
    assert_eq!((outcome.ending, outcome.remaining), (Ending::DueLater, 1));
    assert_eq!(house.world().log, ["removed anna", "removed cleo"]);
}

#[tokio::test(start_paused = true)]
async fn a_plan_whose_keep_list_grew_shrinks_without_another_approval() {
    let house = House::new(&["anna", "bert"]);
    let entry = KeepRow { slug: "anna".parse().unwrap(), reason: "my sister".into(), at: house.clock.now().utc };
    house.ledger.keep(&house.account, &entry).unwrap();
    assert_eq!(house.live().await.ending, Ending::Done);
    let plan = house.plan.clone();
    assert_eq!(states(&house, &plan), of(&[("anna", Excluded), ("bert", Confirmed)]));
    assert_eq!(house.why("anna"), "on the keep list: my sister");
    assert_eq!(house.world().log, ["removed bert"]);
}
