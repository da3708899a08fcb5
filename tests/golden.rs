//! Packs and what is said of them: one folder a case under `tests/golden/`.
//!
//! A case's `.toml` files lie over the built-in pack (or, where it has a file `alone`, are the whole pack); a file named
//! `X.patch` holds lines `old ⇒ new`, each of which must fit once in the built-in file `X`. `expected.txt` is what
//! `selectors lint` shows. `EXEUNT_BLESS=1` writes it anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use exeunt::flow::pack::Pack;
use exeunt::flow::picture::{Style, json_line, picture};
use exeunt::flow::span::Source;
use exeunt::pack::embedded;

use crate::support::packs;

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

#[test]
fn every_case_says_what_it_should() {
    let bless = std::env::var_os("EXEUNT_BLESS").is_some_and(|value| value == "1");
    let mut wrong = Vec::new();
    let cases = packs::cases();
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    for (case, folder) in cases {
        let said = said(packs::pack_of(&case, &folder));
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
    packs::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors/linkedin"), "", &mut found);
    // The schemas lie beside the pack and are made, not read: `tests/schema.rs` holds them against what they are made of.
    found.retain(|name, _| !name.ends_with(".schema.json"));
    let built_in: BTreeMap<_, _> = embedded::sources().into_iter().map(|source| (source.name, source.text)).collect();
    assert_eq!(built_in, found);
}
