//! A table of people as CSV that opens in a spreadsheet without doing anything there.

use std::fmt::Write as _;

use crate::event::unseen::is_steering;

/// One row of cells as a line of CSV (RFC 4180) with `\n` at its end, every cell made harmless by [`neutral`].
///
/// Cells are quoted where they hold a comma, a quote, a line break, or a delimiter that spreadsheets of some countries
/// take, so that no such spreadsheet tears a cell in two.
#[must_use]
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (index, cell) in cells.into_iter().enumerate() {
        let cell = neutral(cell);
        let separator = if index == 0 { "" } else { "," };
        let result = if cell.contains([',', ';', '"', '\t', '\r', '\n']) || cell != cell.trim() {
            write!(line, "{separator}\"{}\"", cell.replace('"', "\"\""))
        } else {
            write!(line, "{separator}{cell}")
        };
        result.expect("writing to a string cannot fail");
    }
    line.push('\n');
    line
}

/// The cell as one line that neither steers nor hides anything, with a `'` before all that a spreadsheet would take for a
/// formula.
///
/// A line break or tab becomes a space; any other control character, sign of direction or invisible one is written as
/// `<U+202E>`. A formula begins with `=`, `+`, `-`, `@` or their full-width forms, at the beginning or after any of those
/// characters, also after white space.
#[must_use]
pub fn neutral(cell: &str) -> String {
    let cell = cell.replace("\r\n", "\n");
    let mut out = String::with_capacity(cell.len() + 1);
    let mut rest = cell.as_str();
    loop {
        let end = rest.find(is_steering).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        if is_formula(part) {
            out.push('\'');
        }
        out.push_str(part);
        let Some(steering) = after.chars().next() else { return out };
        if steering.is_whitespace() {
            out.push(' ');
        } else {
            out.push_str(&format!("<U+{:04X}>", u32::from(steering)));
        }
        rest = &after[steering.len_utf8()..];
    }
}

fn is_formula(part: &str) -> bool {
    let invisible = |c: char| c.is_whitespace() || matches!(c, '\u{200C}' | '\u{200D}');
    part.trim_start_matches(invisible).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_neutralised_on_every_line() {
        for (cell, want) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            (" +cmd", "' +cmd"),
            ("\u{a0}=1", "'\u{a0}=1"),
            ("\u{feff}\u{200b}@x", "<U+FEFF><U+200B>'@x"),
            ("a\n=b", "a '=b"),
            ("a\r\n-b\r@c", "a '-b '@c"),
            ("a\u{2028}=b\u{85}+c", "a '=b '+c"),
            ("a\u{202e}=b", "a<U+202E>'=b"),
            ("\tx", " x"),
            ("＝1", "'＝1"),
            ("\u{1b}=1", "<U+001B>'=1"),
            ("", ""),
            ("Jane", "Jane"),
            ("a=b", "a=b"),
            ("2026-02-08", "2026-02-08"),
        ] {
            assert_eq!(neutral(cell), want, "{cell:?}");
        }
        assert_eq!(neutral("\r=x"), " '=x");
    }

    #[test]
    fn cells_are_quoted_where_a_reader_would_tear_them() {
        assert_eq!(
            line(["jane", "Acme, Inc.", "a \"b\"", "x;=1", " y"]),
            "jane,\"Acme, Inc.\",\"a \"\"b\"\"\",\"x;=1\",\" y\"\n"
        );
        assert_eq!(line(["", ""]), ",\n");
    }

    proptest! {
        #[test]
        fn a_reader_gets_the_neutral_cells_back(cells in proptest::collection::vec("[ -=?-~\r\n\té＝\u{a0}\u{2028}\u{202e}\u{1b}]{0,12}", 2..5)) {
            let text = line(cells.iter().map(String::as_str));
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let row = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(row.iter().map(str::to_owned).collect::<Vec<_>>(), cells.iter().map(|cell| neutral(cell)).collect::<Vec<_>>());
            for cell in &row {
                prop_assert!(!cell.contains(is_steering));
                for part in cell.split('>') {
                    let shown = part.trim_start();
                    prop_assert!(!shown.starts_with(['=', '+', '-', '@', '＝']), "{:?}", part);
                }
            }
        }
    }
}
