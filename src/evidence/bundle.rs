//! The folder of one run while it is being written: pictures, readings and files, each kept once.
//!
//! `finish` closes it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::comparison::Comparison;
use super::envelope::SealKey;
use super::error::{EvidenceError, EvidenceErrorKind};
use super::folder::Folder;
use super::manifest::{ATTACHED, COMPARISON, ITEMS, PACK, RUN_SHOTS, STEPS};
use super::name::{attached_name, folder_name, step_name};
use super::observation::Observation;
use super::picture;
use super::run_folder::{MAX_FILE, folder_of, malformed};
use super::step::StepRecord;
use crate::event::id::{AccountName, Digest, Realm, RunId, Slug};
use crate::event::kept_file::KeptFile;
use crate::event::shot::{Shot, ShotRole};
use crate::flow::kept::KeptPack;
use crate::flow::pack::Pack;

/// While this mark lies in the run's folder, its files may not fit each other yet.
pub(super) const OPEN: &str = "open";
/// The largest file that may be attached, in bytes: more than any mail or letter has.
pub const MAX_ATTACHED: u64 = 32 * 1024 * 1024;

/// A run's folder of proof, held open. One process owns it at a time: the one that owns the account.
#[derive(Debug)]
pub struct Bundle {
    pub(super) root: Folder,
    path: PathBuf,
    pub(super) account: AccountName,
    pub(super) realm: Realm,
    pub(super) run: RunId,
    pub(super) is_marked: AtomicBool,
    pub(super) key: Option<SealKey>,
}

/// A step on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptStep {
    /// The picture; none where none was handed over.
    pub shot: Option<Shot>,
    /// The snapshot, where there is one, and the record.
    pub files: Vec<KeptFile>,
}

impl Bundle {
    /// Makes the run's folder below `root`, each level for its owner alone (0700), or opens it where it is.
    ///
    /// `root` is the data directory's `evidence`; the data directory itself must be there. What a crash left unfinished
    /// is taken away.
    ///
    /// # Errors
    /// A link or a foreign folder lies in the way, or the disk refuses.
    pub fn create(root: &Path, account: &AccountName, realm: Realm, run: &RunId) -> Result<Self, EvidenceError> {
        let folder = Folder::make(root)?.make_in(account.as_str())?.make_in(realm.as_str())?.make_in(run.as_str())?;
        Self::begun(folder, root, (account, realm, run))
    }

    /// Opens the folder of a run that was begun earlier, to go on with it.
    ///
    /// # Errors
    /// There is none, a link lies in the way, or the disk refuses.
    pub fn open(root: &Path, account: &AccountName, realm: Realm, run: &RunId) -> Result<Self, EvidenceError> {
        let folder = Folder::open(root)?.enter(account.as_str())?.enter(realm.as_str())?.enter(run.as_str())?;
        Self::begun(folder, root, (account, realm, run))
    }

    fn begun(
        folder: Folder,
        root: &Path,
        (account, realm, run): (&AccountName, Realm, &RunId),
    ) -> Result<Self, EvidenceError> {
        let path = folder_of(root, account, realm, run);
        let bundle = Self {
            root: folder.into_start(),
            path,
            account: account.clone(),
            realm,
            run: run.clone(),
            is_marked: AtomicBool::new(false),
            key: None,
        };
        for (folder, _) in bundle.folders()? {
            folder.sweep_all_but(OPEN)?;
        }
        Ok(bundle)
    }

    /// The same bundle, to be sealed with this key. Without a key it is finished unsealed, and its manifest says so.
    #[must_use]
    pub fn sealed_with(self, key: SealKey) -> Self {
        Self { key: Some(key), ..self }
    }

    /// Where the folder lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps a picture of a person, or of the run where `item` is none. On disk when it returns.
    ///
    /// A file is never overwritten: the second picture of one role is `before-2.png`, and the same bytes again are the
    /// same file. The bytes must be a PNG or JPEG that decodes to its last row; they are kept as they are.
    ///
    /// # Errors
    /// It is no picture, or the disk refuses; then nothing is kept.
    pub fn keep_shot(&self, item: Option<&Slug>, role: ShotRole, bytes: &[u8]) -> Result<Shot, EvidenceError> {
        self.mark_open()?;
        let folder = match item {
            Some(slug) => self.item(slug)?,
            None => self.root.make_in(RUN_SHOTS)?,
        };
        keep_picture(&folder, role, bytes)
    }

    /// Keeps what was read for a person; a second observation is `observation-2.json`. On disk when it returns.
    ///
    /// # Errors
    /// The disk refuses; then nothing is kept.
    ///
    /// # Panics
    /// Never: an observation has only strings, numbers and lists.
    pub fn write_observation(&self, item: &Slug, observation: &Observation) -> Result<KeptFile, EvidenceError> {
        self.mark_open()?;
        let mut bytes = serde_json::to_vec_pretty(observation).expect("it has only strings, numbers and lists");
        bytes.push(b'\n');
        let path = keep(&self.item(item)?, ("observation", "json"), &bytes)?;
        Ok(KeptFile { path, sha256: Digest::of(&bytes) })
    }

    /// Keeps one step of a walk: picture, snapshot and record, below `steps/`. On disk when it returns.
    ///
    /// Number, step and the paths in the record are filled in here, and the record's redactions get the picture's path. The
    /// same step kept again is `record-2.json`.
    ///
    /// # Errors
    /// The photo is no picture, something is too large, or the disk refuses. What was kept before that stays and is covered
    /// by the manifest; the record is written last.
    ///
    /// # Panics
    /// Never: a record has only strings, numbers and lists.
    pub fn keep_step(
        &self,
        number: u32,
        step: &str,
        photo: Option<&[u8]>,
        snapshot: Option<&str>,
        record: StepRecord,
    ) -> Result<KeptStep, EvidenceError> {
        self.mark_open()?;
        let folder = self.root.make_in(STEPS)?.make_in(&step_name(number, step))?;
        let shot = photo.map(|bytes| keep_picture(&folder, ShotRole::Step, bytes)).transpose()?;
        let mut files = Vec::new();
        if let Some(snapshot) = snapshot {
            files.push(keep_file(&folder, ("page", "html"), snapshot.as_bytes())?);
        }
        let mut record = StepRecord {
            number,
            step: step.to_owned(),
            shot: shot.as_ref().map(|shot| shot.path.clone()),
            snapshot: files.first().map(|file| file.path.clone()),
            ..record
        };
        match &record.shot {
            Some(path) => record.redactions.iter_mut().for_each(|redaction| redaction.path.clone_from(path)),
            None => record.redactions.clear(),
        }
        let mut bytes = serde_json::to_vec_pretty(&record).expect("it has only strings, numbers and lists");
        bytes.push(b'\n');
        files.push(keep_file(&folder, ("record", "json"), &bytes)?);
        Ok(KeptStep { shot, files })
    }

    /// Keeps the pack with which the account is acted on. On disk when it returns.
    ///
    /// # Errors
    /// Another pack was kept before, it is too large, or the disk refuses.
    pub fn keep_pack(&self, pack: &Pack) -> Result<(), EvidenceError> {
        self.mark_open()?;
        self.keep_once(PACK, &KeptPack::of(pack).to_bytes()).map(|_| ())
    }

    /// Keeps a picture beside a step that was walked again: the earlier one, or where the two differ. On disk when it
    /// returns.
    ///
    /// # Errors
    /// It is no picture, or the disk refuses; then nothing is kept.
    pub fn keep_beside(&self, number: u32, step: &str, role: ShotRole, bytes: &[u8]) -> Result<Shot, EvidenceError> {
        self.mark_open()?;
        keep_picture(&self.root.make_in(STEPS)?.make_in(&step_name(number, step))?, role, bytes)
    }

    /// Keeps what a replay found. On disk when it returns.
    ///
    /// # Errors
    /// Another comparison was kept before, or the disk refuses.
    ///
    /// # Panics
    /// Never: a comparison has only strings, numbers and lists.
    pub fn keep_comparison(&self, comparison: &Comparison) -> Result<KeptFile, EvidenceError> {
        self.mark_open()?;
        let mut bytes = serde_json::to_vec_pretty(comparison).expect("it has only strings, numbers and lists");
        bytes.push(b'\n');
        self.keep_once(COMPARISON, &bytes)
    }

    /// Keeps a file of which a run has one.
    fn keep_once(&self, name: &str, bytes: &[u8]) -> Result<KeptFile, EvidenceError> {
        if bytes.len() as u64 > MAX_FILE {
            return Err(EvidenceError::new(name, EvidenceErrorKind::TooLarge(MAX_FILE)));
        }
        if !self.root.write_new(name, bytes)? && self.root.read(name, MAX_FILE)?.as_deref() != Some(bytes) {
            return Err(malformed(name, &"another file lies there"));
        }
        Ok(KeptFile { path: name.to_owned(), sha256: Digest::of(bytes) })
    }

    /// Keeps a file of the user's, such as a confirmation mail, as it is. On disk when it returns.
    ///
    /// `name` is the file's own name; it is kept under a safe one, and the same content under the same name is the same
    /// file.
    ///
    /// # Errors
    /// It is empty or too large, or the disk refuses; then nothing is kept.
    pub fn attach(&self, name: &str, bytes: &[u8]) -> Result<KeptFile, EvidenceError> {
        let (folder, sha256) = (self.root.make_in(ATTACHED)?, Digest::of(bytes));
        let name = attached_name(name, sha256);
        let path = folder.path_of(&name);
        if bytes.is_empty() {
            return Err(malformed(&path, &"it is empty"));
        }
        if bytes.len() as u64 > MAX_ATTACHED {
            return Err(EvidenceError::new(path, EvidenceErrorKind::TooLarge(MAX_ATTACHED)));
        }
        self.mark_open()?;
        if !folder.write_new(&name, bytes)? && folder.read(&name, MAX_ATTACHED)?.as_deref() != Some(bytes) {
            return Err(malformed(&path, &"another file lies there"));
        }
        Ok(KeptFile { path, sha256 })
    }

    /// Marks the folder as unfinished: no manifest covers what is written from now on.
    pub(super) fn mark_open(&self) -> Result<(), EvidenceError> {
        if !self.is_marked.load(Ordering::Relaxed) {
            self.root.mark(OPEN)?;
            self.is_marked.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    fn item(&self, slug: &Slug) -> Result<Folder, EvidenceError> {
        self.root.make_in(ITEMS)?.make_in(&folder_name(slug.as_str()))
    }
}

/// Checks that the bytes are a picture, then keeps them.
fn keep_picture(folder: &Folder, role: ShotRole, bytes: &[u8]) -> Result<Shot, EvidenceError> {
    let at = || folder.path_of(role.as_str());
    if bytes.len() as u64 > MAX_FILE {
        return Err(EvidenceError::new(at(), EvidenceErrorKind::TooLarge(MAX_FILE)));
    }
    let picture =
        picture::decode(bytes).map_err(|why| EvidenceError::new(at(), EvidenceErrorKind::NotAPicture(why)))?;
    let path = keep(folder, (role.as_str(), picture.ending), bytes)?;
    Ok(Shot { role, sha256: Digest::of(bytes), path, bytes: bytes.len() as u64 })
}

fn keep_file(folder: &Folder, name: (&str, &str), bytes: &[u8]) -> Result<KeptFile, EvidenceError> {
    if bytes.len() as u64 > MAX_FILE {
        return Err(EvidenceError::new(folder.path_of(name.0), EvidenceErrorKind::TooLarge(MAX_FILE)));
    }
    Ok(KeptFile { path: keep(folder, name, bytes)?, sha256: Digest::of(bytes) })
}

/// Writes under the first free name of a role, or finds the same bytes under one; answers the path.
fn keep(folder: &Folder, (stem, ending): (&str, &str), bytes: &[u8]) -> Result<String, EvidenceError> {
    for number in 1_u64.. {
        let name = if number == 1 { format!("{stem}.{ending}") } else { format!("{stem}-{number}.{ending}") };
        if folder.read(&name, MAX_FILE)?.is_some_and(|kept| kept == bytes) || folder.write_new(&name, bytes)? {
            return Ok(folder.path_of(&name));
        }
    }
    unreachable!("there are more numbers than files")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;
    use crate::event::fact::Mode;
    use crate::event::link::Link;
    use crate::event::state::EffectState;
    use crate::evidence::picture::tests::png;
    use crate::evidence::run_folder::{events, finished, item_folder, runs, write_report};
    use crate::evidence::sample::Sample;
    use crate::evidence::verify::{Verdict, verify};

    fn bundle(root: &Path) -> Bundle {
        Bundle::create(root, &"default".parse().unwrap(), Realm::Practice, &"R7M".parse().unwrap()).unwrap()
    }

    fn jane() -> Slug {
        "jane".parse().unwrap()
    }

    #[test]
    fn a_picture_is_never_overwritten_and_never_doubled() {
        let temp = tempfile::tempdir().unwrap();
        let bundle = bundle(&temp.path().join("evidence"));
        let first = bundle.keep_shot(Some(&jane()), ShotRole::Before, &png(3, 3, 1)).unwrap();
        let second = bundle.keep_shot(Some(&jane()), ShotRole::Before, &png(3, 3, 2)).unwrap();
        let again = bundle.keep_shot(Some(&jane()), ShotRole::Before, &png(3, 3, 1)).unwrap();
        assert!(first.path.ends_with("/before.png") && second.path.ends_with("/before-2.png"), "{second:?}");
        assert_eq!(first, again);
        for (shot, shade) in [(&first, 1), (&second, 2)] {
            let bytes = std::fs::read(bundle.path().join(&shot.path)).unwrap();
            assert_eq!((&bytes, shot.sha256, shot.bytes), (&png(3, 3, shade), Digest::of(&bytes), bytes.len() as u64));
        }
        assert_eq!(bundle.keep_shot(None, ShotRole::Incident, &png(3, 3, 1)).unwrap().path, "run/incident.png");
    }

    #[test]
    fn a_pack_that_the_run_does_not_name_is_noticed() {
        let temp = tempfile::tempdir().unwrap();
        let sample = Sample::closing(&temp.path().join("evidence"), Mode::Rehearsal);
        let pack = crate::flow::pack::Pack::load(crate::pack::embedded::sources()).unwrap().pack;
        sample.bundle.keep_pack(&pack).unwrap();
        sample.bundle.keep_pack(&pack).unwrap();
        sample.finish();
        let verdict = verify(sample.bundle.path(), None);
        assert!(matches!(&verdict, Verdict::Tampered { path, .. } if path == "pack.json"), "{verdict:?}");
    }

    #[test]
    fn a_step_is_kept_with_the_paths_of_its_files_in_its_record() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
        let walked = sample.walked(3, "reason", Some("<p>Why?</p>"));
        let paths: Vec<&str> = walked.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(walked.shots[0].path, "steps/03-reason/step.png");
        assert_eq!(paths, ["steps/03-reason/page.html", "steps/03-reason/record.json"]);
        let bytes = std::fs::read(sample.bundle.path().join(paths[1])).unwrap();
        assert_eq!(Digest::of(&bytes), walked.files[1].sha256);
        let record: StepRecord = serde_json::from_slice(&bytes).unwrap();
        assert_eq!((record.number, record.step.as_str()), (3, "reason"));
        assert_eq!(record.shot.as_deref(), Some("steps/03-reason/step.png"));
        assert_eq!(record.snapshot.as_deref(), Some("steps/03-reason/page.html"));
        assert_eq!(record.redactions[0].path, "steps/03-reason/step.png");
        let finished = sample.finish();
        let redactions = &finished.manifest.file("steps/03-reason/step.png").unwrap().redactions;
        assert_eq!(redactions.len(), 1, "the manifest says what is covered");
        assert_eq!(verify(sample.bundle.path(), None), Verdict::ValidNoTime);
    }

    #[test]
    fn a_step_walked_again_overwrites_nothing_and_one_without_a_picture_covers_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let bundle = bundle(&temp.path().join("evidence"));
        let now = "2026-11-20T08:00:00Z".parse().unwrap();
        let record = |step| crate::evidence::sample::record(step, now);
        let first = bundle.keep_step(1, "../x", Some(&png(3, 3, 1)), None, record("x")).unwrap();
        let second = bundle.keep_step(1, "../x", None, None, record("x")).unwrap();
        assert_eq!((first.files.len(), first.files[0].path.as_str()), (1, "steps/01-x/record.json"));
        assert_eq!((second.shot, second.files[0].path.as_str()), (None, "steps/01-x/record-2.json"));
        let bytes = std::fs::read(bundle.path().join("steps/01-x/record-2.json")).unwrap();
        let record_2: StepRecord = serde_json::from_slice(&bytes).unwrap();
        assert_eq!((record_2.shot, record_2.redactions), (None, vec![]));
        let error = bundle.keep_step(2, "y", Some(b"<html>"), Some("<p>"), record("y")).unwrap_err();
        assert!(matches!(error.kind, EvidenceErrorKind::NotAPicture(_)), "{error}");
        assert_eq!(std::fs::read_dir(bundle.path().join("steps/02-y")).unwrap().count(), 0, "nothing of it is kept");
    }

    #[test]
    fn a_file_of_the_users_is_kept_as_it_is_under_a_safe_name() {
        let temp = tempfile::tempdir().unwrap();
        let bundle = bundle(&temp.path().join("evidence"));
        let kept = bundle.attach("../../Mail.eml", b"Subject: closed").unwrap();
        assert!(kept.path.starts_with("attached/mail-") && kept.path.ends_with(".eml"), "{}", kept.path);
        assert_eq!(std::fs::read(bundle.path().join(&kept.path)).unwrap(), b"Subject: closed");
        assert_eq!(bundle.attach("../../Mail.eml", b"Subject: closed"), Ok(kept));
        assert!(bundle.attach("empty", b"").is_err());
        let large = vec![0; usize::try_from(MAX_ATTACHED).unwrap() + 1];
        assert_eq!(bundle.attach("large", &large).unwrap_err().kind, EvidenceErrorKind::TooLarge(MAX_ATTACHED));
    }

    #[test]
    fn what_is_no_picture_is_not_kept() {
        let temp = tempfile::tempdir().unwrap();
        let bundle = bundle(&temp.path().join("evidence"));
        let error = bundle.keep_shot(Some(&jane()), ShotRole::After, b"<html>").unwrap_err();
        assert!(matches!(error.kind, EvidenceErrorKind::NotAPicture(_)), "{error}");
        assert_eq!(std::fs::read_dir(bundle.path().join(item_folder(&jane()))).unwrap().count(), 0);
    }

    /// Runs itself again under a limit on the size of files, which fails like a full disk does.
    #[test]
    fn a_full_disk_leaves_no_half_picture() {
        use rustix::process::{Resource, getrlimit};
        const LIMIT: u64 = 8 * 1024;
        if getrlimit(Resource::Fsize).current != Some(LIMIT) {
            let name = "evidence::bundle::tests::a_full_disk_leaves_no_half_picture";
            let again = std::process::Command::new("bash")
                .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" --exact \"$1\""])
                .args([std::env::current_exe().unwrap().as_os_str(), name.as_ref()])
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&again.stdout).into_owned();
            assert!(again.status.success() && said.contains("1 passed"), "{said}");
            return;
        }
        let temp = tempfile::tempdir().unwrap();
        let bundle = bundle(&temp.path().join("evidence"));
        let noise = image::RgbImage::from_fn(80, 80, |x, y| {
            let hash = Digest::of(&[x as u8, y as u8]).0;
            image::Rgb([hash[0], hash[1], hash[2]])
        });
        let mut bytes = std::io::Cursor::new(Vec::new());
        noise.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        let error = bundle.keep_shot(Some(&jane()), ShotRole::After, &bytes.into_inner()).unwrap_err();
        assert!(error.is_disk_full(), "{error}");
        assert_eq!(std::fs::read_dir(bundle.path().join(item_folder(&jane()))).unwrap().count(), 0);
        bundle.keep_shot(Some(&jane()), ShotRole::After, &png(3, 3, 1)).unwrap();
    }

    #[test]
    fn nobody_else_can_read_it() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().join("evidence");
        std::fs::create_dir(&root).unwrap();
        std::fs::set_permissions(&root, std::fs::Permissions::from_mode(0o755)).unwrap();
        let shot = bundle(&root).keep_shot(Some(&jane()), ShotRole::Before, &png(3, 3, 1)).unwrap();
        let folder = folder_of(&root, &"default".parse().unwrap(), Realm::Practice, &"R7M".parse().unwrap());
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.join(&shot.path)), 0o600);
        let mut path = folder.join(&shot.path);
        while path.pop() && path != temp.path() {
            assert_eq!(mode(&path), 0o700, "{}", path.display());
        }
    }

    #[test]
    fn a_planted_link_is_refused_and_what_it_points_at_stays_as_it_is() {
        let temp = tempfile::tempdir().unwrap();
        let outside = temp.path().join("outside");
        std::fs::create_dir(&outside).unwrap();
        let root = temp.path().join("evidence");
        let bundle = bundle(&root);
        symlink(&outside, bundle.path().join(ITEMS)).unwrap();
        let error = bundle.keep_shot(Some(&jane()), ShotRole::Before, &png(3, 3, 1)).unwrap_err();
        assert_eq!(error.kind, EvidenceErrorKind::PlantedLink, "{error}");

        std::fs::remove_file(bundle.path().join(ITEMS)).unwrap();
        let item = bundle.path().join(item_folder(&jane()));
        std::fs::create_dir_all(&item).unwrap();
        symlink(outside.join("x"), item.join("before.png")).unwrap();
        let error = bundle.keep_shot(Some(&jane()), ShotRole::Before, &png(3, 3, 1)).unwrap_err();
        assert_eq!(error.kind, EvidenceErrorKind::NotAFile, "{error}");

        std::fs::rename(bundle.path(), temp.path().join("moved")).unwrap();
        symlink(&outside, bundle.path()).unwrap();
        let reopened = Bundle::create(&root, &"default".parse().unwrap(), Realm::Practice, &"R7M".parse().unwrap());
        assert_eq!(reopened.unwrap_err().kind, EvidenceErrorKind::PlantedLink);
        assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0);
    }

    #[test]
    fn what_was_written_is_read_back_and_the_report_is_no_part_of_it() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().join("evidence");
        let (account, realm) = ("default".parse().unwrap(), Realm::Practice);
        assert_eq!(runs(&root, &account, realm), Ok(vec![]));
        let mut sample = Sample::begun(&root, Mode::Live);
        let folder = sample.bundle.path().to_owned();
        assert_eq!(finished(&folder), Ok(None));
        sample.removal("ann", EffectState::Done);
        let written = sample.finish();
        let page = write_report(&folder, "index.html", b"<!doctype html>").unwrap();
        assert_eq!(page, folder.join("report/index.html"));
        assert_eq!(runs(&root, &account, realm), Ok(vec![sample.run.clone()]));
        assert_eq!(finished(&folder), Ok(Some(written)));
        assert_eq!(events(&folder), Ok(sample.links.clone()));
        assert_eq!(verify(&folder, None), Verdict::ValidNoTime);
        for name in ["../index.html", "a/b.html", ".html", "x.js", ""] {
            assert!(write_report(&folder, name, b"").is_err(), "{name}");
        }
    }

    #[test]
    fn what_a_crash_left_unfinished_is_swept() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().join("evidence");
        let folder = bundle(&root).path().to_owned();
        let item = folder.join(item_folder(&jane()));
        std::fs::create_dir_all(&item).unwrap();
        std::fs::write(item.join(".new-before.png"), b"half").unwrap();
        let bundle =
            Bundle::open(&root, &"default".parse().unwrap(), Realm::Practice, &"R7M".parse().unwrap()).unwrap();
        assert_eq!(std::fs::read_dir(&item).unwrap().count(), 0);
        std::fs::write(item.join(".new-before.png"), b"half").unwrap();
        bundle.keep_shot(Some(&jane()), ShotRole::Before, &png(3, 3, 1)).unwrap();
        assert_eq!(std::fs::read_dir(&item).unwrap().count(), 1);
    }

    #[test]
    fn a_resumed_run_adds_and_keeps_the_manifest_before() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
        sample.removal("ann", EffectState::Done);
        let first = sample.finish();
        assert_eq!(sample.finish(), first, "nothing new, nothing changed");
        sample.written(&first);
        sample.removal("bob", EffectState::Done);
        let second = sample.finish();
        let kept = second.manifest.file("manifest-1.json").unwrap();
        assert_eq!(kept.sha256, first.sha256);
        assert_eq!(second.manifest.file("seal-1.json").unwrap().sha256, first.seal.unwrap());
        assert_eq!(verify(sample.bundle.path(), None), Verdict::ValidNoTime);
    }

    #[test]
    fn history_cannot_be_rewritten_or_shortened() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
        sample.removal("ann", EffectState::Done);
        sample.finish();
        let shorter = sample.bundle.finish(&sample.links[..3], &serde_json::json!({}), None);
        assert!(matches!(shorter.unwrap_err().kind, EvidenceErrorKind::ChainRewritten { seq: 14 }));
        let mut other = Sample::begun(&temp.path().join("other"), Mode::Rehearsal);
        other.removal("ann", EffectState::Done);
        let rewritten = sample.bundle.finish(&other.links, &serde_json::json!({}), None);
        assert!(matches!(rewritten.unwrap_err().kind, EvidenceErrorKind::ChainRewritten { seq: 11 }));
        let gap: Vec<Link> = sample.links.iter().filter(|link| link.seq != 13).cloned().collect();
        let broken = sample.bundle.finish(&gap, &serde_json::json!({}), None);
        assert!(matches!(broken.unwrap_err().kind, EvidenceErrorKind::BrokenChain { seq: 14, .. }));
        assert_eq!(verify(sample.bundle.path(), None), Verdict::ValidNoTime);
    }
}
