//! Turns the rows of `Connections.csv` into people.

use std::collections::HashMap;
use std::io::{self, Cursor, Read};

use csv::ByteRecord;

use super::dialect::{Columns, detect};
use super::error::Refusal;
use super::guard::{Guard, Stop, stop_in};
use crate::event::address::{self, NoProfile};
use crate::event::id::{Digest, Slug};
use crate::plan::day::{self, Written};
use crate::plan::person::{NotRead, Person};
use crate::plan::tabular::{self, Head, Row as Cells, Rows as Reader};

/// Something about one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// The line that the row begins on, from 1.
    pub line: u64,
    /// What; texts of the file in it are escaped and short.
    pub why: String,
}

/// A refusal, and the line it is about.
pub(super) type Refused = (Option<u64>, Refusal);

/// Notes and head lie within the first bytes.
const START: u64 = 64 * 1024;
/// A network has at most 30,000 people; a file with many more is something else.
const MOST_ROWS: u64 = 250_000;
/// A cell beyond this is kept out, and its row with it.
const MOST_IN_A_CELL: usize = 64 * 1024;
/// So many rows may be empty: spreadsheets fill a table up with them.
const MOST_PADDING: u64 = 2_000_000;

/// What the rows say.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) people: Vec<Person>,
    pub(super) rows: u64,
    pub(super) unreachable: u64,
    pub(super) has_addresses: bool,
    pub(super) skipped: Vec<RowProblem>,
    pub(super) undated: Vec<RowProblem>,
    pub(super) not_read: NotRead,
    pub(super) duplicates: u64,
    pub(super) sha256: Digest,
}

/// Reads a table of which at most `most` bytes may come.
pub(super) fn read(source: impl Read, most: u64) -> Result<Table, Refused> {
    let mut guard = Guard::new(source, most, u64::MAX);
    let mut start = Vec::new();
    guard.by_ref().take(START).read_to_end(&mut start).map_err(|error| io_refusal(&error))?;
    let mark = if start.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    if let Some(looks_like) = tabular::kind_of(&start) {
        return Err((None, Refusal::NoTable { looks_like }));
    }
    let head = detect(&start[mark..]).map_err(|refusal| (None, refusal))?;
    let mut beginning = Cursor::new(start);
    beginning.set_position(mark as u64);
    let mut reader = Reader::after(beginning.chain(guard), head.delimiter, head.line).map_err(stopped)?;
    let mut rows = Rows::new(head.columns.address.is_some());
    rows.read_all(&mut reader, &head)?;
    Ok(rows.finish(reader.into_inner().into_inner().1.digest()))
}

fn stopped(stop: tabular::Stop) -> Refused {
    match stop {
        tabular::Stop::Io(error) => io_refusal(&error),
        tabular::Stop::TooLong { line } => (Some(line), Refusal::RowTooLong),
        tabular::Stop::Runaway { line, to } => (Some(line), Refusal::RunawayRow { to }),
    }
}

/// What a reader's error says about the file.
fn io_refusal(error: &io::Error) -> Refused {
    match stop_in(error) {
        Some(Stop::Utf16) => (None, Refusal::Utf16),
        Some(Stop::Nul { line }) => (Some(line), Refusal::Nul),
        Some(Stop::RowTooLong) => (None, Refusal::RowTooLong),
        Some(Stop::TooMuch) => (None, Refusal::Bomb),
        None if matches!(
            error.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof
        ) =>
        {
            (None, Refusal::DamagedArchive)
        }
        None => (None, Refusal::Unreadable(error.kind())),
    }
}

struct Rows {
    table: Table,
    places: HashMap<Slug, usize>,
}

/// What one row came to.
enum Row {
    Person(Person),
    Undated(Person, String),
    Unreachable,
    Skipped(String),
}

impl Rows {
    fn new(has_addresses: bool) -> Self {
        let table = Table {
            people: Vec::new(),
            rows: 0,
            unreachable: 0,
            has_addresses,
            skipped: Vec::new(),
            undated: Vec::new(),
            not_read: NotRead::default(),
            duplicates: 0,
            sha256: Digest::ZERO,
        };
        Self { table, places: HashMap::new() }
    }

    fn finish(mut self, sha256: Digest) -> Table {
        self.table.sha256 = sha256;
        self.table
    }

    fn read_all<R: Read>(&mut self, reader: &mut Reader<R>, head: &Head<Columns>) -> Result<(), Refused> {
        let is_row = |cells: &ByteRecord| is_row(cells, &head.columns);
        let mut padding: u64 = 0;
        while let Some(row) = reader.next(&is_row).map_err(stopped)? {
            if row.is_padding() {
                padding += 1;
                if padding > MOST_PADDING {
                    return Err((Some(row.line), Refusal::TooManyRows));
                }
                continue;
            }
            let read = person_of(&row, &head.columns);
            if matches!(read, Row::Skipped(_)) {
                self.not_read(&row);
            }
            self.take(row.line, read)?;
        }
        Ok(())
    }

    /// Notes whose row was left out: everybody whose address stands in it, or anybody where none does.
    fn not_read(&mut self, row: &Cells) {
        let of = |cell: &[u8]| address::read(std::str::from_utf8(cell).ok()?.trim().trim_matches('"')).ok();
        let named: Vec<Slug> = row.cells.iter().filter_map(of).collect();
        if named.is_empty() {
            self.table.not_read.anybody += 1;
        }
        self.table.not_read.slugs.extend(named);
    }

    fn take(&mut self, line: u64, row: Row) -> Result<(), Refused> {
        self.table.rows += 1;
        if self.table.rows > MOST_ROWS {
            return Err((Some(line), Refusal::TooManyRows));
        }
        match row {
            Row::Person(person) => self.add(person),
            Row::Undated(person, why) => {
                self.table.undated.push(RowProblem { line, why });
                self.add(person);
            }
            Row::Unreachable => self.table.unreachable += 1,
            Row::Skipped(why) => self.table.skipped.push(RowProblem { line, why }),
        }
        Ok(())
    }

    fn add(&mut self, person: Person) {
        match self.places.get(&person.slug) {
            Some(place) => {
                self.table.duplicates += 1;
                self.table.people[*place] = person;
            }
            None => {
                self.places.insert(person.slug.clone(), self.table.people.len());
                self.table.people.push(person);
            }
        }
    }
}

/// Whether cells are a row of their own beyond doubt: as many as the head has, with an address and a day where they belong.
fn is_row(cells: &ByteRecord, columns: &Columns) -> bool {
    let text = |place: usize| cells.get(place).map(|cell| String::from_utf8_lossy(cell).trim().to_owned());
    let is_address = |cell: &String| address::read(cell).is_ok();
    let is_day = |cell: &String| day::read(cell) != Written::No;
    cells.len() == columns.width
        && columns.address.is_none_or(|place| text(place).as_ref().is_some_and(is_address))
        && text(columns.connected_on).as_ref().is_some_and(is_day)
}

fn person_of(row: &Cells, columns: &Columns) -> Row {
    if row.is_torn {
        return Row::Skipped("a `\"` in it has no end".to_owned());
    }
    let row = &row.cells;
    let cells = row.len();
    let empty_from = |first: usize| row.iter().skip(first).all(|cell| cell.trim_ascii().is_empty());
    if cells < columns.width || (cells > columns.width && !empty_from(columns.width)) {
        let cells = if cells == 1 { "1 cell".to_owned() } else { format!("{cells} cells") };
        return Row::Skipped(format!("it has {cells} where the head has {}", columns.width));
    }
    let read = |place: Option<usize>| -> Result<String, String> {
        let cell = place.and_then(|place| row.get(place)).unwrap_or_default();
        if cell.len() > MOST_IN_A_CELL {
            return Err("a cell of it is longer than 64 KiB".to_owned());
        }
        std::str::from_utf8(cell).map(|text| text.trim().to_owned()).map_err(|_| "it is not text in UTF-8".to_owned())
    };
    let person = || -> Result<Option<(Person, String)>, String> {
        let address = read(columns.address)?;
        if address.is_empty() {
            return Ok(None);
        }
        let slug = address::read(&address).map_err(|none| no_address(&address, &none))?;
        let date = read(Some(columns.connected_on))?;
        let person = Person {
            slug,
            first_name: read(Some(columns.first_name))?,
            last_name: read(Some(columns.last_name))?,
            company: read(columns.company)?,
            position: read(columns.position)?,
            connected_on: day::read(&date).day(),
        };
        Ok(Some((person, date)))
    };
    match person() {
        Err(why) => Row::Skipped(why),
        Ok(None) => Row::Unreachable,
        Ok(Some((person, date))) if person.connected_on.is_none() && !date.is_empty() => {
            Row::Undated(person, no_day(&date))
        }
        Ok(Some((person, _))) => Row::Person(person),
    }
}

/// What a date's cell holds that is none.
fn no_day(cell: &str) -> String {
    let date: String = cell.chars().take(40).flat_map(char::escape_debug).collect();
    match day::read(cell) {
        Written::Either(one, other) => format!("`{date}` may be {one} or {other}; write it like `{one}`"),
        Written::Serial => {
            format!("`{date}` is a spreadsheet's number of a day; format the column as dates and save again")
        }
        Written::Day(_) | Written::No => format!("`{date}` is no date like `08 Feb 2026`"),
    }
}

/// A cell that moved may hold a mail address, and those are kept nowhere, not even in messages.
fn no_address(cell: &str, none: &NoProfile) -> String {
    if cell.contains('@') {
        return if cell.contains("://") {
            "its `URL` names a user before the host, which no profile address does".to_owned()
        } else {
            "its `URL` is no profile address".to_owned()
        };
    }
    none.what()
}
