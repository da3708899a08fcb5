//! A recording of another tool as a draft: a flow, its targets and its words, for a person to decide on.
//!
//! A draft is never run as it is: every click says `effect = "?"`, which the check refuses until somebody has decided what
//! it does. Nothing that was typed in the recording is written: each typed text becomes an input, and one into a field for
//! a password or a code becomes a `secret`.

mod recorder;
mod recording;
mod side;
mod writer;

use std::fmt;

use serde_json::Value;

pub use writer::Draft;

/// The largest recording that is read, in bytes.
pub const LARGEST: usize = 4 * 1024 * 1024;

/// Why a text is no recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoRecording {
    /// It is longer than [`LARGEST`].
    TooLarge(usize),
    /// It is no JSON: what is wrong, at which line and column.
    NoJson(String),
    /// It is JSON and neither of the known kinds.
    Unknown,
    /// It holds no step.
    Empty,
}

impl fmt::Display for NoRecording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(size) => write!(f, "has {size} bytes; at most {LARGEST} are read"),
            Self::NoJson(why) => write!(f, "is no JSON: {why}"),
            Self::Unknown => f.write_str(
                "is no recording; wanted is the JSON of the DevTools Recorder (`steps`) or a Selenium IDE project (`tests`)",
            ),
            Self::Empty => f.write_str("holds no step"),
        }
    }
}

impl std::error::Error for NoRecording {}

/// Reads a recording: DevTools Recorder JSON or a Selenium IDE project.
///
/// # Errors
/// The text is no recording.
pub fn draft(text: &str) -> Result<Draft, NoRecording> {
    if text.len() > LARGEST {
        return Err(NoRecording::TooLarge(text.len()));
    }
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| NoRecording::NoJson(error.to_string()))?;
    let recording = recorder::read(&value).or_else(|| side::read(&value)).ok_or(NoRecording::Unknown)?;
    if recording.acts.is_empty() {
        return Err(NoRecording::Empty);
    }
    Ok(writer::write(recording))
}
