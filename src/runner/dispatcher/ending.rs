//! How a run ended, from the ledger and from what was decided on the way; and the closing of its evidence.
//!
//! It begins nothing and asks nobody; the words for the terminal are not its own.

use std::collections::{BTreeMap, HashSet};

use super::record::Words;
use super::{Dispatcher, End};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Mode, RunState};
use crate::event::id::Slug;
use crate::event::state::EffectState;
use crate::ledger::{EffectRow, LedgerError};
use crate::runner::order::Outcome;
use crate::runner::run::RunError;
use crate::runner::sealing;

impl Dispatcher<'_> {
    /// Writes how the run ended, then the manifest.
    pub(in crate::runner) fn close(&mut self) -> Result<Outcome, RunError> {
        self.observe_the_rest()?;
        let outcome = self.outcome()?;
        let (run, why) = (self.run(), outcome.why.clone());
        // A latch or a silence is where the run stands, also when it is over.
        if !matches!(self.state, RunState::Latched | RunState::Cooling { .. }) {
            self.run_moved(state_of(&outcome), &why)?;
        }
        self.write(Fact::RunEnded { run: run.clone(), result: outcome.ending, why })?;
        let closed = sealing::close(self.owner, self.bundle, (&run, &self.order.started))?;
        self.write(closed)?;
        Ok(outcome)
    }

    /// Writes the observations of people who were left where they stood.
    fn observe_the_rest(&mut self) -> Result<(), LedgerError> {
        if self.trails.is_empty() {
            return Ok(());
        }
        let rows = self.ledger().open_effects(self.owner.account(), self.owner.realm())?;
        let left: Vec<_> = self.trails.keys().cloned().collect();
        for slug in left {
            let row = rows.iter().find(|row| row.slug == slug);
            let words = row.map(|row| Words { state: row.state.to_string(), why: row.reason.clone() });
            self.observe(&slug, &words.unwrap_or(Words { state: String::new(), why: String::new() }));
        }
        Ok(())
    }

    fn outcome(&mut self) -> Result<Outcome, LedgerError> {
        let rows = self.ledger().effects(&self.order.started.plan)?;
        let mut states: BTreeMap<EffectState, u64> = BTreeMap::new();
        for row in &rows {
            *states.entry(row.state).or_default() += 1;
        }
        let kept: HashSet<Slug> =
            self.ledger().kept(self.owner.account())?.into_iter().map(|entry| entry.slug).collect();
        let is_left = |row: &&EffectRow| {
            let is_spared = kept.contains(&row.slug) && !row.state.in_flight();
            row.state.is_open() && row.state != EffectState::Done && !is_spared
        };
        let remaining = rows.iter().filter(is_left).count() as u64;
        let mut end = self.end.clone().unwrap_or_else(|| ended(Ending::Done));
        match self.order.mode() {
            Mode::Live => self.judge(&mut end, &rows, remaining)?,
            Mode::Rehearsal => self.judge_rehearsal(&mut end),
        }
        if self.incomplete {
            also(&mut end, Ending::SomeFailed, "the evidence is incomplete");
        }
        Ok(Outcome {
            ending: end.ending,
            why: end.why,
            due_at: end.due_at,
            remaining,
            states,
            rehearsed: (self.rehearsed.ready, self.rehearsed.walked),
            totals: self.witness.summary(),
            commands: self.commands.clone(),
        })
    }

    /// Adds to the ending what the ledger says.
    fn judge(&mut self, end: &mut End, rows: &[EffectRow], remaining: u64) -> Result<(), LedgerError> {
        let doubt = self.ledger().in_doubt(self.owner.account(), self.owner.realm())?.len();
        if doubt > 0 {
            also(end, Ending::InDoubt, &format!("{doubt} in doubt: `exeunt status` says how to settle it"));
        }
        let is_failed = |row: &&EffectRow| matches!(row.state, EffectState::Failed | EffectState::Mismatch);
        let of_all = rows.iter().filter(is_failed).count() as u64;
        // Who failed on an earlier day is told on that day, and once more when the plan is over.
        let failed = if remaining == 0 { of_all } else { self.trouble.failed };
        if failed > 0 && end.ending != Ending::SomeFailed {
            also(end, Ending::SomeFailed, &format!("{failed} failed"));
        }
        let unfound = rows.iter().filter(|row| row.state == EffectState::NotFound).count();
        if unfound > 0 && remaining == 0 {
            also(end, Ending::SomeFailed, &format!("{unfound} not found under the name of the plan: {UNFOUND}"));
        }
        if end.ending == Ending::Done && remaining > 0 {
            end.due_at = Some(self.not_before()?.map_or(self.clock.now().utc, |(until, _)| until));
            also(end, Ending::DueLater, &format!("{remaining} are left"));
        }
        let unread = rows.iter().filter(|row| row.state == EffectState::Done).count();
        if unread > 0 {
            also(end, end.ending, &format!("{unread} done and not yet audited; the next run reads them once more"));
        }
        Ok(())
    }

    fn judge_rehearsal(&self, end: &mut End) {
        let not_ready = self.rehearsed.walked - self.rehearsed.ready;
        if not_ready > 0 {
            let words = format!("{not_ready} of {} would not be removed", self.rehearsed.walked);
            let ending = if self.rehearsed.failed > 0 { Ending::SomeFailed } else { Ending::Done };
            also(end, ending, &words);
        }
    }
}

/// What to do about people who were not found.
const UNFOUND: &str = "who was renamed is still connected; import a newer export and make a new plan, or let the profiles tell \
                       (`exeunt plan new --route profile --people people.txt`)";

/// The run's last state.
fn state_of(outcome: &Outcome) -> RunState {
    match (outcome.ending, outcome.due_at) {
        (Ending::Done, _) => RunState::Complete,
        (Ending::DueLater, Some(until)) => RunState::Waiting { until },
        _ => RunState::Aborted,
    }
}

fn ended(ending: Ending) -> End {
    End { ending, why: String::new(), due_at: None, at_once: false }
}

/// Adds a reason; the graver ending is told.
fn also(end: &mut End, ending: Ending, why: &str) {
    end.ending = end.ending.or(ending);
    end.why = if end.why.is_empty() { why.to_owned() } else { format!("{}; {why}", end.why) };
}
