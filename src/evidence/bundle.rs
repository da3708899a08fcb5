//! The folder of one run while it is being written.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::{EvidenceError, EvidenceErrorKind};
use super::folder::{ChildKind, Folder, UNFINISHED};
use super::manifest::{
    ChainPlace, EVENTS, FileRecord, GUIDE, ITEMS, LIMITS, MANIFEST, Manifest, REPORT, RUN, RUN_SHOTS, SUMS, VERSION,
    is_earlier_manifest, kind_of,
};
use super::name::folder_name;
use super::observation::{Observation, Redaction};
use super::run_folder::{Finished, MAX_EVENTS, MAX_FILE, folder_of, malformed};
use super::{guide, picture};
use crate::event::fact::{Link, check_chain};
use crate::event::id::{AccountName, Digest, Realm, RunId, Slug};
use crate::event::shot::{Shot, ShotRole};

/// While this mark lies in the run's folder, its files may not fit each other yet.
const OPEN: &str = "open";

/// A run's folder of proof, held open. One process owns it at a time: the one that owns the account.
#[derive(Debug)]
pub struct Bundle {
    root: Folder,
    path: PathBuf,
    account: AccountName,
    realm: Realm,
    run: RunId,
    is_marked: AtomicBool,
}

/// An observation on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Relative to the run's folder, with `/`.
    pub path: String,
    /// The hash of its exact bytes.
    pub sha256: Digest,
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
        };
        for (folder, _) in bundle.folders()? {
            folder.sweep_all_but(OPEN)?;
        }
        Ok(bundle)
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
        if bytes.len() as u64 > MAX_FILE {
            return Err(EvidenceError::new(folder.path_of(role.as_str()), EvidenceErrorKind::TooLarge(MAX_FILE)));
        }
        let picture = picture::decode(bytes)
            .map_err(|why| EvidenceError::new(folder.path_of(role.as_str()), EvidenceErrorKind::NotAPicture(why)))?;
        let path = keep(&folder, (role.as_str(), picture.ending), bytes)?;
        Ok(Shot { role, sha256: Digest::of(bytes), path, bytes: bytes.len() as u64 })
    }

    /// Keeps what was read for a person; a second observation is `observation-2.json`. On disk when it returns.
    ///
    /// # Errors
    /// The disk refuses; then nothing is kept.
    ///
    /// # Panics
    /// Never: an observation has only strings, numbers and lists.
    pub fn write_observation(&self, item: &Slug, observation: &Observation) -> Result<Kept, EvidenceError> {
        self.mark_open()?;
        let mut bytes = serde_json::to_vec_pretty(observation).expect("it has only strings, numbers and lists");
        bytes.push(b'\n');
        let path = keep(&self.item(item)?, ("observation", "json"), &bytes)?;
        Ok(Kept { path, sha256: Digest::of(&bytes) })
    }

    /// Writes the chain's part, the guide and the manifest. On disk when it returns.
    ///
    /// `links` is the run's contiguous part of the chain. After a resume it is called again with a longer part: the
    /// manifest before stays as `manifest-1.json` and the new one covers it too. From the first file kept until this
    /// returns a mark lies in the folder, so that [`super::verify::verify`] calls a run that is still going on, or that
    /// crashed, incomplete instead of tampered with.
    ///
    /// # Errors
    /// The chain is broken or differs from what an earlier call kept, or the disk refuses.
    pub fn finish(&self, links: &[Link], run: &serde_json::Value) -> Result<Finished, EvidenceError> {
        let events = self.checked_events(links)?;
        let last = links.last().expect("an empty chain was refused");
        let entry = last.entry().map_err(|error| malformed(EVENTS, &error))?;
        let mut run = serde_json::to_vec_pretty(run).map_err(|error| malformed(RUN, &error))?;
        run.push(b'\n');

        self.mark_open()?;
        self.root.replace(RUN, &run)?;
        self.root.replace(EVENTS, &events)?;
        self.root.replace(GUIDE, guide::text(&self.run).as_bytes())?;
        let mut manifest = Manifest {
            v: VERSION,
            run: self.run.clone(),
            account: self.account.clone(),
            realm: self.realm,
            program: format!("exeunt {}", env!("CARGO_PKG_VERSION")),
            until: entry.at.utc,
            chain_before: ChainPlace { seq: links[0].seq.saturating_sub(1), hash: links[0].prev },
            chain_head: ChainPlace { seq: last.seq, hash: last.hash },
            seal: "none".to_owned(),
            time_token: "none".to_owned(),
            limits: LIMITS.map(str::to_owned).to_vec(),
            not_covered: vec![format!("{REPORT}/"), SUMS.to_owned()],
            files: self.files()?,
        };
        self.keep_earlier(&mut manifest)?;
        let bytes = manifest.to_bytes();
        let sha256 = Digest::of(&bytes);
        self.root.replace(SUMS, manifest.sums(sha256).as_bytes())?;
        self.root.replace(MANIFEST, &bytes)?;
        self.root.remove(&format!("{UNFINISHED}{OPEN}"))?;
        self.is_marked.store(false, Ordering::Relaxed);
        Ok(Finished { manifest, sha256 })
    }

    /// The bytes of `events.jsonl`: sound in themselves, and beginning with what is there already.
    fn checked_events(&self, links: &[Link]) -> Result<Vec<u8>, EvidenceError> {
        let refuse = |kind| EvidenceError::new(EVENTS, kind);
        if links.is_empty() {
            return Err(refuse(EvidenceErrorKind::BrokenChain { seq: 0, why: "it is empty" }));
        }
        check_chain(links)
            .map_err(|broken| refuse(EvidenceErrorKind::BrokenChain { seq: broken.seq, why: broken.why }))?;
        let kept = self.root.read(EVENTS, MAX_EVENTS)?.unwrap_or_default();
        let mut kept = kept.split_inclusive(|byte| *byte == b'\n');
        let mut bytes = Vec::new();
        for link in links {
            let start = bytes.len();
            serde_json::to_writer(&mut bytes, link).map_err(|error| malformed(EVENTS, &error))?;
            bytes.push(b'\n');
            if kept.next().is_some_and(|line| line != &bytes[start..]) {
                return Err(refuse(EvidenceErrorKind::ChainRewritten { seq: link.seq }));
            }
        }
        match kept.next() {
            Some(_) => Err(refuse(EvidenceErrorKind::ChainRewritten { seq: links[links.len() - 1].seq + 1 })),
            None => Ok(bytes),
        }
    }

    /// Keeps the manifest that is about to be replaced, unless the new one says the same.
    fn keep_earlier(&self, manifest: &mut Manifest) -> Result<(), EvidenceError> {
        let Some(earlier) = self.root.read(MANIFEST, MAX_FILE)? else { return Ok(()) };
        let kept_already = manifest.files.iter().any(|file| file.sha256 == Digest::of(&earlier));
        if kept_already || manifest.to_bytes() == earlier {
            return Ok(());
        }
        let path = keep_numbered(&self.root, &earlier)?;
        manifest.files.push(record(path, &earlier, &[])?);
        manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(())
    }

    /// Every file of the proof, sorted by path. What does not belong here is left out, and `verify` will name it.
    fn files(&self) -> Result<Vec<FileRecord>, EvidenceError> {
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

    /// The folders that hold files of the proof, each with its files' names.
    fn folders(&self) -> Result<Vec<(Folder, Vec<String>)>, EvidenceError> {
        let root = self.root.enter(".")?.into_start();
        let mut folders = Vec::new();
        if let Some(run) = enter_if_there(&root, RUN_SHOTS)? {
            folders.push(with_files(run)?);
        }
        if let Some(items) = enter_if_there(&root, ITEMS)? {
            for child in items.children()?.into_iter().filter(|child| child.kind == ChildKind::Folder) {
                folders.push(with_files(items.enter(&child.name)?)?);
            }
        }
        folders.push(with_files(root)?);
        Ok(folders)
    }

    /// Says on disk that the manifest, if there is one, does not cover what comes now.
    fn mark_open(&self) -> Result<(), EvidenceError> {
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

fn keep_numbered(folder: &Folder, bytes: &[u8]) -> Result<String, EvidenceError> {
    let taken = folder.children()?.iter().filter(|child| is_earlier_manifest(&child.name)).count();
    for number in taken as u64 + 1.. {
        let name = format!("manifest-{number}.json");
        if folder.write_new(&name, bytes)? {
            return Ok(folder.path_of(&name));
        }
    }
    unreachable!("there are more numbers than files")
}

fn record(path: String, bytes: &[u8], redactions: &[Redaction]) -> Result<FileRecord, EvidenceError> {
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

/// What the observations say was covered in which picture.
fn redactions(folders: &[(Folder, Vec<String>)]) -> Result<Vec<Redaction>, EvidenceError> {
    let mut all = Vec::new();
    for (folder, names) in folders {
        for name in names {
            let path = folder.path_of(name);
            if kind_of(&path).is_some_and(|(role, _)| role == "observation") {
                let bytes = folder.read(name, MAX_FILE)?.unwrap_or_default();
                let observation: Observation =
                    serde_json::from_slice(&bytes).map_err(|error| malformed(&path, &error))?;
                all.extend(observation.redactions);
            }
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;
    use crate::event::fact::Mode;
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
        sample.push(crate::event::fact::Fact::ManifestWritten { run: sample.run.clone(), sha256: first.sha256 });
        sample.removal("bob", EffectState::Done);
        let second = sample.finish();
        let kept = second.manifest.file("manifest-1.json").unwrap();
        assert_eq!(kept.sha256, first.sha256);
        assert_eq!(verify(sample.bundle.path(), None), Verdict::ValidNoTime);
    }

    #[test]
    fn history_cannot_be_rewritten_or_shortened() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
        sample.removal("ann", EffectState::Done);
        sample.finish();
        let shorter = sample.bundle.finish(&sample.links[..3], &serde_json::json!({}));
        assert!(matches!(shorter.unwrap_err().kind, EvidenceErrorKind::ChainRewritten { seq: 14 }));
        let mut other = Sample::begun(&temp.path().join("other"), Mode::Rehearsal);
        other.removal("ann", EffectState::Done);
        let rewritten = sample.bundle.finish(&other.links, &serde_json::json!({}));
        assert!(matches!(rewritten.unwrap_err().kind, EvidenceErrorKind::ChainRewritten { seq: 11 }));
        let gap: Vec<Link> = sample.links.iter().filter(|link| link.seq != 13).cloned().collect();
        let broken = sample.bundle.finish(&gap, &serde_json::json!({}));
        assert!(matches!(broken.unwrap_err().kind, EvidenceErrorKind::BrokenChain { seq: 14, .. }));
        assert_eq!(verify(sample.bundle.path(), None), Verdict::ValidNoTime);
    }
}
