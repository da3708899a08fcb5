//! Finds and hashes what lies in a folder of proof.

use super::{Check, Found};
use crate::event::id::Digest;
use crate::evidence::error::EvidenceError;
use crate::evidence::folder::{ChildKind, Folder, UNFINISHED};
use crate::evidence::manifest::{
    EVENTS, MANIFEST, PACK, REPORT, SEAL, SEAL_KEY, SUMS, TOKEN, is_earlier_manifest, is_earlier_seal,
};
use crate::evidence::run_folder::{MAX_EVENTS, MAX_FILE};

/// A run of 100,000 people has fewer files.
const MAX_FILES: usize = 1_000_000;
/// Run, items, person: nothing of ours lies deeper.
const MAX_DEPTH: usize = 4;

impl Check {
    /// Finds, hashes and counts everything, without following or waiting for anything.
    pub(super) fn walk(&mut self, folder: &Folder, depth: usize) -> Result<(), EvidenceError> {
        for child in folder.children()? {
            let path = folder.path_of(&child.name);
            if path == REPORT && child.kind == ChildKind::Folder {
                continue;
            }
            match child.kind {
                ChildKind::Link => self.tampered(&path, "it is a symbolic link, and the proof has none"),
                ChildKind::Other => self.tampered(&path, "it is no file of the proof"),
                ChildKind::Folder if depth == MAX_DEPTH => self.tampered(&path, "no folder of the proof lies so deep"),
                ChildKind::Folder => {
                    let walked = folder.enter(&child.name).and_then(|folder| self.walk(&folder, depth + 1));
                    // What lies beside a folder that cannot be read is still looked at.
                    walked.unwrap_or_else(|error| self.failed(error));
                }
                ChildKind::File if child.name.starts_with(UNFINISHED) => {
                    self.interrupted = true;
                    self.missing(&path, "the run goes on, or it was interrupted; start its command again to finish it");
                }
                ChildKind::File if self.files.len() == MAX_FILES => {
                    self.tampered(&path, "there are more files than any run has");
                    return Ok(());
                }
                ChildKind::File => self.file(folder, &child.name)?,
            }
        }
        Ok(())
    }

    fn file(&mut self, folder: &Folder, name: &str) -> Result<(), EvidenceError> {
        let path = folder.path_of(name);
        let limit = if path == EVENTS { MAX_EVENTS } else { MAX_FILE };
        match folder.read(name, limit) {
            Ok(Some(bytes)) => {
                let (length, sha256) = (bytes.len() as u64, Digest::of(&bytes));
                let content = is_read(&path).then_some(bytes);
                self.files.insert(path, Found { bytes: length, sha256, content });
            }
            Ok(None) => {}
            Err(error) => self.failed(error),
        }
        Ok(())
    }
}

/// Whether a file's content is looked at, not only its hash.
pub(super) fn is_read(path: &str) -> bool {
    [MANIFEST, EVENTS, PACK, SUMS, SEAL, SEAL_KEY, TOKEN].contains(&path)
        || is_earlier_manifest(path)
        || is_earlier_seal(path)
}
