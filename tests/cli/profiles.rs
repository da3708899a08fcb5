//! A browser profile that cannot be used: told before anything is started, by runs and by `doctor`. Browser and driver are scripts.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use exeunt::event::fact::Fact;

use super::stage::{ORIGIN, Said, Stage, now};

/// Which scripts stand for browser and driver, and how this one writes down what used the profile last.
struct Engine {
    name: &'static str,
    browser: (&'static str, &'static str),
    driver: (&'static str, &'static str),
    last: (&'static str, &'static str),
    lock: (&'static str, &'static str),
    flag: &'static str,
}

const CHROME: Engine = Engine {
    name: "chrome",
    browser: ("chromium", "Chromium 156.0.1.2"),
    driver: ("chromedriver", "ChromeDriver 156.0.1.2"),
    last: ("Last Version", "157.0.9.9"),
    lock: ("SingletonLock", "old-name-999999999"),
    flag: "--user-data-dir=",
};
const FIREFOX: Engine = Engine {
    name: "firefox",
    browser: ("firefox", "Mozilla Firefox 153.7.0esr"),
    driver: ("geckodriver", "geckodriver 0.37.1 (abc 2026-01-01)"),
    last: ("compatibility.ini", "[Compatibility]\nLastVersion=154.0_20261101/20261101\n"),
    lock: ("lock", "192.0.2.7:+999999999"),
    flag: "-profile ",
};

/// A stage with a plan of a signed-in account, whose driver notes when it is started.
fn signed_in(engine: &Engine) -> (Stage, PathBuf) {
    let (stage, _) = Stage::with_plan();
    script(&stage, engine.browser.0, &format!("[ \"$1\" = --version ] && echo '{}'", engine.browser.1));
    let started = stage.path("started");
    let says =
        format!("[ \"$1\" = --version ] && echo '{}' && exit\n: > '{}'\nexit 1", engine.driver.1, started.display());
    script(&stage, engine.driver.0, &says);
    let profile = stage.data().join("browser/default/practice");
    std::fs::create_dir_all(profile.join("Default")).unwrap();
    let (handle, name) = ("robin-practice".parse().unwrap(), "Robin".to_owned());
    let fact = Fact::SignedIn { handle, name, browser: engine.name.to_owned() };
    stage.own().append(&now(), &fact).unwrap();
    (stage, profile)
}

fn script(stage: &Stage, name: &str, text: &str) {
    stage.file(name, format!("#!/bin/sh\n{text}\n").as_bytes());
    std::fs::set_permissions(stage.path(name), std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// A command where those scripts are all that is found.
fn run(stage: &Stage, engine: &Engine, arguments: &[&str]) -> Said {
    let mut command = stage.command(&[arguments, &["--browser", engine.name, ORIGIN]].concat());
    command.env("PATH", stage.path("")).env("TMPDIR", stage.path(""));
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs, and expects that nothing is started; `doctor` says the same.
fn refused(stage: &Stage, engine: &Engine, (code, what, mend): (i32, &str, &str)) {
    let said = run(stage, engine, &["run", "last"]);
    assert_eq!(said.code, code, "{}{}", said.out, said.err);
    assert!(said.err.contains(what) && said.err.contains(mend), "{}", said.err);
    assert!(!stage.path("started").exists(), "the driver was started: {}", said.err);
    let doctor = about_profile(stage, engine);
    let told = |key: &str| doctor[key].as_str().unwrap().to_owned();
    assert_eq!(doctor["ok"], false, "{doctor}");
    assert!(told("said").contains(what) && told("mend").contains(mend), "{doctor}");
}

fn about_profile(stage: &Stage, engine: &Engine) -> serde_json::Value {
    let doctor = run(stage, engine, &["doctor", "--json"]);
    doctor.lines().into_iter().find(|line| line["check"] == "browser profile").unwrap()
}

#[test]
fn a_profile_of_a_newer_browser_is_refused_before_anything_starts_and_doctor_says_so() {
    for engine in [CHROME, FIREFOX] {
        let (stage, profile) = signed_in(&engine);
        std::fs::write(profile.join(engine.last.0), engine.last.1).unwrap();
        let version = if engine.name == "chrome" { "157.0.9.9" } else { "154.0" };
        refused(
            &stage,
            &engine,
            (6, &format!("was used by version {version} of the browser"), "exeunt logout --local --origin"),
        );
        // What the mend says works as it is printed.
        assert_eq!(run(&stage, &engine, &["logout", "--local"]).code, 0);
        assert!(!profile.exists());
    }
}

#[test]
fn a_lock_of_a_renamed_computer_holds_nobody_up_and_one_that_is_held_is_told_with_its_process() {
    for engine in [CHROME, FIREFOX] {
        let (stage, profile) = signed_in(&engine);
        let lock = profile.join(engine.lock.0);
        symlink(engine.lock.1, &lock).unwrap();
        let doctor = about_profile(&stage, &engine);
        let told = format!("a lock of {} was left in it", engine.lock.1);
        assert!(doctor["ok"] == true && doctor["said"].as_str().unwrap().contains(&told), "{doctor}");
        assert!(lock.is_symlink(), "doctor changes nothing");

        let holder = Holder::of(&format!("{}{}", engine.flag, profile.display()));
        let held = run(&stage, &engine, &["run", "last"]);
        assert_eq!(held.code, 6, "{}", held.err);
        assert!(
            held.err.contains(&format!("in use by process {} (sh): close that browser", holder.0.id())),
            "{}",
            held.err
        );
        assert!(lock.is_symlink() && !stage.path("started").exists(), "{}", held.err);
        drop(holder);

        let free = run(&stage, &engine, &["run", "last"]);
        assert!(!free.err.contains("in use"), "{}", free.err);
        assert!(!lock.is_symlink() && stage.path("started").exists(), "it was started: {}", free.err);
    }
}

#[test]
fn files_of_another_user_or_without_rights_in_the_profile_are_7_with_the_command() {
    let (stage, profile) = signed_in(&CHROME);
    let cookies = profile.join("Default/Cookies");
    std::fs::write(&cookies, "").unwrap();
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&cookies, Some(12_345), None).unwrap();
        refused(&stage, &CHROME, (7, "belongs to user 12345", "sudo chown -R 0 '"));
        std::os::unix::fs::chown(&cookies, Some(0), None).unwrap();
    } else {
        std::fs::set_permissions(&cookies, std::fs::Permissions::from_mode(0o400)).unwrap();
        refused(&stage, &CHROME, (7, "the browser cannot write", "chmod -R u+rwX '"));
    }
}

#[test]
fn a_browser_from_a_snap_is_refused_a_hidden_folder_also_where_a_script_calls_it() {
    let (stage, _) = signed_in(&FIREFOX);
    assert!(stage.data().to_str().unwrap().contains("/."), "the folder of this test is a hidden one");
    let snap = format!("[ \"$1\" = --version ] && echo '{}' && exit\nexec /snap/bin/firefox \"$@\"", FIREFOX.browser.1);
    script(&stage, FIREFOX.browser.0, &snap);
    refused(&stage, &FIREFOX, (6, "is a browser from a snap, which may not use hidden folders", "--data-dir"));
    let doctor = run(&stage, &FIREFOX, &["doctor"]);
    assert!(doctor.out.lines().any(|line| line.starts_with("note  data directory")), "{}", doctor.out);
}

#[test]
fn what_doctor_says_in_several_lines_is_shown_in_several_lines() {
    let (stage, _) = signed_in(&CHROME);
    let pack = stage.path("pack");
    assert_eq!(run(&stage, &CHROME, &["selectors", "eject", pack.to_str().unwrap()]).code, 0);
    std::fs::write(pack.join("site.toml"), "format = 1\nnonsense\n").unwrap();
    std::fs::set_permissions(stage.data(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let doctor = run(&stage, &CHROME, &["doctor", "--selectors", pack.to_str().unwrap()]);
    assert_eq!(doctor.code, 6, "{}", doctor.err);
    assert!(!doctor.out.contains("<U+") && !doctor.out.contains("\\n"), "{}", doctor.out);
    for part in [
        "FAIL  flow pack",
        "site.toml",
        "nonsense",
        "FAIL  ledger",
        "to mend it: look at it and mend it with `chmod 700",
    ] {
        assert!(doctor.out.contains(part), "{part}: {}", doctor.out);
    }
}

/// A process with these words on its command line, until it is dropped.
struct Holder(Child);

impl Holder {
    fn of(words: &str) -> Self {
        use std::io::Read as _;
        let mut command = Command::new("sh");
        command.args(["-c", "echo here; read _; exit"]).args(words.split(' '));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdout.take().unwrap().read_exact(&mut [0; 5]).unwrap();
        Self(child)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}
