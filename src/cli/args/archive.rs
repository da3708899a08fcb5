//! What `save-data` takes.

use clap::{Args, ValueEnum};
use jiff::SignedDuration;

use super::{Driving, number};
use crate::event::fact::ArchiveScope;

/// `save-data`.
#[derive(Debug, Args)]
pub(crate) struct SaveData {
    /// `all`, unless you say otherwise: a closed account gives nothing any more, and it takes up to a day; or
    /// `connections`, some ten minutes
    #[arg(long, value_name = "SCOPE", default_value = "all", hide_default_value = true, hide_possible_values = true)]
    pub(crate) scope: ScopeArg,
    /// Stays until the archive is there; the browser is closed between looks, and Ctrl-C ends only the waiting
    #[arg(long)]
    pub(crate) wait: bool,
    /// How long --wait waits at most, such as `2h`; 26 h unless you say otherwise
    #[arg(long = "for", value_name = "TIME", requires = "wait", value_parser = number::wait)]
    pub(crate) limit: Option<SignedDuration>,
    #[command(flatten)]
    pub(crate) driving: Driving,
}

/// How much is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScopeArg {
    Connections,
    All,
}

impl ScopeArg {
    /// As the ledger and the flows say it.
    pub(crate) fn scope(self) -> ArchiveScope {
        match self {
            Self::Connections => ArchiveScope::Connections,
            Self::All => ArchiveScope::All,
        }
    }
}
