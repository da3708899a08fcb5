//! What `save-data` works with, and how long the site takes for an archive and offers it.

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::cli::args::SaveData;
use crate::cli::context::Context;
use crate::event::fact::ArchiveScope;
use crate::event::id::Realm;
use crate::flow::pack::Pack;
use crate::policy::archive_waiting::Waiting;
use crate::report::count::span;
use crate::runner::wait::Stop;

/// How long the site offers an archive: until then it makes no other.
pub(super) const OFFERED: SignedDuration = SignedDuration::from_hours(72);

/// What the command works with.
pub(super) struct Desk<'a> {
    pub(super) context: &'a Context,
    pub(super) command: &'a SaveData,
    pub(super) realm: Realm,
    pub(super) pack: Pack,
    pub(super) origin: String,
    pub(super) stop: watch::Receiver<Stop>,
}

impl Desk<'_> {
    pub(super) fn now(&self) -> Timestamp {
        self.context.clock.now().utc
    }

    pub(super) fn usual(&self) -> String {
        span(waiting(self.realm, self.command.scope.scope()).usual.as_secs())
    }
}

/// Whether the site still offers an archive that was taken in at a moment.
pub(super) fn is_offered(taken: Timestamp, now: Timestamp) -> bool {
    now.duration_since(taken) < OFFERED
}

/// How an archive of this much is waited for.
pub(super) fn waiting(realm: Realm, scope: ArchiveScope) -> Waiting {
    match (realm, scope) {
        (Realm::Practice, _) => Waiting::PRACTICE,
        (Realm::Real, ArchiveScope::Connections) => Waiting::CONNECTIONS,
        (Realm::Real, ArchiveScope::All) => Waiting::ALL,
    }
}
