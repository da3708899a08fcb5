//! From signing in to signing out: the session lasts, runs use it, and afterwards nothing of it is left.

use std::os::unix::fs::PermissionsExt as _;

use exeunt::browser::binary::Kind;
use exeunt::event::id::Realm;
use exeunt::practice::scenario::Scenario;

use super::bed::{Bed, asks_to_sign_in};
use crate::support::engines;

fn a_session_lasts_from_login_to_logout(kind: Kind) {
    let bed = Bed::new(kind);
    let done = bed.login();
    let me = bed.site.scenario.me.as_str();
    assert_eq!(
        (&done.last()["handle"], &done.last()["browser"]),
        (&me.into(), &kind.as_str().into()),
        "{}",
        done.told()
    );
    assert!(done.err.contains("without a driver") && done.err.contains("Keep me signed in"), "{}", done.err);
    assert_eq!(bed.happened("signed-in"), 1);
    let profile = bed.profile(Realm::Practice);
    assert_eq!(std::fs::metadata(&profile).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(std::fs::read_to_string(profile.join("CACHEDIR.TAG")).unwrap().starts_with("Signature: 8a477f59"));
    let password = bed.site.scenario.credentials().password;
    let doctor = bed.run(&["doctor"]);
    let line = doctor.lines.iter().find(|line| line["check"] == "browser profile").unwrap();
    assert!(line["said"].as_str().unwrap().contains(me), "{line}");

    let (plan, hash) = bed.plan();
    let run = bed.ok(&["run", &plan, "--live", "--confirm", &hash]);
    assert_eq!((run.last()["remaining"].as_u64(), bed.happened("removed")), (Some(0), 1), "{}", run.told());

    let other = if kind == Kind::Chrome { "firefox" } else { "chrome" };
    bed.refused(&["run", &plan, "--browser", other], 2, &format!("--browser {}", kind.as_str()));
    bed.refused(&["login", "--browser", other], 2, "exeunt logout");

    let out = bed.ok(&["logout"]);
    assert_eq!((&out.last()["how"], bed.happened("signed-out")), (&"on the site".into(), 1), "{}", out.told());
    assert!(!profile.exists());
    bed.refused(&["run", &plan], 5, "exeunt login");
    let again = bed.ok(&["logout"]);
    assert!(again.err.contains("not signed in here"), "{}", again.told());
    assert_eq!((bed.happened("signed-in"), bed.happened("signed-out"), bed.happened("untrusted")), (1, 1, 0));

    let (ledger, account) = bed.ledger();
    ledger.check(&account, Realm::Practice).unwrap();
    let kept = std::fs::read(bed.data().join("ledger.sqlite")).unwrap();
    assert!(!kept.windows(password.len()).any(|bytes| bytes == password.as_bytes()), "the ledger holds the password");
}

#[test]
fn a_session_lasts_from_login_to_logout_in_chrome() {
    a_session_lasts_from_login_to_logout(Kind::Chrome);
}

#[test]
fn a_session_lasts_from_login_to_logout_in_firefox() {
    a_session_lasts_from_login_to_logout(Kind::Firefox);
}

fn does_not_last(kind: Kind) {
    let bed = Bed::new(kind);
    let login = bed.start(&["login"]);
    bed.sign_in(false);
    bed.screen.press(&["ctrl+w"]);
    let done = login.end();
    assert_eq!((done.code, bed.happened("signed-in")), (Some(5), 1), "{}", done.told());
    assert!(done.err.contains("tick “Keep me signed in”"), "{}", done.err);
    let (ledger, account) = bed.ledger();
    assert_eq!(ledger.sign_in(&account, Realm::Practice).unwrap(), None);
    assert_eq!(ledger.open_latch(&account, Realm::Practice).unwrap(), None, "a slip of the person is no incident");
}

#[test]
fn without_the_tick_the_session_does_not_last() {
    for kind in engines::of("signing in", "without the tick") {
        does_not_last(kind);
    }
}

#[test]
fn every_generation_of_the_pages_is_signed_out_of() {
    for generation in ["sdui-2025", "ember-2020"] {
        for kind in engines::of("signing in", generation) {
            let ui = format!("connections={generation}").parse().unwrap();
            let bed = Bed::on(kind, Scenario { ui, ..asks_to_sign_in() });
            bed.login();
            let out = bed.ok(&["logout"]);
            assert_eq!((&out.last()["how"], bed.happened("signed-out")), (&"on the site".into(), 1), "{}", out.told());
            assert_eq!(bed.happened("untrusted"), 0);
        }
    }
}
