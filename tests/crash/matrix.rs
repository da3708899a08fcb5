//! Sixteen points × program, driver, browser: killed there, the same command goes on, and everybody left exactly once. A run
//! tries half of them, the soak all with both drivers.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::bed::{Bed, Done, Planned, Running, moved, quick};
use super::invariants::{Last, invariants};
use super::point::{FOLDER, POINTS, Point, Points};
use super::remains::remains;
use super::victims::{Victim, kill};
use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;
use exeunt::practice::people::people;
use rustix::process::Pid;

use crate::support::engines;

/// How many people a plan has: the one in hand, and in the soak others for whom it must go on.
fn crowd() -> usize {
    if engines::is_soak() { 3 } else { 1 }
}

/// A bed with a plan, and a folder of points.
pub(crate) fn ready(kind: Kind) -> (Bed, Planned, Points) {
    let bed = Bed::new(kind, quick(30)).real();
    let slugs = people(&bed.site.scenario).into_iter().filter_map(|person| Some(person.slug?.as_str().to_owned()));
    let plan = bed.plan(&slugs.take(crowd()).collect::<Vec<_>>());
    let points = Points::new(bed.path("points"));
    (bed, plan, points)
}

/// Starts the live run with points; the process's number comes over the channel with its first line.
fn start(bed: &Bed, plan: &Planned, points: &Points, point: Point) -> (Running, mpsc::Receiver<Pid>) {
    let mut command = bed.command(&bed.site.origin(), &["run", &plan.id, "--live", "--confirm", &plan.hash]);
    command.env(FOLDER, points.folder());
    let (say, hear) = mpsc::channel();
    let mut arm = points.armer(point);
    let running = Running::of(command, move |line, pid| {
        // Only the first is waited for.
        let _ = say.send(pid);
        arm(line);
    });
    (running, hear)
}

/// Waits until the program stands at a point; answers its number.
fn standing(points: &Points, name: &str, hear: &mpsc::Receiver<Pid>) -> Option<Pid> {
    let pid = hear.recv_timeout(Duration::from_secs(180)).expect("the run never told anything");
    let is_over = || loop {
        if let Err(none) = hear.try_recv() {
            return none == mpsc::TryRecvError::Disconnected;
        }
    };
    points.await_reached(name, is_over).then_some(pid)
}

/// A run that stands at a point, and its number. On a busy machine a browser may not start in time: then again.
pub(crate) fn brought_to(bed: &Bed, plan: &Planned, points: &Points, point: Point) -> (Running, Pid) {
    for _ in 0..3 {
        let (running, hear) = start(bed, plan, points, point);
        if let Some(pid) = standing(points, point.name, &hear) {
            return (running, pid);
        }
        let done = running.end();
        assert!(done.is_busy(), "I8: {} was never reached: {}", point.name, done.told());
        println!("{}: {}", point.name, done.last()["reason"]);
    }
    panic!("I8: {} was never reached, and no browser starts", point.name);
}

/// Waits until the deed is done whose answer the program does not hear.
fn until_removed(bed: &Bed) {
    let until = Instant::now() + Duration::from_secs(60);
    while bed.site.removed().is_empty() {
        assert!(Instant::now() < until, "the site never removed anybody");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// Kills the victim while the program stands at the point, and lets it go on if it still can.
fn struck(bed: &Bed, plan: &Planned, points: &Points, (point, victim): (Point, Victim)) -> Done {
    let (running, pid) = brought_to(bed, plan, points, point);
    if point.name == "C7" {
        until_removed(bed);
    }
    let killed = kill(victim, &bed.data(), pid);
    let alive = point.driven || victim == Victim::Program;
    assert_eq!(killed > 0, alive, "{killed} processes were killed at {}", point.name);
    points.release(point.name);
    let done = running.end();
    assert_eq!(done.signal, (victim == Victim::Program).then_some(9), "{}", done.told());
    done
}

/// The same command brings everybody to the end.
pub(crate) fn goes_on_to_the_end(bed: &Bed, plan: &Planned, mut told: String) {
    let mut live = bed.live(plan);
    for _ in 0..2 {
        if live.is_busy() {
            live = bed.live(plan);
        }
    }
    told = format!("{told}\n{}", live.told());
    assert_eq!(live.code, Some(0), "{told}");
    invariants(bed, plan, Last::Ended, &told);
    let removed = bed.site.removed();
    assert!(plan.slugs.iter().all(|slug| removed.get(slug) == Some(&1)), "{removed:?}\n{told}");
    assert!(bed.states(plan).iter().all(|(_, state)| *state == EffectState::Confirmed), "{told}");
    assert_eq!(remains(bed), [""; 0], "{told}");
}

fn cell(kind: Kind, point: Point, victim: Victim) {
    let (bed, plan, points) = ready(kind);
    let done = struck(&bed, &plan, &points, (point, victim));
    let told = format!("{} {victim:?} {kind}: {}", point.name, done.told());
    if victim == Victim::Program {
        invariants(&bed, &plan, Last::Cut, &told);
    } else {
        // It went on by itself, or said that no other browser starts.
        assert!(done.code == Some(0) || done.is_busy(), "{told}");
    }
    goes_on_to_the_end(&bed, &plan, told);
    let intents = done.lines.iter().filter_map(moved).filter(|(to, _)| *to == "INTENT").count();
    println!("{} × {victim:?}, {kind}: held; {intents} intentions before the end of that run", point.name);
}

/// A part of the points for one victim, by rotation: neighbours among the points, and the victims of one, take turns with the
/// drivers, and two runs share the cells.
fn part(victim: Victim, part: usize) {
    let here = POINTS.into_iter().enumerate().filter(|(at, _)| at / 7 == part);
    for (at, point) in here.filter(|(at, _)| engines::is_turn(at / 2 + victim as usize, 2)) {
        for kind in engines::told("a crash point", at + victim as usize, &format!("{} × {victim:?}", point.name)) {
            cell(kind, point, victim);
        }
    }
}

#[test]
fn a_program_killed_before_the_dialog_and_up_to_it_takes_nobody_out_twice() {
    part(Victim::Program, 0);
}

#[test]
fn a_program_killed_from_the_click_to_the_seal_takes_nobody_out_twice() {
    part(Victim::Program, 1);
}

#[test]
fn a_driver_killed_before_the_dialog_and_up_to_it_takes_nobody_out_twice() {
    part(Victim::Driver, 0);
}

#[test]
fn a_driver_killed_from_the_click_to_the_seal_takes_nobody_out_twice() {
    part(Victim::Driver, 1);
}

#[test]
fn a_browser_killed_before_the_dialog_and_up_to_it_takes_nobody_out_twice() {
    part(Victim::Browser, 0);
}

#[test]
fn a_browser_killed_from_the_click_to_the_seal_takes_nobody_out_twice() {
    part(Victim::Browser, 1);
}
