//! Checks what a flow hands over: secrets and files go only where they belong, and everything that is read can be read.

use std::collections::BTreeSet;

use crate::flow::mistake::{Kind, Mistake, near};
use crate::flow::pack::Pack;
use crate::flow::reach::{Reach, inputs};
use crate::flow::site::{OTHER_ACCOUNT, SignKind};
use crate::flow::span::{Span, Spanned};
use crate::flow::target::{Mentioned, Target};
use crate::flow::template;
use crate::flow::tree::{Flow, FlowKind, InputKind, Step, Verb, When};

/// How a selector says that it means a field for a secret.
const SECRET_FIELDS: [&str; 7] = [
    "[type=password]",
    "[autocomplete=one-time-code]",
    "[autocomplete=current-password]",
    "[autocomplete^=one-time-code]",
    // The site's own pages of codes.
    "#input__email_verification_pin",
    "[name=pin]",
    "[name=code]",
];

/// Checks one flow.
pub(super) fn check(pack: &Pack, flow: &Flow, out: &mut Vec<Mistake>) {
    for step in &flow.steps {
        text(flow, step, out);
        if let Verb::Fill { into, with, .. } = &step.verb
            && template::only_input(&with.value).is_some_and(|name| kind(flow, name) == Some(InputKind::Secret))
            && let Some(target) = pack.targets.get(&into.value)
            && !takes_secrets(target)
        {
            out.push(Mistake::new(Kind::SecretTarget(into.value.clone()), into.span));
        }
        for (input, is) in step.when.iter().filter_map(When::given) {
            given(flow, input, is, out);
        }
        for name in step.reads() {
            if pack.targets.get(&name.value).is_some_and(|target| target.read.is_empty()) {
                out.push(Mistake::new(Kind::NothingToRead(name.value.clone()), name.span));
            }
        }
    }
    if flow.kind == FlowKind::Question {
        for (input, kind) in flow.inputs.iter().filter(|(_, kind)| kind.value == InputKind::Secret) {
            out.push(Mistake::new(Kind::SecretInQuestion(input.clone()), kind.span));
        }
    }
    signs(pack, flow, out);
    compared(pack, flow, out);
}

/// A flow that deals with signs itself names signs that latch, and hands the page to a person. A question only looks.
fn signs(pack: &Pack, flow: &Flow, out: &mut Vec<Mistake>) {
    for name in &flow.handles {
        let sign = pack.site.signs.iter().find(|sign| sign.name.value == name.value);
        if name.value == OTHER_ACCOUNT || sign.is_some_and(|sign| sign.kind == SignKind::Cool) {
            out.push(Mistake::new(Kind::NeverHandled(name.value.clone()), name.span));
        }
    }
    let Some(first) = flow.handles.first() else { return };
    let asks_nobody = !flow.steps.iter().any(|step| matches!(step.verb, Verb::Human(_)));
    match flow.kind {
        FlowKind::Part => out.push(Mistake::new(Kind::PartWith("`handles`"), first.span)),
        FlowKind::Act | FlowKind::Errand if asks_nobody => {
            out.push(Mistake::new(Kind::HandledByNobody, first.span));
        }
        FlowKind::Act | FlowKind::Errand | FlowKind::Question => {}
    }
}

/// A condition on an input is about a text or a word, and a word is one that the input can be.
fn given(flow: &Flow, input: &Spanned<String>, is: &[Spanned<String>], out: &mut Vec<Mistake>) {
    match kind(flow, &input.value) {
        None | Some(InputKind::Text) => {}
        Some(InputKind::Word) => {
            let words = flow.choices.get(&input.value).map_or(&[][..], Vec::as_slice);
            for text in is.iter().filter(|text| !words.iter().any(|word| word.value == text.value)) {
                let near = near(&text.value, words.iter().map(|word| word.value.as_str()));
                let kind = Kind::NeverGiven { input: input.value.clone(), text: text.value.clone(), near };
                out.push(Mistake::new(kind, text.span));
            }
        }
        Some(InputKind::Secret | InputKind::File) => out.push(elsewhere(flow, &input.value, input.span)),
        Some(InputKind::Slug | InputKind::Account | InputKind::Person) => {
            out.push(Mistake::new(Kind::NotCompared(input.value.clone()), input.span));
        }
    }
}

fn kind(flow: &Flow, input: &str) -> Option<InputKind> {
    flow.inputs.get(input).map(|kind| kind.value)
}

/// Secrets stand alone in `fill`, files alone in `upload`.
fn text(flow: &Flow, step: &Step, out: &mut Vec<Mistake>) {
    let Some(text) = step.template() else { return };
    for input in inputs(&text.value) {
        let wrong = match (kind(flow, input), &step.verb) {
            (Some(InputKind::Secret), Verb::Fill { .. }) if template::only_input(&text.value).is_some() => continue,
            (Some(InputKind::Secret), _) => Kind::SecretElsewhere(input.to_owned()),
            (Some(InputKind::File), Verb::Upload { .. }) => continue,
            (Some(InputKind::File), _) => Kind::FileElsewhere(input.to_owned()),
            (Some(_), Verb::Upload { .. }) => Kind::NotAFile(input.to_owned()),
            _ => continue,
        };
        out.push(Mistake::new(wrong, text.span));
    }
}

/// Whether each way to find a target says by css that it is a field for a password or a code.
fn takes_secrets(target: &Target) -> bool {
    let says = |css: &str| {
        let css: String = css.to_lowercase().chars().filter(|c| !matches!(c, '\'' | '"')).collect();
        own_part(&css).is_some_and(|own| SECRET_FIELDS.iter().any(|field| own.contains(field)))
    };
    !target.find.is_empty() && target.find.iter().all(|way| way.wire.css.as_deref().is_some_and(says))
}

/// What a selector says of the element itself, without white space: not of what that stands in, beside or around, nor what is
/// said in brackets. None of a list of selectors, of which each may fit something else.
fn own_part(css: &str) -> Option<String> {
    let (mut round, mut square) = (0_u32, 0_u32);
    let mut own = String::new();
    let mut ended = false;
    for c in css.chars() {
        match c {
            '(' => round += 1,
            ')' => round = round.saturating_sub(1),
            '[' => square += 1,
            ']' => square = square.saturating_sub(1),
            ',' if round == 0 && square == 0 => return None,
            '>' | '+' | '~' | ' ' | '\t' | '\n' if round == 0 && square == 0 => {
                ended = true;
                continue;
            }
            _ => {}
        }
        if std::mem::take(&mut ended) {
            own.clear();
        }
        if round == 0 && !matches!(c, ')' | ' ' | '\t' | '\n') {
            own.push(c);
        }
    }
    Some(own)
}

/// Nothing that is compared with the page may be a secret or a file: it would be sent along with every look.
fn compared(pack: &Pack, flow: &Flow, out: &mut Vec<Mistake>) {
    let hidden: BTreeSet<&str> = flow
        .inputs
        .iter()
        .filter(|(_, kind)| matches!(kind.value, InputKind::Secret | InputKind::File))
        .map(|(name, _)| name.as_str())
        .collect();
    if hidden.is_empty() {
        return;
    }
    let mut reach = Reach::new(pack);
    reach.flow(flow);
    let targets = reach.targets.iter().filter_map(|name| pack.targets.get(*name));
    let witnesses = reach.witnesses.iter().filter_map(|name| pack.witnesses.get(*name));
    let checks = reach.checks.iter().filter_map(|name| pack.checks.get(*name));
    let mentions = targets
        .flat_map(|target| target.all_mentions().collect::<Vec<_>>())
        .chain(witnesses.flat_map(|witness| &witness.mentions))
        .chain(checks.flat_map(|check| &check.mentions))
        .chain(flow.steps.iter().filter_map(Step::choice).flat_map(|choice| &choice.mentions));
    for mention in mentions {
        if let Mentioned::Input(name) = &mention.what
            && hidden.contains(name.as_str())
        {
            out.push(elsewhere(flow, name, mention.span));
        }
    }
}

fn elsewhere(flow: &Flow, input: &str, span: Span) -> Mistake {
    let kind = match kind(flow, input) {
        Some(InputKind::File) => Kind::FileElsewhere(input.to_owned()),
        _ => Kind::SecretElsewhere(input.to_owned()),
    };
    Mistake::new(kind, span)
}
