//! `list`: people of the ledger.

use serde_json::{Value, json};

use super::args::{Format, List};
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::clean;
use super::who;
use crate::export::table;
use crate::plan::keep::KeepList;
use crate::plan::person::Person;

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
            context.out.say(format!("{name:<14} {example}"));
            context.out.record(&json!({ "v": 1, "field": name, "example": example }));
        }
        return Ok(Outcome::done(""));
    }
    let ledger = context.ledger()?;
    let people = match &command.r#where {
        Some(condition) => ledger.query_people(context.account(), Some(condition))?,
        None => context.people(&ledger)?,
    };
    if people.is_empty() && command.r#where.is_none() {
        return Err(Failure::usage(
            format!("account `{}` has no people yet", context.account()),
            "ask LinkedIn for your data (Settings & Privacy, Data privacy, Get a copy of your data), then `exeunt import FILE`",
        ));
    }
    let selection = who::selection(&command.who)?;
    let keep = KeepList::default();
    let picked = selection.pick(&people, &keep);
    match (context.out.json, command.format) {
        (true, _) | (_, Format::Json) => {
            picked.chosen.iter().for_each(|person| context.out.raw(&format!("{}\n", record(person))))
        }
        (_, Format::Csv) => {
            context.out.raw(&table::line(FIELDS.map(|(name, _)| name)));
            picked.chosen.iter().for_each(|person| context.out.raw(&row(person)));
        }
        (_, Format::Table) => picked.chosen.iter().for_each(|person| context.out.say(shown(person))),
    }
    who::explain(context, &picked);
    context.out.note(format!("{} of {} people", picked.chosen.len(), people.len()));
    Ok(Outcome::done(""))
}

fn record(person: &Person) -> Value {
    json!({
        "v": 1,
        "slug": person.slug,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "company": person.company,
        "position": person.position,
        "connected_on": person.connected_on,
    })
}

fn row(person: &Person) -> String {
    let connected = person.connected_on.map(|day| day.to_string()).unwrap_or_default();
    let slug = person.slug.as_str();
    table::line([slug, &person.first_name, &person.last_name, &person.company, &person.position, &connected])
}

fn shown(person: &Person) -> String {
    let connected = person.connected_on.map_or("          ".to_owned(), |day| day.to_string());
    let (name, work) = (clean(&person.full_name()), [&person.position, &person.company].map(|text| clean(text)));
    let work: Vec<&str> = work.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    format!("{connected}  {name}  ({})  {}", clean(person.slug.as_str()), work.join(", "))
}
