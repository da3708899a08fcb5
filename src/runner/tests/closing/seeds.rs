//! Random behaviour of the site and of the person, random ends of the process: whatever happens, at most one closure, no click
//! without its intention, never a false "done", and no secret anywhere.

use std::path::Path;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use super::bed::{Bed, Gate, is_soak};
use super::cut::cut;
use super::person::{Helps, Person, Types};
use super::screen::{Block, Screen, VARIANTS};
use super::world::{Last, Sudden, Visitors};
use crate::event::fact::Mode;
use crate::event::state::EffectState;
use crate::runner::wait::Stop;

/// So many seeds each time, and so many in the soak. `EXEUNT_SEED` gives one back.
const SEEDS: u64 = 80;
const SEEDS_OF_THE_SOAK: u64 = 10_000;
const LASTS: [Last; 25] = [
    Last::Does,
    Last::Does,
    Last::Does,
    Last::DoesWithForm,
    Last::OtherWords,
    Last::Nothing,
    Last::Blocked,
    Last::Stale,
    Last::StaleAfter,
    Last::RefusedAfter,
    Last::LostBefore,
    Last::LostAfter,
    Last::NoEndPage,
    Last::BrokenAfter,
    Last::BrokenBefore,
    Last::Late(90),
    Last::OnlySaid,
    Last::OnlySignedOut,
    Last::ThenCaptcha,
    Last::ThenTooMany,
    Last::ThenLost,
    Last::No,
    Last::Prompt,
    Last::Dialog,
    Last::Captcha,
];
const SUDDEN: [Sudden; 9] = [
    Sudden::SignedOut,
    Sudden::OtherAccount,
    Sudden::TooMany,
    Sudden::Restricted,
    Sudden::Captcha,
    Sudden::Broken,
    Sudden::Blank,
    Sudden::Prompt,
    Sudden::Lost,
];
const VISITORS: [Visitors; 6] =
    [Visitors::Honest, Visitors::StillSee, Visitors::Wall, Visitors::Nameless, Visitors::Unopened, Visitors::Lost];

/// What was met over all seeds, so that nothing is proved of what never happens.
#[derive(Debug, Default)]
struct Met {
    crashes: u32,
    clicks: u32,
    done: u32,
    doubts: u32,
    failed: u32,
    expired: u32,
    rehearsals: u32,
    defied: u32,
}

#[tokio::test(start_paused = true)]
async fn the_promises_of_a_closure_hold_for_every_seed() {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let dir = folder.path().canonicalize().unwrap().join("data");
    let seeds = if is_soak() { SEEDS_OF_THE_SOAK } else { SEEDS };
    let given: Option<u64> = std::env::var("EXEUNT_SEED").ok().map(|seed| seed.parse().unwrap());
    let mut met = Met::default();
    for seed in given.map_or(0..=seeds - 1, |seed| seed..=seed) {
        println!("seed {seed}");
        one_seed(&dir, seed, &mut met).await;
        if seed % 50 == 49 {
            // A ledger of thousands of accounts only becomes slow.
            std::fs::remove_dir_all(&dir).unwrap();
        }
    }
    println!("{met:?}");
    let Met { crashes, clicks, done, doubts, failed, expired, rehearsals, defied } = met;
    let few = [crashes, clicks, done, doubts, failed, expired, rehearsals, defied].into_iter().min().unwrap();
    assert!(few >= 3 || given.is_some(), "something hardly ever happened: {few}");
}

/// What is odd about this site.
fn furnish(bed: &Bed, chance: &mut StdRng) {
    let mut world = bed.world();
    let mut one_in = |number: u32| chance.random_range(0..number) == 0;
    let odd = &mut world.odd;
    (odd.check_first, odd.moved, odd.management, odd.other_category) = (one_in(12), one_in(6), one_in(6), one_in(4));
    (odd.extra, odd.renamed, odd.disabled, odd.twice) = (one_in(20), one_in(30), one_in(30), one_in(30));
    (odd.disguised, odd.fleeting, odd.nameless) = (one_in(20), one_in(20), one_in(30));
    (odd.wrong_once, odd.barred, odd.mirrored) = (one_in(6), one_in(30), one_in(20));
    (odd.code, odd.device, odd.ticked, odd.documents) = (one_in(5), one_in(6), one_in(3), one_in(2));
    (odd.marked, odd.dialog_early, odd.wants_comment) = (one_in(8), one_in(30), one_in(6));
    odd.strange_box = one_in(20).then_some(Screen::Password);
    (odd.dark, odd.unopened) = (one_in(20), one_in(40));
    odd.slow = if one_in(5) { chance.random_range(1..45) } else { 0 };
    if chance.random_range(0..12) == 0 {
        odd.block = [Block::Premium, Block::Groups, Block::Licences, Block::NoPassword].choose(chance).copied();
    }
    world.visitors = *VISITORS.choose(chance).unwrap();
    for _ in 0..chance.random_range(0..4) {
        world.lasts.push_back(*LASTS.choose(chance).unwrap());
    }
    for _ in 0..[0, 0, 1, 1, 2][chance.random_range(0..5)] {
        let at = chance.random_range(1..30);
        world.sudden.push((at, *SUDDEN.choose(chance).unwrap()));
    }
}

fn person(bed: &Bed, chance: &mut StdRng) -> Person {
    let types =
        [Types::Right, Types::Right, Types::Wrong, Types::Wrong, Types::Nothing, Types::After(400), Types::After(900)];
    let helps = [Helps::Does, Helps::Does, Helps::Does, Helps::Nothing, Helps::Leaves, Helps::AsOther];
    Person {
        sees: chance.random(),
        types: (0..chance.random_range(0..4)).map(|_| *types.choose(chance).unwrap()).collect(),
        helps: *helps.choose(chance).unwrap(),
        ..bed.person()
    }
}

/// One process: a run that ends by itself, is interrupted, or is cut off. Answers whether it was cut off.
async fn process(bed: &Bed, chance: &mut StdRng, mode: Mode) -> bool {
    let plan = bed.plan(mode);
    let order = bed.order(&plan, mode);
    if chance.random_range(0..15) == 0 {
        tokio::time::sleep(Duration::from_secs(chance.random_range(0..1_200))).await;
    }
    let at = if chance.random_range(0..2) == 0 { u32::MAX } else { chance.random_range(1..160) };
    if chance.random_range(0..5) == 0 {
        *bed.dies_after.lock().unwrap() = Some(chance.random_range(1..40));
    }
    let stop = match chance.random_range(0..8) {
        0 => Some((chance.random_range(0..30_000), Stop::Asked)),
        1 => Some((chance.random_range(0..30_000), Stop::Insisted)),
        _ => None,
    };
    let mut person = person(bed, chance);
    let interrupted = async {
        if let Some((after, stop)) = stop {
            tokio::time::sleep(Duration::from_millis(after)).await;
            bed.stop.send_replace(stop);
        }
    };
    let (ended, ()) = tokio::join!(cut(bed.carry_out(&order, &mut person), at), interrupted);
    bed.stop.send_replace(Stop::No);
    *bed.dies_after.lock().unwrap() = None;
    match &ended {
        Some(outcome) => bed.check_end(outcome.as_ref().unwrap()),
        // The browser of a dead process is ended by the next one.
        None => bed.world().running = 0,
    }
    bed.check();
    ended.is_none()
}

async fn one_seed(dir: &Path, seed: u64, met: &mut Met) {
    let mut chance = StdRng::seed_from_u64(seed);
    let bed = Bed::within(dir, &format!("seed-{seed}"), *VARIANTS.choose(&mut chance).unwrap());
    furnish(&bed, &mut chance);
    if chance.random_range(0..4) == 0 {
        met.rehearsals += 1;
        met.crashes += u32::from(process(&bed, &mut chance, Mode::Rehearsal).await);
        assert_eq!((bed.sent(), bed.secrets(), bed.effects().len()), (0, 0, 0), "seed {seed}: a rehearsal");
    }
    for _ in 0..3 {
        // A caller who does not ask first meets the ledger alone; what is in flight stops it just the same.
        let defies = chance.random_range(0..4) == 0;
        if !defies || chance.random() {
            bed.settle();
            bed.check();
            assert!(bed.effects().iter().all(|row| !row.state.in_flight()), "seed {seed}: {}", bed.path());
        }
        match bed.gate() {
            None => bed.world().may_click = true,
            Some(Gate::Attempt) => {
                tokio::time::sleep(Duration::from_secs(25 * 3600)).await;
                bed.world().may_click = true;
                if bed.gate().is_some() {
                    continue;
                }
            }
            Some(Gate::Silence) => {
                tokio::time::sleep(Duration::from_secs(3 * 3600)).await;
                bed.world().too_many = false;
                continue;
            }
            Some(_) if defies => {
                let sent = bed.sent();
                process(&bed, &mut chance, Mode::Live).await;
                assert_eq!(bed.sent(), sent, "seed {seed}: tried in spite of what held it: {}", bed.path());
                met.defied += 1;
                continue;
            }
            Some(_) => break,
        }
        met.crashes += u32::from(process(&bed, &mut chance, Mode::Live).await);
    }
    bed.settle();
    bed.check();
    bed.check_record();
    assert!(bed.ended() <= 1, "seed {seed}: {:?}", bed.log());
    met.clicks += bed.sent();
    for row in bed.effects() {
        match row.state {
            EffectState::Done => met.done += 1,
            EffectState::NeedsHuman => met.doubts += 1,
            EffectState::Failed => met.failed += 1,
            EffectState::Expired => met.expired += 1,
            // An approval that a dead process left: it is older than a quarter of an hour before anybody finds it.
            state => assert!(matches!(state, EffectState::Approved | EffectState::Precheck), "seed {seed}: {state}"),
        }
    }
}
