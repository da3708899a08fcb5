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
            assert!(!names.is_empty(), "no test is named: {row}");
            names.into_iter().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert!(named.len() > 50, "only {} tests were found in the table", named.len());
    let mut known = BTreeSet::new();
    functions(&root.join("tests"), &|_| true, &mut known);
    functions(&root.join("src"), &|_| true, &mut known);
    let lost: Vec<_> = named.difference(&known).collect();
    assert!(lost.is_empty(), "no such test: {lost:?}");
    let mut faults = BTreeSet::new();
    functions(&root.join("tests/road"), &|name| name.starts_with("faults_"), &mut faults);
    faults.retain(|name| name != "every_fault_in_the_table_has_its_test" && is_a_case(name));
    let unnamed: Vec<_> = faults.difference(&named).collect();
    assert!(unnamed.is_empty(), "in no row: {unnamed:?}");
}

/// Tests are sentences; what helps them has a name of at most three words.
fn is_a_case(name: &str) -> bool {
    name.split('_').count() > 4
}
