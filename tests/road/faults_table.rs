//! The table of faults tells the truth: each named test is there, and each test of a fault is named.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The names of all functions below a folder of sources whose file passes.
fn functions(folder: &Path, passes: &dyn Fn(&str) -> bool, found: &mut BTreeSet<String>) {
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

#[test]
fn every_fault_in_the_table_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(root.join("docs/faults.md")).unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).collect();
    let named: BTreeSet<String> = rows
        .iter()
        .filter(|row| !row.starts_with("| fault "))
        .flat_map(|row| {
            let tests = row.trim_end_matches('|').rsplit('|').next().unwrap();
            let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
            let honest = tests.trim_start().starts_with("**not covered**: ");
            assert!(!names.is_empty() || honest, "no test is named: {row}");
            names.into_iter().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert!(named.len() > 50, "only {} tests were found in the table", named.len());
    uncovered(&rows);
    let mut known = BTreeSet::new();
    functions(&root.join("tests"), &|_| true, &mut known);
    functions(&root.join("src"), &|_| true, &mut known);
    let lost: Vec<_> = named.difference(&known).collect();
    assert!(lost.is_empty(), "no such test: {lost:?}");
    let mut faults = BTreeSet::new();
    functions(&root.join("tests/road"), &|name| name.starts_with("faults_"), &mut faults);
    functions(&root.join("tests/crash"), &|_| true, &mut faults);
    faults.retain(|name| name != "every_fault_in_the_table_has_its_test" && is_a_case(name));
    let unnamed: Vec<_> = faults.difference(&named).collect();
    assert!(unnamed.is_empty(), "in no row: {unnamed:?}");
}

/// The faults that a run of weeks has to survive: each is in some row, with a test or with the words that there is none.
const OF_WEEKS: &[u32] =
    &[1, 2, 3, 4, 5, 6, 7, 8, 11, 14, 15, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 50, 77];

/// Tells what is not covered, so that nobody takes the table for more than it is.
fn uncovered(rows: &[&str]) {
    for row in rows.iter().filter(|row| row.contains("**not covered**: ")) {
        println!("{row}");
    }
    for number in OF_WEEKS {
        let named =
            |row: &&&str| row.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == format!("F{number}"));
        assert!(rows.iter().any(|row| named(&row)), "F{number} is in no row");
    }
}

/// Tests are sentences; what helps them has a name of at most three words.
fn is_a_case(name: &str) -> bool {
    name.split('_').count() > 4
}
