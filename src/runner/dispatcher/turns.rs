//! Who is next: first whoever is in flight, then the plan's people in their order, at the end the audit.
//!
//! It moves effects only where nothing has to be read for it: exclusions, exhausted attempts, people whom another plan
//! settled, PRECHECK. It does not know how
//! a turn is carried out.

use super::Dispatcher;
use super::record::Kept;
use crate::crash_point::crash_point;
use crate::event::exit::Ending;
use crate::event::fact::Mode;
use crate::event::progress::Progress;
use crate::event::state::EffectState;
use crate::ledger::{EffectRow, Elsewhere, LedgerError};
use crate::policy::retry;
use crate::runner::clock::elapsed;
use crate::runner::message::{Subject, Turn};
use crate::runner::wait::Waited;

impl Dispatcher<'_> {
    /// Whether a live run has anything to open a browser for right now.
    pub(in crate::runner) fn has_work(&mut self) -> Result<bool, LedgerError> {
        self.hear()?;
        if self.is_quitting() || self.is_behind()? {
            return Ok(false);
        }
        let open = self.ledger().open_effects(self.owner.account(), self.owner.realm())?;
        if open.iter().any(|row| row.state.in_flight() || row.state == EffectState::Done) {
            return Ok(true);
        }
        if self.next_open()?.is_none() {
            return Ok(false);
        }
        if self.is_another_s()? {
            return Ok(false);
        }
        // A wait for tomorrow's share needs no browser to find out.
        if let Some((until, why)) = self.not_before()? {
            self.put_off(until, why);
        }
        Ok(self.end.is_none())
    }

    /// The executor's next turn, once its time has come.
    pub(super) async fn next(&mut self) -> Result<Turn, LedgerError> {
        loop {
            self.hand = None;
            self.hear()?;
            if self.stop_wanted() {
                self.quit(Ending::Interrupted, "interrupted; the person in hand was brought to a safe point", None);
            }
            if self.is_quitting() {
                return Ok(Turn::End);
            }
            let turn = match self.order.mode() {
                Mode::Rehearsal => self.next_rehearsal().await?,
                Mode::Live => self.next_live().await?,
            };
            if let Some(turn) = turn {
                self.hand = match &turn {
                    Turn::Act { subject } | Turn::Verify { subject } | Turn::Rehearse { subject } => {
                        Some(subject.slug.clone())
                    }
                    Turn::Probe { .. } | Turn::Audit { .. } | Turn::End => None,
                };
                return Ok(turn);
            }
        }
    }

    /// None: something changed, ask again.
    async fn next_live(&mut self) -> Result<Option<Turn>, LedgerError> {
        let open = self.ledger().open_effects(self.owner.account(), self.owner.realm())?;
        if let Some(row) = open.iter().find(|row| row.state.in_flight()) {
            return Ok(Some(Turn::Verify { subject: subject_of(row) }));
        }
        let next = if self.end.is_some() || self.rest.is_some() { None } else { self.next_open()? };
        match next {
            Some(row) => self.begin(&row).await,
            None => self.audit(&open).await,
        }
    }

    /// The next person of the plan who is not settled, in the plan's order; who was missed once comes last. Whoever another
    /// plan holds in doubt is passed over: a person has to look first, and nobody else waits for that.
    fn next_open(&self) -> Result<Option<EffectRow>, LedgerError> {
        let full = self.order.limit.is_some_and(|limit| self.begun.len() as u64 >= u64::from(limit.get()));
        let rows = self.ledger().effects(&self.order.started.plan)?;
        let doubtful = self.ledger().in_doubt(self.owner.account(), self.owner.realm())?;
        let open = |row: &&EffectRow| {
            let state = row.state;
            (state == EffectState::Precheck || is_waiting(state))
                && (!full || self.begun.contains(&row.slug))
                && !doubtful.iter().any(|other| other.slug == row.slug && other.plan != row.plan)
        };
        let first = rows.iter().filter(open).find(|row| !self.trouble.missed_once.contains(&row.slug));
        Ok(first.or_else(|| rows.iter().find(open)).cloned())
    }

    /// Settles somebody whom another plan took out of the network, without a visit; false if none did.
    fn is_gone_already(&mut self, row: &EffectRow) -> Result<bool, LedgerError> {
        let Some(Elsewhere::Removed { plan }) = self.ledger().elsewhere(self.owner.scope(), row)? else {
            return Ok(false);
        };
        let why = format!("plan {plan} removed this person, and no import has named them since; not visited again");
        let mut row = row.clone();
        self.step(&row, EffectState::Precheck, &why, Kept::default())?;
        row.attempt += u32::from(row.state != EffectState::Approved);
        row.state = EffectState::Precheck;
        self.settle(&row, EffectState::AlreadyGone, &why, Kept::default())?;
        Ok(true)
    }

    /// Waits until the person may be begun, then moves the effect to PRECHECK. None: ask again.
    async fn begin(&mut self, row: &EffectRow) -> Result<Option<Turn>, LedgerError> {
        if row.state == EffectState::Precheck {
            self.step(row, EffectState::Approved, "left over from an earlier run; nothing was sent", Kept::default())?;
            return Ok(None);
        }
        if row.state != EffectState::Approved && !retry::may_try_again(row.attempt) {
            let why = format!("tried {} times; proof says that nothing happened", row.attempt);
            self.settle(row, EffectState::Failed, &why, Kept::default())?;
            return Ok(None);
        }
        if let Some(why) = self.kept(&row.slug)? {
            self.exclude(row, &why)?;
            return Ok(None);
        }
        if self.is_gone_already(row)? || !self.may_begin().await? {
            return Ok(None);
        }
        if let Some(look) = self.before_the_day()? {
            return Ok(Some(look));
        }
        crash_point!("C1");
        self.step(row, EffectState::Precheck, "looked up", Kept::default())?;
        crash_point!("C2");
        self.begun.insert(row.slug.clone());
        let subject = subject_of(row);
        let of = self.expected()?;
        self.show_item(&subject, of);
        Ok(Some(Turn::Act { subject }))
    }

    /// Why the person is on the keep list, if so.
    pub(super) fn kept(&self, slug: &crate::event::id::Slug) -> Result<Option<String>, LedgerError> {
        let kept = self.ledger().kept(self.owner.account())?.into_iter().find(|kept| kept.slug == *slug);
        Ok(kept.map(|kept| on_keep_list(&kept.reason)))
    }

    /// Leaves the person alone for good. A second attempt passes through PRECHECK, where nothing is sent either.
    fn exclude(&mut self, row: &EffectRow, why: &str) -> Result<(), LedgerError> {
        let mut row = row.clone();
        if row.state != EffectState::Approved {
            self.step(&row, EffectState::Precheck, why, Kept::default())?;
            row.attempt += 1;
            row.state = EffectState::Precheck;
        }
        self.step(&row, EffectState::Excluded, why, Kept::default()).map(drop)
    }

    /// How many people this run will have begun at its end, as far as is known.
    fn expected(&self) -> Result<u64, LedgerError> {
        let rows = self.ledger().effects(&self.order.started.plan)?;
        let waiting = rows.iter().filter(|row| is_waiting(row.state) && !self.begun.contains(&row.slug)).count();
        let all = (self.begun.len() + waiting) as u64;
        Ok(self.order.limit.map_or(all, |limit| all.min(u64::from(limit.get()))))
    }

    pub(super) fn show_item(&mut self, subject: &Subject, of: u64) {
        self.item_began = tokio::time::Instant::now();
        let index = self.begun.len() as u64;
        let (slug, name) = (subject.slug.clone(), subject.name.clone());
        self.show(&Progress::Item { index, of, slug, name, mode: self.order.mode() });
        self.say(&format!("{} {index} of {of}", self.order.started.action), None);
    }

    /// The audit of everybody who is done and not confirmed, once its time has come; the end where nobody is.
    async fn audit(&mut self, open: &[EffectRow]) -> Result<Option<Turn>, LedgerError> {
        let key = |row: &EffectRow| (row.plan.clone(), row.slug.clone());
        let due: Vec<&EffectRow> =
            open.iter().filter(|row| row.state == EffectState::Done && !self.audited.contains(&key(row))).collect();
        let now = self.clock.now();
        // Who was done before this run was read before it began.
        let since = due.iter().map(|row| elapsed(self.done.get(&key(row)).unwrap_or(&self.began), &now)).min();
        let Some(since) = since else { return Ok(Some(Turn::End)) };
        let wait = retry::audit_in(since, &self.order.pace).max(self.until_read_again(&due));
        if !wait.is_zero() {
            let waited = self.pause(now.utc + wait, "before the audit reads everybody once more").await?;
            if waited == Waited::Stopped && self.stop_wanted() {
                let why = "interrupted before the audit; the next run reads them once more";
                self.quit(Ending::Interrupted, why, None);
            }
            return Ok(None);
        }
        if let Some((until, why)) = self.no_visit_before(1)?
            && self.put_off(until, why)
        {
            return Ok(Some(Turn::End));
        }
        Ok(Some(Turn::Audit { subjects: due.into_iter().map(subject_of).collect() }))
    }
}

/// Whether an effect waits for its turn.
pub(super) fn is_waiting(state: EffectState) -> bool {
    matches!(state, EffectState::Approved | EffectState::NotSent | EffectState::NotApplied)
}

/// The words for a person on the keep list.
pub(super) fn on_keep_list(reason: &str) -> String {
    if reason.is_empty() { "on the keep list".to_owned() } else { format!("on the keep list: {reason}") }
}

pub(super) fn subject_of(row: &EffectRow) -> Subject {
    Subject { slug: row.slug.clone(), name: row.name.clone() }
}
