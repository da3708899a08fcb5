//! The window itself: no driver, no switch for one, and every way in which a person or the program ends it.

use exeunt::browser::binary::Kind;
use exeunt::event::id::Realm;

use super::bed::Bed;

/// The command lines of all processes below one, from the outside.
fn below(pid: u32) -> Vec<String> {
    let output = std::process::Command::new("ps").args(["-axww", "-o", "pid=,ppid=,command="]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let rows: Vec<(u32, u32, String)> = text
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let (pid, parent) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
            Some((pid, parent, words.collect::<Vec<_>>().join(" ")))
        })
        .collect();
    let mut family = vec![pid];
    let mut found = vec![];
    while let Some(parent) = family.pop() {
        for (pid, _, line) in rows.iter().filter(|(_, of, _)| *of == parent) {
            family.push(*pid);
            found.push(line.clone());
        }
    }
    found
}

fn enter_closes_the_window_and_what_was_signed_in_is_kept(kind: Kind) {
    let bed = Bed::new(kind);
    let mut login = bed.start_at_terminal(&["login"]);
    bed.sign_in(true);
    let processes = below(login.pid());
    assert!(processes.len() > 2, "{processes:?}");
    for line in &processes {
        for word in ["remote-debugging", "enable-automation", "marionette", "chromedriver", "geckodriver"] {
            assert!(!line.contains(word), "{line}");
        }
    }
    login.types("\n");
    let done = login.end();
    assert_eq!(done.code, Some(0), "{}", done.told());
    assert_eq!(done.last()["handle"], bed.site.scenario.me.as_str());
}

#[test]
fn enter_closes_the_window_and_what_was_signed_in_is_kept_in_chrome() {
    enter_closes_the_window_and_what_was_signed_in_is_kept(Kind::Chrome);
}

#[test]
fn enter_closes_the_window_and_what_was_signed_in_is_kept_in_firefox() {
    enter_closes_the_window_and_what_was_signed_in_is_kept(Kind::Firefox);
}

#[test]
fn a_window_that_is_closed_without_signing_in_is_5_and_says_what_to_do() {
    let bed = Bed::new(Kind::Chrome);
    let login = bed.start(&["login"]);
    bed.screen.window("Sign in");
    bed.screen.press(&["ctrl+w"]);
    let done = login.end();
    assert_eq!((done.code, bed.happened("signed-in")), (Some(5), 0), "{}", done.told());
    assert!(done.err.contains("nobody is signed in") && done.err.contains("exeunt login"), "{}", done.err);
    let (ledger, account) = bed.ledger();
    assert_eq!(ledger.identity(&account, Realm::Practice).unwrap(), None);
}

#[test]
fn while_a_window_is_open_nothing_else_works_on_the_account_and_ctrl_c_closes_it() {
    let bed = Bed::new(Kind::Chrome);
    let login = bed.start(&["login"]);
    bed.screen.window("Sign in");
    let owned = bed.refused(&["login"], 10, &login.pid().to_string());
    assert_eq!(owned.last()["result"], "owned");
    login.interrupt();
    let done = login.end();
    assert_eq!(done.code, Some(130), "{}", done.told());
    assert!(!bed.screen.shows("Sign in"));
}
