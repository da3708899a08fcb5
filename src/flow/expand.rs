//! Puts the steps of parts where flows say `use`, so that everything after it sees whole flows.
//!
//! A part's step keeps the place in its own file and is called `step-that-uses.its-own-id`. Its effects are the effects
//! of the flow that uses it.

use std::collections::{BTreeMap, BTreeSet};

use super::limit::MOST_STEPS;
use super::mistake::{Kind, Mistake, Severity, Thing, near};
use super::span::Spanned;
use super::tree::{Flow, FlowKind, Step, Verb};

/// Replaces every `use` step of every flow by the steps of its part. A step whose part cannot be used stays, with its mistake.
pub(super) fn expand(flows: &mut BTreeMap<String, Flow>, mistakes: &mut Vec<Mistake>) {
    let written = flows.clone();
    let mut used = BTreeSet::new();
    for flow in flows.values_mut() {
        let mut steps = Vec::new();
        let mut unfolding = Unfolding { written: &written, path: vec![&flow.name.value], used: &mut used, mistakes };
        for step in &flow.steps {
            unfolding.step(flow, step, &mut steps);
        }
        let most = steps.len().min(MOST_STEPS);
        if let Some(first) = steps[most..].first().filter(|_| flow.steps.len() <= MOST_STEPS) {
            let kind = Kind::TooMuch { what: "steps in one flow and its parts", is: steps.len(), most: MOST_STEPS };
            mistakes.push(Mistake::new(kind, first.span));
        }
        steps.truncate(most);
        flow.steps = steps;
    }
    if mistakes.iter().all(|mistake| mistake.severity() == Severity::Warning) {
        for part in written.values().filter(|flow| flow.kind == FlowKind::Part && !used.contains(&flow.name.value)) {
            let kind = Kind::Unused { thing: Thing::Part, name: part.name.value.clone() };
            mistakes.push(Mistake::new(kind, part.name.span));
        }
    }
}

struct Unfolding<'a> {
    written: &'a BTreeMap<String, Flow>,
    /// The flows that lead here, the outermost first.
    path: Vec<&'a str>,
    used: &'a mut BTreeSet<String>,
    mistakes: &'a mut Vec<Mistake>,
}

impl<'a> Unfolding<'a> {
    fn step(&mut self, flow: &Flow, step: &Step, out: &mut Vec<Step>) {
        let Verb::Use(name) = &step.verb else {
            out.push(step.clone());
            return;
        };
        let Some(part) = self.part(flow, name) else { return };
        self.used.insert(part.name.value.clone());
        self.path.push(&part.name.value);
        let mut inner = Vec::new();
        for step in &part.steps {
            // A part that uses a part many times over grows no further than a flow may.
            if inner.len() <= MOST_STEPS {
                self.step(part, step, &mut inner);
            }
        }
        self.path.pop();
        for mut one in inner {
            one.id.value = format!("{}.{}", step.id.value, one.id.value);
            one.when.splice(0..0, step.when.iter().cloned());
            out.push(one);
        }
    }

    /// The part of a `use` step, or a mistake and none.
    fn part(&mut self, flow: &Flow, name: &Spanned<String>) -> Option<&'a Flow> {
        let written = self.written;
        let Some(part) = written.get(&name.value) else {
            let parts = written.values().filter(|flow| flow.kind == FlowKind::Part);
            let near = near(&name.value, parts.map(|flow| flow.name.value.as_str()));
            self.mistake(Kind::Unknown { thing: Thing::Part, name: name.value.clone(), near }, name);
            return None;
        };
        if part.kind != FlowKind::Part {
            self.mistake(Kind::NotAPart(name.value.clone()), name);
            return None;
        }
        if let Some(from) = self.path.iter().position(|flow| *flow == name.value) {
            let mut circle: Vec<String> = self.path[from..].iter().map(|&flow| flow.to_owned()).collect();
            circle.sort();
            let kind = Kind::PartCircle(circle);
            // It closes at each of its parts, and is told at one.
            if !self.mistakes.iter().any(|mistake| mistake.kind == kind) {
                self.mistake(kind, name);
            }
            return None;
        }
        for (input, kind) in &part.inputs {
            let by = || part.name.value.clone();
            match flow.inputs.get(input) {
                None => self.mistake(Kind::InputMissing { input: input.clone(), by: by() }, name),
                Some(own) if own.value != kind.value => {
                    self.mistake(Kind::InputOfPart { input: input.clone(), by: by() }, name);
                }
                Some(_) => {}
            }
        }
        Some(part)
    }

    /// Told once a place, however often the part is used.
    fn mistake(&mut self, kind: Kind, at: &Spanned<String>) {
        let mistake = Mistake::new(kind, at.span);
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }
}
