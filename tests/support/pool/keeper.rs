//! Ends what the pool started, also where nobody of this process is left to do it.
//!
//! A small process waits at the end of a pipe whose other end this process holds. However this process ends, killed too, the
//! pipe closes; then every driver's process group is killed and the pool's folder is deleted.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;

use rustix::process::Pid;

/// What waits: `+ 12` and `- 12` say that a group was started and that it is gone, so that its number may be another's.
const SCRIPT: &str = r#"
groups=" "
while read -r change group; do
    case $change in
        +) groups="$groups$group " ;;
        -) groups="${groups%% $group *} ${groups#* $group }" ;;
    esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
tries=0
until rm -rf "$0" || [ $tries -ge 100 ]; do tries=$((tries + 1)); sleep 0.1; done
"#;

/// The process that waits. Dropping it has everything ended, and waits for that.
pub(super) struct Keeper {
    child: Child,
    pipe: Mutex<Option<ChildStdin>>,
}

impl Keeper {
    /// Starts it, for a pool whose files lie below `folder`.
    pub(super) fn start(folder: &Path) -> Self {
        let mut command = Command::new("/bin/sh");
        // A group of its own: what interrupts the tests in a terminal must not end it first.
        command.args(["-c", SCRIPT]).arg(folder).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let pipe = Mutex::new(child.stdin.take());
        Self { child, pipe }
    }

    /// A group was started.
    pub(super) fn began(&self, group: Pid) {
        self.say('+', group);
    }

    /// A group was killed, and is not buried yet.
    pub(super) fn ended(&self, group: Pid) {
        self.say('-', group);
    }

    fn say(&self, change: char, group: Pid) {
        let mut pipe = self.pipe.lock().unwrap();
        if let Some(pipe) = pipe.as_mut() {
            writeln!(pipe, "{change} {}", group.as_raw_nonzero()).unwrap();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Ok(mut pipe) = self.pipe.lock() {
            *pipe = None;
        }
        let _ = self.child.wait();
    }
}
