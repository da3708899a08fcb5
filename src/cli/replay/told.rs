//! The last words of a replay: a line a step, and where the report is.

use std::path::Path;

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::outcome::Outcome;
use crate::cli::output::{clean, shown};
use crate::event::comparison::{Compared, Likeness};
use crate::event::exit::Ending;
use crate::report::{replay, terminal};
use crate::runner::closing::ClosingOutcome;

/// Before every line of the table.
const INDENT: &str = "  ";

/// Says what came of it.
pub(super) fn compared(context: &Context, outcome: &ClosingOutcome, report: &Path) -> Outcome {
    let out = &context.out;
    let mut ended = Outcome::of(outcome.ending, clean(&outcome.why));
    ended.due_at = outcome.due_at;
    if outcome.ending == Ending::Stopped {
        ended.next = Some(format!("exeunt incident show last{}", context.flags()).into());
    }
    let ended = ended.with("steps", outcome.steps).with("report", report.display().to_string());
    let Some(compared) = &outcome.compared else { return ended };
    out.say("");
    let columns = out.columns.map_or(usize::MAX, |columns| columns.saturating_sub(INDENT.len()));
    for line in terminal::table(&replay::rows(compared), columns) {
        out.say(format!("{INDENT}{line}"));
    }
    records(context, compared);
    out.say(format!("  {}", replay::counted(compared)));
    out.say(format!("  report    {}", shown(report.display())));
    let of = |likeness: Likeness| -> Vec<String> { compared.judged(likeness).into_iter().map(str::to_owned).collect() };
    Likeness::ALL
        .into_iter()
        .fold(ended, |ended, likeness| ended.with(&likeness.as_str().replace('-', "_"), of(likeness)))
        .with("of", compared.with.to_string())
}

fn records(context: &Context, compared: &Compared) {
    for step in &compared.steps {
        context.out.record(&json!({
            "v": 1, "kind": "replayed-step", "step": step.step, "verdict": step.likeness, "why": step.why, "then": step.then, "now": step.now,
            "difference": step.difference,
        }));
    }
}
