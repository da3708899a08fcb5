//! Digests of a pack: of the part that a plan's approval binds, and of the whole that a run records.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::pack::{Pack, deed};
use super::query::{Alternative, Check, Count};
use super::reach::Reach;
use super::span::Spanned;
use super::tree::{Effect, Flow, FlowKind, Holds, InputKind, Step, Verb, When};
use crate::event::id::Digest;

/// What was approved, in a form that has no place, comment or order of writing in it.
///
/// How long a step waits and the reason that it gives are left out: neither changes what is done.
#[derive(Serialize)]
struct Approved<'a> {
    v: u32,
    flow: &'a str,
    kind: &'static str,
    inputs: BTreeMap<&'a str, &'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    choices: BTreeMap<&'a str, Vec<&'a str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    handles: Vec<&'a str>,
    guard: Vec<&'a str>,
    settled: Option<&'a str>,
    steps: Vec<ApprovedStep<'a>>,
    answer: Vec<[Vec<&'a str>; 3]>,
    targets: BTreeMap<&'a str, ApprovedTarget<'a>>,
    checks: BTreeMap<&'a str, &'a Check>,
    words: BTreeMap<&'a str, BTreeMap<&'a str, Vec<&'a str>>>,
}

#[derive(Serialize)]
struct ApprovedStep<'a> {
    id: &'a str,
    verb: [Cow<'a, str>; 3],
    effect: &'static str,
    when_saw: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    when: Vec<(bool, &'a str)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    given: Vec<(&'a str, Vec<&'a str>)>,
    expect: Vec<[Vec<&'a str>; 3]>,
    skip: Vec<([Vec<&'a str>; 3], &'static str)>,
    retry: u32,
}

#[derive(Serialize)]
struct ApprovedTarget<'a> {
    inside: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    except: Option<&'a str>,
    count: Count,
    find: Vec<&'a Alternative>,
}

impl Pack {
    /// What a plan's hash binds of a flow: its steps and effects, its irreversible targets and the fields for its secrets with
    /// what they are inside of, its checks, and their words in every language. Comments, places and other targets do not change it.
    #[must_use]
    pub fn digest_for(&self, flow: &Flow) -> Digest {
        let mut reach = Reach::new(self);
        let mut targets = BTreeMap::new();
        let typed = flow.steps.iter().filter(|step| step.secret(flow).is_some());
        let typed = typed.filter_map(Step::target).map(|target| target.value.as_str());
        let mut next: Vec<&str> = flow.steps.iter().filter_map(deed).chain(typed).collect();
        while let Some(name) = next.pop() {
            let Some(target) = self.targets.get(name) else { continue };
            let inside = target.inside.as_ref().map(|inside| inside.value.as_str());
            let except = target.except.as_ref().map(|except| except.value.as_str());
            next.extend(inside.into_iter().chain(except));
            target.find.iter().flat_map(|way| &way.mentions).for_each(|mention| word(&mut reach, mention));
            let find = target.find.iter().map(|way| &way.wire).collect();
            targets.insert(target.name.value.as_str(), ApprovedTarget { inside, except, count: target.count, find });
        }
        flow.steps
            .iter()
            .filter_map(Step::choice)
            .flat_map(|choice| &choice.mentions)
            .for_each(|m| word(&mut reach, m));
        let mut checks = BTreeMap::new();
        let guard = flow.commit.as_ref().map_or(&[][..], |commit| &commit.guard);
        for check in guard.iter().filter_map(|guard| self.checks.get(&guard.value)) {
            check.mentions.iter().for_each(|mention| word(&mut reach, mention));
            checks.insert(check.name.value.as_str(), &check.wire);
        }
        let approved = Approved {
            v: 1,
            flow: &flow.name.value,
            kind: kind(flow.kind),
            inputs: flow.inputs.iter().map(|(name, kind)| (name.as_str(), input(kind.value))).collect(),
            choices: flow.choices.iter().map(|(name, words)| (name.as_str(), texts(words))).collect(),
            handles: texts(&flow.handles),
            guard: guard.iter().map(|guard| guard.value.as_str()).collect(),
            settled: flow.commit.as_ref().map(|commit| commit.settled.value.as_str()),
            steps: flow.steps.iter().map(step).collect(),
            answer: flow.answer.iter().flat_map(|a| std::iter::once(&a.yes).chain(&a.no)).map(holds).collect(),
            targets,
            checks,
            words: self.approved_words(&reach),
        };
        Digest::of(&serde_json::to_vec(&approved).expect("texts, numbers and lists are always JSON"))
    }

    fn approved_words<'a>(&'a self, reach: &Reach<'_>) -> BTreeMap<&'a str, BTreeMap<&'a str, Vec<&'a str>>> {
        let texts = |word: &'a super::pack::Word| word.texts.iter().map(|text| text.value.as_str()).collect();
        let of = |words: &'a super::pack::Words| {
            let needed = words.keys.iter().filter(|(key, _)| reach.words.contains(key.as_str()));
            needed.map(|(key, word)| (key.as_str(), texts(word))).collect()
        };
        self.words.iter().map(|(language, words)| (language.as_str(), of(words))).collect()
    }

    /// The digest of all files, names included, in whatever order they were given.
    #[must_use]
    pub fn digest_all(&self) -> Digest {
        digest_of(&self.files())
    }

    /// Every file's name and digest, by name, as it was written: what a run records.
    #[must_use]
    pub fn files(&self) -> BTreeMap<&str, Digest> {
        self.written().into_iter().map(|(name, text)| (name, Digest::of(text.as_bytes()))).collect()
    }

    /// Every file's name and text, by name, as it was written.
    #[must_use]
    pub fn written(&self) -> BTreeMap<&str, &str> {
        let read = self.sources.iter().map(|source| (source.name.as_str(), source.text.as_str()));
        let written = self.upgraded.iter().map(|older| (older.file.as_str(), older.written.as_str()));
        read.chain(written).collect()
    }
}

/// The digest of files by their names and digests.
pub(super) fn digest_of(files: &BTreeMap<&str, Digest>) -> Digest {
    let parts: Vec<&[u8]> = files.iter().flat_map(|(name, digest)| [name.as_bytes(), &digest.0[..]]).collect();
    Digest::of_parts(&parts)
}

/// Only words: a value of a target does not pull that target in.
fn word<'p>(reach: &mut Reach<'p>, mention: &'p super::target::Mention) {
    if matches!(mention.what, super::target::Mentioned::Word { .. }) {
        reach.mention(mention);
    }
}

fn kind(kind: FlowKind) -> &'static str {
    match kind {
        FlowKind::Act => "act",
        FlowKind::Question => "question",
        FlowKind::Errand => "errand",
        FlowKind::Part => "part",
    }
}

fn input(kind: InputKind) -> &'static str {
    match kind {
        InputKind::Slug => "slug",
        InputKind::Account => "account",
        InputKind::Word => "word",
        InputKind::Person => "person",
        InputKind::Text => "text",
        InputKind::Secret => "secret",
        InputKind::File => "file",
    }
}

fn step(step: &Step) -> ApprovedStep<'_> {
    // A single `saw` is said as it always was, so that older approvals still hold.
    let saw: Vec<(bool, &str)> =
        step.when.iter().filter_map(When::saw).map(|(target, saw)| (saw, target.value.as_str())).collect();
    let (when_saw, when) = match saw.as_slice() {
        [(true, one)] => (Some(*one), Vec::new()),
        _ => (None, saw),
    };
    let given = step.when.iter().filter_map(When::given).map(|(input, is)| (input.value.as_str(), texts(is))).collect();
    let effect = match step.effect {
        Effect::None => "none",
        Effect::Reversible => "reversible",
        Effect::Irreversible => "irreversible",
    };
    ApprovedStep {
        id: &step.id.value,
        verb: verb(&step.verb),
        effect,
        when_saw,
        when,
        given,
        expect: step.waits_for().map(holds).collect(),
        skip: step.skips.iter().map(|skip| (holds(&skip.holds), skip.outcome.as_str())).collect(),
        retry: step.retry.as_ref().map_or(0, |retry| retry.times),
    }
}

fn verb(verb: &Verb) -> [Cow<'_, str>; 3] {
    let [name, first, second] = match verb {
        Verb::Goto(path) => ["goto", &path.value, ""],
        Verb::Click(target) => ["click", &target.value, ""],
        Verb::Fill { into, with, .. } => ["fill", &into.value, &with.value],
        Verb::Check { target, to } => ["check", &target.value, if *to { "on" } else { "off" }],
        Verb::Press(key) => ["press", &key.value, ""],
        Verb::Upload { into, file } => ["upload", &into.value, &file.value],
        Verb::Human(handoff) => ["human", &handoff.words.value, ""],
        Verb::Use(part) => ["use", &part.value, ""],
        Verb::Wait => ["wait", "", ""],
        Verb::Each(each) => ["each", &each.row.value, &each.total.value],
        Verb::Choose(choice) => {
            let option = serde_json::to_string(&choice.option).expect("texts and lists are always JSON");
            return ["choose".into(), choice.within.value.as_str().into(), option.into()];
        }
        Verb::Read(targets) => {
            let names: Vec<&str> = targets.iter().map(|target| target.value.as_str()).collect();
            return ["read".into(), names.join(" ").into(), "".into()];
        }
    };
    [name.into(), first.into(), second.into()]
}

fn texts(list: &[Spanned<String>]) -> Vec<&str> {
    list.iter().map(|text| text.value.as_str()).collect()
}

fn holds(holds: &Holds) -> [Vec<&str>; 3] {
    [&holds.see, &holds.gone, &holds.witness].map(|names| names.iter().map(|name| name.value.as_str()).collect())
}
