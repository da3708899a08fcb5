//! What is kept of a run: pictures, readings, the trail of steps, and the moves of effects in the ledger.
//!
//! A picture that cannot be kept is a gap in the evidence: it is said in the entry, and the run ends as incomplete. It never
//! makes anything happen twice. It does not decide where an effect moves.

use super::Dispatcher;
use crate::browser::page::Mask;
use crate::event::exit::Ending;
use crate::event::fact::Moved;
use crate::event::id::Slug;
use crate::event::progress::Progress;
use crate::event::shot::Shot;
use crate::event::state::EffectState;
use crate::evidence::error::EvidenceError;
use crate::evidence::observation::Redaction;
use crate::ledger::{EffectRow, LedgerError};
use crate::runner::message::{Picture, Seen};

/// What was kept of what was seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    pub(super) shots: Vec<Shot>,
    pub(super) read: Vec<(String, String)>,
    pub(super) gaps: Vec<String>,
}

impl Kept {
    /// The reason of a step, with what is missing in its evidence.
    pub(super) fn in_words(&self, why: &str) -> String {
        if self.gaps.is_empty() {
            return why.to_owned();
        }
        format!("{why}; evidence incomplete: {}", self.gaps.join(", "))
    }
}

/// Where a person stands, in words, for the observation.
#[derive(Debug, Clone)]
pub(super) struct Words {
    pub(super) state: String,
    pub(super) why: String,
}

/// What is covered in a picture that was kept.
pub(super) fn redaction(shot: &Shot, mask: &Mask) -> Redaction {
    Redaction { path: shot.path.clone(), rect: mask.rect, selector: mask.selector.clone(), why: mask.why.clone() }
}

impl Dispatcher<'_> {
    /// Keeps what was seen: pictures in the evidence, the rest for the person's observation.
    pub(super) fn keep(&mut self, slug: Option<&Slug>, seen: Seen) -> Kept {
        if let Some(page) = &seen.page {
            self.soft_signals(page);
        }
        let mut kept = Kept { shots: vec![], read: seen.read.clone(), gaps: seen.missing };
        let mut redactions = vec![];
        for Picture { role, bytes, masks } in &seen.pictures {
            match self.bundle.keep_shot(slug, *role, bytes) {
                Ok(shot) => {
                    redactions.extend(masks.iter().map(|mask| redaction(&shot, mask)));
                    kept.shots.push(shot);
                }
                Err(error) => {
                    self.shut_on_full_disk(&error);
                    kept.gaps.push(format!("no `{}` picture: {error}", role.as_str()));
                }
            }
        }
        self.incomplete |= !kept.gaps.is_empty();
        for gap in &kept.gaps {
            self.show(&Progress::Note { text: gap.clone() });
        }
        if let Some(slug) = slug {
            let trail = self.trails.entry(slug.clone()).or_default();
            trail.read.extend(seen.read);
            trail.tracks.extend(seen.trail);
            trail.redactions.extend(redactions);
            trail.page = seen.page.or(trail.page.take());
        }
        kept
    }

    /// Writes what was read and done for a person; a later look is a file of its own.
    pub(super) fn observe(&mut self, slug: &Slug, words: &Words) {
        let Some(trail) = self.trails.remove(slug) else { return };
        let observation = self.observation(slug, trail, words);
        if let Err(error) = self.bundle.write_observation(slug, &observation) {
            self.incomplete = true;
            self.shut_on_full_disk(&error);
            self.note(format!("what was read of {slug} could not be kept: {error}"));
        }
    }

    fn shut_on_full_disk(&mut self, error: &EvidenceError) {
        if error.is_disk_full() {
            self.quit(Ending::Damaged, "the disk is full: nobody else is touched", None);
        }
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

    /// Moves an effect to where it stays for now, and writes the person's observation.
    pub(super) fn settle(
        &mut self,
        row: &EffectRow,
        to: EffectState,
        why: &str,
        kept: Kept,
    ) -> Result<(), LedgerError> {
        let why = kept.in_words(why);
        self.step(row, to, &why, Kept { gaps: vec![], ..kept })?;
        self.trouble.failed += u64::from(matches!(to, EffectState::Failed | EffectState::Mismatch));
        self.observe(&row.slug, &Words { state: to.to_string(), why });
        self.settled += 1;
        if row.state != EffectState::Done {
            let took = self.item_began.elapsed();
            self.show(&Progress::Settled { slug: row.slug.clone(), state: Some(to), took });
        }
        Ok(())
    }

    pub(super) fn moved_fact(&self, row: &EffectRow, to: EffectState, why: &str, kept: Kept) -> Moved {
        let again = to == EffectState::Precheck && row.state != EffectState::Approved;
        Moved {
            run: Some(self.run()),
            plan: row.plan.clone(),
            slug: row.slug.clone(),
            action: row.action,
            from: row.state,
            to,
            attempt: row.attempt + u32::from(again),
            why: kept.in_words(why),
            shots: kept.shots,
            read: kept.read,
        }
    }
}
