//! `password`: what the keyring of the system keeps of an account, by an explicit choice and for acting on the account only.
//! Signing in never reads it, and the practice realm never gets one.

use secrecy::{ExposeSecret as _, SecretString};

use super::args::Password;
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::shown;
use super::prompt::{self, Until};
use crate::event::exit::Ending;
use crate::event::id::Realm;
use crate::secrets::keyring::{Keeper, KeyringError};

/// Carries out `password`.
pub(crate) fn run(context: &Context, command: &Password) -> Answer {
    let ledger = context.ledger()?;
    of_the_real_site(context.realm(&ledger)?)?;
    drop(ledger);
    let account = context.account();
    match command {
        Password::Keep => {
            let first = asked(context, "  password, kept in the system's keyring: ")?;
            let second = asked(context, "  once more: ")?;
            if first.expose_secret() != second.expose_secret() {
                return Err(Failure::bad_file(
                    "the two passwords are not the same",
                    "nothing was kept; run the command again",
                ));
            }
            keeper(|keeper| keeper.keep_password(account, Realm::Real, &first))?;
            Ok(Outcome::done(format!(
                "the password of account `{account}` is in the keyring; `exeunt close --live --password-from-keyring` takes it from there"
            )))
        }
        Password::Forget => Ok(Outcome::done(match forget(context)? {
            true => format!("the password of account `{account}` is no longer in the keyring"),
            false => format!("the keyring has no password of account `{account}`"),
        })),
    }
}

/// The password that the keyring keeps of this account.
///
/// # Errors
/// It is the practice realm's, there is no keyring, it refuses, or it keeps none.
pub(crate) fn kept(context: &Context, realm: Realm) -> Result<SecretString, Failure> {
    of_the_real_site(realm)?;
    let found = keeper(|keeper| keeper.password(context.account(), realm))?;
    found.ok_or_else(|| {
        Failure::usage(
            format!("the keyring keeps no password of account `{}`", context.account()),
            format!(
                "`exeunt password keep{}` puts one there; without --password-from-keyring it is asked for",
                context.flags()
            ),
        )
    })
}

/// Deletes the password of the real site from the keyring; whether there was one.
///
/// # Errors
/// There is no keyring, or it refuses.
pub(crate) fn forget(context: &Context) -> Result<bool, Failure> {
    keeper(|keeper| keeper.delete_password(context.account(), Realm::Real))
}

/// Asks the keyring on a thread of its own: it may wait for a person who unlocks it, and brings a runtime along.
///
/// # Errors
/// There is no keyring, or it refuses.
pub(crate) fn keeper<T: Send>(ask: impl FnOnce(&Keeper) -> Result<T, KeyringError> + Send) -> Result<T, Failure> {
    let asked = std::thread::scope(|scope| scope.spawn(|| Keeper::open().and_then(|keeper| ask(&keeper))).join());
    match asked {
        Ok(answer) => answer.map_err(|error| Failure::usage(shown(&error), error.mend())),
        Err(_) => Err(Failure::new(Ending::Bug, "the keyring's own code failed", "leave the keyring out")),
    }
}

fn of_the_real_site(realm: Realm) -> Result<(), Failure> {
    match realm {
        Realm::Real => Ok(()),
        Realm::Practice => Err(Failure::usage(
            "the keyring is for the real site: a practice site never gets a password from it",
            "type the practice password where it is asked for",
        )),
    }
}

fn asked(context: &Context, words: &str) -> Result<SecretString, Failure> {
    prompt::secret(context.out, words, Until::default())?
        .ok_or_else(|| Failure::new(Ending::Interrupted, "nothing was typed", "nothing was kept"))
}
