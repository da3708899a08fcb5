//! What goes wrong without a stop sign: pages that do not fit, failures in a row, soft signals.
//!
//! It decides when trouble ends the batch or latches the account. It does not know what was seen, only what kind it was.

use super::Dispatcher;
use super::witness::Fall;
use crate::browser::page::Document;
use crate::event::exit::Ending;
use crate::event::fact::Fact;
use crate::event::id::Slug;
use crate::event::state::EffectState;
use crate::ledger::LedgerError;
use crate::policy::slowdown::Observation;
use crate::runner::latch::{DRIFT, FALL, Met};
use crate::runner::message::Seen;

/// So many failures in a row stop the batch.
const FAILURES_IN_A_ROW: u32 = 3;

impl Dispatcher<'_> {
    /// A step did not fit the page, and nothing was sent. Two misses of one step in a row, or one after which nothing about
    /// the page can be believed, latch the account.
    pub(super) fn missed(
        &mut self,
        slug: &Slug,
        why: &str,
        (step, grave): (String, bool),
        seen: Seen,
    ) -> Result<(), LedgerError> {
        let row = self.in_hand(slug)?;
        let outage = seen.page.as_ref().is_some_and(is_outage);
        let address = seen.page.as_ref().map(|page| page.address.clone()).unwrap_or_default();
        let kept = self.keep(Some(slug), seen);
        let shots = kept.shots.clone();
        let again = self.trouble.last_miss.replace(step.clone()) == Some(step);
        let second = !self.trouble.missed_once.insert(slug.clone());
        let to = if second { EffectState::Failed } else { EffectState::Approved };
        self.settle(&row, to, &format!("nothing was sent: {why}"), kept)?;
        self.failed(why);
        // A site that is broken for a while says nothing about the pack.
        if (grave || again) && !outage {
            self.incident(&Met { sign: DRIFT, why, address: &address, shots: &shots, until: None })?;
        }
        Ok(())
    }

    /// The page's own total says that people are missing whom nobody here took out: a person has to look.
    pub(super) fn fell(&mut self, fall: Fall) -> Result<(), LedgerError> {
        self.incident(&Met { sign: FALL, why: &fall.to_string(), address: "", shots: &[], until: None })
    }

    /// One more failure in a row.
    pub(super) fn failed(&mut self, why: &str) {
        self.trouble.in_a_row += 1;
        if self.trouble.in_a_row >= FAILURES_IN_A_ROW {
            let number = self.trouble.in_a_row;
            self.finish(Ending::SomeFailed, format!("{number} failures in a row, the last: {why}"), None);
        }
    }

    /// The page was as the pack says.
    pub(super) fn read_well(&mut self) {
        self.trouble.in_a_row = 0;
        self.trouble.last_miss = None;
    }

    /// A person went well from beginning to end.
    pub(super) fn clean(&mut self) {
        self.read_well();
        self.tact.slowdown = self.tact.slowdown.after(Observation::Clean);
    }

    /// A resource that answered 429, or a document that answered 5xx, makes the gaps longer, and never stops anything.
    pub(super) fn soft_signals(&mut self, page: &Document) {
        let (last, resources, failing) = &self.tact.last_document;
        let (resources, failing) = if *last == page.id { (*resources, *failing) } else { (0, false) };
        let fails = is_outage(page);
        self.tact.last_document = (page.id.clone(), page.throttled, fails);
        let said = match (page.throttled > resources, fails && !failing) {
            (true, _) => "a part of the page answered 429",
            (false, true) => "the page answered with an error of the site",
            (false, false) => return,
        };
        self.tact.slowdown = self.tact.slowdown.after(Observation::Soft);
        self.note(format!("{said}: the gaps grow"));
        let slowed = Fact::Slowed { run: self.run(), why: said.to_owned(), read: self.tact.slowdown.to_record() };
        if let Err(error) = self.write(slowed) {
            // Whatever keeps this from the ledger keeps the next entry from it too, and that one ends the run.
            tracing::warn!(%error, "the slowdown could not be recorded");
        }
    }
}

/// Whether the document is an error of the site's own, which says nothing about its pages.
pub(super) fn is_outage(page: &Document) -> bool {
    page.http_status.is_some_and(|status| (500..600).contains(&status))
}
