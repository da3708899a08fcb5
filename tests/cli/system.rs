//! The programs of the system that `schedule` asks, as scripts that write down what they were asked.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use exeunt::ledger::PlanRow;

use super::stage::{Said, Stage, now};

/// A stage whose system programs are scripts that write down what they were asked.
pub(crate) struct System {
    pub(crate) stage: Stage,
    pub(crate) plan: PlanRow,
}

impl System {
    pub(crate) fn new(tools: &[(&str, &str)]) -> Self {
        let (stage, plan) = Stage::with_plan();
        Self::of(stage, plan, tools)
    }

    /// Of a plan that is there already.
    pub(crate) fn of(stage: Stage, plan: PlanRow, tools: &[(&str, &str)]) -> Self {
        std::fs::create_dir(stage.path("bin")).unwrap();
        let system = Self { stage, plan };
        for (name, script) in tools {
            system.tool(name, script);
        }
        system
    }

    pub(crate) fn approved(tools: &[(&str, &str)]) -> Self {
        let system = Self::new(tools);
        let mut owner = system.stage.own();
        owner.approve_plan(&system.plan.id, &system.plan.hash, "typed", &now()).unwrap();
        drop(owner);
        system
    }

    /// Puts a program into PATH that notes its arguments in `calls`, then does what the script says.
    pub(crate) fn tool(&self, name: &str, script: &str) {
        let calls = self.stage.path("calls");
        let text = format!(
            "#!/bin/sh\necho \"{name} $*\" >> '{}'\ncd '{}'\n{script}\n",
            calls.display(),
            self.folder().display()
        );
        let path = self.stage.path("bin").join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.stage.path("empty")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.stage.command(arguments);
        let path = format!("{}:/usr/bin:/bin", self.stage.path("bin").display());
        command.env("PATH", path).env("XDG_CONFIG_HOME", self.stage.path("config"));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        let output = self.command(arguments).stdin(Stdio::null()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    pub(crate) fn ok(&self, arguments: &[&str]) -> Said {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}\n{}{}", said.out, said.err);
        said
    }

    pub(crate) fn calls(&self) -> String {
        std::fs::read_to_string(self.stage.path("calls")).unwrap_or_default()
    }

    pub(crate) fn units(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.stage.path("config/systemd/user")) else { return vec![] };
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn unit(&self, ending: &str) -> String {
        let name = format!("config/systemd/user/exeunt-default-{}.{ending}", self.plan.id);
        std::fs::read_to_string(self.stage.path(&name)).unwrap()
    }

    /// What this machine and this run chose, as words.
    pub(crate) fn plain(&self, text: &str) -> String {
        text.replace(env!("CARGO_BIN_EXE_exeunt"), "/bin/exeunt")
            .replace(&self.stage.data().display().to_string(), "/data")
            .replace(&self.plan.hash.to_string(), "HASH")
            .replace(self.plan.id.as_str(), "P4K")
    }
}

/// A user manager that does as it is asked, and whose user does not linger.
pub(crate) const SYSTEMD: &[(&str, &str)] =
    &[("systemctl", "exit 0"), ("systemd-run", "echo 'ok    ledger          opens'"), ("loginctl", "echo Linger=no")];

/// No user manager; a crontab in a file.
pub(crate) const CRON: &[(&str, &str)] = &[
    ("systemctl", "exit 1"),
    (
        "crontab",
        "if [ \"$1\" = -l ]; then cat tab 2>/dev/null || { echo 'no crontab for me' >&2; exit 1; }; else cat > new && mv new tab; fi",
    ),
];
