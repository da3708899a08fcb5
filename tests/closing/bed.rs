//! A place for one test: a practice site, a data directory, and the program with a person before its terminal who answers
//! what it asks.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use exeunt::browser::binary::Kind;
use exeunt::event::id::{AccountName, Realm};
use exeunt::event::state::EffectState;
use exeunt::ledger::Ledger;
use exeunt::practice::scenario::{Latency, Scenario};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::pool;
use super::site::Site;
use super::terminal::terminal;
pub(crate) use crate::support::engines::BOTH;
use crate::support::program;
pub(crate) use crate::support::program::Done;

/// A program that runs longer is killed, and the test fails.
const LIMIT: Duration = Duration::from_secs(600);

/// A site without delays of its own.
pub(crate) fn quick() -> Scenario {
    Scenario { people: 12, latency: Latency::None, ..Scenario::default() }
}

/// One test's place. Dropping it ends what killed programs left.
pub(crate) struct Bed {
    pub(crate) site: Site,
    pub(crate) kind: Kind,
    /// The screen on which browsers show their windows; without one they show none.
    pub(crate) display: Option<String>,
    /// The pack, where it is not the built-in one.
    pack: Option<PathBuf>,
    /// Whether its browsers are its own, and not of the pool.
    is_real: bool,
    folder: tempfile::TempDir,
}

/// What a person answers: when a line of the program holds the words, this is typed.
pub(crate) type Answer<'a> = (&'a str, String);

/// Hears every line of the program, and says what is typed then.
type Listener = Box<dyn FnMut(&str, Pid) -> Vec<String> + Send>;

impl Bed {
    pub(crate) fn new(kind: Kind, scenario: Scenario) -> Self {
        let folder = program::folder();
        Self { site: Site::start(scenario), kind, display: None, pack: None, is_real: false, folder }
    }

    /// The same with browsers that the program starts itself: for what kills any of them, or looks at the start.
    pub(crate) fn real(mut self) -> Self {
        self.is_real = true;
        self
    }

    /// The same with a pack that waits only twelve seconds for what follows the last click: for tests in which nothing does.
    pub(crate) fn brisk(kind: Kind, scenario: Scenario) -> Self {
        let mut bed = Self::new(kind, scenario);
        let folder = bed.path("pack");
        let ejected = bed.run(&["selectors", "eject", folder.to_str().unwrap()]);
        assert_eq!(ejected.code, Some(0), "{}", ejected.told());
        let file = folder.join("flows/close-account.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let waits = r#"], within = "30s" }"#;
        let (start, end) = text.split_at(text.find("effect = \"irreversible\"").unwrap());
        assert!(end.contains(waits), "{end}");
        std::fs::write(&file, format!("{start}{}", end.replace(waits, r#"], within = "12s" }"#))).unwrap();
        bed.pack = Some(folder);
        bed
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub(crate) fn ledger(&self) -> (Ledger, AccountName) {
        (Ledger::open(&self.data()).unwrap(), "default".parse().unwrap())
    }

    /// The account's handle on the site.
    pub(crate) fn handle(&self) -> String {
        self.site.scenario.me.to_string()
    }

    /// Where the newest effect on the account itself stands, from a ledger whose chain fits; none where there is none.
    pub(crate) fn state(&self) -> Option<EffectState> {
        let (ledger, account) = self.ledger();
        ledger.check(&account, Realm::Practice).unwrap();
        let plans = ledger.plans(&account).unwrap();
        let plan = plans.iter().rev().find(|plan| plan.action.is_of_account())?;
        ledger.effects(&plan.id).unwrap().first().map(|row| row.state)
    }

    /// What the site says happened, without views.
    pub(crate) fn happened(&self) -> Vec<String> {
        let kinds = self.site.audit().into_iter().map(|(kind, _)| kind);
        kinds.filter(|kind| kind != "profile-view").collect()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program::command(self.folder.path());
        if let Some(pack) = &self.pack {
            command.arg("--selectors").arg(pack);
        }
        if let Some(display) = &self.display {
            command.env("DISPLAY", display).env_remove("WAYLAND_DISPLAY");
        } else if !self.is_real {
            pool::lend(&mut command, arguments);
        }
        command.args(["--browser", self.kind.as_str()]);
        command.args(["--origin", &self.site.origin()]).args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command where nobody is.
    pub(crate) fn run(&self, arguments: &[&str]) -> Done {
        let mut command = self.command(arguments);
        command.stdin(Stdio::null());
        Sitting::of(command, None, |_, _| vec![]).end()
    }

    /// Runs a command with a person before it who answers each question once, in this order.
    pub(crate) fn answered(&self, arguments: &[&str], answers: &[Answer<'_>]) -> Done {
        let mut left: std::collections::VecDeque<(String, String)> =
            answers.iter().map(|(words, answer)| ((*words).to_owned(), answer.clone())).collect();
        self.sitting(arguments, move |line, _| match left.front() {
            Some((words, _)) if line.contains(words.as_str()) => vec![left.pop_front().unwrap().1],
            _ => vec![],
        })
    }

    /// Runs a command at a terminal; `each` hears every line, of words and of records, and says what is typed then.
    pub(crate) fn sitting(
        &self,
        arguments: &[&str],
        each: impl FnMut(&str, Pid) -> Vec<String> + Send + 'static,
    ) -> Done {
        let (keyboard, terminal) = terminal();
        let mut command = self.command(arguments);
        command.stdin(terminal);
        Sitting::of(command, Some(keyboard), each).end()
    }

    /// The answers of a person who closes the account with the right password.
    pub(crate) fn closes(&self, secret: &str) -> Vec<Answer<'static>> {
        vec![
            ("Type `close`", "close".to_owned()),
            ("Type the account", self.handle()),
            ("  password: ", secret.to_owned()),
        ]
    }

    /// The site's password.
    pub(crate) fn password(&self) -> String {
        self.site.scenario.credentials().password
    }

    /// The code that the site mailed last.
    pub(crate) fn mailed_code(&self) -> String {
        let mails: Vec<Value> = serde_json::from_str(&self.site.ask("GET /mail", "")).unwrap();
        let code = mails.iter().rev().find_map(|mail| mail["code"].as_str().filter(|code| !code.is_empty()));
        code.expect("a code was mailed").to_owned()
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        program::sweep(self.folder.path());
    }
}

/// A program at a terminal.
struct Sitting {
    child: Child,
    heard: mpsc::Receiver<(bool, String)>,
    each: Listener,
    keyboard: Option<File>,
}

impl Sitting {
    fn of(
        mut command: Command,
        keyboard: Option<File>,
        each: impl FnMut(&str, Pid) -> Vec<String> + Send + 'static,
    ) -> Self {
        let mut child = command.spawn().unwrap();
        drop(command);
        let (said, heard) = mpsc::channel();
        let streams: [(bool, Box<dyn std::io::Read + Send>); 2] =
            [(true, Box::new(child.stdout.take().unwrap())), (false, Box::new(child.stderr.take().unwrap()))];
        for (is_record, stream) in streams {
            let said = said.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines() {
                    if said.send((is_record, line.unwrap())).is_err() {
                        return;
                    }
                }
            });
        }
        Self { child, heard, each: Box::new(each), keyboard }
    }

    fn end(mut self) -> Done {
        let (pid, began) = (Pid::from_child(&self.child), Instant::now());
        let (mut lines, mut err) = (vec![], String::new());
        loop {
            let left = LIMIT.saturating_sub(began.elapsed());
            match self.heard.recv_timeout(left) {
                Ok((is_record, line)) => {
                    for answer in (self.each)(&line, pid) {
                        self.keyboard.as_mut().unwrap().write_all(format!("{answer}\n").as_bytes()).unwrap();
                    }
                    if is_record {
                        lines.push(serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")));
                    } else {
                        err.push_str(&line);
                        err.push('\n');
                    }
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    kill_process(pid, Signal::KILL).unwrap();
                    panic!("not over within {} s: {err}", LIMIT.as_secs());
                }
            }
        }
        let status = self.child.wait().unwrap();
        Done::of(status, lines, err, began.elapsed())
    }
}
