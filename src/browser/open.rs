//! Opens a page: finds the programs, sweeps what earlier runs left, starts or attaches to a driver, creates the session.

use std::fs::File;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use url::{Host, Url};

use super::binary::{self, Kind, Pair};
use super::capabilities::{self, Wish};
use super::download;
use super::driver::{self, Driver, Places};
pub use super::open_error::{OpenError, named};
pub use super::opening::Open;
use super::orphans;
use super::profile;
use super::profile_lock::Lock;
use super::session;
use super::tab::DrivenPage;

/// Opens a page on an origin. The page is blank until the first `goto`.
///
/// Dropping the future, and every error, ends what was started.
///
/// # Errors
/// See [`OpenError`].
pub async fn open(options: Open) -> Result<DrivenPage, OpenError> {
    let origin = origin(&options)?;
    let records = options.records.clone();
    // What a killed run left may hold the profile's lock.
    let swept = tokio::task::spawn_blocking(move || orphans::sweep(&records)).await;
    if let Ok(Err(error)) = swept {
        return Err(OpenError::Records { path: options.records, why: error.to_string() });
    }
    let programs = match &options.webdriver {
        Some(_) => None,
        None => Some(binary::find(options.kind, &options.binaries).await?),
    };
    can_start(&options, programs.as_ref())?;
    let (driver, pair) = match &options.webdriver {
        Some(url) if options.downloads.is_some() => {
            let why = "what a driver that runs already downloads lies where its browser is".to_owned();
            return Err(OpenError::Webdriver { url: url.clone(), why });
        }
        Some(url) => (Driver::Attached { url: attachable(url, options.remote_http)? }, None),
        None => {
            let pair = programs.expect("they were found just now");
            (Driver::Spawned(Box::new(spawn(&options, pair.clone()).await?)), Some(pair))
        }
    };
    let profile = own_profile(&options, &driver)?;
    let wish = Wish {
        kind: options.kind,
        browser: pair.as_ref().map(|pair| pair.browser.path.as_path()),
        headless: options.headless,
        profile: profile.as_deref(),
        downloads: options.downloads.as_deref(),
        uncached: options.uncached,
        loopback_only: options.loopback_only,
        root: rustix::process::geteuid().is_root(),
        deadlines: options.deadlines,
    };
    let capabilities = capabilities::build(&wish);
    if let Some(profile) = &profile {
        keep_no_tabs(options.kind, profile)
            .map_err(|error| OpenError::Records { path: profile.clone(), why: error.to_string() })?;
    }
    let session = session::create(driver, capabilities, options.deadlines.session).await;
    let mut session = session.map_err(|error| in_use(error, &options))?;
    if let Some(folder) = &options.downloads {
        download::allow(&mut session, (options.kind, folder), options.deadlines.command).await?;
    }
    Ok(DrivenPage::new(session, origin, pair, options))
}

/// Looks at the disk and at the profile that is kept, before anything is started.
fn can_start(options: &Open, pair: Option<&Pair>) -> Result<(), OpenError> {
    profile::room(&options.temp)?;
    let Some(folder) = &options.profile else { return Ok(()) };
    profile::check(options.kind, folder, pair.map(|pair| &pair.browser))?;
    profile::free(options.kind, folder)
}

async fn spawn(options: &Open, pair: Pair) -> Result<driver::Spawned, OpenError> {
    let (kind, records, temp) = (options.kind, options.records.clone(), options.temp.clone());
    let started = tokio::task::spawn_blocking(move || {
        driver::start(kind, &pair.driver, Places { records: &records, temp: &temp })
    });
    started.await.unwrap_or_else(|error| Err(OpenError::Session { why: error.to_string() }))
}

/// The profile to use: the account's, or for Chromium one in the driver's temporary folder (geckodriver makes its own).
fn own_profile(options: &Open, driver: &Driver) -> Result<Option<PathBuf>, OpenError> {
    use std::os::unix::fs::DirBuilderExt as _;
    let profile = match (&options.profile, options.kind, driver.temp()) {
        (Some(profile), _, _) => profile.clone(),
        (None, Kind::Chrome, Some(temp)) => temp.join("profile"),
        (None, _, _) => return Ok(None),
    };
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&profile);
    made.map_err(|error| OpenError::Records { path: profile.clone(), why: error.to_string() })?;
    Ok(Some(profile))
}

/// Keeps a browser from writing down its tabs: what was typed into them would lie there, codes too. No tab is ever opened
/// again.
///
/// Chromium has no switch for it. It makes a folder, and does without where a file has the folder's name. Firefox is told by
/// a preference.
///
/// # Errors
/// The profile cannot be written.
pub(super) fn keep_no_tabs(kind: Kind, profile: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
    if kind == Kind::Firefox {
        return Ok(());
    }
    let folder = profile.join("Default");
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    let tabs = folder.join("Sessions");
    if tabs.is_dir() {
        std::fs::remove_dir_all(&tabs)?;
    }
    File::options().create(true).append(true).mode(0o600).open(&tabs).map(drop)
}

fn origin(options: &Open) -> Result<Url, OpenError> {
    let bad = |why: &str| OpenError::Origin { origin: options.origin.clone(), why: why.to_owned() };
    let url = Url::parse(&options.origin).map_err(|error| bad(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.path() != "/" || url.query().is_some() {
        return Err(bad("an origin is `http` or `https`, a host and a port"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("an origin holds no user"));
    }
    if url.host_str().is_some_and(|host| host.ends_with('.')) {
        return Err(bad("a host is written without a dot at its end"));
    }
    if options.loopback_only && !is_loopback(&url) {
        return Err(bad("it is on another machine"));
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The address of a driver that already runs, with the slash without which its last part would be lost.
fn attachable(text: &str, remote_http: bool) -> Result<String, OpenError> {
    let bad = |why: &str| OpenError::Webdriver { url: text.to_owned(), why: why.to_owned() };
    let mut url = Url::parse(text).map_err(|error| bad(&error.to_string()))?;
    if url.scheme() != "http" {
        return Err(bad("only plain `http` can be attached to; reach a driver on another machine through a tunnel"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("a user in the address would be sent to the wrong place; use a driver without one"));
    }
    if !is_loopback(&url) && !remote_http {
        return Err(bad("it is on another machine, and plain `http` shows everything to whoever is between"));
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url.into())
}

/// A refused session whose reason is a profile in use.
fn in_use(error: OpenError, options: &Open) -> OpenError {
    match (&error, &options.profile) {
        (OpenError::Session { .. }, Some(folder)) => match profile::lock(options.kind, folder) {
            Lock::Held { pid, program } => OpenError::ProfileInUse { profile: folder.clone(), pid, program },
            _ => error,
        },
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::super::binary::Binaries;
    use super::super::page::Deadlines;
    use super::*;

    #[test]
    fn only_a_driver_on_this_machine_is_attached_to_unless_asked() {
        assert_eq!(attachable("http://127.0.0.1:4444/wd/hub", false).unwrap(), "http://127.0.0.1:4444/wd/hub/");
        assert_eq!(attachable("http://localhost:4444", false).unwrap(), "http://localhost:4444/");
        for (url, allowed) in [
            ("http://grid.example:4444/", false),
            ("https://127.0.0.1:4444/", false),
            ("http://user:secret@127.0.0.1:4444/", false),
            ("ftp://127.0.0.1/", true),
            ("nonsense", true),
        ] {
            assert!(attachable(url, allowed).is_err(), "{url}");
        }
        assert!(attachable("http://grid.example:4444/", true).is_ok());
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_else() {
        let with =
            |origin: &str, loopback_only| origin_of(&Open { origin: origin.to_owned(), loopback_only, ..blank() });
        assert!(with("http://127.0.0.1:8080", true).is_ok());
        assert!(with("http://[::1]:8080", true).is_ok());
        assert!(with("https://www.linkedin.com", false).is_ok());
        for bad in [
            "https://www.linkedin.com",
            "http://127.0.0.1.example",
            "file:///etc/passwd",
            "http://a@127.0.0.1/",
            "http://localhost./",
        ] {
            assert!(with(bad, true).is_err(), "{bad}");
        }
        assert!(with("https://www.linkedin.com/feed", false).is_err());
    }

    use super::origin as origin_of;

    fn blank() -> Open {
        Open {
            kind: Kind::Chrome,
            binaries: Binaries::default(),
            webdriver: None,
            remote_http: false,
            headless: true,
            profile: None,
            origin: String::new(),
            records: PathBuf::new(),
            temp: PathBuf::new(),
            deadlines: Deadlines::default(),
            masks: vec![],
            downloads: None,
            uncached: false,
            loopback_only: true,
        }
    }
}
