//! A list of people in a file or on standard input, and what is said about its lines.

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use super::context::Context;
use super::outcome::Failure;
use super::output::{clean, shown};
use crate::event::id::Slug;
use crate::plan::people_list::{LineMistake, Mark, PeopleList};
use crate::report::count::number;

/// The largest list of people that is read.
const LARGEST: u64 = 16 * 1024 * 1024;
/// So many lines about a list are shown one by one; the rest is counted.
const LINES_SHOWN: usize = 50;

/// Reads a list, or a table with that column; answers the name for it too. `-` is standard input.
///
/// # Errors
/// It cannot be read, or has lines that are not understood, which are all named.
pub(crate) fn read(context: &Context, file: &Path, mark: Mark) -> Result<(String, PeopleList), Failure> {
    let name = if file == Path::new("-") { "standard input".to_owned() } else { shown(file.display()) };
    let text = text_of(context, file).map_err(|why| {
        Failure::bad_file(format!("{name}: {}", clean(&why)), "give one slug or address a line, in UTF-8")
    })?;
    let list = PeopleList::parse_marked(&text, mark).map_err(|mistakes| misread(&name, &mistakes))?;
    Ok((name, list))
}

/// Lines of a list that are not understood.
pub(crate) fn misread(name: &str, mistakes: &[LineMistake]) -> Failure {
    let lines: Vec<String> = mistakes.iter().map(|mistake| format!("{name}: {mistake}")).collect();
    Failure::bad_file(first(&lines), "")
}

/// Whether everybody of a list is known.
///
/// # Errors
/// Everybody who is not, with the line.
pub(crate) fn all_known(name: &str, unknown: &[(Slug, u64)]) -> Result<(), Failure> {
    if unknown.is_empty() {
        return Ok(());
    }
    let line = |(slug, line): &(Slug, u64)| {
        format!("{name}: line {line}: `{}` is not among the imported people", clean(slug.as_str()))
    };
    let lines: Vec<String> = unknown.iter().map(line).collect();
    Err(Failure::bad_file(first(&lines), "import a newer export, or take them off the list"))
}

/// Says who is on a list more than once.
pub(crate) fn tell_duplicates(context: &Context, name: &str, list: &PeopleList) {
    let again = |twice: &crate::plan::people_list::Duplicate| {
        format!("{name}: line {}: `{}` was on line {} already", twice.line, clean(twice.slug.as_str()), twice.first)
    };
    some_of(context, &list.duplicates.iter().map(again).collect::<Vec<_>>());
}

/// Says lines beside the answer, not too many of them.
pub(crate) fn some_of(context: &Context, lines: &[String]) {
    if !lines.is_empty() {
        first(lines).lines().for_each(|line| context.out.note(format!("  {line}")));
    }
}

/// The first lines, and how many more there are.
fn first(lines: &[String]) -> String {
    let mut shown: Vec<String> = lines.iter().take(LINES_SHOWN).cloned().collect();
    if lines.len() > LINES_SHOWN {
        shown.push(format!("and {} more", number((lines.len() - LINES_SHOWN) as u64)));
    }
    shown.join("\n")
}

fn text_of(context: &Context, file: &Path) -> Result<String, String> {
    let source: Box<dyn std::io::Read> = if file == Path::new("-") {
        if std::io::stdin().is_terminal() {
            context.out.note("One slug or address a line; Ctrl-D ends the list:");
        }
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).map_err(|error| error.to_string())?)
    };
    let mut text = String::new();
    source.take(LARGEST + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if text.len() as u64 > LARGEST { Err("it is larger than 16 MiB".to_owned()) } else { Ok(text) }
}
