//! What scans know, beside what exports say.

use rusqlite::Connection;

use super::*;
use crate::event::exit::Ending;
use crate::event::fact::{ScanStarted, Scanned};
use crate::plan::person::Person;

fn row(text: &str) -> Person {
    Person {
        slug: slug(text),
        first_name: text.to_owned(),
        last_name: "Doe".into(),
        company: "Acme".into(),
        position: String::new(),
        connected_on: Some(date(2019, 5, 4)),
    }
}

fn seen(text: &str) -> SeenPerson {
    SeenPerson { slug: slug(text), name: format!("{text} Doe, PhD"), connected_on: Some(date(2020, 1, 2)) }
}

/// Scans in this second: sees these people, and says whether they are all.
fn scan(owner: &mut Owner, seconds: i64, people: &[&str], complete: bool) -> RunId {
    let run = owner.ledger().free_run_id().unwrap();
    let text = |text: &str| text.to_owned();
    let started = ScanStarted {
        run: run.clone(),
        account: account(),
        realm: Realm::Practice,
        origin: text("http://127.0.0.1:1"),
        pack: text("test"),
        pack_sha256: Digest::of(b"pack"),
        browser: text("none"),
        program: text("0"),
        zone: text("UTC"),
    };
    let at = stamp(seconds);
    owner.append(&at, &Fact::ScanStarted(Box::new(started))).unwrap();
    let people: Vec<SeenPerson> = people.iter().map(|slug| seen(slug)).collect();
    owner.saw(&run, &people, at.utc).unwrap();
    let scanned = Scanned {
        run: run.clone(),
        rows: owner.ledger().seen_by(&run).unwrap(),
        nameless: 0,
        total: Some(people.len() as u64),
        total_after: None,
        complete,
        why: String::new(),
        new: 0,
        gone: 0,
        perhaps_renamed: vec![],
        shots: vec![],
    };
    owner.append(&at, &Fact::Scanned(Box::new(scanned))).unwrap();
    owner.append(&at, &Fact::RunEnded { run: run.clone(), result: Ending::Done, why: text("") }).unwrap();
    run
}

fn import(ledger: &Ledger, seconds: i64, exported: i64, people: &[&str]) -> ImportCount {
    let rows: Vec<Person> = people.iter().map(|slug| row(slug)).collect();
    let exported = Some(stamp(exported).utc);
    let import = Import { source: "Connections.csv".into(), at: stamp(seconds).utc, exported };
    ledger.import_people(&account(), &rows, &import).unwrap()
}

/// Everybody: `+` seen on the site, `-` gone from it, `?` absent from the export, `*` never exported.
fn known(ledger: &Ledger) -> String {
    let mark = |known: &KnownPerson| {
        let marks = [
            (known.site.gone_since.is_some(), "-"),
            (known.site.gone_since.is_none() && known.site.last_seen.is_some(), "+"),
            (known.absent_since.is_some(), "?"),
            (!known.exported, "*"),
        ];
        let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
        format!("{}{marks}", known.person.slug)
    };
    ledger.people(&account()).unwrap().iter().map(mark).collect::<Vec<_>>().join(" ")
}

#[test]
fn only_a_complete_scan_says_who_is_gone_and_it_changes_nothing_of_the_export() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let ledger = desk.open();
    import(&ledger, BEGIN + 1, BEGIN, &["ann", "bob"]);
    let first = scan(&mut owner, BEGIN + 10, &["ann", "new", "ann"], false);
    assert_eq!(known(&ledger), "ann+ bob new+*");
    assert_eq!(ledger.seen_by(&first).unwrap(), 2);
    let slugs = |people: Vec<Person>| people.iter().map(|person| person.slug.to_string()).collect::<Vec<_>>();
    assert_eq!(slugs(ledger.found_by(&account(), &first).unwrap()), ["new"]);
    assert_eq!(slugs(ledger.missed_by(&account(), &first).unwrap()), ["bob"]);
    scan(&mut owner, BEGIN + 20, &["ann"], true);
    assert_eq!(known(&ledger), "ann+ bob- new-*");
    assert_eq!(ledger.person(&account(), &slug("ann")).unwrap().unwrap().person, row("ann"));
    let new = ledger.person(&account(), &slug("new")).unwrap().unwrap();
    assert_eq!((new.person.first_name.as_str(), new.source.as_str()), ("new Doe, PhD", "scan"));
    assert_eq!(new.person.connected_on, Some(date(2020, 1, 2)));
    scan(&mut owner, BEGIN + 30, &["bob"], false);
    assert_eq!(known(&ledger), "ann+ bob+ new-*", "who is seen again is back");
    let scans = ledger.scans(&account()).unwrap();
    assert_eq!(scans.iter().map(|scan| scan.complete).collect::<Vec<_>>(), [false, true, false]);
    ledger.check(&account(), Realm::Practice).unwrap();
}

#[test]
fn the_first_complete_scan_after_an_alarm_names_who_is_missing_besides_those_who_were_taken_out() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let ledger = desk.open();
    import(&ledger, BEGIN + 1, BEGIN, &["ann", "bob", "cem", "dan", "eve"]);
    // Who was gone before the alarm, by a scan, is not missing since.
    desk.seconds = BEGIN + 9;
    scan(&mut owner, BEGIN + 10, &["ann", "bob", "cem", "eve", "new"], true);
    // A newer export names somebody whom no scan has read.
    import(&ledger, BEGIN + 15, BEGIN + 14, &["ann", "bob", "cem", "eve", "fay", "new"]);
    desk.seconds = BEGIN + 20;
    let plan = desk.approved(&mut owner, &["bob", "ann"]);
    use EffectState as E;
    let gone = [E::Precheck, E::Intent, E::Acted, E::Verifying, E::Done];
    desk.walk(&mut owner, (&plan.id, "bob"), &gone);
    let run = desk.begin_run(&mut owner, &plan);
    let (incident, text) = (ledger.free_incident_id().unwrap(), |text: &str| text.to_owned());
    let alarm = |incident| Fact::Incident {
        incident,
        run: run.clone(),
        sign: text("fall"),
        why: text("3 are missing"),
        address: text(""),
        shots: vec![],
        until: None,
    };
    let at = desk.tick();
    owner.append(&at, &alarm(incident.clone())).unwrap();
    let row = |ledger: &Ledger| ledger.incidents(&account()).unwrap().pop().unwrap();
    assert_eq!(ledger.missing_since(&account(), &row(&ledger)).unwrap(), None, "nobody has looked");
    scan(&mut owner, BEGIN + 100, &["ann"], false);
    assert_eq!(ledger.missing_since(&account(), &row(&ledger)).unwrap(), None, "not everybody was read");
    let whole = scan(&mut owner, BEGIN + 110, &["ann", "eve"], true);
    let missing = ledger.missing_since(&account(), &row(&ledger)).unwrap().unwrap();
    let named = |missing: &Missing| {
        let one = |one: &MissingPerson| {
            format!("{}{} {}", one.person.slug, if one.was_read { "" } else { "?" }, one.last.as_second() - BEGIN)
        };
        missing.people.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        (&missing.scan, named(&missing).as_str()),
        (&whole, "cem 15, new 15, fay? 15"),
        "each with the last time known"
    );
    // A later scan, which sees one of them again, neither becomes the one of this alarm nor keeps that person missing.
    scan(&mut owner, BEGIN + 120, &["ann", "cem"], true);
    let later = ledger.missing_since(&account(), &row(&ledger)).unwrap().unwrap();
    assert_eq!((&later.scan, named(&later).as_str()), (&whole, "new 15, fay? 15"));
    // Another alarm has a scan of its own.
    desk.seconds = BEGIN + 130;
    let at = desk.tick();
    owner.append(&at, &alarm(ledger.free_incident_id().unwrap())).unwrap();
    assert_eq!(ledger.missing_since(&account(), &row(&ledger)).unwrap(), None);
    ledger.check(&account(), Realm::Practice).unwrap();
}

#[test]
fn an_import_leaves_scanned_people_alone_and_the_newer_source_wins() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let ledger = desk.open();
    import(&ledger, BEGIN + 1, BEGIN, &["ann", "bob", "cem"]);
    scan(&mut owner, BEGIN + 10, &["ann", "bob", "new"], true);
    assert_eq!(known(&ledger), "ann+ bob+ cem- new+*");
    // An export made before the scan lacks `bob`, whom the scan saw since.
    import(&ledger, BEGIN + 11, BEGIN + 5, &["ann", "cem"]);
    assert_eq!(known(&ledger), "ann+ bob+ cem- new+*");
    // One that was made after it names `cem` again and lacks `bob`; it knows `new` by now.
    let count = import(&ledger, BEGIN + 21, BEGIN + 20, &["ann", "cem", "new"]);
    assert_eq!(count.new, 1);
    assert_eq!(known(&ledger), "ann+ bob+? cem new+");
    let people = ledger.query_people(&account(), "1").unwrap().people;
    assert_eq!(people.len(), 3, "who is absent is not asked for: {people:?}");
    scan(&mut owner, BEGIN + 30, &["bob"], false);
    assert_eq!(known(&ledger), "ann+ bob+ cem new+", "a newer scan brings back who was absent");
}

#[test]
fn a_scan_may_latch_and_its_id_is_no_run_s() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let run = scan(&mut owner, BEGIN + 10, &["ann"], false);
    let incident = owner.ledger().free_incident_id().unwrap();
    let text = |text: &str| text.to_owned();
    let fact = Fact::Incident {
        incident: incident.clone(),
        run: run.clone(),
        sign: text("captcha"),
        why: text("why"),
        address: text(""),
        shots: vec![],
        until: None,
    };
    let at = desk.tick();
    owner.append(&at, &fact).unwrap();
    let latch = owner.ledger().open_latch(&account(), Realm::Practice).unwrap().unwrap();
    assert_eq!((latch.id, latch.run), (incident, run.clone()));
    assert_eq!(owner.ledger().links_of_run(&run).unwrap().len(), 4);
    assert!(owner.ledger().runs(&account()).unwrap().is_empty());
}

#[test]
fn a_ledger_of_the_first_schema_is_brought_up_to_date_with_all_that_it_holds() {
    let desk = Desk::new();
    drop(desk.open());
    let file = desk.dir.join("ledger.sqlite");
    std::fs::remove_file(&file).unwrap();
    let db = Connection::open(&file).unwrap();
    db.execute_batch(include_str!("../migrations/0001.sql")).unwrap();
    let id = "0".repeat(32);
    db.execute_batch(&format!(
        "INSERT INTO install VALUES (1, '{id}');
         INSERT INTO account VALUES ('default', 'practice');
         INSERT INTO plan (number, id, account, realm, action, route, hash, pack_sha256, ceilings, made_us)
           VALUES (1, 'P22', 'default', 'practice', 'remove', 'list', zeroblob(32), zeroblob(32), '{{}}', 1);
         INSERT INTO run (number, id, account, realm, plan, mode, state, started_us, why)
           VALUES (1, 'R22', 'default', 'practice', 'P22', 'live', '{{\"state\":\"latched\"}}', 1, '');
         INSERT INTO incident (number, id, account, realm, run, sign, why, address, shots, at_us)
           VALUES (1, 'I22', 'default', 'practice', 'R22', 'captcha', 'why', '', '[]', 5);
         INSERT INTO plan_person VALUES ('P22', 0, 'anna', 'Anna Lee');
         INSERT INTO effect (key, plan, account, realm, action, slug, state, attempt, fence, intent_us, sent_us, settle_us, reason)
           VALUES (zeroblob(32), 'P22', 'default', 'practice', 'remove', 'anna', 'CONFIRMED', 1, 1, 2, NULL, NULL, 'gone');
         INSERT INTO quota_debit VALUES ('default', 'practice', 1, zeroblob(32), 7, '2026-03-02', 'UTC');
         INSERT INTO cooling VALUES ('default', 'practice', 1, 'R22', 5, 9);
         INSERT INTO request (account, kind, incident, reason, pid, at_us)
           VALUES ('default', 'clear', 'I22', 'r', 1, 6);
         PRAGMA application_id = {}; PRAGMA user_version = 1;",
        0x4578_6e74
    ))
    .unwrap();
    drop(db);
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let ledger = desk.open();
    let latch = ledger.open_latch(&account(), Realm::Practice).unwrap().unwrap();
    assert_eq!((latch.id.as_str(), latch.run.as_str()), ("I22", "R22"));
    assert_eq!(ledger.coolings(&account(), Realm::Practice, Timestamp::MIN).unwrap().len(), 1);
    assert_eq!(ledger.pending_requests(&account()).unwrap().len(), 1);
    // The tables of effects and of what they cost were made anew by a later schema.
    let effect = ledger.effects(&"P22".parse().unwrap()).unwrap().pop().unwrap();
    assert_eq!((effect.state, effect.attempt, effect.reason.as_str()), (EffectState::Confirmed, 1, "gone"));
    assert_eq!(effect.intent.map(|at| at.as_microsecond()), Some(2));
    assert_eq!(ledger.debits(&account(), Realm::Practice, Timestamp::MIN).unwrap().len(), 1);
    assert_eq!(ledger.db.query_row("PRAGMA foreign_key_check", [], |_| Ok(())).ok(), None, "nothing points nowhere");
}
