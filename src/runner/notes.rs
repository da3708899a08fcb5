//! What is noted of one browser session, from its first look to its last: whom the shell shows, what was done, how many
//! clicks were armed.

use super::clock::Clock;
use super::message::Desk;
use super::walk::{Values, Walker};
use crate::browser::page::{Document, Rect};
use crate::flow::pack::Pack;

/// The notes of one session.
#[derive(Debug, Default)]
pub struct Notes {
    /// The shell's identity at the session's first reading.
    pub identity: Option<Values>,
    /// What was done since it was told last, for the observation.
    pub trail: Vec<Track>,
    /// How many clicks were armed.
    tokens: u64,
}

/// One step as it was carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// The flow.
    pub flow: String,
    /// The step's id.
    pub step: String,
    /// Where the step stands: file, line, column.
    pub place: String,
    /// Which alternative of the step's target won, within the generation.
    pub winner: Option<u32>,
    /// What the target is called on the page; empty where the step has none.
    pub name: String,
    /// Where the target was.
    pub rect: Option<Rect>,
    /// When it began.
    pub started: jiff::Timestamp,
    /// When it ended.
    pub ended: jiff::Timestamp,
    /// How it ended, in words.
    pub result: String,
    /// The document afterwards.
    pub page: Document,
}

impl Track {
    /// That the step's target was not found by its first way, in words.
    pub(super) fn fallback(&self) -> Option<String> {
        fallback(&self.step, self.winner, &self.name)
    }
}

/// That a step's target was not found by its first way, in words.
pub(super) fn fallback(step: &str, winner: Option<u32>, name: &str) -> Option<String> {
    let way = winner.filter(|winner| *winner > 0)? + 1;
    Some(format!("step `{step}` found \"{name}\" only by way {way} of its target"))
}

impl Notes {
    /// A walker on the session's page. Without a `desk` nobody counts profile views, and no profile is opened.
    pub fn walker<'a, P>(
        &'a mut self,
        page: &'a mut P,
        (pack, clock): (&'a Pack, &'a Clock),
        desk: Option<&'a Desk>,
    ) -> Walker<'a, P> {
        Walker { page, pack, clock, desk, own: None, began: clock.now().utc, notes: self }
    }

    /// A name for the next armed click, unique in the session.
    pub(super) fn token(&mut self) -> String {
        self.tokens += 1;
        format!("t{}", self.tokens)
    }

    /// Takes the shell's identity from a look, where it is the first that shows one.
    pub(super) fn meet(&mut self, identity: Option<&Values>) {
        if self.identity.is_none() {
            self.identity = identity.cloned();
        }
    }
}
