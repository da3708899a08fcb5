//! `scan` as users order it: everybody is read, or it is said who is not. The site's own record of people is the oracle.

use std::collections::BTreeSet;

use exeunt::browser::binary::Kind;
use exeunt::practice::scenario::{Scenario, Ui};
use serde_json::Value;

use super::bed::{Bed, Done, quick};
use crate::support::engines;

/// What the site knows of people, by slug; hidden members apart.
struct Truth {
    connected: BTreeSet<String>,
    exported: BTreeSet<String>,
    hidden: u64,
}

fn truth(bed: &Bed) -> Truth {
    let people: Vec<Value> = serde_json::from_str(&bed.site.ask("GET /people", "")).unwrap();
    let those = |fits: &dyn Fn(&Value) -> bool| {
        let named = people.iter().filter(|person| person["hidden"] == false && fits(person));
        named.map(|person| person["slug"].as_str().unwrap().to_owned()).collect()
    };
    let hidden = people.iter().filter(|person| person["hidden"] == true && person["connected"] == true);
    Truth {
        connected: those(&|person| person["connected"] == true),
        exported: those(&|person| person["exported"] == true),
        hidden: hidden.count() as u64,
    }
}

/// The people whom `list` knows with these flags, as its records.
fn listed(bed: &Bed, flags: &[&str]) -> Vec<Value> {
    bed.run(&[&["list"], flags].concat()).lines
}

fn slugs<'a>(records: impl IntoIterator<Item = &'a Value>) -> BTreeSet<String> {
    records.into_iter().filter_map(|record| Some(record["slug"].as_str()?.to_owned())).collect()
}

fn number(done: &Done, key: &str) -> u64 {
    done.last()[key].as_u64().unwrap_or_else(|| panic!("no `{key}`: {}", done.told()))
}

fn of(ui: &str) -> Scenario {
    Scenario { ui: ui.parse::<Ui>().unwrap(), ..quick(120) }
}

fn whole_list(ui: &str) {
    for kind in engines::of("a list that is read whole", ui) {
        list_of(&Bed::new(kind, of(ui)), ui);
    }
}

fn list_of(bed: &Bed, ui: &str) {
    let truth = truth(bed);
    let total = truth.connected.len() as u64 + truth.hidden;
    let scan = bed.run(&["scan"]);
    assert_eq!((scan.code, &scan.last()["complete"]), (Some(0), &Value::Bool(true)), "{ui}: {}", scan.told());
    assert_eq!((number(&scan, "rows"), number(&scan, "nameless")), (truth.connected.len() as u64, truth.hidden));
    assert_eq!((number(&scan, "total"), number(&scan, "total_after")), (total, total));
    assert_eq!(number(&scan, "gone"), truth.exported.difference(&truth.connected).count() as u64);
    let known = listed(bed, &[]);
    let on_the_site = known.iter().filter(|person| person["gone_from_the_site"].is_null());
    assert_eq!(slugs(on_the_site), truth.connected, "{ui}");
    let only: BTreeSet<String> = truth.connected.difference(&truth.exported).cloned().collect();
    assert_eq!(slugs(&listed(bed, &["--only-on-the-site"])), only);
    assert!(bed.site.audit().is_empty(), "a scan has no effect: {:?}", bed.site.audit());
    let verified = bed.run(&["evidence", "verify", "last"]);
    assert_eq!((verified.code, &verified.last()["verdict"]), (Some(0), &Value::from("VALID-NO-TIME")));
}

#[test]
fn everybody_is_read() {
    // The browsers of this case are started as users start them.
    let ui = "connections=sdui-2026";
    for kind in engines::of("a list that is read whole", ui) {
        list_of(&Bed::new(kind, of(ui)).real(), ui);
    }
}

#[test]
fn a_list_that_is_asked_for_each_part_is_read_whole() {
    whole_list("connections=sdui-2025");
}

#[test]
fn a_list_that_stalls_until_it_is_asked_is_read_whole() {
    whole_list("connections=ember-2020");
}

#[test]
fn a_stop_sign_latches_and_then_no_scan_begins() {
    let bed = Bed::new(Kind::Chrome, quick(40));
    // The first load is for whose account it is, the second for the list.
    bed.site.ask("POST /fault", "captcha@connections:2");
    let scan = bed.run(&["scan"]);
    assert_eq!((scan.code, &scan.last()["complete"]), (Some(5), &Value::Bool(false)), "{}", scan.told());
    let shown = bed.run(&["incident", "show", "last"]);
    assert_eq!((shown.code, &shown.last()["sign"]), (Some(0), &Value::from("captcha")), "{}", shown.told());
    let again = bed.run(&["scan"]);
    assert_eq!(again.code, Some(5), "{}", again.told());
    assert!(listed(&bed, &[]).iter().all(|person| person["gone_from_the_site"].is_null()));
}

#[test]
fn a_look_reads_the_first_rows_and_a_pause_forbids_any() {
    let bed = Bed::new(Kind::Firefox, quick(60));
    let look = bed.run(&["scan", "--limit", "5"]);
    assert_eq!((look.code, number(&look, "rows")), (Some(0), 5), "{}", look.told());
    assert_eq!((number(&look, "gone"), &look.last()["complete"]), (0, &Value::Bool(false)));
    let seen = listed(&bed, &[]).iter().filter(|person| person["seen_on_the_site"].is_string()).count();
    assert_eq!(seen, 5);
    assert_eq!(bed.run(&["pause"]).code, Some(0));
    assert_eq!(bed.run(&["scan"]).code, Some(9));
}
