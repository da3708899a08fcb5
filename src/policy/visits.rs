//! When the next profile may be opened: views of profiles have limits of their own, on whatever route.

use std::num::NonZeroU32;

use jiff::Timestamp;

use super::pace::VisitPace;
use super::quota::{DAY, Debits, HOUR, Limit, Slot, WEEK, later};

/// How many profile views must be free before a person is begun: looked up, and read again after the click. Otherwise a
/// cap would leave somebody in doubt for a day.
pub const TO_BEGIN: u32 = 2;

/// How many profile views a person takes in all: looked up, verified, audited.
pub const A_PERSON: u32 = 3;

/// How many profile views the rehearsal of one person takes.
pub const A_REHEARSAL: u32 = 1;

/// When `number` profile views may begin, by every limit of their own.
///
/// `visits` are the views made so far. More than a cap allows at all is never waited for: then the whole cap must be free.
/// Waiting longer than asked never breaks a limit.
#[must_use]
pub fn next_visits(now: Timestamp, visits: &Debits, pace: &VisitPace, number: u32) -> Slot {
    let Some(last) = visits.last() else { return Slot::Go };
    let mut limits = vec![(later(last, pace.gap), Limit::VisitGap)];
    if let Some(cap) = pace.per_hour {
        limits.extend(visits.room_for(left_of(cap, number), HOUR).map(|until| (until, Limit::VisitsHour(cap))));
    }
    if let Some(cap) = pace.per_day {
        limits.extend(visits.room_for(left_of(cap, number), DAY).map(|until| (until, Limit::VisitsDay(cap))));
    }
    if let Some(cap) = pace.per_week {
        limits.extend(visits.room_for(left_of(cap, number), WEEK).map(|until| (until, Limit::VisitsWeek(cap))));
    }
    match limits.into_iter().max_by_key(|(until, _)| *until) {
        // Where the newest view lies ahead, no limit can be trusted to pass sooner than it says.
        Some((until, _)) if last > now => Slot::Wait { until, why: Limit::Clock },
        Some((until, why)) if until > now => Slot::Wait { until, why },
        _ => Slot::Go,
    }
}

/// So many views in a window leave no room for `number` more.
fn left_of(cap: NonZeroU32, number: u32) -> NonZeroU32 {
    let kept = cap.get().saturating_sub(number.max(1)) + 1;
    NonZeroU32::new(kept).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn visits(times: impl IntoIterator<Item = i64>) -> Debits {
        times.into_iter().map(at).collect()
    }

    fn pace(gap: u64, per_hour: u32, per_day: u32) -> VisitPace {
        VisitPace {
            gap: Duration::from_secs(gap),
            per_hour: NonZeroU32::new(per_hour),
            per_day: NonZeroU32::new(per_day),
            per_week: NonZeroU32::new(per_day * 5),
        }
    }

    #[test]
    fn the_gap_and_the_caps_are_waited_for() {
        let pace = pace(10, 3, 5);
        let hour = Limit::VisitsHour(NonZeroU32::new(3).unwrap());
        let day = Limit::VisitsDay(NonZeroU32::new(5).unwrap());
        assert_eq!(next_visits(at(0), &Debits::default(), &pace, 2), Slot::Go);
        let wait = |times: &[i64], now, number| next_visits(at(now), &visits(times.iter().copied()), &pace, number);
        assert_eq!(wait(&[0], 4, 1), Slot::Wait { until: at(10), why: Limit::VisitGap });
        assert_eq!(wait(&[0], 10, 2), Slot::Go);
        assert_eq!(wait(&[0, 10], 20, 2), Slot::Wait { until: at(3_600), why: hour }, "one is left, two are wanted");
        assert_eq!(wait(&[0, 10], 20, 1), Slot::Go);
        assert_eq!(wait(&[0, 10, 20], 4_000, 2), Slot::Go);
        assert_eq!(wait(&[0, 10, 20, 4_000], 8_000, 2), Slot::Wait { until: at(86_400), why: day });
        assert_eq!(wait(&[500], 100, 1), Slot::Wait { until: at(510), why: Limit::Clock }, "the clock went back");
    }

    #[test]
    fn more_than_a_cap_needs_the_whole_cap_and_is_not_waited_for_for_ever() {
        let pace = pace(0, 1, 1);
        assert_eq!(next_visits(at(90_000), &visits([0]), &pace, 2), Slot::Go);
    }

    /// Counted without the code under test.
    fn most_within(times: &[i64], window: i64) -> usize {
        let within = |end: &i64| times.iter().filter(|time| **time > end - window && *time <= end).count();
        times.iter().map(within).max().unwrap_or(0)
    }

    proptest! {
        /// People of both routes, rehearsals and second looks come in any order; restarts keep nothing but the rows.
        #[test]
        fn no_rolling_window_ever_holds_more_views_than_its_cap(
            gap in 0_u64..40,
            per_hour in 1_u32..20,
            per_day in 1_u32..50,
            wishes in proptest::collection::vec((0_i64..5_000, 1_u32..4), 1..120),
        ) {
            let pace = pace(gap, per_hour, per_day);
            let mut rows: Vec<i64> = Vec::new();
            let mut now = 0;
            for (idle, number) in wishes {
                now += idle;
                if let Slot::Wait { until, .. } = next_visits(at(now), &visits(rows.iter().copied()), &pace, number) {
                    now = until.as_second() - 1_800_000_000;
                }
                for _ in 0..number {
                    if let Slot::Wait { until, .. } = next_visits(at(now), &visits(rows.iter().copied()), &pace, 1) {
                        now = until.as_second() - 1_800_000_000;
                    }
                    rows.push(now);
                }
            }
            prop_assert!(most_within(&rows, 3_600) <= per_hour as usize);
            prop_assert!(most_within(&rows, 86_400) <= per_day as usize);
            prop_assert!(most_within(&rows, 7 * 86_400) <= per_day as usize * 5);
            prop_assert!(rows.windows(2).all(|pair| pair[1] - pair[0] >= gap.cast_signed()));
        }

        #[test]
        fn who_waited_for_room_is_not_held_up_between_two_views_by_a_cap(
            per_hour in 2_u32..20,
            per_day in 2_u32..50,
            times in proptest::collection::vec(-90_000_i64..0, 0..80),
        ) {
            let pace = pace(10, per_hour, per_day);
            let mut rows = times;
            let begin = match next_visits(at(0), &visits(rows.iter().copied()), &pace, TO_BEGIN) {
                Slot::Go => 0,
                Slot::Wait { until, .. } => until.as_second() - 1_800_000_000,
            };
            rows.push(begin);
            let second = next_visits(at(begin + 10), &visits(rows), &pace, 1);
            prop_assert_eq!(second, Slot::Go);
        }
    }
}
