//! What README and guide tell their readers to type.

use std::path::Path;

/// The two files whose commands are run by tests.
pub(crate) const README: &str = "README.md";
pub(crate) const GUIDE: &str = "docs/guide.md";

/// The commands of the `sh` blocks below a heading of the file that call the program, as they stand there.
pub(crate) fn commands_below(file: &str, heading: &str) -> Vec<String> {
    let section = sections(file).into_iter().find(|(title, _)| title.starts_with(heading));
    section.unwrap_or_else(|| panic!("{file} has no heading `{heading}`")).1
}

/// Every section of the file: its heading, and the commands of its `sh` blocks that call the program.
pub(crate) fn sections(file: &str) -> Vec<(String, Vec<String>)> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let commands = |section: &str| {
        let blocks = section.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
        blocks.flat_map(str::lines).filter(|line| line.starts_with("exeunt ")).map(str::to_owned).collect()
    };
    let sections = text.split("\n## ").skip(1);
    sections.map(|section| (section.lines().next().unwrap().to_owned(), commands(section))).collect()
}
