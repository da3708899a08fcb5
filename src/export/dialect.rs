//! How a table is written: its delimiter and its columns, found by content, because some exports begin with notes.

use csv::ByteRecord;

use super::error::{OURS, Refusal};

/// The head is looked for in so many first rows.
const HEAD_WITHIN: usize = 20;

/// Which cell of a row holds what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) first_name: usize,
    pub(super) last_name: usize,
    pub(super) address: Option<usize>,
    pub(super) company: Option<usize>,
    pub(super) position: Option<usize>,
    pub(super) connected_on: usize,
    /// How many cells the head has.
    pub(super) width: usize,
}

impl Columns {
    /// None if the row is not the head of a table of connections.
    fn of(row: &ByteRecord) -> Option<Self> {
        let place = |name: &str| row.iter().position(|cell| cell.trim_ascii().eq_ignore_ascii_case(name.as_bytes()));
        Some(Self {
            first_name: place("First Name")?,
            last_name: place("Last Name")?,
            connected_on: place("Connected On")?,
            address: place("URL").or_else(|| place("Profile URL")),
            company: place("Company"),
            position: place("Position"),
            width: row.len(),
        })
    }
}

/// How a table is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    pub(super) columns: Columns,
    /// How many rows lie above the first person, the head included.
    pub(super) rows_above: usize,
}

/// Finds out from the beginning of a file, without byte order mark.
///
/// The export has commas; other programs save it with semicolons or tabs.
pub(super) fn detect(start: &[u8]) -> Result<Dialect, Refusal> {
    if start.trim_ascii().is_empty() {
        return Err(Refusal::Empty);
    }
    for delimiter in [b',', b';', b'\t'] {
        for (index, row) in rows(start, delimiter).enumerate() {
            if let Some(columns) = Columns::of(&row) {
                return Ok(Dialect { delimiter, columns, rows_above: index + 1 });
            }
        }
    }
    Err(refusal(start))
}

fn rows(start: &[u8], delimiter: u8) -> impl Iterator<Item = ByteRecord> {
    let reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(start);
    reader.into_byte_records().take(HEAD_WITHIN).filter_map(Result::ok)
}

fn refusal(start: &[u8]) -> Refusal {
    let begins = |magic: &[u8]| start.trim_ascii_start().to_ascii_lowercase().starts_with(magic);
    let looks_like = [
        (b"%pdf".as_slice(), "a PDF document"),
        (b"<!doctype", "a web page"),
        (b"<html", "a web page"),
        (b"<?xml", "an XML document"),
        (b"{", "a JSON document"),
        (b"[", "a JSON document"),
        (&[0x1f, 0x8b], "a gzip archive"),
        (&[0x89, b'p', b'n', b'g'], "a picture"),
        (&[0xff, 0xd8, 0xff], "a picture"),
        (&[0xd0, 0xcf, 0x11, 0xe0], "an old spreadsheet"),
    ];
    if let Some((_, looks_like)) = looks_like.into_iter().find(|(magic, _)| begins(magic)) {
        return Refusal::NoTable { looks_like };
    }
    let first = start.trim_ascii_start().split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let Ok(head) = std::str::from_utf8(first) else {
        return Refusal::NoTable { looks_like: "no text in UTF-8" };
    };
    let has = |names: &[&str]| names.iter().all(|name| head.split(',').any(|cell| cell.trim_matches('"') == *name));
    let known_as = if has(&["From", "To", "Direction"]) {
        Some("the export's `Invitations.csv`")
    } else if has(&["slug"]) {
        Some(OURS)
    } else {
        None
    };
    Refusal::OtherTable { head: head.chars().take(80).collect(), known_as }
}
