//! A file of proof as the ledger knows it: where it lies and its hash.

use serde::{Deserialize, Serialize};

use super::id::Digest;

/// A file of proof that is no picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// Relative to the run's folder, with `/`.
    pub path: String,
    /// The hash of its exact bytes.
    pub sha256: Digest,
}
