//! What the simulated site knows: who is there, what it did, and what must never be.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::site::name_of;
use super::whim::Whim;
use crate::event::id::{AccountName, Realm, Slug};
use crate::event::state::EffectState;
use crate::ledger::Ledger;

/// The site behind all sessions of a test.
#[derive(Debug)]
pub(super) struct World {
    pub(super) people: BTreeMap<String, String>,
    pub(super) me: String,
    /// What the shell shows of the account's picture; an empty text where it is not there.
    pub(super) picture: String,
    /// From the so manieth look on the shell shows this picture, and the menu leads to this account.
    pub(super) turns_into: Option<(u32, &'static str, &'static str)>,
    /// The shell shows no name of the account beside the picture.
    pub(super) unnamed: bool,
    /// Only the first document's own menu leads anywhere.
    pub(super) menuless: bool,
    /// The account's own menu is not found where a search leaves nobody.
    pub(super) bare_where_empty: bool,
    /// From the so manieth look on, documents that are loaded are another account's, whose shell shows the same.
    pub(super) session_of: Option<(u32, &'static str)>,
    /// Whose menu it was as the first click of an intention arrived.
    pub(super) clicked_in: String,
    pub(super) whims: VecDeque<Whim>,
    /// Whom the search does not find, though they are there.
    pub(super) hidden: BTreeSet<String>,
    /// Who left before anything was done.
    pub(super) left_before: BTreeSet<String>,
    /// Whose rows show no identity that could be compared: they are displayed, and nobody's card.
    pub(super) unidentified: BTreeSet<String>,
    /// So long after a removal the total still counts who is gone.
    pub(super) total_lags: Duration,
    /// So long after a load, and after a search, the list has no rows and says so.
    pub(super) list_slow_for: Duration,
    /// Until a search is answered the list shows what it showed before.
    pub(super) keeps_rows: bool,
    /// From then on every document has a notice that says this; which session's click it answers.
    pub(super) notice: Option<(Instant, &'static str, u32)>,
    /// From then on every document shows the notice of a limit.
    pub(super) limited_from: Option<Instant>,
    /// When somebody left.
    pub(super) left_at: Vec<Instant>,
    /// What it did, in order.
    pub(super) log: Vec<String>,
    /// What must never be.
    pub(super) violations: Vec<String>,
    /// When a deed was done.
    pub(super) times: Vec<Instant>,
    /// When a profile was opened.
    pub(super) views: Vec<Instant>,
    /// The addresses of these people lead to another profile.
    pub(super) moved_away: Vec<String>,
    /// A sign that shows from the so manieth look on.
    pub(super) sign: Option<(u32, &'static str)>,
    /// The session is lost at these calls, counted over all sessions.
    pub(super) lost_at: Vec<u32>,
    /// The list is not readable for so many looks at the question, once the first deed was asked for.
    pub(super) blind: u32,
    /// The dialog shows the first word of a name only, which everybody has.
    pub(super) short_dialogs: bool,
    /// What the dialog says beside what is known, `{first}` standing for the person's name.
    pub(super) dialog_says: Option<&'static str>,
    /// The menu's button is twice there.
    pub(super) ambiguous: bool,
    /// The menu does not open for these people.
    pub(super) stuck: Vec<String>,
    /// The menu's button is found by the second way of its target only.
    pub(super) by_fallback: bool,
    /// How often the menu's button was pressed.
    pub(super) pressed: u32,
    /// The row of this person names somebody else.
    pub(super) renamed: Option<(String, String)>,
    /// What the page calls people who have another name than in the plan.
    pub(super) called: BTreeMap<String, String>,
    /// Each load has so many resources that answered 429.
    pub(super) throttled: u32,
    /// A service worker that answers for the list.
    pub(super) worker: Option<Worker>,
    /// How often a page is loaded where stores are passed by.
    pub(super) loads: u32,
    /// Pictures cannot be taken.
    pub(super) dark: bool,
    /// Of each picture, whether it shows all that is in view.
    pub(super) wholes: Vec<bool>,
    pub(super) looks: u32,
    pub(super) calls: u32,
    pub(super) sessions: u32,
    pub(super) open: u32,
    pub(super) documents: u32,
    pub(super) pending: Vec<(Instant, String)>,
    pub(super) watch: Watch,
}

/// A service worker, which shows the list as it was.
#[derive(Debug)]
pub(super) struct Worker {
    /// Whom it shows.
    pub(super) people: BTreeMap<String, String>,
    /// It answers although it should be passed by.
    pub(super) stubborn: bool,
}

/// The ledger as the site's conscience: it holds each deed against the intention on disk.
pub(super) struct Watch {
    pub(super) ledger: Ledger,
    pub(super) account: AccountName,
    pub(super) realm: Realm,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}

impl World {
    /// Everybody is there, and nothing is strange.
    pub(super) fn new(people: &[&str], watch: Watch) -> Self {
        Self {
            people: people.iter().map(|slug| ((*slug).to_owned(), name_of(slug))).collect(),
            me: "me".to_owned(),
            picture: "D4E03AQmine".to_owned(),
            turns_into: None,
            unnamed: false,
            menuless: false,
            bare_where_empty: false,
            session_of: None,
            clicked_in: String::new(),
            whims: VecDeque::new(),
            hidden: BTreeSet::new(),
            unidentified: BTreeSet::new(),
            left_before: BTreeSet::new(),
            total_lags: Duration::ZERO,
            list_slow_for: Duration::ZERO,
            keeps_rows: false,
            notice: None,
            limited_from: None,
            left_at: vec![],
            log: vec![],
            violations: vec![],
            times: vec![],
            views: vec![],
            moved_away: vec![],
            sign: None,
            lost_at: vec![],
            blind: 0,
            short_dialogs: false,
            dialog_says: None,
            ambiguous: false,
            stuck: vec![],
            by_fallback: false,
            pressed: 0,
            renamed: None,
            called: BTreeMap::new(),
            throttled: 0,
            worker: None,
            loads: 1,
            dark: false,
            wholes: vec![],
            looks: 0,
            calls: 0,
            sessions: 0,
            open: 0,
            documents: 0,
            pending: vec![],
            watch,
        }
    }

    /// What the page calls somebody.
    pub(super) fn name(&self, slug: &str) -> String {
        self.called.get(slug).cloned().unwrap_or_else(|| name_of(slug))
    }

    /// Notes what must never be: a deed without an intention on disk, a deed that is under way already, a stranger.
    pub(super) fn asked(&mut self, slug: &str) {
        let now = Instant::now();
        self.settle(now);
        let open = self.watch.ledger.open_effects(&self.watch.account, self.watch.realm).unwrap();
        let who: Slug = slug.parse().unwrap();
        if !open.iter().any(|row| row.slug == who && row.state == EffectState::Intent) {
            self.violations.push(format!("{slug} was clicked without an intention on disk"));
        }
        // What a shell that shows nothing tells of another account is seen before the first click, or not at all.
        let of = if self.unnamed { &self.clicked_in } else { &self.me };
        if of != "me" {
            self.violations.push(format!("{slug} was clicked in the account of {of}"));
        }
        if self.pending.iter().any(|(_, pending)| pending == slug) {
            self.violations.push(format!("{slug} was clicked while the first click was under way"));
        }
        self.times.push(now);
    }

    /// Notes what must never be: an intention's click under a notice that could be read before it.
    pub(super) fn clicked(&mut self, slug: &str) {
        let is_old = |from: Instant| from.elapsed() >= Duration::from_secs(2) && from <= Instant::now();
        if self.limited_from.is_some_and(is_old) {
            self.violations.push(format!("{slug} was clicked under the notice of a limit"));
        }
        if let Some((_, words, _)) = self.notice.filter(|(from, _, session)| is_old(*from) && *session == self.sessions)
        {
            self.violations.push(format!("{slug} was clicked under the notice {words:?}, which answered a click"));
        }
    }

    /// What the shell shows of the account's name.
    pub(super) fn shown_name(&self) -> String {
        if self.unnamed { String::new() } else { "Robin".to_owned() }
    }

    /// Notes a profile that is opened; each view has its row on disk before.
    pub(super) fn viewed(&mut self) {
        self.views.push(Instant::now());
        let rows = self.watch.ledger.visits(&self.watch.account, self.watch.realm, jiff::Timestamp::MIN).unwrap().len();
        if rows < self.views.len() {
            self.violations.push(format!("view {} was not on disk before the page was loaded", self.views.len()));
        }
    }

    /// What the page says of how many there are.
    pub(super) fn total(&self) -> usize {
        let late = self.left_at.iter().filter(|left| left.elapsed() < self.total_lags).count();
        self.people.len() + late
    }

    pub(super) fn remove(&mut self, slug: &str) {
        self.remove_at(slug, Instant::now());
    }

    fn remove_at(&mut self, slug: &str, at: Instant) {
        let deed = format!("removed {slug}");
        match self.people.remove(slug) {
            Some(_) => {
                self.left_at.push(at);
                self.log.push(deed);
            }
            None if self.log.contains(&deed) => self.violations.push(format!("{slug} was removed twice")),
            // An old list, of a worker say, still showed somebody who left by themselves: the site has nobody to take out.
            None => self.log.push(format!("nobody was there for {slug}")),
        }
    }

    /// Does what was promised and is due.
    pub(super) fn settle(&mut self, now: Instant) {
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.pending).into_iter().partition(|(at, _)| *at <= now);
        self.pending = later;
        for (at, slug) in due {
            self.remove_at(&slug, at);
        }
    }
}
