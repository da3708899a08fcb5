//! A day on the real pages: what is looked at before its first person, and what stops it there.

use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;
use serde_json::Value;

use super::bed::{Bed, Done, quick};
use super::removals::{all_in, first, same_people};
use crate::support::engines;

/// A bed with a pace: whoever is removed is read again at once, so that a day of one person is over soon.
fn paced(kind: Kind) -> Bed {
    let mut bed = Bed::new(kind, quick(40));
    let settings = bed.path("settings.toml");
    std::fs::write(&settings, "[pace]\naudit_after = \"1s\"\nvisit_gap = \"0s\"\n").unwrap();
    bed.flags = vec!["--config".to_owned(), settings.to_str().unwrap().to_owned()];
    bed
}

fn kinds(done: &Done) -> Vec<&str> {
    done.lines.iter().filter_map(|line| line["fact"]["kind"].as_str()).collect()
}

fn a_day_begins_with_a_look(kind: Kind, route: &str) {
    let bed = paced(kind);
    let plan = bed.plan_through(&first(&bed.site.scenario, 1), route);
    let done = bed.run(&["run", &plan.id, "--live", "--confirm", &plan.hash, "--pace", "real"]);
    assert_eq!(done.code, Some(0), "{}", done.told());
    let probed = done.lines.iter().map(|line| &line["fact"]).find(|fact| fact["kind"] == "probed");
    let probed = probed.unwrap_or_else(|| panic!("the pages were not probed: {}", done.told()));
    assert_eq!((&probed["outcome"], &probed["slug"]), (&Value::from("ready"), &Value::from(plan.slugs[0].as_str())));
    let kinds = kinds(&done);
    let place = |kind| kinds.iter().position(|known| *known == kind).unwrap();
    assert!(place("probed") < place("moved"), "{kinds:?}");
    let removed = bed.site.audit().into_iter().filter(|(kind, _)| kind == "removed");
    assert_eq!(removed.map(|(_, slug)| slug).collect::<Vec<_>>(), plan.slugs);
    same_people(bed.states(&plan), all_in(&plan, EffectState::Confirmed));
    let proof = bed.run(&["evidence", "verify", "last"]);
    assert_eq!(proof.code, Some(0), "{}", proof.told());
}

fn stops_before_anybody_is_touched(kind: Kind) {
    let bed = paced(kind);
    let plan = bed.plan(&first(&bed.site.scenario, 2));
    bed.site.ask("POST /fault", "no-menu@connections");
    let done = bed.run(&["run", &plan.id, "--live", "--confirm", &plan.hash, "--pace", "real"]);
    assert_eq!(done.code, Some(3), "{}", done.told());
    assert!(done.last()["reason"].as_str().unwrap().contains("before the first person of the day"), "{}", done.told());
    same_people(bed.states(&plan), all_in(&plan, EffectState::Approved));
    assert_eq!(bed.site.audit(), []);
    let incident = bed.run(&["incident", "show", "last"]);
    assert!(incident.told().contains("drift"), "{}", incident.told());
}

#[test]
fn a_day_on_the_list_begins_with_a_look() {
    for kind in engines::of("a day on the pages", "the list") {
        a_day_begins_with_a_look(kind, "list");
    }
}

#[test]
fn a_day_on_profiles_begins_with_a_look() {
    for kind in engines::of("a day on the pages", "profiles") {
        a_day_begins_with_a_look(kind, "profile");
    }
}

#[test]
fn a_changed_page_stops_before_anybody_is_touched() {
    for kind in engines::of("a day on the pages", "a changed page") {
        stops_before_anybody_is_touched(kind);
    }
}

#[test]
fn an_older_ledger_that_is_put_back_removes_nobody() {
    let bed = Bed::new(Kind::Chrome, quick(40));
    let plan = bed.plan(&first(&bed.site.scenario, 2));
    let ledger = bed.data().join("ledger.sqlite");
    let dry = bed.run(&["run", &plan.id]);
    assert_eq!(dry.code, Some(0), "{}", dry.told());
    // The last one who closes the ledger moves everything into the one file.
    let backup = std::fs::read(&ledger).unwrap();
    let live = bed.run(&["run", &plan.id, "--live", "--confirm", &plan.hash, "--limit", "1"]);
    assert_eq!(live.code, Some(9), "{}", live.told());
    std::fs::write(&ledger, backup).unwrap();
    let again = bed.live(&plan);
    assert_eq!(again.code, Some(7), "{}", again.told());
    assert!(again.last()["reason"].as_str().unwrap().contains("older than the last one"), "{}", again.told());
    assert_eq!(bed.site.removed().len(), 1);
}
