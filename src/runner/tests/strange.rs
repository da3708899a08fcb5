//! Promises 1 and 2 on a site that is strange in every way at once: whatever it does, nobody else leaves by a click of ours that
//! could have been stopped, nobody who is there is called removed or gone, and a stop sign is the end of clicking.
//!
//! A seed draws what the site does with each intention (it says something in unknown words, turns the request away, takes out
//! somebody else, hides the person from the search, acts or speaks late, or not at all), whose address or name is another one by
//! now, a list that looks empty for a while, rows without an identity, a service worker, a late total, pages that cannot be read, another account in mid-run, and where the
//! program is cut off. A person settles what is left to them, truthfully, and the same plan goes on. `EXEUNT_SEED` gives one back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::time::sleep;

use super::house::House;
use super::site::{Whim, Worker, name_of};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Mode, Moved};
use crate::event::id::Realm;
use crate::event::state::EffectState;
use crate::policy::pace::Pace;
use crate::runner::order::{Order, Outcome};

/// So many seeds each time, and in the soak.
const SEEDS: u64 = 60;
const SEEDS_OF_THE_SOAK: u64 = 10_000;
const WORDS: &str = "Hidas hetki";
const WHIMS: [Whim; 28] = [
    Whim::Removes,
    Whim::Removes,
    Whim::Removes,
    Whim::AtOnce,
    Whim::Ignores,
    Whim::Late(12),
    Whim::BlocksFirst,
    Whim::BlocksSecond,
    Whim::BlocksAndLeaves,
    Whim::Stale,
    Whim::StaleAfter,
    Whim::LostBefore,
    Whim::LostAfter,
    Whim::Unseen,
    Whim::RefusedAfter,
    Whim::OtherName,
    Whim::Captcha,
    Whim::AndAnother,
    Whim::AnotherInstead,
    Whim::NextInstead,
    Whim::Hides,
    Whim::Says(WORDS),
    Whim::SaysAndHides(WORDS),
    Whim::SaysAndRemoves(WORDS),
    Whim::SaysSlowly(WORDS, 6),
    Whim::SaysLater(WORDS, 9),
    Whim::LimitsLater(9),
    Whim::TurnsAway("too_many_requests"),
];
/// What the print calls whoever a person had to settle.
const DOUBTED: &str = "in doubt, for a person to settle";
const PEOPLE: [&str; 3] = ["anna", "bert", "carl"];
/// People of no plan; in the list they stand behind the others.
const OTHERS: [&str; 4] = ["vera", "xena", "yara", "zoe"];

/// What became of people, and of runs, over all seeds.
#[derive(Debug, Default)]
struct Split {
    people: BTreeMap<String, u64>,
    stops: u64,
    crashes: u64,
    clicks: u64,
}

#[tokio::test(start_paused = true)]
async fn whatever_a_strange_site_does_nobody_else_leaves_and_nobody_is_falsely_done_or_gone() {
    // In memory where there is such a folder: thousands of waits for a disk would prove nothing more.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let soak = std::env::var_os("EXEUNT_SOAK").is_some();
    let given: Option<u64> = std::env::var("EXEUNT_SEED").ok().map(|seed| seed.parse().unwrap());
    let seeds = given.map_or(0..if soak { SEEDS_OF_THE_SOAK } else { SEEDS }, |seed| seed..seed + 1);
    let (mut split, count) = (Split::default(), seeds.clone().count() as u64);
    for seed in seeds {
        // A ledger for some hundred of them: one for all would be looked through again and again.
        let dir = folder.path().canonicalize().unwrap().join(format!("data-{}", seed / 200));
        one_seed(&dir, seed, &mut split).await;
        if seed % 500 == 499 {
            println!("seed {seed}: {split:?}");
        }
    }
    let all: u64 = split.people.values().sum();
    let share = |number: u64| format!("{number} ({:.1} %)", 100.0 * number as f64 / all as f64);
    println!(
        "{count} seeds, {all} people, {} clicks, {} runs cut off, {} stopped by a sign: 0 wrong, 0 false done, 0 false gone",
        split.clicks, split.crashes, split.stops
    );
    split.people.iter().for_each(|(state, number)| println!("  {state}: {}", share(*number)));
    let doubts = split.people.get(DOUBTED).copied().unwrap_or_default();
    assert!(
        given.is_some() || (doubts > 0 && split.stops > 0 && split.people.len() > 6),
        "the dice are dull: {split:?}"
    );
}

/// Draws what the site is like.
fn draw(house: &House, chance: &mut StdRng) {
    let one_in = |chance: &mut StdRng, many: u32| chance.random_range(0..many) == 0;
    let any = |chance: &mut StdRng| PEOPLE[chance.random_range(0..PEOPLE.len())].to_owned();
    let mut world = house.world();
    world.people.extend(OTHERS.map(|slug| (slug.to_owned(), name_of(slug))));
    // Where somebody else leaves by themselves while the search hides a person, the total is as if that person had left: nothing on
    // the site tells the two apart, so that a seed has one or the other.
    let hides = chance.random::<bool>();
    let fits = |whim: &Whim| match whim {
        Whim::Hides | Whim::SaysAndHides(_) => hides,
        Whim::AndAnother | Whim::AnotherInstead | Whim::NextInstead | Whim::BlocksAndLeaves => !hides,
        _ => true,
    };
    let whims = WHIMS.into_iter().filter(fits).collect::<Vec<_>>();
    for _ in 0..chance.random_range(0..5) {
        world.whims.push_back(whims[chance.random_range(0..whims.len())]);
    }
    world.blind = if one_in(chance, 4) { chance.random_range(1..9) } else { 0 };
    if one_in(chance, 5) {
        let (slug, name) = (any(chance), "Walter Klein".to_owned());
        world.called.insert(slug, name);
    }
    if one_in(chance, 5) {
        let renamed = any(chance);
        world.people.insert(renamed, "Somebody New".to_owned());
    }
    if one_in(chance, 6) {
        let left = any(chance);
        world.people.remove(&left);
        world.left_before.insert(left);
    }
    if one_in(chance, 6) {
        let bare = any(chance);
        world.unidentified.insert(bare);
    }
    if one_in(chance, 6) {
        world.renamed = Some((any(chance), "zoe".to_owned()));
    }
    if one_in(chance, 8) {
        let people = world.people.clone();
        world.worker = Some(Worker { people, stubborn: one_in(chance, 3) });
    }
    if one_in(chance, 4) {
        world.total_lags = Duration::from_secs(chance.random_range(1..12));
    }
    world.short_dialogs = one_in(chance, 3);
    if one_in(chance, 4) {
        // The longest is longer than anybody waits for a list.
        let slow = [Duration::from_millis(2_500), Duration::from_secs(8), Duration::from_secs(40)];
        world.list_slow_for = slow[chance.random_range(0..slow.len())];
        world.keeps_rows = chance.random();
    }
    match chance.random_range(0..12) {
        0 => world.session_of = Some((chance.random_range(6..80), "somebody-else")),
        1 => world.turns_into = Some((chance.random_range(6..80), "D4E03AQtheirs", "somebody-else")),
        2 => world.sign = Some((chance.random_range(1..60), "captcha")),
        _ => {}
    }
}

/// Runs until it ends by itself, or is dropped at a random moment.
async fn run(house: &House, (through_profiles, cut_off): (bool, bool), chance: &mut StdRng) -> Option<Outcome> {
    // Longer than the slowest site takes: only then is "still there" proof.
    let pace = Pace { not_applied_after: Duration::from_secs(20), audit_after: Duration::from_secs(15), ..Pace::off() };
    let order = if through_profiles { house.order_through_profiles(Mode::Live) } else { house.order(Mode::Live) };
    let order = Order { shots: false, seed: chance.random(), pace, ..order };
    let patience = Duration::from_millis(if cut_off { chance.random_range(600..60_000) } else { u64::MAX / 2 });
    let ended = tokio::time::timeout(patience, house.run(&order)).await;
    // The browser of a dead process is ended by the next one.
    house.world().open = 0;
    ended.ok().map(|ended| ended.unwrap())
}

/// What must hold after each run, beside what holds after any.
fn promises(house: &House, seed: u64) {
    house.check();
    let world = house.world();
    for row in house.rows().into_iter().filter(|row| row.state == EffectState::AlreadyGone) {
        assert!(
            !world.people.contains_key(row.slug.as_str()),
            "seed {seed}: {} is called gone: {}",
            row.slug,
            row.reason
        );
    }
    for slug in OTHERS {
        assert!(!world.log.contains(&format!("removed {slug}")), "seed {seed}: {slug} was taken out");
    }
}

/// A person looks at the site and settles everything, truthfully, and notes who was in doubt.
async fn settle(house: &House, doubted: &mut BTreeSet<String>) {
    // Whatever was promised has happened, silences are over, and the own account is signed in again.
    sleep(Duration::from_secs(9 * 3_600)).await;
    {
        let mut world = house.world();
        let now = tokio::time::Instant::now();
        world.settle(now);
        (world.session_of, world.turns_into, world.sign) = (None, None, None);
        (world.notice, world.limited_from) = (None, None);
        (world.me, world.picture) = ("me".to_owned(), "D4E03AQmine".to_owned());
    }
    let stamp = house.clock.now();
    let mut owner = house.ledger.own(&house.account, Realm::Practice, &stamp).unwrap();
    while let Some(open) = owner.ledger().open_latch(&house.account, Realm::Practice).unwrap() {
        let cleared = Fact::IncidentCleared { incident: open.id, reason: "looked".to_owned() };
        owner.append(&stamp, &cleared).unwrap();
    }
    for row in house.rows().into_iter().filter(|row| row.state == EffectState::NeedsHuman) {
        doubted.insert(row.slug.to_string());
        let gone = !house.world().people.contains_key(row.slug.as_str());
        let moved = Moved {
            run: None,
            plan: row.plan.clone(),
            slug: row.slug.clone(),
            action: row.action,
            from: row.state,
            to: if gone { EffectState::DoneByOperator } else { EffectState::Skipped },
            attempt: row.attempt,
            why: "a person looked".to_owned(),
            shots: vec![],
            read: vec![],
        };
        owner.step(&stamp, &moved).unwrap();
    }
}

/// Says which seed it was, what the site was like and what became of whom, where a promise is broken.
struct Seed<'a>(u64, &'a House);

impl Drop for Seed<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("a promise is broken by seed {0}: EXEUNT_SEED={0} gives it back", self.0);
            println!("{:?}", self.1.world());
            self.1
                .rows()
                .iter()
                .for_each(|row| println!("{}: {}; {}", row.slug, self.1.path(row.slug.as_str()), row.reason));
        }
    }
}

async fn one_seed(dir: &Path, seed: u64, split: &mut Split) {
    let mut chance = StdRng::seed_from_u64(seed);
    let house = House::within(dir, &format!("seed-{seed}"), &PEOPLE);
    draw(&house, &mut chance);
    let _seed = Seed(seed, &house);
    let through_profiles = chance.random_range(0..4) == 0;
    let mut doubted = BTreeSet::new();
    for round in 0..40 {
        // In the end the site is as it should be, but for what it did.
        if round == 20 {
            let mut world = house.world();
            (world.whims, world.blind, world.worker) = ([].into(), 0, None);
            (world.hidden, world.unidentified) = ([].into(), [].into());
            world.list_slow_for = Duration::ZERO;
        }
        let (before, cut_off) = (house.world().log.len(), round < 20 && chance.random_range(0..3) == 0);
        let outcome = run(&house, (through_profiles, cut_off), &mut chance).await;
        promises(&house, seed);
        stopped_after_its_sign(&house, seed, before);
        split.crashes += u64::from(outcome.is_none());
        let is_over = outcome.is_some_and(|outcome| outcome.remaining == 0 && outcome.ending != Ending::InDoubt);
        let is_latched = house.ledger.open_latch(&house.account, Realm::Practice).unwrap().is_some();
        let is_open = |state: EffectState| state.in_flight() || state == EffectState::Done;
        if is_over && !is_latched && !house.rows().iter().any(|row| is_open(row.state)) {
            break;
        }
        split.stops += u64::from(is_latched);
        settle(&house, &mut doubted).await;
        promises(&house, seed);
        assert!(round < 39, "seed {seed} never ends: {:?}", PEOPLE.map(|slug| house.path(slug)));
    }
    let debits = house.ledger.debits(&house.account, Realm::Practice, jiff::Timestamp::MIN).unwrap().len();
    let clicks = house.world().times.len();
    assert!(debits >= clicks, "seed {seed}: a click that was not charged");
    split.clicks += clicks as u64;
    for row in house.rows() {
        let attempts = house.path(row.slug.as_str()).split(' ').filter(|state| *state == "INTENT").count();
        let what = match row.state {
            _ if doubted.contains(row.slug.as_str()) => DOUBTED.to_owned(),
            EffectState::Confirmed if attempts == 1 => "done at the first attempt".to_owned(),
            EffectState::Confirmed => "done later".to_owned(),
            state => state.to_string(),
        };
        *split.people.entry(what).or_default() += 1;
    }
}

/// Within one run nobody is clicked after the site took out somebody else in a person's place, and that person is not called done.
fn stopped_after_its_sign(house: &House, seed: u64, before: usize) {
    let world = house.world();
    // A total that is late cannot tell such a click from an earlier removal that shows only now.
    if !world.total_lags.is_zero() {
        return;
    }
    let deeds = &world.log[before..];
    for (at, deed) in deeds.iter().enumerate().filter(|(_, deed)| deed.starts_with("instead of ")) {
        // Of an outcome that cannot be read the total says what it says of a removal: that person is in doubt, and the others go on.
        let slug = deed.trim_start_matches("instead of ");
        let unread = house.state(slug) == EffectState::NeedsHuman && house.why(slug).starts_with("cannot be read");
        assert!(unread || deeds.len() == at + 1, "seed {seed}: {deeds:?}");
    }
}
