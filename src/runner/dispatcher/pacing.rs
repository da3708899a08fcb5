//! When the next person may be begun, and the waits until then.
//!
//! The arithmetic is `policy`'s; here are the history, the draw of chance and the waiting. It does not know who is next.

use std::time::Duration;

use jiff::Timestamp;
use rand::RngExt as _;

use super::Dispatcher;
use super::dispatcher_state::Rest;
use super::intention::elsewhere;
use crate::event::exit::Ending;
use crate::event::fact::RunState;
use crate::event::progress::Progress;
use crate::event::stamp::Stamp;
use crate::ledger::LedgerError;
use crate::policy::active::Active;
use crate::policy::pace::{Jitter, Pace};
use crate::policy::quota::{Debits, Limit, Slot, Tempo, next_slot};
use crate::policy::visits::TO_BEGIN;
use crate::runner::wait::{self, Waited};

/// A longer wait is spent without a browser: its session would be given up by the site or the driver, and it costs memory.
const WITH_BROWSER: Duration = Duration::from_secs(240);

/// How far a clock may be behind the last entry, as the ledger has it.
const CLOCK_SLACK: Duration = Duration::from_secs(1);

impl Dispatcher<'_> {
    /// When the next person may be begun by the pace of a live run; asked once more before the intention is written.
    pub(super) fn slot(&mut self) -> Result<Slot, LedgerError> {
        self.slot_from(self.clock.now().utc)
    }

    /// The same for a moment that is still to come.
    fn slot_from(&mut self, at: Timestamp) -> Result<Slot, LedgerError> {
        let debits = self.debits()?;
        let pace = Pace { zone: self.order.zone.clone(), ..self.order.pace.clone() };
        Ok(self.slot_by(&debits, &pace, at))
    }

    /// When the next person may be rehearsed: gaps and pauses count, caps and hours do not.
    pub(super) fn rehearsal_slot(&mut self) -> Result<Slot, LedgerError> {
        let mut visits = self.debits()?;
        for at in &self.tact.rehearsed_at {
            visits.push(*at);
        }
        let Pace { gap, batch, batch_pause, .. } = self.order.pace;
        let pace = Pace { gap, batch, batch_pause, active: Active::default(), ..Pace::off() };
        Ok(self.slot_by(&visits, &pace, self.clock.now().utc))
    }

    fn debits(&mut self) -> Result<Debits, LedgerError> {
        let now = self.catch_up()?;
        Ok(self.tact.history.effects(&now))
    }

    /// The profile views that were made, as they count now.
    pub(super) fn visits(&mut self) -> Result<Debits, LedgerError> {
        let now = self.catch_up()?;
        Ok(self.tact.history.visits(&now))
    }

    /// Reads what was charged since it was asked last, and says once if the clock was set forward since.
    fn catch_up(&mut self) -> Result<Stamp, LedgerError> {
        let first = self.tact.history.seen() == 0;
        let ledger = self.owner.ledger();
        ledger.catch_up(self.owner.account(), self.owner.realm(), &mut self.tact.history)?;
        if first {
            // Nothing speeds up because a run ended.
            self.tact.slowdown = self.tact.slowdown.max(self.tact.history.slowdown());
        }
        let now = self.clock.now();
        if let Some(by) = self.tact.history.leapt(&now).filter(|_| !self.tact.leap_said) {
            self.tact.leap_said = true;
            let by = jiff::SignedDuration::try_from(by).unwrap_or_default();
            self.note(format!("the clock was set forward by {by:#}; no limit counts that as time that passed"));
        }
        Ok(now)
    }

    fn slot_by(&mut self, debits: &Debits, pace: &Pace, at: Timestamp) -> Slot {
        let slot = debits.as_slice().len();
        let jitter = match self.tact.jitter {
            Some((of, jitter)) if of == slot => jitter,
            _ => Jitter::new(self.chance.random()),
        };
        self.tact.jitter = Some((slot, jitter));
        let tempo = Tempo { jitter, slowdown: self.tact.slowdown };
        next_slot(at, debits, pace, tempo)
    }

    /// What chance and soft signals made of the wait before this person, for the proof of the intention.
    pub(super) fn tempo_in_words(&self) -> Vec<(String, String)> {
        let draw = self.tact.jitter.map(|(_, jitter)| ("pace.draw".to_owned(), jitter.to_string()));
        draw.into_iter().chain(self.tact.slowdown.to_record()).collect()
    }

    /// Whether the next person may be begun right now. If not it has waited, or decided on a rest or on the end.
    pub(super) async fn may_begin(&mut self) -> Result<bool, LedgerError> {
        if self.is_behind()? || self.is_another_s()? {
            return Ok(false);
        }
        let Some((until, why)) = self.not_before()? else { return Ok(true) };
        if !self.put_off(until, why) {
            self.pause(until, &why.to_string()).await?;
        }
        Ok(false)
    }

    /// Until when and why the next person may not be begun, by the limits on deeds and on profile views.
    pub(super) fn not_before(&mut self) -> Result<Option<(Timestamp, Limit)>, LedgerError> {
        let deed = match self.slot()? {
            Slot::Go => None,
            Slot::Wait { until, why } => Some((until, why)),
        };
        let last = deed.into_iter().chain(self.no_visit_before(TO_BEGIN)?).max_by_key(|(until, _)| *until);
        let Some((until, why)) = last else { return Ok(None) };
        // What the limits on views allow may lie outside of the hours.
        Ok(Some(match self.slot_from(until)? {
            Slot::Go => (until, why),
            Slot::Wait { until, why } => (until, why),
        }))
    }

    /// Turns a wait into the end of this run or into a rest without a browser, where it is one; false for a short one.
    pub(super) fn put_off(&mut self, until: Timestamp, why: Limit) -> bool {
        if why.is_cap() && !self.order.until_done {
            self.finish(Ending::DueLater, format!("all that is allowed now was done: {why}"), Some(until));
            return true;
        }
        let long = until.duration_since(self.clock.now().utc).unsigned_abs() > WITH_BROWSER;
        if long {
            self.rest = Some(Rest { until, why: why.to_string() });
        }
        long
    }

    /// Whether the clock is behind the last entry; then nothing is begun, since limits and proofs count on it.
    pub(in crate::runner) fn is_behind(&mut self) -> Result<bool, LedgerError> {
        let last_seen = self.ledger().head(self.owner.account(), self.owner.realm())?.last_seen;
        let now = self.clock.now().utc;
        let Some(last_seen) = last_seen.filter(|seen| now + CLOCK_SLACK < *seen) else { return Ok(false) };
        let why =
            format!("the clock is behind {last_seen}, when something was written last; nothing is begun until then");
        self.quit(Ending::DueLater, why, Some(last_seen));
        Ok(true)
    }

    /// Whether another data directory of this user acted on the account within the month that the limits count: then nobody is
    /// begun from this one, which does not know what was done.
    pub(super) fn is_another_s(&mut self) -> Result<bool, LedgerError> {
        let (account, realm) = (self.owner.account().clone(), self.owner.realm());
        let now = self.clock.now().utc;
        let Some(act) = self.ledger().acted_elsewhere(&account, realm, now)? else { return Ok(false) };
        self.finish(Ending::DueLater, elsewhere(&act), Some(act.until));
        Ok(true)
    }

    /// Waits; signals end it early, and so does a request that ends the session.
    pub(super) async fn pause(&mut self, until: Timestamp, why: &str) -> Result<Waited, LedgerError> {
        self.show(&Progress::Pause { until, why: why.to_owned() });
        self.say(why, Some(until));
        loop {
            let owner = &*self.owner;
            // A ledger that cannot be read is met by whoever reads it next.
            let heard = || owner.ledger().pending_requests(owner.account()).map_or(true, |asked| !asked.is_empty());
            let waited = wait::until(until, self.clock, &mut self.stop, heard).await;
            if waited == Waited::Over || self.stop_wanted() {
                return Ok(waited);
            }
            self.hear()?;
            if self.is_quitting() {
                return Ok(Waited::Stopped);
            }
        }
    }

    /// Waits without a browser, and says so in the ledger.
    pub(in crate::runner) async fn spend(&mut self, rest: Rest) -> Result<(), LedgerError> {
        self.run_moved(RunState::Waiting { until: rest.until }, &rest.why)?;
        self.pause(rest.until, &rest.why).await?;
        if self.stop_wanted() {
            self.quit(Ending::Interrupted, "interrupted while waiting; nobody was in hand", Some(rest.until));
        }
        if !self.is_quitting() {
            self.run_moved(RunState::Running, "")?;
        }
        Ok(())
    }

    /// What `status` shows; it may be lost.
    pub(super) fn say(&mut self, what: &str, until: Option<Timestamp>) {
        let text = serde_json::json!({ "run": self.order.started.run, "plan": self.order.started.plan, "doing": what });
        let now = self.clock.now().utc;
        // A sign of life that cannot be written is not worth stopping for.
        let _ = self.owner.say(&text.to_string(), until, now);
    }
}
