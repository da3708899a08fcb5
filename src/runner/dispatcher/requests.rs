//! What other processes ask of this run through the ledger: pause, resume, stop.
//!
//! Heard at each stop point and in each wait. It knows nothing of who asked, or of signals.

use super::Dispatcher;
use crate::event::exit::Ending;
use crate::event::id::PlanId;
use crate::ledger::{LedgerError, LedgerErrorKind, RequestKind};

impl Dispatcher<'_> {
    /// Deals with what other processes asked for since the last time.
    pub(super) fn hear(&mut self) -> Result<(), LedgerError> {
        for request in self.ledger().pending_requests(self.owner.account())? {
            let answer = match &request.kind {
                RequestKind::Pause { .. } | RequestKind::Resume => "heard".to_owned(),
                RequestKind::Stop { plan } => self.drop_plans(plan.as_ref())?,
                RequestKind::Clear { .. } => "not while a run works; ask again when it has ended".to_owned(),
            };
            self.owner.handle_request(request.id, self.clock.now().utc, &answer)?;
        }
        if self.ledger().pause(self.owner.account(), self.clock.now().utc)?.is_some() {
            self.quit(Ending::DueLater, "paused; `exeunt resume` lets it go on", None);
        }
        Ok(())
    }

    /// Drops one plan, or all of the account in this realm. What is in flight stays so, and is still looked at.
    fn drop_plans(&mut self, plan: Option<&PlanId>) -> Result<String, LedgerError> {
        let (all, realm) = (self.ledger().plans(self.owner.account())?, self.owner.realm());
        let meant = all.into_iter().filter(|row| row.realm == realm && row.dropped.is_none());
        let mut left = 0;
        let mut dropped = 0_u32;
        for row in meant.filter(|row| plan.is_none_or(|plan| row.id == *plan)) {
            match self.owner.drop_plan(&row.id, "a stop was asked for", &self.clock.now()) {
                Ok(people) => left += people,
                Err(error) if error.kind == LedgerErrorKind::StalePlan => continue,
                Err(error) => return Err(error),
            }
            dropped += 1;
            if row.id == self.order.started.plan {
                let why = format!("a stop was asked for: plan {} is dropped, {left} people are left alone", row.id);
                self.quit(Ending::Interrupted, why, None);
            }
        }
        Ok(format!("{dropped} plans dropped, {left} people left alone"))
    }
}
