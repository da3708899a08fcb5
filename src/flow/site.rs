//! The site that a pack is for: its origin, its generations, its stop signs, and how to tell whose account it shows.

use super::query;
use super::span::Spanned;
use super::target::Mention;

/// The sign that [`Identity`] raises; it has no `[sign]` of its own.
pub const OTHER_ACCOUNT: &str = "other_account";
/// The sign that nobody is signed in any more, by the name that every pack gives it; also raised by an answer to the page's own
/// request.
pub const SIGNED_OUT: &str = "signed_out";
/// The sign of too many requests: 429 or 999 as a page, or as the answer to the page's own request after our last action.
pub const TOO_MANY_REQUESTS: &str = "too_many_requests";

/// `site.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The pack's own name and version: `linkedin 2026.11`.
    pub pack: Spanned<String>,
    /// Scheme, host and port, exactly; no path, no slash at the end.
    pub origin: Spanned<String>,
    /// The generations of the UI, in the order in which they are written.
    pub generations: Vec<Generation>,
    /// The signs of `stop_on`, in the order in which they are looked for. `other_account` is not among them.
    pub signs: Vec<Sign>,
    /// Whose account it is; absent in a pack that cannot tell.
    pub identity: Option<Identity>,
    /// Paths whose documents are views of somebody's profile: each load is recorded and counted before it is made.
    pub visits: Vec<Spanned<String>>,
    /// What is covered in every picture beside the fields for secrets: selectors of codes that the site shows, for example.
    pub masks: Vec<Spanned<String>>,
    /// What speaks for the site beside alerts, dialogs, statuses and live regions: selectors of the regions for toasts.
    pub notices: Vec<Spanned<String>>,
}

impl Site {
    /// Whether loading that path, query included, is a view of somebody's profile.
    #[must_use]
    pub fn is_visit(&self, path: &str) -> bool {
        let own = path.split(['?', '#']).next().unwrap_or_default().to_lowercase();
        let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let own = parts(&own);
        // An encoded letter would make another text of the same address.
        if own.first().is_some_and(|first| first.contains('%')) {
            return !self.visits.is_empty();
        }
        self.visits.iter().any(|visit| own.starts_with(&parts(&visit.value.to_lowercase())))
    }
}

/// How a generation is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// Its name.
    pub name: Spanned<String>,
    /// What the page agent is asked.
    pub when: Vec<query::Condition>,
    /// The words it needs.
    pub mentions: Vec<Mention>,
}

/// A stop sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// Its name.
    pub name: Spanned<String>,
    /// What happens when it shows.
    pub kind: SignKind,
    /// What the page agent is asked.
    pub any: Vec<Vec<query::Condition>>,
    /// The words it needs.
    pub mentions: Vec<Mention>,
}

/// What happens when a stop sign shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignKind {
    /// Silence for some hours, then a look that only reads; the third within a week latches.
    Cool,
    /// Nothing more until a person has cleared it.
    Latch,
}

impl SignKind {
    /// The word of `site.toml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cool => "cool",
            Self::Latch => "latch",
        }
    }
}

/// How to tell whose account the page shows.
///
/// The question flow opens what shows the account's own address; the target's `read` gives its `slug`. Its `name` is read
/// from the same target or from the one that every page shows, which is compared in every look of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The question flow, asked once a session.
    pub flow: Spanned<String>,
    /// The target that this flow ends with; it reads `slug`.
    pub target: Spanned<String>,
    /// The target whose `read` values are compared in every look.
    pub always: Spanned<String>,
}
