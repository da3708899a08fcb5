//! A driver that belongs to the test, as somebody else's driver does.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use exeunt::browser::binary::{self, Binaries, Kind, Pair};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::search_path::{plain, search_path};
use super::starts;

/// A driver that runs. Dropping it ends it and its browser.
pub(crate) struct Foreign {
    child: Child,
    /// Its address, without a slash at the end.
    pub(crate) url: String,
}

impl Foreign {
    /// Starts it, with this folder for everything that is temporary.
    pub(crate) fn start(kind: Kind, temp: &Path) -> Self {
        Self::prepared(kind, temp, |_| {})
    }

    /// The same, after something was added to its command.
    ///
    /// A driver that chose a port which somebody else took meanwhile ends before it listens: it is started anew.
    pub(crate) fn prepared(kind: Kind, temp: &Path, prepare: impl Fn(&mut Command)) -> Self {
        let begun = (0..5).find_map(|_| Self::listening(kind, temp, &prepare));
        begun.expect("a driver that says where it listens, at one of five starts")
    }

    /// One start; none where the driver ends before it listens.
    fn listening(kind: Kind, temp: &Path, prepare: &impl Fn(&mut Command)) -> Option<Self> {
        let pair = pair(kind);
        let mut command = Command::new(&pair.driver.path);
        match kind {
            Kind::Chrome => command.arg("--port=0"),
            Kind::Firefox => command.args(["--port", "0", "--websocket-port", "0", "--binary"]).arg(&pair.browser.path),
        };
        prepare(&mut command);
        command.env("TMPDIR", temp).process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = |line: &String| line.contains("started successfully on port") || line.contains("Listening on");
        let Some(line) = lines.by_ref().map(Result::unwrap).find(said) else {
            child.wait().unwrap();
            return None;
        };
        starts::note(kind);
        let digits = line.rsplit(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty()).unwrap().to_owned();
        // An unread pipe would stop the driver.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { child, url: format!("http://127.0.0.1:{digits}") })
    }

    /// Its process group, to which its browser belongs too.
    pub(crate) fn group(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Sends the driver alone a signal; its browser hears nothing.
    pub(crate) fn signal(&self, signal: Signal) {
        // The child is waited for only when this is dropped, so the number is its own.
        kill_process(self.group(), signal).unwrap();
    }
}

/// A browser that starts quickly and its driver, looked for once in each process of tests.
pub(crate) fn pair(kind: Kind) -> Pair {
    static FOUND: [OnceLock<Pair>; 2] = [OnceLock::new(), OnceLock::new()];
    FOUND[usize::from(kind == Kind::Firefox)].get_or_init(|| found(kind, &search_path())).clone()
}

/// The same with the browser as users have it.
pub(crate) fn plain_pair(kind: Kind) -> Pair {
    static FOUND: [OnceLock<Pair>; 2] = [OnceLock::new(), OnceLock::new()];
    FOUND[usize::from(kind == Kind::Firefox)].get_or_init(|| found(kind, &plain())).clone()
}

fn found(kind: Kind, search: &OsStr) -> Pair {
    let search = std::env::split_paths(search).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(binary::find(kind, &Binaries { search, ..Binaries::default() })).unwrap()
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = kill_process_group(self.group(), Signal::KILL);
        let _ = self.child.wait();
    }
}
