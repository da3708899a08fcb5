//! The program is killed at twenty moments of a live run of thirty, and each time started again with the same command.
//! In the end everybody left the network exactly once or is reported in doubt; nobody else was touched.
//!
//! A seed is such a round. Fifteen are tried in the soak, and each run tries one of these, another from run to run;
//! `EXEUNT_SEED` gives it back.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

use super::bed::{Bed, moved, quick};
use super::invariants::{Last, invariants};
use super::remains::remains;
use crate::support::engines;
use exeunt::browser::binary::Kind;
use exeunt::event::id::Realm;
use exeunt::event::state::EffectState;
use exeunt::practice::people::people;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const PEOPLE: usize = 30;
/// The seed of the first round.
const FIRST: u64 = 20_261_122;
/// So many rounds of twenty make the soak's three hundred kills.
const ROUNDS: u64 = 15;

/// When the program is killed: so many milliseconds after the nth line of this kind.
#[derive(Debug, Clone, Copy)]
struct Moment {
    line: &'static str,
    nth: u32,
    delay: u64,
}

/// Twenty moments in a seeded order; the last is in the middle of the audit.
fn moments(chance: &mut StdRng) -> Vec<Moment> {
    // Line, how often, up to which of its kind, the longest delay after it in milliseconds.
    let kinds = [
        ("run-started", 1, 1, 2_500),
        ("account-seen", 1, 1, 100),
        ("PRECHECK", 3, 2, 600),
        ("INTENT", 3, 2, 0),
        ("INTENT", 3, 2, 400),
        ("ACTED", 2, 2, 0),
        ("ACTED", 2, 2, 2_000),
        ("VERIFYING", 2, 1, 0),
        ("DONE", 2, 2, 100),
    ];
    let mut moments = Vec::new();
    for (line, times, most, delay) in kinds {
        for _ in 0..times {
            moments.push(Moment { line, nth: chance.random_range(1..=most), delay: chance.random_range(0..=delay) });
        }
    }
    for end in (1..moments.len()).rev() {
        moments.swap(end, chance.random_range(0..=end));
    }
    moments.push(Moment { line: "CONFIRMED", nth: chance.random_range(2..=20), delay: 0 });
    assert_eq!(moments.len(), 20);
    moments
}

/// Kills the program when its moment has come.
fn killer(moment: Moment) -> impl FnMut(&Value, Pid) + Send + 'static {
    let mut left = moment.nth;
    move |line, pid| {
        let fact = &line["fact"];
        // Nobody's second attempt is cut off too: two are all that a person gets.
        let fits = match moved(line) {
            Some((state, _)) => state == moment.line && fact["attempt"] == 1,
            None => fact["kind"] == moment.line,
        };
        if fits && left > 0 {
            left -= 1;
            if left == 0 {
                park(Duration::from_millis(moment.delay));
                // The number is the program's own until it was waited for.
                kill_process(pid, Signal::KILL).unwrap();
            }
        }
    }
}

/// Waits on a channel on which nobody speaks.
fn park(time: Duration) {
    let (_keep, nobody) = mpsc::channel::<()>();
    assert_eq!(nobody.recv_timeout(time), Err(mpsc::RecvTimeoutError::Timeout));
}

/// A pack that takes a shorter quiet of the list for its rest: this site has no delays of its own, and the test looks at
/// the list some hundred times.
fn impatient(bed: &mut Bed) {
    let pack = bed.path("pack");
    let ejected = bed.run(&["selectors", "eject", pack.to_str().unwrap()]);
    assert_eq!(ejected.code, Some(0), "{}", ejected.told());
    let file = pack.join("targets/connections.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.matches("\"1500ms\"").count(), 1, "the pack's witness has another quiet now");
    std::fs::write(&file, text.replace("\"1500ms\"", "\"400ms\"")).unwrap();
    bed.flags = vec!["--selectors".to_owned(), pack.to_str().unwrap().to_owned()];
}

/// The state in which the killed program left somebody in flight.
fn in_flight(bed: &Bed) -> Option<EffectState> {
    let (ledger, account) = bed.ledger();
    let doubt = ledger.in_doubt(&account, Realm::Practice).unwrap();
    assert!(doubt.iter().filter(|row| row.state.in_flight()).count() <= 1, "at most one is in flight");
    doubt.into_iter().find(|row| row.state.in_flight()).map(|row| row.state)
}

/// What the kills of a round hit.
#[derive(Default)]
struct Hits {
    states: BTreeMap<EffectState, u32>,
    orphaned: u32,
    kills: u32,
}

/// One round: twenty kills, and a run to the end.
fn round(seed: u64, hits: &mut Hits) {
    let mut chance = StdRng::seed_from_u64(seed);
    println!("seed {seed}");
    let mut bed = Bed::new(Kind::Chrome, quick(120)).real();
    impatient(&mut bed);
    let known = people(&bed.site.scenario).into_iter().filter_map(|person| Some(person.slug?.as_str().to_owned()));
    let plan = bed.plan(&known.step_by(3).take(PEOPLE).collect::<Vec<_>>());
    for (at, moment) in moments(&mut chance).into_iter().enumerate() {
        bed.kind = if at % 2 == 0 { Kind::Chrome } else { Kind::Firefox };
        if moment.line == "VERIFYING" {
            // The site is slow, so that the first reading does not settle it.
            bed.site.ask("POST /fault", "slow@remove:1=2s");
        }
        let start = || bed.start(&["run", &plan.id, "--live", "--confirm", &plan.hash], killer(moment)).end();
        let mut killed = start();
        if killed.is_busy() {
            println!("again, for no browser started: {}", killed.last()["reason"]);
            killed = start();
        }
        let told = format!("seed {seed}, moment {}: {}", at + 1, killed.told());
        let left = in_flight(&bed);
        println!("{:>2}. {}, {moment:?}: in flight {left:?}, removed {}", at + 1, bed.kind, bed.site.removed().len());
        assert_eq!(killed.signal, Some(9), "it never came: {told}");
        invariants(&bed, &plan, Last::Cut, &told);
        hits.kills += 1;
        left.into_iter().for_each(|state| *hits.states.entry(state).or_default() += 1);
        hits.orphaned += u32::from(!remains(&bed).is_empty());
    }

    let unfinished = bed.run(&["evidence", "verify", "last"]);
    assert_eq!((unfinished.code, &unfinished.last()["verdict"]), (Some(4), &"INCOMPLETE".into()));

    let mut last = bed.live(&plan);
    if last.is_busy() {
        last = bed.live(&plan);
    }
    println!("seed {seed}: the last run took {:?}: {}", last.took, last.last());
    invariants(&bed, &plan, Last::Ended, &last.told());
    let removed = bed.site.removed();
    let states = bed.states(&plan);
    assert_eq!(states.len(), PEOPLE);
    for (slug, state) in &states {
        let times = removed.get(slug).copied().unwrap_or(0);
        match state {
            EffectState::Confirmed => assert_eq!(times, 1, "{slug}"),
            EffectState::NeedsHuman => assert!(times <= 1, "{slug} was removed {times} times"),
            other => panic!("seed {seed}: {slug} is {other}, removed {times} times: {}", last.told()),
        }
    }
    let doubted = states.iter().filter(|(_, state)| state.in_doubt()).count();
    assert_eq!(last.code, Some(if doubted == 0 { 0 } else { 8 }), "{}", last.told());
    let verified = bed.run(&["evidence", "verify", "last"]);
    assert_eq!((verified.code, &verified.last()["verdict"]), (Some(0), &"VALID-NO-TIME".into()), "{}", verified.told());
    assert_eq!(remains(&bed), [""; 0], "what the killed programs left was swept");
}

/// The rounds, and that the kills hit what they are meant to hit.
fn rounds(seeds: impl IntoIterator<Item = u64>) {
    let mut hits = Hits::default();
    seeds.into_iter().for_each(|seed| round(seed, &mut hits));
    println!("{} kills hit {:?}; {} left a browser behind", hits.kills, hits.states, hits.orphaned);
    for state in [EffectState::Intent, EffectState::Acted, EffectState::Verifying] {
        assert!(hits.states.contains_key(&state), "no kill hit {state}: {:?}", hits.states);
    }
    assert!(
        4 * hits.orphaned >= 3 * hits.kills,
        "a killed program leaves its browser behind, or this test sees nothing"
    );
}

/// The seed of this run's round: a round's own, where that was given, and one of them all otherwise.
fn drawn() -> u64 {
    let seed = engines::run_seed();
    if (FIRST..FIRST + ROUNDS).contains(&seed) { seed } else { FIRST + seed % ROUNDS }
}

#[test]
fn killed_at_twenty_moments_nobody_is_removed_twice() {
    if engines::is_soak() && engines::given_seed().is_none() {
        rounds(FIRST..FIRST + ROUNDS);
    } else {
        rounds([drawn()]);
    }
}
