//! The version of the language that a file is written in.

use super::table::{Keys, Reader};
use crate::flow::grammar::FORMAT;
use crate::flow::mistake::Kind;

/// Reports a file of another version than this program reads.
pub(super) fn check(reader: &mut Reader, keys: &mut Keys<'_>) {
    let Some(entry) = keys.need("format", reader) else { return };
    let span = reader.at(entry.value);
    let Some(found) = entry.value.get_ref().as_integer().map(|number| number.as_str().to_owned()) else {
        reader.wrong("a whole number", entry.value);
        return;
    };
    if found.parse() != Ok(FORMAT) {
        reader.report(Kind::Format(found), span);
    }
}
