//! What a killed program leaves behind, and how the next one finds it: one record on disk for each driver, written before
//! the driver is used and removed after its end.
//!
//! Only what is provably ours is ended: the record's owner must be dead, the boot the same, and the process group must
//! still hold the driver that was started at the recorded time, or a process that carries our temporary folder.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};

use super::process::{Process, alive, boot, carriers, group_lives, process};

/// One started driver on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    /// The format's version.
    pub(super) v: u32,
    /// Which boot.
    pub(super) boot: String,
    /// The program that started it.
    pub(super) owner: Process,
    /// The driver, which leads its process group; none for the moment between writing the note and starting it.
    pub(super) driver: Option<Process>,
    /// The temporary folder that goes with it.
    pub(super) temp: PathBuf,
}

/// A note and its file.
#[derive(Debug)]
pub(super) struct Record {
    path: PathBuf,
    note: Note,
}

impl Record {
    /// Writes the note of a driver that is about to be started.
    ///
    /// # Errors
    /// The folder or the file cannot be written.
    pub(super) fn write(folder: &Path, temp: &Path) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let name = temp.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let note = Note { v: 1, boot: boot(), owner: process(std::process::id()), driver: None, temp: temp.to_owned() };
        let record = Self { path: folder.join(format!("{name}.json")), note };
        record.save()?;
        Ok(record)
    }

    /// Adds the driver, once it runs.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn started(&mut self, pid: u32) -> io::Result<()> {
        self.note.driver = Some(process(pid));
        self.save()
    }

    /// Removes the file: nothing of this driver is left.
    pub(super) fn remove(&self) {
        let _ = fs::remove_file(&self.path);
    }

    fn save(&self) -> io::Result<()> {
        let draft = self.path.with_extension("draft");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&serde_json::to_vec(&self.note)?)?;
        file.sync_all()?;
        fs::rename(&draft, &self.path)
    }
}

/// What a sweep did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Process groups that were ended.
    pub groups: u32,
    /// Temporary folders that were deleted.
    pub folders: u32,
}

/// Ends what programs that are gone have left: drivers, browsers and temporary folders, only those of the records in
/// `folder`. Records of programs that still run are left alone; a record that cannot be read is, too.
///
/// # Errors
/// The folder is there and cannot be read.
pub fn sweep(folder: &Path) -> io::Result<Swept> {
    let mut swept = Swept::default();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(swept),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let Ok(text) = fs::read(&path) else { continue };
        let Ok(note) = serde_json::from_slice::<Note>(&text) else { continue };
        if sweep_one(&note, &mut swept) {
            let _ = fs::remove_file(&path);
        }
    }
    Ok(swept)
}

/// Whether nothing of the note is left.
fn sweep_one(note: &Note, swept: &mut Swept) -> bool {
    let same_boot = note.boot == boot();
    if same_boot && alive(&note.owner) {
        return false;
    }
    if same_boot {
        for group in groups_of(note) {
            if end_group(group, Duration::from_millis(500)) {
                swept.groups += 1;
            }
        }
    }
    if is_ours(&note.temp) && note.temp.exists() {
        remove_folder(&note.temp);
        swept.folders += 1;
    }
    !note.temp.exists() || !is_ours(&note.temp)
}

/// The name with which every temporary folder of ours begins.
pub(super) const FOLDER_PREFIX: &str = "exeunt-browser-";

/// A record is data: it must not make us delete a folder that cannot be one of ours.
fn is_ours(folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let own = fs::symlink_metadata(folder).is_ok_and(|data| {
        use std::os::unix::fs::MetadataExt as _;
        data.is_dir() && data.uid() == rustix::process::geteuid().as_raw()
    });
    folder.is_absolute() && name.starts_with(FOLDER_PREFIX) && (own || !folder.exists())
}

/// The process groups of a note that are provably ours: the driver's, while it is the same driver or while a member
/// carries our temporary folder; and any other whose member does.
fn groups_of(note: &Note) -> Vec<Pid> {
    let mut groups = carriers(&note.temp);
    if let Some(driver) = &note.driver
        && alive(driver)
    {
        groups.push(driver.pid);
    }
    groups.sort_unstable();
    groups.dedup();
    groups.into_iter().filter_map(|group| i32::try_from(group).ok().and_then(Pid::from_raw)).collect()
}

/// Ends a group: asks, then insists. Whether there was anything to end.
pub(super) fn end_group(group: Pid, patience: Duration) -> bool {
    if kill_process_group(group, Signal::TERM).is_err() {
        return false;
    }
    if !wait_gone(group, patience) {
        let _ = kill_process_group(group, Signal::KILL);
        wait_gone(group, Duration::from_secs(5));
    }
    true
}

fn wait_gone(group: Pid, patience: Duration) -> bool {
    let until = Instant::now() + patience;
    while Instant::now() < until {
        if !group_lives(group) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    !group_lives(group)
}

/// Deletes a folder that a dying browser may still be writing to.
pub(super) fn remove_folder(folder: &Path) {
    let until = Instant::now() + Duration::from_secs(2);
    while fs::remove_dir_all(folder).is_err() && folder.exists() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
}
