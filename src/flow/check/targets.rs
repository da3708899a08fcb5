//! Checks that a target of an irreversible click is found in two ways, one of them by a word, and that no definition leads
//! back to itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::flow::mistake::{Kind, Mistake};
use crate::flow::pack::Pack;
use crate::flow::query::{Count, Pick};
use crate::flow::span::Span;
use crate::flow::target::{Mentioned, Seen, Target};
use crate::flow::tree::{Step, Verb};

/// Checks every target by itself and all of them for circles.
pub(super) fn check(pack: &Pack, out: &mut Vec<Mistake>) {
    let deeds = pack.deeds();
    let generations = pack.generations();
    for target in pack.targets.values() {
        if deeds.contains(target.name.value.as_str()) {
            deed(target, &generations, out);
        }
        seen(target, &generations, out);
    }
    by_place(pack, out);
    circles(pack, out);
}

/// Refuses what is clicked and told by its place alone: the first or the last of several that nothing else tells apart. On
/// another page another button stands there.
fn by_place(pack: &Pack, out: &mut Vec<Mistake>) {
    let steps = pack.flows.values().flat_map(|flow| &flow.steps);
    let clicked: BTreeSet<&str> = steps
        .filter(|step| !matches!(step.verb, Verb::Choose(_)))
        .filter_map(Step::target)
        .map(|target| target.value.as_str())
        .collect();
    for target in clicked.iter().filter_map(|name| pack.targets.get(*name)) {
        for way in &target.find {
            let wire = &way.wire;
            let picks = matches!(wire.pick, Some(Pick::First | Pick::Last));
            let told = wire.name.is_some() || wire.text.is_some() || wire.href.is_some() || wire.slug.is_some();
            let marked = wire.css.as_deref().is_some_and(has_mark);
            if picks && !told && !marked {
                out.push(Mistake::new(Kind::ByPlace(target.name.value.clone()), way.span));
            }
        }
    }
}

/// Whether each of a selector's alternatives says more of the element itself than what kind of element it is: a class, an id or
/// an attribute.
fn has_mark(css: &str) -> bool {
    let (mut depth, mut marked) = (0_u32, false);
    for c in css.chars() {
        match c {
            '(' | '[' if depth == 0 => {
                marked |= c == '[';
                depth += 1;
            }
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '.' | '#' if depth == 0 => marked = true,
            ' ' | '>' | '+' | '~' if depth == 0 => marked = false,
            ',' if depth == 0 => {
                if !marked {
                    return false;
                }
                marked = false;
            }
            _ => {}
        }
    }
    marked
}

fn deed(target: &Target, generations: &[&str], out: &mut Vec<Mistake>) {
    let name = &target.name;
    for generation in target.claims(generations) {
        if target.ways(generation).count() < 2 {
            let kind = Kind::OneWay { target: name.value.clone(), generation: generation.to_owned() };
            out.push(Mistake::new(kind, name.span));
        }
        let worded = target
            .ways(generation)
            .any(|way| [&way.wire.name, &way.wire.text].into_iter().flatten().any(|matched| matched.word.is_some()));
        if !worded {
            out.push(Mistake::new(Kind::NoWord(name.value.clone()), name.span));
        }
    }
    for way in &target.find {
        if [&way.wire.name, &way.wire.text].into_iter().flatten().any(|matched| matched.starts) {
            out.push(Mistake::new(Kind::OpenEnded(name.value.clone()), way.span));
        }
    }
    if target.count == Count::Many {
        out.push(Mistake::new(Kind::ManyForDeed(name.value.clone()), name.span));
    }
}

fn seen(target: &Target, generations: &[&str], out: &mut Vec<Mistake>) {
    let Seen::By(by) = &target.seen else { return };
    let claims = target.claims(generations);
    for generation in &claims {
        if !by.iter().any(|(name, _)| name.value == *generation) {
            out.push(Mistake::new(Kind::SeenMissing((*generation).to_owned()), target.name.span));
        }
    }
    for (name, _) in by {
        if generations.contains(&name.value.as_str()) && !claims.contains(&name.value.as_str()) {
            out.push(Mistake::new(Kind::SeenIdle(name.value.clone()), name.span));
        }
    }
}

/// What a target must find first: what it is inside of, what it comes after, and the targets whose values it compares.
fn edges(target: &Target) -> impl Iterator<Item = (&str, Span)> {
    target.all_mentions().filter_map(|mention| match &mention.what {
        Mentioned::Target(name) | Mentioned::Value { target: name, .. } => Some((name.as_str(), mention.span)),
        _ => None,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Open,
    Done,
}

fn circles(pack: &Pack, out: &mut Vec<Mistake>) {
    let mut marks = BTreeMap::new();
    for name in pack.targets.keys() {
        let mut path = Vec::new();
        walk(pack, name, &mut marks, &mut path, out);
    }
}

/// Depth is bounded by the number of targets of a pack, which is bounded by its size.
fn walk<'p>(
    pack: &'p Pack,
    name: &'p str,
    marks: &mut BTreeMap<&'p str, Mark>,
    path: &mut Vec<&'p str>,
    out: &mut Vec<Mistake>,
) {
    if marks.contains_key(name) {
        return;
    }
    let Some(target) = pack.targets.get(name) else { return };
    marks.insert(name, Mark::Open);
    path.push(name);
    let mut told = BTreeSet::new();
    for (next, span) in edges(target) {
        if marks.get(next) == Some(&Mark::Open) && told.insert(next) {
            let from = path.iter().position(|step| *step == next).unwrap_or_default();
            let circle = path[from..].iter().map(|&name| name.to_owned()).collect();
            out.push(Mistake::new(Kind::Circle(circle), span));
        }
        walk(pack, next, marks, path, out);
    }
    path.pop();
    marks.insert(name, Mark::Done);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_what_the_element_itself_has() {
        for marked in
            ["button.menu", "#more", "button[aria-haspopup]", "main button[aria-label], .more", "li > a[href]"]
        {
            assert!(has_mark(marked), "{marked}");
        }
        for place in
            ["button", "[role='menu'] button", ".card button", "button[x], button", ":is(main, [role='main']) textarea"]
        {
            assert!(!has_mark(place), "{place}");
        }
    }
}
