//! What is kept of a look: the values that it read, the document, and which part of it a picture shows.
//!
//! Pure functions of a look's answer. They do not take pictures and do not know where pictures lie.

use super::{Values, Walk};
use crate::browser::page::{Document, Found, Rect, Sight};
use crate::event::id::Slug;
use crate::flow::query::Refusal;
use crate::flow::tree::Flow;
use crate::plan::same_name::have_a_name_in_common;
use crate::runner::message::Subject;

/// Room around a clipped picture, in CSS pixels.
const MARGIN: f64 = 12.0;

/// The inputs of a flow about one person.
pub(super) fn values_of(subject: &Subject) -> Values {
    Values::from([("slug".to_owned(), subject.slug.to_string()), ("name".to_owned(), subject.name.clone())])
}

/// The document of the last look.
pub(super) fn page_of(walk: &Walk<'_>) -> Option<Document> {
    walk.sight.as_ref().map(|sight| sight.page.clone())
}

/// All values that the last look read, as `target.value`.
pub(super) fn readings(sight: Option<&Sight>) -> Vec<(String, String)> {
    let found = sight.into_iter().flat_map(|sight| &sight.found);
    found
        .flat_map(|(target, found)| {
            found.read.iter().map(move |(key, value)| (format!("{target}.{key}"), value.clone()))
        })
        .collect()
}

/// What the walk's own `read` steps read, then all values that the last look read.
pub(in crate::runner) fn facts_of(walk: &Walk<'_>) -> Vec<(String, String)> {
    let last = readings(walk.sight.as_ref());
    let earlier = walk.facts.iter().filter(|(what, _)| last.iter().all(|(other, _)| other != *what));
    earlier.map(|(what, value)| (what.clone(), value.clone())).chain(last.clone()).collect()
}

/// What the page's dialog is called, as a reading.
pub(super) fn dialog_of(sight: &Sight) -> Option<(String, String)> {
    let (target, dialog) = sight.found.iter().find(|(_, found)| found.role == "dialog" && found.count > 0)?;
    Some((format!("{target}.dialog"), dialog.name.clone()))
}

/// Whom the guarded row names, where that is somebody else than the person meant: by another address, or by a name that has
/// nothing in common with the planned one, because an address that was given up can be somebody else's by now.
pub(super) fn stranger(flow: &Flow, walk: &Walk<'_>, meant: &Subject) -> Option<String> {
    let guard = flow.commit.as_ref()?.guard.first()?;
    let read = walk.read(&guard.value)?;
    let address = read.get("slug")?;
    if !address.parse::<Slug>().is_ok_and(|read| read == meant.slug) {
        return Some(format!("`{address}`"));
    }
    let name = read.get("name")?;
    // An export without a name has the address in its place, which names nobody.
    let comparable = !name.is_empty() && meant.name != meant.slug.as_str();
    (comparable && !have_a_name_in_common(&meant.name, name))
        .then(|| format!("\"{name}\", and the plan means \"{}\"", meant.name))
}

/// A miss after which nobody else may be touched: the page is not what the pack believes.
pub(super) fn is_grave(kind: Refusal) -> bool {
    matches!(kind, Refusal::Ambiguous | Refusal::Disagree | Refusal::Guard | Refusal::NoWords | Refusal::NoGeneration)
}

/// The row of the person: the first target of the flow's guard, and what is armed.
pub(super) fn clip_of_row(flow: &Flow, walk: &Walk<'_>) -> Option<Rect> {
    let guard = flow.commit.as_ref()?.guard.first()?;
    let row = walk.sight.as_ref()?.found.get(&guard.value)?.rect;
    union(row.into_iter().chain(walk.armed().map(|armed| armed.rect)))
}

/// The dialog, if the page shows one.
pub(super) fn clip_of_dialog(sight: &Sight) -> Option<Rect> {
    let dialog = sight.found.values().find(|found| found.role == "dialog")?;
    union(dialog.rect)
}

/// Everything that the look found, so that a picture shows the filter, its rows or the empty notice.
pub(super) fn clip_of_all(sight: Option<&Sight>) -> Option<Rect> {
    let found = sight.into_iter().flat_map(|sight| sight.found.values());
    union(found.filter(|found| found.count > 0).filter_map(|found: &Found| found.rect))
}

fn union(rects: impl IntoIterator<Item = Rect>) -> Option<Rect> {
    let joined = rects.into_iter().reduce(|a, b| {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        let right = (a.x + a.width).max(b.x + b.width);
        let bottom = (a.y + a.height).max(b.y + b.height);
        Rect { x, y, width: right - x, height: bottom - y }
    })?;
    let (x, y) = ((joined.x - MARGIN).max(0.0), (joined.y - MARGIN).max(0.0));
    Some(Rect { x, y, width: joined.x + joined.width + MARGIN - x, height: joined.y + joined.height + MARGIN - y })
}
