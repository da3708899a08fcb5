//! The data directory: who may read it, its locks, and whether it is the original.
//!
//! It does not know what lies in the database. The database file itself is never opened here: closing any handle to
//! it would drop the locks that SQLite holds for the whole process.

use std::fs::{self, DirBuilder, File, Metadata};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
use rustix::io::Errno;

use super::ledger_error::{LedgerError, LedgerErrorKind, quoted};
use crate::event::id::{AccountName, Digest};

/// Files and folders of the data directory that nobody makes before there is a ledger.
const SEAL_KEY: &str = "seal-key";
const EVIDENCE: &str = "evidence";
/// What this program makes in its data directory, by how the names begin. A folder with anything else in it is somebody's own.
const OURS: [&str; 12] = [
    "archives",
    "browser",
    "demo",
    "drivers",
    EVIDENCE,
    "install",
    "known-",
    "ledger.sqlite",
    "locks",
    "packs",
    "plan-",
    SEAL_KEY,
];

/// How often a taken lock is asked for again, and how long between: `status` holds it for an instant to see whether
/// it is free, and that must not look like an owner.
const LOCK_TRIES: u32 = 8;
const LOCK_PAUSE: Duration = Duration::from_millis(15);

/// A data directory whose permissions were checked.
#[derive(Debug, Clone)]
pub(super) struct Home {
    dir: PathBuf,
    /// What was mended when it was opened.
    mended: Option<String>,
}

impl Home {
    /// Makes the directory if it is missing and checks that it and the ledger are the user's alone.
    pub(super) fn open(dir: &Path) -> Result<Self, LedgerError> {
        make_private(dir)?;
        let dir = fs::canonicalize(dir).map_err(|error| LedgerError::io(dir, &error))?;
        let mended = close_own(&dir)?;
        check_private(&dir, &stat(&dir)?, 0o700)?;
        let locks = dir.join("locks");
        make_private(&locks)?;
        check_private(&locks, &lstat(&locks)?, 0o700)?;
        Ok(Self { dir, mended })
    }

    /// What was mended when it was opened, as a sentence.
    pub(super) fn mended(&self) -> Option<&str> {
        self.mended.as_deref()
    }

    /// The directory, without symbolic links.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where the database lies.
    pub(super) fn database(&self) -> PathBuf {
        self.dir.join("ledger.sqlite")
    }

    /// Makes an empty database file if there is none, and checks the permissions of the one that is there.
    ///
    /// # Errors
    /// `Lost` if there is none beside what only a ledger leaves behind: an empty one would know nothing of what was done, and
    /// would spend the limits a second time.
    pub(super) fn prepare_database(&self) -> Result<(), LedgerError> {
        let path = self.database();
        if !path.exists() {
            self.must_be_new(&["install", SEAL_KEY, EVIDENCE])?;
        }
        match create_new(&path) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(LedgerError::io(&path, &error)),
        }
        check_private(&path, &lstat(&path)?, 0o600)
    }

    /// That an empty database is that of a first start. `install` alone is no sign of another: a first start that died leaves it.
    ///
    /// # Errors
    /// `Lost`.
    pub(super) fn must_hold_no_proof(&self) -> Result<(), LedgerError> {
        self.must_be_new(&[SEAL_KEY, EVIDENCE])
    }

    fn must_be_new(&self, traces: &[&str]) -> Result<(), LedgerError> {
        let is_there = |name: &str| {
            let path = self.dir.join(name);
            match fs::read_dir(&path) {
                Ok(mut entries) => entries.next().is_some(),
                Err(_) => path.symlink_metadata().is_ok_and(|found| !found.is_dir()),
            }
        };
        let Some(trace) = traces.iter().find(|name| is_there(name)) else { return Ok(()) };
        let what = format!("`{}` is gone or empty, while `{trace}` is still beside it", self.database().display());
        Err(LedgerError::new(LedgerErrorKind::Lost, what))
    }

    /// Waits for the lock under which the database is opened, so that two first starts do not meet.
    pub(super) fn lock_opening(&self) -> Result<File, LedgerError> {
        let path = self.dir.join("locks").join("open.lock");
        let file = lock_file(&path)?;
        loop {
            match flock(&file, FlockOperation::LockExclusive) {
                Ok(()) => return Ok(file),
                Err(Errno::INTR) => {}
                Err(errno) => return Err(LedgerError::io(&path, &errno.into())),
            }
        }
    }

    /// Takes the account's lock, or answers none if another process has it. Dropping the file gives it back.
    pub(super) fn lock(&self, account: &AccountName) -> Result<Option<File>, LedgerError> {
        for attempt in 0..LOCK_TRIES {
            if attempt > 0 {
                thread::sleep(LOCK_PAUSE);
            }
            if let Some(file) = self.try_lock(account, FlockOperation::NonBlockingLockExclusive)? {
                return Ok(Some(file));
            }
        }
        Ok(None)
    }

    /// Whether some process has the account's lock.
    pub(super) fn is_locked(&self, account: &AccountName) -> Result<bool, LedgerError> {
        Ok(self.try_lock(account, FlockOperation::NonBlockingLockShared)?.is_none())
    }

    fn try_lock(&self, account: &AccountName, how: FlockOperation) -> Result<Option<File>, LedgerError> {
        let path = self.dir.join("locks").join(format!("{account}.lock"));
        let file = lock_file(&path)?;
        match flock(&file, how) {
            Ok(()) => Ok(Some(file)),
            Err(Errno::WOULDBLOCK | Errno::INTR) => Ok(None),
            Err(errno) => Err(LedgerError::io(&path, &errno.into())),
        }
    }

    /// Writes the file that ties this directory to this ledger and this machine.
    pub(super) fn write_install(&self, id: &str) -> Result<(), LedgerError> {
        let path = self.install_path();
        let failed = |error: std::io::Error| LedgerError::io(&path, &error);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let mut file = create_new(&path).map_err(failed)?;
        let inode = file.metadata().map_err(failed)?.ino();
        let text = Install { id: id.to_owned(), machine: machine(id), inode }.text();
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)
    }

    /// Checks that this directory is the one in which the ledger with this install id was made.
    ///
    /// The file holds its own inode number, which moving the directory keeps and copying it changes, and a hash of
    /// the machine's id.
    pub(super) fn check_install(&self, id: &str) -> Result<(), LedgerError> {
        let path = self.install_path();
        let copied = |why: &str| {
            Err(LedgerError::new(
                LedgerErrorKind::Copied,
                format!("the data directory `{}` is a copy: {why}", self.dir.display()),
            ))
        };
        let (text, inode) = match read_small(&path) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::NotFound => return copied("its file `install` is missing"),
            Err(error) => return Err(LedgerError::io(&path, &error)),
        };
        let Some(install) = Install::read(&text) else { return copied("its file `install` is not readable") };
        if install.id != id {
            return copied("the ledger in it was made in another one");
        }
        let machine = machine(id);
        if !machine.is_empty() && !install.machine.is_empty() && machine != install.machine {
            return copied("it was made on another machine");
        }
        if install.inode != inode {
            return copied("its files were written anew");
        }
        Ok(())
    }

    fn install_path(&self) -> PathBuf {
        self.dir.join("install")
    }
}

/// What the file `install` says.
struct Install {
    id: String,
    machine: String,
    inode: u64,
}

impl Install {
    fn text(&self) -> String {
        format!("install={}\nmachine={}\ninode={}\n", self.id, self.machine, self.inode)
    }

    fn read(text: &str) -> Option<Self> {
        let value = |key| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=').map(str::to_owned));
        Some(Self { id: value("install")?, machine: value("machine")?, inode: value("inode")?.parse().ok()? })
    }
}

/// A name of this machine that tells nobody else anything, or an empty text where there is none.
fn machine(install: &str) -> String {
    let id = fs::read_to_string("/etc/machine-id").unwrap_or_default();
    let id = id.trim();
    let known = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if known { Digest::of_parts(&[id.as_bytes(), install.as_bytes()]).to_string() } else { String::new() }
}

/// The name of this machine for people.
pub(super) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Makes a directory, and those above it, for the user alone; each is on the disk when the next begins.
fn make_private(dir: &Path) -> Result<(), LedgerError> {
    if dir.is_dir() {
        return Ok(());
    }
    let failed = |error: std::io::Error| LedgerError::io(dir, &error);
    let above = dir.parent().filter(|above| !above.as_os_str().is_empty());
    if let Some(above) = above {
        make_private(above)?;
    }
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && dir.is_dir() => return Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let what = format!("`{}` is a file, and a folder is wanted there", dir.display());
            return Err(LedgerError::new(LedgerErrorKind::NoFolder, what));
        }
        made => made.map_err(failed)?,
    }
    File::open(above.unwrap_or(Path::new("."))).and_then(|above| above.sync_all()).map_err(failed)
}

/// Takes the right to look into a data directory from others, where this program made it and nothing else lies in it. One into which
/// others could write, or that holds what is not ours, is left to its owner. Answers what was done.
fn close_own(dir: &Path) -> Result<Option<String>, LedgerError> {
    let about = stat(dir)?;
    let mode = about.mode() & 0o777;
    let is_only_open = mode & 0o077 != 0 && mode & 0o022 == 0 && about.uid() == rustix::process::geteuid().as_raw();
    if !is_only_open || !is_of_this_program(dir) {
        return Ok(None);
    }
    let closed = fs::set_permissions(dir, fs::Permissions::from_mode(0o700));
    closed.map_err(|error| LedgerError::io(dir, &error))?;
    let shown = dir.display();
    Ok(Some(format!("`{shown}` was open to other users of this computer (mode {mode:04o}); it is closed to them now")))
}

/// Whether something lies in a folder, and all of it is what this program makes there.
fn is_of_this_program(dir: &Path) -> bool {
    let Ok(entries) = fs::read_dir(dir) else { return false };
    let names: Vec<_> = entries.map(|entry| entry.map(|entry| entry.file_name()).unwrap_or_default()).collect();
    let is_ours = |name: &str| OURS.iter().any(|ours| name.starts_with(ours));
    !names.is_empty() && names.iter().all(|name| name.to_str().is_some_and(is_ours))
}

fn create_new(path: &Path) -> std::io::Result<File> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(File::from(open(path, flags, Mode::RUSR | Mode::WUSR)?))
}

fn lock_file(path: &Path) -> Result<File, LedgerError> {
    let flags = OFlags::CREATE | OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = match open(path, flags, Mode::RUSR | Mode::WUSR) {
        Ok(file) => File::from(file),
        Err(Errno::LOOP) => return Err(is_link(path)),
        Err(errno) => return Err(LedgerError::io(path, &errno.into())),
    };
    let metadata = file.metadata().map_err(|error| LedgerError::io(path, &error))?;
    check_private(path, &metadata, 0o600)?;
    Ok(file)
}

/// Reads a file of a few lines, and its inode number, from one handle.
fn read_small(path: &Path) -> std::io::Result<(String, u64)> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = File::from(open(path, flags, Mode::empty())?);
    let inode = file.metadata()?.ino();
    let mut bytes = Vec::new();
    file.take(4096).read_to_end(&mut bytes)?;
    Ok((String::from_utf8_lossy(&bytes).into_owned(), inode))
}

fn stat(path: &Path) -> Result<Metadata, LedgerError> {
    fs::metadata(path).map_err(|error| LedgerError::io(path, &error))
}

fn lstat(path: &Path) -> Result<Metadata, LedgerError> {
    fs::symlink_metadata(path).map_err(|error| LedgerError::io(path, &error))
}

fn is_link(path: &Path) -> LedgerError {
    let fix = format!("rm {}", quoted(path));
    LedgerError::new(LedgerErrorKind::Permissions { fix }, format!("`{}` is a symbolic link", path.display()))
}

/// Checks that `path` is the user's alone and has the bits of `want`.
fn check_private(path: &Path, metadata: &Metadata, want: u32) -> Result<(), LedgerError> {
    if metadata.file_type().is_symlink() {
        return Err(is_link(path));
    }
    let refused = |fix: String, what: String| Err(LedgerError::new(LedgerErrorKind::Permissions { fix }, what));
    let uid = rustix::process::geteuid().as_raw();
    let shown = path.display();
    if metadata.uid() != uid {
        let fix = format!("sudo chown {uid} {}", quoted(path));
        return refused(fix, format!("`{shown}` belongs to user {}", metadata.uid()));
    }
    let mode = metadata.mode() & 0o777;
    let fix = format!("chmod {want:o} {}", quoted(path));
    if mode & 0o077 != 0 {
        return refused(fix, format!("`{shown}` is open to other users (mode {mode:04o})"));
    }
    if mode & want != want {
        return Err(LedgerError::new(
            LedgerErrorKind::ReadOnly,
            format!("`{shown}` is closed to its owner (mode {mode:04o}; mended by `{fix}`)"),
        ));
    }
    Ok(())
}
