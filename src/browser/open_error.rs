//! Why a browser could not be opened, in words that say what to do.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why no page could be opened: the browser or its driver is not available.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenError {
    /// A program was not found.
    Missing {
        /// Which.
        what: &'static str,
        /// How to get it.
        mend: &'static str,
    },
    /// A program does not say its version.
    Silent {
        /// Where it is.
        path: PathBuf,
        /// What it did instead.
        why: String,
    },
    /// A program is not the file any more that was found, asked for its version and compared with the last one.
    Replaced {
        /// Where it is.
        path: PathBuf,
    },
    /// Browser and driver do not fit each other.
    Version {
        /// The browser and its version.
        browser: String,
        /// The driver and its version.
        driver: String,
    },
    /// The driver could not be started.
    Start {
        /// Where it is.
        path: PathBuf,
        /// Why.
        why: String,
        /// The end of what it wrote.
        output: String,
    },
    /// Somebody else answers on the driver's port.
    ForeignPort {
        /// The port.
        port: u16,
    },
    /// Another browser uses the profile.
    ProfileInUse {
        /// The profile.
        profile: PathBuf,
        /// The browser's process.
        pid: u32,
        /// The name of its program; empty where the system does not tell.
        program: String,
    },
    /// A newer browser used the profile last.
    ProfileNewer {
        /// The profile.
        profile: PathBuf,
        /// The version that used it.
        last: String,
        /// The browser that was found, and its version.
        browser: String,
    },
    /// Something in the profile belongs to another user.
    NotOurs {
        /// What.
        path: PathBuf,
        /// Whose it is.
        user: u32,
        /// Whose it should be.
        own: u32,
        /// The profile.
        profile: PathBuf,
    },
    /// Something in the profile cannot be written.
    Unwritable {
        /// What.
        path: PathBuf,
        /// Why.
        why: String,
        /// The profile.
        profile: PathBuf,
    },
    /// A folder's disk is full or read-only.
    Disk {
        /// The folder.
        path: PathBuf,
        /// What is the matter, as a half sentence.
        why: String,
    },
    /// The browser comes from a snap, which may not use the folder.
    Snap {
        /// The browser.
        browser: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
    /// The driver refused the session.
    Session {
        /// Why.
        why: String,
    },
    /// A folder cannot be read or written.
    Records {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The origin is none, or not allowed here.
    Origin {
        /// As given.
        origin: String,
        /// Why.
        why: String,
    },
    /// The driver's address is none, or not allowed.
    Webdriver {
        /// As given.
        url: String,
        /// Why.
        why: String,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { what, mend } => write!(f, "{what} was not found: {mend}"),
            Self::Silent { path, why } => write!(f, "`{} --version` failed: {why}", path.display()),
            Self::Replaced { path } => {
                write!(f, "`{}` was replaced since it was looked at: run the command again", path.display())
            }
            Self::Version { browser, driver } => {
                write!(f, "{driver} does not fit {browser}: install the same major version of both")
            }
            Self::Start { path, why, output } if output.is_empty() => {
                write!(f, "`{}` could not be started: {why}", path.display())
            }
            Self::Start { path, why, output } => {
                write!(f, "`{}` could not be started: {why}; it wrote: {}", path.display(), in_one_line(output))
            }
            Self::ForeignPort { port } => {
                write!(f, "another program answers on port {port}, where our driver should: try again")
            }
            Self::ProfileInUse { .. }
            | Self::ProfileNewer { .. }
            | Self::NotOurs { .. }
            | Self::Unwritable { .. }
            | Self::Disk { .. }
            | Self::Snap { .. } => {
                let (what, advice) = self.about_a_folder().unwrap_or_default();
                write!(f, "{what}: {advice}")
            }
            Self::Session { why } => write!(f, "the driver created no session: {why}"),
            Self::Records { path, why } => write!(f, "`{}` cannot be used: {why}", path.display()),
            Self::Origin { origin, why } => write!(f, "the origin `{}` cannot be used: {why}", origin.escape_debug()),
            Self::Webdriver { url, why } => write!(f, "the driver `{}` cannot be used: {why}", url.escape_debug()),
        }
    }
}

impl OpenError {
    /// What is the matter with the folder of a profile or of temporary files, and what to do about it; none where the error is about
    /// something else.
    #[must_use]
    pub fn about_a_folder(&self) -> Option<(String, String)> {
        Some(match self {
            Self::ProfileInUse { profile, pid, program } => (
                format!("the profile `{}` is in use by process {}", profile.display(), named(*pid, program)),
                "close that browser, then run the command again".to_owned(),
            ),
            Self::ProfileNewer { profile, last, browser } => (
                format!(
                    "the profile `{}` was used by version {last} of the browser, and {browser} is older: it would refuse the \
                     profile or lose the sign-in",
                    profile.display()
                ),
                format!("install version {} or newer again", last.split('.').next().unwrap_or(last)),
            ),
            Self::NotOurs { path, user, own, profile } => (
                format!("`{}` belongs to user {user}, and the browser runs as user {own}", path.display()),
                format!("`sudo chown -R {own} {}`", quoted(profile)),
            ),
            Self::Unwritable { path, why, profile } => (
                format!("the browser cannot write `{}`: {why}", path.display()),
                format!("`chmod -R u+rwX {}`", quoted(profile)),
            ),
            Self::Disk { path, why } => (
                format!("a browser cannot use `{}`: {why}", path.display()),
                "make room or make it writable, then run the command again".to_owned(),
            ),
            Self::Snap { browser, folder } => (
                format!(
                    "{} is a browser from a snap, which may not use hidden folders such as `{}`",
                    browser.display(),
                    folder.display()
                ),
                "name a folder that is not hidden with --data-dir, such as ~/exeunt, or install the browser another way"
                    .to_owned(),
            ),
            _ => return None,
        })
    }
}

/// A process with the name of its program, where that is known.
#[must_use]
pub fn named(pid: u32, program: &str) -> String {
    if program.is_empty() { pid.to_string() } else { format!("{pid} ({})", program.escape_debug()) }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

/// What a program wrote, as one line: its line ends would reach the eye as signs.
fn in_one_line(output: &str) -> String {
    let lines = output.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.escape_debug().to_string()).collect::<Vec<_>>().join(" / ")
}

impl std::error::Error for OpenError {}
