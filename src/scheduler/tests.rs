//! The loop with tracks that follow a script, on tokio's paused clock.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::round::{self, News};
use super::share::{Next, Record, Share};
use super::track::{Look, Track};
use crate::event::exit::Ending;
use crate::event::stamp::Stamp;
use crate::runner::clock::Clock;
use crate::runner::wait::Stop;

/// What the tracks did, with the time.
type Diary = Rc<RefCell<Vec<(String, Timestamp)>>>;

/// What others want, by the time: from then on.
type Wishes = Vec<(Timestamp, Look)>;

struct Scripted {
    name: &'static str,
    shares: VecDeque<Share>,
    wishes: Wishes,
    clock: Rc<Clock>,
    diary: Diary,
    /// How many shares are worked on right now, over all tracks.
    at_work: Rc<RefCell<u32>>,
    /// How long a share takes.
    takes: Duration,
}

impl Track for Scripted {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    async fn share(&mut self, mut stop: watch::Receiver<Stop>) -> Share {
        assert_eq!(self.at_work.replace(1), 0, "two shares at once");
        self.diary.borrow_mut().push((self.name.to_owned(), self.clock.now().utc));
        let asked = async {
            if stop.wait_for(|stop| *stop != Stop::No).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let stopped = tokio::select! {
            biased;
            () = asked => true,
            () = tokio::time::sleep(self.takes) => false,
        };
        self.at_work.replace(0);
        if stopped {
            return share(Ending::Interrupted, None, 5);
        }
        self.shares.pop_front().expect("no share more than the script has")
    }

    fn look(&mut self) -> Look {
        let now = self.clock.now().utc;
        self.wishes.iter().rev().find(|(from, _)| *from <= now).map_or(Look::Free, |(_, look)| look.clone())
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn start() -> Timestamp {
    at("2026-03-02T09:00:00Z")
}

fn share(ending: Ending, due_at: Option<Timestamp>, remaining: u64) -> Share {
    Share { ending, why: String::new(), due_at, remaining, did_something: true }
}

/// A loop to be, its diary and the hand on its stop.
struct Bed {
    clock: Rc<Clock>,
    diary: Diary,
    at_work: Rc<RefCell<u32>>,
    tracks: Vec<Scripted>,
    stop: watch::Sender<Stop>,
}

impl Bed {
    fn new(clock: Clock) -> Self {
        let (stop, _) = watch::channel(Stop::No);
        Self { clock: Rc::new(clock), diary: Diary::default(), at_work: Rc::default(), tracks: vec![], stop }
    }

    fn track(mut self, name: &'static str, shares: impl IntoIterator<Item = Share>, wishes: Wishes) -> Self {
        let (clock, diary, at_work) = (self.clock.clone(), self.diary.clone(), self.at_work.clone());
        let takes = Duration::from_secs(60);
        let shares = shares.into_iter().collect();
        self.tracks.push(Scripted { name, shares, wishes, clock, diary, at_work, takes });
        self
    }

    async fn run(self) -> (Vec<Share>, Vec<(String, Timestamp)>) {
        let stop = self.stop.subscribe();
        let (ended, _) = round::run(self.tracks, &self.clock, stop, &mut |_| {}).await;
        (ended, self.diary.take())
    }
}

fn endings(ended: &[Share]) -> Vec<Ending> {
    ended.iter().map(|share| share.ending).collect()
}

fn later(hours: i64) -> Option<Timestamp> {
    Some(start() + SignedDuration::from_hours(hours))
}

#[tokio::test(start_paused = true)]
async fn shares_come_when_they_are_due_and_the_plan_ends() {
    let shares = [
        share(Ending::DueLater, later(24), 20),
        share(Ending::SomeFailed, later(48), 10),
        share(Ending::Done, None, 0),
    ];
    let bed = Bed::new(Clock::following_tokio(start())).track("ann", shares, vec![]);
    let (ended, diary) = bed.run().await;
    assert_eq!(endings(&ended), [Ending::Done]);
    let times: Vec<Timestamp> = diary.iter().map(|(_, at)| *at).collect();
    assert_eq!(times, [start(), later(24).unwrap(), later(48).unwrap()]);
}

#[tokio::test(start_paused = true)]
async fn two_accounts_take_turns_and_never_work_at_once() {
    let of = |first: i64| {
        [
            share(Ending::DueLater, later(first), 9),
            share(Ending::DueLater, later(first), 4),
            share(Ending::Done, None, 0),
        ]
    };
    let bed = Bed::new(Clock::following_tokio(start())).track("ann", of(24), vec![]).track("ben", of(24), vec![]);
    let (ended, diary) = bed.run().await;
    assert_eq!(endings(&ended), [Ending::Done, Ending::Done]);
    let names: Vec<&str> = diary.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["ann", "ben", "ann", "ben", "ann", "ben"]);
}

#[tokio::test(start_paused = true)]
async fn a_latch_ends_one_account_and_leaves_the_other_going() {
    let bed = Bed::new(Clock::following_tokio(start())).track("ann", [share(Ending::Stopped, None, 9)], vec![]).track(
        "ben",
        [share(Ending::DueLater, later(2), 9), share(Ending::Done, None, 0)],
        vec![],
    );
    let (ended, diary) = bed.run().await;
    assert_eq!(endings(&ended), [Ending::Stopped, Ending::Done]);
    assert_eq!(diary.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn silence_is_kept_until_it_is_over() {
    let shares = [share(Ending::Stopped, later(2), 9), share(Ending::Done, None, 0)];
    let (ended, diary) = Bed::new(Clock::following_tokio(start())).track("ann", shares, vec![]).run().await;
    assert_eq!((endings(&ended), diary[1].1), (vec![Ending::Done], later(2).unwrap()));
}

#[tokio::test(start_paused = true)]
async fn a_pause_holds_what_is_due_until_it_is_over() {
    let shares = [share(Ending::DueLater, later(4), 9), share(Ending::Done, None, 0)];
    let wishes = vec![(later(1).unwrap(), Look::Held), (later(30).unwrap(), Look::Free)];
    let (ended, diary) = Bed::new(Clock::following_tokio(start())).track("ann", shares, wishes).run().await;
    assert_eq!(endings(&ended), [Ending::Done]);
    let resumed = diary[1].1.duration_since(later(30).unwrap());
    assert!((0..=3).contains(&resumed.as_secs()), "{diary:?}");
}

#[tokio::test(start_paused = true)]
async fn a_share_that_met_a_pause_waits_for_the_end_of_it() {
    let shares = [share(Ending::DueLater, None, 9), share(Ending::Done, None, 0)];
    let wishes = vec![(start() + SignedDuration::from_secs(30), Look::Held), (later(5).unwrap(), Look::Free)];
    let (ended, diary) = Bed::new(Clock::following_tokio(start())).track("ann", shares, wishes).run().await;
    assert_eq!((endings(&ended), diary.len()), (vec![Ending::Done], 2));
    assert!(diary[1].1 >= later(5).unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_was_stopped_while_it_waited_has_no_other_share() {
    let over = Look::Over(share(Ending::Interrupted, None, 9));
    let shares = [share(Ending::DueLater, later(24), 9)];
    let bed = Bed::new(Clock::following_tokio(start())).track("ann", shares, vec![(later(1).unwrap(), over)]);
    let clock = bed.clock.clone();
    let (ended, diary) = bed.run().await;
    assert_eq!((endings(&ended), diary.len()), (vec![Ending::Interrupted], 1));
    assert!(clock.now().utc < later(2).unwrap(), "it is heard within seconds");
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_a_wait_at_once_and_says_what_is_due() {
    let bed = Bed::new(Clock::following_tokio(start())).track("ann", [share(Ending::DueLater, later(24), 9)], vec![]);
    let (stop, clock) = (bed.stop.clone(), bed.clock.clone());
    let asks = async {
        tokio::time::sleep(Duration::from_secs(600)).await;
        stop.send(Stop::Asked).unwrap();
    };
    let ((ended, _), ()) = tokio::join!(bed.run(), asks);
    assert_eq!((ended[0].ending, ended[0].due_at, ended[0].remaining), (Ending::Interrupted, later(24), 9));
    assert_eq!(clock.now().utc, start() + SignedDuration::from_secs(600));
}

#[tokio::test(start_paused = true)]
async fn a_signal_within_a_share_ends_all_tracks() {
    let bed = Bed::new(Clock::following_tokio(start())).track("ann", [], vec![]).track("ben", [], vec![]);
    let stop = bed.stop.clone();
    let asks = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        stop.send(Stop::Asked).unwrap();
    };
    let ((ended, diary), ()) = tokio::join!(bed.run(), asks);
    assert_eq!((endings(&ended), diary.len()), (vec![Ending::Interrupted; 2], 1));
}

/// A clock that shows tokio's time and whatever a test adds: a night asleep, a step of NTP.
fn steered() -> (Clock, Arc<AtomicI64>) {
    let (moved, follows) = (Arc::new(AtomicI64::new(0)), Clock::following_tokio(start()));
    let by = moved.clone();
    let clock = Clock::showing(move || {
        let stamp = follows.now();
        Stamp { utc: stamp.utc + SignedDuration::from_secs(by.load(Ordering::SeqCst)), ..stamp }
    });
    (clock, moved)
}

#[tokio::test(start_paused = true)]
async fn eight_hours_asleep_within_a_wait_end_within_seconds_of_waking() {
    let (clock, moved) = steered();
    let due = start() + SignedDuration::from_mins(10);
    let shares = [share(Ending::DueLater, Some(due), 9), share(Ending::Done, None, 0)];
    let bed = Bed::new(clock).track("ann", shares, vec![]);
    let awake = tokio::time::Instant::now();
    let sleeps = async {
        tokio::time::sleep(Duration::from_secs(180)).await;
        moved.store(8 * 3_600, Ordering::SeqCst);
    };
    let ((_, diary), ()) = tokio::join!(bed.run(), sleeps);
    let woke = start() + SignedDuration::from_secs(180 + 8 * 3_600);
    let after = diary[1].1.duration_since(woke);
    assert!((0..30).contains(&after.as_secs()), "{after}");
    assert!(awake.elapsed() < Duration::from_secs(300), "not ten minutes of the time awake");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_goes_back_makes_nothing_early_or_twice() {
    let (clock, moved) = steered();
    let due = start() + SignedDuration::from_mins(10);
    let shares = [share(Ending::DueLater, Some(due), 9), share(Ending::Done, None, 0)];
    let bed = Bed::new(clock).track("ann", shares, vec![]);
    let back = async {
        tokio::time::sleep(Duration::from_secs(500)).await;
        moved.store(-3_600, Ordering::SeqCst);
    };
    let ((ended, diary), ()) = tokio::join!(bed.run(), back);
    assert_eq!((endings(&ended), diary.len()), (vec![Ending::Done], 2));
    assert!(diary[1].1 >= due && diary[1].1 < due + SignedDuration::from_secs(5), "{diary:?}");
}

#[tokio::test(start_paused = true)]
async fn shares_that_do_nothing_come_less_and_less_often() {
    let idle = std::iter::repeat_n(share(Ending::DueLater, Some(start()), 9), 20);
    let shares = idle.chain([share(Ending::Done, None, 0)]);
    let (_, diary) = Bed::new(Clock::following_tokio(start())).track("ann", shares, vec![]).run().await;
    let all = diary[20].1.duration_since(diary[0].1);
    assert!(all > SignedDuration::from_mins(60), "twenty shares of a minute each took {all}");
}

#[test]
fn a_network_that_is_down_is_tried_for_a_day_and_a_half() {
    let (mut record, mut now, mut tries) = (Record::default(), start(), 0);
    let unreached = share(Ending::NoBrowser, None, 9);
    while let Next::At(at) = record.next(&unreached, now) {
        assert!(at > now);
        (now, tries) = (at, tries + 1);
    }
    assert_eq!(tries, 35);
    let took = now.duration_since(start()).as_hours();
    assert!((24..48).contains(&took), "{took} h");
    let mut record = Record::default();
    record.next(&unreached, start());
    record.next(&share(Ending::DueLater, later(24), 8), start());
    let again = record.next(&unreached, start());
    assert_eq!(again, Next::At(start() + SignedDuration::from_mins(5)), "one that was reached begins anew");
}

#[test]
fn what_a_person_has_to_look_at_is_over_and_what_passes_is_not() {
    for ending in [
        Ending::Done,
        Ending::Bug,
        Ending::Usage,
        Ending::BadFile,
        Ending::Damaged,
        Ending::InDoubt,
        Ending::Stopped,
        Ending::SomeFailed,
        Ending::Interrupted,
    ] {
        assert_eq!(Record::default().next(&share(ending, None, 3), start()), Next::Over, "{ending:?}");
    }
    for graver in [Ending::InDoubt, Ending::Damaged, Ending::BadFile] {
        assert_eq!(Record::default().next(&share(graver, later(24), 3), start()), Next::Over, "{graver:?}");
    }
    assert!(matches!(Record::default().next(&share(Ending::Owned, None, 3), start()), Next::At(at) if at > start()));
}

#[tokio::test(start_paused = true)]
async fn what_follows_is_told() {
    let shares = [share(Ending::DueLater, later(24), 20), share(Ending::Done, None, 0)];
    let wishes = vec![(later(1).unwrap(), Look::Held), (later(2).unwrap(), Look::Free)];
    let bed = Bed::new(Clock::following_tokio(start())).track("ann", shares, wishes);
    let (mut told, stop) = (Vec::new(), bed.stop.subscribe());
    round::run(bed.tracks, &bed.clock, stop, &mut |news| {
        told.push(match news {
            News::Away => "away".to_owned(),
            News::Shared { name, share, next } => format!("{name} {} {}", share.remaining, next == Next::Over),
            News::Held { name, held } => format!("{name} held {held}"),
        });
    })
    .await;
    assert_eq!(told, ["ann 20 false", "away", "ann held true", "away", "ann held false", "away", "ann 0 true"]);
}
