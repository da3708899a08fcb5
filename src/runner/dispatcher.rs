//! Owns the truth of a run: ledger, evidence, policy. It never touches a page.
//!
//! ```text
//! executor ── Message ──► dispatcher ── Fact ──► ledger (waits for the disk)
//!          ◄── answer ───            ── bytes ─► evidence
//!                                    ── Telling ► whoever listens
//! ```
//!
//! An intention is acknowledged only after the disk has it. What the executor finds is written before the executor hears
//! that it may go on.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::watch;

use super::clock::Clock;
use super::message::{Go, Message, Picture, Seen, Subject, Turn};
use super::order::{Order, Telling};
use super::wait::{self, Stop, Waited};
use crate::event::exit::Ending;
use crate::event::fact::{Entry, Fact, Mode, Moved, Rehearsal, RunState};
use crate::event::id::{PlanId, RunId, Slug};
use crate::event::progress::Progress;
use crate::event::shot::Shot;
use crate::event::state::EffectState;
use crate::evidence::bundle::Bundle;
use crate::ledger::{Adoption, EffectRow, Identity, Intended, Ledger, LedgerError, Owner, Refusal, Terms};
use crate::policy::pace::Jitter;
use crate::policy::quota::{Debits, Limit, Slot, Tempo, next_slot};
use crate::policy::retry::{self, Reading, Verdict};
use crate::policy::slowdown::{Observation, Slowdown};

/// So many failures in a row stop the batch.
const FAILURES_IN_A_ROW: u32 = 3;

/// Owns the truth of one run.
pub(super) struct Dispatcher<'a> {
    pub(super) owner: &'a mut Owner,
    pub(super) bundle: &'a Bundle,
    pub(super) order: &'a Order,
    pub(super) clock: &'a Clock,
    pub(super) stop: watch::Receiver<Stop>,
    pub(super) tell: &'a mut (dyn FnMut(Telling<'_>) + Send),
    pub(super) chance: StdRng,
    /// Why nothing more is begun, once that is decided.
    pub(super) end: Option<(Ending, String, Option<Timestamp>)>,
    pub(super) handle: Option<Slug>,
    pub(super) rehearsed: (u64, u64),
    pub(super) commands: Vec<u64>,
    pub(super) incomplete: bool,
    begun: u32,
    /// People who are done in this run, and when.
    done: Vec<(PlanId, Subject, Timestamp)>,
    audited: BTreeSet<Slug>,
    missed_once: BTreeSet<Slug>,
    last_miss: Option<String>,
    failures: u32,
    unreadable: u32,
    slowdown: Slowdown,
    throttled: u32,
    jitter: Option<(usize, Jitter)>,
    totals: BTreeMap<Slug, u64>,
    item_began: tokio::time::Instant,
    pub(super) trails: BTreeMap<Slug, Seen>,
}

impl<'a> Dispatcher<'a> {
    pub(super) fn new(
        owner: &'a mut Owner,
        bundle: &'a Bundle,
        (order, clock): (&'a Order, &'a Clock),
        (stop, tell): (watch::Receiver<Stop>, &'a mut (dyn FnMut(Telling<'_>) + Send)),
    ) -> Self {
        Self {
            owner,
            bundle,
            order,
            clock,
            stop,
            tell,
            chance: StdRng::seed_from_u64(order.seed),
            end: None,
            handle: None,
            rehearsed: (0, 0),
            commands: vec![],
            incomplete: false,
            begun: 0,
            done: vec![],
            audited: BTreeSet::new(),
            missed_once: BTreeSet::new(),
            last_miss: None,
            failures: 0,
            unreadable: 0,
            slowdown: Slowdown::NONE,
            throttled: 0,
            jitter: None,
            totals: BTreeMap::new(),
            item_began: tokio::time::Instant::now(),
            trails: BTreeMap::new(),
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

    fn told(&mut self, link: &crate::event::fact::Link) -> Result<(), LedgerError> {
        let entry: Entry = link.entry().expect("a fact that was just written can be read");
        (self.tell)(Telling::Fact(&entry));
        Ok(())
    }

    pub(super) fn show(&mut self, progress: &Progress) {
        (self.tell)(Telling::Progress(progress));
    }

    /// Decides that nothing more is begun.
    pub(super) fn finish(&mut self, ending: Ending, why: impl Into<String>, due_at: Option<Timestamp>) {
        let why = why.into();
        self.end = Some(match self.end.take() {
            Some((before, said, due)) if before.or(ending) == before => (before, said, due),
            _ => (ending, why, due_at),
        });
    }

    /// Answers one message of the executor.
    pub(super) async fn answer(&mut self, message: Message) -> Result<(), LedgerError> {
        // An executor that is gone hears no answer; what it told is written all the same.
        match message {
            Message::Account { handle, name, reply } => {
                let go = self.account(&handle, &name)?;
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
            Message::Verified { slug, reading, why, seen, reply } => {
                let go = self.verified(&slug, reading, &why, seen).await?;
                let _ = reply.send(go);
            }
            Message::Audited { slug, reading, why, seen, reply } => {
                let go = self.audited(&slug, reading, &why, seen)?;
                let _ = reply.send(go);
            }
            Message::Rehearsed { slug, outcome, why, missed, seen, reply } => {
                self.rehearsed(slug, outcome, why, (missed, seen))?;
                let _ = reply.send(Go::On);
            }
            Message::Missed { slug, step, why, grave, seen, reply } => {
                self.missed(&slug, &why, (step, grave), seen)?;
                let _ = reply.send(Go::Leave);
            }
            Message::Progress(progress) => self.show(&progress),
        }
        Ok(())
    }

    fn account(&mut self, handle: &str, name: &str) -> Result<Go, LedgerError> {
        let Ok(handle) = handle.parse::<Slug>() else {
            self.finish(Ending::Stopped, "the page does not say whose account it is", None);
            return Ok(Go::Leave);
        };
        let identity = Identity { handle: handle.clone(), name: name.to_owned(), photo_sha256: None, photo_src: None };
        let adoption = self.owner.adopt_identity(&identity)?;
        self.write(Fact::AccountSeen { run: self.run(), handle: handle.clone(), name: name.to_owned() })?;
        let planned = self.ledger().plan(self.owner.account(), &self.order.started.plan)?.handle;
        let other = matches!(adoption, Adoption::Other { .. }) || planned.is_some_and(|planned| planned != handle);
        if other {
            let why = format!("the page shows the account of `{handle}`, which is not this plan's");
            self.incident("other_account", &why, "", &[])?;
            return Ok(Go::Leave);
        }
        self.handle = Some(handle);
        Ok(Go::On)
    }

    /// Latches the account and ends the run.
    pub(super) fn incident(&mut self, sign: &str, why: &str, address: &str, shots: &[Shot]) -> Result<(), LedgerError> {
        let incident = self.ledger().free_incident_id()?;
        self.write(Fact::Incident {
            incident: incident.clone(),
            run: self.run(),
            sign: sign.to_owned(),
            why: why.to_owned(),
            address: address.to_owned(),
            shots: shots.to_vec(),
        })?;
        self.write(Fact::RunMoved { run: self.run(), state: RunState::Latched, why: why.to_owned() })?;
        let drift = sign == "drift";
        let ending = if drift { Ending::BadFile } else { Ending::Stopped };
        self.finish(ending, format!("incident {incident}: {why}"), None);
        Ok(())
    }

    fn stop_wanted(&self) -> bool {
        *self.stop.borrow() != Stop::No
    }

    async fn next(&mut self) -> Result<Turn, LedgerError> {
        loop {
            if self.stop_wanted() {
                self.finish(Ending::Interrupted, "interrupted; the person in hand was brought to a safe point", None);
                return Ok(Turn::End);
            }
            if self.order.mode() == Mode::Rehearsal {
                return Ok(if self.end.is_some() { Turn::End } else { self.next_rehearsal()? });
            }
            if let Some(row) = self.in_flight()? {
                return Ok(Turn::Verify { subject: subject_of(&row) });
            }
            let next = if self.end.is_some() { None } else { self.next_open()? };
            match next {
                Some(row) => {
                    if let Some(turn) = self.begin(row).await? {
                        return Ok(turn);
                    }
                }
                None => return self.audit().await,
            }
        }
    }

    fn next_rehearsal(&mut self) -> Result<Turn, LedgerError> {
        let Some(subject) = self.order.rehearse.get(self.begun as usize).cloned() else { return Ok(Turn::End) };
        self.begun += 1;
        let kept = self.ledger().kept(self.owner.account())?.into_iter().find(|kept| kept.slug == subject.slug);
        self.show_item(&subject, self.order.rehearse.len() as u64);
        if let Some(kept) = kept {
            let why = if kept.reason.is_empty() {
                "on the keep list".into()
            } else {
                format!("on the keep list: {}", kept.reason)
            };
            self.rehearsed(subject.slug, Rehearsal::Kept, why, (false, Seen::default()))?;
            return self.next_rehearsal();
        }
        Ok(Turn::Rehearse { subject })
    }

    fn in_flight(&self) -> Result<Option<EffectRow>, LedgerError> {
        let open = self.ledger().open_effects(self.owner.account(), self.owner.realm())?;
        Ok(open.into_iter().find(|row| row.state.in_flight()))
    }

    /// The next person of the plan who is not settled, in the plan's order; who was missed once comes last.
    fn next_open(&self) -> Result<Option<EffectRow>, LedgerError> {
        if self.order.limit.is_some_and(|limit| self.begun >= limit.get()) {
            return Ok(None);
        }
        let rows = self.ledger().effects(&self.order.started.plan)?;
        let open = |row: &&EffectRow| {
            matches!(
                row.state,
                EffectState::Approved | EffectState::Precheck | EffectState::NotSent | EffectState::NotApplied
            )
        };
        let first = rows.iter().filter(open).find(|row| !self.missed_once.contains(&row.slug));
        Ok(first.or_else(|| rows.iter().find(open)).cloned())
    }

    /// Waits until the person may be begun, then moves the effect to PRECHECK. None: ask again.
    async fn begin(&mut self, row: EffectRow) -> Result<Option<Turn>, LedgerError> {
        if row.state == EffectState::Precheck {
            self.step(&row, EffectState::Approved, "left over from an earlier run; nothing was sent", Kept::default())?;
            return Ok(None);
        }
        if row.state != EffectState::Approved && !retry::may_try_again(row.attempt) {
            let why = format!("tried {} times; proof says that nothing happened", row.attempt);
            self.step(&row, EffectState::Failed, &why, Kept::default())?;
            return Ok(None);
        }
        if !self.wait_for_slot().await? {
            return Ok(None);
        }
        let kept = self.ledger().kept(self.owner.account())?.into_iter().any(|kept| kept.slug == row.slug);
        if kept && row.state == EffectState::Approved {
            self.step(&row, EffectState::Excluded, "on the keep list", Kept::default())?;
            return Ok(None);
        }
        self.step(&row, EffectState::Precheck, "looked up", Kept::default())?;
        self.begun += 1;
        let subject = subject_of(&row);
        let open =
            self.ledger().effects(&self.order.started.plan)?.iter().filter(|row| row.state.is_open()).count() as u64;
        let left = self.order.limit.map_or(u64::MAX, |limit| u64::from(limit.get().saturating_sub(self.begun)) + 1);
        self.show_item(&subject, u64::from(self.begun) - 1 + open.min(left));
        Ok(Some(Turn::Act { subject }))
    }

    fn show_item(&mut self, subject: &Subject, of: u64) {
        self.item_began = tokio::time::Instant::now();
        let progress = Progress::Item {
            index: u64::from(self.begun),
            of,
            slug: subject.slug.clone(),
            name: subject.name.clone(),
            mode: self.order.mode(),
        };
        self.show(&progress);
        self.say(&format!("{} {} of {of}", self.order.started.action, self.begun), None);
    }

    /// What `status` shows; it may be lost.
    fn say(&mut self, what: &str, until: Option<Timestamp>) {
        let text = serde_json::json!({ "run": self.order.started.run, "plan": self.order.started.plan, "doing": what });
        let now = self.clock.now().utc;
        // A sign of life that cannot be written is not worth stopping for.
        let _ = self.owner.say(&text.to_string(), until, now);
    }

    /// Waits for the pace. False: something changed, or nothing more is begun.
    async fn wait_for_slot(&mut self) -> Result<bool, LedgerError> {
        let whose = (self.owner.account().clone(), self.owner.realm());
        let rows = self.ledger().debits(&whose.0, whose.1, Timestamp::MIN)?;
        let debits: Debits = rows.into_iter().map(|debit| debit.at).collect();
        let slot = debits.as_slice().len();
        let jitter = match self.jitter {
            Some((of, jitter)) if of == slot => jitter,
            _ => Jitter::new(self.chance.random()),
        };
        self.jitter = Some((slot, jitter));
        let tempo = Tempo { jitter, slowdown: self.slowdown };
        match next_slot(self.clock.now().utc, &debits, &self.order.pace, tempo) {
            Slot::Go => Ok(true),
            Slot::Wait { until, why: why @ (Limit::Hour(_) | Limit::Day(_) | Limit::Ramp { .. }) }
                if !self.order.until_done =>
            {
                let why = format!("all that is allowed now was done: {why}");
                self.finish(Ending::DueLater, why, Some(until));
                Ok(false)
            }
            Slot::Wait { until, why } => {
                self.pause(until, &why.to_string()).await;
                Ok(false)
            }
        }
    }

    /// Waits; other processes and signals end it early.
    async fn pause(&mut self, until: Timestamp, why: &str) -> Waited {
        self.show(&Progress::Pause { until, why: why.to_owned() });
        self.say(why, Some(until));
        let (owner, order) = (&*self.owner, self.order);
        let heard = || {
            let asked = owner.ledger().pending_requests(owner.account()).is_ok_and(|requests| !requests.is_empty());
            asked && order.mode() == Mode::Live
        };
        let waited = wait::until(until, self.clock, &mut self.stop, heard).await;
        if waited == Waited::Stopped && !self.stop_wanted() {
            self.requests();
        }
        waited
    }

    /// Deals with what other processes asked for.
    fn requests(&mut self) {
        let now = self.clock.now().utc;
        let Ok(pending) = self.ledger().pending_requests(self.owner.account()) else { return };
        for request in pending {
            // A request that cannot be marked is met again at the next look.
            let _ = self.owner.handle_request(request.id, now, "heard");
        }
        if self.ledger().is_paused(self.owner.account()).unwrap_or(true) {
            self.finish(Ending::DueLater, "paused; `exeunt resume` lets it go on", None);
        }
    }

    /// The audit of everybody who is done and not confirmed, once the time has come.
    async fn audit(&mut self) -> Result<Turn, LedgerError> {
        let rows = self.ledger().open_effects(self.owner.account(), self.owner.realm())?;
        let due: Vec<Subject> = rows
            .iter()
            .filter(|row| row.state == EffectState::Done && !self.audited.contains(&row.slug))
            .map(subject_of)
            .collect();
        if due.is_empty() {
            return Ok(Turn::End);
        }
        let newest = self.done.iter().map(|(_, _, at)| *at).max();
        if let Some(newest) = newest {
            let since = self.clock.now().utc.duration_since(newest);
            let wait = retry::audit_in(since.try_into().unwrap_or_default(), &self.order.pace);
            if !wait.is_zero() {
                let until = self.clock.now().utc + wait;
                if self.pause(until, "before the audit reads everybody once more").await == Waited::Stopped
                    && self.stop_wanted()
                {
                    self.finish(
                        Ending::Interrupted,
                        "interrupted before the audit; the next run reads them once more",
                        None,
                    );
                    return Ok(Turn::End);
                }
            }
        }
        Ok(Turn::Audit { subjects: due })
    }

    /// The effect of a person that this session works on: the one in hand, of whichever plan.
    fn in_hand(&self, slug: &Slug) -> Result<EffectRow, LedgerError> {
        let open = self.ledger().open_effects(self.owner.account(), self.owner.realm())?;
        let rank = |row: &EffectRow| match row.state {
            state if state.in_flight() => 0,
            EffectState::Precheck => 1,
            _ => 2,
        };
        let mut rows: Vec<EffectRow> = open.into_iter().filter(|row| row.slug == *slug).collect();
        rows.sort_by_key(rank);
        Ok(rows.into_iter().next().expect("the executor works only on people that it was given"))
    }

    fn moved(&mut self, slug: &Slug, to: EffectState, why: &str, seen: Seen) -> Result<Go, LedgerError> {
        let row = self.in_hand(slug)?;
        self.soft_signals(&seen);
        if let Some(commands) = seen.commands.filter(|_| to == EffectState::Acted) {
            self.commands.push(commands);
        }
        let total = total_of(&seen);
        let kept = self.keep(Some(slug), seen);
        if to != EffectState::Intent {
            self.step(&row, to, why, kept)?;
            if to == EffectState::AlreadyGone {
                self.settled(slug, to);
            }
            return Ok(if to == EffectState::NotSent { Go::Leave } else { Go::On });
        }
        if let Some(total) = total {
            self.totals.insert(slug.clone(), total);
        }
        self.intend(&row, why, kept)
    }

    /// Writes the intention and waits for the disk.
    fn intend(&mut self, row: &EffectRow, why: &str, kept: Kept) -> Result<Go, LedgerError> {
        if self.stop_wanted() {
            self.step(row, EffectState::Approved, "interrupted; nothing was sent", Kept::default())?;
            return Ok(Go::Leave);
        }
        let stamp = self.clock.now();
        let zoned = stamp.utc.to_zoned(self.order.zone.clone());
        let terms = Terms {
            local_date: zoned.date(),
            zone: self.order.started.zone.clone(),
            settle: self.order.pace.not_applied_after,
        };
        let moved = self.moved_fact(row, EffectState::Intent, why, kept);
        let refusal = match self.owner.intend(&stamp, &moved, &terms)? {
            Intended::Written(link) => {
                self.unreadable = 0;
                return self.told(&link).map(|()| Go::On);
            }
            Intended::Refused(refusal) => refusal,
        };
        self.refused(row, &refusal)?;
        Ok(Go::Leave)
    }

    fn refused(&mut self, row: &EffectRow, refusal: &Refusal) -> Result<(), LedgerError> {
        let (to, why) = match refusal {
            Refusal::Kept { reason } if reason.is_empty() => (EffectState::Excluded, "on the keep list".to_owned()),
            Refusal::Kept { reason } => (EffectState::Excluded, format!("on the keep list: {reason}")),
            Refusal::NeedsHuman { plan } => {
                (EffectState::Failed, format!("in doubt in plan {plan}; settle that first"))
            }
            other => (EffectState::Approved, format!("not now: {}", words_of(other))),
        };
        self.step(row, to, &why, Kept::default())?;
        match refusal {
            Refusal::Kept { .. } | Refusal::NeedsHuman { .. } => {}
            Refusal::Paused => self.finish(Ending::DueLater, words_of(refusal), None),
            Refusal::Cooling { until } => self.finish(Ending::Stopped, words_of(refusal), Some(*until)),
            Refusal::Stopped | Refusal::Latched { .. } => self.finish(Ending::Stopped, words_of(refusal), None),
            Refusal::ClockBehind { last_seen } => self.finish(Ending::DueLater, words_of(refusal), Some(*last_seen)),
            Refusal::InFlight { .. } => self.finish(Ending::InDoubt, words_of(refusal), None),
        }
        Ok(())
    }

    async fn verified(&mut self, slug: &Slug, reading: Reading, why: &str, seen: Seen) -> Result<Go, LedgerError> {
        let mut row = self.in_hand(slug)?;
        self.soft_signals(&seen);
        let total = total_of(&seen);
        if matches!(row.state, EffectState::Acted | EffectState::Unknown) {
            row.state = self.step(&row, EffectState::Verifying, "read again from a fresh load", Kept::default())?;
        }
        let since = row.sent.as_ref().map(|sent| sent.utc).or(row.intent);
        let since = since.map_or(0, |at| self.clock.now().utc.duration_since(at).as_millis());
        let since = std::time::Duration::from_millis(u64::try_from(since).unwrap_or(0));
        match retry::after_reading(reading, since, self.unreadable, &self.order.pace) {
            Verdict::Done => {
                let why = format!("{why}{}", self.second_sign(slug, total));
                let kept = self.keep(Some(slug), seen);
                self.step(&row, EffectState::Done, &why, kept)?;
                self.done.push((row.plan.clone(), subject_of(&row), self.clock.now().utc));
                self.clean();
                self.settled(slug, EffectState::Done);
                Ok(Go::Leave)
            }
            Verdict::NotApplied => {
                let kept = self.keep(Some(slug), seen);
                self.step(&row, EffectState::NotApplied, "still in the list long enough after the click", kept)?;
                self.failed("the site did not do it");
                self.settled(slug, EffectState::NotApplied);
                Ok(Go::Leave)
            }
            Verdict::NeedsHuman => {
                let kept = self.keep(Some(slug), seen);
                self.step(&row, EffectState::NeedsHuman, &format!("cannot be read: {why}"), kept)?;
                self.settled(slug, EffectState::NeedsHuman);
                Ok(Go::Leave)
            }
            Verdict::AgainAfter(wait) => {
                self.unreadable += u32::from(reading == Reading::Unreadable);
                self.step(&row, EffectState::Verifying, &format!("looked: {why}; looking again"), Kept::default())?;
                let until = self.clock.now().utc + wait;
                let waited = self.pause(until, "before looking again whether it happened").await;
                if waited == Waited::Stopped && self.stop_wanted() {
                    self.finish(Ending::Interrupted, "interrupted while looking; the next run looks again", None);
                    return Ok(Go::Leave);
                }
                Ok(Go::On)
            }
        }
    }

    /// What the page's own total says beside the witness.
    fn second_sign(&self, slug: &Slug, after: Option<u64>) -> String {
        match (self.totals.get(slug), after) {
            (Some(before), Some(after)) if after < *before => {
                format!("; the page's own total fell from {before} to {after}")
            }
            (Some(before), Some(after)) => format!("; the page's own total did not fall ({before}, then {after})"),
            _ => String::new(),
        }
    }

    fn audited(&mut self, slug: &Slug, reading: Reading, why: &str, seen: Seen) -> Result<Go, LedgerError> {
        let rows = self.ledger().open_effects(self.owner.account(), self.owner.realm())?;
        let done: Vec<EffectRow> =
            rows.into_iter().filter(|row| row.slug == *slug && row.state == EffectState::Done).collect();
        self.audited.insert(slug.clone());
        for row in done {
            match reading {
                Reading::Gone => {
                    self.step(&row, EffectState::Confirmed, "the audit read it again: gone", Kept::default())?;
                }
                Reading::StillThere => {
                    let kept = self.keep(Some(slug), seen.clone());
                    self.step(&row, EffectState::NeedsHuman, "the audit finds the person in the list again", kept)?;
                }
                Reading::Unreadable => {
                    self.show(&Progress::Note {
                        text: format!("the audit could not read {slug}: {why}; the next run tries again"),
                    });
                }
            }
        }
        Ok(if self.stop_wanted() { Go::Leave } else { Go::On })
    }

    fn rehearsed(
        &mut self,
        slug: Slug,
        outcome: Rehearsal,
        why: String,
        (missed, seen): (bool, Seen),
    ) -> Result<(), LedgerError> {
        self.rehearsed.1 += 1;
        self.rehearsed.0 += u64::from(outcome == Rehearsal::Ready);
        let kept = self.keep(Some(&slug), seen);
        self.write(Fact::Rehearsed {
            run: self.run(),
            slug: slug.clone(),
            outcome,
            why: why.clone(),
            shots: kept.shots,
        })?;
        let took = self.item_began.elapsed();
        self.show(&Progress::Settled { slug, state: None, took });
        if missed {
            self.failures += 1;
            if self.failures >= 2 {
                self.finish(Ending::BadFile, format!("the pages do not fit the pack: {why}"), None);
            }
        }
        Ok(())
    }

    fn missed(&mut self, slug: &Slug, why: &str, (step, grave): (String, bool), seen: Seen) -> Result<(), LedgerError> {
        let row = self.in_hand(slug)?;
        let address = seen.page.as_ref().map(|page| page.address.clone()).unwrap_or_default();
        let kept = self.keep(Some(slug), seen);
        let shots = kept.shots.clone();
        let again = self.last_miss.replace(step.clone()) == Some(step);
        let second = !self.missed_once.insert(slug.clone());
        let to = if second { EffectState::Failed } else { EffectState::Approved };
        self.step(&row, to, &format!("nothing was sent: {why}"), kept)?;
        self.settled(slug, to);
        self.failed(why);
        if grave || again {
            self.incident("drift", why, &address, &shots)?;
        }
        Ok(())
    }

    fn failed(&mut self, why: &str) {
        self.failures += 1;
        if self.failures >= FAILURES_IN_A_ROW {
            self.finish(Ending::SomeFailed, format!("{} failures in a row, the last: {why}", self.failures), None);
        }
    }

    fn clean(&mut self) {
        self.failures = 0;
        self.last_miss = None;
        self.slowdown = self.slowdown.after(Observation::Clean);
    }

    /// A resource that answered 429 makes the gap longer, never a stop.
    fn soft_signals(&mut self, seen: &Seen) {
        let throttled = seen.page.as_ref().map_or(0, |page| page.throttled);
        if throttled > self.throttled {
            self.slowdown = self.slowdown.after(Observation::Soft);
            self.show(&Progress::Note { text: "a part of the page answered 429: the gaps grow".to_owned() });
        }
        self.throttled = throttled;
    }

    fn settled(&mut self, slug: &Slug, state: EffectState) {
        let took = self.item_began.elapsed();
        self.show(&Progress::Settled { slug: slug.clone(), state: Some(state), took });
    }

    /// Keeps pictures. One that cannot be kept leaves a gap in the evidence, which the run's end says.
    pub(super) fn keep(&mut self, slug: Option<&Slug>, seen: Seen) -> Kept {
        let mut kept = Kept { shots: vec![], read: seen.read.clone() };
        for Picture { role, bytes } in &seen.pictures {
            match self.bundle.keep_shot(slug, *role, bytes) {
                Ok(shot) => kept.shots.push(shot),
                Err(error) => {
                    self.incomplete = true;
                    self.show(&Progress::Note { text: format!("a picture could not be kept: {error}") });
                    if error.is_disk_full() {
                        self.finish(Ending::Damaged, "the disk is full: nobody else is touched", None);
                    }
                }
            }
        }
        if let Some(slug) = slug {
            let trail = self.trails.entry(slug.clone()).or_default();
            trail.read.extend(seen.read);
            trail.trail.extend(seen.trail);
            trail.page = seen.page.or(trail.page.take());
        }
        kept
    }

    /// Moves an effect, on disk when it answers with the new state.
    pub(super) fn step(
        &mut self,
        row: &EffectRow,
        to: EffectState,
        why: &str,
        kept: Kept,
    ) -> Result<EffectState, LedgerError> {
        let moved = self.moved_fact(row, to, why, kept);
        let link = self.owner.step(&self.clock.now(), &moved)?;
        self.told(&link)?;
        Ok(to)
    }

    fn moved_fact(&self, row: &EffectRow, to: EffectState, why: &str, kept: Kept) -> Moved {
        let again = to == EffectState::Precheck && row.state != EffectState::Approved;
        Moved {
            run: Some(self.run()),
            plan: row.plan.clone(),
            slug: row.slug.clone(),
            action: row.action,
            from: row.state,
            to,
            attempt: row.attempt + u32::from(again),
            why: why.to_owned(),
            shots: kept.shots,
            read: kept.read,
        }
    }
}

/// What was kept of what was seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    pub(super) shots: Vec<Shot>,
    pub(super) read: Vec<(String, String)>,
}

fn subject_of(row: &EffectRow) -> Subject {
    Subject { slug: row.slug.clone(), name: row.name.clone() }
}

/// The page's own total, where it was read.
fn total_of(seen: &Seen) -> Option<u64> {
    seen.read.iter().find(|(what, _)| what.starts_with("list_total."))?.1.parse().ok()
}

/// Why an intention was refused.
pub(super) fn words_of(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Kept { .. } => "on the keep list".to_owned(),
        Refusal::Paused => "paused; `exeunt resume` lets it go on".to_owned(),
        Refusal::Stopped => "a stop was asked for".to_owned(),
        Refusal::Latched { incident } => {
            format!("incident {incident} is open; `exeunt incident show {incident}` says what to do")
        }
        Refusal::Cooling { until } => format!("the site asked for silence until {until}"),
        Refusal::ClockBehind { last_seen } => {
            format!("the clock is behind {last_seen}, when something was written last")
        }
        Refusal::InFlight { plan, slug } => format!("`{slug}` of plan {plan} must be looked at first"),
        Refusal::NeedsHuman { plan } => format!("plan {plan} holds this person in doubt"),
    }
}
