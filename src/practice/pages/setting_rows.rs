//! Rows of settings, whatever generation draws them, and the tokens that are in every document of the settings.

use maud::{Markup, html};
use serde_json::json;

use crate::practice::scenario::Generation;

/// A row as a page shows it.
pub(in crate::practice) struct Shown {
    pub(in crate::practice) text: &'static str,
    pub(in crate::practice) href: String,
}

/// Rows under their heading.
pub(in crate::practice) struct Group {
    pub(in crate::practice) heading: &'static str,
    pub(in crate::practice) rows: Vec<Shown>,
}

/// The address of a category in `generation`.
pub(in crate::practice) fn category_address(generation: Generation, slug: &str) -> String {
    match generation {
        Generation::Ember2020 | Generation::Contacts2014 => format!("/psettings/{slug}"),
        _ => format!("/mypreferences/d/categories/{slug}"),
    }
}

/// The tokens that are in every document of the settings, in a block that nobody sees. The style alone would not hide it: the
/// pages' policy forbids styles in attributes.
pub(in crate::practice) fn tokens(csrf: &str) -> Markup {
    let block = json!({ "data": { "csrfToken": csrf, "*elements": [] }, "included": [] });
    html! { code.datalet style="display: none" hidden { (block.to_string()) } }
}
