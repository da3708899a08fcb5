//! Crash points from outside: arming one, waiting until the program stands there, letting it go on.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::bed::moved;

/// The variable that names the folder in which points are armed.
pub(crate) const FOLDER: &str = "CRASH_POINTS_OF_EXEUNT";

/// So long the program may take to a point.
const PATIENCE: Duration = Duration::from_secs(180);

/// A point, and what the program tells before it is armed: some points are passed earlier for other reasons.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    pub(crate) name: &'static str,
    /// The state to which somebody has to be moved first; none: armed from the start.
    pub(crate) from: Option<&'static str>,
    /// Whether a driver runs there.
    pub(crate) driven: bool,
}

/// The sixteen points, but for C15 and C16, which are about the run after a crash.
pub(crate) const POINTS: [Point; 14] = [
    Point { name: "C1", from: None, driven: true },
    Point { name: "C2", from: None, driven: true },
    Point { name: "C3", from: None, driven: true },
    Point { name: "C4", from: None, driven: true },
    Point { name: "C5", from: None, driven: true },
    Point { name: "C6", from: None, driven: true },
    Point { name: "C7", from: None, driven: true },
    Point { name: "C8", from: None, driven: true },
    Point { name: "C9", from: None, driven: true },
    // The load that verifies, not the one that finds the person.
    Point { name: "C10", from: Some("ACTED"), driven: true },
    Point { name: "C11", from: None, driven: true },
    // The picture after the deed: before it others are kept too.
    Point { name: "C12", from: Some("ACTED"), driven: true },
    Point { name: "C13", from: Some("ACTED"), driven: true },
    Point { name: "C14", from: None, driven: false },
];

/// A folder of points.
#[derive(Debug, Clone)]
pub(crate) struct Points {
    folder: PathBuf,
}

impl Points {
    pub(crate) fn new(folder: PathBuf) -> Self {
        std::fs::create_dir(&folder).unwrap();
        Self { folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The program stands still the next time that it comes there.
    pub(crate) fn arm(&self, name: &str) {
        std::fs::write(self.folder.join(format!("{name}.armed")), "").unwrap();
    }

    /// Arms it as soon as a line tells what has to come first.
    pub(crate) fn armer(&self, point: Point) -> impl FnMut(&Value) + Send + 'static + use<> {
        let (mut left, points) = (point.from, self.clone());
        if left.is_none() {
            points.arm(point.name);
        }
        move |line| {
            if left.is_some_and(|state| moved(line).is_some_and(|(to, _)| to == state)) {
                left = None;
                points.arm(point.name);
            }
        }
    }

    /// Whether the program stands, or stood, there.
    pub(crate) fn is_reached(&self, name: &str) -> bool {
        self.folder.join(format!("{name}.reached")).exists()
    }

    /// Waits until the program stands there; false where it ended before.
    pub(crate) fn await_reached(&self, name: &str, ended: impl Fn() -> bool) -> bool {
        let until = Instant::now() + PATIENCE;
        while !self.is_reached(name) {
            if ended() && !self.is_reached(name) {
                return false;
            }
            assert!(Instant::now() < until, "{name} was not reached within {} s", PATIENCE.as_secs());
            std::thread::park_timeout(Duration::from_millis(5));
        }
        true
    }

    /// Lets the program go on.
    pub(crate) fn release(&self, name: &str) {
        std::fs::write(self.folder.join(format!("{name}.go")), "").unwrap();
    }
}
