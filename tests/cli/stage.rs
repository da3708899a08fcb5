//! A place for one whole-program case: a folder of its own, the real binary, and what came out of it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use exeunt::event::fact::{Fact, Mode, Moved, RunStarted, RunState};
use exeunt::event::id::{AccountName, Realm, RunId, Slug};
use exeunt::event::stamp::Stamp;
use exeunt::event::state::EffectState;
use exeunt::ledger::{EffectRow, Ledger, Owner, PlanRow, Terms};
use exeunt::practice::export::write_export;
use exeunt::practice::scenario::Scenario;
use exeunt::runner::clock::Clock;
use serde_json::Value;

use crate::support::contract;

/// The practice site's address as plans name it; nobody listens there.
pub(crate) const ORIGIN: &str = "--origin=http://127.0.0.1:9";

/// A folder with files, and a data directory that does not exist before the first command.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
}

/// What a command said, wrote and answered.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let stage = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(stage.path("empty")).unwrap();
        stage
    }

    /// With a ledger that holds the practice people.
    pub(crate) fn with_people() -> Self {
        let stage = Self::new();
        let file = std::fs::File::create(stage.path("Connections.csv")).unwrap();
        write_export(&Scenario::default(), file).unwrap();
        stage.ok(&["import", "Connections.csv"]);
        stage
    }

    /// With these people: first name, last name, slug, company.
    pub(crate) fn with_rows(rows: &[[&str; 4]]) -> Self {
        let stage = Self::new();
        stage.file("rows.csv", export_of(rows).as_bytes());
        stage.ok(&["import", "rows.csv"]);
        stage
    }

    /// With the practice people and a plan of the three oldest in the practice realm.
    pub(crate) fn with_plan() -> (Self, PlanRow) {
        let stage = Self::with_people();
        stage.ok(&["plan", "new", "--connected-before", "2014-01-01", ORIGIN]);
        let plan = stage.ledger().plans(&account()).unwrap().pop().unwrap();
        (stage, plan)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    /// A command with nothing of this machine in its environment: no home, no browser, no settings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_exeunt"));
        let empty = self.path("empty");
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.env("HOME", &empty).env("PATH", &empty).env("TZ", "UTC").env("EXEUNT_DATA_DIR", self.data());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.typed(arguments, "")
    }

    /// With a text on standard input.
    pub(crate) fn typed(&self, arguments: &[&str], text: &str) -> Said {
        let mut command = self.command(arguments);
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        // A command that does not read is no failure of the test.
        let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    pub(crate) fn ok(&self, arguments: &[&str]) -> Said {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}\n{}{}", said.out, said.err);
        said
    }

    /// Runs and expects an exit code.
    pub(crate) fn ok_or(&self, arguments: &[&str], code: i32) -> Said {
        let said = self.run(arguments);
        assert_eq!(said.code, code, "{arguments:?}\n{}{}", said.out, said.err);
        said
    }

    /// Runs and expects an exit code and a part of what is said on standard error.
    pub(crate) fn refused(&self, arguments: &[&str], code: i32, part: &str) -> Said {
        let said = self.run(arguments);
        assert_eq!(said.code, code, "{arguments:?}\n{}{}", said.out, said.err);
        assert!(said.err.contains(part), "{arguments:?}: {}", said.err);
        said
    }

    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::open(&self.data()).unwrap()
    }

    pub(crate) fn own(&self) -> Owner {
        self.ledger().own(&account(), Realm::Practice, &now()).unwrap()
    }

    /// A live run of an approved plan, as far as its beginning.
    pub(crate) fn begun(&self, plan: &PlanRow) -> (Owner, RunId) {
        let mut owner = self.own();
        owner.approve_plan(&plan.id, &plan.hash, "typed", &now()).unwrap();
        let run = owner.ledger().free_run_id().unwrap();
        owner.append(&now(), &Fact::RunStarted(Box::new(started(&run, plan)))).unwrap();
        (owner, run)
    }

    /// Latches the account by an incident of that sign.
    pub(crate) fn latch(&self, plan: &PlanRow, sign: &str) {
        self.latch_until(plan, sign, None);
    }

    /// Latches it by one of which the site named the end.
    pub(crate) fn latch_until(&self, plan: &PlanRow, sign: &str, until: Option<jiff::Timestamp>) {
        self.latch_for(plan, (sign, "the page asks for letters\u{1b}[2J"), until);
    }

    /// Latches it by one with that reason.
    pub(crate) fn latch_for(&self, plan: &PlanRow, (sign, why): (&str, &str), until: Option<jiff::Timestamp>) {
        let (mut owner, run) = self.begun(plan);
        let incident = owner.ledger().free_incident_id().unwrap();
        let (sign, why) = (sign.to_owned(), why.to_owned());
        let address = "http://127.0.0.1:9/x".into();
        let fact = Fact::Incident { incident, run, sign, why, address, shots: vec![], until };
        owner.append(&now(), &fact).unwrap();
    }

    /// Lets the site ask for silence for an hour.
    pub(crate) fn cool(&self, plan: &PlanRow) {
        let (mut owner, run) = self.begun(plan);
        let until = now().utc.checked_add(jiff::SignedDuration::from_hours(1)).unwrap();
        let fact = Fact::RunMoved { run, state: RunState::Cooling { until }, why: "429".into() };
        owner.append(&now(), &fact).unwrap();
    }

    /// Takes everybody out of the plan, as the keep list does.
    pub(crate) fn spared(&self, plan: &PlanRow) {
        let (mut owner, run) = self.begun(plan);
        for effect in owner.ledger().effects(&plan.id).unwrap() {
            owner.step(&now(), &moved(&run, &effect, EffectState::Excluded)).unwrap();
        }
    }

    /// Leaves the first person of the plan in doubt, at the end of these states.
    pub(crate) fn doubt(&self, plan: &PlanRow, path: &[EffectState]) -> Slug {
        let (mut owner, run) = self.begun(plan);
        let slug = owner.ledger().effects(&plan.id).unwrap()[0].slug.clone();
        for to in path {
            let effect = owner.ledger().effects(&plan.id).unwrap().swap_remove(0);
            let moved = moved(&run, &effect, *to);
            if *to == EffectState::Intent {
                let local_date = now().utc.to_zoned(jiff::tz::TimeZone::UTC).date();
                let terms = Terms { local_date, zone: "UTC".into(), settle: std::time::Duration::ZERO };
                owner.intend(&now(), &moved, &terms).unwrap();
            } else {
                owner.step(&now(), &moved).unwrap();
            }
        }
        slug
    }
}

fn moved(run: &RunId, effect: &EffectRow, to: EffectState) -> Moved {
    Moved {
        run: Some(run.clone()),
        plan: effect.plan.clone(),
        slug: effect.slug.clone(),
        action: effect.action,
        from: effect.state,
        to,
        attempt: effect.attempt,
        why: "a test".into(),
        shots: vec![],
        read: vec![],
    }
}

impl Said {
    /// Every line of standard output as JSON, each a record of the contract.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let lines: Vec<Value> = self.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
        lines.iter().for_each(contract::assert_fits);
        lines
    }

    pub(crate) fn last(&self) -> Value {
        self.lines().pop().unwrap()
    }

    /// Nothing that a terminal would act on, or that turns a line around.
    pub(crate) fn assert_harmless(&self) {
        for text in [&self.out, &self.err] {
            let bad = |c: char| {
                (c.is_control() && c != '\n')
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}')
            };
            assert!(!text.contains(bad), "{text:?}");
        }
    }
}

pub(crate) fn account() -> AccountName {
    "default".parse().unwrap()
}

pub(crate) fn now() -> Stamp {
    Clock::system().now()
}

pub(crate) fn export_of(rows: &[[&str; 4]]) -> String {
    let mut text = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n".to_owned();
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    for [first, last, slug, company] in rows {
        let url = format!("https://www.linkedin.com/in/{slug}");
        let cells = [cell(first), cell(last), cell(&url), "secret@example.org".into(), cell(company)];
        text.push_str(&format!("{},Engineer,03 Mar 2015\n", cells.join(",")));
    }
    text
}

pub(crate) fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn started(run: &RunId, plan: &PlanRow) -> RunStarted {
    RunStarted {
        run: run.clone(),
        plan: plan.id.clone(),
        hash: plan.hash,
        mode: Mode::Live,
        account: account(),
        realm: Realm::Practice,
        origin: "http://127.0.0.1:9".into(),
        action: plan.action,
        route: plan.route,
        pack: "1".into(),
        pack_sha256: plan.pack_sha256,
        browser: "chromium".into(),
        program: "0".into(),
        zone: "UTC".into(),
    }
}
