//! A list of people that a person wrote: slugs and addresses, one a line, or this program's own table with a `remove`
//! column.

use std::collections::HashMap;
use std::fmt;

use super::keep::{KeepList, Kept};
use super::person::Person;
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
    pub mend: &'static str,
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

const NOT_A_PERSON: &str = "give a profile's address or its last part; a name may be that of several people";

impl PeopleList {
    /// Reads a list, or a table if its first line names a `slug` or `url` column.
    ///
    /// In a plain list, empty lines and what follows a `#` are passed over. In a table only rows marked in the column
    /// `remove` count: `yes`, `y`, `x`, `1`, `true` or `remove`; empty, `no`, `n`, `0`, `false` and `keep` are not.
    ///
    /// # Errors
    /// Every line that is not understood, all at once; or one mistake if the list asks for nobody.
    pub fn parse(text: &str) -> Result<Self, Vec<LineMistake>> {
        Self::parse_marked(text, Mark::Remove)
    }

    /// The same with the column that marks the rows of a table.
    ///
    /// # Errors
    /// As [`PeopleList::parse`].
    pub fn parse_marked(text: &str, mark: Mark) -> Result<Self, Vec<LineMistake>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut list = Collected::default();
        match Table::of(text, mark) {
            Some(table) => table.read(text, &mut list),
            None => read_plain(text, &mut list),
        }
        if list.mistakes.is_empty() && list.list.people.is_empty() {
            let mend = match mark {
                Mark::Remove => "give one slug or address a line, or mark rows of a table in its column `remove`",
                Mark::Keep => "give one slug or address a line, or mark rows of a table in its column `keep`",
            };
            list.mistakes.push(LineMistake { line: 1, what: "the list asks for nobody".to_owned(), mend });
        }
        list.finish()
    }

    /// Reads a plain list, whatever its first line looks like; it may ask for nobody.
    ///
    /// # Errors
    /// Every line that is not understood, all at once.
    pub fn parse_lines(text: &str) -> Result<Self, Vec<LineMistake>> {
        let mut list = Collected::default();
        read_plain(text.strip_prefix('\u{feff}').unwrap_or(text), &mut list);
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

#[derive(Default)]
struct Collected {
    list: PeopleList,
    seen: HashMap<Slug, u64>,
    mistakes: Vec<LineMistake>,
}

impl Collected {
    fn add(&mut self, line: u64, text: &str) {
        match slug_of(text) {
            Ok(slug) => match self.seen.get(&slug) {
                Some(first) => self.list.duplicates.push(Duplicate { slug, line, first: *first }),
                None => {
                    self.seen.insert(slug.clone(), line);
                    self.list.people.push((slug, line));
                }
            },
            Err(what) => self.wrong(line, what, NOT_A_PERSON),
        }
    }

    fn finish(self) -> Result<PeopleList, Vec<LineMistake>> {
        if self.mistakes.is_empty() { Ok(self.list) } else { Err(self.mistakes) }
    }

    fn wrong(&mut self, line: u64, what: String, mend: &'static str) {
        self.mistakes.push(LineMistake { line, what, mend });
    }
}

fn slug_of(text: &str) -> Result<Slug, String> {
    let looks_like_address = text.contains("://") || text.contains('/') || text.starts_with("www.");
    let read = if looks_like_address { Slug::from_address(text) } else { text.parse() };
    read.map_err(|bad| format!("`{}` is no {}", shown(text), bad.what))
}

/// A text of the file, safe to show and not too long.
fn shown(text: &str) -> String {
    let mut start: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        start.push('…');
    }
    start
}

fn read_plain(text: &str, list: &mut Collected) {
    for (line, number) in text.lines().zip(1..) {
        let entry = line.split('#').next().unwrap_or_default().trim();
        if !entry.is_empty() {
            list.add(number, entry);
        }
    }
}

/// Where the columns of a table are.
struct Table {
    delimiter: u8,
    person: usize,
    mark: Mark,
    marked: Option<usize>,
}

impl Table {
    /// None if the first line that is not empty is not the head of a table.
    fn of(text: &str, mark: Mark) -> Option<Self> {
        let head = text.lines().find(|line| !line.trim().is_empty())?;
        let column = |cell: &str| cell.trim().trim_matches('"').trim().to_lowercase();
        [b',', b';', b'\t'].into_iter().find_map(|delimiter| {
            let cells: Vec<String> = head.split(char::from(delimiter)).map(column).collect();
            let place = |names: &[&str]| cells.iter().position(|cell| names.contains(&cell.as_str()));
            let person = place(&["slug"]).or_else(|| place(&["url", "profile url", "address"]))?;
            (cells.len() > 1 || cells[0] == "slug").then(|| Self {
                delimiter,
                person,
                mark,
                marked: place(&[mark.column()]),
            })
        })
    }

    fn read(&self, text: &str, list: &mut Collected) {
        let Some(marked) = self.marked else {
            let what = format!("the table has no column `{}`", self.mark.column());
            return list.wrong(
                1,
                what,
                "add one and write `yes` in it for each person who is meant, or give a plain list",
            );
        };
        let mut reader =
            csv::ReaderBuilder::new().delimiter(self.delimiter).flexible(true).from_reader(text.as_bytes());
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    self.read_row(&record, marked, line, list);
                }
                Err(wrong) => {
                    let line = wrong.position().map_or(0, csv::Position::line);
                    list.wrong(line, "the row cannot be read".to_owned(), "check its quotes");
                }
            }
        }
    }

    fn read_row(&self, record: &csv::StringRecord, marked: usize, line: u64, list: &mut Collected) {
        let cell = |place: usize| record.get(place).map(str::trim).unwrap_or_default();
        match self.mark.says(cell(marked)) {
            Some(true) => list.add(line, unguarded(cell(self.person))),
            Some(false) => list.list.unmarked += 1,
            None => {
                let (cell, column) = (shown(cell(marked)), self.mark.column());
                let what = format!("`{cell}` in the column `{column}` is neither yes nor no");
                list.wrong(line, what, "write `yes`, or leave it empty");
            }
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

    fn people(text: &str) -> Vec<String> {
        let list = PeopleList::parse(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        list.people.into_iter().map(|(slug, line)| format!("{line} {slug}")).collect()
    }

    fn mistakes(text: &str) -> Vec<String> {
        PeopleList::parse(text).unwrap_err().iter().map(ToString::to_string).collect()
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
        let list = PeopleList::parse("jane\nbob\nhttps://www.linkedin.com/in/JANE\n").unwrap();
        assert_eq!(list.people.len(), 2);
        assert_eq!(list.duplicates, [Duplicate { slug: "jane".parse().unwrap(), line: 3, first: 1 }]);
    }

    #[test]
    fn only_marked_rows_of_a_table_count() {
        for delimiter in [",", ";", "\t"] {
            let text = "slug,first_name,company,remove\njane,Jane,\"Acme, Inc.\",yes\nbob,Bob,\"two\nlines\",\nkim,Kim,Acme,X\neve,Eve,Acme,No\nann,Ann,A,1\n"
                .replace("Acme, Inc.", "Acme")
                .replace(',', delimiter);
            let list = PeopleList::parse(&text).unwrap();
            assert_eq!(people(&text), ["2 jane", "5 kim", "7 ann"]);
            assert_eq!(list.unmarked, 2);
        }
        assert_eq!(people("Remove,URL\ntrue,https://www.linkedin.com/in/jane\n"), ["2 jane"]);
        assert_eq!(people("slug,remove\n'-dash-,yes\n"), ["2 -dash-"]);
        assert_eq!(people("slug,note,remove\njane,\"a, b; c\",yes\n"), ["2 jane"]);
    }

    #[test]
    fn the_keep_list_has_a_column_of_its_own() {
        let list =
            PeopleList::parse_marked("slug,remove,keep\njane,yes,\nbob,,keep\nkim,,remove\n", Mark::Keep).unwrap();
        assert_eq!((list.people.len(), list.people[0].0.as_str(), list.unmarked), (1, "bob", 2));
        let said = PeopleList::parse_marked("slug,remove\njane,yes\n", Mark::Keep).unwrap_err();
        assert!(said[0].what.contains("no column `keep`"), "{said:?}");
    }

    #[test]
    fn a_list_of_lines_is_never_taken_for_a_table() {
        let list = PeopleList::parse_lines("jane  # Jane Doe, url, slug\n#bob\n").unwrap();
        assert_eq!(list.people, [("jane".parse().unwrap(), 1)]);
        assert!(PeopleList::parse_lines("# nobody\n").unwrap().people.is_empty());
        assert_eq!(PeopleList::parse_lines("slug,remove\nx y\n").unwrap_err()[0].line, 2);
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
        let list = PeopleList::parse("bob\nnobody\njane\n").unwrap();
        let resolved = list.resolve(&known, &keep);
        assert_eq!(resolved.chosen, [&known[0]]);
        assert_eq!(resolved.kept, [(&known[1], &Kept::default())]);
        assert_eq!(resolved.unknown, [("nobody".parse().unwrap(), 2)]);
    }
}
