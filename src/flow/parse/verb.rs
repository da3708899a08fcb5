//! The verb of a step and what it does to the account.

use super::find::{path, text_match};
use super::holds::holds_of;
use super::mention::template_mentions;
use super::table::{Entry, Keys, Reader, Value};
use crate::flow::grammar;
use crate::flow::mistake::Kind;
use crate::flow::span::Spanned;
use crate::flow::target::{Mention, Mentioned};
use crate::flow::template;
use crate::flow::tree::{Choice, Each, Effect, Handoff, Verb};

/// The one verb of a step. A step with another number of verbs waits, so that the rest of it is still read.
pub(super) fn verb(reader: &mut Reader, keys: &mut Keys<'_>) -> Verb {
    let verbs: Vec<Entry<'_>> = grammar::VERBS.into_iter().filter_map(|key| keys.take(key)).collect();
    let [entry] = verbs.as_slice() else {
        let others = ["effect", "expect", "when", "skip", "retry"];
        let misspelt = keys.rest().iter().any(|entry| !others.contains(&entry.key));
        match verbs.get(1) {
            Some(second) => {
                let there = grammar::VERBS.into_iter().filter(|name| verbs.iter().any(|entry| entry.key == *name));
                reader.report(Kind::ManyVerbs(there.collect()), second.at);
            }
            // A key that nothing reads is most likely the verb itself, and reported as such.
            None if !misspelt => reader.report(Kind::NoVerb, keys.span),
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
        "check" => check(reader, entry.value),
        "choose" => choose(reader, entry.value),
        "press" => press(reader, entry.value),
        "upload" => upload(reader, entry.value),
        "read" => {
            let targets = reader.texts(entry.value);
            (!targets.is_empty()).then_some(Verb::Read(targets))
        }
        "each" => each(reader, entry.value),
        "human" => human(reader, entry.value),
        "use" => reader.text(entry.value).map(Verb::Use),
        _ => {
            if reader.flag(entry.value) == Some(false) {
                let span = reader.at(entry.value);
                reader.bad("`wait`", "false", "`wait = true`", span);
            }
            Some(Verb::Wait)
        }
    }
}

fn inputs_only(reader: &mut Reader, text: &Spanned<String>, mentions: &[Mention]) {
    if mentions.iter().any(|mention| matches!(mention.what, Mentioned::Value { .. })) {
        reader.report(Kind::Value("only inputs stand here, not what was read from a target".to_owned()), text.span);
    }
}

fn fill(reader: &mut Reader, value: Value<'_>) -> Option<Verb> {
    let mut keys = reader.table(value, &grammar::FILL)?;
    let into = keys.need("into", reader).and_then(|entry| reader.text(entry.value));
    let with = keys.need("with", reader).and_then(|entry| reader.text(entry.value));
    let redraws = keys.take("redraws").map(|entry| reader.texts(entry.value)).unwrap_or_default();
    keys.finish(reader);
    let with = with?;
    let mentions = template_mentions(reader, &with);
    inputs_only(reader, &with, &mentions);
    Some(Verb::Fill { into: into?, with, redraws })
}

fn check(reader: &mut Reader, value: Value<'_>) -> Option<Verb> {
    if value.get_ref().is_str() {
        return reader.text(value).map(|target| Verb::Check { target, to: true });
    }
    let mut keys = reader.table(value, &grammar::CHECK_VERB)?;
    let target = keys.need("target", reader).and_then(|entry| reader.text(entry.value));
    let to = keys.take("to").map(|entry| reader.flag(entry.value));
    keys.finish(reader);
    Some(Verb::Check { target: target?, to: to.unwrap_or(Some(true))? })
}

fn choose(reader: &mut Reader, value: Value<'_>) -> Option<Verb> {
    let mut keys = reader.table(value, &grammar::CHOOSE)?;
    let within = keys.need("in", reader).and_then(|entry| reader.text(entry.value));
    let option = keys.need("option", reader);
    keys.finish(reader);
    let option = option?;
    let span = reader.at(option.value);
    let mut mentions = Vec::new();
    let named = text_match(reader, option.value, &mut mentions)?;
    Some(Verb::Choose(Box::new(Choice { within: within?, option: named, mentions, span })))
}

fn each(reader: &mut Reader, value: Value<'_>) -> Option<Verb> {
    let mut keys = reader.table(value, &grammar::EACH)?;
    let row = keys.need("row", reader).and_then(|entry| reader.text(entry.value));
    let more = keys.take("more").and_then(|entry| reader.text(entry.value));
    let total = keys.need("total", reader).and_then(|entry| reader.text(entry.value));
    let within = keys.need("within", reader).and_then(|entry| reader.duration(entry.value));
    keys.finish(reader);
    Some(Verb::Each(Each { row: row?, more, total: total?, within: within? }))
}

fn press(reader: &mut Reader, value: Value<'_>) -> Option<Verb> {
    reader.word("key", value, &grammar::KEYS)?;
    reader.text(value).map(Verb::Press)
}

fn upload(reader: &mut Reader, value: Value<'_>) -> Option<Verb> {
    let mut keys = reader.table(value, &grammar::UPLOAD)?;
    let into = keys.need("into", reader).and_then(|entry| reader.text(entry.value));
    let file = keys.need("file", reader).and_then(|entry| reader.text(entry.value));
    keys.finish(reader);
    let file = file?;
    if template::only_input(&file.value).is_none() {
        reader.report(Kind::PathInFlow(file.value.clone()), file.span);
        return None;
    }
    Some(Verb::Upload { into: into?, file })
}

fn human(reader: &mut Reader, value: Value<'_>) -> Option<Verb> {
    let mut keys = reader.table(value, &grammar::HUMAN)?;
    let words = keys.need("words", reader).and_then(|entry| reader.text(entry.value));
    let until = keys.need("until", reader).and_then(|entry| holds_of(reader, entry.value));
    let within = keys.need("within", reader).and_then(|entry| reader.patience(entry.value));
    keys.finish(reader);
    let words = words?;
    if words.value.contains("{{") {
        reader.report(Kind::ValueInWords, words.span);
    }
    Some(Verb::Human(Box::new(Handoff { words, until: until?, within: within? })))
}

/// What a step does to the account, as it says or as its verb usually does.
pub(super) fn effect(reader: &mut Reader, entry: Option<Entry<'_>>, verb: &Verb) -> Effect {
    let (name, usual, want) = match verb {
        Verb::Goto(_) => ("goto", Effect::None, "`none`"),
        Verb::Click(_) => ("click", Effect::Reversible, "`reversible` or `irreversible`"),
        Verb::Fill { .. } => ("fill", Effect::Reversible, "`reversible`"),
        Verb::Check { .. } => ("check", Effect::Reversible, "`reversible`"),
        Verb::Choose(_) => ("choose", Effect::Reversible, "`reversible`"),
        Verb::Press(_) => ("press", Effect::Reversible, "`reversible`"),
        Verb::Upload { .. } => ("upload", Effect::Reversible, "`reversible`"),
        Verb::Read(_) => ("read", Effect::None, "`none`"),
        Verb::Human(_) => {
            ("human", Effect::None, "`none` or `reversible`; what cannot be undone is the engine's to record")
        }
        Verb::Use(_) => ("use", Effect::None, "`none`"),
        Verb::Each(_) => ("each", Effect::None, "`none`"),
        Verb::Wait => ("wait", Effect::None, "`none`"),
    };
    let Some(entry) = entry.filter(|_| !matches!(verb, Verb::Use(_))) else { return usual };
    if entry.value.get_ref().as_str() == Some("?") {
        let span = reader.at(entry.value);
        reader.report(Kind::EffectUndecided, span);
        return usual;
    }
    let Some(effect) = reader.word("effect", entry.value, &grammar::EFFECTS) else { return usual };
    let fits = effect == usual
        || matches!((verb, effect), (Verb::Click(_), Effect::Irreversible) | (Verb::Human(_), Effect::Reversible));
    if !fits {
        let effect = grammar::EFFECTS.iter().find(|(_, other)| *other == effect).map_or("", |(word, _)| word);
        let span = reader.at(entry.value);
        reader.report(Kind::EffectOfVerb { verb: name, effect, want }, span);
        return usual;
    }
    effect
}
