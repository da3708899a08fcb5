//! `save-data`: asks the site for the archive of the account's data, waits for it, and takes it in.
//!
//! ```text
//! taken a moment ago? ─► there         look ─► nothing asked ─► asked ─┐
//!                                        ├──► being made ──────────────┴─► due later, or with --wait: closed, waited, looked again
//!                                        └──► ready ─► fetched ─► read ─► moved to its place ─► taken in
//! ```
//!
//! Running it again is always right: each time it does what is left.

mod desk;
mod keeping;
mod look;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::watch;

use self::desk::Desk;
pub(crate) use self::keeping::folder;
use self::look::Stand;
use super::args::SaveData;
use super::context::Context;
use super::errand::runtime;
use super::outcome::{Answer, Failure, Outcome};
use super::output::{clean, shown};
use super::{closed, notify, signals};
use crate::event::exit::Ending;
use crate::event::fact::ArchiveScope;
use crate::event::id::Realm;
use crate::export;
use crate::ledger::Ledger;
use crate::runner::wait::{self, Stop, Waited};

/// How long `--wait` waits unless told otherwise: the site's own day, and the longest time between two looks that may end
/// right before it is ready.
const LIMIT: SignedDuration = SignedDuration::from_hours(26);
/// Carries out `save-data`.
pub(crate) fn run(context: &Context, command: &SaveData) -> Answer {
    let ledger = context.ledger()?;
    let realm = context.realm(&ledger)?;
    closed::refuse(context, &ledger, realm)?;
    if let Some(outcome) = there_already(context, command, (&ledger, realm))? {
        return Ok(outcome);
    }
    let pack = context.pack()?;
    let origin = context.site_of(&pack)?;
    let runtime = runtime()?;
    let answer = runtime.block_on(async {
        let (send, stop) = watch::channel(Stop::No);
        let signals = signals::listen(send);
        let mut desk = Desk { context, command, realm, pack, origin, stop };
        let answer = desk.work().await;
        signals.abort();
        answer
    });
    // A question at the terminal that nobody answers any more must not hold the program back.
    runtime.shutdown_background();
    answer
}

/// The archive that was taken in while the site would still give the same one, if it says enough and lies where it was put.
fn there_already(
    context: &Context,
    command: &SaveData,
    (ledger, realm): (&Ledger, Realm),
) -> Result<Option<Outcome>, Failure> {
    let row = ledger.archive(context.account(), realm)?;
    let Some(taken) = row.same_again(context.clock.now().utc) else { return Ok(None) };
    let file = folder(context).join(&taken.name);
    let is_enough = command.scope.scope() == ArchiveScope::Connections || export::is_whole(&taken.name);
    if !is_enough || !file.exists() {
        return Ok(None);
    }
    let path = shown(file.display());
    let reason = format!("the archive is here since {}: {path}; nothing was asked of the site", context.time(taken.at));
    Ok(Some(Outcome::done(reason).with("archive", "taken").with("file", file.display().to_string())))
}

impl Desk<'_> {
    async fn work(&mut self) -> Answer {
        let began = self.now();
        let until = began.checked_add(self.command.limit.unwrap_or(LIMIT)).unwrap_or(Timestamp::MAX);
        let mut since = None;
        loop {
            let stand = match self.look().await {
                // What passes by itself ends no wait that lasted a while already.
                Err(failure) if since.is_some() && passes(failure.ending) => {
                    self.context.out.note(format!("  {}", failure.what));
                    Stand::Later { asked: since }
                }
                stand => stand?,
            };
            let asked = match stand {
                Stand::Taken(taken) => return Ok(self.taken(*taken).await),
                Stand::Same { until } => return Ok(self.the_same(until)),
                Stand::Later { asked } => *since.insert(asked.or(since).unwrap_or(began)),
            };
            let now = self.now();
            let waited = Duration::try_from(now.duration_since(asked)).unwrap_or_default();
            let waiting = self.waiting();
            if !self.command.wait || now >= until {
                return Ok(self.later(now + waiting.due_in(waited)));
            }
            self.wait((now + waiting.next_look(waited)).min(until)).await?;
        }
    }

    /// Waits until the next look. The browser is closed and the account free for other commands meanwhile.
    async fn wait(&mut self, next: Timestamp) -> Result<(), Failure> {
        let out = &self.context.out;
        out.note(format!(
            "  {:<9} the browser is closed; next look at {}; Ctrl-C ends only the waiting",
            self.shown_now(),
            self.context.time(next)
        ));
        out.record(&json!({"v": 1, "kind": "progress", "archive": "pending", "next_look": next}));
        match wait::until(next, &self.context.clock, &mut self.stop, || false).await {
            Waited::Over => Ok(()),
            Waited::Stopped => Err(Failure::new(
                Ending::Interrupted,
                "the waiting was interrupted; the site goes on making the archive",
                format!("`exeunt save-data{}` takes it in when it is ready", self.context.flags()),
            )),
        }
    }

    fn later(&self, due: Timestamp) -> Outcome {
        let mut outcome = Outcome::of(
            Ending::DueLater,
            format!("the archive is being made; come back at {}", self.context.time(due)),
        );
        outcome.due_at = Some(due);
        outcome.next = Some(format!("exeunt save-data{}", self.context.flags()).into());
        outcome.with("archive", "pending").with("scope", self.command.scope.scope().as_str())
    }

    fn the_same(&self, until: Timestamp) -> Outcome {
        let reason = format!(
            "the site offers only the archive of chosen files that was taken in already, and makes no other one before {}",
            self.context.time(until)
        );
        let mut outcome = Outcome::of(Ending::DueLater, reason);
        outcome.due_at = Some(until);
        outcome.next = Some(format!("exeunt save-data{}", self.context.flags()).into());
        outcome.with("archive", "same")
    }

    async fn taken(&self, outcome: Outcome) -> Outcome {
        if self.command.wait {
            self.context.out.bell();
            notify::tell(self.context, "the archive of the account was taken in").await;
        }
        outcome
    }

    fn shown_now(&self) -> String {
        clean(&self.now().to_zoned(self.context.zone()).strftime("%H:%M").to_string())
    }
}

/// Whether what ended a look may be over at the next one.
fn passes(ending: Ending) -> bool {
    matches!(ending, Ending::NoBrowser | Ending::Owned)
}
