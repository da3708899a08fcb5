//! A question that a flow asks of a page: yes, no, or why it cannot be told. It only reads.

use super::halt::Halt;
use super::{Answered, Arrival, Walk, Walker};
use crate::browser::page::{Page, Stored};
use crate::flow::tree::Holds;

impl<P: Page> Walker<'_, P> {
    /// Asks a question flow. A page that does not fit it is an unreadable answer, not a halt. A question only reads;
    /// when dropped in the middle of a command the session is unusable.
    ///
    /// # Errors
    /// A stop sign, a prompt, an unreachable site, a lost session.
    pub async fn ask(&mut self, walk: &mut Walk<'_>) -> Result<Answered, Halt> {
        match self.ask_strictly(walk).await {
            Err(Halt::Miss(miss)) => Ok(Answered::Unreadable(miss.to_string())),
            answered => answered,
        }
    }

    /// As [`Walker::ask`], where a page that does not fit the question is a halt too.
    ///
    /// # Errors
    /// As [`Walker::ask`], and a step that does not fit.
    pub async fn ask_strictly(&mut self, walk: &mut Walk<'_>) -> Result<Answered, Halt> {
        let arrival = self.approach(walk).await?;
        Ok(answered(walk, arrival))
    }
}

/// Why a page that a service worker answered for proves nothing.
pub(in crate::runner) const WORKER: &str =
    "a service worker of the site answered in the place of its server, and what it shows may be old";

impl<P: Page> Walker<'_, P> {
    /// Whether what was just read, from what is `stored` where that is so, did not come from the site's own server, and everything that is loaded from now on does.
    ///
    /// # Errors
    /// What ends a session.
    pub(in crate::runner) async fn passes_stores_by(&mut self, stored: Option<Stored>) -> Result<bool, Halt> {
        if stored.is_none() || self.notes.more_loads.is_some() {
            return Ok(false);
        }
        let loads = self.page.pass_stores_by().await?;
        self.notes.more_loads = Some(loads.saturating_sub(1));
        Ok(true)
    }
}

/// What answered in the place of the site's server for the document that was looked at last.
pub(in crate::runner) fn stored_in(walk: &Walk<'_>) -> Option<Stored> {
    walk.sight.as_ref().and_then(|sight| sight.page.stored)
}

/// What a walk to the end of a question says.
pub(super) fn answered(walk: &Walk<'_>, arrival: Arrival) -> Answered {
    match arrival {
        Arrival::End => {}
        Arrival::Skipped { outcome, why } => return Answered::Skipped(outcome, why),
        Arrival::List => return Answered::Unreadable("it is a list, which only a scan reads".to_owned()),
        Arrival::Person { .. } => unreachable!("the pack's check refuses a question that needs a person"),
        Arrival::Armed => unreachable!("the pack's check refuses a question with an irreversible step"),
        Arrival::Secret { .. } => unreachable!("a flow with a secret is refused before its first step"),
    }
    let answer = walk.flow.answer.as_ref().expect("the pack's check refuses a question without an answer");
    // The pack's check puts both answers among what the last step waits for: no second look is needed.
    let held = walk.held.as_ref();
    let is = |holds: &Holds| held.is_some_and(|held| held.says_the_same(holds));
    match answer.no.as_ref() {
        _ if is(&answer.yes) => Answered::Yes,
        Some(no) if is(no) => Answered::No,
        _ => Answered::Unreadable("neither answer shows".to_owned()),
    }
}
