//! Checks that every step can be reached, and that nothing is looked for before it can be there.

use std::collections::BTreeSet;

use super::steps::{covers, place_of};
use crate::flow::mistake::{Kind, Mistake, near};
use crate::flow::pack::Pack;
use crate::flow::span::Spanned;
use crate::flow::tree::{Expect, Flow, Holds, Step, Verb, When};

/// Walks the steps of a flow in order.
pub(super) fn check(pack: &Pack, flow: &Flow, out: &mut Vec<Mistake>) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    // What every walk that came this far has seen.
    let mut sure: BTreeSet<&str> = BTreeSet::new();
    let mut clicked: BTreeSet<&str> = BTreeSet::new();
    let mut before = None;
    for step in &flow.steps {
        when(step, &seen, &sure, out);
        if let Verb::Press(key) = &step.verb
            && key.value == "Enter"
            && !before.is_some_and(|before: &Step| matches!(before.verb, Verb::Fill { .. }) && before.when == step.when)
        {
            out.push(Mistake::new(Kind::EnterElsewhere, key.span));
        }
        before = Some(step);
        if let Some(target) = step.target() {
            comes_after(pack, target, &clicked, out);
        }
        if let Verb::Click(target) | Verb::Check { target, .. } = &step.verb {
            clicked.insert(&target.value);
        }
        for name in step.waits_for().flat_map(|holds| &holds.see).chain(step.reads()) {
            comes_after(pack, name, &clicked, out);
        }
        step.waits_for().for_each(|holds| contradiction(holds, out));
        if let Some(expect) = &step.expect {
            shadowed(expect, out);
        }
        for skip in &step.skips {
            skip.holds.see.iter().for_each(|name| comes_after(pack, name, &clicked, out));
            contradiction(&skip.holds, out);
        }
        seen.extend(sees(step));
        if step.when.is_empty() {
            sure.extend(surely_sees(step));
        }
    }
}

/// Conditions that can never hold, and those that always do.
fn when(step: &Step, seen: &BTreeSet<&str>, sure: &BTreeSet<&str>, out: &mut Vec<Mistake>) {
    for (spanned, saw) in step.when.iter().filter_map(When::saw) {
        let target = &spanned.value;
        let near = || near(target, seen.iter().copied());
        let also_saw = |other: &When| other.saw().is_some_and(|(other, saw)| saw && other.value == *target);
        let kind = match (saw, seen.contains(target.as_str())) {
            (true, false) => Kind::NeverSaw { target: target.clone(), near: near() },
            (false, false) => Kind::NeverSeen { target: target.clone(), near: near() },
            (false, true) if sure.contains(target.as_str()) => Kind::SurelySeen(target.clone()),
            _ if !saw && step.when.iter().any(also_saw) => Kind::Contradiction(target.clone()),
            _ => continue,
        };
        out.push(Mistake::new(kind, spanned.span));
    }
}

/// The targets that each alternative of a step's expectation sees.
fn surely_sees(step: &Step) -> Vec<&str> {
    let Some((first, others)) = step.expect.as_ref().and_then(|expect| expect.first.split_first()) else {
        return Vec::new();
    };
    let in_all =
        |name: &&Spanned<String>| others.iter().all(|holds| holds.see.iter().any(|see| see.value == name.value));
    first.see.iter().filter(in_all).map(|name| name.value.as_str()).collect()
}

fn sees(step: &Step) -> impl Iterator<Item = &str> {
    step.waits_for().flat_map(|holds| &holds.see).chain(step.reads()).map(|name| name.value.as_str())
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

fn contradiction(holds: &Holds, out: &mut Vec<Mistake>) {
    if let Some(gone) = holds.gone.iter().find(|gone| holds.see.iter().any(|see| see.value == gone.value)) {
        out.push(Mistake::new(Kind::Contradiction(gone.value.clone()), gone.span));
    }
}

fn shadowed(expect: &Expect, out: &mut Vec<Mistake>) {
    for (at, later) in expect.first.iter().enumerate() {
        if let Some(earlier) = expect.first[..at].iter().position(|earlier| covers(later, earlier)) {
            out.push(Mistake::new(Kind::Shadowed { earlier: earlier + 1 }, place_of(later, expect.span)));
        }
    }
}
