//! Owners that race, owners that die, and writes that fail half-way.

use std::process::{Command, Stdio};
use std::sync::{Arc, Barrier};
use std::thread;

use EffectState::{Acted, Intent, NotSent, Precheck, Unknown, Verifying};

use super::*;
use crate::event::exit::Ending;
use crate::event::link::check_chain;

#[test]
fn of_owners_that_race_one_wins() {
    let desk = Desk::new();
    let barrier = Arc::new(Barrier::new(6));
    let dir = desk.dir.clone();
    let racers: Vec<_> = (0..6)
        .map(|_| {
            let (barrier, dir) = (Arc::clone(&barrier), dir.clone());
            thread::spawn(move || {
                let ledger = Ledger::open(&dir).unwrap();
                barrier.wait();
                let owned = ledger.own(&account(), Realm::Practice, &stamp(BEGIN));
                // The winner keeps the account until all have tried.
                barrier.wait();
                owned.map(|owner| owner.fence())
            })
        })
        .collect();
    let results: Vec<_> = racers.into_iter().map(|racer| racer.join().unwrap()).collect();
    let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(won.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [1]);
    for error in lost.into_iter().map(Result::unwrap_err) {
        assert!(matches!(error.kind, LedgerErrorKind::Owned { .. }), "{error}");
        assert_eq!(error.ending(), Ending::Owned);
    }
}

#[test]
fn a_second_owner_hears_of_the_first_and_writes_nothing() {
    let mut desk = Desk::new();
    let owner = desk.own();
    let since = stamp(desk.seconds).utc;
    let ledger = desk.open();
    let error = ledger.own(&account(), Realm::Practice, &stamp(BEGIN + 50)).unwrap_err();
    let pid = std::process::id();
    assert_eq!(error.kind, LedgerErrorKind::Owned { pid: Some(pid), since: Some(since) });
    assert!(error.to_string().contains(&format!("process {pid} ")), "{error}");
    let seen = ledger.owned_by(&account()).unwrap().unwrap();
    assert_eq!((seen.pid, seen.since, seen.fence), (pid, since, 1));
    let other: AccountName = "work".parse().unwrap();
    ledger.own(&other, Realm::Practice, &stamp(BEGIN)).unwrap();
    drop(owner);
    assert_eq!(ledger.owned_by(&account()).unwrap(), None);
    assert_eq!(desk.own().fence(), 2);
}

#[test]
fn an_owner_that_was_overtaken_writes_nothing() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let plan = desk.approved(&mut owner, &["ann"]);
    // As if the lock had been lost, for example on a network file system.
    std::fs::remove_file(desk.dir.join("locks/default.lock")).unwrap();
    let mut second = desk.own();
    let links = all_links(second.ledger()).len();
    let moved = next(&owner, (&plan.id, "ann"), Precheck);
    let stamp = desk.tick();
    assert_eq!(owner.step(&stamp, &moved).unwrap_err().kind, LedgerErrorKind::Fenced);
    assert_eq!(owner.say("{}", None, stamp.utc).unwrap_err().kind, LedgerErrorKind::Fenced);
    assert_eq!(owner.drop_plan(&plan.id, "x", &stamp).unwrap_err().ending(), Ending::Owned);
    assert_eq!(all_links(second.ledger()).len(), links);
    second.step(&stamp, &moved).unwrap();
}

#[test]
fn a_write_that_fails_half_way_leaves_nothing() {
    // Each trigger fails the transaction at another of its writes.
    for (table, when) in
        [("event", "INSERT"), ("chain_head", "UPDATE"), ("quota_debit", "INSERT"), ("effect", "UPDATE OF intent_us")]
    {
        let mut desk = Desk::new();
        let mut owner = desk.own();
        let plan = desk.approved(&mut owner, &["ann"]);
        desk.walk(&mut owner, (&plan.id, "ann"), &[Precheck]);
        let before = (all_links(owner.ledger()), owner.ledger().effects(&plan.id).unwrap());
        let raw = rusqlite::Connection::open(desk.dir.join("ledger.sqlite")).unwrap();
        raw.execute_batch(&format!(
            "CREATE TRIGGER fault AFTER {when} ON {table} BEGIN SELECT RAISE(ABORT, 'fault'); END"
        ))
        .unwrap();
        let moved = next(&owner, (&plan.id, "ann"), Intent);
        let stamp = desk.tick();
        let error = owner.intend(&stamp, &moved, &terms()).unwrap_err();
        assert!(error.what.contains("fault"), "{table}: {error}");
        assert_eq!((all_links(owner.ledger()), owner.ledger().effects(&plan.id).unwrap()), before, "{table}");
        assert_eq!(debits(owner.ledger()), 0);
        raw.execute_batch("DROP TRIGGER fault").unwrap();
        assert!(matches!(owner.intend(&stamp, &moved, &terms()).unwrap(), Intended::Written(_)));
        owner.ledger().check(&account(), Realm::Practice).unwrap();
    }
}

#[test]
fn a_full_disk_keeps_the_last_state_and_goes_on_when_there_is_room() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let plan = desk.approved(&mut owner, &["ann"]);
    desk.walk(&mut owner, (&plan.id, "ann"), &[Precheck]);
    let pages: i64 = owner.ledger().db.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    let limit = |owner: &Owner, pages: i64| {
        let set = format!("PRAGMA max_page_count = {pages}");
        owner.ledger().db.query_row(&set, [], |row| row.get::<_, i64>(0)).unwrap();
    };
    limit(&owner, pages);
    let mut moved = next(&owner, (&plan.id, "ann"), Intent);
    moved.why = "x".repeat(100_000);
    let stamp = desk.tick();
    let error = owner.intend(&stamp, &moved, &terms()).unwrap_err();
    assert_eq!((error.kind.clone(), error.ending()), (LedgerErrorKind::DiskFull, Ending::Damaged));
    assert_eq!((state_of(owner.ledger(), &plan.id, "ann"), debits(owner.ledger())), (Precheck, 0));
    limit(&owner, pages + 1000);
    assert!(matches!(owner.intend(&stamp, &moved, &terms()).unwrap(), Intended::Written(_)));
    owner.ledger().check(&account(), Realm::Practice).unwrap();
}

#[test]
fn after_a_failing_disk_nothing_more_is_written() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let plan = desk.approved(&mut owner, &["ann"]);
    let failed: Result<(), LedgerError> =
        owner.write(|_| Err(LedgerError::new(LedgerErrorKind::Io, "the disk says no")));
    assert!(failed.is_err());
    let moved = next(&owner, (&plan.id, "ann"), Precheck);
    let stamp = desk.tick();
    assert_eq!(owner.step(&stamp, &moved).unwrap_err().kind, LedgerErrorKind::Io);
    drop(owner);
    let mut owner = desk.own();
    owner.step(&stamp, &moved).unwrap();
}

/// The environment variable by which a test starts itself as the process that is killed.
const CHILD: &str = "EXEUNT_TEST_LEDGER_CHILD";

/// Not a test by itself: what the killed process does. Goes round one effect for ever, a step at a time.
#[test]
fn child_that_is_killed() {
    let Some(dir) = std::env::var_os(CHILD) else { return };
    let ledger = Ledger::open(std::path::Path::new(&dir)).unwrap();
    let mut owner = ledger.own(&account(), Realm::Practice, &stamp(BEGIN + 1_000_000)).unwrap();
    let mut seconds = BEGIN + 1_000_000;
    loop {
        seconds += 1;
        let plan = ledger.make_plan(&new_plan(&["ann"]), &stamp(seconds)).unwrap();
        owner.approve_plan(&plan.id, &plan.hash, "typed", &stamp(seconds)).unwrap();
        for to in [Precheck, Intent, NotSent] {
            let moved = next(&owner, (&plan.id, "ann"), to);
            match to {
                Intent => drop(owner.intend(&stamp(seconds), &moved, &terms_at(&stamp(seconds))).unwrap()),
                _ => drop(owner.step(&stamp(seconds), &moved).unwrap()),
            }
        }
    }
}

#[test]
fn a_killed_owner_leaves_chain_and_rows_in_step_and_the_account_free() {
    for round in 0..4 {
        let mut desk = Desk::new();
        desk.open();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "ledger::tests::crash::child_that_is_killed", "--test-threads", "1"])
            .env(CHILD, &desk.dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let ledger = desk.open();
        let wanted = 3 + round * 7;
        loop {
            assert_eq!(child.try_wait().unwrap(), None, "the child ended by itself");
            if ledger.head(&account(), Realm::Practice).unwrap().seq > wanted {
                break;
            }
            thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        desk.seconds = BEGIN + 2_000_000;
        let mut owner = desk.own();
        let head = owner.ledger().check(&account(), Realm::Practice).unwrap();
        assert!(head.seq > wanted);
        assert_eq!(check_chain(&all_links(owner.ledger())), Ok(()));
        let in_doubt = owner.ledger().in_doubt(&account(), Realm::Practice).unwrap();
        for effect in in_doubt {
            let (plan, who) = (effect.plan.clone(), effect.slug.to_string());
            desk.walk(&mut owner, (&plan, &who), &[Unknown, Verifying]);
        }
    }
}

#[test]
fn a_reader_sees_a_step_as_soon_as_it_is_answered() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let plan = desk.approved(&mut owner, &["ann"]);
    let reader = desk.open();
    for to in [Precheck, Intent, Acted, Verifying] {
        desk.walk(&mut owner, (&plan.id, "ann"), &[to]);
        assert_eq!(state_of(&reader, &plan.id, "ann"), to);
    }
}
