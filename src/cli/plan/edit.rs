//! `plan new --edit`: the list in the user's editor, one person a line.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::choice::left_out;
use crate::cli::context::Context;
use crate::cli::list_file;
use crate::cli::outcome::Failure;
use crate::cli::output::{clean, shown};
use crate::event::exit::Ending;
use crate::event::id::Slug;
use crate::plan::keep::KeepList;
use crate::plan::people_list::PeopleList;
use crate::plan::person::Person;
use crate::plan::think_twice::Network;
use crate::report::count::people as counted;

/// The largest list that is read back.
const LARGEST: u64 = 16 * 1024 * 1024;
/// Longer texts of people are cut: the line is there to be read.
const TEXT_SHOWN: usize = 60;

/// What the editor is opened with.
pub(super) struct Offer<'a> {
    /// Whom the flags chose, in this order.
    pub(super) people: &'a [&'a Person],
    /// Nothing narrowed the choice: then everybody stays whose line is not taken up.
    pub(super) is_whole: bool,
    /// The reasons to think twice.
    pub(super) network: &'a Network<'a>,
}

/// Lets the user edit the list; answers who is on it then, in its order, without those who are kept.
///
/// # Errors
/// No editor is named or it fails (2); the list has a line that is not understood and nobody mends it (3). In that case the
/// list is left where the failure says, so that no work is lost.
pub(super) fn edited<'a>(
    context: &Context,
    offer: &Offer<'_>,
    (people, keep): (&'a [Person], &'a KeepList),
) -> Result<Vec<&'a Person>, Failure> {
    let editor = context.editor.as_deref().ok_or_else(|| {
        Failure::usage("no editor is named", "set VISUAL or EDITOR, for example `EDITOR=nano exeunt plan new --edit`")
    })?;
    let mut draft = Draft::write(context, &sheet(offer))?;
    loop {
        run(context, editor, &draft.path)?;
        let text = draft.read()?;
        let list = match understood(&text, people) {
            Ok(list) => list,
            Err(failure) if again(context, &failure) => continue,
            Err(failure) => {
                draft.is_kept = true;
                let list = shown(draft.path.display());
                let mend = format!("your list is kept: mend {list} and give it with --people, or take it away");
                return Err(Failure::bad_file(failure.what, mend));
            }
        };
        let resolved = list.resolve(people, keep);
        if list.people.is_empty() {
            return Err(Failure::usage(
                "the list names nobody: no plan was made",
                "run the command again to try again",
            ));
        }
        list_file::tell_duplicates(context, "the list", &list);
        left_out(context, &resolved.kept);
        if text == draft.text {
            context.out.note(format!("  the list was not changed: {} in it", counted(list.people.len() as u64)));
        }
        return Ok(resolved.chosen);
    }
}

fn understood(text: &str, people: &[Person]) -> Result<PeopleList, Failure> {
    let slugs: HashSet<&Slug> = people.iter().map(|person| &person.slug).collect();
    let list = PeopleList::parse_lines(text, &|slug| slugs.contains(slug))
        .map_err(|mistakes| list_file::misread("the list", &mistakes))?;
    list_file::all_known("the list", &list.resolve(people, &KeepList::default()).unknown, people)?;
    Ok(list)
}

/// Shows what is wrong and asks whether to open the editor once more, where somebody can answer.
fn again(context: &Context, failure: &Failure) -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    context.out.warn(format!("exeunt: {failure}"));
    context.out.warn("Edit the list again? Enter for yes, `n` to stop:");
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    // The end of the input is no answer.
    read.is_ok_and(|length| length > 0) && matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes")
}

fn run(context: &Context, editor: &str, path: &Path) -> Result<(), Failure> {
    let failed = |what: String| Failure::usage(what, "nothing was done; check VISUAL and EDITOR, then run it again");
    let mut command = Command::new("/bin/sh");
    // The shell takes the editor's own flags apart; the path is never part of its text.
    command.arg("-c").arg(format!("{editor} \"$1\"")).arg("exeunt").arg(path);
    if context.out.json {
        // Standard output belongs to the records.
        let terminal = std::io::stderr().as_fd().try_clone_to_owned();
        command.stdout(terminal.map_or_else(|_| Stdio::null(), Stdio::from));
    }
    let status = command.status().map_err(|error| failed(format!("the editor cannot be started: {error}")))?;
    if status.success() {
        return Ok(());
    }
    let how = status.code().map_or("was ended by a signal".to_owned(), |code| format!("answered {code}"));
    Err(failed(format!("the editor `{}` {how}: no plan was made", clean(editor))))
}

/// The list as a file of the user's alone; gone with this value unless it holds work that would be lost.
struct Draft {
    path: PathBuf,
    text: String,
    is_kept: bool,
}

impl Draft {
    fn write(context: &Context, text: &str) -> Result<Self, Failure> {
        let path = context.data_dir.join(format!("plan-{:08x}.txt", context.seed() as u32));
        let write = || -> std::io::Result<()> {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
            file.write_all(text.as_bytes())
        };
        let draft = Self { path: path.clone(), text: text.to_owned(), is_kept: false };
        write().map_err(|error| {
            let what = shown(format!("{}: {error}", path.display()));
            Failure::new(
                Ending::Damaged,
                what,
                "make room or mend the folder's permissions, then run the command again",
            )
        })?;
        Ok(draft)
    }

    fn read(&mut self) -> Result<String, Failure> {
        let mut text = String::new();
        let read = fs::File::open(&self.path).and_then(|file| file.take(LARGEST).read_to_string(&mut text));
        match read {
            Ok(length) if (length as u64) < LARGEST => Ok(text),
            // An editor that took the file away wants no list.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            other => {
                self.is_kept = true;
                let why = other.map_or_else(|error| error.to_string(), |_| "it is larger than 16 MiB".to_owned());
                let what = shown(format!("{}: {why}", self.path.display()));
                Err(Failure::bad_file(what, "save it as text in UTF-8 and give it with --people"))
            }
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_kept {
            // A file that cannot be taken away is in the user's own folder, readable by nobody else.
            let _ = fs::remove_file(&self.path);
        }
    }
}

const HEAD: &str = "\
# One person a line. Who is on the list when you leave the editor is in the plan; nothing is done yet.
# Take a line away, or put a # before it, and that person stays in your network.
# The order of the lines is the order of the plan. What follows a # is for you to read.
# An empty list makes no plan.
#
#
";
const HEAD_OF_ALL: &str = "\
# One person a line. Nothing chose anybody yet, so every line begins with a # and stays in your network.
# Take the # away before each person whom you want to remove; nothing is done yet.
# The order of the lines is the order of the plan. What follows a second # is for you to read.
# An empty list makes no plan.
#
#
";
/// Some editors obey words in the first and last lines of a file; these are ours.
const FOOT: &str = "#\n#\n#\n#\n# The end of the list.\n";

/// The file's text.
fn sheet(offer: &Offer<'_>) -> String {
    let mut text = if offer.is_whole { HEAD_OF_ALL } else { HEAD }.to_owned();
    let slugs: Vec<String> = offer.people.iter().map(|person| typed(&person.slug)).collect();
    let width = slugs.iter().map(|slug| slug.chars().count()).max().unwrap_or(0).min(40);
    let mark = if offer.is_whole { "#" } else { "" };
    for (person, slug) in offer.people.iter().zip(&slugs) {
        text.push_str(&format!("{mark}{slug:<width$}  # {}\n", about(person, offer.network)));
    }
    text + FOOT
}

/// A slug as the list reads it back, without a character that an editor would hide.
fn typed(slug: &Slug) -> String {
    if clean(slug.as_str()) == slug.as_str() { slug.to_string() } else { slug.encoded() }
}

fn about(person: &Person, network: &Network<'_>) -> String {
    let since = person.connected_on.map(|day| format!("since {day}"));
    let reasons: Vec<String> = network.reasons(person).iter().map(ToString::to_string).collect();
    let reasons = (!reasons.is_empty()).then(|| format!("think twice ({})", reasons.join("; ")));
    let parts = [Some(person.full_name()), Some(person.position.clone()), Some(person.company.clone()), since, reasons];
    let parts: Vec<String> =
        parts.into_iter().flatten().filter(|part| !part.is_empty()).map(|part| harmless(&part)).collect();
    parts.join(" | ")
}

/// A text of the export as a comment: editors obey commands in comments, and all of those need a colon.
fn harmless(text: &str) -> String {
    crate::report::escape::fit(text, TEXT_SHOWN).replace(':', " ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn person(slug: &str, first: &str) -> Person {
        Person {
            slug: slug.parse().unwrap(),
            first_name: first.to_owned(),
            last_name: String::new(),
            company: "vim: set modeline:".to_owned(),
            position: "a\nb, slug".to_owned(),
            connected_on: None,
        }
    }

    fn of(is_whole: bool) -> String {
        let people = [person("jane", "# Jane\u{202e}"), person("j%C3%B6rg%E2%80%AE", "x".repeat(10_000).as_str())];
        let ties = BTreeMap::new();
        let network = Network::of(&people, None, &ties, jiff::civil::date(2026, 1, 1));
        sheet(&Offer { people: &people.iter().collect::<Vec<_>>(), is_whole, network: &network })
    }

    #[test]
    fn the_list_is_read_back_as_it_was_written_whatever_the_names_are() {
        let text = of(false);
        let list = PeopleList::parse_lines(&text, &|_| true).unwrap();
        let slugs: Vec<&str> = list.people.iter().map(|(slug, _)| slug.as_str()).collect();
        assert_eq!(slugs, ["jane", "j\u{f6}rg\u{202e}"]);
        assert!(text.lines().all(|line| line.chars().count() < 400) && !text.contains('\u{202e}'), "{text}");
    }

    #[test]
    fn where_nothing_chose_anybody_nobody_is_chosen() {
        assert!(PeopleList::parse_lines(&of(true), &|_| true).unwrap().people.is_empty());
    }

    #[test]
    fn no_name_commands_the_editor() {
        let text = of(false);
        let lines: Vec<&str> = text.lines().collect();
        let ours = |line: &&&str| line.starts_with('#');
        assert_eq!(lines.iter().take(5).filter(ours).count(), 5);
        assert_eq!(lines.iter().rev().take(5).filter(ours).count(), 5);
        assert!(text.lines().filter(|line| !line.starts_with('#')).all(|line| !line.contains(':')), "{text}");
    }
}
