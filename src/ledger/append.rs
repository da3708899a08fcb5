//! One fact at a time: appended to the account's chain, with the rows that follow from it.

use rusqlite::Connection;

use super::accepted_text;
use super::also_called;
use super::chain;
use super::closure;
use super::incident;
use super::ledger_error::LedgerError;
use super::owner::Owner;
use super::run;
use super::scan;
use super::scope::Scope;
use super::sign_in;
use super::visit;
use crate::event::fact::Fact;
use crate::event::link::Link;
use crate::event::stamp::Stamp;

impl Owner {
    /// Appends a fact about a run, the account or an incident, and changes the rows that follow from it.
    ///
    /// # Errors
    /// `Bug` for facts that have a method of their own (plans, moves) or do not fit the rows; `NotFound` for a run,
    /// plan or incident that is not there; `Fenced`; else what the database says.
    pub fn append(&mut self, stamp: &Stamp, fact: &Fact) -> Result<Link, LedgerError> {
        let whose = self.scope();
        let link = self.write(|tx| {
            let link = chain::append(tx, whose, stamp, fact)?;
            note(tx, whose, (&link, stamp), fact)?;
            Ok(link)
        })?;
        if matches!(fact, Fact::RunEnded { .. } | Fact::ManifestWritten { .. } | Fact::AccountClosed { .. }) {
            self.remember();
        }
        Ok(link)
    }
}

/// Changes the rows that follow from a fact, which is at that place of the chain.
pub(super) fn note(
    tx: &Connection,
    whose: Scope<'_>,
    (link, stamp): (&Link, &Stamp),
    fact: &Fact,
) -> Result<(), LedgerError> {
    match fact {
        Fact::PlanMade { .. }
        | Fact::PlanApproved { .. }
        | Fact::PlanDropped { .. }
        | Fact::PlanRenewed { .. }
        | Fact::Moved(_) => Err(LedgerError::bug("plans and moves are written by their own methods")),
        Fact::ErrandStarted { .. } | Fact::SignedIn { .. } | Fact::SignedOut { .. } | Fact::AgreementNoted { .. } => {
            sign_in::note(tx, whose, stamp, fact)
        }
        Fact::RunStarted(started) => run::begin(tx, whose, stamp, started),
        Fact::ScanStarted(started) => scan::begin(tx, whose, stamp, started),
        Fact::Scanned(scanned) => scan::scanned(tx, whose, stamp, scanned),
        Fact::RunMoved { run, state, why } => run::change(tx, whose, (link, stamp), (run, state, why)),
        Fact::RunEnded { run, result, why } => run::end(tx, whose, stamp, (run, *result, why)),
        Fact::ManifestWritten { run, sha256, seal } => run::seal(tx, (whose, link.seq), run, (sha256, seal.as_ref())),
        Fact::Attached { run, .. } | Fact::Purged { run, .. } => run::must_exist(tx, whose, run),
        Fact::ProfileVisited { run, slug } => visit::record(tx, whose, (link, stamp), (run, slug)),
        Fact::AccountSeen { run, .. } => sign_in::must_be_known(tx, whose, run),
        Fact::ArchiveAsked { errand, .. } | Fact::ArchiveTaken { errand, .. } => {
            sign_in::must_be_known(tx, whose, errand)
        }
        Fact::Rehearsed { run, .. }
        | Fact::Probed { run, .. }
        | Fact::Reread { run, .. }
        | Fact::Slowed { run, .. }
        | Fact::GatesRead { run, .. }
        | Fact::Repeats { run, .. }
        | Fact::PublicRead { run, .. } => run::must_exist(tx, whose, run),
        Fact::Compared(compared) => run::must_exist(tx, whose, &compared.run),
        Fact::Walked(walked) => run::must_exist(tx, whose, &walked.run),
        Fact::AccountClosed { .. } | Fact::AccountReopened { .. } => closure::note(tx, whose, stamp, fact),
        Fact::Incident { .. } => incident::open(tx, whose, stamp, fact),
        Fact::SamePerson { slug, name, reason } => also_called::note(tx, whose, stamp, (slug, name, reason)),
        Fact::TextAccepted { run, language, pack_sha256, text, .. } => {
            run::must_exist(tx, whose, run)?;
            accepted_text::note(tx, whose, stamp, (pack_sha256, language, text))
        }
        Fact::IncidentCleared { incident, reason } => incident::clear(tx, whose, stamp, (incident, reason)),
    }
}
