//! `selectors import`: a recording of another tool as a draft flow.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::shown;
use crate::event::exit::Ending;
use crate::flow::draft::{self, Draft};

/// Reads a recording and writes the draft into a pack's folder, or shows it where none is named.
pub(super) fn run(context: &Context, file: &Path, into: Option<&Path>) -> Answer {
    let bad = |why: String| Failure::bad_file(shown(format!("{}: {why}", file.display())), "");
    let size = fs::metadata(file).map_err(|error| bad(error.to_string()))?.len();
    if size > draft::LARGEST as u64 {
        return Err(bad(draft::NoRecording::TooLarge(usize::try_from(size).unwrap_or(usize::MAX)).to_string()));
    }
    let text = fs::read_to_string(file).map_err(|error| bad(error.to_string()))?;
    let draft = draft::draft(&text).map_err(|error| bad(error.to_string()))?;
    let out = &context.out;
    match into {
        None => {
            for (name, text) in files(&draft) {
                out.show(format!("# ---- {name}"));
                text.lines().for_each(|line| out.show(shown(line)));
                out.show("");
            }
            out.record(&json!({
                "v": 1, "flow": draft.flow, "targets": draft.targets, "words": draft.words, "notes": draft.notes,
            }));
        }
        Some(folder) => write(context, folder, &draft)?,
    }
    for note in &draft.notes {
        out.say(format!("  note: {}", shown(note)));
    }
    out.say(
        "  a draft is never run: decide for each `effect = \"?\"` what the step does, then `exeunt selectors lint DIR`",
    );
    Ok(Outcome::of(Ending::Done, "").with("flow", draft.name))
}

fn files(draft: &Draft) -> Vec<(String, &str)> {
    let mut files = vec![
        (format!("flows/{}.toml", draft.name), draft.flow.as_str()),
        (format!("targets/{}.toml", draft.name), draft.targets.as_str()),
    ];
    if !draft.words.is_empty() {
        files.push(("words/en.toml (add these lines)".to_owned(), draft.words.as_str()));
    }
    files
}

fn write(context: &Context, folder: &Path, draft: &Draft) -> Result<(), Failure> {
    let failed = |path: &Path, error: std::io::Error| {
        Failure::usage(
            shown(format!("{}: {error}", path.display())),
            "name the folder of a pack, such as `exeunt selectors eject DIR` writes, that has no draft of this name",
        )
    };
    let words = folder.join("words/en.toml");
    let known = fs::read_to_string(&words).map_err(|error| failed(&words, error))?;
    let paths: Vec<PathBuf> = files(draft).iter().take(2).map(|(name, _)| folder.join(name)).collect();
    for (path, text) in paths.iter().zip([&draft.flow, &draft.targets]) {
        let mut file = fs::File::create_new(path).map_err(|error| failed(path, error))?;
        file.write_all(text.as_bytes()).map_err(|error| failed(path, error))?;
        context.out.say(format!("  {}", shown(path.display())));
    }
    let has = |line: &str| {
        let key = line.split(' ').next().unwrap_or_default();
        known.lines().any(|other| other.split([' ', '=']).next() == Some(key))
    };
    let (old, new): (Vec<&str>, Vec<&str>) = draft.words.lines().partition(|line| has(line));
    if !new.is_empty() {
        let gap = if known.ends_with('\n') { "\n" } else { "\n\n" };
        let text = format!("{gap}# Of the draft `{}`.\n{}\n", draft.name, new.join("\n"));
        let mut file = fs::OpenOptions::new().append(true).open(&words).map_err(|error| failed(&words, error))?;
        file.write_all(text.as_bytes()).map_err(|error| failed(&words, error))?;
        context.out.say(format!("  {}: {} added at its end", shown(words.display()), new.len()));
    }
    for line in old {
        context.out.say(format!("  note: the words have this key already: {}", shown(line)));
    }
    Ok(())
}
