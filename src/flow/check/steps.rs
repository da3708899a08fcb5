//! Checks that a flow says what it does to the account, guards it, settles it and never repeats it, and that a
//! question only asks.

use super::presence;
use crate::flow::mistake::{Kind, Mistake};
use crate::flow::pack::{Pack, deed};
use crate::flow::span::{Span, Spanned};
use crate::flow::target::{Mentioned, Target};
use crate::flow::tree::{Answer, Commit, Effect, Flow, FlowKind, Holds, InputKind, Step, Verb};

/// Checks one flow's effects, its commit, and its answer.
pub(super) fn check(pack: &Pack, flow: &Flow, out: &mut Vec<Mistake>) {
    let deeds: Vec<&Step> = flow.steps.iter().filter(|step| step.effect == Effect::Irreversible).collect();
    for step in &deeds {
        if step.expect.is_none() {
            out.push(Mistake::new(Kind::NoExpect, step.span));
        }
        if let Some(retry) = &step.retry {
            let span = retry.when.first().map_or(step.span, |refusal| refusal.span);
            out.push(Mistake::new(Kind::RetryOfDeed, span));
        }
    }
    if let Some(first) = flow.first_irreversible() {
        if flow.kind != FlowKind::Part {
            after_deed(&flow.steps[first..], out);
        }
        for skip in flow.steps[first..].iter().flat_map(|step| &step.skips) {
            out.push(Mistake::new(Kind::SkipAfterDeed, place_of(&skip.holds, skip.why.span)));
        }
    }
    match flow.kind {
        FlowKind::Act => act(pack, flow, &deeds, out),
        FlowKind::Question => question(pack, flow, &deeds, out),
        FlowKind::Errand => errand(flow, &deeds, out),
        FlowKind::Part => part(flow, out),
    }
}

/// What follows the first deed leads to another one of the same intention, or is a person's; nothing is tried again and the
/// page stays.
fn after_deed(steps: &[Step], out: &mut Vec<Mistake>) {
    let last = steps.iter().rposition(|step| step.effect == Effect::Irreversible).unwrap_or_default();
    for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.effect != Effect::Irreversible) {
        if at > last && !matches!(step.verb, Verb::Human(_)) {
            out.push(Mistake::new(Kind::StepAfterDeed, step.id.span));
        } else if let Verb::Goto(path) = &step.verb {
            out.push(Mistake::new(Kind::GotoAfterDeed, path.span));
        }
        if let Some(retry) = &step.retry {
            let span = retry.when.first().map_or(step.span, |refusal| refusal.span);
            out.push(Mistake::new(Kind::RetryAfterDeed, span));
        }
    }
}

fn errand(flow: &Flow, deeds: &[&Step], out: &mut Vec<Mistake>) {
    for step in deeds {
        out.push(Mistake::new(Kind::ErrandActs, step.target().map_or(step.span, |target| target.span)));
    }
    if let Some(commit) = flow.commit.as_ref().filter(|_| deeds.is_empty()) {
        out.push(Mistake::new(Kind::IdleCommit, commit.settled.span));
    }
    if let Some(answer) = &flow.answer {
        out.push(Mistake::new(Kind::AnswerOfAct, place_of(&answer.yes, flow.name.span)));
    }
}

fn part(flow: &Flow, out: &mut Vec<Mistake>) {
    if let Some(commit) = &flow.commit {
        out.push(Mistake::new(Kind::PartWith("`[commit]`"), commit.settled.span));
    }
    if let Some(answer) = &flow.answer {
        out.push(Mistake::new(Kind::PartWith("`[answer]`"), place_of(&answer.yes, flow.name.span)));
    }
}

fn act(pack: &Pack, flow: &Flow, deeds: &[&Step], out: &mut Vec<Mistake>) {
    if let Some(answer) = &flow.answer {
        out.push(Mistake::new(Kind::AnswerOfAct, place_of(&answer.yes, flow.name.span)));
    }
    match (&flow.commit, deeds.first()) {
        (None, Some(first)) => {
            let span = first.target().map_or(first.span, |target| target.span);
            out.push(Mistake::new(Kind::NoCommit, span));
        }
        (Some(commit), None) => out.push(Mistake::new(Kind::IdleCommit, commit.settled.span)),
        (Some(commit), Some(_)) => committed(pack, flow, commit, out),
        (None, None) => {}
    }
}

fn committed(pack: &Pack, flow: &Flow, commit: &Commit, out: &mut Vec<Mistake>) {
    let targets: Vec<&Target> = commit.guard.iter().filter_map(|guard| pack.targets.get(&guard.value)).collect();
    let named: bool = commit
        .guard
        .iter()
        .all(|guard| pack.targets.contains_key(&guard.value) || pack.checks.contains_key(&guard.value));
    let always = pack.site.identity.as_ref().map(|identity| identity.always.value.as_str());
    let is_shell = |target: &Target| is_of_account(flow) && always == Some(target.name.value.as_str());
    if named && !targets.iter().any(|target| tells_who(flow, target) || is_shell(target)) {
        let span = commit.guard.first().map_or(commit.settled.span, |guard| guard.span);
        out.push(Mistake::new(Kind::GuardWithoutIdentity, span));
    }
    let settled = &commit.settled;
    let Some(question) = pack.flows.get(&settled.value) else { return };
    if question.kind != FlowKind::Question {
        out.push(Mistake::new(Kind::NotAQuestion(settled.value.clone()), settled.span));
    } else if question.answer.as_ref().is_some_and(|answer| answer.no.is_none()) {
        out.push(Mistake::new(Kind::SettledWithoutNo(settled.value.clone()), settled.span));
    }
    for (input, kind) in &question.inputs {
        let (input, by) = (input.clone(), settled.value.clone());
        match flow.inputs.get(&input) {
            None => out.push(Mistake::new(Kind::InputMissing { input, by }, settled.span)),
            Some(own) if own.value != kind.value => {
                out.push(Mistake::new(Kind::InputOfPart { input, by }, settled.span));
            }
            Some(_) => {}
        }
    }
}

/// Whether a flow acts on the account itself and on nobody else.
fn is_of_account(flow: &Flow) -> bool {
    let has = |wanted: InputKind| flow.inputs.values().any(|kind| kind.value == wanted);
    has(InputKind::Account) && !has(InputKind::Slug)
}

/// Whether each way to find a target compares the person's slug; where the account itself is meant, its own or its name.
fn tells_who(flow: &Flow, target: &Target) -> bool {
    let of_account = is_of_account(flow);
    let slug = |name: &str| {
        flow.inputs.get(name).is_some_and(|kind| match kind.value {
            InputKind::Account | InputKind::Person => of_account,
            kind => kind == InputKind::Slug,
        })
    };
    !target.find.is_empty()
        && target.find.iter().all(|way| {
            // That the document is anybody else's, or that a link names the person if there is one, tells nobody apart.
            let unless = way.wire.slug.as_ref().is_some_and(|slug| slug.if_any) && way.wire.at.is_none();
            let named =
                way.mentions.iter().any(|mention| matches!(&mention.what, Mentioned::Input(name) if slug(name)));
            let proved = of_account && way.wire.own;
            (named || proved) && way.wire.not_at.is_none() && !unless
        })
}

fn question(pack: &Pack, flow: &Flow, deeds: &[&Step], out: &mut Vec<Mistake>) {
    for step in deeds {
        let span = deed(step).and_then(|_| step.target()).map_or(step.span, |target| target.span);
        out.push(Mistake::new(Kind::QuestionActs, span));
    }
    let people: Vec<&Step> = flow.steps.iter().filter(|step| matches!(step.verb, Verb::Human(_))).collect();
    for step in &people {
        out.push(Mistake::new(Kind::PersonInQuestion, step.id.span));
    }
    if let Some(commit) = flow.commit.as_ref().filter(|_| deeds.is_empty()) {
        out.push(Mistake::new(Kind::IdleCommit, commit.settled.span));
    }
    match &flow.answer {
        None => out.push(Mistake::new(Kind::NoAnswer, flow.name.span)),
        Some(answer) if people.is_empty() => {
            answered(flow, answer, out);
            presence::check(pack, flow, answer, out);
        }
        Some(_) => {}
    }
}

fn answered(flow: &Flow, answer: &Answer, out: &mut Vec<Mistake>) {
    let wants = flow.steps.last().and_then(|step| step.expect.as_ref()).map_or(&[][..], |expect| &expect.first);
    let asked = |holds: &Holds| wants.iter().any(|want| same(want, holds));
    if !asked(&answer.yes) {
        out.push(Mistake::new(Kind::AnswerUnasked("yes"), place_of(&answer.yes, flow.name.span)));
    }
    let Some(no) = &answer.no else { return };
    if !asked(no) {
        out.push(Mistake::new(Kind::AnswerUnasked("no"), place_of(no, flow.name.span)));
    }
    if no.witness.is_empty() && no.see.is_empty() {
        out.push(Mistake::new(Kind::AbsenceWithoutWitness, place_of(no, flow.name.span)));
    }
}

/// Where conditions stand: the first name in them.
pub(super) fn place_of(holds: &Holds, otherwise: Span) -> Span {
    let first = holds.see.iter().chain(&holds.gone).chain(&holds.witness).map(|name| name.span).min();
    first.unwrap_or(otherwise)
}

/// Whether two conditions ask the same, in whatever order.
fn same(one: &Holds, other: &Holds) -> bool {
    covers(one, other) && covers(other, one)
}

/// Whether all that `small` asks is asked by `large` too.
pub(super) fn covers(large: &Holds, small: &Holds) -> bool {
    let within = |large: &[Spanned<String>], small: &[Spanned<String>]| {
        small.iter().all(|name| large.iter().any(|other| other.value == name.value))
    };
    within(&large.see, &small.see) && within(&large.gone, &small.gone) && within(&large.witness, &small.witness)
}
