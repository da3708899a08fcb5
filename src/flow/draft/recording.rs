//! A recording as all tools mean it, and what is read from one of either kind.

use serde_json::Value;

use crate::flow::limit;

/// The most steps of a recording that are taken over.
pub(super) const MOST_STEPS: usize = limit::MOST_STEPS;

/// A recording as all tools mean it.
pub(super) struct Recording {
    pub(super) title: String,
    pub(super) acts: Vec<Act>,
    pub(super) notes: Vec<String>,
}

/// One step of a recording.
pub(super) enum Act {
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
pub(super) enum Locator {
    Css(String),
    Xpath(String),
    /// An accessible name, and a role where one is said.
    Named(Option<String>, String),
    Text(String),
}

/// A text of a recording's field, or an empty one.
pub(super) fn text_of<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The key that a recording names, if a flow can press it.
pub(super) fn key(name: &str) -> Option<&'static str> {
    crate::flow::grammar::KEYS.iter().find(|(known, ())| known.eq_ignore_ascii_case(name)).map(|(known, ())| *known)
}
