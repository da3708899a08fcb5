//! A list of people that a person wrote: slugs and addresses, one a line, or this program's own table with a `remove`
//! column.

use std::collections::HashMap;
use std::fmt;

use csv::ByteRecord;

use super::keep::{KeepList, Kept};
use super::person::Person;
use super::tabular::{self, Head, Row, Rows, Stop};
use crate::event::address::Brought;
use crate::event::id::Slug;

/// The people of a list, each once, in the order of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeopleList {
    /// Who, and on which line first.
    pub people: Vec<(Slug, u64)>,
    /// Who is on it again.
    pub duplicates: Vec<Duplicate>,
    /// How many rows of a table are not marked for removal.
    pub unmarked: u64,
}

/// A person who is on a list more than once; the first time counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// Who.
    pub slug: Slug,
    /// On which line again.
    pub line: u64,
    /// On which line first.
    pub first: u64,
}

/// A line that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineMistake {
    /// Which, from 1.
    pub line: u64,
    /// What is wrong; texts of the file in it are escaped and short.
    pub what: String,
    /// What to do about it.
    pub mend: String,
}

impl fmt::Display for LineMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}; {}", self.line, self.what, self.mend)
    }
}

impl std::error::Error for LineMistake {}

/// The people of a list, looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolved<'a> {
    /// Who is known and not kept, in the order of the list.
    pub chosen: Vec<&'a Person>,
    /// Who is on the keep list, and why.
    pub kept: Vec<(&'a Person, &'a Kept)>,
    /// Who is not among the known people, and on which line.
    pub unknown: Vec<(Slug, u64)>,
}

/// Which column of a table says whether a row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `remove`: the rows of people who go.
    Remove,
    /// `keep`: the rows of people who stay.
    Keep,
}

impl Mark {
    /// The column's name.
    fn column(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::Keep => "keep",
        }
    }

    /// What a cell of the column says; none: neither yes nor no.
    fn says(self, cell: &str) -> Option<bool> {
        let other = if self == Self::Remove { "keep" } else { "remove" };
        match cell.to_lowercase().as_str() {
            "yes" | "y" | "x" | "1" | "true" => Some(true),
            "" | "no" | "n" | "0" | "false" => Some(false),
            word if word == self.column() => Some(true),
            word if word == other => Some(false),
            _ => None,
        }
    }
}

/// What a list is read by: which slugs are those of known people, so that a strange one counts as it is written.
pub type IsKnown<'a> = &'a dyn Fn(&Slug) -> bool;

impl PeopleList {
    /// Reads a list, or a table if one of its first rows names a `slug` or `url` column; notes may stand above it.
    ///
    /// In a plain list, empty lines and what follows a `#` are passed over. In a table only rows marked in the column that
    /// `mark` names count: `yes`, `y`, `x`, `1`, `true` or its name; empty, `no`, `n`, `0`, `false` and the other name are
    /// not. A table of nothing but addresses is a plain list.
    ///
    /// # Errors
    /// Every line that is not understood, all at once; or one mistake if the list asks for nobody.
    pub fn parse(text: &str, mark: Mark, is_known: IsKnown<'_>) -> Result<Self, Vec<LineMistake>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut list = Collected::new(is_known);
        match tabular::find_head(text.as_bytes(), |cells| Columns::of(cells, mark)) {
            Some(head) if head.columns.width > 1 || head.columns.is_ours => read_table(text, &head, mark, &mut list),
            Some(head) => read_plain(text, head.line, &mut list),
            None => read_plain(text, 0, &mut list),
        }
        if list.mistakes.is_empty() && list.list.people.is_empty() {
            let mend = match mark {
                Mark::Remove => "give one slug or address a line, or mark rows of a table in its column `remove`",
                Mark::Keep => "give one slug or address a line, or mark rows of a table in its column `keep`",
            };
            list.wrong(1, "the list asks for nobody".to_owned(), mend);
        }
        list.finish()
    }

    /// Reads a plain list, whatever its first line looks like; it may ask for nobody.
    ///
    /// # Errors
    /// Every line that is not understood, all at once.
    pub fn parse_lines(text: &str, is_known: IsKnown<'_>) -> Result<Self, Vec<LineMistake>> {
        let mut list = Collected::new(is_known);
        read_plain(text.strip_prefix('\u{feff}').unwrap_or(text), 0, &mut list);
        list.finish()
    }

    /// Looks the people up; who is on the keep list is shown apart.
    #[must_use]
    pub fn resolve<'a>(&self, people: &'a [Person], keep: &'a KeepList) -> Resolved<'a> {
        let known: HashMap<&Slug, &Person> = people.iter().map(|person| (&person.slug, person)).collect();
        let mut resolved = Resolved::default();
        for (slug, line) in &self.people {
            match known.get(slug).map(|person| (*person, keep.holds(person))) {
                Some((person, None)) => resolved.chosen.push(person),
                Some((person, Some(kept))) => resolved.kept.push((person, kept)),
                None => resolved.unknown.push((slug.clone(), *line)),
            }
        }
        resolved
    }
}

struct Collected<'a> {
    is_known: IsKnown<'a>,
    list: PeopleList,
    seen: HashMap<Slug, u64>,
    mistakes: Vec<LineMistake>,
}

impl<'a> Collected<'a> {
    fn new(is_known: IsKnown<'a>) -> Self {
        Self { is_known, list: PeopleList::default(), seen: HashMap::new(), mistakes: Vec::new() }
    }

    fn add(&mut self, line: u64, text: &str) {
        match Brought::of(text).meant(self.is_known) {
            Ok(slug) => match self.seen.get(&slug) {
                Some(first) => self.list.duplicates.push(Duplicate { slug, line, first: *first }),
                None => {
                    self.seen.insert(slug.clone(), line);
                    self.list.people.push((slug, line));
                }
            },
            Err(none) => self.wrong(line, none.what(), none.mend()),
        }
    }

    fn finish(mut self) -> Result<PeopleList, Vec<LineMistake>> {
        self.mistakes.sort_by_key(|mistake| mistake.line);
        if self.mistakes.is_empty() { Ok(self.list) } else { Err(self.mistakes) }
    }

    fn wrong(&mut self, line: u64, what: String, mend: impl Into<String>) {
        self.mistakes.push(LineMistake { line, what, mend: mend.into() });
    }
}

/// A text of the file, safe to show and not too long.
fn shown(text: &str) -> String {
    let mut start: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        start.push('…');
    }
    start
}

/// Its lines with their numbers, whichever way they end.
fn numbered(text: &str) -> Vec<(u64, String)> {
    (1..).zip(text.replace("\r\n", "\n").split(['\n', '\r']).map(str::to_owned)).collect()
}

fn read_plain(text: &str, above: u64, list: &mut Collected<'_>) {
    for (number, line) in numbered(text).iter().filter(|(number, _)| *number > above) {
        let entry = line.split('#').next().unwrap_or_default().trim();
        if !entry.is_empty() {
            list.add(*number, entry);
        }
    }
}

/// Where the columns of a table are.
struct Columns {
    person: usize,
    marked: Option<usize>,
    width: usize,
    /// Whether the column of people is one of this program's own tables.
    is_ours: bool,
}

impl Columns {
    /// None if the row is not the head of a table.
    fn of(cells: &ByteRecord, mark: Mark) -> Option<Self> {
        let cells: Vec<String> = cells.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_lowercase()).collect();
        // A line of a plain list may say anything behind its `#`.
        if cells.iter().any(|cell| cell.contains('#')) {
            return None;
        }
        let place = |names: &[&str]| cells.iter().position(|cell| names.contains(&cell.as_str()));
        let slug = place(&["slug"]);
        let person = slug.or_else(|| place(&["url", "profile url", "address"]))?;
        Some(Self { person, marked: place(&[mark.column()]), width: cells.len(), is_ours: slug.is_some() })
    }
}

fn read_table(text: &str, head: &Head<Columns>, mark: Mark, list: &mut Collected<'_>) {
    for (number, line) in numbered(text).iter().filter(|(number, _)| *number < head.line) {
        if line.contains("/in/") {
            let what = format!("`{}` stands above the head of the table, which is on line {}", shown(line), head.line);
            list.wrong(*number, what, "put it into a row of the table, or give a plain list");
        }
    }
    let Some(marked) = head.columns.marked else {
        let what = format!("the table has no column `{}`", mark.column());
        let mend = "add one and write `yes` in it for each person who is meant, or give a plain list";
        return list.wrong(head.line, what, mend);
    };
    let is_row = |cells: &ByteRecord| {
        let text = |place: usize| cells.get(place).map(|cell| String::from_utf8_lossy(cell).trim().to_owned());
        cells.len() == head.columns.width
            && text(head.columns.person).is_some_and(|cell| Brought::of(unguarded(&cell)).plain.is_ok())
            && text(marked).is_some_and(|cell| !cell.is_empty() && mark.says(&cell).is_some())
    };
    let read = Rows::after(text.as_bytes(), head.delimiter, head.line).and_then(|mut rows| {
        while let Some(row) = rows.next(&is_row)? {
            read_row(&row, (&head.columns, marked, mark), list);
        }
        Ok(())
    });
    match read {
        Ok(()) | Err(Stop::Io(_)) => {}
        Err(Stop::TooLong { line }) => list.wrong(line, "the row is longer than 1 MiB".to_owned(), QUOTES),
        Err(Stop::Runaway { line, to }) => list.wrong(line, format!("the row runs on to line {to}"), QUOTES),
    }
}

const QUOTES: &str = "a `\"` is missing there, or there is one too many";

fn read_row(row: &Row, (columns, marked, mark): (&Columns, usize, Mark), list: &mut Collected<'_>) {
    let cell = |place: usize| String::from_utf8_lossy(row.cells.get(place).unwrap_or_default()).trim().to_owned();
    let is_padded = row.cells.iter().skip(columns.width).all(|cell| cell.trim_ascii().is_empty());
    if row.is_padding() {
        return;
    }
    if row.is_torn {
        return list.wrong(row.line, "a `\"` in this row has no end".to_owned(), "take it away, or close it");
    }
    if row.cells.len() < columns.width || !is_padded {
        let what = format!("the row has {} cells where the head has {}", row.cells.len(), columns.width);
        return list.wrong(row.line, what, "put a cell with a comma in it into quotes, or save the table again");
    }
    match mark.says(&cell(marked)) {
        Some(true) => list.add(row.line, unguarded(&cell(columns.person))),
        Some(false) => list.list.unmarked += 1,
        None => {
            let (cell, column) = (shown(&cell(marked)), mark.column());
            let what = format!("`{cell}` in the column `{column}` is neither yes nor no");
            list.wrong(row.line, what, "write `yes`, or leave it empty");
        }
    }
}

/// Takes off the `'` that a table puts before a cell that a spreadsheet would take for a formula.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::person;
    use super::*;

    fn parse(text: &str) -> Result<PeopleList, Vec<LineMistake>> {
        parse_marked(text, Mark::Remove)
    }

    fn parse_marked(text: &str, mark: Mark) -> Result<PeopleList, Vec<LineMistake>> {
        PeopleList::parse(text, mark, &|_| false)
    }

    fn parse_lines(text: &str) -> Result<PeopleList, Vec<LineMistake>> {
        PeopleList::parse_lines(text, &|_| false)
    }

    fn people(text: &str) -> Vec<String> {
        let list = parse(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        list.people.into_iter().map(|(slug, line)| format!("{line} {slug}")).collect()
    }

    fn mistakes(text: &str) -> Vec<String> {
        parse(text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn slugs_and_addresses_may_be_mixed() {
        let text = "\u{feff}# my list\njane-doe\n\n  https://www.linkedin.com/in/Bob-Roe/?x=1  # the tall one\r\nlinkedin.com/in/j%C3%B6rg\n";
        assert_eq!(people(text), ["2 jane-doe", "4 bob-roe", "5 jörg"]);
    }

    #[test]
    fn every_bad_line_is_named_at_once() {
        let said = mistakes("jane-doe\nBob Roe\nhttps://www.linkedin.com/company/acme\nokay\n\u{1b}[2J\n");
        assert_eq!(
            said,
            [
                "line 2: `Bob Roe` is no slug; give a profile's address or its last part; a name may be that of several people",
                "line 3: `https://www.linkedin.com/company/acme` is no profile address; give a profile's address or its last part; a name may be that of several people",
                "line 5: `\\u{1b}[2J` is no slug; give a profile's address or its last part; a name may be that of several people",
            ]
        );
    }

    #[test]
    fn a_person_twice_counts_once_and_is_reported() {
        let list = parse("jane\nbob\nhttps://www.linkedin.com/in/JANE\n").unwrap();
        assert_eq!(list.people.len(), 2);
        assert_eq!(list.duplicates, [Duplicate { slug: "jane".parse().unwrap(), line: 3, first: 1 }]);
    }

    #[test]
    fn only_marked_rows_of_a_table_count() {
        for delimiter in [",", ";", "\t"] {
            let text = "slug,first_name,company,remove\njane,Jane,\"Acme, Inc.\",yes\nbob,Bob,\"two\nlines\",\nkim,Kim,Acme,X\neve,Eve,Acme,No\nann,Ann,A,1\n"
                .replace("Acme, Inc.", "Acme")
                .replace(',', delimiter);
            let list = parse(&text).unwrap();
            assert_eq!(people(&text), ["2 jane", "5 kim", "7 ann"]);
            assert_eq!(list.unmarked, 2);
        }
        assert_eq!(people("Remove,URL\ntrue,https://www.linkedin.com/in/jane\n"), ["2 jane"]);
        assert_eq!(people("slug,remove\n'-dash-,yes\n"), ["2 -dash-"]);
        assert_eq!(people("slug,note,remove\njane,\"a, b; c\",yes\n"), ["2 jane"]);
    }

    #[test]
    fn the_keep_list_has_a_column_of_its_own() {
        let list = parse_marked("slug,remove,keep\njane,yes,\nbob,,keep\nkim,,remove\n", Mark::Keep).unwrap();
        assert_eq!((list.people.len(), list.people[0].0.as_str(), list.unmarked), (1, "bob", 2));
        let said = parse_marked("slug,remove\njane,yes\n", Mark::Keep).unwrap_err();
        assert!(said[0].what.contains("no column `keep`"), "{said:?}");
    }

    #[test]
    fn a_list_of_lines_is_never_taken_for_a_table() {
        let list = parse_lines("jane  # Jane Doe, url, slug\n#bob\n").unwrap();
        assert_eq!(list.people, [("jane".parse().unwrap(), 1)]);
        assert!(parse_lines("# nobody\n").unwrap().people.is_empty());
        let wrong: Vec<u64> = parse_lines("slug,remove\nx y\n").unwrap_err().iter().map(|wrong| wrong.line).collect();
        assert_eq!(wrong, [1, 2]);
    }

    #[test]
    fn a_mark_that_is_neither_yes_nor_no_is_a_mistake() {
        assert_eq!(
            mistakes("slug,remove\njane,maybe\n,yes\n"),
            [
                "line 2: `maybe` in the column `remove` is neither yes nor no; write `yes`, or leave it empty",
                "line 3: `` is no slug; give a profile's address or its last part; a name may be that of several people"
            ]
        );
    }

    #[test]
    fn tables_of_spreadsheets_are_read_as_an_export_is() {
        for end in ["\n", "\r\n", "\r"] {
            let text =
                "Notes: mine,\n\nsep\nslug;note;remove\n\njane;\"a;\nb\";yes\n;;\nbob;x;yes;;\n".replace('\n', end);
            assert_eq!(people(&text), ["6 jane", "9 bob"], "{end:?}");
            let text = "sep=;\nremove;URL\nyes;https://www.linkedin.com/in/jane\n".replace('\n', end);
            assert_eq!(people(&text), ["3 jane"], "{end:?}");
            let text = "Profile URL\nhttps://www.linkedin.com/in/jane\n\nhttps://www.linkedin.com/in/bob.\n";
            assert_eq!(people(&text.replace('\n', end)), ["2 jane", "4 bob"], "{end:?}");
        }
        assert_eq!(people("sep=,\nURL\nhttps://www.linkedin.com/in/jane\n"), ["3 jane"]);
    }

    #[test]
    fn a_table_that_cannot_be_read_is_refused_with_each_line() {
        let text = "slug,note,remove\njane,\"x,yes\nbob,y,yes\nkim,a,b,yes\neve,yes\nann,\"z\",yes\n";
        let said: Vec<(u64, String)> =
            parse(text).unwrap_err().into_iter().map(|wrong| (wrong.line, wrong.what)).collect();
        assert_eq!(
            said,
            [
                (2, "a `\"` in this row has no end".to_owned()),
                (4, "the row has 4 cells where the head has 3".to_owned()),
                (5, "the row has 2 cells where the head has 3".to_owned()),
            ]
        );
        let above = "https://www.linkedin.com/in/jane\nslug,remove\nbob,yes\n";
        assert!(mistakes(above)[0].starts_with("line 1: `https://www.linkedin.com/in/jane` stands above the head"));
        let runaway = format!("slug,remove\n\"jane,yes\n{}", "x\n".repeat(60));
        assert!(mistakes(&runaway)[0].starts_with("line 2: the row runs on to line 52"), "{:?}", mistakes(&runaway));
    }

    #[test]
    fn a_strange_slug_of_somebody_known_counts_as_it_is_written() {
        let list = PeopleList::parse("https://www.linkedin.com/in/odd.\n", Mark::Keep, &|slug| slug.as_str() == "odd.");
        assert_eq!(list.unwrap().people[0].0.as_str(), "odd.");
    }

    #[test]
    fn a_table_without_marks_and_an_empty_list_ask_for_nobody() {
        assert!(mistakes("slug,first_name\njane,Jane\n")[0].contains("no column `remove`"));
        assert!(mistakes("First Name,Last Name,URL,Email Address\n")[0].contains("no column `remove`"));
        for text in ["", "\n\n", "# nobody\n", "slug,remove\njane,no\n"] {
            assert!(mistakes(text)[0].contains("asks for nobody"), "{text:?}");
        }
    }

    #[test]
    fn people_are_looked_up_and_kept_ones_shown_apart() {
        let known = [person("jane", "Jane", "Doe"), person("bob", "Bob", "Roe")];
        let mut keep = KeepList::default();
        keep.keep(known[1].slug.clone(), Kept::default());
        let list = parse("bob\nnobody\njane\n").unwrap();
        let resolved = list.resolve(&known, &keep);
        assert_eq!(resolved.chosen, [&known[0]]);
        assert_eq!(resolved.kept, [(&known[1], &Kept::default())]);
        assert_eq!(resolved.unknown, [("nobody".parse().unwrap(), 2)]);
    }
}
