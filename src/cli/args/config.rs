//! What `config` takes.

use clap::Subcommand;

/// `config`.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Config {
    /// Shows every setting with its value and where that was set
    #[command(after_help = "Example: exeunt config show")]
    Show,
    /// Says which settings file is read, and whether it is there
    #[command(after_help = "Example: exeunt config path")]
    Path,
    /// Checks the settings file, the variables and the flags, also against the limits of the real site
    #[command(after_help = "Example: exeunt config check --config new.toml")]
    Check,
}
