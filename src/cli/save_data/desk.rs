//! What `save-data` works with.

use jiff::Timestamp;
use tokio::sync::watch;

use crate::cli::args::SaveData;
use crate::cli::context::Context;
use crate::event::id::Realm;
use crate::flow::pack::Pack;
use crate::policy::archive_waiting::Waiting;
use crate::report::count::span;
use crate::runner::wait::Stop;

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
        span(self.waiting().usual.as_secs())
    }

    /// How the archive is waited for.
    pub(super) fn waiting(&self) -> Waiting {
        Waiting::of(self.realm, self.command.scope.scope())
    }
}
