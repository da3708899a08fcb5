//! `import`: the official export into the ledger.

use super::args::Import;
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::clean;
use crate::export;

/// So many problems are shown one by one; the rest is counted.
const PROBLEMS_SHOWN: usize = 10;

/// Carries out `import`.
pub(crate) fn run(context: &Context, command: &Import) -> Answer {
    let export = export::read(&command.file).map_err(|error| Failure::bad_file(error.to_string(), ""))?;
    let ledger = context.ledger()?;
    let zone = context.zone();
    let exported = export.written.and_then(|day| day.to_zoned(zone).ok()).map(|at| at.timestamp());
    let import = crate::ledger::Import { source: export.file_name.clone(), at: context.clock.now().utc, exported };
    let count = ledger.import_people(context.account(), &export.people, &import)?;
    let out = &context.out;
    out.say(format!("{}: {} rows, {} people", clean(&export.file_name), export.rows, export.people.len()));
    out.say(format!("  {} new, {} changed, {} as before", count.new, count.changed, count.unchanged));
    if count.absent > 0 {
        out.say(format!("  {} known people are not in this export; they are marked, not forgotten", count.absent));
    }
    if !export.has_addresses {
        out.say("  the file has no column for addresses (exports before the middle of 2023): nobody in it can be found; ask for a new one");
    } else if export.unreachable > 0 {
        out.say(format!(
            "  {} rows have no address: closed or hidden members, whom nobody can reach",
            export.unreachable
        ));
    }
    if export.duplicates > 0 {
        out.say(format!("  {} rows repeat a person; the last one counts", export.duplicates));
    }
    for problem in export.skipped.iter().chain(&export.undated).take(PROBLEMS_SHOWN) {
        out.say(format!("  line {}: {}", problem.line, problem.why));
    }
    let more = (export.skipped.len() + export.undated.len()).saturating_sub(PROBLEMS_SHOWN);
    if more > 0 {
        out.say(format!("  and {more} more lines with problems"));
    }
    if let Some(age) = export.written.map(|day| context.today().since(day).map_or(0, |span| span.get_days())) {
        let old = if age > 30 { "; ask LinkedIn for a new one before you plan by it" } else { "" };
        out.say(format!("  the export is {age} days old{old}"));
    }
    out.say("  e-mail addresses were not kept");
    Ok(Outcome::done(format!("imported {} people into account `{}`", export.people.len(), context.account()))
        .with("rows", export.rows)
        .with("people", export.people.len() as u64)
        .with("new", count.new)
        .with("changed", count.changed)
        .with("unchanged", count.unchanged)
        .with("absent", count.absent)
        .with("unreachable", export.unreachable)
        .with("skipped", export.skipped.len() as u64)
        .with("duplicates", export.duplicates))
}
