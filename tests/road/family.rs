//! A family of sites: pages that are drawn anew in everything that the facts leave open (`practice --vary`).
//!
//! Whatever is drawn: nobody else leaves, nobody who stands there is called gone, no account is latched as another one, and
//! nearly everybody leaves at the first attempt; the soak counts how many, over a thousand seeds of each route. Where something
//! harmful stands in place of the removal, nobody leaves and nothing is clicked.
//! `EXEUNT_SEED=N` draws the seeds of another run again; `EXEUNT_VARY=SEED[,WHAT=HOW]` tries that drawing and no other, and
//! `exeunt practice --vary …` serves it.

use std::collections::BTreeMap;

use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;
use exeunt::practice::scenario::{Scenario, Ui};
use exeunt::practice::vary::{DIMENSIONS, Family, HARM};

use super::bed::{Bed, moved, quick};
use super::removals::first;
use crate::support::engines;

/// What a route has of the family: its pages, and how many seeds each driver tries.
struct Route {
    name: &'static str,
    ui: &'static str,
    seeds: u64,
}

const LIST: Route = Route { name: "list", ui: "connections=sdui-2026", seeds: 4 };
const PROFILE: Route = Route { name: "profile", ui: "connections=sdui-2026,profile=sdui-2026", seeds: 4 };

/// In the soak each driver tries so many.
const SOAK_SEEDS: u64 = 500;

/// How one seed ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// Everybody left, at the first attempt.
    AtOnce,
    /// Everybody left, after more attempts.
    Later,
    /// The run stopped, and said why.
    Stopped(String),
}

/// Runs two people's removal on the site that a family draws; fails where anything wrong was done. Answers who left, too.
fn tried(kind: Kind, route: &Route, family: &Family) -> (End, BTreeMap<String, u32>) {
    let scenario = Scenario { ui: route.ui.parse::<Ui>().unwrap(), vary: family.clone().into(), ..quick(24) };
    let bed = Bed::new(kind, scenario);
    // Somebody who is in view before the filter, and somebody further down.
    let people = first(&bed.site.scenario, 12);
    let plan = bed.plan_through(&[people[0].clone(), people[people.len() - 1].clone()], route.name);
    let live = bed.live(&plan);
    let told = format!("{kind}, {} route, --vary {family}\n{}", route.name, live.told());
    let mut removed = BTreeMap::new();
    for (what, slug) in bed.site.audit() {
        match what.as_str() {
            "profile-view" if route.name == "profile" => {}
            "removed" => *removed.entry(slug).or_insert(0) += 1,
            _ => panic!("`{what}` happened to `{slug}`\n{told}"),
        }
    }
    assert!(removed.iter().all(|(slug, times)| plan.slugs.contains(slug) && *times == 1), "{removed:?}\n{told}");
    for (slug, state) in bed.states(&plan) {
        let has_left = removed.contains_key(&slug);
        let says_gone = matches!(state, EffectState::AlreadyGone | EffectState::Done | EffectState::Confirmed);
        assert!(!says_gone || has_left, "`{slug}` is called {state:?} and still there\n{told}");
    }
    assert!(!live.told().contains("another account"), "a false latch\n{told}");
    if live.code != Some(0) {
        println!("{told}");
        return (End::Stopped(live.last()["reason"].as_str().unwrap_or_default().to_owned()), removed);
    }
    assert_eq!(removed.len(), plan.slugs.len(), "exit 0, and somebody is left\n{told}");
    let attempts = live.lines.iter().filter(|line| matches!(moved(line), Some(("PRECHECK", _)))).count();
    if attempts == plan.slugs.len() {
        return (End::AtOnce, removed);
    }
    println!("{told}");
    (End::Later, removed)
}

/// Tries a driver's share of the seeds, and prints how they ended.
fn family(kind: Kind, route: &Route) {
    let base = engines::run_seed().wrapping_mul(1_000) % 1_000_000_000 + if kind == Kind::Firefox { 500 } else { 0 };
    let seeds = if engines::is_soak() { SOAK_SEEDS } else { route.seeds };
    if let Ok(drawing) = std::env::var("EXEUNT_VARY") {
        let (end, _) = tried(kind, route, &drawing.parse().unwrap());
        assert_eq!(end, End::AtOnce, "{kind}, {} route, --vary {drawing}", route.name);
        return;
    }
    let mut ends: Vec<(u64, End)> = Vec::new();
    for nth in 0..seeds {
        let seed = base + nth;
        let (end, _) = tried(kind, route, &Family::drawn(seed));
        println!("{kind}, {} route, --vary {seed}: {end:?}", route.name);
        ends.push((seed, end));
    }
    let at_once = ends.iter().filter(|(_, end)| *end == End::AtOnce).count() as u64;
    println!(
        "{kind}, {} route: {at_once} of {seeds} at the first attempt, seeds {base} to {}",
        route.name,
        base + seeds - 1
    );
    // 98 of a hundred in the soak. A few seeds say nothing about a share: that most of them do is what they can show.
    let most = if engines::is_soak() { (seeds * 2).div_ceil(100) } else { seeds / 2 };
    let others: Vec<_> = ends.iter().filter(|(_, end)| *end != End::AtOnce).collect();
    assert!(seeds - at_once <= most, "{kind}, {} route: {others:#?}", route.name);
}

#[test]
fn people_leave_through_any_list_in_chrome() {
    family(Kind::Chrome, &LIST);
}

#[test]
fn people_leave_through_any_list_in_firefox() {
    family(Kind::Firefox, &LIST);
}

#[test]
fn people_leave_through_any_profile_in_chrome() {
    family(Kind::Chrome, &PROFILE);
}

#[test]
fn people_leave_through_any_profile_in_firefox() {
    family(Kind::Firefox, &PROFILE);
}

/// Each harm beside what a seed draws: nobody leaves, and the run says why it stopped. Two runs share the harms.
#[test]
fn nothing_harmful_is_clicked_in_any_list() {
    let harm = DIMENSIONS.iter().find(|dimension| dimension.name == HARM).unwrap();
    let harms = harm.options[1..].iter().copied();
    for (nth, (kind, harm)) in engines::each("a family's harm", harms).into_iter().enumerate() {
        if !engines::is_turn(nth / 2, 2) {
            continue;
        }
        let seed = engines::run_seed() % 1_000_000 + nth as u64;
        let family: Family = format!("{seed},{HARM}={harm}").parse().unwrap();
        let (end, removed) = tried(kind, &LIST, &family);
        assert!(matches!(&end, End::Stopped(why) if !why.is_empty()), "{kind}, --vary {seed},{HARM}={harm}: {end:?}");
        assert!(removed.is_empty(), "{kind}, --vary {seed},{HARM}={harm}: {removed:?} left");
    }
}
