//! Who is meant by the selection flags, and what to say about the values that matched.

use super::args::Who;
use super::context::Context;
use super::outcome::Failure;
use super::output::clean;
use crate::plan::selection::{Picked, Selection, Wanted};
use crate::report::count::{count, people};

/// So many matched values are shown; the rest is counted.
const VALUES_SHOWN: usize = 12;

/// The flags as a selection.
///
/// # Errors
/// A flag without a text, or two dates that leave no day between them: usage mistakes.
pub(crate) fn selection(who: &Who) -> Result<Selection, Failure> {
    let wanted = |flag: &str, texts: &[String]| -> Result<Vec<Wanted>, Failure> {
        let parse = |text: &String| {
            text.parse().map_err(|error| {
                Failure::usage(format!("--{flag}: {error}"), format!("for example --{flag} '~consult'"))
            })
        };
        texts.iter().map(parse).collect()
    };
    let selection = Selection {
        company: wanted("company", &who.company)?,
        position: wanted("position", &who.position)?,
        name: wanted("name", &who.name)?,
        connected_before: who.connected_before,
        connected_after: who.connected_after,
    };
    if selection.is_contradictory() {
        return Err(Failure::usage(
            "no day is both after --connected-after and before --connected-before",
            "swap the two days",
        ));
    }
    Ok(selection)
}

/// Says which values matched and how often, and which texts fit nobody.
pub(crate) fn explain(context: &Context, picked: &Picked<'_>) {
    for value in picked.matched_values.iter().take(VALUES_SHOWN) {
        let people = people(value.people as u64);
        context.out.note(format!("  {} \"{}\": {people}", value.field.as_str(), clean(&value.value)));
    }
    if picked.matched_values.len() > VALUES_SHOWN {
        let more = (picked.matched_values.len() - VALUES_SHOWN) as u64;
        context.out.note(format!("  and {}", count(more, "more value", "more values")));
    }
    for unmatched in &picked.unmatched {
        let near: Vec<String> = unmatched.near.iter().map(|value| format!("\"{}\"", clean(value))).collect();
        let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) };
        context.out.note(format!(
            "  {} \"{}\" fits nobody{hint}",
            unmatched.field.as_str(),
            clean(&unmatched.wanted.to_string())
        ));
    }
    if picked.undated > 0 {
        let people = people(picked.undated as u64);
        context.out.note(format!("  {people} would fit, but since when they are connected is not known"));
    }
}
