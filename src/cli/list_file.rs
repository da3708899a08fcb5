//! A list of people in a file or on standard input, and what is said about its lines.

use std::collections::HashSet;
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use super::context::Context;
use super::outcome::Failure;
use super::output::{clean, shown};
use crate::event::id::Slug;
use crate::plan::lookup;
use crate::plan::people_list::{LineMistake, Mark, PeopleList};
use crate::plan::person::Person;
use crate::plan::tabular;
use crate::report::count::number;

/// The largest list of people that is read.
const LARGEST: u64 = 16 * 1024 * 1024;
/// So many lines about a list are shown one by one; the rest is counted.
const LINES_SHOWN: usize = 50;

/// Reads a list, or a table with that column, of these known people; answers the name for it too. `-` is standard input.
///
/// # Errors
/// It cannot be read, or has lines that are not understood, which are all named.
pub(crate) fn read(
    context: &Context,
    (file, mark): (&Path, Mark),
    people: &[Person],
) -> Result<(String, PeopleList), Failure> {
    let name = if file == Path::new("-") { "standard input".to_owned() } else { shown(file.display()) };
    let text = text_of(context, file).map_err(|why| {
        Failure::bad_file(format!("{name}: {}", clean(&why)), "give one slug or address a line, in UTF-8")
    })?;
    let slugs: HashSet<&Slug> = people.iter().map(|person| &person.slug).collect();
    let list =
        PeopleList::parse(&text, mark, &|slug| slugs.contains(slug)).map_err(|mistakes| misread(&name, &mistakes))?;
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
/// Everybody who is not, with the line and who is near.
pub(crate) fn all_known(name: &str, unknown: &[(Slug, u64)], people: &[Person]) -> Result<(), Failure> {
    if unknown.is_empty() {
        return Ok(());
    }
    let line = |(slug, line): &(Slug, u64)| {
        let near = near(slug, people);
        format!("{name}: line {line}: `{}` is not among the imported people{near}", clean(slug.as_str()))
    };
    // Who is near is looked for only where it is shown.
    let shown = unknown.iter().take(LINES_SHOWN).map(line);
    let lines: Vec<String> = shown.chain(unknown.iter().skip(LINES_SHOWN).map(|_| String::new())).collect();
    Err(Failure::bad_file(first(&lines), "import a newer export, or take them off the list"))
}

/// Who is near to a slug of nobody known: `; near: Jane Doe (jane-doe)`; empty where nobody is.
pub(crate) fn near(slug: &Slug, people: &[Person]) -> String {
    let near: Vec<String> = lookup::nearest(slug.as_str(), people).iter().map(|name| clean(name)).collect();
    if near.is_empty() { String::new() } else { format!("; near: {}", near.join(", ")) }
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

/// What is known of a file that a person names, before it is opened: a pipe or a device would be waited for as soon as it is
/// opened, and might never end.
///
/// # Errors
/// It is not there, or is no plain file, in words.
pub(super) fn plain(file: &Path) -> Result<std::fs::Metadata, String> {
    let about = std::fs::metadata(file).map_err(|error| error.to_string())?;
    if about.is_file() {
        return Ok(about);
    }
    let what = if about.is_dir() { "a folder" } else { "a pipe, a device or a socket" };
    Err(format!("it is {what} and no plain file"))
}

fn text_of(context: &Context, file: &Path) -> Result<String, String> {
    let source: Box<dyn std::io::Read> = if file == Path::new("-") {
        if std::io::stdin().is_terminal() {
            context.out.note("One slug or address a line; Ctrl-D ends the list:");
        }
        Box::new(std::io::stdin())
    } else {
        plain(file).map_err(|why| format!("{why}; `-` reads standard input"))?;
        Box::new(std::fs::File::open(file).map_err(|error| error.to_string())?)
    };
    let mut bytes = Vec::new();
    source.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LARGEST {
        return Err("it is larger than 16 MiB".to_owned());
    }
    let kind = if bytes.starts_with(b"PK\x03\x04") { Some("a spreadsheet or an archive (zip)") } else { None };
    if let Some(kind) = kind.or_else(|| tabular::kind_of(&bytes)) {
        return Err(format!("it is {kind} and no list; a table has to be saved as CSV"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("line {line} is no text in UTF-8")
    })
}
