//! Checks that every name that is used is defined.

use std::collections::{BTreeMap, BTreeSet};

use crate::flow::mistake::{Kind, Mistake, Thing, near};
use crate::flow::pack::Pack;
use crate::flow::parse::holes;
use crate::flow::reach::{Reach, inputs};
use crate::flow::site::{Identity, OTHER_ACCOUNT};
use crate::flow::span::{Span, Spanned};
use crate::flow::target::{Mention, Mentioned};
use crate::flow::tree::{Flow, FlowKind, Holds, When};

/// The most mistakes for which a hint is looked for.
const MOST_HINTS: usize = 300;

/// Reports every name that is not defined.
pub(super) fn check(pack: &Pack, out: &mut Vec<Mistake>) {
    for mention in definitions(pack) {
        mentioned(pack, mention, out);
    }
    for flow in pack.flows.values() {
        flow_names(pack, flow, out);
        flow_inputs(pack, flow, out);
    }
    if let Some(identity) = &pack.site.identity {
        identity_names(pack, identity, out);
    }
}

/// The mentions of all definitions, of every file.
pub(super) fn definitions(pack: &Pack) -> impl Iterator<Item = &Mention> {
    let site = pack.site.generations.iter().flat_map(|generation| &generation.mentions);
    let signs = pack.site.signs.iter().flat_map(|sign| &sign.mentions);
    let targets = pack.targets.values().flat_map(|target| target.all_mentions());
    let witnesses = pack.witnesses.values().flat_map(|witness| &witness.mentions);
    let checks = pack.checks.values().flat_map(|check| &check.mentions);
    site.chain(signs).chain(targets).chain(witnesses).chain(checks)
}

/// Notes a name that is not defined. What was probably meant is looked for only while the mistakes are few enough to be shown.
fn unknown<'a>(thing: Thing, name: &str, known: impl Iterator<Item = &'a str>, span: Span, out: &mut Vec<Mistake>) {
    let near = if out.len() < MOST_HINTS { near(name, known) } else { None };
    out.push(Mistake::new(Kind::Unknown { thing, name: name.to_owned(), near }, span));
}

/// Notes a name that is no key of a map.
fn no_key<T>(thing: Thing, name: &str, map: &BTreeMap<String, T>, span: Span, out: &mut Vec<Mistake>) {
    if !map.contains_key(name) {
        unknown(thing, name, map.keys().map(String::as_str), span, out);
    }
}

fn mentioned(pack: &Pack, mention: &Mention, out: &mut Vec<Mistake>) {
    let span = mention.span;
    match &mention.what {
        Mentioned::Target(name) => target(pack, name, span, out),
        Mentioned::Generation(name) => {
            let known = pack.generations();
            if !known.contains(&name.as_str()) {
                unknown(Thing::Generation, name, known.into_iter(), span, out);
            }
        }
        Mentioned::Word { key, holes, .. } => word(pack, key, holes, span, out),
        Mentioned::Input(name) => {
            if !pack.flows.values().any(|flow| flow.inputs.contains_key(name)) {
                let known = pack.flows.values().flat_map(|flow| flow.inputs.keys()).map(String::as_str);
                unknown(Thing::Input, name, known, span, out);
            }
        }
        Mentioned::Value { target: name, read } => {
            target(pack, name, span, out);
            if let Some(target) = pack.targets.get(name) {
                no_key(Thing::Value, read, &target.read, span, out);
            }
        }
    }
}

fn target(pack: &Pack, name: &str, span: Span, out: &mut Vec<Mistake>) {
    no_key(Thing::Target, name, &pack.targets, span, out);
}

fn word(pack: &Pack, key: &str, filled: &[String], span: Span, out: &mut Vec<Mistake>) {
    let languages: Vec<_> = pack.words.values().filter_map(|words| words.keys.get(key)).collect();
    if languages.is_empty() {
        let known = pack.words.values().flat_map(|words| words.keys.keys()).map(String::as_str);
        return unknown(Thing::Word, key, known, span, out);
    }
    let english = pack.words.get("en").is_some_and(|words| words.keys.contains_key(key));
    let kind = Kind::NoEnglish(key.to_owned());
    if !english && !out.iter().any(|mistake| mistake.kind == kind) {
        out.push(Mistake::new(kind, span));
    }
    let texts = languages.iter().flat_map(|word| &word.texts);
    let there: BTreeSet<&str> = texts.flat_map(|text| holes(&text.value).unwrap_or_default()).collect();
    for hole in filled.iter().filter(|hole| !there.contains(hole.as_str())) {
        unknown(Thing::Hole, hole, there.iter().copied(), span, out);
    }
    if let Some(hole) = there.iter().find(|hole| !filled.iter().any(|name| name == *hole)) {
        let kind = Kind::HoleUnfilled { hole: (*hole).to_owned(), key: key.to_owned() };
        out.push(Mistake::new(kind, span));
    }
}

fn flow_names(pack: &Pack, flow: &Flow, out: &mut Vec<Mistake>) {
    for name in flow.handles.iter().filter(|name| name.value != OTHER_ACCOUNT) {
        let known = || pack.site.signs.iter().map(|sign| sign.name.value.as_str());
        if !known().any(|sign| sign == name.value) {
            unknown(Thing::Sign, &name.value, known(), name.span, out);
        }
    }
    // What a part asks of an input was told where the part is used.
    let mut told: BTreeSet<Span> = BTreeSet::new();
    for step in &flow.steps {
        for name in step.target().into_iter().chain(step.reads()).chain(step.redraws()) {
            target(pack, &name.value, name.span, out);
        }
        for name in step.each().iter().flat_map(|each| each.targets()) {
            target(pack, &name.value, name.span, out);
        }
        for mention in step.choice().into_iter().flat_map(|choice| &choice.mentions) {
            mentioned(pack, mention, out);
        }
        for (input, _) in step.when.iter().filter_map(When::given).filter(|(input, _)| told.insert(input.span)) {
            no_key(Thing::Input, &input.value, &flow.inputs, input.span, out);
        }
        for holds in step.waits_for() {
            holds_names(pack, holds, out);
        }
        for skip in &step.skips {
            holds_names(pack, &skip.holds, out);
        }
    }
    for holds in flow.answer.iter().flat_map(|answer| std::iter::once(&answer.yes).chain(&answer.no)) {
        holds_names(pack, holds, out);
    }
    if let Some(commit) = &flow.commit {
        let known = || pack.targets.keys().chain(pack.checks.keys()).map(String::as_str);
        let there = |name: &str| pack.targets.contains_key(name) || pack.checks.contains_key(name);
        for guard in commit.guard.iter().filter(|guard| !there(&guard.value)) {
            unknown(Thing::Guard, &guard.value, known(), guard.span, out);
        }
        no_key(Thing::Flow, &commit.settled.value, &pack.flows, commit.settled.span, out);
    }
}

fn holds_names(pack: &Pack, holds: &Holds, out: &mut Vec<Mistake>) {
    for name in holds.see.iter().chain(&holds.gone) {
        target(pack, &name.value, name.span, out);
    }
    for name in &holds.witness {
        witness(pack, name, out);
    }
}

fn witness(pack: &Pack, name: &Spanned<String>, out: &mut Vec<Mistake>) {
    no_key(Thing::Witness, &name.value, &pack.witnesses, name.span, out);
}

/// Every input that a flow or something it uses needs is one of the flow's; told once an input, where it is used first.
fn flow_inputs(pack: &Pack, flow: &Flow, out: &mut Vec<Mistake>) {
    let mut told = BTreeSet::new();
    let own = |span: &Span| span.file == flow.name.span.file;
    // What the steps of a part need was told where the part is used.
    for step in flow.steps.iter().filter(|step| own(&step.span)) {
        let texts =
            step.template().into_iter().flat_map(|text| inputs(&text.value).into_iter().map(|name| (name, text.span)));
        let choices =
            step.choice().into_iter().flat_map(|choice| &choice.mentions).filter_map(|mention| match &mention.what {
                Mentioned::Input(name) => Some((name.as_str(), mention.span)),
                _ => None,
            });
        for (name, span) in texts.chain(choices) {
            if told.insert(name.to_owned()) {
                no_key(Thing::Input, name, &flow.inputs, span, out);
            }
        }
    }
    for (name, span) in used(flow).into_iter().filter(|(_, span)| own(span)) {
        let mut reach = Reach::new(pack);
        let _ = reach.target(name) || reach.witness(name) || reach.check(name);
        for input in reach.inputs {
            if !flow.inputs.contains_key(input) && told.insert(input.to_owned()) {
                let kind = Kind::InputMissing { input: input.to_owned(), by: name.to_owned() };
                out.push(Mistake::new(kind, span));
            }
        }
    }
}

/// The targets, witnesses and checks that a flow names, with their places, in order.
pub(super) fn used(flow: &Flow) -> Vec<(&str, Span)> {
    let mut used: Vec<&Spanned<String>> = Vec::new();
    for step in &flow.steps {
        used.extend(step.target());
        used.extend(step.each().into_iter().flat_map(|each| each.targets()));
        used.extend(step.reads());
        used.extend(step.redraws());
        used.extend(step.waits_for().flat_map(of_holds));
        used.extend(step.skips.iter().flat_map(|skip| of_holds(&skip.holds)));
    }
    used.extend(flow.commit.iter().filter(|_| flow.kind != FlowKind::Part).flat_map(|commit| &commit.guard));
    let answers = flow.answer.iter().flat_map(|answer| std::iter::once(&answer.yes).chain(&answer.no));
    used.extend(answers.flat_map(of_holds));
    used.into_iter().map(|name| (name.value.as_str(), name.span)).collect()
}

fn of_holds(holds: &Holds) -> impl Iterator<Item = &Spanned<String>> {
    holds.see.iter().chain(&holds.gone).chain(&holds.witness)
}

fn identity_names(pack: &Pack, identity: &Identity, out: &mut Vec<Mistake>) {
    no_key(Thing::Flow, &identity.flow.value, &pack.flows, identity.flow.span, out);
    target(pack, &identity.target.value, identity.target.span, out);
    target(pack, &identity.always.value, identity.always.span, out);
    if pack.flows.get(&identity.flow.value).is_some_and(|flow| flow.kind != FlowKind::Question) {
        out.push(Mistake::new(Kind::NotAQuestion(identity.flow.value.clone()), identity.flow.span));
    }
    let (Some(once), Some(always)) =
        (pack.targets.get(&identity.target.value), pack.targets.get(&identity.always.value))
    else {
        return;
    };
    if !once.read.contains_key("slug") {
        out.push(Mistake::new(Kind::IdentityWithout("slug"), identity.target.span));
    }
    if !once.read.contains_key("name") && !always.read.contains_key("name") {
        out.push(Mistake::new(Kind::IdentityWithout("name"), identity.always.span));
    }
}
