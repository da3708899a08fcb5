//! Why a browser could not be opened, in words that say what to do.

use std::fmt;
use std::path::PathBuf;

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
                write!(f, "`{}` could not be started: {why}; it wrote: {}", path.display(), output.escape_debug())
            }
            Self::ForeignPort { port } => {
                write!(f, "another program answers on port {port}, where our driver should: try again")
            }
            Self::ProfileInUse { profile, pid } => {
                write!(f, "the profile `{}` is in use by process {pid}: close that browser", profile.display())
            }
            Self::Session { why } => write!(f, "the driver created no session: {why}"),
            Self::Records { path, why } => write!(f, "`{}` cannot be used: {why}", path.display()),
            Self::Origin { origin, why } => write!(f, "the origin `{}` cannot be used: {why}", origin.escape_debug()),
            Self::Webdriver { url, why } => write!(f, "the driver `{}` cannot be used: {why}", url.escape_debug()),
        }
    }
}

impl std::error::Error for OpenError {}
