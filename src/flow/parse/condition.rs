//! Conditions about a document as a whole: of generations and of stop signs.

use super::find::selector;
use super::path::path_fault;
use super::table::{Reader, Value};
use crate::flow::grammar;
use crate::flow::mistake::Kind;
use crate::flow::query::Condition;
use crate::flow::span::Spanned;
use crate::flow::target::{Mention, Mentioned};

/// One condition: a table with exactly one key.
pub(super) fn condition(reader: &mut Reader, value: Value<'_>, mentions: &mut Vec<Mention>) -> Option<Condition> {
    let mut keys = reader.table(value, &grammar::CONDITION)?;
    let span = keys.span;
    let mut all = Vec::new();
    if let Some(entry) = keys.take("css") {
        all.push(selector(reader, entry.value).map(|css| Condition::Css(css.value)));
    }
    if let Some(entry) = keys.take("shown") {
        all.push(selector(reader, entry.value).map(|css| Condition::Shown(css.value)));
    }
    if let Some(entry) = keys.take("absent") {
        all.push(selector(reader, entry.value).map(|css| Condition::Absent(css.value)));
    }
    if let Some(entry) = keys.take("path") {
        all.push(paths(reader, entry.value));
    }
    if let Some(entry) = keys.take("status") {
        all.push(status(reader, entry.value));
    }
    if let Some(entry) = keys.take("word") {
        all.push(reader.text(entry.value).map(|word| {
            let what = Mentioned::Word { key: word.value.clone(), holes: Vec::new(), soft: true };
            mentions.push(Mention { what, span: word.span });
            Condition::Word(word.value)
        }));
    }
    let known = keys.rest().is_empty();
    keys.finish(reader);
    if all.len() != 1 && known {
        let keys = "`css`, `shown`, `absent`, `path`, `status`, `word`";
        reader.report(Kind::OneOf { keys, owner: "a condition" }, span);
    }
    all.into_iter().next().flatten()
}

/// Some paths; none where one of them cannot be one.
fn paths(reader: &mut Reader, value: Value<'_>) -> Option<Condition> {
    let texts = reader.texts(value);
    let fits: Vec<bool> = texts.iter().map(|path| is_fixed_path(reader, path)).collect();
    let whole = !fits.is_empty() && fits.into_iter().all(|fits| fits);
    whole.then(|| Condition::Path(texts.into_iter().map(|path| path.value).collect()))
}

/// Whether a text is a path without values; says what is wrong otherwise.
pub(super) fn is_fixed_path(reader: &mut Reader, path: &Spanned<String>) -> bool {
    if let Some(fault) = path_fault(&path.value) {
        reader.report(Kind::Path { text: path.value.clone(), fault }, path.span);
        return false;
    }
    if path.value.contains("{{") {
        reader.report(Kind::Value("a condition holds for every run: no values here".to_owned()), path.span);
        return false;
    }
    true
}

fn status(reader: &mut Reader, value: Value<'_>) -> Option<Condition> {
    let items = reader.list(value);
    if items.is_empty() {
        let span = reader.at(value);
        reader.report(Kind::Empty("list"), span);
    }
    let codes: Vec<u16> = items
        .into_iter()
        .filter_map(|item| reader.number(item, 100, 999))
        .filter_map(|code| u16::try_from(code).ok())
        .collect();
    (!codes.is_empty()).then_some(Condition::Status(codes))
}
