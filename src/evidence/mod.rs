//! Files of proof: one folder a run, with pictures and readings by person, the run's part of the chain, a manifest, and
//! [`verify::verify`], which finds the first file that changed.
//!
//! ```text
//! <data>/evidence/<account>/<realm>/<run>/
//!   run.json                        what is fixed for the run
//!   items/<person>/before.png …     pictures, named by role, never overwritten
//!   items/<person>/observation.json what was read from the page, and how
//!   steps/03-reason/step.png …      a walk of which every step is kept: picture, page.html, record.json
//!   steps/03-reason/then.png …      in a replay: the earlier picture, and difference.png, where the two differ
//!   comparison.json                 in a replay: what came of every step
//!   pack.json                       the pack with which the account was acted on
//!   run/public.png …                pictures of the run that are nobody's
//!   attached/…                      files that a person added
//!   events.jsonl                    the run's part of the chain, a link a line
//!   VERIFY.md                       how to check all this without this program
//!   seal-key.pem                    the public key that checks the seal
//!   manifest.json                   every file above with size and SHA-256; replaced last
//!   manifest-1.json, seal-1.json …  manifests that a later one replaced, and their seals
//!   seal.json                       the signature over the manifest's hash and the end of the chain
//!   seal.tsr                        the token of a time stamp authority over the seal, where one was asked for
//!   SHA256SUMS                      the manifest, its files, the seal and the token, for `sha256sum -c`
//!   report/                         derived from the above, not covered
//! ```
//!
//! It knows files and the shape of facts. It knows neither the ledger nor the page: whoever calls it hands over bytes
//! and links, and may hand [`verify::verify`] what the ledger remembers.
//!
//! A folder of proof may come from somebody else, so nothing in it is trusted: no symbolic link is followed, no path
//! out of a file is opened, and every read has a limit.

pub mod bundle;
pub mod comparison;
mod contents;
pub mod difference;
pub mod envelope;
pub mod error;
mod finish;
mod folder;
mod guide;
pub mod handout;
pub mod manifest;
mod name;
pub mod observation;
mod picture;
mod purge;
pub mod run_folder;
#[cfg(test)]
pub(crate) mod sample;
pub mod seal;
pub mod seen;
pub mod step;
pub mod time_token;
pub mod verify;
mod words;
mod zip;
