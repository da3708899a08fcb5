//! Browser and driver as programs on this machine: where they are, which versions they have, whether they fit.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::open_error::OpenError;

/// Which browser is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Chromium or Chrome, through chromedriver.
    Chrome,
    /// Firefox, through geckodriver.
    Firefox,
}

impl Kind {
    /// The word of the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chrome => "chrome",
            Self::Firefox => "firefox",
        }
    }

    /// The driver's program name.
    #[must_use]
    pub fn driver(self) -> &'static str {
        match self {
            Self::Chrome => "chromedriver",
            Self::Firefox => "geckodriver",
        }
    }

    fn browsers(self) -> &'static [&'static str] {
        match self {
            Self::Chrome => &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
            Self::Firefox => &["firefox", "firefox-esr"],
        }
    }

    /// Where macOS keeps them, outside any search path.
    fn applications(self) -> &'static [&'static str] {
        match self {
            Self::Chrome => &[
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                "/Applications/Chromium.app/Contents/MacOS/Chromium",
            ],
            Self::Firefox => &["/Applications/Firefox.app/Contents/MacOS/firefox"],
        }
    }

    fn browser_mend(self) -> &'static str {
        match self {
            Self::Chrome => "on Debian: `apt install chromium`; on macOS: install Google Chrome",
            Self::Firefox => "on Debian: `apt install firefox-esr`; on macOS: install Firefox",
        }
    }

    fn driver_mend(self) -> &'static str {
        match self {
            Self::Chrome => "on Debian: `apt install chromium-driver`; on macOS: `brew install chromedriver`",
            Self::Firefox => "run `scripts/install`, or `cargo install --locked geckodriver`",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where programs are looked for.
#[derive(Debug, Clone, Default)]
pub struct Binaries {
    /// The browser, where its place is given.
    pub browser: Option<PathBuf>,
    /// The driver, where its place is given.
    pub driver: Option<PathBuf>,
    /// Folders to search, in this order: the search path, and whatever else may hold a driver.
    pub search: Vec<PathBuf>,
    /// Both programs as an earlier search found them: nothing is looked for then, and these very files are started.
    pub known: Option<Pair>,
}

/// A program that was found and asked for its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Where it is.
    pub path: PathBuf,
    /// What it calls itself, with its version: `Chromium 156.0.8078.79`.
    pub says: String,
    /// Its version's first number.
    pub major: u32,
    /// The file that was asked.
    pub mark: Mark,
}

/// One state of one file: a file that was replaced or written to since has another mark, whatever its name and times say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    device: u64,
    inode: u64,
    bytes: u64,
    /// Seconds and nanoseconds of the last change, which the system alone writes.
    changed: (i64, i64),
}

impl Mark {
    /// The mark of the file that a path leads to now.
    ///
    /// # Errors
    /// There is no such file, or it may not be asked.
    pub fn of(path: &Path) -> std::io::Result<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let about = std::fs::metadata(path)?;
        Ok(Self {
            device: about.dev(),
            inode: about.ino(),
            bytes: about.size(),
            changed: (about.ctime(), about.ctime_nsec()),
        })
    }
}

/// A browser and the driver that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The browser.
    pub browser: Program,
    /// The driver.
    pub driver: Program,
}

/// Finds browser and driver, asks both for their versions, and checks that they fit each other.
///
/// A pair that is known already is not asked again; it is only checked that it still consists of the same two files. Dropping the
/// future kills the program that is being asked.
///
/// # Errors
/// One is missing or does not answer, or chromedriver and Chromium have different major versions; or one of a known pair was
/// replaced.
pub async fn find(kind: Kind, binaries: &Binaries) -> Result<Pair, OpenError> {
    if let Some(pair) = &binaries.known {
        return unchanged(pair).map(|()| pair.clone());
    }
    let browser = locate(binaries.browser.as_deref(), kind.browsers(), kind.applications(), &binaries.search);
    let browser = browser.ok_or(OpenError::Missing {
        what: match kind {
            Kind::Chrome => "Chromium",
            Kind::Firefox => "Firefox",
        },
        mend: kind.browser_mend(),
    })?;
    let driver = locate(binaries.driver.as_deref(), &[kind.driver()], &[], &binaries.search)
        .ok_or(OpenError::Missing { what: kind.driver(), mend: kind.driver_mend() })?;
    let (browser, driver) = tokio::join!(ask(browser), ask(driver));
    let pair = Pair { browser: browser?, driver: driver? };
    if kind == Kind::Chrome && pair.browser.major != pair.driver.major {
        return Err(OpenError::Version { browser: pair.browser.says, driver: pair.driver.says });
    }
    Ok(pair)
}

fn locate(given: Option<&Path>, names: &[&str], applications: &[&str], search: &[PathBuf]) -> Option<PathBuf> {
    if let Some(given) = given {
        return is_program(given).then(|| given.to_owned());
    }
    let on_path = names.iter().flat_map(|name| search.iter().map(move |folder| folder.join(name)));
    let elsewhere = applications.iter().map(PathBuf::from);
    on_path.chain(elsewhere).find(|path| is_program(path))
}

/// Whether a file is there that may be run.
#[must_use]
pub fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// Whether both files are still those that were asked for their versions.
fn unchanged(pair: &Pair) -> Result<(), OpenError> {
    for program in [&pair.browser, &pair.driver] {
        if Mark::of(&program.path).ok() != Some(program.mark) {
            return Err(OpenError::Replaced { path: program.path.clone() });
        }
    }
    Ok(())
}

async fn ask(path: PathBuf) -> Result<Program, OpenError> {
    let silent = |why: String| OpenError::Silent { path: path.clone(), why };
    // Taken first: a file that is replaced while it is asked does not pass for the one that answered.
    let mark = Mark::of(&path).map_err(|error| silent(error.to_string()))?;
    let mut command = tokio::process::Command::new(&path);
    command.arg("--version").stdin(std::process::Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(Duration::from_secs(20), command.output())
        .await
        .map_err(|_| silent("no answer within 20 s".to_owned()))?
        .map_err(|error| silent(error.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let says = text.lines().next().unwrap_or_default();
    let (says, major) = version(says).ok_or_else(|| silent(format!("its version is `{}`", says.escape_debug())))?;
    Ok(Program { path, says, major, mark })
}

/// Name and version without what a distribution adds, and the version's first number.
fn version(line: &str) -> Option<(String, u32)> {
    let mut words = Vec::new();
    for word in line.split_whitespace() {
        words.push(word);
        let first = word.split('.').next().unwrap_or_default();
        if let (true, Ok(major)) = (word.contains('.'), first.parse()) {
            return Some((words.join(" "), major));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_programs_say_them() {
        for (line, says, major) in [
            ("Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)", "Chromium 156.0.8078.79", 156),
            ("ChromeDriver 156.0.8078.79 (a21ce95c24ce-refs/heads@{#1})", "ChromeDriver 156.0.8078.79", 156),
            ("Mozilla Firefox 153.7.0esr", "Mozilla Firefox 153.7.0esr", 153),
            ("geckodriver 0.37.1 (abc 2026-01-01)", "geckodriver 0.37.1", 0),
        ] {
            assert_eq!(version(line), Some((says.to_owned(), major)));
        }
        assert_eq!(version("no version here."), None);
        assert_eq!(version(""), None);
    }

    fn fake(folder: &Path, name: &str, says: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.join(name);
        std::fs::write(&path, format!("#!/bin/sh\necho '{says}'\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[tokio::test]
    async fn a_driver_of_another_version_is_told_before_anything_starts() {
        let folder = tempfile::tempdir().unwrap();
        fake(folder.path(), "chromium", "Chromium 156.0.1.2");
        fake(folder.path(), "chromedriver", "ChromeDriver 155.0.1.2");
        let binaries = Binaries { search: vec![folder.path().to_owned()], ..Binaries::default() };
        let error = find(Kind::Chrome, &binaries).await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("Chromium 156.0.1.2") && text.contains("ChromeDriver 155.0.1.2"), "{text}");
        fake(folder.path(), "chromedriver", "ChromeDriver 156.9.9.9");
        assert_eq!(find(Kind::Chrome, &binaries).await.unwrap().driver.major, 156);
    }

    #[tokio::test]
    async fn a_known_pair_is_not_asked_again_and_a_replaced_file_of_it_is_told() {
        for name in ["chromium", "chromedriver"] {
            let folder = tempfile::tempdir().unwrap();
            fake(folder.path(), "chromium", "Chromium 156.0.1.2'; echo x >> \"$0.asked\"; echo '");
            fake(folder.path(), "chromedriver", "ChromeDriver 156.0.1.2'; echo x >> \"$0.asked\"; echo '");
            let asked = || std::fs::read_to_string(folder.path().join(format!("{name}.asked"))).unwrap().len();
            let search = vec![folder.path().to_owned()];
            let pair = find(Kind::Chrome, &Binaries { search, ..Binaries::default() }).await.unwrap();
            let known = Binaries { known: Some(pair.clone()), ..Binaries::default() };
            let before = asked();
            assert_eq!(find(Kind::Chrome, &known).await.unwrap(), pair);
            assert_eq!(asked(), before, "the known {name} was asked again");
            // As a package manager does it: another file of the same name, of the same size, in the place of the old one.
            let other = folder.path().join("other");
            std::fs::copy(folder.path().join(name), &other).unwrap();
            std::fs::rename(&other, folder.path().join(name)).unwrap();
            let error = find(Kind::Chrome, &known).await.unwrap_err();
            assert_eq!(error, OpenError::Replaced { path: folder.path().join(name) });
        }
    }

    #[tokio::test]
    async fn what_is_missing_is_named_with_its_mend() {
        let folder = tempfile::tempdir().unwrap();
        fake(folder.path(), "firefox-esr", "Mozilla Firefox 153.0");
        let binaries = Binaries { search: vec![folder.path().to_owned()], ..Binaries::default() };
        let text = find(Kind::Firefox, &binaries).await.unwrap_err().to_string();
        assert!(text.contains("geckodriver") && text.contains("scripts/install"), "{text}");
    }
}
