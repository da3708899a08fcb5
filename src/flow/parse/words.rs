//! `words/<language>.toml`: what controls are called on a page of that language.

use std::collections::BTreeMap;

use super::parts::Parts;
use super::table::{Keys, Reader, is_name};
use crate::flow::limit::MOST_TEXTS;
use crate::flow::mistake::Kind;
use crate::flow::pack::{Word, Words};
use crate::flow::span::{Span, Spanned};

/// Whether a text names a language as pages do: `en`, `pt-br`, `zh-TW`.
pub(super) fn is_language(text: &str) -> bool {
    let (language, region) = text.split_once('-').map_or((text, None), |(language, region)| (language, Some(region)));
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && region.is_none_or(|region| {
            (2..=4).contains(&region.len()) && region.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// Reads one file of `words/`.
pub(super) fn words(reader: &mut Reader, keys: &Keys<'_>, language: &str, parts: &mut Parts) {
    let mut words = BTreeMap::new();
    for entry in keys.all() {
        let Some(key) = reader.name(entry, "word", '_') else { continue };
        let texts = reader.texts(entry.value);
        let span = reader.at(entry.value);
        if texts.len() > MOST_TEXTS {
            reader.report(Kind::TooMuch { what: "texts of one word", is: texts.len(), most: MOST_TEXTS }, span);
        }
        for text in &texts {
            if let Err(why) = holes(&text.value) {
                reader.bad("word", &text.value, why, text.span);
            }
        }
        let texts: Vec<Spanned<String>> = texts.into_iter().filter(|text| holes(&text.value).is_ok()).collect();
        words.insert(key.value, Word { at: key.span, texts });
    }
    let at = Span { file: reader.file, start: 0, end: 0 };
    parts.words.insert(language.to_owned(), Words { at, keys: words });
}

/// The holes of a word: `name` in `More actions for {name}`.
///
/// # Errors
/// Says what is wanted where a brace is open or holds no name.
pub(in crate::flow) fn holes(text: &str) -> Result<Vec<&str>, &'static str> {
    const WANT: &str = "holes like `{name}`, and no other braces";
    let mut holes = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find(['{', '}']) {
        let inner = rest[open..].strip_prefix('{').ok_or(WANT)?;
        let close = inner.find(['{', '}']).ok_or(WANT)?;
        if !inner[close..].starts_with('}') || !is_name(&inner[..close], '_') {
            return Err(WANT);
        }
        holes.push(&inner[..close]);
        rest = &inner[close + 1..];
    }
    Ok(holes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_of_words() {
        assert_eq!(holes("More actions for {name}"), Ok(vec!["name"]));
        assert_eq!(holes("{a} and {b_2}"), Ok(vec!["a", "b_2"]));
        for bad in ["{", "}", "{}", "{{name}}", "{Name}", "{a"] {
            assert!(holes(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn languages() {
        for good in ["en", "de", "zh-TW", "pt-br", "fil"] {
            assert!(is_language(good), "{good}");
        }
        for bad in ["", "e", "EN", "english", "en-", "en_US", "../x", "en-GB-x"] {
            assert!(!is_language(bad), "{bad}");
        }
    }
}
