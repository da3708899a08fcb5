//! One run: sessions one after another until the plan's share of today is done, and the evidence closed at the end.
//!
//! ```text
//! recover (offline) ─► session: open, turns, close ─► again if it was lost ─► manifest
//! ```

use tokio::sync::watch;

use super::clock::Clock;
use super::dispatcher::{Dispatcher, Kept};
use super::executor::{Ended, Executor};
use super::halt::Halt;
use super::message::{Desk, Picture, Seen};
use super::order::{Order, Outcome, Telling};
use super::wait::Stop;
use crate::browser::page::Page;
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Mode, RunState};
use crate::event::progress::Progress;
use crate::event::state::EffectState;
use crate::evidence::bundle::Bundle;
use crate::evidence::error::EvidenceError;
use crate::flow::pack::Pack;
use crate::flow::site::SignKind;
use crate::ledger::{LedgerError, Owner};
use crate::policy::retry;

/// So many lost sessions end the run.
const SESSIONS: u32 = 3;

/// Opens and closes pages. A page is always given back to [`Opener::close`], also after it was lost.
pub trait Opener: Send {
    /// The pages that it opens.
    type Page: Page;

    /// Starts a browser session.
    fn open(&mut self) -> impl Future<Output = Result<Self::Page, Unopened>> + Send;

    /// Ends it and everything that belongs to it. Never fails: what cannot be ended politely is killed.
    fn close(&mut self, page: Self::Page) -> impl Future<Output = ()> + Send;
}

/// No session could be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unopened {
    /// Why, and what to do.
    pub why: String,
}

/// Why a run could not even say how it ended.
#[derive(Debug)]
pub enum RunError {
    /// The ledger refused. What was in flight is looked at by the next run.
    Ledger(LedgerError),
    /// The evidence cannot be closed.
    Evidence(EvidenceError),
}

impl From<LedgerError> for RunError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<EvidenceError> for RunError {
    fn from(error: EvidenceError) -> Self {
        Self::Evidence(error)
    }
}

/// What a run works with.
pub struct Parts<'a> {
    /// The account's ledger.
    pub owner: &'a mut Owner,
    /// The run's evidence.
    pub bundle: &'a Bundle,
    /// The pack.
    pub pack: &'a Pack,
    /// What is asked.
    pub order: &'a Order,
    /// The time.
    pub clock: &'a Clock,
    /// Signals.
    pub stop: watch::Receiver<Stop>,
    /// Who listens.
    pub tell: &'a mut (dyn FnMut(Telling<'_>) + Send),
}

/// Carries out a run to its end, well or not, and closes its evidence.
///
/// A stop is a result. When dropped, an effect may be in flight: the next run looks at it first.
///
/// # Errors
/// Ledger or evidence failed: nothing more was begun then.
pub async fn run<O: Opener>(parts: Parts<'_>, opener: &mut O) -> Result<Outcome, RunError> {
    let Parts { owner, bundle, pack, order, clock, stop, tell } = parts;
    let mut dispatcher = Dispatcher::new(owner, bundle, (order, clock), (stop, tell));
    dispatcher.write(Fact::RunStarted(Box::new(order.started.clone())))?;
    if order.mode() == Mode::Live {
        recover(&mut dispatcher, "the program ended before the outcome was known")?;
    }
    if order.mode() == Mode::Rehearsal || dispatcher.has_work()? {
        sessions(&mut dispatcher, pack, opener).await?;
    }
    close(&mut dispatcher)
}

async fn sessions<O: Opener>(dispatcher: &mut Dispatcher<'_>, pack: &Pack, opener: &mut O) -> Result<(), RunError> {
    for lost in 0..SESSIONS {
        dispatcher.show(&Progress::Opening);
        let mut page = match opener.open().await {
            Ok(page) => page,
            Err(unopened) => {
                dispatcher.finish(Ending::NoBrowser, unopened.why, None);
                return Ok(());
            }
        };
        let ended = session(dispatcher, pack, &mut page).await;
        opener.close(page).await;
        match ended? {
            Session::Over => return Ok(()),
            Session::Lost(why) => {
                recover(dispatcher, &why)?;
                if lost + 1 == SESSIONS {
                    dispatcher.finish(
                        Ending::NoBrowser,
                        format!("{SESSIONS} sessions were lost, the last: {why}"),
                        None,
                    );
                } else {
                    dispatcher.show(&Progress::Note { text: format!("{why}; starting another session") });
                }
            }
        }
    }
    Ok(())
}

/// How a session ended.
enum Session {
    /// There is nothing more to do with it.
    Over,
    /// It was lost, for this reason.
    Lost(String),
}

async fn session<P: Page>(dispatcher: &mut Dispatcher<'_>, pack: &Pack, page: &mut P) -> Result<Session, RunError> {
    let flow = pack.flows.get(&dispatcher.order.flow).expect("the command line checked that the pack has the flow");
    let (desk, mut inbox) = Desk::pair();
    let mut stop = dispatcher.stop.clone();
    let mut executor = Executor::new(page, (pack, flow), desk, dispatcher.clock);
    if !dispatcher.order.shots {
        executor = executor.without_shots();
    }
    let ended = {
        let work = executor.run();
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                () = insisted(&mut stop) => break None,
                Some(message) = inbox.recv() => dispatcher.answer(message).await?,
                ended = &mut work => break Some(ended),
            }
        }
    };
    match ended {
        Some(Ok(()) | Err(Ended::ByDispatcher)) => Ok(Session::Over),
        Some(Err(Ended::Halted(halt, picture))) => halted(dispatcher, pack, halt, picture),
        None => {
            recover(dispatcher, "interrupted at once")?;
            dispatcher.finish(
                Ending::Interrupted,
                "interrupted at once; what was in hand is looked at by the next run",
                None,
            );
            Ok(Session::Over)
        }
    }
}

async fn insisted(stop: &mut watch::Receiver<Stop>) {
    if stop.wait_for(|stop| *stop == Stop::Insisted).await.is_err() {
        // Nobody is left who could insist.
        std::future::pending::<()>().await;
    }
}

/// What follows from a halt: an incident, a silence, or another session.
fn halted(
    dispatcher: &mut Dispatcher<'_>,
    pack: &Pack,
    halt: Halt,
    picture: Option<Picture>,
) -> Result<Session, RunError> {
    let words = halt.to_string();
    let seen = Seen { pictures: picture.into_iter().collect(), ..Seen::default() };
    let shots = dispatcher.keep(None, seen).shots;
    recover(dispatcher, &words)?;
    match halt {
        Halt::Lost(why) => return Ok(Session::Lost(why)),
        Halt::Unreachable(_) => dispatcher.finish(Ending::NoBrowser, words, None),
        Halt::Sign { sign, page, .. } if pack.sign_kind(&sign) == SignKind::Cool => {
            cool(dispatcher, (&sign, &words), (&page.address, &shots))?;
        }
        Halt::Sign { sign, page, .. } => dispatcher.incident(&sign, &words, &page.address, &shots)?,
        Halt::Miss(miss) => dispatcher.incident("drift", &words, &miss.page.address, &shots)?,
        Halt::Prompt(_) => dispatcher.incident("drift", &words, "", &shots)?,
    }
    Ok(Session::Over)
}

/// Silence for some hours; from the third time within a week on also a latch.
fn cool(
    dispatcher: &mut Dispatcher<'_>,
    (sign, words): (&str, &str),
    (address, shots): (&str, &[crate::event::shot::Shot]),
) -> Result<(), RunError> {
    let now = dispatcher.clock.now().utc;
    let week_ago = now.checked_sub(retry::REFUSALS_COUNT_FOR).unwrap_or(jiff::Timestamp::MIN);
    let before = dispatcher.ledger().coolings(dispatcher.owner.account(), dispatcher.owner.realm(), week_ago)?.len();
    let cooling = retry::cooling(u32::try_from(before).unwrap_or(u32::MAX), None);
    let until = now.checked_add(cooling.silence).unwrap_or(jiff::Timestamp::MAX);
    dispatcher.write(Fact::RunMoved {
        run: dispatcher.run(),
        state: RunState::Cooling { until },
        why: words.to_owned(),
    })?;
    if cooling.latched {
        dispatcher.incident(sign, words, address, shots)?;
    }
    dispatcher.finish(Ending::Stopped, format!("{words}; silence until then"), Some(until));
    Ok(())
}

/// Settles offline what a session left behind: what was intended is unknown, what was only looked up is approved again.
fn recover(dispatcher: &mut Dispatcher<'_>, why: &str) -> Result<(), LedgerError> {
    for row in dispatcher.ledger().open_effects(dispatcher.owner.account(), dispatcher.owner.realm())? {
        match row.state {
            EffectState::Intent => {
                dispatcher.step(&row, EffectState::Unknown, why, Kept::default())?;
            }
            EffectState::Precheck => {
                dispatcher.step(&row, EffectState::Approved, &format!("nothing was sent: {why}"), Kept::default())?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Writes how the run ended, then the manifest.
fn close(dispatcher: &mut Dispatcher<'_>) -> Result<Outcome, RunError> {
    let outcome = dispatcher.outcome()?;
    let state =
        if outcome.remaining == 0 && outcome.ending == Ending::Done { RunState::Complete } else { RunState::Aborted };
    let (run, why) = (dispatcher.run(), outcome.why.clone());
    dispatcher.write_observations()?;
    dispatcher.write(Fact::RunMoved { run: run.clone(), state, why: why.clone() })?;
    dispatcher.write(Fact::RunEnded { run: run.clone(), result: outcome.ending, why })?;
    let links = dispatcher.ledger().links_of_run(&run)?;
    let head = serde_json::to_value(&dispatcher.order.started).expect("it has only words and hashes");
    let finished = dispatcher.bundle.finish(&links, &head)?;
    dispatcher.write(Fact::ManifestWritten { run, sha256: finished.sha256 })?;
    Ok(outcome)
}
