//! Two data directories of one user with one real account: what one did counts against the other for a month.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::*;

const DAY: i64 = 24 * 3_600;

/// A data directory in the home of a user, which outlives it.
struct Place<'a> {
    desk: Desk,
    memory: &'a Path,
    realm: Realm,
}

impl<'a> Place<'a> {
    fn new(memory: &'a Path, realm: Realm, handle: &str) -> Self {
        let place = Self { desk: Desk::new(), memory, realm };
        place.signed_in(handle);
        place
    }

    fn open(&self) -> Ledger {
        self.desk.open().remembering(self.memory).unwrap()
    }

    fn own(&self, seconds: i64) -> Owner {
        self.open().own(&account(), self.realm, &stamp(seconds)).unwrap()
    }

    fn signed_in(&self, handle: &str) {
        let mut owner = self.own(BEGIN);
        let (handle, name, browser) = (slug(handle), "Robin".to_owned(), "chrome".to_owned());
        owner.append(&stamp(BEGIN), &Fact::SignedIn { handle: handle.clone(), name: name.clone(), browser }).unwrap();
        owner.adopt_identity(&Identity { handle, name, photo_sha256: None, photo_src: None }).unwrap();
    }

    /// Tries to act on somebody at a moment.
    fn acts(&self, seconds: i64, who: &str) -> Intended {
        let mut owner = self.own(seconds);
        let plan = NewPlan { realm: self.realm, ..new_plan(&[who]) };
        let row = owner.ledger().make_plan(&plan, &stamp(seconds)).unwrap();
        owner.approve_plan(&row.id, &row.hash, "typed", &stamp(seconds)).unwrap();
        let moved = next(&owner, (&row.id, who), EffectState::Precheck);
        owner.step(&stamp(seconds), &moved).unwrap();
        let moved = next(&owner, (&row.id, who), EffectState::Intent);
        let intended = owner.intend(&stamp(seconds), &moved, &terms_at(&stamp(seconds))).unwrap();
        let to = match &intended {
            Intended::Written(_) => {
                vec![EffectState::Acted, EffectState::Verifying, EffectState::Done, EffectState::Confirmed]
            }
            Intended::Refused(_) => vec![EffectState::Approved],
        };
        for to in to {
            let moved = next(&owner, (&row.id, who), to);
            owner.step(&stamp(seconds), &moved).unwrap();
        }
        owner.ledger().check(&account(), self.realm).unwrap();
        intended
    }

    /// When another directory acted last and until when that counts here, in days since the beginning.
    fn refused(&self, days: i64) -> Option<(i64, i64)> {
        let act = self.open().acted_elsewhere(&account(), self.realm, stamp(BEGIN + days * DAY).utc).unwrap()?;
        Some(((act.at.as_second() - BEGIN) / DAY, (act.until.as_second() - BEGIN) / DAY))
    }
}

fn is_written(intended: &Intended) -> bool {
    matches!(intended, Intended::Written(_))
}

#[test]
fn what_one_data_directory_did_counts_against_another_one_until_the_month_is_over() {
    let home = tempfile::tempdir().unwrap();
    let memory = home.path().join("state");
    let first = Place::new(&memory, Realm::Real, "robin");
    assert!(is_written(&first.acts(BEGIN + DAY, "ann")));
    assert!(is_written(&first.acts(BEGIN + 5 * DAY, "bob")), "its own act is no reason against it");
    // Another one of the same account, begun anew or beside it.
    let second = Place::new(&memory, Realm::Real, "robin");
    assert_eq!(second.refused(6), Some((5, 35)));
    let Intended::Refused(Refusal::ActedElsewhere(act)) = second.acts(BEGIN + 6 * DAY, "cem") else {
        panic!("both would spend the limits");
    };
    assert_eq!(act.dir, first.desk.dir);
    assert_eq!(debits_of(&second), 0);
    // Whatever the other does goes on counting; and then it is the other way round.
    assert!(is_written(&first.acts(BEGIN + 10 * DAY, "dan")));
    assert_eq!((second.refused(36), second.refused(40)), (Some((10, 40)), None));
    assert!(is_written(&second.acts(BEGIN + 40 * DAY, "eve")));
    assert!(!is_written(&first.acts(BEGIN + 41 * DAY, "fay")));
    assert_eq!((first.refused(69), first.refused(70)), (Some((40, 70)), None));
    // Another account of the same user, and another user, are nobody's business.
    assert!(is_written(&Place::new(&memory, Realm::Real, "other").acts(BEGIN + 41 * DAY, "ann")));
    assert!(is_written(&Place::new(&home.path().join("theirs"), Realm::Real, "robin").acts(BEGIN + 41 * DAY, "ann")));
}

fn debits_of(place: &Place<'_>) -> usize {
    place.open().debits(&account(), place.realm, Timestamp::MIN).unwrap().len()
}

#[test]
fn what_is_remembered_of_an_act_names_nobody_and_is_the_users_alone() {
    let home = tempfile::tempdir().unwrap();
    let memory = home.path().join("state");
    let place = Place::new(&memory, Realm::Real, "robin-from-nowhere");
    place.acts(BEGIN + DAY, "ann");
    let mut files = 0;
    for entry in std::fs::read_dir(&memory).unwrap().map(Result::unwrap) {
        let (name, text) = (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap());
        assert!(!name.contains("robin") && !text.contains("robin") && !text.contains("ann"), "{name}: {text}");
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        files += usize::from(name.starts_with("acts."));
    }
    assert_eq!(files, 3, "the act, its lock and the salt");
    // In another home the same handle has another name.
    let names = |memory: &Path| {
        let entries = std::fs::read_dir(memory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        entries.filter(|name| name.starts_with("acts.") && name.len() > 40).collect::<std::collections::BTreeSet<_>>()
    };
    let other = home.path().join("other");
    Place::new(&other, Realm::Real, "robin-from-nowhere").acts(BEGIN + DAY, "ann");
    assert!(names(&memory).is_disjoint(&names(&other)));
}

#[test]
fn an_account_that_was_forgotten_is_not_begun_anew_within_the_month() {
    let home = tempfile::tempdir().unwrap();
    let memory = home.path().join("state");
    let place = Place::new(&memory, Realm::Real, "robin");
    assert!(is_written(&place.acts(BEGIN + DAY, "ann")));
    place.own(BEGIN + DAY + 1).forget().unwrap();
    place.signed_in("robin");
    assert_eq!(place.refused(2), Some((1, 31)), "the same data directory does not know it any more");
    assert!(!is_written(&place.acts(BEGIN + 2 * DAY, "bob")));
    assert!(is_written(&place.acts(BEGIN + 31 * DAY, "cem")));
}

#[test]
fn practice_is_another_world_each_time_and_a_folder_that_cannot_be_written_stops_nobody() {
    let home = tempfile::tempdir().unwrap();
    let memory = home.path().join("state");
    for _ in 0..2 {
        assert!(is_written(&Place::new(&memory, Realm::Practice, "robin").acts(BEGIN + DAY, "ann")));
    }
    let file = home.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    for _ in 0..2 {
        assert!(is_written(&Place::new(&file, Realm::Real, "robin").acts(BEGIN + DAY, "ann")));
    }
    // What cannot be read says nothing.
    let place = Place::new(&memory, Realm::Real, "robin");
    place.acts(BEGIN + DAY, "ann");
    for entry in std::fs::read_dir(&memory).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("acts.") && name.len() > 60 {
            std::fs::write(&entry, "at=never\n\u{0}").unwrap();
        }
    }
    assert!(is_written(&Place::new(&memory, Realm::Real, "robin").acts(BEGIN + 2 * DAY, "ann")));
}

#[test]
fn of_two_data_directories_that_act_at_once_one_is_refused() {
    for _ in 0..20 {
        let home = tempfile::tempdir().unwrap();
        let memory = home.path().join("state");
        let places = [(); 2].map(|()| Place::new(&memory, Realm::Real, "robin"));
        let start = std::sync::Barrier::new(2);
        let written = std::thread::scope(|scope| {
            let act = |place: Place<'_>| {
                start.wait();
                is_written(&place.acts(BEGIN + DAY, "ann"))
            };
            let running = places.map(|place| scope.spawn(move || act(place)));
            running.map(|thread| thread.join().unwrap())
        });
        assert_eq!(written.iter().filter(|written| **written).count(), 1, "{written:?}");
    }
}
