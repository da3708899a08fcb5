//! The program as users start it, in a folder of a test's own, and what it did.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use exeunt::browser::orphans;
use serde_json::Value;

use super::search_path::search_path;

/// A folder for one test, with places for a home and for everything that is temporary.
pub(crate) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["home", "tmp"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    folder
}

/// The program with its data directory in a test's folder, without anything of this machine's that it would heed.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_exeunt"));
    for (key, _) in std::env::vars_os() {
        let key = key.to_string_lossy();
        if ["EXEUNT_", "XDG_"].iter().any(|prefix| key.starts_with(prefix)) {
            command.env_remove(&*key);
        }
    }
    command.env("HOME", folder.join("home")).env("TMPDIR", folder.join("tmp")).env("PATH", search_path());
    command.arg("--data-dir").arg(folder.join("data")).arg("--json");
    command
}

/// Ends what killed programs left of their browsers; for the end of a bed.
pub(crate) fn sweep(folder: &Path) {
    let swept = orphans::sweep(&folder.join("data/drivers"));
    if !std::thread::panicking() {
        swept.unwrap();
    }
}

/// What a program did.
#[derive(Debug)]
pub(crate) struct Done {
    /// The exit code; none for a program that was killed.
    pub(crate) code: Option<i32>,
    /// The signal that killed it.
    pub(crate) signal: Option<i32>,
    /// Its JSON lines.
    pub(crate) lines: Vec<Value>,
    /// What it said to people.
    pub(crate) err: String,
    /// How long it took.
    pub(crate) took: Duration,
}

impl Done {
    pub(crate) fn of(status: ExitStatus, lines: Vec<Value>, err: String, took: Duration) -> Self {
        Self { code: status.code(), signal: status.signal(), lines, err, took }
    }

    /// The last JSON line.
    pub(crate) fn last(&self) -> &Value {
        self.lines.last().unwrap_or(&Value::Null)
    }

    /// Whether it gave up because a browser or a driver did not start in time, as on a machine that is too busy.
    pub(crate) fn is_busy(&self) -> bool {
        let late = self.last()["reason"].as_str().is_some_and(|reason| reason.contains("no answer within"));
        matches!(self.code, Some(6 | 8)) && late
    }

    /// Everything, for the message of a failed test.
    pub(crate) fn told(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(ToString::to_string).collect();
        let Self { code, signal, took, err, .. } = self;
        format!("exit {code:?}, signal {signal:?}, after {took:?}\n{}\n{err}", lines.join("\n"))
    }
}
