//! When the next effect may begin: every limit must pass, and the ledger's debits are the only history.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use jiff::Timestamp;

use super::pace::{Jitter, Pace};
use super::slowdown::Slowdown;

pub(super) const HOUR: Duration = Duration::from_secs(3_600);
pub(super) const DAY: Duration = Duration::from_secs(24 * 3_600);

/// The times at which a quota was spent: one for each intention, sorted, of one account in one realm, from the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Debits(Vec<Timestamp>);

impl Debits {
    /// One more; its place is by its time, because a clock may have gone back.
    pub fn push(&mut self, at: Timestamp) {
        let place = self.0.partition_point(|debit| *debit <= at);
        self.0.insert(place, at);
    }

    /// All of them, oldest first.
    #[must_use]
    pub fn as_slice(&self) -> &[Timestamp] {
        &self.0
    }

    /// The newest.
    #[must_use]
    pub fn last(&self) -> Option<Timestamp> {
        self.0.last().copied()
    }

    /// When the last `number` of them no longer fill a window: the time at which the oldest of those leaves it.
    pub(super) fn room_for(&self, number: NonZeroU32, window: Duration) -> Option<Timestamp> {
        let number = usize::try_from(number.get()).unwrap_or(usize::MAX);
        let oldest = self.0.len().checked_sub(number)?;
        Some(later(self.0[oldest], window))
    }

    /// The number of the active day that was begun last; counting ends at `most`.
    ///
    /// The first debit begins day 1; the first one 24 hours after the beginning of a day, or later, begins the next.
    fn active_day(&self, most: u32) -> Option<u32> {
        let mut begun = *self.0.first()?;
        let mut day = 1;
        while day < most {
            let next = self.0.partition_point(|debit| *debit < later(begun, DAY));
            let Some(first) = self.0.get(next) else { break };
            begun = *first;
            day += 1;
        }
        Some(day)
    }

    /// How many debits at the end follow each other without a hole of that length; stops counting at `most`.
    fn in_a_row(&self, hole: Duration, most: usize) -> usize {
        let holes = self.0.windows(2).rev().map(|pair| later(pair[0], hole) <= pair[1]);
        let joined = holes.take(most).take_while(|hole| !hole).count();
        if self.0.is_empty() { 0 } else { joined + 1 }
    }
}

impl FromIterator<Timestamp> for Debits {
    fn from_iter<I: IntoIterator<Item = Timestamp>>(debits: I) -> Self {
        let mut debits: Vec<_> = debits.into_iter().collect();
        debits.sort_unstable();
        Self(debits)
    }
}

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

/// The rule that a wait comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The newest debit lies ahead: the clock went back, and nothing is done until it is past it and every limit.
    Clock,
    /// The gap between two people.
    Gap,
    /// The pause between two batches.
    BatchPause,
    /// The cap of 60 minutes.
    Hour(NonZeroU32),
    /// The cap of 24 hours.
    Day(NonZeroU32),
    /// The cap of 24 hours while the slow start rises.
    Ramp {
        /// The active day that the cap is for, from 1.
        day: u32,
        /// The cap.
        cap: NonZeroU32,
    },
    /// The gap between two profile views.
    VisitGap,
    /// The cap of profile views in 60 minutes.
    VisitsHour(NonZeroU32),
    /// The cap of profile views in 24 hours.
    VisitsDay(NonZeroU32),
}

impl Limit {
    /// Whether it is a cap on a number, and not the time between two things.
    #[must_use]
    pub fn is_cap(self) -> bool {
        match self {
            Self::Clock | Self::Gap | Self::BatchPause | Self::VisitGap => false,
            Self::Hour(_) | Self::Day(_) | Self::Ramp { .. } | Self::VisitsHour(_) | Self::VisitsDay(_) => true,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clock => f.write_str("the clock went back"),
            Self::Gap => f.write_str("gap"),
            Self::BatchPause => f.write_str("batch pause"),
            Self::Hour(cap) => write!(f, "{cap} an hour"),
            Self::Day(cap) => write!(f, "{cap} in 24 hours"),
            Self::Ramp { day, cap } => write!(f, "{cap} in 24 hours on day {day} of the slow start"),
            Self::VisitGap => f.write_str("gap between two profile views"),
            Self::VisitsHour(cap) => write!(f, "{cap} profile views an hour"),
            Self::VisitsDay(cap) => write!(f, "{cap} profile views in 24 hours"),
        }
    }
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
/// Waiting longer than asked never breaks a limit: at each later moment the answer is still [`Slot::Go`].
#[must_use]
pub fn next_slot(now: Timestamp, debits: &Debits, pace: &Pace, tempo: Tempo) -> Slot {
    let Some(last) = debits.last() else { return Slot::Go };
    let gap = pace.gap.at(tempo.jitter).mul_f64(tempo.slowdown.factor());
    let mut limits = vec![(later(last, gap), Limit::Gap)];
    let batch = usize::try_from(pace.batch.get()).unwrap_or(usize::MAX);
    if debits.in_a_row(pace.batch_pause.min, batch) >= batch {
        limits.push((later(last, pace.batch_pause.at(tempo.jitter)), Limit::BatchPause));
    }
    if let Some(cap) = pace.per_hour {
        limits.extend(debits.room_for(cap, HOUR).map(|until| (until, Limit::Hour(cap))));
    }
    limits.extend(day_limit(debits, pace));
    match limits.into_iter().max_by_key(|(until, _)| *until) {
        // Where the newest debit lies ahead, no limit can be trusted to pass sooner than it says.
        Some((until, _)) if last > now => Slot::Wait { until, why: Limit::Clock },
        Some((until, why)) if until > now => Slot::Wait { until, why },
        _ => Slot::Go,
    }
}

/// The cap of 24 hours, as high as it is on the active day that was begun last.
///
/// The next active day has a higher one, but it begins with its first debit, and for that one there is room: this day's
/// oldest debit leaves the window when the day is over.
fn day_limit(debits: &Debits, pace: &Pace) -> Option<(Timestamp, Limit)> {
    let day = debits.active_day(pace.ramp_days.max(1))?;
    let cap = pace.cap_on(day)?;
    let why = if day < pace.ramp_days { Limit::Ramp { day, cap } } else { Limit::Day(cap) };
    Some((debits.room_for(cap, DAY)?, why))
}

/// Adds without wrapping: after the end of time there is only the end of time.
pub(super) fn later(from: Timestamp, by: Duration) -> Timestamp {
    from.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
