//! `keep`: people who are never touched.

use std::collections::HashSet;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;

use serde_json::json;

use super::args::Keep;
use super::context::Context;
use super::list::{cells, narrow};
use super::list_file;
use super::outcome::{Answer, Failure, Outcome};
use super::output::clean;
use crate::event::address::Brought;
use crate::event::id::Slug;
use crate::ledger::{KeepRow, Ledger};
use crate::plan::keep::KeepList;
use crate::plan::lookup::{self, Found};
use crate::plan::people_list::Mark;
use crate::plan::person::Person;
use crate::report::count::{count, number, people as counted};
use crate::report::terminal;

/// So many people are offered to choose from.
const CHOICES: usize = 20;

/// Carries out `keep`.
pub(crate) fn run(context: &Context, command: &Keep) -> Answer {
    match command {
        Keep::Add { who, reason } => add(context, who, reason),
        Keep::Import { file, reason } => import(context, file, reason),
        Keep::Remove { who } => remove(context, who),
        Keep::List => list(context),
    }
}

fn add(context: &Context, who: &[String], reason: &str) -> Answer {
    let ledger = context.ledger()?;
    let people = everybody(context, &ledger)?;
    let slugs = who.iter().map(|typed| meant(context, typed, &people)).collect::<Result<Vec<_>, _>>()?;
    keep_all(context, (&ledger, &people), &slugs, reason)
}

/// Everybody known. Somebody who is missing in the newest export may come back, and is worth keeping too.
fn everybody(context: &Context, ledger: &Ledger) -> Result<Vec<Person>, Failure> {
    Ok(ledger.people(context.account())?.into_iter().map(|known| known.person).collect())
}

/// Keeps everybody of a list, under the rules of a plan's list: known people only, and all mistakes at once.
fn import(context: &Context, file: &Path, reason: &str) -> Answer {
    let ledger = context.ledger()?;
    let people = everybody(context, &ledger)?;
    let (name, list) = list_file::read(context, (file, Mark::Keep), &people)?;
    if !people.is_empty() {
        list_file::all_known(&name, &list.resolve(&people, &KeepList::default()).unknown, &people)?;
    }
    list_file::tell_duplicates(context, &name, &list);
    let slugs: Vec<Slug> = list.people.into_iter().map(|(slug, _)| slug).collect();
    keep_all(context, (&ledger, &people), &slugs, reason)
}

fn keep_all(context: &Context, (ledger, people): (&Ledger, &[Person]), slugs: &[Slug], reason: &str) -> Answer {
    let at = context.clock.now().utc;
    let entry = |slug: &Slug| KeepRow { slug: slug.clone(), reason: reason.to_owned(), at };
    let added = ledger.keep_all(context.account(), &slugs.iter().map(entry).collect::<Vec<_>>())?;
    let known: HashSet<&Slug> = people.iter().map(|person| &person.slug).collect();
    let mut strangers: u64 = 0;
    for slug in slugs {
        let is_known = known.contains(slug);
        strangers += u64::from(!is_known);
        if is_known || people.is_empty() {
            context.out.say(format!("kept: {}", named(slug, people)));
        } else {
            let near = list_file::near(slug, people);
            context.out.say(format!(
                "kept: {}, who is nobody known, so that nobody is protected by it yet{near}",
                named(slug, people)
            ));
        }
        context.out.record(&json!({ "v": 1, "kind": "keep-entry", "kept": slug, "known": is_known }));
    }
    let again = slugs.len() as u64 - added;
    let note = if again > 0 { format!(" ({} on it already)", number(again)) } else { String::new() };
    let nobody = match strangers {
        0 => String::new(),
        _ if people.is_empty() => {
            "; nobody was imported yet, so that it is not known whose addresses these are".to_owned()
        }
        strangers => {
            format!("; {} of {} nobody known", number(strangers), if strangers == 1 { "them is" } else { "them are" })
        }
    };
    Ok(Outcome::done(format!(
        "{} added to the keep list{note}; no plan touches them, not even one that is approved{nobody}",
        counted(added)
    ))
    .with("added", added)
    .with("unknown", strangers))
}

/// How many entries of the keep list are nobody known.
///
/// # Errors
/// What the ledger says.
pub(crate) fn strangers(context: &Context, ledger: &Ledger) -> Result<u64, Failure> {
    let people = ledger.people(context.account())?;
    let known: HashSet<&Slug> = people.iter().map(|known| &known.person.slug).collect();
    Ok(ledger.kept(context.account())?.iter().filter(|entry| !known.contains(&entry.slug)).count() as u64)
}

/// Says how many entries of the keep list are nobody known: such an entry protects nobody.
///
/// # Errors
/// What the ledger says.
pub(crate) fn tell_strangers(context: &Context, ledger: &Ledger) -> Result<(), Failure> {
    let strangers = strangers(context, ledger)?;
    if strangers > 0 {
        let entries = count(
            strangers,
            "entry of the keep list is nobody known and protects nobody",
            "entries of the keep list are nobody known and protect nobody",
        );
        context.out.note(format!("  {entries}; `exeunt keep list{}` shows which", context.flags()));
    }
    Ok(())
}

fn remove(context: &Context, who: &[String]) -> Answer {
    let ledger = context.ledger()?;
    let people = context.people(&ledger)?;
    let kept: Vec<Slug> = ledger.kept(context.account())?.into_iter().map(|entry| entry.slug).collect();
    // Somebody on the list may be gone from the network, so the list itself is asked first.
    // Also an entry that names nobody goes as it is written on the list.
    let listed = |slug: &Slug| kept.contains(slug);
    let on_list = |typed: &String| {
        typed.trim().parse().ok().filter(listed).or_else(|| Brought::of(typed).meant(listed).ok().filter(listed))
    };
    let of = |typed: &String| on_list(typed).map_or_else(|| meant(context, typed, &people), Ok);
    let slugs = who.iter().map(of).collect::<Result<Vec<_>, _>>()?;
    if let Some(missing) = slugs.iter().find(|slug| !kept.contains(slug)) {
        return Err(Failure::usage(
            format!("{} is not on the keep list; nothing was changed", named(missing, &people)),
            "`exeunt keep list` shows who is",
        ));
    }
    let mut removed: u64 = 0;
    for slug in &slugs {
        removed += u64::from(ledger.unkeep(context.account(), slug)?);
    }
    Ok(Outcome::done(format!("{} taken off the keep list", counted(removed))).with("removed", removed))
}

fn list(context: &Context) -> Answer {
    let ledger = context.ledger()?;
    let kept = ledger.kept(context.account())?;
    let people = everybody(context, &ledger)?;
    let mut rows = vec![];
    let mut strangers: u64 = 0;
    for entry in &kept {
        let person = people.iter().find(|person| person.slug == entry.slug);
        strangers += u64::from(person.is_none());
        let name = person.map_or_else(|| "(nobody known)".to_owned(), Person::full_name);
        let since = entry.at.to_zoned(context.zone()).date().to_string();
        rows.push(narrow(&[&since, &name, entry.slug.as_str(), &entry.reason], context.out.columns));
        let name = person.map(Person::full_name).unwrap_or_default();
        context.out.record(&json!({
            "v": 1, "kind": "keep-entry", "slug": entry.slug, "name": name, "known": person.is_some(), "reason": entry.reason, "at": entry.at,
        }));
    }
    terminal::table(&rows, context.out.columns.unwrap_or(usize::MAX)).iter().for_each(|line| context.out.show(line));
    let nobody = match strangers {
        0 => String::new(),
        _ if people.is_empty() => "; nobody was imported yet".to_owned(),
        1 => "; 1 of them is nobody known and protects nobody".to_owned(),
        strangers => format!("; {} of them are nobody known and protect nobody", number(strangers)),
    };
    Ok(Outcome::done(format!("{} on the keep list{nobody}", counted(kept.len() as u64))))
}

/// A slug with the name that the ledger has for it.
fn named(slug: &Slug, people: &[Person]) -> String {
    match people.iter().find(|person| person.slug == *slug) {
        Some(person) => format!("{} ({})", clean(&person.full_name()), clean(slug.as_str())),
        None => clean(slug.as_str()),
    }
}

/// Who is meant by a slug, an address or a name. An address need not be known, nor a slug before the first import.
fn meant(context: &Context, typed: &str, people: &[Person]) -> Result<Slug, Failure> {
    match lookup::find(typed, people) {
        Found::One(person) => Ok(person.slug.clone()),
        Found::Several(several) => choice(context, typed, &several),
        Found::Nobody(near) => {
            let brought = Brought::of(typed);
            if brought.is_address {
                return brought.plain.map_err(|none| Failure::usage(clean(&none.what()), clean(&none.mend())));
            }
            if let (Ok(slug), true) = (brought.plain, people.is_empty()) {
                return Ok(slug);
            }
            let near: Vec<String> = near.iter().map(|name| clean(name)).collect();
            let mend = if near.is_empty() {
                "`exeunt list` shows who is known; for anybody else give the address of the profile".to_owned()
            } else {
                format!("did you mean {}?", near.join(", "))
            };
            Err(Failure::usage(format!("nobody is called `{}`", clean(typed)), mend))
        }
    }
}

/// Asks which of several is meant where somebody can answer.
fn choice(context: &Context, typed: &str, several: &[&Person]) -> Result<Slug, Failure> {
    let rows: Vec<Vec<String>> =
        several.iter().take(CHOICES).map(|person| cells(person, context.out.columns)).collect();
    let mut lines = terminal::table(&rows, context.out.columns.unwrap_or(usize::MAX).saturating_sub(6));
    if several.len() > CHOICES {
        lines.push(format!("and {} more", number((several.len() - CHOICES) as u64)));
    }
    let what = format!("`{}` fits {}", clean(typed), counted(several.len() as u64));
    if !std::io::stdin().is_terminal() || !context.out.lively || several.len() > CHOICES {
        let shown: String = lines.iter().map(|line| format!("\n  {line}")).collect();
        return Err(Failure::usage(format!("{what}{shown}"), "name one by the slug"));
    }
    context.out.warn(format!("{what}:"));
    for (at, line) in lines.iter().enumerate() {
        context.out.warn(format!("  {:>2}  {line}", at + 1));
    }
    context.out.warn("Which one? A number, or nothing to stop:");
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    let number = read.ok().and_then(|_| answer.trim().parse::<usize>().ok()).and_then(|number| number.checked_sub(1));
    match number.and_then(|at| several.get(at)) {
        Some(person) => Ok(person.slug.clone()),
        None => Err(Failure::usage("nobody was chosen: nothing was changed", "name one by the slug")),
    }
}
