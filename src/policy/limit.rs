//! The limits that can make somebody wait, and what each is called in messages.

use std::fmt;
use std::num::NonZeroU32;

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
        /// The step that the cap is for, from 1.
        day: u32,
        /// The cap.
        cap: NonZeroU32,
    },
    /// The cap of one civil day.
    Date(NonZeroU32),
    /// The cap of 7 days.
    Week(NonZeroU32),
    /// The cap of 30 days.
    Month(NonZeroU32),
    /// The hours in which somebody may be begun.
    Hours,
    /// The gap between two profile views.
    VisitGap,
    /// The cap of profile views in 60 minutes.
    VisitsHour(NonZeroU32),
    /// The cap of profile views in 24 hours.
    VisitsDay(NonZeroU32),
    /// The cap of profile views in 7 days.
    VisitsWeek(NonZeroU32),
}

impl Limit {
    /// Whether it ends the share of now: a cap on a number or the hours that are over, and not the time between two things.
    #[must_use]
    pub fn is_cap(self) -> bool {
        match self {
            Self::Clock | Self::Gap | Self::BatchPause | Self::VisitGap => false,
            Self::Hour(_) | Self::Day(_) | Self::Ramp { .. } | Self::Date(_) | Self::Week(_) | Self::Month(_) => true,
            Self::Hours | Self::VisitsHour(_) | Self::VisitsDay(_) | Self::VisitsWeek(_) => true,
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
            Self::Date(cap) => write!(f, "{cap} on one day of the calendar"),
            Self::Week(cap) => write!(f, "{cap} in 7 days"),
            Self::Month(cap) => write!(f, "{cap} in 30 days"),
            Self::Hours => f.write_str("outside of the active hours"),
            Self::VisitGap => f.write_str("gap between two profile views"),
            Self::VisitsHour(cap) => write!(f, "{cap} profile views an hour"),
            Self::VisitsDay(cap) => write!(f, "{cap} profile views in 24 hours"),
            Self::VisitsWeek(cap) => write!(f, "{cap} profile views in 7 days"),
        }
    }
}
