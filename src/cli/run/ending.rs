//! The last words of a run: what became of everybody, what needs a look, and the command to go on with.

use std::path::Path;

use serde_json::json;

use crate::cli::args::Run;
use crate::cli::context::Context;
use crate::cli::misfit;
use crate::cli::outcome::{Failure, Next, Outcome};
use crate::cli::output::{shown, wrapped};
use crate::cli::status;
use crate::event::exit::Ending;
use crate::ledger::{Ledger, PlanRow};
use crate::report::count::{count, number, people};
use crate::report::{advice, glossary, words};
use crate::runner::order;

/// Says how a run ended.
pub(super) fn closing(
    context: &Context,
    (command, row): (&Run, &PlanRow),
    (outcome, ledger): (&order::Outcome, &Ledger),
    report: &Path,
) -> Result<Outcome, Failure> {
    let out = &context.out;
    out.say("");
    let is_told = misfit::told(context, &outcome.why, |line| out.say(line));
    if command.live {
        states(context, outcome);
        if status::doubtful(context, ledger, row.realm)? > 0 {
            out.explain(glossary::IN_DOUBT);
        }
    } else {
        let (ready, walked) = outcome.rehearsed;
        out.say(format!("  {} of {} would be removed; nothing was", number(ready), people(walked)));
    }
    if let Some((from, to, sent)) = outcome.totals.filter(|(_, _, sent)| *sent > 0) {
        let doubt: u64 = outcome.states.iter().filter(|(state, _)| state.in_doubt()).map(|(_, number)| number).sum();
        // What was sent and is in doubt must not read like a removal.
        let sent = match doubt {
            0 => count(sent, "removal", "removals"),
            doubt => {
                let sent = count(sent, "removal was", "removals were");
                format!("{sent} sent; {} in doubt", count(doubt, "person is", "people are"))
            }
        };
        let (from, to) = (number(from), number(to));
        out.say(format!("  the page's own number of connections: {from} before, {to} after {sent}"));
    }
    if command.timings && !outcome.commands.is_empty() {
        let mean = outcome.commands.iter().sum::<u64>() / outcome.commands.len() as u64;
        out.say(format!("  {mean} WebDriver commands a removal on average, from the list loaded to the row gone"));
    }
    out.say(format!("  report  {}", shown(report.display())));
    let mut ended = Outcome::of(outcome.ending, shown(&outcome.why));
    ended.said = is_told.map(shown);
    ended.due_at = outcome.due_at;
    ended.remaining = Some(outcome.remaining);
    ended.next = match ledger.open_latch(context.account(), row.realm)? {
        Some(_) if outcome.ending == Ending::InDoubt => {
            Some(format!("exeunt incident show last{}", context.flags()).into())
        }
        _ => next(context, command, row, outcome),
    };
    let states: serde_json::Map<_, _> =
        outcome.states.iter().map(|(state, number)| (state.to_string(), json!(number))).collect();
    Ok(ended
        .with("plan", row.id.to_string())
        .with("states", states)
        .with("ready", outcome.rehearsed.0)
        .with("walked", outcome.rehearsed.1)
        .with("totals", outcome.totals.map(|(from, to, sent)| json!({ "before": from, "after": to, "sent": sent })))
        .with("commands", outcome.commands.clone())
        .with("report", report.display().to_string()))
}

/// How many people stand where, by the words for it; several states may have one word.
fn states(context: &Context, outcome: &order::Outcome) {
    let mut counts: Vec<(words::Words, u64)> = vec![];
    for (state, number) in &outcome.states {
        let words = words::of_state(*state);
        match counts.iter_mut().find(|(known, _)| known.short == words.short) {
            Some((_, sum)) => *sum += number,
            None => counts.push((words, *number)),
        }
    }
    for (words, sum) in counts {
        context.out.say(format!("{:>5}  {}", number(sum), words.short));
        for line in wrapped(words.meaning, context.out.text_width(), 7) {
            context.out.say(line);
        }
    }
}

/// The command that goes on from here, where there is one.
fn next(context: &Context, command: &Run, row: &PlanRow, outcome: &order::Outcome) -> Option<Next> {
    let live = format!("exeunt run {} --live{}", row.id, context.flags());
    match outcome.ending {
        Ending::Done if !command.live && outcome.rehearsed.0 > 0 => {
            Some(Next::led_to("the real thing, which asks before it begins:", live))
        }
        Ending::DueLater => {
            let due = outcome.due_at.map_or_else(|| "later".to_owned(), |due| context.time(due));
            if command.until_done {
                context.out.say(format!("  {} left; it goes on by itself {due}", people(outcome.remaining)));
                return None;
            }
            let lead_in = format!("{} left; more is due {due}, by the same command:", people(outcome.remaining));
            let again = if command.live { live } else { format!("exeunt run {}{}", row.id, context.flags()) };
            Some(Next::led_to(lead_in, again))
        }
        // Without a latch, since a rehearsal sends nothing.
        Ending::BadFile if !command.live => {
            let (words, commands) = advice::mending((row.action, row.id.as_str()), "", context.has_own_pack());
            Some(Next { lead_in: format!("{words}:"), commands })
        }
        Ending::Stopped => Some(format!("exeunt incident show last{}", context.flags()).into()),
        _ => None,
    }
}
