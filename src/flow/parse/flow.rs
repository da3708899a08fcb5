//! `flows/<name>.toml`.

use std::collections::BTreeMap;

use super::find::path;
use super::table::{Entry, Keys, Reader, Value, is_name, name_rule};
use super::target::seen_text;
use super::{Parts, define, template_mentions};
use crate::flow::mistake::{Kind, Mistake, Thing};
use crate::flow::query::REFUSALS;
use crate::flow::span::{Span, Spanned};
use crate::flow::target::Mentioned;
use crate::flow::tree::{
    Answer, Commit, Each, Effect, Expect, Flow, FlowKind, Holds, InputKind, Retry, Skip, Skipped, Step, Verb,
};

/// The most steps of a flow: a removal has five.
const MOST_STEPS: usize = 100;
/// The most alternatives that a step waits for.
const MOST_WANTS: usize = 20;
/// The most times a step is tried again.
const MOST_RETRIES: u32 = 10;

/// The verbs of the language that this version does not carry out.
const LATER: [&str; 6] = ["check", "choose", "upload", "read", "human", "use"];

/// Reads one flow.
pub(super) fn flow(reader: &mut Reader, mut keys: Keys<'_>, stem: &str, parts: &mut Parts) {
    let top = keys.span;
    let name = keys.need("flow", reader).and_then(|entry| reader.text(entry.value));
    if let Some(name) = name.as_ref().filter(|name| name.value != stem) {
        reader.report(Kind::FileName { name: name.value.clone(), file: stem.to_owned() }, name.span);
    }
    // Others name a flow by its file, so that a slip here is told once.
    let name = Spanned { value: stem.to_owned(), span: name.map_or(top, |name| name.span) };
    let kinds = [("question", FlowKind::Question), ("act", FlowKind::Act)];
    let kind = keys.take("kind").and_then(|entry| reader.word("kind of flow", entry.value, &kinds));
    let seen = keys.need("seen", reader).and_then(|entry| seen_text(reader, entry.value));
    let inputs = keys.take("inputs").map(|entry| inputs(reader, entry.value)).unwrap_or_default();
    let commit = keys.take("commit").and_then(|entry| commit(reader, entry));
    let steps = keys.need("step", reader).map(|entry| steps(reader, entry.value)).unwrap_or_default();
    let answer = keys.take("answer").and_then(|entry| answer(reader, entry.value));
    keys.finish(reader);
    let flow = Flow { name: name.clone(), kind: kind.unwrap_or(FlowKind::Act), inputs, seen, commit, steps, answer };
    define(reader, &mut parts.flows, Thing::Flow, &name, (flow, |flow| flow.name.span));
}

fn inputs(reader: &mut Reader, value: Value<'_>) -> BTreeMap<String, Spanned<InputKind>> {
    let Some(keys) = reader.table(value, "`inputs`") else { return BTreeMap::new() };
    let kinds = [("slug", InputKind::Slug), ("person", InputKind::Person), ("text", InputKind::Text)];
    let mut inputs = BTreeMap::new();
    for entry in keys.all() {
        let Some(name) = reader.name(entry, "input", '_') else { continue };
        // An input with a kind that nobody knows is still an input: its uses are no mistakes.
        let kind = reader.word("kind of input", entry.value, &kinds).unwrap_or(InputKind::Text);
        inputs.insert(name.value, Spanned { value: kind, span: entry.at });
    }
    inputs
}

fn commit(reader: &mut Reader, entry: Entry<'_>) -> Option<Commit> {
    let mut keys = reader.table(entry.value, "`[commit]`")?;
    let guard = keys.need("guard", reader).map(|entry| reader.texts(entry.value)).unwrap_or_default();
    let settled = keys.need("settled", reader).and_then(|entry| reader.text(entry.value));
    keys.finish(reader);
    Some(Commit { guard, settled: settled? })
}

fn answer(reader: &mut Reader, value: Value<'_>) -> Option<Answer> {
    let mut keys = reader.table(value, "`[answer]`")?;
    let yes = keys.need("yes", reader).and_then(|entry| holds_of(reader, entry.value));
    let no = keys.take("no").and_then(|entry| holds_of(reader, entry.value));
    keys.finish(reader);
    Some(Answer { yes: yes?, no })
}

fn steps(reader: &mut Reader, value: Value<'_>) -> Vec<Step> {
    let items = reader.list(value);
    let mut steps: Vec<Step> = Vec::new();
    if items.len() > MOST_STEPS {
        let span = reader.at(items[MOST_STEPS]);
        reader.report(Kind::TooMuch { what: "steps in one flow", is: items.len(), most: MOST_STEPS }, span);
    }
    for item in items.into_iter().take(MOST_STEPS) {
        let Some(step) = step(reader, item) else { continue };
        if let Some(first) = steps.iter().find(|other| other.id.value == step.id.value && !step.id.value.is_empty()) {
            let kind = Kind::Twice { thing: Thing::Step, name: step.id.value.clone() };
            reader.mistakes.push(Mistake { kind, span: step.id.span, also: Some(first.id.span) });
        }
        steps.push(step);
    }
    steps
}

fn step(reader: &mut Reader, value: Value<'_>) -> Option<Step> {
    let mut keys = reader.table(value, "a step")?;
    let span = keys.span;
    let id = keys.need("id", reader).and_then(|entry| reader.text(entry.value));
    if let Some(id) = id.as_ref().filter(|id| !is_name(&id.value, '-')) {
        reader.bad("step id", &id.value, name_rule('-'), id.span);
    }
    let verb = verb(reader, &mut keys);
    let effect = effect(reader, keys.take("effect"), &verb);
    let when_saw = keys.take("when").and_then(|entry| when(reader, entry.value));
    let expect = keys.take("expect").and_then(|entry| expect(reader, entry.value));
    let skips = keys.take("skip").map(|entry| skips(reader, entry.value)).unwrap_or_default();
    let retry = keys.take("retry").and_then(|entry| retry(reader, entry.value));
    if matches!(verb, Verb::Wait) && expect.is_none() && keys.has("wait") {
        reader.report(Kind::MissingKey { key: "expect", owner: "a step that waits" }, span);
    }
    keys.finish(reader);
    let id = id.unwrap_or(Spanned { value: String::new(), span });
    Some(Step { id, span, verb, effect, when_saw, expect, skips, retry })
}

/// The one verb of a step. A step with another number of verbs waits, so that the rest of it is still read.
fn verb(reader: &mut Reader, keys: &mut Keys<'_>) -> Verb {
    let mut verbs = Vec::new();
    for key in ["goto", "click", "fill", "press", "wait", "each"] {
        verbs.extend(keys.take(key));
    }
    let mut later = Vec::new();
    for key in LATER {
        later.extend(keys.take_unoffered(key).map(|entry| (key, entry)));
    }
    for (key, entry) in &later {
        reader.report(Kind::LaterVerb(key), entry.at);
    }
    let [entry] = verbs.as_slice() else {
        let misspelt =
            keys.rest().iter().any(|entry| !["effect", "expect", "when", "skip", "retry"].contains(&entry.key));
        match verbs.get(1) {
            Some(second) => {
                let names = ["goto", "click", "fill", "press", "wait", "each"];
                let there = names.into_iter().filter(|name| verbs.iter().any(|entry| entry.key == *name)).collect();
                reader.report(Kind::ManyVerbs(there), second.at);
            }
            // A key that nothing reads is most likely the verb itself, and reported as such.
            None if later.is_empty() && !misspelt => reader.report(Kind::NoVerb, keys.span),
            None => {}
        }
        return Verb::Wait;
    };
    verb_of(reader, *entry).unwrap_or(Verb::Wait)
}

fn verb_of(reader: &mut Reader, entry: Entry<'_>) -> Option<Verb> {
    match entry.key {
        "goto" => {
            let text = reader.text(entry.value)?;
            let mut mentions = Vec::new();
            let fits = path(reader, &text, &mut mentions);
            inputs_only(reader, &text, &mentions);
            fits.then_some(Verb::Goto(text))
        }
        "click" => reader.text(entry.value).map(Verb::Click),
        "fill" => fill(reader, entry.value),
        "press" => press(reader, entry.value),
        "each" => each(reader, entry.value),
        _ => {
            if reader.flag(entry.value) == Some(false) {
                let span = reader.at(entry.value);
                reader.bad("`wait`", "false", "`wait = true`", span);
            }
            Some(Verb::Wait)
        }
    }
}

fn inputs_only(reader: &mut Reader, text: &Spanned<String>, mentions: &[crate::flow::target::Mention]) {
    if mentions.iter().any(|mention| matches!(mention.what, Mentioned::Value { .. })) {
        reader.report(Kind::Value("only inputs stand here, not what was read from a target".to_owned()), text.span);
    }
}

fn fill(reader: &mut Reader, value: Value<'_>) -> Option<Verb> {
    let mut keys = reader.table(value, "`fill`")?;
    let into = keys.need("into", reader).and_then(|entry| reader.text(entry.value));
    let with = keys.need("with", reader).and_then(|entry| reader.text(entry.value));
    keys.finish(reader);
    let with = with?;
    let mentions = template_mentions(reader, &with);
    inputs_only(reader, &with, &mentions);
    Some(Verb::Fill { into: into?, with })
}

fn each(reader: &mut Reader, value: Value<'_>) -> Option<Verb> {
    let mut keys = reader.table(value, "`each`")?;
    let row = keys.need("row", reader).and_then(|entry| reader.text(entry.value));
    let more = keys.take("more").and_then(|entry| reader.text(entry.value));
    let total = keys.need("total", reader).and_then(|entry| reader.text(entry.value));
    let within = keys.need("within", reader).and_then(|entry| reader.duration(entry.value));
    keys.finish(reader);
    Some(Verb::Each(Each { row: row?, more, total: total?, within: within? }))
}

fn press(reader: &mut Reader, value: Value<'_>) -> Option<Verb> {
    let keys = ["Escape", "Enter", "Tab"].map(|key| (key, ()));
    reader.word("key", value, &keys)?;
    reader.text(value).map(Verb::Press)
}

fn effect(reader: &mut Reader, entry: Option<Entry<'_>>, verb: &Verb) -> Effect {
    let usual = match verb {
        Verb::Goto(_) | Verb::Wait | Verb::Each(_) => Effect::None,
        Verb::Click(_) | Verb::Fill { .. } | Verb::Press(_) => Effect::Reversible,
    };
    let Some(entry) = entry else { return usual };
    if entry.value.get_ref().as_str() == Some("?") {
        let span = reader.at(entry.value);
        reader.report(Kind::EffectUndecided, span);
        return usual;
    }
    let words = [("none", Effect::None), ("reversible", Effect::Reversible), ("irreversible", Effect::Irreversible)];
    let Some(effect) = reader.word("effect", entry.value, &words) else { return usual };
    let (name, want) = match (verb, effect) {
        (Verb::Click(_), Effect::None) => ("click", "`reversible` or `irreversible`"),
        (Verb::Fill { .. }, Effect::None | Effect::Irreversible) => ("fill", "`reversible`"),
        (Verb::Press(_), Effect::None | Effect::Irreversible) => ("press", "`reversible`"),
        (Verb::Goto(_), Effect::Irreversible | Effect::Reversible) => ("goto", "`none`"),
        (Verb::Wait, Effect::Irreversible | Effect::Reversible) => ("wait", "`none`"),
        (Verb::Each(_), Effect::Irreversible | Effect::Reversible) => ("each", "`none`"),
        _ => return effect,
    };
    let effect = words.iter().find(|(_, other)| *other == effect).map_or("", |(word, _)| word);
    let span = reader.at(entry.value);
    reader.report(Kind::EffectOfVerb { verb: name, effect, want }, span);
    usual
}

fn when(reader: &mut Reader, value: Value<'_>) -> Option<Spanned<String>> {
    let mut keys = reader.table(value, "`when`")?;
    let saw = keys.need("saw", reader).and_then(|entry| reader.text(entry.value));
    keys.finish(reader);
    saw
}

fn expect(reader: &mut Reader, value: Value<'_>) -> Option<Expect> {
    let mut keys = reader.table(value, "`expect`")?;
    let span = keys.span;
    let direct = holds(reader, &mut keys);
    let first = keys.take("first").map(|entry| wants(reader, entry.value));
    let within = keys.need("within", reader).and_then(|entry| reader.duration(entry.value));
    let known = keys.rest().is_empty();
    keys.finish(reader);
    let said = direct != Holds::default();
    if known && said == first.is_some() {
        let keys = "`first` or conditions (`see`, `gone`, `witness`)";
        reader.report(Kind::OneOf { keys, owner: "`expect`" }, span);
    }
    let first = first.unwrap_or_else(|| vec![direct]);
    Some(Expect { first, within: within.unwrap_or_default(), span })
}

fn wants(reader: &mut Reader, value: Value<'_>) -> Vec<Holds> {
    let items = reader.list(value);
    let span = reader.at(value);
    if items.is_empty() {
        reader.report(Kind::Empty("list"), span);
    }
    if items.len() > MOST_WANTS {
        reader.report(Kind::TooMuch { what: "alternatives in `first`", is: items.len(), most: MOST_WANTS }, span);
    }
    items.into_iter().take(MOST_WANTS).filter_map(|item| holds_of(reader, item)).collect()
}

fn holds_of(reader: &mut Reader, value: Value<'_>) -> Option<Holds> {
    let mut keys = reader.table(value, "conditions")?;
    let span: Span = keys.span;
    let holds = holds(reader, &mut keys);
    let known = keys.rest().is_empty();
    keys.finish(reader);
    if known && holds == Holds::default() {
        reader.report(Kind::Empty("table"), span);
    }
    Some(holds)
}

fn holds(reader: &mut Reader, keys: &mut Keys<'_>) -> Holds {
    let mut texts = |key| keys.take(key).map(|entry| reader.texts(entry.value)).unwrap_or_default();
    Holds { see: texts("see"), gone: texts("gone"), witness: texts("witness") }
}

/// One table, or a list of them.
fn skips(reader: &mut Reader, value: Value<'_>) -> Vec<Skip> {
    if !value.get_ref().is_array() {
        return skip(reader, value).into_iter().collect();
    }
    let items = reader.list(value);
    let span = reader.at(value);
    if items.is_empty() {
        reader.report(Kind::Empty("list"), span);
    }
    if items.len() > MOST_WANTS {
        reader.report(Kind::TooMuch { what: "ways to skip", is: items.len(), most: MOST_WANTS }, span);
    }
    items.into_iter().take(MOST_WANTS).filter_map(|item| skip(reader, item)).collect()
}

fn skip(reader: &mut Reader, value: Value<'_>) -> Option<Skip> {
    let mut keys = reader.table(value, "`skip`")?;
    let span = keys.span;
    let holds = holds(reader, &mut keys);
    let outcome = keys.need("as", reader).and_then(|entry| reader.word("outcome", entry.value, &Skipped::WORDS));
    let why = keys.need("why", reader).and_then(|entry| reader.text(entry.value));
    let known = keys.rest().is_empty();
    keys.finish(reader);
    // That something is not there is no reason by itself: it is what a page that did not load looks like.
    if known && holds.see.is_empty() && holds.witness.is_empty() {
        reader.report(Kind::OneOf { keys: "`see` or `witness`", owner: "`skip`" }, span);
    }
    // An outcome that nobody knows is said; what else is wrong with the skip is still looked for.
    Some(Skip { holds, outcome: outcome.unwrap_or(Skipped::Failed), why: why? })
}

fn retry(reader: &mut Reader, value: Value<'_>) -> Option<Retry> {
    let mut keys = reader.table(value, "`retry`")?;
    let times = keys.need("times", reader).and_then(|entry| reader.number(entry.value, 1, MOST_RETRIES));
    let refusals = REFUSALS.map(|(refusal, word)| (word, refusal));
    let mut when = Vec::new();
    if let Some(entry) = keys.need("when", reader) {
        let items = if entry.value.get_ref().is_array() { reader.list(entry.value) } else { vec![entry.value] };
        if items.is_empty() {
            let span = reader.at(entry.value);
            reader.report(Kind::Empty("list"), span);
        }
        for item in items {
            let refusal = reader.word("refusal", item, &refusals);
            when.extend(refusal.map(|value| Spanned { value, span: reader.at(item) }));
        }
    }
    keys.finish(reader);
    Some(Retry { times: times?, when })
}
