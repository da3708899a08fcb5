//! Reads the texts of a pack into its parts, with hand-written parsers that note every mistake and not only the first.
//!
//! A part with a mistake in it is kept as far as it could be read, so that one slip does not look like ten.

mod condition;
mod find;
mod flow;
mod format;
mod holds;
mod mention;
mod parts;
mod path;
mod selector;
mod site;
mod table;
mod target;
mod verb;
mod words;

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::grammar::{self, Table};
use super::limit::{LARGEST_FILE, LARGEST_PACK, MOST_FILES};
use super::mistake::{Kind, Mistake, Thing};
use super::span::{Source, Span};
use parts::Parts;
use table::{Keys, Reader};
pub(super) use words::holes;

/// Reads all texts of a pack.
pub(super) fn parse(sources: &[Source]) -> Parts {
    let mut parts = Parts::default();
    if let Some(mistake) = too_large(sources) {
        parts.mistakes.push(mistake);
        parts.torn = true;
        return parts;
    }
    let mut names = BTreeMap::new();
    for (file, source) in sources.iter().enumerate() {
        let whole = Span { file, start: 0, end: 0 };
        if let Some(first) = names.insert(source.name.as_str(), whole) {
            let kind = Kind::Twice { thing: Thing::Flow, name: source.name.clone() };
            parts.mistakes.push(Mistake { kind, span: whole, also: Some(first) });
            continue;
        }
        parse_file(&mut parts, file, source);
    }
    parts
}

fn too_large(sources: &[Source]) -> Option<Mistake> {
    let whole = |file| Span { file, start: 0, end: 0 };
    if sources.len() > MOST_FILES {
        let kind = Kind::TooMuch { what: "files in one pack", is: sources.len(), most: MOST_FILES };
        return Some(Mistake::new(kind, whole(MOST_FILES)));
    }
    let largest = sources.iter().position(|source| source.text.len() > LARGEST_FILE);
    if let Some(file) = largest {
        let kind = Kind::TooMuch { what: "bytes in one file", is: sources[file].text.len(), most: LARGEST_FILE };
        return Some(Mistake::new(kind, whole(file)));
    }
    let all: usize = sources.iter().map(|source| source.text.len()).sum();
    let kind = Kind::TooMuch { what: "bytes in one pack", is: all, most: LARGEST_PACK };
    (all > LARGEST_PACK).then(|| Mistake::new(kind, whole(0)))
}

fn parse_file(parts: &mut Parts, file: usize, source: &Source) {
    let mut reader = Reader { file, mistakes: Vec::new() };
    let Some((folder, stem)) = place(&source.name) else {
        parts.mistakes.push(Mistake::new(Kind::NoPlace(source.name.clone()), Span { file, start: 0, end: 0 }));
        return;
    };
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    // What is missing in a file is told at its first key.
    let top = document.get_ref().keys().map(|key| key.span()).min_by_key(|range| range.start).unwrap_or(0..0);
    let top = Span { file, start: top.start, end: top.end };
    let mut keys = Keys::new(folder.table(), top, document.get_ref());
    match folder {
        Folder::Site => parts.site = Some(site::site(&mut reader, keys)),
        Folder::Targets => target::targets(&mut reader, keys, parts),
        Folder::Words => words::words(&mut reader, &keys, stem, parts),
        Folder::Flows => {
            format::check(&mut reader, &mut keys);
            flow::flow(&mut reader, keys, stem, parts);
        }
    }
    if errors.is_empty() {
        parts.mistakes.append(&mut reader.mistakes);
    } else {
        // What a torn file seems to say is not held against it.
        parts.torn = true;
        parts.mistakes.extend(syntax(file, source, &errors));
    }
}

/// The syntax errors of a file, without those that only follow from one before: between two that are told there is a line
/// that says something and is right.
fn syntax(file: usize, source: &Source, errors: &[toml::de::Error]) -> Vec<Mistake> {
    let mut spans: Vec<(Span, &str)> = errors
        .iter()
        .map(|error| {
            let range = error.span().unwrap_or(0..0);
            (Span { file, start: range.start, end: range.end }, error.message())
        })
        .collect();
    spans.sort_by_key(|(span, _)| *span);
    let lines = LineEnds::of(&source.text);
    let mut last = None;
    let mut kept = Vec::new();
    for (span, message) in spans {
        let line = lines.line(span.start);
        if last.is_none_or(|last| lines.say_something(&source.text, last + 1, line)) {
            kept.push(Mistake::new(Kind::Syntax(message.to_owned()), span));
        }
        last = Some(line);
    }
    kept
}

/// Where the lines of a text end, so that many places are found without reading the text again for each.
struct LineEnds(Vec<usize>);

impl LineEnds {
    fn of(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect())
    }

    fn line(&self, byte: usize) -> usize {
        self.0.partition_point(|&end| end < byte)
    }

    /// Whether one of the lines `from` up to but not `to` is more than a comment.
    fn say_something(&self, text: &str, from: usize, to: usize) -> bool {
        (from..to).any(|line| {
            let start = if line == 0 { 0 } else { self.0[line - 1] + 1 };
            let end = self.0.get(line).copied().unwrap_or(text.len());
            let line = text.get(start..end).unwrap_or_default().trim();
            !line.is_empty() && !line.starts_with('#')
        })
    }
}

/// Which file of a pack a text is.
#[derive(Clone, Copy)]
enum Folder {
    Site,
    Targets,
    Words,
    Flows,
}

impl Folder {
    fn table(self) -> &'static Table {
        match self {
            Self::Site => &grammar::SITE,
            Self::Targets => &grammar::TARGETS_FILE,
            Self::Words => &grammar::WORDS,
            Self::Flows => &grammar::FLOW,
        }
    }
}

fn place(name: &str) -> Option<(Folder, &str)> {
    if name == "site.toml" {
        return Some((Folder::Site, "site"));
    }
    let (folder, file) = name.split_once('/')?;
    let stem = file.strip_suffix(".toml")?;
    let folder = match folder {
        "targets" if table::is_name(stem, '-') => Folder::Targets,
        "words" if words::is_language(stem) => Folder::Words,
        "flows" if table::is_name(stem, '-') => Folder::Flows,
        _ => return None,
    };
    Some((folder, stem))
}
