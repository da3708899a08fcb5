//! A way to the driver that breaks, hangs, lies, repeats: at the click that removes, at what is looked at after it, at the
//! load that verifies, at the last look before the intention.
//!
//! Whatever becomes of a command: nothing that is no answer is read as success, the program lives, everybody of the plan
//! leaves exactly once, and the site's own record says so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::bed::{Bed, Done, Planned, moved, quick};
use super::invariants::{Last, invariants};
use super::proxy::{Fault, Proxy, Spot};
use super::removals::{all_in, each_once, first, same_people};
use crate::support::engines::{self, BOTH};
use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;
use serde_json::Value;

/// How a look arms the dialog's button; the next click is the one that removes.
const ARMED: &str = "\"target\":\"confirm_yes\"";

/// What stands in the script that covers secrets before a picture is taken; how the picture itself is taken differs.
const PICTURED: &str = "MOST_MASKS";

/// The click that removes.
const COMMIT: Spot = Spot { after: &[ARMED], endpoint: "actions", body: "" };
/// The look that says whether it landed.
const LANDING: Spot = Spot { after: &[ARMED, "actions"], endpoint: "execute/sync", body: "" };
/// The load of the page that verifies.
const LOAD: Spot = Spot { after: &[ARMED, "actions"], endpoint: "url", body: "" };
/// The look that verifies.
const READING: Spot = Spot { after: &[ARMED, "actions", "url"], endpoint: "execute/sync", body: "" };
/// The look that arms the click anew right before the intention, after the picture.
const AGAIN: Spot = Spot { after: &[PICTURED], endpoint: "execute/sync", body: "\"target\":\"remove_item\"" };

/// What may become of a command.
const FAULTS: [Fault; 16] = [
    Fault::DropAfter,
    Fault::DropBefore,
    Fault::Hang,
    Fault::Mute,
    Fault::Delay(Duration::from_secs(2)),
    Fault::Truncate,
    Fault::Garble,
    Fault::NotText,
    Fault::Status(500),
    Fault::Status(404),
    Fault::Unknown,
    Fault::Duplicate,
    Fault::WrongSession,
    Fault::Huge,
    Fault::Drip(Duration::from_millis(100)),
    Fault::DriverDies,
];

/// A command of the program may take so long; the default would only make the tests longer.
const SETTINGS: &str = "[deadlines]\ncommand = \"6s\"\npage = \"15s\"\n";

/// A bed whose program goes through a proxy, and a plan of the first so many people.
fn ready(kind: Kind, count: usize, settings: &str) -> (Bed, Planned, Arc<Proxy>) {
    let mut bed = Bed::new(kind, quick(40)).real();
    let proxy = Arc::new(Proxy::before(kind));
    let file = bed.path("settings.toml");
    std::fs::write(&file, settings).unwrap();
    bed.flags = ["--config", file.to_str().unwrap(), "--webdriver", &proxy.url].map(str::to_owned).to_vec();
    let plan = bed.plan(&first(&bed.site.scenario, count));
    (bed, plan, proxy)
}

/// Each person's commands go wrong in one way, at that person's first attempt; the same command goes on until all is done.
fn all_leave_once(kind: Kind, cases: &[(Spot, Fault)]) {
    let (bed, plan, proxy) = ready(kind, cases.len(), SETTINGS);
    let begun = Arc::new(Mutex::new(BTreeSet::new()));
    let mut told = String::new();
    for _ in 0..=cases.len() {
        let (way, seen, mine) = (Arc::clone(&proxy), Arc::clone(&begun), cases.to_vec());
        let arm = move |line: &Value, _| {
            if let Some(("PRECHECK", slug)) = moved(line) {
                let mut seen = seen.lock().unwrap();
                if seen.insert(slug.to_owned()) {
                    let (spot, fault) = mine[seen.len() - 1];
                    way.arm(spot, fault);
                }
            }
        };
        let live = bed.start(&["run", &plan.id, "--live", "--confirm", &plan.hash], arm).end();
        told = format!("{told}\n{}", live.told());
        // A picture that a fault took along is a gap in the evidence, 4; the session may be the third that is lost, 6.
        assert!(matches!(live.code, Some(0 | 4 | 6 | 8)), "{told}");
        // A run that lost its browser before it read the last removal again leaves that to the next one.
        let is_over = live.last()["remaining"] == 0 && matches!(live.code, Some(0 | 4));
        invariants(&bed, &plan, if is_over { Last::Ended } else { Last::Cut }, &told);
        if is_over {
            break;
        }
    }
    let wanted: Vec<Fault> = cases.iter().map(|(_, fault)| *fault).collect();
    assert_eq!(proxy.reached(), wanted, "each is reached, once\n{told}");
    assert_eq!(bed.site.removed(), each_once(&plan.slugs), "{told}");
    let stands: BTreeMap<String, EffectState> = bed.states(&plan).into_iter().collect();
    assert_eq!(stands, all_in(&plan, EffectState::Confirmed).into_iter().collect(), "{told}");
}

/// The faults at the click, a quarter of them with each driver and in the soak all with both: the way there breaks, not the
/// driver.
fn at_the_click_that_removes(kind: Kind) {
    let is_ours =
        |nth: usize, fault: Fault| engines::told("the click that removes", nth, &format!("{fault:?}")).contains(&kind);
    let turn = FAULTS.iter().enumerate().filter(|(nth, _)| engines::is_turn(nth / 2, 2));
    let ours = turn.filter(|(nth, fault)| is_ours(*nth, **fault));
    all_leave_once(kind, &ours.map(|(_, fault)| (COMMIT, *fault)).collect::<Vec<_>>());
}

#[test]
fn whatever_becomes_of_the_click_that_removes_all_leave_once_chromedriver() {
    at_the_click_that_removes(Kind::Chrome);
}

#[test]
fn whatever_becomes_of_the_click_that_removes_all_leave_once_geckodriver() {
    at_the_click_that_removes(Kind::Firefox);
}

/// Into so many parts the pairs of commands and faults are cut, each with every command in it.
const PARTS: usize = 16;

/// Every fault at every other command: a sixteenth of the pairs for each driver, all of them in the soak.
fn elsewhere(kind: Kind, part: usize) {
    let spots = [LANDING, LOAD, READING, AGAIN];
    let pairs = spots.iter().enumerate().flat_map(|(at, spot)| {
        FAULTS.iter().enumerate().map(move |(nth, fault)| ((2 * at + nth) % PARTS, (*spot, *fault)))
    });
    let soak = engines::is_soak();
    let part = part + if engines::is_turn(0, 2) { 0 } else { PARTS / 2 };
    let cases: Vec<(Spot, Fault)> = pairs.filter(|(turn, _)| soak || *turn == part).map(|(_, case)| case).collect();
    for some in cases.chunks(16) {
        all_leave_once(kind, some);
    }
}

#[test]
fn whatever_becomes_of_looks_and_loads_all_leave_once_chromedriver() {
    elsewhere(Kind::Chrome, 0);
}

#[test]
fn whatever_becomes_of_looks_and_loads_all_leave_once_geckodriver() {
    elsewhere(Kind::Firefox, 3);
}

/// One person, with one fault at the click that removes: the states in their order.
fn at_the_click(kind: Kind, fault: Fault, settings: &str, extra: &[&str]) -> (Vec<String>, Done) {
    let (bed, plan, proxy) = ready(kind, 1, settings);
    proxy.arm(COMMIT, fault);
    let live = bed.run(&[&["run", &plan.id, "--live", "--confirm", &plan.hash], extra].concat());
    assert_eq!((live.code, proxy.reached()), (Some(0), vec![fault]), "{}", live.told());
    invariants(&bed, &plan, Last::Ended, &live.told());
    assert_eq!(bed.site.removed(), each_once(&plan.slugs), "{}", live.told());
    let mut states: Vec<String> = live.lines.iter().filter_map(moved).map(|(to, _)| to.to_owned()).collect();
    states.dedup();
    (states, live)
}

/// F1, the single most valuable test of all: the deed is done, and nobody said so.
fn an_answer_that_is_lost(kind: Kind) {
    let (states, live) = at_the_click(kind, Fault::DropAfter, SETTINGS, &[]);
    let wanted = ["PRECHECK", "INTENT", "UNKNOWN", "VERIFYING", "DONE", "CONFIRMED"];
    assert_eq!(states, wanted, "{}", live.told());
}

#[test]
fn an_answer_to_the_click_that_is_lost_is_read_from_a_fresh_load_chromedriver() {
    an_answer_that_is_lost(Kind::Chrome);
}

#[test]
fn an_answer_to_the_click_that_is_lost_is_read_from_a_fresh_load_geckodriver() {
    an_answer_that_is_lost(Kind::Firefox);
}

/// F2: nothing was done, which only a reading after the settle time proves; then one more attempt.
fn a_click_that_is_lost(kind: Kind) {
    let (states, live) = at_the_click(kind, Fault::DropBefore, SETTINGS, &[]);
    let first = ["PRECHECK", "INTENT", "UNKNOWN", "VERIFYING", "NOT_APPLIED"];
    let second = ["PRECHECK", "INTENT", "ACTED", "VERIFYING", "DONE", "CONFIRMED"];
    assert_eq!(states, [&first[..], &second[..]].concat(), "{}", live.told());
}

#[test]
fn a_click_that_is_lost_is_proved_not_to_have_happened_and_made_once_more() {
    for kind in engines::of("a click that is lost", "never made") {
        a_click_that_is_lost(kind);
    }
}

/// Settle times long enough for what comes late, and nothing else that takes time.
const PATIENT: &str = "[deadlines]\ncommand = \"6s\"\npage = \"15s\"\n[pace]\ngap_min = \"0s\"\ngap_max = \"0s\"\nnot_applied_after = \"60s\"\naudit_after = \"1s\"\n";

/// F11: the driver stands still as it gets the click, longer than the program waits, and carries it out afterwards. A click
/// may begin a load, so the program waits for a command and a page.
fn a_driver_that_stands_still(kind: Kind) {
    let stands = Fault::DriverStands(Duration::from_secs(27));
    let (states, live) = at_the_click(kind, stands, PATIENT, &["--pace", "real"]);
    let wanted = ["PRECHECK", "INTENT", "UNKNOWN", "VERIFYING", "DONE", "CONFIRMED"];
    assert_eq!(states, wanted, "{}", live.told());
}

#[test]
fn a_driver_that_stands_still_and_clicks_later_is_found_out() {
    for kind in engines::of("a click that is lost", "made later") {
        a_driver_that_stands_still(kind);
    }
}

/// F6: the site does it long after it was asked, and until then nobody clicks again.
#[test]
fn a_removal_that_the_site_makes_later_is_waited_for_and_not_asked_for_again() {
    let (bed, plan, _proxy) = ready(Kind::Chrome, 1, PATIENT);
    bed.site.ask("POST /fault", "slow@remove:1=20s");
    let live = bed.run(&["run", &plan.id, "--live", "--confirm", &plan.hash, "--pace", "real"]);
    assert_eq!(live.code, Some(0), "{}", live.told());
    invariants(&bed, &plan, Last::Ended, &live.told());
    assert_eq!(bed.site.removed(), each_once(&plan.slugs));
    let intents = live.lines.iter().filter_map(moved).filter(|(to, _)| *to == "INTENT").count();
    assert_eq!(intents, 1, "{}", live.told());
    same_people(bed.states(&plan), all_in(&plan, EffectState::Confirmed));
}

/// The last click before a removal that asks nobody: armed, pictured, armed again.
const AT_ONCE: Spot = Spot {
    after: &["\"target\":\"remove_item\"", PICTURED, "\"target\":\"remove_item\""],
    endpoint: "actions",
    body: "",
};

/// Where no dialog follows, a click that something on the way carries out twice meets an element that is gone the second
/// time. The driver calls that a click that was never made; the page knows better.
#[test]
fn a_click_that_is_carried_out_twice_where_nobody_is_asked_takes_one_person_out() {
    for kind in BOTH {
        let (bed, plan, proxy) = ready(kind, 1, SETTINGS);
        bed.site.ask("POST /fault", "no-dialog@connections");
        proxy.arm(AT_ONCE, Fault::Duplicate);
        let live = bed.run(&["run", &plan.id, "--live", "--confirm", &plan.hash]);
        assert_eq!((live.code, proxy.reached()), (Some(0), vec![Fault::Duplicate]), "{}", live.told());
        invariants(&bed, &plan, Last::Ended, &live.told());
        assert_eq!(bed.site.removed(), each_once(&plan.slugs), "{}", live.told());
        assert_eq!(bed.states(&plan)[0].1, EffectState::Confirmed, "{kind}: {}", live.told());
    }
}
