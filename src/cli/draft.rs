//! `selectors import`: a recording of another tool as a draft flow.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::context::Context;
use super::list_file::plain;
use super::outcome::{Answer, Failure, Outcome};
use super::output::shown;
use crate::event::exit::Ending;
use crate::flow::draft::{self, Draft};

/// What is imported.
#[derive(Debug)]
pub(super) struct Import<'a> {
    /// The recording.
    pub(super) file: &'a Path,
    /// The pack's folder; none where the draft is only shown.
    pub(super) into: Option<&'a Path>,
    /// The test of a project that is meant.
    pub(super) test: Option<&'a str>,
}

/// Reads a recording and writes the draft into a pack's folder, or shows it where none is named.
pub(super) fn run(context: &Context, import: &Import<'_>) -> Answer {
    let Import { file, into, test } = *import;
    let bad = |why: String| Failure::bad_file(shown(format!("{}: {why}", file.display())), "");
    let size = plain(file).map_err(bad)?.len();
    if size > draft::LARGEST as u64 {
        return Err(bad(draft::NoRecording::TooLarge(usize::try_from(size).unwrap_or(usize::MAX)).to_string()));
    }
    let text = fs::read_to_string(file).map_err(|error| bad(error.to_string()))?;
    let draft = draft::draft(&text, test).map_err(|error| bad(error.to_string()))?;
    of_this_site(context, &draft, import)?;
    let out = &context.out;
    match into {
        None => {
            for (name, text) in files(&draft) {
                out.show(format!("# ---- {name}"));
                text.lines().for_each(|line| out.show(shown(line)));
                out.show("");
            }
            out.record(&json!({
                "v": 1, "kind": "draft", "flow": draft.flow, "targets": draft.targets, "words": draft.words, "origin": draft.origin, "notes": draft.notes,
            }));
        }
        Some(folder) => write(context, folder, &draft)?,
    }
    for note in &draft.notes {
        out.say(format!("  note: {}", shown(note)));
    }
    out.say(
        "  a draft is never run: decide for each `effect = \"?\"` what the step does, then `exeunt selectors lint my-pack`",
    );
    Ok(Outcome::of(Ending::Done, "").with("flow", draft.name))
}

/// Refuses a recording of another site than the pack is for: its locators would be tried on pages that they do not know.
fn of_this_site(context: &Context, draft: &Draft, import: &Import<'_>) -> Result<(), Failure> {
    let own = match import.into {
        Some(folder) => origin_of(folder),
        None => context.pack().ok().map(|pack| pack.site.origin.value),
    };
    let (Some(own), Some(origin)) = (own, &draft.origin) else { return Ok(()) };
    if own == *origin {
        return Ok(());
    }
    let what = format!("{}: it is a recording of {origin}, and the pack is for {own}", import.file.display());
    Err(Failure::bad_file(
        shown(what),
        "record the pages of the pack's site, or name a pack of the other one with --into",
    ))
}

/// The site that a folder's pack is for; none where the file does not say it. The rest of the pack may have mistakes.
fn origin_of(folder: &Path) -> Option<String> {
    let site: toml::Table = fs::read_to_string(folder.join("site.toml")).ok()?.parse().ok()?;
    Some(site.get("origin")?.as_str()?.to_owned())
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
            "name the folder of a pack, such as `exeunt selectors eject my-pack` writes, that has no draft of this name",
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
