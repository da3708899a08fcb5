//! A rehearsal: it walks the same pages at the plan's gaps, up to the last click, and moves no effect.

use super::Dispatcher;
use super::record::Words;
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Rehearsal};
use crate::event::id::Slug;
use crate::event::progress::Progress;
use crate::ledger::LedgerError;
use crate::policy::quota::Slot;
use crate::policy::visits::A_REHEARSAL;
use crate::runner::message::{Seen, Turn};

/// So many people in a row whose pages do not fit the pack end a rehearsal.
const MISSES_IN_A_ROW: u32 = 2;

impl Dispatcher<'_> {
    /// The next person to rehearse, once the gap is over. None: ask again.
    pub(super) async fn next_rehearsal(&mut self) -> Result<Option<Turn>, LedgerError> {
        let order = self.order;
        let next = order.rehearse.iter().find(|subject| !self.begun.contains(&subject.slug));
        let Some(subject) = next.filter(|_| self.end.is_none()) else { return Ok(Some(Turn::End)) };
        if let Some(why) = self.kept(&subject.slug)? {
            self.begun.insert(subject.slug.clone());
            self.show_item(subject, order.rehearse.len() as u64);
            self.rehearsed(&subject.slug, Rehearsal::Kept, (&why, false), Seen::default())?;
            return Ok(None);
        }
        if let Some((until, why)) = self.no_visit_before(A_REHEARSAL)? {
            if self.put_off(until, why) {
                return Ok(Some(Turn::End));
            }
            self.pause(until, &why.to_string()).await?;
            return Ok(None);
        }
        if let Slot::Wait { until, why } = self.rehearsal_slot()? {
            self.pause(until, &why.to_string()).await?;
            return Ok(None);
        }
        self.begun.insert(subject.slug.clone());
        self.tact.rehearsed_at.push(self.clock.now().utc);
        self.show_item(subject, order.rehearse.len() as u64);
        Ok(Some(Turn::Rehearse { subject: subject.clone() }))
    }

    /// Writes what a rehearsal found for one person.
    pub(super) fn rehearsed(
        &mut self,
        slug: &Slug,
        outcome: Rehearsal,
        (why, misfit): (&str, bool),
        seen: Seen,
    ) -> Result<(), LedgerError> {
        self.rehearsed.walked += 1;
        self.rehearsed.ready += u64::from(outcome == Rehearsal::Ready);
        let kept = self.keep(Some(slug), seen);
        let why = kept.in_words(why);
        self.write(Fact::Rehearsed {
            run: self.run(),
            slug: slug.clone(),
            outcome,
            why: why.clone(),
            shots: kept.shots,
        })?;
        self.observe(slug, &Words { state: word_of(outcome).to_owned(), why: why.clone() });
        let took = self.item_began.elapsed();
        self.show(&Progress::Settled { slug: slug.clone(), state: None, took });
        if !matches!(outcome, Rehearsal::Failed | Rehearsal::Mismatch) {
            self.trouble.in_a_row = 0;
            return Ok(());
        }
        self.rehearsed.failed += 1;
        if !misfit {
            return Ok(());
        }
        self.trouble.in_a_row += 1;
        if self.trouble.in_a_row >= MISSES_IN_A_ROW {
            self.finish(Ending::BadFile, format!("the pages do not fit the pack: {why}"), None);
        }
        Ok(())
    }
}

fn word_of(outcome: Rehearsal) -> &'static str {
    match outcome {
        Rehearsal::Ready => "ready",
        Rehearsal::AlreadyGone => "already-gone",
        Rehearsal::NotFound => "not-found",
        Rehearsal::Kept => "kept",
        Rehearsal::Mismatch => "mismatch",
        Rehearsal::Failed => "failed",
    }
}
