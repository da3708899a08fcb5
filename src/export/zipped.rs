//! `Connections.csv` inside the downloaded archive, read in place.

use std::fs::File;
use std::io::BufReader;

use jiff::civil::Date;
use zip::ZipArchive;
use zip::result::ZipError;

use super::error::Refusal;
use super::rows::{self, Refused, Table};
use super::ties;
use crate::plan::ties::TieCounts;

const WANTED: &str = "Connections.csv";
/// Beyond this no export goes: 250,000 rows of a kilobyte each.
const MOST_UNPACKED: u64 = 256 * 1024 * 1024;
/// Tables of people pack to about a fifth; a hundredth and less is no table.
const MOST_RATIO: u64 = 100;
/// Below this the ratio says nothing.
const SMALL: u64 = 1024 * 1024;
/// So many names are shown of an archive that holds something else.
const SHOWN: usize = 5;

/// What the archive holds.
pub(super) struct Packed {
    pub(super) table: Table,
    /// When the table was packed, where the archive knows it.
    pub(super) packed: Option<Date>,
    pub(super) ties: TieCounts,
    /// Files of the export that could not be read.
    pub(super) unread: Vec<String>,
}

/// Reads the one `Connections.csv` of the archive, in whichever folder of it; also says when it was packed.
pub(super) fn read(file: File) -> Result<Packed, Refused> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| (None, refusal(&error)))?;
    let index = find(&archive).map_err(|refusal| (None, refusal))?;
    let entry = archive.by_index(index).map_err(|error| (None, refusal(&error)))?;
    let most = entry.compressed_size().saturating_mul(MOST_RATIO).saturating_add(SMALL).min(MOST_UNPACKED);
    if entry.size() > MOST_UNPACKED {
        return Err((None, Refusal::Bomb));
    }
    let packed = entry.last_modified().and_then(|time| {
        let (month, day) = (i8::try_from(time.month()).ok()?, i8::try_from(time.day()).ok()?);
        Date::new(i16::try_from(time.year()).ok()?, month, day).ok()
    });
    // An archive writes 1980-01-01 where it knows no date.
    let packed = packed.filter(|date| date.year() > 1980);
    let table = rows::read(entry, most)?;
    let (ties, unread) = ties::read(&mut archive, &table.people);
    Ok(Packed { table, packed, ties, unread })
}

fn find(archive: &ZipArchive<BufReader<File>>) -> Result<usize, Refusal> {
    let names: Vec<String> = archive.file_names_raw().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let last_part = |name: &str| name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let fits = |name: &&String| last_part(name).eq_ignore_ascii_case(WANTED) && !name.starts_with("__MACOSX/");
    let found: Vec<&String> = names.iter().filter(fits).collect();
    match found[..] {
        [name] => archive.index_for_name(name).ok_or(Refusal::DamagedArchive),
        [] if names.iter().any(|name| name == "xl/workbook.xml") => {
            Err(Refusal::NoTable { looks_like: "a spreadsheet (.xlsx) file" })
        }
        [] if names.iter().any(|name| name == "content.xml") && names.iter().any(|name| name == "mimetype") => {
            Err(Refusal::NoTable { looks_like: "a spreadsheet (.ods) or another office file" })
        }
        [] if names.iter().any(|name| name == "Index/Document.iwa") => {
            Err(Refusal::NoTable { looks_like: "a spreadsheet (.numbers) or another office file" })
        }
        [] => Err(Refusal::NoConnections { holds: names.into_iter().take(SHOWN).collect() }),
        _ => Err(Refusal::SeveralConnections { names: found.into_iter().take(SHOWN).cloned().collect() }),
    }
}

fn refusal(error: &ZipError) -> Refusal {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => Refusal::Encrypted,
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => Refusal::UnknownPacking,
        ZipError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => Refusal::Unreadable(error.kind()),
        _ => Refusal::DamagedArchive,
    }
}
