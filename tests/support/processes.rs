//! Processes and folders, counted from outside.

use std::path::Path;
use std::time::{Duration, Instant};

/// The members of a process group that run, as `ps` sees them; those that only wait to be buried do not count.
pub(crate) fn members(group: u32) -> Vec<u32> {
    let output = std::process::Command::new("ps").args(["-axo", "pid=,pgid=,stat="]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (pid, own, stat) = (fields[0].parse().ok()?, fields[1].parse::<u32>().ok()?, fields[2]);
            (own == group && !stat.starts_with('Z')).then_some(pid)
        })
        .collect()
}

/// What lies in a folder, by name.
pub(crate) fn entries(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Waits until something holds; fails the test where it does not within half a minute.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < end, "never came: {what}");
        std::thread::yield_now();
    }
}
