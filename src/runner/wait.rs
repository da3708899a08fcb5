//! The one function that waits for a time. While it waits it also hears "stop", from a signal and from other processes.

use std::time::Duration;

use tokio::sync::watch;

use super::clock::Clock;

/// How long at most until a request of another process is heard.
const SLICE: Duration = Duration::from_millis(250);

/// The same where nobody is in hand and the wait may last for days: waking less often costs nothing that can be measured.
const LONG_SLICE: Duration = Duration::from_secs(2);

/// How much somebody wants us to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// Not at all.
    No,
    /// Finish the person in hand to a safe point, then stop.
    Asked,
    /// Stop now.
    Insisted,
}

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// The time came.
    Over,
    /// Somebody wants us to stop.
    Stopped,
}

/// Waits until the wall clock shows `until`, a signal asks to stop, or `heard` says that another process does.
///
/// It wakes by the wall clock in slices, so that a suspended machine goes on when its time has come. Dropping it
/// only ends the wait.
pub async fn until(
    until: jiff::Timestamp,
    clock: &Clock,
    stop: &mut watch::Receiver<Stop>,
    heard: impl FnMut() -> bool,
) -> Waited {
    in_slices(SLICE, until, (clock, stop), heard).await
}

/// As [`until()`] for hours and days in which nothing is open: a signal is heard at once, another process within
/// seconds. Dropping it only ends the wait.
pub async fn away(
    until: jiff::Timestamp,
    clock: &Clock,
    stop: &mut watch::Receiver<Stop>,
    heard: impl FnMut() -> bool,
) -> Waited {
    in_slices(LONG_SLICE, until, (clock, stop), heard).await
}

async fn in_slices(
    slice: Duration,
    until: jiff::Timestamp,
    (clock, stop): (&Clock, &mut watch::Receiver<Stop>),
    mut heard: impl FnMut() -> bool,
) -> Waited {
    loop {
        if *stop.borrow_and_update() != Stop::No || heard() {
            return Waited::Stopped;
        }
        let left = until.duration_since(clock.now().utc);
        let Ok(left) = Duration::try_from(left) else { return Waited::Over };
        if left.is_zero() {
            return Waited::Over;
        }
        tokio::select! {
            () = tokio::time::sleep(left.min(slice)) => {}
            changed = stop.changed() => {
                if changed.is_err() {
                    // Nobody is left who could ask: only the time ends this wait.
                    tokio::time::sleep(left.min(slice)).await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> jiff::Timestamp {
        "2026-03-01T09:00:00Z".parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn it_waits_for_the_wall_clock() {
        let clock = Clock::following_tokio(start());
        let (_keep, mut stop) = watch::channel(Stop::No);
        let due = start() + jiff::SignedDuration::from_mins(10);
        assert_eq!(until(due, &clock, &mut stop, || false).await, Waited::Over);
        assert!(clock.now().utc >= due);
        assert!(clock.now().utc < due + jiff::SignedDuration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn it_hears_a_signal_and_another_process() {
        let clock = Clock::following_tokio(start());
        let (send, mut stop) = watch::channel(Stop::No);
        let due = start() + jiff::SignedDuration::from_hours(8);
        let mut looks = 0;
        let heard = until(due, &clock, &mut stop, || {
            looks += 1;
            looks > 3
        });
        assert_eq!(heard.await, Waited::Stopped);
        assert!(clock.now().utc <= start() + jiff::SignedDuration::from_secs(1));
        send.send(Stop::Asked).unwrap();
        assert_eq!(until(due, &clock, &mut stop, || false).await, Waited::Stopped);
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_that_is_over_is_not_waited_for() {
        let clock = Clock::following_tokio(start());
        let (_keep, mut stop) = watch::channel(Stop::No);
        assert_eq!(until(start(), &clock, &mut stop, || false).await, Waited::Over);
        assert_eq!(clock.now().utc, start());
    }
}
