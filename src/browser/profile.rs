//! What keeps a browser from a profile: a lock, a newer browser that wrote it, files of somebody else, a full disk, a snap.
//!
//! It is looked at before anything is started: a browser itself ends without a word, or lets its driver wait for a minute.
//! `doctor` asks the same functions.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, StatVfs, StatVfsMountFlags};

use super::binary::{Kind, Program};
use super::open_error::OpenError;
use super::profile_lock::{self, Lock};

/// Below this a browser cannot write its profile or its temporary files; it takes more soon after it was started.
const LEAST_ROOM: u64 = 20_000_000;
/// The files that a browser must be able to write; it may do without those that are not there.
const WRITTEN: [&str; 8] = [
    "",
    "Default",
    "Default/Preferences",
    "Default/Cookies",
    "Local State",
    "cookies.sqlite",
    "prefs.js",
    "compatibility.ini",
];
/// How much of a program is read to see whether it only calls a snap: such scripts have a few lines.
const SCRIPT: u64 = 4096;

/// Looks whether a browser can use a profile that is kept, whoever else may use it just now. Changes nothing; the profile need not
/// be there yet.
///
/// # Errors
/// A newer browser wrote it, it is not the user's own or cannot be written, the disk is full, or the browser comes from a snap,
/// which may not use the folder. `browser` is none where a driver that ran before chooses it: nothing is said of it then.
pub fn check(kind: Kind, profile: &Path, browser: Option<&Program>) -> Result<(), OpenError> {
    if let Some(browser) = browser {
        snap(&browser.path, profile)?;
    }
    room(profile)?;
    if !profile.exists() {
        return Ok(());
    }
    owned(profile)?;
    written(profile)?;
    browser.map_or(Ok(()), |browser| not_newer(kind, profile, browser))
}

/// Who uses the profile just now, as its lock and the processes of this machine say. Changes nothing.
#[must_use]
pub fn lock(kind: Kind, profile: &Path) -> Lock {
    profile_lock::lock(kind, profile)
}

/// The same before a start: a lock that was left behind is cleared, because a browser may not tell it from one that is held.
///
/// # Errors
/// The profile is in use, or the lock cannot be cleared.
pub(super) fn free(kind: Kind, profile: &Path) -> Result<(), OpenError> {
    match lock(kind, profile) {
        Lock::None => Ok(()),
        Lock::Held { pid, program } => Err(OpenError::ProfileInUse { profile: profile.to_owned(), pid, program }),
        Lock::Left { link, names } => {
            // Whoever locked it in the meantime keeps it.
            if fs::read_link(&link).is_ok_and(|now| now.to_string_lossy() == names) {
                let cleared = fs::remove_file(&link);
                cleared.map_err(|error| OpenError::Records { path: link.clone(), why: error.to_string() })?;
                tracing::info!(lock = %link.display(), ?names, "a lock that was left behind is cleared");
            }
            Ok(())
        }
    }
}

/// Room on the disk of a folder that is about to be written to, there or not.
///
/// # Errors
/// There is less than a browser needs to start, or the disk is read-only.
pub(super) fn room(folder: &Path) -> Result<(), OpenError> {
    let there = folder.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    // A file system that does not tell is tried.
    let Ok(disk) = rustix::fs::statvfs(there) else { return Ok(()) };
    lacks(&disk).map_or(Ok(()), |why| Err(OpenError::Disk { path: folder.to_owned(), why }))
}

/// What a disk lacks.
fn lacks(disk: &StatVfs) -> Option<String> {
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if disk.f_flag.contains(StatVfsMountFlags::RDONLY) {
        Some("its disk is read-only".to_owned())
    } else if free < LEAST_ROOM {
        Some(format!(
            "its disk is full: {} MB are free, and a browser needs {}",
            free / 1_000_000,
            LEAST_ROOM / 1_000_000
        ))
    // Some file systems have no such number.
    } else if disk.f_files > 0 && disk.f_favail == 0 {
        Some("its disk holds as many files as it can".to_owned())
    } else {
        None
    }
}

/// Nothing in the profile is another user's: one start with `sudo` leaves such files, and a browser ends at them without a word.
fn owned(profile: &Path) -> Result<(), OpenError> {
    let own = rustix::process::geteuid().as_raw();
    let within = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let all = [profile.to_owned()].into_iter().chain(within(profile.to_owned())).chain(within(profile.join("Default")));
    for path in all {
        // What is gone by now is nobody's.
        let Ok(about) = fs::symlink_metadata(&path) else { continue };
        if about.uid() != own {
            return Err(OpenError::NotOurs { path, user: about.uid(), own, profile: profile.to_owned() });
        }
    }
    Ok(())
}

/// What a browser writes can be written.
fn written(profile: &Path) -> Result<(), OpenError> {
    for name in WRITTEN {
        let path = if name.is_empty() { profile.to_owned() } else { profile.join(name) };
        let Ok(about) = fs::metadata(&path) else { continue };
        let wanted = Access::READ_OK | Access::WRITE_OK;
        let wanted = if about.is_dir() { wanted | Access::EXEC_OK } else { wanted };
        if let Err(errno) = rustix::fs::access(&path, wanted) {
            let error = std::io::Error::from(errno);
            return Err(if error.kind() == ErrorKind::ReadOnlyFilesystem {
                OpenError::Disk { path, why: "its disk is read-only".to_owned() }
            } else {
                OpenError::Unwritable { path, why: error.to_string(), profile: profile.to_owned() }
            });
        }
    }
    Ok(())
}

/// No newer browser wrote the profile: an older one refuses it, or throws away what it does not understand.
fn not_newer(kind: Kind, profile: &Path, browser: &Program) -> Result<(), OpenError> {
    let Some(last) = last_version(kind, profile) else { return Ok(()) };
    // Firefox looks at the first number alone, and so do we.
    match last.split('.').next().and_then(|major| major.parse::<u32>().ok()) {
        Some(major) if major > browser.major => {
            Err(OpenError::ProfileNewer { profile: profile.to_owned(), last, browser: browser.says.clone() })
        }
        _ => Ok(()),
    }
}

/// The version of the browser that used the profile last, as it wrote it down.
fn last_version(kind: Kind, profile: &Path) -> Option<String> {
    let (name, key) = match kind {
        Kind::Chrome => ("Last Version", ""),
        Kind::Firefox => ("compatibility.ini", "LastVersion="),
    };
    let text = fs::read_to_string(profile.join(name)).ok()?;
    let line = text.lines().find_map(|line| line.trim().strip_prefix(key))?;
    // Firefox adds the build: `153.7.0_20261101/20261101`. After a start in safe mode there is no number.
    let version: String = line.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    (!version.is_empty()).then_some(version)
}

/// A browser from a snap may not use folders whose name begins with a dot.
///
/// # Errors
/// It is one, and this is such a folder.
pub fn snap(browser: &Path, profile: &Path) -> Result<(), OpenError> {
    let is_hidden = profile.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
    if is_hidden && is_snap(browser) {
        return Err(OpenError::Snap { browser: browser.to_owned(), folder: profile.to_owned() });
    }
    Ok(())
}

/// Whether a program is one from a snap: by its place, by what it leads to, or as a script that calls one.
#[must_use]
pub fn is_snap(program: &Path) -> bool {
    use std::io::Read as _;
    let real = fs::canonicalize(program).unwrap_or_else(|_| program.to_owned());
    if program.starts_with("/snap") || real.starts_with("/snap") || real.ends_with("bin/snap") {
        return true;
    }
    let mut start = Vec::new();
    let read = fs::File::open(&real).and_then(|file| file.take(SCRIPT).read_to_end(&mut start));
    read.is_ok() && start.starts_with(b"#!") && start.windows(10).any(|part| part == b"/snap/bin/")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::super::binary::Mark;
    use super::*;

    fn program(folder: &Path, says: &str, major: u32) -> Program {
        let path = folder.join("browser");
        fs::write(&path, "\u{7f}ELF").unwrap();
        let mark = Mark::of(&path).unwrap();
        Program { path, says: says.to_owned(), major, mark }
    }

    #[test]
    fn a_profile_of_a_newer_browser_is_told_before_a_start_and_one_of_an_older_is_used() {
        for (kind, file, newer, older) in [
            (Kind::Chrome, "Last Version", "157.0.1.2", "156.9.9.9\n"),
            (
                Kind::Firefox,
                "compatibility.ini",
                "[Compatibility]\r\nLastVersion=157.0_20261101/20261101\r\nLastOSABI=Linux_x86_64-gcc3\r\n",
                "[Compatibility]\nLastVersion=156.9.9_2026/2026\n",
            ),
        ] {
            let place = tempfile::tempdir().unwrap();
            let browser = program(place.path(), "Browser 156.0.3", 156);
            let profile = place.path().join("profile");
            assert_eq!(check(kind, &profile, Some(&browser)), Ok(()), "there is none yet");
            fs::create_dir(&profile).unwrap();
            fs::write(profile.join(file), newer).unwrap();
            let error = check(kind, &profile, Some(&browser)).unwrap_err();
            let text = error.to_string();
            assert!(matches!(error, OpenError::ProfileNewer { .. }), "{text}");
            assert!(text.contains(" 157.0") && text.contains("Browser 156.0.3"), "{text}");
            assert_eq!(check(kind, &profile, None), Ok(()), "nobody knows which browser a driver starts");
            for fine in [older, "", "[Compatibility]\nLastVersion=Safe Mode\n"] {
                fs::write(profile.join(file), fine).unwrap();
                assert_eq!(check(kind, &profile, Some(&browser)), Ok(()), "{kind}: {fine}");
            }
        }
    }

    #[test]
    fn what_cannot_be_written_or_is_somebody_elses_is_named_with_the_command_that_mends_it() {
        let place = tempfile::tempdir().unwrap();
        let profile = place.path().join("it's a profile");
        fs::create_dir_all(profile.join("Default")).unwrap();
        let cookies = profile.join("Default/Cookies");
        fs::write(&cookies, "").unwrap();
        assert_eq!(check(Kind::Chrome, &profile, None), Ok(()));
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(&cookies, Some(12_345), None).unwrap();
            let error = check(Kind::Chrome, &profile, None).unwrap_err();
            assert!(matches!(error, OpenError::NotOurs { user: 12_345, .. }), "{error}");
            let text = error.to_string();
            assert!(text.contains("sudo chown -R 0 '") && text.contains(r"it'\''s a profile'"), "{text}");
        } else {
            fs::set_permissions(&cookies, fs::Permissions::from_mode(0o400)).unwrap();
            let error = check(Kind::Chrome, &profile, None).unwrap_err();
            assert!(matches!(&error, OpenError::Unwritable { path, .. } if *path == cookies), "{error}");
            assert!(error.to_string().contains("chmod -R u+rwX '"), "{error}");
        }
    }

    #[test]
    fn a_disk_without_room_is_told_and_one_that_does_not_count_files_is_not() {
        let mut disk = rustix::fs::statvfs("/").unwrap();
        (disk.f_frsize, disk.f_bavail, disk.f_files, disk.f_favail) = (4096, 1_000_000, 100, 50);
        disk.f_flag = StatVfsMountFlags::empty();
        assert_eq!(lacks(&disk), None);
        disk.f_bavail = 1000;
        assert_eq!(lacks(&disk).unwrap(), "its disk is full: 4 MB are free, and a browser needs 20");
        (disk.f_bavail, disk.f_favail) = (1_000_000, 0);
        assert_eq!(lacks(&disk).unwrap(), "its disk holds as many files as it can");
        disk.f_files = 0;
        assert_eq!(lacks(&disk), None);
        disk.f_flag = StatVfsMountFlags::RDONLY;
        assert_eq!(lacks(&disk).unwrap(), "its disk is read-only");
    }

    #[test]
    fn a_browser_from_a_snap_is_known_also_behind_a_link_and_a_script() {
        let place = tempfile::tempdir().unwrap();
        let bin = place.path().join("bin");
        fs::create_dir(&bin).unwrap();
        fs::write(bin.join("snap"), "\u{7f}ELF").unwrap();
        symlink(bin.join("snap"), bin.join("chromium")).unwrap();
        fs::write(bin.join("firefox"), "#!/bin/sh\nexec /snap/bin/firefox \"$@\"\n").unwrap();
        fs::write(bin.join("own"), "#!/bin/sh\nexec /usr/lib/firefox/firefox \"$@\"\n").unwrap();
        for (program, is) in [("chromium", true), ("firefox", true), ("own", false), ("gone", false)] {
            assert_eq!(is_snap(&bin.join(program)), is, "{program}");
        }
        let (hidden, open) = (Path::new("/home/u/.local/share/x"), Path::new("/home/u/exeunt/x"));
        assert!(matches!(snap(&bin.join("firefox"), hidden), Err(OpenError::Snap { .. })));
        assert_eq!(snap(&bin.join("firefox"), open), Ok(()));
        assert_eq!(snap(&bin.join("own"), hidden), Ok(()));
    }
}
