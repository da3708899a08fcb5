//! Errands to the site outside of a run, as `login` and `logout` go on them: the runtime, one driven session, and the words
//! for what stopped it.

use tokio::runtime::Runtime;
use tokio::sync::{oneshot, watch};

use super::browser::Driver;
use super::context::Context;
use super::outcome::Failure;
use super::output::clean;
use super::signals;
use crate::browser::DrivenPage;
use crate::event::exit::Ending;
use crate::runner::errand::Stopped;
use crate::runner::handover::Handover;
use crate::runner::run::{Opener, RunError};
use crate::runner::wait::Stop;

/// The runtime of a command that goes to the site outside of a run.
///
/// # Errors
/// The system gives no threads.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|error| {
        let mend = "let this program open more files (`ulimit -n 1024`), or end other programs";
        Failure::new(Ending::NoBrowser, format!("the system refused what the program needs to start: {error}"), mend)
    })
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
    let (met, page) = session(driver, stop, errand).await?;
    driver.close(page).await;
    met
}

/// The same, where the page may be kept for what comes next: if `goes_on` says so of what was met.
///
/// # Errors
/// As [`gone_there`]; the page is closed then.
pub(crate) async fn gone_there_first<T>(
    driver: &mut Handover<Driver>,
    stop: &mut watch::Receiver<Stop>,
    errand: impl AsyncFnOnce(&mut DrivenPage) -> Result<T, RunError>,
    goes_on: impl FnOnce(&T) -> bool,
) -> Result<T, Failure> {
    let (met, page) = session(driver, stop, errand).await?;
    match &met {
        Ok(met) if goes_on(met) => driver.keep(page).await,
        _ => driver.close(page).await,
    }
    met
}

/// What came of an errand in a session that was opened for it, and the session's page.
async fn session<O: Opener, T>(
    driver: &mut O,
    stop: &mut watch::Receiver<Stop>,
    errand: impl AsyncFnOnce(&mut O::Page) -> Result<T, RunError>,
) -> Result<(Result<T, Failure>, O::Page), Failure> {
    let opened = tokio::select! {
        biased;
        () = asked(stop) => return Err(interrupted()),
        opened = driver.open() => opened,
    };
    let mut page = opened.map_err(|unopened| {
        Failure::new(unopened.ending, clean(&unopened.why), "`exeunt doctor` looks for the cause")
    })?;
    let met = tokio::select! {
        biased;
        () = asked(stop) => Err(interrupted()),
        met = errand(&mut page) => met.map_err(|error| match error {
            RunError::Ledger(error) => error.into(),
            RunError::Evidence(error) => error.into(),
        }),
    };
    Ok((met, page))
}

/// Lets a person read and type while a page is kept for what comes next. A signal asks the person's prompts to end; a page that
/// gets too old meanwhile is closed, and where nobody goes on, it is closed too.
///
/// # Errors
/// What `ask` answers.
pub(crate) fn while_asked<O: Opener, T>(
    runtime: &Runtime,
    driver: &mut Handover<O>,
    ask: impl FnOnce(&watch::Receiver<Stop>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let (send, stop) = watch::channel(Stop::No);
    let signals = {
        let _inside = runtime.enter();
        signals::listen(send)
    };
    let (answered, over) = oneshot::channel::<()>();
    let asked = std::thread::scope(|scope| {
        // The person is asked on this thread, which waits for keys; the page's age is watched on another one.
        let waiting = scope.spawn(|| runtime.block_on(driver.wait(over)));
        let asked = ask(&stop);
        drop(answered);
        let watched = waiting.join();
        debug_assert!(watched.is_ok(), "waiting does not fail: {watched:?}");
        asked
    });
    signals.abort();
    if asked.is_err() {
        runtime.block_on(driver.end());
    }
    asked
}

/// What is said where the site stopped an errand.
pub(crate) fn stopped(context: &Context, stopped: &Stopped) -> Failure {
    let Stopped { ending, why, due_at, incident } = stopped;
    let mend = match ending {
        _ if incident.is_some() => format!("`exeunt incident show last{}` says what to do", context.flags()),
        Ending::NoBrowser => "look whether the site can be reached, then run the command again".to_owned(),
        Ending::BadFile => {
            "the flow pack does not fit the page: `exeunt selectors eject my-pack` writes its files, to be mended"
                .to_owned()
        }
        _ => "wait; nothing else helps".to_owned(),
    };
    let mut failure = Failure::new(*ending, clean(why), mend);
    failure.due_at = *due_at;
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
