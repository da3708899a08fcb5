//! A browser for a person: a visible window on a profile, without a driver and without any switch that lets a program look
//! in or steer.
//!
//! What is signed in to here can be read by a driven session on the same profile later, because both keep their cookies in
//! the same way. It does not know what is signed in to, and never learns what is typed.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::json;

use super::binary::Kind;
use super::capabilities;
use super::driver::Tail;
use super::open::{OpenError, keep_no_tabs};
use super::process::group_lives;
use super::profile;

use crate::crash_point::browser_started;

/// A browser that ends by itself so soon, and not well, never showed its window.
const NEVER_SHOWN: Duration = Duration::from_secs(10);
/// How long a browser may take to write its profile once it was asked to close.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long the reason of a browser that ended at once is waited for.
const SAID: Duration = Duration::from_secs(1);
/// How long each browser may keep a new cookie in memory, where a signal to end would lose it: Chromium writes every 30 s,
/// Firefox soon.
const UNWRITTEN: [(Kind, Duration); 2] =
    [(Kind::Chrome, Duration::from_secs(33)), (Kind::Firefox, Duration::from_secs(4))];
/// How long helpers may outlive the browser.
const HELPERS: Duration = Duration::from_secs(5);
/// How often it is looked whether the window is still there.
const LOOK: Duration = Duration::from_millis(100);

/// What is to be shown.
#[derive(Debug, Clone)]
pub struct Show {
    /// Which browser.
    pub kind: Kind,
    /// Its program.
    pub program: PathBuf,
    /// The profile, which is made where it is missing.
    pub profile: PathBuf,
    /// The whole address of the first page.
    pub address: String,
    /// Lets the browser connect to nothing but this machine.
    pub loopback_only: bool,
}

/// A browser that a person uses. Dropping it asks it to close, and ends it where it does not.
#[derive(Debug)]
pub struct Window {
    kind: Kind,
    child: Child,
    group: Pid,
    program: PathBuf,
    output: Tail,
    began: Instant,
    ended: Option<ExitStatus>,
}

/// Opens the window.
///
/// # Errors
/// The profile cannot be made or is in use, or the program cannot be started. That there is no screen is only known from
/// [`Window::closed`].
pub fn open(show: &Show) -> Result<Window, OpenError> {
    profile::check(show.kind, &show.profile, None)?;
    profile::free(show.kind, &show.profile)?;
    prepare(show).map_err(|error| OpenError::Records { path: show.profile.clone(), why: error.to_string() })?;
    let mut command = Command::new("/bin/sh");
    // The profile would be readable for everybody without it.
    command.args(["-c", "umask 077; exec \"$0\" \"$@\""]).arg(&show.program).args(arguments(show));
    // Ctrl-C in the terminal is for the program, which then closes the window as it should be closed.
    command.process_group(0).env("MOZ_CRASHREPORTER_DISABLE", "1");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| OpenError::Start {
        path: show.program.clone(),
        why: error.to_string(),
        output: String::new(),
    })?;
    browser_started!(show.kind);
    let output = Tail::default();
    output.follow(child.stderr.take());
    let group = Pid::from_child(&child);
    Ok(Window {
        kind: show.kind,
        child,
        group,
        program: show.program.clone(),
        output,
        began: Instant::now(),
        ended: None,
    })
}

impl Window {
    /// The browser's process, which is also its group's.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the person has closed the browser and everything that belongs to it is gone. Dropping the
    /// future changes nothing: the window stays.
    ///
    /// # Errors
    /// It ended at once: most likely there is no screen that it may use.
    pub async fn closed(&mut self) -> Result<(), OpenError> {
        while !self.has_ended() {
            tokio::time::sleep(LOOK).await;
        }
        let status = self.ended.expect("the loop ends when there is a status");
        if !status.success() && self.began.elapsed() < NEVER_SHOWN {
            let why = format!("it ended at once ({status})");
            // What it said is read by somebody else, who may be a moment behind.
            let until = Instant::now() + SAID;
            while self.output.text().is_empty() && Instant::now() < until {
                tokio::time::sleep(LOOK).await;
            }
            return Err(OpenError::Start { path: self.program.clone(), why, output: self.output.text() });
        }
        let until = Instant::now() + HELPERS;
        while group_lives(self.group) && Instant::now() < until {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Asks the browser to close, as the person's desktop would, and waits until it has written its profile.
    ///
    /// Takes up to a minute. Dropping the future ends the browser within seconds.
    pub async fn close(mut self) {
        let unwritten = UNWRITTEN.iter().find(|(kind, _)| *kind == self.kind).map(|(_, time)| *time);
        let until = Instant::now() + unwritten.unwrap_or_default();
        while !self.has_ended() && Instant::now() < until {
            tokio::time::sleep(LOOK).await;
        }
        // The browser alone: a helper that ends first takes along what it has not written, such as cookies.
        let _ = kill_process(self.group, Signal::TERM);
        let until = Instant::now() + PATIENCE;
        while !self.has_ended() && Instant::now() < until {
            tokio::time::sleep(LOOK).await;
        }
        let until = Instant::now() + HELPERS;
        while group_lives(self.group) && Instant::now() < until {
            tokio::time::sleep(LOOK).await;
        }
    }

    fn has_ended(&mut self) -> bool {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().ok().flatten();
        }
        self.ended.is_some()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if self.has_ended() && !group_lives(self.group) {
            return;
        }
        let _ = kill_process(self.group, Signal::TERM);
        let until = Instant::now() + HELPERS;
        while Instant::now() < until && (!self.has_ended() || group_lives(self.group)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = kill_process_group(self.group, Signal::KILL);
        let _ = self.child.wait();
    }
}

fn arguments(show: &Show) -> Vec<String> {
    let profile = show.profile.display();
    let mut arguments: Vec<String> = match show.kind {
        Kind::Chrome => vec![
            format!("--user-data-dir={profile}"),
            // As chromedriver starts it: with the desktop's keyring the driven session could not read the cookies.
            "--password-store=basic".to_owned(),
            "--use-mock-keychain".to_owned(),
            "--no-first-run".to_owned(),
            "--no-default-browser-check".to_owned(),
            // A closed window must be the end of the process, which writes the profile.
            "--disable-background-mode".to_owned(),
            "--hide-crash-restore-bubble".to_owned(),
            "--new-window".to_owned(),
        ],
        Kind::Firefox => ["--profile", &profile.to_string(), "--no-remote", "--new-instance"].map(str::to_owned).into(),
    };
    if show.kind == Kind::Chrome {
        if rustix::process::geteuid().is_root() {
            arguments.push("--no-sandbox".to_owned());
        }
        if show.loopback_only {
            arguments.extend(capabilities::LOOPBACK_ONLY.map(str::to_owned));
        }
    }
    arguments.push(show.address.clone());
    arguments
}

/// Makes the profile, for the user alone, marks it as nothing for a backup, and takes first-run pages and the browser's own
/// password store out of the way.
fn prepare(show: &Show) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&show.profile)?;
    std::fs::set_permissions(&show.profile, std::fs::Permissions::from_mode(0o700))?;
    write(&show.profile.join("CACHEDIR.TAG"), CACHEDIR_TAG)?;
    match show.kind {
        Kind::Chrome => {
            keep_no_tabs(show.kind, &show.profile)?;
            let preferences = show.profile.join("Default").join("Preferences");
            if !preferences.exists() {
                std::fs::DirBuilder::new().recursive(true).mode(0o700).create(show.profile.join("Default"))?;
                // The browser's own offer to sign in would be taken for the site's.
                let none = json!({
                    "credentials_enable_service": false,
                    "profile": {"password_manager_enabled": false},
                    "signin": {"allowed": false, "allowed_on_next_startup": false},
                });
                write(&preferences, &none.to_string())?;
            }
            Ok(())
        }
        Kind::Firefox => write(&show.profile.join("user.js"), &user_js(show.loopback_only)),
    }
}

/// As <https://bford.info/cachedir/> has it: the signature is fixed.
const CACHEDIR_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
    # A browser profile of exeunt: whoever has a copy of it is signed in. It does not belong into a backup.\n";

fn user_js(loopback_only: bool) -> String {
    let mut prefs = capabilities::firefox_prefs(loopback_only);
    let all = prefs.as_object_mut().expect("preferences are an object");
    for (key, value) in [
        ("browser.aboutwelcome.enabled", json!(false)),
        ("browser.preonboarding.enabled", json!(false)),
        ("browser.startup.homepage_override.mstone", json!("ignore")),
        ("datareporting.policy.dataSubmissionPolicyBypassNotification", json!(true)),
        ("startup.homepage_welcome_url", json!("")),
        ("termsofuse.bypassNotification", json!(true)),
    ] {
        all.insert(key.to_owned(), value);
    }
    let lines = all.iter().map(|(key, value)| format!("user_pref({}, {value});\n", json!(key)));
    lines.collect()
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(kind: Kind, profile: &Path, program: &str) -> Show {
        Show {
            kind,
            program: program.into(),
            profile: profile.to_owned(),
            address: "http://127.0.0.1:9/login".to_owned(),
            loopback_only: true,
        }
    }

    #[test]
    fn no_switch_lets_a_program_look_in_or_steer() {
        for kind in [Kind::Chrome, Kind::Firefox] {
            let arguments = arguments(&show(kind, Path::new("/somewhere/profile"), "/bin/true"));
            let all = arguments.join(" ");
            for word in ["remote-debugging", "automation", "marionette", "headless", "start-debugger", "load-extension"]
            {
                assert!(!all.contains(word), "{all}");
            }
            assert_eq!(arguments.last().unwrap(), "http://127.0.0.1:9/login");
        }
        let chrome = arguments(&show(Kind::Chrome, Path::new("/p"), "/bin/true"));
        assert!(chrome.contains(&"--password-store=basic".to_owned()), "{chrome:?}");
        let real = Show { loopback_only: false, ..show(Kind::Chrome, Path::new("/p"), "/bin/true") };
        assert!(!arguments(&real).join(" ").contains("host-resolver-rules"));
    }

    #[test]
    fn the_profile_is_the_users_alone_marked_and_keeps_no_passwords() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        for (kind, file, part) in [
            (Kind::Chrome, "Default/Preferences", "\"credentials_enable_service\":false"),
            (Kind::Firefox, "user.js", "user_pref(\"signon.rememberSignons\", false);\n"),
        ] {
            let profile = folder.path().join(kind.as_str());
            prepare(&show(kind, &profile, "/bin/true")).unwrap();
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&profile), mode(&profile.join(file))), (0o700, 0o600));
            let tag = std::fs::read_to_string(profile.join("CACHEDIR.TAG")).unwrap();
            assert!(tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55\n"));
            let text = std::fs::read_to_string(profile.join(file)).unwrap();
            assert!(text.contains(part), "{text}");
        }
    }

    fn script(folder: &Path, text: &str) -> String {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.join("browser");
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path.display().to_string()
    }

    #[tokio::test]
    async fn a_browser_that_ends_at_once_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let program = script(folder.path(), "echo 'cannot open display' >&2; exit 1");
        let mut window = open(&show(Kind::Firefox, &folder.path().join("profile"), &program)).unwrap();
        let error = window.closed().await.unwrap_err().to_string();
        assert!(error.contains("cannot open display") && error.contains("ended at once"), "{error}");
        let program = script(folder.path(), "exit 0");
        let mut window = open(&show(Kind::Firefox, &folder.path().join("profile"), &program)).unwrap();
        assert_eq!(window.closed().await, Ok(()));
    }

    #[tokio::test]
    async fn closing_asks_first_and_waits_for_what_is_written_last() {
        let folder = tempfile::tempdir().unwrap();
        let (ready, written) = (folder.path().join("ready"), folder.path().join("written"));
        let text = format!(
            "trap 'echo all > {}; exit 0' TERM; echo x > {}; tail -f /dev/null & wait",
            written.display(),
            ready.display()
        );
        let program = script(folder.path(), &text);
        let window = open(&show(Kind::Firefox, &folder.path().join("profile"), &program)).unwrap();
        let group = window.group;
        while !ready.exists() {
            tokio::task::yield_now().await;
        }
        window.close().await;
        // A helper that does not end by itself is killed, and takes a moment to be gone.
        let until = Instant::now() + HELPERS;
        while group_lives(group) && Instant::now() < until {
            tokio::task::yield_now().await;
        }
        assert!(written.exists(), "the browser was asked, and wrote what it writes last");
        assert!(!group_lives(group), "nothing is left of it");
    }
}
