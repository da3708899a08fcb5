//! A recording of another tool as a draft: a flow, its targets and its words, for a person to decide on.
//!
//! A draft is never run as it is: every click says `effect = "?"`, which the check refuses until somebody has decided what
//! it does. Nothing that was typed in the recording is written: each typed text becomes an input, and a `secret` unless the
//! recording says that its field is a plain one.

mod recorder;
mod recording;
mod side;
mod writer;

use serde_json::Value;

pub use recording::{LARGEST, NoRecording};
pub use writer::Draft;

/// Reads a recording: DevTools Recorder JSON or a Selenium IDE project, of which `test` names the test that is meant; where
/// none is named, it is the first that has commands.
///
/// # Errors
/// The text is no recording, or has no such test.
pub fn draft(text: &str, test: Option<&str>) -> Result<Draft, NoRecording> {
    if text.len() > LARGEST {
        return Err(NoRecording::TooLarge(text.len()));
    }
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| NoRecording::NoJson(error.to_string()))?;
    let recording = match (recorder::read(&value), test) {
        (Some(_), Some(wanted)) => return Err(NoRecording::NoTest { wanted: wanted.to_owned(), known: vec![] }),
        (Some(recording), None) => recording,
        (None, test) => side::read(&value, test).ok_or(NoRecording::Unknown)??,
    };
    if recording.acts.is_empty() {
        return Err(NoRecording::Empty);
    }
    Ok(writer::write(recording.without_typed()))
}
