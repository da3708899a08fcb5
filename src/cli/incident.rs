//! `incident` and `resolve`: what a person settles.

use std::io::IsTerminal as _;

use serde_json::json;

use super::args::{IdArg, Incident, Resolution, Resolve};
use super::context::Context;
use super::outcome::{Answer, Failure, Next, Outcome};
use super::output::{clean, shown};
use super::{misfit, missing};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Moved};
use crate::event::id::{Action, IncidentId, Realm, Slug};
use crate::event::state::EffectState;
use crate::ledger::{EffectRow, IncidentRow, Ledger, LedgerErrorKind, PlanRow};
use crate::report::{advice, glossary, terminal, words};
use crate::runner::FALL;

/// Carries out `incident`.
pub(crate) fn run(context: &Context, command: &Incident) -> Answer {
    match command {
        Incident::List => list(context),
        Incident::Show { incident } => show(context, incident),
        Incident::Clear { incident, reason } => clear(context, incident, reason),
    }
}

fn find(context: &Context, ledger: &Ledger, incident: &IdArg<IncidentId>) -> Result<IncidentRow, Failure> {
    let rows = ledger.incidents(context.account())?;
    let found = match incident {
        IdArg::Last => rows.into_iter().next_back(),
        IdArg::Id(id) => rows.into_iter().find(|row| row.id == *id),
    };
    found.ok_or_else(|| Failure::usage("there is no such incident", "`exeunt incident list` shows all"))
}

fn list(context: &Context) -> Answer {
    let rows = context.ledger()?.incidents(context.account())?;
    let mut table = vec![["incident", "at", "state", "sign", "what was seen"].map(str::to_owned).to_vec()];
    for row in &rows {
        let state = if row.cleared.is_some() { "cleared" } else { "open" };
        let cells = [row.id.as_str(), &context.time(row.at), state, &row.sign, &row.why];
        table.push(cells.map(str::to_owned).to_vec());
        context.out.record(&json!({
            "v": 1, "kind": "incident", "incident": row.id, "sign": row.sign, "why": row.why, "at": row.at, "until": row.until,
            "cleared": row.cleared, "reason": row.reason,
        }));
    }
    if rows.is_empty() {
        context.out.explain(glossary::INCIDENT);
        return Ok(Outcome::done("no incidents"));
    }
    let columns = context.out.columns.unwrap_or(usize::MAX);
    terminal::table(&table, columns).iter().for_each(|line| context.out.show(line));
    Ok(Outcome::done(""))
}

fn show(context: &Context, incident: &IdArg<IncidentId>) -> Answer {
    let ledger = context.ledger()?;
    let row = find(context, &ledger, incident)?;
    let out = &context.out;
    out.show(format!("incident {} ({}), {}", row.id, clean(&row.sign), context.time(row.at)));
    out.explain(glossary::INCIDENT);
    if misfit::told(context, &row.why, |line| out.show(line)).is_none() {
        out.show(format!("  seen     {}", clean(&row.why)));
    }
    if !row.address.is_empty() {
        out.show(format!("  page     {}", clean(&row.address)));
    }
    let folder =
        crate::evidence::run_folder::folder_of(&context.evidence_root(), context.account(), row.realm, &row.run);
    for shot in &row.shots {
        out.show(format!("  picture  {}", shown(folder.join(&shot.path).display())));
    }
    let advice = advice::of_sign(&row.sign);
    for line in advice.lines() {
        out.show(format!("  {line}"));
    }
    let found = missing::since(context, &ledger, &row)?;
    if let Some(found) = &found {
        missing::show(context, &row, found);
    }
    match &row.cleared {
        Some(at) => {
            out.show(format!("  cleared {}: {}", context.time(*at), clean(row.reason.as_deref().unwrap_or_default())))
        }
        None => {
            if let Some(until) = row.until {
                out.show(format!(
                    "  not before {}: the site names that time, and it cannot be cleared earlier",
                    context.time(until)
                ));
            }
            if row.sign == "drift" {
                let plan = plan_of(context, &ledger, &row)?;
                let what = plan.as_ref().map_or((Action::Remove, "last"), |plan| (plan.action, plan.id.as_str()));
                let (words, commands) = advice::mending(what, "", context.has_own_pack());
                out.show(format!("  {words}:"));
                commands.iter().for_each(|command| out.show(format!("  {command}")));
            }
            out.show("  when that is done:");
            out.show(format!("  exeunt incident clear {}{} --reason 'what you found'", row.id, context.flags()));
        }
    }
    let mut outcome = Outcome::done("");
    if row.sign == FALL && found.is_none() {
        let lead_in = format!("{}, once it is cleared:", missing::WAY);
        outcome.next = Some(Next::led_to(lead_in, format!("exeunt scan{}", context.flags())));
    }
    out.record(
        &json!({ "v": 1, "kind": "incident", "incident": row.id, "sign": row.sign, "why": row.why, "at": row.at, "address": row.address,
            "shots": row.shots, "until": row.until, "cleared": row.cleared, "reason": row.reason,
            "advice": advice.lines(),
        }),
    );
    Ok(outcome)
}

/// The plan whose run met an incident; none where an errand did.
fn plan_of(context: &Context, ledger: &Ledger, incident: &IncidentRow) -> Result<Option<PlanRow>, Failure> {
    let runs = ledger.runs(context.account())?;
    let run = runs.into_iter().find(|run| run.id == incident.run);
    Ok(run.map(|run| ledger.plan(context.account(), &run.plan)).transpose()?)
}

fn clear(context: &Context, incident: &IdArg<IncidentId>, reason: &str) -> Answer {
    let ledger = context.ledger()?;
    let row = find(context, &ledger, incident)?;
    if row.cleared.is_some() {
        return Err(Failure::usage(
            format!("incident {} is cleared already", row.id),
            "`exeunt status` says what else stands in the way",
        ));
    }
    if reason.trim().is_empty() {
        return Err(Failure::usage("--reason is empty", "say what you found and did, for your own memory"));
    }
    if row.realm == Realm::Real && !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "an incident of a real account can be cleared only by a person at a terminal",
            "run it there",
        ));
    }
    let stamp = context.clock.now();
    if let Some(until) = row.until.filter(|until| *until > stamp.utc) {
        return Err(too_early(context, &row, until));
    }
    let mut owner = ledger.own(context.account(), row.realm, &stamp)?;
    owner.append(&stamp, &Fact::IncidentCleared { incident: row.id.clone(), reason: reason.to_owned() })?;
    let mut outcome = Outcome::done(format!("incident {} is cleared; rehearse before you go on", row.id))
        .with("incident", row.id.to_string());
    if row.sign == FALL {
        let lead_in = format!("{}:", missing::WAY);
        outcome.next = Some(Next::led_to(lead_in, format!("exeunt scan{}", context.flags())));
    }
    Ok(outcome)
}

fn too_early(context: &Context, row: &IncidentRow, until: jiff::Timestamp) -> Failure {
    let what =
        format!("incident {} may not be cleared before {}: the site names that time", row.id, context.time(until));
    let mut failure = Failure::new(Ending::Stopped, what, "do nothing with the account until then; nothing else helps");
    failure.due_at = Some(until);
    failure
}

/// Carries out `resolve`.
pub(crate) fn resolve(context: &Context, command: &Resolve) -> Answer {
    if command.reason.trim().is_empty() {
        return Err(Failure::usage("--reason is empty", "say how you know, for your own memory"));
    }
    let ledger = context.ledger()?;
    let realm = ledger.realm(context.account())?.ok_or_else(|| {
        Failure::usage("this account has no plan, so nobody is in doubt", "`exeunt plan new` makes one")
    })?;
    if realm == Realm::Real && !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "somebody in doubt of a real account can be settled only by a person at a terminal",
            "run it there",
        ));
    }
    if command.how == Resolution::SamePerson {
        return same_person(context, command, (&ledger, realm));
    }
    let waiting = ledger.in_doubt(context.account(), realm)?.into_iter().find(|row| row.slug == command.item);
    let row = waiting.ok_or_else(|| {
        Failure::usage(format!("`{}` is not in doubt", clean(command.item.as_str())), "`exeunt status` shows who is")
    })?;
    if row.state.in_flight() {
        return Err(Failure::new(
            Ending::InDoubt,
            format!("`{}` is in doubt, but the program can still find out by itself", clean(row.slug.as_str())),
            match row.action.is_of_account() {
                true => format!("`exeunt {}` hands it to you first", row.action),
                false => format!("`exeunt run {} --live` looks before it acts", row.plan),
            },
        ));
    }
    let to = match command.how {
        Resolution::Done => EffectState::DoneByOperator,
        Resolution::NotDone => EffectState::NotApplied,
        Resolution::Skip | Resolution::SamePerson => EffectState::Skipped,
    };
    let stamp = context.clock.now();
    let mut owner = ledger.own(context.account(), realm, &stamp)?;
    let moved = Moved {
        run: None,
        plan: row.plan.clone(),
        slug: row.slug.clone(),
        action: row.action,
        from: row.state,
        to,
        attempt: row.attempt,
        why: format!("a person looked: {}", command.reason),
        shots: vec![],
        read: vec![],
    };
    let closes = to == EffectState::DoneByOperator && row.action.is_of_account();
    let settled = match closes {
        true => owner.step_closed(&stamp, &moved, &closed_by_hand(&row, &command.reason)).map(|_| ()),
        false => owner.step(&stamp, &moved).map(|_| ()),
    };
    settled.map_err(|error| match error.kind {
        LedgerErrorKind::TooEarly { .. } => {
            Failure::new(Ending::InDoubt, clean(&error.what), "look again a few minutes later")
        }
        _ => error.into(),
    })?;
    let ended = to == EffectState::NotApplied && row.action.is_of_account();
    if ended {
        // There is one attempt, and a new one needs a new approval.
        let why = "not done; another attempt is another approval".to_owned();
        owner.step(&stamp, &Moved { from: to, to: EffectState::Failed, why, ..moved.clone() })?;
    } else if to == EffectState::NotApplied && owner.ledger().plan(context.account(), &row.plan)?.dropped.is_some() {
        // Nobody comes back to a plan that has ended.
        let why = "the plan has ended; a renewed or new plan may try again".to_owned();
        owner.step(&stamp, &Moved { from: to, to: EffectState::Failed, why, ..moved })?;
    }
    let short = words::of_deed(row.action, words::of_state(to).short);
    Ok(Outcome::done(format!("{} is settled: {short}", clean(row.slug.as_str())))
        .with("slug", row.slug.as_str())
        .with("state", to.as_str()))
}

/// A person says that the other name on the page is that of whom the plan means: plans that are made from now on say it.
fn same_person(context: &Context, command: &Resolve, (ledger, realm): (&Ledger, Realm)) -> Answer {
    let shown = clean(command.item.as_str());
    let name = name_of_stranger(context, (ledger, realm), &command.item)?.ok_or_else(|| {
        Failure::usage(
            format!("no live run met another name at the address of `{shown}`"),
            "`exeunt status` shows who is in doubt, and `exeunt plan show last` where everybody of a plan stands",
        )
    })?;
    let stamp = context.clock.now();
    let fact = Fact::SamePerson { slug: command.item.clone(), name: name.clone(), reason: command.reason.clone() };
    ledger.own(context.account(), realm, &stamp)?.append(&stamp, &fact)?;
    let said = format!("{shown} is \"{}\" in plans that are made from now on", clean(&name));
    let mut outcome = Outcome::done(said).with("slug", command.item.as_str()).with("name", name);
    outcome.next = Some(format!("exeunt plan new{}", context.flags()).into());
    Ok(outcome)
}

/// The name that the page bore when a live run last left somebody for it; none where the newest look at them was another one.
fn name_of_stranger(
    context: &Context,
    (ledger, realm): (&Ledger, Realm),
    slug: &Slug,
) -> Result<Option<String>, Failure> {
    for run in ledger.runs(context.account())?.iter().rev().filter(|run| run.realm == realm) {
        for link in ledger.links_of_run(&run.id)?.iter().rev() {
            let Ok(Fact::Moved(moved)) = link.entry().map(|entry| entry.fact) else { continue };
            if moved.slug != *slug || moved.to == EffectState::Precheck {
                continue;
            }
            let name = moved.read.into_iter().find(|(what, _)| matches!(what.as_str(), "card.name" | "profile.name"));
            return Ok(name.filter(|_| moved.to == EffectState::Mismatch).map(|(_, name)| name));
        }
    }
    Ok(None)
}

/// A person says that the account is closed: from then on nothing loads the site with it.
fn closed_by_hand(row: &EffectRow, reason: &str) -> Fact {
    Fact::AccountClosed {
        run: None,
        action: row.action,
        handle: row.slug.clone(),
        until: None,
        counted: false,
        words: format!("a person looked: {reason}"),
    }
}
