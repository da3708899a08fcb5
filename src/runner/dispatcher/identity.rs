//! Whose account the page shows, and what latches an account.
//!
//! It knows the plan's and the ledger's handle; it does not know how the page is asked.

use super::Dispatcher;
use crate::event::exit::Ending;
use crate::event::fact::Fact;
use crate::event::id::Slug;
use crate::flow::site::OTHER_ACCOUNT;
use crate::ledger::{Adoption, Identity, LedgerError};
use crate::runner::latch::{self, Held, Met};
use crate::runner::message::{Go, Seen};

impl Dispatcher<'_> {
    /// Compares the account with the plan's, then with the ledger's, and takes it as the account's own if it is the first.
    pub(super) fn account(&mut self, handle: &str, name: &str, seen: Seen) -> Result<Go, LedgerError> {
        let Ok(handle) = handle.parse::<Slug>() else {
            self.quit(Ending::BadFile, "the page does not say whose account it is", None);
            return Ok(Go::Leave);
        };
        self.write(Fact::AccountSeen { run: self.run(), handle: handle.clone(), name: name.to_owned() })?;
        let planned = self.ledger().plan(self.owner.account(), &self.order.started.plan)?.handle;
        if planned.is_some_and(|planned| planned != handle) || self.is_other(&handle, name)? {
            let why = format!("the page shows the account of `{handle}`, which is not this plan's");
            let address = seen.page.as_ref().map(|page| page.address.clone()).unwrap_or_default();
            let shots = self.keep(None, seen).shots;
            self.incident(&Met { sign: OTHER_ACCOUNT, why: &why, address: &address, shots: &shots, until: None })?;
            return Ok(Go::Leave);
        }
        self.handle = Some(handle);
        Ok(Go::On)
    }

    fn is_other(&mut self, handle: &Slug, name: &str) -> Result<bool, LedgerError> {
        let identity = Identity { handle: handle.clone(), name: name.to_owned(), photo_sha256: None, photo_src: None };
        Ok(matches!(self.owner.adopt_identity(&identity)?, Adoption::Other(_)))
    }

    /// Latches the account and ends the run.
    pub(super) fn incident(&mut self, met: &Met<'_>) -> Result<(), LedgerError> {
        let held = latch::incident(self.owner, &self.run(), met)?;
        self.hold(held)
    }

    /// Writes what holds the account back, and ends the run.
    pub(super) fn hold(&mut self, held: Held) -> Result<(), LedgerError> {
        for fact in held.facts {
            self.write(fact)?;
        }
        self.state = held.state;
        self.quit(held.ending, held.why, held.due_at);
        Ok(())
    }
}
