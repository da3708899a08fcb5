//! Twenty-five of three hundred people leave (forty in `scripts/soak`), with every trap that names and addresses have.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::bed::{Bed, quick};
use super::both_routes::views;
use super::removals::{all_in, each_once, same_people};
use crate::support::engines;
use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;
use exeunt::practice::people::people;
use exeunt::practice::scenario::Scenario;
use serde_json::Value;

/// The aim for one removal, from the list loaded to the row gone.
const COMMANDS: u64 = 12;

/// People whose names or addresses are traps.
pub(crate) const TRAPS: [&str; 19] = [
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
    files(
        &bed.data().join("evidence"),
        &|name| name.starts_with("observation") && name.ends_with(".json"),
        &mut observations,
    );
    let again = |path: &PathBuf| {
        let seen: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let steps = seen["commands"].as_array().unwrap().clone();
        let at = |step: &Value, flow: &str| step["source"].as_str().unwrap().starts_with(flow);
        (seen["exit_state"] == "DONE" || seen["exit_state"] == "CONFIRMED")
            && steps.iter().any(|step| at(step, "flows/remove-from-list") && step["result"] == "tried again")
    };
    observations.iter().filter(|path| again(path)).count()
}

#[test]
fn they_leave_through_chrome() {
    forty(Kind::Chrome);
}

#[test]
fn they_leave_through_firefox() {
    forty(Kind::Firefox);
}

/// Forty in `scripts/soak`, twenty-five where every change is tested.
fn removals() -> usize {
    if engines::is_soak() { 40 } else { 25 }
}

fn forty(kind: Kind) {
    // The browsers of this case are started as users start them.
    let bed = Bed::new(kind, quick(300)).real();
    let before = connected(&bed);
    let plan = bed.plan(&spread(&bed.site.scenario, removals()));

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
    assert_eq!(views(&bed), (0, 0), "the list needs no profile");
    same_people(bed.states(&plan), all_in(&plan, EffectState::Confirmed));
    let gone: BTreeSet<String> = plan.slugs.iter().cloned().collect();
    assert_eq!(connected(&bed), before.difference(&gone).cloned().collect());

    let commands: Vec<u64> = serde_json::from_value(live.last()["commands"].clone()).unwrap();
    let mean = commands.iter().sum::<u64>() as f64 / commands.len() as f64;
    println!("{kind}: WebDriver commands per removal, mean {mean:.1}: {commands:?}");
    println!("{kind}: rehearsal of 5 took {:?}, live run of {} {:?}", rehearsal.took, plan.slugs.len(), live.took);
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
