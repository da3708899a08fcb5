//! What the ledger promises, on files in temporary folders.

mod acts;
mod crash;
mod interlock;
mod model;
mod people;
mod plans;
mod scans;
mod sign_in;
mod steps;
mod tamper;

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::date;
use tempfile::TempDir;

use super::*;
use crate::event::fact::{Fact, Mode, Moved, RunStarted};
use crate::event::id::{AccountName, Action, Digest, PlanId, Realm, Route, RunId, Slug};
use crate::event::link::Link;
use crate::event::stamp::Stamp;
use crate::event::state::EffectState;

/// When each test begins, in seconds since 1970.
const BEGIN: i64 = 1_700_000_000;

/// A data directory, a clock that a test moves, and shorthands.
struct Desk {
    _folder: TempDir,
    dir: PathBuf,
    seconds: i64,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().canonicalize().unwrap().join("data");
        DirBuilder::new().mode(0o700).create(&dir).unwrap();
        Self { _folder: folder, dir, seconds: BEGIN }
    }

    fn open(&self) -> Ledger {
        Ledger::open(&self.dir).unwrap()
    }

    fn own(&mut self) -> Owner {
        let stamp = self.tick();
        self.open().own(&account(), Realm::Practice, &stamp).unwrap()
    }

    /// The next second.
    fn tick(&mut self) -> Stamp {
        self.seconds += 1;
        stamp(self.seconds)
    }

    fn plan(&mut self, slugs: &[&str]) -> PlanRow {
        let stamp = self.tick();
        self.open().make_plan(&new_plan(slugs), &stamp).unwrap()
    }

    fn approved(&mut self, owner: &mut Owner, slugs: &[&str]) -> PlanRow {
        let plan = self.plan(slugs);
        let stamp = self.tick();
        owner.approve_plan(&plan.id, &plan.hash, "typed", &stamp).unwrap();
        plan
    }

    /// Moves an effect along a path; each state must be reachable from the one before.
    fn walk(&mut self, owner: &mut Owner, (plan, slug): (&PlanId, &str), path: &[EffectState]) {
        for to in path {
            let stamp = self.tick();
            match to {
                EffectState::Intent => {
                    let moved = next(owner, (plan, slug), *to);
                    let intended = owner.intend(&stamp, &moved, &terms()).unwrap();
                    assert!(matches!(intended, Intended::Written(_)), "{intended:?}");
                }
                _ => {
                    let moved = next(owner, (plan, slug), *to);
                    owner.step(&stamp, &moved).unwrap();
                }
            }
        }
    }

    fn begin_run(&mut self, owner: &mut Owner, plan: &PlanRow) -> RunId {
        let run = owner.ledger().free_run_id().unwrap();
        let stamp = self.tick();
        owner.append(&stamp, &run_started(&run, plan)).unwrap();
        run
    }
}

fn stamp(seconds: i64) -> Stamp {
    Stamp {
        utc: Timestamp::from_second(seconds).unwrap(),
        boot_ns: (seconds - BEGIN) * 1_000_000_000,
        boot_id: "boot-1".into(),
    }
}

fn account() -> AccountName {
    "default".parse().unwrap()
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn terms() -> Terms {
    Terms { local_date: date(2023, 11, 14), zone: "Europe/Berlin".into(), settle: Duration::from_secs(180) }
}

/// The same on the civil day of that moment.
fn terms_at(at: &Stamp) -> Terms {
    let zone = jiff::tz::TimeZone::get(&terms().zone).unwrap();
    Terms { local_date: at.utc.to_zoned(zone).date(), ..terms() }
}

fn new_plan(slugs: &[&str]) -> NewPlan {
    NewPlan {
        account: account(),
        realm: Realm::Practice,
        action: Action::Remove,
        route: Route::List,
        hash: Digest::of(slugs.join(",").as_bytes()),
        pack_sha256: Digest::of(b"pack"),
        handle: Some(slug("me")),
        ceilings: r#"{"day":20}"#.into(),
        people: slugs.iter().map(|text| PlanPerson { slug: slug(text), name: text.to_uppercase() }).collect(),
    }
}

fn run_started(run: &RunId, plan: &PlanRow) -> Fact {
    Fact::RunStarted(Box::new(RunStarted {
        run: run.clone(),
        plan: plan.id.clone(),
        hash: plan.hash,
        mode: Mode::Live,
        account: account(),
        realm: Realm::Practice,
        origin: "http://127.0.0.1:8000".into(),
        action: Action::Remove,
        route: Route::List,
        pack: "1".into(),
        pack_sha256: Digest::of(b"pack"),
        browser: "chromium".into(),
        program: "0.1.0".into(),
        zone: "Europe/Berlin".into(),
    }))
}

/// The step from where the effect stands to `to`, with the attempt that follows.
fn next(owner: &Owner, (plan, who): (&PlanId, &str), to: EffectState) -> Moved {
    let effects = owner.ledger().effects(plan).unwrap();
    let row = effects.iter().find(|row| row.slug == slug(who)).unwrap();
    let again = matches!(row.state, EffectState::NotApplied | EffectState::NotSent) && to == EffectState::Precheck;
    Moved {
        run: None,
        plan: plan.clone(),
        slug: slug(who),
        action: row.action,
        from: row.state,
        to,
        attempt: row.attempt + u32::from(again),
        why: format!("to {to}"),
        shots: Vec::new(),
        read: Vec::new(),
    }
}

fn state_of(ledger: &Ledger, plan: &PlanId, who: &str) -> EffectState {
    ledger.effects(plan).unwrap().iter().find(|row| row.slug == slug(who)).unwrap().state
}

fn all_links(ledger: &Ledger) -> Vec<Link> {
    ledger.links(&account(), Realm::Practice, 1..=u64::MAX).unwrap()
}

fn debits(ledger: &Ledger) -> usize {
    ledger.debits(&account(), Realm::Practice, Timestamp::MIN).unwrap().len()
}
