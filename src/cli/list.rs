//! `list`: people of the ledger.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::args::{Format, List};
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::who;
use crate::event::id::Slug;
use crate::export::table;
use crate::ledger::KnownPerson;
use crate::plan::keep::KeepList;
use crate::plan::person::Person;
use crate::report::count::{number, people as counted};
use crate::report::{escape, json, terminal};

/// The columns of the view, with an example each.
const FIELDS: [(&str, &str); 6] = [
    ("slug", "jane-doe"),
    ("first_name", "Jane"),
    ("last_name", "Doe"),
    ("company", "Acme"),
    ("position", "Engineer"),
    ("connected_on", "2015-03-31"),
];

/// Carries out `list`.
pub(crate) fn run(context: &Context, command: &List) -> Answer {
    if command.fields {
        for (name, example) in FIELDS {
            context.out.show(format!("{name:<14} {example}"));
            context.out.record(&json!({ "v": 1, "field": name, "example": example }));
        }
        return Ok(Outcome::done(""));
    }
    if context.out.json && matches!(command.format, Some(Format::Table | Format::Csv)) {
        return Err(Failure::usage("--json and another --format contradict each other", "leave one of them out"));
    }
    let selection = who::selection(&command.who)?;
    let ledger = context.ledger()?;
    let known = context.known(&ledger)?;
    if known.is_empty() {
        return Err(nobody(context));
    }
    let known: BTreeMap<Slug, KnownPerson> =
        known.into_iter().map(|known| (known.person.slug.clone(), known)).collect();
    let mut people = match &command.r#where {
        Some(condition) => ledger.query_people(context.account(), Some(condition))?,
        None => known.values().map(|known| known.person.clone()).collect(),
    };
    if command.only_on_the_site {
        people.retain(|person| known.get(&person.slug).is_some_and(|known| !known.exported));
    }
    let keep = KeepList::default();
    let picked = selection.pick(&people, &keep);
    let format = if context.out.json { Format::Json } else { command.format.unwrap_or(Format::Table) };
    context.out.raw(&printed(context, format, (&picked.chosen, &known)));
    who::explain(context, &picked);
    let of = if picked.chosen.len() == people.len() {
        String::new()
    } else {
        format!("{} of ", number(picked.chosen.len() as u64))
    };
    context.out.note(format!("{of}{}", counted(people.len() as u64)));
    let gone = picked.chosen.iter().filter(|person| gone_since(&known, person).is_some()).count() as u64;
    if gone > 0 {
        context.out.note(format!("{} not on the site any more, as a complete scan found", counted(gone)));
    }
    Ok(Outcome::done(""))
}

/// What to say where nobody was imported.
pub(crate) fn nobody(context: &Context) -> Failure {
    Failure::usage(
        format!("account `{}` has no people yet", context.account()),
        "ask LinkedIn for your data (Settings & Privacy, Data privacy, Get a copy of your data),\nthen `exeunt import FILE`",
    )
}

/// One person as a row of a table: since when, name, slug, position and company.
pub(crate) fn cells(person: &Person, columns: Option<usize>) -> Vec<String> {
    let connected = person.connected_on.map_or_else(|| "?".to_owned(), |day| day.to_string());
    let work: Vec<&str> =
        [person.position.as_str(), person.company.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
    narrow(&[&connected, &person.full_name(), person.slug.as_str(), &work.join(", ")], columns)
}

/// A row of state or day, name, slug and something long: made safe, and on a terminal cut so that each has its room.
///
/// The slug gets most of it, since it is what somebody copies; the last cell takes what is left.
pub(crate) fn narrow(cells: &[&str; 4], columns: Option<usize>) -> Vec<String> {
    let [first, name, slug, rest] = cells;
    let (name, slug) = match columns {
        Some(columns) => (escape::fit(name, columns / 4), escape::fit(slug, columns * 2 / 5)),
        None => (escape::terminal(name), escape::terminal(slug)),
    };
    vec![escape::terminal(first), name, slug, escape::terminal(rest)]
}

/// Everybody who is known, by slug.
type Known = BTreeMap<Slug, KnownPerson>;

/// When a complete scan did not find this person any more.
fn gone_since(known: &Known, person: &Person) -> Option<jiff::Timestamp> {
    known.get(&person.slug)?.site.gone_since
}

fn printed(context: &Context, format: Format, (people, known): (&[&Person], &Known)) -> String {
    let columns = context.out.columns;
    match format {
        Format::Json => people.iter().map(|person| json::harmless(&record(person, known).to_string()) + "\n").collect(),
        Format::Csv => {
            let head = table::line(FIELDS.map(|(name, _)| name));
            std::iter::once(head).chain(people.iter().map(|person| row(person))).collect()
        }
        Format::Table => {
            let row = |person: &&Person| {
                let mut row = cells(person, columns);
                if let Some(at) = gone_since(known, person) {
                    let day = at.to_zoned(context.zone()).date();
                    row[3] = format!("not on the site since {day}; {}", row[3]);
                }
                row
            };
            let rows: Vec<Vec<String>> = people.iter().map(row).collect();
            terminal::table(&rows, columns.unwrap_or(usize::MAX)).iter().map(|line| format!("{line}\n")).collect()
        }
    }
}

fn record(person: &Person, known: &Known) -> Value {
    let known = known.get(&person.slug);
    let site = known.map(|known| known.site).unwrap_or_default();
    json!({
        "v": 1,
        "slug": person.slug,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "company": person.company,
        "position": person.position,
        "connected_on": person.connected_on,
        "source": known.map(|known| &known.source),
        "first_seen": known.map(|known| known.first_seen),
        "first_seen_on_the_site": site.first_seen,
        "seen_on_the_site": site.last_seen,
        "gone_from_the_site": site.gone_since,
    })
}

fn row(person: &Person) -> String {
    let connected = person.connected_on.map(|day| day.to_string()).unwrap_or_default();
    let slug = person.slug.as_str();
    table::line([slug, &person.first_name, &person.last_name, &person.company, &person.position, &connected])
}
