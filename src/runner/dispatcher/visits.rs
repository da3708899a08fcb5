//! May a profile be opened now? Each view is on disk before the page is loaded, and counts whatever it was for.
//!
//! The arithmetic is `policy`'s. It does not know how a profile is opened, or which steps of a flow do.

use jiff::Timestamp;

use super::Dispatcher;
use crate::event::exit::Ending;
use crate::event::fact::Fact;
use crate::event::id::{Route, Slug};
use crate::ledger::LedgerError;
use crate::policy::quota::{Limit, Slot};
use crate::policy::visits::next_visits;
use crate::runner::message::Go;

impl Dispatcher<'_> {
    /// Until when and why there is no room for so many profile views; none where there is, or where the route opens none.
    pub(super) fn no_visit_before(&mut self, number: u32) -> Result<Option<(Timestamp, Limit)>, LedgerError> {
        if self.order.started.route != Route::Profile {
            return Ok(None);
        }
        let visits = self.visits()?;
        Ok(match next_visits(self.clock.now().utc, &visits, &self.order.pace.visits, number) {
            Slot::Go => None,
            Slot::Wait { until, why } => Some((until, why)),
        })
    }

    /// Waits for the gap, then writes that a profile is opened. `Leave` where a cap or a signal forbids it: what follows
    /// from that is decided then.
    pub(super) async fn visit(&mut self, slug: &Slug) -> Result<Go, LedgerError> {
        while let Some((until, why)) = self.no_visit_before(1)? {
            if self.put_off(until, why) {
                return Ok(Go::Leave);
            }
            if self.stop_wanted() {
                self.quit(Ending::Interrupted, "interrupted before a profile was opened; the next run goes on", None);
                return Ok(Go::Leave);
            }
            self.pause(until, &why.to_string()).await?;
        }
        self.write(Fact::ProfileVisited { run: self.run(), slug: slug.clone() })?;
        Ok(Go::On)
    }
}
