//! Processes and their groups, told apart from later ones with the same number.

use rustix::process::Pid;
use serde::{Deserialize, Serialize};

pub(super) use system::{BETWEEN, boot, carriers, command_line, command_lines, members, program};

use system::started;

/// A process, told from any later one with the same number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Process {
    /// Its number.
    pub(super) pid: u32,
    /// When it was started, in the system's own words; empty where the system does not tell.
    pub(super) started: String,
}

/// This process or another one, as it can be told later.
pub(super) fn process(pid: u32) -> Process {
    Process { pid, started: started(pid).unwrap_or_default() }
}

/// Whether a group still has a member that runs.
pub(super) fn group_lives(group: Pid) -> bool {
    !members(group).is_empty()
}

/// Whether this very process still runs.
pub(super) fn alive(process: &Process) -> bool {
    match started(process.pid) {
        Some(started) => started == process.started,
        None => false,
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::fs;
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::Path;

    use rustix::process::Pid;

    /// Which boot this is.
    pub(in super::super) fn boot() -> String {
        fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
    }

    /// The fields of `/proc/<pid>/stat` after the name, from the state on.
    fn stat(pid: u32) -> Option<Vec<String>> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name is in parentheses and may hold anything, parentheses too.
        Some(text[text.rfind(')')? + 1..].split_whitespace().map(str::to_owned).collect())
    }

    /// When a process was started, in ticks since boot; none where it is gone or only waits to be buried.
    pub(in super::super) fn started(pid: u32) -> Option<String> {
        let fields = stat(pid)?;
        (fields.first()? != "Z").then(|| fields.get(19).cloned())?
    }

    fn processes() -> impl Iterator<Item = u32> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
    }

    fn group(pid: u32) -> Option<u32> {
        let fields = stat(pid)?;
        if fields.first()? == "Z" { None } else { fields.get(2)?.parse().ok() }
    }

    /// The members of a group that run.
    pub(in super::super) fn members(wanted: Pid) -> Vec<u32> {
        let wanted = wanted.as_raw_nonzero().get().unsigned_abs();
        processes().filter(|pid| group(*pid) == Some(wanted)).collect()
    }

    /// A process's command line, its words apart by spaces; none where it is gone.
    pub(in super::super) fn command_line(pid: u32) -> Option<String> {
        started(pid)?;
        let bytes = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        Some(String::from_utf8_lossy(&bytes).replace('\0', " ").trim_end().to_owned())
    }

    /// The name of a process's program, as the system has it; none where it is gone.
    pub(in super::super) fn program(pid: u32) -> Option<String> {
        fs::read_to_string(format!("/proc/{pid}/comm")).ok().map(|name| name.trim_end().to_owned())
    }

    /// What stands between the words of [`command_lines`].
    pub(in super::super) const BETWEEN: char = '\0';

    /// All processes that can be seen, with their command lines.
    pub(in super::super) fn command_lines() -> Vec<(u32, String)> {
        let words = |pid: u32| {
            let bytes = fs::read(format!("/proc/{pid}/cmdline")).ok().filter(|bytes| !bytes.is_empty())?;
            Some((pid, String::from_utf8_lossy(&bytes).trim_end_matches(BETWEEN).to_owned()))
        };
        processes().filter_map(words).collect()
    }

    /// The groups of all processes that were started with this temporary folder.
    pub(in super::super) fn carriers(temp: &Path) -> Vec<u32> {
        let needle: Vec<u8> = [b"TMPDIR=", temp.as_os_str().as_bytes()].concat();
        processes()
            .filter(|pid| {
                let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
                environment.split(|byte| *byte == 0).any(|entry| entry == needle)
            })
            .filter_map(group)
            .collect()
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::path::Path;
    use std::process::Command;

    use rustix::process::Pid;

    fn ps(arguments: &[&str]) -> String {
        let output = Command::new("/bin/ps").args(arguments).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
    }

    /// Which boot this is.
    pub(in super::super) fn boot() -> String {
        let output = Command::new("/usr/sbin/sysctl").args(["-n", "kern.boottime"]).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    }

    /// When a process was started; none where it is gone.
    pub(in super::super) fn started(pid: u32) -> Option<String> {
        let text = ps(&["-o", "lstart=", "-p", &pid.to_string()]);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The members of a group that run.
    pub(in super::super) fn members(wanted: Pid) -> Vec<u32> {
        let wanted = wanted.as_raw_nonzero().get().to_string();
        let text = ps(&["-axo", "pid=,pgid=,stat="]);
        let fields = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let own = fields.filter(|fields| fields.len() > 2 && fields[1] == wanted && !fields[2].starts_with('Z'));
        own.filter_map(|fields| fields[0].parse().ok()).collect()
    }

    /// A process's command line; none where it is gone.
    pub(in super::super) fn command_line(pid: u32) -> Option<String> {
        let text = ps(&["-ww", "-o", "command=", "-p", &pid.to_string()]);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The name of a process's program, as the system has it; none where it is gone.
    pub(in super::super) fn program(pid: u32) -> Option<String> {
        let text = ps(&["-o", "comm=", "-p", &pid.to_string()]);
        let name = text.trim().rsplit('/').next().unwrap_or_default();
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// What stands between the words of [`command_lines`]: `ps` does not say where a word ends.
    pub(in super::super) const BETWEEN: char = ' ';

    /// All processes with their command lines.
    pub(in super::super) fn command_lines() -> Vec<(u32, String)> {
        let text = ps(&["-ww", "-axo", "pid=,command="]);
        let lines = text.lines().filter_map(|line| line.trim().split_once(char::is_whitespace));
        lines.filter_map(|(pid, command)| Some((pid.parse().ok()?, command.trim().to_owned()))).collect()
    }

    /// The groups of all processes whose command line or environment holds this temporary folder.
    pub(in super::super) fn carriers(temp: &Path) -> Vec<u32> {
        let needle = temp.to_string_lossy();
        let text = ps(&["-E", "-ww", "-axo", "pgid=,command="]);
        let lines = text.lines().filter(|line| line.contains(needle.as_ref()));
        lines.filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect()
    }
}
