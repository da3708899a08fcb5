//! A page that the pack does not fit: what is said names the step, the target and lines to consider, in every place where
//! it is said, and nobody is touched.

use std::path::PathBuf;

use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;
use exeunt::pack::embedded;
use exeunt::practice::people::people;

use super::bed::{Bed, Done, quick};
use crate::support::engines;

/// A bed whose pack calls the menu's item by another name than the page, and two people's slugs.
fn renamed(kind: Kind) -> (Bed, Vec<String>) {
    let mut bed = Bed::new(kind, quick(20));
    let pack: PathBuf = bed.path("pack");
    for source in embedded::sources() {
        let file = pack.join(&source.name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let mut text = source.text;
        if source.name == "words/en.toml" {
            let line = text.lines().find(|line| line.starts_with("remove_item ")).unwrap().to_owned();
            text = text.replace(&line, "remove_item = [\"Remove connections\", \"Cut your tie to {name}\"]");
        }
        std::fs::write(file, text).unwrap();
    }
    bed.flags = vec!["--selectors".to_owned(), pack.to_str().unwrap().to_owned()];
    let slugs = people(&bed.site.scenario).into_iter().filter_map(|person| Some(person.slug?.as_str().to_owned()));
    let slugs = slugs.take(2).collect();
    (bed, slugs)
}

fn says_what_to_write(done: &Done) {
    let told = done.told();
    assert_eq!(done.code, Some(3), "{told}");
    let reason = done.last()["reason"].as_str().unwrap();
    for part in [
        "step `menu` (flows/remove-from-list.toml:",
        "`remove_item`",
        "menuitem `Remove connection` (wanted is the name `Remove connections`)",
        "if it is meant: remove_item = [\"Remove connections\", \"Cut your tie to {name}\", \"Remove connection\"] in words/en.toml",
    ] {
        assert!(reason.contains(part), "no {part} in: {reason}\n{told}");
    }
}

fn a_miss_is_told(kind: Kind) {
    let (bed, slugs) = renamed(kind);
    let plan = bed.plan(&slugs);
    says_what_to_write(&bed.run(&["run", &plan.id]));
    let done = bed.live(&plan);
    says_what_to_write(&done);
    for person in people(&bed.site.scenario)
        .iter()
        .filter(|person| slugs.iter().any(|slug| person.slug.as_ref().is_some_and(|own| own.as_str() == slug)))
    {
        let name = format!("{} {}", person.first, person.last);
        let reason = done.last()["reason"].as_str().unwrap();
        assert!(!reason.contains(&name), "`{name}` stands in a line for the pack: {reason}");
    }
    let reason = done.last()["reason"].as_str().unwrap();
    let (offered, _) = reason.split_once("; pressed on the way").unwrap_or((reason, ""));
    assert!(!offered.contains("More actions"), "the menu's own button is offered for its item: {reason}");
    assert!(!reason.contains("= [\"Report"), "words are offered for an item that does something else: {reason}");
    let incident = bed.run(&["incident", "show", "last"]);
    assert!(incident.told().contains("remove_item = [\\\"Remove connections"), "{}", incident.told());
    assert!(bed.site.removed().is_empty());
    assert!(bed.states(&plan).iter().all(|(_, state)| *state == EffectState::Approved), "{:?}", bed.states(&plan));
}

#[test]
fn a_renamed_item_is_told_with_lines_to_consider() {
    for kind in engines::of("a pack that does not fit", "a renamed item") {
        a_miss_is_told(kind);
    }
}

#[test]
fn a_menu_that_does_not_open_is_told_by_its_step() {
    let mut scenario = quick(20);
    scenario.faults = vec!["no-menu@connections".parse().unwrap()];
    let bed = Bed::new(Kind::Chrome, scenario);
    let slugs = people(&bed.site.scenario).into_iter().filter_map(|person| Some(person.slug?.as_str().to_owned()));
    let plan = bed.plan(&slugs.take(2).collect::<Vec<_>>());
    let done = bed.run(&["run", &plan.id]);
    let reason = done.last()["reason"].as_str().unwrap();
    assert_eq!(done.code, Some(3), "{}", done.told());
    assert!(
        reason.contains("step `menu` (flows/remove-from-list.toml:") && reason.contains("`remove_item`"),
        "{reason}"
    );
    assert!(bed.site.removed().is_empty());
}

/// A page as a browser saves it: with scripts that must not run and pictures that must not be fetched.
const SAVED: &str = r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Saved</title>
<body data-sdui-screen="x"><script>document.body.innerHTML = 'a script ran'</script>
<nav data-testid="primary-nav"><button aria-expanded="false"><img alt="Ana Lima" src="http://127.0.0.1:9/x.png" width="20" height="20"> Me</button></nav>
<main><ul><li componentkey="ConnectionCard_0-jane-doe"><a href="/in/jane-doe/"><p>Jane Doe</p></a>
<button aria-label="More actions for Jane Doe">…</button></li></ul></main></body></html>"#;

fn is_checked(kind: Kind) {
    let bed = Bed::new(kind, quick(5));
    std::fs::write(bed.path("saved.html"), SAVED).unwrap();
    let file = bed.path("saved.html");
    let file = file.to_str().unwrap();
    let done = bed.run(&["selectors", "check", "--page", "shell", file]);
    assert_eq!((done.code, &done.last()["generation"]), (Some(0), &"sdui-2026".into()), "{}", done.told());
    let of = |done: &Done, name: &str| done.lines.iter().find(|line| line["target"] == name).cloned().unwrap();
    assert_eq!(of(&done, "me_button")["winner"], 1, "{}", done.told());
    assert_eq!(of(&done, "me_photo")["read"]["name"], "Ana Lima");
    assert_eq!(of(&done, "view_profile")["count"], 0);
    let person = ["--slug", "jane-doe", "--name", "Jane Doe"];
    let done = bed.run(&[&["selectors", "check", "--page", "connections", file][..], &person[..]].concat());
    assert_eq!(of(&done, "card_menu")["winner"], 1, "{}", done.told());
    assert_eq!(of(&done, "card")["read"]["name"], "Jane Doe");
    let done = bed.run(&["selectors", "check", "--page", "nowhere", file]);
    assert_eq!(done.code, Some(2), "{}", done.told());
}

#[test]
fn a_saved_page_is_checked() {
    for kind in engines::of("a pack that does not fit", "a saved page") {
        is_checked(kind);
    }
}
