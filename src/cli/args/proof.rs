//! What `evidence` and `selectors` take.

use std::path::PathBuf;

use clap::Subcommand;

/// `evidence`.
#[derive(Debug, Subcommand)]
pub(crate) enum Evidence {
    /// Shows all runs with evidence
    #[command(after_help = "Example: exeunt evidence list")]
    List,
    /// Says whether a run's evidence is whole and unchanged
    #[command(after_help = "Example: exeunt evidence verify P4K")]
    Verify {
        /// A run, a plan (its newest run), or `last`, which it is unless you say otherwise
        #[arg(value_name = "RUN|PLAN|last", default_value = "last", hide_default_value = true)]
        run: String,
    },
    /// Writes the report and says where it is
    #[command(after_help = "Example: exeunt evidence report last")]
    Report {
        /// A run, a plan (its newest run), or `last`, which it is unless you say otherwise
        #[arg(value_name = "RUN|PLAN|last", default_value = "last", hide_default_value = true)]
        run: String,
    },
}

/// `selectors`.
#[derive(Debug, Subcommand)]
pub(crate) enum Selectors {
    /// Checks a pack and shows every mistake at once
    #[command(after_help = "Example: exeunt selectors lint ./my-pack")]
    Lint {
        /// The pack's folder; the built-in pack where absent
        dir: Option<PathBuf>,
    },
    /// Says in words what a flow does
    #[command(after_help = "Example: exeunt selectors show remove-from-list")]
    Show {
        /// The flow; all where absent
        flow: Option<String>,
    },
    /// Writes the built-in pack as files
    #[command(after_help = "Example: exeunt selectors eject ./my-pack")]
    Eject {
        /// A folder that does not exist yet
        dir: PathBuf,
    },
}
