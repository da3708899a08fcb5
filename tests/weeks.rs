//! Weeks without anybody there, as far as a test can wait: the first share, the long wait without a browser, and each way in
//! which it ends; two accounts in one process; a timer that comes too early.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use exeunt::browser::binary::Kind;
use exeunt::event::id::Realm;
use exeunt::ledger::Ledger;
use exeunt::practice::export::write_export;
use exeunt::practice::scenario::{Latency, Scenario};
use exeunt::runner::clock::Clock;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::site::Site;
use crate::support::{engines, program};

/// Two people a day, without gaps, and somebody who is told.
const SETTINGS: &str = r#"
[pace]
gap_min = "0s"
gap_max = "0s"
batch_pause_min = "0s"
batch_pause_max = "0s"
per_hour = 1000
per_day = 2
ramp_days = 0
not_applied_after = "3s"
audit_after = "0s"
[notify]
command = ["sh", "-c", "cat >> HEARD"]
"#;

struct Bed {
    site: Site,
    kind: Kind,
    folder: tempfile::TempDir,
}

impl Bed {
    fn new(kind: Kind) -> Self {
        let site = Site::start(Scenario { people: 12, latency: Latency::None, ..Scenario::default() });
        let bed = Self { site, kind, folder: program::folder() };
        let heard = bed.path("heard");
        std::fs::write(bed.path("set.toml"), SETTINGS.replace("HEARD", heard.to_str().unwrap())).unwrap();
        write_export(&bed.site.scenario, std::fs::File::create(bed.path("Connections.csv")).unwrap()).unwrap();
        bed
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program::command(self.folder.path());
        command.arg("--config").arg(self.path("set.toml"));
        command.args(["--browser", self.kind.as_str(), "--origin", &self.site.origin()]).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs to the end: the exit code and the records.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, Vec<Value>, String) {
        let output = self.command(arguments).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let lines = out.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
        (output.status.code(), lines, String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn ok(&self, arguments: &[&str]) -> Vec<Value> {
        let (code, lines, told) = self.run(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {told}");
        lines
    }

    /// An approved plan of the first so many people of the export, and its hash.
    fn approved(&self, account: &str, skip: usize, number: usize) -> (String, String) {
        self.ok(&["--account", account, "import", self.path("Connections.csv").to_str().unwrap()]);
        let listed = self.ok(&["--account", account, "list"]);
        let slugs: Vec<&str> = listed.iter().filter_map(|line| line["slug"].as_str()).skip(skip).take(number).collect();
        std::fs::write(self.path("people.txt"), slugs.join("\n") + "\n").unwrap();
        let made =
            self.ok(&["--account", account, "plan", "new", "--people", self.path("people.txt").to_str().unwrap()]);
        let text = |key: &str| made.last().unwrap()[key].as_str().unwrap().to_owned();
        let (plan, hash) = (text("plan"), text("hash"));
        let stamp = Clock::system().now();
        let mut owner = self.ledger().own(&account.parse().unwrap(), Realm::Practice, &stamp).unwrap();
        owner.approve_plan(&plan.parse().unwrap(), &hash.parse().unwrap(), "typed", &stamp).unwrap();
        (plan, hash)
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(&self.path("data")).unwrap()
    }

    fn runs(&self) -> usize {
        self.ledger().runs(&"default".parse().unwrap()).unwrap().len()
    }

    fn heard(&self) -> String {
        std::fs::read_to_string(self.path("heard")).unwrap_or_default()
    }

    /// Starts a run that stays, and comes back when it waits for its second share.
    fn waiting(&self, plan: &str, hash: &str) -> Waiting {
        let arguments = ["run", plan, "--live", "--confirm", hash, "--until-done", "--pace", "real"];
        let mut waiting = Waiting::of(self.command(&arguments));
        loop {
            let mut line = String::new();
            if waiting.lines.read_line(&mut line).unwrap() == 0 {
                let mut told = String::new();
                waiting.child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
                panic!("it ended instead of waiting: {told}");
            }
            let record: Value = serde_json::from_str(&line).unwrap();
            if record["progress"] == "waiting" {
                waiting.until = record["until"].as_str().unwrap().parse().unwrap();
                return waiting;
            }
        }
    }
}

/// A process that waits for its next share.
struct Waiting {
    child: Child,
    lines: BufReader<ChildStdout>,
    until: jiff::Timestamp,
}

impl Waiting {
    fn of(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines, until: jiff::Timestamp::MIN }
    }

    /// The exit code and the last record.
    fn end(mut self) -> (Option<i32>, Value) {
        let last = self.lines.lines().map(Result::unwrap).last().unwrap();
        (self.child.wait().unwrap().code(), serde_json::from_str(&last).unwrap())
    }

    /// The processes that it started and that are still there.
    fn children(&self) -> usize {
        let output = Command::new("ps").args(["-axo", "ppid=,stat="]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let own = self.child.id().to_string();
        text.lines().filter(|line| line.split_whitespace().next() == Some(&own) && !line.contains('Z')).count()
    }
}

fn share_and_wait(kind: Kind) {
    let bed = Bed::new(kind);
    let (plan, hash) = bed.approved("default", 0, 5);
    let waiting = bed.waiting(&plan, &hash);
    assert_eq!(bed.site.removed().len(), 2);
    assert_eq!(waiting.children(), 0, "neither browser nor driver is open");
    let ahead = waiting.until.duration_since(jiff::Timestamp::now());
    assert!(ahead.as_hours() >= 23, "{ahead}");
    let heard = bed.heard();
    assert!(heard.contains("2 people done today, 3 left; it goes on"), "{heard}");
    assert!(!heard.contains("keep add"), "names go only where the user sends them: {heard}");
    let status = bed.ok(&["status"]);
    assert!(status.iter().any(|line| line["waiting"] == waiting.child.id()), "{status:?}");

    // A signal ends the wait, and says what is due.
    let pid = Pid::from_child(&waiting.child);
    kill_process(pid, Signal::INT).unwrap();
    let until = waiting.until;
    let (code, last) = waiting.end();
    assert_eq!((code, &last["remaining"]), (Some(130), &Value::from(3)), "{last}");
    assert_eq!(last["due_at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap(), until);

    // A timer that comes too early leaves nothing behind.
    let runs = bed.runs();
    let (code, lines, told) = bed.run(&["run", &plan, "--live", "--confirm", &hash, "--pace", "real"]);
    assert_eq!((code, bed.runs()), (Some(9), runs), "{told}");
    assert_eq!(lines.last().unwrap()["remaining"], 3);

    // The same command waits again, and does nobody before it is allowed; a stop from elsewhere is heard meanwhile.
    let waiting = bed.waiting(&plan, &hash);
    assert_eq!(bed.runs(), runs);
    bed.ok(&["stop", &plan]);
    let (code, last) = waiting.end();
    assert_eq!((code, bed.site.removed().len()), (Some(130), 2), "{last}");
}

#[test]
fn a_share_and_a_wait() {
    for kind in engines::of("weeks", "a share and a wait") {
        share_and_wait(kind);
    }
}

fn two_accounts(kind: Kind) {
    let bed = Bed::new(kind);
    bed.approved("ann", 0, 2);
    bed.approved("ann", 2, 1);
    bed.approved("ben", 3, 2);
    let (code, lines, told) = bed.run(&["schedule", "run"]);
    assert_eq!((code, &lines.last().unwrap()["remaining"]), (Some(0), &Value::from(0)), "{told}");
    let removed = bed.site.removed();
    assert!(removed.len() == 5 && removed.values().all(|times| *times == 1), "{removed:?}");
    for account in ["ann", "ben"] {
        bed.ledger().check(&account.parse().unwrap(), Realm::Practice).unwrap();
        assert!(bed.heard().contains(&format!("account {account}: ")), "{}", bed.heard());
    }
    assert_eq!(bed.run(&["schedule", "run"]).0, Some(2), "nothing is left to do");
}

#[test]
fn two_accounts_in_one_process() {
    for kind in engines::of("weeks", "two accounts") {
        two_accounts(kind);
    }
}
