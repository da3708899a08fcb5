//! What is handed over: secrets and files go where they belong and nowhere else; what is read can be read.

use std::collections::BTreeSet;

use crate::flow::mistake::{Kind, Mistake};
use crate::flow::pack::Pack;
use crate::flow::reach::{Reach, inputs};
use crate::flow::span::Span;
use crate::flow::target::{Mentioned, Target};
use crate::flow::template;
use crate::flow::tree::{Flow, InputKind, Step, Verb};

/// How a selector says that it means a field for a secret.
const SECRET_FIELDS: [&str; 4] =
    ["type=password", "autocomplete=one-time-code", "autocomplete=current-password", "autocomplete^=one-time-code"];

/// Checks one flow.
pub(super) fn check(pack: &Pack, flow: &Flow, out: &mut Vec<Mistake>) {
    for step in &flow.steps {
        text(flow, step, out);
        if let Verb::Fill { into, with } = &step.verb
            && template::only_input(&with.value).is_some_and(|name| kind(flow, name) == Some(InputKind::Secret))
            && let Some(target) = pack.targets.get(&into.value)
            && !takes_secrets(target)
        {
            out.push(Mistake::new(Kind::SecretTarget(into.value.clone()), into.span));
        }
        for name in step.reads() {
            if pack.targets.get(&name.value).is_some_and(|target| target.read.is_empty()) {
                out.push(Mistake::new(Kind::NothingToRead(name.value.clone()), name.span));
            }
        }
    }
    compared(pack, flow, out);
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
        let bare: String =
            css.to_lowercase().chars().filter(|c| !matches!(c, '\'' | '"') && !c.is_whitespace()).collect();
        // A list of selectors, or one that excludes, may fit something else too.
        !bare.contains(',') && !bare.contains(":not(") && SECRET_FIELDS.iter().any(|field| bare.contains(field))
    };
    !target.find.is_empty() && target.find.iter().all(|way| way.wire.css.as_deref().is_some_and(says))
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
