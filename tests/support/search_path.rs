//! Where browsers and drivers are looked for.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::quick;

/// Browsers that start quickly, the folder into which `scripts/install` puts a driver, and the search path.
pub(crate) fn search_path() -> OsString {
    joined(quick::folder())
}

/// The same with the browsers as users have them.
pub(crate) fn plain() -> OsString {
    joined(None)
}

fn joined(first: Option<PathBuf>) -> OsString {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(first.into_iter().chain([own]).chain(std::env::split_paths(&path))).unwrap()
}
