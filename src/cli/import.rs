//! `import`: reads the official export into the ledger.

use std::path::Path;

use super::args::Import;
use super::context::Context;
use super::keep;
use super::outcome::{Answer, Failure, Outcome};
use super::output::{clean, shown};
use crate::export::{self, Export};
use crate::ledger::{ImportCount, Ledger};
use crate::report::count::{count, number, people};

/// So many problems are shown one by one; the rest is counted.
const PROBLEMS_SHOWN: usize = 10;

/// Carries out `import`.
pub(crate) fn run(context: &Context, command: &Import) -> Answer {
    let export = read(&command.file)?;
    let ledger = context.ledger()?;
    let counts = take(context, &ledger, &export)?;
    describe(context, &export, &counts);
    keep::tell_strangers(context, &ledger)?;
    let done = format!(
        "imported {} into account `{}`; `exeunt list` shows them, `exeunt plan new` goes on",
        people(export.people.len() as u64),
        context.account()
    );
    Ok(counted(Outcome::done(done), &export, &counts))
}

/// Reads an official export.
///
/// # Errors
/// The file is not one, or cannot be read.
pub(crate) fn read(file: &Path) -> Result<Export, Failure> {
    export::read(file).map_err(|error| {
        let text = shown(error);
        let (what, mend) = text.rsplit_once("; ").unwrap_or((&text, ""));
        Failure::bad_file(what, mend)
    })
}

/// Takes its people and what is counted of them into the ledger.
///
/// # Errors
/// It names nobody, or what the ledger says.
pub(crate) fn take(context: &Context, ledger: &Ledger, export: &Export) -> Result<ImportCount, Failure> {
    if export.people.is_empty() && !export.skipped.is_empty() {
        let shown = export.skipped.iter().take(PROBLEMS_SHOWN);
        let lines: String =
            shown.map(|problem| format!("\n  line {}: {}", problem.line, clean(&problem.why))).collect();
        let what = format!("no row of `{}` names anybody; nothing was changed{lines}", clean(&export.file_name));
        return Err(Failure::bad_file(what, "mend these rows, or give the archive as it was downloaded"));
    }
    let counts =
        ledger.import_people_but(context.account(), (&export.people, &export.not_read), &source(context, export))?;
    if !export.ties.is_empty() {
        ledger.import_ties(context.account(), &export.ties)?;
    }
    Ok(counts)
}

/// Where the people come from, for the ledger.
pub(crate) fn source(context: &Context, export: &Export) -> crate::ledger::Import {
    let exported = export.written.and_then(|day| day.to_zoned(context.zone()).ok()).map(|at| at.timestamp());
    crate::ledger::Import { source: export.file_name.clone(), at: context.clock.now().utc, exported }
}

/// The counts as fields of the last JSON line.
pub(crate) fn counted(outcome: Outcome, export: &Export, counts: &ImportCount) -> Outcome {
    outcome
        .with("rows", export.rows)
        .with("people", export.people.len() as u64)
        .with("new", counts.new)
        .with("changed", counts.changed)
        .with("unchanged", counts.unchanged)
        .with("absent", counts.absent)
        .with("left_as_they_were", counts.left)
        .with("undated", export.undated.len() as u64)
        .with("unreachable", export.unreachable)
        .with("skipped", export.skipped.len() as u64)
        .with("duplicates", export.duplicates)
}

/// What was in the file, what was left out and why, and how old it is.
pub(crate) fn describe(context: &Context, export: &Export, counts: &ImportCount) {
    let out = &context.out;
    let all = export.people.len() as u64;
    out.say(format!("{}: {}, {}", clean(&export.file_name), count(export.rows, "row", "rows"), people(all)));
    let (new, changed, same) = (number(counts.new), number(counts.changed), number(counts.unchanged));
    out.say(format!("  {new} new, {changed} changed, {same} as before"));
    if counts.absent > 0 {
        out.say(format!("  {} known before but not in this export: marked, not forgotten", people(counts.absent)));
    }
    if counts.left > 0 {
        let why = if export.not_read.anybody > 0 {
            "rows that do not say whose they are were left out, and may be theirs"
        } else {
            "their rows were left out"
        };
        out.say(format!(
            "  {} known before and not read in this export, left as they were: {why}",
            people(counts.left)
        ));
    }
    if !export.has_addresses {
        out.say(
            "  the file has no column for addresses, as exports before the middle of 2023: nobody in it can be found;",
        );
        out.say("  ask for a new one");
    } else if export.unreachable > 0 {
        let rows = count(export.unreachable, "row has", "rows have");
        out.say(format!("  {rows} no address: closed or hidden members, whom nobody can reach"));
    }
    if export.duplicates > 0 {
        out.say(format!("  {} a person; the last one counts", count(export.duplicates, "row repeats", "rows repeat")));
    }
    for problem in export.skipped.iter().chain(&export.undated).take(PROBLEMS_SHOWN) {
        out.say(format!("  line {}: {}", problem.line, clean(&problem.why)));
    }
    let more = (export.skipped.len() + export.undated.len()).saturating_sub(PROBLEMS_SHOWN) as u64;
    if more > 0 {
        out.say(format!("  and {} with problems", count(more, "more line", "more lines")));
    }
    if !export.skipped.is_empty() {
        let rows = count(export.skipped.len() as u64, "row was", "rows were");
        out.say(format!(
            "  {rows} left out; mend them in the file, or give the archive as it was downloaded, and import again"
        ));
    }
    if let Some(age) = export.written.map(|day| context.today().since(day).map_or(0, |span| span.get_days())) {
        let old = if age > 30 { "; ask LinkedIn for a new one before you plan by it" } else { "" };
        let days = count(u64::try_from(age).unwrap_or(0), "day", "days");
        out.say(format!("  the export is {days} old{old}"));
    }
    ties(context, export);
    out.say("  e-mail addresses were not kept");
}

/// What was counted beside the table of connections.
fn ties(context: &Context, export: &Export) {
    let files = [
        ("messages with", &export.ties.messages),
        ("endorsements of", &export.ties.endorsements),
        ("recommendations of", &export.ties.recommendations),
        ("invitations with", &export.ties.invitations),
    ];
    let counted = |(what, file): (&str, &Option<_>)| {
        let file: &crate::plan::ties::Counted = file.as_ref()?;
        Some(format!("{what} {}", people(file.len() as u64)))
    };
    let counted: Vec<String> = files.into_iter().filter_map(counted).collect();
    if !counted.is_empty() {
        context.out.say(format!("  counted, without a text of them: {}", counted.join(", ")));
    }
    for file in &export.unread {
        context.out.say(format!("  `{}` could not be read; everything else was", clean(file)));
    }
}
