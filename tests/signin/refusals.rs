//! What `login` refuses, and what the site may show while it looks.

use std::process::Stdio;

use exeunt::browser::binary::Kind;
use exeunt::event::id::Realm;
use exeunt::practice::scenario::Scenario;

use super::bed::{Bed, asks_to_sign_in};
use super::site::Site;

#[test]
fn without_a_screen_login_is_6_with_the_mend() {
    let bed = Bed::new(Kind::Chrome);
    let mut command = bed.command(&["login"]);
    let output = command.env_remove("DISPLAY").stdin(Stdio::null()).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(6), "{err}");
    assert!(err.contains("no screen") && err.contains("ssh -X") && err.contains("VNC"), "{err}");
    assert!(!bed.profile(Realm::Practice).exists());
    let mut command = bed.command(&["login"]);
    let output = command.env("DISPLAY", ":64999").stdin(Stdio::null()).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(6), "a screen that is not there: {err}");
    assert!(err.contains("ended at once") && err.contains("VNC"), "{err}");
}

#[test]
fn what_does_not_go_with_a_window_is_a_usage_mistake() {
    let bed = Bed::new(Kind::Firefox);
    bed.refused(&["login", "--headless"], 2, "a person signs in");
    bed.refused(&["login", "--webdriver", "http://127.0.0.1:9/"], 2, "leave --webdriver out");
}

#[test]
fn another_account_is_refused_and_the_first_one_keeps_its_place() {
    let mut bed = Bed::new(Kind::Chrome);
    bed.login();
    let me: exeunt::event::id::Slug = "somebody-practice".parse().unwrap();
    let first = std::mem::replace(&mut bed.site, Site::start(Scenario { me: me.clone(), ..asks_to_sign_in() }));
    let done = {
        let login = bed.start(&["login"]);
        bed.sign_in(true);
        bed.screen.press(&["ctrl+w"]);
        login.end()
    };
    assert_eq!(done.code, Some(5), "{}", done.told());
    assert!(done.err.contains(me.as_str()) && done.err.contains("exeunt login --account other"), "{}", done.err);
    assert!(done.err.contains(&format!("sign in as {}; or", first.scenario.me)), "{}", done.err);
    let (ledger, account) = bed.ledger();
    let identity = ledger.identity(&account, Realm::Practice).unwrap().unwrap();
    assert_eq!(identity.handle, first.scenario.me);
    let row = ledger.sign_in(&account, Realm::Practice).unwrap().unwrap();
    assert!(row.out.is_some() && row.handle == first.scenario.me, "{row:?}");
    drop(ledger);
    let (plan, _) = bed.plan();
    bed.refused(&["run", &plan], 5, "exeunt login");
}

#[test]
fn a_stop_sign_while_the_sign_in_is_proved_latches_as_in_a_run_and_no_login_clears_it() {
    let bed = Bed::new(Kind::Chrome);
    let login = bed.start(&["login"]);
    bed.sign_in(true);
    bed.site.ask("POST /fault", "captcha@connections");
    bed.screen.press(&["ctrl+w"]);
    let done = login.end();
    assert_eq!(done.code, Some(5), "{}", done.told());
    assert!(done.err.contains("exeunt incident show last"), "{}", done.err);
    let shown = bed.ok(&["incident", "show", "last"]);
    let record = shown.last();
    assert_eq!(record["sign"], "captcha", "{}", shown.told());
    assert_eq!(record["shots"].as_array().unwrap().len(), 1, "{}", shown.told());
    let (ledger, account) = bed.ledger();
    assert_eq!(ledger.sign_in(&account, Realm::Practice).unwrap(), None);
    bed.site.ask("POST /reset", "");
    let again = bed.login();
    assert!(again.err.contains("stays open"), "{}", again.err);
    assert!(ledger.open_latch(&account, Realm::Practice).unwrap().is_some());
    bed.refused(&["logout"], 5, "--local");
    ledger.check(&account, Realm::Practice).unwrap();
}

#[test]
fn a_429_page_while_the_sign_in_is_proved_is_answered_with_silence() {
    let bed = Bed::new(Kind::Chrome);
    let login = bed.start(&["login"]);
    bed.sign_in(true);
    bed.site.ask("POST /fault", "429@connections");
    bed.screen.press(&["ctrl+w"]);
    let done = login.end();
    assert_eq!(done.code, Some(5), "{}", done.told());
    assert!(done.last()["due_at"].is_string(), "{}", done.told());
    let refused = bed.refused(&["login"], 5, "asked for silence until");
    assert!(refused.last()["due_at"].is_string(), "{}", refused.told());
}

#[test]
fn a_site_that_cannot_be_reached_leaves_the_local_way_out() {
    let mut bed = Bed::new(Kind::Chrome);
    bed.login();
    let origin = bed.site.origin();
    let site = std::mem::replace(&mut bed.site, Site::start(asks_to_sign_in()));
    drop(site);
    bed.flags = vec!["--origin".to_owned(), origin];
    let done = bed.run(&["logout"]);
    assert_eq!(done.code, Some(6), "{}", done.told());
    assert!(done.err.contains("exeunt logout --local"), "{}", done.err);
    assert!(bed.profile(Realm::Practice).exists());
    let done = bed.ok(&["logout", "--local"]);
    assert!(done.err.contains("The site was not told"), "{}", done.err);
    assert!(!bed.profile(Realm::Practice).exists());
}
