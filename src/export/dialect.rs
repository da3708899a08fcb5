//! How an export is written: its delimiter and its columns, found by content, because some exports begin with notes.

use csv::ByteRecord;

use super::error::{OURS, Refusal};
use crate::plan::tabular::{self, Head};

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

/// Finds out from the beginning of a file, without byte order mark, where the rows begin and how they are written.
///
/// The export has commas; other programs save it with semicolons or tabs, and may say so in a first line `sep=;`.
pub(super) fn detect(start: &[u8]) -> Result<Head<Columns>, Refusal> {
    if start.trim_ascii().is_empty() {
        return Err(Refusal::Empty);
    }
    tabular::find_head(start, Columns::of).ok_or_else(|| refusal(start))
}

fn refusal(start: &[u8]) -> Refusal {
    if let Some(looks_like) = tabular::kind_of(start) {
        return Refusal::NoTable { looks_like };
    }
    if start.trim_ascii_start().starts_with(b"[") {
        return Refusal::NoTable { looks_like: "a JSON document" };
    }
    let first = start.trim_ascii_start().split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let Ok(first) = std::str::from_utf8(first) else {
        return Refusal::NoTable { looks_like: "no text in UTF-8" };
    };
    let head = tabular::likely_head(start);
    let has = |names: &[&str]| names.iter().all(|name| head.iter().any(|cell| cell == name));
    let known_as = if has(&["From", "To", "Direction"]) {
        Some("the export's `Invitations.csv`")
    } else if has(&["slug"]) {
        Some(OURS)
    } else {
        None
    };
    // Below notes, what looks most like a head says more than the first line.
    let is_first = head.first().is_some_and(|cell| first.trim_matches('"').starts_with(cell.as_str()));
    let shown = if is_first || head.len() < 2 { first.to_owned() } else { head.join(",") };
    Refusal::OtherTable { is_first: is_first || head.len() < 2, head: shown.chars().take(120).collect(), known_as }
}
