//! A folder that is held open. Every file below it is opened relative to it and no link is followed, so that a link that
//! somebody planted leads nowhere.

use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{self as sys, AtFlags, Dir, FileType, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use super::error::{EvidenceError, EvidenceErrorKind};
use crate::crash_point::crash_point;

/// Files that are not finished yet begin with it; a crash may leave them.
pub(super) const UNFINISHED: &str = ".new-";

const FOLDER_MODE: Mode = Mode::RWXU;
const FILE_MODE: Mode = Mode::RUSR.union(Mode::WUSR);
const FOLDER_FLAGS: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// An open folder and its path as messages name it.
#[derive(Debug)]
pub(super) struct Folder {
    fd: OwnedFd,
    /// Relative to the run's folder with `/`; empty for that folder itself.
    path: String,
}

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Child {
    pub(super) name: String,
    pub(super) kind: ChildKind,
}

/// What [`Child`] is, links not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChildKind {
    File,
    Folder,
    Link,
    Other,
}

impl Folder {
    /// Opens the folder at `path`, whose own parents the user may have linked as he likes.
    pub(super) fn open(path: &Path) -> Result<Self, EvidenceError> {
        let shown = path.display().to_string();
        let fd = sys::open(path, FOLDER_FLAGS, Mode::empty()).map_err(|errno| refused(&shown, errno))?;
        Ok(Self { fd, path: shown })
    }

    /// Makes the folder at `path` if it is missing, and opens it.
    pub(super) fn make(path: &Path) -> Result<Self, EvidenceError> {
        match sys::mkdir(path, FOLDER_MODE) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(errno) => return Err(refused(&path.display().to_string(), errno)),
        }
        Self::open(path)?.made_private()
    }

    /// The same folder with paths counted from here.
    pub(super) fn into_start(self) -> Self {
        Self { fd: self.fd, path: String::new() }
    }

    /// Opens a folder in this one.
    pub(super) fn enter(&self, name: &str) -> Result<Self, EvidenceError> {
        let path = self.path_of(name);
        let fd = sys::openat(&self.fd, name, FOLDER_FLAGS, Mode::empty()).map_err(|errno| refused(&path, errno))?;
        Ok(Self { fd, path })
    }

    /// Makes a folder in this one if it is missing, and opens it.
    pub(super) fn make_in(&self, name: &str) -> Result<Self, EvidenceError> {
        match sys::mkdirat(&self.fd, name, FOLDER_MODE) {
            Ok(()) => self.sync()?,
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(refused(&self.path_of(name), errno)),
        }
        self.enter(name)?.made_private()
    }

    /// Takes the folder from everybody but its owner, who must be us.
    fn made_private(self) -> Result<Self, EvidenceError> {
        let stat = sys::fstat(&self.fd).map_err(|errno| refused(&self.path, errno))?;
        if stat.st_uid != rustix::process::geteuid().as_raw() {
            return Err(EvidenceError::new(&self.path, EvidenceErrorKind::ForeignOwner));
        }
        if stat.st_mode & 0o077 != 0 {
            sys::fchmod(&self.fd, FOLDER_MODE).map_err(|errno| refused(&self.path, errno))?;
        }
        Ok(self)
    }

    /// What lies in it, sorted by name. A name that is no UTF-8 comes with replacement signs and as
    /// [`ChildKind::Other`], because it cannot be reached by that name and is none of ours.
    pub(super) fn children(&self) -> Result<Vec<Child>, EvidenceError> {
        let failed = |errno| refused(&self.path, errno);
        let mut children = Vec::new();
        for entry in Dir::read_from(&self.fd).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let raw = entry.file_name();
            if raw.to_bytes() == b"." || raw.to_bytes() == b".." {
                continue;
            }
            let stat = sys::statat(&self.fd, raw, AtFlags::SYMLINK_NOFOLLOW).map_err(failed)?;
            let is_ours = raw.to_str().is_ok();
            let kind = match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile if is_ours => ChildKind::File,
                FileType::Directory if is_ours => ChildKind::Folder,
                FileType::Symlink => ChildKind::Link,
                _ => ChildKind::Other,
            };
            children.push(Child { name: raw.to_string_lossy().into_owned(), kind });
        }
        children.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(children)
    }

    /// The bytes of a file, or none where there is no such file.
    pub(super) fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, EvidenceError> {
        let path = self.path_of(name);
        let Some(mut file) = self.open_file(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        let failed = |error: std::io::Error| refused(&path, Errno::from_io_error(&error).unwrap_or(Errno::IO));
        std::io::Read::by_ref(&mut file).take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > limit {
            return Err(EvidenceError::new(path, EvidenceErrorKind::TooLarge(limit)));
        }
        Ok(Some(bytes))
    }

    /// Opens an ordinary file; a pipe or a device is refused without waiting for it.
    fn open_file(&self, name: &str) -> Result<Option<std::fs::File>, EvidenceError> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let path = self.path_of(name);
        let fd = match sys::openat(&self.fd, name, flags, Mode::empty()) {
            Ok(fd) => fd,
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP) => return Err(EvidenceError::new(path, EvidenceErrorKind::NotAFile)),
            Err(errno) => return Err(refused(&path, errno)),
        };
        let stat = sys::fstat(&fd).map_err(|errno| refused(&path, errno))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(EvidenceError::new(path, EvidenceErrorKind::NotAFile));
        }
        Ok(Some(std::fs::File::from(fd)))
    }

    /// Writes a file that must not be there yet; false if it is. On disk when it returns true.
    pub(super) fn write_new(&self, name: &str, bytes: &[u8]) -> Result<bool, EvidenceError> {
        let unfinished = self.write_unfinished(name, bytes)?;
        crash_point!("C12");
        let renamed = match sys::renameat_with(&self.fd, &unfinished, &self.fd, name, RenameFlags::NOREPLACE) {
            // Some file systems cannot refuse to replace; one owner an account makes the look before enough there.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => match self.has(name)? {
                true => Err(Errno::EXIST),
                false => sys::renameat(&self.fd, &unfinished, &self.fd, name),
            },
            renamed => renamed,
        };
        match renamed {
            Ok(()) => {
                self.sync()?;
                crash_point!("C13");
                Ok(true)
            }
            Err(errno) => {
                self.drop_unfinished(&unfinished);
                if errno == Errno::EXIST { Ok(false) } else { Err(refused(&self.path_of(name), errno)) }
            }
        }
    }

    /// Writes a file in place of the one that may be there: a reader sees the old or the new, never a part.
    pub(super) fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), EvidenceError> {
        let unfinished = self.write_unfinished(name, bytes)?;
        if let Err(errno) = sys::renameat(&self.fd, &unfinished, &self.fd, name) {
            self.drop_unfinished(&unfinished);
            return Err(refused(&self.path_of(name), errno));
        }
        self.sync()
    }

    /// Takes a file away; not being there is fine.
    pub(super) fn remove(&self, name: &str) -> Result<(), EvidenceError> {
        match sys::unlinkat(&self.fd, name, AtFlags::empty()) {
            Ok(()) => self.sync(),
            Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(refused(&self.path_of(name), errno)),
        }
    }

    /// Takes away what a crash left unfinished here, and leaves a [`Self::mark`] of the given name.
    pub(super) fn sweep_all_but(&self, mark: &str) -> Result<(), EvidenceError> {
        for child in self.children()? {
            if child.kind == ChildKind::File && child.name.strip_prefix(UNFINISHED).is_some_and(|name| name != mark) {
                self.remove(&child.name)?;
            }
        }
        Ok(())
    }

    /// Leaves a sign that something is being rewritten here, on disk before it returns.
    pub(super) fn mark(&self, name: &str) -> Result<(), EvidenceError> {
        self.write_unfinished(name, b"").and_then(|_| self.sync())
    }

    fn has(&self, name: &str) -> Result<bool, EvidenceError> {
        match sys::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(refused(&self.path_of(name), errno)),
        }
    }

    fn write_unfinished(&self, name: &str, bytes: &[u8]) -> Result<String, EvidenceError> {
        let unfinished = format!("{UNFINISHED}{name}");
        let path = self.path_of(name);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = match sys::openat(&self.fd, &unfinished, flags, FILE_MODE) {
            // What a crash left under this name was never part of the proof.
            Err(Errno::EXIST) => {
                self.remove(&unfinished)?;
                sys::openat(&self.fd, &unfinished, flags, FILE_MODE)
            }
            opened => opened,
        };
        let mut file = std::fs::File::from(opened.map_err(|errno| refused(&path, errno))?);
        if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_all()) {
            self.drop_unfinished(&unfinished);
            return Err(refused(&path, Errno::from_io_error(&error).unwrap_or(Errno::IO)));
        }
        Ok(unfinished)
    }

    /// After a failed write the first error is the one to report; what stays is swept at the next start.
    fn drop_unfinished(&self, unfinished: &str) {
        let _ = sys::unlinkat(&self.fd, unfinished, AtFlags::empty());
    }

    fn sync(&self) -> Result<(), EvidenceError> {
        sys::fsync(&self.fd).map_err(|errno| refused(&self.path, errno))
    }

    /// The path of something in this folder, for messages and for the manifest.
    pub(super) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) }
    }
}

fn refused(path: &str, errno: Errno) -> EvidenceError {
    let kind = match errno {
        Errno::LOOP | Errno::NOTDIR => EvidenceErrorKind::PlantedLink,
        errno => EvidenceErrorKind::System(errno),
    };
    EvidenceError::new(path, kind)
}
