//! What the texts of a pack say, file by file, before the parts are held against each other.

use std::collections::BTreeMap;

use super::table::Reader;
use crate::flow::mistake::{Kind, Mistake, Thing};
use crate::flow::pack::Words;
use crate::flow::site::Site;
use crate::flow::span::{Span, Spanned};
use crate::flow::target::{Check, Target, Witness};
use crate::flow::tree::Flow;

/// What the texts say, before the parts are held against each other.
#[derive(Debug, Default)]
pub(in crate::flow) struct Parts {
    pub(in crate::flow) site: Option<Site>,
    pub(in crate::flow) targets: BTreeMap<String, Target>,
    pub(in crate::flow) witnesses: BTreeMap<String, Witness>,
    pub(in crate::flow) checks: BTreeMap<String, Check>,
    pub(in crate::flow) words: BTreeMap<String, Words>,
    pub(in crate::flow) flows: BTreeMap<String, Flow>,
    pub(in crate::flow) mistakes: Vec<Mistake>,
    /// Some file could not be read whole: names may be missing through no fault of those who use them.
    pub(in crate::flow) torn: bool,
}

/// Puts a definition where its name leads to; the second of two is a mistake and the first stays.
pub(super) fn define<T>(
    reader: &mut Reader,
    map: &mut BTreeMap<String, T>,
    thing: Thing,
    name: &Spanned<String>,
    (value, place): (T, fn(&T) -> Span),
) {
    if let Some(first) = map.get(&name.value) {
        let kind = Kind::Twice { thing, name: name.value.clone() };
        reader.mistakes.push(Mistake { kind, span: name.span, also: Some(place(first)) });
    } else {
        map.insert(name.value.clone(), value);
    }
}
