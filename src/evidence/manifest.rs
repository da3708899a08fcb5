//! The list of everything that belongs to a run's proof, each with its hash.

use serde::{Deserialize, Serialize};

use super::observation::Redaction;
use crate::event::id::{AccountName, Digest, Realm, RunId};
use crate::event::kept_file::KeptFile;

/// The manifest's file name.
pub const MANIFEST: &str = "manifest.json";
/// The list for `sha256sum -c`.
pub const SUMS: &str = "SHA256SUMS";
/// The run's part of the chain.
pub const EVENTS: &str = "events.jsonl";
/// What is fixed for the run.
pub const RUN: &str = "run.json";
/// The pack with which an account was acted on, as one text.
pub const PACK: &str = "pack.json";
/// What a replay found, step by step.
pub const COMPARISON: &str = "comparison.json";
/// How to check all this without this program.
pub const GUIDE: &str = "VERIFY.md";
/// The folder of what is derived from the rest and not covered by the manifest.
pub const REPORT: &str = "report";
/// The folder of the people.
pub const ITEMS: &str = "items";
/// The folder of pictures that belong to the run and to no person.
pub const RUN_SHOTS: &str = "run";
/// The folder of the steps of a walk of which every step is kept.
pub const STEPS: &str = "steps";
/// The folder of files that a person added.
pub const ATTACHED: &str = "attached";
/// The signature over the manifest.
pub const SEAL: &str = "seal.json";
/// The token of a time stamp authority over the seal.
pub const TOKEN: &str = "seal.tsr";
/// The public key that checks it.
pub const SEAL_KEY: &str = "seal-key.pem";

/// The version of the manifest's shape; the first one knew no seal.
pub(super) const VERSION: u32 = 2;
/// The seal and the time token of a manifest that has none.
pub(super) const NONE: &str = "none";

/// What this proof can show and what it cannot, said in the manifest, in `VERIFY.md` and in the report.
pub const LIMITS: [&str; 4] = [
    "It shows that no file changed since the manifest was sealed, and in which order things were recorded.",
    "It does not show what the site's server sent or did: whoever controls the machine controls the browser.",
    "The seal says that a key of this installation signed it: who holds that key, the folder and the ledger could make \
     all of it anew.",
    "The times are those of the machine's own clock. Only a time token (`seal.tsr`) shows that the seal was not made \
     later than somebody else says; without one nothing does.",
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
    /// The seal: `ed25519:` and the id of the key that signed it, or `none`.
    pub seal: String,
    /// The independent time token: where it lies if one was asked for, which happens after this file is sealed.
    pub time_token: String,
    /// What the proof can show and what it cannot.
    pub limits: Vec<String>,
    /// What lies beside the manifest without being covered by it.
    pub not_covered: Vec<String>,
    /// Where other runs of the account lie between two entries of `events.jsonl`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// What was deleted on purpose; none if nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purged: Option<Purged>,
    /// Every file of the proof, sorted by path.
    pub files: Vec<FileRecord>,
}

/// Entries of other runs that are left out of `events.jsonl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The last entry before them.
    pub after: u64,
    /// The first entry behind them.
    pub until: u64,
}

/// What was deleted of a run's proof on purpose, with the hashes that an earlier manifest has of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purged {
    /// When that was recorded, UTC.
    pub at: jiff::Timestamp,
    /// The files, sorted by path.
    pub files: Vec<KeptFile>,
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

    /// The content of `SHA256SUMS`: every file of the proof, then the manifest itself, whose hash is `own`, then its
    /// seal and the token over that.
    pub(super) fn sums(&self, own: Digest, (seal, token): (Option<Digest>, Option<Digest>)) -> String {
        let mut text: String = self.files.iter().map(|file| format!("{}  {}\n", file.sha256, file.path)).collect();
        text.push_str(&format!("{own}  {MANIFEST}\n"));
        text.extend(seal.map(|seal| format!("{seal}  {SEAL}\n")));
        text.extend(token.map(|token| format!("{token}  {TOKEN}\n")));
        text
    }

    /// The id of the key that sealed it; none where the manifest names no seal.
    #[must_use]
    pub fn sealed_by(&self) -> Option<Digest> {
        self.seal.strip_prefix("ed25519:")?.parse().ok()
    }

    /// Whether a file was deleted on purpose, so that only its hash is left.
    pub(super) fn has_purged(&self, path: &str, sha256: Digest) -> bool {
        let files = self.purged.iter().flat_map(|purged| &purged.files);
        files.into_iter().any(|file| file.path == path && file.sha256 == sha256)
    }
}

/// The number of `manifest-1.json`, `manifest-2.json`, …; none for another name.
pub(super) fn earlier_manifest(name: &str) -> Option<u64> {
    numbered(name, "manifest-")
}

/// Whether a name is one of `manifest-1.json`, `manifest-2.json`, …
pub(super) fn is_earlier_manifest(name: &str) -> bool {
    earlier_manifest(name).is_some()
}

/// Whether a name is one of `seal-1.json`, `seal-2.json`, …: the seal of the manifest of that number.
pub(super) fn is_earlier_seal(name: &str) -> bool {
    numbered(name, "seal-").is_some()
}

/// Whether a name is one of `seal-1.tsr`, `seal-2.tsr`, …: the token over the seal of that number.
pub(super) fn is_earlier_token(name: &str) -> bool {
    name.strip_suffix(".tsr").is_some_and(|stem| is_earlier_seal(&format!("{stem}.json")))
}

fn numbered(name: &str, stem: &str) -> Option<u64> {
    let number = name.strip_prefix(stem)?.strip_suffix(".json")?;
    let is_plain = number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
    if is_plain { number.parse().ok() } else { None }
}

/// What a file of a run is for and of which type, by its path; none for a path that no file of a run has.
pub(super) fn kind_of(path: &str) -> Option<(String, &'static str)> {
    let kind = |role: &str, media_type| Some((role.to_owned(), media_type));
    match path {
        RUN => return kind("run", "application/json"),
        EVENTS => return kind("events", "application/jsonl"),
        PACK => return kind("pack", "application/json"),
        COMPARISON => return kind("comparison", "application/json"),
        GUIDE => return kind("guide", "text/markdown"),
        SEAL_KEY => return kind("seal-key", "application/x-pem-file"),
        name if is_earlier_manifest(name) => return kind("earlier-manifest", "application/json"),
        name if is_earlier_seal(name) => return kind("earlier-seal", "application/json"),
        name if is_earlier_token(name) => return kind("earlier-time-token", "application/timestamp-reply"),
        _ => {}
    }
    let mut parts = path.split('/');
    let (folder, name) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(folder @ (ITEMS | STEPS)), Some(_), Some(name), None) => (folder, name),
        (Some(folder @ (RUN_SHOTS | ATTACHED)), Some(name), None, None) => (folder, name),
        _ => return None,
    };
    if folder == ATTACHED {
        return kind("attached", "application/octet-stream");
    }
    let (stem, ending) = name.rsplit_once('.')?;
    let role = stem.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-');
    match (folder, role, ending) {
        (ITEMS, "observation", "json") => kind(role, "application/json"),
        (STEPS, "record", "json") => kind(role, "application/json"),
        (STEPS, "page", "html") => kind("snapshot", "text/html"),
        (STEPS, "then" | "difference", "png") => kind(role, "image/png"),
        (STEPS, "then" | "difference", "jpg") => kind(role, "image/jpeg"),
        (_, "before" | "confirm" | "after" | "incident" | "step" | "public", "png") => kind(role, "image/png"),
        (_, "before" | "confirm" | "after" | "incident" | "step" | "public", "jpg") => kind(role, "image/jpeg"),
        _ => None,
    }
}

/// Whether a file holds what was seen, not what proves it: a picture, a snapshot, a reading.
pub(super) fn is_view(path: &str) -> bool {
    kind_of(path).is_some_and(|(role, media_type)| {
        media_type.starts_with("image/")
            || matches!(role.as_str(), "observation" | "record" | "snapshot" | "comparison")
    })
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
            ("run/public-2.png", "public"),
            ("steps/03-reason/step.png", "step"),
            ("steps/03-reason/page.html", "snapshot"),
            ("steps/03-reason/record.json", "record"),
            ("steps/03-reason/then.png", "then"),
            ("steps/03-reason/difference.png", "difference"),
            ("pack.json", "pack"),
            ("comparison.json", "comparison"),
            ("attached/mail-0123456789ab.eml", "attached"),
            ("seal-key.pem", "seal-key"),
            ("seal-2.json", "earlier-seal"),
            ("seal-2.tsr", "earlier-time-token"),
        ] {
            assert_eq!(kind_of(path).map(|(role, _)| role).as_deref(), Some(role), "{path}");
        }
        for path in [
            "manifest.json",
            "SHA256SUMS",
            "seal.json",
            "seal.tsr",
            "seal-0.json",
            "seal-.json",
            "x.png",
            "items/a.png",
            "items/a/b/before.png",
            "items/a/x.html",
            "items/a/record.json",
            "items/a/then.png",
            "steps/01-a/pack.json",
            "steps/01-a/observation.json",
            "attached/a/b",
        ] {
            assert_eq!(kind_of(path), None, "{path}");
        }
    }
}
