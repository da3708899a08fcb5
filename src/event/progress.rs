//! What is going on right now: shown and forgotten, never stored.

use std::time::Duration;

use super::fact::Mode;
use super::id::Slug;
use super::state::EffectState;

/// A sign of life of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// The browser is being started.
    Opening,
    /// One person's turn began.
    Item {
        /// Which of this run's people, from 1.
        index: u64,
        /// How many this run has.
        of: u64,
        /// The person.
        slug: Slug,
        /// The person's name as the export has it.
        name: String,
        /// Rehearsal or live.
        mode: Mode,
    },
    /// A step of the flow is being carried out.
    Step {
        /// The step's id in the flow file.
        id: String,
    },
    /// A list is being read.
    Rows {
        /// Rows that were read.
        read: u64,
        /// The page's own number of them, where it says one.
        total: Option<u64>,
    },
    /// One person is settled for now.
    Settled {
        /// The person.
        slug: Slug,
        /// Where the effect stands, or none in a rehearsal.
        state: Option<EffectState>,
        /// How long it took.
        took: Duration,
    },
    /// A person is asked to do something in the browser window; the run goes on by itself when it is done.
    Person {
        /// What to do.
        words: String,
        /// Until when.
        until: jiff::Timestamp,
    },
    /// Nothing is done until then.
    Pause {
        /// Until when.
        until: jiff::Timestamp,
        /// Why: `gap`, `batch pause`, `20 in 24 hours`, …
        why: String,
    },
    /// Something worth a line, for example that a second choice of a target won.
    Note {
        /// What.
        text: String,
    },
}
