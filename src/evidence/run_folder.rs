//! Reads a run's folder without verifying it (where it lies, its manifest, chain, steps and pack), and writes the report
//! beside the proof.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::error::{EvidenceError, EvidenceErrorKind};
use super::folder::{ChildKind, Folder};
use super::manifest::{EVENTS, ITEMS, MANIFEST, Manifest, PACK, REPORT, SEAL, STEPS, kind_of};
use super::name::folder_name;
use super::step::StepRecord;
use crate::event::id::{AccountName, Digest, Realm, RunId, Slug};
use crate::event::link::Link;
use crate::flow::kept::KeptPack;

/// No picture of a viewport is larger.
pub(super) const MAX_FILE: u64 = 64 * 1024 * 1024;
/// Room for 100,000 entries of a few kilobytes.
pub(super) const MAX_EVENTS: u64 = 512 * 1024 * 1024;

/// A finished manifest and the hash that the ledger records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The manifest as written.
    pub manifest: Manifest,
    /// The hash of `manifest.json`, for [`crate::event::fact::Fact::ManifestWritten`].
    pub sha256: Digest,
    /// The hash of `seal.json`, for the same fact; none where there is no seal.
    pub seal: Option<Digest>,
}

/// Where a run's folder lies below `root`, the data directory's `evidence`.
#[must_use]
pub fn folder_of(root: &Path, account: &AccountName, realm: Realm, run: &RunId) -> PathBuf {
    root.join(account.as_str()).join(realm.as_str()).join(run.as_str())
}

/// The folder of one person's files, relative to the run's folder.
#[must_use]
pub fn item_folder(slug: &Slug) -> String {
    format!("{ITEMS}/{}", folder_name(slug.as_str()))
}

/// The runs of an account that have a folder below `root`, in the order of their names.
///
/// # Errors
/// A link lies in the way, or the disk refuses. Where nothing was kept yet there are none.
pub fn runs(root: &Path, account: &AccountName, realm: Realm) -> Result<Vec<RunId>, EvidenceError> {
    let path = root.join(account.as_str()).join(realm.as_str());
    if !path.exists() {
        return Ok(vec![]);
    }
    let folder = Folder::open(root)?.enter(account.as_str())?.enter(realm.as_str())?;
    let folders = folder.children()?.into_iter().filter(|child| child.kind == ChildKind::Folder);
    Ok(folders.filter_map(|child| child.name.parse().ok()).collect())
}

/// The manifest of a run's folder, unverified; none while the run was never finished.
///
/// # Errors
/// It cannot be read, or it is no manifest.
pub fn finished(folder: &Path) -> Result<Option<Finished>, EvidenceError> {
    let folder = Folder::open(folder)?.into_start();
    let Some(bytes) = folder.read(MANIFEST, MAX_FILE)? else { return Ok(None) };
    let manifest = serde_json::from_slice(&bytes).map_err(|error| malformed(MANIFEST, &error))?;
    let seal = folder.read(SEAL, MAX_FILE)?.map(|seal| Digest::of(&seal));
    Ok(Some(Finished { manifest, sha256: Digest::of(&bytes), seal }))
}

/// The run's part of the chain as its folder has it, unverified.
///
/// # Errors
/// It cannot be read, or a line is no link.
pub fn events(folder: &Path) -> Result<Vec<Link>, EvidenceError> {
    let bytes = Folder::open(folder)?.into_start().read(EVENTS, MAX_EVENTS)?.unwrap_or_default();
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).map_err(|error| malformed(EVENTS, &error))).collect()
}

/// The records of a walk's steps as the folder has them, by path, unverified; one that is no record is left out.
///
/// # Errors
/// A link lies in the way, or the disk refuses.
pub fn records(folder: &Path) -> Result<BTreeMap<String, StepRecord>, EvidenceError> {
    let mut records = BTreeMap::new();
    let root = Folder::open(folder)?.into_start();
    if !root.children()?.iter().any(|child| child.name == STEPS && child.kind == ChildKind::Folder) {
        return Ok(records);
    }
    let steps = root.enter(STEPS)?;
    for step in steps.children()?.into_iter().filter(|child| child.kind == ChildKind::Folder) {
        let step = steps.enter(&step.name)?;
        for child in step.children()?.into_iter().filter(|child| child.kind == ChildKind::File) {
            let path = step.path_of(&child.name);
            if kind_of(&path).is_some_and(|(role, _)| role == "record")
                && let Some(bytes) = step.read(&child.name, MAX_FILE)?
                && let Ok(record) = serde_json::from_slice(&bytes)
            {
                records.insert(path, record);
            }
        }
    }
    Ok(records)
}

/// The pack that is kept in a run's folder, unverified; none where there is none, or where it is no pack's files.
///
/// # Errors
/// A link lies in the way, or the disk refuses.
pub fn kept_pack(folder: &Path) -> Result<Option<KeptPack>, EvidenceError> {
    let bytes = Folder::open(folder)?.into_start().read(PACK, MAX_FILE)?;
    Ok(bytes.and_then(|bytes| KeptPack::read(&bytes)))
}

/// Writes one page of the report into a run's folder, in place of the one before; answers where it lies.
///
/// The report is derived from the proof and no part of it, so the manifest does not change.
///
/// # Errors
/// The name is not that of a page, a link lies in the way, or the disk refuses.
pub fn write_report(folder: &Path, name: &str, page: &[u8]) -> Result<PathBuf, EvidenceError> {
    let is_page = name.ends_with(".html") && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    if !is_page || name.starts_with('.') {
        return Err(malformed(name, &"no page of a report has this name"));
    }
    Folder::open(folder)?.into_start().make_in(REPORT)?.replace(name, page)?;
    Ok(folder.join(REPORT).join(name))
}

/// A file of ours with something else in it.
pub(super) fn malformed(path: &str, why: &dyn std::fmt::Display) -> EvidenceError {
    EvidenceError::new(path, EvidenceErrorKind::Malformed(why.to_string()))
}
