//! Nothing of ours stays: after success, a stop, Ctrl-C, and a kill with the next start. What is somebody else's stays.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::bed::{Bed, Done, Planned, moved, quick};
use super::foreign::Foreign;
use super::remains::remains;
use crate::support::engines;
use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;
use exeunt::practice::people::people;
use rustix::process::{Signal, kill_process};
use serde_json::Value;

/// After a second Ctrl-C the program is gone within this time, the browser's end included.
const AT_ONCE: Duration = Duration::from_secs(10);

fn bed_and_plan(kind: Kind, count: usize) -> (Bed, Planned) {
    let bed = Bed::new(kind, quick(40)).real();
    let slugs = people(&bed.site.scenario).into_iter().filter_map(|person| Some(person.slug?.as_str().to_owned()));
    let plan = bed.plan(&slugs.take(count).collect::<Vec<_>>());
    (bed, plan)
}

fn nothing_is_left(bed: &Bed, after: &str) {
    assert_eq!(remains(bed), [""; 0], "after {after}");
}

/// Runs a plan and sends each signal at the first line that moves somebody to its state, one after the other; also how
/// long the program took after the last.
fn signalled(bed: &Bed, plan: &Planned, signals: &'static [(&'static str, Signal)]) -> (Done, Duration) {
    let (say, hear) = mpsc::channel();
    let mut left = signals.iter();
    let mut next = left.next();
    let running = bed.start(&["run", &plan.id, "--live", "--confirm", &plan.hash], move |line, pid| {
        let now = next.filter(|(state, _)| moved(line).is_some_and(|(to, _)| to == *state));
        if let Some((_, signal)) = now {
            // The program is waited for only after its last line was read, so the number is its own.
            kill_process(pid, *signal).unwrap();
            say.send(Instant::now()).unwrap();
            next = left.next();
        }
    });
    let done = running.end();
    let sent: Vec<Instant> = hear.try_iter().collect();
    assert_eq!(sent.len(), signals.len(), "nobody came so far: {}", done.told());
    (done, sent.last().unwrap().elapsed())
}

fn count(bed: &Bed, plan: &Planned, wanted: EffectState) -> usize {
    bed.states(plan).iter().filter(|(_, state)| *state == wanted).count()
}

fn it_goes_on_and_ends_well(bed: &Bed, plan: &Planned) {
    let live = bed.live(plan);
    assert_eq!(live.code, Some(0), "{}", live.told());
    let removed = bed.site.removed();
    assert!(plan.slugs.iter().all(|slug| removed.get(slug) == Some(&1)) && removed.len() == plan.slugs.len());
    assert_eq!(count(bed, plan, EffectState::Confirmed), plan.slugs.len());
    nothing_is_left(bed, "the run after it");
}

fn success_and_stop(kind: Kind) {
    let (bed, plan) = bed_and_plan(kind, 2);
    let live = bed.run(&["run", &plan.id, "--live", "--confirm", &plan.hash, "--limit", "1"]);
    assert!(matches!(live.code, Some(0 | 9)), "{}", live.told());
    nothing_is_left(&bed, "a run that did what it should");
    bed.site.ask("POST /fault", "checkpoint@connections:2");
    let stopped = bed.live(&plan);
    assert_eq!(stopped.code, Some(5), "{}", stopped.told());
    nothing_is_left(&bed, "a stop");
    bed.site.ask("POST /fault", "500@connections");
    let cleared = bed.run(&["incident", "clear", "last", "--reason", "looked"]);
    assert_eq!(cleared.code, Some(0), "{}", cleared.told());
    let broken = bed.run(&["run", &plan.id]);
    assert_ne!(broken.code, Some(0), "{}", broken.told());
    nothing_is_left(&bed, "a site that is broken");
}

#[test]
fn nothing_is_left_after_success_and_after_a_stop_in_chrome() {
    success_and_stop(Kind::Chrome);
}

#[test]
fn nothing_is_left_after_success_and_after_a_stop_in_firefox() {
    success_and_stop(Kind::Firefox);
}

fn ctrl_c_once(kind: Kind) {
    let (bed, plan) = bed_and_plan(kind, 3);
    let (done, _) = signalled(&bed, &plan, &[("INTENT", Signal::INT)]);
    assert_eq!(done.code, Some(130), "{}", done.told());
    nothing_is_left(&bed, "Ctrl-C");
    assert_eq!(bed.site.removed().len(), 1, "the person in hand was finished, and nobody else was begun");
    assert_eq!((count(&bed, &plan, EffectState::Done), count(&bed, &plan, EffectState::Approved)), (1, 2));

    let (done, _) = signalled(&bed, &plan, &[("PRECHECK", Signal::TERM)]);
    assert_eq!(done.code, Some(130), "{}", done.told());
    nothing_is_left(&bed, "a polite end");
    assert_eq!(bed.site.removed().len(), 1, "nothing is begun after the wish to stop");
    assert_eq!(count(&bed, &plan, EffectState::Approved), 2);
    it_goes_on_and_ends_well(&bed, &plan);
}

#[test]
fn ctrl_c_finishes_the_person_in_hand() {
    for kind in engines::of("what a stop leaves", "Ctrl-C once") {
        ctrl_c_once(kind);
    }
}

fn ctrl_c_twice(kind: Kind) {
    let (bed, plan) = bed_and_plan(kind, 2);
    let (done, took) = signalled(&bed, &plan, &[("INTENT", Signal::INT), ("ACTED", Signal::INT)]);
    assert_eq!(done.code, Some(130), "{}", done.told());
    assert!(took < AT_ONCE, "{took:?}");
    nothing_is_left(&bed, "Ctrl-C twice");
    assert!(bed.states(&plan).iter().any(|(_, state)| state.in_flight()), "nobody waited for a reading");
    let status = bed.run(&["status"]);
    assert_eq!(status.code, Some(8), "{}", status.told());
    it_goes_on_and_ends_well(&bed, &plan);
}

#[test]
fn ctrl_c_twice_ends_at_once() {
    for kind in engines::of("what a stop leaves", "Ctrl-C twice") {
        ctrl_c_twice(kind);
    }
}

fn kill_and_next_start(kind: Kind) {
    let (bed, plan) = bed_and_plan(kind, 2);
    let (killed, _) = signalled(&bed, &plan, &[("INTENT", Signal::KILL)]);
    assert_eq!(killed.signal, Some(9), "{}", killed.told());
    let before = remains(&bed);
    for what in ["process", "temporary", "record"] {
        assert!(before.iter().any(|left| left.starts_with(what)), "a killed program leaves its {what}: {before:?}");
    }
    // The next start finds the orphans before it opens a browser of its own.
    let swept = bed.start(&["run", &plan.id, "--limit", "1"], |_, _| {}).end();
    assert_eq!(swept.code, Some(0), "{}", swept.told());
    nothing_is_left(&bed, "a kill and the next start");
    it_goes_on_and_ends_well(&bed, &plan);
}

#[test]
fn the_next_start_sweeps_what_a_kill_left_in_chrome() {
    kill_and_next_start(Kind::Chrome);
}

#[test]
fn the_next_start_sweeps_what_a_kill_left_in_firefox() {
    kill_and_next_start(Kind::Firefox);
}

/// Asks the driver itself.
fn ask(driver: &Foreign, path: &str) -> Value {
    let authority = driver.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(authority).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n").unwrap();
    let mut lines = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).unwrap() > 0, "the answer ended within its head");
        let line = line.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        } else if line.trim().is_empty() {
            break;
        }
    }
    // chromedriver keeps the connection open whatever it was asked.
    let mut body = vec![0; length];
    lines.read_exact(&mut body).unwrap();
    serde_json::from_slice(&body).unwrap()
}

fn attached(kind: Kind) {
    let (bed, plan) = bed_and_plan(kind, 1);
    let foreign_temp = tempfile::tempdir().unwrap();
    let mut foreign = Foreign::start(kind, foreign_temp.path());
    let url = foreign.url.clone();
    let live = bed.run(&["run", &plan.id, "--live", "--confirm", &plan.hash, "--webdriver", &url]);
    assert_eq!(live.code, Some(0), "{}", live.told());
    assert_eq!(bed.site.removed().len(), 1);
    assert!(foreign.runs(), "somebody else's driver was ended");
    match kind {
        Kind::Chrome => assert_eq!(ask(&foreign, "/sessions")["value"], Value::Array(vec![]), "the session is gone"),
        // It has at most one session, and is ready for another only without it.
        Kind::Firefox => assert_eq!(ask(&foreign, "/status")["value"]["ready"], true, "the session is gone"),
    }
    nothing_is_left(&bed, "a run on somebody else's driver");
}

#[test]
fn a_driver_of_somebody_else_is_used_and_left_running_chromedriver() {
    attached(Kind::Chrome);
}

#[test]
fn a_driver_of_somebody_else_is_used_and_left_running_geckodriver() {
    attached(Kind::Firefox);
}
