//! Reads the format before this one, as the texts that this one would have.
//!
//! Format 0 was the draft of the language. It differs in two things:
//!
//! | file | format 0 | format 1 |
//! |---|---|---|
//! | `site.toml` | `identity = { once = "view_profile", always = "me_photo" }` | `identity = { flow = "whose-account", target = "view_profile", always = "me_photo" }` |
//! | `flows/*.toml` | `expect = { see = "x", timeout = "4s" }` | `expect = { see = "x", within = "4s" }` |
//!
//! Nothing is written back: each change is shown as a warning, and a person takes it over.

use toml::Spanned as At;
use toml::de::{DeTable, DeValue};

use super::mistake::{Kind, Mistake};
use super::span::{Source, Span};

/// The flow that format 0 took for granted where it said `once`.
const ONCE: &str = "whose-account";

/// A file as it was written, where that is not how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgraded {
    /// Which file.
    pub file: String,
    /// What was written in it.
    pub written: String,
}

struct Change {
    start: usize,
    end: usize,
    now: String,
}

/// Rewrites every text of format 0, with a warning for each change. Texts of any other format are left as they are.
pub(super) fn upgrade(sources: &mut [Source], mistakes: &mut Vec<Mistake>) -> Vec<Upgraded> {
    let mut upgraded = Vec::new();
    for (file, source) in sources.iter_mut().enumerate() {
        let changes = changes(source);
        if changes.is_empty() {
            continue;
        }
        let written = source.text.clone();
        let mut text = String::new();
        let mut from = 0;
        for change in &changes {
            text.push_str(&written[from..change.start]);
            let start = text.len();
            text.push_str(&change.now);
            let span = Span { file, start, end: text.len() };
            let kind = Kind::Older { was: written[change.start..change.end].to_owned(), now: change.now.clone() };
            mistakes.push(Mistake::new(kind, span));
            from = change.end;
        }
        text.push_str(&written[from..]);
        source.text = text;
        upgraded.push(Upgraded { file: source.name.clone(), written });
    }
    upgraded
}

/// What changes in a text, in order of place; nothing where it is not of format 0.
fn changes(source: &Source) -> Vec<Change> {
    let has_format = source.name == "site.toml" || source.name.starts_with("flows/");
    if !has_format || source.text.len() > super::limit::LARGEST_FILE {
        return Vec::new();
    }
    let Ok(document) = DeTable::parse(&source.text) else { return Vec::new() };
    let table = document.get_ref();
    let Some(format) = value(table, "format") else { return Vec::new() };
    if format.get_ref().as_integer().is_none_or(|number| number.as_str() != "0") {
        return Vec::new();
    }
    let range = format.span();
    let mut changes = vec![Change { start: range.start, end: range.end, now: "1".to_owned() }];
    if let Some(DeValue::Table(identity)) = value(table, "identity").map(At::get_ref) {
        let once = identity.iter().find(|(key, _)| key.get_ref() == "once");
        changes.extend(once.map(|(key, _)| Change {
            start: key.span().start,
            end: key.span().end,
            now: format!("flow = \"{ONCE}\", target"),
        }));
    }
    if let Some(DeValue::Array(steps)) = value(table, "step").map(At::get_ref) {
        for step in steps.iter() {
            let DeValue::Table(step) = step.get_ref() else { continue };
            let Some(DeValue::Table(expect)) = value(step, "expect").map(At::get_ref) else { continue };
            let timeout = expect.iter().find(|(key, _)| key.get_ref() == "timeout");
            changes.extend(timeout.map(|(key, _)| Change {
                start: key.span().start,
                end: key.span().end,
                now: "within".to_owned(),
            }));
        }
    }
    changes.sort_by_key(|change| change.start);
    changes
}

fn value<'t, 'a>(table: &'t DeTable<'a>, key: &str) -> Option<&'t At<DeValue<'a>>> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
}
