//! The packs that plans were made with, kept so that a plan can show what changed since.

use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::context::Context;
use super::outcome::Failure;
use super::output::{clean, shown};
use crate::event::exit::Ending;
use crate::event::id::Digest;
use crate::flow::kept::KeptPack;
use crate::flow::pack::Pack;

/// Where they lie in the data directory.
const FOLDER: &str = "packs";

/// Keeps a pack under the digest that plans bind. What is kept already stays as it is.
///
/// # Errors
/// The data directory cannot be written.
pub(crate) fn keep(context: &Context, digest: &Digest, pack: &Pack) -> Result<(), Failure> {
    let path = path(context, digest);
    let failed = |error: std::io::Error| {
        Failure::new(
            Ending::Damaged,
            shown(format!("{}: {error}", path.display())),
            "make room or mend the folder's permissions, then run the command again",
        )
    };
    folder(context).map_err(failed)?;
    if is_file(&path) {
        return Ok(());
    }
    // Two commands may keep the same pack at once; each moves a whole file into place.
    let draft = path.with_extension(format!("{}.tmp", std::process::id()));
    // What a killed process of the same number left.
    match std::fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft);
    written.and_then(|mut file| file.write_all(&KeptPack::of(pack).to_bytes())).map_err(failed)?;
    std::fs::rename(&draft, &path).map_err(failed)
}

/// Makes the folder if it is missing, and takes other users' rights from one that is there.
fn folder(context: &Context) -> io::Result<()> {
    let folder = context.data_dir.join(FOLDER);
    match DirBuilder::new().recursive(true).mode(0o700).create(&folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let about = std::fs::symlink_metadata(&folder)?;
    if !about.is_dir() {
        return Err(io::Error::other(format!("`{FOLDER}` in it is a link or a file and no folder of its own")));
    }
    if about.permissions().mode() & 0o077 != 0 {
        std::fs::set_permissions(&folder, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Whether a plain file is there, and no link to one.
fn is_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|about| about.is_file())
}

/// What is different between the pack of that digest and this one, line by line: first what a flow does, then the files.
///
/// Empty if the older pack is not kept, for example because another data directory was used.
pub(crate) fn changes(context: &Context, digest: &Digest, (pack, flow): (&Pack, &str)) -> Vec<String> {
    load(context, digest).map(|older| difference(&older, pack, flow)).unwrap_or_default()
}

/// The same for two packs of which both are kept.
pub(crate) fn changes_between(context: &Context, (older, newer): (&Digest, &Digest), flow: &str) -> Vec<String> {
    load(context, newer).map(|newer| changes(context, older, (&newer, flow))).unwrap_or_default()
}

fn difference(older: &Pack, pack: &Pack, flow: &str) -> Vec<String> {
    let steps = |pack: &Pack| -> Vec<String> {
        pack.flows.get(flow).map(|flow| pack.explain(flow).lines().map(clean).collect()).unwrap_or_default()
    };
    let (before, now) = (steps(older), steps(pack));
    let gone = before.iter().filter(|line| !now.contains(line)).map(|line| format!("  - {line}"));
    let new = now.iter().filter(|line| !before.contains(line)).map(|line| format!("  + {line}"));
    let (files_before, files_now) = (older.files(), pack.files());
    let names: std::collections::BTreeSet<&str> = files_before.keys().chain(files_now.keys()).copied().collect();
    let files = names.into_iter().filter_map(|name| {
        let what = match (files_before.get(name), files_now.get(name)) {
            (Some(before), Some(now)) if before == now => return None,
            (Some(_), Some(_)) => "changed",
            (Some(_), None) => "gone",
            _ => "new",
        };
        Some(format!("  file {}: {what}", clean(name)))
    });
    gone.chain(new).chain(files).collect()
}

fn load(context: &Context, digest: &Digest) -> Option<Pack> {
    let path = path(context, digest);
    let is_ours = path.parent().is_some_and(|folder| folder.symlink_metadata().is_ok_and(|about| about.is_dir()));
    if !is_ours || !is_file(&path) {
        return None;
    }
    let bytes = std::fs::read(path).ok()?;
    Pack::load(KeptPack::read(&bytes)?.sources()).ok().map(|loaded| loaded.pack)
}

fn path(context: &Context, digest: &Digest) -> PathBuf {
    context.data_dir.join(FOLDER).join(format!("{digest}.json"))
}
