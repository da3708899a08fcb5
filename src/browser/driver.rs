//! The driver as a process of ours: its own process group, its own temporary folder, files for nobody else, a port that is
//! proved to be its own, and an end that takes the browser along.

use std::fs;
use std::io::Read;
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::binary::{Kind, Program};
use super::nonce::hex;
use super::open_error::OpenError;
use super::orphans::{self, FOLDER_PREFIX, Record};
use super::port;
use super::process::{group_lives, members};

use crate::crash_point::browser_started;

/// How long a driver may take from its start to its first answer.
const START: Duration = Duration::from_secs(20);
/// How long the group may take to end by itself once it was asked.
const PATIENCE: Duration = Duration::from_secs(2);
/// How much of a driver's output is kept for error messages.
const TAIL: usize = 8 * 1024;

/// Whose driver it is: ours to end, or somebody's to leave alone.
#[derive(Debug)]
pub(super) enum Driver {
    /// Started by us; it ends with us.
    Spawned(Box<Spawned>),
    /// Was there before us and stays.
    Attached {
        /// Its address, with a slash at the end.
        url: String,
    },
}

impl Driver {
    /// The address that WebDriver commands go below.
    pub(super) fn url(&self) -> &str {
        match self {
            Self::Spawned(spawned) => &spawned.url,
            Self::Attached { url } => url,
        }
    }

    /// Ends a driver of ours at once, with its browser; leaves any other alone.
    pub(super) fn kill(&mut self) {
        if let Self::Spawned(spawned) = self {
            spawned.end(Duration::ZERO);
        }
    }

    /// Ends a driver of ours, asking first. Blocks for up to some seconds.
    pub(super) fn end(&mut self) {
        if let Self::Spawned(spawned) = self {
            spawned.end(PATIENCE);
        }
    }

    /// The folder for temporary files of this driver, where it is ours.
    pub(super) fn temp(&self) -> Option<&Path> {
        match self {
            Self::Spawned(spawned) => Some(&spawned.temp),
            Self::Attached { .. } => None,
        }
    }
}

/// A driver that we started. Dropping it kills the whole process group and deletes the temporary folder.
#[derive(Debug)]
pub(super) struct Spawned {
    child: Child,
    group: Pid,
    url: String,
    temp: PathBuf,
    record: Record,
    output: Tail,
    ended: bool,
}

/// Where a driver's folders belong.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places<'a> {
    /// For records of running drivers.
    pub(super) records: &'a Path,
    /// For temporary folders.
    pub(super) temp: &'a Path,
}

/// Starts a driver and waits until it answers on a port of its own. Blocks for up to 20 s.
///
/// # Errors
/// It cannot be started, it ends at once, or somebody else answers on its port three times in a row.
pub(super) fn start(kind: Kind, program: &Program, places: Places<'_>) -> Result<Spawned, OpenError> {
    let mut last = None;
    for _ in 0..3 {
        match start_once(kind, program, places) {
            Err(error @ OpenError::ForeignPort { .. }) => last = Some(error),
            other => return other,
        }
    }
    Err(last.expect("the loop ran and every turn that goes on leaves an error"))
}

fn start_once(kind: Kind, program: &Program, places: Places<'_>) -> Result<Spawned, OpenError> {
    let failed = |why: String| OpenError::Start { path: program.path.clone(), why, output: String::new() };
    let temp = places.temp.join(format!("{FOLDER_PREFIX}{}", hex(8)));
    fs::DirBuilder::new().mode(0o700).create(&temp).map_err(|error| failed(format!("{}: {error}", temp.display())))?;
    let record = Record::write(places.records, &temp).map_err(|error| {
        let _ = fs::remove_dir(&temp);
        OpenError::Records { path: places.records.to_owned(), why: error.to_string() }
    })?;
    let port = port::free().map_err(|error| failed(error.to_string()))?;
    let (arguments, prefix) = arguments(kind, port, &temp).map_err(|error| failed(error.to_string()))?;
    let spawned = spawn(&program.path, &arguments, &temp).map_err(|error| {
        let _ = fs::remove_dir(&temp);
        record.remove();
        failed(error.to_string())
    })?;
    let (child, output) = spawned;
    let group = Pid::from_child(&child);
    let url = format!("http://127.0.0.1:{port}{prefix}");
    let mut driver = Spawned { child, group, url, temp, record, output, ended: false };
    driver
        .record
        .started(driver.child.id())
        .map_err(|error| OpenError::Records { path: places.records.to_owned(), why: error.to_string() })?;
    driver.wait_ready(port, &prefix, program)?;
    browser_started!(kind);
    Ok(driver)
}

/// The driver's arguments and the path below which it answers.
fn arguments(kind: Kind, port: u16, temp: &Path) -> std::io::Result<(Vec<String>, String)> {
    Ok(match kind {
        Kind::Chrome => {
            // Without it every page on localhost could send commands to the driver.
            let token = hex(16);
            (vec![format!("--port={port}"), format!("--url-base={token}")], format!("/{token}/"))
        }
        Kind::Firefox => {
            let mut websocket = port::free()?;
            while websocket == port {
                websocket = port::free()?;
            }
            let text = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
            let mut arguments = text(&["--host", "127.0.0.1", "--port", &port.to_string()]);
            arguments.extend(text(&["--websocket-port", &websocket.to_string()]));
            arguments.extend(text(&["--profile-root", &temp.to_string_lossy()]));
            (arguments, "/".to_owned())
        }
    })
}

fn spawn(program: &Path, arguments: &[String], temp: &Path) -> std::io::Result<(Child, Tail)> {
    let mut command = Command::new("/bin/sh");
    // Firefox's profile would be readable for everybody without it.
    command.args(["-c", "umask 077; exec \"$0\" \"$@\""]).arg(program).args(arguments);
    command.env("TMPDIR", temp).env("MOZ_CRASHREPORTER_DISABLE", "1").process_group(0);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let output = Tail::default();
    output.follow(child.stdout.take());
    output.follow(child.stderr.take());
    Ok((child, output))
}

impl Spawned {
    /// The driver's process id, which is also its group's.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn wait_ready(&mut self, port: u16, prefix: &str, program: &Program) -> Result<(), OpenError> {
        let until = Instant::now() + START;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                // The readers need a moment to see the end of the pipes.
                std::thread::sleep(Duration::from_millis(50));
                return Err(self.failed(program, format!("it ended at once ({status})")));
            }
            if let Some(status) = port::status(port, prefix) {
                return match port::listens(&members(self.group), port) {
                    Some(true) => Ok(()),
                    Some(false) => Err(OpenError::ForeignPort { port }),
                    None if names_itself(&status, program) => Ok(()),
                    None => Err(OpenError::ForeignPort { port }),
                };
            }
            if Instant::now() > until {
                return Err(self.failed(program, format!("no answer within {} s", START.as_secs())));
            }
            std::thread::sleep(Duration::from_millis(15));
        }
    }

    fn failed(&self, program: &Program, why: String) -> OpenError {
        OpenError::Start { path: program.path.clone(), why, output: self.output.text() }
    }

    /// Ends the group and removes what belongs to it. Does nothing the second time.
    fn end(&mut self, patience: Duration) {
        if self.ended {
            return;
        }
        self.ended = true;
        if patience.is_zero() {
            let _ = kill_process_group(self.group, Signal::KILL);
        } else {
            let _ = kill_process_group(self.group, Signal::TERM);
            self.wait_until_gone(patience);
            let _ = kill_process_group(self.group, Signal::KILL);
        }
        let _ = self.child.wait();
        self.wait_until_gone(Duration::from_secs(3));
        orphans::remove_folder(&self.temp);
        if !self.temp.exists() {
            self.record.remove();
        }
    }

    fn wait_until_gone(&mut self, patience: Duration) {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            // Asking also buries the driver, so that it does not count as a member any more.
            let _ = self.child.try_wait();
            if !group_lives(self.group) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        self.end(Duration::ZERO);
    }
}

/// Where the system cannot tell who listens: a stranger would not have our driver's very version.
fn names_itself(status: &serde_json::Value, program: &Program) -> bool {
    let version = program.says.rsplit(' ').next().unwrap_or_default();
    match status.pointer("/value/build/version").and_then(serde_json::Value::as_str) {
        Some(build) => build.starts_with(version),
        // geckodriver does not say its version.
        None => program.says.starts_with("geckodriver") && status.pointer("/value/ready").is_some(),
    }
}

/// The end of what a driver or a browser wrote, for error messages.
#[derive(Debug, Clone, Default)]
pub(super) struct Tail(Arc<Mutex<Vec<u8>>>);

impl Tail {
    /// Reads a pipe to its end, on a thread that ends with it: an unread pipe would stop the driver.
    pub(super) fn follow(&self, pipe: Option<impl Read + Send + 'static>) {
        let Some(mut pipe) = pipe else { return };
        let kept = Arc::clone(&self.0);
        std::thread::spawn(move || {
            let mut buffer = [0; 2048];
            while let Ok(read @ 1..) = pipe.read(&mut buffer) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend_from_slice(&buffer[..read]);
                let over = kept.len().saturating_sub(TAIL);
                kept.drain(..over);
            }
        });
    }

    /// What was kept so far.
    pub(super) fn text(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).trim().to_owned()
    }
}
