//! The floors of `src/lib.rs`, enforced: who may use whom, and behind which door each outside thing stands.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[path = "architecture/circles.rs"]
mod circles;

const GROUND: &[&str] = &["event", "flow", "policy", "plan"];

/// Each module with what it may use. `+` stands for all of floor 0.
const ARROWS: &[(&str, &[&str])] = &[
    ("event", &[]),
    ("flow", &["event"]),
    ("policy", &["event"]),
    ("plan", &["event", "policy"]),
    ("browser", &["+"]),
    ("ledger", &["+"]),
    ("evidence", &["+"]),
    ("export", &["+"]),
    ("pack", &["+"]),
    ("settings", &["+"]),
    ("secrets", &["+"]),
    ("practice", &["+"]),
    ("runner", &["+", "browser", "ledger", "evidence", "secrets"]),
    ("report", &["+", "ledger", "evidence"]),
    ("scheduler", &["+", "runner", "ledger"]),
    ("web", &["+", "scheduler", "report", "ledger"]),
    (
        "cli",
        &[
            "+",
            "browser",
            "ledger",
            "evidence",
            "export",
            "pack",
            "settings",
            "secrets",
            "practice",
            "runner",
            "report",
            "scheduler",
            "web",
        ],
    ),
    ("main.rs", &["cli"]),
    // Moments at which a test may stop the program, of which runner, ledger and evidence have some; and the browsers that are
    // counted.
    ("crash_point.rs", &[]),
    ("lib.rs", &[]),
];

/// Outside things with the only modules that may name them.
const DOORS: &[(&str, &[&str])] = &[
    ("fantoccini", &["browser"]),
    ("rusqlite", &["ledger"]),
    ("clap", &["cli"]),
    ("std::env", &["cli", "main.rs", "crash_point.rs"]),
    ("env::var", &["cli", "crash_point.rs"]),
    ("crash_point", &["runner", "ledger", "evidence", "browser", "crash_point.rs", "lib.rs"]),
    ("println!", &["cli"]),
    ("eprintln!", &["cli"]),
    ("process::exit", &[]),
];

/// What floor 0 has none of.
const NOT_ON_THE_GROUND: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "tokio",
    "async ",
    "rand::",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "OnceLock",
    "LazyLock",
    "thread_local",
    "static mut",
];

#[test]
fn the_sources_keep_the_floors() {
    let sources = read_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(sources.len() > 20, "only {} sources were found", sources.len());
    let violations = violations(&sources);
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn the_map_names_every_module() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let map = fs::read_to_string(source.join("lib.rs")).unwrap();
    for entry in fs::read_dir(source).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            let name = entry.file_name().into_string().unwrap();
            assert!(map.contains(&format!("[`{name}`]")), "src/lib.rs says nothing of `{name}`");
        }
    }
}

#[test]
fn no_files_of_a_module_import_each_other_in_a_circle() {
    let sources = read_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let circles: Vec<String> = circles::circles(&sources).iter().map(circles::Circle::picture).collect();
    assert!(circles.is_empty(), "\n{}", circles.join("\n\n"));
}

#[test]
fn circles_of_two_and_three_files_are_found() {
    let two =
        [("flow/tree.rs", "use super::target::Target;"), ("flow/target.rs", "use crate::flow::tree::{self, Step};")];
    let three = [
        ("ledger/mod.rs", "mod owner;\npub use owner::Owner;"),
        ("ledger/owner.rs", "use crate::{event::id, ledger::{chain as links}};\nfn f() { links::of(); }"),
        ("ledger/chain.rs", "fn f() { super::tie::of(); }"),
        ("ledger/tie.rs", "use super::Owner;"),
    ];
    let by_child = [("plan/mod.rs", "mod diff;\nfn f() { diff::of(); }"), ("plan/diff.rs", "fn f() { super::f(); }")];
    for (files, circle) in [
        (&two[..], &["flow/tree.rs", "flow/target.rs"][..]),
        (&three[..], &["ledger/owner.rs", "ledger/chain.rs", "ledger/tie.rs"]),
        (&by_child[..], &["plan/mod.rs", "plan/diff.rs"]),
    ] {
        let found = circles::circles(&sources_of(files));
        let expected = circle.iter().map(|file| (*file).to_owned()).collect();
        assert_eq!(found.iter().map(|circle| &circle.files).collect::<Vec<_>>(), [&expected], "{files:?}");
    }
}

#[test]
fn files_that_only_declare_hand_on_or_test_are_in_no_circle() {
    for files in [
        &[
            ("plan/mod.rs", "mod diff;\npub use diff::Diff;\npub(crate) use self::diff::of;"),
            ("plan/diff.rs", "use super::Diff;"),
        ][..],
        &[
            ("flow/tree.rs", "use super::target::Target;"),
            ("flow/target.rs", "#[cfg(test)]\nmod tests {\n    use crate::flow::tree::Step;\n}"),
        ],
        &[
            ("flow/tree.rs", "use super::target::Target;"),
            ("flow/target.rs", "//! See crate::flow::tree::Step.\nconst A: &str = \"crate::flow::tree\";"),
        ],
        &[
            ("plan/mod.rs", "#[cfg(test)]\nmod fixture;\npub mod diff;"),
            ("plan/fixture.rs", "use super::diff::Diff;"),
            ("plan/diff.rs", "use super::fixture::plan;"),
        ],
        &[("plan/diff.rs", "use crate::policy::pace::Pace;"), ("policy/pace.rs", "use crate::plan::diff::Diff;")],
    ] {
        let found = circles::circles(&sources_of(files));
        assert!(found.is_empty(), "{files:?} gave {found:?}");
    }
}

fn sources_of(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn forbidden_arrows_are_found() {
    for (path, text, what) in [
        ("browser/act.rs", "use crate::ledger::Ledger;", "browser -> ledger"),
        ("browser/act.rs", "use crate::{flow::tree, runner::Run};", "browser -> runner"),
        ("flow/tree.rs", "fn f() { crate::policy::x(); }", "flow -> policy"),
        ("event/mod.rs", "use super::browser::page;", "event -> browser"),
        ("report/html.rs", "use crate::cli;", "report -> cli"),
        ("runner/run.rs", "use rusqlite::Connection;", "names `rusqlite`"),
        ("policy/quota.rs", "let now = jiff::Timestamp::now();", "names `Timestamp::now`"),
        ("export/rows.rs", "crate::crash_point::crash_point!();", "names `crash_point`"),
        ("ledger/owner.rs", "std::process::exit(1)", "names `process::exit`"),
        ("attic/mod.rs", "", "`attic` is not on the map"),
    ] {
        let found = violations(&BTreeMap::from([(path.to_owned(), text.to_owned())]));
        assert!(found.iter().any(|violation| violation.contains(what)), "{path}: {text} gave {found:?}");
    }
}

#[test]
fn allowed_arrows_comments_and_strings_pass() {
    for (path, text) in [
        ("browser/act.rs", "use crate::{event::id, flow::query::{Look, Arm}};\nuse crate::browser::page;"),
        ("policy/quota.rs", "//! Nothing of crate::ledger here, nor Timestamp::now.\nuse crate::event::id;"),
        ("cli/run.rs", "use crate::{runner, ledger};\nprintln!(\"x\");"),
        ("report/html.rs", "let text = \"crate::cli\";"),
    ] {
        let found = violations(&BTreeMap::from([(path.to_owned(), text.to_owned())]));
        assert!(found.is_empty(), "{path}: {found:?}");
    }
}

fn violations(sources: &BTreeMap<String, String>) -> Vec<String> {
    let mut violations = Vec::new();
    for (path, text) in sources {
        let module = path.split('/').next().expect("a path has a first part");
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == module) else {
            violations.push(format!("{path}: `{module}` is not on the map of tests/architecture.rs"));
            continue;
        };
        if is_of_tests(path, sources) {
            continue;
        }
        let product = without_tests(&code_of(text));
        for used in used_modules(&product, path, sources) {
            let ground = allowed.contains(&"+") && GROUND.contains(&used.as_str());
            if used != module && !ground && !allowed.contains(&used.as_str()) {
                violations.push(format!("{path}: {module} -> {used} is no arrow of the map"));
            }
        }
        let beyond_doors = DOORS.iter().filter(|(_, modules)| !modules.contains(&module)).map(|(word, _)| *word);
        let beyond_ground = NOT_ON_THE_GROUND.iter().copied().filter(|_| GROUND.contains(&module));
        for word in beyond_doors.chain(beyond_ground) {
            if names(&product, word) {
                violations.push(format!("{path}: names `{word}`, which is not for `{module}`"));
            }
        }
    }
    violations
}

/// Whether the code names a path or macro, not merely a longer word that contains it.
fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !part(before) && (!word.ends_with(|c: char| c.is_alphanumeric()) || !part(after))
    })
}

/// Whether a file is of tests only: by its name, or because it or a folder above it is declared behind `#[cfg(test)]`.
fn is_of_tests(path: &str, sources: &BTreeMap<String, String>) -> bool {
    let named = path.contains("/tests") || path.ends_with("/tests.rs");
    let module = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let parts: Vec<&str> = module.split('/').collect();
    let is_declared_so = |depth: usize| {
        let parent = parts[..depth].join("/");
        let above = sources.get(&format!("{parent}/mod.rs")).or_else(|| sources.get(&format!("{parent}.rs")));
        above.is_some_and(|text| {
            let declared = format!("mod {};", parts[depth]);
            text.split("#[cfg(test)]").skip(1).any(|after| {
                let line = after.trim_start().lines().next().unwrap_or_default();
                line.trim_start_matches("pub(crate) ").trim_start_matches("pub ") == declared
            })
        })
    };
    named || (1..parts.len()).any(is_declared_so)
}

/// The part of a file's code that is in the product: its tests may start processes, make temporary folders, and use the
/// built-in pack or the practice site.
fn without_tests(code: &str) -> String {
    let mut product = String::new();
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        product.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[end_of_item(rest)..];
    }
    product + rest
}

/// Where the first item of the code ends: behind its `;` or its last `}`.
fn end_of_item(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && (c == ';' || c == '}') {
            return at + c.len_utf8();
        }
    }
    code.len()
}

/// The top-level modules that the code names through `crate::` or through a chain of `super::` that reaches the root.
fn used_modules(code: &str, path: &str, sources: &BTreeMap<String, String>) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let depth = path.trim_end_matches("/mod.rs").split('/').count();
    let sibling = |name: &str| {
        sources.contains_key(&format!("{folder}/{name}.rs")) || sources.contains_key(&format!("{folder}/{name}/mod.rs"))
    };
    let known = |name: &str| ARROWS.iter().any(|(module, _)| *module == name);
    let mut used = Vec::new();
    for (at, root) in code.match_indices("crate::").chain(code.match_indices("exeunt::")) {
        let rest = &code[at + root.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            used.extend(first_names_of_group(group));
        } else {
            used.push(first_name(rest));
        }
    }
    for (at, _) in code.match_indices("super::").filter(|(at, _)| !code[..*at].ends_with("super::")) {
        let chain = &code[at..];
        let name = first_name(chain.trim_start_matches("super::"));
        let supers = (chain.len() - chain.trim_start_matches("super::").len()) / "super::".len();
        if known(&name) && supers >= depth && !sibling(&name) {
            used.push(name);
        }
    }
    used.retain(|name| known(name));
    used.sort();
    used.dedup();
    used
}

fn first_name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn first_names_of_group(group: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut part) = (1, String::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && c == ',') {
            names.push(first_name(part.trim()));
            part.clear();
            if depth == 0 {
                break;
            }
        } else {
            part.push(c);
        }
    }
    names
}

/// The text without comments and without the content of string literals.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    for line in text.lines() {
        let mut quoted = false;
        let mut before = ' ';
        for (at, c) in line.char_indices() {
            if c == '"' && before != '\\' && before != '\'' {
                quoted = !quoted;
            }
            if !quoted && line[at..].starts_with("//") {
                break;
            }
            if !quoted {
                code.push(c);
            }
            before = c;
        }
        code.push('\n');
    }
    code
}

fn read_sources(root: &Path) -> BTreeMap<String, String> {
    let mut sources = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                sources.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    sources
}
