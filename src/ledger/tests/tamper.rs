//! Files that are not what the program wrote, and folders that are open to others.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use EffectState::{Acted, Done, Intent, NotSent, Precheck, Verifying};
use rusqlite::Connection;

use super::*;
use crate::event::exit::Ending;
use crate::event::fact::RunState;

/// A ledger with one finished removal and one charged attempt that sent nothing, and nobody who owns it.
fn used() -> Desk {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let plan = desk.approved(&mut owner, &["ann", "bob", "carol"]);
    desk.walk(&mut owner, (&plan.id, "ann"), &[Precheck, Intent, Acted, Verifying, Done]);
    desk.walk(&mut owner, (&plan.id, "bob"), &[Precheck, Intent, NotSent]);
    desk
}

fn raw(desk: &Desk) -> Connection {
    Connection::open(desk.dir.join("ledger.sqlite")).unwrap()
}

fn own(desk: &Desk, done: &str) -> LedgerError {
    let ledger = desk.open();
    let head = ledger.check(&account(), Realm::Practice);
    let error = ledger.own(&account(), Realm::Practice, &stamp(BEGIN + 900)).expect_err(done);
    assert_eq!(head.unwrap_err(), error);
    error
}

#[test]
fn each_change_behind_the_back_is_found_and_nobody_owns_the_account_then() {
    for sql in [
        "UPDATE event SET body = replace(body, 'ann', 'eve') WHERE seq = 3",
        "UPDATE event SET body = body || ' ' WHERE seq = 2",
        "UPDATE event SET hash = zeroblob(32) WHERE seq = 3",
        "UPDATE event SET prev = zeroblob(32) WHERE seq = 3",
        "UPDATE event SET run = 'R22' WHERE seq = 3",
        "DELETE FROM event WHERE seq = 1",
        "DELETE FROM event WHERE seq = 4",
        "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)",
        "DELETE FROM event",
        "UPDATE event SET seq = 1000 WHERE seq = (SELECT max(seq) FROM event)",
        "UPDATE chain_head SET seq = seq - 1",
        "DELETE FROM chain_head",
        "UPDATE effect SET state = 'APPROVED' WHERE slug = 'ann'",
        "UPDATE effect SET attempt = 2 WHERE slug = 'carol'",
        "UPDATE effect SET slug = 'eve' WHERE slug = 'carol'",
        "DELETE FROM effect WHERE slug = 'carol'",
        "DELETE FROM quota_debit",
        "DELETE FROM quota_debit WHERE seq = (SELECT max(seq) FROM quota_debit)",
    ] {
        let desk = used();
        desk.open().check(&account(), Realm::Practice).unwrap();
        assert!(raw(&desk).execute(sql, []).unwrap() > 0, "{sql}");
        let error = own(&desk, sql);
        assert_eq!((error.kind.clone(), error.ending()), (LedgerErrorKind::Damaged, Ending::Damaged), "{sql}");
        assert_eq!(desk.open().owned_by(&account()).unwrap(), None, "{sql}");
        let owners: i64 = raw(&desk).query_row("SELECT fence FROM owner", [], |row| row.get(0)).unwrap();
        assert_eq!(owners, 1, "{sql}: nothing is written into a damaged ledger");
    }
}

/// A ledger with a run of everything that leaves rows: who it was, an intention, profile views, a silence, an incident that a
/// person cleared, a sign-in, a proof.
fn used_by_runs() -> Desk {
    let mut desk = used();
    let mut owner = desk.own();
    let plan = owner.ledger().plans(&account()).unwrap().pop().unwrap();
    let run = desk.begin_run(&mut owner, &plan);
    let seen = |run: &RunId| Fact::AccountSeen { run: run.clone(), handle: slug("me"), name: "Me".into() };
    let write = |desk: &mut Desk, owner: &mut Owner, fact: Fact| {
        let stamp = desk.tick();
        owner.append(&stamp, &fact).unwrap();
    };
    write(&mut desk, &mut owner, seen(&run));
    let me = Identity { handle: slug("me"), name: "Me".into(), photo_sha256: None, photo_src: None };
    owner.adopt_identity(&me).unwrap();
    write(&mut desk, &mut owner, Fact::ProfileVisited { run: run.clone(), slug: slug("carol") });
    for to in [Precheck, Intent, NotSent] {
        let moved = Moved { run: Some(run.clone()), ..next(&owner, (&plan.id, "carol"), to) };
        let stamp = desk.tick();
        match to {
            Intent => assert!(matches!(owner.intend(&stamp, &moved, &terms()).unwrap(), Intended::Written(_))),
            _ => drop(owner.step(&stamp, &moved).unwrap()),
        }
    }
    let until = Timestamp::from_second(BEGIN + 100).unwrap();
    let incident = owner.ledger().free_incident_id().unwrap();
    let (sign, why, address) = ("captcha".to_owned(), "it asks".to_owned(), String::new());
    let met =
        Fact::Incident { incident: incident.clone(), run: run.clone(), sign, why, address, shots: vec![], until: None };
    for fact in [
        Fact::RunMoved { run: run.clone(), state: RunState::Cooling { until }, why: "silence".into() },
        met,
        Fact::IncidentCleared { incident, reason: "looked".into() },
        Fact::RunEnded { run: run.clone(), result: Ending::Stopped, why: "a captcha".into() },
        Fact::ManifestWritten { run: run.clone(), sha256: Digest::of(b"manifest"), seal: Some(Digest::of(b"seal")) },
        Fact::SignedIn { handle: slug("me"), name: "Me".into(), browser: "chrome".into() },
        Fact::SignedOut { how: "local".into() },
        Fact::AgreementNoted { answer: "no".into() },
        Fact::TextAccepted {
            run: run.clone(),
            slug: slug("carol"),
            language: "en".into(),
            pack_sha256: Digest::of(b"pack"),
            text: "part from {first}?".into(),
        },
        Fact::SamePerson { slug: slug("carol"), name: "Caroline".into(), reason: "I know her".into() },
    ] {
        write(&mut desk, &mut owner, fact);
    }
    desk
}

#[test]
fn each_row_that_follows_from_the_chain_is_held_against_it() {
    for (sql, says) in [
        ("UPDATE incident SET cleared_us = cleared_us - 1", "incident"),
        ("UPDATE incident SET cleared_us = NULL, reason = NULL", "`cleared_us` is empty, and the chain says"),
        ("UPDATE incident SET sign = 'drift'", "`sign` is `drift`, and the chain says `captcha`"),
        ("DELETE FROM incident", "of the chain is missing"),
        ("UPDATE incident SET realm = 'real'", "of the chain is missing"),
        ("UPDATE cooling SET until_us = until_us - 3600000000", "silence since entry"),
        ("DELETE FROM cooling", "silence since entry"),
        ("UPDATE quota_debit SET at_us = at_us - 86400000000", "at another time"),
        ("UPDATE quota_debit SET local_date = '2023-11-10'", "on another day"),
        ("UPDATE quota_debit SET zone = 'Asia/Tokyo', local_date = '2023-11-15'", "on another day"),
        (
            "UPDATE quota_debit SET effect = (SELECT key FROM effect WHERE slug = 'carol') WHERE seq = (SELECT min(seq) FROM quota_debit)",
            "counted against the limits",
        ),
        ("UPDATE profile_visit SET at_us = at_us - 86400000000", "profile view of entry"),
        ("DELETE FROM profile_visit", "profile view of entry"),
        ("UPDATE identity SET handle = 'eve'", "`eve`, which the site never showed"),
        ("DELETE FROM identity", "whose account it is is missing"),
        ("UPDATE run SET mode = 'rehearsal'", "`mode` is `rehearsal`, and the chain says `live`"),
        ("UPDATE run SET ended_us = NULL, result = NULL", "`ended_us` is empty"),
        ("UPDATE run SET state = '{\"state\":\"complete\"}'", "`state`"),
        ("UPDATE run SET manifest_sha256 = zeroblob(32)", "`manifest_sha256`"),
        ("UPDATE run SET seal_sha256 = NULL", "`seal_sha256` is empty"),
        ("UPDATE plan SET hash = zeroblob(32)", "`hash`"),
        ("UPDATE plan SET approved_us = approved_us + 1", "`approved_us`"),
        ("UPDATE plan SET dropped_us = 1", "`dropped_us` is 1, and the chain says empty"),
        ("UPDATE sign_in SET out_us = NULL", "`out_us` is empty"),
        ("UPDATE agreement SET answer = 'yes'", "`yes`"),
        ("UPDATE accepted_text SET text = 'block {first}?'", "accepted text of a dialog:"),
        ("DELETE FROM accepted_text", "accepted text of a dialog:"),
        ("UPDATE also_called SET name = 'Eve'", "`name` is `Eve`, and the chain says `Caroline`"),
        ("UPDATE chain_head SET last_seen_us = last_seen_us + 1", "the time of the last entry"),
        ("INSERT INTO closure VALUES ('default', 'practice', 'close', 'me', 1, NULL, 'closed', NULL)", "does not know"),
        (
            "INSERT INTO incident SELECT 99, 'I99', account, realm, run, sign, why, address, shots, at_us, cleared_us, reason, until_us FROM incident",
            "incident `I99` is one that the chain does not know",
        ),
    ] {
        let desk = used_by_runs();
        desk.open().check(&account(), Realm::Practice).unwrap();
        assert!(raw(&desk).execute(sql, []).unwrap() > 0, "{sql}");
        let error = own(&desk, sql);
        assert_eq!((error.kind.clone(), error.ending()), (LedgerErrorKind::Damaged, Ending::Damaged), "{sql}");
        assert!(error.what.contains(says), "{sql}: {error}");
    }
}

#[test]
fn an_incident_about_another_account_in_the_middle_of_a_run_says_nothing_against_the_own_one() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let plan = desk.approved(&mut owner, &["ann"]);
    let run = desk.begin_run(&mut owner, &plan);
    let at = desk.tick();
    owner.append(&at, &Fact::AccountSeen { run: run.clone(), handle: slug("me"), name: "Me".into() }).unwrap();
    let me = Identity { handle: slug("me"), name: "Me".into(), photo_sha256: None, photo_src: None };
    owner.adopt_identity(&me).unwrap();
    let incident = owner.ledger().free_incident_id().unwrap();
    let (sign, why, address) = ("other_account".to_owned(), "a later page is another's".to_owned(), String::new());
    let met = Fact::Incident { incident, run, sign, why, address, shots: vec![], until: None };
    owner.append(&at, &met).unwrap();
    drop(owner);
    desk.open().check(&account(), Realm::Practice).unwrap();
}

#[test]
fn a_state_that_this_version_does_not_know_stops_everything() {
    let desk = used();
    let db = raw(&desk);
    db.execute_batch("PRAGMA ignore_check_constraints = ON; UPDATE effect SET state = 'GONE' WHERE slug = 'carol'")
        .unwrap();
    let error = own(&desk, "another state");
    assert!(error.what.contains("`GONE` is no state"), "{error}");
}

#[test]
fn a_newer_schema_and_a_foreign_file_are_left_as_they_are() {
    let desk = used();
    raw(&desk).pragma_update(None, "user_version", 99).unwrap();
    let path = desk.dir.join("ledger.sqlite");
    let before = fs::read(&path).unwrap();
    let error = Ledger::open(&desk.dir).unwrap_err();
    assert_eq!((error.kind.clone(), error.ending()), (LedgerErrorKind::NewerSchema, Ending::Damaged));
    assert_eq!(fs::read(&path).unwrap(), before);

    for content in [&b"not a database at all, but long enough to be looked at as one by somebody"[..], &[0; 4096]] {
        let desk = Desk::new();
        let path = desk.dir.join("ledger.sqlite");
        private_file(&path, content);
        let error = Ledger::open(&desk.dir).unwrap_err();
        assert_eq!(error.kind, LedgerErrorKind::Damaged);
        assert_eq!(fs::read(&path).unwrap(), content);
    }

    let desk = Desk::new();
    private_file(&desk.dir.join("ledger.sqlite"), b"");
    raw(&desk).execute_batch("CREATE TABLE other (x)").unwrap();
    assert_eq!(Ledger::open(&desk.dir).unwrap_err().kind, LedgerErrorKind::Damaged);
}

fn private_file(path: &Path, content: &[u8]) {
    fs::write(path, content).unwrap();
    chmod(path, 0o600);
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn everything_that_is_made_is_the_users_alone() {
    let desk = Desk::new();
    let dir = desk.dir.join("new/data");
    let ledger = Ledger::open(&dir).unwrap();
    let _owner = ledger.own(&account(), Realm::Practice, &stamp(BEGIN)).unwrap();
    assert_eq!(mode(&dir), 0o700);
    assert_eq!(mode(&dir.join("locks")), 0o700);
    for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "install", "locks/default.lock"] {
        assert_eq!(mode(&dir.join(name)), 0o600, "{name}");
    }
}

#[test]
fn what_is_open_to_others_is_refused_with_the_mend() {
    for (name, bad, good) in
        [("", 0o775, 0o700), ("locks", 0o770, 0o700), ("ledger.sqlite", 0o644, 0o600), ("ledger.sqlite", 0o660, 0o600)]
    {
        let desk = used();
        let path = desk.dir.join(name);
        chmod(&path, bad);
        let error = Ledger::open(&desk.dir).unwrap_err();
        let trimmed = path.display().to_string();
        let fix = format!("chmod {good:o} '{}'", trimmed.trim_end_matches('/'));
        assert_eq!(error.kind, LedgerErrorKind::Permissions { fix: fix.clone() }, "{error}");
        assert!(error.to_string().contains(&fix));
        assert_eq!(error.ending(), Ending::Damaged);
        chmod(&path, good);
        desk.open();
    }
    let desk = used();
    let lock = desk.dir.join("locks/default.lock");
    chmod(&lock, 0o666);
    let error = desk.open().own(&account(), Realm::Practice, &stamp(BEGIN + 900)).unwrap_err();
    assert!(matches!(error.kind, LedgerErrorKind::Permissions { .. }), "{error}");
}

#[test]
fn a_folder_of_ours_that_others_may_only_look_into_is_closed_to_them_with_a_word() {
    let desk = used();
    assert_eq!(desk.open().mended(), None);
    for bad in [0o755, 0o750, 0o711] {
        chmod(&desk.dir, bad);
        let word = desk.open().mended().map(str::to_owned);
        assert_eq!(mode(&desk.dir), 0o700);
        assert!(word.is_some_and(|word| word.contains(&format!("mode {bad:04o}"))), "{bad:o}");
        assert_eq!(desk.open().mended(), None, "it is said once");
    }
    // As a demo left it: its folder, and no ledger beside it.
    let left = desk.dir.join("demo/left");
    fs::create_dir_all(left.join("demo")).unwrap();
    chmod(&left, 0o755);
    assert!(Ledger::open(&left).unwrap().mended().is_some());
}

#[test]
fn a_folder_that_is_not_ours_alone_is_left_to_its_owner() {
    for (foreign, bad) in [(Some("letters.txt"), 0o755), (None, 0o755), (Some("ledger.sqlite"), 0o757)] {
        let desk = Desk::new();
        let dir = desk.dir.join("chosen");
        fs::create_dir(&dir).unwrap();
        if let Some(name) = foreign {
            private_file(&dir.join(name), b"");
        }
        chmod(&dir, bad);
        let error = Ledger::open(&dir).unwrap_err();
        assert!(matches!(error.kind, LedgerErrorKind::Permissions { .. }), "{foreign:?}: {error}");
        assert_eq!(mode(&dir), bad, "{foreign:?}");
    }
}

#[test]
fn a_ledger_that_cannot_be_written_is_refused() {
    let desk = used();
    let path = desk.dir.join("ledger.sqlite");
    chmod(&path, 0o400);
    let error = Ledger::open(&desk.dir).unwrap_err();
    assert_eq!((error.kind.clone(), error.ending()), (LedgerErrorKind::ReadOnly, Ending::Damaged));
    assert!(error.to_string().contains("chmod 600"), "{error}");
}

#[test]
fn symbolic_links_are_not_followed() {
    let desk = used();
    let path = desk.dir.join("ledger.sqlite");
    let elsewhere = desk.dir.join("elsewhere");
    fs::rename(&path, &elsewhere).unwrap();
    symlink(&elsewhere, &path).unwrap();
    let error = Ledger::open(&desk.dir).unwrap_err();
    assert!(matches!(error.kind, LedgerErrorKind::Permissions { .. }), "{error}");

    let desk = used();
    let lock = desk.dir.join("locks/default.lock");
    fs::remove_file(&lock).unwrap();
    let target = desk.dir.join("target");
    symlink(&target, &lock).unwrap();
    let error = desk.open().own(&account(), Realm::Practice, &stamp(BEGIN + 900)).unwrap_err();
    assert!(matches!(error.kind, LedgerErrorKind::Permissions { .. }), "{error}");
    assert!(!target.exists());
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    chmod(to, 0o700);
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_copied_data_directory_shows_but_does_not_act() {
    let desk = used();
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("copy");
    copy(&desk.dir, &elsewhere);
    let ledger = Ledger::open(&elsewhere).unwrap();
    assert_eq!(ledger.plans(&account()).unwrap().len(), 1);
    let error = ledger.own(&account(), Realm::Practice, &stamp(BEGIN + 900)).unwrap_err();
    assert_eq!((error.kind.clone(), error.ending()), (LedgerErrorKind::Copied, Ending::Damaged));

    let moved = folder.path().join("moved");
    fs::rename(&desk.dir, &moved).unwrap();
    Ledger::open(&moved).unwrap().own(&account(), Realm::Practice, &stamp(BEGIN + 900)).unwrap();
}

#[test]
fn a_ledger_put_into_another_data_directory_does_not_act() {
    let (one, other) = (used(), used());
    let name = "ledger.sqlite";
    fs::copy(one.dir.join(name), other.dir.join(name)).unwrap();
    let error = other.open().own(&account(), Realm::Practice, &stamp(BEGIN + 900)).unwrap_err();
    assert_eq!(error.kind, LedgerErrorKind::Copied);

    fs::remove_file(one.dir.join("install")).unwrap();
    let error = one.open().own(&account(), Realm::Practice, &stamp(BEGIN + 900)).unwrap_err();
    assert_eq!(error.kind, LedgerErrorKind::Copied);
}

#[test]
fn a_first_start_that_died_before_its_first_row_is_done_again() {
    let desk = Desk::new();
    private_file(&desk.dir.join("ledger.sqlite"), b"");
    private_file(&desk.dir.join("install"), b"install=0\n");
    desk.open().own(&account(), Realm::Practice, &stamp(BEGIN)).unwrap();
}

#[test]
fn a_ledger_that_is_gone_is_not_replaced_by_an_empty_one_and_its_copy_is_accepted() {
    for trace in ["install", "seal-key", "evidence"] {
        for emptied in [false, true] {
            let desk = used();
            let path = desk.dir.join("ledger.sqlite");
            let copy = fs::read(&path).unwrap();
            let install = fs::read(desk.dir.join("install")).unwrap();
            match trace {
                "seal-key" => private_file(&desk.dir.join(trace), b"key"),
                "evidence" => fs::create_dir_all(desk.dir.join("evidence/default")).unwrap(),
                _ => {}
            }
            if trace != "install" {
                fs::remove_file(desk.dir.join("install")).unwrap();
            }
            for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
                let _ = fs::remove_file(desk.dir.join(name));
            }
            if emptied {
                private_file(&path, b"");
            }
            // An empty database beside `install` alone is a first start that died.
            if emptied && trace == "install" {
                desk.open();
                continue;
            }
            for _ in 0..2 {
                let error = Ledger::open(&desk.dir).unwrap_err();
                assert_eq!((error.kind.clone(), error.ending()), (LedgerErrorKind::Lost, Ending::Damaged), "{trace}");
                assert!(error.what.contains(&format!("`{trace}`")), "{error}");
                assert_eq!(path.exists(), emptied, "nothing is made in its place");
            }
            private_file(&path, &copy);
            if trace == "install" {
                desk.open().own(&account(), Realm::Practice, &stamp(BEGIN + 900)).unwrap();
            } else {
                private_file(&desk.dir.join("install"), &install);
                desk.open();
            }
        }
    }
}

/// A folder beside the data directory, as the program's state folder is.
fn remembered(desk: &Desk) -> std::path::PathBuf {
    desk.dir.parent().unwrap().join("state/exeunt")
}

fn own_remembering(desk: &Desk) -> Result<Owner, LedgerError> {
    let ledger = desk.open().remembering(&remembered(desk))?;
    ledger.own(&account(), Realm::Practice, &stamp(BEGIN + 900))
}

#[test]
fn an_older_ledger_that_is_put_back_is_noticed_and_the_newer_one_goes_on() {
    let mut desk = used();
    drop(own_remembering(&desk).unwrap());
    let older = fs::read(desk.dir.join("ledger.sqlite")).unwrap();
    let mut owner = own_remembering(&desk).unwrap();
    desk.seconds = BEGIN + 1_000;
    let plan = owner.ledger().plans(&account()).unwrap().pop().unwrap();
    desk.walk(&mut owner, (&plan.id, "carol"), &[Precheck, Intent]);
    drop(owner);
    let newer = fs::read(desk.dir.join("ledger.sqlite")).unwrap();
    fs::write(desk.dir.join("ledger.sqlite"), &older).unwrap();
    let error = own_remembering(&desk).unwrap_err();
    assert_eq!((error.kind.clone(), error.ending()), (LedgerErrorKind::RolledBack, Ending::Damaged), "{error}");
    assert_eq!(desk.open().owned_by(&account()).unwrap(), None);
    fs::write(desk.dir.join("ledger.sqlite"), &newer).unwrap();
    own_remembering(&desk).unwrap();
}

#[test]
fn the_last_event_taken_out_with_all_its_traces_is_noticed() {
    let mut desk = used();
    let mut owner = own_remembering(&desk).unwrap();
    desk.seconds = BEGIN + 1_000;
    let plan = owner.ledger().plans(&account()).unwrap().pop().unwrap();
    let run = desk.begin_run(&mut owner, &plan);
    let stamp = desk.tick();
    owner.append(&stamp, &Fact::RunEnded { run, result: Ending::Done, why: String::new() }).unwrap();
    drop(owner);
    let db = raw(&desk);
    db.execute_batch(
        "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event);
         UPDATE chain_head SET seq = seq - 1, last_seen_us = last_seen_us - 1000000, hash = (SELECT hash FROM event ORDER BY seq DESC LIMIT 1);
         UPDATE run SET ended_us = NULL, result = NULL;",
    )
    .unwrap();
    desk.open().check(&account(), Realm::Practice).expect("the chain itself fits");
    assert_eq!(own_remembering(&desk).unwrap_err().kind, LedgerErrorKind::RolledBack);
}

#[test]
fn what_is_remembered_is_the_users_alone_and_goes_with_the_account() {
    let desk = used();
    let owner = own_remembering(&desk).unwrap();
    let files: Vec<_> = fs::read_dir(remembered(&desk)).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!((files.len(), mode(&files[0]), mode(&remembered(&desk))), (1, 0o600, 0o700));
    owner.forget().unwrap();
    assert_eq!(fs::read_dir(remembered(&desk)).unwrap().count(), 0);
    // A folder that cannot be written is passed over.
    fs::remove_dir(remembered(&desk)).unwrap();
    fs::write(remembered(&desk), "").unwrap();
    own_remembering(&desk).unwrap();
}
