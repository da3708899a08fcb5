//! The file: where downloads go, where an archive is kept, and how it is taken in.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::browser::download::Downloads;
use crate::cli::context::Context;
use crate::cli::import;
use crate::cli::outcome::{Failure, Next, Outcome};
use crate::cli::output::shown;
use crate::event::exit::Ending;
use crate::event::fact::Fact;
use crate::event::id::{Digest, RunId};
use crate::export::{self, Export};
use crate::ledger::{ImportCount, Owner};
use crate::report::count::bytes;

/// What a name without one good letter is called.
const NAMELESS: &str = "archive";
/// A longer name is cut.
const LONGEST: usize = 80;

/// A file that was downloaded, and the errand that did it.
pub(super) struct Fetched {
    pub(super) file: PathBuf,
    pub(super) errand: RunId,
}

/// Where the account's archives are kept: the user's own files, which no command deletes.
pub(crate) fn folder(context: &Context) -> PathBuf {
    context.data_dir.join("archives").join(context.account().as_str())
}

/// A private folder in it for one session. Its caller owns the account.
///
/// # Errors
/// The disk refuses.
pub(super) fn downloads(context: &Context) -> Result<Downloads, Failure> {
    let folder = folder(context);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(|error| unwritable(&folder, &error))?;
    Downloads::make(&folder).map_err(|error| unwritable(&folder, &error))
}

/// Reads what was downloaded, moves it to its place, and takes it into the ledger. What is no archive changes nothing.
///
/// # Errors
/// It is no archive, the disk refuses, or what the ledger says.
pub(super) fn take_in(context: &Context, owner: &mut Owner, fetched: &Fetched) -> Result<Outcome, Failure> {
    let read = import::read(&fetched.file).map_err(|failure| Failure {
        what: format!(
            "what the site gave is no archive that can be taken in, and nothing was changed: {}",
            failure.what
        ),
        mend: format!("run the command again, which downloads it anew; {}", failure.mend),
        ..failure
    })?;
    let folder = folder(context);
    let kept = keep(&fetched.file, &folder).map_err(|error| unwritable(&folder, &error))?;
    let export = Export { file_name: kept.name.clone(), ..read };
    let counts = into_ledger(context, owner, &export)?;
    let fact = Fact::ArchiveTaken {
        errand: fetched.errand.clone(),
        name: kept.name.clone(),
        sha256: kept.sha256,
        bytes: kept.bytes,
    };
    owner.append(&context.clock.now(), &fact)?;
    Ok(tell(context, &export, &counts, &kept))
}

/// An archive of somebody without connections is an archive too.
fn into_ledger(context: &Context, owner: &Owner, export: &Export) -> Result<ImportCount, Failure> {
    if !export.people.is_empty() {
        return import::take(context, owner.ledger(), export);
    }
    owner.ledger().note_archive(context.account(), &import::source(context, export))?;
    Ok(ImportCount::default())
}

fn tell(context: &Context, export: &Export, counts: &ImportCount, kept: &Kept) -> Outcome {
    let out = &context.out;
    let path = kept.path.display().to_string();
    out.say(shown(format!("  kept      {path}, {}; it is yours, and no command deletes it", bytes(kept.bytes))));
    import::describe(context, export, counts);
    let kind = if export::is_whole(&kept.name) { "the whole archive" } else { "the archive of chosen files" };
    let mut outcome = Outcome::done(format!("{kind} was taken in: {}", shown(&path)));
    let rehearsal = format!("exeunt close{}", context.flags());
    outcome.next = Some(Next::led_to("if you want to leave, this rehearses it:", rehearsal));
    let outcome = outcome.with("archive", "taken").with("file", path).with("sha256", kept.sha256.to_string());
    import::counted(outcome, export, counts)
}

/// An archive in its place.
#[derive(Debug)]
struct Kept {
    path: PathBuf,
    name: String,
    sha256: Digest,
    bytes: u64,
}

/// Moves a file into the folder for nobody else, under a name that nothing there has. The same bytes under the same name are
/// kept once.
fn keep(file: &Path, folder: &Path) -> io::Result<Kept> {
    let (sha256, bytes) = digest(file)?;
    let stem = stem_of(&file.file_name().unwrap_or_default().to_string_lossy());
    for number in 1_u32.. {
        let name = if number == 1 { format!("{stem}.zip") } else { format!("{stem}-{number}.zip") };
        let path = folder.join(&name);
        // Reserved first: renaming over what is there would lose it.
        match File::options().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if fs::symlink_metadata(&path)?.is_file() && digest(&path)?.0 == sha256 {
                    return Ok(Kept { path, name, sha256, bytes });
                }
                continue;
            }
            Err(error) => return Err(error),
        }
        fs::set_permissions(file, fs::Permissions::from_mode(0o600))?;
        File::open(file)?.sync_all()?;
        fs::rename(file, &path)?;
        File::open(folder)?.sync_all()?;
        return Ok(Kept { path, name, sha256, bytes });
    }
    Err(io::Error::other("every name is taken"))
}

fn digest(file: &Path) -> io::Result<(Digest, u64)> {
    let (mut file, mut hasher, mut bytes) = (File::open(file)?, Sha256::new(), 0);
    let mut piece = vec![0; 64 * 1024];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok((Digest(hasher.finalize().into()), bytes)),
            read => {
                hasher.update(&piece[..read]);
                bytes += read as u64;
            }
        }
    }
}

/// The site's name for the file without its ending, made of letters, digits, `_` and `-` only.
fn stem_of(name: &str) -> String {
    let stem = if name.to_ascii_lowercase().ends_with(".zip") { &name[..name.len() - 4] } else { name };
    let plain: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).take(LONGEST).collect();
    match plain.trim_matches(['_', '-']) {
        "" => NAMELESS.to_owned(),
        plain => plain.to_owned(),
    }
}

fn unwritable(folder: &Path, error: &io::Error) -> Failure {
    Failure::new(
        Ending::Damaged,
        shown(format!("the archive cannot be kept in {}: {error}", folder.display())),
        "make room or mend the folder’s permissions, then run the command again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_elsewhere_stays_a_name() {
        for (name, wanted) in [
            ("Complete_LinkedInDataExport_11-22-2026.zip", "Complete_LinkedInDataExport_11-22-2026"),
            ("../../.ssh/authorized_keys", "ssh_authorized_keys"),
            ("a\u{202e}piz.exe", "a_piz_exe"),
            (".zip", "archive"),
            ("\u{1b}[2J", "2J"),
            ("…zip", "zip"),
        ] {
            assert_eq!(stem_of(name), wanted);
        }
        assert_eq!(stem_of(&"x".repeat(500)).len(), LONGEST);
    }

    #[test]
    fn nothing_is_overwritten_and_the_same_is_kept_once() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("archives");
        fs::create_dir(&folder).unwrap();
        let incoming = |bytes: &[u8]| {
            let file = place.path().join("Basic.zip");
            fs::write(&file, bytes).unwrap();
            keep(&file, &folder).unwrap()
        };
        assert_eq!(incoming(b"one").name, "Basic.zip");
        let second = incoming(b"two");
        assert_eq!((second.name.as_str(), second.bytes), ("Basic-2.zip", 3));
        assert_eq!(incoming(b"one").name, "Basic.zip");
        assert_eq!(incoming(b"two").name, "Basic-2.zip");
        assert_eq!(fs::read(folder.join("Basic.zip")).unwrap(), b"one");
        assert_eq!(fs::read(&second.path).unwrap(), b"two");
        assert_eq!(fs::metadata(&second.path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    }
}
