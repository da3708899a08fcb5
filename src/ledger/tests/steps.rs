//! What may follow what, and what an intention meets.

use EffectState::{
    Acted, Approved, Confirmed, Done, Excluded, Expired, Failed, Intent, NeedsHuman, NotApplied, NotSent, Precheck,
    Skipped, Unknown, Verifying,
};

use super::*;
use crate::event::exit::Ending;
use crate::event::fact::RunState;
use crate::event::link::check_chain;
use crate::event::state::STATES;
use crate::policy::history::History;
use crate::policy::slowdown::{Observation, Slowdown};

/// An owner with one approved plan of `ann` and `bob`, and both at PRECHECK.
fn ready() -> (Desk, Owner, PlanRow) {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let plan = desk.approved(&mut owner, &["ann", "bob"]);
    desk.walk(&mut owner, (&plan.id, "ann"), &[Precheck]);
    desk.walk(&mut owner, (&plan.id, "bob"), &[Precheck]);
    (desk, owner, plan)
}

fn intend(desk: &mut Desk, owner: &mut Owner, plan: &PlanId, who: &str) -> Intended {
    let moved = next(owner, (plan, who), Intent);
    let stamp = desk.tick();
    owner.intend(&stamp, &moved, &terms()).unwrap()
}

fn refused(desk: &mut Desk, owner: &mut Owner, plan: &PlanId, who: &str) -> Refusal {
    let before = (all_links(owner.ledger()).len(), debits(owner.ledger()), owner.ledger().effects(plan).unwrap());
    let Intended::Refused(refusal) = intend(desk, owner, plan, who) else { panic!("it was written") };
    let after = (all_links(owner.ledger()).len(), debits(owner.ledger()), owner.ledger().effects(plan).unwrap());
    assert_eq!(before, after);
    refusal
}

#[test]
fn a_removal_from_plan_to_audit() {
    let (mut desk, mut owner, plan) = ready();
    desk.walk(&mut owner, (&plan.id, "ann"), &[Intent, Acted, Verifying, Done, Confirmed]);
    let ledger = desk.open();
    assert_eq!(state_of(&ledger, &plan.id, "ann"), Confirmed);
    assert_eq!(debits(&ledger), 1);
    assert_eq!(ledger.in_doubt(&account(), Realm::Practice).unwrap(), []);
    let open: Vec<Slug> =
        ledger.open_effects(&account(), Realm::Practice).unwrap().into_iter().map(|row| row.slug).collect();
    assert_eq!(open, [slug("bob")]);
    assert_eq!(check_chain(&all_links(&ledger)), Ok(()));
    let head = ledger.check(&account(), Realm::Practice).unwrap();
    assert_eq!(head.last_seen, Some(stamp(desk.seconds).utc));
    let debit = &ledger.debits(&account(), Realm::Practice, Timestamp::MIN).unwrap()[0];
    assert_eq!((debit.local_date, debit.zone.as_str()), (terms().local_date, "Europe/Berlin"));
}

#[test]
fn every_illegal_step_from_every_reachable_state_is_refused() {
    let paths: &[&[EffectState]] = &[
        &[],
        &[Precheck],
        &[Precheck, Intent],
        &[Precheck, Intent, NotSent],
        &[Precheck, Intent, Acted],
        &[Precheck, Intent, Unknown],
        &[Precheck, Intent, Unknown, Verifying],
        &[Precheck, Intent, Unknown, NeedsHuman],
        &[Precheck, Intent, Unknown, Verifying, Done],
        &[Precheck, Intent, Unknown, NeedsHuman, NotApplied],
        &[Precheck, Intent, Unknown, NeedsHuman, Skipped],
        &[Precheck, Failed],
        &[Expired],
    ];
    for path in paths {
        let mut desk = Desk::new();
        let mut owner = desk.own();
        let plan = desk.approved(&mut owner, &["ann"]);
        desk.walk(&mut owner, (&plan.id, "ann"), path);
        let stands = state_of(owner.ledger(), &plan.id, "ann");
        let links = all_links(owner.ledger()).len();
        for (to, _) in STATES {
            if stands.may_become().contains(&to) {
                continue;
            }
            let moved = next(&owner, (&plan.id, "ann"), to);
            let stamp = desk.tick();
            let error = match to {
                Intent => owner.intend(&stamp, &moved, &terms()).map(|_| ()).unwrap_err(),
                _ => owner.step(&stamp, &moved).map(|_| ()).unwrap_err(),
            };
            assert!(matches!(error.kind, LedgerErrorKind::Illegal(_)), "{stands} to {to}: {error}");
            assert_eq!(error.ending(), Ending::Bug);
        }
        assert_eq!(state_of(owner.ledger(), &plan.id, "ann"), stands);
        assert_eq!(all_links(owner.ledger()).len(), links);
    }
}

#[test]
fn a_step_from_where_the_effect_does_not_stand_is_refused() {
    let (mut desk, mut owner, plan) = ready();
    let stale = next(&owner, (&plan.id, "ann"), Approved);
    desk.walk(&mut owner, (&plan.id, "ann"), &[Intent]);
    let stamp = desk.tick();
    assert_eq!(owner.step(&stamp, &stale).unwrap_err().kind, LedgerErrorKind::Bug);
    let mut stranger = next(&owner, (&plan.id, "bob"), Approved);
    stranger.slug = slug("carol");
    assert_eq!(owner.step(&stamp, &stranger).unwrap_err().kind, LedgerErrorKind::NotFound);
}

#[test]
fn an_intention_has_its_own_door() {
    let (mut desk, mut owner, plan) = ready();
    let stamp = desk.tick();
    let intention = next(&owner, (&plan.id, "ann"), Intent);
    assert_eq!(owner.step(&stamp, &intention).unwrap_err().kind, LedgerErrorKind::Bug);
    let other = next(&owner, (&plan.id, "ann"), Approved);
    assert_eq!(owner.intend(&stamp, &other, &terms()).unwrap_err().kind, LedgerErrorKind::Bug);
    let fact = Fact::Moved(Box::new(other));
    assert_eq!(owner.append(&stamp, &fact).unwrap_err().kind, LedgerErrorKind::Bug);
    assert_eq!(state_of(owner.ledger(), &plan.id, "ann"), Precheck);
    owner.ledger().check(&account(), Realm::Practice).unwrap();
}

#[test]
fn there_are_two_attempts_and_the_second_is_counted() {
    let (mut desk, mut owner, plan) = ready();
    desk.walk(&mut owner, (&plan.id, "ann"), &[Intent, NotSent]);
    let mut same = next(&owner, (&plan.id, "ann"), Precheck);
    assert_eq!(same.attempt, 2);
    same.attempt = 1;
    let stamp = desk.tick();
    assert_eq!(owner.step(&stamp, &same).unwrap_err().kind, LedgerErrorKind::Bug);
    desk.walk(&mut owner, (&plan.id, "ann"), &[Precheck, Intent, NotSent]);
    let third = next(&owner, (&plan.id, "ann"), Precheck);
    assert_eq!(third.attempt, 3);
    let error = owner.step(&stamp, &third).unwrap_err();
    assert!(error.what.contains("tried 2 times"), "{error}");
    desk.walk(&mut owner, (&plan.id, "ann"), &[Failed]);
    assert_eq!(debits(owner.ledger()), 2, "an attempt that sent nothing stays charged");
}

#[test]
fn one_effect_is_in_flight_at_a_time() {
    let (mut desk, mut owner, plan) = ready();
    for path in [&[Intent][..], &[Acted], &[Verifying], &[Verifying]] {
        desk.walk(&mut owner, (&plan.id, "ann"), path);
        let refusal = refused(&mut desk, &mut owner, &plan.id, "bob");
        assert_eq!(refusal, Refusal::InFlight { plan: plan.id.clone(), slug: slug("ann") });
    }
    desk.walk(&mut owner, (&plan.id, "ann"), &[Done]);
    assert!(matches!(intend(&mut desk, &mut owner, &plan.id, "bob"), Intended::Written(_)));
}

#[test]
fn the_database_itself_holds_one_in_flight() {
    let (mut desk, mut owner, plan) = ready();
    desk.walk(&mut owner, (&plan.id, "ann"), &[Intent]);
    let forced = owner.ledger().db.execute("UPDATE effect SET state = 'INTENT' WHERE slug = 'bob'", []);
    assert!(forced.unwrap_err().to_string().contains("UNIQUE"));
}

#[test]
fn a_target_in_doubt_in_any_plan_is_not_touched_by_another() {
    let (mut desk, mut owner, plan) = ready();
    desk.walk(&mut owner, (&plan.id, "ann"), &[Intent, Unknown, NeedsHuman]);
    let second = desk.approved(&mut owner, &["ann"]);
    desk.walk(&mut owner, (&second.id, "ann"), &[Precheck]);
    let refusal = refused(&mut desk, &mut owner, &second.id, "ann");
    assert_eq!(refusal, Refusal::NeedsHuman { plan: plan.id.clone() });
    assert!(matches!(intend(&mut desk, &mut owner, &plan.id, "bob"), Intended::Written(_)), "others go on");
    desk.walk(&mut owner, (&plan.id, "bob"), &[NotSent]);
    desk.walk(&mut owner, (&plan.id, "ann"), &[Skipped]);
    assert!(matches!(intend(&mut desk, &mut owner, &second.id, "ann"), Intended::Written(_)));
}

#[test]
fn a_person_kept_between_look_and_intention_is_left_alone() {
    let (mut desk, mut owner, plan) = ready();
    let entry = KeepRow { slug: slug("ann"), reason: "a friend".into(), at: desk.tick().utc };
    assert!(desk.open().keep(&account(), &entry).unwrap());
    assert!(!desk.open().keep(&account(), &entry).unwrap());
    let refusal = refused(&mut desk, &mut owner, &plan.id, "ann");
    assert_eq!(refusal, Refusal::Kept { reason: "a friend".into() });
    desk.walk(&mut owner, (&plan.id, "ann"), &[Excluded]);
    assert_eq!(desk.open().kept(&account()).unwrap(), [entry]);
    assert!(desk.open().unkeep(&account(), &slug("ann")).unwrap());
    assert!(!desk.open().unkeep(&account(), &slug("ann")).unwrap());
}

#[test]
fn an_approval_leaves_out_who_is_kept() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let at = desk.tick().utc;
    desk.open().keep(&account(), &KeepRow { slug: slug("bob"), reason: String::new(), at }).unwrap();
    let plan = desk.plan(&["ann", "bob"]);
    assert_eq!(owner.ledger().effects(&plan.id).unwrap(), []);
    let stamp = desk.tick();
    let wrong = owner.approve_plan(&plan.id, &Digest::of(b"other"), "typed", &stamp).unwrap_err();
    assert_eq!((wrong.kind.clone(), wrong.ending()), (LedgerErrorKind::StalePlan, Ending::BadFile));
    let approval = owner.approve_plan(&plan.id, &plan.hash, "--confirm", &stamp).unwrap();
    assert_eq!(approval, Approval { approved: 1, excluded: 1 });
    assert_eq!(state_of(owner.ledger(), &plan.id, "bob"), Excluded);
    let again = owner.approve_plan(&plan.id, &plan.hash, "typed", &stamp).unwrap_err();
    assert_eq!(again.kind, LedgerErrorKind::StalePlan);
    let row = owner.ledger().plan(&account(), &plan.id).unwrap();
    assert_eq!((row.approved, row.approved_how.as_deref()), (Some(stamp.utc), Some("--confirm")));
    assert_eq!((row.people, row.handle.clone()), (2, Some(slug("me"))));
}

#[test]
fn a_pause_holds_without_an_owner_until_resume() {
    let (mut desk, owner, plan) = ready();
    drop(owner);
    let at = desk.tick().utc;
    let ask = |kind| NewRequest { kind, reason: "holiday".into(), at };
    let pause = desk.open().request(&account(), &ask(RequestKind::Pause { until: None })).unwrap();
    let mut owner = desk.own();
    assert_eq!(refused(&mut desk, &mut owner, &plan.id, "ann"), Refusal::Paused);
    owner.handle_request(pause, at, "paused").unwrap();
    assert_eq!(owner.handle_request(pause, at, "paused").unwrap_err().kind, LedgerErrorKind::NotFound);
    drop(owner);
    let mut owner = desk.own();
    assert_eq!(refused(&mut desk, &mut owner, &plan.id, "ann"), Refusal::Paused);
    assert_eq!(owner.ledger().request_by_id(pause).unwrap().answer.as_deref(), Some("paused"));
    desk.open().request(&account(), &ask(RequestKind::Resume)).unwrap();
    assert_eq!(owner.ledger().pause(&account(), at).unwrap(), None);
    let pending = owner.ledger().pending_requests(&account()).unwrap();
    assert_eq!(pending.iter().map(|row| row.kind.clone()).collect::<Vec<_>>(), [RequestKind::Resume]);
    assert!(matches!(intend(&mut desk, &mut owner, &plan.id, "ann"), Intended::Written(_)));
}

#[test]
fn a_stop_holds_for_its_plan_and_a_dropped_plan_begins_nothing() {
    let (mut desk, mut owner, plan) = ready();
    let other = desk.approved(&mut owner, &["carol", "dave", "erin"]);
    desk.walk(&mut owner, (&other.id, "carol"), &[Precheck, Intent, NotSent]);
    let at = desk.tick().utc;
    let stop = NewRequest { kind: RequestKind::Stop { plan: Some(plan.id.clone()) }, reason: String::new(), at };
    let id = desk.open().request(&account(), &stop).unwrap();
    assert_eq!(refused(&mut desk, &mut owner, &plan.id, "ann"), Refusal::Stopped);
    desk.walk(&mut owner, (&other.id, "dave"), &[Precheck, Intent]);
    let stamp = desk.tick();
    assert_eq!(owner.drop_plan(&plan.id, "stopped", &stamp).unwrap(), 2);
    owner.handle_request(id, stamp.utc, "done").unwrap();
    assert_eq!(state_of(owner.ledger(), &plan.id, "ann"), Expired);
    assert_eq!(owner.drop_plan(&other.id, "stopped", &stamp).unwrap(), 2);
    assert_eq!(owner.drop_plan(&other.id, "stopped", &stamp).unwrap_err().kind, LedgerErrorKind::StalePlan);
    let states: Vec<EffectState> =
        owner.ledger().effects(&other.id).unwrap().into_iter().map(|row| row.state).collect();
    assert_eq!(states, [Failed, Intent, Expired], "what is in doubt stays in doubt");
    desk.walk(&mut owner, (&other.id, "dave"), &[NotSent]);
    let again = next(&owner, (&other.id, "dave"), Precheck);
    let stamp = desk.tick();
    assert_eq!(owner.step(&stamp, &again).unwrap_err().kind, LedgerErrorKind::StalePlan);
    owner.ledger().check(&account(), Realm::Practice).unwrap();
}

#[test]
fn a_request_names_what_is_there() {
    let mut desk = Desk::new();
    let at = desk.tick().utc;
    for kind in [
        RequestKind::Stop { plan: Some("P22".parse().unwrap()) },
        RequestKind::Clear { incident: "I22".parse().unwrap() },
    ] {
        let request = NewRequest { kind, reason: String::new(), at };
        assert_eq!(desk.open().request(&account(), &request).unwrap_err().kind, LedgerErrorKind::NotFound);
    }
}

#[test]
fn a_stop_sign_latches_until_it_is_cleared() {
    let (mut desk, mut owner, plan) = ready();
    let run = desk.begin_run(&mut owner, &plan);
    let incident = owner.ledger().free_incident_id().unwrap();
    let fact = Fact::Incident {
        incident: incident.clone(),
        run,
        sign: "captcha".into(),
        why: "a picture puzzle".into(),
        address: "http://127.0.0.1:8000/checkpoint".into(),
        shots: vec![],
        until: None,
    };
    let stamp = desk.tick();
    owner.append(&stamp, &fact).unwrap();
    assert_eq!(refused(&mut desk, &mut owner, &plan.id, "ann"), Refusal::Latched { incident: incident.clone() });
    let latch = desk.open().open_latch(&account(), Realm::Practice).unwrap().unwrap();
    assert_eq!((latch.id, latch.sign.as_str(), latch.at), (incident.clone(), "captcha", stamp.utc));
    let cleared = Fact::IncidentCleared { incident, reason: "solved by hand".into() };
    let stamp = desk.tick();
    owner.append(&stamp, &cleared).unwrap();
    assert_eq!(owner.append(&stamp, &cleared).unwrap_err().kind, LedgerErrorKind::NotFound);
    assert_eq!(desk.open().open_latch(&account(), Realm::Practice).unwrap(), None);
    assert!(matches!(intend(&mut desk, &mut owner, &plan.id, "ann"), Intended::Written(_)));
    owner.ledger().check(&account(), Realm::Practice).unwrap();
}

#[test]
fn nobody_clears_a_stop_sign_before_the_moment_that_the_site_named() {
    let (mut desk, mut owner, plan) = ready();
    let run = desk.begin_run(&mut owner, &plan);
    let incident = owner.ledger().free_incident_id().unwrap();
    let stamp = desk.tick();
    let until = stamp.utc + std::time::Duration::from_secs(3_600);
    let fact = Fact::Incident {
        incident: incident.clone(),
        run,
        sign: "restricted".into(),
        why: "a notice".into(),
        address: String::new(),
        shots: vec![],
        until: Some(until),
    };
    owner.append(&stamp, &fact).unwrap();
    assert_eq!(desk.open().open_latch(&account(), Realm::Practice).unwrap().unwrap().until, Some(until));
    let cleared = Fact::IncidentCleared { incident, reason: "waited".into() };
    let early = Stamp { utc: until - std::time::Duration::from_secs(1), ..stamp.clone() };
    let refused = owner.append(&early, &cleared).unwrap_err();
    assert_eq!(refused.kind, LedgerErrorKind::TooEarly { not_before: until });
    owner.append(&Stamp { utc: until, ..stamp }, &cleared).unwrap();
    owner.ledger().check(&account(), Realm::Practice).unwrap();
}

#[test]
fn silence_is_kept_until_its_end() {
    let (mut desk, mut owner, plan) = ready();
    let run = desk.begin_run(&mut owner, &plan);
    let until = stamp(desk.seconds + 7200).utc;
    let stamp = desk.tick();
    let cooling = Fact::RunMoved { run: run.clone(), state: RunState::Cooling { until }, why: "429".into() };
    owner.append(&stamp, &cooling).unwrap();
    assert_eq!(refused(&mut desk, &mut owner, &plan.id, "ann"), Refusal::Cooling { until });
    let coolings = owner.ledger().coolings(&account(), Realm::Practice, Timestamp::MIN).unwrap();
    assert_eq!(coolings, [Cooling { run: run.clone(), at: stamp.utc, until }]);
    assert_eq!(owner.ledger().run(&account(), &run).unwrap().state, RunState::Cooling { until });
    desk.seconds += 7200;
    assert!(matches!(intend(&mut desk, &mut owner, &plan.id, "ann"), Intended::Written(_)));
}

#[test]
fn a_clock_that_is_set_forward_does_not_end_a_silence() {
    let (mut desk, mut owner, plan) = ready();
    let run = desk.begin_run(&mut owner, &plan);
    let began = desk.tick();
    let until = began.utc.checked_add(jiff::SignedDuration::from_hours(2)).unwrap();
    owner.append(&began, &Fact::RunMoved { run, state: RunState::Cooling { until }, why: "429".into() }).unwrap();
    let (account, realm) = (account(), Realm::Practice);
    let whose = Scope { account: &account, realm };
    let after = |passed: i64, leapt: i64| Stamp {
        utc: began.utc.checked_add(jiff::SignedDuration::from_secs(passed + leapt)).unwrap(),
        boot_ns: began.boot_ns + passed * 1_000_000_000,
        boot_id: began.boot_id.clone(),
    };
    let silent = |at: &Stamp| owner.ledger().silence(whose.account, whose.realm, at).unwrap();
    let later = until.checked_add(jiff::SignedDuration::from_hours(24)).unwrap();
    assert_eq!(silent(&after(60, 0)), Some(until));
    assert_eq!(silent(&after(60, 86_400)), Some(later), "a day forward, a minute in truth");
    assert_eq!(silent(&after(7_199, 86_400)), Some(later));
    assert_eq!(silent(&after(7_200, 86_400)), None, "two hours in truth");
    assert_eq!(silent(&after(7_200, 0)), None);
    let moved = next(&owner, (&plan.id, "ann"), Intent);
    let intended = owner.intend(&after(60, 86_400), &moved, &terms()).unwrap();
    assert_eq!(intended, Intended::Refused(Refusal::Cooling { until: later }));
}

#[test]
fn what_slowed_a_run_down_after_its_last_person_slows_the_next_one_down() {
    let (mut desk, mut owner, plan) = ready();
    let run = desk.begin_run(&mut owner, &plan);
    desk.walk(&mut owner, (&plan.id, "ann"), &[Intent, Acted, Verifying, Done]);
    let slowdown = Slowdown::of([Observation::Soft, Observation::Soft]);
    let stamp = desk.tick();
    owner.append(&stamp, &Fact::Slowed { run, why: "429".into(), read: slowdown.to_record() }).unwrap();
    let mut history = History::default();
    owner.ledger().catch_up(&account(), Realm::Practice, &mut history).unwrap();
    assert_eq!(history.slowdown(), slowdown);
    owner.ledger().check(&account(), Realm::Practice).unwrap();
}

#[test]
fn a_clock_that_went_back_writes_no_intention_but_still_an_outcome() {
    let (mut desk, mut owner, plan) = ready();
    desk.walk(&mut owner, (&plan.id, "ann"), &[Intent]);
    let last_seen = stamp(desk.seconds).utc;
    desk.seconds -= 86_400;
    desk.walk(&mut owner, (&plan.id, "ann"), &[Unknown, Verifying, Done]);
    assert_eq!(refused(&mut desk, &mut owner, &plan.id, "bob"), Refusal::ClockBehind { last_seen });
    // The next tick is the last second that was seen, less one: as close as two processes may come.
    desk.seconds = last_seen.as_second() - 2;
    assert!(matches!(intend(&mut desk, &mut owner, &plan.id, "bob"), Intended::Written(_)));
}

#[test]
fn still_there_is_no_proof_before_three_minutes() {
    let (mut desk, mut owner, plan) = ready();
    desk.walk(&mut owner, (&plan.id, "ann"), &[Intent]);
    desk.seconds += 20;
    desk.walk(&mut owner, (&plan.id, "ann"), &[Acted]);
    let clicked = desk.seconds;
    desk.walk(&mut owner, (&plan.id, "ann"), &[Verifying]);
    let moved = next(&owner, (&plan.id, "ann"), NotApplied);
    let not_before = stamp(clicked + 180).utc;
    let early = owner.step(&stamp(clicked + 179), &moved).unwrap_err();
    assert_eq!(early.kind, LedgerErrorKind::TooEarly { not_before });
    assert_eq!(owner.ledger().effects(&plan.id).unwrap()[0].not_before, Some(not_before));
    // The wall clock jumps a day ahead; the time since boot knows better.
    let jumped = Stamp { utc: stamp(clicked + 86_400).utc, ..stamp(clicked + 179) };
    assert!(matches!(owner.step(&jumped, &moved).unwrap_err().kind, LedgerErrorKind::TooEarly { .. }));
    // And a day back.
    let jumped = Stamp { utc: stamp(clicked - 86_400).utc, ..stamp(clicked + 180) };
    owner.step(&jumped, &moved).unwrap();
    assert_eq!(state_of(owner.ledger(), &plan.id, "ann"), NotApplied);
}

#[test]
fn after_a_restart_the_machine_the_wall_clock_decides_from_the_recovery_on() {
    let (mut desk, mut owner, plan) = ready();
    desk.walk(&mut owner, (&plan.id, "ann"), &[Intent]);
    drop(owner);
    let other_boot = |seconds| Stamp { boot_ns: 5, boot_id: "boot-2".into(), ..stamp(seconds) };
    let recovery = desk.seconds + 3600;
    desk.seconds = recovery;
    let mut owner = desk.own();
    owner.step(&stamp(recovery), &next(&owner, (&plan.id, "ann"), Unknown)).unwrap();
    owner.step(&other_boot(recovery + 1), &next(&owner, (&plan.id, "ann"), Verifying)).unwrap();
    let moved = next(&owner, (&plan.id, "ann"), NotApplied);
    assert!(owner.step(&other_boot(recovery + 179), &moved).is_err());
    owner.step(&other_boot(recovery + 180), &moved).unwrap();
}

#[test]
fn a_charge_survives_an_unknown_outcome_and_a_restart() {
    let (mut desk, mut owner, plan) = ready();
    desk.walk(&mut owner, (&plan.id, "ann"), &[Intent]);
    let at = stamp(desk.seconds).utc;
    drop(owner);
    let mut owner = desk.own();
    desk.walk(&mut owner, (&plan.id, "ann"), &[Unknown, Verifying, Verifying, Done]);
    let debits = owner.ledger().debits(&account(), Realm::Practice, at).unwrap();
    assert_eq!(debits.iter().map(|debit| debit.at).collect::<Vec<_>>(), [at]);
    let later = at.checked_add(jiff::SignedDuration::from_micros(1)).unwrap();
    assert_eq!(owner.ledger().debits(&account(), Realm::Practice, later).unwrap(), []);
}

#[test]
fn the_links_of_a_run_are_a_chain_of_their_own() {
    let (mut desk, mut owner, plan) = ready();
    let run = desk.begin_run(&mut owner, &plan);
    let before = all_links(owner.ledger()).len();
    let mut moved = next(&owner, (&plan.id, "ann"), Approved);
    moved.run = Some(run.clone());
    let stamp = desk.tick();
    owner.step(&stamp, &moved).unwrap();
    desk.plan(&["zoe"]);
    let stamp = desk.tick();
    let ended = Fact::RunEnded { run: run.clone(), result: Ending::DueLater, why: "20 in 24 hours".into() };
    owner.append(&stamp, &ended).unwrap();
    desk.plan(&["yan"]);
    let links = owner.ledger().links_of_run(&run).unwrap();
    assert_eq!(check_chain(&links), Ok(()));
    let seqs: Vec<u64> = links.iter().map(|link| link.seq).collect();
    let first = before as u64;
    assert_eq!(seqs, [first, first + 1, first + 2, first + 3], "the plan made in between is in it, the later one not");
    let row = owner.ledger().run(&account(), &run).unwrap();
    assert_eq!((row.result, row.ended, row.why.as_str()), (Some(Ending::DueLater), Some(stamp.utc), "20 in 24 hours"));
    let written = |of: &str, seal: Option<&str>| Fact::ManifestWritten {
        run: run.clone(),
        sha256: Digest::of(of.as_bytes()),
        seal: seal.map(|seal| Digest::of(seal.as_bytes())),
    };
    owner.append(&stamp, &written("manifest", Some("seal"))).unwrap();
    let hashes = |owner: &Owner| {
        let row = owner.ledger().run(&account(), &run).unwrap();
        (row.manifest, row.seal, owner.ledger().last_seal(&account(), Realm::Practice).unwrap())
    };
    let of = |text: &str| Some(Digest::of(text.as_bytes()));
    assert_eq!(hashes(&owner), (of("manifest"), of("seal"), of("seal")));
    desk.plan(&["xia"]);
    let attached = Fact::Attached {
        run: run.clone(),
        path: "attached/x".into(),
        sha256: Digest::ZERO,
        bytes: 1,
        name: "x".into(),
    };
    owner.append(&stamp, &attached).unwrap();
    let later: Vec<u64> = owner.ledger().links_of_run(&run).unwrap().iter().map(|link| link.seq).collect();
    assert_eq!(later[..4], seqs);
    assert_eq!(later[4..], [first + 5, first + 7], "after the manifest, what is not the run's own is left out");
    owner.append(&stamp, &written("another", None)).unwrap();
    assert_eq!(hashes(&owner), (of("another"), None, None));
    let unknown = owner.ledger().links_of_run(&"R99".parse().unwrap()).unwrap_err();
    assert_eq!(unknown.kind, LedgerErrorKind::NotFound);
}

#[test]
fn a_fact_of_a_run_that_never_began_is_refused() {
    let (mut desk, mut owner, plan) = ready();
    let links = all_links(owner.ledger()).len();
    let stamp = desk.tick();
    let seen = Fact::AccountSeen { run: "R22".parse().unwrap(), handle: slug("me"), name: "Me".into() };
    assert_eq!(owner.append(&stamp, &seen).unwrap_err().kind, LedgerErrorKind::NotFound);
    let mut moved = next(&owner, (&plan.id, "ann"), Approved);
    moved.run = Some("R22".parse().unwrap());
    assert_eq!(owner.step(&stamp, &moved).unwrap_err().kind, LedgerErrorKind::NotFound);
    assert_eq!(all_links(owner.ledger()).len(), links);
}

#[test]
fn a_rehearsal_moves_nothing() {
    let (mut desk, mut owner, plan) = ready();
    let run = owner.ledger().free_run_id().unwrap();
    let Fact::RunStarted(mut started) = run_started(&run, &plan) else { unreachable!() };
    started.mode = Mode::Rehearsal;
    let stamp = desk.tick();
    owner.append(&stamp, &Fact::RunStarted(started)).unwrap();
    let mut moved = next(&owner, (&plan.id, "ann"), Intent);
    moved.run = Some(run.clone());
    let error = owner.intend(&stamp, &moved, &terms()).unwrap_err();
    assert!(error.what.contains("rehearsal"), "{error}");
    assert_eq!(debits(owner.ledger()), 0);
    assert_eq!(owner.ledger().run(&account(), &run).unwrap().mode, Mode::Rehearsal);
}

#[test]
fn an_account_stays_in_its_realm() {
    let mut desk = Desk::new();
    desk.plan(&["ann"]);
    let ledger = desk.open();
    let real = NewPlan { realm: Realm::Real, ..new_plan(&["ann"]) };
    let stamp = desk.tick();
    let error = ledger.make_plan(&real, &stamp).unwrap_err();
    assert_eq!((error.kind.clone(), error.ending()), (LedgerErrorKind::OtherRealm, Ending::BadFile));
    assert_eq!(ledger.own(&account(), Realm::Real, &stamp).unwrap_err().kind, LedgerErrorKind::OtherRealm);
    let other: AccountName = "work".parse().unwrap();
    ledger.bind_realm(&other, Realm::Real).unwrap();
    ledger.bind_realm(&other, Realm::Real).unwrap();
    assert_eq!(ledger.accounts().unwrap(), [(account(), Some(Realm::Practice)), (other, Some(Realm::Real))]);
}

#[test]
fn two_accounts_in_one_ledger_do_not_meet() {
    let (mut desk, mut owner, plan) = ready();
    let other: AccountName = "work".parse().unwrap();
    let ledger = desk.open();
    let theirs = NewPlan { account: other.clone(), realm: Realm::Real, ..new_plan(&["ann"]) };
    let stamp = desk.tick();
    let theirs = ledger.make_plan(&theirs, &stamp).unwrap();
    let mut second = ledger.own(&other, Realm::Real, &stamp).unwrap();
    second.approve_plan(&theirs.id, &theirs.hash, "typed", &stamp).unwrap();
    desk.walk(&mut second, (&theirs.id, "ann"), &[Precheck, Intent]);
    desk.walk(&mut owner, (&plan.id, "ann"), &[Intent]);
    assert_eq!(debits(&ledger), 1);
    assert_eq!(ledger.plans(&other).unwrap().len(), 1);
    assert_eq!(ledger.plan(&account(), &theirs.id).unwrap_err().kind, LedgerErrorKind::NotFound);
    let stamp = desk.tick();
    let mut foreign = next(&owner, (&theirs.id, "ann"), Acted);
    foreign.plan = theirs.id.clone();
    assert_eq!(owner.step(&stamp, &foreign).unwrap_err().kind, LedgerErrorKind::NotFound);
    ledger.check(&other, Realm::Real).unwrap();
}

#[test]
fn the_first_identity_is_kept() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let me = Identity {
        handle: slug("me"),
        name: "Me".into(),
        photo_sha256: Some(Digest::of(b"photo")),
        photo_src: Some("/me.png".into()),
    };
    assert_eq!(owner.ledger().identity(&account(), Realm::Practice).unwrap(), None);
    assert_eq!(owner.adopt_identity(&me).unwrap(), Adoption::Adopted);
    let other = Identity { handle: slug("other"), ..me.clone() };
    assert_eq!(owner.adopt_identity(&other).unwrap(), Adoption::Other(me.clone()));
    let renamed = Identity { name: "Me Too".into(), photo_sha256: None, photo_src: None, ..me };
    assert_eq!(owner.adopt_identity(&renamed).unwrap(), Adoption::Same);
    assert_eq!(desk.open().identity(&account(), Realm::Practice).unwrap(), Some(renamed));
}

#[test]
fn a_second_process_sees_what_the_owner_does() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let (now, until) = (desk.tick().utc, stamp(desk.seconds + 60).utc);
    owner.say(r#"{"pause":"gap"}"#, Some(until), now).unwrap();
    let seen = desk.open().activity(&account()).unwrap().unwrap();
    let said =
        Activity { pid: std::process::id(), what: r#"{"pause":"gap"}"#.into(), until: Some(until), updated: now };
    assert_eq!(seen, said);
    owner.say("{}", None, now).unwrap();
    assert_eq!(desk.open().activity(&account()).unwrap().unwrap().until, None);
}
