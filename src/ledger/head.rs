//! Where a chain ends.

use jiff::Timestamp;

use crate::event::id::Digest;

/// Where a chain ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last link's place; 0 for a chain without links.
    pub seq: u64,
    /// The last link's hash; zeros for a chain without links.
    pub hash: Digest,
    /// The latest wall clock time that any entry carries, to the microsecond; none for a chain without links.
    pub last_seen: Option<Timestamp>,
}
