//! Checks a folder of proof without changing it, and names the first file that does not fit.

mod chain;
pub mod handed;
mod sealed;
mod walk;

use std::collections::BTreeMap;
use std::path::Path;

use super::error::{EvidenceError, EvidenceErrorKind};
use super::folder::Folder;
use super::manifest::{
    ChainPlace, EVENTS, GUIDE, MANIFEST, Manifest, RUN, SEAL, SEAL_KEY, SUMS, TOKEN, VERSION, is_earlier_manifest,
    kind_of,
};
use crate::event::exit::Ending;
use crate::event::id::Digest;

/// What the ledger remembers of a run, to hold against the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The hash in the run's latest `ManifestWritten`.
    pub manifest_sha256: Digest,
    /// The seal's hash in the same fact; none where the run was not sealed.
    pub seal: Option<Digest>,
    /// The last link that the manifest must cover, where the caller knows it.
    pub head: Option<ChainPlace>,
}

/// The outcome of [`verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Everything fits, and a time token of somebody else says since when.
    Valid,
    /// Everything fits; nothing but the machine's own clock says since when.
    ValidNoTime,
    /// What is there fits, but something is missing.
    Incomplete {
        /// The first thing missing, relative to the run's folder.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// Something was changed, exchanged, added or planted.
    Tampered {
        /// The first such thing, relative to the run's folder.
        path: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Verdict {
    /// The word of the command line.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Valid => "VALID",
            Self::ValidNoTime => "VALID-NO-TIME",
            Self::Incomplete { .. } => "INCOMPLETE",
            Self::Tampered { .. } => "TAMPERED",
        }
    }

    /// How a command that verified this ends.
    #[must_use]
    pub fn ending(&self) -> Ending {
        match self {
            Self::Valid | Self::ValidNoTime => Ending::Done,
            Self::Incomplete { .. } => Ending::SomeFailed,
            Self::Tampered { .. } => Ending::Damaged,
        }
    }
}

/// What [`examine`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// The outcome.
    pub verdict: Verdict,
    /// The id of the key whose signature was checked and fits; none where there is no seal, or it does not fit.
    pub sealed_by: Option<Digest>,
    /// When pictures and readings were deleted on purpose; none if they were not.
    pub purged: Option<jiff::Timestamp>,
    /// What the time token says; none where there is none. Its own signature is checked with `openssl ts`.
    pub token: Option<Stamped>,
}

/// What a time token over the seal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamped {
    /// When somebody else saw the seal.
    pub at: jiff::Timestamp,
    /// Whether that was within a day of what the seal says itself.
    pub is_in_time: bool,
}

impl Examined {
    fn tampered(path: &str, why: &str) -> Self {
        let verdict = Verdict::Tampered { path: path.to_owned(), why: why.to_owned() };
        Self { verdict, sealed_by: None, purged: None, token: None }
    }
}

/// Checks a run's folder: every file against the manifest, the manifest against `SHA256SUMS`, against its seal and against
/// what the ledger remembers, the chain, and every picture that the chain names.
///
/// It only reads, follows no link, opens no path that a file names, and stops reading at limits that no run reaches.
/// The verdict's path and reason may hold text of the folder's maker: they are escaped by whoever shows them.
#[must_use]
pub fn verify(folder: &Path, known: Option<&Known>) -> Verdict {
    examine(folder, known).verdict
}

/// As [`verify`], with what else was found.
#[must_use]
pub fn examine(folder: &Path, known: Option<&Known>) -> Examined {
    let mut check = Check::default();
    let walked = Folder::open(folder).and_then(|folder| check.walk(&folder.into_start(), 1));
    match walked {
        Ok(()) => check.folder(known),
        Err(error) => check.failed(error),
    }
    check.examined()
}

/// A file as it was found.
struct Found {
    bytes: u64,
    sha256: Digest,
    /// The content of the few files that are read, not only hashed.
    content: Option<Vec<u8>>,
}

#[derive(Default)]
struct Check {
    files: BTreeMap<String, Found>,
    /// The run goes on, or a crash or a full disk cut it short, so its files may not fit each other yet.
    interrupted: bool,
    sealed_by: Option<Digest>,
    purged: Option<jiff::Timestamp>,
    token: Option<Stamped>,
    tampered: Option<(String, String)>,
    missing: Option<(String, String)>,
}

impl Check {
    /// Checks the files that were found.
    fn folder(&mut self, known: Option<&Known>) {
        let (seal, token) = (self.files.remove(SEAL), self.files.remove(TOKEN));
        let Some(found) = self.files.remove(MANIFEST) else {
            return self.missing(MANIFEST, "the run's proof was never finished");
        };
        let Some(manifest) = self.manifest(&found) else { return };
        if let Some(known) = known {
            self.known(known, &manifest, found.sha256);
            self.known_seal(known, found.sha256, seal.as_ref());
        }
        self.sums(&manifest, found.sha256, (seal.as_ref(), token.as_ref()));
        self.listed(&manifest);
        let of_seal = seal.as_ref().map(|seal| seal.sha256);
        self.seal((&manifest, found.sha256), seal);
        self.token(&manifest, of_seal, token);
        self.events(&manifest);
        self.earlier(&manifest);
    }

    fn examined(self) -> Examined {
        let verdict = if let Some((path, why)) = self.tampered {
            Verdict::Tampered { path, why }
        } else if let Some((path, why)) = self.missing {
            Verdict::Incomplete { path, why }
        } else if self.sealed_by.is_some() && self.token.is_some_and(|token| token.is_in_time) {
            Verdict::Valid
        } else {
            Verdict::ValidNoTime
        };
        Examined { verdict, sealed_by: self.sealed_by, purged: self.purged, token: self.token }
    }

    /// Holds the manifest against what the ledger remembers.
    fn known(&mut self, known: &Known, manifest: &Manifest, own: Digest) {
        let is_earlier =
            |(path, found): (&String, &Found)| is_earlier_manifest(path) && found.sha256 == known.manifest_sha256;
        if known.manifest_sha256 == own {
            if known.head.is_some_and(|head| head != manifest.chain_head) {
                self.tampered(MANIFEST, "it does not end with the entry that the ledger holds");
            }
        } else if self.files.iter().any(is_earlier) {
            // A crash between the last file and the ledger's entry looks like this.
            self.missing(MANIFEST, "the ledger does not hold its hash yet; start the run's command again to finish it");
        } else {
            self.rewritable(MANIFEST, "it is not the one whose hash the ledger holds");
        }
    }

    fn manifest(&mut self, found: &Found) -> Option<Manifest> {
        let bytes = found.content.as_deref().unwrap_or_default();
        match serde_json::from_slice::<Manifest>(bytes) {
            Ok(manifest) if (1..=VERSION).contains(&manifest.v) => Some(manifest),
            Ok(_) => {
                self.missing(MANIFEST, "another version of this program wrote it; verify it with that one");
                None
            }
            Err(error) => {
                self.tampered(MANIFEST, &format!("it is no manifest: {error}"));
                None
            }
        }
    }

    fn sums(&mut self, manifest: &Manifest, own: Digest, (seal, token): (Option<&Found>, Option<&Found>)) {
        let Some(found) = self.files.remove(SUMS) else { return self.missing(SUMS, "it is missing") };
        let content = found.content.unwrap_or_default();
        let fits = match seal {
            Some(seal) => {
                let token = token.map(|token| token.sha256);
                content == manifest.sums(own, (Some(seal.sha256), token)).as_bytes()
                    || self.lost_token(&content, &manifest.sums(own, (Some(seal.sha256), None)), token)
            }
            // A seal that is missing is named as missing, not as a change of the list that names it.
            None if manifest.sealed_by().is_some() => content.starts_with(manifest.sums(own, (None, None)).as_bytes()),
            None => content == manifest.sums(own, (None, None)).as_bytes(),
        };
        if !fits {
            self.rewritable(SUMS, "it does not say the same as the manifest");
        }
    }

    /// Every listed file is there with its hash, and every file that is there is listed.
    fn listed(&mut self, manifest: &Manifest) {
        let mut unlisted: Vec<String> = self.files.keys().cloned().collect();
        for record in &manifest.files {
            match self.files.get(&record.path).map(|found| (found.bytes, found.sha256)) {
                None => self.missing(&record.path, "the manifest lists it, and it is not there"),
                Some((_, sha256)) if sha256 != record.sha256 => {
                    self.rewritable(&record.path, "its content is not what the manifest lists");
                }
                Some((bytes, _)) if bytes != record.bytes => self.tampered(MANIFEST, "a size in it is wrong"),
                Some(_) => {}
            }
            match unlisted.binary_search(&record.path) {
                Ok(at) => drop(unlisted.remove(at)),
                Err(_) if self.files.contains_key(&record.path) => {
                    self.tampered(MANIFEST, &format!("it lists `{}` twice", record.path.escape_debug()));
                }
                Err(_) => {}
            }
        }
        for path in unlisted {
            if self.interrupted && kind_of(&path).is_some() {
                self.missing(&path, "the run goes on or was interrupted, and the manifest does not list it yet");
            } else {
                self.tampered(&path, "the manifest does not list it");
            }
        }
    }

    /// What an earlier manifest covered is still there and unchanged: the proof only grows.
    fn earlier(&mut self, manifest: &Manifest) {
        let names: Vec<String> = self.files.keys().filter(|path| is_earlier_manifest(path)).cloned().collect();
        for name in names {
            let content = self.files.get_mut(&name).and_then(|found| found.content.take()).unwrap_or_default();
            let Ok(earlier) = serde_json::from_slice::<Manifest>(&content) else {
                self.tampered(&name, "it is no manifest");
                continue;
            };
            if earlier.run != manifest.run {
                self.tampered(&name, "it is the manifest of another run");
            }
            let grows = |path: &str| [RUN, EVENTS, GUIDE, SEAL_KEY].contains(&path);
            for record in earlier.files.iter().filter(|record| !grows(&record.path)) {
                match self.files.get(&record.path).map(|found| found.sha256) {
                    None if manifest.has_purged(&record.path, record.sha256) => {}
                    None => self.missing(&record.path, "an earlier manifest lists it, and it is not there"),
                    Some(sha256) if sha256 != record.sha256 => {
                        self.tampered(&record.path, "its content is not what an earlier manifest lists");
                    }
                    Some(_) => {}
                }
            }
        }
    }

    /// A mismatch among the files that a finish rewrites, which an interrupted finish explains.
    fn rewritable(&mut self, path: &str, why: &str) {
        if self.interrupted && [RUN, EVENTS, GUIDE, SUMS, MANIFEST, SEAL, SEAL_KEY, TOKEN].contains(&path) {
            self.missing(path, "the run goes on, or it was interrupted; start its command again to finish it");
        } else {
            self.tampered(path, why);
        }
    }

    fn failed(&mut self, error: EvidenceError) {
        let why = EvidenceError::to_string(&error);
        match error.kind {
            EvidenceErrorKind::System(_) => self.missing(&error.path, &why),
            _ => self.tampered(&error.path, &why),
        }
    }

    fn tampered(&mut self, path: &str, why: &str) {
        self.tampered.get_or_insert_with(|| (path.to_owned(), why.to_owned()));
    }

    fn missing(&mut self, path: &str, why: &str) {
        self.missing.get_or_insert_with(|| (path.to_owned(), why.to_owned()));
    }
}

#[cfg(test)]
pub(crate) mod tests;
