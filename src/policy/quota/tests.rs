mod calendar;
mod whole;

use proptest::prelude::*;

use super::super::pace::Span;
use super::super::slowdown::Observation;
use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn seconds(time: Timestamp) -> i64 {
    time.as_second() - 1_800_000_000
}

fn debits(times: &[i64]) -> Debits {
    times.iter().map(|time| at(*time)).collect()
}

fn tempo(jitter: f64) -> Tempo {
    Tempo { jitter: Jitter::new(jitter), slowdown: Slowdown::NONE }
}

/// An account with some history: five early days with one debit each.
fn seasoned() -> Debits {
    (1..=5).map(|day| at(-day * 3 * 86_400)).collect()
}

/// Spends `number` slots, waiting exactly as told, with the given draws in turn.
fn simulate(mut debits: Debits, number: usize, pace: &Pace, draws: &[f64]) -> Debits {
    let mut now = at(0);
    for index in 0..number {
        let tempo = tempo(draws[index % draws.len()]);
        if let Slot::Wait { until, .. } = next_slot(now, &debits, pace, tempo) {
            now = until;
        }
        assert_eq!(next_slot(now, &debits, pace, tempo), Slot::Go);
        debits.push(now);
    }
    debits
}

#[test]
fn the_first_one_goes_at_once() {
    assert_eq!(next_slot(at(0), &Debits::default(), &Pace::default(), Tempo::AVERAGE), Slot::Go);
}

#[test]
fn the_gap_runs_from_the_last_debit() {
    let pace = Pace::default();
    let spent = debits(&[0]);
    assert_eq!(next_slot(at(30), &spent, &pace, tempo(0.5)), Slot::Wait { until: at(40), why: Limit::Gap });
    assert_eq!(next_slot(at(40), &spent, &pace, tempo(0.5)), Slot::Go);
    let slow = Tempo { slowdown: Slowdown::of([Observation::Soft]), ..tempo(0.5) };
    assert_eq!(next_slot(at(40), &spent, &pace, slow), Slot::Wait { until: at(80), why: Limit::Gap });
}

#[test]
fn every_tenth_earns_a_pause_and_a_hole_saves_none() {
    let pace = Pace { per_hour: None, ramp_days: 0, ..Pace::default() };
    let row = simulate(seasoned(), 15, &pace, &[0.0]);
    let gaps: Vec<i64> = row.as_slice()[5..].windows(2).map(|pair| seconds(pair[1]) - seconds(pair[0])).collect();
    assert_eq!(gaps, [20, 20, 20, 20, 300, 20, 20, 20, 20, 20, 20, 20, 20, 20]);
    let last = row.last().unwrap();
    let slot = next_slot(last, &row, &pace, tempo(0.0));
    assert_eq!(slot, Slot::Wait { until: later(last, Duration::from_secs(300)), why: Limit::BatchPause });
    let mut broken = simulate(seasoned(), 14, &pace, &[0.0]);
    broken.push(later(broken.last().unwrap(), Duration::from_secs(400)));
    let last = broken.last().unwrap();
    let slot = next_slot(last, &broken, &pace, tempo(0.0));
    assert_eq!(
        slot,
        Slot::Wait { until: later(last, Duration::from_secs(300)), why: Limit::BatchPause },
        "otherwise a slow page before it could bring the next person forward"
    );
}

#[test]
fn a_full_hour_and_a_full_day_wait_for_their_oldest() {
    let mut pace = Pace { ramp_days: 0, batch: NonZeroU32::MAX, per_date: None, ..Pace::default() };
    let full: Vec<i64> = (0..20).map(|index| index * 60).collect();
    pace.per_day = NonZeroU32::new(50);
    let cap = NonZeroU32::new(20).unwrap();
    let slot = next_slot(at(1_300), &debits(&full), &pace, tempo(0.0));
    assert_eq!(slot, Slot::Wait { until: at(3_600), why: Limit::Hour(cap) });
    pace.per_day = Some(cap);
    let slot = next_slot(at(1_300), &debits(&full), &pace, tempo(0.0));
    assert_eq!(slot, Slot::Wait { until: at(86_400), why: Limit::Day(cap) });
}

#[test]
fn the_slow_start_gives_a_fifth_on_the_first_day_and_two_on_the_second() {
    let pace = Pace::default();
    let cap = NonZeroU32::new(4).unwrap();
    let first = simulate(Debits::default(), 4, &pace, &[0.0]);
    let slot = next_slot(at(3_600), &first, &pace, tempo(0.0));
    assert_eq!(slot, Slot::Wait { until: at(86_400), why: Limit::Ramp { day: 1, cap } });
    let all = simulate(Debits::default(), 13, &pace, &[0.0]);
    let on_day = |day: i64| all.as_slice().iter().filter(|time| seconds(**time) / 86_400 == day).count();
    assert_eq!((on_day(0), on_day(1), on_day(2)), (4, 8, 1));
}

#[test]
fn days_without_activity_do_not_raise_the_slow_start() {
    let pace = Pace::default();
    let long_ago = debits(&[-90 * 86_400]);
    let now = simulate(long_ago, 9, &pace, &[0.0]);
    let last_two = &now.as_slice()[8..];
    assert!(seconds(last_two[0]) < 3_600, "the eighth of day 2 is on the day itself");
    assert!(seconds(last_two[1]) >= 86_400, "the ninth waits");
}

#[test]
fn a_debit_in_the_future_is_waited_for_even_without_a_pace() {
    let spent = debits(&[1_000]);
    assert_eq!(next_slot(at(0), &spent, &Pace::off(), tempo(0.0)), Slot::Wait { until: at(1_000), why: Limit::Clock });
    assert_eq!(
        next_slot(at(0), &spent, &Pace::default(), tempo(0.0)),
        Slot::Wait { until: at(1_020), why: Limit::Clock }
    );
    assert_eq!(next_slot(at(1_000), &spent, &Pace::off(), tempo(0.0)), Slot::Go);
}

#[test]
fn a_hundred_restarts_in_an_hour_spend_no_more_than_one_run() {
    let pace = Pace::default();
    let mut spent = seasoned();
    let before = spent.as_slice().len();
    for restart in 0..100 {
        let now = at(restart * 36);
        if next_slot(now, &spent, &pace, tempo(0.0)) == Slot::Go {
            spent.push(now);
        }
    }
    let in_the_hour = spent.as_slice().len() - before;
    assert!((1..=20).contains(&in_the_hour), "{in_the_hour}");
}

/// Whether no window holds more than it may, no row is longer than a batch and no gap too short, counted without the
/// code under test.
fn keeps_the_caps(debits: &[Timestamp], pace: &Pace) -> bool {
    const SECOND: i128 = 1_000_000_000;
    let times: Vec<i128> = debits.iter().map(|time| time.as_nanosecond()).collect();
    let within = |end: i128, window: i128| times.iter().filter(|time| **time > end - window && **time <= end).count();
    let hole = |pair: &[i128]| pair[1] - pair[0] >= pace.batch_pause.min.as_nanos().cast_signed();
    let rows_end = times.windows(pace.batch.get() as usize + 1).all(|row| row.windows(2).any(hole));
    let gaps = times.windows(2).all(|pair| pair[1] - pair[0] >= pace.gap.min.as_nanos().cast_signed());
    let (mut day, mut day_began) = (0_u32, i128::MIN / 2);
    let windows = times.iter().all(|end| {
        if *end >= day_began + 86_400 * SECOND {
            day += 1;
            day_began = *end;
        }
        let per_day = pace.per_day.unwrap().get();
        let cap = per_day.min((per_day * day).div_ceil(pace.ramp_days.max(1)));
        within(*end, 3_600 * SECOND) <= pace.per_hour.unwrap().get() as usize
            && within(*end, 86_400 * SECOND) <= cap as usize
            && within(*end, 7 * 86_400 * SECOND) <= pace.per_week.unwrap().get() as usize
            && within(*end, 30 * 86_400 * SECOND) <= pace.per_month.unwrap().get() as usize
    });
    windows && rows_end && gaps
}

#[test]
fn the_independent_count_can_fail() {
    let keeps = |times: &[i64], pace: &Pace| keeps_the_caps(debits(times).as_slice(), pace);
    assert!(!keeps(&[0, 20, 40, 60, 80], &Pace::default()), "the slow start");
    assert!(keeps(&[0, 20, 40, 60, 86_400], &Pace::default()));
    assert!(!keeps(&[0, 19], &Pace::default()), "the gap");
    let pace =
        Pace { ramp_days: 0, batch: NonZeroU32::new(3).unwrap(), per_hour: NonZeroU32::new(5), ..Pace::default() };
    assert!(!keeps(&[0, 20, 40, 60], &pace), "the batch");
    assert!(keeps(&[0, 20, 40, 340, 360], &pace));
    assert!(!keeps(&[0, 20, 40, 340, 360, 380], &pace), "the hour");
    let long = Pace { ramp_days: 0, per_week: NonZeroU32::new(2), per_month: NonZeroU32::new(3), ..Pace::default() };
    assert!(keeps(&[0, 86_400, 7 * 86_400], &long));
    assert!(!keeps(&[0, 86_400, 7 * 86_400 - 1], &long), "the week");
    assert!(!keeps(&[0, 86_400, 9 * 86_400, 29 * 86_400], &long), "the month");
}

fn any_pace() -> impl Strategy<Value = Pace> {
    let longer = (1_u32..60, 1_u32..200, 1_u32..600);
    (0_u64..40, 0_u64..80, 1_u32..15, 1_u32..30, 1_u32..60, 0_u32..8, longer).prop_map(
        |(gap, more, batch, per_hour, per_day, ramp_days, (per_date, per_week, per_month))| Pace {
            gap: Span { min: Duration::from_secs(gap), max: Duration::from_secs(gap + more) },
            batch: NonZeroU32::new(batch).unwrap(),
            per_hour: NonZeroU32::new(per_hour),
            per_day: NonZeroU32::new(per_day),
            per_date: NonZeroU32::new(per_date),
            per_week: NonZeroU32::new(per_week),
            per_month: NonZeroU32::new(per_month),
            ramp_days,
            ..Pace::default()
        },
    )
}

proptest! {
    #[test]
    fn no_rolling_window_ever_holds_more_than_its_cap(
        pace in any_pace(),
        draws in proptest::collection::vec(0.0_f64..=1.0, 1..20),
        idle in proptest::collection::vec(0_i64..200_000, 1..12),
    ) {
        let mut spent = Debits::default();
        let mut now = at(0);
        for index in 0..150 {
            if let Slot::Wait { until, .. } = next_slot(now, &spent, &pace, tempo(draws[index % draws.len()])) {
                now = until;
            }
            spent.push(now);
            // Now and then somebody comes back late.
            if index % 7 == 0 {
                now = later(now, Duration::from_secs(idle[index % idle.len()].unsigned_abs()));
            }
        }
        prop_assert!(keeps_the_caps(spent.as_slice(), &pace), "{:?}", spent);
    }

    #[test]
    fn waiting_longer_never_turns_go_into_wait(
        pace in any_pace(),
        times in proptest::collection::vec(-400_000_i64..0, 0..80),
        wait in 0_i64..400_000,
        draw in 0.0_f64..=1.0,
    ) {
        let spent = debits(&times);
        let first = match next_slot(at(0), &spent, &pace, tempo(draw)) {
            Slot::Go => at(0),
            Slot::Wait { until, .. } => {
                prop_assert!(until > at(0));
                until
            }
        };
        let much_later = later(first, Duration::from_secs(wait.unsigned_abs()));
        prop_assert_eq!(next_slot(much_later, &spent, &pace, tempo(draw)), Slot::Go);
    }

    #[test]
    fn a_soft_signal_or_another_debit_never_shortens_a_wait(
        pace in any_pace(),
        times in proptest::collection::vec(-400_000_i64..0, 1..80),
        history in proptest::collection::vec(any::<bool>(), 0..60),
        draw in 0.0_f64..=1.0,
    ) {
        let spent = debits(&times);
        let until = |spent: &Debits, slowdown| match next_slot(at(0), spent, &pace, Tempo { slowdown, ..tempo(draw) }) {
            Slot::Go => at(0),
            Slot::Wait { until, .. } => until,
        };
        let slowdown = Slowdown::of(history.iter().map(|soft| if *soft { Observation::Soft } else { Observation::Clean }));
        prop_assert!(until(&spent, slowdown.after(Observation::Soft)) >= until(&spent, slowdown));
        let mut one_more = spent.clone();
        one_more.push(at(0));
        let gap_min = later(at(0), pace.gap.min);
        prop_assert!(until(&one_more, slowdown) >= gap_min);
    }
}
