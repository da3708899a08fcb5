//! What a row of the ledger belongs to.

use crate::event::id::{AccountName, Realm};

/// An account in one realm: it has a chain, effects, limits and incidents of its own, and none of another one count there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The account.
    pub account: &'a AccountName,
    /// The real site, or the practice site.
    pub realm: Realm,
}
