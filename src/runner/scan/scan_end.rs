//! How a scan ends.

use crate::event::exit::Ending;

/// How a scan ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    pub(super) ending: Ending,
    pub(super) why: String,
    pub(super) due_at: Option<jiff::Timestamp>,
    /// Everybody was read.
    pub(super) complete: bool,
}

impl End {
    pub(super) fn of(ending: Ending, why: impl Into<String>) -> Self {
        Self { ending, why: why.into(), due_at: None, complete: false }
    }

    pub(super) fn interrupted() -> Self {
        Self::of(Ending::Interrupted, "interrupted; who was read is kept, run it again to read all")
    }
}
