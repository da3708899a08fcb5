//! Where browsers and drivers are looked for.

use std::ffi::OsString;
use std::path::Path;

/// The folder into which `scripts/install` puts a driver, and the search path.
pub(crate) fn search_path() -> OsString {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&path))).unwrap()
}
