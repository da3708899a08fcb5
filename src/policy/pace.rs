//! The pace: how long between two effects, how many in an hour and in a day, and what nothing may exceed.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::active::Active;
use crate::event::id::Realm;

/// So many full days without a stop sign or a silence allow the higher cap of a day, where there is one.
pub const CLEAN_DAYS: u32 = 14;

/// The most effects in 24 hours that any setting may ask for in the real realm.
pub const MOST_A_DAY: u32 = 50;

/// The most effects in 7 days that any setting may ask for in the real realm: no week of only full days.
pub const MOST_A_WEEK: u32 = 300;

/// The most effects in 30 days that any setting may ask for in the real realm.
pub const MOST_A_MONTH: u32 = 1_000;

/// The most profile views in 24 hours that any setting may ask for in the real realm: twice the default.
pub const MOST_VISITS_A_DAY: u32 = 90;

/// The most profile views in 7 days that any setting may ask for in the real realm.
pub const MOST_VISITS_A_WEEK: u32 = 630;

/// How often profiles are opened at most.
///
/// A notice of restriction names "an unusually large number of profile views", and nobody published a number; the only one
/// told is a session that was dropped after some fifteen people. The default is fifteen people a day, each opened three
/// times: looked up, verified, audited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitPace {
    /// The shortest time from one profile view to the next.
    pub gap: Duration,
    /// At most so many in any 60 minutes; none: no such cap.
    pub per_hour: Option<NonZeroU32>,
    /// At most so many in any 24 hours; none: no such cap.
    pub per_day: Option<NonZeroU32>,
    /// At most so many in any 7 days; none: no such cap, as in plans that were made before there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_week: Option<NonZeroU32>,
}

impl Default for VisitPace {
    fn default() -> Self {
        let (per_hour, per_day, per_week) = (Some(count(15)), Some(count(45)), Some(count(315)));
        Self { gap: Duration::from_secs(10), per_hour, per_day, per_week }
    }
}

impl VisitPace {
    /// No gap and no caps.
    #[must_use]
    pub fn off() -> Self {
        Self { gap: Duration::ZERO, per_hour: None, per_day: None, per_week: None }
    }
}

/// A range of durations, both ends included; chance decides where in it a wait falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The shortest.
    pub min: Duration,
    /// The longest; never below the shortest in a valid pace.
    pub max: Duration,
}

impl Span {
    const ZERO: Self = Self { min: Duration::ZERO, max: Duration::ZERO };

    /// The point of the range that chance chose.
    #[must_use]
    pub fn at(&self, jitter: Jitter) -> Duration {
        self.min + self.max.saturating_sub(self.min).mul_f64(jitter.0)
    }
}

/// A number from 0 to 1 that somebody else drew: 0 is the shortest wait of a range, 1 the longest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jitter(f64);

impl Jitter {
    /// The shortest wait.
    pub const SHORTEST: Self = Self(0.0);
    /// The wait in the middle, for forecasts.
    pub const AVERAGE: Self = Self(0.5);
    /// The longest wait.
    pub const LONGEST: Self = Self(1.0);

    /// From a drawn number; what lies outside of 0 to 1 is moved to the nearer end, and no number at all waits longest.
    #[must_use]
    pub fn new(drawn: f64) -> Self {
        if drawn.is_nan() { Self::LONGEST } else { Self(drawn.clamp(0.0, 1.0)) }
    }
}

impl fmt::Display for Jitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How fast an account may be worked on. [`Pace::default`] is the cautious pace; [`Pace::off`] is for practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// From one effect to the next.
    pub gap: Span,
    /// How many effects in a row before a longer pause.
    pub batch: NonZeroU32,
    /// The longer pause.
    pub batch_pause: Span,
    /// At most so many in any 60 minutes; none: no such cap.
    pub per_hour: Option<NonZeroU32>,
    /// At most so many in any 24 hours; none: no such cap.
    pub per_day: Option<NonZeroU32>,
    /// The cap of 24 hours after [`CLEAN_DAYS`] full days without a stop sign or a silence; none: it never grows.
    pub per_day_later: Option<NonZeroU32>,
    /// At most so many on one civil day of [`Pace::zone`]; none: no such cap.
    pub per_date: Option<NonZeroU32>,
    /// At most so many in any 7 days; none: no such cap.
    pub per_week: Option<NonZeroU32>,
    /// At most so many in any 30 days; none: no such cap.
    pub per_month: Option<NonZeroU32>,
    /// In how many equal steps the cap of 24 hours rises to its full height, each a full day of its own; 0: full from the
    /// start.
    pub ramp_days: u32,
    /// The hours in which somebody may be begun.
    pub active: Active,
    /// The zone of the active hours and of civil days.
    pub zone: TimeZone,
    /// A person who is still there counts as "not applied" only on a load this long after the click.
    pub not_applied_after: Duration,
    /// The audit reads a finished person again this long after the first reading, or later.
    pub audit_after: Duration,
    /// How often profiles are opened, on whatever route and in rehearsals too.
    pub visits: VisitPace,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            gap: Span { min: Duration::from_secs(20), max: Duration::from_secs(60) },
            batch: count(10),
            batch_pause: Span { min: Duration::from_secs(300), max: Duration::from_secs(600) },
            per_hour: Some(count(20)),
            per_day: Some(count(20)),
            per_day_later: None,
            per_date: Some(count(20)),
            per_week: Some(count(140)),
            per_month: Some(count(600)),
            ramp_days: 5,
            active: Active::default(),
            zone: TimeZone::UTC,
            not_applied_after: Duration::from_secs(180),
            audit_after: Duration::from_secs(60),
            visits: VisitPace::default(),
        }
    }
}

impl Pace {
    /// No gaps and no caps, and settle times of three seconds: for the practice realm, which nothing can harm.
    #[must_use]
    pub fn off() -> Self {
        Self {
            gap: Span::ZERO,
            batch: NonZeroU32::MAX,
            batch_pause: Span::ZERO,
            per_hour: None,
            per_day: None,
            per_day_later: None,
            per_date: None,
            per_week: None,
            per_month: None,
            ramp_days: 0,
            active: Active::default(),
            zone: TimeZone::UTC,
            not_applied_after: Duration::from_secs(3),
            audit_after: Duration::from_secs(3),
            visits: VisitPace::off(),
        }
    }

    /// The cap of 24 hours on a step of the slow start, counted from 1; none: no cap.
    #[must_use]
    pub fn cap_on(&self, step: u32) -> Option<NonZeroU32> {
        let cap = self.per_day?;
        if step >= self.ramp_days {
            return Some(cap);
        }
        let part = u64::from(cap.get()) * u64::from(step.max(1));
        let risen = part.div_ceil(u64::from(self.ramp_days));
        Some(NonZeroU32::new(u32::try_from(risen).unwrap_or(u32::MAX)).unwrap_or(cap))
    }

    /// The cap of 24 hours after so many effects without a stop sign or a silence, once the slow start is over.
    ///
    /// Only full days count: [`CLEAN_DAYS`] days on which half of the cap was spent are seven of them.
    #[must_use]
    pub fn grown_after(&self, clean: usize) -> Option<NonZeroU32> {
        let cap = self.per_day?;
        let needed = u64::from(cap.get()) * u64::from(CLEAN_DAYS);
        let later = self.per_day_later.filter(|_| u64::try_from(clean).unwrap_or(u64::MAX) >= needed);
        Some(later.map_or(cap, |later| later.max(cap)))
    }

    /// Every mistake of this pace in that realm, all at once; empty when it is allowed.
    ///
    /// In the real realm a day has at most [`MOST_A_DAY`], and everything else may only be slower than the default.
    #[must_use]
    pub fn validate(&self, realm: Realm) -> Vec<PaceMistake> {
        let mut mistakes = Vec::new();
        for (key, span) in [("pace.gap_min", self.gap), ("pace.batch_pause_min", self.batch_pause)] {
            if span.min > span.max {
                let what = format!("{} is longer than the longest, {}", secs(span.min), secs(span.max));
                mistakes.push(PaceMistake { key, what, mend: "lower it, or raise the matching `_max`".to_owned() });
            }
        }
        mistakes.extend(self.growth_mistake());
        if realm == Realm::Real {
            self.validate_real(&mut mistakes);
        }
        mistakes
    }

    /// A growth that would not be one: nobody who asks for more should get the same and not know why.
    fn growth_mistake(&self) -> Option<PaceMistake> {
        let later = self.per_day_later?;
        let wrong = |what, mend| Some(PaceMistake { key: "pace.per_day_later", what, mend });
        if self.per_day.is_none_or(|cap| cap > later) {
            let cap = self.per_day.map_or("no cap".to_owned(), |cap| cap.to_string());
            return wrong(
                format!("{later} is no more than `pace.per_day`, {cap}"),
                "raise it, or 0 for no growth".to_owned(),
            );
        }
        let date = self.per_date.filter(|date| *date < later)?;
        wrong(format!("`pace.per_date` allows only {date}"), format!("raise that to {later} or more too"))
    }

    fn validate_real(&self, mistakes: &mut Vec<PaceMistake>) {
        let floor = Self::default();
        let mut wrong = |key, what: String, mend: String| mistakes.push(PaceMistake { key, what, mend });
        let shortest = [
            ("pace.gap_min", self.gap.min, floor.gap.min),
            ("pace.batch_pause_min", self.batch_pause.min, floor.batch_pause.min),
            ("pace.not_applied_after", self.not_applied_after, floor.not_applied_after),
            ("pace.audit_after", self.audit_after, floor.audit_after),
            ("pace.visit_gap", self.visits.gap, floor.visits.gap),
        ];
        for (key, is, least) in shortest {
            if is < least {
                wrong(key, format!("{} is too short for the real site", secs(is)), format!("{} or more", secs(least)));
            }
        }
        let most = [
            ("pace.per_day", self.per_day, MOST_A_DAY),
            ("pace.per_hour", self.per_hour, floor.per_hour.map_or(0, NonZeroU32::get)),
            ("pace.per_day_later", Some(self.per_day_later.unwrap_or(NonZeroU32::MIN)), MOST_A_DAY),
            ("pace.per_date", self.per_date, MOST_A_DAY),
            ("pace.per_week", self.per_week, MOST_A_WEEK),
            ("pace.per_month", self.per_month, MOST_A_MONTH),
            ("pace.batch", Some(self.batch), floor.batch.get()),
            ("pace.visits_per_hour", self.visits.per_hour, floor.visits.per_hour.map_or(0, NonZeroU32::get)),
            ("pace.visits_per_day", self.visits.per_day, MOST_VISITS_A_DAY),
            ("pace.visits_per_week", self.visits.per_week, MOST_VISITS_A_WEEK),
        ];
        for (key, is, most) in most {
            if is.is_none_or(|is| is.get() > most) {
                let is = is.map_or("no cap".to_owned(), |is| is.to_string());
                wrong(key, format!("{is} is too many for the real site"), format!("1 to {most}"));
            }
        }
        if self.ramp_days < floor.ramp_days {
            let what = format!("{} is too few for the real site", self.ramp_days);
            wrong("pace.ramp_days", what, format!("{} or more", floor.ramp_days));
        }
    }
}

/// A setting of the pace that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaceMistake {
    /// The setting, such as `pace.per_day`.
    pub key: &'static str,
    /// What is wrong with it.
    pub what: String,
    /// What is allowed.
    pub mend: String,
}

impl fmt::Display for PaceMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}; {}", self.key, self.what, self.mend)
    }
}

fn count(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

fn secs(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_allowed_in_both_realms_and_off_only_in_practice() {
        for realm in [Realm::Real, Realm::Practice] {
            assert_eq!(Pace::default().validate(realm), []);
        }
        assert_eq!(Pace::off().validate(Realm::Practice), []);
        let keys: Vec<_> = Pace::off().validate(Realm::Real).into_iter().map(|mistake| mistake.key).collect();
        assert_eq!(
            keys,
            [
                "pace.gap_min",
                "pace.batch_pause_min",
                "pace.not_applied_after",
                "pace.audit_after",
                "pace.visit_gap",
                "pace.per_day",
                "pace.per_hour",
                "pace.per_date",
                "pace.per_week",
                "pace.per_month",
                "pace.batch",
                "pace.visits_per_hour",
                "pace.visits_per_day",
                "pace.visits_per_week",
                "pace.ramp_days"
            ]
        );
    }

    #[test]
    fn fifty_a_day_is_the_most_on_the_real_site() {
        let a_day = |number| Pace { per_day: Some(count(number)), ..Pace::default() }.validate(Realm::Real);
        assert_eq!(a_day(50), []);
        assert_eq!(a_day(51)[0].to_string(), "`pace.per_day`: 51 is too many for the real site; 1 to 50");
    }

    #[test]
    fn a_range_the_wrong_way_round_is_refused_everywhere() {
        let gap = Span { min: Duration::from_secs(90), max: Duration::from_secs(60) };
        assert_eq!(Pace { gap, ..Pace::default() }.validate(Realm::Practice).len(), 1);
        assert_eq!(gap.at(Jitter::LONGEST), gap.min, "and it never makes a wait shorter than the shortest");
    }

    #[test]
    fn the_ramp_rises_in_fifths() {
        let caps = |per_day| {
            let pace = Pace { per_day: Some(count(per_day)), ..Pace::default() };
            (0..8).map(|day| pace.cap_on(day).map_or(0, NonZeroU32::get)).collect::<Vec<_>>()
        };
        assert_eq!(caps(20), [4, 4, 8, 12, 16, 20, 20, 20]);
        assert_eq!(caps(3), [1, 1, 2, 2, 3, 3, 3, 3]);
        assert_eq!(Pace::off().cap_on(1), None);
    }

    #[test]
    fn a_cap_grows_only_by_a_setting_after_fourteen_full_days_and_not_beyond_what_is_allowed() {
        let grows =
            |later, date| Pace { per_day_later: Some(count(later)), per_date: Some(count(date)), ..Pace::default() };
        let caps = |pace: &Pace| [0, 279, 280, 9_999].map(|clean| pace.grown_after(clean).map_or(0, NonZeroU32::get));
        assert_eq!(caps(&Pace::default()), [20; 4]);
        assert_eq!(caps(&grows(30, 30)), [20, 20, 30, 30]);
        let said = |pace: &Pace| pace.validate(Realm::Real).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(said(&grows(30, 30)), Vec::<String>::new());
        assert_eq!(
            said(&grows(30, 20)),
            ["`pace.per_day_later`: `pace.per_date` allows only 20; raise that to 30 or more too"]
        );
        assert_eq!(
            said(&grows(10, 20)),
            ["`pace.per_day_later`: 10 is no more than `pace.per_day`, 20; raise it, or 0 for no growth"]
        );
        assert_eq!(said(&grows(51, 50)).len(), 2);
    }

    #[test]
    fn chance_stays_within_the_range() {
        let gap = Pace::default().gap;
        assert_eq!(gap.at(Jitter::new(-3.0)), gap.min);
        assert_eq!(gap.at(Jitter::new(7.0)), gap.max);
        assert_eq!(gap.at(Jitter::new(f64::NAN)), gap.max);
        assert_eq!(gap.at(Jitter::AVERAGE), Duration::from_secs(40));
    }
}
