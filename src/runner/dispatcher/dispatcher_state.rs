//! What the dispatcher remembers of a run between two messages, by subject.
//!
//! Only values: the file of each subject reads and changes its own. Nothing here survives the process; what must is in the
//! ledger.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::witness::{Balance, Whose};
use crate::browser::page::Document;
use crate::event::id::Slug;
use crate::evidence::observation::{Assertion, Redaction};
use crate::policy::history::History;
use crate::policy::pace::Jitter;
use crate::policy::slowdown::Slowdown;
use crate::runner::message::Seen;
use crate::runner::walk::notes::Track;

/// What moves the gaps of this run.
#[derive(Debug, Clone, Default)]
pub(super) struct Tact {
    pub(super) slowdown: Slowdown,
    /// The document that was read last, how many of its resources answered 429, and whether it said 5xx itself.
    pub(super) last_document: (String, u32, bool),
    /// The draw that belongs to the next slot: one draw a slot, or the wait would be the shortest of many.
    pub(super) jitter: Option<(usize, Jitter)>,
    /// What was charged, as far as it was read.
    pub(super) history: History,
    /// Whether it was said that the clock was set forward.
    pub(super) leap_said: bool,
    /// When people of this rehearsal were begun: it visits pages at the plan's gaps, and spends no quota.
    pub(super) rehearsed_at: Vec<Timestamp>,
}

/// A wait that is spent without a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runner) struct Rest {
    pub(super) until: Timestamp,
    pub(super) why: String,
}

/// What was looked at for which date.
#[derive(Debug, Clone, Default)]
pub(super) struct Morning {
    /// The date whose look is over, or that began in an earlier run.
    pub(super) over: Option<Date>,
    /// The date on which the pages were as the pack says.
    pub(super) probed: Option<Date>,
    /// People whose pages had nothing to remove.
    pub(super) passed: BTreeSet<Slug>,
}

/// What a rehearsal found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rehearsed {
    pub(super) ready: u64,
    pub(super) walked: u64,
    pub(super) failed: u64,
}

/// What was read and done for one person since the last observation.
#[derive(Debug, Clone, Default)]
pub(super) struct Trail {
    pub(super) read: Vec<(String, String)>,
    pub(super) tracks: Vec<Track>,
    pub(super) page: Option<Document>,
    pub(super) redactions: Vec<Redaction>,
    pub(super) assertions: Vec<Assertion>,
}

/// What went wrong so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Trouble {
    /// Failures since the last person who went well.
    pub(super) in_a_row: u32,
    /// People of this run who failed for good.
    pub(super) failed: u64,
    /// The step that did not fit last, unless somebody went well since.
    pub(super) last_miss: Option<String>,
    /// People whose page did not fit a step once: they come last, and a second miss fails them.
    pub(super) missed_once: BTreeSet<Slug>,
}

/// What the site said after the last click for somebody.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) words: String,
    /// The picture of it and its page; nothing where an earlier run saw it.
    pub(super) seen: Seen,
}

/// What was said after the clicks that nobody decided about yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Notices(pub(super) BTreeMap<Whose, Said>);

/// What the totals of the whole list say, and whom the audit reads once more for them.
#[derive(Debug, Clone, Default)]
pub(super) struct Arithmetic {
    pub(super) balance: Balance,
    /// Who was gone in the audit while the total did not fit.
    pub(super) put_off: BTreeSet<Whose>,
    /// When they are read once more.
    pub(super) again_at: Option<Timestamp>,
}
