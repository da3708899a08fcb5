//! What holds on a page: `see`, `gone`, `witness`.

use super::table::{Keys, Reader, Value};
use crate::flow::grammar;
use crate::flow::mistake::Kind;
use crate::flow::tree::Holds;

/// A table of what holds on a page; one without a word in it is a mistake.
pub(super) fn holds_of(reader: &mut Reader, value: Value<'_>) -> Option<Holds> {
    let mut keys = reader.table(value, &grammar::HOLDS)?;
    let span = keys.span;
    let holds = holds(reader, &mut keys);
    let known = keys.rest().is_empty();
    keys.finish(reader);
    if known && holds == Holds::default() {
        reader.report(Kind::Empty("table"), span);
    }
    Some(holds)
}

/// The keys of what holds, out of a table that has others too.
pub(super) fn holds(reader: &mut Reader, keys: &mut Keys<'_>) -> Holds {
    let mut texts = |key| keys.take(key).map(|entry| reader.texts(entry.value)).unwrap_or_default();
    Holds { see: texts("see"), gone: texts("gone"), witness: texts("witness"), marked: Vec::new() }
}
