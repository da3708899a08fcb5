//! The last words: what was seen, what is proved, what comes next.

use std::path::Path;

use crate::cli::args::Leave;
use crate::cli::context::Context;
use crate::cli::misfit;
use crate::cli::outcome::{Next, Outcome};
use crate::cli::output::{clean, shown, wrapped};
use crate::event::exit::Ending;
use crate::event::fact::Public;
use crate::event::id::Action;
use crate::flow::misfit::Misfit;
use crate::report::count::count;
use crate::report::{advice, words};
use crate::runner::closing::ClosingOutcome;

/// Says how it ended.
pub(super) fn closing(
    context: &Context,
    (command, action): (&Leave, Action),
    outcome: &ClosingOutcome,
    report: &Path,
) -> Outcome {
    let out = &context.out;
    out.say("");
    let is_told = misfit::told(context, &outcome.why, |line| out.say(line));
    let part = |name: &str, text: &str| {
        for (at, line) in wrapped(&clean(text), out.text_width(), 12).iter().enumerate() {
            let name = if at == 0 { format!("  {name:<10}") } else { " ".repeat(12) };
            out.say(format!("{name}{}", line.get(12..).unwrap_or_default()));
        }
    };
    out.say(format!("  {} kept, each with picture and record", count(u64::from(outcome.steps), "step", "steps")));
    if let Some((_, words)) = outcome.read.iter().find(|(what, _)| what.ends_with("consequences.text")) {
        part("the page", &format!("“{words}”"));
    }
    if !outcome.unseen.is_empty() && (outcome.ending != Ending::Done || !command.live) {
        let unseen: Vec<String> = outcome.unseen.iter().map(|step| words::of_name(step)).collect();
        part("not seen", &unseen.join(", "));
    }
    if let (Some(before), Some(after)) = outcome.public {
        let address = format!("the public address: {} before, {} now", word(before), word(after));
        part("visitors", &address);
    }
    if command.live && outcome.ending == Ending::Done {
        // A timer would only be refused, and a closed account needs no reminder.
        crate::cli::schedule::install::take_all_away(context);
        done(context, action, outcome, &part);
    }
    out.say(format!("  report    {}", shown(report.display())));
    let mut ended = Outcome::of(outcome.ending, clean(&outcome.why));
    ended.said = is_told.map(|said| clean(&said));
    ended.due_at = outcome.due_at;
    ended.next = next(context, command, action, outcome);
    ended
        .with("state", outcome.state.map_or("", |state| state.as_str()))
        .with("until", outcome.until.map(|day| day.to_string()))
        .with("until_counted", outcome.counted)
        .with("unseen", outcome.unseen.clone())
        .with("steps", outcome.steps)
        .with("report", report.display().to_string())
}

fn done(context: &Context, action: Action, outcome: &ClosingOutcome, part: &impl Fn(&str, &str)) {
    let until = match (action, outcome.until) {
        (Action::Hibernate, _) => "hidden until somebody signs in; the site lets that happen after 24 hours".to_owned(),
        (_, Some(day)) if outcome.counted => format!(
            "it can be reopened until about {day} by signing in (the page names days only, and this day is counted from today), \
             so sign in NOWHERE if it shall stay closed"
        ),
        (_, Some(day)) => {
            format!("it can be reopened until {day} by signing in, so sign in NOWHERE if it shall stay closed")
        }
        (_, None) => {
            "the page did not say until when signing in reopens it, so sign in NOWHERE if it shall stay closed"
                .to_owned()
        }
    };
    part("closed", &until);
    part(
        "here",
        "every command that would load the site with it is refused from now on, and the browser profile is deleted",
    );
    part("by mail", "the site sends a confirmation; `exeunt evidence attach last closed.eml` keeps it with the proof");
    if action == Action::Close {
        part("elsewhere", "other devices and the app may still be signed in: sign out there, or they may reopen it");
    }
    context.out.say("");
}

fn word(answer: Public) -> &'static str {
    match answer {
        Public::Gone => "gone",
        Public::StillThere => "still there",
        Public::CannotTell => "cannot tell",
    }
}

/// The command that goes on from here, where there is one.
fn next(context: &Context, command: &Leave, action: Action, outcome: &ClosingOutcome) -> Option<Next> {
    match outcome.ending {
        Ending::Done if !command.live => {
            let live = format!("exeunt {action} --live{}", context.flags());
            Some(Next::led_to("the real thing, which asks before it begins:", live))
        }
        // As for a run: a rehearsal latches nothing, and the pack is what is to be mended.
        Ending::BadFile if !command.live && Misfit::of(&outcome.why).is_some() => {
            let (words, commands) = advice::mending((action, ""), "", context.has_own_pack());
            Some(Next { lead_in: format!("{words}:"), commands })
        }
        Ending::Done => Some(format!("exeunt evidence verify last{}", context.flags()).into()),
        Ending::Stopped => Some(format!("exeunt incident show last{}", context.flags()).into()),
        Ending::InDoubt => Some(format!("exeunt status{}", context.flags()).into()),
        _ => None,
    }
}
