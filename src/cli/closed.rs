//! An account that the site closed or hides: what is refused because of it, and the way back.

use super::context::Context;
use super::outcome::Failure;
use super::output::clean;
use crate::event::exit::Ending;
use crate::event::id::{Action, Realm};
use crate::ledger::{ClosureRow, Ledger};

/// Refuses what would load the site with an account that is closed: signing in reopens it.
///
/// # Errors
/// It is closed or hidden.
pub(crate) fn refuse(context: &Context, ledger: &Ledger, realm: Realm) -> Result<(), Failure> {
    match ledger.closure(context.account(), realm)? {
        Some(row) => Err(refusal(context, &row)),
        None => Ok(()),
    }
}

/// Why nothing loads the site with an account that is closed, and the way back.
pub(crate) fn refusal(context: &Context, row: &ClosureRow) -> Failure {
    let what = in_words(context, row);
    let mend = format!(
        "nothing loads the site with it any more, because signing in anywhere may reopen it; to go back on purpose: `exeunt login --reopen{}`",
        context.flags()
    );
    Failure::new(Ending::Stopped, what, mend)
}

/// What is known of a closure, in one sentence.
pub(crate) fn in_words(context: &Context, row: &ClosureRow) -> String {
    let (account, at, handle) = (context.account(), context.time(row.at), clean(row.handle.as_str()));
    match row.action {
        Action::Hibernate => format!("account `{account}` ({handle}) is hibernated since {at}"),
        _ => {
            let until = match row.until {
                Some(day) => format!("closed since {at}; it can be reopened until {day}"),
                None => format!("closed since {at}; the site did not say until when it can be reopened"),
            };
            format!("account `{account}` ({handle}) is {until}")
        }
    }
}
