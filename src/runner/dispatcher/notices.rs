//! What the site said right after a click, in words that nobody knows: harmless where the person is gone, and the site's answer
//! where the person is still there or cannot be read. Then the person is in doubt, and nobody else is tried.
//!
//! The words are hostile text: they are kept as they are, and escaped where they are shown. How they are told from what the page
//! said before is the page agent's matter.

use super::Dispatcher;
use super::dispatcher_state::{Notices, Said};
use super::record::Kept;
use super::witness::Whose;
use crate::event::fact::Moved;
use crate::event::id::Slug;
use crate::event::state::EffectState;
use crate::ledger::{EffectRow, LedgerError};
use crate::runner::latch::Met;
use crate::runner::message::Seen;

/// The incident of a notice that answered a click, in whatever words.
pub(super) const NOTICE: &str = "notice";
/// The name under which the chain holds the words.
const SAID: &str = "notice.said";

impl Notices {
    /// Takes from a fact of an earlier run what the site had said.
    pub(super) fn remember(&mut self, moved: &Moved) {
        let words = moved.read.iter().find(|(what, _)| what == SAID).map(|(_, words)| words.clone());
        if let Some(words) = words {
            let whose = (moved.plan.clone(), moved.slug.clone());
            self.0.entry(whose).or_insert(Said { words, seen: Seen::default() });
        }
    }
}

impl Dispatcher<'_> {
    /// The page said something after the click: the chain has the words before the page is left, whatever becomes of this process.
    pub(super) fn said(&mut self, slug: &Slug, words: String, seen: Seen) -> Result<(), LedgerError> {
        let row = self.in_hand(slug)?;
        let kept = Kept { read: vec![(SAID.to_owned(), words.clone())], ..Kept::default() };
        let why = format!("after the click the page said: {words}; read again from a fresh load");
        self.step(&row, EffectState::Verifying, &why, kept)?;
        self.notices.0.insert((row.plan, row.slug), Said { words, seen });
        Ok(())
    }

    /// Somebody is gone: what was said was about that. Its words are kept until the audit agrees, and its picture is not.
    pub(super) fn was_harmless(&mut self, row: &EffectRow) {
        if let Some(said) = self.notices.0.get_mut(&whose(row)) {
            said.seen = Seen::default();
        }
    }

    /// Nothing more is asked about what was said to somebody.
    pub(super) fn is_answered(&mut self, row: &EffectRow) {
        self.notices.0.remove(&whose(row));
    }

    /// Settles somebody who is not proved gone, for this reason, as in doubt because of what was said, and latches the account.
    /// False where nothing was said.
    pub(super) fn settle_by_notice(
        &mut self,
        row: &EffectRow,
        (why, sign): (&str, &str),
        mut kept: Kept,
    ) -> Result<bool, LedgerError> {
        let Some(Said { words, seen }) = self.notices.0.remove(&whose(row)) else { return Ok(false) };
        let address = seen.page.as_ref().map(|page| page.address.clone()).unwrap_or_default();
        let before = self.keep(Some(&row.slug), seen);
        let shots = before.shots.clone();
        kept.shots.extend(before.shots);
        kept.gaps.extend(before.gaps);
        let why = format!("{why}; after the click the page said: {words}");
        self.settle(row, EffectState::NeedsHuman, &why, kept)?;
        let why = format!("`{}`: {why}", row.slug);
        self.incident(&Met { sign, why: &why, address: &address, shots: &shots, until: None })?;
        Ok(true)
    }
}

fn whose(row: &EffectRow) -> Whose {
    (row.plan.clone(), row.slug.clone())
}
