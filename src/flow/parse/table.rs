//! Reads TOML tables by hand: every key asked for by name, every other key a mistake, every value with its place.

use std::ops::Range;
use std::time::Duration;

use toml::Spanned as At;
use toml::de::{DeTable, DeValue};

use crate::flow::grammar::{Rule, Table};
use crate::flow::mistake::{Kind, Mistake, near};
use crate::flow::span::{Span, Spanned};

/// A value of a document.
pub(super) type Value<'a> = &'a At<DeValue<'a>>;

/// The longest text of a pack, in bytes: no selector, word or reason needs more.
const LONGEST_TEXT: usize = 2000;
/// The longest a step may wait for the page.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// The longest a step may wait for a person.
const LONGEST_PATIENCE: Duration = Duration::from_secs(3600);

/// Reads one file and collects what is wrong in it.
pub(super) struct Reader {
    /// Which file.
    pub(super) file: usize,
    /// What is wrong so far.
    pub(super) mistakes: Vec<Mistake>,
}

/// One key of a table with its value.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// The key.
    pub(super) key: &'a str,
    /// Where the key stands.
    pub(super) at: Span,
    /// The value.
    pub(super) value: Value<'a>,
}

/// A table whose keys are asked for one by one.
pub(super) struct Keys<'a> {
    /// What it is and which keys it has.
    pub(super) table: &'static Table,
    /// Where it stands.
    pub(super) span: Span,
    said: &'a DeTable<'a>,
    asked: Vec<&'static str>,
}

impl<'a> Keys<'a> {
    /// A table and what it is.
    pub(super) fn new(table: &'static Table, span: Span, said: &'a DeTable<'a>) -> Self {
        Self { table, span, said, asked: Vec::new() }
    }

    /// The entry of a key, where it is there.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Entry<'a>> {
        debug_assert!(self.table.keys.iter().any(|known| known.name == key), "`{key}` of {}", self.table.owner);
        self.asked.push(key);
        self.get(key)
    }

    /// Whether a key is there.
    pub(super) fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    fn get(&self, key: &'static str) -> Option<Entry<'a>> {
        self.said.iter().find(|(name, _)| name.get_ref() == key).map(|(name, value)| Entry {
            key,
            at: Span { file: self.span.file, start: name.span().start, end: name.span().end },
            value,
        })
    }

    /// The entry of a key that must be there.
    pub(super) fn need(&mut self, key: &'static str, reader: &mut Reader) -> Option<Entry<'a>> {
        let entry = self.take(key);
        debug_assert!(self.table.keys.iter().any(|known| known.name == key && known.need), "`{key}` may be left out");
        if entry.is_none() {
            reader.report(Kind::MissingKey { key, owner: self.table.owner }, self.span);
        }
        entry
    }

    /// Every entry, by name: for tables whose keys are names.
    pub(super) fn all(&self) -> Vec<Entry<'a>> {
        let mut all: Vec<_> = self
            .said
            .iter()
            .map(|(name, value)| Entry {
                key: name.get_ref().as_ref(),
                at: Span { file: self.span.file, start: name.span().start, end: name.span().end },
                value,
            })
            .collect();
        all.sort_by_key(|entry| entry.at);
        all
    }

    /// The entries that were not asked for.
    pub(super) fn rest(&self) -> Vec<Entry<'a>> {
        self.all().into_iter().filter(|entry| !self.asked.contains(&entry.key)).collect()
    }

    /// Whether something of what the table must say one of is there.
    pub(super) fn told(&self) -> bool {
        match self.table.rule {
            Rule::Free => true,
            Rule::One(keys) | Rule::Some(keys) => keys.iter().any(|key| self.has(key)),
            Rule::Either(first, keys) => self.has(first) || keys.iter().any(|key| self.has(key)),
        }
    }

    /// Reports every key that was not asked for.
    pub(super) fn finish(self, reader: &mut Reader) {
        let unread = self.table.keys.iter().find(|key| !self.asked.contains(&key.name));
        debug_assert!(
            unread.is_none(),
            "{} has `{}`, which nothing reads",
            self.table.owner,
            unread.map_or("", |key| key.name)
        );
        for entry in self.rest() {
            let kind = Kind::UnknownKey {
                key: entry.key.to_owned(),
                owner: self.table.owner,
                near: near(entry.key, self.table.keys.iter().map(|key| key.name)),
                known: self.table.keys.iter().map(|key| key.name).collect(),
            };
            reader.report(kind, entry.at);
        }
    }
}

impl Reader {
    /// Notes a mistake.
    pub(super) fn report(&mut self, kind: Kind, span: Span) {
        self.mistakes.push(Mistake::new(kind, span));
    }

    /// A range of this file.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span { file: self.file, start: range.start, end: range.end }
    }

    /// Where a value stands.
    pub(super) fn at(&self, value: Value<'_>) -> Span {
        self.span(value.span())
    }

    /// Notes a value of another type than is wanted.
    pub(super) fn wrong(&mut self, want: &'static str, value: Value<'_>) {
        self.wrong_for(want, Vec::new(), value);
    }

    fn wrong_for(&mut self, want: &'static str, keys: Vec<&'static str>, value: Value<'_>) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a number",
            DeValue::Float(_) => "a number with a point",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let span = self.at(value);
        self.report(Kind::WrongType { want, found, keys }, span);
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, value: Value<'_>) -> Option<Spanned<String>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong("a text in quotes", value);
            return None;
        };
        let span = self.at(value);
        if text.len() > LONGEST_TEXT {
            self.report(Kind::TooMuch { what: "bytes in one text", is: text.len(), most: LONGEST_TEXT }, span);
            return None;
        }
        if text.trim().is_empty() {
            self.report(Kind::Empty("text"), span);
            return None;
        }
        Some(Spanned { value: text.to_owned(), span })
    }

    /// The elements of a list.
    pub(super) fn list<'a>(&mut self, value: Value<'a>) -> Vec<Value<'a>> {
        match value.get_ref() {
            DeValue::Array(list) => list.iter().collect(),
            _ => {
                self.wrong("a list", value);
                Vec::new()
            }
        }
    }

    /// One text or a list of texts; never empty without a mistake.
    pub(super) fn texts(&mut self, value: Value<'_>) -> Vec<Spanned<String>> {
        let DeValue::Array(list) = value.get_ref() else {
            return self.text(value).into_iter().collect();
        };
        if list.is_empty() {
            let span = self.at(value);
            self.report(Kind::Empty("list"), span);
        }
        list.iter().filter_map(|item| self.text(item)).collect()
    }

    /// A table, with what it may hold.
    pub(super) fn table<'a>(&mut self, value: Value<'a>, table: &'static Table) -> Option<Keys<'a>> {
        match value.get_ref() {
            DeValue::Table(said) => Some(Keys::new(table, self.at(value), said)),
            _ => {
                self.wrong_for("a table", table.keys.iter().map(|key| key.name).collect(), value);
                None
            }
        }
    }

    /// True or false.
    pub(super) fn flag(&mut self, value: Value<'_>) -> Option<bool> {
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong("true or false", value);
        }
        flag
    }

    /// A whole number between two bounds, both included.
    pub(super) fn number(&mut self, value: Value<'_>, least: u32, most: u32) -> Option<u32> {
        let Some(number) = value.get_ref().as_integer() else {
            self.wrong("a whole number", value);
            return None;
        };
        let number = u32::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok();
        let fits = number.filter(|number| (least..=most).contains(number));
        if fits.is_none() {
            let text = value.get_ref().as_integer().map_or("", |number| number.as_str()).to_owned();
            let span = self.at(value);
            self.report(Kind::OutOfRange { text, least, most }, span);
        }
        fits
    }

    /// How long a page may take: `"4s"` or `"1200ms"`.
    pub(super) fn duration(&mut self, value: Value<'_>) -> Option<Duration> {
        let want = "like `\"4s\"` or `\"1200ms\"`, more than 0 and at most 300s";
        self.duration_up_to(value, LONGEST_WAIT, want)
    }

    /// How long a person may take: `"10m"`.
    pub(super) fn patience(&mut self, value: Value<'_>) -> Option<Duration> {
        let want = "like `\"10m\"` or `\"90s\"`, more than 0 and at most 60m";
        self.duration_up_to(value, LONGEST_PATIENCE, want)
    }

    fn duration_up_to(&mut self, value: Value<'_>, most: Duration, want: &'static str) -> Option<Duration> {
        if let Some(number) = value.get_ref().as_integer() {
            let span = self.at(value);
            self.bad("duration", number.as_str(), want, span);
            return None;
        }
        let text = self.text(value)?;
        let parsed = duration(&text.value).filter(|duration| *duration <= most);
        if parsed.is_none() {
            self.bad("duration", &text.value, want, text.span);
        }
        parsed
    }

    /// A text that is one of a closed set of words.
    pub(super) fn word<T: Copy>(&mut self, what: &'static str, value: Value<'_>, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(value)?;
        let known = words.iter().find(|(word, _)| *word == text.value);
        if known.is_none() {
            let list: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            let kind = Kind::BadText {
                what,
                near: near(&text.value, words.iter().map(|(word, _)| *word)),
                text: text.value,
                want: list.join(", "),
            };
            self.report(kind, text.span);
        }
        known.map(|(_, meaning)| *meaning)
    }

    /// Notes a text that does not say what it should.
    pub(super) fn bad(&mut self, what: &'static str, text: &str, want: impl Into<String>, span: Span) {
        self.report(Kind::BadText { what, text: text.to_owned(), want: want.into(), near: None }, span);
    }

    /// A key that is a name of the pack's own: `a-z`, digits, and `_` or `-`.
    pub(super) fn name(&mut self, entry: Entry<'_>, what: &'static str, joint: char) -> Option<Spanned<String>> {
        let fits = is_name(entry.key, joint);
        if !fits {
            self.bad(what, entry.key, name_rule(joint), entry.at);
        }
        fits.then(|| Spanned { value: entry.key.to_owned(), span: entry.at })
    }
}

/// What a name must look like, in words.
pub(super) fn name_rule(joint: char) -> String {
    format!("1 to 60 of a-z, 0-9 and `{joint}`, beginning with a letter")
}

/// Whether a text is a name.
pub(super) fn is_name(text: &str, joint: char) -> bool {
    text.len() <= 60
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == joint)
}

fn duration(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let amount: u64 = digits.parse().ok()?;
    let duration = match unit {
        "s" => Duration::from_secs(amount),
        "ms" => Duration::from_millis(amount),
        "m" => Duration::from_secs(amount.checked_mul(60)?),
        _ => return None,
    };
    (!duration.is_zero()).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("4s"), Some(Duration::from_secs(4)));
        assert_eq!(duration("1200ms"), Some(Duration::from_millis(1200)));
        assert_eq!(duration("2m"), Some(Duration::from_secs(120)));
        for bad in ["4", "s", "-4s", "4 s", "1h", "0s", "99999999999999999999s", "9999999999999999999m", "4sä"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }
}
