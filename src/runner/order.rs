//! What a run is asked to do, and what came of it.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use tokio::sync::oneshot;

use crate::browser::page::Unread;
use crate::event::exit::Ending;
use crate::event::fact::{Mode, RunStarted};
use crate::event::link::Entry;
use crate::event::progress::Progress;
use crate::event::state::EffectState;
use crate::policy::pace::Pace;

use super::message::Subject;

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub struct Order {
    /// What is fixed for the whole run and written first.
    pub started: RunStarted,
    /// The acting flow of the pack.
    pub flow: String,
    /// The people of a rehearsal, in order. A live run takes them from the ledger.
    pub rehearse: Vec<Subject>,
    /// At most so many people this time.
    pub limit: Option<NonZeroU32>,
    /// Before the first person of a day: walk one person's pages up to the last click, and read once more whom the last day
    /// removed.
    pub probe: bool,
    /// Wait for caps instead of ending with "due later".
    pub until_done: bool,
    /// How fast.
    pub pace: Pace,
    /// The civil time zone, for debits.
    pub zone: jiff::tz::TimeZone,
    /// Where chance begins.
    pub seed: u64,
    /// No pictures: for measuring.
    pub shots: bool,
}

impl Order {
    /// Rehearsal or live.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.started.mode
    }
}

/// What a run says while it works.
#[derive(Debug)]
pub enum Telling<'a> {
    /// A durable fact, after it was written.
    Fact(&'a Entry),
    /// A sign of life.
    Progress(&'a Progress),
    /// A dialog stands open whose text nobody knows: somebody who can read it answers whether it asks for this one removal and
    /// nothing else. Dropped unanswered, nobody is there who can.
    Unread {
        /// What it says.
        unread: &'a Unread,
        /// The person whose dialog it is.
        subject: Subject,
        /// Until when an answer is waited for.
        until: jiff::Timestamp,
        /// The answer.
        reply: oneshot::Sender<bool>,
    },
}

/// Whoever hears what a run says.
pub type Listener<'a> = &'a mut (dyn FnMut(Telling<'_>) + Send);

/// What came of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// Why, in words.
    pub why: String,
    /// When more is due.
    pub due_at: Option<jiff::Timestamp>,
    /// How many people are still to be done by this plan.
    pub remaining: u64,
    /// How many people of the plan stand where.
    pub states: BTreeMap<EffectState, u64>,
    /// How many people this run's rehearsal found ready, and how many it walked.
    pub rehearsed: (u64, u64),
    /// The page's own total at the first reading and at the newest, and how many removals were sent; none where it was not read.
    pub totals: Option<(u64, u64, u64)>,
    /// WebDriver commands of each removal, from the list loaded to the row gone, pictures not counted.
    pub commands: Vec<u64>,
}
