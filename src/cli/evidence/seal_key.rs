//! The key of this installation that seals proof, and the bundle of a run that is sealed with it.

use secrecy::ExposeSecret as _;

use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::shown;
use crate::event::exit::Ending;
use crate::event::id::{Realm, RunId};
use crate::evidence::bundle::Bundle;
use crate::evidence::envelope::SealKey;
use crate::secrets::keyring::Keeper;
use crate::secrets::seal_key::{self, SealKeyError};
use crate::settings::SealKeyPlace;

const SAY_FILE: &str = "or set `evidence.seal_key = \"file\"` in the settings";

/// The bundle of a run of this account that begins, to be sealed at its end.
///
/// # Errors
/// The key or the folder cannot be made.
pub(crate) fn bundle(context: &Context, realm: Realm, run: &RunId) -> Result<Bundle, Failure> {
    let bundle = Bundle::create(&context.evidence_root(), context.account(), realm, run)?;
    Ok(bundle.sealed_with(seal_key(context)?))
}

/// The key, made at its first use: in a file of the data directory that only its owner reads, or in the keyring.
///
/// # Errors
/// It cannot be read or written, or others could read it.
pub(crate) fn seal_key(context: &Context) -> Result<SealKey, Failure> {
    let in_the_keyring = context.settings.seal_key == SealKeyPlace::Keyring;
    // On a thread of its own: the keyring may wait for a person, and brings a runtime along.
    let made = std::thread::scope(|scope| {
        let make = || match in_the_keyring {
            true => {
                let keeper = Keeper::open().map_err(SealKeyError::Keyring)?;
                seal_key::of(&context.data_dir, Some(&keeper))
            }
            false => seal_key::of(&context.data_dir, None),
        };
        scope.spawn(make).join()
    });
    let made = made.map_err(|_| Failure::new(Ending::Bug, "the keyring's own code failed", SAY_FILE))?;
    let key = made.map_err(|error| match error {
        SealKeyError::Keyring(why) => Failure::usage(shown(&why), format!("{}; {SAY_FILE}", why.mend())),
        SealKeyError::File { .. } => Failure::new(
            Ending::Damaged,
            shown(format!("the key that seals proof: {error}")),
            "give the data directory back to the user who runs this program, or put the key's backup there",
        ),
    })?;
    Ok(SealKey::from_bytes(key.seed.expose_secret()))
}
