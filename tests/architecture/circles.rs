//! Files of one module that import each other in a circle: none of them can be read, moved or tested without the others.
//!
//! Every path that a file names (`use`, `crate::a::b::c`, `super::d`, a child by its name, a name that `use` brought) is
//! resolved to the file that it leads to, through `pub use` where a parent only hands its child's names on. A parent that
//! declares or re-exports a child imports nothing. Tests are left out.

use std::collections::{BTreeMap, BTreeSet};

use super::{code_of, is_of_tests, without_tests};

/// The files of `src` by module path: `["flow", "parse"]` is `flow/parse/mod.rs` or `flow/parse.rs`.
type Tree = BTreeMap<Vec<String>, String>;

/// One file names another: which, by what path, and how often a path leads there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Import {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) path: String,
}

/// A group of files of one module in which each is reached from each.
#[derive(Debug)]
pub(crate) struct Circle {
    pub(crate) files: BTreeSet<String>,
    pub(crate) imports: Vec<Import>,
}

impl Circle {
    pub(crate) fn module(&self) -> &str {
        let first = self.files.first().expect("a circle has files");
        first.split('/').next().expect("a path has a first part")
    }

    /// One line an import, sorted by file.
    pub(crate) fn picture(&self) -> String {
        let mut lines = vec![format!("{}: {} files import each other in a circle:", self.module(), self.files.len())];
        for Import { from, to, path } in &self.imports {
            lines.push(format!("  {from} ─► {to}   by {path}"));
        }
        lines.join("\n")
    }
}

/// Every circle of the sources, by module and file.
pub(crate) fn circles(sources: &BTreeMap<String, String>) -> Vec<Circle> {
    let imports: Vec<Import> =
        imports(sources).into_iter().filter(|import| first_part(&import.from) == first_part(&import.to)).collect();
    let mut reached: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for import in &imports {
        reached.entry(import.from.clone()).or_default().insert(import.to.clone());
    }
    let from_each: BTreeMap<&String, BTreeSet<String>> =
        reached.keys().map(|file| (file, all_reached(file, &reached))).collect();
    let mut seen = BTreeSet::new();
    let mut circles = Vec::new();
    for (file, beyond) in &from_each {
        if seen.contains(*file) || !beyond.contains(*file) {
            continue;
        }
        let comes_back = |other: &&String| from_each.get(other).is_some_and(|back| back.contains(*file));
        let files: BTreeSet<String> = beyond.iter().filter(comes_back).cloned().collect();
        seen.extend(files.iter().cloned());
        let within = |import: &&Import| files.contains(&import.from) && files.contains(&import.to);
        let imports = imports.iter().filter(within).cloned().collect();
        circles.push(Circle { files, imports });
    }
    circles
}

fn first_part(path: &str) -> &str {
    path.split('/').next().expect("a path has a first part")
}

fn all_reached(from: &str, reached: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(file) = open.pop() {
        for next in reached.get(&file).into_iter().flatten() {
            if all.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    all
}

/// Which file imports which, tests left out; a file's own names are no imports.
fn imports(sources: &BTreeMap<String, String>) -> BTreeSet<Import> {
    let product: BTreeMap<&String, String> = sources
        .iter()
        .filter(|(path, _)| !is_of_tests(path, sources))
        .map(|(path, text)| (path, without_tests(&code_of(text))))
        .collect();
    let tree: Tree = product.keys().map(|path| (module_of(path), (*path).clone())).collect();
    let named: BTreeMap<&String, Vec<Named>> =
        product.iter().map(|(path, code)| (*path, named_paths(&tokens(code)))).collect();
    let handed_on = handed_on(&named, &tree);
    let mut imports: BTreeMap<(String, String), String> = BTreeMap::new();
    for (path, names) in &named {
        let module = module_of(path);
        let brought = brought(names, &module, &tree);
        for name in names.iter().filter(|name| !is_handed_on(name, &module, &tree)) {
            let Some(whole) = whole_path(&name.segments, &module, &tree, &brought) else { continue };
            let Some(file) = file_of(&whole, &tree, &handed_on).filter(|file| file != *path) else { continue };
            imports.entry(((*path).clone(), file)).or_insert_with(|| name.segments.join("::"));
        }
    }
    imports.into_iter().map(|((from, to), path)| Import { from, to, path }).collect()
}

fn module_of(path: &str) -> Vec<String> {
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    if path == "lib" { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

/// A path as a file names it.
#[derive(Debug)]
struct Named {
    segments: Vec<String>,
    /// The name that `use` brings, if it is a `use`.
    brings: Option<String>,
    /// Whether others may take it from here.
    is_public: bool,
}

/// The names that each module hands on by `pub use`, with the whole paths that they stand for.
fn handed_on(named: &BTreeMap<&String, Vec<Named>>, tree: &Tree) -> BTreeMap<Vec<String>, Vec<String>> {
    let mut handed_on = BTreeMap::new();
    for (path, names) in named {
        let module = module_of(path);
        for name in names.iter().filter(|name| name.is_public) {
            let whole = whole_path(&name.segments, &module, tree, &BTreeMap::new());
            if let (Some(whole), Some(brings)) = (whole, &name.brings) {
                let mut place = module.clone();
                place.push(brings.clone());
                handed_on.insert(place, whole);
            }
        }
    }
    handed_on
}

/// Whether a parent only hands on what its descendant has.
fn is_handed_on(name: &Named, module: &[String], tree: &Tree) -> bool {
    let whole = whole_path(&name.segments, module, tree, &BTreeMap::new());
    name.is_public && whole.is_some_and(|whole| whole.starts_with(module))
}

/// What the `use`s of a file bring, by name.
fn brought(names: &[Named], module: &[String], tree: &Tree) -> BTreeMap<String, Vec<String>> {
    let whole = |name: &Named| whole_path(&name.segments, module, tree, &BTreeMap::new());
    names.iter().filter_map(|name| Some((name.brings.clone()?, whole(name)?))).collect()
}

/// A path from the root of the crate; none where it leads out of the crate or is a name of the file's own.
fn whole_path(
    segments: &[String],
    module: &[String],
    tree: &Tree,
    brought: &BTreeMap<String, Vec<String>>,
) -> Option<Vec<String>> {
    let (first, rest) = segments.split_first()?;
    let joined = |start: &[String], rest: &[String]| start.iter().chain(rest).cloned().collect::<Vec<_>>();
    match first.as_str() {
        "crate" | "exeunt" => Some(rest.to_vec()),
        "self" => Some(joined(module, rest)),
        "super" => {
            let supers = segments.iter().take_while(|segment| *segment == "super").count();
            let kept = module.len().checked_sub(supers)?;
            Some(joined(&module[..kept], &segments[supers..]))
        }
        name => {
            let child = joined(module, &segments[..1]);
            if let Some(start) = brought.get(name) {
                Some(joined(start, rest))
            } else {
                tree.contains_key(&child).then(|| joined(&child, rest))
            }
        }
    }
}

/// The file that a whole path leads to: of the deepest module in it, or of the module that a handed-on name comes from.
fn file_of(whole: &[String], tree: &Tree, handed_on: &BTreeMap<Vec<String>, Vec<String>>) -> Option<String> {
    let mut whole = whole.to_vec();
    for _ in 0..8 {
        let depth = (1..=whole.len()).rev().find(|depth| tree.contains_key(&whole[..*depth]))?;
        let target = whole.get(..=depth).and_then(|place| handed_on.get(place));
        match target {
            Some(target) => whole = target.iter().chain(&whole[depth + 1..]).cloned().collect(),
            None => return tree.get(&whole[..depth]).cloned(),
        }
    }
    None
}

/// Words, `::` as one, and every other sign alone.
fn tokens(code: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(c) = rest.chars().next() {
        let word: usize = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
        let length = if word > 0 {
            word
        } else if rest.starts_with("::") {
            2
        } else {
            c.len_utf8()
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

/// Every path in the tokens, groups taken apart.
fn named_paths(tokens: &[String]) -> Vec<Named> {
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let is_use = tokens[at] == "use";
        let begins = is_word(&tokens[at])
            && tokens.get(at + 1).is_some_and(|next| next == "::")
            && (at == 0 || !["::", "."].contains(&tokens[at - 1].as_str()));
        if is_use {
            let is_public = at > 0 && (tokens[at - 1] == "pub" || tokens[at - 1] == ")");
            at = read_path(tokens, at + 1, &[], &mut |segments, brings| {
                paths.push(Named { segments, brings: Some(brings), is_public });
            });
        } else if begins {
            at = read_path(tokens, at, &[], &mut |segments, _| {
                paths.push(Named { segments, brings: None, is_public: false });
            });
        } else {
            at += 1;
        }
    }
    paths
}

/// Reads one path or tree of paths that begins at a token, and answers where it ends.
fn read_path(tokens: &[String], from: usize, before: &[String], take: &mut dyn FnMut(Vec<String>, String)) -> usize {
    let mut segments = before.to_vec();
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        if token == "{" {
            at += 1;
            while tokens.get(at).is_some_and(|token| token != "}") {
                let next = read_path(tokens, at, &segments, take);
                at = if tokens.get(next).is_some_and(|token| token == ",") { next + 1 } else { next };
            }
            return at + 1;
        }
        if is_word(token) && (token != "self" || segments.is_empty()) {
            segments.push(token.clone());
        }
        at += 1;
        if tokens.get(at).is_some_and(|token| token == "::")
            && tokens.get(at + 1).is_some_and(|next| is_word(next) || next == "{" || next == "*")
        {
            at += 1;
        } else {
            break;
        }
    }
    let mut brings = segments.last().cloned().unwrap_or_default();
    if tokens.get(at).is_some_and(|token| token == "as") {
        brings = tokens.get(at + 1).cloned().unwrap_or_default();
        at += 2;
    }
    take(segments, brings);
    at.max(from + 1)
}

fn is_word(token: &str) -> bool {
    token.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
}
