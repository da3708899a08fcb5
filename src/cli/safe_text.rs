//! Text from elsewhere before it is shown: a page, a file or a name must not steer the terminal.

use std::fmt::Display;

use crate::event::id::Slug;
use crate::report::escape;

/// Text from elsewhere, made safe for a terminal.
pub(crate) fn clean(text: &str) -> String {
    escape::terminal(text)
}

/// An account as people know it: name and handle, or the handle alone where no page said the name; safe for a terminal.
pub(crate) fn account_of(name: &str, handle: &Slug) -> String {
    let handle = clean(handle.as_str());
    match name.trim() {
        "" => handle,
        name => format!("{} ({handle})", clean(name)),
    }
}

/// A path or any other text with its own way of showing itself, made safe for a terminal.
pub(crate) fn shown(text: impl Display) -> String {
    clean(&text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_without_a_name_is_its_handle() {
        let handle: Slug = "robin-practice".parse().unwrap();
        assert_eq!(account_of("Robin", &handle), "Robin (robin-practice)");
        assert_eq!(account_of(" ", &handle), "robin-practice");
    }
}
