//! What a finding is called on each route: a list has rows, a profile has an address.

use crate::event::id::Route;

/// The words for what one route finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wording {
    /// The question's yes.
    pub(super) still: &'static str,
    /// The question's no.
    pub(super) gone: &'static str,
    /// Why a rehearsal ends without a click.
    pub(super) gone_before: &'static str,
    /// Whom the page shows instead; a slug follows.
    pub(super) stranger: &'static str,
    /// Why an effect counts as not applied.
    pub(super) not_applied: &'static str,
    /// What the audit found against an earlier reading.
    pub(super) back: &'static str,
    /// What was held against what.
    pub(super) assertion: &'static str,
}

/// The words of a route.
pub(super) fn of(route: Route) -> &'static Wording {
    match route {
        Route::List => &LIST,
        Route::Profile => &PROFILE,
        Route::Settings => &SETTINGS,
    }
}

const LIST: Wording = Wording {
    still: "still in the list",
    gone: "not in the list, with its witness",
    gone_before: "nobody of that name and address is in the list",
    stranger: "the row names",
    not_applied: "still in the list long enough after the click",
    back: "the audit finds the person in the list again",
    assertion: "in the list, read from a fresh load",
};

const PROFILE: Wording = Wording {
    still: "the profile still shows a connection of the 1st degree",
    gone: "the profile shows no connection and offers to connect or follow",
    gone_before: "not a connection any more",
    stranger: "the profile is that of",
    not_applied: "the profile still shows a connection long enough after the click",
    back: "the audit finds a connection on the profile again",
    assertion: "connected, read from a fresh load of the profile",
};

/// Closing says what it finds in words of its own; these are for what it shares with removing.
const SETTINGS: Wording = Wording {
    still: "the site still shows the account",
    gone: "the end page shows, and nobody is signed in",
    gone_before: "not there any more",
    stranger: "the page is that of",
    not_applied: "the site still shows the account long enough after the click",
    back: "the account is there again",
    assertion: "the account, read from a fresh load",
};
