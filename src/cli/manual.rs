//! `completions` and `man`: what shells and `man` need to know of the command line, from its one definition.

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::args::Cli;
use super::outcome::{Answer, Failure, Outcome};
use super::output::{Output, shown};
use crate::report::count::count;

/// Carries out `completions`.
pub(crate) fn completions(out: Output, shell: Shell) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "exeunt", &mut script);
    out.raw(&String::from_utf8_lossy(&script));
    Ok(Outcome::done(""))
}

/// Carries out `man`: the first page to standard output, or all pages into a folder.
pub(crate) fn man(out: Output, dir: Option<&Path>) -> Answer {
    let Some(dir) = dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page).expect("a vector takes every byte");
        out.raw(&String::from_utf8_lossy(&page));
        return Ok(Outcome::done(""));
    };
    let failed = |error: std::io::Error| {
        Failure::usage(shown(format!("{}: {error}", dir.display())), "name a folder that you can write to")
    };
    std::fs::create_dir_all(dir).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), dir).map_err(failed)?;
    let is_ours = |name: &str| name.starts_with("exeunt") && name.ends_with(".1");
    let entries = std::fs::read_dir(dir).map_err(failed)?.filter_map(Result::ok);
    let pages = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_ours)).count() as u64;
    let said = shown(format!("{} in {}", count(pages, "manual page", "manual pages"), dir.display()));
    Ok(Outcome::done(said).with("pages", pages))
}
