//! When the people of approved plans are due, by this command's settings, keep list and clock.

use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::event::id::{Realm, Route};
use crate::ledger::Ledger;
use crate::policy::forecast::Forecast;
use crate::policy::pace::Pace;
use crate::scheduler::queue::{self, NextShare, Road, Waiting};

/// What a process does between two shares, as `status` shows it.
pub(crate) const WAITING: &str = "waiting for the next share, with the browser closed";

/// When so many people of the account are due from now on; none for nobody.
///
/// # Errors
/// What the ledger says.
pub(crate) fn ahead(
    context: &Context,
    ledger: &Ledger,
    (realm, route): (Realm, Route),
    (left, pace): (u64, &Pace),
) -> Result<Option<Forecast>, Failure> {
    let road = Road { account: context.account(), realm, route };
    Ok(queue::ahead(ledger, road, (left, pace), &context.clock.now())?)
}

/// Who is next in this queue; none where nobody is left.
///
/// # Errors
/// What the ledger or the settings say.
pub(crate) fn next_share(
    context: &Context,
    ledger: &Ledger,
    (realm, waiting): (Realm, &[Waiting]),
) -> Result<Option<NextShare>, Failure> {
    if waiting.is_empty() {
        return Ok(None);
    }
    let (keep, pace) = (context.keep_list(ledger)?, context.pace(realm)?);
    Ok(queue::next_share(ledger, waiting, (&keep, &pace), &context.clock.now())?)
}
