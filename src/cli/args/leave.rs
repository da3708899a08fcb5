//! What `close` and `hibernate` take.

use clap::{Args, ValueEnum};

use super::Driving;

/// `close` and `hibernate`.
#[derive(Debug, Args)]
pub(crate) struct Leave {
    /// Does it: asks for the account's handle, the password, and a code if the site wants one
    #[arg(long)]
    pub(crate) live: bool,
    /// What the site is told where it asks for a reason: `duplicate`, `emails`, `no-value`, `privacy`, `unwanted-contact`
    /// or `other`, which it is unless you say otherwise
    #[arg(
        long,
        value_name = "REASON",
        default_value = "other",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) reason: Reason,
    /// Goes with the reason, where the site has a box for it; the site can read it
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) comment: String,
    /// Ticks the box that ends all mail from the site
    #[arg(long)]
    pub(crate) unsubscribe: bool,
    /// Goes on although no archive of the account was taken in
    #[arg(long)]
    pub(crate) without_data: bool,
    /// Takes the password from the system's keyring, where `password keep` put it; real site only
    #[arg(long, requires = "live")]
    pub(crate) password_from_keyring: bool,
    #[command(flatten)]
    pub(crate) driving: Driving,
}

/// The reasons that the site offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reason {
    /// I have a duplicate account
    Duplicate,
    /// I get too many e-mails
    Emails,
    /// I get no value from the membership
    NoValue,
    /// I have a privacy concern
    Privacy,
    /// I receive unwanted contact
    UnwantedContact,
    /// Something else
    Other,
}

impl Reason {
    /// The word that flows know.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Emails => "emails",
            Self::NoValue => "no-value",
            Self::Privacy => "privacy",
            Self::UnwantedContact => "unwanted-contact",
            Self::Other => "other",
        }
    }
}
