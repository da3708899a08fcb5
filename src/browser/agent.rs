//! The page agent's side that is Rust: its text, what is sent with each call, and what an answer means.

use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value, json};

use super::page::{Landing, PageError, RowSlice, Sight};
use super::said::{self, Said};
use super::wire::{Command, ELEMENT_KEY};

/// How long one call may wait in the page: a navigation ends the script, and a new document needs a new one.
pub(super) const SLICE: Duration = Duration::from_millis(1500);

/// How long one call that reads rows may take: so long a signal may have to wait.
pub(super) const ROWS_SLICE: Duration = Duration::from_millis(2500);

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

/// One call of the agent: `secret` names what it leaves in the document between calls. Where `says`, the answer comes with all
/// that the document says.
pub(super) fn call(
    look: &Value,
    secret: &str,
    (slice, last): (Duration, bool),
    (past_workers, says): (bool, bool),
) -> Command {
    let envelope = json!({
        "look": look, "secret": secret, "slice_ms": millis(slice), "last": last, "past_workers": past_workers,
    });
    let script = if says { saying_script() } else { script() };
    Command::post("execute/sync", &json!({"script": script, "args": [envelope]}))
}

/// One call that reads rows for one slice; `says` as for [`call`].
pub(super) fn rows_call(rows: &Value, secret: &str, says: bool) -> Command {
    let envelope = json!({
        "look": rows["look"], "rows": rows, "secret": secret, "slice_ms": millis(ROWS_SLICE), "last": false,
    });
    let script = if says { saying_rows_script() } else { rows_script() };
    Command::post("execute/sync", &json!({"script": script, "args": [envelope]}))
}

/// What the document says, taken out of the answer to a call that asks for it. None: the document is gone, or a prompt lies
/// over it.
///
/// # Errors
/// It is no such answer.
pub(super) fn take_said(value: &mut Value) -> Result<Option<Said>, PageError> {
    if value.is_null() {
        return Ok(None);
    }
    let said = serde_json::from_value(value["said"].take()).map_err(|error| garbled(&error))?;
    *value = value["answer"].take();
    Ok(Some(said))
}

/// Reads the answer to a call that reads rows; none where a prompt of the page opened meanwhile.
///
/// # Errors
/// It is not one.
pub(super) fn rows_answer(value: Value) -> Result<Option<RowSlice>, PageError> {
    if value.is_null() {
        return Ok(None);
    }
    serde_json::from_value(value).map(Some).map_err(|error| garbled(&error))
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

/// Joins the files of `agent/` into one function that is called with the command's argument, with a last line that says
/// what the call is for. The order matters: a class stands before the one that extends it.
macro_rules! joined {
    ($($last:expr),+) => {
        concat!(
            "return (function (envelope) {\n'use strict';\n",
            include_str!("agent/request.js"),
            include_str!("agent/text.js"),
            include_str!("agent/tree.js"),
            include_str!("agent/roles.js"),
            include_str!("agent/eye.js"),
            include_str!("agent/find.js"),
            include_str!("agent/signs.js"),
            include_str!("agent/guard.js"),
            include_str!("agent/near.js"),
            include_str!("agent/asked.js"),
            include_str!("agent/vault.js"),
            include_str!("agent/arm.js"),
            include_str!("agent/wait.js"),
            include_str!("agent/look.js"),
            $($last),+,
            "})\n(arguments[0]);"
        )
    };
}

/// The agent as it answers a look.
fn script() -> &'static str {
    static SCRIPT: OnceLock<String> = OnceLock::new();
    SCRIPT.get_or_init(|| lean(joined!("return unlessGone(run());\n")))
}

/// The agent as it reads rows.
fn rows_script() -> &'static str {
    static SCRIPT: OnceLock<String> = OnceLock::new();
    SCRIPT.get_or_init(|| lean(joined!(include_str!("agent/rows.js"), "return unlessGone(readRows());\n")))
}

/// A script of the agent whose answer comes with what the document says in the same moment.
fn saying(script: &str) -> String {
    let and_said = "(answer) => (answer === null ? null : { answer, said: said(arguments[0], false) })";
    format!(
        "const said = {};\nreturn (function () {{ {script} }})(...arguments)\n.then({and_said});",
        lean(said::SCRIPT)
    )
}

fn saying_script() -> &'static str {
    static SCRIPT: OnceLock<String> = OnceLock::new();
    SCRIPT.get_or_init(|| saying(script()))
}

fn saying_rows_script() -> &'static str {
    static SCRIPT: OnceLock<String> = OnceLock::new();
    SCRIPT.get_or_init(|| saying(rows_script()))
}

/// The text of a call of one of the other scripts, with all arguments of the command.
pub(super) fn call_of_script(function: &str) -> String {
    format!("const said = {};\nreturn {}\n(...arguments);", lean(said::SCRIPT), lean(function))
}

/// A script without indentation and whole-line comments: it travels with every call.
fn lean(script: &str) -> String {
    let lines = script.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that is in the folder and not in the list would be missed by nobody else.
    #[test]
    fn every_file_of_the_agent_is_joined() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/browser/agent");
        let mut names = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = lean(&std::fs::read_to_string(&path).unwrap());
            assert!(rows_script().contains(&text), "{} is not joined", path.display());
            assert_eq!(script().contains(&text), !path.ends_with("rows.js"), "{}", path.display());
            names += 1;
        }
        assert!(names > 10, "only {names} files");
    }

    #[test]
    fn a_call_ends_with_what_it_is_for() {
        assert!(rows_script().ends_with("return unlessGone(readRows());\n})\n(arguments[0]);"));
        assert!(!rows_script().contains("return unlessGone(run());"));
        assert!(script().ends_with("return unlessGone(run());\n})\n(arguments[0]);"));
    }
}
