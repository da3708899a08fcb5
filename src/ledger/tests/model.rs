//! Random steps, legal and not, against a small oracle that knows only the rules.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use EffectState::{
    Acted, AlreadyGone, Approved, Confirmed, Done, DoneByOperator, Excluded, Expired, Failed, Intent, Mismatch,
    NeedsHuman, NotApplied, NotFound, NotSent, Planned, Precheck, Skipped, Unknown, Verifying,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;

const WHO: [&str; 3] = ["ann", "bob", "carol"];

/// One thing that happens.
#[derive(Debug, Clone)]
enum Deed {
    /// A step of one effect: which plan, whom, from where (none: from where it stands), to where, how far off the
    /// attempt is.
    Step {
        plan: usize,
        who: usize,
        from: Option<EffectState>,
        to: EffectState,
        off: u32,
    },
    /// The step of one effect that the rules offer, whichever is picked.
    Next {
        plan: usize,
        who: usize,
        pick: usize,
    },
    Keep {
        who: usize,
    },
    Unkeep {
        who: usize,
    },
    Pause,
    Resume,
    Wait {
        seconds: i64,
    },
    Reopen,
}

/// The table of the rules, written down a second time.
const RULES: &[(EffectState, &[EffectState])] = &[
    (Approved, &[Precheck, Expired, Excluded]),
    (Precheck, &[Intent, AlreadyGone, NotFound, Mismatch, Excluded, Approved, Failed]),
    (Intent, &[Acted, Unknown, NotSent]),
    (NotSent, &[Precheck, Failed]),
    (Acted, &[Verifying]),
    (Unknown, &[Verifying, NeedsHuman]),
    (Verifying, &[Verifying, Done, NotApplied, NeedsHuman]),
    (Done, &[Confirmed, NeedsHuman]),
    (NotApplied, &[Precheck, Failed]),
    (NeedsHuman, &[DoneByOperator, NotApplied, Skipped]),
];

/// What stands in the way of any other intention.
const FLYING: [EffectState; 4] = [Intent, Acted, Unknown, Verifying];

#[derive(Default)]
struct Oracle {
    effects: HashMap<(usize, usize), (EffectState, u32, i64)>,
    kept: [bool; 3],
    paused: bool,
    charged: usize,
    steps: usize,
    seen: HashSet<EffectState>,
}

impl Oracle {
    /// Whether the step happens, and if so it does.
    fn step(&mut self, key: (usize, usize), (from, to, attempt): (EffectState, EffectState, u32), now: i64) -> bool {
        let (stands, tried, sent) = self.effects[&key];
        let in_table = RULES.iter().any(|(state, next)| *state == from && next.contains(&to));
        let again = to == Precheck && (from == NotApplied || from == NotSent);
        let want = tried + u32::from(again);
        let settled = !(from == Verifying && to == NotApplied) || now >= sent + 180;
        let mut goes = stands == from && in_table && attempt == want && want <= 2 && settled;
        if to == Intent {
            let busy = self.effects.values().any(|(state, ..)| FLYING.contains(state));
            let doubted = self.effects.iter().any(|((_, who), (state, ..))| *who == key.1 && *state == NeedsHuman);
            goes = goes && !busy && !doubted && !self.kept[key.1] && !self.paused;
            self.charged += usize::from(goes);
        }
        if goes {
            let sent = if [Intent, Acted, Unknown].contains(&to) { now } else { sent };
            self.effects.insert(key, (to, attempt, sent));
            self.steps += 1;
            self.seen.insert(to);
        }
        goes
    }
}

fn state() -> impl Strategy<Value = EffectState> {
    proptest::sample::select(vec![
        Planned,
        Approved,
        Precheck,
        Intent,
        NotSent,
        Acted,
        Unknown,
        Verifying,
        Done,
        Confirmed,
        NotApplied,
        NeedsHuman,
        DoneByOperator,
        AlreadyGone,
        NotFound,
        Mismatch,
        Excluded,
        Expired,
        Skipped,
        Failed,
    ])
}

fn deed() -> impl Strategy<Value = Deed> {
    let step = (0..2_usize, 0..3_usize, proptest::option::weighted(0.1, state()), state(), 0..20_u32);
    let step = step.prop_map(|(plan, who, from, to, off)| Deed::Step { plan, who, from, to, off: off / 19 });
    // The first offer leads on; most of the others end an effect.
    let pick = prop_oneof![Just(0), 0..6_usize];
    let next = (0..2_usize, 0..3_usize, pick).prop_map(|(plan, who, pick)| Deed::Next { plan, who, pick });
    prop_oneof![
        8 => step,
        30 => next,
        1 => (0..3_usize).prop_map(|who| Deed::Keep { who }),
        2 => (0..3_usize).prop_map(|who| Deed::Unkeep { who }),
        1 => Just(Deed::Pause),
        2 => Just(Deed::Resume),
        4 => (0..200_i64).prop_map(|seconds| Deed::Wait { seconds }),
        2 => Just(Deed::Reopen),
    ]
}

struct World {
    desk: Desk,
    owner: Option<Owner>,
    plans: Vec<PlanRow>,
    oracle: Oracle,
}

impl World {
    fn new() -> Self {
        let mut desk = Desk::new();
        let mut owner = desk.own();
        let mut oracle = Oracle::default();
        let plans: Vec<PlanRow> = (0..2).map(|_| desk.approved(&mut owner, &WHO)).collect();
        for key in (0..2).flat_map(|plan| (0..3).map(move |who| (plan, who))) {
            oracle.effects.insert(key, (Approved, 1, 0));
        }
        Self { desk, owner: Some(owner), plans, oracle }
    }

    fn do_one(&mut self, deed: &Deed) {
        let at = self.desk.tick();
        match deed {
            Deed::Keep { who } => {
                let entry = KeepRow { slug: slug(WHO[*who]), reason: String::new(), at: at.utc };
                self.desk.open().keep(&account(), &entry).unwrap();
                self.oracle.kept[*who] = true;
            }
            Deed::Unkeep { who } => {
                self.desk.open().unkeep(&account(), &slug(WHO[*who])).unwrap();
                self.oracle.kept[*who] = false;
            }
            Deed::Pause | Deed::Resume => {
                self.oracle.paused = matches!(deed, Deed::Pause);
                let kind = if self.oracle.paused { RequestKind::Pause { until: None } } else { RequestKind::Resume };
                let request = NewRequest { kind, reason: String::new(), at: at.utc };
                self.desk.open().request(&account(), &request).unwrap();
            }
            Deed::Wait { seconds } => self.desk.seconds += seconds,
            Deed::Reopen => {
                self.owner = None;
                self.owner = Some(self.desk.own());
            }
            Deed::Next { plan, who, pick } => {
                let key = (*plan, *who);
                let stands = self.oracle.effects[&key].0;
                // What is in flight goes on first, else it would stand in everybody's way for most of the time.
                let flying = self.oracle.effects.iter().find(|(_, (state, ..))| FLYING.contains(state));
                let (key, stands) = flying.map_or((key, stands), |(key, (state, ..))| (*key, *state));
                let Some((_, offers)) = RULES.iter().find(|(state, _)| *state == stands) else { return };
                self.step(key, (None, offers[pick % offers.len()], 0), &at);
            }
            Deed::Step { plan, who, from, to, off } => self.step((*plan, *who), (*from, *to, *off), &at),
        }
    }

    fn step(&mut self, key: (usize, usize), (from, to, off): (Option<EffectState>, EffectState, u32), at: &Stamp) {
        let owner = self.owner.as_mut().unwrap();
        let mut moved = next(owner, (&self.plans[key.0].id, WHO[key.1]), to);
        moved.from = from.unwrap_or(moved.from);
        moved.attempt += off;
        let wrote = match to {
            Intent => matches!(owner.intend(at, &moved, &terms()), Ok(Intended::Written(_))),
            _ => owner.step(at, &moved).is_ok(),
        };
        let goes = self.oracle.step(key, (moved.from, to, moved.attempt), self.desk.seconds);
        assert_eq!(wrote, goes, "{moved:?}");
    }

    fn compare(&self) {
        let ledger = self.desk.open();
        for (plan, row) in self.plans.iter().enumerate() {
            for (who, effect) in ledger.effects(&row.id).unwrap().iter().enumerate() {
                let (state, attempt, _) = self.oracle.effects[&(plan, who)];
                assert_eq!((effect.state, effect.attempt), (state, attempt), "{} of {}", effect.slug, row.id);
            }
        }
        assert_eq!(debits(&ledger), self.oracle.charged);
        // Two plans made, two approved, six people approved, and one entry a step.
        assert_eq!(all_links(&ledger).len(), 10 + self.oracle.steps);
        ledger.check(&account(), Realm::Practice).unwrap();
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn live_through(deeds: &[Deed]) -> World {
    let mut world = World::new();
    for deed in deeds {
        world.do_one(deed);
    }
    world.compare();
    world
}

proptest! {
    #![proptest_config(config(32))]

    #[test]
    fn the_ledger_agrees_with_the_oracle(deeds in proptest::collection::vec(deed(), 1..150)) {
        live_through(&deeds);
    }
}

#[test]
fn the_deeds_reach_every_state() {
    let seen = RefCell::new(HashSet::new());
    // A fixed seed, so that what is reached does not change from run to run.
    let rng = TestRunner::deterministic().new_rng();
    let mut runner = TestRunner::new_with_rng(config(48), rng);
    runner
        .run(&proptest::collection::vec(deed(), 100..150), |deeds| {
            seen.borrow_mut().extend(live_through(&deeds).oracle.seen);
            Ok(())
        })
        .unwrap();
    let reached = seen.into_inner();
    let missing: Vec<EffectState> =
        RULES.iter().flat_map(|(_, next)| *next).copied().filter(|state| !reached.contains(state)).collect();
    assert_eq!(missing, []);
}
