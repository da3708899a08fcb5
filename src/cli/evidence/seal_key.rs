//! The key of this installation that seals proof, and the bundle of a run that is sealed with it.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::shown;
use crate::event::exit::Ending;
use crate::event::id::{Realm, RunId};
use crate::evidence::bundle::Bundle;
use crate::evidence::envelope::SealKey;

/// Its place in the data directory.
const FILE: &str = "seal-key";

/// The bundle of a run of this account that begins, to be sealed at its end.
///
/// # Errors
/// The key or the folder cannot be made.
pub(crate) fn bundle(context: &Context, realm: Realm, run: &RunId) -> Result<Bundle, Failure> {
    let bundle = Bundle::create(&context.evidence_root(), context.account(), realm, run)?;
    Ok(bundle.sealed_with(seal_key(context)?))
}

/// The key, made at its first use.
///
/// # Errors
/// It cannot be read or written, or others could read it.
pub(crate) fn seal_key(context: &Context) -> Result<SealKey, Failure> {
    let path = context.data_dir.join(FILE);
    let failed = |error: std::io::Error| {
        Failure::new(
            Ending::Damaged,
            shown(format!("the key that seals proof, {}: {error}", path.display())),
            "give the data directory back to the user who runs this program, or put the key's backup there",
        )
    };
    read(&path)
        .or_else(|error| match error.kind() {
            std::io::ErrorKind::NotFound => make(&path).and_then(|()| read(&path)),
            _ => Err(error),
        })
        .map_err(failed)
}

fn read(path: &Path) -> std::io::Result<SealKey> {
    use std::os::unix::fs::MetadataExt as _;
    let refuse = |why: &str| Err(std::io::Error::new(std::io::ErrorKind::InvalidData, why.to_owned()));
    let flags = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let mut file = std::fs::File::options().read(true).custom_flags(flags).open(path)?;
    let about = file.metadata()?;
    if about.mode() & 0o077 != 0 || about.uid() != rustix::process::geteuid().as_raw() {
        return refuse("others may read it; `chmod 600` it if nobody did");
    }
    let mut bytes = [0; 32];
    if about.len() != 32 {
        return refuse("it does not hold 32 bytes");
    }
    file.read_exact(&mut bytes)?;
    Ok(SealKey::from_bytes(&bytes))
}

/// Two processes may make it at once: the first one to give it its name wins, and both use that.
fn make(path: &Path) -> std::io::Result<()> {
    let unfinished = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = std::fs::File::options().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    let bytes: [u8; 32] = rand::random();
    let linked = file.write_all(&bytes).and_then(|()| file.sync_all()).and_then(|()| {
        match std::fs::hard_link(&unfinished, path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        }
    });
    std::fs::remove_file(&unfinished)?;
    linked
}
