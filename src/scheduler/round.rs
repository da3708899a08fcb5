//! The loop itself: whose share is next, and the waits between them.

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::share::{Next, Record, Share};
use super::track::{Look, Track};
use crate::event::exit::Ending;
use crate::runner::clock::Clock;
use crate::runner::wait::{self, Stop};

/// A longer wait is told: whoever listens may use it to give back memory.
const LONG: SignedDuration = SignedDuration::from_mins(10);

/// What the loop says.
#[derive(Debug, PartialEq, Eq)]
pub enum News<'a> {
    /// A share ended.
    Shared {
        /// The track's name.
        name: &'a str,
        /// How the share ended.
        share: &'a Share,
        /// What follows from it.
        next: Next,
    },
    /// Nothing is due for a while, and nothing is open.
    Away,
    /// An account was paused, or a pause ended.
    Held {
        /// The track's name.
        name: &'a str,
        /// Whether it is paused now.
        held: bool,
    },
}

/// Whoever hears what the loop says.
pub type Listener<'a> = &'a mut dyn FnMut(News<'_>);

/// Works on all tracks until none is left or somebody stops it; answers how each ended, and the tracks, in their order.
///
/// At most one share is worked on at a time, the one that was due first. Waits end by the wall clock: a computer that slept
/// goes on within seconds of waking when its time has come, and one whose clock was put back waits until it shows the time.
/// When dropped between shares nothing is open; within one see [`Track::share`].
pub async fn run<T: Track>(
    tracks: Vec<T>,
    clock: &Clock,
    mut stop: watch::Receiver<Stop>,
    tell: Listener<'_>,
) -> (Vec<Share>, Vec<T>) {
    let now = clock.now().utc;
    let mut lanes: Vec<Lane<T>> = tracks.into_iter().map(|track| Lane::new(track, now)).collect();
    loop {
        lanes.iter_mut().for_each(|lane| lane.hear(tell));
        if *stop.borrow_and_update() != Stop::No {
            lanes.iter_mut().for_each(Lane::interrupt);
        }
        if lanes.iter().all(|lane| lane.ended.is_some()) {
            return lanes.into_iter().filter_map(|lane| Some((lane.ended?, lane.track))).unzip();
        }
        let due = lanes.iter().filter_map(Lane::due).min();
        let first = lanes.iter_mut().filter(|lane| lane.due().is_some()).min_by_key(|lane| lane.due);
        match first {
            Some(lane) if lane.due <= clock.now().utc => {
                let share = lane.track.share(stop.clone()).await;
                lane.settle(share, clock.now().utc, tell);
            }
            _ => {
                let now = clock.now().utc;
                if due.is_none_or(|due| due.duration_since(now) > LONG) {
                    tell(News::Away);
                }
                let heard = || lanes.iter_mut().any(Lane::is_changed);
                wait::away(due.unwrap_or(Timestamp::MAX), clock, &mut stop, heard).await;
            }
        }
    }
}

/// A track on its way.
struct Lane<T> {
    track: T,
    name: String,
    /// When its next share may begin.
    due: Timestamp,
    held: bool,
    record: Record,
    last: Option<Share>,
    ended: Option<Share>,
}

impl<T: Track> Lane<T> {
    fn new(track: T, now: Timestamp) -> Self {
        let name = track.name();
        Self { track, name, due: now, held: false, record: Record::default(), last: None, ended: None }
    }

    /// When its next share may begin; none while it is held or has ended.
    fn due(&self) -> Option<Timestamp> {
        (self.ended.is_none() && !self.held).then_some(self.due)
    }

    /// Hears what others want.
    fn hear(&mut self, tell: Listener<'_>) {
        if self.ended.is_some() {
            return;
        }
        let held = match self.track.look() {
            Look::Free => false,
            Look::Held => true,
            Look::Over(share) => {
                self.ended = Some(share);
                return;
            }
        };
        if held != self.held {
            self.held = held;
            tell(News::Held { name: &self.name, held });
        }
    }

    /// Whether others want something else than before.
    fn is_changed(&mut self) -> bool {
        self.ended.is_none()
            && match self.track.look() {
                Look::Free => self.held,
                Look::Held => !self.held,
                Look::Over(_) => true,
            }
    }

    fn settle(&mut self, share: Share, now: Timestamp, tell: Listener<'_>) {
        let next = self.record.next(&share, now);
        tell(News::Shared { name: &self.name, share: &share, next });
        match next {
            Next::At(at) | Next::Resumed(at) => self.due = at,
            Next::Over => self.ended = Some(share.clone()),
        }
        self.last = Some(share);
    }

    /// Ends it because somebody stopped the loop; what was due stays due.
    fn interrupt(&mut self) {
        if self.ended.is_some() {
            return;
        }
        let remaining = self.last.as_ref().map_or(0, |last| last.remaining);
        let why = "interrupted while nothing was in hand; the same command goes on later".to_owned();
        let due_at = self.last.as_ref().map(|_| self.due);
        self.ended = Some(Share { ending: Ending::Interrupted, why, due_at, remaining, did_something: false });
    }
}
