//! After a closure: nothing of ours loads the site with the account, and the way back is typed.

use std::sync::Arc;
use std::time::Duration;

use super::bed::{BOTH, Bed, quick};
use super::screen::{Screen, within};
use super::variants::close;
use crate::support::engines;
use exeunt::event::id::Realm;

#[test]
fn everything_that_would_load_the_site_is_refused() {
    for kind in engines::of("closing: afterwards", "all is refused") {
        let bed = Arc::new(Bed::new(kind, quick()));
        let done = close(&bed, &[]);
        assert_eq!(done.code, Some(0), "{}", done.told());
        assert!(!bed.data().join("browser/default/practice").exists(), "the profile is deleted");
        let before = bed.site.audit();
        for command in [
            &["scan"][..],
            &["login"],
            &["save-data"],
            &["close"],
            &["close", "--live"],
            &["hibernate"],
            &["replay", "last"],
        ] {
            let refused = bed.run(command);
            assert_eq!(refused.code, Some(5), "{command:?}: {}", refused.told());
            assert!(refused.err.contains("login --reopen"), "{command:?}: {}", refused.told());
        }
        assert_eq!(bed.site.audit(), before);
        let back = bed.run(&["login", "--reopen"]);
        assert_eq!(back.code, Some(2), "nobody is at a terminal: {}", back.told());
        let status = bed.run(&["status"]);
        assert!(status.told().contains("closed"), "{}", status.told());
    }
}

#[test]
fn the_way_back_is_a_sentence_and_a_sign_in_by_hand() {
    for kind in engines::of("closing: afterwards", "the way back") {
        let screen = Screen::new();
        let mut bed = Bed::new(kind, quick());
        bed.display = Some(screen.display.clone());
        let bed = Arc::new(bed);
        let done = close(&bed, &["--headless"]);
        assert_eq!(done.code, Some(0), "{}", done.told());
        let at = Arc::clone(&bed);
        let back = bed.sitting(&["login", "--reopen"], move |line, _| {
            if line.contains("Type `reopen") {
                return vec![format!("reopen {}", at.handle())];
            }
            if line.contains("press Enter here") {
                let credentials = at.site.scenario.credentials();
                let login = format!("{}/login", at.site.origin());
                let who = (credentials.user.as_str(), credentials.password.as_str());
                // The site says that the account is open again before it leads on. Where its answer came so late that the
                // hands had led the window elsewhere, they sign in once more, and the feed follows.
                for _ in 0..3 {
                    screen
                        .signs_in((&login, true), who, |kind| at.happened().iter().filter(|one| *one == kind).count());
                    let there = || screen.shows("Welcome back|Feed").then_some(());
                    if within(Duration::from_secs(30), there).is_some() {
                        return vec![String::new()];
                    }
                }
                screen.window("Welcome back");
            }
            vec![]
        });
        assert_eq!(back.code, Some(0), "{}", back.told());
        assert!(bed.happened().iter().any(|kind| kind == "reopened"), "{:?}", bed.happened());
        let (ledger, account) = bed.ledger();
        assert!(ledger.closure(&account, Realm::Practice).unwrap().is_none());
    }
}

#[test]
fn a_person_who_says_that_it_is_closed_closes_it_for_us_too() {
    let scenario =
        exeunt::practice::scenario::Scenario { faults: vec!["answer-never@close".parse().unwrap()], ..quick() };
    let bed = Arc::new(Bed::brisk(BOTH[0], scenario));
    assert_eq!(close(&bed, &[]).code, Some(8));
    let settled = bed.run(&["resolve", &bed.handle(), "--as", "done", "--reason", "the address is gone"]);
    assert_eq!(settled.code, Some(0), "{}", settled.told());
    assert_eq!(bed.run(&["scan"]).code, Some(5));
}
