//! The real realm, without the real site: a pack whose origin is the practice site on this machine.

use exeunt::browser::binary::Kind;
use exeunt::event::id::Realm;

use super::bed::Bed;
use super::readme::{GUIDE, README, commands_below};

/// A bed whose pack takes the practice site for the real one.
fn bed(kind: Kind) -> Bed {
    let mut bed = Bed::new(kind);
    bed.ok(&["selectors", "eject", "pack"]);
    let file = bed.path("pack/site.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let own = format!("\"{}\"", bed.site.origin());
    assert!(text.contains("\"https://www.linkedin.com\""));
    std::fs::write(&file, text.replace("\"https://www.linkedin.com\"", &own)).unwrap();
    bed.flags = vec!["--selectors".to_owned(), bed.path("pack").display().to_string()];
    bed
}

fn the_first_live_run_asks_about_the_agreement_once_and_shows_its_window(kind: Kind) {
    let bed = bed(kind);
    let (plan, hash) = bed.plan();
    bed.refused(&["run", &plan], 5, "exeunt login");
    let done = bed.login();
    assert_eq!(done.last()["realm"], "real", "{}", done.told());
    assert!(bed.profile(Realm::Real).exists() && !bed.profile(Realm::Practice).exists());

    bed.refused(&["run", &plan, "--live", "--confirm", &hash], 2, "at a terminal");
    let mut declined = bed.start_at_terminal(&["run", &plan, "--live"]);
    declined.types("no\n");
    let declined = declined.end();
    assert_eq!(declined.code, Some(2), "{}", declined.told());
    assert!(declined.err.contains("section 8.2") && declined.err.contains("whatever the pace"), "{}", declined.err);
    assert_eq!(bed.happened("removed"), 0);

    let mut run = bed.start_at_terminal(&["run", &plan, "--live"]);
    run.types("yes\nremove 1 connection\n");
    bed.screen.window("");
    let run = run.end();
    assert_eq!((run.code, bed.happened("removed")), (Some(0), 1), "{}", run.told());
    assert!(run.err.contains("section 8.2") && run.err.contains("do not minimise it"), "{}", run.err);

    let (ledger, account) = bed.ledger();
    assert!(ledger.is_agreement_noted(&account, Realm::Real).unwrap());
    ledger.check(&account, Realm::Real).unwrap();
    bed.ok(&["logout"]);
}

#[test]
fn the_first_live_run_asks_about_the_agreement_once_and_shows_its_window_in_chrome() {
    the_first_live_run_asks_about_the_agreement_once_and_shows_its_window(Kind::Chrome);
}

#[test]
fn the_first_real_use_and_signing_out_work_as_written() {
    let bed = bed(Kind::Firefox);
    let mut commands = commands_below(README, "First real use");
    commands.extend(commands_below(GUIDE, "Signing in and out"));
    assert!(commands.iter().any(|line| line.contains("--live")), "{commands:?}");
    let export = std::fs::File::create(bed.path("Connections.csv")).unwrap();
    exeunt::practice::export::write_export(&bed.site.scenario, export).unwrap();
    for line in &commands {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let mut running = bed.start_at_terminal(&words);
        match words.as_slice() {
            ["login"] => {
                bed.sign_in(true);
                running.types("\n");
            }
            [.., "--live"] => {
                let (ledger, account) = bed.ledger();
                let people = ledger.plans(&account).unwrap().pop().unwrap().people;
                assert_eq!(people, 1, "the real pace is slow: the date of the README fits one person of this world");
                running.types("yes\nremove 1 connection\n");
            }
            ["forget", ..] => running.types("default\n"),
            _ => {}
        }
        let done = running.end();
        assert_eq!(done.code, Some(0), "{line}: {}", done.told());
    }
    assert_eq!((bed.happened("signed-in"), bed.happened("removed"), bed.happened("signed-out")), (1, 1, 1));
    assert!(!bed.data().join("browser/default").exists() && !bed.data().join("evidence/default").exists());
}
