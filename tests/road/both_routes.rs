//! Five people a world leave (ten with each driver in `scripts/soak`), through both routes and every kind of page that either has:
//! what the site did, what the ledger says and what was planned are one and the same, and the site counts as many profile views
//! as the ledger.

use std::collections::BTreeSet;

use super::bed::{Bed, Planned, quick};
use super::removals::{all_in, each_once, same_people};
use exeunt::browser::binary::Kind;
use exeunt::event::id::Realm;
use exeunt::event::state::EffectState;
use exeunt::practice::scenario::{Picture, Scenario, Vary};
use serde_json::Value;

use crate::support::engines;

/// How many people a rehearsal looks at.
const REHEARSED: usize = 5;

/// How many people leave in each world: each of them is rehearsed, but in the soak.
fn leaving() -> usize {
    if engines::is_soak() { 10 } else { REHEARSED }
}

/// How often a profile is opened for one person: looked up, verified, audited.
const VIEWS: usize = 3;

/// The pages of a world, and the route through it.
struct World {
    ui: &'static str,
    route: &'static str,
    seed: u64,
}

const OLD_LIST: World = World { ui: "connections=ember-2020", route: "list", seed: 21 };
const EARLY_LIST: World = World { ui: "connections=sdui-2025", route: "list", seed: 22 };
const NEW_LIST: World = World { ui: "connections=sdui-2026", route: "list", seed: 23 };
const OLD_PROFILES: World = World { ui: "profile=ember-2020,connections=ember-2020", route: "profile", seed: 24 };
const NEW_PROFILES: World = World { ui: "profile=sdui-2026,connections=sdui-2025", route: "profile", seed: 25 };
const MIXED: World = World { ui: "profile=ember-2020,connections=sdui-2026", route: "profile", seed: 26 };

/// The people of the site who stand to the account as one of these words says, in the site's order.
fn standing(bed: &Bed, wanted: &[&str]) -> Vec<String> {
    let people: Vec<Value> = serde_json::from_str(&bed.site.ask("GET /people", "")).unwrap();
    let fits = people
        .iter()
        .filter(|person| person["hidden"] == false && wanted.contains(&person["relation"].as_str().unwrap()));
    fits.map(|person| person["slug"].as_str().unwrap().to_owned()).collect()
}

/// Every `step`th of the people, so that traps of names and addresses are among them.
fn spread(people: &[String], count: usize) -> Vec<String> {
    people.iter().step_by((people.len() / count).max(1)).take(count).cloned().collect()
}

/// How many profile views the site counts, and the ledger.
pub(crate) fn views(bed: &Bed) -> (usize, usize) {
    let site = bed.site.audit().into_iter().filter(|(kind, _)| kind == "profile-view").count();
    let (ledger, account) = bed.ledger();
    ledger.check(&account, Realm::Practice).unwrap();
    (site, ledger.visits(&account, Realm::Practice, jiff::Timestamp::MIN).unwrap().len())
}

/// What the site did beside showing profiles.
pub(crate) fn deeds(bed: &Bed) -> Vec<(String, String)> {
    bed.site.audit().into_iter().filter(|(kind, _)| kind != "profile-view").collect()
}

fn they_leave(variant: &str, world: &World) {
    for kind in engines::of("people leave", variant) {
        they_leave_with(kind, world);
    }
}

fn they_leave_with(kind: Kind, world: &World) {
    // Of an account without a picture only the menu tells whose it is.
    let seed = engines::run_seed();
    let picture = if (seed ^ world.seed).is_multiple_of(2) { Picture::Initials } else { Picture::default() };
    println!("{}: {picture:?} for the account's picture; EXEUNT_SEED={seed} draws the same", world.ui);
    let vary = Vary { picture, ..Vary::default() };
    let bed = Bed::new(kind, Scenario { ui: world.ui.parse().unwrap(), seed: world.seed, vary, ..quick(60) });
    let told = |what: &str| format!("{kind}, {} through the {}: {what}", world.ui, world.route);
    let before: BTreeSet<String> = standing(&bed, &["connected"]).into_iter().collect();
    let leave = spread(&standing(&bed, &["connected"]), leaving());
    let plan = bed.plan_through(&leave, world.route);

    let rehearsal = bed.run(&["run", &plan.id]);
    assert_eq!(rehearsal.code, Some(0), "{}", told(&rehearsal.told()));
    let ready = rehearsal.lines.iter().filter(|line| line["fact"]["outcome"] == "ready").count();
    assert_eq!(ready, REHEARSED, "{}", told(&rehearsal.told()));
    assert_eq!(deeds(&bed), [], "{}", told("a rehearsal has no effect"));
    let rehearsed = if world.route == "profile" { REHEARSED } else { 0 };
    assert_eq!(views(&bed), (rehearsed, rehearsed), "{}", told("views of the rehearsal"));

    let live = bed.live(&plan);
    assert_eq!(live.code, Some(0), "{}", told(&live.told()));
    let removed: Vec<(String, String)> = deeds(&bed);
    assert!(removed.iter().all(|(kind, _)| kind == "removed"), "{}", told(&format!("{removed:?}")));
    let mut counted = std::collections::BTreeMap::new();
    removed.into_iter().for_each(|(_, slug)| *counted.entry(slug).or_insert(0_u32) += 1);
    assert_eq!(counted, each_once(&leave), "{}", told("who was removed"));
    same_people(bed.states(&plan), all_in(&plan, EffectState::Confirmed));
    let after: BTreeSet<String> = standing(&bed, &["connected"]).into_iter().collect();
    let gone: BTreeSet<String> = leave.into_iter().collect();
    assert_eq!(after, before.difference(&gone).cloned().collect(), "{}", told("nobody outside the plan"));

    let expected = if world.route == "profile" { rehearsed + leaving() * VIEWS } else { 0 };
    assert_eq!(views(&bed), (expected, expected), "{}", told("the site and the ledger count alike"));
    println!("{kind}: {} through the {}: live run of {} took {:?}", world.ui, world.route, leaving(), live.took);
}

#[test]
fn they_leave_through_the_list_of_2020() {
    they_leave("the list of 2020", &OLD_LIST);
}

#[test]
fn they_leave_through_the_list_of_2025() {
    they_leave("the list of 2025", &EARLY_LIST);
}

#[test]
fn they_leave_through_the_list_of_2026() {
    they_leave("the list of 2026", &NEW_LIST);
}

#[test]
fn they_leave_through_profiles_of_2020() {
    they_leave("profiles of 2020", &OLD_PROFILES);
}

#[test]
fn they_leave_through_profiles_of_2026() {
    they_leave("profiles of 2026", &NEW_PROFILES);
}

#[test]
fn they_leave_through_profiles_of_2020_beside_a_list_of_2026() {
    they_leave("profiles of 2020 beside a list of 2026", &MIXED);
}

/// Runs a plan through the profiles of people who are no connections; answers it and how the program ended.
fn nobody_is_removed(bed: &Bed, slugs: &[String]) -> (Planned, Option<i32>, String) {
    let plan = bed.plan_through(slugs, "profile");
    let live = bed.live(&plan);
    assert_eq!(deeds(bed), [], "{}", live.told());
    (plan, live.code, live.told())
}

/// Who is no connection is left alone, and each reason has its own words.
fn others_are_left_alone(kind: Kind, ui: &str) {
    let bed = Bed::new(kind, Scenario { ui: ui.parse().unwrap(), ..quick(60) });
    let exported: Vec<Value> = serde_json::from_str(&bed.site.ask("GET /people", "")).unwrap();
    let of = |relation: &str| -> String {
        let fits = |person: &&Value| person["exported"] == true && person["relation"] == relation;
        exported.iter().find(fits).unwrap()["slug"].as_str().unwrap().to_owned()
    };
    let slugs: Vec<String> = ["pending", "follow-only", "none", "closed"].map(of).to_vec();
    let (plan, code, told) = nobody_is_removed(&bed, &slugs);
    assert_eq!(code, Some(4), "{told}");
    let stands: std::collections::BTreeMap<String, EffectState> = bed.states(&plan).into_iter().collect();
    for (slug, state) in slugs.iter().zip([
        EffectState::AlreadyGone,
        EffectState::AlreadyGone,
        EffectState::AlreadyGone,
        EffectState::Failed,
    ]) {
        assert_eq!(stands[slug], state, "{slug}: {told}");
    }
    for words in [
        "an invitation waits for an answer",
        "can only be followed",
        "the profile offers to connect",
        "the profile is not there: closed, or its address changed",
    ] {
        assert!(told.contains(words), "`{words}` is not in {told}");
    }
}

#[test]
fn who_is_no_connection_is_left_alone_on_new_pages() {
    for kind in engines::of("who is no connection", "new pages") {
        others_are_left_alone(kind, "profile=sdui-2026");
    }
}

#[test]
fn who_is_no_connection_is_left_alone_on_old_pages() {
    for kind in engines::of("who is no connection", "old pages") {
        others_are_left_alone(kind, "profile=ember-2020,connections=ember-2020");
    }
}

#[test]
fn whose_address_leads_elsewhere_is_not_touched() {
    for (kind, ui) in engines::each("an address that leads elsewhere", ["profile=sdui-2026", "profile=ember-2020"]) {
        let bed = Bed::new(kind, Scenario { ui: ui.parse().unwrap(), ..quick(40) });
        let slugs = spread(&standing(&bed, &["connected"]), 1);
        bed.site.ask("POST /fault", "renamed@profile");
        let (plan, code, told) = nobody_is_removed(&bed, &slugs);
        assert_eq!(code, Some(4), "{told}");
        same_people(bed.states(&plan), all_in(&plan, EffectState::Mismatch));
        assert!(told.contains("the address leads to another profile"), "{told}");
    }
}
