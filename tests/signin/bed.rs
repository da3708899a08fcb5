//! A place for one test: a practice site that asks visitors to sign in, a screen, a data directory, and the program.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use exeunt::browser::binary::Kind;
use exeunt::event::id::{AccountName, Realm};
use exeunt::ledger::Ledger;
use exeunt::practice::export::write_export;
use exeunt::practice::scenario::{Latency, Scenario, SignIn};
use rustix::process::{Pid, Signal, kill_process};

use super::screen::{Screen, within};
use super::site::Site;
use super::terminal::terminal;
use crate::support::program;
pub(crate) use crate::support::program::Done;

/// A site that asks to sign in, without delays of its own.
pub(crate) fn asks_to_sign_in() -> Scenario {
    Scenario { people: 12, latency: Latency::None, sign_in: SignIn::Form, ..Scenario::default() }
}

/// One test's place. Dropping it ends what killed programs left.
pub(crate) struct Bed {
    pub(crate) site: Site,
    pub(crate) screen: Screen,
    pub(crate) kind: Kind,
    /// Flags that every command gets beside the usual ones.
    pub(crate) flags: Vec<String>,
    folder: tempfile::TempDir,
}

/// A program that runs, with a person's terminal before it or without.
pub(crate) struct Running {
    child: Child,
    keyboard: Option<File>,
    began: Instant,
}

impl Bed {
    pub(crate) fn new(kind: Kind) -> Self {
        Self::on(kind, asks_to_sign_in())
    }

    pub(crate) fn on(kind: Kind, scenario: Scenario) -> Self {
        Self { site: Site::start(scenario), screen: Screen::new(), kind, flags: vec![], folder: program::folder() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// The browser profile of the account `default`.
    pub(crate) fn profile(&self, realm: Realm) -> PathBuf {
        self.data().join("browser/default").join(realm.as_str())
    }

    pub(crate) fn ledger(&self) -> (Ledger, AccountName) {
        (Ledger::open(&self.data()).unwrap(), "default".parse().unwrap())
    }

    /// The program with these arguments behind the flags that every command gets, on this bed's screen.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program::command(self.folder.path());
        command.env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
        command.env("DISPLAY", &self.screen.display).current_dir(self.folder.path());
        if !arguments.contains(&"--browser") {
            command.args(["--browser", self.kind.as_str()]);
        }
        if !self.flags.iter().any(|flag| flag == "--selectors" || flag == "--origin") {
            command.args(["--origin", &self.site.origin()]);
        }
        command.args(&self.flags).args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts a command that nobody sits before.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let child = self.command(arguments).stdin(Stdio::null()).spawn().unwrap();
        Running { child, keyboard: None, began: Instant::now() }
    }

    /// Starts a command at a terminal.
    pub(crate) fn start_at_terminal(&self, arguments: &[&str]) -> Running {
        let (keyboard, terminal) = terminal();
        let child = self.command(arguments).stdin(terminal).spawn().unwrap();
        Running { child, keyboard: Some(keyboard), began: Instant::now() }
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Done {
        self.start(arguments).end()
    }

    pub(crate) fn ok(&self, arguments: &[&str]) -> Done {
        let done = self.run(arguments);
        assert_eq!(done.code, Some(0), "{arguments:?}: {}", done.told());
        done
    }

    /// Runs and expects an exit code and a part of what is said.
    pub(crate) fn refused(&self, arguments: &[&str], code: i32, part: &str) -> Done {
        let done = self.run(arguments);
        assert_eq!(done.code, Some(code), "{arguments:?}: {}", done.told());
        assert!(done.err.contains(part), "{arguments:?}: `{part}` is not in {}", done.told());
        done
    }

    /// Signs in by hand in the open window; `ticked` leaves "Keep me signed in" as it stands.
    pub(crate) fn sign_in(&self, ticked: bool) {
        let credentials = self.site.scenario.credentials();
        let login = format!("{}/login", self.site.origin());
        let who = (credentials.user.as_str(), credentials.password.as_str());
        // On a busy machine the site's answer may come so late that the window was led elsewhere meanwhile: the site has signed
        // somebody in then, and the window was told nothing.
        for _ in 0..3 {
            self.screen.signs_in((&login, ticked), who, |kind| self.happened(kind));
            if within(Duration::from_secs(30), || self.screen.shows("Feed").then_some(())).is_some() {
                return;
            }
        }
        self.screen.window("Feed");
    }

    /// Signs in from beginning to end.
    pub(crate) fn login(&self) -> Done {
        let login = self.start(&["login"]);
        self.sign_in(true);
        self.screen.press(&["ctrl+w"]);
        let done = login.end();
        assert_eq!(done.code, Some(0), "{}", done.told());
        done
    }

    /// Imports the site's export and makes a plan of the first of its people; id and hash.
    pub(crate) fn plan(&self) -> (String, String) {
        let export = self.path("Connections.csv");
        write_export(&self.site.scenario, File::create(&export).unwrap()).unwrap();
        self.ok(&["import", export.to_str().unwrap()]);
        let (ledger, account) = self.ledger();
        let people = ledger.people(&account).unwrap();
        std::fs::write(self.path("people.txt"), format!("{}\n", people[0].person.slug)).unwrap();
        let done = self.ok(&["plan", "new", "--people", "people.txt"]);
        let text = |key: &str| done.last()[key].as_str().unwrap().to_owned();
        (text("plan"), text("hash"))
    }

    /// How often something happened on the site.
    pub(crate) fn happened(&self, kind: &str) -> usize {
        self.site.audit().iter().filter(|(happened, _)| happened == kind).count()
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        program::sweep(self.folder.path());
    }
}

impl Running {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn types(&mut self, text: &str) {
        self.keyboard.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }

    pub(crate) fn interrupt(&self) {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
    }

    pub(crate) fn end(mut self) -> Done {
        let mut err = self.child.stderr.take().unwrap();
        let err = std::thread::spawn(move || {
            let mut text = String::new();
            err.read_to_string(&mut text).unwrap();
            text
        });
        let mut out = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        let lines = out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
        Done::of(self.child.wait().unwrap(), lines, err.join().unwrap(), self.began.elapsed())
    }
}

impl Drop for Running {
    /// A test that fails must not leave a window behind.
    fn drop(&mut self) {
        if std::thread::panicking() && self.child.try_wait().is_ok_and(|status| status.is_none()) {
            let _ = kill_process(Pid::from_child(&self.child), Signal::INT);
            let _ = self.child.wait();
        }
    }
}
