//! What may go wrong while the data is saved: how it ends, and that nothing is changed by it.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use exeunt::browser::binary::Kind;
use exeunt::practice::scenario::Scenario;

use super::bed::{BOTH, Bed, quick};
use super::road::{archives, exports, later, saved, slow};
use super::search_path::search_path;
use crate::support::{engines, starts};

const PASSWORD: &str = "Kanarienvogel-5b21c07e";

fn with(fault: &str) -> Scenario {
    Scenario { faults: vec![fault.parse().unwrap()], ..quick() }
}

fn wants_password() -> Scenario {
    Scenario { ui: "export=ember-2020".parse().unwrap(), password: Some(PASSWORD.to_owned()), ..slow() }
}

#[test]
fn the_password_is_asked_for_at_the_terminal_and_is_in_no_file() {
    for kind in engines::of("saving", "a password") {
        let bed = Bed::new(kind, wants_password());
        let alone = bed.run(&["save-data"]);
        assert_eq!((alone.code, exports(&bed).len()), (Some(2), 0), "{}", alone.told());
        assert!(alone.told().contains("run it at a terminal"), "{}", alone.told());

        let wrong = bed.answered(&["save-data"], &[("  password: ", "not-the-password-1".to_owned())]);
        assert_eq!((wrong.code, exports(&bed)), (Some(4), vec!["password-wrong".to_owned()]), "{}", wrong.told());
        assert!(wrong.told().contains("did not take the password"), "{}", wrong.told());

        let asked = bed.answered(&["-vvv", "save-data"], &[("  password: ", PASSWORD.to_owned())]);
        assert_eq!((asked.code, exports(&bed).len()), (Some(9), 2), "{}", asked.told());
        later(&bed, "11m");
        // Nothing is asked for once the site makes it: nobody needs to be there.
        let taken = bed.run(&["save-data"]);
        assert_eq!((taken.code, archives(&bed).len()), (Some(0), 1), "{}", taken.told());
        assert!(!(asked.told() + &taken.told()).contains(PASSWORD), "the program says it");
        assert_eq!(holding(&bed.path(""), PASSWORD), Vec::<String>::new());
        assert_eq!(exports(&bed), ["password-wrong", "export-requested", "export-fetched"]);
    }
}

/// The files below a folder that hold the text, or whose name does.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            found.extend(holding(&path, text));
        } else if kind.is_file() {
            let bytes = std::fs::read(&path).unwrap_or_default();
            let is_in = bytes.windows(text.len()).any(|window| window == text.as_bytes());
            if is_in || path.display().to_string().contains(text) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[test]
fn a_broken_archive_changes_nothing_and_is_downloaded_anew() {
    for kind in engines::of("saving", "a broken archive") {
        let bed = Bed::new(kind, Scenario { export_delay: std::time::Duration::ZERO, ..with("archive-cut@export:1") });
        let broken = bed.run(&["save-data"]);
        assert_eq!(broken.code, Some(3), "{}", broken.told());
        assert!(broken.told().contains("nothing was changed"), "{}", broken.told());
        assert_eq!(archives(&bed).len(), 0, "{:?}", archives(&bed));
        let (ledger, account) = bed.ledger();
        assert_eq!(ledger.people(&account).unwrap().len(), 0);
        assert_eq!(ledger.imports(&account).unwrap().len(), 0);
        let whole = bed.run(&["save-data"]);
        assert_eq!((whole.code, archives(&bed).len()), (Some(0), 1), "{}", whole.told());
        assert_eq!(exports(&bed).iter().filter(|kind| *kind == "export-requested").count(), 1);
    }
}

#[test]
fn a_download_that_never_comes_is_told_with_the_other_way() {
    for kind in BOTH {
        let scenario = Scenario { export_delay: std::time::Duration::ZERO, ..with("archive-missing@export") };
        let bed = Bed::new(kind, scenario);
        let settings = bed.path("settings.toml");
        std::fs::write(&settings, "[deadlines]\npage = \"5s\"\n").unwrap();
        let done = bed.run(&["--config", settings.to_str().unwrap(), "save-data"]);
        assert_eq!((done.code, archives(&bed).len()), (Some(4), 0), "{}", done.told());
        assert!(
            done.told().contains("no file came") && done.told().contains("exeunt import Connections.csv"),
            "{}",
            done.told()
        );
        assert_eq!(exports(&bed).iter().filter(|kind| *kind == "export-fetched").count(), 0);
    }
}

#[test]
fn stop_signs_hold_the_account_back_as_everywhere() {
    let faults = ["captcha@export", "429@export", "other-account@export", "signed-out@export"];
    for (kind, fault) in engines::each("saving: signs to stop", faults) {
        let bed = Bed::new(kind, with(fault));
        let done = bed.run(&["save-data", "--wait"]);
        assert_eq!(done.code, Some(5), "{fault}: {}", done.told());
        assert_eq!(exports(&bed).iter().filter(|kind| kind.starts_with("export")).count(), 0, "{fault}");
        if fault != "signed-out@export" {
            let again = bed.run(&["save-data"]);
            assert_eq!(again.code, Some(5), "{fault}: {}", again.told());
        }
    }
}

#[test]
fn nothing_is_saved_of_an_account_that_is_not_the_ledgers() {
    let bed = Bed::new(Kind::Chrome, slow());
    saved(&bed, "all");
    let other = Scenario { me: "somebody-else".parse().unwrap(), ..slow() };
    let elsewhere = Bed::new(Kind::Chrome, other);
    // Gone, so that the site has to be asked again.
    std::fs::remove_file(&archives(&bed)[0]).unwrap();
    let command = bed.command(&["save-data"]);
    let arguments = command.get_args().map(|argument| match argument == bed.site.origin().as_str() {
        true => OsString::from(elsewhere.site.origin()),
        false => argument.to_owned(),
    });
    let mut same = Command::new(command.get_program());
    same.args(arguments).envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    let done = same.stdin(Stdio::null()).output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!((done.status.code(), exports(&elsewhere).len()), (Some(5), 0), "{told}");
    assert!(told.contains("somebody-else"), "{told}");
}

/// A driver that was there before the program. Dropping it ends it.
struct Remote(Child);

impl Drop for Remote {
    fn drop(&mut self) {
        // Its browser ends with the session, which the program closed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts one on a port that it finds itself, and answers its address.
fn remote() -> (Remote, String) {
    let mut said = vec![];
    // The port may be taken in the other family of addresses: it gives up then.
    for _ in 0..5 {
        let mut driver = Command::new("chromedriver");
        driver.arg("--port=0").env("PATH", search_path()).stdin(Stdio::null());
        driver.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut driver = Remote(driver.spawn().unwrap());
        let mut output = BufReader::new(driver.0.stdout.take().unwrap());
        for line in output.by_ref().lines().map(Result::unwrap) {
            let port = line.split("successfully on port ").nth(1).map(|port| port.trim_end_matches('.').to_owned());
            said.push(line);
            if let Some(port) = port {
                // A driver that may write nowhere would end.
                driver.0.stdout = Some(output.into_inner());
                starts::note(Kind::Chrome);
                return (driver, format!("http://127.0.0.1:{port}"));
            }
        }
    }
    panic!("it does not start: {said:?}");
}

#[test]
fn a_driver_that_runs_already_asks_and_looks_and_the_file_is_left_to_a_person() {
    let bed = Bed::new(Kind::Chrome, slow());
    let (_driver, at) = remote();
    let asked = bed.run(&["--webdriver", &at, "save-data"]);
    assert_eq!((asked.code, exports(&bed).len()), (Some(9), 1), "{}", asked.told());
    later(&bed, "11m");
    let ready = bed.run(&["--webdriver", &at, "save-data"]);
    assert_eq!((ready.code, exports(&bed).len()), (Some(2), 1), "{}", ready.told());
    assert!(ready.told().contains("exeunt import Connections.csv"), "{}", ready.told());
    let own = bed.run(&["save-data"]);
    assert_eq!((own.code, archives(&bed).len()), (Some(0), 1), "{}", own.told());
}

#[test]
fn a_closed_account_is_not_asked() {
    let bed = Bed::new(Kind::Firefox, slow());
    let closed = bed.answered(&["close", "--live", "--without-data"], &bed.closes(&bed.password()));
    assert_eq!(closed.code, Some(0), "{}", closed.told());
    let before = bed.happened();
    let refused = bed.run(&["save-data", "--wait"]);
    assert_eq!((refused.code, bed.happened()), (Some(5), before), "{}", refused.told());
    assert!(refused.told().contains("login --reopen"), "{}", refused.told());
}
