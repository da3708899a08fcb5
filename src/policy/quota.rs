//! When the next effect may begin: every limit must pass, and the ledger's debits are the only history.
//!
//! Each limit counts how many debits there are, or looks at one of them by its place from the end. No limit asks on how many
//! days something was done, or whether there was a pause. Such a limit could allow something sooner because debits were
//! later, and a wrong observation could then shorten a wait.

use std::num::NonZeroU32;
use std::time::Duration;

use jiff::Timestamp;

pub use super::debits::Debits;
pub(super) use super::debits::later;
use super::debits::start_of;
pub use super::limit::Limit;
use super::pace::{Jitter, Pace};
use super::slowdown::Slowdown;

pub(super) const HOUR: Duration = Duration::from_secs(3_600);
pub(super) const DAY: Duration = Duration::from_secs(24 * 3_600);
pub(super) const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);
/// How long an act counts for the month's cap.
pub const MONTH: Duration = Duration::from_secs(30 * 24 * 3_600);

/// What moves a wait within or beyond its range.
///
/// One `jitter` belongs to one slot: who asks again for the same slot gives the same number again, otherwise the wait
/// would be the shortest of many draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tempo {
    /// Chance, drawn once for each slot.
    pub jitter: Jitter,
    /// What soft signals led to.
    pub slowdown: Slowdown,
}

impl Tempo {
    /// The middle of each range, without slowdown: for forecasts.
    pub const AVERAGE: Self = Self { jitter: Jitter::AVERAGE, slowdown: Slowdown::NONE };
}

/// Whether the next effect may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// Now.
    Go,
    /// Later.
    Wait {
        /// The first moment at which every limit passes, if nothing else is spent before.
        until: Timestamp,
        /// The limit that passes last.
        why: Limit,
    },
}

/// When the next effect may begin, by every limit of the pace.
///
/// Waiting longer than asked breaks no limit of a number or a gap; who waited past the end of the active hours, or into
/// another day, asks again.
#[must_use]
pub fn next_slot(now: Timestamp, debits: &Debits, pace: &Pace, tempo: Tempo) -> Slot {
    let limits = rolling(debits, pace, tempo).into_iter().max_by_key(|(until, _)| *until);
    let (mut at, mut why) =
        limits.filter(|(until, _)| *until > now).map_or((now, None), |(until, why)| (until, Some(why)));
    while let Some((until, limit)) = civil(at, debits, pace) {
        (at, why) = (until, Some(limit));
    }
    match why {
        None => Slot::Go,
        // Where the newest debit lies ahead, no limit can be trusted to pass sooner than it says.
        Some(_) if debits.last() > Some(now) => Slot::Wait { until: at, why: Limit::Clock },
        Some(why) => Slot::Wait { until: at, why },
    }
}

/// The limits that are measured from a debit.
fn rolling(debits: &Debits, pace: &Pace, tempo: Tempo) -> Vec<(Timestamp, Limit)> {
    let Some(last) = debits.last() else { return Vec::new() };
    let gap = pace.gap.at(tempo.jitter).mul_f64(tempo.slowdown.factor());
    let mut limits = vec![(later(last, gap), Limit::Gap)];
    let batch = usize::try_from(pace.batch.get()).unwrap_or(usize::MAX);
    if debits.as_slice().len().is_multiple_of(batch) {
        limits.push((later(last, pace.batch_pause.at(tempo.jitter)), Limit::BatchPause));
    }
    let mut cap = |cap: Option<NonZeroU32>, window, limit: fn(NonZeroU32) -> Limit| {
        let cap = cap?;
        limits.push((debits.room_for(cap, window)?, limit(cap)));
        Some(())
    };
    cap(pace.per_hour, HOUR, Limit::Hour);
    cap(pace.per_week, WEEK, Limit::Week);
    cap(pace.per_month, MONTH, Limit::Month);
    limits.extend(day_limits(debits, pace));
    limits
}

/// The cap of 24 hours: as high as its step of the slow start, or later as high as it has grown.
///
/// A step is as many debits as it allows in 24 hours, and the next one begins 24 hours after its first.
fn day_limits(debits: &Debits, pace: &Pace) -> Vec<(Timestamp, Limit)> {
    let Some(full) = pace.per_day else { return Vec::new() };
    let done = debits.as_slice();
    let (mut day, mut begins, mut limits) = (1, 0, Vec::new());
    while day < pace.ramp_days {
        let cap = pace.cap_on(day).unwrap_or(full);
        let next = begins + usize::try_from(cap.get()).unwrap_or(usize::MAX);
        let why = Limit::Ramp { day, cap };
        if done.len() < next {
            limits.extend(debits.room_for(cap, DAY).map(|until| (until, why)));
            return limits;
        }
        limits = vec![(later(done[begins], DAY), why)];
        (day, begins) = (day + 1, next);
    }
    let cap = pace.grown_after(debits.clean()).unwrap_or(full);
    limits.extend(debits.room_for(cap, DAY).map(|until| (until, Limit::Day(cap))));
    limits
}

/// What the calendar has against that moment: the active hours, and the cap of a civil day.
fn civil(at: Timestamp, debits: &Debits, pace: &Pace) -> Option<(Timestamp, Limit)> {
    let open = pace.active.from(at, &pace.zone);
    if open > at {
        return Some((open, Limit::Hours));
    }
    let cap = pace.per_date?;
    let date = at.to_zoned(pace.zone.clone()).date();
    let full = debits.on(date, &pace.zone) >= usize::try_from(cap.get()).unwrap_or(usize::MAX);
    let next = date.tomorrow().map_or(Timestamp::MAX, |next| start_of(next, &pace.zone));
    (full && next > at).then_some((next, Limit::Date(cap)))
}

#[cfg(test)]
mod tests;
