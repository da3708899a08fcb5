//! Who is meant by the selection flags, and what to say about the values that matched.

use std::collections::HashSet;

use super::args::Who;
use super::context::Context;
use super::outcome::Failure;
use super::output::{clean, wrapped};
use crate::event::id::Slug;
use crate::ledger::Ledger;
use crate::plan::person::Person;
use crate::plan::selection::{Picked, Selection, Wanted};
use crate::plan::tally::{Column, Counted, tally};
use crate::report::count::{count, number, people};

/// So many values of a column are shown; the rest is counted.
const VALUES_SHOWN: usize = 12;

/// The flags as a selection.
///
/// # Errors
/// A flag without a text, or two dates that leave no day between them: usage mistakes.
pub(crate) fn selection(who: &Who) -> Result<Selection, Failure> {
    let wanted = |flag: &str, texts: &[String]| -> Result<Vec<Wanted>, Failure> {
        let parse = |text: &String| {
            text.parse().map_err(|error| {
                Failure::usage(format!("--{flag}: {error}"), format!("for example --{flag} '~consult'"))
            })
        };
        texts.iter().map(parse).collect()
    };
    let selection = Selection {
        company: wanted("company", &who.company)?,
        position: wanted("position", &who.position)?,
        name: wanted("name", &who.name)?,
        connected_before: who.connected_before,
        connected_after: who.connected_after,
    };
    if selection.is_contradictory() {
        return Err(Failure::usage(
            "no day is both after --connected-after and before --connected-before",
            "swap the two days",
        ));
    }
    Ok(selection)
}

/// The people for whom the condition in SQL holds, in the order given, and the columns that it looks at; without a
/// condition all of them.
///
/// # Errors
/// The condition is not accepted: a usage mistake.
pub(crate) fn narrowed(
    context: &Context,
    ledger: &Ledger,
    who: &Who,
    mut people: Vec<Person>,
) -> Result<(Vec<Person>, Vec<Column>), Failure> {
    let Some(condition) = &who.r#where else { return Ok((people, Vec::new())) };
    let queried = ledger.query_people(context.account(), condition)?;
    let fitting: HashSet<&Slug> = queried.people.iter().map(|person| &person.slug).collect();
    people.retain(|person| fitting.contains(&person.slug));
    Ok((people, queried.columns))
}

/// Says which values matched and how often, flag by flag and for the columns of a condition, and which texts fit nobody.
pub(crate) fn explain(context: &Context, (selection, columns): (&Selection, &[Column]), picked: &Picked<'_>) {
    let mut looked_at = selection.columns();
    looked_at.extend(columns.iter().filter(|column| !selection.columns().contains(column)));
    let everybody = || picked.chosen.iter().copied().chain(picked.kept.iter().map(|(person, _)| *person));
    for column in looked_at {
        for line in values(column, &tally(everybody(), column), context.out.text_width()) {
            context.out.note(line);
        }
    }
    for unmatched in &picked.unmatched {
        let near: Vec<String> = unmatched.near.iter().map(|value| format!("\"{}\"", clean(value))).collect();
        let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) };
        context.out.note(format!(
            "  {} \"{}\" fits nobody{hint}",
            unmatched.field.as_str(),
            clean(&unmatched.wanted.to_string())
        ));
    }
    if picked.undated > 0 {
        let people = people(picked.undated as u64);
        context.out.note(format!("  {people} would fit, but it is not known since when they are connected"));
    }
}

/// The values of a column and how often each occurs, the most frequent first: `company: "Acme" 12, "ACME GmbH" 3`.
fn values(column: Column, counted: &[Counted], columns: usize) -> Vec<String> {
    if counted.is_empty() {
        return Vec::new();
    }
    let one = |counted: &Counted| match clean(&counted.value).as_str() {
        "" => format!("none {}", number(counted.people as u64)),
        value => format!("\"{value}\" {}", number(counted.people as u64)),
    };
    let mut said: Vec<String> = counted.iter().take(VALUES_SHOWN).map(one).collect();
    if counted.len() > VALUES_SHOWN {
        said.push(format!("and {}", count((counted.len() - VALUES_SHOWN) as u64, "more value", "more values")));
    }
    let mut lines = wrapped(&format!("{}: {}", column.as_str(), said.join(", ")), columns, 4);
    if let Some(first) = lines.first_mut() {
        *first = format!("  {}", first.trim_start());
    }
    lines
}
