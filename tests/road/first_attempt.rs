//! People leave at the first attempt, whatever the site leaves open: how long it waits before it filters, and how it shows the
//! account's own picture.

use std::collections::BTreeMap;
use std::time::Duration;

use super::bed::{Bed, Done, Planned, moved, quick};
use super::both_routes;
use super::removals::{each_once, first};
use exeunt::browser::binary::Kind;
use exeunt::practice::scenario::{Picture, Scenario, Ui, Vary};

/// The first so many people of the list's first part, in its order: everybody stands there before it is filtered.
fn at_the_top(scenario: &Scenario, count: usize) -> Vec<String> {
    first(scenario, count)
}

fn varied(people: usize, ui: &str, vary: Vary) -> Scenario {
    let ui = if ui.is_empty() { Ui::default() } else { ui.parse().unwrap() };
    Scenario { vary, ui, ..quick(people) }
}

/// Everybody left at the first attempt: looked up once, intended once, and nothing else in between.
fn left_at_once(bed: &Bed, plan: &Planned, live: &Done) {
    assert_eq!(live.code, Some(0), "{}", live.told());
    assert_eq!(bed.site.removed(), each_once(&plan.slugs));
    for slug in &plan.slugs {
        let path: Vec<&str> =
            live.lines.iter().filter_map(moved).filter(|(_, who)| who == slug).map(|(to, _)| to).collect();
        assert_eq!(path, ["PRECHECK", "INTENT", "ACTED", "VERIFYING", "DONE", "CONFIRMED"], "{slug}");
    }
}

fn twenty_with_a_debounce(kind: Kind, ui: &str, debounce: u64) {
    let vary = Vary { debounce: Some(Duration::from_millis(debounce)), ..Vary::default() };
    let bed = Bed::new(kind, varied(60, ui, vary));
    let plan = bed.plan(&at_the_top(&bed.site.scenario, 20));
    let live = bed.live(&plan);
    left_at_once(&bed, &plan, &live);
}

#[test]
fn twenty_people_in_view_leave_at_the_first_attempt_in_chrome() {
    twenty_with_a_debounce(Kind::Chrome, "", 400);
}

#[test]
fn twenty_people_in_view_leave_at_the_first_attempt_in_firefox() {
    twenty_with_a_debounce(Kind::Firefox, "", 400);
}

/// One engine, generation and debounce a run of the tests, drawn from the day: all come in turn.
#[test]
fn people_in_view_leave_at_the_first_attempt_whatever_the_debounce() {
    let seed = jiff::Timestamp::now().as_second() / 3_600;
    eprintln!("seed {seed}");
    let seed = usize::try_from(seed).unwrap();
    let kind = [Kind::Chrome, Kind::Firefox][seed % 2];
    let ui = ["connections=ember-2020", "connections=sdui-2025", "connections=sdui-2026"][seed % 3];
    let debounce = [0, 60, 250, 900][seed % 4];
    let vary = Vary { debounce: Some(Duration::from_millis(debounce)), ..Vary::default() };
    let bed = Bed::new(kind, varied(30, ui, vary));
    let plan = bed.plan(&at_the_top(&bed.site.scenario, 3));
    left_at_once(&bed, &plan, &bed.live(&plan));
}

/// The list in one generation and the profile in another: the picture is the same, and its address and text are not.
fn the_picture_is_no_other_account(kind: Kind, picture: Picture, route: &str) {
    let vary = Vary { picture, ..Vary::default() };
    let bed = Bed::new(kind, varied(30, "connections=sdui-2026,profile=ember-2020", vary));
    let plan = bed.plan_through(&at_the_top(&bed.site.scenario, 2), route);
    let live = bed.live(&plan);
    assert_eq!(live.code, Some(0), "{picture}: {}", live.told());
    let mut left = BTreeMap::new();
    for (kind, slug) in both_routes::deeds(&bed) {
        assert_eq!(kind, "removed", "{picture}: something else happened to `{slug}`");
        *left.entry(slug).or_default() += 1;
    }
    assert_eq!(left, each_once(&plan.slugs), "{picture}");
}

#[test]
fn a_picture_with_another_address_and_text_is_no_other_account() {
    the_picture_is_no_other_account(Kind::Chrome, Picture::Photo, "profile");
}

#[test]
fn a_picture_that_comes_late_is_no_other_account() {
    the_picture_is_no_other_account(Kind::Firefox, Picture::Late, "profile");
}

#[test]
fn initials_and_placeholders_are_no_other_account() {
    the_picture_is_no_other_account(Kind::Firefox, Picture::Initials, "list");
    the_picture_is_no_other_account(Kind::Chrome, Picture::Placeholder, "list");
}
