//! Random steps, legal and not, against a small oracle that knows only the rules.

use std::collections::HashMap;

use EffectState::{
    Acted, AlreadyGone, Approved, Confirmed, Done, DoneByOperator, Excluded, Expired, Failed, Intent, Mismatch,
    NeedsHuman, NotApplied, NotSent, Planned, Precheck, Skipped, Unknown, Verifying,
};
use proptest::prelude::*;

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
    (Precheck, &[Intent, AlreadyGone, Mismatch, Excluded, Approved, Failed]),
    (Intent, &[Acted, Unknown, NotSent]),
    (NotSent, &[Precheck, Failed]),
    (Acted, &[Verifying]),
    (Unknown, &[Verifying, NeedsHuman]),
    (Verifying, &[Verifying, Done, NotApplied, NeedsHuman]),
    (Done, &[Confirmed, NeedsHuman]),
    (NotApplied, &[Precheck, Failed]),
    (NeedsHuman, &[DoneByOperator, NotApplied, Skipped]),
];

#[derive(Default)]
struct Oracle {
    effects: HashMap<(usize, usize), (EffectState, u32, i64)>,
    kept: [bool; 3],
    paused: bool,
    charged: usize,
    steps: usize,
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
            let flying = |state| [Intent, Acted, Unknown, Verifying].contains(&state);
            let busy = self.effects.values().any(|(state, ..)| flying(*state));
            let doubted = self.effects.iter().any(|((_, who), (state, ..))| *who == key.1 && *state == NeedsHuman);
            goes = goes && !busy && !doubted && !self.kept[key.1] && !self.paused;
            self.charged += usize::from(goes);
        }
        if goes {
            let sent = if [Intent, Acted, Unknown].contains(&to) { now } else { sent };
            self.effects.insert(key, (to, attempt, sent));
            self.steps += 1;
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
    // The next state on the way of a removal, so that the far end of the table is reached.
    let on = (
        0..2_usize,
        0..3_usize,
        proptest::sample::select(vec![
            Precheck, Precheck, Intent, Intent, Acted, Unknown, NotSent, Verifying, Verifying, Done, NotApplied,
            NeedsHuman,
        ]),
    )
        .prop_map(|(plan, who, to)| Deed::Step { plan, who, from: None, to, off: 0 });
    prop_oneof![
        8 => step,
        30 => on,
        1 => (0..3_usize).prop_map(|who| Deed::Keep { who }),
        2 => (0..3_usize).prop_map(|who| Deed::Unkeep { who }),
        1 => Just(Deed::Pause),
        2 => Just(Deed::Resume),
        2 => (0..200_i64).prop_map(|seconds| Deed::Wait { seconds }),
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
                let kind = if self.oracle.paused { RequestKind::Pause } else { RequestKind::Resume };
                let request = NewRequest { kind, reason: String::new(), at: at.utc };
                self.desk.open().request(&account(), &request).unwrap();
            }
            Deed::Wait { seconds } => self.desk.seconds += seconds,
            Deed::Reopen => {
                self.owner = None;
                self.owner = Some(self.desk.own());
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_agrees_with_the_oracle(deeds in proptest::collection::vec(deed(), 1..120)) {
        let mut world = World::new();
        for deed in &deeds {
            world.do_one(deed);
        }
        world.compare();
    }
}
