//! Opens a page in a real browser for a test, with everything of it in a temporary folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use exeunt::browser::DrivenPage;
use exeunt::browser::binary::{Binaries, Kind};
use exeunt::browser::open::{Open, open};
use exeunt::browser::page::Deadlines;

use super::pool;
use super::search_path::plain;

/// The folders in which browsers and drivers are looked for.
pub(crate) fn search() -> Vec<PathBuf> {
    std::env::split_paths(&plain()).collect()
}

/// What a test opens with a driver and a browser of its own: headless, on loopback only, with records and temporary folders
/// in `folder`.
pub(crate) fn options(kind: Kind, origin: &str, folder: &Path) -> Open {
    Open {
        kind,
        binaries: Binaries { search: search(), ..Binaries::default() },
        webdriver: None,
        remote_http: false,
        headless: true,
        profile: None,
        origin: origin.to_owned(),
        records: folder.join("drivers"),
        temp: folder.to_owned(),
        deadlines: Deadlines::default(),
        masks: vec![],
        downloads: None,
        uncached: false,
        loopback_only: true,
    }
}

/// What a test opens in a browser of the pool, where the start is not what it is about.
pub(crate) fn shared(kind: Kind, origin: &str, folder: &Path) -> Open {
    Open { webdriver: pool::url(), ..options(kind, origin, folder) }
}

/// Opens a page in a browser of the pool. A missing browser or driver fails the test.
///
/// A page of a hundred thousand rows is loaded for half a minute where five others are tried beside it.
pub(crate) async fn page(kind: Kind, origin: &str, folder: &Path) -> DrivenPage {
    let deadlines = Deadlines { load: Duration::from_secs(120), ..Deadlines::default() };
    opened(Open { deadlines, ..shared(kind, origin, folder) }).await
}

/// Opens a page with a driver and a browser of its own, which end with it.
pub(crate) async fn real_page(kind: Kind, origin: &str, folder: &Path) -> DrivenPage {
    opened(options(kind, origin, folder)).await
}

/// Opens a page. A missing browser or driver fails the test.
pub(crate) async fn opened(options: Open) -> DrivenPage {
    let kind = options.kind;
    match open(options).await {
        Ok(page) => page,
        Err(error) => panic!("{kind} is needed for this test: {error}"),
    }
}
