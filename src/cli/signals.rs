//! Listens for Ctrl-C and similar signals: the first asks a run to stop at a safe point, the second to stop at once.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::runner::wait::Stop;

/// Turns signals into a wish to stop until nobody listens any more or the task is aborted.
///
/// They are heard from the return of this function on, so that what is printed after it is no race.
pub(crate) fn listen(stop: watch::Sender<Stop>) -> JoinHandle<()> {
    let heard = all([SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()]);
    tokio::spawn(async move {
        match heard {
            Ok(signals) => forward(signals, stop).await,
            Err(error) => tracing::warn!(%error, "signals cannot be heard: Ctrl-C ends the program at once"),
        }
    })
}

async fn forward([mut interrupt, mut terminate, mut hangup]: [Signal; 3], stop: watch::Sender<Stop>) {
    let mut heard: u32 = 0;
    loop {
        let signal = tokio::select! {
            signal = interrupt.recv() => signal,
            signal = terminate.recv() => signal,
            signal = hangup.recv() => signal,
        };
        if signal.is_none() {
            return;
        }
        heard += 1;
        if stop.send(if heard == 1 { Stop::Asked } else { Stop::Insisted }).is_err() {
            return;
        }
    }
}

fn all(kinds: [SignalKind; 3]) -> std::io::Result<[Signal; 3]> {
    let [first, second, third] = kinds;
    Ok([signal(first)?, signal(second)?, signal(third)?])
}
