//! What the approval of a plan binds of a pace: how fast at most, in which hours, and in which time zone.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::active::Active;
use super::pace::{Pace, VisitPace};
use super::zone;
use crate::event::id::Route;

/// What a plan's approval binds of a pace: a run may be slower than this and keep to fewer hours, never be faster or at other
/// hours without a new approval.
///
/// A limit that a plan of before does not name is not bound by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ceilings {
    /// The shortest gap.
    pub gap_min: Duration,
    /// The most in a row.
    pub batch: NonZeroU32,
    /// The shortest pause between batches.
    pub batch_pause_min: Duration,
    /// The most in any 60 minutes.
    pub per_hour: Option<NonZeroU32>,
    /// The most in any 24 hours.
    pub per_day: Option<NonZeroU32>,
    /// The length of the slow start.
    pub ramp_days: u32,
    /// The most in 24 hours after the growth; none: the plan allows no growth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_day_later: Option<NonZeroU32>,
    /// The most on one civil day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_date: Option<NonZeroU32>,
    /// The most in any 7 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_week: Option<NonZeroU32>,
    /// The most in any 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_month: Option<NonZeroU32>,
    /// How often profiles are opened; none where the plan opens none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visits: Option<VisitPace>,
    /// When; none: the plan was made before an approval bound hours and zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
}

/// The hours of an approval, and the zone that they and the days are counted in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// The hours in which somebody may be begun.
    pub hours: Active,
    /// The zone, as [`zone::rule`] has it.
    pub zone: String,
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, days and hours of {}", self.hours, self.zone)
    }
}

/// A setting that is not within what was approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excess {
    /// The setting, such as `pace.per_day`.
    pub key: &'static str,
    /// What was approved.
    pub approved: String,
    /// What the settings say now.
    pub now: String,
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}, the plan has {}", self.key, self.now, self.approved)
    }
}

impl Pace {
    /// What the approval of a plan through these pages binds of this pace.
    #[must_use]
    pub fn ceilings_for(&self, route: Route) -> Ceilings {
        let visits = (route == Route::Profile).then(|| self.visits.clone());
        Ceilings { visits, ..self.ceilings() }
    }

    /// What a plan's approval binds of this pace where no profile is opened.
    #[must_use]
    pub fn ceilings(&self) -> Ceilings {
        Ceilings {
            gap_min: self.gap.min,
            batch: self.batch,
            batch_pause_min: self.batch_pause.min,
            per_hour: self.per_hour,
            per_day: self.per_day,
            ramp_days: self.ramp_days,
            per_day_later: self.per_day_later,
            per_date: self.per_date,
            per_week: self.per_week,
            per_month: self.per_month,
            visits: None,
            when: Some(When { hours: self.active.clone(), zone: zone::rule(&self.zone) }),
        }
    }
}

impl Ceilings {
    /// Every setting of a pace that is not within what was approved; empty when all of it is.
    #[must_use]
    pub fn exceeded_by(&self, pace: &Pace) -> Vec<Excess> {
        // Growth up to what may be done in a day anyway is none.
        let grown = self.per_day.map(|cap| self.per_day_later.map_or(cap, |later| later.max(cap)));
        let later = pace.per_day_later.filter(|later| grown.is_some_and(|most| *later > most));
        let excesses = [
            shorter("pace.gap_min", pace.gap.min, self.gap_min),
            more("pace.batch", Some(pace.batch), Some(self.batch)),
            shorter("pace.batch_pause_min", pace.batch_pause.min, self.batch_pause_min),
            more("pace.per_hour", pace.per_hour, self.per_hour),
            more("pace.per_day", pace.per_day, self.per_day),
            later.map(|later| Excess { key: "pace.per_day_later", approved: cap(grown), now: later.to_string() }),
            more("pace.per_date", pace.per_date, self.per_date),
            more("pace.per_week", pace.per_week, self.per_week),
            more("pace.per_month", pace.per_month, self.per_month),
            (pace.ramp_days < self.ramp_days).then(|| Excess {
                key: "pace.ramp_days",
                approved: self.ramp_days.to_string(),
                now: pace.ramp_days.to_string(),
            }),
        ];
        let visits = self.visits.iter().flat_map(|visits| visited(&pace.visits, visits));
        let when = self.when.iter().flat_map(|when| when.left_by(pace));
        excesses.into_iter().chain(visits).flatten().chain(when).collect()
    }
}

impl When {
    /// Hours that were not approved, and another zone.
    fn left_by(&self, pace: &Pace) -> Vec<Excess> {
        let zone = zone::rule(&pace.zone);
        let hours = (!pace.active.is_within(&self.hours)).then(|| Excess {
            key: "pace.active",
            approved: self.hours.to_string(),
            now: pace.active.to_string(),
        });
        let zone =
            (zone != self.zone).then(|| Excess { key: "time.zone", approved: self.zone.clone(), now: zone.clone() });
        hours.into_iter().chain(zone).collect()
    }
}

fn visited(is: &VisitPace, was: &VisitPace) -> [Option<Excess>; 4] {
    [
        shorter("pace.visit_gap", is.gap, was.gap),
        more("pace.visits_per_hour", is.per_hour, was.per_hour),
        more("pace.visits_per_day", is.per_day, was.per_day),
        more("pace.visits_per_week", is.per_week, was.per_week),
    ]
}

/// A time that is shorter than the approved one.
fn shorter(key: &'static str, is: Duration, least: Duration) -> Option<Excess> {
    let words = |time: Duration| format!("{} s", time.as_secs_f64());
    (is < least).then(|| Excess { key, approved: words(least), now: words(is) })
}

/// A cap that is higher than the approved one, or none where there was one.
fn more(key: &'static str, is: Option<NonZeroU32>, most: Option<NonZeroU32>) -> Option<Excess> {
    let exceeds = most.is_some_and(|most| is.is_none_or(|is| is > most));
    exceeds.then(|| Excess { key, approved: cap(most), now: cap(is) })
}

fn cap(cap: Option<NonZeroU32>) -> String {
    cap.map_or("no cap".to_owned(), |cap| cap.to_string())
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::policy::active::Window;

    fn count(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).unwrap()
    }

    fn keys(ceilings: &Ceilings, pace: &Pace) -> Vec<&'static str> {
        ceilings.exceeded_by(pace).iter().map(|excess| excess.key).collect()
    }

    #[test]
    fn a_faster_pace_exceeds_the_approved_one_and_a_slower_one_does_not() {
        let approved = Pace::default().ceilings();
        assert_eq!(keys(&approved, &Pace::default()), [""; 0]);
        assert_eq!(keys(&approved, &Pace::off()).len(), 9);
        let profiles = Pace::default().ceilings_for(Route::Profile);
        assert_eq!(keys(&profiles, &Pace::off()).len(), 13, "who opens profiles is bound in that too");
        assert_eq!(Pace::default().ceilings_for(Route::List), approved);
        let slower = Pace { per_day: Some(count(5)), ..Pace::default() };
        assert!(keys(&approved, &slower).is_empty());
        assert_eq!(keys(&slower.ceilings(), &Pace::default()), ["pace.per_day"]);
    }

    #[test]
    fn a_plan_of_before_is_read_and_bound_by_what_it_names() {
        let old = r#"{"gap_min":{"secs":20,"nanos":0},"batch":10,"batch_pause_min":{"secs":300,"nanos":0},"per_hour":20,"per_day":20,"ramp_days":5,"visits":{"gap":{"secs":10,"nanos":0},"per_hour":15,"per_day":45}}"#;
        let ceilings: Ceilings = serde_json::from_str(old).unwrap();
        assert_eq!(serde_json::to_string(&ceilings).unwrap(), old, "and is written as it was");
        assert!(keys(&ceilings, &Pace::default()).is_empty());
        let grown = Pace { per_day_later: Some(count(30)), per_date: Some(count(30)), ..Pace::default() };
        assert_eq!(keys(&ceilings, &grown), ["pace.per_day_later"], "no plan of before allows a growth");
        assert!(keys(&grown.ceilings(), &grown).is_empty());
        assert!(keys(&grown.ceilings(), &Pace::default()).is_empty(), "less growth is slower");
        let current = Pace::default().ceilings();
        for (faster, key) in [
            (Pace { per_date: Some(count(21)), ..Pace::default() }, "pace.per_date"),
            (Pace { per_week: Some(count(141)), ..Pace::default() }, "pace.per_week"),
            (Pace { per_month: None, ..Pace::default() }, "pace.per_month"),
        ] {
            assert_eq!(keys(&current, &faster), [key]);
        }
    }

    #[test]
    fn other_hours_and_another_zone_are_not_what_was_approved_and_fewer_hours_are() {
        let hours = |windows: &[&str]| windows.iter().map(|text| text.parse::<Window>().unwrap()).collect::<Active>();
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let office = Pace { active: hours(&["mon-fri 09:00-18:00"]), zone: berlin.clone(), ..Pace::default() };
        let approved = office.ceilings();
        let with = |active: Active| Pace { active, ..office.clone() };
        assert_eq!(keys(&approved, &office), [""; 0]);
        assert_eq!(keys(&approved, &with(hours(&["mon 09:00-10:00", "fri 17:00-18:00"]))), [""; 0]);
        for other in [hours(&["mon-fri 09:00-18:01"]), hours(&["mon-sat 09:00-18:00"]), Active::default()] {
            assert_eq!(keys(&approved, &with(other)), ["pace.active"]);
        }
        let moved = Pace { zone: TimeZone::get("America/New_York").unwrap(), ..office.clone() };
        let said: Vec<String> = approved.exceeded_by(&moved).iter().map(ToString::to_string).collect();
        assert_eq!(said, ["`time.zone` is America/New_York, the plan has Europe/Berlin"]);
        let text = serde_json::to_string(&approved).unwrap();
        assert!(
            text.ends_with(r#""when":{"hours":["mon-fri 09:00-18:00"],"zone":"Europe/Berlin"}}"#),
            "written as it is read: {text}"
        );
        assert_eq!(serde_json::from_str::<Ceilings>(&text).unwrap(), approved);
        assert!(serde_json::from_str::<Ceilings>(&text.replace("mon-fri", "someday")).is_err());
        let of_before = Ceilings { when: None, ..approved };
        assert_eq!(keys(&of_before, &Pace { active: Active::default(), ..moved }), [""; 0], "it bound neither");
    }
}
