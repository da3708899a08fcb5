//! Errands to the site outside of a run, as `login` and `logout` go on them: the runtime, one driven session, and the words
//! for what stopped it.

use tokio::sync::watch;

use super::browser::Driver;
use super::context::Context;
use super::outcome::Failure;
use super::output::clean;
use crate::browser::DrivenPage;
use crate::event::exit::Ending;
use crate::event::id::Realm;
use crate::ledger::Ledger;
use crate::runner::run::{Opener as _, RunError};
use crate::runner::wait::Stop;

/// The runtime of a command that goes to the site outside of a run.
///
/// # Errors
/// The system gives no threads.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|error| {
        let mend = "let this program open more files (`ulimit -n 1024`), or end other programs";
        Failure::new(Ending::NoBrowser, format!("the system refused what the program needs to start: {error}"), mend)
    })
}

/// Refuses what has to wait because the site asked for silence.
///
/// # Errors
/// It did, and the time is not over.
pub(crate) fn silence(context: &Context, ledger: &Ledger, realm: Realm) -> Result<(), Failure> {
    let Some(until) = ledger.silence(context.account(), realm, &context.clock.now())? else { return Ok(()) };
    let what = format!("the site asked for silence until {}", context.time(until));
    let mut failure = Failure::new(Ending::Stopped, what, "wait; nothing else helps");
    failure.due_at = Some(until);
    Err(failure)
}

/// One driven session of an errand; a signal ends it at once.
///
/// # Errors
/// No browser, an interruption, or ledger or evidence failed.
pub(crate) async fn gone_there<T>(
    driver: &mut Driver,
    stop: &mut watch::Receiver<Stop>,
    errand: impl AsyncFnOnce(&mut DrivenPage) -> Result<T, RunError>,
) -> Result<T, Failure> {
    let opened = tokio::select! {
        biased;
        () = asked(stop) => return Err(interrupted()),
        opened = driver.open() => opened,
    };
    let mut page = opened.map_err(|unopened| {
        Failure::new(Ending::NoBrowser, clean(&unopened.why), "`exeunt doctor` looks for the cause")
    })?;
    let met = tokio::select! {
        biased;
        () = asked(stop) => Err(interrupted()),
        met = errand(&mut page) => met.map_err(|error| match error {
            RunError::Ledger(error) => error.into(),
            RunError::Evidence(error) => error.into(),
        }),
    };
    driver.close(page).await;
    met
}

/// What is said where the site stopped an errand.
pub(crate) fn stopped(context: &Context, ending: Ending, why: &str, due_at: Option<jiff::Timestamp>) -> Failure {
    let mend = match ending {
        _ if why.starts_with("incident ") => format!("`exeunt incident show last{}` says what to do", context.flags()),
        Ending::NoBrowser => "look whether the site can be reached, then run the command again".to_owned(),
        Ending::BadFile => {
            "the flow pack does not fit the page: `exeunt selectors eject DIR` writes its files, to be mended"
                .to_owned()
        }
        _ => "wait; nothing else helps".to_owned(),
    };
    let mut failure = Failure::new(ending, clean(why), mend);
    failure.due_at = due_at;
    failure
}

/// Comes when a signal asks to stop.
pub(crate) async fn asked(stop: &mut watch::Receiver<Stop>) {
    if stop.wait_for(|stop| *stop != Stop::No).await.is_err() {
        // Nobody is left who could ask.
        std::future::pending::<()>().await;
    }
}

/// What is said where a signal ended it.
pub(crate) fn interrupted() -> Failure {
    Failure::new(Ending::Interrupted, "interrupted: nothing was recorded", "run the command again when you like")
}
