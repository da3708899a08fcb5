//! What `replay` takes.

use clap::{Args, ValueEnum};

use super::{Driving, IdArg};
use crate::event::id::RunId;

/// `replay`.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// The run of `close` or `hibernate` to walk again, or `last`, the newest one
    #[arg(value_name = "RUN|last")]
    pub(crate) run: IdArg<RunId>,
    /// `kept`: the pack that the run was walked with, unless you say otherwise; `current`: the one of today
    #[arg(long, value_name = "PACK", default_value = "kept", hide_default_value = true, hide_possible_values = true)]
    pub(crate) pack: PackArg,
    #[command(flatten)]
    pub(crate) driving: Driving,
}

/// Which pack a run is walked again with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PackArg {
    Kept,
    Current,
}
