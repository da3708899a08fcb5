//! The tests of the sources by name, for the tables of the documents that name them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The names of all functions below a folder of sources whose file passes.
pub(crate) fn functions(folder: &Path, passes: &dyn Fn(&str) -> bool, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            functions(&path, passes, found);
        } else if name.ends_with(".rs") && passes(name) {
            let text = fs::read_to_string(&path).unwrap();
            let after_mark = text.split("#[test]").chain(text.split("#[tokio::test")).collect::<Vec<_>>();
            for part in after_mark {
                let name = part.split_once("fn ").and_then(|(_, rest)| rest.split_once('('));
                found.extend(name.map(|(name, _)| name.to_owned()));
            }
        }
    }
}

/// The names of tests that each row of a table names in its last cell. A row may say **not covered** in their place.
pub(crate) fn named_in(rows: &[&str]) -> BTreeSet<String> {
    let of = |row: &&str| -> Vec<String> {
        let tests = row.trim_end_matches('|').rsplit('|').next().unwrap();
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        let honest = tests.trim_start().starts_with("**not covered**: ");
        assert!(!names.is_empty() || honest, "no test is named: {row}");
        names.into_iter().map(str::to_owned).collect()
    };
    rows.iter().flat_map(of).collect()
}
