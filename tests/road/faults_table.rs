//! The table of faults tells the truth: each named test is there, and each test of a fault is named.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::named::{functions, named_in};

#[test]
fn every_fault_in_the_table_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(root.join("docs/faults.md")).unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).collect();
    let named = named_in(&rows.iter().copied().filter(|row| !row.starts_with("| fault ")).collect::<Vec<_>>());
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
