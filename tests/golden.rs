//! Packs and what is said of them: one folder a case under `tests/golden/`.
//!
//! A case's `.toml` files lie over the built-in pack (or, where it has a file `alone`, are the whole pack); a file named
//! `X.patch` holds lines `old ⇒ new`, each of which must fit once in the built-in file `X`. `expected.txt` is what
//! `selectors lint` shows. `EXEUNT_BLESS=1` writes it anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use exeunt::flow::pack::Pack;
use exeunt::flow::picture::{Style, json_line, picture};
use exeunt::flow::span::Source;
use exeunt::pack::embedded;

fn files(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
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

fn pack_of(case: &str, folder: &Path) -> Vec<Source> {
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

fn said(sources: Vec<Source>) -> String {
    let (mistakes, sources) = match Pack::load(sources) {
        Ok(loaded) => (loaded.warnings, loaded.pack.sources),
        Err(refused) => (refused.mistakes, refused.sources),
    };
    if mistakes.is_empty() {
        return "nothing to say\n".to_owned();
    }
    for mistake in &mistakes {
        let message = mistake.wording().message;
        assert!(!message.starts_with(char::is_uppercase) && !message.ends_with('.'), "{message}");
    }
    let pictures: Vec<String> = mistakes.iter().map(|mistake| picture(&sources, mistake, Style::Plain)).collect();
    let lines: Vec<String> = mistakes.iter().map(|mistake| json_line(&sources, mistake) + "\n").collect();
    format!("{}\n{}", pictures.join("\n"), lines.concat())
}

fn cases() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().to_str().unwrap().to_owned(), entry.path()))
        .collect();
    cases.sort();
    cases
}

#[test]
fn every_case_says_what_it_should() {
    let bless = std::env::var_os("EXEUNT_BLESS").is_some_and(|value| value == "1");
    let mut wrong = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    for (case, folder) in cases {
        let said = said(pack_of(&case, &folder));
        let file = folder.join("expected.txt");
        if bless {
            fs::write(&file, &said).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if said != expected {
            wrong.push(format!("== {case}\n-- expected\n{expected}\n-- said\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}\nEXEUNT_BLESS=1 takes what is said now", wrong.join("\n"));
}

#[test]
fn the_built_in_list_is_the_folder() {
    let mut found = BTreeMap::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors/linkedin"), "", &mut found);
    let built_in: BTreeMap<_, _> = embedded::sources().into_iter().map(|source| (source.name, source.text)).collect();
    assert_eq!(built_in, found);
}
