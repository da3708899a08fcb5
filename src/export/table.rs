//! A table of people as CSV that opens in a spreadsheet without doing anything there.

use std::fmt::Write as _;

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

/// The cell with a `'` before every line of it that a spreadsheet would take for a formula.
///
/// That is a line beginning with `=`, `+`, `-`, `@` or their full-width forms, also after white space of any kind or
/// invisible characters; and a line beginning with a tab. Both CR and LF begin a new line.
#[must_use]
pub fn neutral(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len() + 1);
    for part in cell.split_inclusive(['\n', '\r']) {
        if is_formula(part) {
            out.push('\'');
        }
        out.push_str(part);
    }
    out
}

fn is_formula(line: &str) -> bool {
    let invisible =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}');
    let begins = line.trim_start_matches(invisible).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    begins || line.starts_with(['\t', '\r'])
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
            ("\u{feff}\u{200b}@x", "'\u{feff}\u{200b}@x"),
            ("a\n=b", "a\n'=b"),
            ("a\r\n-b\r@c", "a\r\n'-b\r'@c"),
            ("\tx", "'\tx"),
            ("＝1", "'＝1"),
            ("\u{1b}=1", "'\u{1b}=1"),
            ("", ""),
            ("Jane", "Jane"),
            ("a=b", "a=b"),
            ("2026-02-08", "2026-02-08"),
        ] {
            assert_eq!(neutral(cell), want, "{cell:?}");
        }
        assert_eq!(neutral("\r=x"), "'\r'=x");
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
        fn a_reader_gets_the_neutral_cells_back(cells in proptest::collection::vec("[ -~\r\n\té＝\u{a0}]{0,12}", 2..5)) {
            let text = line(cells.iter().map(String::as_str));
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let row = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(row.iter().map(str::to_owned).collect::<Vec<_>>(), cells.iter().map(|cell| neutral(cell)).collect::<Vec<_>>());
            for cell in &row {
                for part in cell.split(['\n', '\r']) {
                    let shown = part.trim_start();
                    prop_assert!(!shown.starts_with(['=', '+', '-', '@', '＝']), "{:?}", part);
                }
            }
        }
    }
}
