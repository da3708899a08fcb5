//! Who is meant by the selection flags, and what to say about the values that matched.

use std::collections::HashSet;

use super::args::Who;
use super::context::Context;
use super::outcome::Failure;
use super::output::{clean, wrapped};
use crate::event::id::Slug;
use crate::ledger::Ledger;
use crate::plan::count_range::CountRange;
use crate::plan::person::Person;
use crate::plan::selection::{Picked, Selection, Wanted};
use crate::plan::tally::{Column, Counted, tally};
use crate::plan::ties::Ties;
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

/// Whether anything beside the plain flags chooses people: a condition in SQL, or what an export counts.
pub(crate) fn is_narrowed(who: &Who) -> bool {
    who.r#where.is_some() || counts(who).iter().any(|(_, wanted, _)| wanted.is_some())
}

/// A flag's name, what it wants, and how many a person has.
type Counted4 = (&'static str, Option<CountRange>, fn(&Ties) -> u32);

fn counts(who: &Who) -> [Counted4; 4] {
    [
        ("messages", who.messages, |ties| ties.messages),
        ("invitations", who.invitations, |ties| ties.invitations),
        ("endorsements", who.endorsements, |ties| ties.endorsements),
        ("recommendations", who.recommendations, |ties| ties.recommendations),
    ]
}

/// Leaves those of whom an export counts as many as the flags want, and says how many they are.
fn counted(context: &Context, ledger: &Ledger, who: &Who, people: &mut Vec<Person>) -> Result<(), Failure> {
    if counts(who).iter().all(|(_, wanted, _)| wanted.is_none()) {
        return Ok(());
    }
    let ties = ledger.ties(context.account())?;
    for (flag, wanted, of) in counts(who) {
        let Some(wanted) = wanted else { continue };
        // No count at all is an export without that file, and says nothing about anybody.
        if ties.values().all(|ties| of(ties) == 0) {
            return Err(Failure::usage(
                format!(
                    "--{flag}: no export that was imported counts {flag}, so that it would fit everybody or nobody"
                ),
                "ask LinkedIn for the larger archive of your data, then import its zip as it was downloaded",
            ));
        }
        let before = people.len() as u64;
        people.retain(|person| wanted.fits(ties.get(&person.slug).map_or(0, of)));
        context.out.note(format!("  {flag} {wanted}: {} of {}", number(people.len() as u64), number(before)));
    }
    Ok(())
}

/// The people for whom the condition in SQL holds and of whom an export counts what the flags want, in the order given, and
/// the columns that the condition looks at; without either all of them.
///
/// # Errors
/// The condition is not accepted, or nothing was counted: a usage mistake.
pub(crate) fn narrowed(
    context: &Context,
    ledger: &Ledger,
    who: &Who,
    mut people: Vec<Person>,
) -> Result<(Vec<Person>, Vec<Column>), Failure> {
    counted(context, ledger, who, &mut people)?;
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
    // Years are a calendar: all of them, in their order.
    let is_calendar = column == Column::ConnectedOn;
    let mut counted: Vec<&Counted> = counted.iter().collect();
    if is_calendar {
        counted.sort_by(|a, b| (a.value.is_empty(), &a.value).cmp(&(b.value.is_empty(), &b.value)));
    }
    let most = if is_calendar { counted.len() } else { VALUES_SHOWN };
    let mut said: Vec<String> = counted.iter().take(most).map(|counted| one(counted)).collect();
    if counted.len() > most {
        said.push(format!("and {}", count((counted.len() - most) as u64, "more value", "more values")));
    }
    let mut lines = wrapped(&format!("{}: {}", column.as_str(), said.join(", ")), columns, 4);
    if let Some(first) = lines.first_mut() {
        *first = format!("  {}", first.trim_start());
    }
    lines
}
