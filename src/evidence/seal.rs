//! What a seal says: which manifest, where the chain ended, and which seal of the account came before.

use serde::{Deserialize, Serialize};

use super::envelope::{self, PublicKey, SealKey};
use super::manifest::{ChainPlace, Manifest};
use crate::event::id::{AccountName, Digest, Realm, RunId};

/// The kind of envelope that a seal is.
pub const SEAL_TYPE: &str = "application/vnd.exeunt.seal+json";

/// The signed content of `seal.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The version of its shape: 1.
    pub v: u32,
    /// The account.
    pub account: AccountName,
    /// Real or practice.
    pub realm: Realm,
    /// The run.
    pub run: RunId,
    /// The hash of `manifest.json`.
    pub manifest_sha256: Digest,
    /// The last link that the manifest covers.
    pub chain_head: ChainPlace,
    /// The hash of the account's seal before this one; none for the first.
    pub previous_seal: Option<Digest>,
    /// The time of the last entry that it covers, by the machine's own clock, UTC.
    pub at: jiff::Timestamp,
    /// The id of the key that signed it.
    pub key: Digest,
}

impl Seal {
    /// The seal of a manifest.
    #[must_use]
    pub fn of(manifest: &Manifest, manifest_sha256: Digest, previous_seal: Option<Digest>, key: Digest) -> Self {
        Self {
            v: 1,
            account: manifest.account.clone(),
            realm: manifest.realm,
            run: manifest.run.clone(),
            manifest_sha256,
            chain_head: manifest.chain_head,
            previous_seal,
            at: manifest.until,
            key,
        }
    }

    /// The bytes of `seal.json`.
    ///
    /// # Panics
    /// Never: a seal has only strings and numbers.
    #[must_use]
    pub fn signed(&self, key: &SealKey) -> Vec<u8> {
        let payload = serde_json::to_vec(self).expect("a seal has only strings and numbers");
        envelope::enclose(SEAL_TYPE, &payload, key)
    }

    /// Reads a `seal.json` that `key` signed.
    ///
    /// # Errors
    /// Why it is none, in words.
    pub fn open(bytes: &[u8], key: &PublicKey) -> Result<Self, &'static str> {
        let payload = envelope::open(bytes, SEAL_TYPE, key)?;
        let seal: Self = serde_json::from_slice(&payload).map_err(|_| "what it signs is no seal")?;
        if seal.v == 1 { Ok(seal) } else { Err("another version of this program made it; verify it with that one") }
    }
}
