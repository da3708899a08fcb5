//! The whole road with the real program and real browsers: import, plan, rehearsal, removal, verification, proof. What
//! the practice site's own log says is what happened.

#[path = "support/bed.rs"]
mod bed;
#[path = "support/site.rs"]
mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use bed::{Bed, Done, Planned, Running, moved, quick};
use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;
use exeunt::practice::people::people;
use exeunt::practice::scenario::{Language, Scenario};
use serde_json::Value;

/// The aim for one removal, from the list loaded to the row gone.
const COMMANDS: u64 = 12;

/// People whose names or addresses are traps.
const TRAPS: [&str; 19] = [
    "maria-santos-4b71a2",
    "maria-santos-91c03e",
    "jörg-müller-77",
    "siobhan-oconnor-5d2",
    "priyanka-rao-builds",
    "lenavogt",
    "layla-haddad-318",
    "אורי-לוי-6",
    "henriksandberg",
    "agnieszka-zielinska-2f",
    "bobby-tables-1",
    "sascha-darcy",
    "jan-novak-0a1",
    "jan-novák-česko",
    "maximiliana-theodora-philippa-konstanze-von-und-zu-hohenfels-wolkenstein-0d4e55",
    "prem-92ab1",
    "王伟-8a",
    "ann-lee-1",
    "joann-leeds-2",
];

/// All traps and others from the whole list, `count` together.
fn spread(scenario: &Scenario, count: usize) -> Vec<String> {
    let everybody: Vec<String> =
        people(scenario).iter().filter_map(|person| Some(person.slug.as_ref()?.as_str().to_owned())).collect();
    let mut chosen: BTreeSet<String> = TRAPS.iter().map(|slug| (*slug).to_owned()).collect();
    let lost: Vec<&String> = chosen.iter().filter(|slug| !everybody.contains(slug)).collect();
    assert!(lost.is_empty(), "the practice site lost its traps {lost:?}");
    let step = everybody.len() / (count - chosen.len() + 4);
    for slug in everybody.iter().step_by(step) {
        if chosen.len() < count {
            chosen.insert(slug.clone());
        }
    }
    assert_eq!(chosen.len(), count);
    // In the order of the list, so that the traps are spread too.
    everybody.into_iter().filter(|slug| chosen.contains(slug)).collect()
}

/// The first so many people of a site who have an address.
fn first(scenario: &Scenario, count: usize) -> Vec<String> {
    let known = people(scenario).into_iter().filter_map(|person| Some(person.slug?.as_str().to_owned()));
    known.filter(|slug| !TRAPS.contains(&slug.as_str())).take(count).collect()
}

fn each_once(slugs: &[String]) -> BTreeMap<String, u32> {
    slugs.iter().map(|slug| (slug.clone(), 1)).collect()
}

fn all_in(plan: &Planned, state: EffectState) -> Vec<(String, EffectState)> {
    plan.slugs.iter().map(|slug| (slug.clone(), state)).collect()
}

fn same_people(mut a: Vec<(String, EffectState)>, mut b: Vec<(String, EffectState)>) {
    a.sort();
    b.sort();
    assert_eq!(a, b);
}

/// Who the server says is connected.
fn connected(bed: &Bed) -> BTreeSet<String> {
    let people: Vec<Value> = serde_json::from_str(&bed.site.ask("GET /people", "")).unwrap();
    let known = people.iter().filter(|person| person["connected"] == true);
    known.map(|person| person["slug"].as_str().unwrap().to_owned()).collect()
}

/// All files of a kind below a folder.
fn files(folder: &Path, named: &dyn Fn(&str) -> bool, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, named, found);
        } else if named(path.file_name().unwrap().to_str().unwrap()) {
            found.push(path);
        }
    }
}

/// How many removals of a run had to open a menu again, because it ignored its first click.
fn menus_tried_again(bed: &Bed) -> usize {
    let mut observations = Vec::new();
    files(&bed.data().join("evidence"), &|name| name == "observation.json", &mut observations);
    let again = |path: &PathBuf| {
        let seen: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let steps = seen["commands"].as_array().unwrap().clone();
        let at = |step: &Value, flow: &str| step["source"].as_str().unwrap().starts_with(flow);
        seen["exit_state"] == "CONFIRMED"
            && steps.iter().any(|step| at(step, "flows/remove-from-list") && step["result"] == "tried again")
    };
    observations.iter().filter(|path| again(path)).count()
}

#[test]
fn forty_of_three_hundred_leave_through_chrome() {
    forty_of_three_hundred(Kind::Chrome);
}

#[test]
fn forty_of_three_hundred_leave_through_firefox() {
    forty_of_three_hundred(Kind::Firefox);
}

fn forty_of_three_hundred(kind: Kind) {
    let bed = Bed::new(kind, quick(300));
    let before = connected(&bed);
    let plan = bed.plan(&spread(&bed.site.scenario, 40));

    let rehearsal = bed.run(&["run", &plan.id]);
    assert_eq!(rehearsal.code, Some(0), "{}", rehearsal.told());
    let ready = rehearsal.lines.iter().filter(|line| line["fact"]["outcome"] == "ready").count();
    assert_eq!(ready, 5, "{}", rehearsal.told());
    assert_eq!(bed.site.audit(), [], "a rehearsal has no effect");
    assert_eq!(bed.states(&plan), [], "a rehearsal moves nobody");

    let live = bed.live(&plan);
    assert_eq!(live.code, Some(0), "{}", live.told());
    // The log holds removals and nothing else: no profile was opened, nothing was clicked by a script.
    assert_eq!(bed.site.removed(), each_once(&plan.slugs));
    same_people(bed.states(&plan), all_in(&plan, EffectState::Confirmed));
    let gone: BTreeSet<String> = plan.slugs.iter().cloned().collect();
    assert_eq!(connected(&bed), before.difference(&gone).cloned().collect());

    let commands: Vec<u64> = serde_json::from_value(live.last()["commands"].clone()).unwrap();
    let mean = commands.iter().sum::<u64>() as f64 / commands.len() as f64;
    println!("{kind}: WebDriver commands per removal, mean {mean:.1}: {commands:?}");
    println!("{kind}: rehearsal of 5 took {:?}, live run of 40 {:?}", rehearsal.took, live.took);
    assert_eq!(commands.len(), plan.slugs.len(), "nobody needed a second attempt: {}", live.told());
    assert!(mean <= COMMANDS as f64);
    let above = commands.iter().filter(|commands| **commands > COMMANDS).count();
    assert!(above <= menus_tried_again(&bed), "only a menu that ignores its first click costs more");

    let verified = bed.run(&["evidence", "verify", "last"]);
    assert_eq!((verified.code, &verified.last()["verdict"]), (Some(0), &"VALID-NO-TIME".into()), "{}", verified.told());
    let mut pages = Vec::new();
    files(&bed.data().join("evidence"), &|name| name.ends_with(".html"), &mut pages);
    assert!(pages.iter().any(|page| page.ends_with("report/index.html")), "{pages:?}");
    for page in &pages {
        assert!(!std::fs::read_to_string(page).unwrap().contains("<script>alert"), "{}", page.display());
    }
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
    let bed = Bed::new(kind, quick(40));
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
fn a_lost_login_stops() {
    stopped_before_the_second(Kind::Chrome, "signed-out", "signed_out");
}

#[test]
fn another_account_stops() {
    stopped_before_the_second(Kind::Firefox, "other-account", "account");
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
    let gone = bed.plan(&slugs[..1]);
    assert_eq!(bed.live(&gone).code, Some(0));
    let plan = bed.plan(&slugs);
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
    bed.site.ask("POST /fault", "slow@connections:2=5s");
    let (say, hear) = mpsc::channel();
    let running = bed.start(&["run", &plan.id, "--live", "--confirm", &plan.hash], move |line, _| {
        if let Some(("PRECHECK", slug)) = moved(line) {
            // Only the first is waited for.
            let _ = say.send(slug.to_owned());
        }
    });
    let in_hand = hear.recv_timeout(Duration::from_secs(60)).expect("nobody was looked up");
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
    let pid = hear.recv_timeout(Duration::from_secs(60)).expect("the run did not start");
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
    for kind in [Kind::Chrome, Kind::Firefox] {
        let bed = Bed::new(kind, Scenario { language: Language::De, ..quick(40) });
        let plan = bed.plan(&first(&bed.site.scenario, 2));
        let live = bed.live(&plan);
        println!("{kind}, German pages: exit {:?}, {}", live.code, live.last());
        assert_eq!(live.code, Some(0), "{}", live.told());
        assert_eq!(bed.site.removed(), each_once(&plan.slugs));
        same_people(bed.states(&plan), all_in(&plan, EffectState::Confirmed));
    }
}
