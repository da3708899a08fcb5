//! What `login`, `logout`, `password` and `forget` take.

use clap::{Args, Subcommand};

use super::Driving;

/// `login`.
#[derive(Debug, Args)]
pub(crate) struct Login {
    /// Goes back to an account that was closed or hidden: signing in reopens it
    #[arg(long)]
    pub(crate) reopen: bool,
    #[command(flatten)]
    pub(crate) driving: Driving,
}

/// `password`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub(crate) enum Password {
    /// Asks for it twice and keeps it in the system's keyring
    #[command(after_help = "Example: exeunt password keep")]
    Keep,
    /// Deletes it from the system's keyring
    #[command(after_help = "Example: exeunt password forget")]
    Forget,
}

/// `logout`.
#[derive(Debug, Args)]
pub(crate) struct Logout {
    /// Deletes the browser profile only, without a word to the site
    #[arg(long)]
    pub(crate) local: bool,
    #[command(flatten)]
    pub(crate) driving: Driving,
}

/// `forget`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("evidence").required(true).args(["keep_evidence", "with_evidence"]))]
pub(crate) struct Forget {
    /// Leaves the pictures and reports of all runs where they are
    #[arg(long)]
    pub(crate) keep_evidence: bool,
    /// Deletes the pictures and reports of all runs too
    #[arg(long)]
    pub(crate) with_evidence: bool,
    /// The account's name, for where nobody can type it
    #[arg(long, value_name = "NAME")]
    pub(crate) confirm: Option<String>,
    /// Also while it is not known of somebody whether they were removed
    #[arg(long)]
    pub(crate) even_in_doubt: bool,
}
