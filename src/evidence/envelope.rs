//! Signed envelopes (DSSE, the "Dead Simple Signing Envelope"), the key that signs them and the key that checks them.
//!
//! It does not know what is signed, nor where a key is kept.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::event::id::Digest;

/// What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----\n";
const PEM_END: &str = "\n-----END PUBLIC KEY-----\n";

/// The key of this installation that seals proof. Its bytes are wiped when it is dropped, and nothing prints them.
pub struct SealKey(SigningKey);

impl SealKey {
    /// From the 32 secret bytes as they are kept.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(bytes))
    }

    /// The key that checks what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// A hash in place of a name. Only somebody who has this key can find out whose it is: HMAC-SHA256 of the name,
    /// keyed with a part of this key that signs nothing.
    #[must_use]
    pub fn name_tag(&self, name: &str) -> Digest {
        let key = Digest::of_parts(&[b"names of third persons", self.0.as_bytes()]);
        hmac(&key.0, name.as_bytes())
    }

    fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).to_bytes()
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey({})", self.public().id().short())
    }
}

/// The key that checks a seal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// The key's id: the SHA-256 of its DER form, as `openssl pkey -pubin -outform DER | sha256sum` says it.
    #[must_use]
    pub fn id(&self) -> Digest {
        Digest::of(&self.der())
    }

    /// The key as a PEM file.
    #[must_use]
    pub fn pem(&self) -> String {
        format!("{PEM_BEGIN}{}{PEM_END}", BASE64_STANDARD.encode(self.der()))
    }

    /// The key of a PEM file that has exactly the form of [`PublicKey::pem`].
    #[must_use]
    pub fn from_pem(pem: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(pem).ok()?;
        let der = BASE64_STANDARD.decode(text.strip_prefix(PEM_BEGIN)?.strip_suffix(PEM_END)?).ok()?;
        der.strip_prefix(&SPKI)?.try_into().ok().map(Self)
    }

    fn der(&self) -> Vec<u8> {
        [&SPKI[..], &self.0].concat()
    }

    fn has_signed(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(&self.0) else { return false };
        Signature::from_slice(signature).is_ok_and(|signature| key.verify_strict(bytes, &signature).is_ok())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id().short())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    #[serde(rename = "payloadType")]
    payload_type: String,
    payload: String,
    signatures: [Signed; 1],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    keyid: Digest,
    sig: String,
}

/// The bytes of an envelope around `payload`, signed by `key`.
pub(super) fn enclose(payload_type: &str, payload: &[u8], key: &SealKey) -> Vec<u8> {
    let sig = BASE64_STANDARD.encode(key.sign(&encoded(payload_type, payload)));
    to_bytes(&Envelope {
        payload_type: payload_type.to_owned(),
        payload: BASE64_STANDARD.encode(payload),
        signatures: [Signed { keyid: key.public().id(), sig }],
    })
}

/// The payload of an envelope that `key` signed, in exactly the form that [`enclose`] gives it.
///
/// # Errors
/// Why it is not one, in words.
pub(super) fn open(bytes: &[u8], payload_type: &str, key: &PublicKey) -> Result<Vec<u8>, &'static str> {
    let envelope: Envelope = serde_json::from_slice(bytes).map_err(|_| "it is no envelope")?;
    if to_bytes(&envelope) != bytes {
        return Err("it is not written as this program writes it");
    }
    if envelope.payload_type != payload_type {
        return Err("it is an envelope of another kind");
    }
    let [Signed { keyid, sig }] = envelope.signatures;
    if keyid != key.id() {
        return Err("another key made it than the one that lies beside it");
    }
    let payload = BASE64_STANDARD.decode(envelope.payload).map_err(|_| "its payload cannot be decoded")?;
    let sig = BASE64_STANDARD.decode(sig).map_err(|_| "its signature cannot be decoded")?;
    if key.has_signed(&encoded(payload_type, &payload), &sig) { Ok(payload) } else { Err("its signature does not fit") }
}

/// What is signed: DSSE's "pre-authentication encoding", in which type and content cannot run into each other.
fn encoded(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

fn to_bytes(envelope: &Envelope) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(envelope).expect("an envelope has only strings");
    bytes.push(b'\n');
    bytes
}

/// RFC 2104 with SHA-256, for keys of 32 bytes.
fn hmac(key: &[u8; 32], message: &[u8]) -> Digest {
    let padded = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block.to_vec()
    };
    let inner = Digest::of(&[padded(0x36), message.to_vec()].concat());
    Digest::of(&[padded(0x5c), inner.0.to_vec()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "application/x";

    fn key(seed: u8) -> SealKey {
        SealKey::from_bytes(&[seed; 32])
    }

    #[test]
    fn what_was_enclosed_is_opened_by_its_own_key_only() {
        let bytes = enclose(TYPE, b"content", &key(1));
        assert_eq!(open(&bytes, TYPE, &key(1).public()).unwrap(), b"content");
        assert!(open(&bytes, TYPE, &key(2).public()).is_err());
        assert!(open(&bytes, "application/y", &key(1).public()).is_err());
        let forged = String::from_utf8(enclose(TYPE, b"content", &key(2))).unwrap();
        let ids = [1, 2].map(|seed| key(seed).public().id().to_string());
        let forged = forged.replace(&ids[1], &ids[0]);
        assert_eq!(open(forged.as_bytes(), TYPE, &key(1).public()), Err("its signature does not fit"));
    }

    #[test]
    fn each_flipped_bit_of_an_envelope_is_noticed() {
        let bytes = enclose(TYPE, b"content", &key(1));
        for at in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            assert!(open(&flipped, TYPE, &key(1).public()).is_err(), "bit {at}");
        }
    }

    #[test]
    fn a_key_is_read_back_from_its_file_and_a_changed_file_is_not() {
        let public = key(3).public();
        let pem = public.pem();
        assert_eq!(PublicKey::from_pem(pem.as_bytes()), Some(public));
        for at in 0..pem.len() {
            let mut flipped = pem.clone().into_bytes();
            flipped[at] ^= 1;
            assert_ne!(PublicKey::from_pem(&flipped), Some(public), "byte {at}");
        }
    }

    #[test]
    fn the_hash_of_a_name_is_the_one_of_the_standard_and_of_one_key() {
        // RFC 4231 pads its keys to a block with zeros too, so that a shorter key is the same as one with zeros behind it.
        let mut key_bytes = [0; 32];
        key_bytes[..4].copy_from_slice(b"Jefe");
        assert!(hmac(&key_bytes, b"what do ya want for nothing?").to_string().starts_with("5bdcc146bf60754e6a042426"));
        assert_ne!(key(1).name_tag("ann"), key(2).name_tag("ann"));
        assert_eq!(key(1).name_tag("ann"), key(1).name_tag("ann"));
    }

    #[test]
    fn a_key_prints_no_secret() {
        let shown = format!("{:?} {:?}", key(7), key(7).public());
        assert_eq!(shown.matches("0707").count() + shown.matches("7, 7").count(), 0);
        assert!(shown.len() < 64, "{shown}");
    }
}
