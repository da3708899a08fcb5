//! Removals as users order them: plan, rehearsal, removal, verification, proof; and what the site may do in between.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

use super::bed::{Bed, Done, Planned, Running, moved, quick};
use super::faults_pages::KIND;
use super::forty::TRAPS;
use crate::support::engines;
use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;
use exeunt::practice::people::people;
use exeunt::practice::scenario::{Language, Picture, Scenario, Vary};
use exeunt::practice::vary::Family;

/// The first so many people of a site who have an address.
pub(crate) fn first(scenario: &Scenario, count: usize) -> Vec<String> {
    let known = people(scenario).into_iter().filter_map(|person| Some(person.slug?.as_str().to_owned()));
    known.filter(|slug| !TRAPS.contains(&slug.as_str())).take(count).collect()
}

pub(crate) fn each_once(slugs: &[String]) -> BTreeMap<String, u32> {
    slugs.iter().map(|slug| (slug.clone(), 1)).collect()
}

pub(crate) fn all_in(plan: &Planned, state: EffectState) -> Vec<(String, EffectState)> {
    plan.slugs.iter().map(|slug| (slug.clone(), state)).collect()
}

pub(crate) fn same_people(mut a: Vec<(String, EffectState)>, mut b: Vec<(String, EffectState)>) {
    a.sort();
    b.sort();
    assert_eq!(a, b);
}

/// One person, removed under a fault: what the program ends with, where the person stands, what the log says.
fn under_fault(kind: Kind, fault: &str, code: i32, state: EffectState, log: &[&str]) -> Done {
    let bed = Bed::new(kind, quick(40));
    let plan = bed.plan(&first(&bed.site.scenario, 1));
    bed.site.ask("POST /fault", fault);
    let live = bed.live(&plan);
    assert_eq!(live.code, Some(code), "{fault}: {}", live.told());
    same_people(bed.states(&plan), all_in(&plan, state));
    let log: Vec<(String, String)> = log.iter().map(|kind| ((*kind).to_owned(), plan.slugs[0].clone())).collect();
    assert_eq!(bed.site.audit(), log, "{fault}");
    live
}

fn went_through(done: &Done, states: &[&str]) {
    let seen: Vec<&str> = done.lines.iter().filter_map(moved).map(|(to, _)| to).collect();
    let mut left = seen.iter();
    assert!(states.iter().all(|state| left.any(|seen| seen == state)), "{states:?} are not in {seen:?}");
}

#[test]
fn a_refused_removal_is_proved_not_to_have_happened_and_tried_once_more() {
    let done = under_fault(Kind::Chrome, "refuse@remove:1", 0, EffectState::Confirmed, &["refused", "removed"]);
    went_through(&done, &["INTENT", "NOT_APPLIED", "PRECHECK", "INTENT", "ACTED", "DONE", "CONFIRMED"]);
}

#[test]
fn whom_the_search_hides_although_the_server_refused_is_in_doubt_and_the_others_are_done() {
    for kind in engines::of(KIND, "a search that hides") {
        let bed = Bed::new(kind, quick(40));
        let plan = bed.plan(&first(&bed.site.scenario, 2));
        bed.site.ask("POST /fault", "hide@remove:2");
        let live = bed.live(&plan);
        assert_eq!(live.code, Some(8), "{}", live.told());
        let audit = bed.site.audit();
        let of = |kind: &str| {
            audit.iter().filter(|(what, _)| what == kind).map(|(_, slug)| slug.clone()).collect::<Vec<_>>()
        };
        let (removed, refused) = (of("removed"), of("refused"));
        assert_eq!((removed.len(), refused.len(), audit.len()), (1, 1, 2), "no second click: {}", live.told());
        let stands: BTreeMap<String, EffectState> = bed.states(&plan).into_iter().collect();
        assert_eq!((stands[&removed[0]], stands[&refused[0]]), (EffectState::Confirmed, EffectState::NeedsHuman));
        let told = live.told();
        let shortage = "the page's own total was 40 before, and is 39 after 2 removals";
        assert!(told.contains(shortage) && told.contains("a total may be late"), "{told}");
        assert!(told.contains("40 before, 39 after 2 removals were sent; 1 person is in doubt"), "{told}");
    }
}

#[test]
fn a_site_that_only_says_done_is_never_believed() {
    let done = under_fault(Kind::Firefox, "no-op@remove", 4, EffectState::Failed, &["ignored", "ignored"]);
    went_through(&done, &["INTENT", "NOT_APPLIED", "PRECHECK", "INTENT", "NOT_APPLIED", "FAILED"]);
    assert!(done.lines.iter().filter_map(moved).all(|(to, _)| to != "DONE"), "{}", done.told());
}

#[test]
fn a_removal_that_is_answered_with_an_error_is_done_by_verification() {
    under_fault(Kind::Chrome, "answer-500@remove:1", 0, EffectState::Confirmed, &["removed"]);
}

#[test]
fn a_removal_that_is_never_answered_is_done_by_verification() {
    under_fault(Kind::Firefox, "answer-never@remove:1", 0, EffectState::Confirmed, &["removed"]);
}

/// The person who was removed before a stop, and the one who was not touched.
fn stopped_before_the_second(kind: Kind, fault: &str, sign: &str) -> (Bed, Planned) {
    stopped_on_the_site(Bed::new(kind, quick(40)), fault, sign)
}

fn stopped_on_the_site(bed: Bed, fault: &str, sign: &str) -> (Bed, Planned) {
    let plan = bed.plan(&first(&bed.site.scenario, 2));
    // The first load shows whose account it is, the next two are the first person's.
    bed.site.ask("POST /fault", &format!("{fault}@connections:4"));
    let live = bed.live(&plan);
    assert_eq!(live.code, Some(5), "{fault}: {}", live.told());
    assert!(live.last()["reason"].as_str().unwrap().contains(sign), "{fault}: {}", live.told());
    let (removed, left) = removed_and_left(&bed, &plan);
    assert_eq!((removed.len(), left.len()), (1, 1));
    let stands: BTreeMap<String, EffectState> = bed.states(&plan).into_iter().collect();
    assert_eq!((stands[&removed[0]], stands[&left[0]]), (EffectState::Done, EffectState::Approved));
    // Nothing more is asked of the site until the stop is settled.
    let asked = bed.site.ask("GET /audit/all", "");
    let again = bed.live(&plan);
    assert_eq!(again.code, Some(5), "{fault}: {}", again.told());
    assert_eq!(bed.site.ask("GET /audit/all", ""), asked, "{fault}: the site was asked in spite of the stop");
    (bed, plan)
}

fn removed_and_left(bed: &Bed, plan: &Planned) -> (Vec<String>, Vec<String>) {
    let removed = bed.site.removed();
    plan.slugs.iter().cloned().partition(|slug| removed.contains_key(slug))
}

fn cleared_it_goes_on(bed: &Bed, plan: &Planned) {
    let shown = bed.run(&["incident", "show", "last"]);
    assert_eq!(shown.code, Some(0), "{}", shown.told());
    let cleared = bed.run(&["incident", "clear", "last", "--reason", "looked, and it was a test"]);
    assert_eq!(cleared.code, Some(0), "{}", cleared.told());
    let live = bed.live(plan);
    assert_eq!(live.code, Some(0), "{}", live.told());
    assert_eq!(bed.site.removed(), each_once(&plan.slugs));
    same_people(bed.states(plan), all_in(plan, EffectState::Confirmed));
}

#[test]
fn a_captcha_latches_until_a_person_clears_it() {
    let (bed, plan) = stopped_before_the_second(Kind::Chrome, "captcha", "captcha");
    cleared_it_goes_on(&bed, &plan);
}

#[test]
fn too_many_requests_are_answered_with_silence() {
    let (bed, plan) = stopped_before_the_second(Kind::Firefox, "429", "too_many_requests");
    let status = bed.run(&["status"]);
    assert_eq!(status.code, Some(5), "{}", status.told());
    let due: jiff::Timestamp = bed.live(&plan).last()["due_at"].as_str().unwrap().parse().unwrap();
    let hours = due.duration_since(jiff::Timestamp::now()).as_secs_f64() / 3_600.0;
    assert!((1.9..=2.0).contains(&hours), "{hours}");
}

#[test]
fn a_removal_whose_own_request_is_one_too_many_is_in_doubt_and_followed_by_silence() {
    for kind in engines::of(KIND, "a request that is one too many") {
        let bed = Bed::new(kind, quick(40));
        let plan = bed.plan(&first(&bed.site.scenario, 2));
        bed.site.ask("POST /fault", "429@remove:1");
        let live = bed.live(&plan);
        assert_eq!(live.code, Some(8), "{}", live.told());
        assert!(live.told().contains("the page's own request") && live.told().contains("429"), "{}", live.told());
        assert_eq!(bed.site.removed().len(), 0);
        let standing = bed.states(&plan);
        assert!(standing.iter().any(|(_, state)| state.in_doubt()), "{standing:?}");
        assert!(standing.iter().any(|(_, state)| *state == EffectState::Approved), "{standing:?}");
        // Nothing more is asked of the site until the silence is over.
        let asked = bed.site.ask("GET /audit/all", "");
        let again = bed.live(&plan);
        assert_eq!(again.code, Some(5), "{}", again.told());
        assert_eq!(bed.site.ask("GET /audit/all", ""), asked);
    }
}

#[test]
fn a_notice_that_answers_a_removal_puts_the_person_in_doubt_and_nobody_else_is_tried() {
    for kind in engines::of(KIND, "a notice in unknown words") {
        let bed = Bed::new(kind, quick(40));
        let plan = bed.plan(&first(&bed.site.scenario, 2));
        bed.site.ask("POST /fault", "toast@remove:1");
        let live = bed.live(&plan);
        assert_eq!(live.code, Some(8), "{}", live.told());
        assert!(live.told().contains("the page said: Failed to remove connection"), "{}", live.told());
        let audit = bed.site.audit();
        let [(what, doubtful)] = &audit[..] else { panic!("{audit:?}") };
        assert_eq!(what, "refused");
        let stands: BTreeMap<String, EffectState> = bed.states(&plan).into_iter().collect();
        assert!(stands.iter().all(|(slug, state)| match slug == doubtful {
            true => *state == EffectState::NeedsHuman,
            false => *state == EffectState::Approved,
        }));
        let shown = bed.run(&["incident", "show", "last"]);
        assert_eq!(shown.last()["sign"], "notice", "{}", shown.told());
        assert_eq!(shown.last()["shots"].as_array().map(Vec::len), Some(1), "{}", shown.told());
        // Nothing more is asked of the site until a person has looked at both.
        let asked = bed.site.ask("GET /audit/all", "");
        let again = bed.live(&plan);
        assert_eq!(again.code, Some(5), "{}", again.told());
        assert_eq!(bed.site.ask("GET /audit/all", ""), asked);
        let settled = bed.run(&["resolve", doubtful, "--as", "not-done", "--reason", "still in the list"]);
        assert_eq!(settled.code, Some(0), "{}", settled.told());
        let cleared = bed.run(&["incident", "clear", "last", "--reason", "it was a test"]);
        assert_eq!(cleared.code, Some(0), "{}", cleared.told());
        let live = bed.live(&plan);
        assert_eq!(live.code, Some(0), "{}", live.told());
        let log: Vec<String> = bed.site.audit().into_iter().map(|(what, _)| what).collect();
        assert_eq!(log, ["refused", "removed", "removed"]);
        same_people(bed.states(&plan), all_in(&plan, EffectState::Confirmed));
    }
}

#[test]
fn who_leaves_in_somebodys_place_stops_the_run_and_is_named_by_the_next_scan() {
    for (kind, was_read) in engines::each("somebody else leaves, and the list was read before", [true, false]) {
        let bed = Bed::new(kind, quick(40));
        if was_read {
            assert_eq!(bed.run(&["scan"]).code, Some(0));
        }
        let plan = bed.plan(&first(&bed.site.scenario, 2));
        bed.site.ask("POST /fault", "another@remove:2");
        let live = bed.live(&plan);
        assert_eq!(live.code, Some(8), "{}", live.told());
        assert!(live.told().contains("the page's own total fell from 40 to 38"), "{}", live.told());
        let removed: Vec<String> = bed.site.removed().into_keys().collect();
        let stands: BTreeMap<String, EffectState> = bed.states(&plan).into_iter().collect();
        let doubtful = stands.iter().find(|(_, state)| **state == EffectState::NeedsHuman).unwrap().0.clone();
        let ours = plan.slugs.iter().find(|slug| **slug != doubtful).unwrap();
        let other = removed.iter().find(|slug| *slug != ours).unwrap();
        assert!(removed.len() == 2 && !plan.slugs.contains(other), "{removed:?}");
        let shown = bed.run(&["incident", "show", "last"]);
        assert!(shown.told().contains("exeunt scan"), "{}", shown.told());
        let incident = shown.last()["incident"].as_str().unwrap_or_default().to_owned();
        // While it holds, the list is not read either; then the scan names the one, and not whom the program took out.
        assert_eq!(bed.run(&["scan"]).code, Some(5));
        let cleared = bed.run(&["incident", "clear", "last", "--reason", "looked"]);
        assert!(cleared.told().contains("exeunt scan"), "{}", cleared.told());
        let scan = bed.run(&["scan"]);
        let missing = scan.last()["missing"].as_array().unwrap().clone();
        assert!(scan.code == Some(0) && missing.contains(&serde_json::json!(other)), "{}", scan.told());
        // An export alone also names who had left before it was imported, or hides from the list.
        assert_eq!(missing.len() == 1, was_read, "{}", scan.told());
        assert!(!missing.contains(&serde_json::json!(ours)), "{}", scan.told());
        for told in [scan, bed.run(&["incident", "show", "last"])] {
            let is_other =
                |line: &&serde_json::Value| line["kind"] == "missing" && line["slug"] == serde_json::json!(other);
            let missing = told.lines.iter().find(is_other).unwrap();
            assert_eq!(
                (&missing["was_read"], &missing["incident"]),
                (&serde_json::json!(was_read), &serde_json::json!(incident))
            );
            assert_eq!(told.err.contains("they may have left before the alarm"), !was_read, "{}", told.told());
            assert!(told.err.contains(&format!("missing since incident {incident} (")), "{}", told.told());
        }
        let report =
            bed.run(&["evidence", "report", live.lines.iter().find_map(|line| line["fact"]["run"].as_str()).unwrap()]);
        let page = std::fs::read_to_string(report.last()["report"].as_str().unwrap()).unwrap();
        assert!(page.contains("Missing since") && page.contains(other), "{}", report.told());
    }
}

#[test]
fn a_notice_of_a_removal_that_was_done_stops_nothing() {
    let says = ["said=toast", "said=status", "said=toast,toasts=dialog", "said=toast,dialog=ember"];
    for (kind, says) in engines::each("a notice of success", says) {
        let scenario = Scenario { vary: says.parse::<Family>().unwrap().into(), ..quick(40) };
        let bed = Bed::new(kind, scenario);
        let plan = bed.plan(&first(&bed.site.scenario, 2));
        let live = bed.live(&plan);
        assert_eq!(live.code, Some(0), "{says}: {}", live.told());
        assert!(live.told().contains("the page said: Successfully removed connection"), "{says}: {}", live.told());
        same_people(bed.states(&plan), all_in(&plan, EffectState::Confirmed));
    }
}

/// The signs of the built-in pack are looked for whatever a replaced one says.
#[test]
fn a_sign_that_a_replaced_pack_left_out_stops_all_the_same() {
    for kind in engines::of(KIND, "a sign that the pack left out") {
        let mut bed = Bed::new(kind, quick(40));
        let pack = bed.path("pack");
        let ejected = bed.run(&["selectors", "eject", pack.to_str().unwrap()]);
        assert_eq!(ejected.code, Some(0), "{}", ejected.told());
        let site = pack.join("site.toml");
        let text = std::fs::read_to_string(&site).unwrap();
        let without = text
            .replace("  \"limit_notice\",\n", "")
            .replace("[sign.limit_notice]\nkind = \"latch\"\nany  = [{ word = \"limit_notice\" }]\n", "");
        assert!(!without.contains("limit_notice"), "{without}");
        std::fs::write(&site, without).unwrap();
        bed.flags = vec!["--selectors".to_owned(), pack.to_str().unwrap().to_owned()];
        stopped_on_the_site(bed, "limit-notice", "limit_notice");
    }
}

#[test]
fn a_lost_login_stops() {
    stopped_before_the_second(Kind::Chrome, "signed-out", "signed_out");
}

#[test]
fn another_account_stops() {
    stopped_before_the_second(Kind::Firefox, "other-account", "account");
}

/// Nothing but the menu tells the two accounts apart.
#[test]
fn another_account_that_shows_no_picture_either_stops() {
    let vary = Vary { picture: Picture::Initials, ..Vary::default() };
    let bed = Bed::new(Kind::Chrome, Scenario { vary, ..quick(40) });
    let (bed, _) = stopped_on_the_site(bed, "other-account", "somebody-else");
    assert_eq!(bed.run(&["incident", "show", "last"]).last()["sign"], "other_account");
}

#[test]
fn a_stop_between_click_and_reading_leaves_a_doubt_that_the_next_run_settles() {
    let bed = Bed::new(Kind::Chrome, quick(40));
    let plan = bed.plan(&first(&bed.site.scenario, 2));
    bed.site.ask("POST /fault", "captcha@connections:3");
    let live = bed.live(&plan);
    assert_eq!(live.code, Some(8), "{}", live.told());
    assert_eq!(bed.site.removed().len(), 1);
    assert!(bed.states(&plan).iter().any(|(_, state)| state.in_flight()), "{}", live.told());
    cleared_it_goes_on(&bed, &plan);
}

#[test]
fn who_left_before_is_not_removed_again() {
    let bed = Bed::new(Kind::Chrome, quick(40));
    let slugs = first(&bed.site.scenario, 2);
    // Both plans are there before anybody leaves: a later one would not hold who left.
    let (gone, plan) = (bed.plan(&slugs[..1]), bed.plan(&slugs));
    assert_eq!(bed.live(&gone).code, Some(0));
    let live = bed.live(&plan);
    assert_eq!(live.code, Some(0), "{}", live.told());
    assert_eq!(bed.site.removed(), each_once(&slugs));
    let stands: BTreeMap<String, EffectState> = bed.states(&plan).into_iter().collect();
    assert_eq!((stands[&slugs[0]], stands[&slugs[1]]), (EffectState::AlreadyGone, EffectState::Confirmed));
}

#[test]
fn who_is_kept_between_approval_and_click_stays() {
    let bed = Bed::new(Kind::Firefox, quick(40));
    let plan = bed.plan(&first(&bed.site.scenario, 3));
    // The first person's page comes late enough for somebody to change their mind while it loads.
    bed.site.ask("POST /fault", "slow@connections:2=12s");
    let (say, hear) = mpsc::channel();
    let running = bed.start(&["run", &plan.id, "--live", "--confirm", &plan.hash], move |line, _| {
        if let Some(("PRECHECK", slug)) = moved(line) {
            // Only the first is waited for.
            let _ = say.send(slug.to_owned());
        }
    });
    let in_hand = hear.recv_timeout(Duration::from_secs(180)).expect("nobody was looked up");
    let later = plan.slugs.iter().rfind(|slug| **slug != in_hand).unwrap();
    let kept = bed.run(&["keep", "add", &in_hand, later, "--reason", "changed my mind"]);
    assert_eq!(kept.code, Some(0), "{}", kept.told());
    assert_eq!(bed.site.audit(), [], "the keep list came too late for this test");
    let live = running.end();
    assert_eq!(live.code, Some(0), "{}", live.told());
    let stands: BTreeMap<String, EffectState> = bed.states(&plan).into_iter().collect();
    assert_eq!((stands[&in_hand], stands[later]), (EffectState::Excluded, EffectState::Excluded), "{}", live.told());
    let removed: Vec<String> = plan.slugs.iter().filter(|slug| **slug != in_hand && *slug != later).cloned().collect();
    assert_eq!(bed.site.removed(), each_once(&removed));
}

#[test]
fn two_runs_never_work_on_one_account() {
    let bed = Bed::new(Kind::Chrome, quick(40));
    let plan = bed.plan(&first(&bed.site.scenario, 1));
    let (say, hear) = mpsc::channel();
    let running = bed.start(&["run", &plan.id, "--live", "--confirm", &plan.hash], move |line, pid| {
        if line["fact"]["kind"] == "run-started" {
            say.send(pid).unwrap();
        }
    });
    let pid = hear.recv_timeout(Duration::from_secs(180)).expect("the run did not start");
    let second = bed.live(&plan);
    assert_eq!(second.code, Some(10), "{}", second.told());
    assert!(second.told().contains(&pid.as_raw_nonzero().to_string()), "{}", second.told());
    let live = running.end();
    assert_eq!(live.code, Some(0), "{}", live.told());
    assert_eq!(bed.site.removed(), each_once(&plan.slugs));
}

#[test]
fn what_was_not_approved_is_not_done() {
    let bed = Bed::new(Kind::Chrome, quick(40));
    let plan = bed.plan(&first(&bed.site.scenario, 1));
    let wrong = format!("{}{}", if plan.hash.starts_with('0') { "1" } else { "0" }, &plan.hash[1..]);
    let refused = bed.run(&["run", &plan.id, "--live", "--confirm", &wrong]);
    assert_eq!(refused.code, Some(3), "{}", refused.told());
    let untyped = bed.run(&["run", &plan.id, "--live"]);
    assert_eq!(untyped.code, Some(2), "{}", untyped.told());
    assert_eq!(bed.site.ask("GET /audit/all", ""), "[]", "no page was even opened");
}

#[test]
fn an_origin_on_another_machine_is_refused() {
    let bed = Bed::new(Kind::Chrome, quick(40));
    let plan = bed.plan(&first(&bed.site.scenario, 1));
    for arguments in [vec!["run", &plan.id], vec!["run", &plan.id, "--live", "--confirm", &plan.hash]] {
        let refused = Running::of(bed.command("https://example.com", &arguments), |_, _| {}).end();
        assert_eq!(refused.code, Some(2), "{}", refused.told());
    }
    assert_eq!(bed.site.ask("GET /audit/all", ""), "[]");
}

#[test]
fn german_pages_are_understood_or_left_alone() {
    for kind in engines::of(KIND, "German") {
        let bed = Bed::new(kind, Scenario { language: Language::De, ..quick(40) });
        let plan = bed.plan(&first(&bed.site.scenario, 2));
        let live = bed.live(&plan);
        println!("{kind}, German pages: exit {:?}, {}", live.code, live.last());
        assert_eq!(live.code, Some(0), "{}", live.told());
        assert_eq!(bed.site.removed(), each_once(&plan.slugs));
        same_people(bed.states(&plan), all_in(&plan, EffectState::Confirmed));
    }
}
