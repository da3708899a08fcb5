//! Disks and folders that fail: full, read-only, open to others, somebody else's, a copy, a planted link.
//!
//! Each time: the exit code, what is said to do, nobody touched who should not be, a ledger that still verifies, and the
//! same command goes on once the disk is well again.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::bed::{Bed, Done, Planned, moved, quick};
use super::removals::{all_in, each_once, first, same_people};
use exeunt::browser::binary::Kind;
use exeunt::event::id::Realm;
use exeunt::event::state::EffectState;

/// A plan of one person, on a data directory of which `prepare` makes what it likes before anything is in it.
fn ready(kind: Kind, prepare: impl FnOnce(&Path)) -> (Bed, Planned) {
    let bed = Bed::prepared(kind, quick(40), prepare);
    let plan = bed.plan(&first(&bed.site.scenario, 1));
    (bed, plan)
}

/// The same command, once the disk is well, does what it should, exactly once.
fn goes_on(bed: &Bed, plan: &Planned) {
    let live = bed.live(plan);
    assert_eq!(live.code, Some(0), "{}", live.told());
    assert_eq!(bed.site.removed(), each_once(&plan.slugs));
    same_people(bed.states(plan), all_in(plan, EffectState::Confirmed));
    let verified = bed.run(&["evidence", "verify", "last"]);
    assert_eq!(verified.code, Some(0), "{}", verified.told());
}

/// A small disk of its own. Dropping it takes it away.
struct Disk {
    at: PathBuf,
}

impl Disk {
    /// None where this user may not mount anything: then the test says that it did not run.
    fn mount(at: &Path, size: &str) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            println!("not run: only root may mount a small disk");
            return None;
        }
        fs::create_dir_all(at).unwrap();
        let options = format!("size={size},mode=0700");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).output().unwrap();
        assert!(mounted.status.success(), "{}", String::from_utf8_lossy(&mounted.stderr));
        Some(Self { at: at.to_owned() })
    }

    fn read_only(&self) {
        let done = Command::new("mount").args(["-o", "remount,ro"]).arg(&self.at).status().unwrap();
        assert!(done.success());
    }

    fn writable(&self) {
        let done = Command::new("mount").args(["-o", "remount,rw"]).arg(&self.at).status().unwrap();
        assert!(done.success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The folder itself is the test's, and goes with it.
        let _ = Command::new("umount").arg("-l").arg(&self.at).status();
    }
}

/// Fills the disk on which a folder lies, to the last byte.
fn fill(folder: &Path) {
    let mut file = File::create(folder.join("ballast")).unwrap();
    for size in [65_536, 4_096, 1] {
        let block = vec![0; size];
        loop {
            match file.write(&block) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

fn empty(folder: &Path) {
    fs::remove_file(folder.join("ballast")).unwrap();
}

/// Runs the plan on a disk that is full as soon as the person reaches a state.
fn filled_at(kind: Kind, state: &'static str) -> Option<(Disk, Bed, Planned, Done)> {
    let mut disk = None;
    let mounted = &mut disk;
    let (bed, plan) = ready(kind, |data| *mounted = Disk::mount(data, "24m"));
    let disk = disk?;
    let data = bed.data();
    let mut full = false;
    let live = bed
        .start(&["run", &plan.id, "--live", "--confirm", &plan.hash], move |line, _| {
            if !full && moved(line).is_some_and(|(to, _)| to == state) {
                full = true;
                fill(&data);
            }
        })
        .end();
    assert!(bed.data().join("ballast").exists(), "nobody came to {state}: {}", live.told());
    assert_eq!(live.code, Some(7), "{}", live.told());
    assert!(live.told().contains("make room"), "{}", live.told());
    Some((disk, bed, plan, live))
}

#[test]
fn a_full_disk_before_the_intention_touches_nobody() {
    let Some((_disk, bed, plan, live)) = filled_at(Kind::Chrome, "PRECHECK") else { return };
    assert_eq!(bed.site.audit(), [], "{}", live.told());
    empty(&bed.data());
    goes_on(&bed, &plan);
}

#[test]
fn a_full_disk_after_the_intention_loses_no_click() {
    let Some((_disk, bed, plan, live)) = filled_at(Kind::Firefox, "INTENT") else { return };
    assert!(bed.site.removed().values().all(|times| *times == 1), "{}", live.told());
    empty(&bed.data());
    let stands = bed.states(&plan)[0].1;
    assert!(stands.in_flight(), "what was intended is in doubt, not {stands}: {}", live.told());
    goes_on(&bed, &plan);
}

#[test]
fn a_disk_that_is_full_before_the_start_is_told_with_its_mend() {
    let mut disk = None;
    let mounted = &mut disk;
    let (bed, plan) = ready(Kind::Chrome, |data| *mounted = Disk::mount(data, "24m"));
    let Some(_disk) = disk else { return };
    fill(&bed.data());
    let live = bed.live(&plan);
    assert_eq!(live.code, Some(7), "{}", live.told());
    assert!(live.told().contains("make room"), "{}", live.told());
    assert_eq!(bed.site.ask("GET /audit/all", ""), "[]", "the site was asked");
    empty(&bed.data());
    goes_on(&bed, &plan);
}

/// Runs the plan on a disk of which every flush fails as soon as the person reaches a state; none where nothing on this
/// machine can make it fail.
fn failing_from(kind: Kind, state: &'static str) -> Option<(Bed, Planned, Done)> {
    let tried = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output();
    let tried = tried.expect("strace is missing; `scripts/install` installs it");
    if !tried.status.success() {
        println!("not run: nothing may be traced here");
        return None;
    }
    let (bed, plan) = ready(kind, |_| {});
    let (say, hear) = std::sync::mpsc::channel();
    let mut left = true;
    let running = bed.start(&["run", &plan.id, "--live", "--confirm", &plan.hash], move |line, pid| {
        if left && moved(line).is_some_and(|(to, _)| to == state) {
            left = false;
            let mut tracer = Command::new("strace");
            tracer.args(["-f", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO", "-p"]);
            tracer.arg(pid.as_raw_nonzero().to_string()).stdin(Stdio::null()).stdout(Stdio::null());
            say.send(tracer.stderr(Stdio::piped()).spawn().unwrap()).unwrap();
        }
    });
    let live = running.end();
    let tracer = hear.try_recv().unwrap_or_else(|_| panic!("nobody came to {state}: {}", live.told()));
    let traced = String::from_utf8_lossy(&tracer.wait_with_output().unwrap().stderr).into_owned();
    assert!(traced.contains("(INJECTED)"), "no flush failed: {traced}\n{}", live.told());
    Some((bed, plan, live))
}

#[test]
fn a_disk_that_fails_before_the_intention_sends_nothing() {
    let Some((bed, plan, live)) = failing_from(Kind::Chrome, "PRECHECK") else { return };
    assert_eq!(live.code, Some(7), "{}", live.told());
    assert_eq!(bed.site.audit(), [], "a click without an intention on the disk: {}", live.told());
    goes_on(&bed, &plan);
}

#[test]
fn a_disk_that_fails_after_the_intention_loses_no_click() {
    let Some((bed, plan, live)) = failing_from(Kind::Firefox, "INTENT") else { return };
    assert_eq!(live.code, Some(7), "{}", live.told());
    assert!(bed.site.removed().values().all(|times| *times == 1), "{}", live.told());
    goes_on(&bed, &plan);
}

#[test]
fn a_read_only_disk_is_told_with_its_mend() {
    let mut disk = None;
    let mounted = &mut disk;
    let (bed, plan) = ready(Kind::Firefox, |data| *mounted = Disk::mount(data, "24m"));
    let Some(disk) = disk else { return };
    disk.read_only();
    for command in [vec!["status"], vec!["run", &plan.id], vec!["run", &plan.id, "--live", "--confirm", &plan.hash]] {
        let refused = bed.run(&command);
        assert_eq!(refused.code, Some(7), "{command:?}: {}", refused.told());
        assert!(refused.told().contains("writable"), "{}", refused.told());
    }
    assert_eq!(bed.site.ask("GET /audit/all", ""), "[]");
    disk.writable();
    goes_on(&bed, &plan);
}

#[test]
fn a_file_that_may_not_grow_loses_nothing_that_was_there() {
    let (bed, plan) = ready(Kind::Chrome, |_| {});
    let before = bed.run(&["list"]).lines.len();
    let rows: String = (0..40_000).map(|n| format!("Ann,Lee,https://www.linkedin.com/in/x{n},,,,\n")).collect();
    let export = bed.path("large.csv");
    fs::write(&export, format!("First Name,Last Name,URL,Email Address,Company,Position,Connected On\n{rows}"))
        .unwrap();
    let inner = bed.command(&bed.site.origin(), &["import", export.to_str().unwrap()]);
    let mut command = Command::new("bash");
    // 512 KB a file; without the trap the limit would end the program by a signal.
    command.args(["-c", "trap '' XFSZ; ulimit -f 512; exec \"$0\" \"$@\""]).arg(inner.get_program());
    let output = command.args(inner.get_args()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(7), "{said}");
    assert_eq!(bed.run(&["list"]).lines.len(), before, "half an import was kept: {said}");
    let (ledger, account) = bed.ledger();
    ledger.check(&account, Realm::Practice).unwrap();
    assert_eq!(bed.run(&["plan", "show", &plan.id]).code, Some(0));
}

#[test]
fn a_ledger_that_others_may_read_or_that_is_somebody_elses_is_refused_with_the_mend() {
    let (bed, plan) = ready(Kind::Chrome, |_| {});
    let ledger = bed.data().join("ledger.sqlite");
    let mode = |mode| fs::set_permissions(&ledger, fs::Permissions::from_mode(mode)).unwrap();
    let refused = |what: &str, fix: &str| {
        let live = bed.live(&plan);
        assert_eq!(live.code, Some(7), "{what}: {}", live.told());
        assert!(live.told().contains(fix), "{what}: {}", live.told());
        assert_eq!(bed.site.ask("GET /audit/all", ""), "[]", "{what}: the site was asked");
    };
    mode(0o644);
    refused("open to others", "chmod 600");
    mode(0o400);
    refused("closed to its owner", "chmod 600");
    mode(0o600);
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&ledger, Some(12_345), None).unwrap();
        refused("another user's", "sudo chown 0");
        std::os::unix::fs::chown(&ledger, Some(0), None).unwrap();
    }
    let (whole, account) = bed.ledger();
    whole.check(&account, Realm::Practice).unwrap();
}

#[test]
fn a_copied_data_directory_never_acts_and_the_original_goes_on() {
    let (bed, plan) = ready(Kind::Chrome, |_| {});
    let original = bed.path("original");
    fs::rename(bed.data(), &original).unwrap();
    let copied = Command::new("cp").arg("-a").arg(&original).arg(bed.data()).status().unwrap();
    assert!(copied.success());
    let live = bed.live(&plan);
    assert_eq!(live.code, Some(7), "{}", live.told());
    assert!(live.told().contains("is a copy") && live.told().contains("original"), "{}", live.told());
    assert_eq!(bed.site.ask("GET /audit/all", ""), "[]");
    fs::remove_dir_all(bed.data()).unwrap();
    fs::rename(&original, bed.data()).unwrap();
    goes_on(&bed, &plan);
}

#[test]
fn a_link_that_was_planted_in_the_evidence_is_not_followed() {
    let (bed, plan) = ready(Kind::Firefox, |_| {});
    let elsewhere = bed.path("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    for place in ["evidence", "evidence/default", "evidence/default/practice"] {
        let at = bed.data().join(place);
        // An earlier turn left the folder in which the next link is planted.
        if at.exists() {
            fs::remove_dir_all(&at).unwrap();
        }
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        symlink(&elsewhere, &at).unwrap();
        let live = bed.live(&plan);
        assert_eq!(live.code, Some(7), "{place}: {}", live.told());
        assert!(live.told().contains("symbolic link"), "{place}: {}", live.told());
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0, "{place}: something was written through the link");
        assert_eq!(bed.site.ask("GET /audit/all", ""), "[]", "{place}");
        fs::remove_file(&at).unwrap();
    }
    goes_on(&bed, &plan);
}
