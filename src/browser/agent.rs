//! The page agent's side that is Rust: its text, what is sent with each call, and what an answer means.

use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value, json};

use super::page::{Landing, PageError, Sight};
use super::wire::{Command, ELEMENT_KEY};

/// How long one call may wait in the page: a navigation ends the script, and a new document needs a new one.
pub(super) const SLICE: Duration = Duration::from_millis(1500);

/// What one slice answered.
#[derive(Debug)]
pub(super) enum Slice {
    /// Nothing held yet; what became of the click armed before, where it is known by now.
    Pending(Option<Landing>),
    /// A prompt of the page opened while the script ran: the next command tells which.
    Interrupted,
    /// The look is over.
    Done(Box<Sight>),
}

/// One call of the agent: `secret` names what it leaves in the document between calls.
pub(super) fn call(look: &Value, secret: &str, slice: Duration, last: bool) -> Command {
    let envelope = json!({"look": look, "secret": secret, "slice_ms": millis(slice), "last": last});
    Command::post("execute/sync", &json!({"script": script(), "args": [envelope]}))
}

/// Reads an answer.
///
/// # Errors
/// It is not one.
pub(super) fn answer(mut value: Value) -> Result<Slice, PageError> {
    if value.is_null() {
        return Ok(Slice::Interrupted);
    }
    if value.get("status").and_then(Value::as_str) == Some("pending") {
        let click = value["click"].take();
        return serde_json::from_value(click).map(Slice::Pending).map_err(|error| garbled(&error));
    }
    if let Some(element) = value.pointer_mut("/armed/element") {
        *element = element.get_mut(ELEMENT_KEY).map(Value::take).unwrap_or_default();
    }
    let sight: Sight = serde_json::from_value(value).map_err(|error| garbled(&error))?;
    Ok(Slice::Done(Box::new(sight)))
}

fn garbled(error: &serde_json::Error) -> PageError {
    PageError::Garbled(error.to_string())
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The agent's text without indentation and whole-line comments: it travels with every call.
fn script() -> &'static str {
    static SCRIPT: OnceLock<String> = OnceLock::new();
    SCRIPT.get_or_init(|| {
        let lines = include_str!("agent.js").lines().map(str::trim).filter(|line| !line.starts_with("//"));
        let body: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        format!("return {}\n(arguments[0]);", body.join("\n"))
    })
}
