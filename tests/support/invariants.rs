//! What must hold whatever broke, with the practice site's own record as the oracle.
//!
//! I1 every effect has an earlier intention · I2 nobody twice · I3 nobody outside the plan · I4 "done" only where the site
//! says so · I5 never more effects than the limits were charged · I6 nothing stays half-way after a run that ended ·
//! I7 the chain fits, and no proof is called tampered with. I8, that the fault was reached, is each test's own.

use std::collections::BTreeMap;

use exeunt::event::fact::Fact;
use exeunt::event::id::Realm;
use exeunt::event::state::EffectState;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::road::bed::{Bed, Planned};

/// The site writes its times with milliseconds, the ledger with microseconds.
const ROUNDING: SignedDuration = SignedDuration::from_millis(1);

/// How the last run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Last {
    /// By itself.
    Ended,
    /// It was killed.
    Cut,
}

/// Checks I1 to I7 on the only plan of a bed; `told` stands in the message of what fails.
pub(crate) fn invariants(bed: &Bed, plan: &Planned, last: Last, told: &str) {
    let (ledger, account) = bed.ledger();
    ledger.check(&account, Realm::Practice).unwrap_or_else(|error| panic!("I7: {error}\n{told}"));
    let mut intents: Vec<(Timestamp, String)> = vec![];
    for link in ledger.links(&account, Realm::Practice, 1..=u64::MAX).unwrap() {
        let entry = link.entry().unwrap();
        if let Fact::Moved(moved) = entry.fact
            && moved.to == EffectState::Intent
        {
            intents.push((entry.at.utc, moved.slug.as_str().to_owned()));
        }
    }
    let effects = effects(bed);
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for (at, slug) in &effects {
        let before = |(intent, whose): &&(Timestamp, String)| whose == slug && *intent <= *at + ROUNDING;
        assert!(intents.iter().any(|intent| before(&intent)), "I1: {slug} at {at}, {intents:?}\n{told}");
        assert!(plan.slugs.contains(slug), "I3: {slug} is not in the plan\n{told}");
        *times.entry(slug).or_default() += 1;
    }
    assert!(times.values().all(|times| *times == 1), "I2: {times:?}\n{told}");
    for (slug, state) in bed.states(plan) {
        let gone = times.contains_key(slug.as_str());
        let claimed = matches!(state, EffectState::Done | EffectState::Confirmed);
        assert!(gone || !claimed, "I4: {slug} is {state}, and the site did nothing\n{told}");
        let half_way = state.in_flight() || state == EffectState::Precheck;
        assert!(last == Last::Cut || !half_way, "I6: {slug} is {state}\n{told}");
    }
    let debits = ledger.debits(&account, Realm::Practice, Timestamp::MIN).unwrap();
    assert_eq!(debits.len(), intents.len(), "I5: each intention is charged once\n{told}");
    for (count, (at, _)) in effects.iter().enumerate() {
        let charged = debits.iter().filter(|debit| debit.at <= *at + ROUNDING).count();
        assert!(charged > count, "I5: {} effects until {at}, {charged} charged\n{told}", count + 1);
    }
    proofs(bed, told);
}

/// Every removal, in order; anything else that had an effect fails the test.
fn effects(bed: &Bed) -> Vec<(Timestamp, String)> {
    let entries: Vec<Value> = serde_json::from_str(&bed.site.ask("GET /audit", "")).unwrap();
    let effect = |entry: &Value| {
        assert_eq!(entry["kind"], "removed", "something else happened: {entry}");
        (entry["at"].as_str().unwrap().parse().unwrap(), entry["slug"].as_str().unwrap().to_owned())
    };
    entries.iter().map(effect).collect()
}

/// No proof of any run is called tampered with: it is whole, or it says that it is not finished.
fn proofs(bed: &Bed, told: &str) {
    let folder = bed.data().join("evidence/default/practice");
    for run in std::fs::read_dir(folder).into_iter().flatten() {
        let name = run.unwrap().file_name().into_string().unwrap();
        let verified = bed.run(&["evidence", "verify", &name]);
        let verdict = (verified.code, verified.last()["verdict"].as_str().unwrap_or_default().to_owned());
        let fits = [(Some(0), "VALID-NO-TIME".to_owned()), (Some(4), "INCOMPLETE".to_owned())].contains(&verdict);
        assert!(fits, "I7: {name}: {}\n{told}", verified.told());
    }
}
