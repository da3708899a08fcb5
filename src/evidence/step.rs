//! One step of a walk of which every step is kept, as a file beside its picture: `steps/03-reason/record.json`.

use serde::{Deserialize, Serialize};

use super::observation::{Assertion, PageRead, Redaction};
use crate::event::id::Slug;
use crate::event::stamp::Stamp;

/// The outcomes of a step that did what it is for; every other one says in words what was there instead.
pub const FITTING: [&str; 3] = ["held", "landed", "done by a person"];

/// The content of a step's `record.json`. Written once, never changed.
///
/// Typed secrets appear nowhere in it: a step that types one says only which input it typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecord {
    /// The version of this file's shape: 1.
    pub v: u32,
    /// Its place in the walk, from 1.
    pub number: u32,
    /// The flow.
    pub flow: String,
    /// The step's id.
    pub step: String,
    /// Where the step stands: `flows/close-account.toml:12:1`.
    pub place: String,
    /// What the step does: `goto`, `click`, `fill`, …
    pub verb: String,
    /// The target of the step, where it has one.
    pub target: Option<String>,
    /// What the target is called on the page.
    pub name: String,
    /// Which alternative of the target was found, from 0.
    pub alternative: Option<u32>,
    /// Where the target was on the page: left, top, width and height in CSS pixels of the viewport.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_at: Option<(i64, i64, i64, i64)>,
    /// When it began.
    pub began: Stamp,
    /// When it ended.
    pub ended: Stamp,
    /// The civil time zone.
    pub zone: String,
    /// The signed-in account, as read from a page of this session; none before it was read, or where nobody is.
    pub account: Option<Slug>,
    /// The page as it was after the step.
    pub page: PageRead,
    /// What had to hold afterwards, and what did.
    pub assertions: Vec<Assertion>,
    /// What was read from the page: what, value.
    pub read: Vec<(String, String)>,
    /// How it ended, in words.
    pub outcome: String,
    /// The picture, relative to the run's folder; none where none was kept.
    pub shot: Option<String>,
    /// The page's snapshot, relative to the run's folder; none where none was kept.
    pub snapshot: Option<String>,
    /// What was covered in the picture.
    pub redactions: Vec<Redaction>,
    /// What should have been kept and was not, in words.
    pub missing: Vec<String>,
}

impl StepRecord {
    /// Whether the step did what it is for.
    #[must_use]
    pub fn fits(&self) -> bool {
        FITTING.contains(&self.outcome.as_str())
    }
}
