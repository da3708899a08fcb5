//! `flows/<name>.toml`.

use std::collections::BTreeMap;

use super::holds::{holds, holds_of};
use super::parts::{Parts, define};
use super::table::{Entry, Keys, Reader, Value, is_name, name_rule};
use super::target::seen_text;
use super::verb;
use crate::flow::grammar;
use crate::flow::limit::{MOST_STEPS, MOST_WANTS, MOST_WORDS};
use crate::flow::mistake::{Kind, Mistake, Thing};
use crate::flow::query::REFUSALS;
use crate::flow::span::Spanned;
use crate::flow::tree::{
    Answer, Commit, Expect, Flow, FlowKind, Holds, InputKind, Retry, Skip, Skipped, Step, Verb, When,
};

/// The most times a step is tried again.
const MOST_RETRIES: u32 = 10;

/// Reads one flow.
pub(super) fn flow(reader: &mut Reader, mut keys: Keys<'_>, stem: &str, parts: &mut Parts) {
    let top = keys.span;
    let name = keys.need("flow", reader).and_then(|entry| reader.text(entry.value));
    if let Some(name) = name.as_ref().filter(|name| name.value != stem) {
        reader.report(Kind::FileName { name: name.value.clone(), file: stem.to_owned() }, name.span);
    }
    // Others name a flow by its file, so that a slip here is told once.
    let name = Spanned { value: stem.to_owned(), span: name.map_or(top, |name| name.span) };
    let kind = keys.take("kind").and_then(|entry| reader.word("kind of flow", entry.value, &grammar::KINDS));
    let seen = keys.need("seen", reader).and_then(|entry| seen_text(reader, entry.value));
    let (inputs, choices) = keys.take("inputs").map(|entry| inputs(reader, entry.value)).unwrap_or_default();
    let handles = keys.take("handles").map(|entry| reader.texts(entry.value)).unwrap_or_default();
    let commit = keys.take("commit").and_then(|entry| commit(reader, entry));
    let steps = keys.need("step", reader).map(|entry| steps(reader, entry.value)).unwrap_or_default();
    let answer = keys.take("answer").and_then(|entry| answer(reader, entry.value));
    keys.finish(reader);
    let kind = kind.unwrap_or(FlowKind::Act);
    let flow = Flow { name: name.clone(), kind, inputs, choices, handles, seen, commit, steps, answer };
    define(reader, &mut parts.flows, Thing::Flow, &name, (flow, |flow| flow.name.span));
}

/// The inputs with their kinds, and the words of those that are one of several.
type Inputs = (BTreeMap<String, Spanned<InputKind>>, BTreeMap<String, Vec<Spanned<String>>>);

fn inputs(reader: &mut Reader, value: Value<'_>) -> Inputs {
    let (mut inputs, mut choices) = Inputs::default();
    let Some(keys) = reader.table(value, &grammar::INPUTS) else { return (inputs, choices) };
    for entry in keys.all() {
        let Some(name) = reader.name(entry, "input", '_') else { continue };
        if entry.value.get_ref().is_array() {
            choices.insert(name.value.clone(), words(reader, entry.value));
            inputs.insert(name.value, Spanned { value: InputKind::Word, span: entry.at });
            continue;
        }
        // An input with a kind that nobody knows is still an input: its uses are no mistakes.
        let kind = reader.word("kind of input", entry.value, &grammar::INPUT_KINDS).unwrap_or(InputKind::Text);
        inputs.insert(name.value, Spanned { value: kind, span: entry.at });
    }
    (inputs, choices)
}

/// The words that an input may be.
fn words(reader: &mut Reader, value: Value<'_>) -> Vec<Spanned<String>> {
    let mut words: Vec<Spanned<String>> = Vec::new();
    let span = reader.at(value);
    let texts = reader.texts(value);
    if texts.len() > MOST_WORDS {
        reader.report(Kind::TooMuch { what: "words of one input", is: texts.len(), most: MOST_WORDS }, span);
    }
    for text in texts.into_iter().take(MOST_WORDS) {
        if !is_name(&text.value, '-') {
            reader.bad("word of an input", &text.value, name_rule('-'), text.span);
        }
        match words.iter().find(|word| word.value == text.value) {
            Some(first) => {
                let kind = Kind::Twice { thing: Thing::Choice, name: text.value };
                reader.mistakes.push(Mistake { kind, span: text.span, also: Some(first.span) });
            }
            None => words.push(text),
        }
    }
    words
}

fn commit(reader: &mut Reader, entry: Entry<'_>) -> Option<Commit> {
    let mut keys = reader.table(entry.value, &grammar::COMMIT)?;
    let guard = keys.need("guard", reader).map(|entry| reader.texts(entry.value)).unwrap_or_default();
    let settled = keys.need("settled", reader).and_then(|entry| reader.text(entry.value));
    keys.finish(reader);
    Some(Commit { guard, settled: settled? })
}

fn answer(reader: &mut Reader, value: Value<'_>) -> Option<Answer> {
    let mut keys = reader.table(value, &grammar::ANSWER)?;
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
    let mut keys = reader.table(value, &grammar::STEP)?;
    let span = keys.span;
    let id = keys.need("id", reader).and_then(|entry| reader.text(entry.value));
    if let Some(id) = id.as_ref().filter(|id| !is_name(&id.value, '-')) {
        reader.bad("step id", &id.value, name_rule('-'), id.span);
    }
    let verb = verb::verb(reader, &mut keys);
    let effect = verb::effect(reader, keys.take("effect"), &verb);
    let when = keys.take("when").map(|entry| when(reader, entry.value)).unwrap_or_default();
    let expect = keys.take("expect").and_then(|entry| expect(reader, entry.value));
    let skips = keys.take("skip").map(|entry| skips(reader, entry.value)).unwrap_or_default();
    let retry = keys.take("retry").and_then(|entry| retry(reader, entry.value));
    if matches!(verb, Verb::Wait) && expect.is_none() && keys.has("wait") {
        reader.report(Kind::MissingKey { key: "expect", owner: "a step that waits" }, span);
    }
    if matches!(verb, Verb::Use(_)) {
        for key in ["effect", "expect", "skip", "retry"] {
            if let Some(entry) = keys.take(key) {
                reader.report(Kind::BesideUse(key), entry.at);
            }
        }
        for (target, _) in when.iter().filter_map(When::saw).filter(|(_, saw)| !saw) {
            reader.report(Kind::BesideUse("not_saw"), target.span);
        }
    }
    keys.finish(reader);
    let id = id.unwrap_or(Spanned { value: String::new(), span });
    Some(Step { id, span, verb, effect, when, expect, skips, retry })
}

fn when(reader: &mut Reader, value: Value<'_>) -> Vec<When> {
    let Some(mut keys) = reader.table(value, &grammar::WHEN) else { return Vec::new() };
    let span = keys.span;
    let before = reader.mistakes.len();
    let mut all = Vec::new();
    for (key, saw) in [("saw", true), ("not_saw", false)] {
        let targets = keys.take(key).map(|entry| reader.texts(entry.value)).unwrap_or_default();
        all.extend(targets.into_iter().map(|target| When::Saw { target, saw }));
    }
    let input = keys.take("input").and_then(|entry| reader.text(entry.value));
    let is = keys.take("is").map(|entry| (entry.at, reader.texts(entry.value)));
    match (input, is) {
        (Some(input), is) => all.push(When::Given { input, is: is.map(|(_, is)| is).unwrap_or_default() }),
        (None, Some((at, _))) if !keys.has("input") => {
            reader.report(Kind::MissingKey { key: "input", owner: "`when` with `is`" }, at);
        }
        (None, _) => {}
    }
    let known = keys.rest().is_empty();
    let told = keys.told();
    keys.finish(reader);
    let is_alone = all.is_empty() && reader.mistakes.len() > before;
    if known && !told && !is_alone {
        reader.report(Kind::Empty("table"), span);
    }
    all
}

fn expect(reader: &mut Reader, value: Value<'_>) -> Option<Expect> {
    let mut keys = reader.table(value, &grammar::EXPECT)?;
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
    let mut keys = reader.table(value, &grammar::SKIP)?;
    let span = keys.span;
    let holds = holds(reader, &mut keys);
    let outcome = keys.need("as", reader).and_then(|entry| reader.word("outcome", entry.value, &grammar::OUTCOMES));
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
    let mut keys = reader.table(value, &grammar::RETRY)?;
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
