//! What came of a share, and what follows from it.

use jiff::{SignedDuration, Timestamp};

use crate::event::exit::Ending;

/// How long until an account that another process works on is looked at again.
const OWNED: SignedDuration = SignedDuration::from_mins(1);

/// How long to wait before a browser or a site that could not be reached is tried again. The first waits are for a network
/// that comes up after the computer woke, the later ones for a router without power; the last one repeats.
const UNREACHED: [SignedDuration; 3] =
    [SignedDuration::from_mins(5), SignedDuration::from_mins(15), SignedDuration::from_hours(1)];

/// So many tries in a row that reached nothing end a track: a day and a half.
const TRIES: u32 = 36;

/// The longest pause after shares that were due at once and did nothing.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// What came of one share of a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// How it ended.
    pub ending: Ending,
    /// Why, in words.
    pub why: String,
    /// When more is due, where that is known.
    pub due_at: Option<Timestamp>,
    /// How many people are left to this track.
    pub remaining: u64,
    /// Whether a run was made, and not only found that nothing is due.
    pub did_something: bool,
}

/// What follows from a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another share, not before this time.
    At(Timestamp),
    /// Another share once the account is not paused any more, and not before this time.
    Resumed(Timestamp),
    /// Nothing: the track has ended like this share.
    Over,
}

/// What is remembered of a track's shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Record {
    /// How many in a row reached nothing.
    unreached: u32,
    /// How many in a row did nothing although more was due at once.
    idle: u32,
    /// How many people were left after the last one.
    remaining: Option<u64>,
}

impl Record {
    /// What follows from a share that ended `now`.
    pub fn next(&mut self, share: &Share, now: Timestamp) -> Next {
        self.unreached = if share.ending == Ending::NoBrowser { self.unreached + 1 } else { 0 };
        let did_nothing = self.remaining == Some(share.remaining);
        self.remaining = Some(share.remaining);
        self.idle = if did_nothing && share.due_at.is_none_or(|due| due <= now) { self.idle + 1 } else { 0 };
        match (share.ending, share.due_at) {
            // A few who failed are told; the others go on.
            (Ending::DueLater | Ending::SomeFailed, Some(due)) => Next::At(due.max(later(now, self.pause()))),
            (Ending::DueLater, None) => Next::Resumed(later(now, self.pause())),
            // A silence that the site asked for, without a latch.
            (Ending::Stopped, Some(due)) => Next::At(due),
            (Ending::Owned, _) => Next::At(later(now, OWNED)),
            (Ending::NoBrowser, _) if self.unreached < TRIES => {
                let at = usize::try_from(self.unreached - 1).unwrap_or(usize::MAX).min(UNREACHED.len() - 1);
                Next::At(later(now, UNREACHED[at]))
            }
            _ => Next::Over,
        }
    }

    /// Nothing after a share that did something; else longer and longer, so that a mistake never makes a busy loop.
    fn pause(&self) -> SignedDuration {
        match self.idle {
            0 => SignedDuration::ZERO,
            idle => SignedDuration::from_secs(1 << idle.min(10)).min(LONGEST_PAUSE),
        }
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
