//! A page that only a person may answer, and what goes on when it is answered.

use super::fault;

/// A challenge that nobody has answered yet.
pub(super) struct Challenge {
    pub(super) kind: fault::Kind,
    pub(super) held: Held,
}

/// What a challenge holds up.
pub(super) enum Held {
    /// A sign-in.
    Admission(Admission),
    /// A page of this site, by its address.
    Page(String),
}

/// A right sign-in: whether to keep it, and where to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Admission {
    pub(super) keep: bool,
    pub(super) onward: String,
}
