//! What the documents say of the sources is true: paths exist, links lead somewhere, names stand where they are said to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::contract::KINDS;
use crate::support::named::{functions, named_in};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every Markdown file of the project, relative to its root.
fn documents() -> Vec<String> {
    let below = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(root().join(folder)).unwrap();
        let paths =
            entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|it| it == "md"));
        paths.map(|path| path.strip_prefix(root()).unwrap().display().to_string()).collect()
    };
    let all = [below(""), below("docs")].concat();
    assert!(all.len() >= 7, "{all:?}");
    all
}

/// The texts between single backticks, outside of blocks.
fn quoted(text: &str) -> Vec<&str> {
    let outside = text.split("```").step_by(2);
    outside.flat_map(|part| part.split('`').skip(1).step_by(2)).collect()
}

/// Whether a quoted text is the path of a file or folder here.
fn is_path(quoted: &str) -> bool {
    let first = quoted.split('/').next().unwrap_or_default();
    let plain = quoted.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    plain && quoted.contains('/') && ["src", "tests", "docs", "scripts", "selectors", ".ci"].contains(&first)
}

/// What a heading's anchor is on GitHub.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// The targets of Markdown links and of pictures.
fn links(text: &str) -> Vec<String> {
    let inline = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    let pictures = text.split("src=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    inline.chain(pictures).map(str::to_owned).collect()
}

#[test]
fn each_link_of_a_document_leads_to_a_file_and_a_heading() {
    for document in documents() {
        let text = read(&document);
        for link in links(&text).iter().filter(|link| !link.contains("://")) {
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let folder = Path::new(&document).parent().unwrap();
            let target = if path.is_empty() { PathBuf::from(&document) } else { folder.join(path) };
            assert!(root().join(&target).exists(), "{document}: `{link}` leads nowhere");
            if !heading.is_empty() {
                let text = read(target.to_str().unwrap());
                let headings: Vec<String> = text
                    .lines()
                    .filter(|line| line.starts_with('#'))
                    .map(|line| anchor(line.trim_start_matches('#')))
                    .collect();
                assert!(headings.iter().any(|it| it == heading), "{document}: `{link}` is none of {headings:?}");
            }
        }
    }
}

#[test]
fn each_path_that_a_document_quotes_exists() {
    for document in documents() {
        for path in quoted(&read(&document)).into_iter().filter(|text| is_path(text)) {
            assert!(root().join(path).exists(), "{document}: there is no `{path}`");
        }
    }
}

/// Files that a paragraph of the walk-through is about, and names that must stand in one of them. A name is a word, `name()`
/// for a function or `Type::method`.
fn files_and_names(paragraph: &str) -> (Vec<&str>, Vec<&str>) {
    let (files, rest): (Vec<&str>, Vec<&str>) = quoted(paragraph).into_iter().partition(|text| is_path(text));
    let is_name = |text: &&str| {
        let word = text.strip_suffix("()").unwrap_or(text);
        word.split("::").all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_'))
    };
    (files, rest.into_iter().filter(is_name).collect())
}

/// Whether a source has this name: a function where it ends with `()`, else a word.
fn has(source: &str, name: &str) -> bool {
    let last = |name: &str| name.rsplit("::").next().unwrap().to_owned();
    if let Some(function) = name.strip_suffix("()") {
        let function = last(function);
        return [format!("fn {function}("), format!("fn {function}<")].iter().any(|it| source.contains(it));
    }
    let (outer, word) = (name.split("::").next().unwrap(), last(name));
    let words = || source.split(|c: char| !c.is_alphanumeric() && c != '_');
    words().any(|it| it == outer) && words().any(|it| it == word)
}

#[test]
fn each_name_of_the_walk_through_stands_in_a_file_of_its_paragraph() {
    let text = read("docs/walk-through.md");
    let (mut seen, mut gone) = (0, vec![]);
    for paragraph in text.split("\n- ").skip(1) {
        let (files, names) = files_and_names(paragraph.split("\n\n").next().unwrap());
        assert!(!files.is_empty(), "no file is named: {paragraph}");
        let sources: Vec<String> = files.iter().map(|file| read(file)).collect();
        for name in names {
            seen += 1;
            if !sources.iter().any(|source| has(source, name)) {
                gone.push(format!("`{name}` stands in none of {files:?}"));
            }
        }
    }
    assert!(gone.is_empty(), "\n{}", gone.join("\n"));
    assert!(seen > 60, "only {seen} names");
}

#[test]
fn a_name_that_is_gone_is_found() {
    let (files, names) = files_and_names("`src/main.rs`, `src/lib.rs`: `run()` calls `Owner::intend`, see `--live`.");
    assert_eq!((files, names), (vec!["src/main.rs", "src/lib.rs"], vec!["run()", "Owner::intend"]));
    let source = "impl Owner { pub fn intend<T>(&self) {} }";
    assert!(has(source, "intend()") && has(source, "Owner::intend") && has(source, "Owner"));
    assert!(!has(source, "Owner()") && !has(source, "Own") && !has(source, "Other::intend") && !has(source, "tend()"));
}

#[test]
fn the_map_of_the_sources_names_each_module_and_nothing_else() {
    let text = read("src/lib.rs");
    let rows = text.lines().filter(|line| line.starts_with("//! | ") && line.contains("[`"));
    let mut told: Vec<&str> = rows.map(|row| row.split('`').nth(1).unwrap()).collect();
    let modules = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let mut there: Vec<&str> = modules.collect();
    told.sort_unstable();
    there.sort_unstable();
    assert_eq!(told, there);
    let drawn = text.split("```text").nth(1).unwrap().split("```").next().unwrap();
    let words = drawn.split(|c: char| !c.is_ascii_lowercase()).filter(|word| !word.is_empty());
    let prose = [
        "arrow",
        "arrows",
        "below",
        "between",
        "everything",
        "every",
        "floor",
        "floors",
        "main",
        "may",
        "module",
        "no",
        "of",
        "them",
        "use",
        "values",
    ];
    for word in words.filter(|word| !prose.contains(word)) {
        assert!(there.contains(&word), "the map draws `{word}`, which is no module");
    }
}

#[test]
fn the_readme_is_short_enough_to_be_read() {
    let lines = read("README.md").lines().count();
    assert!(lines <= 120, "{lines} lines; the rest belongs into docs/guide.md");
}

#[test]
fn every_input_in_the_table_has_its_test() {
    let table = read("docs/inputs.md");
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| what is brought ");
    let rows: Vec<&str> = table.lines().filter(is_row).collect();
    assert!(rows.len() > 20, "only {} rows were found", rows.len());
    let named = named_in(&rows);
    let mut known = BTreeSet::new();
    functions(&root().join("tests"), &|_| true, &mut known);
    functions(&root().join("src"), &|_| true, &mut known);
    let lost: Vec<_> = named.difference(&known).collect();
    assert!(lost.is_empty(), "no such test: {lost:?}");
    let mut inputs = BTreeSet::new();
    functions(&root().join("tests/cli"), &|name| name == "inputs.rs", &mut inputs);
    // Tests are sentences; what helps them has a name of at most three words.
    inputs.retain(|name| name.split('_').count() > 4);
    let unnamed: Vec<_> = inputs.difference(&named).collect();
    assert!(unnamed.is_empty(), "in no row: {unnamed:?}");
}

/// Every Rust source below a folder, with its path.
fn sources(folder: &str) -> Vec<(String, String)> {
    let (mut found, mut folders) = (vec![], vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

#[test]
fn every_record_is_in_the_contract() {
    let mut told = BTreeSet::new();
    for (path, source) in sources("src/cli") {
        for rest in source.split("\"v\": 1").skip(1) {
            let rest = rest.trim_start_matches([',', ' ', '\n']);
            let kind = rest.strip_prefix("\"kind\": \"").and_then(|rest| rest.split('"').next());
            told.insert(kind.unwrap_or_else(|| panic!("{path}: a record without its kind: {rest:.60}")).to_owned());
        }
    }
    assert!(told.len() > 25, "{told:?}");
    // These are made elsewhere.
    told.extend(["result", "fact", "mistake"].map(str::to_owned));
    let known: BTreeSet<String> = KINDS.keys().cloned().collect();
    assert_eq!(told, known);
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    use exeunt::event::exit::Ending;
    let text = read("docs/exit-codes.md");
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        (cells[0].parse::<u8>().unwrap(), cells[1].trim_matches('`').to_owned())
    };
    let rows: Vec<(u8, String)> =
        text.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit()).map(row).collect();
    let all = [
        Ending::Done,
        Ending::Bug,
        Ending::Usage,
        Ending::BadFile,
        Ending::SomeFailed,
        Ending::Stopped,
        Ending::NoBrowser,
        Ending::Damaged,
        Ending::InDoubt,
        Ending::DueLater,
        Ending::Owned,
        Ending::Interrupted,
    ];
    let program: Vec<(u8, String)> = all.iter().map(|ending| (ending.code(), ending.as_str().to_owned())).collect();
    assert_eq!(rows, program);
    let order = text.split("the first of these is told: ").nth(1).unwrap().split('.').next().unwrap();
    let mut ranked = all;
    ranked.sort_by(|a, b| {
        if a == b {
            std::cmp::Ordering::Equal
        } else if a.or(*b) == *a {
            std::cmp::Ordering::Less
        } else {
            std::cmp::Ordering::Greater
        }
    });
    let ranked: Vec<String> = ranked.iter().map(|ending| ending.code().to_string()).collect();
    assert_eq!(order.split(", ").collect::<Vec<_>>(), ranked);
}
