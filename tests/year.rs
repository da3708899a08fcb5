//! A year that nobody watches: the product's own decisions and its own waiting, on a clock that a test moves.
//!
//! The machine sleeps with its lid closed, is restarted and rebooted, changes its clocks and its zone; the site says 429 and
//! asks for a captcha. What was done is a list of rows, and whether it kept the limits is counted from the rows alone.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use exeunt::event::stamp::Stamp;
use exeunt::policy::active::{Active, Window};
use exeunt::policy::forecast::forecast;
use exeunt::policy::history::{Charged, History, Tick};
use exeunt::policy::pace::{Jitter, Pace};
use exeunt::policy::quota::{Debits, Slot, Tempo, next_slot};
use exeunt::policy::retry::{REFUSALS_COUNT_FOR, cooling};
use exeunt::policy::slowdown::{Observation, Slowdown};
use exeunt::runner::clock::Clock;
use exeunt::runner::wait::{self, Stop, Waited};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::watch;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// The machine's clocks: both go on while it sleeps, and a reboot begins the second one anew.
#[derive(Clone)]
struct Machine {
    began: tokio::time::Instant,
    start: Timestamp,
    state: Arc<Mutex<Asleep>>,
}

#[derive(Default)]
struct Asleep {
    slept: SignedDuration,
    boots: u32,
    booted: SignedDuration,
    /// How much the wall clock was set forward.
    leapt: SignedDuration,
}

impl Machine {
    fn new(start: &str) -> Self {
        let start = start.parse().unwrap();
        Self { began: tokio::time::Instant::now(), start, state: Arc::default() }
    }

    /// How long it is on or asleep since the test began.
    fn passed(&self) -> SignedDuration {
        SignedDuration::try_from(self.began.elapsed()).unwrap() + self.state.lock().unwrap().slept
    }

    /// What a clock on the wall of another room shows.
    fn truth(&self) -> Timestamp {
        self.start + self.passed()
    }

    fn now(&self) -> Stamp {
        let passed = self.passed();
        let state = self.state.lock().unwrap();
        Stamp {
            utc: self.start + passed + state.leapt,
            boot_ns: i64::try_from((passed - state.booted).as_nanos()).unwrap(),
            boot_id: format!("boot {}", state.boots),
        }
    }

    fn sleep(&self, time: SignedDuration) {
        self.state.lock().unwrap().slept += time;
    }

    fn reboot(&self) {
        let passed = self.passed();
        let mut state = self.state.lock().unwrap();
        (state.boots, state.booted) = (state.boots + 1, passed);
    }

    fn clock(&self) -> Clock {
        let machine = self.clone();
        Clock::showing(move || machine.now())
    }
}

/// An intention as the ledger has it, and the moment at which it truly was.
struct Row {
    tick: Tick,
    truth: Timestamp,
    date: Date,
}

/// What one process has in memory; it is lost with the process.
struct Process {
    history: History,
    slowdown: Slowdown,
    chance: StdRng,
    jitter: Option<(usize, Jitter)>,
}

impl Process {
    fn new(seed: u64) -> Self {
        let (history, slowdown) = (History::default(), Slowdown::NONE);
        Self { history, slowdown, chance: StdRng::seed_from_u64(seed), jitter: None }
    }

    /// As the dispatcher asks: what is new in the ledger, one draw for one slot, and the product's decision.
    fn slot(&mut self, rows: &[Row], trouble: Option<Timestamp>, (now, pace): (&Stamp, &Pace)) -> Slot {
        let first = self.history.seen() == 0;
        for row in &rows[usize::try_from(self.history.seen()).unwrap()..] {
            self.history.note(&row.tick);
        }
        self.history.trouble(trouble);
        if first {
            self.slowdown = self.slowdown.max(self.history.slowdown());
        }
        let debits = self.history.effects(now);
        let number = debits.as_slice().len();
        let jitter = match self.jitter {
            Some((of, jitter)) if of == number => jitter,
            _ => Jitter::new(self.chance.random()),
        };
        self.jitter = Some((number, jitter));
        next_slot(now.utc, &debits, pace, Tempo { jitter, slowdown: self.slowdown })
    }
}

struct World {
    machine: Machine,
    chance: StdRng,
    rows: Vec<Row>,
    refusals: Vec<Timestamp>,
    trouble: Option<Timestamp>,
}

impl World {
    fn new(start: &str, seed: u64) -> Self {
        let machine = Machine::new(start);
        Self { machine, chance: StdRng::seed_from_u64(seed), rows: Vec::new(), refusals: Vec::new(), trouble: None }
    }

    /// Waits as the runner does, on a machine that dozes: whoever sleeps wakes late now and then, by up to eight hours.
    async fn wait(&mut self, until: Timestamp, nights: bool) {
        let (clock, machine, chance) = (self.machine.clock(), &self.machine, &mut self.chance);
        let (_keep, mut stop) = watch::channel(Stop::No);
        let mut nights_left = 3_u32;
        let dozes = || {
            let left = until.duration_since(machine.now().utc);
            let likely = if left > SignedDuration::from_hours(8) { 0.4 } else { 0.03 };
            if nights && left > SignedDuration::from_mins(5) && nights_left > 0 && chance.random::<f64>() < likely {
                nights_left -= 1;
                machine.sleep(SignedDuration::from_hours(8));
            } else if left > SignedDuration::from_secs(2) {
                machine.sleep(left - SignedDuration::from_secs(1));
            }
            false
        };
        assert_eq!(wait::until(until, &clock, &mut stop, dozes).await, Waited::Over);
        let late = self.machine.now().utc.duration_since(until);
        assert!((SignedDuration::ZERO..SignedDuration::from_hours(8)).contains(&late), "{late:#} late");
    }

    /// Writes an intention, at the time of its own and not of the question before it.
    fn intend(&mut self, zone: &TimeZone, slowdown: Slowdown) {
        let at = self.machine.now();
        let date = at.utc.to_zoned(zone.clone()).date();
        let seq = self.rows.len() as u64 + 1;
        let truth = self.machine.truth();
        let record = slowdown.to_record();
        let tick = Tick { seq, at, charged: Charged::Effect(date), slowdown: Some(Slowdown::from_record(&record)) };
        self.rows.push(Row { tick, truth, date });
    }

    async fn silence(&mut self) {
        let now = self.machine.now().utc;
        let recent = SignedDuration::try_from(REFUSALS_COUNT_FOR).unwrap();
        let before = self.refusals.iter().filter(|at| now.duration_since(**at) < recent).count();
        self.refusals.push(now);
        self.trouble = Some(now);
        let silence = cooling(u32::try_from(before).unwrap(), None).silence;
        self.wait(now + SignedDuration::try_from(silence).unwrap(), true).await;
    }
}

fn number(number: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(number)
}

/// Caps that bite in every window, and hours that most days have.
fn tight(zone: &TimeZone) -> Pace {
    let active: Active =
        ["mon-fri 08:30-19:00", "sat 10:00-14:00"].iter().map(|text| text.parse::<Window>().unwrap()).collect();
    Pace {
        per_hour: number(14),
        per_day: number(18),
        per_date: number(18),
        per_week: number(95),
        per_month: number(330),
        active,
        zone: zone.clone(),
        ..Pace::default()
    }
}

/// The most rows in any stretch of so many seconds, by the time that truly passed.
fn most_within(rows: &[Row], seconds: i64) -> usize {
    let mut first = 0;
    let mut most = 0;
    for (index, row) in rows.iter().enumerate() {
        while row.truth.duration_since(rows[first].truth).as_secs() >= seconds {
            first += 1;
        }
        most = most.max(index + 1 - first);
    }
    most
}

fn most_on_a_date(rows: &[Row]) -> usize {
    let mut by_date = std::collections::BTreeMap::<Date, usize>::new();
    rows.iter().for_each(|row| *by_date.entry(row.date).or_default() += 1);
    by_date.into_values().max().unwrap_or(0)
}

/// Whether what the clocks showed was within the hours of [`tight`].
fn within_hours(at: Timestamp, zone: &TimeZone) -> bool {
    let there = at.to_zoned(zone.clone());
    let minute = i32::from(there.hour()) * 60 + i32::from(there.minute());
    match there.weekday() {
        Weekday::Sunday => false,
        Weekday::Saturday => (600..840).contains(&minute),
        _ => (510..1_140).contains(&minute),
    }
}

/// The zone that the machine is in on that day: it moves to another continent in summer.
fn zone_at(at: Timestamp) -> TimeZone {
    let moved: Timestamp = "2026-07-15T00:00:00Z".parse().unwrap();
    TimeZone::get(if at < moved { "Europe/Berlin" } else { "America/New_York" }).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_year_of_restarts_nights_and_stop_signs_keeps_every_limit() {
    const PEOPLE: usize = 4_000;
    let mut world = World::new("2026-03-02T09:00:00+01:00", 20_260_302);
    let mut process = Process::new(1);
    let (mut restarts, mut seed) = (0, 1);
    let mut outside = Vec::new();
    while world.rows.len() < PEOPLE {
        let now = world.machine.now();
        // Three times a day the process ends, and now and then the machine with it.
        let due = now.utc.duration_since(world.machine.start).as_secs() / (8 * HOUR);
        if restarts < due {
            (restarts, seed) = (due, seed + 1);
            process = Process::new(seed);
            if world.chance.random::<f64>() < 0.2 {
                world.machine.reboot();
            }
        }
        let zone = zone_at(now.utc);
        let pace = tight(&zone);
        if let Slot::Wait { until, .. } = process.slot(&world.rows, world.trouble, (&now, &pace)) {
            world.wait(until, true).await;
            continue;
        }
        // The person is looked up; meanwhile somebody closes the lid, or a resource is throttled.
        tokio::time::advance(Duration::from_millis(world.chance.random_range(2_000..9_000))).await;
        if world.chance.random::<f64>() < 0.004 {
            world.machine.sleep(SignedDuration::from_hours(8));
        }
        let seen = if world.chance.random::<f64>() < 0.002 { Observation::Soft } else { Observation::Clean };
        let now = world.machine.now();
        let zone = zone_at(now.utc);
        // Asked once more before the intention, as the dispatcher does.
        match process.slot(&world.rows, world.trouble, (&now, &tight(&zone))) {
            Slot::Wait { why, .. } if why.is_cap() => continue,
            _ => {}
        }
        world.intend(&zone, process.slowdown);
        if !within_hours(world.machine.truth(), &zone) {
            outside.push(world.machine.truth());
        }
        process.slowdown = process.slowdown.after(seen);
        let done = world.rows.len();
        if done.is_multiple_of(200) {
            world.silence().await;
        }
        if done.is_multiple_of(900) {
            let cleared = world.machine.now().utc + SignedDuration::from_hours(48);
            world.trouble = Some(world.machine.now().utc);
            world.wait(cleared, true).await;
        }
    }
    let rows = &world.rows;
    assert_eq!(outside, [], "outside of the active hours");
    let most = [HOUR, DAY, 7 * DAY, 30 * DAY].map(|window| most_within(rows, window));
    assert!(most[0] <= 14 && most[1] <= 18 && most[2] <= 95 && most[3] <= 330, "{most:?}");
    assert!(most[1] >= 18 && most[2] >= 94 && most[3] >= 325, "the caps were reached: {most:?}");
    assert!((15..=18).contains(&most_on_a_date(rows)), "{}", most_on_a_date(rows));
    let took = rows[PEOPLE - 1].truth.duration_since(rows[0].truth).as_hours() / 24;
    assert!((310..450).contains(&took), "{took} days");
    assert!(restarts > 900, "{restarts} restarts");
    let boots = world.machine.state.lock().unwrap().boots;
    assert!(boots > 50, "{boots} boots");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_forward_every_week_gives_no_extra_person() {
    let mut world = World::new("2026-03-02T09:00:00Z", 7);
    let mut process = Process::new(7);
    let mut leaps = 0;
    while world.rows.len() < 400 {
        let passed = world.machine.passed().as_secs();
        if passed / (7 * DAY) > leaps {
            leaps += 1;
            let leap = SignedDuration::from_hours([1, 25, 24 * 8][usize::try_from(leaps).unwrap() % 3]);
            world.machine.state.lock().unwrap().leapt += leap;
        }
        let now = world.machine.now();
        match process.slot(&world.rows, None, (&now, &Pace::default())) {
            Slot::Wait { until, .. } => world.wait(until, false).await,
            Slot::Go => world.intend(&TimeZone::UTC, process.slowdown),
        }
    }
    assert!(leaps >= 3, "{leaps} leaps");
    let rows = &world.rows;
    let most = [HOUR, DAY, 7 * DAY, 30 * DAY].map(|window| most_within(rows, window));
    assert!(most[0] <= 20 && most[1] <= 20 && most[2] <= 140 && most[3] <= 600, "{most:?}");
}

#[tokio::test(start_paused = true)]
async fn the_finish_of_the_first_day_is_right_to_within_a_day_when_nothing_happens() {
    for (people, pace, start) in [
        (900, Pace::default(), "2026-03-02T09:00:00Z"),
        (4_000, tight(&TimeZone::get("Europe/Berlin").unwrap()), "2026-03-02T09:00:00+01:00"),
    ] {
        let mut world = World::new(start, 11);
        let mut process = Process::new(people);
        let planned = forecast(people, world.machine.start, &Debits::default(), &pace).unwrap().last();
        while (world.rows.len() as u64) < people {
            let now = world.machine.now();
            match process.slot(&world.rows, None, (&now, &pace)) {
                Slot::Wait { until, .. } => world.wait(until, false).await,
                Slot::Go => world.intend(&pace.zone, process.slowdown),
            }
        }
        let ended = world.rows.last().unwrap().truth;
        let apart = planned.duration_since(ended).abs();
        assert!(apart <= SignedDuration::from_hours(24), "{people}: planned {planned}, ended {ended}");
    }
}

#[tokio::test(start_paused = true)]
async fn eight_hours_of_sleep_in_a_wait_of_ten_minutes_end_it_when_the_machine_wakes() {
    let machine = Machine::new("2026-03-02T09:00:00Z");
    let until = machine.truth() + SignedDuration::from_mins(10);
    let (_keep, mut stop) = watch::channel(Stop::No);
    let (sleeper, mut looks) = (machine.clone(), 0);
    let began = tokio::time::Instant::now();
    let lid = || {
        looks += 1;
        if looks == 100 {
            sleeper.sleep(SignedDuration::from_hours(8));
        }
        false
    };
    assert_eq!(wait::until(until, &machine.clock(), &mut stop, lid).await, Waited::Over);
    assert!(began.elapsed() < Duration::from_secs(60), "awake for {:?}", began.elapsed());
    let late = machine.truth().duration_since(until);
    assert!((SignedDuration::from_hours(7)..SignedDuration::from_hours(8)).contains(&late), "{late:#}");
}

#[test]
fn the_count_over_the_rows_can_fail() {
    let row = |seconds: i64| {
        let truth = Timestamp::from_second(1_772_409_600 + seconds).unwrap();
        let at = Stamp { utc: truth, boot_ns: 0, boot_id: String::new() };
        let date = truth.to_zoned(TimeZone::UTC).date();
        let tick = Tick { seq: 1, at, charged: Charged::Effect(date), slowdown: None };
        Row { tick, truth, date }
    };
    let rows: Vec<Row> = [0, 1_800, 3_599, 3_600, DAY].map(row).into();
    assert_eq!((most_within(&rows, HOUR), most_within(&rows, DAY), most_on_a_date(&rows)), (3, 4, 4));
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    for (at, within) in [
        ("2026-03-06T18:59:00+01:00", true),
        ("2026-03-06T19:00:00+01:00", false),
        ("2026-03-07T14:00:00+01:00", false),
        ("2026-03-08T12:00:00+01:00", false),
    ] {
        assert_eq!(within_hours(at.parse().unwrap(), &berlin), within, "{at}");
    }
}
