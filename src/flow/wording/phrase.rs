//! A mistake in words, and the turns of speech that its sentences share.

/// How much of a text from a pack a sentence repeats, in characters.
const LONGEST_QUOTE: usize = 60;

/// A mistake in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// What is wrong: a fragment in lower case.
    pub message: String,
    /// What stands under the marked text; often nothing.
    pub label: String,
    /// What to do.
    pub help: String,
}

/// A text from a pack, safe to print and of bounded length, in backticks.
#[must_use]
pub fn quoted(text: &str) -> String {
    let shown: String = text
        .chars()
        .take(LONGEST_QUOTE)
        .map(|c| match c {
            // What is quoted ends where we say so.
            '`' => '\'',
            c if c.is_control() || is_invisible(c) => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect();
    let more = if text.chars().nth(LONGEST_QUOTE).is_some() { "…" } else { "" };
    format!("`{shown}{more}`")
}

/// Whether a character only turns or hides the text around it.
pub(in crate::flow) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// `1 step`, `2 steps`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| quoted(name.as_ref())).collect::<Vec<_>>().join(", ")
}

pub(super) fn meant(near: Option<&String>, otherwise: String) -> String {
    near.map_or(otherwise, |near| format!("did you mean {}?", quoted(near)))
}

pub(super) fn wording(message: impl Into<String>, label: impl Into<String>, help: impl Into<String>) -> Wording {
    Wording { message: message.into(), label: label.into(), help: help.into() }
}
