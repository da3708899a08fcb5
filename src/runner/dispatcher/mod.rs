//! Owns the truth of a run: ledger, evidence, policy. It never touches a page.
//!
//! ```text
//! executor ── Message ──► dispatcher ── Fact ──► ledger (waits for the disk)
//!          ◄── answer ───            ── bytes ─► evidence
//!                                    ── Telling ► whoever listens
//! ```
//!
//! An intention is acknowledged only after the disk has it. What the executor finds is written before the executor hears
//! that it may go on. Its parts, by what they decide: `turns` (who is next), `pacing` (when), `requests` (what others
//! ask), `visits` (may a profile be opened), `identity` (whose account), `intention` (may the click be made), `verification` (did it happen), `notices` (what was said after a click), `rehearsal`,
//! `morning` (what is looked at before the first person of a day), `witness` (the page's own total), `trouble` (what goes
//! wrong), `unread` (a dialog that says what nobody knows), `record` (what is kept), `ending` (how it ended). What they remember is in `dispatcher_state`. None of them knows
//! what a page or a terminal is.

mod arithmetic;
mod dispatcher_state;
mod ending;
pub(super) mod halting;
mod identity;
pub(super) mod intention;
mod morning;
mod notices;
pub(super) mod observation;
mod pacing;
mod record;
mod rehearsal;
mod requests;
mod trouble;
mod turns;
mod unread;
mod verification;
mod visits;
mod witness;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::sync::watch;

use self::dispatcher_state::{Arithmetic, Morning, Notices, Rehearsed, Rest, Tact, Trail, Trouble};
use self::witness::Witness;
use super::clock::Clock;
use super::message::{Go, Message};
use super::order::{Listener, Order, Telling};
use super::wait::Stop;
use crate::event::exit::Ending;
use crate::event::fact::{Fact, RunState};
use crate::event::id::{PlanId, RunId, Slug};
use crate::event::link::{Entry, Link};
use crate::event::progress::Progress;
use crate::event::stamp::Stamp;
use crate::evidence::bundle::Bundle;
use crate::ledger::{Ledger, LedgerError, Owner};

/// Owns the truth of one run.
pub(super) struct Dispatcher<'a> {
    owner: &'a mut Owner,
    bundle: &'a Bundle,
    pub(super) order: &'a Order,
    pub(super) clock: &'a Clock,
    pub(super) stop: watch::Receiver<Stop>,
    tell: Listener<'a>,
    chance: StdRng,
    /// When the run began.
    began: Stamp,
    /// Where the run stands, as written last.
    state: RunState,
    /// Why nobody else is begun, once that is decided.
    end: Option<End>,
    /// A wait that is too long to hold a browser open.
    pub(super) rest: Option<Rest>,
    /// Whose account the page shows.
    handle: Option<Slug>,
    /// Whose turn it is.
    hand: Option<Slug>,
    /// The people of this run whose turn came.
    begun: BTreeSet<Slug>,
    rehearsed: Rehearsed,
    commands: Vec<u64>,
    /// Whether something is missing in the evidence.
    incomplete: bool,
    /// People who are done in this run, and when that was read.
    done: BTreeMap<(PlanId, Slug), Stamp>,
    audited: BTreeSet<(PlanId, Slug)>,
    /// How often the outcome of a person in flight could not be read.
    unreadable: BTreeMap<Slug, u32>,
    /// The page's own total as it was read before each click.
    totals: BTreeMap<Slug, u64>,
    tact: Tact,
    trouble: Trouble,
    morning: Morning,
    witness: Witness,
    arithmetic: Arithmetic,
    notices: Notices,
    /// How many people were settled so far: a lost session counts from the last of them.
    pub(super) settled: u64,
    item_began: tokio::time::Instant,
    trails: BTreeMap<Slug, Trail>,
    /// What a person was asked to do last.
    handed: Option<String>,
}

/// Why nobody else is begun.
#[derive(Debug, Clone, PartialEq, Eq)]
struct End {
    ending: Ending,
    why: String,
    due_at: Option<Timestamp>,
    /// Whether the audit is left to the next run too.
    at_once: bool,
}

impl<'a> Dispatcher<'a> {
    pub(super) fn new(
        owner: &'a mut Owner,
        bundle: &'a Bundle,
        (order, clock): (&'a Order, &'a Clock),
        (stop, tell): (watch::Receiver<Stop>, Listener<'a>),
    ) -> Self {
        Self {
            owner,
            bundle,
            order,
            clock,
            stop,
            tell,
            chance: StdRng::seed_from_u64(order.seed),
            began: clock.now(),
            state: RunState::Running,
            end: None,
            rest: None,
            handle: None,
            hand: None,
            begun: BTreeSet::new(),
            rehearsed: Rehearsed::default(),
            commands: vec![],
            incomplete: false,
            done: BTreeMap::new(),
            audited: BTreeSet::new(),
            unreadable: BTreeMap::new(),
            totals: BTreeMap::new(),
            tact: Tact::default(),
            trouble: Trouble::default(),
            morning: Morning::default(),
            witness: Witness::default(),
            arithmetic: Arithmetic::default(),
            notices: Notices::default(),
            settled: 0,
            item_began: tokio::time::Instant::now(),
            trails: BTreeMap::new(),
            handed: None,
        }
    }

    pub(super) fn run(&self) -> RunId {
        self.order.started.run.clone()
    }

    pub(super) fn ledger(&self) -> &Ledger {
        self.owner.ledger()
    }

    /// Writes a fact and tells it.
    pub(super) fn write(&mut self, fact: Fact) -> Result<(), LedgerError> {
        let link = self.owner.append(&self.clock.now(), &fact)?;
        self.told(&link)
    }

    /// Writes where the run stands.
    pub(super) fn run_moved(&mut self, state: RunState, why: &str) -> Result<(), LedgerError> {
        self.state = state;
        self.write(Fact::RunMoved { run: self.run(), state, why: why.to_owned() })
    }

    /// Tells what was just written.
    pub(super) fn told(&mut self, link: &Link) -> Result<(), LedgerError> {
        let entry: Entry = link.entry().expect("a fact that was just written can be read");
        (self.tell)(Telling::Fact(&entry));
        Ok(())
    }

    pub(super) fn show(&mut self, progress: &Progress) {
        (self.tell)(Telling::Progress(progress));
    }

    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.show(&Progress::Note { text: text.into() });
    }

    /// Tells the person what to do, once, and hears meanwhile whether somebody wants a stop.
    fn hand_over(&mut self, words: String, until: Timestamp) -> Result<Go, LedgerError> {
        self.hear()?;
        if self.stop_wanted() {
            self.quit(Ending::Interrupted, "interrupted while a person was waited for; nothing was sent", None);
        }
        if self.is_quitting() {
            return Ok(Go::Leave);
        }
        if self.handed.as_ref() != Some(&words) {
            self.show(&Progress::Person { words: words.clone(), until });
            self.handed = Some(words);
        }
        Ok(Go::On)
    }

    /// Decides that nobody else is begun; who is done is still audited.
    pub(super) fn finish(&mut self, ending: Ending, why: impl Into<String>, due_at: Option<Timestamp>) {
        self.decide(End { ending, why: why.into(), due_at, at_once: false });
    }

    /// Decides that this session is over as soon as the person in hand is at a safe point.
    pub(super) fn quit(&mut self, ending: Ending, why: impl Into<String>, due_at: Option<Timestamp>) {
        self.decide(End { ending, why: why.into(), due_at, at_once: true });
    }

    /// The graver ending is told; the later time counts.
    fn decide(&mut self, new: End) {
        let Some(old) = self.end.take() else {
            self.end = Some(new);
            return;
        };
        let at_once = old.at_once || new.at_once;
        let due_at = old.due_at.max(new.due_at);
        let graver = if old.ending.or(new.ending) == old.ending { old } else { new };
        self.end = Some(End { due_at, at_once, ..graver });
    }

    /// Whether the session is to be ended as it stands.
    pub(super) fn is_quitting(&self) -> bool {
        self.end.as_ref().is_some_and(|end| end.at_once)
    }

    /// Whether a signal asked to stop.
    pub(super) fn stop_wanted(&self) -> bool {
        *self.stop.borrow() != Stop::No
    }

    /// Answers one message of the executor.
    pub(super) async fn answer(&mut self, message: Message) -> Result<(), LedgerError> {
        // An executor that is gone hears no answer; what it told is written all the same.
        match message {
            Message::Account { handle, name, seen, reply } => {
                let go = self.account(&handle, &name, seen)?;
                let _ = reply.send(go);
            }
            Message::Visit { slug, reply } => {
                let go = self.visit(&slug).await?;
                let _ = reply.send(go);
            }
            Message::Next { reply } => {
                let turn = self.next().await?;
                let _ = reply.send(turn);
            }
            Message::Move { slug, to, why, seen, reply } => {
                let go = self.moved(&slug, to, &why, seen)?;
                let _ = reply.send(go);
            }
            Message::Said { slug, words, seen, reply } => {
                self.said(&slug, words, seen)?;
                let _ = reply.send(Go::On);
            }
            Message::Verified { slug, looked, reply } => {
                let go = self.verified(&slug, looked).await?;
                let _ = reply.send(go);
            }
            Message::Audited { slug, looked, reply } => {
                let go = self.audited(&slug, &looked)?;
                let _ = reply.send(go);
            }
            Message::Probed { slug, probe, reply } => {
                self.probed(&slug, probe)?;
                let _ = reply.send(Go::On);
            }
            Message::Rehearsed { slug, outcome, why, misfit, seen, reply } => {
                self.rehearsed(&slug, outcome, (&why, misfit), seen)?;
                let _ = reply.send(Go::On);
            }
            Message::Person { words, until, reply } => {
                let go = self.hand_over(words, until)?;
                let _ = reply.send(go);
            }
            Message::Unread { unread, reply } => {
                let go = self.unread(unread).await?;
                let _ = reply.send(go);
            }
            Message::Missed { slug, step, why, grave, seen, reply } => {
                self.missed(&slug, &why, (step, grave), seen)?;
                let _ = reply.send(Go::Leave);
            }
        }
        Ok(())
    }
}
