//! Whether the page's own total fits what this run says it removed; who is done by the search alone is in doubt where it does not.
//!
//! ```text
//! audit: gone ─► the total fell by this person, or by all together? ─► confirmed
//!                  └ no ─► read once more, later, from a fresh load ─► still not: in doubt
//! ```
//!
//! It does not know how a total is read; the arithmetic is in `witness`.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use super::Dispatcher;
use super::intention::number_of;
use super::witness::{Fall, Shortage, Whose};
use crate::event::fact::Fact;
use crate::event::state::EffectState;
use crate::ledger::{EffectRow, LedgerError};
use crate::runner::walk::look::WHOLE;

/// What the audit makes of somebody who is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fit {
    /// Nothing speaks against it.
    Fits,
    /// It is read once more: a total may lag.
    ReadAgain,
    /// It may not have happened, for this reason.
    Doubtful(String),
}

impl Dispatcher<'_> {
    /// Takes a total of the whole list, where one was read.
    pub(super) fn counted(&mut self, read: &[(String, String)], at: Timestamp) {
        if let Some(total) = whole_of(read) {
            self.arithmetic.balance.read(total, at, self.shows_within());
        }
    }

    /// How long after its click a removal may still come to show in the total: a site may act late, up to when it is proved that it
    /// did not, and its total may be late by the time that an audit waits for it.
    fn shows_within(&self) -> Duration {
        self.order.pace.not_applied_after + self.order.pace.audit_after
    }

    /// An intention was written.
    pub(super) fn intended(&mut self, row: &EffectRow, at: Timestamp) {
        self.arithmetic.balance.clicked(whose(row), at);
    }

    /// The fall of the total that everybody else's removal does not explain, where it is proved that this person's did nothing.
    pub(super) fn fell_beside(&self, row: &EffectRow) -> Option<Fall> {
        self.arithmetic.balance.fell_beside(&whose(row))
    }

    /// It is proved that an intention did nothing.
    pub(super) fn came_to_nothing(&mut self, row: &EffectRow) {
        self.arithmetic.balance.did_nothing(&whose(row));
    }

    /// Nothing more is asked about somebody.
    pub(super) fn is_decided(&mut self, row: &EffectRow) {
        self.arithmetic.put_off.remove(&whose(row));
        self.arithmetic.balance.is_over(&whose(row));
    }

    /// Whether the total agrees that somebody is gone whom the search does not find.
    pub(super) fn fits(&mut self, row: &EffectRow) -> Fit {
        let Some(shortage) = self.arithmetic.balance.shortage(&whose(row)) else { return Fit::Fits };
        let is_first = self.arithmetic.put_off.is_empty();
        if self.arithmetic.put_off.insert(whose(row)) {
            if is_first {
                let now = self.clock.now().utc;
                let last = self.arithmetic.balance.last_click().unwrap_or(now);
                self.arithmetic.again_at = Some(now.max(last + self.shows_within()));
                self.note(format!("{shortage}; a total may be late, so that it is read once more"));
            }
            return Fit::ReadAgain;
        }
        Fit::Doubtful(in_words(&shortage))
    }

    /// How long the audit of these people has to wait because some of them are read once more.
    pub(super) fn until_read_again(&self, due: &[&EffectRow]) -> Duration {
        let waits = due.iter().any(|row| self.arithmetic.put_off.contains(&whose(row)));
        let until = self.arithmetic.again_at.filter(|_| waits).map(|at| at.duration_since(self.clock.now().utc));
        until.and_then(|until| Duration::try_from(until).ok()).unwrap_or_default()
    }

    /// Takes from the ledger what earlier runs read since the oldest click that nobody decided about yet, and which clicks
    /// came after it: each of them may be why a total fell.
    pub(in crate::runner) fn remember_totals(&mut self) -> Result<(), LedgerError> {
        let open = self.ledger().open_effects(self.owner.account(), self.owner.realm())?;
        let is_meant =
            |row: &&EffectRow| row.sent.is_some() && (row.state.in_flight() || row.state == EffectState::Done);
        let mut missing: BTreeSet<Whose> = open.iter().filter(is_meant).map(whose).collect();
        let mut moves = vec![];
        for run in self.ledger().runs(self.owner.account())?.iter().rev().filter(|run| run.realm == self.owner.realm())
        {
            for link in self.ledger().links_of_run(&run.id)?.iter().rev() {
                if missing.is_empty() {
                    break;
                }
                let Ok(entry) = link.entry() else { continue };
                let Fact::Moved(moved) = entry.fact else { continue };
                let whose = (moved.plan.clone(), moved.slug.clone());
                if missing.contains(&whose) {
                    self.notices.remember(&moved);
                }
                if moved.to == EffectState::Intent {
                    missing.remove(&whose);
                }
                moves.push((entry.at.utc, moved));
            }
        }
        for (at, moved) in moves.into_iter().rev() {
            let whose = (moved.plan, moved.slug);
            self.counted(&moved.read, at);
            match moved.to {
                EffectState::Intent => self.arithmetic.balance.clicked(whose, at),
                EffectState::NotSent | EffectState::NotApplied => self.arithmetic.balance.did_nothing(&whose),
                EffectState::Confirmed | EffectState::NeedsHuman => self.arithmetic.balance.is_over(&whose),
                _ => {}
            }
        }
        Ok(())
    }
}

fn whose(row: &EffectRow) -> Whose {
    (row.plan.clone(), row.slug.clone())
}

/// The total of the whole list, where it was read.
fn whole_of(read: &[(String, String)]) -> Option<u64> {
    number_of(read, WHOLE)
}

/// Why somebody is in doubt whom the search does not find.
fn in_words(shortage: &Shortage) -> String {
    format!(
        "not found by the search, but {shortage}: the removal may not have happened, or somebody new came in meanwhile; nothing is claimed until a person has looked"
    )
}
