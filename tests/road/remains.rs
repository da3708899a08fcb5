//! What is left of a test's programs: processes, temporary folders, records of drivers.

use std::os::unix::ffi::OsStrExt as _;

use super::bed::Bed;

/// Everything that is left, in words; empty where nothing is.
pub(crate) fn remains(bed: &Bed) -> Vec<String> {
    let mut left: Vec<String> = carriers(bed).into_iter().map(|pid| format!("process {pid}")).collect();
    for (folder, what) in [(bed.path("tmp"), "temporary"), (bed.data().join("drivers"), "record")] {
        // No browser was ever started where the folder of records is not there.
        let entries = std::fs::read_dir(&folder).into_iter().flatten();
        left.extend(entries.map(|entry| format!("{what} {}", entry.unwrap().path().display())));
    }
    left
}

/// Processes that were started with this test's folder for temporary files, as environment or as argument: the program
/// hands it on to the driver, and the driver to the browser.
fn carriers(bed: &Bed) -> Vec<u32> {
    let needle = bed.path("tmp");
    let needle = needle.as_os_str().as_bytes();
    let holds = |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    let entries = std::fs::read_dir("/proc").unwrap();
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    // A process that ends while it is looked at is not left.
    let carries = |pid: &u32| {
        ["environ", "cmdline"]
            .iter()
            .any(|file| holds(&std::fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default()))
    };
    pids.filter(carries).collect()
}
