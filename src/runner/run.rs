//! One run: sessions one after another until the plan's share of today is done, and the evidence closed at the end.
//!
//! ```text
//! recover (offline) ─► session: open, turns, close ─► again if it was lost, or after a rest ─► manifest
//! ```
//!
//! It owns the life of sessions and nothing else: what a turn is, what is written and when to wait are the dispatcher's.

use tokio::sync::watch;

use super::clock::Clock;
use super::dispatcher::Dispatcher;
use super::dispatcher::halting::Session;
use super::message::Desk;
use super::order::{Listener, Order, Outcome};
use super::wait::Stop;
use super::walk::executor::{Ended, Executor};
use crate::browser::page::Page;
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Mode};
use crate::event::progress::Progress;
use crate::evidence::bundle::Bundle;
use crate::evidence::error::EvidenceError;
use crate::flow::pack::Pack;
use crate::ledger::{LedgerError, Owner};

/// So many sessions lost one after another, without a person settled between them, end the run.
const SESSIONS: u32 = 3;

/// Opens and closes pages. A page is always given back to [`Opener::close`], also after it was lost.
pub trait Opener: Send {
    /// The pages that it opens.
    type Page: Page;

    /// Starts a browser session.
    fn open(&mut self) -> impl Future<Output = Result<Self::Page, Unopened>> + Send;

    /// Ends it and everything that belongs to it. Never fails: what cannot be ended politely is killed.
    fn close(&mut self, page: Self::Page) -> impl Future<Output = ()> + Send;

    /// Whether a page that was left alone for a while still answers. Who does not say so never has one that does.
    fn answers(&mut self, page: &mut Self::Page) -> impl Future<Output = bool> + Send {
        let _ = page;
        std::future::ready(false)
    }

    /// Deletes what the site left in the browser of a page, so that it is a stranger to the site again, and leaves the site.
    /// Whether that is certain; who does not say so is never certain.
    fn forget(&mut self, page: &mut Self::Page) -> impl Future<Output = bool> + Send {
        let _ = page;
        std::future::ready(false)
    }
}

/// No session could be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unopened {
    /// How a command that meets it ends: mostly without a browser.
    pub ending: Ending,
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

/// What a run, a scan or a closure works with.
pub struct Parts<'a, O> {
    /// The account's ledger.
    pub owner: &'a mut Owner,
    /// The evidence.
    pub bundle: &'a Bundle,
    /// The pack.
    pub pack: &'a Pack,
    /// What is asked.
    pub order: &'a O,
    /// The time.
    pub clock: &'a Clock,
    /// Signals.
    pub stop: watch::Receiver<Stop>,
    /// Who listens.
    pub tell: Listener<'a>,
}

/// Carries out a run to its end, well or not, and closes its evidence.
///
/// A stop is a result. When dropped, an effect may be in flight: the next run looks at it first.
///
/// # Errors
/// Ledger or evidence failed: nothing more was begun then.
///
/// # Panics
/// The pack lacks the flow that the order names: whoever makes an order checks that.
pub async fn run<O: Opener>(parts: Parts<'_, Order>, opener: &mut O) -> Result<Outcome, RunError> {
    let Parts { owner, bundle, pack, order, clock, stop, tell } = parts;
    let mut dispatcher = Dispatcher::new(owner, bundle, (order, clock), (stop, tell));
    // Asked before the run's own first entry, whose time may be behind too.
    let behind = order.mode() == Mode::Live && dispatcher.is_behind()?;
    dispatcher.write(Fact::RunStarted(Box::new(order.started.clone())))?;
    if !behind {
        dispatcher.recover("the program ended before the outcome was known")?;
        dispatcher.count_under_way()?;
        dispatcher.remember_totals()?;
    }
    if order.mode() == Mode::Rehearsal || dispatcher.has_work()? {
        sessions(&mut dispatcher, pack, opener).await?;
    }
    dispatcher.close()
}

async fn sessions<O: Opener>(dispatcher: &mut Dispatcher<'_>, pack: &Pack, opener: &mut O) -> Result<(), RunError> {
    let mut lost = 0;
    let mut settled = 0;
    loop {
        if let Some(rest) = dispatcher.rest.take() {
            dispatcher.spend(rest).await?;
        }
        if dispatcher.stop_wanted() {
            dispatcher.quit(Ending::Interrupted, "interrupted; nobody was in hand", None);
        }
        if dispatcher.is_quitting() {
            return Ok(());
        }
        match one_session(dispatcher, pack, opener).await? {
            Session::Over if dispatcher.rest.is_none() => return Ok(()),
            Session::Over => lost = 0,
            Session::Lost(why) => {
                dispatcher.recover(&why)?;
                lost = if dispatcher.settled > settled { 1 } else { lost + 1 };
                settled = dispatcher.settled;
                if lost == SESSIONS {
                    let why = format!("{SESSIONS} sessions were lost, the last: {why}");
                    dispatcher.quit(Ending::NoBrowser, why, None);
                } else {
                    dispatcher.note(format!("{why}; starting another session"));
                }
            }
        }
    }
}

/// Opens a session, works in it, and closes it whatever happened.
async fn one_session<O: Opener>(
    dispatcher: &mut Dispatcher<'_>,
    pack: &Pack,
    opener: &mut O,
) -> Result<Session, RunError> {
    dispatcher.show(&Progress::Opening);
    let mut stop = dispatcher.stop.clone();
    let opened = tokio::select! {
        biased;
        () = insisted(&mut stop) => None,
        opened = opener.open() => Some(opened),
    };
    let mut page = match opened {
        Some(Ok(page)) => page,
        Some(Err(unopened)) => {
            dispatcher.quit(unopened.ending, unopened.why, None);
            return Ok(Session::Over);
        }
        None => {
            dispatcher.quit(Ending::Interrupted, "interrupted at once; nobody was in hand", None);
            return Ok(Session::Over);
        }
    };
    let ended = session(dispatcher, pack, &mut page).await;
    opener.close(page).await;
    ended
}

async fn session<P: Page>(dispatcher: &mut Dispatcher<'_>, pack: &Pack, page: &mut P) -> Result<Session, RunError> {
    let flow = pack.flows.get(&dispatcher.order.flow).expect("who makes an order checks that the pack has the flow");
    let (desk, mut inbox) = Desk::pair();
    let mut stop = dispatcher.stop.clone();
    let route = dispatcher.order.started.route;
    let accepted = dispatcher.accepted_texts()?;
    let mut executor = Executor::new(page, (pack, flow), desk, dispatcher.clock).through(route).accepting(accepted);
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
        Some(Err(Ended::Halted(halt, seen))) => Ok(dispatcher.halted(pack, *halt, *seen)?),
        None => {
            dispatcher.recover("interrupted at once")?;
            let why = "interrupted at once; what was in hand is looked at by the next run";
            dispatcher.quit(Ending::Interrupted, why, None);
            Ok(Session::Over)
        }
    }
}

pub(super) async fn insisted(stop: &mut watch::Receiver<Stop>) {
    if stop.wait_for(|stop| *stop == Stop::Insisted).await.is_err() {
        // Nobody is left who could insist.
        std::future::pending::<()>().await;
    }
}
