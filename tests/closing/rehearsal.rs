//! A rehearsal walks as far as it can without a secret, keeps what it saw, and changes nothing.

use exeunt::browser::binary::Kind;
use exeunt::practice::scenario::{Picture, Regions, Scenario, Vary, WayBack};

use super::bed::{Bed, quick};
use super::variants::VARIANTS;
use crate::support::engines;

#[test]
fn a_rehearsal_changes_nothing_and_says_what_it_has_not_seen() {
    for (kind, variant) in engines::each("closing rehearsed", &VARIANTS) {
        let bed = Bed::new(kind, Scenario { ui: variant.ui(), ..quick() });
        let done = bed.run(&["close"]);
        let told = || format!("{} in {kind:?}: {}", variant.name, done.told());
        assert_eq!(done.code, Some(0), "{}", told());
        assert!(
            done.err.starts_with("PRACTICE") || done.err.contains("REHEARSAL: nothing will be closed"),
            "{}",
            told()
        );
        assert_eq!(bed.happened(), Vec::<String>::new(), "{}", told());
        assert_eq!(bed.state(), None, "{}", told());
        let unseen: Vec<&str> =
            done.last()["unseen"].as_array().unwrap().iter().map(|step| step.as_str().unwrap()).collect();
        assert!(unseen.contains(&"password"), "{}", told());
        assert!(done.last()["steps"].as_u64().unwrap() >= 3, "{}", told());
        let verified = bed.run(&["evidence", "verify", "last"]);
        assert_eq!(verified.code, Some(0), "{}", verified.told());
    }
}

#[test]
fn gates_are_told_and_a_live_run_without_a_person_is_refused() {
    let bed = Bed::new(Kind::Chrome, quick());
    let done = bed.run(&["close", "--live"]);
    assert_eq!(done.code, Some(2), "{}", done.told());
    let verdict = |gate: &str| {
        let line = done.lines.iter().find(|line| line["gate"] == gate);
        line.unwrap_or_else(|| panic!("no gate {gate}: {}", done.told()))["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!((verdict("archive").as_str(), verdict("person").as_str()), ("fail", "fail"));
    assert_eq!((verdict("in-doubt").as_str(), verdict("plans").as_str()), ("pass", "pass"));
    assert_eq!(bed.happened(), Vec::<String>::new());
    let answered = bed.answered(&["close", "--live"], &bed.closes(&bed.password()));
    assert_eq!(answered.code, Some(2), "an archive is missing: {}", answered.told());
    assert_eq!(bed.happened(), Vec::<String>::new());
}

#[test]
fn another_word_than_the_handle_stops() {
    let bed = Bed::new(Kind::Firefox, quick());
    let mut answers = bed.closes(&bed.password());
    answers[1].1 = "somebody-else".to_owned();
    let done = bed.answered(&["close", "--live", "--without-data"], &answers);
    assert_eq!(done.code, Some(3), "{}", done.told());
    assert_eq!(bed.happened(), Vec::<String>::new());
    let mut answers = bed.closes(&bed.password());
    answers[0].1 = "hibernate".to_owned();
    let done = bed.answered(&["close", "--live", "--without-data"], &answers);
    assert!(done.err.contains("exeunt hibernate"), "{}", done.told());
    assert_eq!(bed.happened(), Vec::<String>::new());
}

#[test]
fn a_guard_that_is_ambiguous_is_told_before_a_password_is_typed() {
    let vary = Vary { regions: Regions::Two, ..Vary::default() };
    let bed = Bed::new(Kind::Chrome, Scenario { vary, ..quick() });
    let done = bed.run(&["close"]);
    assert_eq!(done.code, Some(3), "{}", done.told());
    assert!(done.told().contains("ambiguous") || done.told().contains("elements fit"), "{}", done.told());
    let live = bed.answered(&["close", "--live", "--without-data"], &bed.closes(&bed.password()));
    assert_eq!(live.code, Some(3), "{}", live.told());
    assert_eq!(bed.happened(), Vec::<String>::new());
    assert!(!live.err.contains("  password: "), "nobody was asked for the password: {}", live.told());
}

#[test]
fn nested_regions_are_one_and_a_bar_without_a_picture_is_asked() {
    for (kind, picture) in [(Kind::Chrome, Picture::Photo), (Kind::Firefox, Picture::Initials)] {
        let vary = Vary { regions: Regions::Nested, picture, ..Vary::default() };
        let bed = Bed::new(kind, Scenario { vary, ..quick() });
        let done = bed.answered(&["close", "--live", "--without-data"], &bed.closes(&bed.password()));
        assert_eq!(done.code, Some(0), "{kind}, {picture}: {}", done.told());
        assert_eq!(bed.happened(), ["closed"], "{kind}, {picture}");
    }
}

#[test]
fn a_way_back_of_so_many_days_is_counted_and_said_to_be() {
    let vary = Vary { way_back: WayBack::Days, ..Vary::default() };
    let bed = Bed::new(Kind::Chrome, Scenario { vary, ..quick() });
    let done = bed.answered(&["close", "--live", "--without-data"], &bed.closes(&bed.password()));
    assert_eq!(done.code, Some(0), "{}", done.told());
    let until: jiff::civil::Date = done.last()["until"].as_str().unwrap().parse().unwrap();
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let days = (until - today).get_days();
    assert!((13..=14).contains(&days), "{days} days: {}", done.told());
    assert_eq!(done.last()["until_counted"], true, "{}", done.told());
    assert!(done.err.contains("counted"), "{}", done.told());
    assert!(done.err.contains("closed") && !done.err.contains("removed "), "{}", done.told());
}
