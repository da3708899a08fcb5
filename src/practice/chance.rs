//! Seeded decisions: the same seed, label and key always give the same answer.
//!
//! Decisions are keyed, not drawn from one stream, so that one more page load does not change all later ones.

use crate::event::id::Digest;

/// 64 bits that belong to this seed, label and key.
pub(super) fn bits(seed: u64, label: &str, key: &str) -> u64 {
    let digest = Digest::of_parts(&[&seed.to_be_bytes(), label.as_bytes(), key.as_bytes()]);
    digest.0[..8].iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}

/// A whole number from `low` to `high`, both included.
pub(super) fn between(bits: u64, low: u64, high: u64) -> u64 {
    low + bits % (high - low + 1)
}

/// Whether something happens that happens `percent` times in a hundred.
pub(super) fn happens(bits: u64, percent: u8) -> bool {
    bits % 100 < u64::from(percent)
}

/// Sixteen hex digits that belong to this seed, label and key: a token for addresses and cookies.
pub(super) fn token(seed: u64, label: &str, key: &str) -> String {
    format!("{:016x}", bits(seed, label, key))
}
