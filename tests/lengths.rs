//! How long files and functions may be: a file of more than 600 lines has two subjects, and a function of more than 80 does
//! two things. Both Rust and JavaScript are measured, tests too.

use std::fs;
use std::path::{Path, PathBuf};

const FILE: usize = 600;
const FUNCTION: usize = 80;

#[test]
fn no_file_and_no_function_is_too_long() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files: Vec<PathBuf> = ["src", "tests"].iter().flat_map(|folder| sources(&root.join(folder))).collect();
    let of = |language: Language| files.iter().filter(|path| Language::of(path) == Some(language)).count();
    assert!(of(Language::Rust) > 100 && of(Language::JavaScript) > 20, "{} files were found", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let language = Language::of(path).expect("only files of a known language are listed");
            let name = path.strip_prefix(root).expect("it lies below the root").display().to_string();
            too_long(&name, &fs::read_to_string(path).unwrap(), language)
        })
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_long_function_is_found_in_whatever_surrounds_it() {
    let body = "    x();\n".repeat(FUNCTION);
    for (language, head, tail) in [
        (Language::Rust, "fn long<T>(a: [u8; 2]) -> &'static str\nwhere\n    T: Fn(char) -> bool,\n{\n", "}\n"),
        (Language::Rust, "const A: &str = r#\"} \"{\"#;\nfn f() {\n    let b = ('{', '\\'', \"}\");\n", "}\n"),
        (Language::Rust, "impl A {\n    /* fn no() { */\n    async fn long(&self) {\n", "}\n}\n"),
        (Language::JavaScript, "function long(a) {\n", "}\n"),
        (Language::JavaScript, "const long = async (a, b = {}) => {\n", "};\n"),
        (Language::JavaScript, "class A {\n  get(a) {\n    if (a) {\n", "}\n}\n}\n"),
        (
            Language::JavaScript,
            "const a = /[/{]/g;\nfunction f() {\n  return `}${g({ a: '}' })}}` + \"{\"; // }\n",
            "}\n",
        ),
    ] {
        let found = too_long("f", &format!("{head}{body}{tail}"), language);
        assert_eq!(found.len(), 1, "{head}gave {found:?}");
        let short = body.lines().skip(20).collect::<Vec<_>>().join("\n");
        let found = too_long("f", &format!("{head}{short}\n{tail}"), language);
        assert!(found.is_empty(), "{head}gave {found:?}");
    }
}

#[test]
fn what_is_no_function_may_be_longer() {
    let body = "    x();\n".repeat(FUNCTION);
    for (language, head, tail) in [
        (Language::Rust, "impl A {\n", "}\n"),
        (Language::Rust, "mod tests {\n", "}\n"),
        (Language::JavaScript, "class A {\n", "}\n"),
        (Language::JavaScript, "const a = {\n", "};\n"),
        // The function around a whole file only keeps its names to itself.
        (Language::JavaScript, "// What it is for.\n(function (envelope) {\n", "})\n"),
        (Language::JavaScript, "(() => {\n", "})();\n"),
    ] {
        let found = too_long("f", &format!("{head}{body}{tail}"), language);
        assert!(found.is_empty(), "{head}gave {found:?}");
    }
    let lines = "x();\n".repeat(FILE + 1);
    assert_eq!(too_long("f", &lines, Language::JavaScript).len(), 1);
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Language {
    Rust,
    JavaScript,
}

impl Language {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "rs" => Some(Self::Rust),
            "js" => Some(Self::JavaScript),
            _ => None,
        }
    }
}

/// All sources below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if Language::of(&path).is_some() {
            found.push(path);
        }
    }
    found
}

fn too_long(name: &str, text: &str, language: Language) -> Vec<String> {
    let mut found = Vec::new();
    let lines = text.lines().count();
    if lines > FILE {
        found.push(format!("{name}: {lines} lines; at most {FILE}"));
    }
    let code = code_of(text, language);
    for (first, last) in functions(&code, language) {
        let lines = last - first + 1;
        if lines > FUNCTION && !is_whole_file(&code, first, last) {
            found.push(format!("{name}:{first}: a function of {lines} lines; at most {FUNCTION}"));
        }
    }
    found
}

/// Whether the function is the parenthesis around a whole file.
fn is_whole_file(code: &str, first: usize, last: usize) -> bool {
    let used = |(at, line): (usize, &str)| (!line.trim().is_empty()).then_some(at + 1);
    let lines: Vec<usize> = code.lines().enumerate().filter_map(used).collect();
    code.trim_start().starts_with('(') && lines.first() == Some(&first) && lines.last() == Some(&last)
}

/// First and last line of every function that has a name or an arrow. The first is the line of its opening brace.
fn functions(code: &str, language: Language) -> Vec<(usize, usize)> {
    let mut open: Vec<(usize, bool)> = Vec::new();
    let (mut found, mut line, mut depth) = (Vec::new(), 1, 0_i32);
    // What was written since the last block or statement ended.
    let mut head = String::new();
    for c in code.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '\n' => line += 1,
            _ => {}
        }
        match c {
            '{' => {
                open.push((line, opens_function(head.trim_end(), language)));
                head.clear();
            }
            '}' => {
                if let Some((first, true)) = open.pop() {
                    found.push((first, line));
                }
                head.clear();
            }
            // In `[u8; 2]` it ends nothing.
            ';' if language == Language::JavaScript || !inside_brackets(&head) => head.clear(),
            _ => head.push(c),
        }
    }
    assert!(open.is_empty() && depth == 0, "the braces of line {} cannot be paired", open.first().map_or(0, |at| at.0));
    found
}

fn inside_brackets(head: &str) -> bool {
    head.chars().filter(|c| matches!(c, '(' | '[')).count() > head.chars().filter(|c| matches!(c, ')' | ']')).count()
}

fn opens_function(head: &str, language: Language) -> bool {
    if language == Language::Rust {
        let words: Vec<&str> = head.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        // A type such as `fn(u8)` has no name.
        return head
            .match_indices("fn ")
            .any(|(at, _)| !head[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
            && words.contains(&"fn");
    }
    head.ends_with("=>") || (head.ends_with(')') && !BRANCHES.contains(&word_before_parentheses(head)))
}

const BRANCHES: [&str; 6] = ["if", "for", "while", "switch", "catch", "await"];

/// The word before the last parentheses of a head.
fn word_before_parentheses(head: &str) -> &str {
    let mut depth = 0;
    for (at, c) in head.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let before = head[..at].trim_end();
            return before.rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').next().unwrap_or_default();
        }
    }
    ""
}

/// The text without comments and without what is in literals; line ends stay.
fn code_of(text: &str, language: Language) -> String {
    let mut scan = Scan { rest: text, code: String::new(), language, templates: Vec::new() };
    while !scan.rest.is_empty() {
        scan.step();
    }
    scan.code
}

struct Scan<'a> {
    rest: &'a str,
    code: String,
    language: Language,
    /// For each template that is open: how many braces are open in its hole.
    templates: Vec<usize>,
}

impl Scan<'_> {
    fn step(&mut self) {
        let c = self.rest.chars().next().expect("there is a rest");
        let javascript = self.language == Language::JavaScript;
        if self.rest.starts_with("//") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.rest = &self.rest[end..];
        } else if self.rest.starts_with("/*") {
            self.block_comment();
        } else if let (false, Some(hashes)) = (javascript, self.raw_string()) {
            let ends = format!("\"{}", "#".repeat(hashes));
            let begins = self.rest.find('"').expect("a raw string has a quote") + 1;
            let length = self.rest[begins..].find(&ends).unwrap_or(self.rest.len() - begins);
            self.drop(begins + length + ends.len());
        } else if c == '"' || (javascript && c == '\'') {
            self.literal(c);
        } else if c == '\'' && self.is_char() {
            self.literal('\'');
        } else if javascript && c == '/' && self.begins_pattern() {
            self.pattern();
        } else if javascript && c == '`' {
            self.drop(1);
            self.template();
        } else if javascript && self.templates.last().is_some_and(|open| *open == 0) && c == '}' {
            self.templates.pop();
            self.drop(1);
            self.template();
        } else {
            if let Some(open) = self.templates.last_mut() {
                match c {
                    '{' => *open += 1,
                    '}' => *open -= 1,
                    _ => {}
                }
            }
            self.code.push(c);
            self.rest = &self.rest[c.len_utf8()..];
        }
    }

    /// Leaves out so many bytes, but for their line ends.
    fn drop(&mut self, bytes: usize) {
        let (gone, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.code.extend(gone.chars().filter(|c| *c == '\n'));
        self.rest = rest;
    }

    fn block_comment(&mut self) {
        let (mut depth, mut at) = (0, 0);
        while at < self.rest.len() {
            let rest = &self.rest[at..];
            let nests = depth == 0 || self.language == Language::Rust;
            if rest.starts_with("/*") && nests {
                depth += 1;
                at += 2;
            } else if rest.starts_with("*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    break;
                }
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
        self.drop(at);
    }

    /// How many `#` a raw string has that begins here.
    fn raw_string(&self) -> Option<usize> {
        if self.code.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let rest = self.rest.strip_prefix("br").or_else(|| self.rest.strip_prefix('r'))?;
        let quoted = rest.trim_start_matches('#');
        quoted.starts_with('"').then_some(rest.len() - quoted.len())
    }

    /// Whether a quote begins a character and not the name of a lifetime.
    fn is_char(&self) -> bool {
        let mut rest = self.rest.chars().skip(1);
        rest.next() == Some('\\') || rest.next() == Some('\'')
    }

    fn literal(&mut self, quote: char) {
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == quote && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        self.drop(end.map_or(self.rest.len(), |(at, _)| at + 1));
        self.code.push('0');
    }

    /// Whether a slash begins a regular expression and not a division.
    fn begins_pattern(&self) -> bool {
        let before = self.code.trim_end();
        before.is_empty() || before.ends_with(|c| "(,=:[!&|?{};+>".contains(c)) || before.ends_with("return")
    }

    fn pattern(&mut self) {
        let (mut escaped, mut class) = (false, false);
        let end = self.rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '/' && !escaped && !class;
            if !escaped {
                class = (*c == '[' || class) && *c != ']';
            }
            escaped = *c == '\\' && !escaped;
            ends
        });
        self.drop(end.map_or(self.rest.len(), |(at, _)| at + 1));
        self.code.push('0');
    }

    /// The text of a template up to its next hole or its end.
    fn template(&mut self) {
        let mut escaped = false;
        let mut end = self.rest.len();
        for (at, c) in self.rest.char_indices() {
            if !escaped && (c == '`' || self.rest[at..].starts_with("${")) {
                end = at;
                break;
            }
            escaped = c == '\\' && !escaped;
        }
        let hole = self.rest[end..].starts_with('$');
        self.drop(end + if hole { 2 } else { 1 });
        if hole {
            self.templates.push(0);
        } else {
            self.code.push('0');
        }
    }
}
