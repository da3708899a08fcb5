//! `plan renew`: a plan of those who are left, against today's pack, settings and names.

use std::collections::HashMap;

use super::binding::{bound, recorded};
use super::diff;
use super::new::shown;
use super::row::find;
use super::today::{Today, today};
use crate::cli::args::IdArg;
use crate::cli::context::Context;
use crate::cli::outcome::{Answer, Failure, Outcome};
use crate::cli::reasons;
use crate::event::id::{PlanId, Slug};
use crate::ledger::{KnownPerson, Ledger, PlanRow};
use crate::plan::diff::Diff;
use crate::plan::person::Person;
use crate::report::count::{number, people as counted};

/// Carries out `plan renew`.
pub(super) fn run(context: &Context, plan: &IdArg<PlanId>) -> Answer {
    let ledger = context.ledger()?;
    let row = find(context, &ledger, plan)?;
    if let Some(failure) = closed(&row) {
        return Err(failure);
    }
    let old = bound(&row, &ledger.plan_people(&row.id)?, row.pack_sha256)?;
    let known = context.known(&ledger)?;
    let today = today(context, (&ledger, &row), (&old, &known))?;
    if today.plan.people.is_empty() {
        return Err(Failure::usage(
            format!("nobody is left of plan {}: {}", row.id, others(&today)),
            format!("`exeunt plan drop {}` closes it; `exeunt plan new` makes another", row.id),
        ));
    }
    let difference = Diff::between(&old, &today.plan);
    if difference.is_empty() {
        let said = format!("plan {} still fits as it is: nothing was renewed", row.id);
        return Ok(Outcome::done(said).with("plan", row.id.to_string()).with("hash", row.hash.to_string()));
    }
    context.out.say(format!("Plan {} is renewed; what is different:", row.id));
    diff::describe(context, &difference, &today.out, &diff::pack_changes(context, &row)?);
    let stamp = context.clock.now();
    let mut owner = ledger.own(context.account(), row.realm, &stamp)?;
    let made = owner.renew_plan(&row.id, &recorded(&today.plan), &stamp)?;
    context.out.say("");
    announce(context, (&row, &made), (&ledger, &known), &today)
}

/// Shows the new plan, and says what became of the old one.
fn announce(
    context: &Context,
    (old, made): (&PlanRow, &PlanRow),
    (ledger, known): (&Ledger, &[KnownPerson]),
    today: &Today,
) -> Answer {
    let people: Vec<Person> = known.iter().map(|known| known.person.clone()).collect();
    let network = reasons::Known::read(context, ledger, &people)?;
    let of: HashMap<&Slug, &Person> = people.iter().map(|person| (&person.slug, person)).collect();
    let chosen: Vec<&Person> = today.plan.people.iter().filter_map(|person| of.get(&person.slug).copied()).collect();
    let pace = context.pace(made.realm)?;
    let answer = shown(context, (ledger, made), (&chosen, &network.network()), &pace)?;
    let said = format!("plan {} is closed: {}; plan {} needs an approval of its own", old.id, others(today), made.id);
    Ok(Outcome { reason: said, ..answer }
        .with("parent", old.id.to_string())
        .with("finished", today.finished)
        .with("in_doubt", today.doubt))
}

/// Those of the old plan who are not in the new one, in words.
fn others(today: &Today) -> String {
    let rest = today.out.len() as u64 - today.finished - today.doubt;
    let mut said = vec![format!("{} finished", counted(today.finished))];
    if today.doubt > 0 {
        said.push(format!("{} in doubt, who stay in the old plan (`exeunt status` says more)", number(today.doubt)));
    }
    if rest > 0 {
        said.push(format!("{} left alone", number(rest)));
    }
    said.join(", ")
}

/// Why a plan that is closed cannot be renewed.
fn closed(row: &PlanRow) -> Option<Failure> {
    let (what, mend) = match (&row.renewed, row.dropped) {
        (Some(into), _) => (format!("plan {} was renewed already", row.id), format!("go on with plan {into}")),
        (None, Some(_)) => {
            (format!("plan {} has ended for good", row.id), "`exeunt plan new` makes another".to_owned())
        }
        (None, None) => return None,
    };
    Some(Failure::bad_file(what, mend))
}
