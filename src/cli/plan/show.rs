//! `plan show`: a plan with everybody in it, as a table, as records, for a spreadsheet, or as a page for somebody else.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde_json::json;

use super::binding::bound;
use super::left::{kept, to_do};
use super::row::{find, progress};
use super::sheet;
use crate::cli::args::{Format, PlanShow};
use crate::cli::context::Context;
use crate::cli::list::{FIELDS, cells, line_of};
use crate::cli::outcome::{Answer, Failure, Outcome};
use crate::cli::output::shown;
use crate::cli::reasons;
use crate::event::id::Slug;
use crate::event::state::EffectState;
use crate::export::table;
use crate::ledger::{EffectRow, Ledger, PlanPerson, PlanRow};
use crate::plan::person::Person;
use crate::plan::plan::Plan;
use crate::report::html::summary::{Row, Summary};
use crate::report::{glossary, html, terminal, words};

/// Everybody of a plan as it stands now.
struct Member {
    /// As the newest import or scan has them, with the name of the plan.
    person: Person,
    /// The state of the effect; none before the approval.
    state: Option<EffectState>,
    /// The same as a word, or that they are kept.
    word: String,
    is_kept: bool,
    /// Why they stand there, where it is not the approval itself.
    why: String,
    think_twice: Vec<String>,
    /// Whether something is still to be done about them.
    is_left: bool,
}

/// Carries out `plan show`.
pub(super) fn run(context: &Context, command: &PlanShow) -> Answer {
    if context.out.json && matches!(command.format, Some(Format::Table | Format::Csv)) {
        return Err(Failure::usage("--json and another --format contradict each other", "leave one of them out"));
    }
    let ledger = context.ledger()?;
    let row = find(context, &ledger, &command.plan)?;
    let people = ledger.plan_people(&row.id)?;
    let effects = ledger.effects(&row.id)?;
    let members = members(context, &ledger, (&row, &people, &effects))?;
    let plan = bound(&row, &people, row.pack_sha256)?;
    let title = sheet::title(&plan, left(&members), &progress(&row, &effects, &context.keep_list(&ledger)?));
    if let Some(file) = &command.page {
        written(file, &page(context, (&ledger, &plan, &row), (&title, &members))?)?;
        context.out.note(shown(format!("The page is in {}; it holds names of people", file.display())));
    }
    let format = if context.out.json { Format::Json } else { command.format.unwrap_or(Format::Table) };
    match format {
        Format::Json => {
            for member in &members {
                context.out.raw(&format!("{}\n", crate::report::json::harmless(&record(member).to_string())));
            }
            return Ok(Outcome::done(""));
        }
        Format::Csv => {
            context.out.raw(&spreadsheet(&members));
            return Ok(Outcome::done(""));
        }
        Format::Table => {}
    }
    context.out.show(title);
    table_of(context, &members);
    if row.dropped.is_none() {
        sheet::describe(context, &plan, &ledger, &context.pace(row.realm)?)?;
    } else {
        context.out.show(format!("  hash {}", row.hash));
    }
    if members.iter().any(|member| member.state.is_some_and(EffectState::in_doubt)) {
        context.out.explain(glossary::IN_DOUBT);
    }
    if members.iter().any(|member| !member.think_twice.is_empty()) {
        context.out.explain(glossary::THINK_TWICE);
    }
    Ok(Outcome::done(""))
}

fn left(members: &[Member]) -> usize {
    members.iter().filter(|member| member.is_left).count()
}

fn members(
    context: &Context,
    ledger: &Ledger,
    (row, people, effects): (&PlanRow, &[PlanPerson], &[EffectRow]),
) -> Result<Vec<Member>, Failure> {
    let known: Vec<Person> = ledger.people(context.account())?.into_iter().map(|known| known.person).collect();
    let network = reasons::Known::read(context, ledger, &known)?;
    let network = network.network();
    let known: BTreeMap<&Slug, &Person> = known.iter().map(|person| (&person.slug, person)).collect();
    let of: BTreeMap<&Slug, &EffectRow> = effects.iter().map(|effect| (&effect.slug, effect)).collect();
    let keep = context.keep_list(ledger)?;
    let left: Vec<Slug> = to_do(context, ledger, &row.id)?.into_iter().map(|person| person.slug).collect();
    let left: std::collections::BTreeSet<&Slug> = left.iter().collect();
    let member = |planned: &PlanPerson| {
        let effect = of.get(&planned.slug).copied();
        let state = effect.map(|effect| effect.state);
        let kept = kept(&keep, (&planned.slug, &planned.name), state);
        let word = match state {
            _ if kept.is_some() => words::of_state(EffectState::Excluded).short.to_owned(),
            Some(state) => words::of_deed(row.action, words::of_state(state).short),
            None => words::of_state(EffectState::Planned).short.to_owned(),
        };
        // That somebody is still to do because the plan was approved is no news.
        let told = effect.filter(|effect| !matches!(effect.state, EffectState::Planned | EffectState::Approved));
        let why = kept.map(|kept| kept.why.clone()).or_else(|| told.map(|effect| effect.reason.clone()));
        let person = known.get(&planned.slug).map_or_else(|| unknown(planned), |person| named(person, planned));
        let think_twice = network.reasons(&person).iter().map(ToString::to_string).collect();
        let (is_kept, is_left) = (kept.is_some(), left.contains(&planned.slug));
        Member { person, state, word, is_kept, why: why.unwrap_or_default(), think_twice, is_left }
    };
    Ok(people.iter().map(member).collect())
}

/// The person with the name that the plan has for them.
fn named(person: &Person, planned: &PlanPerson) -> Person {
    if person.full_name() == planned.name {
        return person.clone();
    }
    Person { first_name: planned.name.clone(), last_name: String::new(), ..person.clone() }
}

/// Somebody of whom nothing but the plan is known, such as the account itself.
fn unknown(planned: &PlanPerson) -> Person {
    Person {
        slug: planned.slug.clone(),
        first_name: planned.name.clone(),
        last_name: String::new(),
        company: String::new(),
        position: String::new(),
        connected_on: None,
    }
}

fn table_of(context: &Context, members: &[Member]) {
    let head = ["state", "connected", "name", "slug", "position, company", "why, think twice"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for member in members {
        let mut cells = cells(&member.person, context.out.columns);
        cells.insert(0, member.word.clone());
        cells.push(notes(member).join("; "));
        rows.push(cells);
    }
    let columns = context.out.columns.unwrap_or(usize::MAX);
    terminal::table(&rows, columns.saturating_sub(2)).iter().for_each(|line| context.out.show(format!("  {line}")));
}

/// Why somebody stands where they stand, then the reasons to think twice.
fn notes(member: &Member) -> Vec<String> {
    let why = (!member.why.is_empty()).then(|| member.why.clone());
    why.into_iter().chain(member.think_twice.iter().cloned()).collect()
}

fn record(member: &Member) -> serde_json::Value {
    let person = &member.person;
    json!({
        "v": 1, "kind": "planned-person", "slug": person.slug, "name": person.full_name(), "company": person.company,
        "position": person.position, "connected_on": person.connected_on, "think_twice": member.think_twice,
        "state": member.state, "why": member.why, "kept": member.is_kept, "left": member.is_left,
    })
}

fn spreadsheet(members: &[Member]) -> String {
    let more = ["think_twice", "state", "why", "remove"];
    let head = table::line(FIELDS.map(|(name, _)| name).into_iter().chain(more));
    let line = |member: &Member| {
        let remove = if member.is_left { "yes" } else { "" };
        line_of(&member.person, &[&member.think_twice.join("; "), &member.word, &member.why, remove])
    };
    std::iter::once(head).chain(members.iter().map(line)).collect()
}

/// The page for somebody who does not have this program.
fn page(
    context: &Context,
    (ledger, plan, row): (&Ledger, &Plan, &PlanRow),
    (title, members): (&str, &[Member]),
) -> Result<String, Failure> {
    let mut facts = vec![
        ("made".to_owned(), context.time(row.made)),
        ("pace".to_owned(), sheet::pace_of(context, (ledger, plan), &context.pace(row.realm)?)?),
        ("left afterwards".to_owned(), sheet::left(context, ledger, plan)?),
        ("after it".to_owned(), sheet::AFTERWARDS.to_owned()),
    ];
    if row.dropped.is_some() {
        facts.remove(1);
    }
    let rows = members.iter().map(|member| Row {
        state: member.word.clone(),
        connected: member.person.connected_on.map(|day| day.to_string()).unwrap_or_default(),
        name: member.person.full_name(),
        work: [member.person.position.as_str(), member.person.company.as_str()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        notes: notes(member).join("; "),
    });
    let summary = Summary { title: title.to_owned(), realm: plan.realm, facts, rows: rows.collect() };
    Ok(html::summary::page(&summary))
}

/// Writes a file that must not be there yet, for its owner only.
fn written(file: &Path, text: &str) -> Result<(), Failure> {
    let opened = std::fs::File::options().write(true).create_new(true).mode(0o600).open(file);
    opened.and_then(|mut opened| opened.write_all(text.as_bytes())).map_err(|error| Failure::not_made(file, &error))
}
