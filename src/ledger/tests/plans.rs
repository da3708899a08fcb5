//! Plans that follow plans, and several plans of one account.

use super::*;
use crate::plan::person::Person;
use EffectState::{
    Acted, Approved, Confirmed, Done, DoneByOperator, Expired, Failed, Intent, NeedsHuman, NotSent, Precheck, Verifying,
};

const REMOVED: &[EffectState] = &[Precheck, Intent, Acted, Verifying, Done, Confirmed];

fn renewed(slugs: &[&str]) -> NewPlan {
    NewPlan { pack_sha256: Digest::of(b"pack 2"), ..new_plan(slugs) }
}

#[test]
fn a_renewal_closes_the_old_plan_and_leaves_it_who_may_have_been_clicked() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let old = desk.approved(&mut owner, &["ann", "bob", "cy", "di", "eve", "fay"]);
    desk.walk(&mut owner, (&old.id, "ann"), REMOVED);
    desk.walk(&mut owner, (&old.id, "bob"), &[Precheck, Intent, Acted, Verifying, NeedsHuman]);
    desk.walk(&mut owner, (&old.id, "cy"), &[Precheck, Intent, NotSent]);
    desk.walk(&mut owner, (&old.id, "di"), &[Precheck]);
    desk.walk(&mut owner, (&old.id, "fay"), &[Precheck, Intent, Acted, Verifying, Done]);
    let stamp = desk.tick();
    let new = owner.renew_plan(&old.id, &renewed(&["cy", "di", "eve"]), &stamp).unwrap();
    let ledger = owner.ledger();
    assert_eq!((new.parent.as_ref(), new.approved, new.people), (Some(&old.id), None, 3));
    let old = ledger.plan(&account(), &old.id).unwrap();
    assert_eq!((old.renewed.as_ref(), old.dropped), (Some(&new.id), Some(stamp.utc)));
    for (who, state) in
        [("ann", Confirmed), ("bob", NeedsHuman), ("cy", Failed), ("di", Expired), ("eve", Expired), ("fay", Done)]
    {
        assert_eq!(state_of(ledger, &old.id, who), state, "{who}");
    }
    let facts: Vec<Fact> = all_links(ledger).iter().map(|link| link.entry().unwrap().fact).collect();
    let wanted = Fact::PlanRenewed { plan: old.id.clone(), into: new.id.clone() };
    assert_eq!(facts.iter().filter(|fact| **fact == wanted).count(), 1);
    assert!(!facts.contains(&Fact::PlanDropped { plan: old.id.clone() }));
    ledger.check(&account(), Realm::Practice).unwrap();
    // The one in doubt blocks nobody else of the new plan.
    let stamp = desk.tick();
    owner.approve_plan(&new.id, &new.hash, "typed", &stamp).unwrap();
    desk.walk(&mut owner, (&new.id, "cy"), REMOVED);
    assert_eq!(state_of(owner.ledger(), &new.id, "cy"), Confirmed);
}

#[test]
fn a_closed_plan_is_not_renewed_and_a_refused_renewal_changes_nothing() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let old = desk.approved(&mut owner, &["ann", "bob"]);
    let (one, two, three) = (desk.tick(), desk.tick(), desk.tick());
    let kind = |result: Result<PlanRow, LedgerError>| result.unwrap_err().kind;
    assert_eq!(kind(owner.renew_plan(&old.id, &renewed(&["ann", "stranger"]), &one)), LedgerErrorKind::BadInput);
    assert_eq!(kind(owner.renew_plan(&old.id, &renewed(&[]), &one)), LedgerErrorKind::BadInput);
    assert_eq!(owner.ledger().plans(&account()).unwrap().len(), 1);
    assert_eq!(state_of(owner.ledger(), &old.id, "ann"), Approved);
    let new = owner.renew_plan(&old.id, &renewed(&["bob"]), &one).unwrap();
    let error = owner.renew_plan(&old.id, &renewed(&["bob"]), &two).unwrap_err();
    assert_eq!(error.kind, LedgerErrorKind::StalePlan);
    assert!(error.what.contains(&format!("renewed already, as plan {}", new.id)), "{error}");
    assert_eq!(owner.ledger().plans(&account()).unwrap().len(), 2, "both or none");
    assert_eq!(owner.drop_plan(&old.id, "x", &three).unwrap_err().kind, LedgerErrorKind::StalePlan);
    let error = owner.approve_plan(&old.id, &old.hash, "typed", &three).unwrap_err();
    assert_eq!(error.kind, LedgerErrorKind::StalePlan);
}

/// What the other plan says about `who` of this one.
fn elsewhere(ledger: &Ledger, plan: &PlanRow, who: &str) -> Option<Elsewhere> {
    let row = ledger.effects(&plan.id).unwrap().into_iter().find(|row| row.slug == slug(who)).unwrap();
    ledger.elsewhere(Scope { account: &account(), realm: Realm::Practice }, &row).unwrap()
}

#[test]
fn what_one_plan_settled_is_known_to_the_other() {
    let mut desk = Desk::new();
    let mut owner = desk.own();
    let first = desk.approved(&mut owner, &["ann", "bob", "cy", "di"]);
    let second = desk.approved(&mut owner, &["ann", "bob", "cy", "di"]);
    desk.walk(&mut owner, (&first.id, "ann"), REMOVED);
    desk.walk(&mut owner, (&first.id, "bob"), &[Precheck, Intent, Acted, Verifying, NeedsHuman]);
    desk.walk(&mut owner, (&first.id, "cy"), &[Precheck, Intent, Acted, Verifying, Done]);
    let plan = first.id.clone();
    let ledger = desk.open();
    assert_eq!(elsewhere(&ledger, &second, "ann"), Some(Elsewhere::Removed { plan: plan.clone() }));
    assert_eq!(elsewhere(&ledger, &second, "bob"), Some(Elsewhere::InDoubt { plan: plan.clone() }));
    assert_eq!(elsewhere(&ledger, &second, "cy"), None, "one reading is not enough");
    assert_eq!(elsewhere(&ledger, &second, "di"), None);
    assert_eq!(elsewhere(&ledger, &first, "ann"), None, "a plan does not settle itself");
    desk.walk(&mut owner, (&first.id, "bob"), &[DoneByOperator]);
    assert_eq!(elsewhere(&ledger, &second, "bob"), Some(Elsewhere::Removed { plan }));
    // Whoever a later import names again may be back.
    let ann = Person {
        slug: slug("ann"),
        first_name: "Ann".into(),
        last_name: String::new(),
        company: String::new(),
        position: String::new(),
        connected_on: None,
    };
    let import = Import { source: "x".into(), at: desk.tick().utc, exported: None };
    ledger.import_people(&account(), &[ann], &import).unwrap();
    assert_eq!(elsewhere(&ledger, &second, "ann"), None);
}

#[test]
fn several_are_kept_all_or_none() {
    let desk = Desk::new();
    let ledger = desk.open();
    let entry = |who: &str| KeepRow { slug: slug(who), reason: "why".into(), at: stamp(BEGIN).utc };
    assert_eq!(ledger.keep_all(&account(), &[entry("ann"), entry("bob")]).unwrap(), 2);
    assert_eq!(ledger.keep_all(&account(), &[entry("bob"), entry("cy")]).unwrap(), 1);
    assert_eq!(ledger.kept(&account()).unwrap().len(), 3);
}

#[test]
fn counts_of_an_export_are_kept_by_account_and_file() {
    use crate::plan::ties::{TieCounts, Ties};
    let desk = Desk::new();
    let ledger = desk.open();
    let counted = |who: &str, n| Some(std::collections::BTreeMap::from([(slug(who), (n, Some(date(2026, 2, 8))))]));
    let counts = TieCounts { messages: counted("ann", 3), recommendations: counted("bob", 1), ..TieCounts::default() };
    ledger.import_ties(&account(), &counts).unwrap();
    ledger.import_ties(&account(), &TieCounts { messages: counted("cy", 1), ..TieCounts::default() }).unwrap();
    let ties = ledger.ties(&account()).unwrap();
    assert_eq!(ties.keys().map(Slug::as_str).collect::<Vec<_>>(), ["bob", "cy"]);
    let messages = Ties { messages: 1, last_message: Some(date(2026, 2, 8)), ..Ties::default() };
    assert_eq!(ties[&slug("cy")], messages);
    assert!(ledger.ties(&"other".parse().unwrap()).unwrap().is_empty());
}

#[test]
fn a_plan_without_people_or_with_somebody_twice_is_refused() {
    let mut desk = Desk::new();
    let stamp = desk.tick();
    for slugs in [&[][..], &["ann", "bob", "ann"]] {
        let error = desk.open().make_plan(&new_plan(slugs), &stamp).unwrap_err();
        assert_eq!(error.kind, LedgerErrorKind::BadInput);
    }
    assert_eq!(desk.open().plans(&account()).unwrap(), []);
}

#[test]
fn ids_of_plans_stay_apart_and_grow() {
    let mut desk = Desk::new();
    let ledger = desk.open();
    let mut ids = std::collections::HashSet::new();
    for _ in 0..60 {
        let stamp = desk.tick();
        ids.insert(ledger.make_plan(&new_plan(&["ann"]), &stamp).unwrap().id);
    }
    assert_eq!(ids.len(), 60);
    let long = super::super::store::draw_id('P', |id| Ok(id.len() < 5)).unwrap();
    assert_eq!(long.parse::<PlanId>().unwrap().as_str().len(), 5);
    let people = ledger.plan_people(ids.iter().next().unwrap()).unwrap();
    assert_eq!(people, [PlanPerson { slug: slug("ann"), name: "ANN".into() }]);
}
