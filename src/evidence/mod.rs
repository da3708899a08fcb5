//! Files of proof: shots by hash, manifest, verify.
