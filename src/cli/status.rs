//! `status`, `pause`, `resume`: from any terminal, also while another process works.

use serde_json::{Value, json};

use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::clean;
use crate::event::exit::Ending;
use crate::event::id::Realm;
use crate::ledger::{Ledger, NewRequest, RequestKind};
use crate::report::words;

/// Carries out `status`.
pub(crate) fn run(context: &Context) -> Answer {
    let ledger = context.ledger()?;
    let account = context.account();
    let out = &context.out;
    let Some(realm) = ledger.realm(account)? else {
        out.say(format!("account `{account}`: {} people imported, no plan yet", context.people(&ledger)?.len()));
        return Ok(Outcome::done(""));
    };
    let identity = ledger.identity(account, realm)?;
    let whose = identity.map_or("whose account it is was never read".to_owned(), |known| {
        format!("{} ({})", clean(&known.name), clean(known.handle.as_str()))
    });
    out.say(format!("account `{account}`, {realm} realm: {whose}"));
    owner(context, &ledger)?;
    for plan in ledger.plans(account)?.iter().filter(|plan| plan.approved.is_some() && plan.dropped.is_none()) {
        let mut counts: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
        for effect in ledger.effects(&plan.id)? {
            *counts.entry(words::of_state(effect.state).short).or_default() += 1;
        }
        let counts: Vec<String> = counts.iter().map(|(word, number)| format!("{number} {word}")).collect();
        out.say(format!("plan {}: {}", plan.id, counts.join(", ")));
        out.record(&json!({ "v": 1, "plan": plan.id, "states": counts }));
    }
    spent(context, &ledger, realm)?;
    let stopped = stops(context, &ledger, realm)?;
    let doubt = in_doubt(context, &ledger, realm)?;
    let ending = [stopped, doubt].into_iter().flatten().fold(Ending::Done, Ending::or);
    Ok(Outcome::of(ending, ""))
}

fn owner(context: &Context, ledger: &Ledger) -> Result<(), Failure> {
    let Some(owner) = ledger.owned_by(context.account())? else {
        context.out.say("nobody works on it right now");
        return Ok(());
    };
    let activity = ledger.activity(context.account())?;
    let what: Value =
        activity.as_ref().and_then(|activity| serde_json::from_str(&activity.what).ok()).unwrap_or_default();
    let doing = what.get("doing").and_then(Value::as_str).unwrap_or("starting");
    let until = activity
        .and_then(|activity| activity.until)
        .map(|until| format!(" until {}", context.time(until)))
        .unwrap_or_default();
    context.out.say(format!(
        "process {} works on it since {}: {}{until}",
        owner.pid,
        context.time(owner.since),
        clean(doing)
    ));
    context.out.record(&json!({ "v": 1, "owner": owner.pid, "since": owner.since, "doing": doing }));
    Ok(())
}

fn spent(context: &Context, ledger: &Ledger, realm: Realm) -> Result<(), Failure> {
    let now = context.clock.now().utc;
    let day_ago = now.checked_sub(jiff::SignedDuration::from_hours(24)).unwrap_or(jiff::Timestamp::MIN);
    let today = ledger.debits(context.account(), realm, day_ago)?.len();
    let cap = context.settings.pace.per_day.map_or("no cap".to_owned(), |cap| format!("at most {cap} are allowed"));
    context.out.say(format!("{today} in the last 24 hours; {cap}"));
    context.out.record(&json!({ "v": 1, "last_24_hours": today }));
    Ok(())
}

/// Latches, silences and pauses.
fn stops(context: &Context, ledger: &Ledger, realm: Realm) -> Result<Option<Ending>, Failure> {
    let mut ending = None;
    if ledger.is_paused(context.account())? {
        context.out.say("paused; `exeunt resume` lets it go on");
        ending = Some(Ending::DueLater);
    }
    if let Some(until) =
        ledger.cooling_until(context.account(), realm)?.filter(|until| *until > context.clock.now().utc)
    {
        context.out.say(format!("the site asked for silence until {}", context.time(until)));
        ending = Some(Ending::Stopped);
    }
    if let Some(incident) = ledger.open_latch(context.account(), realm)? {
        context.out.say(format!("incident {} is open: {}", incident.id, clean(&incident.why)));
        context.out.say(format!("  `exeunt incident show {}` says what to do", incident.id));
        context.out.record(&json!({ "v": 1, "incident": incident.id, "sign": incident.sign, "why": incident.why }));
        ending = Some(Ending::Stopped);
    }
    Ok(ending)
}

fn in_doubt(context: &Context, ledger: &Ledger, realm: Realm) -> Result<Option<Ending>, Failure> {
    let doubt = ledger.in_doubt(context.account(), realm)?;
    for row in &doubt {
        context.out.say(format!(
            "in doubt: {} ({}) of plan {}: {}",
            clean(&row.name),
            clean(row.slug.as_str()),
            row.plan,
            clean(&row.reason)
        ));
        let mend = if row.state.in_flight() {
            "the next `exeunt run` looks by itself".to_owned()
        } else {
            format!("look yourself, then `exeunt resolve {} --as done|not-done|skip --reason …`", row.slug.encoded())
        };
        context.out.say(format!("  {mend}"));
        context
            .out
            .record(&json!({ "v": 1, "in_doubt": row.slug, "plan": row.plan, "state": row.state, "why": row.reason }));
    }
    Ok((!doubt.is_empty()).then_some(Ending::InDoubt))
}

/// Carries out `pause` and `resume`.
pub(crate) fn request(context: &Context, kind: RequestKind) -> Answer {
    let ledger = context.ledger()?;
    let said = match kind {
        RequestKind::Pause => {
            "paused: nothing is begun until `exeunt resume`; a person in hand is brought to a safe point first"
        }
        _ => "not paused any more; run the plan again to go on",
    };
    ledger.request(context.account(), &NewRequest { kind, reason: String::new(), at: context.clock.now().utc })?;
    Ok(Outcome::done(said))
}
