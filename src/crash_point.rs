//! Moments at which a test may kill something: the program stands still there until the test lets it go on.
//!
//! ```text
//! test: makes DIR/C4.armed ─► program comes to C4: renames it to C4.reached, waits ─► test kills, or makes C4.go
//! ```
//!
//! Only builds with debug assertions, which are those for tests, contain it; in a release build a crash point is no code at
//! all, which `a_build_for_users_has_no_crash_points` tries. It knows neither what happens at a point nor what is killed.
//! It stands beside the floors, because runner, ledger and evidence each have points; it uses nothing of theirs. The browser
//! adaptor has no points, but notes here each browser that it starts, for the tests that count them.

/// Stands still here if a test wants that, blocking the thread.
macro_rules! crash_point {
    ($point:expr) => {
        #[cfg(debug_assertions)]
        $crate::crash_point::stand($point);
    };
}

/// Waits for a future and goes on with its answer only when a test lets it, so that what was begun is under way meanwhile.
macro_rules! crash_point_during {
    ($point:expr, $future:expr) => {{
        #[cfg(debug_assertions)]
        let answer = $crate::crash_point::hold($point, $future).await;
        #[cfg(not(debug_assertions))]
        let answer = $future.await;
        answer
    }};
}

/// Notes in the file of a test that a browser was started, so that a suite can say how many it needs.
macro_rules! browser_started {
    ($kind:expr) => {
        #[cfg(debug_assertions)]
        $crate::crash_point::note($kind.as_str());
    };
}

pub(crate) use {browser_started, crash_point, crash_point_during};

#[cfg(debug_assertions)]
pub(crate) use armed::{hold, note, stand};

#[cfg(debug_assertions)]
mod armed {
    use std::io::Write as _;
    use std::path::PathBuf;
    use std::time::Duration;

    /// The variable that names the folder in which points are armed. Without it every point is passed.
    const FOLDER: &str = "CRASH_POINTS_OF_EXEUNT";

    /// The variable that names the file in which browsers are counted. Without it nobody counts.
    const STARTS: &str = "BROWSER_STARTS_OF_EXEUNT";

    /// How often it is looked whether the test lets the program go on.
    const GLANCE: Duration = Duration::from_millis(5);

    /// Adds a line to the file in which browsers are counted. A count that cannot be written is no reason to stop a test.
    pub(crate) fn note(kind: &str) {
        let Some(path) = std::env::var_os(STARTS) else { return };
        if let Ok(mut file) = std::fs::OpenOptions::new().append(true).open(path) {
            let _ = file.write_all(format!("{kind}\n").as_bytes());
        }
    }

    /// Blocks the thread at an armed point.
    pub(crate) fn stand(point: &str) {
        let Some(go) = reach(point) else { return };
        while !go.exists() {
            std::thread::sleep(GLANCE);
        }
    }

    /// Answers what the future answers, but at an armed point not before the test lets it.
    pub(crate) async fn hold<T>(point: &str, future: impl Future<Output = T>) -> T {
        let waiting = async {
            let Some(go) = reach(point) else { return };
            while !go.exists() {
                tokio::time::sleep(GLANCE).await;
            }
        };
        // The future is polled first: when the point counts as reached, the command is on its way.
        tokio::join!(biased; future, waiting).0
    }

    /// Marks an armed point as reached, once; answers the file that lets the program go on.
    fn reach(point: &str) -> Option<PathBuf> {
        let folder = PathBuf::from(std::env::var_os(FOLDER)?);
        // A point is armed for one time: the renaming disarms it.
        std::fs::rename(folder.join(format!("{point}.armed")), folder.join(format!("{point}.reached"))).ok()?;
        Some(folder.join(format!("{point}.go")))
    }
}
