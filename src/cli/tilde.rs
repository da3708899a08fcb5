//! `~` at the beginning of a path: the home folder, also where no shell puts it in: `--out=~/x`, a variable, a setting.

use std::any::TypeId;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};

use super::args::Cli;

/// Variables that name a folder or a file.
const VARIABLES: [&str; 2] = ["EXEUNT_DATA_DIR", "EXEUNT_CONFIG"];

/// The arguments with the home folder in place of the `~` of each `--option=~/…` that takes a path. A `~` after a space is the
/// shell's own to replace, and one that begins a text is a text: `--company=~consult`.
pub(super) fn expanded(arguments: Vec<OsString>, home: Option<&Path>) -> Vec<OsString> {
    let is_meant =
        |argument: &OsString| argument.to_str().is_some_and(|text| text.starts_with("--") && text.contains("=~"));
    if !arguments.iter().any(is_meant) {
        return arguments;
    }
    let mut names = BTreeSet::new();
    paths_of(&Cli::command(), &mut names);
    let of = |argument: OsString| -> OsString {
        let Some((name, value)) = argument.to_str().and_then(|text| text.split_once('=')) else { return argument };
        let is_path = name.strip_prefix("--").is_some_and(|name| names.contains(name));
        if is_path { format!("{name}={}", of_home(value, home)).into() } else { argument }
    };
    arguments.into_iter().map(of).collect()
}

/// The value of a variable, with the home folder in place of a `~` where the variable names a path.
pub(super) fn of_variable(name: &str, value: String, home: Option<&Path>) -> String {
    if VARIABLES.contains(&name) { of_home(&value, home) } else { value }
}

/// A word with the home folder in place of `~` or the `~` of `~/…`.
pub(super) fn of_home(word: &str, home: Option<&Path>) -> String {
    let rest = word.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/'));
    match (rest, home.and_then(Path::to_str)) {
        (Some(rest), Some(home)) => format!("{}{rest}", home.trim_end_matches('/')),
        _ => word.to_owned(),
    }
}

/// The long names of all options that take a path.
fn paths_of(command: &Command, names: &mut BTreeSet<String>) {
    let is_path = |argument: &&clap::Arg| argument.get_value_parser().type_id() == TypeId::of::<PathBuf>();
    names.extend(command.get_arguments().filter(is_path).filter_map(clap::Arg::get_long).map(str::to_owned));
    command.get_subcommands().for_each(|inner| paths_of(inner, names));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_begins_in_the_home_folder_and_a_text_stays() {
        let home = Some(Path::new("/home/jane"));
        let given =
            ["exeunt", "--data-dir=~/x", "--company=~consult", "--people=~", "--data-dir=~bob/x", "--data-dir", "~/y"];
        let expanded = expanded(given.map(OsString::from).to_vec(), home);
        let said: Vec<&str> = expanded.iter().filter_map(|argument| argument.to_str()).collect();
        assert_eq!(
            said,
            [
                "exeunt",
                "--data-dir=/home/jane/x",
                "--company=~consult",
                "--people=/home/jane",
                "--data-dir=~bob/x",
                "--data-dir",
                "~/y"
            ]
        );
        assert_eq!(of_home("~/bin/tell", home), "/home/jane/bin/tell");
        assert_eq!(of_home("~/bin/tell", None), "~/bin/tell");
        assert_eq!(of_variable("EXEUNT_ACCOUNT", "~".into(), home), "~");
    }
}
