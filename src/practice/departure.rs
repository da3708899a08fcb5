//! What the way out leads to: the account closed or hibernated, and opened again.

use jiff::{SignedDuration, Timestamp};

use super::account::State;
use super::audit::Kind;
use super::chance;
use super::relation::Relation;
use super::scenario::{Generation, Page};
use super::strangers::Standing;
use super::world::Inner;

/// How long a closed account can be reopened.
const REOPENS_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The same in the older order.
const REOPENED_FOR: SignedDuration = SignedDuration::from_hours(20 * 24);
/// How long a hibernated account cannot be reactivated.
const SLEEPS_FOR: SignedDuration = SignedDuration::from_hours(24);

impl Inner {
    /// Six digits that were not mailed before.
    pub(super) fn code(&mut self, seed: u64) -> String {
        let token = self.token(seed, "code");
        format!("{:06}", chance::bits(seed, "digits", &token) % 1_000_000)
    }

    /// Does what the way out led to; answers what the last page is to say.
    pub(super) fn leave(&mut self, token: &str) -> Option<Timestamp> {
        let leave = self.leaves.get(token)?;
        let (what, unsubscribe) = (leave.what, leave.unsubscribe);
        let farewell = self.farewell(token)?;
        self.account.state = match what {
            Page::Hibernate => State::Hibernated { until: farewell },
            _ => State::Closed { until: farewell },
        };
        self.sessions.clear();
        self.remembered.clear();
        self.challenges.clear();
        self.record(if what == Page::Hibernate { Kind::Hibernated } else { Kind::Closed }, None, None);
        if unsubscribe {
            self.record(Kind::Unsubscribed, None, None);
        }
        Some(farewell)
    }

    /// Lets the last page be shown, whether anything was done or not; answers the time that it names.
    pub(super) fn farewell(&mut self, token: &str) -> Option<Timestamp> {
        let now = self.clock();
        let leave = self.leaves.get_mut(token)?;
        let lasts = match (leave.what, leave.generation) {
            (Page::Hibernate, _) => SLEEPS_FOR,
            (_, Generation::Contacts2014) => REOPENED_FOR,
            _ => REOPENS_FOR,
        };
        let until = now.saturating_add(lasts).unwrap_or(Timestamp::MAX);
        leave.farewell = Some(until);
        Some(until)
    }

    /// Opens the account again where it is not open; answers whether it was closed or hibernated.
    ///
    /// Whoever was invited or followed is so no more, as where accounts are closed for good.
    pub(super) fn reopen(&mut self) -> bool {
        let before = std::mem::replace(&mut self.account.state, State::Open);
        match before {
            State::Open => return false,
            State::Hibernated { .. } => self.record(Kind::Reopened, None, Some("hibernated".to_owned())),
            State::Closed { .. } => {
                for known in &mut self.people {
                    if matches!(known.standing, Standing::Is(Relation::Pending | Relation::FollowOnly)) {
                        known.standing = Standing::Is(Relation::None);
                    }
                }
                self.record(Kind::Reopened, None, Some("closed".to_owned()));
            }
        }
        true
    }
}
