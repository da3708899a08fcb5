//! Secrets at rest: the keyring of the system, and the key that seals the evidence.
//!
//! Everything that is handed out is a type that cannot be printed and that wipes its memory. It never asks anybody, knows no
//! terminal and no page, and decides nothing: whether the keyring may be used at all is a choice of the user's.

pub mod keyring;
pub mod seal_key;
