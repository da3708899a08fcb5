//! Collects what the reasons to think twice need to know of the whole network: ties, and the name of the account's holder.

use std::collections::BTreeMap;

use super::context::Context;
use super::outcome::Failure;
use crate::event::id::{Realm, Slug};
use crate::ledger::Ledger;
use crate::plan::person::Person;
use crate::plan::think_twice::Network;
use crate::plan::ties::Ties;

/// What the ledger knows, read once.
pub(crate) struct Known<'a> {
    people: &'a [Person],
    ties: BTreeMap<Slug, Ties>,
    holder: Option<String>,
    today: jiff::civil::Date,
}

impl<'a> Known<'a> {
    /// Of these people of the account.
    ///
    /// # Errors
    /// What the ledger says.
    pub(crate) fn read(context: &Context, ledger: &Ledger, people: &'a [Person]) -> Result<Self, Failure> {
        let realm = ledger.realm(context.account())?.unwrap_or(Realm::Real);
        let holder = ledger.identity(context.account(), realm)?.map(|identity| identity.name);
        Ok(Self { people, ties: ledger.ties(context.account())?, holder, today: context.today() })
    }

    /// The network against which one person is held.
    pub(crate) fn network(&self) -> Network<'_> {
        Network::of(self.people, self.holder.as_deref(), &self.ties, self.today)
    }
}
