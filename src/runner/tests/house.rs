//! A ledger, an evidence folder, a site and a clock, and runs in them.

use std::num::NonZeroU32;
use std::sync::Mutex;

use tempfile::TempDir;
use tokio::sync::{oneshot, watch};

use super::site::{Site, Watch, World, name_of};
use crate::event::fact::{Fact, Mode, RunStarted};
use crate::event::id::{AccountName, Action, Digest, PlanId, Realm, Route, Slug};
use crate::event::progress::Progress;
use crate::event::state::EffectState;
use crate::evidence::bundle::Bundle;
use crate::flow::pack::Pack;
use crate::ledger::{Ledger, NewPlan, PlanPerson, PlanRow};
use crate::pack::embedded;
use crate::policy::pace::Pace;
use crate::runner::clock::Clock;
use crate::runner::message::Subject;
use crate::runner::order::{Order, Outcome, Telling};
use crate::runner::run::{Parts, RunError, run};
use crate::runner::wait::Stop;

/// Who is there to read what a dialog says.
#[derive(Debug, Default)]
pub(super) enum Reader {
    #[default]
    Nobody,
    Says(bool),
    /// Somebody who gives no answer: the questions stay open.
    Hesitates(Vec<oneshot::Sender<bool>>),
}

/// Everything that a run needs, for one account.
pub(super) struct House {
    _folder: Option<TempDir>,
    dir: std::path::PathBuf,
    pub(super) account: AccountName,
    realm: Realm,
    pub(super) ledger: Ledger,
    pub(super) plan: PlanRow,
    pub(super) site: Site,
    pub(super) clock: Clock,
    pub(super) pack: Pack,
    pub(super) stop: watch::Sender<Stop>,
    /// Who is there to read what dialogs say.
    pub(super) reader: Mutex<Reader>,
    /// What was shown: pauses, notes, and what dialogs say.
    pub(super) shown: Mutex<Vec<String>>,
    people: Vec<String>,
}

impl House {
    /// A plan of these people, approved.
    pub(super) fn new(people: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().canonicalize().unwrap().join("data");
        let mut house = Self::within(&dir, "default", people);
        house._folder = Some(folder);
        house
    }

    /// The same of a real account, as far as this process is concerned, whose acts are remembered in that folder.
    pub(super) fn real(memory: &std::path::Path, people: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().canonicalize().unwrap().join("data");
        let mut house = Self::of((&dir, Realm::Real), "default", people);
        house.ledger = house.ledger.remembering(memory).unwrap();
        house._folder = Some(folder);
        house
    }

    /// As [`House::new`], in a folder that others share.
    pub(super) fn within(dir: &std::path::Path, account: &str, people: &[&str]) -> Self {
        Self::of((dir, Realm::Practice), account, people)
    }

    fn of((dir, realm): (&std::path::Path, Realm), account: &str, people: &[&str]) -> Self {
        let account: AccountName = account.parse().unwrap();
        if !dir.exists() {
            use std::os::unix::fs::DirBuilderExt as _;
            std::fs::DirBuilder::new().mode(0o700).create(dir).unwrap();
        }
        let ledger = Ledger::open(dir).unwrap();
        let clock = Clock::following_tokio("2026-03-02T09:00:00Z".parse().unwrap());
        let watch = Watch { ledger: Ledger::open(dir).unwrap(), account: account.clone(), realm };
        let site = Site::new(people, watch);
        let plan = make(&ledger, (&account, realm), people, &clock);
        Self {
            _folder: None,
            dir: dir.to_owned(),
            account,
            realm,
            plan,
            ledger,
            site,
            clock,
            pack: Pack::load(embedded::sources()).unwrap().pack,
            stop: watch::channel(Stop::No).0,
            reader: Mutex::default(),
            shown: Mutex::default(),
            people: people.iter().map(|slug| (*slug).to_owned()).collect(),
        }
    }

    pub(super) fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.site.world()
    }

    pub(super) fn order(&self, mode: Mode) -> Order {
        Order {
            started: RunStarted {
                run: self.ledger.free_run_id().unwrap(),
                plan: self.plan.id.clone(),
                hash: self.plan.hash,
                mode,
                account: self.account.clone(),
                realm: self.realm,
                origin: "http://127.0.0.1:1".into(),
                action: Action::Remove,
                route: Route::List,
                pack: "test".into(),
                pack_sha256: Digest::of(b"pack"),
                browser: "none".into(),
                program: "0".into(),
                zone: "UTC".into(),
            },
            flow: "remove-from-list".to_owned(),
            rehearse: self.people.iter().map(|slug| subject(slug)).collect(),
            limit: None,
            probe: false,
            until_done: false,
            pace: Pace::off(),
            zone: jiff::tz::TimeZone::UTC,
            seed: 7,
            shots: true,
        }
    }

    /// What a run through the people's profiles is asked.
    pub(super) fn order_through_profiles(&self, mode: Mode) -> Order {
        let order = self.order(mode);
        let started = RunStarted { route: Route::Profile, ..order.started };
        Order { started, flow: "remove-from-profile".to_owned(), ..order }
    }

    /// A live run without gaps.
    pub(super) async fn live(&self) -> Outcome {
        self.run(&self.order(Mode::Live)).await.unwrap()
    }

    /// A live run of at most so many people.
    pub(super) async fn live_limited(&self, limit: u32) -> Outcome {
        let order = Order { limit: NonZeroU32::new(limit), ..self.order(Mode::Live) };
        self.run(&order).await.unwrap()
    }

    pub(super) async fn run(&self, order: &Order) -> Result<Outcome, RunError> {
        let mut owner = self.ledger.own(&self.account, self.realm, &self.clock.now())?;
        let bundle = Bundle::create(&self.dir.join("evidence"), &self.account, self.realm, &order.started.run)?;
        let (shown, reader) = (&self.shown, &self.reader);
        let mut tell = |telling: Telling<'_>| {
            let line = match telling {
                Telling::Progress(Progress::Pause { until, why }) => format!("pause until {until}: {why}"),
                Telling::Progress(Progress::Note { text }) => format!("note {text}"),
                Telling::Progress(Progress::Item { index, of, slug, .. }) => format!("item {index}/{of} {slug}"),
                Telling::Unread { unread, reply, .. } => {
                    match &mut *reader.lock().unwrap() {
                        Reader::Nobody => {}
                        Reader::Says(accepts) => reply.send(*accepts).unwrap(),
                        Reader::Hesitates(open) => open.push(reply),
                    }
                    format!("the dialog says {}", unread.said)
                }
                _ => return,
            };
            shown.lock().unwrap().push(line);
        };
        let parts = Parts {
            owner: &mut owner,
            bundle: &bundle,
            pack: &self.pack,
            order,
            clock: &self.clock,
            stop: self.stop.subscribe(),
            tell: &mut tell,
        };
        let mut opener = self.site.clone();
        run(parts, &mut opener).await
    }

    /// All states of a person, from the chain, each a word.
    pub(super) fn path(&self, slug: &str) -> String {
        let mut words = vec![];
        for link in self.ledger.links(&self.account, self.realm, 1..=u64::MAX).unwrap() {
            if let Fact::Moved(moved) = link.entry().unwrap().fact
                && moved.slug.as_str() == slug
            {
                words.push(moved.to.to_string());
            }
        }
        words.join(" ")
    }

    /// What the newest run's rehearsal said of a person.
    pub(super) fn rehearsed(&self, person: &str) -> String {
        let run = self.ledger.runs(&self.account).unwrap().pop().unwrap();
        let links = self.ledger.links_of_run(&run.id).unwrap();
        let said = links.iter().rev().find_map(|link| match link.entry().unwrap().fact {
            Fact::Rehearsed { slug, why, .. } if slug.as_str() == person => Some(why),
            _ => None,
        });
        said.unwrap_or_default()
    }

    /// Why a person stands where it stands.
    pub(super) fn why(&self, slug: &str) -> String {
        self.rows().into_iter().find(|row| row.slug.as_str() == slug).unwrap().reason
    }

    pub(super) fn state(&self, slug: &str) -> EffectState {
        self.rows().into_iter().find(|row| row.slug.as_str() == slug).unwrap().state
    }

    pub(super) fn rows(&self) -> Vec<crate::ledger::EffectRow> {
        self.ledger.effects(&self.plan.id).unwrap()
    }

    /// The run facts of the newest run, in words.
    pub(super) fn run_facts(&self) -> Vec<String> {
        let run = self.ledger.runs(&self.account).unwrap().pop().unwrap();
        let links = self.ledger.links_of_run(&run.id).unwrap();
        links.iter().filter_map(|link| words(&link.entry().unwrap().fact)).collect()
    }

    /// The newest observation of a person in the newest run.
    pub(super) fn observation(&self, slug: &str, file: &str) -> serde_json::Value {
        let run = self.ledger.runs(&self.account).unwrap().pop().unwrap();
        let folder =
            self.dir.join("evidence").join(self.account.as_str()).join(self.realm.as_str()).join(run.id.as_str());
        let item = std::fs::read_dir(folder.join("items")).unwrap().map(Result::unwrap);
        let item = item.into_iter().find(|item| item.file_name().to_string_lossy().contains(slug)).unwrap();
        serde_json::from_slice(&std::fs::read(item.path().join(file)).unwrap()).unwrap()
    }

    /// Makes the account another owner's, as if this process had lost it.
    pub(super) fn break_fence(&self) {
        let db = rusqlite::Connection::open(self.dir.join("ledger.sqlite")).unwrap();
        db.execute("UPDATE owner SET fence = fence + 1", []).unwrap();
    }

    /// What must hold after every run, whatever the site did.
    pub(super) fn check(&self) {
        let world = self.world();
        assert_eq!(world.violations, Vec::<String>::new(), "after {:?}", world.log);
        assert_eq!(world.open, 0, "a session was left open");
        for row in self.rows() {
            let gone = !world.people.contains_key(row.slug.as_str());
            // Done is what a search said, until the audit holds it against the total.
            let believed = row.state == EffectState::Done && world.hidden.contains(row.slug.as_str());
            if matches!(row.state, EffectState::Done | EffectState::Confirmed) && !believed {
                assert!(gone, "{} is {} and still there", row.slug, row.state);
            }
            if gone && !world.left_before.contains(row.slug.as_str()) {
                let path = self.path(row.slug.as_str());
                assert!(
                    path.contains("INTENT") || path.contains("ALREADY_GONE") || path.contains("NOT_FOUND"),
                    "{}: {path}",
                    row.slug
                );
            }
        }
        drop(world);
        self.ledger.check(&self.account, self.realm).unwrap();
    }
}

pub(super) fn subject(slug: &str) -> Subject {
    Subject { slug: slug.parse().unwrap(), name: name_of(slug) }
}

pub(super) fn make(
    ledger: &Ledger,
    (account, realm): (&AccountName, Realm),
    people: &[&str],
    clock: &Clock,
) -> PlanRow {
    let stamp = clock.now();
    let person = |slug: &&str| PlanPerson { slug: slug.parse::<Slug>().unwrap(), name: name_of(slug) };
    let plan = NewPlan {
        account: account.clone(),
        realm,
        action: Action::Remove,
        route: Route::List,
        hash: Digest::of(people.join(",").as_bytes()),
        pack_sha256: Digest::of(b"pack"),
        handle: None,
        ceilings: "{}".into(),
        people: people.iter().map(person).collect(),
    };
    let row = ledger.make_plan(&plan, &stamp).unwrap();
    let mut owner = ledger.own(account, realm, &stamp).unwrap();
    owner.approve_plan(&row.id, &row.hash, "typed", &stamp).unwrap();
    row
}

fn words(fact: &Fact) -> Option<String> {
    Some(match fact {
        Fact::RunMoved { state, .. } => {
            let state = serde_json::to_value(state).unwrap();
            state["state"].as_str().unwrap().to_owned()
        }
        Fact::Incident { sign, shots, .. } => format!("incident {sign}, {} pictures", shots.len()),
        Fact::RunEnded { result, .. } => format!("ended {}", result.as_str()),
        Fact::Rehearsed { slug, outcome, .. } => format!("rehearsed {slug} {outcome:?}"),
        Fact::Probed { slug, outcome, .. } => format!("probed {slug} {outcome:?}"),
        Fact::Reread { slug, gone, .. } => format!("reread {slug} {gone:?}"),
        _ => return None,
    })
}

/// The plan's id, for requests.
pub(super) fn plan_of(house: &House) -> PlanId {
    house.plan.id.clone()
}
