//! Random whims, random crashes: whatever happens, no click without its intention, never twice, never a false "done".
//!
//! A crash is the run's future dropped at a random moment, in this process, with a site and a browser that are simulated
//! and a ledger that is real. A process is killed in `tests/crash`, `tests/road/crash.rs` and `ledger/tests/crash.rs`.

use std::path::Path;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::house::House;
use super::site::Whim;
use crate::event::fact::Mode;
use crate::event::id::Realm;
use crate::event::state::EffectState;
use crate::policy::pace::Pace;
use crate::runner::order::{Order, Outcome};

/// So many seeds each time; in the soak as many as so many crashes need. `EXEUNT_SEED` gives one back.
const SEEDS: u64 = 90;
const CRASHES_OF_THE_SOAK: u32 = 10_000;
const WHIMS: [Whim; 14] = [
    Whim::Removes,
    Whim::Removes,
    Whim::AtOnce,
    Whim::Ignores,
    Whim::Late(12),
    Whim::BlocksFirst,
    Whim::BlocksSecond,
    Whim::Stale,
    Whim::StaleAfter,
    Whim::LostBefore,
    Whim::LostAfter,
    Whim::Unseen,
    Whim::RefusedAfter,
    Whim::Hides,
];

/// Runs until it ends by itself, or is dropped at a random moment.
async fn crashing(house: &House, chance: &mut StdRng) -> Option<Outcome> {
    // Longer than the slowest site takes: only then is "still there" proof.
    let pace = Pace { not_applied_after: Duration::from_secs(20), ..Pace::off() };
    let order = Order { shots: false, seed: chance.random(), pace, ..house.order(Mode::Live) };
    let patience = Duration::from_millis(chance.random_range(600..20_000));
    let ended = tokio::time::timeout(patience, house.run(&order)).await;
    // The browser of a dead process is ended by the next one.
    house.world().open = 0;
    ended.ok().map(|ended| ended.unwrap())
}

#[tokio::test(start_paused = true)]
async fn the_promises_hold_for_every_seed() {
    // In memory where there is such a folder: thousands of waits for a disk would prove nothing more.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let dir = folder.path().canonicalize().unwrap().join("data");
    let soak = std::env::var_os("EXEUNT_SOAK").is_some();
    let given: Option<u64> = std::env::var("EXEUNT_SEED").ok().map(|seed| seed.parse().unwrap());
    let (mut crashes, mut clicks) = (0_u32, 0);
    let mut last = 0;
    for seed in given.map_or(0..=u64::MAX, |seed| seed..=seed) {
        if given.is_none() && seed >= SEEDS && (!soak || crashes >= CRASHES_OF_THE_SOAK) {
            break;
        }
        last = seed;
        let (crashed, clicked) = one_seed(&dir, seed).await;
        crashes += crashed;
        clicks += clicked;
        if seed % 500 == 499 {
            println!("seed {seed}: {crashes} crashes, {clicks} clicks so far");
        }
    }
    println!("{crashes} crashes, {clicks} clicks, the last seed {last}");
    assert!(crashes > 50 || given.is_some(), "only {crashes} crashes");
    assert!(clicks > 150 || given.is_some(), "only {clicks} clicks");
}

/// Crashes and goes on until everybody is settled; how many crashes and how many clicks that were.
async fn one_seed(dir: &Path, seed: u64) -> (u32, usize) {
    let mut chance = StdRng::seed_from_u64(seed);
    let house = House::within(dir, &format!("seed-{seed}"), &["anna", "bert"]);
    for _ in 0..chance.random_range(0..5) {
        house.world().whims.push_back(WHIMS[chance.random_range(0..WHIMS.len())]);
    }
    house.world().blind = if chance.random_range(0..4) == 0 { chance.random_range(1..9) } else { 0 };
    let mut crashes = 0;
    for round in 0..60 {
        let ended = crashing(&house, &mut chance).await;
        house.check();
        crashes += u32::from(ended.is_none());
        if ended.is_some_and(|outcome| outcome.remaining == 0) {
            break;
        }
        assert!(round < 59, "seed {seed} never ends: {} / {}", house.path("anna"), house.path("bert"));
    }
    // The last run is not cut off: it audits whoever waits for it.
    house.live().await;
    house.check();
    for row in house.rows() {
        assert!(!row.state.in_flight() && row.state != EffectState::Precheck, "seed {seed}: {}", row.state);
    }
    let debits = house.ledger.debits(&house.account, Realm::Practice, jiff::Timestamp::MIN).unwrap().len();
    let clicks = house.world().times.len();
    assert!(debits >= clicks, "seed {seed}: a click that was not charged");
    (crashes, clicks)
}
