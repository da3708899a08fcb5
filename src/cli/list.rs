//! `list`: people of the ledger.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::args::{Format, List};
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::{reasons, who};
use crate::event::id::Slug;
use crate::event::unseen::is_steering;
use crate::export::table;
use crate::ledger::KnownPerson;
use crate::plan::keep::KeepList;
use crate::plan::person::Person;
use crate::plan::think_twice::Network;
use crate::report::count::{number, people as counted};
use crate::report::{escape, glossary, json, terminal};

/// A cell that is longer than this and than a line is cut.
const MOST: usize = 80;

/// The columns of the view, with an example each.
pub(crate) const FIELDS: [(&str, &str); 6] = [
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
            context.out.record(&json!({ "v": 1, "kind": "field", "field": name, "example": example }));
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
    let all: Vec<Person> = known.iter().map(|known| known.person.clone()).collect();
    let network = reasons::Known::read(context, &ledger, &all)?;
    let (mut people, columns) = who::narrowed(context, &ledger, &command.who, all.clone())?;
    let total = known.len();
    let known: Known = known.into_iter().map(|known| (known.person.slug.clone(), known)).collect();
    if command.only_on_the_site {
        people.retain(|person| known.get(&person.slug).is_some_and(|known| !known.exported));
    }
    let keep = KeepList::default();
    let picked = selection.pick(&people, &keep);
    let format = if context.out.json { Format::Json } else { command.format.unwrap_or(Format::Table) };
    let mut chosen = picked.chosen.clone();
    if let Some(sorting) = command.who.sort {
        sorting.sort(&mut chosen);
    }
    let listed = Listed::of(&chosen, &network.network());
    context.out.raw(&printed(context, format, (&listed, &known)));
    who::explain(context, (&selection, &columns), &picked);
    if format == Format::Table && listed.has_reasons {
        context.out.explain(glossary::THINK_TWICE);
    }
    let of = if picked.chosen.len() == total {
        String::new()
    } else {
        format!("{} of ", number(picked.chosen.len() as u64))
    };
    context.out.note(format!("{of}{}", counted(total as u64)));
    let gone = picked.chosen.iter().filter(|person| gone_since(&known, person).is_some()).count() as u64;
    let by_an_earlier = earlier(&known);
    let earlier = picked.chosen.iter().filter(|person| by_an_earlier.contains_key(&person.slug)).count() as u64;
    if earlier > 0 {
        context.out.note(format!(
            "{} as an earlier export has them, because the newest could not be read there",
            counted(earlier)
        ));
    }
    if gone > 0 {
        context.out.note(format!("{} not on the site any more, as a complete scan found", counted(gone)));
    }
    Ok(Outcome::done(""))
}

/// What to say where nobody was imported.
pub(crate) fn nobody(context: &Context) -> Failure {
    Failure::usage(
        format!("account `{}` has no people yet", context.account()),
        "ask LinkedIn for your data (Settings & Privacy, Data privacy, Get a copy of your data),\nthen `exeunt import Connections.csv`",
    )
}

/// One person as a row of a table: since when, name, slug, position and company.
pub(crate) fn cells(person: &Person, columns: Option<usize>) -> Vec<String> {
    let connected = person.connected_on.map_or_else(|| "?".to_owned(), |day| day.to_string());
    let work: Vec<&str> =
        [person.position.as_str(), person.company.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
    narrow(&[&connected, &person.full_name(), person.slug.as_str(), &work.join(", ")], columns)
}

/// A row of state or day, name, slug and something long: made safe, and on a terminal cut where one cell would be a screen
/// for itself.
pub(crate) fn narrow(cells: &[&str; 4], columns: Option<usize>) -> Vec<String> {
    let most = columns.map_or(usize::MAX, |columns| columns.max(MOST));
    cells.iter().map(|cell| escape::fit(cell, most)).collect()
}

/// People with the reasons to think twice about each.
pub(crate) struct Listed<'a> {
    people: Vec<(&'a Person, Vec<String>)>,
    /// Whether there is a reason for anybody.
    pub(crate) has_reasons: bool,
}

impl<'a> Listed<'a> {
    /// These people, in their order.
    pub(crate) fn of(people: &[&'a Person], network: &Network<'_>) -> Self {
        let reasons = |person: &Person| network.reasons(person).iter().map(ToString::to_string).collect::<Vec<_>>();
        let people: Vec<(&Person, Vec<String>)> = people.iter().map(|person| (*person, reasons(person))).collect();
        let has_reasons = people.iter().any(|(_, reasons)| !reasons.is_empty());
        Self { people, has_reasons }
    }

    /// As rows of a table, the reasons in a column of their own where there are any.
    pub(crate) fn rows(&self, columns: Option<usize>) -> Vec<Vec<String>> {
        let row = |(person, reasons): &(&Person, Vec<String>)| {
            let mut cells = cells(person, columns);
            if self.has_reasons {
                cells.push(reasons.join("; "));
            }
            cells
        };
        self.people.iter().map(row).collect()
    }
}

/// Everybody who is known, by slug.
type Known = BTreeMap<Slug, KnownPerson>;

/// When a complete scan did not find this person any more.
fn gone_since(known: &Known, person: &Person) -> Option<jiff::Timestamp> {
    known.get(&person.slug)?.site.gone_since
}

/// Who is known by an earlier import only, because the newest may name them in a row that was not understood.
fn earlier(known: &Known) -> BTreeMap<&Slug, &KnownPerson> {
    let newest = known.values().filter(|known| known.exported).map(|known| known.last_seen).max();
    let is_earlier = |known: &&KnownPerson| known.exported && Some(known.last_seen) < newest;
    known.values().filter(is_earlier).map(|known| (&known.person.slug, known)).collect()
}

fn printed(context: &Context, format: Format, (listed, known): (&Listed<'_>, &Known)) -> String {
    let columns = context.out.columns;
    let people = &listed.people;
    match format {
        Format::Json => {
            let line = |(person, reasons): &(&Person, Vec<String>)| record(person, reasons, known).to_string();
            people.iter().map(|person| json::harmless(&line(person)) + "\n").collect()
        }
        Format::Csv => {
            let head = table::line(FIELDS.map(|(name, _)| name).into_iter().chain(["think_twice", "remove"]));
            let rows = people.iter().map(|(person, reasons)| line_of(person, &[&reasons.join("; "), ""]));
            std::iter::once(head).chain(rows).collect()
        }
        Format::Table => {
            let earlier = earlier(known);
            let mut rows = listed.rows(columns);
            for (row, (person, _)) in rows.iter_mut().zip(people) {
                if let Some(at) = gone_since(known, person) {
                    let day = at.to_zoned(context.zone()).date();
                    row[3] = format!("not on the site since {day}; {}", row[3]);
                } else if let Some(earlier) = earlier.get(&person.slug) {
                    let day = earlier.last_seen.to_zoned(context.zone()).date();
                    row[3] = format!("as of {} of {day}; {}", escape::terminal(&earlier.source), row[3]);
                }
            }
            terminal::table(&rows, columns.unwrap_or(usize::MAX)).iter().map(|line| format!("{line}\n")).collect()
        }
    }
}

fn record(person: &Person, reasons: &[String], known: &Known) -> Value {
    let known = known.get(&person.slug);
    let site = known.map(|known| known.site).unwrap_or_default();
    json!({
        "v": 1, "kind": "person",
        "think_twice": reasons,
        "slug": person.slug,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "company": person.company,
        "position": person.position,
        "connected_on": person.connected_on,
        "source": known.map(|known| &known.source),
        "first_seen": known.map(|known| known.first_seen),
        "last_seen": known.map(|known| known.last_seen),
        "first_seen_on_the_site": site.first_seen,
        "seen_on_the_site": site.last_seen,
        "gone_from_the_site": site.gone_since,
    })
}

/// One person as a line of a table for a spreadsheet, with more cells behind the columns of the view.
///
/// The last column is the `remove` of `plan new --people`: whoever marks a row with `yes` or `x` there asks for the person.
pub(crate) fn line_of(person: &Person, more: &[&str]) -> String {
    let connected = person.connected_on.map(|day| day.to_string()).unwrap_or_default();
    // What a table cannot show stands as an address has it, so that a list of people reads it back.
    let slug = if person.slug.as_str().contains(is_steering) { person.slug.encoded() } else { person.slug.to_string() };
    let own = [slug.as_str(), &person.first_name, &person.last_name, &person.company, &person.position, &connected];
    table::line(own.into_iter().chain(more.iter().copied()))
}
