//! Browsers that the tests start themselves; the product notes its own in builds for tests.

use std::io::Write as _;

use exeunt::browser::binary::Kind;

/// Adds one to the suite's count, where somebody counts: `scripts/test` does.
pub(crate) fn note(kind: Kind) {
    let Some(path) = std::env::var_os("BROWSER_STARTS_OF_EXEUNT") else { return };
    let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(format!("{kind}\n").as_bytes()).unwrap();
}
