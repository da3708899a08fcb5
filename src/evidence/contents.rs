//! What a run's folder holds: every file of the proof with its size, its hash and what was covered in it.

use super::bundle::Bundle;
use super::comparison::Comparison;
use super::error::{EvidenceError, EvidenceErrorKind};
use super::folder::{ChildKind, Folder};
use super::manifest::{ATTACHED, FileRecord, ITEMS, RUN_SHOTS, STEPS, kind_of};
use super::observation::{Observation, Redaction};
use super::picture;
use super::run_folder::{MAX_EVENTS, MAX_FILE, malformed};
use super::step::StepRecord;
use crate::event::id::Digest;

impl Bundle {
    /// The folders that hold files of the proof, each with its files' names.
    pub(super) fn folders(&self) -> Result<Vec<(Folder, Vec<String>)>, EvidenceError> {
        let root = self.root.enter(".")?.into_start();
        let mut folders = Vec::new();
        for name in [RUN_SHOTS, ATTACHED] {
            if let Some(folder) = enter_if_there(&root, name)? {
                folders.push(with_files(folder)?);
            }
        }
        for name in [ITEMS, STEPS] {
            let Some(outer) = enter_if_there(&root, name)? else { continue };
            for child in outer.children()?.into_iter().filter(|child| child.kind == ChildKind::Folder) {
                folders.push(with_files(outer.enter(&child.name)?)?);
            }
        }
        folders.push(with_files(root)?);
        Ok(folders)
    }

    /// Every file of the proof, sorted by path. What does not belong here is left out, and `verify` will name it.
    pub(super) fn files(&self) -> Result<Vec<FileRecord>, EvidenceError> {
        let folders = self.folders()?;
        let redactions = redactions(&folders)?;
        let mut files = Vec::new();
        for (folder, names) in &folders {
            for name in names {
                let path = folder.path_of(name);
                if kind_of(&path).is_some() {
                    let bytes = folder.read(name, MAX_EVENTS)?.unwrap_or_default();
                    files.push(record(path, &bytes, &redactions)?);
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }
}

fn enter_if_there(folder: &Folder, name: &str) -> Result<Option<Folder>, EvidenceError> {
    match folder.children()?.iter().any(|child| child.name == name && child.kind == ChildKind::Folder) {
        true => folder.enter(name).map(Some),
        false => Ok(None),
    }
}

fn with_files(folder: Folder) -> Result<(Folder, Vec<String>), EvidenceError> {
    let children = folder.children()?.into_iter().filter(|child| child.kind == ChildKind::File);
    let names = children.map(|child| child.name).collect();
    Ok((folder, names))
}

/// The record of a file by its path and its bytes.
pub(super) fn record(path: String, bytes: &[u8], redactions: &[Redaction]) -> Result<FileRecord, EvidenceError> {
    let (role, media_type) = kind_of(&path).ok_or_else(|| malformed(&path, &"no file of a run has this name"))?;
    let size = match media_type.starts_with("image/") {
        true => {
            let picture =
                picture::header(bytes).map_err(|why| EvidenceError::new(&path, EvidenceErrorKind::NotAPicture(why)))?;
            Some((picture.width, picture.height))
        }
        false => None,
    };
    Ok(FileRecord {
        bytes: bytes.len() as u64,
        sha256: Digest::of(bytes),
        media_type: media_type.to_owned(),
        role,
        size,
        redactions: redactions.iter().filter(|redaction| redaction.path == path).cloned().collect(),
        path,
    })
}

/// What observations and records say was covered in which picture.
fn redactions(folders: &[(Folder, Vec<String>)]) -> Result<Vec<Redaction>, EvidenceError> {
    let mut all = Vec::new();
    for (folder, names) in folders {
        for name in names {
            let path = folder.path_of(name);
            let role = kind_of(&path).map(|(role, _)| role);
            let bytes = || folder.read(name, MAX_FILE).map(Option::unwrap_or_default);
            let refuse = |error| malformed(&path, &error);
            match role.as_deref() {
                Some("observation") => {
                    all.extend(serde_json::from_slice::<Observation>(&bytes()?).map_err(refuse)?.redactions);
                }
                Some("record") => {
                    all.extend(serde_json::from_slice::<StepRecord>(&bytes()?).map_err(refuse)?.redactions);
                }
                Some("comparison") => {
                    all.extend(serde_json::from_slice::<Comparison>(&bytes()?).map_err(refuse)?.redactions);
                }
                _ => {}
            }
        }
    }
    Ok(all)
}
