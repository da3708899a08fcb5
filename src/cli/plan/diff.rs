//! `plan diff`: what is different between two plans, or between a plan and what it would be today.

use std::collections::BTreeMap;

use serde_json::json;

use super::binding::bound;
use super::row::find;
use super::today::today;
use crate::cli::args::{Against, IdArg};
use crate::cli::context::Context;
use crate::cli::outcome::{Answer, Failure, Outcome};
use crate::cli::output::clean;
use crate::cli::pack_kept;
use crate::event::id::{PlanId, Slug};
use crate::ledger::{Ledger, PlanRow};
use crate::plan::diff::{Diff, PartName};
use crate::plan::plan::{Plan, PlannedPerson};
use crate::report::count::{number, people as counted};

/// So many people of one kind are shown one by one; the rest is counted.
const PEOPLE_SHOWN: usize = 20;

/// Carries out `plan diff`.
pub(super) fn run(context: &Context, plan: &IdArg<PlanId>, with: &Against) -> Answer {
    let ledger = context.ledger()?;
    let row = find(context, &ledger, plan)?;
    let from = whole(&ledger, &row)?;
    let (difference, reasons, changes, other) = match with {
        Against::Plan(other) => {
            let other = find(context, &ledger, other)?;
            let flow = format!("{}-from-{}", other.action, other.route);
            let changes = pack_kept::changes_between(context, (&row.pack_sha256, &other.pack_sha256), &flow);
            (Diff::between(&from, &whole(&ledger, &other)?), BTreeMap::new(), changes, format!("plan {}", other.id))
        }
        Against::Today => {
            let known = context.known(&ledger)?;
            let today = today(context, (&ledger, &row), (&from, &known))?;
            let changes = pack_changes(context, &row)?;
            (Diff::between(&from, &today.plan), today.out, changes, "today".to_owned())
        }
    };
    if difference.is_empty() {
        context.out.show(format!("plan {} and {other}: nothing is different that an approval covers", row.id));
        return Ok(Outcome::done(""));
    }
    context.out.show(format!("from plan {} to {other}:", row.id));
    describe(context, &difference, &reasons, &changes);
    let done = match with {
        Against::Today if row.dropped.is_none() => {
            format!("`exeunt plan renew {}` makes that plan, which needs a new approval", row.id)
        }
        _ => String::new(),
    };
    Ok(Outcome::done(done))
}

fn whole(ledger: &Ledger, row: &PlanRow) -> Result<Plan, Failure> {
    bound(row, &ledger.plan_people(&row.id)?, row.pack_sha256)
}

/// What changed in the pack since a plan was made, line by line.
///
/// # Errors
/// The pack has mistakes.
pub(super) fn pack_changes(context: &Context, row: &PlanRow) -> Result<Vec<String>, Failure> {
    let pack = context.pack()?;
    let flow = format!("{}-from-{}", row.action, row.route);
    Ok(pack_kept::changes(context, &row.pack_sha256, (&pack, &flow)))
}

/// Shows a difference: people with the reason where there is one, and each part that an approval binds.
pub(super) fn describe(context: &Context, diff: &Diff, reasons: &BTreeMap<Slug, String>, changes: &[String]) {
    let out = &context.out;
    let why = |person: &PlannedPerson| reasons.get(&person.slug).map(String::as_str);
    some(context, ("out", &diff.gone), why);
    some(context, ("in", &diff.new), |_| None);
    for (person, before) in diff.renamed.iter().take(PEOPLE_SHOWN) {
        out.show(format!(
            "  name      {} was {} ({})",
            clean(&person.name),
            clean(before),
            clean(person.slug.as_str())
        ));
    }
    for (person, before) in &diff.renamed {
        out.record(&json!({ "v": 1, "kind": "change", "change": "name", "slug": person.slug, "from": before, "to": person.name }));
    }
    if diff.reordered {
        out.show("  order     the people who are in both stand in another order");
        out.record(&json!({ "v": 1, "kind": "change", "change": "order" }));
    }
    for part in &diff.parts {
        out.show(format!("  {:<10}{} -> {}", part.name.as_str(), clean(&part.from), clean(&part.to)));
        let lines = if part.name == PartName::Pack { changes } else { &[] };
        lines.iter().for_each(|line| out.show(format!("          {}", clean(line))));
        out.record(&json!({
            "v": 1, "kind": "change", "change": part.name.as_str(), "from": part.from, "to": part.to, "lines": lines,
        }));
    }
}

/// People of one kind: how many, and who.
fn some<'a>(
    context: &Context,
    (word, people): (&str, &[PlannedPerson]),
    why: impl Fn(&PlannedPerson) -> Option<&'a str>,
) {
    let out = &context.out;
    if !people.is_empty() {
        out.show(format!("  {word:<10}{}", counted(people.len() as u64)));
    }
    for person in people.iter().take(PEOPLE_SHOWN) {
        let why = why(person).map(|why| format!(": {}", clean(why))).unwrap_or_default();
        out.show(format!("            {} ({}){why}", clean(&person.name), clean(person.slug.as_str())));
    }
    if people.len() > PEOPLE_SHOWN {
        out.show(format!("            and {} more", number((people.len() - PEOPLE_SHOWN) as u64)));
    }
    for person in people {
        out.record(&json!({ "v": 1, "kind": "change", "change": word, "slug": person.slug, "name": person.name, "why": why(person) }));
    }
}
