//! People whom the list does not have under the name of the export: renamed, or gone. Neither is clicked, and neither is called
//! gone before something else than the name says so.

use std::collections::BTreeMap;

use serde_json::Value;

use super::bed::{Bed, Planned, quick};
use super::both_routes::deeds;
use super::removals::{each_once, first};
use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;

const NEW_NAME: &str = "Sunniva Newname";
const OTHER_NAME: &str = "Yara Wedded";

/// Somebody of the export who is no connection any more.
fn gone(bed: &Bed) -> String {
    let people: Vec<Value> = serde_json::from_str(&bed.site.ask("GET /people", "")).unwrap();
    let fits = |person: &&Value| person["exported"] == true && person["relation"] == "follow-only";
    people.iter().find(fits).unwrap()["slug"].as_str().unwrap().to_owned()
}

fn states(bed: &Bed, plan: &Planned) -> BTreeMap<String, EffectState> {
    bed.states(plan).into_iter().collect()
}

/// Who left, how often; nothing else than views of profiles may have happened besides.
fn removed(bed: &Bed) -> BTreeMap<String, u32> {
    let deeds: Vec<String> = deeds(bed).into_iter().map(|(_, slug)| slug).collect();
    assert!(bed.site.audit().iter().all(|(what, _)| matches!(what.as_str(), "removed" | "profile-view")));
    each_once(&deeds)
}

/// The export as it is after somebody took another name and somebody left.
fn newer_export(bed: &Bed, (married, gone): (&str, &str)) {
    let old = std::fs::read_to_string(bed.path("Connections.csv")).unwrap();
    let line = |line: &str| match line {
        _ if line.contains(&format!("/in/{gone},")) => None,
        _ if line.contains(&format!("/in/{married},")) => {
            let (first, last) = OTHER_NAME.split_once(' ').unwrap();
            let rest = line.splitn(3, ',').nth(2).unwrap();
            Some(format!("{first},{last},{rest}"))
        }
        _ => Some(line.to_owned()),
    };
    let new: Vec<String> = old.lines().filter_map(line).collect();
    assert_eq!(new.len() + 1, old.lines().count());
    let path = bed.path("newer.csv");
    std::fs::write(&path, new.join("\n") + "\n").unwrap();
    let done = bed.run(&["import", path.to_str().unwrap()]);
    assert_eq!(done.code, Some(0), "{}", done.told());
}

fn nobody_is_called_gone_for_a_name(kind: Kind) {
    let bed = Bed::new(kind, quick(40));
    let people = first(&bed.site.scenario, 3);
    let (renamed, married, stays, gone) = (&people[0], &people[1], &people[2], &gone(&bed));
    let plan = bed.plan(&[renamed.clone(), married.clone(), gone.clone(), stays.clone()]);
    bed.site.ask("POST /name", &format!("{renamed} {NEW_NAME}"));
    bed.site.ask("POST /name", &format!("{married} {OTHER_NAME}"));
    let live = bed.live(&plan);
    assert_eq!(live.code, Some(4), "{}", live.told());
    assert!(live.told().contains("3 not found under the name of the plan"), "{}", live.told());
    let stand = states(&bed, &plan);
    assert!([renamed, married, gone].iter().all(|slug| stand[*slug] == EffectState::NotFound), "{}", live.told());
    assert_eq!(stand[stays], EffectState::Confirmed);
    assert_eq!(removed(&bed), each_once(std::slice::from_ref(stays)));

    // The same way leads nowhere, and says which does.
    let list = bed.path("again.txt");
    std::fs::write(&list, format!("{renamed}\n{gone}\n")).unwrap();
    let again = bed.run(&["plan", "new", "--people", list.to_str().unwrap()]);
    assert!(again.told().contains("--route profile"), "{}", again.told());
    assert_ne!(again.code, Some(0), "{}", again.told());

    // Their own pages tell who is gone, and show that the other one is called something else.
    let through = bed.plan_through(&[renamed.clone(), gone.clone()], "profile");
    let live = bed.live(&through);
    let stand = states(&bed, &through);
    assert_eq!((stand[renamed], stand[gone]), (EffectState::Mismatch, EffectState::AlreadyGone), "{}", live.told());
    assert_eq!(removed(&bed), each_once(std::slice::from_ref(stays)), "{}", live.told());

    // A person says that it is the same one: the list has them under the new name.
    let said = ["resolve", renamed, "--as", "same-person", "--reason", "I know her"];
    let resolved = bed.run(&said);
    assert_eq!((resolved.code, &resolved.last()["name"]), (Some(0), &Value::from(NEW_NAME)), "{}", resolved.told());
    left_at_last(&bed, renamed, std::slice::from_ref(stays));

    // The next export knows the other new name, and lacks who is gone.
    newer_export(&bed, (married, gone));
    left_at_last(&bed, married, &[stays.clone(), renamed.clone()]);
    let nobody = bed.run(&["resolve", stays, "--as", "same-person", "--reason", "no"]);
    assert_eq!(nobody.code, Some(2), "{}", nobody.told());
}

/// Somebody leaves through the list under their new name, after these.
fn left_at_last(bed: &Bed, slug: &String, before: &[String]) {
    let plan = bed.plan(std::slice::from_ref(slug));
    let live = bed.live(&plan);
    assert_eq!((live.code, states(bed, &plan)[slug]), (Some(0), EffectState::Confirmed), "{}", live.told());
    assert_eq!(removed(bed), each_once(&[before, std::slice::from_ref(slug)].concat()));
}

#[test]
fn nobody_is_called_gone_for_a_name_that_chrome_does_not_find() {
    nobody_is_called_gone_for_a_name(Kind::Chrome);
}

#[test]
fn nobody_is_called_gone_for_a_name_that_firefox_does_not_find() {
    nobody_is_called_gone_for_a_name(Kind::Firefox);
}
