//! Text from elsewhere before it is shown: a page, a file or a name must not steer the terminal.

use std::fmt::Display;

use crate::report::escape;

/// Text from elsewhere, made safe for a terminal.
pub(crate) fn clean(text: &str) -> String {
    escape::terminal(text)
}

/// A path or any other text with its own way of showing itself, made safe for a terminal.
pub(crate) fn shown(text: impl Display) -> String {
    clean(&text.to_string())
}
