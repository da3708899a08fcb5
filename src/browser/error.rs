//! One table from what both drivers and fantoccini call an error to the closed set [`PageError`].
//!
//! What is not listed is [`PageError::Refused`] where a driver answered in the protocol's own form, and
//! [`PageError::Lost`] where it did not: nothing unknown is ever read as "it did not happen".

use fantoccini::error::{CmdError, ErrorStatus, NewSessionError, WebDriver};
use serde_json::Value;

use super::page::PageError;

/// How a command failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The document went away under the script: ask the next one.
    Cut,
    /// Anything else.
    Page(PageError),
}

impl From<Fault> for PageError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Cut => Self::Refused("the document went away under the script".to_owned()),
            Fault::Page(error) => error,
        }
    }
}

/// Texts after which the session, its tab or its browser is gone, whatever the error's code.
const LOST: [&str; 11] = [
    "tab crashed",
    "page crash",
    "chrome not reachable",
    "not connected to devtools",
    "disconnected:",
    "closed the connection",
    "failed to decode response from marionette",
    "tried to run command without establishing a connection",
    "browsing context has been discarded",
    "target window already closed",
    "no such window",
];

/// Texts that say that a navigation took the document away under a script.
const CUT: [&str; 8] = [
    "document was unloaded",
    "aborted by navigation",
    "execution context was destroyed",
    "cannot find context with specified id",
    "no such execution context",
    "inspected target navigated or closed",
    "actor 'marionettecommands' destroyed before query",
    "loader has changed while resolving nodes",
];

/// Texts of addresses that could not be loaded.
const UNREACHABLE: [&str; 4] = ["net::err_", "reached error page", "about:neterror", "ns_error_"];

/// The table.
pub(super) fn fault(error: CmdError) -> Fault {
    match error {
        CmdError::Standard(error) => standard(&error),
        CmdError::NotW3C(Value::String(text)) => by_text(&text).unwrap_or_else(|| refused(&text)),
        CmdError::NotW3C(other) => by_text(&other.to_string()).unwrap_or_else(|| lost(&cut(&other.to_string()))),
        // geckodriver's way to say that it does not know a command.
        CmdError::NotJson(text) if text.trim() == "HTTP method not allowed" => refused(&text),
        CmdError::NotJson(text) => lost(&format!("not a driver's answer: {}", cut(&text))),
        CmdError::InvalidArgument(argument, why) => refused(&format!("{argument}: {why}")),
        other => lost(&other.to_string()),
    }
}

fn standard(error: &WebDriver) -> Fault {
    let text = &*error.message;
    match error.error {
        ErrorStatus::StaleElementReference | ErrorStatus::NoSuchElement | ErrorStatus::DetachedShadowRoot => {
            Fault::Page(PageError::Stale)
        }
        ErrorStatus::UnexpectedAlertOpen => Fault::Page(PageError::Prompt(prompt(error))),
        ErrorStatus::InvalidSessionId | ErrorStatus::NoSuchWindow | ErrorStatus::SessionNotCreated => lost(text),
        ErrorStatus::InsecureCertificate => Fault::Page(PageError::Unreachable(cut(text))),
        ErrorStatus::ScriptTimeout => Fault::Cut,
        ErrorStatus::JavascriptError => match by_text(text) {
            Some(known) => known,
            None => Fault::Page(PageError::Garbled(cut(text))),
        },
        _ => by_text(text).unwrap_or_else(|| refused(&format!("{}: {text}", error.error))),
    }
}

fn by_text(text: &str) -> Option<Fault> {
    let folded = text.to_lowercase();
    let says = |list: &[&str]| list.iter().any(|part| folded.contains(part));
    if says(&LOST) {
        return Some(lost(text));
    }
    if says(&CUT) {
        return Some(Fault::Cut);
    }
    says(&UNREACHABLE).then(|| Fault::Page(PageError::Unreachable(cut(text))))
}

fn lost(why: &str) -> Fault {
    Fault::Page(PageError::Lost(cut(why)))
}

fn refused(why: &str) -> Fault {
    Fault::Page(PageError::Refused(cut(why)))
}

fn prompt(error: &WebDriver) -> String {
    let text = error.data.as_ref().and_then(|data| data.get("text")).and_then(Value::as_str);
    match text {
        Some(text) => cut(text),
        None => match error.message.split_once("Alert text : ") {
            Some((_, rest)) => cut(rest.trim_end().trim_end_matches('}')),
            None => cut(&error.message),
        },
    }
}

/// The first line of a driver's message, at most 300 characters: what follows are stack addresses.
fn cut(text: &str) -> String {
    text.trim().lines().next().unwrap_or_default().chars().take(300).collect()
}

/// Why no session was created, as one line.
pub(super) fn not_created(error: &NewSessionError) -> String {
    match error {
        NewSessionError::SessionNotCreated(error) => cut(&error.message),
        NewSessionError::NotW3C(Value::String(text)) => cut(text),
        NewSessionError::NotW3C(value) => {
            cut(value.get("message").and_then(Value::as_str).unwrap_or(&value.to_string()))
        }
        other => cut(&other.to_string()),
    }
}
