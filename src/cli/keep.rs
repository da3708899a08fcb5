//! `keep`: people who are never touched.

use serde_json::json;

use super::args::Keep;
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::clean;
use crate::event::id::Slug;
use crate::ledger::KeepRow;
use crate::plan::lookup::{self, Found};
use crate::plan::person::Person;

/// Carries out `keep`.
pub(crate) fn run(context: &Context, command: &Keep) -> Answer {
    match command {
        Keep::Add { who, reason } => add(context, who, reason),
        Keep::Remove { who } => remove(context, who),
        Keep::List => list(context),
    }
}

fn add(context: &Context, who: &[String], reason: &str) -> Answer {
    let ledger = context.ledger()?;
    let people = context.people(&ledger)?;
    let slugs = who.iter().map(|typed| meant(typed, &people)).collect::<Result<Vec<_>, _>>()?;
    let mut added: u64 = 0;
    for slug in &slugs {
        let entry = KeepRow { slug: slug.clone(), reason: reason.to_owned(), at: context.clock.now().utc };
        added += u64::from(ledger.keep(context.account(), &entry)?);
        context.out.say(format!("kept: {}", clean(slug.as_str())));
        context.out.record(&json!({ "v": 1, "kept": slug }));
    }
    let again = slugs.len() as u64 - added;
    let note = if again > 0 { format!(" ({again} were on the list already)") } else { String::new() };
    Ok(Outcome::done(format!("{added} added to the keep list{note}; no plan touches them, an approved one neither")))
}

fn remove(context: &Context, who: &[String]) -> Answer {
    let ledger = context.ledger()?;
    let people = context.people(&ledger)?;
    let slugs = who.iter().map(|typed| meant(typed, &people)).collect::<Result<Vec<_>, _>>()?;
    let mut removed: u64 = 0;
    for slug in &slugs {
        removed += u64::from(ledger.unkeep(context.account(), slug)?);
    }
    if removed < slugs.len() as u64 {
        return Err(Failure::usage(
            format!("{} of {} were not on the keep list", slugs.len() as u64 - removed, slugs.len()),
            "`exeunt keep list` shows who is",
        ));
    }
    Ok(Outcome::done(format!("{removed} taken off the keep list")))
}

fn list(context: &Context) -> Answer {
    let kept = context.ledger()?.kept(context.account())?;
    for entry in &kept {
        let reason = if entry.reason.is_empty() { String::new() } else { format!("  {}", clean(&entry.reason)) };
        if !context.out.json {
            context.out.say(format!("{}{reason}", clean(entry.slug.as_str())));
        }
        context.out.record(&json!({ "v": 1, "slug": entry.slug, "reason": entry.reason, "at": entry.at }));
    }
    Ok(Outcome::done(format!("{} on the keep list", kept.len())))
}

/// Who is meant by a slug, an address or a name. A slug or address need not be known.
fn meant(typed: &str, people: &[Person]) -> Result<Slug, Failure> {
    match lookup::find(typed, people) {
        Found::One(person) => Ok(person.slug.clone()),
        Found::Several(several) => {
            let names: Vec<String> = several
                .iter()
                .take(8)
                .map(|person| format!("{} ({})", clean(person.slug.as_str()), clean(&person.company)))
                .collect();
            Err(Failure::usage(
                format!("`{}` fits {} people: {}", clean(typed), several.len(), names.join(", ")),
                "name one by the slug",
            ))
        }
        Found::Nobody(near) => {
            if let Ok(slug) = Slug::from_address(typed) {
                return Ok(slug);
            }
            if let (Ok(slug), true) = (typed.parse::<Slug>(), people.is_empty()) {
                return Ok(slug);
            }
            let near: Vec<String> = near.iter().map(|name| clean(name)).collect();
            let mend = if near.is_empty() {
                "`exeunt list` shows who is known".to_owned()
            } else {
                format!("did you mean {}?", near.join(", "))
            };
            Err(Failure::usage(format!("nobody is called `{}`", clean(typed)), mend))
        }
    }
}
