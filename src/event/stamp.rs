//! When something happened, by three readings: the wall clock, the time since boot, and the id of that boot.

use serde::{Deserialize, Serialize};

/// One moment, as read by whoever may read clocks.
///
/// Differences within one boot come from `boot_ns`, which a changed wall clock does not move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The wall clock, UTC.
    pub utc: jiff::Timestamp,
    /// Nanoseconds since boot, time asleep included (`CLOCK_BOOTTIME`).
    pub boot_ns: i64,
    /// The kernel's id of this boot; empty where there is none.
    pub boot_id: String,
}
