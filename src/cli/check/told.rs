//! What is told of a page that was checked: each target as a run would meet it.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::context::Context;
use super::super::outcome::{Answer, Failure, Outcome};
use super::super::output::clean;
use super::place::{Place, Whence, page_of};
use crate::browser::page::{Found, Refused, Sight};
use crate::event::exit::Ending;
use crate::flow::misfit::Nearest;
use crate::flow::pack::Pack;
use crate::flow::query::{Alternative, Refusal};
use crate::flow::suggestion::Missed;
use crate::flow::target::Target;
use crate::flow::tree::Step;

/// What is known of the page.
pub(super) struct Told<'a> {
    pub(super) pack: &'a Pack,
    /// What the person says that it is.
    pub(super) page: &'a str,
    /// The targets of that page.
    pub(super) targets: &'a [&'a Target],
    /// What was seen of all targets.
    pub(super) sight: &'a Sight,
    pub(super) values: &'a BTreeMap<String, String>,
    pub(super) place: &'a Place,
}

/// Tells it, and whether it is that page.
///
/// # Errors
/// It is not: it shows a stop sign, fits no generation, or has nothing of the page.
pub(super) fn tell(context: &Context, told: &Told<'_>) -> Answer {
    let (out, sight) = (&context.out, told.sight);
    let path = clean(&told.place.path);
    let address = match &told.place.known {
        Whence::Said(url) => format!("it was saved from {}", clean(url.as_str())),
        Whence::Given => format!("it was at {path}, as you say"),
        Whence::Live => format!("it is at {path} now"),
        Whence::Lent => {
            format!("it does not say where it was saved from, and was tried at {path}, which proves nothing")
        }
    };
    if let Some(stop) = &sight.stop {
        let what = format!("the page shows the stop sign `{}`: {}", clean(&stop.sign), clean(&stop.why));
        return Ok(Outcome::of(Ending::BadFile, what));
    }
    let Some(generation) = sight.page.generation.as_deref() else {
        let why = sight.refused.as_ref().map_or("no generation fits the document", |refused| refused.why.as_str());
        return Ok(Outcome::of(Ending::BadFile, format!("no target was tried: {}", clean(why))));
    };
    out.show(format!("{} in `{}`; {address}", clean(generation), clean(&sight.page.language)));
    let (mut there, mut proved) = (0_u64, 0_u64);
    for target in told.targets {
        let found = sight.found.get(&target.name.value).cloned().unwrap_or_default();
        there += u64::from(is_there(&found));
        proved += u64::from(is_there(&found) && told.is_proof(target, generation, &found));
        one(context, told, target, (generation, &found));
    }
    if proved == 0 {
        return Err(told.another(generation));
    }
    let from = match &told.place.known {
        Whence::Said(url) => Some(url.as_str()),
        Whence::Given | Whence::Lent | Whence::Live => None,
    };
    let said = format!("{there} of {} targets are on this page", told.targets.len());
    Ok(Outcome::of(Ending::Done, said)
        .with("generation", generation)
        .with("found", there)
        .with("address", path)
        .with("saved_from", from))
}

/// One target, for people and as a record.
fn one(context: &Context, told: &Told<'_>, target: &Target, (generation, found): (&str, &Found)) {
    let name = &target.name.value;
    let nearest = told.nearest(target, found);
    let refused = found.refused.as_ref().filter(|_| !told.comes_later(target, found));
    context.out.show(format!("  {name:<24} {}", clean(&told.said(target, generation, found))));
    for near in &nearest {
        context.out.show(format!("  {:<24}   near: {}", "", clean(&near.to_string())));
    }
    let why = refused.map(|refused| clean(&refused.why));
    context.out.record(&json!({
        "v": 1, "kind": "target", "target": name, "count": found.count, "winner": found.winner.map(|way| way + 1),
        "role": found.role, "name": found.name, "read": found.read, "place": told.pack.place(target.name.span).to_string(),
        "refused": refused.map(|refused| refused.kind), "why": why,
        "nearest": nearest.iter().map(ToString::to_string).collect::<Vec<_>>(),
    }));
}

/// Whether a run would take it.
fn is_there(found: &Found) -> bool {
    found.count > 0 && found.refused.is_none()
}

impl Told<'_> {
    /// Whether what was found could only be on this page: by more than the address that was lent to it.
    fn is_proof(&self, target: &Target, generation: &str, found: &Found) -> bool {
        let winner = found.winner.and_then(|way| usize::try_from(way).ok());
        let way = winner.and_then(|at| target.ways(generation).nth(at));
        way.is_some_and(|way| says_itself(&way.wire))
    }

    /// Whether it is there after a click only, which nobody makes here.
    fn comes_later(&self, target: &Target, found: &Found) -> bool {
        found.count == 0 && target.after.is_some()
    }

    /// The nearest things on the page to a target of which nothing is there.
    fn nearest(&self, target: &Target, found: &Found) -> Vec<Nearest> {
        let steps = self.pack.flows.values().flat_map(|flow| &flow.steps);
        // That a notice is not there is as it should be; what is clicked or filled should be there.
        let is_used = steps.filter_map(Step::target).any(|used| used.value == target.name.value);
        let missed = found.refused.as_ref().filter(|_| is_used && !self.comes_later(target, found));
        let Some(refused) = missed else { return Vec::new() };
        let read = self
            .sight
            .found
            .iter()
            .filter_map(|(name, found)| Some((format!("{name}.name"), found.read.get("name")?.clone())));
        let own = self.values.get("name").map(|name| ("name".to_owned(), name.clone()));
        let suggestions = self.pack.suggest(&Missed {
            target: &target.name.value,
            generation: self.sight.page.generation.as_deref(),
            language: &self.sight.page.language,
            candidates: &refused.candidates,
            names: &read.chain(own).collect(),
        });
        suggestions.iter().map(Nearest::from).collect()
    }

    /// What became of a target, in one line.
    fn said(&self, target: &Target, generation: &str, found: &Found) -> String {
        let ways = target.ways(generation).count();
        if ways == 0 {
            return "has no way for this generation".to_owned();
        }
        if let Some(refused) = &found.refused {
            return match &target.after {
                Some(after) if found.count == 0 => format!("not there; it comes after a click on `{}`", after.value),
                _ => why_not(target, refused),
            };
        }
        let Some(winner) = found.winner.filter(|_| found.count > 0) else { return "not there".to_owned() };
        let way = usize::try_from(winner).ok().and_then(|at| target.ways(generation).nth(at));
        let place = way.map_or(String::new(), |way| format!(", {}", self.pack.place(way.span)));
        let named = if found.name.is_empty() { String::new() } else { format!(" \"{}\"", found.name) };
        let lent = matches!(self.place.known, Whence::Lent)
            && way.is_some_and(|way| way.wire.at.is_some() && !says_itself(&way.wire));
        let by = if lent { "; by the address alone, which was lent to it" } else { "" };
        let what = if found.role.is_empty() { String::new() } else { format!("{}{named} ", found.role) };
        format!("{} × {what}by way {} of {ways}{place}{by}", found.count, winner + 1)
    }

    /// Nothing of the page is on it: what it may be instead.
    fn another(&self, generation: &str) -> Failure {
        let mut others: BTreeMap<String, u64> = BTreeMap::new();
        for target in self.pack.targets.values() {
            let found = self.sight.found.get(&target.name.value).filter(|found| is_there(found));
            if let (Some(found), Some(page)) = (found, page_of(self.pack, target))
                && page != self.page
                && self.is_proof(target, generation, found)
            {
                *others.entry(page).or_default() += 1;
            }
        }
        // The bar is on every page.
        let most = others.iter().filter(|(page, _)| *page != "shell").max_by_key(|(_, count)| **count);
        let mend = match most {
            Some((page, count)) if *count > 1 => format!("{count} targets of `{page}` are on it: `--page {page}` tries those"),
            _ if matches!(self.place.known, Whence::Live) => "look whether the site led to another page".to_owned(),
            _ => "look whether it was saved after the page was drawn, and whether `--slug` and `--name` are those on the page".to_owned(),
        };
        Failure::bad_file(format!("this is not that page: nothing that tells `{}` is on it", clean(self.page)), mend)
    }
}

/// Why a run would not take what is there, or would not find it.
fn why_not(target: &Target, refused: &Refused) -> String {
    let kind = match refused.kind {
        Refusal::Ambiguous => "ambiguous",
        Refusal::Hidden => "hidden",
        Refusal::Disagree => "its ways disagree",
        Refusal::NoWords => "no words",
        _ => "not there",
    };
    match refused.kind {
        // What is looked for is somebody's own, and nobody said whose.
        Refusal::NotFound if refused.why.contains("{{slug}}") || refused.why.contains("{{name}}") => {
            "one person’s own: `--slug` and `--name` say whose".to_owned()
        }
        Refusal::NotFound if refused.target == target.name.value => "not there".to_owned(),
        Refusal::NotFound => format!("not there: `{}`, in which it is, is not there", refused.target),
        _ if refused.target == target.name.value => format!("{kind}: {}", refused.why),
        _ => format!("{kind}: `{}`, in which it is: {}", refused.target, refused.why),
    }
}

/// Whether a way names something that is a page's own, and not only where it is: words, a link, a person, or more than a
/// part that every page has.
fn says_itself(way: &Alternative) -> bool {
    let is_specific = |css: &str| {
        let css = css.replace("[role='main']", "").replace("[role=main]", "");
        css.contains(['[', '.', '#'])
    };
    way.name.is_some()
        || way.text.is_some()
        || way.href.is_some()
        || way.xpath.is_some()
        || way.slug.as_ref().is_some_and(|slug| !slug.if_any)
        || way.css.as_deref().is_some_and(is_specific)
}
