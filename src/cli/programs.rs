//! Which browser and driver the settings name, and where they are looked for.

use std::path::PathBuf;

use super::context::Context;
pub(crate) use crate::browser::binary::is_program;
use crate::browser::binary::{Binaries, Kind};
use crate::settings::BrowserName;

/// The engine's word for the browser of the settings.
pub(crate) fn kind(name: BrowserName) -> Kind {
    match name {
        BrowserName::Chrome => Kind::Chrome,
        BrowserName::Firefox => Kind::Firefox,
    }
}

/// Where browser and driver are looked for: as set, in PATH, and beside a development build.
pub(crate) fn binaries(context: &Context) -> Binaries {
    let set = &context.settings.browser;
    let (browser, driver) = match set.name {
        BrowserName::Chrome => (set.chromium.clone(), set.chromedriver.clone()),
        BrowserName::Firefox => (set.firefox.clone(), set.geckodriver.clone()),
    };
    let mut search = search_path();
    search.extend(beside_a_build());
    Binaries { browser, driver, search, known: None }
}

/// The program of that name that the system would start.
pub(crate) fn found(name: &str) -> Option<PathBuf> {
    search_path().into_iter().map(|folder| folder.join(name)).find(|path| is_program(path))
}

fn search_path() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

/// `target/tools/bin`, where `scripts/install` puts drivers, for a program that was built in `target/<profile>`.
fn beside_a_build() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let target = program.parent()?.parent()?;
    Some(target.join("tools/bin"))
}
