//! What the README tells its readers to type.

use std::path::Path;

/// The commands of the `sh` blocks below a heading that call the program, as they stand there.
pub(crate) fn commands_below(heading: &str) -> Vec<String> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let section =
        readme.split("\n## ").find(|section| section.starts_with(heading)).expect("the README has this heading");
    let blocks = section.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.flat_map(str::lines).filter(|line| line.starts_with("exeunt ")).map(str::to_owned).collect()
}
