//! A place for one test of the whole program: a practice site, a data directory that does not exist yet, folders of its
//! own for everything that is temporary, and the program as users start it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use exeunt::browser::binary::Kind;
use exeunt::event::id::{AccountName, Realm};
use exeunt::event::state::EffectState;
use exeunt::ledger::Ledger;
use exeunt::practice::export::write_export;
use exeunt::practice::scenario::{Latency, Scenario};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::pool;
use super::site::Site;
use crate::support::program;
pub(crate) use crate::support::program::Done;

/// A program that runs longer is killed, and the test fails.
const LIMIT: Duration = Duration::from_secs(900);

/// A site without delays of its own.
pub(crate) fn quick(people: usize) -> Scenario {
    Scenario { people, latency: Latency::None, ..Scenario::default() }
}

/// One test's place. Dropping it ends what killed programs left.
pub(crate) struct Bed {
    pub(crate) site: Site,
    pub(crate) kind: Kind,
    /// Flags that every command gets beside the usual ones.
    pub(crate) flags: Vec<String>,
    /// Whether its browsers are its own, and not of the pool.
    is_real: bool,
    folder: tempfile::TempDir,
}

/// A plan that was made.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) id: String,
    pub(crate) hash: String,
    pub(crate) slugs: Vec<String>,
}

impl Bed {
    /// A site, and its export imported.
    pub(crate) fn new(kind: Kind, scenario: Scenario) -> Self {
        Self::prepared(kind, scenario, |_| {})
    }

    /// The same, after something was done to the place of its data directory.
    pub(crate) fn prepared(kind: Kind, scenario: Scenario, prepare: impl FnOnce(&Path)) -> Self {
        let (site, folder) = (Site::start(scenario), program::folder());
        let bed = Self { site, kind, flags: vec![], is_real: false, folder };
        prepare(&bed.data());
        let export = bed.path("Connections.csv");
        write_export(&bed.site.scenario, std::fs::File::create(&export).unwrap()).unwrap();
        let done = bed.run(&["import", export.to_str().unwrap()]);
        assert_eq!(done.code, Some(0), "{}", done.told());
        bed
    }

    /// The same with browsers that the program starts itself: for what kills any of them, or looks at the start.
    pub(crate) fn real(mut self) -> Self {
        self.is_real = true;
        self
    }

    /// A path in this test's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// The ledger and its account.
    pub(crate) fn ledger(&self) -> (Ledger, AccountName) {
        (Ledger::open(&self.data()).unwrap(), "default".parse().unwrap())
    }

    /// Makes a plan of these people.
    pub(crate) fn plan(&self, slugs: &[String]) -> Planned {
        self.plan_through(slugs, "list")
    }

    /// Makes a plan of these people through these pages.
    pub(crate) fn plan_through(&self, slugs: &[String], route: &str) -> Planned {
        let list = self.path("people.txt");
        std::fs::write(&list, slugs.join("\n") + "\n").unwrap();
        let done = self.run(&["plan", "new", "--route", route, "--people", list.to_str().unwrap()]);
        assert_eq!((done.code, &done.last()["people"]), (Some(0), &Value::from(slugs.len())), "{}", done.told());
        let text = |key: &str| done.last()[key].as_str().unwrap().to_owned();
        Planned { id: text("plan"), hash: text("hash"), slugs: slugs.to_vec() }
    }

    /// Where each person of a plan stands, in the plan's order, from a ledger whose chain fits.
    pub(crate) fn states(&self, plan: &Planned) -> Vec<(String, EffectState)> {
        let (ledger, account) = self.ledger();
        ledger.check(&account, Realm::Practice).unwrap();
        let rows = ledger.effects(&plan.id.parse().unwrap()).unwrap();
        rows.into_iter().map(|row| (row.slug.as_str().to_owned(), row.state)).collect()
    }

    /// The program with these arguments behind the flags that every command gets.
    pub(crate) fn command(&self, origin: &str, arguments: &[&str]) -> Command {
        let mut command = program::command(self.folder.path());
        if !self.is_real {
            pool::lend(&mut command, arguments);
        }
        command.args(["--browser", self.kind.as_str()]);
        command.args(["--origin", origin]).args(&self.flags).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Done {
        self.start(arguments, |_, _| {}).end()
    }

    /// Carries a plan out, to its end.
    pub(crate) fn live(&self, plan: &Planned) -> Done {
        self.run(&["run", &plan.id, "--live", "--confirm", &plan.hash])
    }

    /// Starts a command. `each` hears every JSON line as soon as it is there, on the thread that reads them.
    pub(crate) fn start(&self, arguments: &[&str], each: impl FnMut(&Value, Pid) + Send + 'static) -> Running {
        Running::of(self.command(&self.site.origin(), arguments), each)
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        program::sweep(self.folder.path());
    }
}

/// A program that runs.
pub(crate) struct Running {
    child: Child,
    lines: JoinHandle<Vec<Value>>,
    err: JoinHandle<String>,
    over: mpsc::Sender<()>,
    watch: JoinHandle<bool>,
    began: Instant,
}

impl Running {
    /// Starts it.
    pub(crate) fn of(mut command: Command, mut each: impl FnMut(&Value, Pid) + Send + 'static) -> Self {
        let began = Instant::now();
        let mut child = command.spawn().unwrap();
        let pid = Pid::from_child(&child);
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let lines = std::thread::spawn(move || {
            let mut lines: Vec<Value> = Vec::new();
            for line in stdout.lines() {
                let line = line.unwrap();
                let value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
                each(&value, pid);
                lines.push(value);
            }
            lines
        });
        let mut stderr = child.stderr.take().unwrap();
        let err = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        let (over, ended) = mpsc::channel::<()>();
        let watch = std::thread::spawn(move || {
            let late = ended.recv_timeout(LIMIT) == Err(mpsc::RecvTimeoutError::Timeout);
            // The child is waited for only after this thread was heard, so the number is still its own.
            late && kill_process(pid, Signal::KILL).is_ok()
        });
        Self { child, lines, err, over, watch, began }
    }

    /// Waits for the program's end.
    pub(crate) fn end(mut self) -> Done {
        let (lines, err) = (self.lines.join().unwrap(), self.err.join().unwrap());
        // The watch may have ended already.
        let _ = self.over.send(());
        let late = self.watch.join().unwrap();
        let status = self.child.wait().unwrap();
        let done = Done::of(status, lines, err, self.began.elapsed());
        assert!(!late, "not over within {} s: {}", LIMIT.as_secs(), done.told());
        done
    }
}

/// The state to which a line moves a person, and the person.
pub(crate) fn moved(line: &Value) -> Option<(&str, &str)> {
    let fact = &line["fact"];
    (fact["kind"] == "moved").then(|| (fact["to"].as_str().unwrap(), fact["slug"].as_str().unwrap()))
}
