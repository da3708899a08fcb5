//! The ways to find a target, and the matches inside them.

use std::collections::BTreeMap;

use super::mention::template_mentions;
use super::path::path_fault;
use super::selector as syntax;
use super::table::{Entry, Keys, Reader, Value, is_name};
use crate::flow::grammar;
use crate::flow::mistake::{Kind, PathFault, near};
use crate::flow::query::{Alternative, Match, Read, SlugMatch, Template};
use crate::flow::span::Spanned;
use crate::flow::target::{Mention, Mentioned, Way};
use crate::flow::template;

/// One way to find a target.
pub(super) fn way(reader: &mut Reader, value: Value<'_>) -> Option<Way> {
    let mut keys = reader.table(value, &grammar::WAY)?;
    let span = keys.span;
    let mut mentions = Vec::new();
    let mut wire = Alternative {
        generation: generation(reader, keys.take("gen"), &mut mentions),
        css: keys.take("css").and_then(|entry| selector(reader, entry.value)).map(|css| css.value),
        xpath: keys.take("xpath").and_then(|entry| xpath(reader, entry.value)),
        role: keys.take("role").and_then(|entry| role(reader, entry.value)),
        name: keys.take("name").and_then(|entry| text_match(reader, entry.value, &mut mentions)),
        text: keys.take("text").and_then(|entry| text_match(reader, entry.value, &mut mentions)),
        href: keys.take("href").and_then(|entry| href(reader, entry.value, &mut mentions)),
        slug: keys.take("slug").and_then(|entry| slug(reader, entry.value, &mut mentions)),
        at: keys.take("at").and_then(|entry| href(reader, entry.value, &mut mentions)),
        not_at: keys.take("not_at").and_then(|entry| href(reader, entry.value, &mut mentions)),
        up_to: keys.take("up_to").and_then(|entry| selector(reader, entry.value)).map(|css| css.value),
        own: keys.take("own").and_then(|entry| reader.flag(entry.value)).unwrap_or_default(),
        pick: None,
        hidden: false,
    };
    wire.pick = keys.take("pick").and_then(|entry| reader.word("pick", entry.value, &grammar::PICKS));
    wire.hidden = keys.take("hidden").and_then(|entry| reader.flag(entry.value)).unwrap_or_default();
    let known = keys.rest().is_empty();
    let told = keys.told();
    keys.finish(reader);
    if known && !told {
        reader.report(Kind::WayWithoutSign, span);
    }
    Some(Way { span, wire, mentions })
}

fn generation(reader: &mut Reader, entry: Option<Entry<'_>>, mentions: &mut Vec<Mention>) -> Option<String> {
    let text = reader.text(entry?.value)?;
    mentions.push(Mention { what: Mentioned::Generation(text.value.clone()), span: text.span });
    Some(text.value)
}

/// A CSS selector without values in it.
pub(super) fn selector(reader: &mut Reader, value: Value<'_>) -> Option<Spanned<String>> {
    checked_selector(reader, value, syntax::css)
}

fn xpath(reader: &mut Reader, value: Value<'_>) -> Option<String> {
    checked_selector(reader, value, syntax::xpath).map(|xpath| xpath.value)
}

fn checked_selector(
    reader: &mut Reader,
    value: Value<'_>,
    check: fn(&str) -> Option<crate::flow::mistake::SelectorFault>,
) -> Option<Spanned<String>> {
    let text = reader.text(value)?;
    if text.value.contains("{{") || text.value.contains("}}") {
        reader.report(Kind::ValueInSelector, text.span);
        return None;
    }
    if let Some(fault) = check(&text.value) {
        reader.report(Kind::Selector(fault), text.span);
        return None;
    }
    Some(text)
}

fn role(reader: &mut Reader, value: Value<'_>) -> Option<String> {
    reader.word("role", value, &grammar::ROLES)?;
    reader.text(value).map(|text| text.value)
}

/// A text or name match: a word with its holes, or a text made of values.
pub(super) fn text_match(reader: &mut Reader, value: Value<'_>, mentions: &mut Vec<Mention>) -> Option<Match> {
    if value.get_ref().is_str() {
        let text = reader.text(value)?;
        return values_only(reader, &text, mentions).map(|is| Match { is: Some(is), ..Match::default() });
    }
    let mut keys = reader.table(value, &grammar::MATCH)?;
    let word = keys.take("word").and_then(|entry| reader.text(entry.value));
    let is = keys.take("is").and_then(|entry| reader.text(entry.value));
    let starts = keys.take("starts").and_then(|entry| reader.flag(entry.value)).unwrap_or_default();
    if keys.has("word") == keys.has("is") {
        reader.report(Kind::OneOf { keys: "`word` or `is`", owner: "a match" }, keys.span);
    }
    let holes = if word.is_some() { holes(reader, &keys, mentions) } else { BTreeMap::new() };
    if word.is_none() {
        keys.finish(reader);
    }
    if let Some(word) = &word {
        let filled = holes.keys().cloned().collect();
        let what = Mentioned::Word { key: word.value.clone(), holes: filled, soft: false };
        mentions.push(Mention { what, span: word.span });
    }
    let is = is.and_then(|text| values_only(reader, &text, mentions));
    Some(Match { word: word.map(|word| word.value), holes, is, starts })
}

/// Every key beside `word`, `is` and `starts` fills the hole of its name.
fn holes(reader: &mut Reader, keys: &Keys<'_>, mentions: &mut Vec<Mention>) -> BTreeMap<String, Template> {
    let mut holes = BTreeMap::new();
    for entry in keys.rest() {
        let meant = near(entry.key, ["starts", "word"]);
        if meant.is_some() || !is_name(entry.key, '_') {
            let known = vec!["word", "is", "starts"];
            reader
                .report(Kind::UnknownKey { key: entry.key.to_owned(), owner: "a match", near: meant, known }, entry.at);
            continue;
        }
        let Some(text) = reader.text(entry.value) else { continue };
        if let Some(template) = values_only(reader, &text, mentions) {
            holes.insert(entry.key.to_owned(), template);
        }
    }
    holes
}

/// A template with at least one value: a fixed text belongs into the words.
pub(super) fn values_only(
    reader: &mut Reader,
    text: &Spanned<String>,
    mentions: &mut Vec<Mention>,
) -> Option<Template> {
    let found = template_mentions(reader, text);
    if template::parts(&text.value).is_ok() && found.is_empty() {
        reader.report(Kind::FixedText(text.value.clone()), text.span);
        return None;
    }
    mentions.extend(found);
    Some(Template(text.value.clone()))
}

/// A path with whole values, of the pack's own origin.
fn href(reader: &mut Reader, value: Value<'_>, mentions: &mut Vec<Mention>) -> Option<Template> {
    let text = reader.text(value)?;
    path(reader, &text, mentions).then_some(Template(text.value))
}

/// Whether a text is a path that may be loaded or compared; says what is wrong otherwise.
pub(super) fn path(reader: &mut Reader, text: &Spanned<String>, mentions: &mut Vec<Mention>) -> bool {
    let found = template_mentions(reader, text);
    let fault = path_fault(&text.value).or_else(|| {
        let readable = template::parts(&text.value).is_ok();
        (readable && !template::whole_parts(&text.value)).then_some(PathFault::HalfPart)
    });
    if let Some(fault) = fault {
        reader.report(Kind::Path { text: text.value.clone(), fault }, text.span);
    }
    mentions.extend(found);
    fault.is_none()
}

fn slug(reader: &mut Reader, value: Value<'_>, mentions: &mut Vec<Mention>) -> Option<SlugMatch> {
    let mut keys = reader.table(value, &grammar::SLUG)?;
    let of = keys.need("of", reader).and_then(|entry| selector(reader, entry.value));
    let is = keys.need("is", reader).and_then(|entry| reader.text(entry.value));
    let if_any = keys.take("if_any").and_then(|entry| reader.flag(entry.value)).unwrap_or_default();
    keys.finish(reader);
    let is = is.and_then(|text| values_only(reader, &text, mentions))?;
    Some(SlugMatch { of: of?.value, is, if_any })
}

/// What is read from a target: a selector, or a table that says more.
pub(super) fn read(reader: &mut Reader, value: Value<'_>, mentions: &mut Vec<Mention>) -> Option<Read> {
    if value.get_ref().is_str() {
        let css = selector(reader, value)?.value;
        return Some(Read { css: Some(css), ..Read::default() });
    }
    let mut keys = reader.table(value, &grammar::READ)?;
    let css = keys.take("css").and_then(|entry| selector(reader, entry.value)).map(|css| css.value);
    let attr = keys.take("attr").and_then(|entry| attribute(reader, entry.value));
    let slug = keys.take("slug").and_then(|entry| reader.flag(entry.value)).unwrap_or_default();
    let address = keys.take("address").and_then(|entry| reader.flag(entry.value)).unwrap_or_default();
    let number = keys.take("number").and_then(|entry| reader.flag(entry.value)).unwrap_or_default();
    let asset = keys.take("asset").map(|entry| asset(reader, entry.value)).unwrap_or_default();
    let starts_word = keys.take("starts_word").and_then(|entry| reader.text(entry.value)).map(|word| {
        let what = Mentioned::Word { key: word.value.clone(), holes: Vec::new(), soft: true };
        mentions.push(Mention { what, span: word.span });
        word.value
    });
    keys.finish(reader);
    Some(Read { css, attr, asset, slug, address, number, starts_word })
}

/// Beginnings of a picture's path: each begins and ends with a slash.
fn asset(reader: &mut Reader, value: Value<'_>) -> Vec<String> {
    let mut paths = Vec::new();
    for text in reader.texts(value) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
        if text.value.len() > 2
            && text.value.starts_with('/')
            && text.value.ends_with('/')
            && text.value.chars().all(plain)
        {
            paths.push(text.value);
        } else {
            reader.bad("path of pictures", &text.value, "a path that begins and ends with `/`", text.span);
        }
    }
    paths
}

fn attribute(reader: &mut Reader, value: Value<'_>) -> Option<String> {
    let text = reader.text(value)?;
    let fits = text.value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !fits {
        reader.bad("attribute", &text.value, "a-z, 0-9 and `-`", text.span);
    }
    fits.then_some(text.value)
}
