//! The server's own record of what happened: the oracle of every test.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A connection was taken out of the network.
    Removed,
    /// A removal was asked for and not done; `detail` says why.
    Refused,
    /// A removal was asked for and answered with success although nothing was done (the `no-op` fault).
    Ignored,
    /// A person's profile was opened.
    ProfileView,
    /// The item beside "Remove connection" was clicked.
    Reported,
    /// An item was clicked that calls itself "Remove connection" and blocks (the `swapped` fault).
    Blocked,
    /// Somebody is not followed any more, and was not removed.
    Unfollowed,
    /// Somebody is followed.
    Followed,
    /// An invitation was taken back.
    Withdrawn,
    /// Somebody was invited.
    Invited,
    /// A script clicked or typed where only a person's input counts; `detail` says where. It had no effect.
    Untrusted,
    /// A challenge page was answered; only a person may do that.
    ChallengeAnswered,
    /// Somebody signed in through the form.
    SignedIn,
    /// A sign-in was refused.
    SignInRefused,
    /// Somebody signed out.
    SignedOut,
    /// The account was closed.
    Closed,
    /// The account was hibernated.
    Hibernated,
    /// The account was opened again by signing in; `detail` says whether it was `closed` or `hibernated`.
    Reopened,
    /// The archive of the data was asked for; `detail` says which, and which files.
    ExportRequested,
    /// The archive of the data was fetched.
    ExportFetched,
    /// A wrong password was given where the account is asked for it again.
    PasswordWrong,
    /// A wrong code was given.
    CodeWrong,
    /// E-mails were unsubscribed from while leaving.
    Unsubscribed,
    /// Something was typed into a password field of another origin; `detail` says which.
    Leaked,
    /// A page, or a further part of the list, was read; `detail` says which.
    Listed,
    /// The list was filtered by name; `detail` is what was typed.
    Filtered,
    /// A fault was served; `detail` is its spec.
    Faulted,
}

impl Kind {
    /// Whether nothing but a reading of pages happened. Such entries are kept apart, so that a rehearsal leaves
    /// `GET /audit` empty.
    #[must_use]
    pub fn is_reading(self) -> bool {
        matches!(self, Self::Listed | Self::Filtered | Self::Faulted)
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// When, UTC, with milliseconds.
    #[serde(serialize_with = "milliseconds")]
    pub at: Timestamp,
    /// What.
    pub kind: Kind,
    /// To whom: the slug, decoded; the member's id for somebody without a profile address; none where nobody is meant.
    pub slug: Option<String>,
    /// More about it, in words for people.
    pub detail: Option<String>,
}

pub(super) fn milliseconds<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{at:.3}"))
}
