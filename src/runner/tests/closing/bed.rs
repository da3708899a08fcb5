//! A ledger, an evidence folder, the simulated account and a clock, and closures in them.

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard};

use jiff::SignedDuration;
use tempfile::TempDir;
use tokio::sync::watch;

use super::person::Person;
use super::screen::Variant;
use super::world::{CODE, ME, PASSWORD, Site, Strangers, WRONG, Watch, World};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Mode, RunStarted};
use crate::event::id::{AccountName, Digest, Realm, Route};
use crate::event::state::EffectState;
use crate::evidence::bundle::Bundle;
use crate::flow::pack::Pack;
use crate::ledger::{Ledger, NewPlan, PlanPerson, PlanRow};
use crate::pack::embedded;
use crate::runner::clock::Clock;
use crate::runner::closing::{ClosingOrder, ClosingOutcome, carry_out, settle_left_behind};
use crate::runner::order::Telling;
use crate::runner::run::{Parts, RunError};
use crate::runner::wait::Stop;

/// What is thrown where a process is to end.
pub(super) const ENDS: &str = "the process ends here";
/// Read once: it is the same for all tests.
static PACK: LazyLock<Pack> = LazyLock::new(|| Pack::load(embedded::sources()).unwrap().pack);
/// As the command line has it: between two attempts at least so much time passes.
const BETWEEN: SignedDuration = SignedDuration::from_hours(24);

/// Whether there is time for all places instead of some.
pub(super) fn is_soak() -> bool {
    std::env::var_os("EXEUNT_SOAK").is_some()
}

/// Why the command line begins no closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    Closed,
    InDoubt,
    Latched,
    Silence,
    Attempt,
}

/// Everything that a closure needs, for one account.
pub(super) struct Bed {
    _folder: Option<TempDir>,
    dir: PathBuf,
    pub(super) account: AccountName,
    pub(super) ledger: Ledger,
    pub(super) site: Site,
    pub(super) clock: Clock,
    pub(super) stop: watch::Sender<Stop>,
    pub(super) variant: Variant,
    /// Everything that was told, facts and signs of life, in words.
    pub(super) told: Mutex<Vec<String>>,
    /// After so many facts the process ends: the one who listens unwinds the run.
    pub(super) dies_after: Mutex<Option<u32>>,
}

impl Bed {
    pub(super) fn new(variant: Variant) -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let dir = folder.path().canonicalize().unwrap().join("data");
        let mut bed = Self::within(&dir, "default", variant);
        bed._folder = Some(folder);
        bed
    }

    /// As [`Bed::new`], in a folder that others share.
    pub(super) fn within(dir: &Path, account: &str, variant: Variant) -> Self {
        let account: AccountName = account.parse().unwrap();
        if !dir.exists() {
            use std::os::unix::fs::DirBuilderExt as _;
            std::fs::DirBuilder::new().mode(0o700).create(dir).unwrap();
        }
        let watch = Watch { ledger: Ledger::open(dir).unwrap(), account: account.clone() };
        Self {
            _folder: None,
            dir: dir.to_owned(),
            account,
            ledger: Ledger::open(dir).unwrap(),
            site: Site::new(variant, watch),
            clock: Clock::following_tokio("2026-03-02T09:00:00Z".parse().unwrap()),
            stop: watch::channel(Stop::No).0,
            variant,
            told: Mutex::default(),
            dies_after: Mutex::default(),
        }
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.site.world()
    }

    pub(super) fn person(&self) -> Person {
        Person::new(&self.site)
    }

    /// A plan of this one deed; approved now, where it is to be live.
    pub(super) fn plan(&self, mode: Mode) -> PlanRow {
        let stamp = self.clock.now();
        let hash = Digest::of(format!("{stamp:?}").as_bytes());
        let plan = NewPlan {
            account: self.account.clone(),
            realm: Realm::Practice,
            action: self.variant.action(),
            route: Route::Settings,
            hash,
            pack_sha256: Digest::of(b"pack"),
            handle: Some(ME.parse().unwrap()),
            ceilings: "{}".into(),
            people: vec![PlanPerson { slug: ME.parse().unwrap(), name: "Robin Example".to_owned() }],
        };
        let row = self.ledger.make_plan(&plan, &stamp).unwrap();
        if mode == Mode::Live {
            let mut owner = self.ledger.own(&self.account, Realm::Practice, &stamp).unwrap();
            owner.approve_plan(&row.id, &hash, "typed", &stamp).unwrap();
        }
        self.ledger.plan(&self.account, &row.id).unwrap()
    }

    pub(super) fn order(&self, plan: &PlanRow, mode: Mode) -> ClosingOrder {
        let inputs =
            [("slug", ME), ("name", "Robin Example"), ("reason", "privacy"), ("comment", "bye"), ("unsubscribe", "no")];
        ClosingOrder {
            started: RunStarted {
                run: self.ledger.free_run_id().unwrap(),
                plan: plan.id.clone(),
                hash: plan.hash,
                mode,
                account: self.account.clone(),
                realm: Realm::Practice,
                origin: "http://127.0.0.1:1".into(),
                action: plan.action,
                route: Route::Settings,
                pack: "test".into(),
                pack_sha256: Digest::of(b"pack"),
                browser: "none".into(),
                program: "0".into(),
                zone: "UTC".into(),
            },
            flow: self.variant.flow().to_owned(),
            handle: ME.parse().unwrap(),
            inputs: inputs.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            gates: vec![],
            approved: plan.approved.filter(|_| mode == Mode::Live),
            zone: jiff::tz::TimeZone::UTC,
            settle: std::time::Duration::from_secs(180),
            repeat: None,
        }
    }

    pub(super) async fn carry_out(
        &self,
        order: &ClosingOrder,
        person: &mut Person,
    ) -> Result<ClosingOutcome, RunError> {
        let mut owner = self.ledger.own(&self.account, Realm::Practice, &self.clock.now())?;
        let bundle = Bundle::create(&self.dir.join("evidence"), &self.account, Realm::Practice, &order.started.run)?;
        let (told, dies_after) = (&self.told, &self.dies_after);
        let mut tell = |telling: Telling<'_>| {
            let line = match telling {
                Telling::Progress(progress) => format!("{progress:?}"),
                Telling::Fact(entry) => format!("{:?}", entry.fact),
                Telling::Unread { .. } => panic!("a closure asks nobody about a dialog's text"),
            };
            told.lock().unwrap().push(line);
            let mut left = dies_after.lock().unwrap();
            if let (Telling::Fact(_), Some(facts)) = (telling, left.as_mut()) {
                *facts -= 1;
                if *facts == 0 {
                    *left = None;
                    drop(left);
                    std::panic::resume_unwind(Box::new(ENDS));
                }
            }
        };
        let parts = Parts {
            owner: &mut owner,
            bundle: &bundle,
            pack: &PACK,
            order,
            clock: &self.clock,
            stop: self.stop.subscribe(),
            tell: &mut tell,
        };
        let (mut opener, mut strangers) = (self.site.clone(), Strangers(self.site.clone()));
        carry_out(parts, (&mut opener, &mut strangers), person).await
    }

    /// Closes with this person, and checks what must hold then.
    pub(super) async fn live_with(&self, person: &mut Person) -> ClosingOutcome {
        let order = self.order(&self.plan(Mode::Live), Mode::Live);
        let outcome = self.carry_out(&order, person).await.unwrap();
        self.check();
        self.check_end(&outcome);
        outcome
    }

    /// Closes with somebody who knows the password and sees the page.
    pub(super) async fn live(&self) -> ClosingOutcome {
        self.live_with(&mut self.person()).await
    }

    pub(super) async fn rehearsal(&self) -> ClosingOutcome {
        let order = self.order(&self.plan(Mode::Rehearsal), Mode::Rehearsal);
        let outcome = self.carry_out(&order, &mut self.person()).await.unwrap();
        self.check();
        self.check_end(&outcome);
        outcome
    }

    /// What an earlier process left in flight is handed to a person, as every command does first.
    pub(super) fn settle(&self) {
        let mut owner = self.ledger.own(&self.account, Realm::Practice, &self.clock.now()).unwrap();
        settle_left_behind(&mut owner, &self.clock).unwrap();
    }

    /// What the command line would refuse a closure for, after [`Bed::settle`].
    pub(super) fn gate(&self) -> Option<Gate> {
        let (account, realm, now) = (&self.account, Realm::Practice, self.clock.now());
        let last = self.ledger.last_attempt(account, realm, self.variant.action()).unwrap();
        let gates = [
            (self.ledger.closure(account, realm).unwrap().is_some(), Gate::Closed),
            (!self.ledger.in_doubt(account, realm).unwrap().is_empty(), Gate::InDoubt),
            (self.ledger.open_latch(account, realm).unwrap().is_some(), Gate::Latched),
            (self.ledger.silence(account, realm, &now).unwrap().is_some(), Gate::Silence),
            (last.is_some_and(|last| now.utc.duration_since(last) < BETWEEN), Gate::Attempt),
        ];
        gates.into_iter().find(|(fails, _)| *fails).map(|(_, gate)| gate)
    }

    /// All effects of all plans, in order.
    pub(super) fn effects(&self) -> Vec<crate::ledger::EffectRow> {
        let plans = self.ledger.plans(&self.account).unwrap();
        plans.iter().flat_map(|plan| self.ledger.effects(&plan.id).unwrap()).collect()
    }

    /// Where the newest effect stands.
    pub(super) fn state(&self) -> EffectState {
        self.effects().last().expect("something was approved").state
    }

    /// The states of all effects in the order in which they were taken, each a word.
    pub(super) fn path(&self) -> String {
        let moves = self.facts().into_iter().filter_map(|fact| match fact {
            Fact::Moved(moved) => Some(moved.to.to_string()),
            _ => None,
        });
        moves.collect::<Vec<_>>().join(" ")
    }

    pub(super) fn facts(&self) -> Vec<Fact> {
        let links = self.ledger.links(&self.account, Realm::Practice, 1..=u64::MAX).unwrap();
        links.iter().map(|link| link.entry().unwrap().fact).collect()
    }

    /// How many clicks on a last button were sent.
    pub(super) fn sent(&self) -> u32 {
        self.world().sent
    }

    /// How many of them reached the site.
    pub(super) fn reached(&self) -> usize {
        self.world().reached.len()
    }

    /// How many secrets were typed.
    pub(super) fn secrets(&self) -> u32 {
        self.world().secrets
    }

    /// How often the account's own sessions were looked at.
    pub(super) fn looks(&self) -> u32 {
        self.world().looks
    }

    /// What the site did.
    pub(super) fn log(&self) -> Vec<String> {
        self.world().log.clone()
    }

    /// How often the site closed or hid the account.
    pub(super) fn ended(&self) -> usize {
        let deed = self.variant.action().to_string();
        self.world().log.iter().filter(|line| **line == deed).count()
    }

    /// What must hold at every moment, whatever the site did and wherever a process ended.
    pub(super) fn check(&self) {
        let world = self.world();
        assert_eq!(world.violations, Vec::<String>::new(), "{:?}", world.log);
        let effects = self.effects();
        for row in &effects {
            let reached = world.reached.contains(&row.plan);
            match row.state {
                EffectState::Done => {
                    assert!(!world.open, "it is DONE, and the account is open: {:?}", world.log);
                    let is_proved = (world.end_page_read || world.gone_read) && world.signed_out_read;
                    assert!(is_proved, "DONE without two signs: {:?}", world.log);
                }
                state if state.in_flight() || state == EffectState::NeedsHuman => {}
                EffectState::Failed if reached => {
                    assert!(world.refused_all(&row.plan), "it failed, and a click may have done it: {:?}", world.log);
                }
                state => assert!(!reached, "it is {state}, and a click reached the site: {:?}", world.log),
            }
        }
        let done = effects.iter().any(|row| row.state == EffectState::Done);
        let closure = self.ledger.closure(&self.account, Realm::Practice).unwrap();
        assert!(closure.is_none() || done, "the account counts as closed, and nothing is DONE");
    }

    /// What must hold after a run that came to its own end.
    pub(super) fn check_end(&self, outcome: &ClosingOutcome) {
        assert_eq!(self.world().running, 0, "a browser was left running");
        let said = format!("{outcome:?}: {:?}", self.world().log);
        let Some(state) = outcome.state else {
            assert_ne!(outcome.ending, Ending::InDoubt, "{said}");
            return;
        };
        assert_eq!(state, self.state(), "{said}");
        let is_over = state == EffectState::Done || !state.is_open();
        assert!(is_over, "the run has ended, and the effect is {state}: {said}");
        assert_eq!(outcome.ending == Ending::InDoubt, state == EffectState::NeedsHuman, "{state}: {said}");
        if outcome.ending == Ending::Done {
            assert!(matches!(state, EffectState::Done | EffectState::AlreadyGone), "{state}: {said}");
        }
        if state == EffectState::Done {
            let closure = self.ledger.closure(&self.account, Realm::Practice).unwrap();
            assert!(closure.is_some(), "DONE, and the account does not count as closed: {said}");
        }
    }

    /// The chain fits, each intention was charged, and no secret is in the chain, in what was told, or in any file of the
    /// evidence.
    pub(super) fn check_record(&self) {
        self.ledger.check(&self.account, Realm::Practice).unwrap();
        let path = self.path();
        let intentions = path.split(' ').filter(|state| *state == "INTENT").count();
        let debits = self.ledger.debits(&self.account, Realm::Practice, jiff::Timestamp::MIN).unwrap().len();
        assert_eq!(debits, intentions, "an intention that was not charged");
        // Only where it is over: nothing is tried again.
        let not_applied = path.matches("NOT_APPLIED").count();
        assert_eq!(path.matches("NOT_APPLIED FAILED").count(), not_applied, "{path}");
        assert!(!path.contains("CONFIRMED"), "{path}");
        let secret = |text: &str| [PASSWORD, WRONG, CODE].iter().any(|secret| text.contains(secret));
        for link in self.ledger.links(&self.account, Realm::Practice, 1..=u64::MAX).unwrap() {
            let fact = format!("{:?}", link.entry().unwrap());
            assert!(!secret(&fact), "a secret is in a fact: {fact}");
        }
        for line in self.told.lock().unwrap().iter() {
            assert!(!secret(line), "a secret was told: {line}");
        }
        let folder = self.dir.join("evidence").join(self.account.as_str());
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().map(Result::unwrap) {
                let path = entry.path();
                assert!(!secret(&path.to_string_lossy()), "{}", path.display());
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                    assert!(!secret(&text), "a secret is in {}", path.display());
                }
            }
        }
    }
}
