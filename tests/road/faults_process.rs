//! Drivers, browsers and sites that are missing, wrong, foreign, or die in the middle.
//!
//! Each time: the exit code, what is said to do, nobody removed twice or outside the plan, and a ledger that verifies.

use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use super::bed::{Bed, Done, Planned, Running, moved, quick};
use super::removals::{all_in, each_once, first, same_people};
use super::search_path::plain;
use crate::support::engines;
use exeunt::browser::binary::{self, Binaries, Kind, Pair};
use exeunt::event::state::EffectState;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

fn ready(kind: Kind) -> (Bed, Planned) {
    let bed = Bed::new(kind, quick(40)).real();
    let plan = bed.plan(&first(&bed.site.scenario, 1));
    (bed, plan)
}

/// Everybody of the plan left exactly once, and the ledger knows.
fn done_once(bed: &Bed, plan: &Planned, done: &Done) {
    assert_eq!(done.code, Some(0), "{}", done.told());
    assert_eq!(bed.site.removed(), each_once(&plan.slugs), "{}", done.told());
    same_people(bed.states(plan), all_in(plan, EffectState::Confirmed));
    let verified = bed.run(&["evidence", "verify", "last"]);
    assert_eq!(verified.code, Some(0), "{}", verified.told());
}

// ---------------------------------------------------------------- what dies in the middle

/// Which process is killed.
#[derive(Debug, Clone, Copy)]
enum Victim {
    Driver,
    Browser,
    Renderer,
}

/// The processes of a bed's driver group: the driver, its browser, and the processes that draw pages.
fn group(bed_data: &Path) -> (u32, Vec<(u32, String)>) {
    let record = fs::read_dir(bed_data.join("drivers")).unwrap().next().expect("a driver runs").unwrap();
    let note: Value = serde_json::from_slice(&fs::read(record.path()).unwrap()).unwrap();
    let driver = u32::try_from(note["driver"]["pid"].as_u64().unwrap()).unwrap();
    let output = std::process::Command::new("ps").args(["-axwwo", "pid=,pgid=,args="]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let members = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (pid, own) = (words.next()?.parse().ok()?, words.next()?.parse::<u32>().ok()?);
        (own == driver && pid != driver).then(|| (pid, words.collect::<Vec<_>>().join(" ")))
    });
    (driver, members.collect())
}

/// Whether a process draws pages, as browsers call theirs.
fn draws(arguments: &str) -> bool {
    arguments.contains("--type=renderer") || (arguments.contains("-contentproc") && arguments.ends_with(" tab"))
}

fn victims(data: &Path, victim: Victim) -> Vec<u32> {
    let (driver, members) = group(data);
    match victim {
        Victim::Driver => vec![driver],
        Victim::Browser => members.iter().map(|(pid, _)| *pid).collect(),
        Victim::Renderer => members.iter().filter(|(_, arguments)| draws(arguments)).map(|(pid, _)| *pid).collect(),
    }
}

/// Kills a process of the browser as soon as the person reaches a state; the same run opens another session and finishes.
fn dies_at(kind: Kind, victim: Victim, state: &'static str) {
    if !engines::is_turn_of(kind, "what dies", victim as usize, &format!("{victim:?} at {state}")) {
        return;
    }
    let (bed, plan) = ready(kind);
    let data = bed.data();
    let (say, hear) = mpsc::channel();
    let mut left = true;
    let live = bed
        .start(&["run", &plan.id, "--live", "--confirm", &plan.hash], move |line, _| {
            if left && moved(line).is_some_and(|(to, _)| to == state) {
                left = false;
                let pids = victims(&data, victim);
                for pid in &pids {
                    // One of them may have ended with another.
                    let _ = kill_process(Pid::from_raw(i32::try_from(*pid).unwrap()).unwrap(), Signal::KILL);
                }
                say.send(pids.len()).unwrap();
            }
        })
        .end();
    let killed: usize = hear.try_iter().sum();
    assert!(killed > 0, "nothing was killed at {state}: {}", live.told());
    let sessions = live.lines.iter().filter(|line| line["fact"]["kind"] == "account-seen").count();
    assert!(sessions >= 2, "{victim:?} died at {state}, and no other session was opened: {}", live.told());
    done_once(&bed, &plan, &live);
}

#[test]
fn a_driver_that_dies_is_replaced_and_nobody_is_removed_twice_chromedriver() {
    dies_at(Kind::Chrome, Victim::Driver, "INTENT");
}

#[test]
fn a_driver_that_dies_is_replaced_and_nobody_is_removed_twice_geckodriver() {
    dies_at(Kind::Firefox, Victim::Driver, "ACTED");
}

#[test]
fn a_browser_that_dies_is_replaced_and_nobody_is_removed_twice_chromedriver() {
    dies_at(Kind::Chrome, Victim::Browser, "ACTED");
}

#[test]
fn a_browser_that_dies_is_replaced_and_nobody_is_removed_twice_geckodriver() {
    dies_at(Kind::Firefox, Victim::Browser, "INTENT");
}

#[test]
fn a_tab_that_crashes_is_replaced_and_nobody_is_removed_twice_chromedriver() {
    dies_at(Kind::Chrome, Victim::Renderer, "INTENT");
}

#[test]
fn a_tab_that_crashes_is_replaced_and_nobody_is_removed_twice_geckodriver() {
    dies_at(Kind::Firefox, Victim::Renderer, "PRECHECK");
}

// ---------------------------------------------------------------- a site that goes away

/// A way to the site that can be closed.
struct Gate {
    address: SocketAddr,
    open: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
    accepting: Option<JoinHandle<()>>,
}

impl Gate {
    fn before(site: &str) -> Self {
        let site: SocketAddr = site.strip_prefix("http://").unwrap().parse().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (open, streams) = (Arc::new(AtomicBool::new(true)), Arc::new(Mutex::new(Vec::new())));
        let (still, kept) = (Arc::clone(&open), Arc::clone(&streams));
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if !still.load(Ordering::SeqCst) {
                    return;
                }
                let (from, to) = (stream.unwrap(), TcpStream::connect(site).unwrap());
                for (mut reader, mut writer) in [
                    (from.try_clone().unwrap(), to.try_clone().unwrap()),
                    (to.try_clone().unwrap(), from.try_clone().unwrap()),
                ] {
                    // A connection that breaks is what this is for.
                    std::thread::spawn(move || std::io::copy(&mut reader, &mut writer));
                }
                kept.lock().unwrap().extend([from, to]);
            }
        });
        Self { address, open, streams, accepting: Some(accepting) }
    }

    /// The site is gone: no connection stays, none is made.
    fn close(&self) {
        if self.open.swap(false, Ordering::SeqCst) {
            // Wakes the thread that waits for the next connection.
            let _ = TcpStream::connect(self.address);
        }
        for stream in self.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.close();
        let ended = self.accepting.take().unwrap().join();
        if !std::thread::panicking() {
            ended.unwrap();
        }
    }
}

/// The site goes away as soon as the person reaches a state; what the run ends with.
fn gone_at(kind: Kind, state: &'static str) -> (Bed, Planned, Done) {
    let (bed, plan) = ready(kind);
    let gate = Arc::new(Gate::before(&bed.site.origin()));
    let origin = format!("http://{}", gate.address);
    let closing = Arc::clone(&gate);
    let command = bed.command(&origin, &["run", &plan.id, "--live", "--confirm", &plan.hash]);
    let live = Running::of(command, move |line, _| {
        if moved(line).is_some_and(|(to, _)| to == state) {
            closing.close();
        }
    })
    .end();
    assert!(!gate.open.load(Ordering::SeqCst), "nobody came to {state}: {}", live.told());
    (bed, plan, live)
}

#[test]
fn a_site_that_is_gone_before_the_intention_is_6_and_touches_nobody() {
    let (bed, plan, live) = gone_at(Kind::Firefox, "PRECHECK");
    assert_eq!(live.code, Some(6), "{}", live.told());
    assert_eq!(bed.site.audit(), []);
    same_people(bed.states(&plan), all_in(&plan, EffectState::Approved));
    done_once(&bed, &plan, &bed.live(&plan));
}

#[test]
fn a_site_that_is_gone_after_the_click_is_8_and_the_next_run_looks() {
    let (bed, plan, live) = gone_at(Kind::Chrome, "ACTED");
    assert_eq!(live.code, Some(8), "{}", live.told());
    assert!(bed.states(&plan)[0].1.in_flight(), "{}", live.told());
    done_once(&bed, &plan, &bed.live(&plan));
}

#[test]
fn a_site_that_was_never_there_is_6_with_its_address() {
    let (bed, plan) = ready(Kind::Chrome);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let live =
        Running::of(bed.command(&origin, &["run", &plan.id, "--live", "--confirm", &plan.hash]), |_, _| {}).end();
    assert_eq!(live.code, Some(6), "{}", live.told());
    assert!(live.told().contains("cannot be reached"), "{}", live.told());
    same_people(bed.states(&plan), all_in(&plan, EffectState::Approved));
}

// ---------------------------------------------------------------- programs that are missing, wrong or foreign

/// The browser and the driver of this machine.
fn pair(kind: Kind) -> Pair {
    let search = std::env::split_paths(&plain()).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(binary::find(kind, &Binaries { search, ..Binaries::default() })).unwrap()
}

/// A search path with the real Chromium, and with this script for its driver.
fn path_with(bed: &Bed, script: Option<&str>) -> PathBuf {
    let folder = bed.path("path");
    fs::create_dir_all(&folder).unwrap();
    let browser = folder.join("chromium");
    if !browser.exists() {
        symlink(pair(Kind::Chrome).browser.path, browser).unwrap();
    }
    if let Some(script) = script {
        let driver = folder.join("chromedriver");
        fs::write(&driver, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&driver, fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

/// Runs the plan with nothing but that folder to look for programs in.
fn run_with(bed: &Bed, plan: &Planned, path: &Path) -> Done {
    let mut command = bed.command(&bed.site.origin(), &["run", &plan.id, "--live", "--confirm", &plan.hash]);
    command.env("PATH", path);
    Running::of(command, |_, _| {}).end()
}

/// Exit 6 with these words, and the site was never asked.
fn unavailable(bed: &Bed, done: &Done, words: &[&str]) {
    assert_eq!(done.code, Some(6), "{}", done.told());
    assert!(words.iter().all(|word| done.told().contains(word)), "{words:?}: {}", done.told());
    assert_eq!(bed.site.ask("GET /audit/all", ""), "[]", "{}", done.told());
}

#[test]
fn no_driver_is_6_with_the_way_to_get_one() {
    let (bed, plan) = ready(Kind::Chrome);
    let done = run_with(&bed, &plan, &path_with(&bed, None));
    unavailable(&bed, &done, &["chromedriver", "chromium-driver", "exeunt doctor"]);
}

#[test]
fn a_driver_of_another_version_is_6_before_anything_starts() {
    let (bed, plan) = ready(Kind::Chrome);
    let started = bed.path("started");
    let script = format!("[ \"$1\" = --version ] || : > {}\necho 'ChromeDriver 1.2.3.4'", started.display());
    let done = run_with(&bed, &plan, &path_with(&bed, Some(&script)));
    unavailable(&bed, &done, &["ChromeDriver 1.2.3.4", "same major version"]);
    assert!(!started.exists(), "the driver was started");
}

#[test]
fn a_driver_whose_port_is_taken_is_6_with_what_it_said() {
    let (bed, plan) = ready(Kind::Chrome);
    let says = pair(Kind::Chrome).driver.says;
    let script = format!(
        "[ \"$1\" = --version ] && echo '{says}' && exit\necho 'bind() failed: Address already in use' >&2\nexit 1"
    );
    let done = run_with(&bed, &plan, &path_with(&bed, Some(&script)));
    unavailable(&bed, &done, &["Address already in use"]);
}

#[test]
fn a_driver_that_was_replaced_is_told_and_used_only_when_a_person_agrees() {
    let (bed, plan) = ready(Kind::Chrome);
    let real = pair(Kind::Chrome).driver.path;
    let script = |note: &str| format!("# {note}\nexec {} \"$@\"", real.display());
    let rehearse = |flags: &[&str]| {
        let arguments = [&["run", &plan.id][..], flags].concat();
        let mut command = bed.command(&bed.site.origin(), &arguments);
        command.env("PATH", format!("{}:/usr/bin:/bin", bed.path("path").display()));
        Running::of(command, |_, _| {}).end()
    };
    path_with(&bed, Some(&script("one")));
    assert_eq!(rehearse(&[]).code, Some(0));
    path_with(&bed, Some(&script("two")));
    let asked = bed.site.ask("GET /audit/all", "");
    let refused = rehearse(&[]);
    assert_eq!(refused.code, Some(6), "{}", refused.told());
    assert!(refused.told().contains("--accept-driver") && refused.told().contains("sha256"), "{}", refused.told());
    assert_eq!(bed.site.ask("GET /audit/all", ""), asked, "the replaced driver was used");
    let agreed = rehearse(&["--accept-driver"]);
    assert_eq!(agreed.code, Some(0), "{}", agreed.told());
    let known = rehearse(&[]);
    assert_eq!(known.code, Some(0), "{}", known.told());
}

#[test]
fn a_foreign_driver_that_says_ready_is_never_used() {
    let (bed, plan) = ready(Kind::Chrome);
    let driver = pair(Kind::Chrome).driver;
    let version = driver.says.rsplit(' ').next().unwrap().to_owned();
    let ports = bed.path("ports");
    fs::create_dir(&ports).unwrap();
    // It notes its port and never listens there: somebody else does.
    let script = format!(
        "[ \"$1\" = --version ] && echo '{}' && exit\nfor word; do case $word in --port=*) : > {}/${{word#--port=}};; esac; done\nexec /bin/sleep 60",
        driver.says,
        ports.display()
    );
    let over = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&over);
    let stranger = std::thread::spawn(move || strange(&ports, &version, &stop));
    let done = run_with(&bed, &plan, &path_with(&bed, Some(&script)));
    over.store(true, Ordering::SeqCst);
    let (answered, asked) = stranger.join().unwrap();
    unavailable(&bed, &done, &["another program answers on port"]);
    assert!(answered >= 1, "the stranger was never asked: {}", done.told());
    assert_eq!(asked, [""; 0], "the stranger got more than the question for its status");
}

/// Says "ready" on every port that is noted there; how often, and whatever else it was asked.
fn strange(ports: &Path, version: &str, over: &AtomicBool) -> (u32, Vec<String>) {
    let mut known = BTreeSet::new();
    let mut listeners: Vec<TcpListener> = vec![];
    let (mut answered, mut other) = (0, vec![]);
    let body = format!(r#"{{"value":{{"ready":true,"message":"ready","build":{{"version":"{version}"}}}}}}"#);
    while !over.load(Ordering::SeqCst) {
        for entry in fs::read_dir(ports).unwrap() {
            let port: u16 = entry.unwrap().file_name().to_str().unwrap().parse().unwrap();
            if known.insert(port) {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
                listener.set_nonblocking(true).unwrap();
                listeners.push(listener);
            }
        }
        for listener in &listeners {
            let mut stream = match listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                Err(error) => panic!("{error}"),
            };
            stream.set_nonblocking(false).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
            let mut request = [0; 2_048];
            let read = stream.read(&mut request).unwrap_or(0);
            let line = String::from_utf8_lossy(&request[..read]).lines().next().unwrap_or_default().to_owned();
            if line.starts_with("GET ") && line.contains("/status") {
                answered += 1;
            } else {
                other.push(line);
            }
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
            );
        }
        std::thread::yield_now();
    }
    (answered, other)
}
