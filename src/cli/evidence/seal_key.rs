//! The key of this installation that seals proof, and the bundle of a run that is sealed with it.

use secrecy::ExposeSecret as _;

use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::shown;
use crate::event::exit::Ending;
use crate::event::id::{Realm, RunId};
use crate::evidence::bundle::Bundle;
use crate::evidence::envelope::SealKey;
use crate::secrets::seal_key;

/// The bundle of a run of this account that begins, to be sealed at its end.
///
/// # Errors
/// The key or the folder cannot be made.
pub(crate) fn bundle(context: &Context, realm: Realm, run: &RunId) -> Result<Bundle, Failure> {
    let bundle = Bundle::create(&context.evidence_root(), context.account(), realm, run)?;
    Ok(bundle.sealed_with(seal_key(context)?))
}

/// The key, made at its first use, in a file of the data directory that only its owner reads.
///
/// # Errors
/// It cannot be read or written, or others could read it.
pub(crate) fn seal_key(context: &Context) -> Result<SealKey, Failure> {
    let key = seal_key::of(&context.data_dir, None).map_err(|error| {
        Failure::new(
            Ending::Damaged,
            shown(format!("the key that seals proof: {error}")),
            "give the data directory back to the user who runs this program, or put the key's backup there",
        )
    })?;
    Ok(SealKey::from_bytes(key.seed.expose_secret()))
}
