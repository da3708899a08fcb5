//! Whose account the page shows, and what latches an account.
//!
//! It knows the plan's and the ledger's handle; it does not know how the page is asked.

use super::dispatcher::Dispatcher;
use super::message::{Go, Seen};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, RunState};
use crate::event::id::Slug;
use crate::event::shot::Shot;
use crate::ledger::{Adoption, Identity, LedgerError};

/// A sign that latches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Met<'a> {
    /// Which: the pack's name of the sign, `other_account`, or `drift`.
    pub(super) sign: &'a str,
    /// What was seen.
    pub(super) why: &'a str,
    /// The page's address.
    pub(super) address: &'a str,
    /// The pictures.
    pub(super) shots: &'a [Shot],
    /// Before which nobody may clear it.
    pub(super) until: Option<jiff::Timestamp>,
}

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
            self.incident(Met { sign: "other_account", why: &why, address: &address, shots: &shots, until: None })?;
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
    pub(super) fn incident(&mut self, met: Met<'_>) -> Result<(), LedgerError> {
        let Met { sign, why, address, shots, until } = met;
        let incident = self.ledger().free_incident_id()?;
        self.write(Fact::Incident {
            incident: incident.clone(),
            run: self.run(),
            sign: sign.to_owned(),
            why: why.to_owned(),
            address: address.to_owned(),
            shots: shots.to_vec(),
            until,
        })?;
        self.run_moved(RunState::Latched, why)?;
        let ending = if sign == "drift" { Ending::BadFile } else { Ending::Stopped };
        self.quit(ending, format!("incident {incident}: {why}"), None);
        Ok(())
    }
}
