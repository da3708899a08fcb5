//! Why nobody may work on an account, or run a plan: each reason, and which of several is told.

use jiff::SignedDuration;

use super::*;
use crate::event::exit::Ending;
use crate::event::fact::{Purpose, RunState};
use crate::event::id::IncidentId;

/// Work of firefox on the account's practice side, with its profile there.
fn work(account: &AccountName) -> Work<'_> {
    Work { account, realm: Realm::Practice, browser: "firefox", has_profile: true, names_origin: true }
}

fn told(desk: &Desk, owner: &Owner) -> Option<Forbidden> {
    owner.ledger().forbids(&work(&account()), &stamp(desk.seconds)).unwrap()
}

fn note(desk: &mut Desk, owner: &mut Owner, fact: &Fact) -> Stamp {
    let stamp = desk.tick();
    owner.append(&stamp, fact).unwrap();
    stamp
}

fn on_errand(desk: &mut Desk, owner: &mut Owner) -> RunId {
    let errand = owner.ledger().free_run_id().unwrap();
    let (origin, browser) = ("http://127.0.0.1:8000".to_owned(), "firefox".to_owned());
    let fact = Fact::ErrandStarted { errand: errand.clone(), purpose: Purpose::SignIn, origin, browser };
    note(desk, owner, &fact);
    errand
}

fn signed_in() -> Fact {
    Fact::SignedIn { handle: slug("me"), name: "Me".into(), browser: "firefox".into() }
}

fn met(run: &RunId, incident: &IncidentId) -> Fact {
    let (run, incident) = (run.clone(), incident.clone());
    let (sign, why) = ("captcha".to_owned(), "letters".to_owned());
    Fact::Incident { incident, run, sign, why, address: String::new(), shots: vec![], until: None }
}

fn asked(desk: &Desk, kind: RequestKind) {
    let request = NewRequest { kind, reason: "lunch".into(), at: stamp(desk.seconds).utc };
    desk.open().request(&account(), &request).unwrap();
}

#[test]
fn a_pause_until_a_moment_ends_by_itself_and_no_sooner() {
    let mut desk = Desk::new();
    let owner = desk.own();
    let until = stamp(desk.seconds + 3).utc;
    asked(&desk, RequestKind::Pause { until: Some(until) });
    assert_eq!(owner.ledger().pause(&account(), stamp(desk.seconds).utc).unwrap().unwrap().until, Some(until));
    while desk.tick().utc < until {
        assert_eq!(told(&desk, &owner), Some(Forbidden::Paused { until: Some(until) }));
    }
    assert_eq!((told(&desk, &owner), owner.ledger().pause(&account(), until).unwrap()), (None, None));
}

#[test]
fn the_gravest_reason_against_work_is_told_and_each_goes_when_its_cause_goes() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let errand = on_errand(&mut desk, &mut owner);
    assert_eq!(told(&desk, &owner), None, "nothing is held back on the practice site, signed in or not");

    asked(&desk, RequestKind::Pause { until: None });
    assert_eq!(told(&desk, &owner), Some(Forbidden::Paused { until: None }));

    let until = stamp(desk.seconds).utc.checked_add(SignedDuration::from_hours(2)).unwrap();
    let cooling = RunState::Cooling { until };
    note(&mut desk, &mut owner, &Fact::RunMoved { run: errand.clone(), state: cooling, why: "429".into() });
    assert_eq!(told(&desk, &owner), Some(Forbidden::Silence { until }));

    let incident = owner.ledger().free_incident_id().unwrap();
    let at = note(&mut desk, &mut owner, &met(&errand, &incident)).utc;
    let latched = Forbidden::Latched { incident: incident.clone(), at, why: "letters".into() };
    assert_eq!(told(&desk, &owner), Some(latched));

    note(&mut desk, &mut owner, &signed_in());
    let at = note(&mut desk, &mut owner, &Fact::SignedOut { how: "local".into() }).utc;
    assert_eq!(told(&desk, &owner), Some(Forbidden::SignedOut { at }));

    let closed = Fact::AccountClosed {
        run: None,
        action: Action::Close,
        handle: slug("me"),
        until: Some(date(2023, 12, 1)),
        counted: false,
        words: "closed".into(),
    };
    note(&mut desk, &mut owner, &closed);
    let Some(Forbidden::Closed(row)) = told(&desk, &owner) else { panic!("a closed account is worked on") };
    assert_eq!((row.action, row.until), (Action::Close, Some(date(2023, 12, 1))));

    note(&mut desk, &mut owner, &Fact::AccountReopened { how: "login --reopen".into() });
    note(&mut desk, &mut owner, &signed_in());
    assert!(matches!(told(&desk, &owner), Some(Forbidden::Latched { .. })));
    note(&mut desk, &mut owner, &Fact::IncidentCleared { incident, reason: "seen".into() });
    assert_eq!(told(&desk, &owner), Some(Forbidden::Silence { until }));
    desk.seconds += 2 * 60 * 60;
    assert_eq!(told(&desk, &owner), Some(Forbidden::Paused { until: None }));
    asked(&desk, RequestKind::Resume);
    assert_eq!(told(&desk, &owner), None);
}

#[test]
fn an_account_whose_closing_was_cut_short_is_not_worked_on() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let whole = NewPlan { action: Action::Close, route: Route::Settings, ..new_plan(&["me"]) };
    let at = desk.tick();
    let plan = desk.open().make_plan(&whole, &at).unwrap();
    let at = desk.tick();
    owner.approve_plan(&plan.id, &plan.hash, "typed", &at).unwrap();
    assert_eq!(told(&desk, &owner), None);
    desk.walk(&mut owner, (&plan.id, "me"), &[EffectState::Precheck, EffectState::Intent]);
    assert_eq!(told(&desk, &owner), Some(Forbidden::AccountInDoubt { action: Action::Close }));
    desk.walk(&mut owner, (&plan.id, "me"), &[EffectState::Acted, EffectState::Verifying, EffectState::NeedsHuman]);
    assert_eq!(told(&desk, &owner), None, "a person is asked; looking does no harm");
}

#[test]
fn a_person_in_doubt_holds_back_nobody_else() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let plan = desk.approved(&mut owner, &["ann", "bob"]);
    desk.walk(&mut owner, (&plan.id, "ann"), &[EffectState::Precheck, EffectState::Intent]);
    assert_eq!(told(&desk, &owner), None);
}

#[test]
fn a_session_is_used_only_as_it_was_signed_in() {
    let mut desk = Desk::new();
    let (account, now) = (account(), desk.tick());
    let mut owner = desk.open().own(&account, Realm::Real, &now).unwrap();
    let real = Work { realm: Realm::Real, names_origin: false, ..work(&account) };
    let forbidden = |owner: &Owner, work: &Work<'_>| owner.ledger().forbids(work, &now).unwrap();
    assert_eq!(forbidden(&owner, &real), Some(Forbidden::NeverSignedIn));
    let elsewhere = Work { names_origin: true, ..real };
    assert_eq!(forbidden(&owner, &elsewhere), None, "the origin is what is wrong there");
    note(&mut desk, &mut owner, &signed_in());
    assert_eq!(forbidden(&owner, &real), None);
    assert_eq!(forbidden(&owner, &Work { has_profile: false, ..real }), Some(Forbidden::ProfileGone));
    let chrome = Work { browser: "chrome", ..real };
    assert_eq!(forbidden(&owner, &chrome), Some(Forbidden::OtherBrowser { signed_in: "firefox".into() }));
    let neither = Work { has_profile: false, ..chrome };
    assert_eq!(forbidden(&owner, &neither), Some(Forbidden::ProfileGone), "the browser is no matter without a profile");
}

#[test]
fn what_is_forbidden_gives_the_account_back() {
    let mut desk = Desk::new();
    let (account, now) = (account(), desk.tick());
    asked(&desk, RequestKind::Pause { until: None });
    let ledger = desk.open();
    assert_eq!(ledger.own_for(&work(&account), &now).unwrap().err(), Some(Forbidden::Paused { until: None }));
    assert_eq!(ledger.owned_by(&account).unwrap(), None);
    asked(&desk, RequestKind::Resume);
    let owner = ledger.own_for(&work(&account), &now).unwrap().unwrap();
    assert_eq!(owner.realm(), Realm::Practice);
    let error = ledger.own_for(&work(&account), &now).unwrap_err();
    assert!(matches!(error.kind, LedgerErrorKind::Owned { .. }), "{error:?}");
}

#[test]
fn a_plan_is_run_only_while_it_is_open_and_approved_and_by_its_own_hash() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let row = desk.plan(&["ann", "bob"]);
    assert_eq!((row.must_be_approved(), row.must_be_open()), (Err(Unfit::NotApproved), Ok(())));
    let at = desk.tick();
    owner.approve_plan(&row.id, &row.hash, "typed", &at).unwrap();
    let approved = owner.ledger().plan(&account(), &row.id).unwrap();
    assert_eq!((approved.must_be_approved(), approved.must_be_open()), (Ok(()), Ok(())));
    let hash = row.hash.to_string();
    assert_eq!(row.must_be_hash(&format!(" {hash}\n")), Ok(()));
    for typed in ["", "yes", &hash[..hash.len() - 1], &Digest::of(b"other").to_string()] {
        assert_eq!(row.must_be_hash(typed), Err(Unfit::OtherHash { typed: typed.to_owned() }));
    }
    let dropped = PlanRow { dropped: Some(at.utc), ..row.clone() };
    assert_eq!(dropped.must_be_open(), Err(Unfit::Dropped));
    let into: PlanId = "P99".parse().unwrap();
    let renewed = PlanRow { renewed: Some(into.clone()), ..dropped };
    assert_eq!(renewed.must_be_open(), Err(Unfit::Renewed { into }));
    let of_account = PlanRow { action: Action::Hibernate, ..row };
    assert_eq!(of_account.must_be_open(), Err(Unfit::OfAccount));
}

#[test]
fn the_first_live_run_of_a_real_account_needs_a_person() {
    let mut desk = Desk::new();
    let now = desk.tick();
    let mut owner = desk.open().own(&account(), Realm::Real, &now).unwrap();
    let real = NewPlan { realm: Realm::Real, ..new_plan(&["ann"]) };
    let row = owner.ledger().make_plan(&real, &now).unwrap();
    let unfit = |owner: &Owner, hash: bool| owner.ledger().forbids_unattended(&row, hash).unwrap();
    assert_eq!(unfit(&owner, true), Some(Unfit::FirstNeedsPerson), "nobody approved a plan yet");
    owner.approve_plan(&row.id, &row.hash, "typed", &now).unwrap();
    assert_eq!(unfit(&owner, true), Some(Unfit::FirstNeedsPerson), "nobody answered the note on the agreement");
    note(&mut desk, &mut owner, &Fact::AgreementNoted { answer: "yes".into() });
    assert_eq!((unfit(&owner, true), unfit(&owner, false)), (None, Some(Unfit::NeedsHash)));
}

#[test]
fn a_practice_account_needs_the_hash_alone() {
    let mut desk = Desk::new();
    let row = desk.plan(&["ann"]);
    let ledger = desk.open();
    assert_eq!(ledger.forbids_unattended(&row, true).unwrap(), None);
    assert_eq!(ledger.forbids_unattended(&row, false).unwrap(), Some(Unfit::NeedsHash));
}

#[test]
fn the_exit_code_follows_from_the_reason() {
    let latched = Forbidden::Latched { incident: "I22".parse().unwrap(), at: stamp(BEGIN).utc, why: String::new() };
    for (forbidden, ending) in [
        (Forbidden::NeverSignedIn, Ending::Stopped),
        (Forbidden::ProfileGone, Ending::Stopped),
        (Forbidden::OtherBrowser { signed_in: "firefox".into() }, Ending::Usage),
        (Forbidden::AccountInDoubt { action: Action::Close }, Ending::InDoubt),
        (latched, Ending::Stopped),
        (Forbidden::Silence { until: stamp(BEGIN).utc }, Ending::Stopped),
        (Forbidden::Paused { until: None }, Ending::DueLater),
    ] {
        assert_eq!(forbidden.ending(), ending, "{forbidden:?}");
    }
    for (unfit, ending) in [
        (Unfit::NotApproved, Ending::BadFile),
        (Unfit::Dropped, Ending::BadFile),
        (Unfit::OtherHash { typed: String::new() }, Ending::BadFile),
        (Unfit::OfAccount, Ending::Usage),
        (Unfit::FirstNeedsPerson, Ending::Usage),
        (Unfit::NeedsHash, Ending::Usage),
    ] {
        assert_eq!(unfit.ending(), ending, "{unfit:?}");
    }
}
