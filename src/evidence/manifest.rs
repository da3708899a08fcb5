//! The list of everything that belongs to a run's proof, each with its hash.

use serde::{Deserialize, Serialize};

use super::observation::Redaction;
use crate::event::id::{AccountName, Digest, Realm, RunId};

/// The manifest's file name.
pub const MANIFEST: &str = "manifest.json";
/// The list for `sha256sum -c`.
pub const SUMS: &str = "SHA256SUMS";
/// The run's part of the chain.
pub const EVENTS: &str = "events.jsonl";
/// What is fixed for the run.
pub const RUN: &str = "run.json";
/// How to check all this without this program.
pub const GUIDE: &str = "VERIFY.md";
/// The folder of what is derived from the rest and not covered by the manifest.
pub const REPORT: &str = "report";
/// The folder of the people.
pub const ITEMS: &str = "items";
/// The folder of pictures that belong to the run and to no person.
pub const RUN_SHOTS: &str = "run";

/// The only version of the manifest's shape so far.
pub(super) const VERSION: u32 = 1;

/// What this proof can show and what it cannot, said in the manifest, in `VERIFY.md` and in the report.
pub const LIMITS: [&str; 3] = [
    "It shows that no file changed since the manifest was written, and in which order things were recorded.",
    "It does not show what the site's server sent or did: whoever controls the machine controls the browser.",
    "There is no seal and no time token: who holds the folder and the ledger could make both anew, and the times are \
     those of the machine's own clock.",
];

/// The content of `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this file's shape.
    pub v: u32,
    /// The run.
    pub run: RunId,
    /// The account.
    pub account: AccountName,
    /// Real or practice.
    pub realm: Realm,
    /// Name and version of the program that wrote it.
    pub program: String,
    /// When the last entry that it covers was recorded, UTC.
    pub until: jiff::Timestamp,
    /// The link before the first one in `events.jsonl`: its place, 0 for none, and its hash.
    pub chain_before: ChainPlace,
    /// The last link in `events.jsonl`.
    pub chain_head: ChainPlace,
    /// The seal: `none`, because this version makes none.
    pub seal: String,
    /// The independent time token: `none`, because this version asks for none.
    pub time_token: String,
    /// What the proof can show and what it cannot.
    pub limits: Vec<String>,
    /// What lies beside the manifest without being covered by it.
    pub not_covered: Vec<String>,
    /// Every file of the proof, sorted by path.
    pub files: Vec<FileRecord>,
}

/// A place in the account's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainPlace {
    /// The link's place, from 1.
    pub seq: u64,
    /// The link's hash.
    pub hash: Digest,
}

/// One file of the proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// Relative to the run's folder, with `/`.
    pub path: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// The hash of its exact bytes.
    pub sha256: Digest,
    /// What it is, such as `image/png`.
    pub media_type: String,
    /// What it is for: `before`, `after`, `observation`, `events`, …
    pub role: String,
    /// A picture's width and height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<(u32, u32)>,
    /// What was covered in it before it was kept.
    pub redactions: Vec<Redaction>,
}

impl Manifest {
    /// The file's exact bytes.
    ///
    /// # Panics
    /// Never: a manifest has only strings, numbers and lists.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a manifest has only strings, numbers and lists");
        bytes.push(b'\n');
        bytes
    }

    /// The record of a path, if the manifest covers it; its files are sorted by path.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&FileRecord> {
        let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        self.files.get(at)
    }

    /// The content of `SHA256SUMS`: every file of the proof, then the manifest itself, whose hash is `own`.
    pub(super) fn sums(&self, own: Digest) -> String {
        let mut text: String = self.files.iter().map(|file| format!("{}  {}\n", file.sha256, file.path)).collect();
        text.push_str(&format!("{own}  {MANIFEST}\n"));
        text
    }
}

/// Whether a name is one of `manifest-1.json`, `manifest-2.json`, …
pub(super) fn is_earlier_manifest(name: &str) -> bool {
    name.strip_prefix("manifest-")
        .and_then(|rest| rest.strip_suffix(".json"))
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// What a file of a run is for and of which type, by its path; none for a path that no file of a run has.
pub(super) fn kind_of(path: &str) -> Option<(String, &'static str)> {
    let kind = |role: &str, media_type| Some((role.to_owned(), media_type));
    match path {
        RUN => return kind("run", "application/json"),
        EVENTS => return kind("events", "application/jsonl"),
        GUIDE => return kind("guide", "text/markdown"),
        name if is_earlier_manifest(name) => return kind("earlier-manifest", "application/json"),
        _ => {}
    }
    let mut parts = path.split('/');
    let name = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(ITEMS), Some(_), Some(name), None) | (Some(RUN_SHOTS), Some(name), None, None) => name,
        _ => return None,
    };
    let (stem, ending) = name.rsplit_once('.')?;
    let role = stem.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-');
    match (role, ending) {
        ("observation", "json") => kind(role, "application/json"),
        ("before" | "confirm" | "after" | "incident", "png") => kind(role, "image/png"),
        ("before" | "confirm" | "after" | "incident", "jpg") => kind(role, "image/jpeg"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_of_a_run_has_a_role_and_no_other_path_has_one() {
        for (path, role) in [
            ("run.json", "run"),
            ("manifest-12.json", "earlier-manifest"),
            ("items/jane-0123456789ab/before.png", "before"),
            ("items/jane-0123456789ab/after-12.jpg", "after"),
            ("items/jane-0123456789ab/observation-2.json", "observation"),
            ("run/incident.png", "incident"),
        ] {
            assert_eq!(kind_of(path).map(|(role, _)| role).as_deref(), Some(role), "{path}");
        }
        for path in ["manifest.json", "SHA256SUMS", "x.png", "items/a.png", "items/a/b/before.png", "items/a/x.html"] {
            assert_eq!(kind_of(path), None, "{path}");
        }
    }
}
