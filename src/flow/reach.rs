//! Finds what some names of a pack need: the targets that they lie inside of, the words, the inputs.

use std::collections::BTreeSet;

use super::pack::Pack;
use super::target::{Mention, Mentioned};
use super::tree::{Flow, Holds, When};

/// A growing set of what is needed. Names that are not defined are left out.
#[derive(Debug, Clone)]
pub(super) struct Reach<'p> {
    pack: &'p Pack,
    pub(super) targets: BTreeSet<&'p str>,
    pub(super) witnesses: BTreeSet<&'p str>,
    pub(super) checks: BTreeSet<&'p str>,
    /// The keys of words.
    pub(super) words: BTreeSet<&'p str>,
    /// The flow's inputs.
    pub(super) inputs: BTreeSet<&'p str>,
}

impl<'p> Reach<'p> {
    /// Nothing yet.
    pub(super) fn new(pack: &'p Pack) -> Self {
        Self {
            pack,
            targets: BTreeSet::new(),
            witnesses: BTreeSet::new(),
            checks: BTreeSet::new(),
            words: BTreeSet::new(),
            inputs: BTreeSet::new(),
        }
    }

    /// A target and all that it needs. Whether there is one of that name.
    pub(super) fn target(&mut self, name: &str) -> bool {
        let Some((name, target)) = self.pack.targets.get_key_value(name) else { return false };
        if self.targets.insert(name) {
            if let Some(inside) = &target.inside {
                self.target(&inside.value);
            }
            if let Some(except) = &target.except {
                self.target(&except.value);
            }
            // `inside` and `after` are mentions too, and the second is only about time: values, words and inputs count here.
            for mention in target.all_mentions().filter(|mention| !matches!(mention.what, Mentioned::Target(_))) {
                self.mention(mention);
            }
        }
        true
    }

    /// A witness and all that it needs. Whether there is one of that name.
    pub(super) fn witness(&mut self, name: &str) -> bool {
        let Some((name, witness)) = self.pack.witnesses.get_key_value(name) else { return false };
        if self.witnesses.insert(name) {
            witness.mentions.iter().for_each(|mention| self.mention(mention));
        }
        true
    }

    /// A check and all that it needs. Whether there is one of that name.
    pub(super) fn check(&mut self, name: &str) -> bool {
        let Some((name, check)) = self.pack.checks.get_key_value(name) else { return false };
        if self.checks.insert(name) {
            check.mentions.iter().for_each(|mention| self.mention(mention));
        }
        true
    }

    /// What one mention needs.
    pub(super) fn mention(&mut self, mention: &'p Mention) {
        match &mention.what {
            Mentioned::Target(name) | Mentioned::Value { target: name, .. } => {
                self.target(name);
            }
            Mentioned::Word { key, .. } => {
                self.words.insert(key);
            }
            Mentioned::Input(name) => {
                self.inputs.insert(name);
            }
            Mentioned::Generation(_) => {}
        }
    }

    /// What conditions need.
    pub(super) fn holds(&mut self, holds: &Holds) {
        for target in holds.see.iter().chain(&holds.gone) {
            self.target(&target.value);
        }
        for witness in &holds.witness {
            self.witness(&witness.value);
        }
    }

    /// What a flow needs, its guard included.
    pub(super) fn flow(&mut self, flow: &'p Flow) {
        for step in &flow.steps {
            if let Some(target) = step.target() {
                self.target(&target.value);
            }
            for target in step.each().iter().flat_map(|each| each.targets()).chain(step.redraws()) {
                self.target(&target.value);
            }
            if let Some(text) = step.template() {
                self.inputs.extend(inputs(&text.value));
            }
            self.inputs.extend(step.when.iter().filter_map(When::given).map(|(input, _)| input.value.as_str()));
            for target in step.reads() {
                self.target(&target.value);
            }
            for mention in step.choice().iter().flat_map(|choice| &choice.mentions) {
                self.mention(mention);
            }
            for holds in step.waits_for() {
                self.holds(holds);
            }
            for skip in &step.skips {
                self.holds(&skip.holds);
            }
        }
        for guard in flow.commit.iter().flat_map(|commit| &commit.guard) {
            let _ = self.target(&guard.value) || self.check(&guard.value);
        }
        for holds in flow.answer.iter().flat_map(|answer| std::iter::once(&answer.yes).chain(&answer.no)) {
            self.holds(holds);
        }
    }
}

/// The inputs of a template.
pub(super) fn inputs(text: &str) -> Vec<&str> {
    let parts = super::template::parts(text).unwrap_or_default();
    parts
        .into_iter()
        .filter_map(|part| match part {
            super::template::Part::Input(name) => Some(name),
            _ => None,
        })
        .collect()
}
