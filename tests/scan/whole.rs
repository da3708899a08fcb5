//! `scan` as users order it: everybody is read, or it is said who is not.

use std::collections::BTreeSet;

use exeunt::browser::binary::Kind;
use exeunt::practice::people::people;
use exeunt::practice::scenario::Scenario;
use serde_json::Value;

use super::bed::{Bed, Done, quick};

/// Everybody of a site who has an address.
fn everybody(scenario: &Scenario) -> BTreeSet<String> {
    people(scenario).into_iter().filter_map(|person| Some(person.slug?.as_str().to_owned())).collect()
}

/// The people whom `list` knows with these flags, as its records.
fn listed(bed: &Bed, flags: &[&str]) -> Vec<Value> {
    bed.run(&[&["list"], flags].concat()).lines
}

fn slugs(records: &[Value]) -> BTreeSet<String> {
    records.iter().filter_map(|record| Some(record["slug"].as_str()?.to_owned())).collect()
}

fn ended(done: &Done, code: i32, complete: bool) {
    assert_eq!(done.code, Some(code), "{}", done.told());
    assert_eq!(done.last()["complete"], complete, "{}", done.told());
}

fn whole_list(kind: Kind) {
    let bed = Bed::new(kind, quick(120));
    let wanted = everybody(&bed.site.scenario);
    let scan = bed.run(&["scan"]);
    ended(&scan, 0, true);
    let number = |key: &str| scan.last()[key].as_u64().unwrap();
    assert_eq!((number("rows"), number("nameless")), (wanted.len() as u64, 120 - wanted.len() as u64));
    assert_eq!((number("total"), number("total_after"), number("gone"), number("new")), (120, 120, 0, 0));
    let known = listed(&bed, &[]);
    assert_eq!(slugs(&known), wanted);
    assert!(known.iter().all(|person| person["seen_on_the_site"].is_string()), "{}", scan.told());
    assert!(listed(&bed, &["--only-on-the-site"]).is_empty());
    assert!(bed.site.audit().is_empty(), "a scan has no effect: {:?}", bed.site.audit());
    let verified = bed.run(&["evidence", "verify", "last"]);
    assert_eq!((verified.code, &verified.last()["verdict"]), (Some(0), &Value::from("VALID-NO-TIME")));
}

#[test]
fn a_scan_reads_everybody_in_chrome() {
    whole_list(Kind::Chrome);
}

#[test]
fn a_scan_reads_everybody_in_firefox() {
    whole_list(Kind::Firefox);
}
