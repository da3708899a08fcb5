//! How a walk compares with an earlier one, step by step, as a replay records it.
//!
//! Values only: the rules by which a step is judged, and the pictures, are elsewhere.

use serde::{Deserialize, Serialize};

use super::id::RunId;
use super::kept_file::KeptFile;
use super::shot::Shot;

/// How a step of a walk is like the same step of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// Nothing that is compared differs.
    Same,
    /// Found by another alternative, at another address or in another place; else the same.
    Moved,
    /// What a control is called, the page's title, its text or its picture, or what was checked differs.
    Changed,
    /// It was walked then; now it did not fit, or the walk went on without it.
    Gone,
    /// It was walked then; now the walk ended before it: what became of it is not known.
    NotReached,
    /// It is walked only now.
    New,
    /// It lies behind the place up to which this walk could go: nothing is known of it.
    NotWalked,
}

impl Likeness {
    /// All of them, in the order in which they are counted.
    pub const ALL: [Self; 7] =
        [Self::Changed, Self::Gone, Self::NotReached, Self::New, Self::Moved, Self::Same, Self::NotWalked];

    /// The word in records, the same as in the fact.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Moved => "moved",
            Self::Changed => "changed",
            Self::Gone => "gone",
            Self::NotReached => "not-reached",
            Self::New => "new",
            Self::NotWalked => "not-walked",
        }
    }

    /// Whether the pages are not what they were: neither the same, nor only moved, nor unknown.
    #[must_use]
    pub fn is_another(self) -> bool {
        matches!(self, Self::Changed | Self::Gone | Self::NotReached | Self::New)
    }
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The run that walked again.
    pub run: RunId,
    /// The earlier run.
    pub with: RunId,
    /// Every step of either, in order.
    pub steps: Vec<ComparedStep>,
    /// The earlier pictures and those of the differences, as the new run keeps them.
    pub shots: Vec<Shot>,
    /// The same as a file, with what is covered in these pictures.
    pub files: Vec<KeptFile>,
}

impl Compared {
    /// The ids of the steps that were judged so, in order.
    #[must_use]
    pub fn judged(&self, likeness: Likeness) -> Vec<&str> {
        let steps = self.steps.iter().filter(|step| step.likeness == likeness);
        steps.map(|step| step.step.as_str()).collect()
    }

    /// Whether some page is not what it was.
    #[must_use]
    pub fn is_another(&self) -> bool {
        self.steps.iter().any(|step| step.likeness.is_another())
    }
}

/// One step of either walk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedStep {
    /// The flow.
    pub flow: String,
    /// The step's id.
    pub step: String,
    /// How it was judged.
    pub likeness: Likeness,
    /// What differs or why nothing is known, in words; empty where nothing does.
    pub why: Vec<String>,
    /// As it was in the earlier run.
    pub then: Option<Side>,
    /// As it is now.
    pub now: Option<Side>,
    /// How the pictures differ; none where one of them is missing.
    pub difference: Option<Difference>,
}

/// A step as one of the two runs has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Its place in that walk, from 1.
    pub number: u32,
    /// The page's address after the step, without query and fragment.
    pub address: String,
    /// The page's title.
    pub title: String,
    /// What the step's target is called.
    pub name: String,
    /// Which alternative of the target was found, from 0.
    pub alternative: Option<u32>,
    /// The picture, relative to the new run's folder.
    pub shot: Option<String>,
}

/// How two pictures differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// How many points of a million differ, of those that were compared.
    pub of_a_million: u32,
    /// How many points were compared: those that both pictures have and neither covers.
    pub compared: u64,
    /// Width and height of the earlier picture.
    pub then: (u32, u32),
    /// Width and height of the new one.
    pub now: (u32, u32),
    /// The picture of the difference, relative to the new run's folder; none where there is nothing to show.
    pub shot: Option<String>,
}

impl Difference {
    /// Whether the pictures are of one size; else only what both have was compared.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.then == self.now
    }

    /// The share as people read it: `0.31 %`.
    #[must_use]
    pub fn percent(&self) -> String {
        let hundredths = (u64::from(self.of_a_million) + 50) / 100;
        match (self.of_a_million, hundredths) {
            (0, _) => "0 %".to_owned(),
            (_, 0) => "under 0.01 %".to_owned(),
            _ => format!("{}.{:02} %", hundredths / 100, hundredths % 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_without_more_digits_than_it_has() {
        let of =
            |of_a_million| Difference { of_a_million, compared: 1, then: (1, 1), now: (1, 1), shot: None }.percent();
        let shown = [0, 1, 50, 3_149, 5_000, 123_456, 1_000_000].map(of);
        assert_eq!(shown, ["0 %", "under 0.01 %", "0.01 %", "0.31 %", "0.50 %", "12.35 %", "100.00 %"]);
    }

    #[test]
    fn the_words_are_those_of_the_record() {
        for likeness in Likeness::ALL {
            assert_eq!(serde_json::to_string(&likeness).unwrap(), format!("\"{}\"", likeness.as_str()));
        }
    }
}
