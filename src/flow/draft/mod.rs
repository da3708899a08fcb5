//! A recording of another tool as a draft: a flow, its targets and its words, for a person to decide on.
//!
//! A draft is never run as it is: every click says `effect = "?"`, which the check refuses until somebody has decided what
//! it does. Nothing that was typed in the recording is written: each typed text becomes an input, and one into a field for
//! a password or a code becomes a `secret`.

mod recorder;
mod side;
mod writer;

use std::fmt;

use serde_json::Value;

/// The largest recording that is read, in bytes.
pub const LARGEST: usize = 4 * 1024 * 1024;
/// The most steps of a recording that are taken over.
const MOST_STEPS: usize = super::parse::MOST_STEPS;

/// The files of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The flow's name.
    pub name: String,
    /// `flows/NAME.toml`.
    pub flow: String,
    /// `targets/NAME.toml`.
    pub targets: String,
    /// Lines for `words/en.toml`; may be empty.
    pub words: String,
    /// What a person has to know or do, a sentence each.
    pub notes: Vec<String>,
}

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

/// A recording as all tools mean it.
struct Recording {
    title: String,
    acts: Vec<Act>,
    notes: Vec<String>,
}

/// One step of a recording.
enum Act {
    /// An address was loaded.
    Goto(String),
    /// Something was clicked.
    Click(Vec<Locator>),
    /// A text was typed; what it was is not kept.
    Fill(Vec<Locator>),
    /// A box was ticked or unticked.
    Check(Vec<Locator>, bool),
    /// A key was pressed.
    Press(&'static str),
    /// Something was waited for, for so many seconds.
    Wait(Vec<Locator>, u64),
    /// Something that the language has no word for, in the recording's own word.
    Unknown(String),
}

/// How a recording tells an element.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Locator {
    Css(String),
    Xpath(String),
    /// An accessible name, and a role where one is said.
    Named(Option<String>, String),
    Text(String),
}

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

/// A text of a recording's field, or an empty one.
fn text_of<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The key that a recording names, if a flow can press it.
fn key(name: &str) -> Option<&'static str> {
    super::grammar::KEYS.iter().find(|(known, ())| known.eq_ignore_ascii_case(name)).map(|(known, ())| *known)
}
