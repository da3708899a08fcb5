//! A walk is repeated and held against the earlier one: what did not change is the same, what did is named, and the earlier
//! proof and the site stay as they were.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use exeunt::browser::binary::Kind;
use exeunt::event::fact::Fact;
use exeunt::event::id::Realm;
use exeunt::practice::scenario::Scenario;
use exeunt::runner::clock::Clock;

use super::bed::{Bed, Done, quick};
use super::site::Site;
use crate::support::engines;

/// The kind of case of a replay that is told a difference.
const CHANGED: &str = "replay: what changed";

/// The steps that lead through the menu to the settings, as every variant of the closing pages has them.
const TO_THE_SETTINGS: [&str; 4] = ["settings.home", "settings.menu", "settings.settings", "find"];

fn scenario(ui: &str) -> Scenario {
    Scenario { ui: ui.parse().unwrap(), ..quick() }
}

/// The folder of the newest run's proof.
fn folder(bed: &Bed, done: &Done) -> PathBuf {
    let run = done.last()["run"].as_str().unwrap_or_else(|| panic!("no run: {}", done.told()));
    bed.data().join("evidence/default/practice").join(run)
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
    found
}

/// The ids that a replay judged so, in order.
fn judged(done: &Done, verdict: &str) -> Vec<String> {
    let ids = done.last()[verdict].as_array().unwrap_or_else(|| panic!("no `{verdict}`: {}", done.told()));
    ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

/// What a whole replay leaves: proof that verifies and can be handed out, and a site to which nothing happened.
fn is_proved(bed: &Bed, done: &Done) {
    let verified = bed.run(&["evidence", "verify", "last"]);
    assert_eq!(verified.code, Some(0), "{}", verified.told());
    for names in ["full", "initials"] {
        let zip = bed.path(&format!("{}-{names}.zip", done.last()["run"].as_str().unwrap()));
        let zip = zip.to_str().unwrap();
        let out = bed.run(&["evidence", "export", "last", "--out", zip, "--names", names]);
        assert_eq!(out.code, Some(0), "{}", out.told());
        let checked = bed.run(&["evidence", "verify", zip]);
        assert_eq!(checked.code, Some(0), "{}", checked.told());
    }
    assert_eq!(bed.happened(), Vec::<String>::new());
}

#[test]
fn an_unchanged_site_is_the_same_step_by_step() {
    for (kind, command) in engines::each("replay", ["close", "hibernate"]) {
        let bed = Bed::new(kind, quick());
        let rehearsed = bed.run(&[command]);
        assert_eq!(rehearsed.code, Some(0), "{}", rehearsed.told());
        let before = files(&folder(&bed, &rehearsed));
        let done = bed.run(&["replay", "last"]);
        let told = || format!("{command} in {kind:?}: {}", done.told());
        assert_eq!(done.code, Some(0), "{}", told());
        assert!(done.err.contains("REHEARSAL: nothing will be changed"), "{}", told());
        assert_eq!(judged(&done, "same").len() as u64, rehearsed.last()["steps"].as_u64().unwrap(), "{}", told());
        for other in ["changed", "gone", "new", "moved", "not_walked"] {
            assert_eq!(judged(&done, other), Vec::<String>::new(), "{}", told());
        }
        assert_eq!(done.last()["of"], rehearsed.last()["run"], "{}", told());
        assert_eq!(files(&folder(&bed, &rehearsed)), before, "the earlier proof stays as it was");
        assert!(folder(&bed, &done).join("report/compared.html").is_file(), "{}", told());
        is_proved(&bed, &done);
    }
}

#[test]
fn exactly_the_steps_whose_pages_changed_are_named() {
    for kind in engines::of(CHANGED, "the pages") {
        let mut bed = Bed::new(kind, scenario("settings=sdui-2026,close=sdui-2026"));
        let rehearsed = bed.run(&["close", "--reason", "privacy"]);
        assert_eq!(rehearsed.code, Some(0), "{}", rehearsed.told());
        let before = files(&folder(&bed, &rehearsed));
        bed.site = Site::start(scenario("settings=sdui-2026,close=sdui-2025"));
        let done = bed.run(&["replay", "last"]);
        let told = || format!("{kind:?}: {}", done.told());
        assert_eq!(done.code, Some(4), "{}", told());
        assert_eq!(judged(&done, "same"), TO_THE_SETTINGS, "{}", told());
        let changed = [
            ["row", "consequences", "boxes-first", "continue", "reason-privacy", "comment-wanted"].as_slice(),
            &["boxes-reason", "next", "deed", "boxes", "keep-subscribed"],
        ]
        .concat();
        assert_eq!(judged(&done, "changed"), changed, "{}", told());
        for other in ["gone", "new", "moved", "not_walked"] {
            assert_eq!(judged(&done, other), Vec::<String>::new(), "{other}: {}", told());
        }
        assert_eq!(files(&folder(&bed, &rehearsed)), before, "the earlier proof stays as it was");
        is_proved(&bed, &done);
    }
}

#[test]
fn another_way_there_and_a_step_that_fits_no_more_are_told() {
    for kind in engines::of(CHANGED, "the way there") {
        let mut bed = Bed::new(kind, quick());
        let rehearsed = bed.run(&["close"]);
        assert_eq!(rehearsed.code, Some(0), "{}", rehearsed.told());
        let run = rehearsed.last()["run"].as_str().unwrap().to_owned();
        for (fault, gone, unreached, new) in [
            ("moved@close", &["row"][..], &[][..], &["address"][..]),
            ("renamed-button@close", &["next"], &["deed", "boxes", "keep-subscribed"], &[]),
        ] {
            bed.site = Site::start(Scenario { faults: vec![fault.parse().unwrap()], ..quick() });
            let done = bed.run(&["replay", &run]);
            assert_eq!(done.code, Some(4), "{fault}: {}", done.told());
            assert_eq!(
                (judged(&done, "gone"), judged(&done, "not_reached"), judged(&done, "new")),
                (texts(gone), texts(unreached), texts(new)),
                "{fault}: {}",
                done.told()
            );
            assert_eq!(judged(&done, "changed"), Vec::<String>::new(), "{fault}: {}", done.told());
            is_proved(&bed, &done);
        }
    }
}

fn texts(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[test]
fn an_older_order_is_told_from_what_lies_behind_its_end() {
    for kind in engines::of(CHANGED, "the order") {
        let mut bed = Bed::new(kind, scenario("settings=sdui-2026,close=sdui-2026"));
        let rehearsed = bed.run(&["close", "--reason", "privacy"]);
        assert_eq!(rehearsed.code, Some(0), "{}", rehearsed.told());
        bed.site = Site::start(scenario("settings=sdui-2026,close=contacts-2014"));
        let done = bed.run(&["replay", "last"]);
        assert_eq!(done.code, Some(4), "{}", done.told());
        assert_eq!(judged(&done, "not_reached"), ["continue"], "{}", done.told());
        let behind = judged(&done, "not_walked");
        assert!(
            behind.contains(&"reason-privacy".to_owned()) && behind.contains(&"next".to_owned()),
            "{}",
            done.told()
        );
        assert_eq!(judged(&done, "same"), TO_THE_SETTINGS, "{}", done.told());
        is_proved(&bed, &done);
    }
}

#[test]
fn a_replay_of_a_deed_is_refused_while_the_account_is_hidden_and_ends_where_a_rehearsal_ends() {
    for kind in engines::of(CHANGED, "a deed") {
        let mut bed = Bed::new(kind, quick());
        let answers = [("Type the account", bed.handle()), ("  password: ", bed.password())];
        let done = bed.answered(&["hibernate", "--live", "--without-data"], &answers);
        assert_eq!((done.code, bed.happened()), (Some(0), vec!["hibernated".to_owned()]), "{}", done.told());
        let refused = bed.run(&["replay", "last"]);
        assert_eq!(refused.code, Some(5), "{}", refused.told());
        assert!(refused.err.contains("login --reopen"), "{}", refused.told());
        assert_eq!(bed.happened(), ["hibernated"], "{}", refused.told());
        went_back(&bed);
        bed.site = Site::start(quick());
        let again = bed.run(&["replay", "last"]);
        assert_eq!(again.code, Some(0), "{}", again.told());
        let walked = [judged(&again, "same"), judged(&again, "moved")].concat();
        assert_eq!(walked.len() as u64, again.last()["steps"].as_u64().unwrap(), "{}", again.told());
        let behind = judged(&again, "not_walked");
        assert!(behind.contains(&"password".to_owned()) && behind.len() >= 2, "{}", again.told());
        assert_eq!(bed.happened(), Vec::<String>::new(), "{}", again.told());
        is_proved(&bed, &again);
    }
}

/// A person signed in again: what `login --reopen` writes, without its window.
fn went_back(bed: &Bed) {
    let (ledger, account) = bed.ledger();
    let now = Clock::system().now();
    let mut owner = ledger.own(&account, Realm::Practice, &now).unwrap();
    owner.append(&now, &Fact::AccountReopened { how: "login --reopen".to_owned() }).unwrap();
}

#[test]
fn what_cannot_be_compared_is_refused_before_a_browser_opens() {
    let bed = Bed::new(Kind::Chrome, quick());
    let none = bed.run(&["replay", "last"]);
    assert_eq!(none.code, Some(2), "{}", none.told());
    let rehearsed = bed.run(&["close"]);
    assert_eq!(rehearsed.code, Some(0), "{}", rehearsed.told());
    let views = bed.site.audit();
    let (run, folder) = (rehearsed.last()["run"].as_str().unwrap().to_owned(), folder(&bed, &rehearsed));
    for name in ["pack.json", "steps/01-settings-home/step.png"] {
        let path = folder.join(name);
        let whole = std::fs::read(&path).unwrap();
        let mut damaged = whole.clone();
        let at = damaged.len() / 2;
        damaged[at] ^= 1;
        std::fs::write(&path, &damaged).unwrap();
        let refused = bed.run(&["replay", &run]);
        assert_eq!(refused.code, Some(7), "{name}: {}", refused.told());
        assert!(refused.err.contains("TAMPERED"), "{name}: {}", refused.told());
        std::fs::write(&path, whole).unwrap();
    }
    std::fs::rename(folder.join("pack.json"), bed.path("pack.json")).unwrap();
    let refused = bed.run(&["replay", &run]);
    assert_eq!(refused.code, Some(4), "{}", refused.told());
    assert!(!folder.parent().unwrap().read_dir().unwrap().any(|other| other.unwrap().path() != folder), "a run began");
    assert_eq!(bed.site.audit(), views);
}

#[test]
fn a_run_about_people_has_no_steps_to_walk_again() {
    let bed = Bed::new(Kind::Chrome, quick());
    let list = bed.run(&["scan"]);
    assert_eq!(list.code, Some(0), "{}", list.told());
    let planned = bed.run(&["plan", "new", "--action", "remove", "--where", "1 = 1"]);
    assert_eq!(planned.code, Some(0), "{}", planned.told());
    let ran = bed.run(&["run", "last", "--limit", "1"]);
    let run = ran.last()["run"].as_str().unwrap_or_else(|| panic!("no run: {}", ran.told())).to_owned();
    let refused = bed.run(&["replay", &run]);
    assert_eq!(refused.code, Some(2), "{}", refused.told());
    assert!(refused.err.contains("was about people"), "{}", refused.told());
    assert_eq!(bed.run(&["replay", "last"]).code, Some(2));
}
