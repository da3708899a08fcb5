//! When the people of approved plans are due, by this command's settings, keep list and clock.

use crate::cli::context::Context;
use crate::cli::measured;
use crate::cli::outcome::Failure;
use crate::cli::plan::kept;
use crate::event::id::{Realm, Route};
use crate::ledger::Ledger;
use crate::policy::forecast::Forecast;
use crate::policy::pace::Pace;
use crate::scheduler::queue::{self, NextShare, Road, Waiting};

/// What a process does between two shares, as `status` shows it.
pub(crate) const WAITING: &str = "waiting for the next share, with the browser closed";

/// When so many people of the account are due from now on, each taking as long as people took before; none for nobody.
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
    let ahead = queue::ahead(ledger, road, (left, pace), &context.clock.now())?;
    let each = measured::a_person(context, ledger, realm)?.unwrap_or_default();
    Ok(ahead.map(|ahead| ahead.taking(each)))
}

/// The approved plans with somebody left to do, in the order of their approval; whoever is kept by now is left out.
///
/// # Errors
/// What the ledger says.
pub(crate) fn waiting(context: &Context, ledger: &Ledger, realm: Realm) -> Result<Vec<Waiting>, Failure> {
    let keep = context.keep_list(ledger)?;
    let mut waiting = queue::queue(ledger, context.account(), realm)?;
    for one in &mut waiting {
        one.left.retain(|row| kept(&keep, (&row.slug, &row.name), Some(row.state)).is_none());
    }
    waiting.retain(|one| !one.left.is_empty());
    Ok(waiting)
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
