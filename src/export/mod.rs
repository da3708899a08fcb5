//! Reads the official export, CSV or zip, into rows; and writes rows as a CSV that cannot make a spreadsheet run anything.
//!
//! [`read`] streams `Connections.csv`, as it is or inside the archive, without unpacking anything to disk. E-mail
//! addresses are passed over: they are never turned into text, let alone kept. Where the people go is not known here.

mod dialect;
mod error;
mod guard;
mod rows;
pub mod table;
mod ties;
mod zipped;

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use jiff::civil::Date;

pub use self::error::{ExportError, Refusal};
pub use self::rows::RowProblem;
use crate::event::id::Digest;
use crate::plan::person::{NotRead, Person};
use crate::plan::tabular;
use crate::plan::ties::TieCounts;

/// What an export holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Everybody with a profile's address, each once, in the order of the file.
    pub people: Vec<Person>,
    /// How many rows there are below the head.
    pub rows: u64,
    /// How many rows have no address: hidden or closed members, whom nothing can reach.
    pub unreachable: u64,
    /// Whether the file has a column for addresses at all; exports from before the middle of 2023 have none, and then
    /// every row is unreachable.
    pub has_addresses: bool,
    /// Rows that were left out, and why.
    pub skipped: Vec<RowProblem>,
    /// Rows that were taken without a date, because theirs is not understood.
    pub undated: Vec<RowProblem>,
    /// Whom the rows that were left out may be about.
    pub not_read: NotRead,
    /// How many rows repeat a person whom another row names too; the last row of a person counts.
    pub duplicates: u64,
    /// When it was made: the date in the archive's name, else that of the file.
    pub written: Option<Date>,
    /// The name of the file that was read.
    pub file_name: String,
    /// What the other files of the archive say about these people, counted; nothing where there are none.
    pub ties: TieCounts,
    /// Files that those counts would come from and that could not be read.
    pub unread: Vec<String>,
    /// The hash of the bytes of `Connections.csv`, the same as it is or inside an archive.
    pub sha256: Digest,
}

/// How a zip archive begins: with a file, empty, or in parts.
const ARCHIVES: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];

/// Reads the official export: `Connections.csv`, or the zip archive that holds it.
///
/// Its first bytes decide which of the two it is, not its name. Memory grows with the people, not with the file:
/// a row may have at most 1 MiB, a file 250,000 rows, and an archive may not blow up beyond reason.
///
/// # Errors
/// The file cannot be read, or is not an export of connections; the error says where, what, and what to do.
pub fn read(path: &Path) -> Result<Export, ExportError> {
    let file_name =
        path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let refuse = |(line, refusal)| ExportError { file: file_name.clone(), line, refusal };
    let cannot_open = |error: std::io::Error| refuse((None, Refusal::Unreadable(error.kind())));
    // A pipe would be waited for as soon as it is opened.
    let about = std::fs::metadata(path).map_err(cannot_open)?;
    if about.is_dir() {
        return Err(refuse((None, Refusal::Folder)));
    }
    if !about.is_file() {
        return Err(refuse((None, Refusal::NotAFile)));
    }
    let mut file = File::open(path).map_err(cannot_open)?;
    let mut start = [0; 16];
    let length = read_start(&mut file, &mut start).map_err(cannot_open)?;
    if let Some(looks_like) = tabular::kind_of(&start[..length]) {
        return Err(refuse((None, Refusal::NoTable { looks_like })));
    }
    let is_archive = ARCHIVES.iter().any(|begin| start[..length].starts_with(begin));
    let (table, written, (ties, unread)) = if is_archive {
        let packed = zipped::read(file).map_err(refuse)?;
        (packed.table, packed.packed, (packed.ties, packed.unread))
    } else {
        let whole = std::io::Cursor::new(start).take(length as u64).chain(file);
        let written = about.modified().ok().and_then(date_of);
        (rows::read(whole, u64::MAX).map_err(refuse)?, written, (TieCounts::default(), Vec::new()))
    };
    Ok(Export {
        written: date_in_name(&file_name).or(written),
        file_name,
        people: table.people,
        rows: table.rows,
        unreachable: table.unreachable,
        has_addresses: table.has_addresses,
        skipped: table.skipped,
        undated: table.undated,
        not_read: table.not_read,
        duplicates: table.duplicates,
        ties,
        unread,
        sha256: table.sha256,
    })
}

/// Fills the buffer with the first bytes of a file; answers how many there are.
fn read_start(file: &mut File, start: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    while length < start.len() {
        match file.read(&mut start[length..])? {
            0 => break,
            more => length += more,
        }
    }
    Ok(length)
}

/// Whether the name is that of an archive of everything, such as `Complete_LinkedInDataExport_02-08-2026.zip`.
#[must_use]
pub fn is_whole(name: &str) -> bool {
    name.to_ascii_lowercase().contains("complete")
}

/// The date in `Basic_LinkedInDataExport_02-08-2026.zip`: month, day, year.
fn date_in_name(name: &str) -> Option<Date> {
    let rest = name.split_once("LinkedInDataExport_")?.1;
    let mut parts = rest.get(..10)?.split('-');
    let mut next = || parts.next()?.parse::<i16>().ok();
    let (month, day, year) = (next()?, next()?, next()?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn date_of(time: std::time::SystemTime) -> Option<Date> {
    let time = jiff::Timestamp::try_from(time).ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).date())
}

#[cfg(test)]
mod tests;
