//! The safety interlock: why nobody may work on an account now, or run a plan, as reasons that the command line words.
//!
//! It decides from rows, and from the few things outside of the ledger that it is told in [`Work`]. It does not know how a
//! reason is said, or what a browser profile holds.

use jiff::Timestamp;

use super::acts::ActElsewhere;
use super::closure::ClosureRow;
use super::ledger_error::LedgerError;
use super::owner::Owner;
use super::plan::PlanRow;
use super::store::Ledger;
use crate::event::exit::Ending;
use crate::event::id::{AccountName, Action, Digest, IncidentId, PlanId, Realm};
use crate::event::stamp::Stamp;

/// A driven session that is about to begin on an account.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// The account.
    pub account: &'a AccountName,
    /// Real or practice.
    pub realm: Realm,
    /// The browser that would be driven: `chrome` or `firefox`.
    pub browser: &'a str,
    /// Whether the account's browser profile is there.
    pub has_profile: bool,
    /// Whether the site's origin was named, which only the practice realm allows.
    pub names_origin: bool,
}

/// Why no driven session may begin on an account now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forbidden {
    /// The site closed or hid the account; signing in would reopen it.
    Closed(ClosureRow),
    /// Nobody ever signed in, so it is not known whose account it is.
    NeverSignedIn,
    /// Somebody signed out, and nobody signed in since.
    SignedOut {
        /// When.
        at: Timestamp,
    },
    /// The browser profile that was signed in is not there any more.
    ProfileGone,
    /// Another browser is signed in, whose profile this one cannot read.
    OtherBrowser {
        /// The browser that is.
        signed_in: String,
    },
    /// The program ended while it closed or hid the account, and nobody knows whether that was done.
    AccountInDoubt {
        /// What was about to be done.
        action: Action,
    },
    /// A stop sign was met that no person has cleared.
    Latched {
        /// The incident.
        incident: IncidentId,
        /// When it was met.
        at: Timestamp,
        /// What was seen, in words.
        why: String,
    },
    /// The site asked for silence.
    Silence {
        /// When it is over.
        until: Timestamp,
    },
    /// Another data directory of this user acted on the account within the month that the limits count.
    ActedElsewhere(ActElsewhere),
    /// A person paused the account.
    Paused {
        /// When the pause ends by itself; none: only by a resume.
        until: Option<Timestamp>,
    },
}

impl Forbidden {
    /// How a command that meets it ends.
    #[must_use]
    pub fn ending(&self) -> Ending {
        match self {
            Self::OtherBrowser { .. } => Ending::Usage,
            Self::AccountInDoubt { .. } => Ending::InDoubt,
            Self::Paused { .. } | Self::ActedElsewhere(_) => Ending::DueLater,
            Self::Closed(_)
            | Self::NeverSignedIn
            | Self::SignedOut { .. }
            | Self::ProfileGone
            | Self::Latched { .. }
            | Self::Silence { .. } => Ending::Stopped,
        }
    }
}

impl Ledger {
    /// What forbids the work now, the gravest reason first; none if it may begin.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn forbids(&self, work: &Work<'_>, now: &Stamp) -> Result<Option<Forbidden>, LedgerError> {
        let (account, realm) = (work.account, work.realm);
        if let Some(row) = self.closure(account, realm)? {
            return Ok(Some(Forbidden::Closed(row)));
        }
        if let Some(forbidden) = self.forbids_session(work)? {
            return Ok(Some(forbidden));
        }
        let doubtful = self.in_doubt(account, realm)?.into_iter().find(|row| row.action.is_of_account());
        if let Some(row) = doubtful.filter(|row| row.state.in_flight()) {
            return Ok(Some(Forbidden::AccountInDoubt { action: row.action }));
        }
        if let Some(row) = self.open_latch(account, realm)? {
            return Ok(Some(Forbidden::Latched { incident: row.id, at: row.at, why: row.why }));
        }
        if let Some(until) = self.silence(account, realm, now)? {
            return Ok(Some(Forbidden::Silence { until }));
        }
        Ok(self.pause(account, now.utc)?.map(|pause| Forbidden::Paused { until: pause.until }))
    }

    /// What forbids a live run of people now beside what forbids any work; none if it may begin.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn forbids_live(
        &self,
        account: &AccountName,
        realm: Realm,
        now: &Stamp,
    ) -> Result<Option<Forbidden>, LedgerError> {
        Ok(self.acted_elsewhere(account, realm, now.utc)?.map(Forbidden::ActedElsewhere))
    }

    /// Owns the account for the work and asks once more, since the last owner may have met a stop sign. Where the work is
    /// forbidden the account is given back at once.
    ///
    /// # Errors
    /// As [`Ledger::own`] and [`Ledger::forbids`].
    pub fn own_for(&self, work: &Work<'_>, now: &Stamp) -> Result<Result<Owner, Forbidden>, LedgerError> {
        let owner = self.own(work.account, work.realm, now)?;
        Ok(match owner.ledger().forbids(work, now)? {
            Some(forbidden) => Err(forbidden),
            None => Ok(owner),
        })
    }

    /// Why a live run with nobody at a terminal is refused; none if it may begin.
    ///
    /// The first live run of a real account is approved by a person who reads what it means, and every other one by the hash
    /// of the plan that was shown.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn forbids_unattended(&self, plan: &PlanRow, names_hash: bool) -> Result<Option<Unfit>, LedgerError> {
        let is_first = !self.plans(&plan.account)?.iter().any(|plan| plan.approved.is_some());
        let is_new = is_first || !self.is_agreement_noted(&plan.account, plan.realm)?;
        if plan.realm == Realm::Real && is_new {
            return Ok(Some(Unfit::FirstNeedsPerson));
        }
        Ok((!names_hash).then_some(Unfit::NeedsHash))
    }

    /// Why the account cannot be used as it is signed in here.
    fn forbids_session(&self, work: &Work<'_>) -> Result<Option<Forbidden>, LedgerError> {
        let Some(row) = self.sign_in(work.account, work.realm)? else {
            // A real account with an origin is refused for that, and there is nothing else to say.
            let is_needed = work.realm == Realm::Real && !work.names_origin;
            return Ok(is_needed.then_some(Forbidden::NeverSignedIn));
        };
        Ok(match row.out {
            Some(at) => Some(Forbidden::SignedOut { at }),
            None if !work.has_profile => Some(Forbidden::ProfileGone),
            None => (row.browser != work.browser).then_some(Forbidden::OtherBrowser { signed_in: row.browser }),
        })
    }
}

/// Why a plan is not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// No person approved it.
    NotApproved,
    /// What was left of it is another plan now.
    Renewed {
        /// That plan.
        into: PlanId,
    },
    /// It acts on the account itself, which has commands of its own.
    OfAccount,
    /// It was dropped.
    Dropped,
    /// What was typed is not its hash.
    OtherHash {
        /// What was typed.
        typed: String,
    },
    /// The first live run of a real account needs a person at a terminal.
    FirstNeedsPerson,
    /// Nobody is at a terminal, and the plan's hash was not named either.
    NeedsHash,
}

impl Unfit {
    /// How a command that meets it ends.
    #[must_use]
    pub fn ending(&self) -> Ending {
        match self {
            Self::OfAccount | Self::FirstNeedsPerson | Self::NeedsHash => Ending::Usage,
            Self::NotApproved | Self::Renewed { .. } | Self::Dropped | Self::OtherHash { .. } => Ending::BadFile,
        }
    }
}

impl PlanRow {
    /// Whether a person approved the plan.
    ///
    /// # Errors
    /// Nobody did.
    pub fn must_be_approved(&self) -> Result<(), Unfit> {
        if self.approved.is_some() { Ok(()) } else { Err(Unfit::NotApproved) }
    }

    /// Whether the plan is one of people that is still worked on, approved or not.
    ///
    /// # Errors
    /// It was renewed or dropped, or it acts on the account itself.
    pub fn must_be_open(&self) -> Result<(), Unfit> {
        match &self.renewed {
            Some(into) => Err(Unfit::Renewed { into: into.clone() }),
            None if self.action.is_of_account() => Err(Unfit::OfAccount),
            None if self.dropped.is_some() => Err(Unfit::Dropped),
            None => Ok(()),
        }
    }

    /// Whether what was typed is the plan's hash.
    ///
    /// # Errors
    /// It is another one, or none.
    pub fn must_be_hash(&self, typed: &str) -> Result<(), Unfit> {
        match typed.trim().parse::<Digest>() {
            Ok(hash) if hash == self.hash => Ok(()),
            _ => Err(Unfit::OtherHash { typed: typed.to_owned() }),
        }
    }
}
