//! The calendar: on which days a number of people will be done, found by running the pace ahead.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::pace::{Jitter, Pace};
use super::quota::{Debits, Slot, Tempo, later, next_slot};
use super::visits::{A_PERSON, TO_BEGIN, next_visits};

/// A pause of this length ends a working day: the waits within one are minutes, or an hour at most.
const REST: Duration = Duration::from_secs(6 * 3_600);

/// What chance may add: a start that much later seldom meets a wait.
const SLACK: Duration = Duration::from_secs(180);

/// One working day of a forecast: people with no pause of six hours between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// When its first person is due.
    pub first: Timestamp,
    /// When its last person is due.
    pub last: Timestamp,
    /// How many people.
    pub people: u64,
}

impl Day {
    /// From when on the people of the day follow each other at the pace's gaps alone: later than the first of them is due where
    /// the limits let the others through one by one.
    #[must_use]
    pub fn calm_start(&self, pace: &Pace) -> Timestamp {
        let (people, batch) = (u32::try_from(self.people).unwrap_or(u32::MAX), pace.batch.get());
        let gaps = pace.gap.at(Jitter::AVERAGE).saturating_mul(people.saturating_sub(1));
        let pauses = pace.batch_pause.at(Jitter::AVERAGE).saturating_mul(people.saturating_sub(1) / batch);
        let start = self.last.checked_sub(gaps.saturating_add(pauses)).unwrap_or(self.first).max(self.first);
        if start > self.first { start.checked_add(SLACK).unwrap_or(start) } else { start }
    }
}

/// When a number of people will be done, if nothing stops the work and every wait is an average one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// The working days, in order; never empty.
    pub days: Vec<Day>,
}

impl Forecast {
    /// When the first person is due.
    #[must_use]
    pub fn first(&self) -> Timestamp {
        self.days.first().map_or(Timestamp::MIN, |day| day.first)
    }

    /// When the last person is due.
    #[must_use]
    pub fn last(&self) -> Timestamp {
        self.days.last().map_or(Timestamp::MAX, |day| day.last)
    }

    /// How many days there is work on.
    #[must_use]
    pub fn working_days(&self) -> usize {
        self.days.len()
    }

    /// On how many dates of that zone there is work: a working day that goes past midnight has two.
    #[must_use]
    pub fn dates(&self, zone: &TimeZone) -> usize {
        let date = |at: Timestamp| at.to_zoned(zone.clone()).date();
        let mut dates: Vec<Date> = self.days.iter().flat_map(|day| [date(day.first), date(day.last)]).collect();
        dates.sort_unstable();
        dates.dedup();
        dates.len()
    }

    /// The same where each person takes so long from the first look to the proof: gaps are counted from one beginning to the next,
    /// so a day ends after its last person is done, and no sooner than all of them take one after another.
    #[must_use]
    pub fn taking(mut self, each: Duration) -> Self {
        for day in &mut self.days {
            let people = u32::try_from(day.people).unwrap_or(u32::MAX);
            day.last = later(day.last, each).max(later(day.first, each.saturating_mul(people)));
        }
        self
    }

    /// How many minutes the longest day takes from its first person to its last, rounded up.
    #[must_use]
    pub fn minutes_per_day(&self) -> u64 {
        let longest = self.days.iter().map(|day| day.last.duration_since(day.first).as_secs()).max();
        u64::try_from(longest.unwrap_or(0)).unwrap_or(0).div_ceil(60)
    }
}

/// Runs the pace ahead for `people` people from `now` on; none for nobody.
///
/// `debits` is what was spent already: caps and slow start count it.
#[must_use]
pub fn forecast(people: u64, now: Timestamp, debits: &Debits, pace: &Pace) -> Option<Forecast> {
    run_ahead(people, now, (debits.clone(), None), pace)
}

/// As [`forecast`], for people whose profiles are opened; `visits` are the views made so far.
#[must_use]
pub fn forecast_visiting(
    people: u64,
    now: Timestamp,
    (debits, visits): (&Debits, &Debits),
    pace: &Pace,
) -> Option<Forecast> {
    run_ahead(people, now, (debits.clone(), Some(visits.clone())), pace)
}

/// `visits` where profiles are opened.
fn run_ahead(
    people: u64,
    now: Timestamp,
    (mut debits, mut visits): (Debits, Option<Debits>),
    pace: &Pace,
) -> Option<Forecast> {
    let mut days: Vec<Day> = Vec::new();
    let mut at = now;
    for _ in 0..people {
        at = begin(at, (&debits, visits.as_ref()), pace);
        debits.push(at);
        let mut view = at;
        if let Some(visits) = &mut visits {
            for _ in 0..A_PERSON {
                view = wait_for(view, visits, pace, 1);
                visits.push(view);
            }
        }
        match days.last_mut().filter(|day| at < later(day.last, REST)) {
            Some(day) => {
                day.last = at;
                day.people += 1;
            }
            None => days.push(Day { first: at, last: at, people: 1 }),
        }
    }
    (!days.is_empty()).then_some(Forecast { days })
}

/// When a person may be begun by the limits on deeds and on views: what one of them allows may be too early for the other.
fn begin(mut at: Timestamp, (debits, visits): (&Debits, Option<&Debits>), pace: &Pace) -> Timestamp {
    loop {
        let asked = at;
        if let Slot::Wait { until, .. } = next_slot(at, debits, pace, Tempo::AVERAGE) {
            at = until;
        }
        at = visits.map_or(at, |visits| wait_for(at, visits, pace, TO_BEGIN));
        if at == asked {
            return at;
        }
    }
}

fn wait_for(at: Timestamp, visits: &Debits, pace: &Pace, number: u32) -> Timestamp {
    match next_visits(at, visits, &pace.visits, number) {
        Slot::Go => at,
        Slot::Wait { until, .. } => until,
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use proptest::prelude::*;

    use super::super::pace::Jitter;
    use super::super::quota::DAY;
    use super::super::slowdown::Slowdown;
    use super::*;

    fn now() -> Timestamp {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_day_ends_when_its_last_person_is_done() {
        let day =
            |last: i64, people| Day { first: Timestamp::UNIX_EPOCH, last: Timestamp::new(last, 0).unwrap(), people };
        let ends =
            |day: Day, each| Forecast { days: vec![day] }.taking(Duration::from_secs(each)).days[0].last.as_second();
        assert_eq!(ends(day(300, 4), 20), 320, "gaps are longer than what a person takes");
        assert_eq!(ends(day(0, 4), 20), 80, "without gaps each begins when the one before is done");
        assert_eq!(ends(day(300, 4), 0), 300);
    }

    #[test]
    fn nine_hundred_people_take_forty_seven_working_days() {
        let forecast = forecast(900, now(), &Debits::default(), &Pace::default()).unwrap();
        assert_eq!(forecast.working_days(), 47);
        let people: Vec<u64> = forecast.days.iter().map(|day| day.people).collect();
        assert_eq!(people[..5], [4, 8, 12, 16, 20]);
        assert!(people[5..].iter().all(|people| *people == 20), "{people:?}");
        assert_eq!(forecast.first(), now());
        assert_eq!(forecast.last().duration_since(now()).as_hours() / 24, 46);
        assert!((15..30).contains(&forecast.minutes_per_day()), "{}", forecast.minutes_per_day());
    }

    #[test]
    fn nobody_has_no_calendar_and_one_person_one_moment() {
        assert_eq!(forecast(0, now(), &Debits::default(), &Pace::default()), None);
        let one = forecast(1, now(), &Debits::default(), &Pace::default()).unwrap();
        assert_eq!((one.first(), one.last(), one.working_days(), one.minutes_per_day()), (now(), now(), 1, 0));
    }

    #[test]
    fn a_day_ends_with_a_long_pause_and_not_after_24_hours() {
        let spent: Debits = [now(), now(), now()].into_iter().collect();
        let two = forecast(2, now(), &spent, &Pace::default()).unwrap();
        assert_eq!((two.working_days(), two.minutes_per_day()), (2, 0), "the slow start allows four on its first day");
    }

    #[test]
    fn a_day_begins_when_its_people_follow_each_other_by_the_gaps_alone() {
        let first = now();
        let after = |seconds: u64| later(first, Duration::from_secs(seconds));
        let pace = Pace::default();
        // Ten people take nine gaps of 40 s; the last one is held back for another 10 minutes by yesterday's.
        let held = Day { first, last: after(9 * 40 + 600), people: 10 };
        assert_eq!(held.calm_start(&pace), after(600 + 180));
        let free = Day { first, last: after(9 * 40), people: 10 };
        assert_eq!(free.calm_start(&pace), first, "nothing is waited for that is free");
        assert_eq!(Day { first, last: first, people: 1 }.calm_start(&pace), first);
        // Eleven have a pause after the tenth.
        let pause = Day { first, last: after(10 * 40 + 450), people: 11 };
        assert_eq!(pause.calm_start(&pace), first);
    }

    #[test]
    fn dates_are_those_of_the_place_where_the_work_is_seen() {
        let late: Timestamp = "2026-03-02T22:59:30Z".parse().unwrap();
        let few = forecast(4, late, &Debits::default(), &Pace::default()).unwrap();
        assert_eq!((few.working_days(), few.dates(&TimeZone::UTC)), (1, 1));
        assert_eq!(few.dates(&TimeZone::get("Europe/Berlin").unwrap()), 2, "it goes past midnight there");
        let many = forecast(900, now(), &Debits::default(), &Pace::default()).unwrap();
        assert_eq!(many.dates(&TimeZone::UTC), 47);
    }

    #[test]
    fn without_a_pace_everybody_is_due_at_once() {
        let all = forecast(300, now(), &Debits::default(), &Pace::off()).unwrap();
        assert_eq!((all.working_days(), all.last()), (1, now()));
    }

    #[test]
    fn hours_weeks_months_and_growth_are_in_the_calendar() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let active = ["mon-fri 09:00-18:00".parse::<super::super::active::Window>().unwrap()].into_iter().collect();
        let office = Pace { active, zone: zone.clone(), ..Pace::default() };
        let days = |pace: &Pace| {
            let forecast = forecast(900, now(), &Debits::default(), pace).unwrap();
            (forecast.working_days(), forecast.last().duration_since(now()).as_hours() / 24, forecast)
        };
        let (working, all, forecast) = days(&office);
        assert_eq!((working, all), (47, 63), "forty-seven weekdays, from a Monday on");
        let weekday = |at: Timestamp| at.to_zoned(zone.clone()).weekday().to_monday_zero_offset();
        assert!(forecast.days.iter().all(|day| weekday(day.first) < 5 && weekday(day.last) < 5));
        let (working, all, _) = days(&Pace { per_week: NonZeroU32::new(70), ..office.clone() });
        assert!((60..80).contains(&working) && (84..98).contains(&all), "{working} days of {all}");
        let (_, all, _) = days(&Pace { per_month: NonZeroU32::new(200), ..Pace::default() });
        assert!((120..150).contains(&all), "{all} days");
        let cap = NonZeroU32::new(30);
        let grown = Pace {
            per_day_later: cap,
            per_date: cap,
            per_week: NonZeroU32::new(210),
            per_month: NonZeroU32::new(900),
            ..Pace::default()
        };
        let (working, _, forecast) = days(&grown);
        assert_eq!(forecast.days.iter().map(|day| day.people).max(), Some(30));
        assert_eq!(working, 37, "sixteen days up to 280, then thirty a day");
        let dated = Pace { per_date: NonZeroU32::new(10), ..Pace::default() };
        assert!(days(&dated).0 >= 90);
    }

    #[test]
    fn profile_views_make_it_longer_where_they_are_fewer() {
        let none = Debits::default();
        let all = forecast_visiting(45, now(), (&none, &none), &Pace::default()).unwrap();
        let people: Vec<u64> = all.days.iter().map(|day| day.people).collect();
        assert_eq!(people[..3], [4, 8, 12], "the slow start comes first");
        assert!(people[3..].iter().all(|people| *people <= 15), "{people:?}");
        let listed = forecast(45, now(), &none, &Pace::default()).unwrap();
        assert!(all.last() >= listed.last());
        assert_eq!(forecast_visiting(9, now(), (&none, &none), &Pace::off()).unwrap().last(), now());
        let active = ["09:00-12:00".parse::<super::super::active::Window>().unwrap()].into_iter().collect();
        let mornings = forecast_visiting(45, now(), (&none, &none), &Pace { active, ..Pace::default() }).unwrap();
        let hour = |at: Timestamp| at.to_zoned(TimeZone::UTC).hour();
        assert!(mornings.days.iter().all(|day| hour(day.first) >= 9 && hour(day.last) < 12), "{mornings:?}");
        let spent: Debits = (0..44).map(|index| later(now(), DAY / 1000 * index)).collect();
        let one = forecast_visiting(1, later(now(), DAY / 2), (&none, &spent), &Pace::default()).unwrap();
        assert!(one.first() >= later(now(), DAY), "one view is left today, two are needed to begin");
    }

    #[test]
    fn what_was_spent_today_delays_the_calendar() {
        let spent: Debits = (0..4).map(|index| later(now(), DAY / 100 * index)).collect();
        let rest = forecast(1, later(now(), DAY / 2), &spent, &Pace::default()).unwrap();
        assert_eq!(rest.first(), later(now(), DAY));
    }

    #[test]
    fn thirty_thousand_people_end_before_the_end_of_time() {
        let slowest = Pace { per_day: NonZeroU32::new(1), ..Pace::default() };
        let all = forecast(30_000, now(), &Debits::default(), &slowest).unwrap();
        assert_eq!(all.working_days(), 30_000);
        assert!(all.last() < Timestamp::MAX);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        /// A run draws its waits, stops after each person and asks the ledger's rows again; the forecast does neither.
        #[test]
        fn a_simulated_run_ends_when_the_calendar_says(
            people in 30_u64..160,
            per_day in 2_u32..50,
            draws in proptest::collection::vec(0.0_f64..=1.0, 40),
        ) {
            let pace = Pace { per_day: NonZeroU32::new(per_day), ..Pace::default() };
            let planned = forecast(people, now(), &Debits::default(), &pace).unwrap();
            let (mut at, mut rows) = (now(), Vec::new());
            for index in 0..people {
                let jitter = Jitter::new(draws[usize::try_from(index).unwrap() % draws.len()]);
                let ledger: Debits = rows.iter().rev().copied().collect();
                if let Slot::Wait { until, .. } = next_slot(at, &ledger, &pace, Tempo { jitter, slowdown: Slowdown::NONE }) {
                    at = until;
                }
                rows.push(at);
            }
            // The days are the caps' doing, so chance moves the end only within one day's work.
            let apart = planned.last().duration_since(at).abs();
            prop_assert!(apart.as_mins() <= 60, "planned {} but ended {at}", planned.last());
        }

        #[test]
        fn more_people_never_end_sooner(people in 1_u64..200, per_day in 1_u32..50) {
            let pace = Pace { per_day: NonZeroU32::new(per_day), ..Pace::default() };
            let end = |people| forecast(people, now(), &Debits::default(), &pace).unwrap().last();
            prop_assert!(end(people) <= end(people + 1));
        }
    }
}
