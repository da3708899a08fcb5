//! `schedule show`: the calendar of a plan as a table and a picture, who is next, and what is installed.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use super::queue::{self, next_share};
use super::{evening, install};
use crate::cli::args::Show;
use crate::cli::context::Context;
use crate::cli::interlock;
use crate::cli::outcome::{Answer, Failure, Outcome};
use crate::cli::output::shown;
use crate::cli::plan::{self as plans, NO_PACING};
use crate::cli::status;
use crate::event::id::Realm;
use crate::ledger::{Ledger, PlanRow};
use crate::policy::forecast::Day;
use crate::report::calendar::{CalendarDay, svg};
use crate::report::count::{count, number, people};
use crate::report::terminal;
use crate::scheduler::queue::{NextShare, Waiting};

/// One line of the calendar.
struct Line {
    date: Date,
    first: Timestamp,
    last: Timestamp,
    people: u64,
    sum: u64,
}

/// Carries out `schedule show`.
pub(super) fn show(context: &Context, command: &Show) -> Answer {
    let Some(plan) = &command.plan else { return install::list(context) };
    let ledger = context.ledger()?;
    let row = plans::find(context, &ledger, plan)?;
    if command.next {
        return next(context, &ledger, &row);
    }
    let (before, left) = places(context, &ledger, &row)?;
    if left == 0 {
        return Ok(Outcome::done("nobody is left"));
    }
    if let Some(pause) = ledger.pause(context.account(), context.clock.now().utc)? {
        context.out.show(status::paused(context, pause));
        context.out.record(&json!({ "v": 1, "kind": "pause", "paused": true, "until": pause.until }));
    }
    if row.realm == Realm::Practice {
        context.out.note(format!(
            "{NO_PACING}: a run takes one person right after another; the days below are those of `--pace real`"
        ));
    }
    let pace = context.pace(row.realm)?;
    if row.realm == Realm::Real && row.approved.is_some() {
        // The days below are by these settings, and a share by them would be refused.
        let refused = plans::keeps_within(context, &row, &pace).err();
        refused.iter().for_each(|failure| context.out.note(format!("  note: {failure}")));
    }
    let ahead = queue::ahead(context, &ledger, (row.realm, row.route), (before + left, &pace))?;
    let days = ahead.map(|ahead| ahead.days).unwrap_or_default();
    let lines = lines(context, (&days, before));
    if let Some(file) = &command.svg {
        written(file, &picture(&row, &lines))?;
        context.out.note(shown(format!("The picture is in {}", file.display())));
    }
    table(context, &lines);
    if before > 0 {
        context.out.note(format!("Plans that were approved earlier come first: {}", people(before)));
    }
    let standing = if row.approved.is_none() { "; counted from now, as it is not approved yet" } else { "" };
    let dates = count(lines.len() as u64, "date", "dates");
    context.out.note(format!("{} left, on {dates} if nothing stops it{standing}", people(left)));
    Ok(Outcome::done(""))
}

/// How many people of earlier plans come first, and how many are left in this one.
fn places(context: &Context, ledger: &Ledger, row: &PlanRow) -> Result<(u64, u64), Failure> {
    if row.dropped.is_some() {
        return Ok((0, 0));
    }
    let queue = queue::waiting(context, ledger, row.realm)?;
    let number = |waiting: &Waiting| waiting.left.len() as u64;
    let earlier: u64 = queue.iter().take_while(|waiting| waiting.plan.id != row.id).map(number).sum();
    let own = queue.iter().find(|waiting| waiting.plan.id == row.id).map(number);
    let own = match own {
        None if row.approved.is_none() => plans::to_do(context, ledger, &row.id)?.len() as u64,
        own => own.unwrap_or(0),
    };
    Ok((earlier, own))
}

/// The days on which this plan's people are due; the first `before` people are others'.
fn lines(context: &Context, (days, before): (&[Day], u64)) -> Vec<Line> {
    let (mut others, mut sum) = (before, 0);
    let mut lines: Vec<Line> = Vec::new();
    for day in days {
        let own = day.people.saturating_sub(others);
        others = others.saturating_sub(day.people);
        if own == 0 {
            continue;
        }
        sum += own;
        let date = day.first.to_zoned(context.zone()).date();
        match lines.last_mut().filter(|line| line.date == date) {
            Some(line) => (line.last, line.people, line.sum) = (day.last, line.people + own, sum),
            None => lines.push(Line { date, first: day.first, last: day.last, people: own, sum }),
        }
    }
    lines
}

fn table(context: &Context, lines: &[Line]) {
    let mut rows = vec![["date", "day", "from", "to", "people", "sum"].map(str::to_owned).to_vec()];
    let clock = |at: Timestamp| at.to_zoned(context.zone()).strftime("%H:%M").to_string();
    for line in lines {
        rows.push(vec![
            line.date.to_string(),
            line.date.strftime("%a").to_string(),
            clock(line.first),
            clock(line.last),
            number(line.people),
            number(line.sum),
        ]);
        context.out.record(&json!({
            "v": 1, "kind": "calendar-day", "date": line.date, "from": line.first, "until": line.last, "people": line.people, "sum": line.sum,
        }));
    }
    let columns = context.out.columns.unwrap_or(usize::MAX);
    terminal::table(&rows, columns).iter().for_each(|line| context.out.show(line));
}

fn picture(row: &PlanRow, lines: &[Line]) -> String {
    let day = |line: &Line| CalendarDay { date: line.date, people: line.people, sum: line.sum };
    let days: Vec<CalendarDay> = lines.iter().map(day).collect();
    let all = days.last().map_or(0, |day| day.sum);
    svg(&format!("Plan {}: {}, account {}", row.id, people(all), row.account), &days).unwrap_or_default()
}

/// Writes a file that must not be there yet.
fn written(file: &Path, text: &str) -> Result<(), Failure> {
    let opened = std::fs::File::options().write(true).create_new(true).mode(0o600).open(file);
    opened.and_then(|mut opened| opened.write_all(text.as_bytes())).map_err(|error| Failure::not_made(file, &error))
}

fn next(context: &Context, ledger: &Ledger, row: &PlanRow) -> Answer {
    interlock::is_approved(context, row)?;
    let mut queue = queue::waiting(context, ledger, row.realm)?;
    queue.retain(|waiting| waiting.plan.id == row.id);
    let next: Option<NextShare> = next_share(context, ledger, (row.realm, &queue))?;
    let Some(next) = next else { return Ok(Outcome::done("nobody is left")) };
    if row.realm == Realm::Practice {
        context.out.note(format!(
            "{NO_PACING}: a run takes everybody who is left, one right after another; below is the next share of `--pace real`"
        ));
    }
    evening::shown(context, &next);
    Ok(Outcome::done(format!("{} left in all; each line above spares one of them for good", people(next.left))))
}
