//! Reads a kept step back: its record, its picture, and the words of its page, each compared with the hash in the chain.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::EvidenceError;
use super::folder::Folder;
use super::run_folder::{MAX_FILE, malformed};
use super::step::StepRecord;
use super::words;
use crate::event::fact::Walked;
use crate::event::id::Digest;
use crate::event::shot::Shot;

/// A step as it was kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Seen {
    /// What was read.
    pub record: StepRecord,
    /// The words that the page showed, each with how often; none where no snapshot was kept.
    pub words: Option<BTreeMap<String, u32>>,
    /// The picture and its bytes; none where none was kept.
    pub picture: Option<(Shot, Vec<u8>)>,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let picture = self.picture.as_ref().map(|(shot, _)| &shot.path);
        write!(f, "Seen({} {}, {picture:?})", self.record.number, self.record.step)
    }
}

impl Seen {
    /// Reads the files of one step from a run's folder; none where its record is not there, which only a purge explains.
    ///
    /// # Errors
    /// A file is not the one that the chain names, a link lies in the way, or the disk refuses.
    pub fn read(folder: &Path, walked: &Walked) -> Result<Option<Self>, EvidenceError> {
        let root = Folder::open(folder)?.into_start();
        let of = |ending: &str| walked.files.iter().find(|file| file.path.ends_with(ending));
        let Some(file) = of(".json") else { return Ok(None) };
        let Some(bytes) = named(&root, &file.path, file.sha256)? else { return Ok(None) };
        let record = serde_json::from_slice(&bytes).map_err(|error| malformed(&file.path, &error))?;
        let words = match of(".html") {
            Some(page) => named(&root, &page.path, page.sha256)?,
            None => None,
        };
        let picture = match walked.shots.first() {
            Some(shot) => named(&root, &shot.path, shot.sha256)?.map(|bytes| (shot.clone(), bytes)),
            None => None,
        };
        let words = words.map(|page| words::displayed(&String::from_utf8_lossy(&page)));
        Ok(Some(Self { record, words, picture }))
    }

    /// What is covered in the picture: left, top, width and height.
    #[must_use]
    pub fn covered(&self) -> Vec<(u32, u32, u32, u32)> {
        self.record.redactions.iter().map(|redaction| redaction.rect).collect()
    }
}

/// A file that the chain names with its hash.
fn named(root: &Folder, path: &str, sha256: Digest) -> Result<Option<Vec<u8>>, EvidenceError> {
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    if name.is_empty() || parts.iter().any(|part| part.is_empty() || part.starts_with('.')) {
        return Err(malformed(path, &"no file of a step has this name"));
    }
    let mut folder = root.enter(".")?.into_start();
    for part in parts {
        folder = folder.enter(part)?;
    }
    match folder.read(name, MAX_FILE)? {
        Some(bytes) if Digest::of(&bytes) != sha256 => Err(malformed(path, &"it is not the file that the chain names")),
        found => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::fact::Mode;
    use crate::evidence::sample::Sample;

    #[test]
    fn a_step_is_read_back_whole_or_not_at_all() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::closing(&temp.path().join("evidence"), Mode::Rehearsal);
        let walked = sample.walked(3, "reason", Some("<p>Why? Tell us</p>"));
        let folder = sample.bundle.path();
        let seen = Seen::read(folder, &walked).unwrap().unwrap();
        assert_eq!((seen.record.number, seen.record.step.as_str()), (3, "reason"));
        assert_eq!(seen.words.as_ref().unwrap().keys().collect::<Vec<_>>(), ["tell", "us", "why?"]);
        assert_eq!(
            (seen.picture.as_ref().unwrap().0.sha256, seen.covered()),
            (walked.shots[0].sha256, vec![(1, 2, 30, 4)])
        );

        let picture = folder.join(&walked.shots[0].path);
        let bytes = std::fs::read(&picture).unwrap();
        std::fs::write(&picture, b"another").unwrap();
        assert!(Seen::read(folder, &walked).is_err(), "another picture passed");
        std::fs::remove_file(&picture).unwrap();
        assert_eq!(Seen::read(folder, &walked).unwrap().unwrap().picture, None);
        std::fs::write(&picture, bytes).unwrap();
        std::fs::remove_file(folder.join("steps/03-reason/record.json")).unwrap();
        assert_eq!(Seen::read(folder, &walked), Ok(None));
    }

    #[test]
    fn a_path_that_leads_out_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::closing(&temp.path().join("evidence"), Mode::Rehearsal);
        let mut walked = sample.walked(1, "reason", None);
        walked.shots[0].path = "../../../../etc/passwd".into();
        assert!(Seen::read(sample.bundle.path(), &walked).is_err());
    }
}
