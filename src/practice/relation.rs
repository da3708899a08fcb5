//! How the account stands to a person of the site.

use serde::Serialize;

/// What a person's profile offers, because of how the account stands to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// In the network: first degree, and the only one who can be removed.
    Connected,
    /// Invited and not yet answered.
    Pending,
    /// Followed and not connected.
    FollowOnly,
    /// Nothing of it.
    None,
}
