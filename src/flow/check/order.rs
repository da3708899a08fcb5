//! Every step can be reached, and nothing is looked for before it can be there.

use std::collections::BTreeSet;

use super::steps::{covers, place_of};
use crate::flow::mistake::{Kind, Mistake, near};
use crate::flow::pack::Pack;
use crate::flow::span::Spanned;
use crate::flow::tree::{Expect, Flow, Holds, Step, Verb};

/// Walks the steps of a flow in order.
pub(super) fn check(pack: &Pack, flow: &Flow, out: &mut Vec<Mistake>) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut clicked: BTreeSet<&str> = BTreeSet::new();
    for step in &flow.steps {
        if let Some(saw) = step.when_saw.as_ref().filter(|saw| !seen.contains(saw.value.as_str())) {
            let kind = Kind::NeverSaw { target: saw.value.clone(), near: near(&saw.value, seen.iter().copied()) };
            out.push(Mistake::new(kind, saw.span));
        }
        if let Some(target) = step.target() {
            comes_after(pack, target, &clicked, out);
        }
        if let Verb::Click(target) = &step.verb {
            clicked.insert(&target.value);
        }
        if let Some(expect) = &step.expect {
            for name in expect.first.iter().flat_map(|holds| &holds.see) {
                comes_after(pack, name, &clicked, out);
            }
            contradictions(&expect.first, out);
            shadowed(expect, out);
        }
        for skip in &step.skips {
            skip.holds.see.iter().for_each(|name| comes_after(pack, name, &clicked, out));
            contradictions(std::slice::from_ref(&skip.holds), out);
        }
        seen.extend(sees(step));
    }
}

fn sees(step: &Step) -> impl Iterator<Item = &str> {
    let wants = step.expect.iter().flat_map(|expect| &expect.first);
    wants.flat_map(|holds| &holds.see).map(|name| name.value.as_str())
}

fn comes_after(pack: &Pack, target: &Spanned<String>, clicked: &BTreeSet<&str>, out: &mut Vec<Mistake>) {
    let Some(after) = pack.targets.get(&target.value).and_then(|target| target.after.as_ref()) else { return };
    if !clicked.contains(after.value.as_str()) {
        let kind = Kind::NotYet { target: target.value.clone(), after: after.value.clone() };
        let told = |mistake: &Mistake| mistake.kind == kind && mistake.span.file == target.span.file;
        if !out.iter().any(told) {
            out.push(Mistake::new(kind, target.span));
        }
    }
}

fn contradictions(all: &[Holds], out: &mut Vec<Mistake>) {
    for holds in all {
        if let Some(gone) = holds.gone.iter().find(|gone| holds.see.iter().any(|see| see.value == gone.value)) {
            out.push(Mistake::new(Kind::Contradiction(gone.value.clone()), gone.span));
        }
    }
}

fn shadowed(expect: &Expect, out: &mut Vec<Mistake>) {
    for (at, later) in expect.first.iter().enumerate() {
        if let Some(earlier) = expect.first[..at].iter().position(|earlier| covers(later, earlier)) {
            out.push(Mistake::new(Kind::Shadowed { earlier: earlier + 1 }, place_of(later, expect.span)));
        }
    }
}
