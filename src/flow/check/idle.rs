//! Finds what is defined in a pack and used by nothing.

use std::collections::BTreeSet;

use super::names::definitions;
use crate::flow::mistake::{Kind, Mistake, Thing};
use crate::flow::pack::Pack;
use crate::flow::reach::Reach;
use crate::flow::span::Span;
use crate::flow::target::Mentioned;
use crate::flow::tree::Step;

/// Warns of every target, witness, check, word and input that nothing uses.
pub(super) fn check(pack: &Pack, out: &mut Vec<Mistake>) {
    let mut reach = Reach::new(pack);
    for flow in pack.flows.values() {
        reach.flow(flow);
    }
    if let Some(identity) = &pack.site.identity {
        reach.target(&identity.target.value);
        reach.target(&identity.always.value);
    }
    let mut idle = |thing, name: &str, span: Span| {
        out.push(Mistake::new(Kind::Unused { thing, name: name.to_owned() }, span));
    };
    for (name, target) in pack.targets.iter().filter(|(name, _)| !reach.targets.contains(name.as_str())) {
        idle(Thing::Target, name, target.name.span);
    }
    for (name, witness) in pack.witnesses.iter().filter(|(name, _)| !reach.witnesses.contains(name.as_str())) {
        idle(Thing::Witness, name, witness.name.span);
    }
    for (name, check) in pack.checks.iter().filter(|(name, _)| !reach.checks.contains(name.as_str())) {
        idle(Thing::Check, name, check.name.span);
    }
    let choices = pack.flows.values().flat_map(|flow| &flow.steps).filter_map(Step::choice);
    let used: BTreeSet<&str> = definitions(pack)
        .chain(choices.flat_map(|choice| &choice.mentions))
        .filter_map(|mention| match &mention.what {
            Mentioned::Word { key, .. } => Some(key.as_str()),
            _ => None,
        })
        .collect();
    for words in pack.words.values() {
        for (key, word) in words.keys.iter().filter(|(key, _)| !used.contains(key.as_str())) {
            idle(Thing::Word, key, word.at);
        }
    }
    for flow in pack.flows.values() {
        let mut needs = Reach::new(pack);
        needs.flow(flow);
        for (name, input) in flow.inputs.iter().filter(|(name, _)| !needs.inputs.contains(name.as_str())) {
            idle(Thing::Input, name, input.span);
        }
    }
}
