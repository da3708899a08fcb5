//! Where something goes wrong.

use std::fmt;

use crate::practice::choice::Page;

/// Where it goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A load of a page.
    Page(Page),
    /// A call for more of the list, or for a filtered list.
    List,
    /// A request to remove somebody.
    Remove,
    /// A sign-in with the right password.
    SignIn,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page(page) => page.fmt(f),
            Self::List => f.write_str("list"),
            Self::Remove => f.write_str("remove"),
            Self::SignIn => f.write_str("sign-in"),
        }
    }
}
