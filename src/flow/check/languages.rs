//! Finds the flows that cannot be run in a language, and the stop signs that cannot be read in it.

use std::collections::BTreeSet;

use crate::flow::mistake::{Kind, Mistake};
use crate::flow::pack::{Pack, Words};
use crate::flow::reach::Reach;
use crate::flow::target::{Mention, Mentioned, Target};
use crate::flow::tree::{Flow, FlowKind, Step};

/// Warns of every language that lacks words; English was checked before.
pub(super) fn check(pack: &Pack, out: &mut Vec<Mistake>) {
    for (language, words) in pack.words.iter().filter(|(language, _)| *language != "en") {
        let mut flows = Vec::new();
        let mut keys = BTreeSet::new();
        // What a part lacks is told of the flows that use it.
        for flow in pack.flows.values().filter(|flow| flow.kind != FlowKind::Part) {
            let lacks = lacking(pack, flow, words);
            if !lacks.is_empty() {
                flows.push(flow.name.value.clone());
                keys.extend(lacks);
            }
        }
        if !flows.is_empty() {
            let kind = Kind::Language { language: language.clone(), flows, keys: owned(&keys) };
            out.push(Mistake::new(kind, words.at));
        }
        signs(pack, language, words, out);
    }
}

fn owned(keys: &BTreeSet<&str>) -> Vec<String> {
    keys.iter().map(|&key| key.to_owned()).collect()
}

/// The words without which a flow cannot run on a page of this language.
///
/// A target that is clicked irreversibly needs all of its words, since all of its ways must agree. Any other is lost only
/// where each of its ways in some generation lacks a word.
fn lacking<'p>(pack: &'p Pack, flow: &'p Flow, words: &Words) -> BTreeSet<&'p str> {
    let mut reach = Reach::new(pack);
    reach.flow(flow);
    let deeds = pack.deeds();
    let generations = pack.generations();
    let mut keys = BTreeSet::new();
    keys.extend(flow.steps.iter().filter_map(Step::choice).flat_map(|choice| missing(&choice.mentions, words)));
    for name in &reach.targets {
        let Some(target) = pack.targets.get(*name) else { continue };
        let deed = deeds.contains(name);
        for generation in target.claims(&generations) {
            keys.extend(lost(target, generation, deed, words));
        }
    }
    keys
}

fn lost<'p>(target: &'p Target, generation: &str, deed: bool, words: &Words) -> Vec<&'p str> {
    let all: Vec<Vec<&str>> = target.ways(generation).map(|way| missing(&way.mentions, words)).collect();
    let is_lost = if deed { all.iter().any(|lack| !lack.is_empty()) } else { all.iter().all(|lack| !lack.is_empty()) };
    if is_lost { all.into_iter().flatten().collect() } else { Vec::new() }
}

fn missing<'p>(mentions: &'p [Mention], words: &Words) -> Vec<&'p str> {
    let keys = mentions.iter().filter_map(|mention| match &mention.what {
        Mentioned::Word { key, .. } => Some(key.as_str()),
        _ => None,
    });
    keys.filter(|key| words.keys.get(*key).is_none_or(|word| word.texts.is_empty())).collect()
}

fn signs(pack: &Pack, language: &str, words: &Words, out: &mut Vec<Mistake>) {
    let mut signs = Vec::new();
    let mut keys = BTreeSet::new();
    for sign in &pack.site.signs {
        let lacks = missing(&sign.mentions, words);
        if !lacks.is_empty() {
            signs.push(sign.name.value.clone());
            keys.extend(lacks);
        }
    }
    if !signs.is_empty() {
        let kind = Kind::LanguageSigns { language: language.to_owned(), signs, keys: owned(&keys) };
        out.push(Mistake::new(kind, words.at));
    }
}
