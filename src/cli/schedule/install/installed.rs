//! A timer that was found installed, whichever kind it is.

use crate::cli::args::TimerKind;

/// What is installed: its name, what starts it, and where that is written.
pub(crate) struct Installed {
    /// Such as `exeunt-default-P4K`.
    pub(crate) name: String,
    /// What starts it.
    pub(crate) kind: TimerKind,
    /// A file, or the user's crontab.
    pub(crate) place: String,
}
