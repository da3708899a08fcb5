//! Browsers that cost half of the processor time, for tests that are not about the browser.
//!
//! - **Firefox, where its profile is new.** A profile that was never used makes it compile its own window's scripts and styles
//!   anew, some two seconds of processor time a start. What it compiled lies in the profile, so the first test that needs a
//!   search path has it made once, in a start of its own, and every profile that geckodriver makes for one session gets a copy
//!   of it before Firefox runs. Nothing else is in the copy: no preferences, no pages, no add-ons; Firefox itself throws it
//!   away where it is another version's.
//! - **Chromium, where it shows no window and its profile is thrown away.** Debian packs Chromium's headless shell from the same
//!   source in the same version: the same engine, network and protocol without the browser's own windows. It starts in a third
//!   of the processor time and draws a page in less than half of it.
//!
//! A script of the browser's name stands for each of the two in a folder at the front of the search path. A profile that the
//! program keeps, a window that is shown, and the soak have the browsers as users have them.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use exeunt::browser::binary::Kind;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};

use super::http::{self, Request};
use super::{engines, search_path, starts};

/// What of a used profile is copied: what was compiled, and then for which Firefox it was.
const COMPILED: &str = "startupCache";
const FOR_WHICH: &str = "compatibility.ini";
/// Where Debian has the headless shell; the program of that name on the search path does not become it.
const SHELL: &str = "/usr/lib/chromium/chromium-headless-shell";
/// How long the driver may take for an answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// The folder of the scripts, for the front of a search path; none in the soak, which starts all as it is. A browser of which
/// a part is missing here has no script.
pub(super) fn folder() -> Option<PathBuf> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOLDER.get_or_init(|| if engines::is_soak() { None } else { prepared() }).clone()
}

fn prepared() -> Option<PathBuf> {
    let (firefox, chromium) = (firefox(), chromium());
    // Other versions, of browsers or of the scripts, have a folder of their own.
    let of = |one: &Option<Whole>| one.as_ref().map_or("none", |whole| &whole.version).to_owned();
    let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let place = all.join(format!("quick-4-{}-{}", of(&firefox), of(&chromium)));
    if !place.exists() {
        let making = tempfile::Builder::new().prefix("quick-").tempdir_in(all).ok()?;
        if let Some(whole) = firefox {
            let driver = on_the_path("geckodriver")?;
            used_once(&driver, &whole.path, making.path())?;
            script(making.path(), "firefox", &for_firefox(&whole.path, &place))?;
        }
        if let Some(whole) = chromium {
            script(making.path(), "chromium", &for_chromium(&whole.path))?;
        }
        // Another process may have been first, which is as good.
        let _ = fs::rename(making.path(), &place);
    }
    place.exists().then_some(place)
}

/// A browser as users have it.
struct Whole {
    path: PathBuf,
    /// What it says of itself, letters and digits alone.
    version: String,
}

fn firefox() -> Option<Whole> {
    on_the_path("geckodriver")?;
    whole(on_the_path("firefox").or_else(|| on_the_path("firefox-esr"))?)
}

/// Chromium, where a headless shell of the same version stands beside it.
fn chromium() -> Option<Whole> {
    let (whole, shell) = (whole(on_the_path("chromium")?)?, whole(PathBuf::from(SHELL))?);
    (numbers(&whole.version) == numbers(&shell.version)).then_some(whole)
}

fn whole(path: PathBuf) -> Option<Whole> {
    let says = Command::new(&path).arg("--version").stderr(Stdio::null()).output().ok()?.stdout;
    let version = says.iter().map(|byte| char::from(*byte)).filter(|c| c.is_ascii_alphanumeric()).collect();
    Some(Whole { path, version })
}

fn numbers(version: &str) -> String {
    version.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect()
}

fn on_the_path(name: &str) -> Option<PathBuf> {
    let path = search_path::plain();
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Starts Firefox with an empty profile and ends it, which has it write down what it compiled; that goes into `folder`.
fn used_once(driver: &Path, firefox: &Path, folder: &Path) -> Option<()> {
    let home = tempfile::tempdir().ok()?;
    let profile = home.path().join("profile");
    fs::create_dir(&profile).ok()?;
    let mut command = Command::new(driver);
    command.args(["--port", "0", "--websocket-port", "0", "--binary"]).arg(firefox).process_group(0);
    command.env("MOZ_CRASHREPORTER_DISABLE", "1").env("HOME", home.path()).env("TMPDIR", home.path());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    starts::note(Kind::Firefox);
    let done = session(&mut child, &profile);
    let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
    child.wait().ok()?;
    done?;
    for name in [COMPILED, FOR_WHICH] {
        let copied = Command::new("/bin/cp").arg("-R").arg(profile.join(name)).arg(folder).status().ok()?;
        copied.success().then_some(())?;
    }
    Some(())
}

/// Opens a session on this profile and ends it. The driver answers once Firefox is gone.
fn session(driver: &mut Child, profile: &Path) -> Option<()> {
    let mut lines = BufReader::new(driver.stdout.take()?).lines().map_while(Result::ok);
    let said = lines.find_map(|line| Some(line.split_once("Listening on ")?.1.trim().to_owned()))?;
    // An unread pipe would stop the driver.
    std::thread::spawn(move || lines.for_each(drop));
    let options = json!({"args": ["-headless", "-profile", profile]});
    let wanted = json!({"browserName": "firefox", "moz:firefoxOptions": options});
    let body = json!({"capabilities": {"alwaysMatch": wanted}}).to_string().into_bytes();
    let asked = |method: &str, path: String, body| Request { method: method.to_owned(), path, body };
    let answer = http::send(&said, &asked("POST", "/session".to_owned(), body), Some(PATIENCE)).ok()?;
    let created: Value = serde_json::from_slice(&answer.body).ok()?;
    let path = format!("/session/{}", created.pointer("/value/sessionId")?.as_str()?);
    http::send(&said, &asked("DELETE", path, vec![]), Some(PATIENCE)).ok().map(drop)
}

/// Writes a program that stands before a browser. It becomes the browser, so that nothing else is in the tree of processes.
fn script(folder: &Path, name: &str, text: &str) -> Option<()> {
    let file = folder.join(name);
    fs::write(&file, text).ok()?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).ok()
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

fn for_firefox(firefox: &Path, place: &Path) -> String {
    let [compiled, for_which] = [COMPILED, FOR_WHICH].map(|name| quoted(&place.join(name)));
    let firefox = quoted(firefox);
    // For which Firefox it is comes last: without that Firefox throws the rest away.
    format!(
        r#"#!/bin/sh
last=
for word; do
    case $last:$word in
        -profile:*/rust_mozprofile* | --profile:*/rust_mozprofile*)
            [ -e "$word/{FOR_WHICH}" ] || {{ /bin/cp -R {compiled} "$word/" && /bin/cp {for_which} "$word/"; }} ;;
    esac
    last=$word
done
exec {firefox} "$@"
"#
    )
}

fn for_chromium(chromium: &Path) -> String {
    let chromium = quoted(chromium);
    // So begin the names of profiles that the driver or the program throws away. The driver names a first page only beside a
    // profile of its own; without one the shell opens none, and the driver would wait for one as long as it is let.
    format!(
        r#"#!/bin/sh
headless= thrown_away= page=
for word; do
    case $word in
        --headless*) headless=1 ;;
        --user-data-dir=*/org.chromium.Chromium.*) thrown_away=1 ;;
        --user-data-dir=*/exeunt-browser-*/profile) thrown_away=1 page=data:, ;;
    esac
done
if [ -n "$headless" ] && [ -n "$thrown_away" ]; then
    # What a page has it download goes where it stands, and not into the folder of the tests.
    cd "${{TMPDIR:-/tmp}}"
    exec {SHELL} "$@" $page
fi
exec {chromium} "$@"
"#
    )
}
