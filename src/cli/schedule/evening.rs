//! What is told when a share has ended: at the terminal always, to `notify.command` on an incident, at the end of a plan and
//! in the evening.

use serde_json::json;

use super::queue::next_share;
use crate::cli::context::Context;
use crate::cli::notify;
use crate::cli::outcome::Failure;
use crate::cli::output::clean;
use crate::event::exit::Ending;
use crate::event::id::{Realm, Slug};
use crate::ledger::{Ledger, PlanRow};
use crate::report::count::{number, people};
use crate::report::words::{self, Outcome as Kind};
use crate::scheduler::queue::{NextPerson, NextShare, queue};
use crate::scheduler::share::Share;

/// Tells what a share means to the person; what comes of it changes nothing.
pub(crate) async fn tell(context: &Context, realm: Realm, share: &Share) {
    match told(context, realm, share) {
        Ok(Some(text)) => notify::tell(context, &text).await,
        Ok(None) => {}
        // Whoever reads next meets the same ledger, and says so with an exit code.
        Err(failure) => context.out.note(format!("  note: nobody could be told what comes next: {}", failure.what)),
    }
}

/// What the program of the settings is told; none: nothing.
fn told(context: &Context, realm: Realm, share: &Share) -> Result<Option<String>, Failure> {
    let account = context.account();
    let ledger = context.ledger()?;
    let done = format!(
        "account {account}: {} done today, {} left",
        people(today(context, &ledger, realm)?),
        number(share.remaining)
    );
    match (share.ending, share.due_at) {
        (Ending::DueLater | Ending::SomeFailed, Some(due)) if share.remaining > 0 => {
            if due.to_zoned(context.zone()).date() <= context.today() {
                return Ok(None);
            }
            let goes_on = format!("{done}; it goes on {}", context.time(due));
            let waiting = queue(&ledger, account, realm)?;
            let Some(next) = next_share(context, &ledger, (realm, &waiting))? else { return Ok(Some(goes_on)) };
            shown(context, &next);
            let names = if context.settings.notify_names { listed(context, &next) } else { String::new() };
            Ok(Some(format!("{goes_on}{names}")))
        }
        (Ending::Interrupted | Ending::Owned | Ending::NoBrowser, _) | (Ending::DueLater, None) => Ok(None),
        (Ending::Done, _) if share.remaining == 0 => Ok(Some(format!("{done}: finished"))),
        (Ending::Done, _) => Ok(None),
        (Ending::Stopped, Some(due)) => {
            Ok(Some(format!("{done}; the site asked for silence until {}", context.time(due))))
        }
        (ending, _) => {
            let why = words::of_ending(ending).short;
            let sign = ledger
                .open_latch(account, realm)?
                .map(|incident| format!(", incident {} ({})", incident.id, clean(&incident.sign)));
            let look = format!("`exeunt status{}` says what to do", context.flags());
            Ok(Some(format!("{done}; it has stopped: {why}{}; {look}", sign.unwrap_or_default())))
        }
    }
}

/// How many people were removed today, by the date of the click.
fn today(context: &Context, ledger: &Ledger, realm: Realm) -> Result<u64, Failure> {
    let (zone, today) = (context.zone(), context.today());
    let mut done = 0;
    let is_of_people = |plan: &&PlanRow| plan.realm == realm && plan.approved.is_some() && !plan.action.is_of_account();
    for plan in ledger.plans(context.account())?.iter().filter(is_of_people) {
        let is_of_today = |at: jiff::Timestamp| at.to_zoned(zone.clone()).date() == today;
        let rows = ledger.effects(&plan.id)?;
        let of_today =
            rows.iter().filter(|row| Kind::of(row.state) == Kind::Removed && row.intent.is_some_and(is_of_today));
        done += of_today.count() as u64;
    }
    Ok(done)
}

/// The next people at the terminal, each with the command that spares them.
pub(crate) fn shown(context: &Context, next: &NextShare) {
    let out = &context.out;
    out.say(format!("  next, from {}: {}", context.time(next.from), people(next.people.len() as u64)));
    for person in &next.people {
        out.say(format!("    {}", line(context, person)));
        out.record(
            &json!({ "v": 1, "kind": "next-person", "next": person.slug, "name": person.name, "from": next.from }),
        );
    }
}

fn listed(context: &Context, next: &NextShare) -> String {
    next.people.iter().map(|person| format!("\n  {}", line(context, person))).collect()
}

fn line(context: &Context, person: &NextPerson) -> String {
    format!("{} ({}): {}", clean(&person.name), clean(person.slug.as_str()), spare(context, &person.slug))
}

/// The command that spares somebody.
fn spare(context: &Context, slug: &Slug) -> String {
    format!("exeunt keep add {}{}", slug.encoded(), context.flags())
}
