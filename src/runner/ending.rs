//! What is said of a run when it is over: its outcome, and an observation for each person.

use std::collections::BTreeMap;

use super::dispatcher::Dispatcher;
use super::message::Seen;
use super::order::Outcome;
use crate::event::exit::Ending;
use crate::event::fact::Mode;
use crate::event::id::Slug;
use crate::event::state::EffectState;
use crate::evidence::error::EvidenceError;
use crate::evidence::observation::{Assertion, Command, Observation, PageRead};
use crate::ledger::LedgerError;

impl Dispatcher<'_> {
    /// Whether a live run has anything to open a browser for.
    pub(super) fn has_work(&self) -> Result<bool, LedgerError> {
        let open = self.ledger().open_effects(self.owner.account(), self.owner.realm())?;
        Ok(open
            .iter()
            .any(|row| row.plan == self.order.started.plan || row.state.in_flight() || row.state == EffectState::Done))
    }

    /// How the run ended, from the ledger and from what was decided on the way.
    pub(super) fn outcome(&self) -> Result<Outcome, LedgerError> {
        let rows = self.ledger().effects(&self.order.started.plan)?;
        let mut states: BTreeMap<EffectState, u64> = BTreeMap::new();
        for row in &rows {
            *states.entry(row.state).or_default() += 1;
        }
        let remaining = rows.iter().filter(|row| row.state.is_open() && row.state != EffectState::Done).count() as u64;
        let (mut ending, mut why, due_at) = self.end.clone().unwrap_or((Ending::Done, String::new(), None));
        if self.order.mode() == Mode::Live {
            let doubt = self.ledger().in_doubt(self.owner.account(), self.owner.realm())?;
            if !doubt.is_empty() {
                let said = std::mem::take(&mut why);
                why = format!("{} in doubt: `exeunt status` says how to settle it", doubt.len());
                if !said.is_empty() {
                    why = format!("{why}; {said}");
                }
                ending = ending.or(Ending::InDoubt);
            }
            let failed = states.get(&EffectState::Failed).copied().unwrap_or(0);
            if failed > 0 || self.incomplete {
                ending = ending.or(Ending::SomeFailed);
            }
            if ending == Ending::Done && remaining > 0 {
                ending = Ending::DueLater;
            }
        } else if ending == Ending::Done && self.rehearsed.0 < self.rehearsed.1 {
            let told = self.rehearsed.1 - self.rehearsed.0;
            why = format!("{told} of {} would not be removed", self.rehearsed.1);
        }
        Ok(Outcome {
            ending,
            why,
            due_at,
            remaining,
            states,
            rehearsed: self.rehearsed,
            commands: self.commands.clone(),
        })
    }

    /// Writes what was read and done for each person of this run.
    pub(super) fn write_observations(&mut self) -> Result<(), EvidenceError> {
        for (slug, seen) in std::mem::take(&mut self.trails) {
            let observation = self.observation(&slug, seen);
            self.bundle.write_observation(&slug, &observation)?;
        }
        Ok(())
    }

    fn observation(&self, slug: &Slug, seen: Seen) -> Observation {
        let row = self
            .ledger()
            .effects(&self.order.started.plan)
            .ok()
            .and_then(|rows| rows.into_iter().find(|row| row.slug == *slug));
        let name_shown = seen.read.iter().find(|(what, _)| what.ends_with(".name")).map(|(_, name)| name.clone());
        let page = seen.page.unwrap_or_default();
        Observation {
            v: 1,
            slug: slug.clone(),
            name_shown: name_shown.unwrap_or_default(),
            account_read: self.handle.as_ref().map(ToString::to_string).unwrap_or_default(),
            at: self.clock.now(),
            zone: self.order.started.zone.clone(),
            page: PageRead {
                requested: page.address.clone().into(),
                arrived: page.address.clone().into(),
                title: page.title,
                status: page.http_status,
                generation: page.generation.unwrap_or_default(),
                language: page.language,
                viewport: (whole(page.viewport.0), whole(page.viewport.1)),
                pixel_ratio_thousandths: whole(page.viewport.2 * 1_000.0),
                scroll: (0, 0),
            },
            assertions: seen
                .read
                .iter()
                .filter(|(what, _)| what.ends_with(".slug"))
                .map(|(what, value)| same(what, slug, value))
                .collect(),
            commands: seen
                .trail
                .into_iter()
                .map(|track| Command {
                    step: track.step,
                    source: track.place,
                    started: track.started,
                    ended: track.ended,
                    result: track.result,
                    alternative: track.winner,
                })
                .collect(),
            redactions: vec![],
            exit_state: row.as_ref().map(|row| row.state.to_string()).unwrap_or_default(),
            why: row.map(|row| row.reason).unwrap_or_default(),
        }
    }
}

fn same(what: &str, slug: &Slug, value: &str) -> Assertion {
    let pass = value.parse::<Slug>().is_ok_and(|read| read == *slug);
    Assertion { what: what.to_owned(), expected: slug.to_string(), seen: value.to_owned(), pass }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a screen can have")]
fn whole(number: f64) -> u32 {
    number.round().clamp(0.0, 1_000_000.0) as u32
}
