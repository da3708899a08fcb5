//! The times at which a quota was charged. Limits look at these and at no other history.

use std::num::NonZeroU32;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A day that was recorded is never further from its moment: zones lie at most 26 hours apart.
const ZONES_APART: Duration = Duration::from_secs(26 * 3_600);

/// The times at which a quota was spent: one for each intention, sorted, of one account in one realm, from the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Debits {
    at: Vec<Timestamp>,
    /// The civil day that was recorded with each; none where it is that of its moment.
    recorded: Vec<Option<Date>>,
    /// How many of them came before the account met a stop sign or a silence last.
    before_trouble: usize,
}

impl Debits {
    /// One more; its place is by its time, because a clock may have gone back.
    pub fn push(&mut self, at: Timestamp) {
        self.insert(at, None);
    }

    /// One more, with the civil day that was recorded with it.
    pub(super) fn push_on(&mut self, at: Timestamp, date: Date) {
        self.insert(at, Some(date));
    }

    fn insert(&mut self, at: Timestamp, recorded: Option<Date>) {
        let place = self.at.partition_point(|debit| *debit <= at);
        self.at.insert(place, at);
        self.recorded.insert(place, recorded);
    }

    /// The same, where the first `number` of them came before the account met a stop sign or a silence last.
    #[must_use]
    pub fn clean_from(self, number: usize) -> Self {
        Self { before_trouble: number, ..self }
    }

    /// All of them, oldest first.
    #[must_use]
    pub fn as_slice(&self) -> &[Timestamp] {
        &self.at
    }

    /// The newest.
    #[must_use]
    pub fn last(&self) -> Option<Timestamp> {
        self.at.last().copied()
    }

    /// How many there are since the account met a stop sign or a silence last.
    pub(super) fn clean(&self) -> usize {
        self.at.len().saturating_sub(self.before_trouble)
    }

    /// When the last `number` of them no longer fill a window: the time at which the oldest of those leaves it.
    pub(super) fn room_for(&self, number: NonZeroU32, window: Duration) -> Option<Timestamp> {
        let number = usize::try_from(number.get()).unwrap_or(usize::MAX);
        let oldest = self.at.len().checked_sub(number)?;
        Some(later(self.at[oldest], window))
    }

    /// How many there are on a civil day of that zone: those whose moment is on it, and those that were recorded for it,
    /// wherever that was.
    pub(super) fn on(&self, date: Date, zone: &TimeZone) -> usize {
        let begins = start_of(date, zone);
        let ends = date.tomorrow().map_or(Timestamp::MAX, |next| start_of(next, zone));
        let near = begins.checked_sub(ZONES_APART).unwrap_or(Timestamp::MIN);
        let first = self.at.partition_point(|at| *at < near);
        let counts =
            |(at, recorded): &(&Timestamp, &Option<Date>)| (begins..ends).contains(*at) || **recorded == Some(date);
        self.at[first..].iter().zip(&self.recorded[first..]).filter(counts).count()
    }
}

impl FromIterator<Timestamp> for Debits {
    fn from_iter<I: IntoIterator<Item = Timestamp>>(debits: I) -> Self {
        let mut at: Vec<_> = debits.into_iter().collect();
        at.sort_unstable();
        Self { recorded: vec![None; at.len()], at, before_trouble: 0 }
    }
}

impl FromIterator<(Timestamp, Date)> for Debits {
    fn from_iter<I: IntoIterator<Item = (Timestamp, Date)>>(debits: I) -> Self {
        let mut rows: Vec<_> = debits.into_iter().collect();
        rows.sort_unstable();
        let (at, recorded) = rows.into_iter().map(|(at, date)| (at, Some(date))).unzip();
        Self { at, recorded, before_trouble: 0 }
    }
}

/// When a civil day begins, which is not midnight where the clocks leave midnight out.
pub(super) fn start_of(date: Date, zone: &TimeZone) -> Timestamp {
    date.to_zoned(zone.clone()).map_or(Timestamp::MAX, |start| start.timestamp())
}

/// Adds without wrapping: after the end of time there is only the end of time.
pub(super) fn later(from: Timestamp, by: Duration) -> Timestamp {
    from.checked_add(by).unwrap_or(Timestamp::MAX)
}
