//! The processes of a bed's driver: who is killed.

use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Who is killed while the program stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Victim {
    Program,
    Driver,
    Browser,
}

/// The driver and the processes of its group, by the record that the program keeps of it; none where no driver runs.
fn group(data: &Path) -> Option<(u32, Vec<u32>)> {
    let record = std::fs::read_dir(data.join("drivers")).ok()?.next()?.unwrap();
    let note: Value = serde_json::from_slice(&std::fs::read(record.path()).unwrap()).unwrap();
    let driver = u32::try_from(note["driver"]["pid"].as_u64().unwrap()).unwrap();
    let output = std::process::Command::new("ps").args(["-axo", "pid=,pgid="]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let members = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace().map(|word| word.parse::<u32>().unwrap());
        let (pid, own) = (words.next()?, words.next()?);
        (own == driver && pid != driver).then_some(pid)
    });
    Some((driver, members.collect()))
}

/// Kills the victim with SIGKILL; answers how many processes that were. The program's number is handed in.
pub(crate) fn kill(victim: Victim, data: &Path, program: Pid) -> usize {
    let pids = match victim {
        Victim::Program => vec![program],
        Victim::Driver | Victim::Browser => {
            let (driver, members) = group(data).unwrap_or_default();
            let pids = if victim == Victim::Driver { vec![driver] } else { members };
            pids.into_iter().filter_map(|pid| Pid::from_raw(i32::try_from(pid).unwrap())).collect()
        }
    };
    // One of a browser's processes may end with another.
    pids.into_iter().filter(|pid| kill_process(*pid, Signal::KILL).is_ok()).count()
}
