//! `status --watch`: the same as `status`, again and again until Ctrl-C or until nobody is left.

use std::time::Duration;

use tokio::sync::watch;

use super::context::Context;
use super::outcome::{Answer, Outcome};
use super::status::{self, Sheet};
use super::{errand, signals};
use crate::runner::wait::{self, Stop, Waited};

/// How long between two looks: a person sees each step, and the ledger hardly notices.
const PAUSE: Duration = Duration::from_secs(1);

/// Goes to the upper left corner, and clears from there to the end.
const REDRAW: &str = "\u{1b}[H\u{1b}[J";
const CLEAR: &str = "\u{1b}[2J";

/// Carries out `status --watch`.
pub(crate) fn run(context: &Context) -> Answer {
    errand::runtime()?.block_on(async {
        let (send, mut stop) = watch::channel(Stop::No);
        let signals = signals::listen(send);
        let in_place = context.out.columns.is_some() && !context.out.json;
        if in_place {
            context.out.raw(CLEAR);
        }
        let mut before = Sheet::new(true);
        let answer = loop {
            let sheet = status::watched(context)?;
            tell(context, in_place, (&before, &sheet));
            if sheet.is_idle {
                break Ok(Outcome::of(sheet.ending, sheet.next.clone()));
            }
            let until = context.clock.now().utc.checked_add(PAUSE).unwrap_or(jiff::Timestamp::MAX);
            before = sheet;
            if wait::until(until, &context.clock, &mut stop, || false).await == Waited::Stopped {
                // Who looks and stops looking has interrupted nothing.
                break Ok(Outcome::of(before.ending, ""));
            }
        };
        signals.abort();
        answer
    })
}

/// Shows what is different: all of it in place of what stood there on a terminal, else only the lines that changed.
fn tell(context: &Context, in_place: bool, (before, now): (&Sheet, &Sheet)) {
    if in_place {
        if before.lines != now.lines {
            context.out.raw(&format!("{REDRAW}{}\n", now.lines.join("\n")));
        }
        return;
    }
    now.lines.iter().filter(|line| !before.lines.contains(line)).for_each(|line| context.out.show(line));
    now.records.iter().filter(|record| !before.records.contains(record)).for_each(|record| context.out.record(record));
}
