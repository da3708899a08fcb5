//! Rows of cells out of a text that a person brought: the one reader of exports and of lists of people.
//!
//! Lines end with CR, LF or both, and are counted as an editor counts them. A row may go over several lines where a cell in
//! quotes does; where an opening quote has no end of its own, what it swallowed is taken apart again.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

use csv::ByteRecord;

/// No row comes near; a quote that is never closed does.
pub const MOST_IN_A_ROW: usize = 1024 * 1024;
/// A row with so many lines has lost a quote: names and companies do not have that many.
const MOST_LINES_IN_A_ROW: usize = 50;
/// A head is looked for in so many first rows.
const HEAD_WITHIN: usize = 20;

/// A row as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line that it begins on, from 1.
    pub line: u64,
    /// The line that it ends on.
    pub to: u64,
    /// Its cells.
    pub cells: ByteRecord,
    /// Whether a quote in it has no end; then the cells are cut at every delimiter, and nothing of them is certain.
    pub is_torn: bool,
}

impl Row {
    /// Whether nothing stands in it.
    #[must_use]
    pub fn is_padding(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim_ascii().is_empty())
    }
}

/// Why no row can be read any more.
#[derive(Debug)]
pub enum Stop {
    /// The source cannot be read.
    Io(io::Error),
    /// A row is longer than 1 MiB.
    TooLong {
        /// The line that it begins on.
        line: u64,
    },
    /// A row runs on over so many lines that a quote must be missing, and none of them is a row of its own.
    Runaway {
        /// The line that it begins on.
        line: u64,
        /// The last line that was looked at.
        to: u64,
    },
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A line with its end.
struct Line {
    number: u64,
    bytes: Vec<u8>,
}

impl Line {
    fn is_blank(&self) -> bool {
        self.bytes.trim_ascii().is_empty()
    }
}

/// Reads rows, one after the other.
pub struct Rows<R> {
    source: BufReader<R>,
    number: u64,
    delimiter: u8,
    pending: VecDeque<Line>,
}

impl<R: Read> Rows<R> {
    /// Rows whose cells are parted by that byte, without those up to the given line.
    ///
    /// # Errors
    /// As [`Rows::next`].
    pub fn after(source: R, delimiter: u8, line: u64) -> Result<Self, Stop> {
        let mut rows = Self { source: BufReader::new(source), number: 0, delimiter, pending: VecDeque::new() };
        while rows.number < line && rows.take_line()?.is_some() {}
        Ok(rows)
    }

    /// The next row that is not an empty line; none at the end.
    ///
    /// `is_row` says whether cells are a row of their own beyond doubt. It is asked of the lines within a row of several.
    ///
    /// # Errors
    /// Why nothing more can be read.
    pub fn next(&mut self, is_row: &dyn Fn(&ByteRecord) -> bool) -> Result<Option<Row>, Stop> {
        let first = loop {
            match self.take_line()? {
                Some(line) if line.is_blank() => {}
                Some(line) => break line,
                None => return Ok(None),
            }
        };
        if let Some(cells) = self.whole(&first.bytes) {
            return Ok(Some(Row { line: first.number, to: first.number, cells, is_torn: false }));
        }
        self.over_lines(first, is_row).map(Some)
    }

    /// What the rows are read from.
    #[must_use]
    pub fn into_inner(self) -> R {
        self.source.into_inner()
    }

    /// A row that the first of its lines does not end.
    fn over_lines(&mut self, first: Line, is_row: &dyn Fn(&ByteRecord) -> bool) -> Result<Row, Stop> {
        let line = first.number;
        let mut text = first.bytes.clone();
        let mut more: VecDeque<Line> = VecDeque::new();
        let mut whole = None;
        while whole.is_none() && more.len() < MOST_LINES_IN_A_ROW && text.len() <= MOST_IN_A_ROW {
            let Some(next) = self.take_line()? else { break };
            text.extend(&next.bytes);
            more.push_back(next);
            whole = self.whole(&text);
        }
        // Where the first line is a row of its own, the break stands in a cell that ought to have ended before it.
        let is_break = |cell: &[u8]| cell.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
        let broken = whole.as_ref().and_then(|cells| cells.iter().position(is_break));
        let begin = self.torn(&first.bytes);
        let runs_over = is_row(&begin) && broken.is_some_and(|place| place + 1 < begin.len());
        let is_one = |line: &Line| self.whole(&line.bytes).is_some_and(|cells| is_row(&cells));
        let swallows = runs_over || more.iter().any(is_one);
        let to = more.back().map_or(line, |line| line.number);
        match whole {
            Some(cells) if !swallows => Ok(Row { line, to, cells, is_torn: false }),
            None if !swallows && text.len() > MOST_IN_A_ROW => Err(Stop::TooLong { line }),
            None if !swallows && !more.is_empty() => Err(Stop::Runaway { line, to }),
            _ => {
                more.append(&mut self.pending);
                self.pending = more;
                Ok(Row { line, to: line, cells: begin, is_torn: true })
            }
        }
    }

    fn take_line(&mut self) -> Result<Option<Line>, Stop> {
        if let Some(line) = self.pending.pop_front() {
            return Ok(Some(line));
        }
        let number = self.number + 1;
        let mut bytes = Vec::new();
        loop {
            let buffer = self.source.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let end = buffer.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let taken = end.map_or(buffer.len(), |end| end + 1);
            bytes.extend(&buffer[..taken]);
            self.source.consume(taken);
            if bytes.len() > MOST_IN_A_ROW {
                return Err(Stop::TooLong { line: number });
            }
            if end.is_some() {
                break;
            }
        }
        if bytes.ends_with(b"\r") && self.source.fill_buf()?.first() == Some(&b'\n') {
            bytes.push(b'\n');
            self.source.consume(1);
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        self.number = number;
        Ok(Some(Line { number, bytes }))
    }

    /// The cells of a row; none if a quote in it is still open.
    fn whole(&self, text: &[u8]) -> Option<ByteRecord> {
        let (cells, is_whole) = cells(text, self.delimiter, true);
        is_whole.then_some(cells)
    }

    fn torn(&self, text: &[u8]) -> ByteRecord {
        cells(text, self.delimiter, false).0
    }
}

/// The cells of one row, and whether it came to its end: a quote in it may still be open.
fn cells(text: &[u8], delimiter: u8, quoting: bool) -> (ByteRecord, bool) {
    // The end of the last line ends its row too, unless a quote is open.
    let text = if text.ends_with(b"\n") || text.ends_with(b"\r") { text.to_vec() } else { [text, b"\n"].concat() };
    let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).quoting(quoting).build();
    let mut bytes = vec![0; text.len()];
    let mut ends = vec![0; text.iter().filter(|byte| **byte == delimiter).count() + 1];
    let (result, _, _, fields) = reader.read_record(&text, &mut bytes, &mut ends);
    let mut row = ByteRecord::new();
    let mut begin = 0;
    for end in &ends[..fields] {
        row.push_field(&bytes[begin..*end]);
        begin = *end;
    }
    (row, result == csv_core::ReadRecordResult::Record)
}

/// Where a table begins and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head<T> {
    /// What parts its cells.
    pub delimiter: u8,
    /// The last line of the head; rows begin after it.
    pub line: u64,
    /// What the caller made of the head's cells.
    pub columns: T,
}

/// Finds the head of a table below notes, in the beginning of a text without its byte order mark. Tables are parted by
/// commas, semicolons or tabs; a first line `sep=;` says by what.
pub fn find_head<T>(start: &[u8], columns: impl Fn(&ByteRecord) -> Option<T>) -> Option<Head<T>> {
    let told = told_delimiter(start);
    let delimiters = told.map_or_else(|| vec![b',', b';', b'\t'], |delimiter| vec![delimiter]);
    delimiters.into_iter().find_map(|delimiter| {
        let mut rows = Rows::after(start, delimiter, u64::from(told.is_some())).ok()?;
        let is_head = |cells: &ByteRecord| columns(cells).is_some();
        for _ in 0..HEAD_WITHIN {
            let row = rows.next(&is_head).ok()??;
            if let Some(columns) = columns(&row.cells).filter(|_| !row.is_torn) {
                return Some(Head { delimiter, line: row.to, columns });
            }
        }
        None
    })
}

/// What a first line `sep=;` names, as spreadsheets write it.
fn told_delimiter(start: &[u8]) -> Option<u8> {
    let line = start.split(|byte| matches!(byte, b'\n' | b'\r')).next()?.trim_ascii_start();
    let line = line.strip_prefix(b"\"").and_then(|line| line.trim_ascii_end().strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter, ..]
            if matches!(delimiter, b',' | b';' | b'\t' | b'|') =>
        {
            Some(*delimiter)
        }
        _ => None,
    }
}

/// The row that looks most like a head: the first of the first rows with the most cells that hold something.
#[must_use]
pub fn likely_head(start: &[u8]) -> Vec<String> {
    let mut best: Vec<String> = Vec::new();
    for delimiter in [b',', b';', b'\t'] {
        let Ok(mut rows) = Rows::after(start, delimiter, u64::from(told_delimiter(start).is_some())) else { continue };
        for _ in 0..HEAD_WITHIN {
            let Ok(Some(row)) = rows.next(&|_| false) else { break };
            let cells: Vec<String> =
                row.cells.iter().map(|cell| String::from_utf8_lossy(cell.trim_ascii()).into_owned()).collect();
            let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.is_empty()).count();
            if filled(&cells) > filled(&best) {
                best = cells;
            }
        }
    }
    best
}

/// What a file is that is no text, by its first bytes: `a PDF document`; none: it may be text.
#[must_use]
pub fn kind_of(start: &[u8]) -> Option<&'static str> {
    let begins = |magic: &[u8]| start.starts_with(magic);
    let text = start.trim_ascii_start().to_ascii_lowercase();
    let kinds: [(bool, &'static str); 15] = [
        (text.starts_with(b"%pdf"), "a PDF document"),
        (text.starts_with(b"<!doctype") || text.starts_with(b"<html"), "a web page"),
        (text.starts_with(b"<?xml"), "an XML document"),
        (text.starts_with(b"{\\rtf"), "a document of a word processor (RTF)"),
        (text.starts_with(b"{"), "a JSON document"),
        (begins(b"\x1f\x8b"), "a gzip (.gz) file"),
        (begins(b"BZh") || begins(b"\xfd7zXZ") || begins(b"\x28\xb5\x2f\xfd"), "a packed file"),
        (begins(b"7z\xbc\xaf") || begins(b"Rar!"), "an archive (.7z or .rar) file"),
        (begins(b"\xd0\xcf\x11\xe0"), "an old spreadsheet (.xls) or document file"),
        (begins(b"\x89PNG") || begins(b"\xff\xd8\xff") || begins(b"GIF8"), "a picture"),
        (begins(b"II*\0") || begins(b"MM\0*") || (begins(b"RIFF") && start.get(8..12) == Some(b"WEBP")), "a picture"),
        (start.get(4..8) == Some(b"ftyp"), "a picture or a film"),
        (begins(b"SQLite format 3"), "a database"),
        (begins(b"\x7fELF") || begins(b"MZ"), "a program"),
        (begins(b"!<arch>"), "an archive"),
    ];
    kinds.into_iter().find(|(is, _)| *is).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<String> {
        let mut rows = Rows::after(text.as_bytes(), b',', 0).unwrap();
        let mut said = Vec::new();
        while let Some(row) = rows.next(&|cells| cells.len() == 3 && &cells[2] == b"ok").unwrap() {
            let cells: Vec<_> = row.cells.iter().map(String::from_utf8_lossy).collect();
            said.push(format!("{}-{}{} {}", row.line, row.to, if row.is_torn { " torn" } else { "" }, cells.join("|")));
        }
        said
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = "a,b,ok\n\n\nc,\"d\ne\",ok\n\nf,g,ok".replace('\n', end);
            assert_eq!(rows(&text), ["1-1 a|b|ok", &format!("4-5 c|d{end}e|ok"), "7-7 f|g|ok"], "{end:?}");
        }
        assert_eq!(rows("a,\"b\"\"c\",\"\"\n,,\n"), ["1-1 a|b\"c|", "2-2 ||"]);
    }

    #[test]
    fn what_an_open_quote_swallowed_is_taken_apart() {
        assert_eq!(
            rows("a,\"b,ok\nc,d,ok\ne,\"f\",ok\ng,h,ok\n"),
            ["1-1 torn a|\"b|ok", "2-2 c|d|ok", "3-3 e|f|ok", "4-4 g|h|ok"]
        );
        assert_eq!(rows("a,b,ok\nc,\"d,ok"), ["1-1 a|b|ok", "2-2 torn c|\"d|ok"]);
        assert_eq!(rows("\"a,b,ok\n\"c,d,ok\ne,f,ok\n"), ["1-1 torn \"a|b|ok", "2-2 torn \"c|d|ok", "3-3 e|f|ok"]);
    }

    #[test]
    fn a_row_that_runs_on_without_one_within_it_is_refused() {
        let text = format!("\"a\n{}", "x\n".repeat(60));
        let mut rows = Rows::after(text.as_bytes(), b',', 0).unwrap();
        assert!(matches!(rows.next(&|_| false), Err(Stop::Runaway { line: 1, to: 51 })));
        let mut rows = Rows::after("\"a\nb\n".as_bytes(), b',', 0).unwrap();
        assert!(matches!(rows.next(&|_| false), Err(Stop::Runaway { line: 1, to: 2 })));
        let long = "x".repeat(MOST_IN_A_ROW + 1);
        assert!(matches!(Rows::after(long.as_bytes(), b',', 1), Err(Stop::TooLong { line: 1 })));
    }

    #[test]
    fn a_head_is_found_below_notes_and_a_line_that_names_the_delimiter() {
        let columns = |cells: &ByteRecord| cells.iter().position(|cell| cell == b"slug");
        for (text, delimiter, line) in [
            ("slug,x\n", b',', 1),
            ("sep=;\r\nslug;x\r\n", b';', 2),
            ("\"sep=;\"\rx;slug\r", b';', 2),
            ("Notes:\n\"some \"\"text\"\"\nof two lines\"\n\nx\tslug\n", b'\t', 5),
            ("Notes: \n\"an open quote\nslug,x\n", b',', 3),
        ] {
            let head = find_head(text.as_bytes(), columns).unwrap();
            assert_eq!((head.delimiter, head.line), (delimiter, line), "{text:?}");
        }
        assert_eq!(likely_head(b"Notes:\nbla\n\nVorname;Nachname;URL\nA;B;C\n"), ["Vorname", "Nachname", "URL"]);
    }

    proptest! {
        #[test]
        fn rows_are_those_of_the_library_where_nothing_is_torn(table in proptest::collection::vec(proptest::collection::vec("[a-z \n\",]{0,4}", 2..4), 0..8)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).quote_style(csv::QuoteStyle::Always).from_writer(vec![]);
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            let mut rows = Rows::after(&text[..], b',', 0).unwrap();
            for row in &table {
                let read = rows.next(&|_| false).unwrap().unwrap();
                prop_assert!(!read.is_torn);
                prop_assert_eq!(read.cells.iter().map(<[u8]>::to_vec).collect::<Vec<_>>(), row.iter().map(|cell| cell.clone().into_bytes()).collect::<Vec<_>>());
            }
            prop_assert!(rows.next(&|_| false).unwrap().is_none());
        }

        #[test]
        fn no_bytes_make_it_panic_and_no_line_is_passed_over(bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), Just(b'a')], 0..80)) {
            let mut rows = Rows::after(&bytes[..], b',', 0).unwrap();
            let mut before = 0;
            while let Ok(Some(row)) = rows.next(&|cells| cells.len() > 1) {
                prop_assert!(row.line > before && row.to >= row.line);
                before = row.to;
            }
        }
    }
}
