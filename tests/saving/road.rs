//! The road from nothing asked to an archive that counts for closing the account.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use exeunt::browser::binary::Kind;
use exeunt::practice::scenario::Scenario;

use super::bed::{Bed, Done, quick};
use crate::support::engines;

/// A site that takes ten minutes of its own clock.
pub(crate) fn slow() -> Scenario {
    Scenario { export_delay: Duration::from_secs(600), ..quick() }
}

/// What the site was asked for and what it gave.
pub(crate) fn exports(bed: &Bed) -> Vec<String> {
    bed.happened().into_iter().filter(|kind| kind != "listed").collect()
}

/// The files in the folder of the account's archives.
pub(crate) fn archives(bed: &Bed) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(bed.data().join("archives/default")) else { return vec![] };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Lets the site's clock go forward.
pub(crate) fn later(bed: &Bed, time: &str) {
    bed.site.ask("POST /clock", time);
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Runs the command until the archive is there.
pub(crate) fn saved(bed: &Bed, scope: &str) -> Done {
    let asked = bed.run(&["save-data", "--scope", scope]);
    assert_eq!(asked.code, Some(9), "{}", asked.told());
    later(bed, "25h");
    let taken = bed.run(&["save-data", "--scope", scope]);
    assert_eq!(taken.code, Some(0), "{}", taken.told());
    taken
}

fn asked_made_ready_taken(kind: Kind) {
    let bed = Bed::new(kind, slow());
    let asked = bed.run(&["save-data"]);
    assert_eq!((asked.code, exports(&bed)), (Some(9), vec!["export-requested".to_owned()]), "{}", asked.told());
    assert!(asked.last()["due_at"].is_string() && asked.err.contains("makes the archive"), "{}", asked.told());

    let made = bed.run(&["save-data"]);
    assert_eq!((made.code, exports(&bed).len()), (Some(9), 1), "{}", made.told());
    assert!(made.last()["due_at"].is_string() && made.err.contains("still making"), "{}", made.told());
    assert_eq!(archives(&bed), Vec::<PathBuf>::new(), "what was prepared for a download is gone");

    later(&bed, "11m");
    let taken = bed.run(&["save-data"]);
    let all = ["export-requested", "export-fetched"];
    assert_eq!((taken.code, exports(&bed)), (Some(0), all.map(str::to_owned).to_vec()), "{}", taken.told());
    let files = archives(&bed);
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(taken.last()["file"].as_str().map(Path::new), Some(files[0].as_path()), "{}", taken.told());
    assert_eq!((mode(&files[0]), mode(files[0].parent().unwrap())), (0o600, 0o700));
    assert!(!taken.err.contains("could not be read"), "{}", taken.told());
    let (ledger, account) = bed.ledger();
    let people = ledger.people(&account).unwrap();
    assert_eq!(Some(people.len() as u64), taken.last()["people"].as_u64());
    assert!(!people.is_empty());
    ledger.check(&account, exeunt::event::id::Realm::Practice).unwrap();

    let again = bed.run(&["save-data"]);
    assert_eq!((again.code, exports(&bed).len()), (Some(0), 2), "{}", again.told());
    assert_eq!(again.last()["file"], taken.last()["file"], "{}", again.told());

    let rehearsed = bed.run(&["close"]);
    let gate = rehearsed.lines.iter().find(|line| line["gate"] == "archive").expect("the gate is told");
    assert_eq!(gate["verdict"], "pass", "{gate}");
    let why = gate["why"].as_str().unwrap();
    assert!(why.contains("the whole archive") && why.contains("days old"), "{why}");
}

#[test]
fn the_whole_road_in_chrome() {
    asked_made_ready_taken(Kind::Chrome);
}

#[test]
fn the_whole_road_in_firefox() {
    asked_made_ready_taken(Kind::Firefox);
}

#[test]
fn the_connections_alone_are_asked_for_and_everything_only_when_the_site_makes_another() {
    for kind in engines::of("saving", "connections alone") {
        let bed = Bed::new(kind, slow());
        let taken = saved(&bed, "connections");
        let name = taken.last()["file"].as_str().unwrap().to_owned();
        assert!(name.contains("Basic_"), "{}", taken.told());
        // The site goes on offering the same file: it is not fetched twice, and nothing else is promised.
        let same = bed.run(&["save-data"]);
        assert_eq!((same.code, exports(&bed).len()), (Some(9), 2), "{}", same.told());
        assert!(same.last()["due_at"].is_string() && same.err.contains("already"), "{}", same.told());
        let enough = bed.run(&["save-data", "--scope", "connections"]);
        assert_eq!((enough.code, exports(&bed).len()), (Some(0), 2), "{}", enough.told());
        later(&bed, "80h");
        saved(&bed, "all");
        assert_eq!(exports(&bed).len(), 4);
        assert_eq!(archives(&bed).len(), 2, "{:?}", archives(&bed));
    }
}

#[test]
fn an_account_without_connections_has_an_archive_too() {
    let bed = Bed::new(Kind::Chrome, Scenario { people: 0, ..slow() });
    let taken = saved(&bed, "all");
    assert_eq!(taken.last()["people"], 0, "{}", taken.told());
    let rehearsed = bed.run(&["close"]);
    let gate = rehearsed.lines.iter().find(|line| line["gate"] == "archive").expect("the gate is told");
    assert_eq!(gate["verdict"], "pass", "{gate}");
}
