//! The step between looking and clicking: the intention, and what follows from each answer to it.
//!
//! An intention is acknowledged only after the disk has it. It does not know how a click is made.

use super::Dispatcher;
use super::record::Kept;
use super::turns::on_keep_list;
use super::witness::Moment;
use crate::event::exit::Ending;
use crate::event::id::Slug;
use crate::event::state::EffectState;
use crate::ledger::{ActElsewhere, EffectRow, Intended, LedgerError, Refusal, Terms};
use crate::policy::quota::{Limit, Slot};
use crate::runner::message::{Go, Seen};

impl Dispatcher<'_> {
    /// The effect of a person that this session works on: the one in flight or in PRECHECK, of whichever plan.
    pub(super) fn in_hand(&self, slug: &Slug) -> Result<EffectRow, LedgerError> {
        let open = self.ledger().open_effects(self.owner.account(), self.owner.realm())?;
        let rank = |row: &EffectRow| match row.state {
            state if state.in_flight() => 0,
            EffectState::Precheck if row.plan == self.order.started.plan => 1,
            EffectState::Precheck => 2,
            _ => 3,
        };
        let row = open.into_iter().filter(|row| row.slug == *slug).min_by_key(rank);
        Ok(row.expect("the executor works only on people that it was given"))
    }

    /// Moves the effect of the person in hand.
    pub(super) fn moved(&mut self, slug: &Slug, to: EffectState, why: &str, seen: Seen) -> Result<Go, LedgerError> {
        let row = self.in_hand(slug)?;
        if let Some(commands) = seen.commands.filter(|_| to == EffectState::Acted) {
            self.commands.push(commands);
        }
        let kept = self.keep(Some(slug), seen);
        match to {
            EffectState::Intent => self.intend(&row, why, kept),
            EffectState::NotSent => {
                self.settle(&row, to, why, kept)?;
                self.witness.did_nothing();
                self.came_to_nothing(&row);
                self.failed(&format!("the page did not let the click through: {why}"));
                Ok(Go::Leave)
            }
            EffectState::AlreadyGone => {
                self.settle(&row, to, why, kept)?;
                self.read_well();
                Ok(Go::Leave)
            }
            EffectState::NotFound => {
                let (to, why) = match self.is_proved_gone(&row)? {
                    Some(proof) => (EffectState::AlreadyGone, format!("{why}; {proof}")),
                    None => (to, why.to_owned()),
                };
                self.settle(&row, to, &why, kept)?;
                self.read_well();
                Ok(Go::Leave)
            }
            EffectState::Mismatch | EffectState::Failed => {
                self.settle(&row, to, why, kept)?;
                self.failed(why);
                Ok(Go::Leave)
            }
            _ => self.step(&row, to, why, kept).map(|_| Go::On),
        }
    }

    /// Why somebody who is not found under the name of the plan is out of the network all the same, where that is proved.
    fn is_proved_gone(&self, row: &EffectRow) -> Result<Option<&'static str>, LedgerError> {
        if row.attempt > 1 {
            return Ok(Some("a moment ago the list had this person under that name"));
        }
        Ok(self.ledger().person(self.owner.account(), &row.slug)?.and_then(|known| {
            if known.site.gone_since.is_some() {
                return Some("a complete scan of the list did not have this address under any name");
            }
            known.absent_since.is_some().then_some("a newer export does not have this address under any name")
        }))
    }

    /// Writes the intention and waits for the disk.
    fn intend(&mut self, row: &EffectRow, why: &str, kept: Kept) -> Result<Go, LedgerError> {
        if self.stop_wanted() || self.end.is_some() {
            let end = self.end.as_ref().map_or("interrupted", |end| end.why.as_str());
            let why = format!("nothing was sent: {end}");
            self.settle(row, EffectState::Approved, &why, kept)?;
            return Ok(Go::Leave);
        }
        // Time passed since the person was begun: a machine may have slept, and the hours may be over. A gap that has just
        // become longer is the next person's.
        if let Slot::Wait { until, why } = self.slot()?
            && (why.is_cap() || why == Limit::Clock)
        {
            self.settle(row, EffectState::Approved, &format!("nothing was sent: {why}"), kept)?;
            self.put_off(until, why);
            return Ok(Go::Leave);
        }
        let stamp = self.clock.now();
        let terms = Terms {
            local_date: stamp.utc.to_zoned(self.order.zone.clone()).date(),
            zone: self.order.started.zone.clone(),
            settle: self.order.pace.not_applied_after,
        };
        let total = total_of(&kept.read);
        if let Some(fall) = total.and_then(|total| self.witness.read(Moment::Before, total)) {
            self.settle(row, EffectState::Approved, &format!("nothing was sent: {fall}"), kept)?;
            return self.fell(fall).map(|()| Go::Leave);
        }
        self.counted(&kept.read, stamp.utc);
        let mut moved = self.moved_fact(row, EffectState::Intent, why, kept.clone());
        moved.read.extend(self.tempo_in_words());
        match self.owner.intend(&stamp, &moved, &terms)? {
            Intended::Written(link) => {
                self.witness.sent();
                self.intended(row, stamp.utc);
                self.unreadable.remove(&row.slug);
                self.totals.remove(&row.slug);
                self.totals.extend(total.map(|total| (row.slug.clone(), total)));
                self.told(&link).map(|()| Go::On)
            }
            Intended::Refused(refusal) => self.refused(row, &refusal, kept).map(|()| Go::Leave),
        }
    }

    /// What follows from a refusal: nothing was sent, and mostly nobody else is begun.
    fn refused(&mut self, row: &EffectRow, refusal: &Refusal, kept: Kept) -> Result<(), LedgerError> {
        let words = words_of(refusal);
        let (to, why) = match refusal {
            Refusal::Kept { reason } => (EffectState::Excluded, on_keep_list(reason)),
            Refusal::NeedsHuman { plan } => {
                (EffectState::Failed, format!("in doubt in plan {plan}; settle that first"))
            }
            _ => (EffectState::Approved, format!("nothing was sent: {words}")),
        };
        self.settle(row, to, &why, kept)?;
        match refusal {
            Refusal::Kept { .. } | Refusal::NeedsHuman { .. } => {}
            Refusal::Paused => self.quit(Ending::DueLater, words, None),
            Refusal::Cooling { until } => self.quit(Ending::Stopped, words, Some(*until)),
            Refusal::Latched { .. } => self.quit(Ending::Stopped, words, None),
            Refusal::Stopped => self.quit(Ending::Interrupted, words, None),
            Refusal::ClockBehind { last_seen } => self.quit(Ending::DueLater, words, Some(*last_seen)),
            Refusal::ActedElsewhere(act) => self.quit(Ending::DueLater, words, Some(act.until)),
            Refusal::InFlight { .. } => self.finish(Ending::InDoubt, words, None),
        }
        // The request behind a refusal is dealt with now, while nobody is in hand.
        self.hear()
    }
}

/// That another data directory acted on the account.
pub(super) fn elsewhere(act: &ActElsewhere) -> String {
    let ActElsewhere { at, until, dir } = act;
    format!(
        "the data directory `{}` acted on this account at {at}, and this one does not know what was done there: nothing is \
         removed from here before {until}, when the month's limits are over",
        dir.display()
    )
}

/// The page's own total, where it was read.
pub(super) fn total_of(read: &[(String, String)]) -> Option<u64> {
    number_of(read, "list_total")
}

/// The newest number that was read of a target.
pub(super) fn number_of(read: &[(String, String)], target: &str) -> Option<u64> {
    let is_of = |what: &str| what.strip_prefix(target).is_some_and(|rest| rest.starts_with('.'));
    read.iter().rev().find(|(what, _)| is_of(what))?.1.parse().ok()
}

/// Why an intention was refused.
pub(in crate::runner) fn words_of(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Kept { reason } => on_keep_list(reason),
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
        Refusal::ActedElsewhere(act) => elsewhere(act),
        Refusal::NeedsHuman { plan } => format!("plan {plan} holds this person in doubt"),
    }
}
