//! Pages that are not as they were: moved, covered, replaced, mislabelled, asking in other ways, or without end.
//!
//! Each time: the exit code, who was touched, and a ledger that agrees with the site's own log. Where a page came right
//! again, the same plan is carried out, exactly once.

use super::bed::{Bed, Done, Planned, Running, quick};
use super::removals::{all_in, each_once, first, same_people};
use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;

use crate::support::engines::{self, BOTH};
use crate::support::terminal::terminal;
use std::io::Write as _;

/// One person, and a page with a fault: what the run ends with, where the person stands, what the site's log says.
fn under(kind: Kind, fault: &str, (code, state): (i32, EffectState), log: &[&str]) -> (Bed, Planned, Done) {
    let bed = Bed::new(kind, quick(40));
    let plan = bed.plan(&first(&bed.site.scenario, 1));
    bed.site.ask("POST /fault", fault);
    let live = bed.live(&plan);
    assert_eq!(live.code, Some(code), "{fault}: {}", live.told());
    same_people(bed.states(&plan), all_in(&plan, state));
    let log: Vec<(String, String)> = log.iter().map(|kind| ((*kind).to_owned(), plan.slugs[0].clone())).collect();
    assert_eq!(bed.site.audit(), log, "{fault}: {}", live.told());
    let verified = bed.run(&["evidence", "verify", "last"]);
    assert_eq!(verified.code, Some(0), "{fault}: {}", verified.told());
    (bed, plan, live)
}

/// The page changed in a way that only a person judges: drift, with a picture, and nothing is asked of the site until it
/// is cleared. Then the same plan is carried out.
fn drifted(bed: &Bed, plan: &Planned) {
    let (ledger, account) = bed.ledger();
    let incident = ledger.incidents(&account).unwrap().pop().expect("an incident");
    assert_eq!((incident.sign.as_str(), incident.cleared), ("drift", None), "{incident:?}");
    assert_eq!(incident.shots.len(), 1, "no picture: {incident:?}");
    drop(ledger);
    let asked = bed.site.ask("GET /audit/all", "");
    assert_eq!(bed.live(plan).code, Some(5));
    assert_eq!(bed.site.ask("GET /audit/all", ""), asked, "the site was asked in spite of the stop");
    let cleared = bed.run(&["incident", "clear", "last", "--reason", "the page is as it was"]);
    assert_eq!(cleared.code, Some(0), "{}", cleared.told());
    let live = bed.live(plan);
    assert_eq!(live.code, Some(0), "{}", live.told());
    assert_eq!(bed.site.removed(), each_once(&plan.slugs));
    same_people(bed.states(plan), all_in(plan, EffectState::Confirmed));
}

/// What the drivers do not differ in.
pub(super) const KIND: &str = "a page that is not as it was";

const REMOVED: (i32, EffectState) = (0, EffectState::Confirmed);
/// Stopped before anything was sent.
const UNTOUCHED: (i32, EffectState) = (3, EffectState::Approved);
/// Stopped between two clicks of one removal: only another look can tell.
const DOUBTFUL: (i32, EffectState) = (8, EffectState::Unknown);

#[test]
fn a_removal_that_asks_by_a_prompt_of_the_browser_is_not_confirmed_chromedriver() {
    let (bed, plan, _) = under(Kind::Chrome, "confirm@connections:2", DOUBTFUL, &[]);
    drifted(&bed, &plan);
}

#[test]
fn a_removal_that_asks_by_a_prompt_of_the_browser_is_not_confirmed_geckodriver() {
    let (bed, plan, _) = under(Kind::Firefox, "confirm@connections:2", DOUBTFUL, &[]);
    drifted(&bed, &plan);
}

#[test]
fn a_removal_without_a_dialog_is_done_and_read() {
    for kind in engines::of(KIND, "no dialog") {
        under(kind, "no-dialog@connections", REMOVED, &["removed"]);
    }
}

#[test]
fn a_dialog_that_names_somebody_else_is_not_confirmed() {
    for kind in engines::of(KIND, "another name") {
        let (bed, plan, _) = under(kind, "other-name@connections:2", DOUBTFUL, &[]);
        drifted(&bed, &plan);
    }
}

#[test]
fn a_dialog_that_says_what_nobody_knows_stops_until_a_person_at_a_terminal_has_read_it() {
    for kind in engines::of(KIND, "other words") {
        let bed = Bed::new(kind, quick(40));
        let plan = bed.plan(&first(&bed.site.scenario, 3));
        bed.site.ask("POST /fault", "other-words@connections");
        // A timer has nobody who reads.
        let live = bed.live(&plan);
        assert_eq!((live.code, bed.site.audit()), (Some(8), vec![]), "{}", live.told());
        assert!(live.told().contains("can invite you again"), "{}", live.told());
        let (ledger, account) = bed.ledger();
        assert_eq!(ledger.incidents(&account).unwrap().pop().unwrap().sign, "unread_dialog");
        drop(ledger);
        let shown = bed.run(&["incident", "show", "last"]);
        assert!(shown.told().contains("run the plan at a terminal"), "{}", shown.told());
        let cleared = bed.run(&["incident", "clear", "last", "--reason", "I read the picture"]);
        assert_eq!(cleared.code, Some(0), "{}", cleared.told());
        // A person reads it once, for the first; the second is removed without a question.
        let (mut keyboard, terminal) = terminal();
        let mut command =
            bed.command(&bed.site.origin(), &["run", &plan.id, "--live", "--confirm", &plan.hash, "--limit", "2"]);
        command.stdin(terminal);
        let mut asked = vec![];
        let (told, hear) = std::sync::mpsc::channel();
        let read = Running::of(command, move |line, _| {
            if line["progress"] == "unread" {
                told.send(line["words"].as_str().unwrap().to_owned()).unwrap();
                keyboard.write_all(b"yes\n").unwrap();
            }
        })
        .end();
        asked.extend(hear.iter());
        assert_eq!(asked.len(), 1, "{asked:?} {}", read.told());
        assert_eq!((read.code, bed.site.removed()), (Some(9), each_once(&plan.slugs[..2])), "{}", read.told());
        assert!(read.told().contains("PLEASE READ"), "{}", read.told());
        // What was accepted is kept: the last one goes by a timer again.
        let live = bed.live(&plan);
        assert_eq!((live.code, bed.site.removed()), (Some(0), each_once(&plan.slugs)), "{}", live.told());
        let run = read.last()["run"].as_str().unwrap().to_owned();
        let pages = bed.data().join("evidence/default/practice").join(run).join("report");
        let pages =
            std::fs::read_dir(pages).unwrap().map(|page| std::fs::read_to_string(page.unwrap().path()).unwrap());
        let accepted = |page: String| page.contains("read by a person") && page.contains("can invite you again");
        assert!(pages.into_iter().any(accepted), "the report says what was accepted");
        assert_eq!(bed.run(&["evidence", "verify", "last"]).code, Some(0));
    }
}

#[test]
fn two_items_that_remove_are_one_too_many() {
    for kind in engines::of(KIND, "twins") {
        let (bed, plan, live) = under(kind, "twins@connections:2", UNTOUCHED, &[]);
        assert!(live.told().contains("remove_item"), "{}", live.told());
        drifted(&bed, &plan);
    }
}

#[test]
fn an_item_whose_name_and_text_disagree_is_not_clicked() {
    for kind in engines::of(KIND, "swapped") {
        let (bed, plan, live) = under(kind, "swapped@connections:2", UNTOUCHED, &[]);
        assert!(live.told().contains("remove_item"), "{}", live.told());
        drifted(&bed, &plan);
    }
}

#[test]
fn a_menu_that_is_drawn_again_is_found_again() {
    for kind in engines::of(KIND, "stale") {
        under(kind, "stale@connections", REMOVED, &["removed"]);
    }
}

#[test]
fn a_cookie_banner_over_the_page_hides_nobody_else() {
    under(Kind::Chrome, "cookie-banner@connections", REMOVED, &["removed"]);
    under(Kind::Firefox, "cookie-banner@connections", REMOVED, &["removed"]);
}

#[test]
fn menus_that_do_not_open_touch_nobody() {
    let (bed, plan, live) = under(Kind::Chrome, "no-menu@connections:2+", (3, EffectState::Failed), &[]);
    assert!(live.told().contains("does not fit the page"), "{}", live.told());
    let (ledger, account) = bed.ledger();
    assert_eq!(ledger.incidents(&account).unwrap().pop().unwrap().sign, "drift", "{}", plan.id);
}

#[test]
fn a_list_that_changes_places_under_the_pointer_loses_nobody_else() {
    for kind in engines::of(KIND, "places change") {
        under(kind, "reorder@connections", REMOVED, &["removed"]);
    }
}

#[test]
fn a_page_that_asks_before_it_is_left_is_left_all_the_same() {
    under(Kind::Chrome, "beforeunload@connections", REMOVED, &["removed"]);
    under(Kind::Firefox, "beforeunload@connections", REMOVED, &["removed"]);
}

#[test]
fn an_alert_that_nobody_expects_stops() {
    for kind in BOTH {
        let (bed, plan, live) = under(kind, "alert@connections:2", UNTOUCHED, &[]);
        assert!(live.told().contains("no step expects: The practice site says"), "{}", live.told());
        drifted(&bed, &plan);
    }
}

#[test]
fn a_page_of_a_hundred_thousand_rows_ends_in_time_and_fits_in_memory() {
    let bed = Bed::new(Kind::Chrome, quick(40));
    let plan = bed.plan(&first(&bed.site.scenario, 1));
    bed.site.ask("POST /fault", "huge@connections:2");
    let (say, hear) = std::sync::mpsc::channel();
    let live = bed
        .start(&["run", &plan.id, "--live", "--confirm", &plan.hash], move |_, pid| {
            let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())).unwrap_or_default();
            let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let most = most.and_then(|text| text.trim().trim_end_matches(" kB").trim().parse::<u64>().ok());
            most.into_iter().for_each(|most| say.send(most).unwrap());
        })
        .end();
    let most = hear.try_iter().max().unwrap_or(0) / 1_024;
    println!("exit {:?}, at most {most} MB, {:?}", live.code, live.took);
    assert!((1..200).contains(&most), "{most} MB");
    assert!(live.took.as_secs() < 240, "{:?}", live.took);
    // It is given up as too large and looked at once more, or the load itself took too long: never anything else.
    assert!(matches!(live.code, Some(0 | 3 | 6)), "{}", live.told());
    let log = bed.site.removed();
    assert!(log == each_once(&plan.slugs) || log.is_empty(), "{log:?}");
    assert_eq!(live.code == Some(0), !log.is_empty(), "{}", live.told());
}

#[test]
fn an_overlay_over_menu_and_dialog_is_never_clicked() {
    for kind in BOTH {
        let bed = Bed::new(kind, quick(40));
        let plan = bed.plan(&first(&bed.site.scenario, 1));
        bed.site.ask("POST /fault", "overlay@connections:2");
        let live = bed.live(&plan);
        println!("{kind}: {}", live.told());
        assert!(matches!(live.code, Some(0 | 3 | 4 | 8)), "{}", live.told());
        let log = bed.site.audit();
        assert!(log.iter().all(|(what, slug)| what == "removed" && *slug == plan.slugs[0]), "{log:?}");
    }
}
