//! `targets/<page>.toml`: targets, witnesses and checks.

use std::collections::BTreeMap;
use std::time::Duration;

use super::find::{read, selector, values_only, way};
use super::parts::{Parts, define};
use super::table::{Entry, Keys, Reader, Value};
use crate::flow::grammar::{self, Table};
use crate::flow::limit::MOST_WAYS;
use crate::flow::mistake::{Kind, Mistake, Thing};
use crate::flow::query;
use crate::flow::span::Spanned;
use crate::flow::target::{Check, Mention, Mentioned, Seen, Target, Way, Witness};

/// The most definitions of one kind in a file.
const MOST_DEFINITIONS: usize = 300;

/// Reads one file of `targets/`.
pub(super) fn targets(reader: &mut Reader, mut keys: Keys<'_>, parts: &mut Parts) {
    for entry in named(reader, keys.take("target"), &grammar::TARGETS) {
        let Some(name) = reader.name(entry, "target", '_') else { continue };
        if let Some(target) = target(reader, entry, name.clone()) {
            define(reader, &mut parts.targets, Thing::Target, &name, (target, |target| target.name.span));
        }
    }
    for entry in named(reader, keys.take("witness"), &grammar::WITNESSES) {
        let Some(name) = reader.name(entry, "witness", '_') else { continue };
        if let Some(witness) = witness(reader, entry, name.clone()) {
            define(reader, &mut parts.witnesses, Thing::Witness, &name, (witness, |witness| witness.name.span));
        }
    }
    for entry in named(reader, keys.take("check"), &grammar::CHECKS) {
        let Some(name) = reader.name(entry, "check", '_') else { continue };
        if let Some(check) = check(reader, entry, name.clone()) {
            define(reader, &mut parts.checks, Thing::Check, &name, (check, |check| check.name.span));
        }
    }
    keys.finish(reader);
}

fn named<'a>(reader: &mut Reader, entry: Option<Entry<'a>>, table: &'static Table) -> Vec<Entry<'a>> {
    let Some(keys) = entry.and_then(|entry| reader.table(entry.value, table)) else { return Vec::new() };
    let mut all = keys.all();
    if all.len() > MOST_DEFINITIONS {
        let kind = Kind::TooMuch { what: "definitions in one file", is: all.len(), most: MOST_DEFINITIONS };
        reader.report(kind, all[MOST_DEFINITIONS].at);
        all.truncate(MOST_DEFINITIONS);
    }
    all
}

fn target(reader: &mut Reader, entry: Entry<'_>, name: Spanned<String>) -> Option<Target> {
    let mut keys = reader.table(entry.value, &grammar::TARGET)?;
    keys.span = name.span;
    let mut mentions = Vec::new();
    let seen = keys.need("seen", reader).and_then(|entry| seen(reader, entry.value, &mut mentions));
    let inside = keys.take("inside").and_then(|entry| reference(reader, entry.value, &mut mentions));
    let after = keys.take("after").and_then(|entry| reference(reader, entry.value, &mut mentions));
    let except = keys.take("except").and_then(|entry| reference(reader, entry.value, &mut mentions));
    let find = keys.need("find", reader).map(|entry| ways(reader, entry.value)).unwrap_or_default();
    let count = keys.take("must").and_then(|entry| must(reader, entry.value)).unwrap_or(query::Count::One);
    let reads = keys.take("read").map(|entry| reads(reader, entry.value, &mut mentions)).unwrap_or_default();
    keys.finish(reader);
    let never = || Seen::All(Spanned { value: "never".to_owned(), span: name.span });
    Some(Target { seen: seen.unwrap_or_else(never), inside, after, except, find, count, read: reads, mentions, name })
}

fn reference(reader: &mut Reader, value: Value<'_>, mentions: &mut Vec<Mention>) -> Option<Spanned<String>> {
    let text = reader.text(value)?;
    mentions.push(Mention { what: Mentioned::Target(text.value.clone()), span: text.span });
    Some(text)
}

fn ways(reader: &mut Reader, value: Value<'_>) -> Vec<Way> {
    let items = reader.list(value);
    let span = reader.at(value);
    if items.is_empty() && value.get_ref().is_array() {
        reader.report(Kind::Empty("list"), span);
    }
    if items.len() > MOST_WAYS {
        reader.report(Kind::TooMuch { what: "ways of one target", is: items.len(), most: MOST_WAYS }, span);
    }
    let mut ways: Vec<Way> = Vec::new();
    for item in items.into_iter().take(MOST_WAYS) {
        let before = reader.mistakes.len();
        let Some(way) = way(reader, item) else { continue };
        // Two ways of which something could not be read may look equal and not be.
        let whole = reader.mistakes.len() == before;
        if let Some(same) = ways.iter().find(|other| whole && other.wire == way.wire) {
            reader.mistakes.push(Mistake { kind: Kind::SameWay, span: way.span, also: Some(same.span) });
        }
        ways.push(way);
    }
    ways
}

fn must(reader: &mut Reader, value: Value<'_>) -> Option<query::Count> {
    let mut keys = reader.table(value, &grammar::MUST)?;
    let count = keys.need("count", reader);
    keys.finish(reader);
    let count = count?.value;
    if let Some(number) = count.get_ref().as_integer() {
        if number.as_str() != "1" {
            let span = reader.at(count);
            reader.bad("count", number.as_str(), "`1` or `\"many\"`", span);
        }
        return Some(query::Count::One);
    }
    reader.word("count", count, &grammar::COUNTS)
}

fn reads(reader: &mut Reader, value: Value<'_>, mentions: &mut Vec<Mention>) -> BTreeMap<String, query::Read> {
    let Some(keys) = reader.table(value, &grammar::READS) else { return BTreeMap::new() };
    let mut reads = BTreeMap::new();
    for entry in keys.all() {
        let Some(name) = reader.name(entry, "read", '_') else { continue };
        if let Some(read) = read(reader, entry.value, mentions) {
            reads.insert(name.value, read);
        }
    }
    reads
}

fn seen(reader: &mut Reader, value: Value<'_>, mentions: &mut Vec<Mention>) -> Option<Seen> {
    if value.get_ref().is_str() {
        return seen_text(reader, value).map(Seen::All);
    }
    let keys = reader.table(value, &grammar::SEEN)?;
    let mut by = Vec::new();
    for entry in keys.all() {
        mentions.push(Mention { what: Mentioned::Generation(entry.key.to_owned()), span: entry.at });
        let generation = Spanned { value: entry.key.to_owned(), span: entry.at };
        by.extend(seen_text(reader, entry.value).map(|text| (generation, text)));
    }
    Some(Seen::By(by))
}

/// `never`, or a date and from what: `2026-09 (capture by others)`.
pub(super) fn seen_text(reader: &mut Reader, value: Value<'_>) -> Option<Spanned<String>> {
    let text = reader.text(value)?;
    if !is_seen(&text.value) {
        let want = "`never`, or a date and from what: `2026-09 (capture by others)`";
        reader.bad("`seen`", &text.value, want, text.span);
    }
    Some(text)
}

fn is_seen(text: &str) -> bool {
    if text == "never" {
        return true;
    }
    let Some((date, from)) = text.split_once(' ') else { return false };
    let digits = |part: &str, length: usize, most: u32| {
        part.len() == length
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u32>().is_ok_and(|number| (1..=most).contains(&number))
    };
    let parts: Vec<_> = date.split('-').collect();
    let date_fits = match parts.as_slice() {
        [year, month] => digits(year, 4, 9999) && digits(month, 2, 12),
        [year, month, day] => digits(year, 4, 9999) && digits(month, 2, 12) && digits(day, 2, 31),
        _ => false,
    };
    date_fits && from.len() > 2 && from.starts_with('(') && from.ends_with(')')
}

fn witness(reader: &mut Reader, entry: Entry<'_>, name: Spanned<String>) -> Option<Witness> {
    let mut keys = reader.table(entry.value, &grammar::WITNESS)?;
    keys.span = name.span;
    let mut mentions = Vec::new();
    let mut target = |keys: &mut Keys<'_>, reader: &mut Reader, key| {
        keys.need(key, reader).and_then(|entry| reference(reader, entry.value, &mut mentions)).map(|text| text.value)
    };
    let filter = target(&mut keys, reader, "filter");
    let rows = target(&mut keys, reader, "rows");
    let absent = target(&mut keys, reader, "absent");
    let notice = target(&mut keys, reader, "notice");
    let mut template = |keys: &mut Keys<'_>, reader: &mut Reader, key| {
        let text = keys.need(key, reader).and_then(|entry| reader.text(entry.value))?;
        values_only(reader, &text, &mut mentions)
    };
    let holds = template(&mut keys, reader, "holds");
    let row_contains = template(&mut keys, reader, "row_contains");
    let page_size = keys.need("page_size", reader).and_then(|entry| reader.number(entry.value, 1, 1000));
    let quiet = keys.need("quiet", reader).and_then(|entry| reader.duration(entry.value));
    keys.finish(reader);
    let no_text = || query::Template(String::new());
    let wire = query::Witness {
        filter: filter.unwrap_or_default(),
        holds: holds.unwrap_or_else(no_text),
        rows: rows.unwrap_or_default(),
        row_contains: row_contains.unwrap_or_else(no_text),
        absent: absent.unwrap_or_default(),
        notice: notice.unwrap_or_default(),
        page_size: page_size.unwrap_or(1),
        quiet_ms: millis(quiet.unwrap_or_default()),
    };
    Some(Witness { name, wire, mentions })
}

/// A duration of a pack in milliseconds; the longest that a pack can say fits many times.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn check(reader: &mut Reader, entry: Entry<'_>, name: Spanned<String>) -> Option<Check> {
    let mut keys = reader.table(entry.value, &grammar::CHECK)?;
    keys.span = name.span;
    let mut mentions = Vec::new();
    let dialog = keys.need("dialog", reader).and_then(|entry| reference(reader, entry.value, &mut mentions));
    let shown = keys.need("shows", reader).and_then(|entry| reader.text(entry.value));
    let known = keys.take("known").and_then(|entry| reader.text(entry.value));
    let harm = keys.take("harm").and_then(|entry| reader.text(entry.value));
    let apart = keys.take("apart").and_then(|entry| selector(reader, entry.value)).map(|css| css.value);
    keys.finish(reader);
    if let Some(word) = &known {
        let what = Mentioned::Word { key: word.value.clone(), holes: vec!["first".to_owned()], soft: true };
        mentions.push(Mention { what, span: word.span });
    }
    if let Some(word) = &harm {
        let what = Mentioned::Word { key: word.value.clone(), holes: Vec::new(), soft: false };
        mentions.push(Mention { what, span: word.span });
    }
    let shown = shown.and_then(|text| values_only(reader, &text, &mut mentions));
    let wire = query::Check::SamePerson {
        dialog: dialog.map(|dialog| dialog.value).unwrap_or_default(),
        name: shown.unwrap_or_else(|| query::Template(String::new())),
        known: known.map(|word| word.value),
        accepted: query::Accepted::new(),
        harm: harm.map(|word| word.value),
        apart,
    };
    Some(Check { name, wire, mentions })
}

#[cfg(test)]
mod tests {
    use super::is_seen;

    #[test]
    fn seen_is_never_or_a_dated_source() {
        for good in ["never", "2026-09 (capture by others)", "2026-09-30 (own account)"] {
            assert!(is_seen(good), "{good}");
        }
        for bad in ["", "Never", "2026-09", "2026-13 (x)", "26-09 (x)", "2026-9 (x)", "2026-09 x", "yesterday (x)"] {
            assert!(!is_seen(bad), "{bad}");
        }
    }
}
