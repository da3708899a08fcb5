//! Ids, doubts and ends.

use std::path::Path;
use std::process::{Command, Stdio};

use exeunt::browser::binary::Kind;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::guest::{Guest, Place, capabilities, send};
use super::pool::Pool;
use super::processes::{members, until};

const BOTH: [Kind; 2] = [Kind::Chrome, Kind::Firefox];

#[test]
fn an_id_is_of_no_use_once_its_session_was_deleted() {
    for kind in BOTH {
        let pool = Pool::start();
        let authority = pool.url.trim_start_matches("http://").trim_end_matches('/');
        let guest = Guest::new(&pool.url, kind);
        let place = Place::start();
        guest.goto(&place.origin);
        let old = guest.leave();
        let next = Guest::new(&pool.url, kind);
        assert_ne!(next.id, old);
        for (method, rest) in [("GET", "/url"), ("DELETE", ""), ("POST", "/url")] {
            let answer = send(authority, method, &format!("/session/{old}{rest}"), &json!({"url": place.origin}));
            assert_eq!(answer["error"], "invalid session id", "{kind}: {method} {rest}");
        }
        assert_eq!(next.ask("GET", "url", &Value::Null), "about:blank", "{kind}: the new client's session is its own");
        next.leave();
        pool.settle();
        assert_eq!((pool.counts().started, pool.counts().reset), (1, 2), "{kind}: {:?}", pool.counts());
    }
}

#[test]
fn two_clients_at_once_have_two_browsers() {
    let pool = Pool::start();
    let place = Place::start();
    let (one, two) = (Guest::new(&pool.url, Kind::Chrome), Guest::new(&pool.url, Kind::Chrome));
    one.goto(&place.origin);
    one.script("document.cookie = 'mine=1'");
    two.goto(&place.origin);
    assert_eq!(two.script("return document.cookie"), "");
    assert_eq!(pool.counts().started, 2);
}

/// The reason for which the session of a client that does this ends.
fn reason(kind: Kind, doubtful: impl FnOnce(&Pool, Guest)) -> String {
    let pool = Pool::start();
    doubtful(&pool, Guest::new(&pool.url, kind));
    pool.settle();
    until("the end of the session", || pool.counts().dropped.len() == 1);
    let next = Guest::new(&pool.url, kind);
    let place = Place::start();
    next.goto(&place.origin);
    next.leave();
    assert_eq!(pool.counts().started, 2, "{kind}");
    pool.counts().dropped[0].clone()
}

#[test]
fn a_session_ends_at_any_doubt() {
    for kind in BOTH {
        let endless = |_: &Pool, guest: Guest| {
            guest.goto("data:text/html,<script>onload=()=>setTimeout(()=>{for(;;)alert(1)},0)</script>");
            while guest.ask("GET", "alert/text", &Value::Null) != "1" {
                std::thread::yield_now();
            }
            guest.leave();
        };
        let why = reason(kind, endless);
        // The next prompt may open before or after the last one is asked for.
        let endless = ["a prompt opens again each time", "unexpected alert open"];
        assert!(endless.iter().any(|words| why.contains(words)), "{kind}: {why}");
        let vendors = |_: &Pool, guest: Guest| {
            let (rest, body) = match kind {
                Kind::Chrome => ("goog/cdp/execute", json!({"cmd": "Network.disable", "params": {}})),
                Kind::Firefox => ("moz/context", json!({"context": "chrome"})),
            };
            guest.post(rest, &body);
            guest.leave();
        };
        let why = reason(kind, vendors);
        assert!(why.contains("may change what no reset looks at"), "{kind}: {why}");
        let late = |_: &Pool, guest: Guest| {
            guest.post("timeouts", &json!({"script": 10}));
            let script = json!({"script": "return new Promise(() => {})", "args": []});
            assert_eq!(guest.ask("POST", "execute/sync", &script)["error"], "script timeout");
            guest.leave();
        };
        assert_eq!(reason(kind, late), "execute/sync: script timeout", "{kind}");
    }
}

#[test]
fn a_session_of_a_client_that_went_away_ends() {
    // Dropped without a word, as where a program is killed.
    let why = reason(Kind::Chrome, |_, guest| guest.goto("about:blank"));
    assert_eq!(why, "the client went away");
}

#[test]
fn a_browser_that_died_is_no_clients() {
    for kind in BOTH {
        let why = reason(kind, |pool, guest| {
            guest.leave();
            pool.settle();
            let [driver] = drivers(&pool.folder())[..] else { panic!("one driver runs") };
            kill_process(driver, Signal::KILL).unwrap();
            let next = Guest::new(&pool.url, kind);
            next.leave();
        });
        assert!(why.starts_with("POST timeouts"), "{kind}: {why}");
    }
}

#[test]
fn what_cannot_be_shared_is_started_for_one_client() {
    let pool = Pool::start();
    let profile = tempfile::tempdir().unwrap();
    let mut wish = capabilities(Kind::Chrome);
    let args = wish["goog:chromeOptions"]["args"].as_array_mut().unwrap();
    args.push(json!(format!("--user-data-dir={}", profile.path().display())));
    Guest::with(&pool.url, Kind::Chrome, &wish).leave();
    pool.settle();
    assert_eq!(pool.counts().dropped, ["it was one client's alone"]);
    assert!(profile.path().join("Default").exists());
}

/// The drivers that write below this folder.
fn drivers(folder: &Path) -> Vec<Pid> {
    let output = Command::new("ps").args(["-axo", "pid=,comm="]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let named = text.lines().filter(|line| line.contains("chromedriver") || line.contains("geckodriver"));
    let pids = named.map(|line| line.split_whitespace().next().unwrap().parse::<i32>().unwrap());
    let needle = format!("TMPDIR={}", folder.display());
    let ours = pids.filter(|pid| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(&needle)
    });
    ours.filter_map(Pid::from_raw).collect()
}

/// Not a test of its own: the process whose end the next test looks at. It has a browser of each kind, one of them in use.
#[test]
fn helper_that_has_browsers() {
    let Ok(how) = std::env::var("EXEUNT_TEST_POOL_HELPER") else { return };
    let (how, note) = how.split_once(':').unwrap();
    let pool = Pool::start();
    let place = Place::start();
    let guests = BOTH.map(|kind| Guest::new(&pool.url, kind));
    for guest in &guests {
        guest.goto(&place.origin);
    }
    let [chrome, _firefox] = guests;
    chrome.leave();
    pool.settle();
    let groups: Vec<String> = drivers(&pool.folder()).iter().map(|pid| pid.as_raw_nonzero().to_string()).collect();
    // A static is never dropped, and neither is the pool that tests share.
    let pool = Box::leak(Box::new(pool));
    std::fs::write(format!("{note}.draft"), format!("{} {}", pool.folder().display(), groups.join(" "))).unwrap();
    std::fs::rename(format!("{note}.draft"), note).unwrap();
    match how {
        "panics" => panic!("on purpose"),
        "ends" => std::process::exit(0),
        _ => loop {
            std::thread::park();
        },
    }
}

#[test]
fn nothing_outlives_the_process_however_it_ends() {
    for how in ["panics", "ends", "is killed"] {
        let place = tempfile::tempdir().unwrap();
        let note = place.path().join("note");
        let mut helper = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "pool::life::helper_that_has_browsers", "--nocapture"])
            .env("EXEUNT_TEST_POOL_HELPER", format!("{how}:{}", note.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Two browsers start, which may take longer than anything that is waited for elsewhere.
        loop {
            let ended = helper.try_wait().unwrap();
            if note.exists() {
                break;
            }
            assert_eq!(ended, None, "{how}: it came to its end before it had browsers");
            std::thread::yield_now();
        }
        let text = std::fs::read_to_string(&note).unwrap();
        let mut words = text.split(' ');
        let folder = Path::new(words.next().unwrap()).to_owned();
        let groups: Vec<u32> = words.map(|group| group.parse().unwrap()).collect();
        assert_eq!(groups.len(), 2, "{how}: {text}");
        if how == "is killed" {
            assert!(groups.iter().all(|group| members(*group).len() > 2), "driver and browser are one group: {text}");
            helper.kill().unwrap();
        }
        helper.wait().unwrap();
        until("the end of all processes", || groups.iter().all(|group| members(*group).is_empty()));
        until("the end of the folder", || !folder.exists());
        assert!(drivers(&folder).is_empty());
    }
}
