//! The packs of `tests/golden/`, made of the built-in one and a case's files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use exeunt::flow::span::Source;
use exeunt::pack::embedded;

pub(crate) fn files(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

fn patched(case: &str, text: &str, patch: &str) -> String {
    let mut text = text.to_owned();
    for line in patch.lines().filter(|line| !line.is_empty()) {
        let (old, new) = line.split_once(" ⇒ ").unwrap_or_else(|| panic!("{case}: no ` ⇒ ` in `{line}`"));
        let (old, new) = (old.replace("\\n", "\n"), new.replace("\\n", "\n"));
        assert_eq!(text.matches(&old).count(), 1, "{case}: `{old}` must fit exactly once");
        text = text.replace(&old, &new);
    }
    text
}

pub(crate) fn pack_of(case: &str, folder: &Path) -> Vec<Source> {
    let mut found = BTreeMap::new();
    files(folder, "", &mut found);
    found.remove("expected.txt");
    let alone = found.remove("alone").is_some();
    let mut sources = if alone { Vec::new() } else { embedded::sources() };
    for (name, text) in found {
        if let Some(target) = name.strip_suffix(".patch") {
            let source = sources.iter_mut().find(|source| source.name == target);
            let source = source.unwrap_or_else(|| panic!("{case}: no built-in {target}"));
            source.text = patched(case, &source.text, &text);
        } else if let Some(source) = sources.iter_mut().find(|source| source.name == name) {
            source.text = text;
        } else {
            sources.push(Source { name, text });
        }
    }
    sources
}

pub(crate) fn cases() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().to_str().unwrap().to_owned(), entry.path()))
        .collect();
    cases.sort();
    cases
}
