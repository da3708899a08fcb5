//! Who is not found under the name of the plan: renamed, or gone, which only another witness tells.

use std::time::Duration;

use super::house::House;
use super::whim::Whim;
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Mode, ScanStarted, Scanned};
use crate::event::id::{Digest, Realm};
use crate::event::state::EffectState;
use crate::ledger::SeenPerson;
use crate::plan::person::Person;

/// Imports these people as an export that was made now.
pub(super) fn import(house: &House, people: &[&str]) {
    let now = house.clock.now().utc;
    let people: Vec<Person> = people.iter().map(|slug| person(slug)).collect();
    let import = crate::ledger::Import { source: "Connections.csv".into(), at: now, exported: Some(now) };
    house.ledger.import_people(&house.account, &people, &import).unwrap();
}

fn person(slug: &str) -> Person {
    Person {
        slug: slug.parse().unwrap(),
        first_name: "Name".into(),
        last_name: format!("of {slug}"),
        company: String::new(),
        position: String::new(),
        connected_on: None,
    }
}

/// A scan that saw these people, and all of the list or not.
fn scan(house: &House, people: &[&str], complete: bool) {
    let mut owner = house.ledger.own(&house.account, Realm::Practice, &house.clock.now()).unwrap();
    let run = owner.ledger().free_run_id().unwrap();
    let started = ScanStarted {
        run: run.clone(),
        account: house.account.clone(),
        realm: Realm::Practice,
        origin: "http://127.0.0.1:1".into(),
        pack: "test".into(),
        pack_sha256: Digest::of(b"pack"),
        browser: "none".into(),
        program: "0".into(),
        zone: "UTC".into(),
    };
    let now = house.clock.now();
    owner.append(&now, &Fact::ScanStarted(Box::new(started))).unwrap();
    let seen = |slug: &&str| SeenPerson {
        slug: slug.parse().unwrap(),
        name: format!("Another name of {slug}"),
        connected_on: None,
    };
    let seen: Vec<SeenPerson> = people.iter().map(seen).collect();
    owner.saw(&run, &seen, now.utc).unwrap();
    let scanned = Scanned {
        run: run.clone(),
        rows: seen.len() as u64,
        nameless: 0,
        total: None,
        total_after: None,
        complete,
        why: String::new(),
        new: 0,
        gone: 0,
        perhaps_renamed: vec![],
        shots: vec![],
    };
    owner.append(&now, &Fact::Scanned(Box::new(scanned))).unwrap();
    owner.append(&now, &Fact::RunEnded { run, result: Ending::Done, why: String::new() }).unwrap();
}

/// Time passes, so that what is known now is newer than what was known before.
async fn later() {
    tokio::time::advance(std::time::Duration::from_secs(60)).await;
}

#[tokio::test(start_paused = true)]
async fn who_is_not_found_keeps_a_picture_and_no_claim() {
    let house = House::new(&["anna", "bert"]);
    house.world().people.remove("anna");
    let outcome = house.live().await;
    assert_eq!(house.path("anna"), "APPROVED PRECHECK NOT_FOUND");
    assert_eq!(house.world().log, ["removed bert"]);
    assert_eq!((outcome.ending, outcome.remaining), (Ending::SomeFailed, 0));
    assert!(outcome.why.contains("1 not found under the name of the plan"), "{}", outcome.why);
    let observation = house.observation("anna", "observation.json");
    assert_eq!(observation["exit_state"], "NOT_FOUND");
    assert_eq!(observation["commands"][0]["step"], "list");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_looks_empty_before_its_rows_come_says_nothing() {
    // The longest is longer than anybody waits for a list.
    for (seconds, state, deeds) in
        [(3, EffectState::Confirmed, 1), (9, EffectState::Confirmed, 1), (40, EffectState::Failed, 0)]
    {
        for keeps_rows in [false, true] {
            let house = House::new(&["anna"]);
            house.world().list_slow_for = Duration::from_secs(seconds);
            house.world().keeps_rows = keeps_rows;
            // It takes out nobody at the first click.
            house.world().whims.push_back(Whim::Ignores);
            house.live().await;
            house.check();
            // Who stands in the list before it was searched is found there.
            if !keeps_rows || seconds < 40 {
                let path = house.path("anna");
                assert_eq!((house.state("anna"), house.world().log.len()), (state, 2 * deeds), "{seconds}: {path}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_renamed_person_is_not_called_gone() {
    let house = House::new(&["anna"]);
    import(&house, &["anna"]);
    *house.world().people.get_mut("anna").unwrap() = "Somebody New".to_owned();
    assert_eq!(house.live().await.ending, Ending::SomeFailed);
    assert_eq!(house.state("anna"), EffectState::NotFound);
    assert_eq!(house.world().log, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn only_a_complete_scan_or_a_newer_export_proves_that_who_is_not_found_is_gone() {
    for (scanned, complete, exported, state) in [
        (None, false, None, EffectState::NotFound),
        (Some(&["bert"][..]), false, None, EffectState::NotFound),
        (Some(&["anna", "bert"][..]), true, None, EffectState::NotFound),
        (Some(&["bert"][..]), true, None, EffectState::AlreadyGone),
        (None, false, Some(&["anna", "bert"][..]), EffectState::NotFound),
        (None, false, Some(&["bert"][..]), EffectState::AlreadyGone),
        // Whoever a newer export names again came back after the scan.
        (Some(&["bert"][..]), true, Some(&["anna", "bert"][..]), EffectState::NotFound),
    ] {
        let house = House::new(&["anna"]);
        import(&house, &["anna", "bert"]);
        later().await;
        if let Some(people) = scanned {
            scan(&house, people, complete);
            later().await;
        }
        if let Some(people) = exported {
            import(&house, people);
            later().await;
        }
        house.world().people.clear();
        let outcome = house.live().await;
        assert_eq!(house.state("anna"), state, "{scanned:?} {complete} {exported:?}: {}", house.why("anna"));
        let ending = if state == EffectState::NotFound { Ending::SomeFailed } else { Ending::Done };
        assert_eq!(outcome.ending, ending, "{}", outcome.why);
    }
}

#[tokio::test(start_paused = true)]
async fn who_was_found_a_moment_ago_under_that_name_is_gone() {
    let house = House::new(&["anna"]);
    house.world().whims.push_back(Whim::BlocksAndLeaves);
    assert_eq!(house.live().await.ending, Ending::Done);
    assert_eq!(house.path("anna"), "APPROVED PRECHECK INTENT NOT_SENT PRECHECK ALREADY_GONE");
    assert!(house.why("anna").contains("a moment ago the list had this person"), "{}", house.why("anna"));
    assert_eq!(house.world().log, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn whose_address_is_somebody_elses_by_now_is_a_mismatch_on_both_routes() {
    for through_profiles in [false, true] {
        let house = House::new(&["anna", "bert"]);
        house.world().called.insert("anna".to_owned(), "Walter Klein".to_owned());
        house.world().called.insert("bert".to_owned(), "Dr. Bert Name-Miller".to_owned());
        let order = |mode| if through_profiles { house.order_through_profiles(mode) } else { house.order(mode) };
        let rehearsal = house.run(&order(Mode::Rehearsal)).await.unwrap();
        assert!(house.rehearsed("bert").starts_with("a live run would click"), "{}", house.rehearsed("bert"));
        assert!(house.rehearsed("anna").contains("\"Walter Klein\""), "{}", house.rehearsed("anna"));
        assert_eq!(rehearsal.ending, Ending::SomeFailed, "{}", rehearsal.why);
        let outcome = house.run(&order(Mode::Live)).await.unwrap();
        assert_eq!(outcome.ending, Ending::SomeFailed, "{}", outcome.why);
        assert_eq!(house.path("anna"), "APPROVED PRECHECK MISMATCH");
        let why = house.why("anna");
        assert!(why.ends_with("\"Walter Klein\", and the plan means \"Name of anna\""), "{why}");
        assert_eq!(house.state("bert"), EffectState::Confirmed, "another last name is the same person");
        assert_eq!(house.world().log, ["removed bert"]);
        house.check();
    }
}

#[tokio::test(start_paused = true)]
async fn a_profile_that_is_somebody_elses_says_nothing_of_who_is_gone() {
    let house = House::new(&["anna"]);
    house.world().people.remove("anna");
    house.world().called.insert("anna".to_owned(), "Walter Klein".to_owned());
    let rehearsal = house.run(&house.order_through_profiles(Mode::Rehearsal)).await.unwrap();
    assert!(house.rehearsed("anna").contains("\"Walter Klein\""), "{}", house.rehearsed("anna"));
    assert_eq!(rehearsal.ending, Ending::SomeFailed, "{}", rehearsal.why);
    let outcome = house.run(&house.order_through_profiles(Mode::Live)).await.unwrap();
    assert_eq!((house.state("anna"), outcome.ending), (EffectState::Mismatch, Ending::SomeFailed), "{}", outcome.why);
}

#[tokio::test(start_paused = true)]
async fn a_profile_tells_what_the_list_cannot() {
    let house = House::new(&["anna"]);
    house.world().people.remove("anna");
    let outcome = house.run(&house.order_through_profiles(Mode::Live)).await.unwrap();
    assert_eq!((house.state("anna"), outcome.ending), (EffectState::AlreadyGone, Ending::Done), "{}", outcome.why);
}

#[tokio::test(start_paused = true)]
async fn the_picture_of_who_is_already_gone_shows_all_that_is_in_view() {
    let house = House::new(&["anna"]);
    house.world().people.remove("anna");
    house.run(&house.order_through_profiles(Mode::Live)).await.unwrap();
    assert_eq!(house.state("anna"), EffectState::AlreadyGone);
    let wholes = house.world().wholes.clone();
    assert!(!wholes.is_empty() && !wholes.contains(&false), "a part would leave out what proves it: {wholes:?}");
}
