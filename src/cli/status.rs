//! `status`, `pause`, `resume`: from any terminal, also while another process works.

use serde_json::{Value, json};

use super::closed;
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::clean;
use crate::event::exit::Ending;
use crate::event::id::{Realm, RunId};
use crate::event::state::EffectState;
use crate::ledger::{EffectRow, Ledger, NewRequest, PlanRow, RequestKind};
use crate::policy::calendar::forecast;
use crate::report::count::{count, number, people, span};
use crate::report::{glossary, words};

/// Carries out `status`.
pub(crate) fn run(context: &Context) -> Answer {
    let ledger = context.ledger()?;
    let account = context.account();
    let out = &context.out;
    let known = context.people(&ledger)?.len() as u64;
    let Some(realm) = ledger.realm(account)? else {
        out.show(format!("account `{account}`: {} imported, no plan yet", people(known)));
        out.record(&json!({ "v": 1, "account": account, "realm": null, "people": known, "paused": false }));
        let paused = stops(context, &ledger, Realm::Real)?.unwrap_or(Ending::Done);
        let next = if known == 0 { "`exeunt import FILE` comes first" } else { "`exeunt plan new` comes next" };
        return Ok(Outcome::of(paused, next));
    };
    let identity = ledger.identity(account, realm)?;
    let whose = identity.as_ref().map_or("whose account it is was never read".to_owned(), |known| {
        format!("{} ({})", clean(&known.name), clean(known.handle.as_str()))
    });
    out.show(format!("account `{account}`, {realm} realm: {whose}; {} known", people(known)));
    out.record(&json!({
        "v": 1, "account": account, "realm": realm, "people": known, "handle": identity.map(|known| known.handle),
        "paused": ledger.is_paused(account)?,
    }));
    if let Some(row) = ledger.closure(account, realm)? {
        out.show(format!("  {}", closed::in_words(context, &row)));
        out.record(&json!({ "v": 1, "closed": row.at, "action": row.action, "until": row.until }));
    }
    owner(context, &ledger)?;
    let plans: Vec<PlanRow> = ledger.plans(account)?.into_iter().filter(|plan| plan.dropped.is_none()).collect();
    for plan in &plans {
        standing(context, &ledger, plan)?;
    }
    queue(context, (&ledger, realm), &plans)?;
    spent(context, &ledger, realm)?;
    let stopped = stops(context, &ledger, realm)?;
    let doubt = (doubtful(context, &ledger, realm)? > 0).then_some(Ending::InDoubt);
    if doubt.is_some() {
        out.explain(glossary::IN_DOUBT);
    }
    Ok(Outcome::of([stopped, doubt].into_iter().flatten().fold(Ending::Done, Ending::or), ""))
}

fn owner(context: &Context, ledger: &Ledger) -> Result<(), Failure> {
    let Some(owner) = ledger.owned_by(context.account())? else {
        context.out.show("  nobody works on it right now");
        context.out.record(&json!({ "v": 1, "owner": null }));
        return Ok(());
    };
    // What an earlier owner said last is not what this one does.
    let activity = ledger.activity(context.account())?.filter(|activity| activity.pid == owner.pid);
    let what: Value =
        activity.as_ref().and_then(|activity| serde_json::from_str(&activity.what).ok()).unwrap_or_default();
    let doing = what.get("doing").and_then(Value::as_str).unwrap_or("starting");
    let until = activity.and_then(|activity| activity.until);
    let wait = until.map_or_else(String::new, |until| {
        let left = u64::try_from(until.duration_since(context.clock.now().utc).as_secs()).unwrap_or(0);
        let clock = until.to_zoned(context.zone()).strftime("%H:%M:%S");
        format!(", until {clock} ({} from now)", span(left))
    });
    let since = context.time(owner.since);
    let run = what.get("run").and_then(Value::as_str).and_then(|run| run.parse::<RunId>().ok());
    let mode = run.and_then(|run| ledger.run(context.account(), &run).ok()).map(|run| words::of_mode(run.mode));
    let mode = mode.map(|mode| format!("{mode}, ")).unwrap_or_default();
    context.out.show(format!("  process {} works on it since {since}: {mode}{}{wait}", owner.pid, clean(doing)));
    context.out.record(&json!({
        "v": 1, "owner": owner.pid, "since": owner.since, "doing": doing, "until": until,
        "run": what.get("run"), "plan": what.get("plan"),
    }));
    Ok(())
}

fn standing(context: &Context, ledger: &Ledger, plan: &PlanRow) -> Result<(), Failure> {
    let mut by_state: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    let mut by_word: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
    let at_work = ledger.owned_by(context.account())?.is_some_and(|owner| owner.pid != std::process::id());
    for effect in ledger.effects(&plan.id)? {
        *by_state.entry(effect.state.to_string()).or_default() += 1;
        let in_hand = at_work && effect.state.in_flight();
        *by_word.entry(if in_hand { "in hand" } else { words::of_state(effect.state).short }).or_default() += 1;
    }
    let said = if plan.approved.is_none() {
        format!("{}, not approved yet", people(plan.people))
    } else {
        by_word.iter().map(|(word, sum)| format!("{} {word}", number(*sum))).collect::<Vec<_>>().join("; ")
    };
    context.out.show(format!("  plan {} ({}): {said}", plan.id, plan.action));
    context.out.record(&json!({
        "v": 1, "plan": plan.id, "people": plan.people, "approved": plan.approved, "states": by_state,
    }));
    Ok(())
}

/// The approved plans that are not finished: they share one budget, and each goes on by its own `run`.
fn queue(context: &Context, (ledger, realm): (&Ledger, Realm), plans: &[PlanRow]) -> Result<(), Failure> {
    let mut waiting: Vec<(&PlanRow, u64)> = Vec::new();
    for plan in plans.iter().filter(|plan| plan.approved.is_some()) {
        let is_left = |effect: &&EffectRow| effect.state.is_open() && effect.state != EffectState::Done;
        let left = ledger.effects(&plan.id)?.iter().filter(is_left).count() as u64;
        waiting.extend((left > 0).then_some((plan, left)));
    }
    let all = waiting.iter().map(|(_, left)| left).sum();
    let debits = ledger.debits(context.account(), realm, jiff::Timestamp::MIN)?.into_iter().map(|debit| debit.at);
    let ahead = forecast(all, context.clock.now().utc, &debits.collect(), &context.pace(realm)?);
    let last = ahead.as_ref().map(|ahead| ahead.last());
    let plans: Vec<Value> = waiting.iter().map(|(plan, left)| json!({ "plan": plan.id, "left": left })).collect();
    context.out.record(&json!({ "v": 1, "queue": plans, "left": all, "last": last }));
    if let Some(ahead) = ahead {
        let each = |(plan, left): &(&PlanRow, u64)| format!("{} {}", plan.id, number(*left));
        let each = waiting.iter().map(each).collect::<Vec<_>>().join(", ");
        context.out.show(format!("  queue {each}: at the plans' pace {}", super::plan::in_words(context, all, &ahead)));
    }
    Ok(())
}

fn spent(context: &Context, ledger: &Ledger, realm: Realm) -> Result<(), Failure> {
    let now = context.clock.now().utc;
    let day_ago = now.checked_sub(jiff::SignedDuration::from_hours(24)).unwrap_or(jiff::Timestamp::MIN);
    let today = ledger.debits(context.account(), realm, day_ago)?.len() as u64;
    let cap = context.settings.pace.per_day;
    let said = cap.map_or("no cap is set".to_owned(), |cap| format!("the pace allows at most {cap}"));
    context.out.show(format!("  {} in the last 24 hours; {said}", count(today, "removal", "removals")));
    context.out.record(&json!({ "v": 1, "last_24_hours": today, "cap": cap }));
    Ok(())
}

/// Latches, silences and pauses.
fn stops(context: &Context, ledger: &Ledger, realm: Realm) -> Result<Option<Ending>, Failure> {
    let mut ending = None;
    let flags = context.flags();
    if ledger.is_paused(context.account())? {
        context.out.show(format!("  PAUSED: `exeunt resume{flags}` lets it go on"));
        ending = Some(Ending::DueLater);
    }
    let now = context.clock.now().utc;
    if let Some(until) = ledger.cooling_until(context.account(), realm)?.filter(|until| *until > now) {
        context.out.show(format!("  SILENCE: the site asked for it until {}", context.time(until)));
        context.out.record(&json!({ "v": 1, "silence_until": until }));
        ending = Some(Ending::Stopped);
    }
    if let Some(incident) = ledger.open_latch(context.account(), realm)? {
        context.out.show(format!("  STOPPED by incident {}: {}", incident.id, clean(&incident.why)));
        context.out.show(format!("    `exeunt incident show {}{flags}` says what to do", incident.id));
        context.out.record(&json!({ "v": 1, "incident": incident.id, "sign": incident.sign, "why": incident.why }));
        context.out.explain(glossary::INCIDENT);
        ending = Some(Ending::Stopped);
    }
    Ok(ending)
}

/// Says who is in doubt and what to do about it; answers how many they are.
pub(crate) fn doubtful(context: &Context, ledger: &Ledger, realm: Realm) -> Result<usize, Failure> {
    // Whoever works on the account right now is about to look at the one in flight.
    let at_work = ledger.owned_by(context.account())?.is_some_and(|owner| owner.pid != std::process::id());
    let mut doubt = ledger.in_doubt(context.account(), realm)?;
    doubt.retain(|row| !(at_work && row.state.in_flight()));
    for row in &doubt {
        context.out.show(format!(
            "  IN DOUBT: {} ({}) of plan {}: {}",
            clean(&row.name),
            clean(row.slug.as_str()),
            row.plan,
            clean(&row.reason)
        ));
        let flags = context.flags();
        if row.state.in_flight() {
            context.out.show(format!("    `exeunt run {} --live{flags}` looks by itself", row.plan));
        } else {
            context.out.show("    look at the person's profile yourself, then:");
            let slug = row.slug.encoded();
            context
                .out
                .show(format!("    exeunt resolve {slug}{flags} --as done|not-done|skip --reason 'what you saw'"));
        }
        context
            .out
            .record(&json!({ "v": 1, "in_doubt": row.slug, "plan": row.plan, "state": row.state, "why": row.reason }));
    }
    Ok(doubt.len())
}

/// Carries out `pause` and `resume`.
pub(crate) fn request(context: &Context, kind: RequestKind) -> Answer {
    let ledger = context.ledger()?;
    let was_paused = ledger.is_paused(context.account())?;
    let said = match (&kind, was_paused) {
        (RequestKind::Pause, true) => "it was paused already; `exeunt resume` lets it go on",
        (RequestKind::Pause, false) => {
            "paused: nothing is begun until `exeunt resume`; a person in hand is brought to a safe point first"
        }
        (_, true) => "not paused any more; run the plan again to go on",
        (_, false) => "it was not paused",
    };
    ledger.request(context.account(), &NewRequest { kind, reason: String::new(), at: context.clock.now().utc })?;
    let paused = ledger.is_paused(context.account())?;
    Ok(Outcome::done(said).with("paused", paused))
}
