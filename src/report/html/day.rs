//! The page of one day, or of fifty people of it.

use maud::{Markup, html};

use super::view::{Sheet, View};
use super::{frame, index, person};
use crate::report::count::people;
use crate::report::moment;

/// The page of the sheet at a place.
pub(super) fn page(view: &View<'_>, at: usize) -> Markup {
    let sheet = &view.sheets[at];
    let zone = &view.input.zone;
    let title = match sheet.part {
        (_, 1) => moment::day(sheet.date),
        (part, of) => format!("{}, part {part} of {of}", moment::day(sheet.date)),
    };
    let content = html! {
        h1 { (title) }
        p.lead {
            (people(sheet.people.len() as u64)) " in the order of their turns: " (index::outcomes(&sheet.people)) ". Times are local: "
            (sheet.people.first().map(|person| moment::zone_name(person.last(), zone)).unwrap_or_default()) "."
        }
        div.stack {
            @for who in &sheet.people {
                (person::part(view, who))
            }
        }
        (neighbours(view, at))
    };
    frame::page(view, &title, true, &content)
}

fn neighbours(view: &View<'_>, at: usize) -> Markup {
    let name = |sheet: &Sheet<'_>| match sheet.part {
        (_, 1) => moment::day(sheet.date),
        (part, _) => format!("{}, part {part}", moment::day(sheet.date)),
    };
    let before = at.checked_sub(1).and_then(|at| view.sheets.get(at));
    let after = view.sheets.get(at + 1);
    html! {
        @if before.is_some() || after.is_some() {
            nav.pages {
                @if let Some(sheet) = before { a href=(sheet.path) rel="prev" { "← " (name(sheet)) } }
                @if let Some(sheet) = after { a.next href=(sheet.path) rel="next" { (name(sheet)) " →" } }
            }
        }
    }
}
