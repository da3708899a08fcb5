//! What is to be opened: every choice about a session that its caller makes.

use std::path::PathBuf;

use super::binary::{Binaries, Kind};
use super::page::Deadlines;

/// What is to be opened.
#[derive(Debug, Clone)]
pub struct Open {
    /// Which browser.
    pub kind: Kind,
    /// Where browser and driver are looked for.
    pub binaries: Binaries,
    /// A driver that already runs; a driver of our own is started where this is none.
    pub webdriver: Option<String>,
    /// Allows a `webdriver` on another machine over plain HTTP.
    pub remote_http: bool,
    /// Without a window.
    pub headless: bool,
    /// The account's own browser profile; a temporary one where this is none.
    pub profile: Option<PathBuf>,
    /// Where the pages are: scheme, host, port.
    pub origin: String,
    /// The folder for records of running drivers.
    pub records: PathBuf,
    /// The folder in which temporary folders are made.
    pub temp: PathBuf,
    /// How long commands may take.
    pub deadlines: Deadlines,
    /// What is covered in every picture beside the fields for secrets: CSS selectors, checked with the pack.
    pub masks: Vec<String>,
    /// The folder into which this session saves what it downloads; without one it is opened for no download.
    pub downloads: Option<PathBuf>,
    /// Keeps nothing of what it loads for a second time, so that every look asks the site anew: for a visitor who looks twice.
    pub uncached: bool,
    /// Refuses an origin on another machine, and lets the browser connect to nothing but this one.
    pub loopback_only: bool,
}
