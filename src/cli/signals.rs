//! Ctrl-C and the like: once asks, twice insists.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::runner::wait::Stop;

/// Turns signals into a wish to stop until nobody listens any more.
pub(crate) async fn listen(stop: watch::Sender<Stop>) {
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let Ok([mut interrupt, mut terminate, mut hangup]) = all(kinds) else {
        tracing::warn!("signals cannot be heard: Ctrl-C ends the program at once");
        return;
    };
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
