//! Whether a "no" rests on something that is there in either case: what "yes" asks for too, what the walk needed to come so
//! far, the frame of the page, or an element without anything of its own.
//!
//! A question that settles a deed says by its "no" that somebody is gone: what was there before the click proves nothing.

use std::collections::BTreeSet;

use crate::flow::mistake::{Kind, Mistake};
use crate::flow::pack::Pack;
use crate::flow::query::Alternative;
use crate::flow::tree::{Answer, Flow, Step};

/// Roles of the parts of a page that every page has.
const LANDMARKS: [&str; 9] =
    ["main", "navigation", "banner", "region", "contentinfo", "complementary", "list", "document", "application"];

/// Checks one answer; one without any presence or witness is another mistake.
pub(super) fn check(pack: &Pack, flow: &Flow, answer: &Answer, out: &mut Vec<Mistake>) {
    let Some(no) = answer.no.as_ref().filter(|no| no.witness.is_empty()) else { return };
    let Some(first) = no.see.first() else { return };
    let either = in_either_case(pack, flow, answer);
    let tells = |name: &str| !either.contains(name) && !is_frame(pack, name);
    if !no.see.iter().any(|name| tells(&name.value)) {
        out.push(Mistake::new(Kind::PresenceInEitherCase(first.value.clone()), first.span));
    }
}

/// The targets that are there whatever the answer is.
fn in_either_case<'p>(pack: &'p Pack, flow: &'p Flow, answer: &'p Answer) -> BTreeSet<&'p str> {
    let mut all: BTreeSet<&str> = answer.yes.see.iter().map(|name| name.value.as_str()).collect();
    let own = flow.steps.len().saturating_sub(1);
    all.extend(flow.steps[..own].iter().flat_map(needed));
    // The last step acts on its target before it asks.
    all.extend(flow.steps.last().and_then(Step::target).map(|target| target.value.as_str()));
    for deed in pack.flows.values() {
        let settles = deed.commit.as_ref().is_some_and(|commit| commit.settled.value == flow.name.value);
        if let Some(first) = deed.first_irreversible().filter(|_| settles) {
            all.extend(deed.steps[..first].iter().flat_map(needed));
            all.extend(deed.steps[first].target().map(|target| target.value.as_str()));
        }
    }
    if let Some(identity) = &pack.site.identity {
        all.insert(identity.always.value.as_str());
    }
    let inside: Vec<&str> =
        all.iter().copied().chain(answer.no.iter().flat_map(|no| &no.see).map(|name| name.value.as_str())).collect();
    for name in inside {
        all.extend(around(pack, name));
    }
    all
}

/// What a step acts on, and what it waits for whichever of its alternatives holds.
fn needed(step: &Step) -> impl Iterator<Item = &str> {
    let firsts = step.expect.as_ref().map_or(&[][..], |expect| &expect.first);
    let (one, others) = firsts.split_first().map_or((&[][..], &[][..]), |(one, others)| (&one.see[..], others));
    let always =
        one.iter().filter(|name| others.iter().all(|other| other.see.iter().any(|seen| seen.value == name.value)));
    step.target().into_iter().chain(always).map(|name| name.value.as_str())
}

/// The targets in which a target is searched.
fn around<'p>(pack: &'p Pack, name: &str) -> BTreeSet<&'p str> {
    let mut all = BTreeSet::new();
    let mut next = pack.targets.get(name).and_then(|target| target.inside.as_ref());
    while let Some(outer) = next.filter(|outer| all.insert(outer.value.as_str())) {
        next = pack.targets.get(&outer.value).and_then(|target| target.inside.as_ref());
    }
    all
}

/// Whether one of the ways to find a target finds a part that every page has.
fn is_frame(pack: &Pack, name: &str) -> bool {
    pack.targets.get(name).is_some_and(|target| target.find.iter().any(|way| is_bare(&way.wire)))
}

/// Whether a way has nothing of its own: no words, no address, no attribute, no role but that of a part of the page.
fn is_bare(way: &Alternative) -> bool {
    let says = way.name.is_some() || way.text.is_some() || way.href.is_some() || way.slug.is_some();
    let is_plain = |css: &String| css.chars().all(|c| c.is_ascii_alphanumeric() || " >,*+~".contains(c));
    let by_css = way.css.as_ref().is_none_or(is_plain);
    let by_role = way.role.as_ref().is_none_or(|role| LANDMARKS.contains(&role.as_str()));
    !says && way.at.is_none() && way.xpath.is_none() && by_css && by_role
}

#[cfg(test)]
mod tests {
    use crate::flow::mistake::Kind;
    use crate::flow::pack::Pack;
    use crate::flow::span::Source;
    use crate::pack::embedded;

    /// What is said of the built-in pack where its question about a connection says "no" by these targets.
    fn said(no: &str) -> Vec<Kind> {
        let frame = "[target.page_frame]\nseen = \"never\"\nfind = [{ css = \"body > main\" }, { role = \"main\" }]\n";
        let mut sources: Vec<Source> = embedded::sources();
        sources.push(Source { name: "targets/frame.toml".to_owned(), text: frame.to_owned() });
        let question = sources.iter_mut().find(|source| source.name == "flows/is-connected.toml").unwrap();
        question.text = question.text.replace("{ witness = \"filter_settled_empty\" }", no);
        let mistakes = match Pack::load(sources) {
            Ok(loaded) => loaded.warnings,
            Err(refused) => refused.mistakes,
        };
        mistakes.into_iter().map(|mistake| mistake.kind).collect()
    }

    #[test]
    fn a_no_that_rests_on_what_is_always_there_is_refused() {
        let either = |name: &str| Kind::PresenceInEitherCase(name.to_owned());
        for (no, named) in [
            ("{ see = \"name_filter\" }", "name_filter"),
            ("{ see = [\"name_filter\", \"page_frame\"] }", "name_filter"),
            ("{ see = \"page_frame\" }", "page_frame"),
            ("{ see = \"card_menu\" }", "card_menu"),
            ("{ see = \"me_photo\", gone = \"card\" }", "me_photo"),
        ] {
            assert!(said(no).contains(&either(named)), "{no}: {:?}", said(no));
        }
        for no in ["{ see = \"empty_notice\" }", "{ see = [\"name_filter\", \"empty_notice\"] }"] {
            assert!(!said(no).iter().any(|kind| matches!(kind, Kind::PresenceInEitherCase(_))), "{no}: {:?}", said(no));
        }
    }
}
