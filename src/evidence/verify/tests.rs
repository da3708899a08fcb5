//! Proof that is whole, and every way in which it is not.

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use super::*;
use crate::event::fact::{Fact, Mode};
use crate::event::id::Slug;
use crate::event::state::EffectState;
use crate::evidence::manifest::REPORT;
use crate::evidence::run_folder::{Finished, item_folder};
use crate::evidence::sample::Sample;

struct Proof {
    _temp: tempfile::TempDir,
    folder: PathBuf,
    known: Known,
    sample: Sample,
}

/// A resumed run of two people and a step, so that there is an earlier manifest with its seal too.
fn proof() -> Proof {
    let temp = tempfile::tempdir().unwrap();
    let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
    sample.removal("ann", EffectState::Confirmed);
    sample.walked(1, "warning", Some("<p>You will lose your connections</p>"));
    let first = sample.finish();
    sample.written(&first);
    sample.removal("bob", EffectState::NeedsHuman);
    let finished = sample.finish();
    let known = known(&finished);
    Proof { folder: sample.bundle.path().to_owned(), _temp: temp, known, sample }
}

fn known(finished: &Finished) -> Known {
    let head = Some(finished.manifest.chain_head);
    Known { manifest_sha256: finished.sha256, seal: finished.seal, head }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn is_whole(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Valid | Verdict::ValidNoTime)
}

#[test]
fn an_untouched_folder_is_valid_without_a_time() {
    let proof = proof();
    assert_eq!(verify(&proof.folder, Some(&proof.known)), Verdict::ValidNoTime);
    std::fs::create_dir(proof.folder.join(REPORT)).unwrap();
    std::fs::write(proof.folder.join(REPORT).join("index.html"), "x").unwrap();
    assert_eq!(verify(&proof.folder, None), Verdict::ValidNoTime, "the report is not part of the proof");
}

#[test]
fn each_flipped_byte_is_noticed() {
    let proof = proof();
    for path in files(&proof.folder) {
        let original = std::fs::read(&path).unwrap();
        // Longer files are sampled; a prime keeps the samples from falling into a pattern.
        let stride = if original.len() > 500 { 47 } else { 1 };
        for at in (0..original.len()).step_by(stride) {
            let mut bytes = original.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            let verdict = verify(&proof.folder, None);
            assert!(!is_whole(&verdict), "byte {at} of {}", path.display());
        }
        std::fs::write(&path, &original).unwrap();
    }
    assert!(is_whole(&verify(&proof.folder, None)));
}

#[test]
fn each_deleted_file_is_noticed_and_named() {
    let proof = proof();
    for path in files(&proof.folder) {
        let original = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let name = path.strip_prefix(&proof.folder).unwrap().to_str().unwrap().to_owned();
        match verify(&proof.folder, None) {
            Verdict::Incomplete { path, .. } => assert_eq!(path, name),
            verdict => panic!("{name}: {verdict:?}"),
        }
        std::fs::write(&path, &original).unwrap();
    }
}

#[test]
fn each_added_file_is_noticed() {
    let proof = proof();
    for place in
        ["x", "items/x.png", "items/new/before.png", "run/incident.png", ".hidden", "a/b/c/d/e", "manifest-9.json"]
    {
        let path = proof.folder.join(place);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "x").unwrap();
        assert!(matches!(verify(&proof.folder, None), Verdict::Tampered { .. }), "{place}");
        std::fs::remove_file(&path).unwrap();
        let _ = std::fs::remove_dir_all(proof.folder.join("a"));
    }
    assert!(is_whole(&verify(&proof.folder, None)));
}

#[test]
fn exchanged_pictures_are_noticed_even_with_a_new_manifest() {
    let proof = proof();
    let picture = |who: &str| {
        let slug: Slug = who.parse().unwrap();
        proof.folder.join(item_folder(&slug)).join("before.png")
    };
    let (a, b) = (picture("ann"), picture("bob"));
    let (bytes_a, bytes_b) = (std::fs::read(&a).unwrap(), std::fs::read(&b).unwrap());
    std::fs::write(&a, &bytes_b).unwrap();
    std::fs::write(&b, &bytes_a).unwrap();
    assert!(matches!(verify(&proof.folder, None), Verdict::Tampered { .. }));

    // Whoever exchanges them can write the lists anew as well, but not the chain that names the hashes.
    for name in [MANIFEST, SUMS, SEAL, "manifest-1.json", "seal-1.json"] {
        std::fs::remove_file(proof.folder.join(name)).unwrap();
    }
    let forged = proof.sample.finish();
    match verify(&proof.folder, None) {
        Verdict::Tampered { path, .. } => assert!(path.ends_with("before.png"), "{path}"),
        verdict => panic!("{verdict:?}"),
    }
    assert_ne!(forged.sha256, proof.known.manifest_sha256);
}

#[test]
fn a_folder_made_anew_does_not_match_the_ledger() {
    let old = proof();
    let temp = tempfile::tempdir().unwrap();
    let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
    sample.removal("cem", EffectState::Done);
    sample.finish();
    let anew = sample.bundle.path();
    assert_eq!(verify(anew, None), Verdict::ValidNoTime);
    assert!(matches!(verify(anew, Some(&old.known)), Verdict::Tampered { path, .. } if path == MANIFEST));
    let wrong_head = Known { head: Some(ChainPlace { seq: 1, hash: Digest::ZERO }), ..old.known };
    assert!(matches!(verify(&old.folder, Some(&wrong_head)), Verdict::Tampered { path, .. } if path == MANIFEST));
}

#[test]
fn a_crash_before_the_ledger_heard_of_the_last_manifest_is_incomplete() {
    let mut proof = proof();
    proof.sample.removal("cem", EffectState::Done);
    proof.sample.finish();
    assert!(matches!(verify(&proof.folder, Some(&proof.known)), Verdict::Incomplete { path, .. } if path == MANIFEST));
}

#[test]
fn another_run_between_two_sittings_is_no_offence_but_another_runs_chain_is() {
    let temp = tempfile::tempdir().unwrap();
    let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
    sample.removal("ann", EffectState::Done);
    let Fact::RunStarted(mut other) = sample.entries()[0].fact.clone() else { panic!("a run begins the chain") };
    other.run = "R22".parse().unwrap();
    let shot = crate::event::shot::Shot {
        role: crate::event::shot::ShotRole::Before,
        sha256: Digest::ZERO,
        path: "items/of-the-other-run/before.png".into(),
        bytes: 1,
    };
    let (run, slug) = (other.run.clone(), "bob".parse().unwrap());
    let outcome = crate::event::fact::Rehearsal::Ready;
    sample.push(Fact::RunStarted(other));
    sample.push(Fact::Rehearsed { run, slug, outcome, why: String::new(), shots: vec![shot] });
    sample.removal("cem", EffectState::Done);
    sample.finish();
    assert_eq!(verify(sample.bundle.path(), None), Verdict::ValidNoTime);

    let mut foreign = Sample::begun(&temp.path().join("foreign"), Mode::Live);
    foreign.links.clear();
    foreign.run = "R22".parse().unwrap();
    foreign.removal("ann", EffectState::Done);
    foreign.finish();
    assert!(matches!(verify(foreign.bundle.path(), None), Verdict::Tampered { path, .. } if path == EVENTS));
}

#[test]
fn a_picture_that_was_withheld_is_no_gap_and_one_that_is_only_missing_is() {
    let withheld = "about to click “Close account”; no picture: withheld, because a field still holds what was typed";
    for (why, is_whole) in
        [((withheld, withheld), true), ((withheld, "done"), false), (("about to click", withheld), false)]
    {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
        sample.without_pictures("ann", why);
        sample.finish();
        let found = verify(sample.bundle.path(), None);
        match is_whole {
            true => assert_eq!(found, Verdict::ValidNoTime, "{why:?}"),
            false => assert!(matches!(&found, Verdict::Incomplete { .. }), "{why:?}: {found:?}"),
        }
    }
}

#[test]
fn a_name_that_is_no_text_is_noticed() {
    use std::os::unix::ffi::OsStrExt as _;
    let proof = proof();
    let name = std::ffi::OsStr::from_bytes(b"items/\xff");
    // A file system that only takes text cannot hold such a name in the first place.
    if std::fs::write(proof.folder.join(name), "x").is_ok() {
        assert!(matches!(verify(&proof.folder, None), Verdict::Tampered { .. }));
    }
}

#[test]
fn links_pipes_and_deep_folders_are_not_followed() {
    let proof = proof();
    let path = proof.folder.join("items/link");
    symlink("/", &path).unwrap();
    assert!(matches!(verify(&proof.folder, None), Verdict::Tampered { path, .. } if path == "items/link"));
    std::fs::remove_file(&path).unwrap();
    let real = proof.folder.join(RUN);
    let kept = std::fs::read(&real).unwrap();
    std::fs::remove_file(&real).unwrap();
    let aside = proof.folder.parent().unwrap().join("aside.json");
    std::fs::write(&aside, &kept).unwrap();
    symlink(&aside, &real).unwrap();
    assert!(matches!(verify(&proof.folder, None), Verdict::Tampered { path, .. } if path == RUN));
    std::fs::remove_file(&real).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, &real, rustix::fs::Mode::RUSR).unwrap();
    assert!(matches!(verify(&proof.folder, None), Verdict::Tampered { path, .. } if path == RUN));
}

#[test]
fn an_interrupted_finish_is_incomplete_and_not_an_accusation() {
    let mut proof = proof();
    proof.sample.removal("cem", EffectState::Done);
    let folder = &proof.folder;
    let picture = folder.join(item_folder(&"ann".parse().unwrap())).join("before.png");
    let events: String = proof.sample.links.iter().map(|link| serde_json::to_string(link).unwrap() + "\n").collect();
    std::fs::write(folder.join(EVENTS), events).unwrap();
    assert!(matches!(verify(folder, Some(&proof.known)), Verdict::Incomplete { .. }));
    let original = std::fs::read(&picture).unwrap();
    std::fs::write(&picture, b"x").unwrap();
    assert!(matches!(verify(folder, Some(&proof.known)), Verdict::Tampered { .. }), "a mark excuses no picture");
    std::fs::write(&picture, original).unwrap();
    proof.sample.finish();
    assert_eq!(verify(folder, None), Verdict::ValidNoTime);
}

#[test]
fn a_missing_picture_makes_the_proof_incomplete() {
    let temp = tempfile::tempdir().unwrap();
    let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
    let slug: Slug = "ann".parse().unwrap();
    sample.moved(&slug, (EffectState::Precheck, EffectState::Intent), "", vec![]);
    sample.finish();
    match verify(sample.bundle.path(), None) {
        Verdict::Incomplete { path, why } => {
            assert!(path.starts_with("items/ann-") && why.contains("before"), "{path}: {why}");
        }
        verdict => panic!("{verdict:?}"),
    }
    assert!(matches!(verify(Path::new("/nowhere/at/all"), None), Verdict::Incomplete { .. }));
}

/// The `sh` blocks of the guide, one after the other, as a reader would run them; the number of the first that fails.
pub(crate) fn follow_the_guide(folder: &Path, only: impl Fn(&str) -> bool) -> Option<usize> {
    follow(folder, &[], only)
}

/// The same with something in the environment.
pub(crate) fn follow_with(folder: &Path, with: &[(&str, &Path)]) -> Option<usize> {
    follow(folder, with, |_| true)
}

fn follow(folder: &Path, with: &[(&str, &Path)], only: impl Fn(&str) -> bool) -> Option<usize> {
    let guide = std::fs::read_to_string(folder.join(GUIDE)).unwrap();
    let blocks: Vec<&str> = guide.split("```sh\n").skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 7);
    blocks.iter().position(|block| {
        let shell =
            Command::new("sh").arg("-uc").arg(block).envs(with.iter().copied()).current_dir(folder).output().unwrap();
        only(block) && !shell.status.success()
    })
}

/// What the second implementation of these checks says: its exit code and its words.
pub(crate) fn second_opinion(folder: &Path) -> (Option<i32>, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/verify-bundle");
    let said = Command::new("sh").arg(script).arg(folder).output().unwrap();
    (said.status.code(), String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned())
}

#[test]
fn the_second_implementation_finds_the_same() {
    let proof = proof();
    let key = crate::evidence::sample::key().public().id();
    let (code, said) = second_opinion(&proof.folder);
    assert_eq!((code, said.contains(&key.to_string())), (Some(0), true), "{said}");
    for path in files(&proof.folder) {
        let original = std::fs::read(&path).unwrap();
        let mut bytes = original.clone();
        let at = original.len() * 2 / 3;
        bytes[at] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        let (code, said) = second_opinion(&proof.folder);
        assert!(matches!(code, Some(4 | 7)), "byte {at} of {}: {said}", path.display());
        std::fs::remove_file(&path).unwrap();
        let (code, said) = second_opinion(&proof.folder);
        assert_eq!(code, Some(4), "without {}: {said}", path.display());
        std::fs::write(&path, &original).unwrap();
    }
    std::fs::write(proof.folder.join("items/x"), "x").unwrap();
    assert_eq!(second_opinion(&proof.folder).0, Some(7));
}

#[test]
fn the_guide_can_be_followed_with_tools_of_the_system() {
    let proof = proof();
    let has_jq = Command::new("jq").arg("--version").output().is_ok();
    let only = |block: &str| has_jq || !block.contains("jq ");
    assert_eq!(follow_the_guide(&proof.folder, only), None);

    std::fs::write(proof.folder.join("added"), "x").unwrap();
    assert_eq!(follow_the_guide(&proof.folder, only), Some(1));
    std::fs::remove_file(proof.folder.join("added")).unwrap();
    let events = std::fs::read_to_string(proof.folder.join(EVENTS)).unwrap();
    let changed = events.replacen("the click landed", "the click lander", 1);
    std::fs::write(proof.folder.join(EVENTS), &changed).unwrap();
    assert_eq!(follow_the_guide(&proof.folder, only), Some(0));
    if has_jq {
        let old = Digest::of(events.as_bytes()).to_string();
        for name in [MANIFEST, SUMS] {
            let text = std::fs::read_to_string(proof.folder.join(name)).unwrap();
            let text = text.replace(&old, &Digest::of(changed.as_bytes()).to_string());
            std::fs::write(proof.folder.join(name), text).unwrap();
        }
        let own = Digest::of(&std::fs::read(proof.folder.join(MANIFEST)).unwrap()).to_string();
        let sums = std::fs::read_to_string(proof.folder.join(SUMS)).unwrap();
        let sums = sums.replace(&proof.known.manifest_sha256.to_string(), &own);
        std::fs::write(proof.folder.join(SUMS), sums).unwrap();
        assert_eq!(follow_the_guide(&proof.folder, only), Some(3), "the chain must tell");
    }
}
