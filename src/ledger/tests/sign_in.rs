//! Errands outside of runs, what they meet, what a newer schema keeps of an older one, and forgetting.

use rusqlite::{Connection, params};

use super::super::home::Home;
use super::super::ledger_error::LedgerErrorKind;
use super::*;
use crate::event::fact::{ArchiveScope, Purpose, RunState};

fn on_errand(desk: &mut Desk, owner: &mut Owner) -> RunId {
    let errand = owner.ledger().free_run_id().unwrap();
    let (origin, browser) = ("http://127.0.0.1:8000".to_owned(), "chromium".to_owned());
    let fact = Fact::ErrandStarted { errand: errand.clone(), purpose: Purpose::SignIn, origin, browser };
    let stamp = desk.tick();
    owner.append(&stamp, &fact).unwrap();
    errand
}

#[test]
fn how_it_stands_with_the_archive_is_read_from_the_chain() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let row = |owner: &Owner, realm| owner.ledger().archive(&account(), realm).unwrap();
    let errand = owner.ledger().free_run_id().unwrap();
    let asked = Fact::ArchiveAsked { errand: errand.clone(), scope: ArchiveScope::All };
    let stamp = desk.tick();
    assert_eq!(owner.append(&stamp, &asked).unwrap_err().kind, LedgerErrorKind::NotFound, "no errand yet");
    let (origin, browser) = ("http://127.0.0.1:8000".to_owned(), "chromium".to_owned());
    let started = Fact::ErrandStarted { errand: errand.clone(), purpose: Purpose::Archive, origin, browser };
    owner.append(&desk.tick(), &started).unwrap();
    assert_eq!(row(&owner, Realm::Practice), ArchiveRow::default());
    let stamp = desk.tick();
    owner.append(&stamp, &asked).unwrap();
    assert_eq!(row(&owner, Realm::Practice).asked, Some((stamp.utc, ArchiveScope::All)));
    let taken = Fact::ArchiveTaken { errand, name: "Basic.zip".into(), sha256: Digest::ZERO, bytes: 3 };
    owner.append(&desk.tick(), &taken).unwrap();
    let after = row(&owner, Realm::Practice);
    assert_eq!((after.asked, after.taken.as_ref().unwrap().name.as_str()), (None, "Basic.zip"));
    let taken = after.taken.as_ref().unwrap().at;
    let later = |hours| taken.checked_add(jiff::SignedDuration::from_hours(hours)).unwrap();
    assert_eq!(after.same_again(later(71)), after.taken.as_ref());
    assert_eq!(after.same_again(later(72)), None, "the site makes another one by then");
    let asked_since = ArchiveRow { asked: Some((taken, ArchiveScope::All)), ..after };
    assert_eq!(asked_since.same_again(taken), None);
    assert_eq!(row(&owner, Realm::Real), ArchiveRow::default());
    owner.ledger().check(&account(), Realm::Practice).unwrap();
}

#[test]
fn an_archive_that_names_nobody_is_noted_and_marks_nobody() {
    let mut desk = Desk::new();
    let owner = desk.own();
    let at = desk.tick().utc;
    let import = Import { source: "Complete.zip".into(), at, exported: Some(at) };
    let known = |owner: &Owner| owner.ledger().people(&account()).unwrap();
    let before = known(&owner);
    owner.ledger().note_archive(&account(), &import).unwrap();
    assert_eq!(owner.ledger().imports(&account()).unwrap().last(), Some(&import));
    assert_eq!(known(&owner), before);
}

fn signed_in() -> Fact {
    Fact::SignedIn { handle: slug("me"), name: "Me".into(), browser: "firefox".into() }
}

fn incident(owner: &Owner, run: &RunId) -> Fact {
    let incident = owner.ledger().free_incident_id().unwrap();
    let (sign, why) = ("captcha".to_owned(), "letters".to_owned());
    Fact::Incident { incident, run: run.clone(), sign, why, address: String::new(), shots: vec![], until: None }
}

#[test]
fn the_last_sign_in_and_the_last_answer_are_known() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    assert_eq!(owner.ledger().sign_in(&account(), Realm::Practice).unwrap(), None);
    let out = Fact::SignedOut { how: "local".into() };
    for (fact, is_out) in [(signed_in(), false), (out, true), (signed_in(), false)] {
        let stamp = desk.tick();
        owner.append(&stamp, &fact).unwrap();
        let row = owner.ledger().sign_in(&account(), Realm::Practice).unwrap().unwrap();
        assert_eq!((row.browser.as_str(), row.out.is_some()), ("firefox", is_out), "{fact:?}");
        assert_eq!(owner.ledger().sign_in(&account(), Realm::Real).unwrap(), None);
    }
    for (answer, noted) in [("no", false), ("yes", true)] {
        let stamp = desk.tick();
        owner.append(&stamp, &Fact::AgreementNoted { answer: answer.into() }).unwrap();
        assert_eq!(owner.ledger().is_agreement_noted(&account(), Realm::Practice).unwrap(), noted);
    }
    owner.ledger().check(&account(), Realm::Practice).unwrap();
}

#[test]
fn what_an_errand_meets_holds_the_account_back_as_in_a_run() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let nowhere: RunId = "R99".parse().unwrap();
    let stamp = desk.tick();
    let unknown = incident(&owner, &nowhere);
    let error = owner.append(&stamp, &unknown).unwrap_err();
    assert_eq!(error.kind, LedgerErrorKind::NotFound, "neither a run nor an errand");
    let errand = on_errand(&mut desk, &mut owner);
    let met = incident(&owner, &errand);
    let stamp = desk.tick();
    owner.append(&stamp, &met).unwrap();
    let until = stamp.utc.checked_add(jiff::SignedDuration::from_hours(2)).unwrap();
    let state = RunState::Cooling { until };
    owner.append(&stamp, &Fact::RunMoved { run: errand.clone(), state, why: "429".into() }).unwrap();
    let ledger = owner.ledger();
    assert_eq!(ledger.open_latch(&account(), Realm::Practice).unwrap().unwrap().run, errand);
    assert_eq!(ledger.silence(&account(), Realm::Practice, &stamp).unwrap(), Some(until));
    assert!(ledger.runs(&account()).unwrap().is_empty(), "an errand is no run");
    ledger.check(&account(), Realm::Practice).unwrap();
}

/// A data directory as the version before wrote it, with a run that met a stop sign.
fn of_schema_1() -> Desk {
    let desk = Desk::new();
    let home = Home::open(&desk.dir).unwrap();
    home.prepare_database().unwrap();
    let db = Connection::open(home.database()).unwrap();
    db.execute_batch(include_str!("../migrations/0001.sql")).unwrap();
    home.write_install("0123").unwrap();
    db.execute_batch(
        "INSERT INTO install VALUES (1, '0123');
         INSERT INTO account VALUES ('default', 'practice');
         INSERT INTO plan (id, account, realm, action, route, hash, pack_sha256, ceilings, made_us)
           VALUES ('P4K', 'default', 'practice', 'remove', 'list', zeroblob(32), zeroblob(32), '{}', 1);
         INSERT INTO run (id, account, realm, plan, mode, state, started_us, why)
           VALUES ('R2A', 'default', 'practice', 'P4K', 'live', '{\"state\":\"latched\"}', 2, '');
         INSERT INTO incident (id, account, realm, run, sign, why, address, shots, at_us)
           VALUES ('I2X', 'default', 'practice', 'R2A', 'captcha', 'letters', '', '[]', 3);
         INSERT INTO cooling VALUES ('default', 'practice', 1, 'R2A', 4, 5);
         INSERT INTO request (account, kind, incident, reason, pid, at_us) VALUES ('default', 'clear', 'I2X', 'r', 6, 7);
         PRAGMA application_id = 1165520500; PRAGMA user_version = 1;",
    )
    .unwrap();
    desk
}

#[test]
fn a_ledger_of_the_version_before_keeps_its_rows_and_references() {
    let mut desk = of_schema_1();
    let ledger = desk.open();
    let incidents = ledger.incidents(&account()).unwrap();
    assert_eq!((incidents.len(), incidents[0].run.as_str()), (1, "R2A"));
    assert_eq!(ledger.coolings(&account(), Realm::Practice, Timestamp::MIN).unwrap().len(), 1);
    assert_eq!(ledger.pending_requests(&account()).unwrap().len(), 1);
    assert_eq!(ledger.plan(&account(), &"P4K".parse().unwrap()).unwrap().parent, None);
    let broken: i64 =
        ledger.db.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!(broken, 0);
    let refers = ledger.db.execute("UPDATE request SET incident = ?1", params!["I99"]).unwrap_err();
    assert!(refers.to_string().contains("FOREIGN KEY"), "{refers}");
    drop(ledger);
    // Nothing in the chain of this ledger ever made a plan: nobody owns it.
    let error = desk.open().own(&account(), Realm::Practice, &desk.tick()).unwrap_err();
    assert_eq!(error.kind, LedgerErrorKind::Damaged);
    assert!(error.what.contains("plan `P4K` is one that the chain does not know"), "{error}");
}

#[test]
fn forgetting_leaves_no_row_of_the_account_and_every_row_of_others() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let plan = desk.approved(&mut owner, &["ann", "bob"]);
    desk.walk(&mut owner, (&plan.id, "ann"), &[EffectState::Precheck, EffectState::Intent]);
    let run = desk.begin_run(&mut owner, &plan);
    let met = incident(&owner, &run);
    let stamp = desk.tick();
    owner.append(&stamp, &met).unwrap();
    owner.append(&stamp, &signed_in()).unwrap();
    let other: AccountName = "other".parse().unwrap();
    desk.open().make_plan(&NewPlan { account: other.clone(), ..new_plan(&["ann"]) }, &stamp).unwrap();

    let forgotten = owner.forget().unwrap();
    assert_eq!((forgotten.plans, forgotten.rows > 10), (1, true), "{forgotten:?}");
    let ledger = desk.open();
    assert_eq!(ledger.accounts().unwrap(), [(other.clone(), Some(Realm::Practice))]);
    assert_eq!(ledger.plans(&other).unwrap().len(), 1);
    for table in ["event", "effect", "run", "incident", "quota_debit", "sign_in", "owner", "chain_head"] {
        let sql = format!("SELECT count(*) FROM {table} WHERE account = 'default'");
        let left: i64 = ledger.db.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "{table}");
    }
    let of_others: i64 = ledger.db.query_row("SELECT count(*) FROM plan_person", [], |row| row.get(0)).unwrap();
    assert_eq!(of_others, 1);
    drop(ledger);
    let bytes = std::fs::read(desk.dir.join("ledger.sqlite")).unwrap();
    assert!(!bytes.windows(3).any(|part| part == b"BOB"), "a name is left in the file");
    assert!(desk.own().ledger().plans(&account()).unwrap().is_empty(), "the name can be used again");
}
