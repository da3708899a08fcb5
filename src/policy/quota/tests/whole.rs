//! Whole histories: what goes wrong once, or a machine that was off, against the same without it.

use std::time::Duration;

use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::super::*;
use crate::policy::active::Window;
use crate::policy::pace::Span;
use crate::policy::retry::cooling;
use crate::policy::slowdown::Observation;

/// What the answer to one intention was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Clean,
    /// A resource that was throttled, or an error of the site's own.
    Soft,
    /// A page that takes so many seconds longer.
    Slow(u64),
    /// Proof that nothing happened: the same person is tried again, and that is charged too.
    Failed,
    /// A 429 page, and how many hours of silence the site asked for.
    Cooling(u64),
    /// A stop sign, cleared after so many hours.
    Incident(u64),
}

/// When each person is begun first, where the answers come in turn, one for each intention, and so do the draws.
///
/// How long a silence is depends on how many there were; that they are counted for seven days only is left out, because a
/// silence that begins a moment after the seventh day is by intent shorter than one a moment before it.
fn starts(people: usize, pace: &Pace, answers: &[Answer], draws: &[f64]) -> Vec<Timestamp> {
    let mut now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    let (mut spent, mut slowdown, mut refusals) = (Debits::default(), Slowdown::NONE, 0);
    let mut starts = Vec::new();
    let mut again = false;
    while starts.len() < people || again {
        let index = spent.as_slice().len();
        let tempo = Tempo { jitter: Jitter::new(draws[index % draws.len()]), slowdown };
        while let Slot::Wait { until, .. } = next_slot(now, &spent, pace, tempo) {
            assert!(until > now, "a wait ends later than now");
            now = until;
        }
        if !again {
            starts.push(now);
        }
        spent.push(now);
        let answer = answers.get(index).copied().unwrap_or(Answer::Clean);
        let soft = if answer == Answer::Soft { Observation::Soft } else { Observation::Clean };
        slowdown = slowdown.after(soft);
        now = later(now, Duration::from_secs(12));
        let hours = |hours: u64| Duration::from_secs(hours * 3_600);
        match answer {
            Answer::Slow(seconds) => now = later(now, Duration::from_secs(seconds)),
            Answer::Cooling(asked) => now = later(now, cooling(refusals, Some(hours(asked))).silence),
            Answer::Incident(until) => now = later(now, hours(until)),
            Answer::Clean | Answer::Soft | Answer::Failed => {}
        }
        if matches!(answer, Answer::Cooling(_) | Answer::Incident(_)) {
            refusals += u32::from(matches!(answer, Answer::Cooling(_)));
            spent = spent.clean_from(index + 1);
        }
        again = answer == Answer::Failed && !again;
    }
    starts
}

fn any_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        24 => Just(Answer::Clean),
        2 => Just(Answer::Soft),
        2 => (1_u64..5_000).prop_map(Answer::Slow),
        1 => Just(Answer::Failed),
        1 => (0_u64..30).prop_map(Answer::Cooling),
        1 => (1_u64..90).prop_map(Answer::Incident),
    ]
}

fn bad_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        Just(Answer::Soft),
        (1_u64..200_000).prop_map(Answer::Slow),
        Just(Answer::Failed),
        (0_u64..30).prop_map(Answer::Cooling),
        (1_u64..200).prop_map(Answer::Incident),
    ]
}

/// Small caps, so that short histories fill all of them, and hours in a zone that changes its clocks.
fn any_pace() -> impl Strategy<Value = Pace> {
    let caps = (1_u32..9, 1_u32..9, 0_u32..14, 1_u32..12, 2_u32..40, 5_u32..90);
    let hours = prop_oneof![
        Just(vec![]),
        Just(vec!["mon-fri 09:00-18:00", "sat 10:00-12:00"]),
        Just(vec!["22:00-02:30"]),
        Just(vec!["01:30-02:40", "sun 12:00-13:00"]),
    ];
    (0_u64..40, 0_u64..400, 1_u32..12, 0_u32..7, caps, hours).prop_map(|(gap, more, batch, ramp_days, caps, hours)| {
        let (per_hour, per_day, later, per_date, per_week, per_month) = caps;
        Pace {
            gap: Span { min: Duration::from_secs(gap), max: Duration::from_secs(gap + more) },
            batch: NonZeroU32::new(batch).unwrap(),
            per_hour: NonZeroU32::new(per_hour),
            per_day: NonZeroU32::new(per_day),
            per_day_later: NonZeroU32::new(later),
            per_date: NonZeroU32::new(per_date),
            per_week: NonZeroU32::new(per_week),
            per_month: NonZeroU32::new(per_month),
            ramp_days,
            active: hours.iter().map(|text| text.parse::<Window>().unwrap()).collect(),
            zone: TimeZone::get("Europe/Berlin").unwrap(),
            ..Pace::default()
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_bad_observation_never_lets_anybody_be_begun_sooner(
        pace in any_pace(),
        answers in proptest::collection::vec(any_answer(), 1..100),
        draws in proptest::collection::vec(0.0_f64..=1.0, 1..30),
        place in 0_usize..60,
        bad in bad_answer(),
    ) {
        let people = 110;
        let good = starts(people, &pace, &answers, &draws);
        let mut worse = answers.clone();
        worse.resize(worse.len().max(place + 1), Answer::Clean);
        // What was bad already stays as bad as it was, and once is enough.
        prop_assume!(worse[place] == Answer::Clean);
        worse[place] = bad;
        for (person, (good, bad)) in good.iter().zip(starts(people, &pace, &worse, &draws)).enumerate() {
            prop_assert!(bad >= *good, "person {person}: {good} without it, {bad} with it");
        }
    }

    /// A machine that was off for some days does afterwards what it did not do, in as many days, and on no day more.
    #[test]
    fn missed_days_are_added_at_the_end_and_never_doubled(
        people in 20_usize..200,
        begins in 0_usize..150,
        missed in 1_i64..30,
    ) {
        let pace = Pace::default();
        let whole = starts(people, &pace, &[], &[0.5]);
        let answers: Vec<Answer> = (0..=begins)
            .map(|index| if index == begins { Answer::Slow(missed.unsigned_abs() * 86_400) } else { Answer::Clean })
            .collect();
        let broken = starts(people, &pace, &answers, &[0.5]);
        let later = broken.last().unwrap().duration_since(*whole.last().unwrap());
        prop_assert!(later.as_hours() <= (missed + 1) * 24, "{later:#} later for {missed} days");
        prop_assert!(begins + 21 > people || later.as_hours() >= (missed - 1) * 24, "{later:#} later for {missed} days");
        for end in &broken {
            let day = end.checked_sub(24.hours()).unwrap()..*end;
            let within = broken.iter().filter(|at| day.contains(at)).count();
            prop_assert!(within <= 20, "{within} in 24 hours");
        }
    }
}
