//! When a scan counts as complete, on a page that follows a script.

use std::collections::BTreeMap;
use std::os::unix::fs::DirBuilderExt as _;

use tokio::sync::watch;

use crate::browser::page::{Armed, Found, PageError, Rect, RowSlice, RowStatus, Sight, Status, Stop as Shown};
use crate::browser::scripted::{Scripted, Turn, sight, slice};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, ScanStarted};
use crate::event::id::{AccountName, Digest, Realm};
use crate::evidence::bundle::Bundle;
use crate::flow::pack::Pack;
use crate::ledger::{Import, Ledger, NewRequest, RequestKind};
use crate::pack::embedded;
use crate::plan::person::Person;
use crate::runner::clock::Clock;
use crate::runner::order::Telling;
use crate::runner::run::{Opener, Parts, Unopened};
use crate::runner::scan::{ScanOrder, ScanOutcome, scan};
use crate::runner::wait::Stop;

const LIST: &str = "/mynetwork/invite-connect/connections/";

/// Opens one page that follows a script.
struct Once {
    page: Option<Scripted>,
    left: Vec<String>,
}

impl Opener for Once {
    type Page = Scripted;

    async fn open(&mut self) -> Result<Scripted, Unopened> {
        self.page.take().ok_or_else(|| Unopened { ending: Ending::NoBrowser, why: "it was opened already".to_owned() })
    }

    async fn close(&mut self, page: Scripted) {
        self.left = page.finish();
    }
}

struct Desk {
    _folder: tempfile::TempDir,
    dir: std::path::PathBuf,
    account: AccountName,
    ledger: Ledger,
    clock: Clock,
    stop: watch::Sender<Stop>,
}

impl Desk {
    /// A ledger that knows these people from an export.
    fn new(people: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().canonicalize().unwrap().join("data");
        std::fs::DirBuilder::new().mode(0o700).create(&dir).unwrap();
        let ledger = Ledger::open(&dir).unwrap();
        let account: AccountName = "default".parse().unwrap();
        let clock = Clock::following_tokio("2026-03-02T09:00:00Z".parse().unwrap());
        let rows: Vec<Person> = people.iter().map(|slug| person(slug)).collect();
        let import = Import { source: "Connections.csv".into(), at: clock.now().utc, exported: None };
        ledger.import_people(&account, &rows, &import).unwrap();
        Self { _folder: folder, dir, account, ledger, clock, stop: watch::channel(Stop::No).0 }
    }

    /// Scans with a page on which these slices come, and which counts so many before and after.
    async fn scan(&self, slices: Vec<Turn>, after: Option<u64>) -> (ScanOutcome, Vec<String>) {
        let mut turns = arriving(10);
        turns.extend(slices);
        turns.extend(after.into_iter().flat_map(list));
        self.follow(turns, None).await
    }

    async fn follow(&self, turns: Vec<Turn>, limit: Option<u32>) -> (ScanOutcome, Vec<String>) {
        let mut owner = self.ledger.own(&self.account, Realm::Practice, &self.clock.now()).unwrap();
        let run = self.ledger.free_run_id().unwrap();
        let bundle = Bundle::create(&self.dir.join("evidence"), &self.account, Realm::Practice, &run).unwrap();
        let pack = Pack::load(embedded::sources()).unwrap().pack;
        let text = |text: &str| text.to_owned();
        let started = ScanStarted {
            run,
            account: self.account.clone(),
            realm: Realm::Practice,
            origin: text("http://127.0.0.1:1"),
            pack: text("test"),
            pack_sha256: Digest::of(b"pack"),
            browser: text("none"),
            program: text("0"),
            zone: text("UTC"),
        };
        let order = ScanOrder { started, limit: limit.and_then(std::num::NonZeroU32::new), shots: false };
        let mut opener = Once { page: Some(Scripted::new(turns)), left: vec![] };
        let mut told = vec![];
        let mut tell = |telling: Telling<'_>| {
            if let Telling::Fact(entry) = telling {
                told.push(entry.fact.clone());
            }
        };
        let stop = self.stop.subscribe();
        let parts = Parts {
            owner: &mut owner,
            bundle: &bundle,
            pack: &pack,
            order: &order,
            clock: &self.clock,
            stop,
            tell: &mut tell,
        };
        let outcome = scan(parts, &mut opener).await.unwrap();
        assert!(matches!(told.last(), Some(Fact::ManifestWritten { .. })), "{told:?}");
        owner.ledger().check(&self.account, Realm::Practice).unwrap();
        (outcome, opener.left)
    }

    /// Who is known, and whether the site has them: `+` seen, `-` gone, nothing: never read.
    fn known(&self) -> Vec<String> {
        let mark = |known: &crate::ledger::KnownPerson| match (known.site.gone_since, known.site.last_seen) {
            (Some(_), _) => format!("-{}", known.person.slug),
            (None, Some(_)) => format!("+{}", known.person.slug),
            (None, None) => known.person.slug.to_string(),
        };
        self.ledger.people(&self.account).unwrap().iter().map(mark).collect()
    }
}

fn person(slug: &str) -> Person {
    Person {
        slug: slug.parse().unwrap(),
        first_name: format!("Name of {slug}"),
        last_name: String::new(),
        company: String::new(),
        position: String::new(),
        connected_on: None,
    }
}

fn found(pairs: &[(&str, &str, &str)]) -> BTreeMap<String, Found> {
    let one = |(target, key, value): &(&str, &str, &str)| {
        let read = BTreeMap::from([((*key).to_owned(), (*value).to_owned())]);
        ((*target).to_owned(), Found { count: 1, read, ..Found::default() })
    };
    pairs.iter().map(one).collect()
}

fn met(pairs: Vec<(&'static str, &'static str, String)>) -> Turn {
    Turn::Look(Box::new(move |look| {
        let pairs: Vec<_> = pairs.iter().map(|(target, key, value)| (*target, *key, value.as_str())).collect();
        let armed = look.arm.as_ref().map(|arm| Armed {
            element: arm.target.clone(),
            token: arm.token.clone(),
            rect: Rect::default(),
            name: String::new(),
        });
        Ok(Sight { found: found(&pairs), armed, ..sight(Status::Met) })
    }))
}

/// The list is loaded, and counts so many.
fn list(total: u64) -> [Turn; 2] {
    [Turn::Goto(LIST.into(), Ok(())), met(vec![("list_total", "total", total.to_string())])]
}

/// Whose account it is, then the list.
fn arriving(total: u64) -> Vec<Turn> {
    let mut turns = vec![
        Turn::Goto(LIST.into(), Ok(())),
        met(vec![]),
        Turn::Click("t1".into(), Ok(())),
        met(vec![("view_profile", "slug", "me".to_owned())]),
    ];
    turns.extend(list(total));
    turns
}

fn rows(status: RowStatus, slugs: &[&str]) -> Turn {
    Turn::Rows(Box::new(Ok(slice(status, slugs, 10))))
}

const TEN: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

#[tokio::test(start_paused = true)]
async fn everybody_in_slices_with_one_twice_is_complete_and_who_is_not_there_is_gone() {
    let desk = Desk::new(&["a", "b", "z"]);
    let slices =
        vec![rows(RowStatus::Going, &TEN[..4]), rows(RowStatus::Going, &TEN[3..6]), rows(RowStatus::End, &TEN[6..])];
    let (outcome, left) = desk.scan(slices, Some(10)).await;
    assert_eq!((outcome.ending, left), (Ending::Done, vec![]), "{outcome:?}");
    let scanned = outcome.scanned;
    assert_eq!((scanned.rows, scanned.complete, scanned.new, scanned.gone), (10, true, 8, 1));
    assert_eq!(desk.known().iter().filter(|known| known.starts_with('+')).count(), 10);
    assert!(desk.known().contains(&"-z".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn rows_that_name_nobody_count_and_are_not_kept() {
    let desk = Desk::new(&["a"]);
    let last = RowSlice { nameless: 2, ..slice(RowStatus::End, &TEN[4..8], 10) };
    let (outcome, _) =
        desk.scan(vec![rows(RowStatus::Going, &TEN[..4]), Turn::Rows(Box::new(Ok(last)))], Some(10)).await;
    assert!(outcome.scanned.complete, "{outcome:?}");
    assert_eq!(desk.known().len(), 8);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_does_not_go_on_is_incomplete_and_nobody_is_gone() {
    let desk = Desk::new(&["a", "z"]);
    let stalled =
        RowSlice { quiet_ms: 31_000, held_up: Some("the list is busy".into()), ..slice(RowStatus::Going, &[], 10) };
    let (outcome, left) =
        desk.scan(vec![rows(RowStatus::Going, &TEN[..4]), Turn::Rows(Box::new(Ok(stalled)))], Some(10)).await;
    assert_eq!((outcome.ending, left), (Ending::SomeFailed, vec![]));
    assert!(outcome.why.starts_with("incomplete: 4 of 10; the list is busy"), "{}", outcome.why);
    assert_eq!(desk.known(), ["+a", "+b", "+c", "+d", "z"]);
}

#[tokio::test(start_paused = true)]
async fn a_number_that_changed_is_never_complete() {
    for after in [9, 11] {
        let desk = Desk::new(&["z"]);
        let (outcome, _) = desk.scan(vec![rows(RowStatus::End, &TEN)], Some(after)).await;
        assert_eq!((outcome.ending, outcome.scanned.gone), (Ending::SomeFailed, 0), "{outcome:?}");
        assert!(desk.known().contains(&"z".to_owned()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_sign_latches_and_keeps_what_was_read() {
    let desk = Desk::new(&["z"]);
    let stop = Some(Shown { sign: "captcha".into(), why: "a frame".into() });
    let sign = RowSlice { stop, ..slice(RowStatus::Stop, &TEN[4..5], 10) };
    let (outcome, left) =
        desk.scan(vec![rows(RowStatus::Going, &TEN[..4]), Turn::Rows(Box::new(Ok(sign)))], None).await;
    assert_eq!((outcome.ending, left), (Ending::Stopped, vec![]), "{outcome:?}");
    assert_eq!(outcome.scanned.rows, 5);
    let latch = desk.ledger.open_latch(&desk.account, Realm::Practice).unwrap().unwrap();
    assert_eq!((latch.sign.as_str(), latch.run), ("captcha", outcome.scanned.run));
}

#[tokio::test(start_paused = true)]
async fn a_lost_session_a_limit_a_pause_and_a_signal_end_it_with_what_was_read() {
    let desk = Desk::new(&["z"]);
    let lost = Turn::Rows(Box::new(Err(PageError::Lost("gone".into()))));
    let (outcome, _) = desk.scan(vec![rows(RowStatus::Going, &TEN[..4]), lost], None).await;
    assert_eq!((outcome.ending, outcome.scanned.rows, outcome.scanned.complete), (Ending::NoBrowser, 4, false));

    let mut turns = arriving(10);
    turns.push(rows(RowStatus::Going, &TEN[..5]));
    let (outcome, left) = desk.follow(turns, Some(3)).await;
    assert_eq!((outcome.ending, outcome.scanned.rows, left), (Ending::Done, 3, vec![]), "{outcome:?}");

    let request =
        NewRequest { kind: RequestKind::Pause { until: None }, reason: String::new(), at: desk.clock.now().utc };
    desk.ledger.request(&desk.account, &request).unwrap();
    let (outcome, left) = desk.follow(arriving(10), None).await;
    assert_eq!((outcome.ending, left), (Ending::DueLater, vec![]), "{outcome:?}");

    let request = NewRequest { kind: RequestKind::Resume, ..request };
    desk.ledger.request(&desk.account, &request).unwrap();
    desk.stop.send_replace(Stop::Asked);
    let (outcome, left) = desk.follow(arriving(10), None).await;
    assert_eq!((outcome.ending, left), (Ending::Interrupted, vec![]), "{outcome:?}");
    assert!(desk.known().contains(&"z".to_owned()), "nobody is gone: {:?}", desk.known());
}

#[tokio::test(start_paused = true)]
async fn another_account_is_not_read() {
    let desk = Desk::new(&["z"]);
    desk.scan(vec![rows(RowStatus::End, &TEN)], Some(10)).await;
    let turns = vec![
        Turn::Goto(LIST.into(), Ok(())),
        met(vec![]),
        Turn::Click("t1".into(), Ok(())),
        met(vec![("view_profile", "slug", "somebody-else".to_owned())]),
    ];
    let (outcome, left) = desk.follow(turns, None).await;
    assert_eq!((outcome.ending, left), (Ending::Stopped, vec![]), "{outcome:?}");
    assert_eq!(outcome.scanned.rows, 0);
}
