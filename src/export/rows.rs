//! Turns the rows of `Connections.csv` into people.

use std::collections::HashMap;
use std::io::{self, Cursor, Read};

use csv::ByteRecord;

use super::connected_on;
use super::dialect::{Columns, Dialect, detect};
use super::error::Refusal;
use super::guard::{Guard, Leash, Stop, stop_in};
use crate::event::id::{BadId, Digest, Slug};
use crate::plan::person::Person;

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
/// No row of an export comes near; a quote that is never closed does.
const MOST_IN_A_ROW: u64 = 1024 * 1024;
/// A row with so many lines has lost a quote: names and companies do not have that many.
const MOST_LINES_IN_A_ROW: u64 = 50;
/// A network has at most 30,000 people; a file with many more is something else.
const MOST_ROWS: u64 = 250_000;
/// A cell beyond this is kept out, and its row with it.
const MOST_IN_A_CELL: usize = 64 * 1024;
/// The parser's own buffer, by which it reads ahead.
const BUFFER: usize = 64 * 1024;

/// What the rows say.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) people: Vec<Person>,
    pub(super) rows: u64,
    pub(super) unreachable: u64,
    pub(super) has_addresses: bool,
    pub(super) skipped: Vec<RowProblem>,
    pub(super) undated: Vec<RowProblem>,
    pub(super) duplicates: u64,
    pub(super) sha256: Digest,
}

/// Reads a table of which at most `most` bytes may come.
pub(super) fn read(source: impl Read, most: u64) -> Result<Table, Refused> {
    let mut guard = Guard::new(source, most, u64::MAX);
    let mut start = Vec::new();
    guard.by_ref().take(START).read_to_end(&mut start).map_err(|error| io_refusal(&error))?;
    let mark = if start.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let dialect = detect(&start[mark..]).map_err(|refusal| (None, refusal))?;
    let leash = guard.leash();
    let (rest, guard) = (Cursor::new(start), guard);
    let whole = rest.chain(guard);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(dialect.delimiter)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(BUFFER)
        .from_reader(whole);
    let mut rows = Rows::new(dialect.columns.address.is_some());
    rows.read_all(&mut reader, &dialect, &leash)?;
    Ok(rows.finish(reader.into_inner().into_inner().1.digest()))
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
            duplicates: 0,
            sha256: Digest::ZERO,
        };
        Self { table, places: HashMap::new() }
    }

    fn finish(mut self, sha256: Digest) -> Table {
        self.table.sha256 = sha256;
        self.table
    }

    fn read_all<R: Read>(
        &mut self,
        reader: &mut csv::Reader<R>,
        dialect: &Dialect,
        leash: &Leash,
    ) -> Result<(), Refused> {
        let mut row = ByteRecord::new();
        for index in 0.. {
            let begin = reader.position().line();
            leash.move_to(reader.position().byte() + MOST_IN_A_ROW + BUFFER as u64);
            match reader.read_byte_record(&mut row) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return Err(csv_refusal(&error, begin)),
            }
            let line = row.position().map_or(begin, csv::Position::line);
            let end = reader.position().line();
            if end > line + MOST_LINES_IN_A_ROW {
                return Err((Some(line), Refusal::RunawayRow { to: end - 1 }));
            }
            if index >= dialect.rows_above {
                self.take(line, person_of(&row, &dialect.columns))?;
            }
        }
        Ok(())
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

fn csv_refusal(error: &csv::Error, line: u64) -> Refused {
    match error.kind() {
        csv::ErrorKind::Io(error) => match io_refusal(error) {
            (None, Refusal::RowTooLong) => (Some(line), Refusal::RowTooLong),
            other => other,
        },
        _ => (Some(line), Refusal::RowTooLong),
    }
}

fn person_of(row: &ByteRecord, columns: &Columns) -> Row {
    let cells = row.len();
    let empty_from = |first: usize| row.iter().skip(first).all(|cell| cell.trim_ascii().is_empty());
    if cells < columns.width || (cells > columns.width && !empty_from(columns.width)) {
        return Row::Skipped(format!("it has {cells} cells where the head has {}", columns.width));
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
        let slug = Slug::from_address(&address).map_err(|bad| no_address(&address, &bad))?;
        let date = read(Some(columns.connected_on))?;
        let person = Person {
            slug,
            first_name: read(Some(columns.first_name))?,
            last_name: read(Some(columns.last_name))?,
            company: read(columns.company)?,
            position: read(columns.position)?,
            connected_on: connected_on::parse(&date),
        };
        Ok(Some((person, date)))
    };
    match person() {
        Err(why) => Row::Skipped(why),
        Ok(None) => Row::Unreachable,
        Ok(Some((person, date))) if person.connected_on.is_none() && !date.is_empty() => {
            let date: String = date.chars().take(40).flat_map(char::escape_debug).collect();
            Row::Undated(person, format!("`{date}` is no date like `08 Feb 2026`"))
        }
        Ok(Some((person, _))) => Row::Person(person),
    }
}

/// A cell that moved may hold a mail address, and those are kept nowhere, not even in messages.
fn no_address(cell: &str, bad: &BadId) -> String {
    if cell.contains('@') {
        return "its `URL` is no profile address".to_owned();
    }
    bad.to_string().chars().take(200).collect()
}
