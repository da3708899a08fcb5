//! Deletes a run's pictures, snapshots and readings, and keeps their hashes, so that the rest can still be checked.

use super::bundle::Bundle;
use super::error::EvidenceError;
use super::folder::ChildKind;
use super::manifest::{REPORT, is_view};

impl Bundle {
    /// How many files [`Bundle::purge`] would delete.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn views(&self) -> Result<u64, EvidenceError> {
        let folders = self.folders()?;
        let paths = folders.iter().flat_map(|(folder, names)| names.iter().map(|name| folder.path_of(name)));
        Ok(paths.filter(|path| is_view(path)).count() as u64)
    }

    /// Deletes every picture, snapshot and reading, and the report that was derived from them. It cannot be undone.
    ///
    /// [`crate::event::fact::Fact::Purged`] is on disk before this is called, and [`Bundle::finish_again`] is called after it
    /// with a chain that has that fact: until then the proof counts as incomplete. Called again it deletes what was left.
    ///
    /// # Errors
    /// The disk refuses; then some are deleted and some are not.
    pub fn purge(&self) -> Result<(), EvidenceError> {
        self.mark_open()?;
        for (folder, names) in self.folders()? {
            for name in names.iter().filter(|name| is_view(&folder.path_of(name))) {
                folder.remove(name)?;
            }
        }
        let has_report = |name: &str, kind| name == REPORT && kind == ChildKind::Folder;
        if self.root.children()?.iter().any(|child| has_report(&child.name, child.kind)) {
            let report = self.root.enter(REPORT)?;
            for child in report.children()?.iter().filter(|child| child.kind == ChildKind::File) {
                report.remove(&child.name)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::event::fact::{Fact, Mode};
    use crate::event::state::EffectState;
    use crate::evidence::manifest::{GUIDE, MANIFEST};
    use crate::evidence::run_folder::{item_folder, write_report};
    use crate::evidence::sample::Sample;
    use crate::evidence::verify::tests::{follow_the_guide, second_opinion};
    use crate::evidence::verify::{Known, Verdict, examine, verify};

    #[test]
    fn a_purged_proof_still_verifies_and_shows_nobody() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
        sample.removal("ann", EffectState::Done);
        sample.walked(1, "warning", Some("<p>You will lose your connections</p>"));
        let first = sample.finish();
        sample.written(&first);
        sample.attached("Mail.eml", b"Subject: closed");
        let second = sample.bundle.finish_again(&sample.links, first.seal).unwrap();
        sample.written(&second);
        let folder = sample.bundle.path().to_owned();
        write_report(&folder, "index.html", b"ann").unwrap();
        sample.skip(9);
        let files = sample.bundle.views().unwrap();
        assert_eq!(files, 4 + 3, "three pictures and an observation; picture, snapshot and record of the step");
        sample.push(Fact::Purged { run: sample.run.clone(), files, why: "asked for".into() });
        sample.bundle.purge().unwrap();
        assert!(matches!(verify(&folder, None), Verdict::Incomplete { .. }), "until it is sealed again");
        let purged = sample.bundle.finish_again(&sample.links, second.seal).unwrap();
        let known = Known { manifest_sha256: purged.sha256, seal: purged.seal, head: None };
        let examined = examine(&folder, Some(&known));
        assert_eq!((examined.verdict, examined.purged), (Verdict::ValidNoTime, Some(sample.now)));
        assert_eq!(purged.manifest.purged.as_ref().unwrap().files.len() as u64, files);
        assert_eq!(sample.bundle.views(), Ok(0));
        assert!(!folder.join("report/index.html").exists());
        assert_eq!(std::fs::read_dir(folder.join("attached")).unwrap().count(), 1, "what the user added stays");
        assert_eq!(sample.bundle.finish_again(&sample.links, purged.seal).unwrap(), purged, "nothing new");

        let (code, said) = second_opinion(&folder);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(follow_the_guide(&folder, |_| true), None);

        // What comes back must be what it was, and what else is missing is missing.
        let picture = folder.join(item_folder(&"ann".parse().unwrap())).join("before.png");
        std::fs::write(&picture, b"another").unwrap();
        assert!(matches!(verify(&folder, Some(&known)), Verdict::Tampered { .. }));
        std::fs::remove_file(&picture).unwrap();
        std::fs::remove_file(folder.join(GUIDE)).unwrap();
        assert!(matches!(verify(&folder, Some(&known)), Verdict::Incomplete { path, .. } if path == GUIDE));
    }

    #[test]
    fn without_its_fact_nothing_was_deleted_on_purpose() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
        sample.removal("ann", EffectState::Done);
        let first = sample.finish();
        sample.written(&first);
        sample.attached("x", b"x");
        sample.bundle.purge().unwrap();
        let second = sample.bundle.finish_again(&sample.links, first.seal).unwrap();
        assert_eq!(second.manifest.purged, None);
        let folder = sample.bundle.path();
        assert!(matches!(verify(folder, None), Verdict::Incomplete { path, .. } if path.starts_with("items/ann-")));
        assert_eq!(second_opinion(folder).0, Some(4));
        assert!(folder.join(MANIFEST).is_file());
    }
}
