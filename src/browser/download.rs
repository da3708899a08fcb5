//! Where one session saves what it downloads, and when a download is whole.
//!
//! ```text
//! Downloads::make ─► a private folder of its own ─► open::open with it ─► a click ─► Downloads::finished ─► one file
//! ```
//!
//! What a page calls its file is of no interest here, and what is in it neither. Dropping the folder deletes it with all that
//! lies in it.

use std::fmt;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::binary::Kind;
use super::error::Fault;
use super::nonce::hex;
use super::open_error::OpenError;
use super::page::PageError;
use super::session::Session;
use super::wire::Command;

/// How the names of these folders begin, so that those of a killed program are found again.
const PREFIX: &str = ".incoming-";
/// How often the folder is looked at.
const LOOK: Duration = Duration::from_millis(250);
/// What browsers call a file that is not whole yet.
const UNFINISHED: [&str; 4] = ["crdownload", "part", "tmp", "download"];

/// A private folder for the downloads of one session.
#[derive(Debug)]
pub struct Downloads {
    folder: PathBuf,
}

/// Why there is no file.
#[derive(Debug)]
pub enum Undownloaded {
    /// No file came for so long.
    Nothing(Duration),
    /// A file began to come and stopped after so many bytes.
    Stalled(u64),
    /// Several files came where one was to.
    Several(usize),
    /// The folder cannot be read.
    Unreadable(io::Error),
}

impl fmt::Display for Undownloaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing(time) => write!(f, "no file came within {} s", time.as_secs()),
            Self::Stalled(bytes) => write!(f, "the file stopped coming after {bytes} bytes"),
            Self::Several(number) => write!(f, "{number} files came where one was to"),
            Self::Unreadable(error) => write!(f, "the folder for downloads cannot be read: {error}"),
        }
    }
}

impl std::error::Error for Undownloaded {}

/// How far a download is.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Nothing,
    Coming { bytes: u64 },
    There { file: PathBuf, bytes: u64 },
    Several(usize),
}

impl Downloads {
    /// Makes the folder in another one, which is made too where it is missing, both for nobody else. What killed programs
    /// left there is deleted: whoever calls this makes sure that no other one works in it.
    ///
    /// # Errors
    /// What the file system says.
    pub fn make(within: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(within)?;
        for entry in fs::read_dir(within)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(PREFIX) && entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            }
        }
        let folder = within.join(format!("{PREFIX}{}", hex(8)));
        DirBuilder::new().mode(0o700).create(&folder)?;
        Ok(Self { folder })
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits until one file is there and whole: none that the browser still writes, and of one size in two looks. It waits
    /// as long as something more comes within `patience`.
    ///
    /// Dropping the future changes nothing: the browser goes on downloading.
    ///
    /// # Errors
    /// See [`Undownloaded`].
    pub async fn finished(&self, patience: Duration) -> Result<PathBuf, Undownloaded> {
        let mut before = State::Nothing;
        let mut moved = Instant::now();
        loop {
            let now = state(&self.folder).map_err(Undownloaded::Unreadable)?;
            match (&before, now) {
                (before, State::There { file, bytes }) if *before == (State::There { file: file.clone(), bytes }) => {
                    return Ok(file);
                }
                (_, State::Several(number)) => return Err(Undownloaded::Several(number)),
                (before, now) if *before == now => {
                    if moved.elapsed() >= patience {
                        return Err(match now {
                            State::Coming { bytes } => Undownloaded::Stalled(bytes),
                            _ => Undownloaded::Nothing(patience),
                        });
                    }
                }
                (_, now) => {
                    before = now;
                    moved = Instant::now();
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Drop for Downloads {
    fn drop(&mut self) {
        // What cannot be deleted now is deleted before the next download.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// What lies in the folder. An empty file is a place that Firefox keeps free for what is coming.
fn state(folder: &Path) -> io::Result<State> {
    let (mut coming, mut there) = (None, vec![]);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let bytes = match entry.metadata() {
            Ok(about) if about.is_file() => about.len(),
            Ok(_) => continue,
            // It was renamed between the two questions, as a download is when it is whole.
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        let (path, name) = (entry.path(), entry.file_name());
        let ends = |end: &str| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(end));
        let is_unfinished = UNFINISHED.iter().any(|end| ends(end)) || name.as_encoded_bytes().starts_with(b".");
        if is_unfinished || bytes == 0 {
            coming = Some(coming.unwrap_or(0) + bytes);
        } else {
            there.push((path, bytes));
        }
    }
    Ok(match (coming, there.len()) {
        (Some(bytes), _) => State::Coming { bytes },
        (None, 0) => State::Nothing,
        (None, 1) => there.pop().map_or(State::Nothing, |(file, bytes)| State::There { file, bytes }),
        (None, number) => State::Several(number),
    })
}

/// Lets a session save what it downloads into the folder. Chromium is told so for this session alone; Firefox was told by
/// its preferences.
pub(super) async fn allow(
    session: &mut Session,
    (kind, folder): (Kind, &Path),
    deadline: Duration,
) -> Result<(), OpenError> {
    if kind == Kind::Firefox {
        return Ok(());
    }
    let refused = |why: String| OpenError::Session { why: format!("it takes no folder for downloads: {why}") };
    let Some(folder) = folder.to_str() else {
        return Err(refused(format!("the name of {} is no UTF-8", folder.display())));
    };
    let parameters = json!({"behavior": "allow", "downloadPath": folder});
    let command =
        Command::post("goog/cdp/execute", &json!({"cmd": "Browser.setDownloadBehavior", "params": parameters}));
    match session.send(command, deadline).await {
        Ok(_) => Ok(()),
        Err(Fault::Cut) => Err(refused("the page went away".to_owned())),
        Err(fault) => Err(refused(PageError::from(fault).to_string())),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_that_is_still_written_is_not_there() {
        let place = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| fs::write(place.path().join(name), bytes).unwrap();
        assert_eq!(state(place.path()).unwrap(), State::Nothing);
        file("a.zip", b"");
        file("x.zip.part", b"123");
        assert_eq!(state(place.path()).unwrap(), State::Coming { bytes: 3 });
        fs::rename(place.path().join("x.zip.part"), place.path().join("a.zip")).unwrap();
        assert_eq!(state(place.path()).unwrap(), State::There { file: place.path().join("a.zip"), bytes: 3 });
        for name in ["b.zip.crdownload", ".org.chromium.Chromium.x1"] {
            file(name, b"12");
            assert_eq!(state(place.path()).unwrap(), State::Coming { bytes: 2 }, "{name}");
            fs::remove_file(place.path().join(name)).unwrap();
        }
        file("b.zip", b"1");
        assert_eq!(state(place.path()).unwrap(), State::Several(2));
    }

    #[test]
    fn the_folder_is_private_and_goes_with_what_a_killed_program_left() {
        let place = tempfile::tempdir().unwrap();
        let within = place.path().join("archives/default");
        let left = within.join(".incoming-0123");
        fs::create_dir_all(&left).unwrap();
        fs::write(left.join("half.zip"), b"x").unwrap();
        fs::write(within.join("kept.zip"), b"x").unwrap();
        let downloads = Downloads::make(&within).unwrap();
        assert!(!left.exists() && within.join("kept.zip").exists());
        let folder = downloads.folder().to_owned();
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        fs::write(folder.join("a.zip"), b"x").unwrap();
        drop(downloads);
        assert!(!folder.exists());
    }

    #[tokio::test(start_paused = true)]
    async fn it_waits_while_more_comes_and_gives_up_where_nothing_does() {
        let place = tempfile::tempdir().unwrap();
        let downloads = Downloads::make(place.path()).unwrap();
        let patience = Duration::from_secs(20);
        let began = Instant::now();
        assert!(matches!(downloads.finished(patience).await, Err(Undownloaded::Nothing(_))));
        assert!(began.elapsed() >= patience);
        let part = downloads.folder().join("a.zip.crdownload");
        fs::write(&part, b"1").unwrap();
        assert!(matches!(downloads.finished(patience).await, Err(Undownloaded::Stalled(1))));
        let comes = async {
            for bytes in 2..9_usize {
                tokio::time::sleep(Duration::from_secs(15)).await;
                fs::write(&part, vec![b'1'; bytes]).unwrap();
            }
            fs::rename(&part, downloads.folder().join("a.zip")).unwrap();
        };
        let (file, ()) = tokio::join!(downloads.finished(patience), comes);
        assert_eq!(file.unwrap(), downloads.folder().join("a.zip"));
    }
}
