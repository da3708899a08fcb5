//! The state of the site: who is connected, who is signed in, which faults are armed, what happened.
//!
//! One lock, never held across a wait. What a slow fault puts off is done by the next look at the world after its time,
//! so that nothing runs in the background.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::event::id::Slug;

use super::account::{Account, Leave};
use super::audit::{Entry, Kind};
use super::challenge::Challenge;
use super::chance;
use super::fault::{self, Fault, Moment, Place};
use super::people::{Person, folded, people};
use super::relation::Relation;
use super::scenario::{Generation, Latency, Page, Scenario};
use super::strangers::{Standing, strangers};

/// How many rows one call of the list answers.
pub(super) const PAGE_SIZE: usize = 10;

/// The site while it is served.
pub(super) struct World {
    pub(super) scenario: Scenario,
    /// The same site under another origin, for pages that should not be where they are.
    pub(super) elsewhere: SocketAddr,
    stopped: watch::Receiver<bool>,
    inner: Mutex<Inner>,
}

/// What a lock gives: the part of the world that changes.
pub(super) struct Inner {
    pub(super) people: Vec<Known>,
    by_handle: HashMap<String, usize>,
    connected: usize,
    later: Vec<(Timestamp, usize)>,
    faults: Vec<Armed>,
    calls: u64,
    tokens: u64,
    pub(super) sessions: BTreeSet<String>,
    /// Tokens of browsers that were told to remember the account.
    pub(super) remembered: BTreeSet<String>,
    pub(super) challenges: BTreeMap<String, Challenge>,
    pub(super) account: Account,
    /// Who is on the way out, by the token of the pages.
    pub(super) leaves: BTreeMap<String, Leave>,
    /// By how much the clock of the site is ahead.
    pub(super) ahead: SignedDuration,
    audit: Vec<Entry>,
}

/// A fault and how often its place was visited since it was armed.
struct Armed {
    fault: Fault,
    seen: u64,
}

/// Somebody of this site, in the network or not.
pub(super) struct Known {
    pub(super) person: Person,
    pub(super) standing: Standing,
    /// Whether the export has them.
    pub(super) exported: bool,
    /// The address that they took meanwhile; the old one leads there.
    pub(super) renamed: Option<Slug>,
    /// Whether the search of the list passes them over.
    hidden: bool,
    folded: String,
}

impl Known {
    pub(super) fn is_connected(&self) -> bool {
        self.standing == Standing::Is(Relation::Connected)
    }
}

/// The order of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Sort {
    #[default]
    RecentlyAdded,
    FirstName,
    LastName,
}

/// A part of the list.
pub(super) struct Part {
    pub(super) people: Vec<Person>,
    pub(super) more: bool,
}

/// How a removal ended, before any fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Removal {
    Done,
    NotConnected,
}

impl World {
    pub(super) fn new(scenario: Scenario, elsewhere: SocketAddr, stopped: watch::Receiver<bool>) -> Self {
        let inner = Mutex::new(Inner::new(&scenario));
        Self { scenario, elsewhere, stopped, inner }
    }

    /// The changing part, with everything done that is due.
    pub(super) fn now(&self) -> MutexGuard<'_, Inner> {
        let mut inner = self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        inner.settle(&self.scenario);
        inner
    }

    /// The generation of a page; the newest where that page is not built.
    pub(super) fn generation(&self, page: Page) -> Generation {
        self.scenario.ui.of(page).unwrap_or(Generation::Sdui2026)
    }

    /// Everything as at the start: people, faults, sessions, audit.
    pub(super) fn reset(&self) {
        *self.now() = Inner::new(&self.scenario);
    }

    /// Waits, or until the site stops.
    pub(super) async fn pause(&self, time: Duration) {
        if time.is_zero() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = self.stop() => {}
        }
    }

    /// Waits until the site stops.
    pub(super) async fn stop(&self) {
        let mut stopped = self.stopped.clone();
        // An error means that the sender is gone, which is a stop too.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    }

    /// How long the next call of the list takes.
    pub(super) fn list_delay(&self) -> Duration {
        let call = self.now().next_call();
        match self.scenario.latency {
            Latency::None => Duration::ZERO,
            Latency::Fixed => Duration::from_millis(20),
            Latency::Realistic => {
                let roll = |label| chance::bits(self.scenario.seed, label, &call.to_string());
                let usual = chance::between(roll("list"), 250, 550);
                let stalls = chance::happens(roll("stalls"), 4);
                let stall = if stalls { chance::between(roll("stall"), 2_000, 5_000) } else { 0 };
                Duration::from_millis(usual + stall)
            }
        }
    }

    /// How long the answer to a removal takes.
    pub(super) fn remove_delay(&self, handle: &str) -> Duration {
        match self.scenario.latency {
            Latency::None => Duration::ZERO,
            Latency::Fixed => Duration::from_millis(60),
            Latency::Realistic => {
                let roll = chance::bits(self.scenario.seed, "remove", handle);
                Duration::from_millis(chance::between(roll, 250, 700))
            }
        }
    }
}

impl Inner {
    fn new(scenario: &Scenario) -> Self {
        let network = people(scenario);
        let connected = network.len();
        let strangers = strangers(scenario, &network);
        let known = |(person, standing, exported): (Person, Standing, bool)| Known {
            folded: folded(&person.shown),
            person,
            standing,
            exported,
            renamed: None,
            hidden: false,
        };
        let network = network.into_iter().map(|person| (person, Standing::Is(Relation::Connected), true));
        let strangers = strangers.into_iter().map(|one| (one.person, one.standing, one.exported));
        let people: Vec<Known> = network.chain(strangers).map(known).collect();
        let names = |at: usize, person: &Person| [(person.handle().to_owned(), at), (person.member.clone(), at)];
        Self {
            by_handle: people.iter().enumerate().flat_map(|(at, row)| names(at, &row.person)).collect(),
            connected,
            people,
            later: Vec::new(),
            faults: scenario.faults.iter().map(|fault| Armed { fault: *fault, seen: 0 }).collect(),
            calls: 0,
            tokens: 0,
            sessions: BTreeSet::new(),
            remembered: BTreeSet::new(),
            challenges: BTreeMap::new(),
            account: Account::default(),
            leaves: BTreeMap::new(),
            ahead: SignedDuration::ZERO,
            audit: Vec::new(),
        }
    }

    /// Writes into the audit log.
    pub(super) fn record(&mut self, kind: Kind, slug: Option<&str>, detail: Option<String>) {
        self.record_at(self.clock(), kind, slug, detail);
    }

    /// The time of the site.
    pub(super) fn clock(&self) -> Timestamp {
        Timestamp::now().saturating_add(self.ahead).unwrap_or(Timestamp::MAX)
    }

    fn record_at(&mut self, at: Timestamp, kind: Kind, slug: Option<&str>, detail: Option<String>) {
        self.audit.push(Entry { at, kind, slug: slug.map(str::to_owned), detail });
    }

    /// All that happened, the oldest first.
    pub(super) fn audit(&self) -> &[Entry] {
        &self.audit
    }

    /// Arms one more fault; its times are counted from here.
    pub(super) fn arm(&mut self, fault: Fault) {
        self.faults.push(Armed { fault, seen: 0 });
    }

    /// Counts a visit of `place` and answers the faults that strike, in the order in which they were armed.
    pub(super) fn visit(&mut self, place: Place) -> Vec<fault::Kind> {
        self.visit_at(place, Moment::Load)
    }

    /// The same at another moment of a page's way; every moment is counted by itself.
    pub(super) fn visit_at(&mut self, place: Place, moment: Moment) -> Vec<fault::Kind> {
        let fits = |fault: &Fault| {
            fault.place() == place && (!matches!(place, Place::Page(_)) || fault.kind().moment() == moment)
        };
        let mut struck = Vec::new();
        for armed in self.faults.iter_mut().filter(|armed| fits(&armed.fault)) {
            armed.seen += 1;
            if armed.fault.strikes(armed.seen) {
                struck.push(armed.fault);
            }
        }
        for fault in &struck {
            self.record(Kind::Faulted, None, Some(fault.to_string()));
        }
        struck.iter().map(Fault::kind).collect()
    }

    /// A token that was not given before.
    pub(super) fn token(&mut self, seed: u64, label: &str) -> String {
        self.tokens += 1;
        chance::token(seed, label, &self.tokens.to_string())
    }

    fn next_call(&mut self) -> u64 {
        self.calls += 1;
        self.calls
    }

    /// How many are connected.
    pub(super) fn total(&self) -> usize {
        self.connected
    }

    /// A person by slug or member id.
    pub(super) fn known(&self, handle: &str) -> Option<&Known> {
        self.by_handle.get(handle).map(|at| &self.people[*at])
    }

    /// A person by slug or member id, and whether they are connected; none where nobody has such a profile.
    pub(super) fn person(&self, handle: &str) -> Option<(&Person, bool)> {
        let known = self.known(handle)?;
        matches!(known.standing, Standing::Is(_)).then(|| (&known.person, known.is_connected()))
    }

    /// How the account stands to a person, by slug or member id; none where nobody has such a profile.
    pub(super) fn relation(&self, handle: &str) -> Option<Relation> {
        match self.known(handle)?.standing {
            Standing::Is(relation) => Some(relation),
            Standing::Gone(_) => None,
        }
    }

    /// Everybody of the site but the account itself: who ever was in the network first, then the others.
    pub(super) fn everybody(&self) -> impl Iterator<Item = &Known> {
        self.people.iter()
    }

    /// Gives somebody a new address beside the old one, once; the audit log goes on to call them by the old one.
    pub(super) fn rename(&mut self, handle: &str, seed: u64) {
        let Some(&at) = self.by_handle.get(handle) else { return };
        let known = &mut self.people[at];
        let (Some(slug), None) = (&known.person.slug, &known.renamed) else { return };
        let new = format!("{}-{}", slug.as_str(), &chance::token(seed, "renamed", slug.as_str())[..6]);
        let Ok(new) = new.parse::<Slug>() else { return };
        self.by_handle.insert(new.as_str().to_owned(), at);
        known.renamed = Some(new);
    }

    /// Gives somebody another name, as people do who marry; answers whether anybody has that address.
    pub(super) fn call(&mut self, handle: &str, name: &str) -> bool {
        let Some(&at) = self.by_handle.get(handle) else { return false };
        let known = &mut self.people[at];
        known.folded = folded(name);
        name.clone_into(&mut known.person.shown);
        true
    }

    /// Changes how the account stands to somebody, without a removal; answers whether it stood `from` before.
    pub(super) fn change(&mut self, handle: &str, from: Relation, to: Relation) -> bool {
        let Some(&at) = self.by_handle.get(handle) else { return false };
        let fits = self.people[at].standing == Standing::Is(from);
        if fits {
            self.people[at].standing = Standing::Is(to);
        }
        fits
    }

    /// The part of the list that begins at `start`, of those whose shown name contains `keyword`.
    ///
    /// A hidden member's shown name is a word of the page, so nobody finds one by name.
    pub(super) fn list(&self, start: usize, keyword: &str, sort: Sort) -> Part {
        self.part(start..start.saturating_add(PAGE_SIZE), keyword, sort)
    }

    /// The rows `range` of the list, of those whose shown name contains `keyword`.
    pub(super) fn part(&self, range: Range<usize>, keyword: &str, sort: Sort) -> Part {
        let (start, count) = (range.start, range.len());
        let keyword = folded(keyword);
        let fits =
            |row: &&Known| row.is_connected() && (keyword.is_empty() || (!row.hidden && row.folded.contains(&keyword)));
        let mut rows: Vec<&Known>;
        // The usual order needs no sorting, so that a long list costs one pass a call.
        let found: Vec<&Known> = if sort == Sort::RecentlyAdded {
            self.people.iter().filter(fits).skip(start).take(count + 1).collect()
        } else {
            rows = self.people.iter().filter(fits).collect();
            rows.sort_by_cached_key(|row| match sort {
                Sort::LastName => (folded(&row.person.last), row.folded.clone()),
                _ => (row.folded.clone(), String::new()),
            });
            rows.into_iter().skip(start).take(count + 1).collect()
        };
        Part {
            more: found.len() > count,
            people: found.into_iter().take(count).map(|row| row.person.clone()).collect(),
        }
    }

    /// From now on the search of the list passes somebody over.
    pub(super) fn hide(&mut self, handle: &str) {
        if let Some(&at) = self.by_handle.get(handle) {
            self.people[at].hidden = true;
        }
    }

    /// Takes somebody out of the network, now.
    pub(super) fn remove(&mut self, handle: &str) -> Removal {
        match self.by_handle.get(handle) {
            Some(&at) if self.people[at].is_connected() => {
                self.take_out(at, self.clock());
                Removal::Done
            }
            _ => Removal::NotConnected,
        }
    }

    /// Takes somebody out of the network when `delay` is over.
    pub(super) fn remove_later(&mut self, handle: &str, delay: Duration) -> Removal {
        match self.by_handle.get(handle) {
            Some(&at) if self.people[at].is_connected() => {
                let due = self.clock().saturating_add(delay).unwrap_or(Timestamp::MAX);
                self.later.push((due, at));
                Removal::Done
            }
            _ => Removal::NotConnected,
        }
    }

    /// Does what was put off and is due.
    fn settle(&mut self, scenario: &Scenario) {
        let now = self.clock();
        self.settle_archive(scenario, now);
        self.later.sort_unstable();
        let due = self.later.partition_point(|(due, _)| *due <= now);
        let due: Vec<_> = self.later.drain(..due).collect();
        for (at, index) in due {
            if self.people[index].is_connected() {
                self.take_out(index, at);
            }
        }
    }

    fn take_out(&mut self, index: usize, at: Timestamp) {
        self.people[index].standing = Standing::Is(Relation::None);
        self.connected -= 1;
        let handle = self.people[index].person.handle().to_owned();
        self.record_at(at, Kind::Removed, Some(&handle), None);
    }
}
