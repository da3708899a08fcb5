//! What the screens say: one pace, one count, and words that are true of what the next command does.

use exeunt::event::fact::Fact;
use exeunt::event::id::{Action, Digest, Realm, Route};
use exeunt::event::state::EffectState::{Acted, Done, Intent, Precheck, Verifying};
use exeunt::ledger::{NewPlan, PlanPerson, PlanRow};

use super::stage::{ORIGIN, Stage, account, now};

const PEOPLE: &[[&str; 4]] = &[
    ["Ann", "Lee", "ann", "Acme"],
    ["Bo", "Ek", "bo", "Acme"],
    ["Cy", "Roe", "cy", "Acme"],
    ["Di", "Fox", "di", "Acme"],
];

/// A plan of all four, one of them removed and waiting for the audit, one kept after the approval.
fn half_done() -> (Stage, PlanRow) {
    let stage = Stage::with_rows(PEOPLE);
    stage.ok(&["plan", "new", "--company", "acme", ORIGIN]);
    let plan = stage.ledger().plans(&account()).unwrap().pop().unwrap();
    stage.doubt(&plan, &[Precheck, Intent, Acted, Verifying, Done]);
    stage.ok(&["keep", "add", "bo"]);
    (stage, plan)
}

#[test]
fn every_screen_counts_who_is_still_to_do_by_the_keep_list_of_this_moment() {
    let (stage, plan) = half_done();
    let id = plan.id.as_str();
    let status = stage.ok(&["status"]).out;
    assert!(status.contains(&format!("plan {id} (remove): 1 kept; 1 removed; 2 still to do")), "{status}");
    assert!(status.contains(&format!("queue {id} 2: ")), "{status}");
    let json = stage.ok(&["status", "--json"]).lines();
    assert!(json.iter().any(|line| line["plan"] == id && line["left"] == 2 && line["people"] == 4), "{json:?}");
    let listed = stage.ok(&["plan", "list"]).out;
    assert!(listed.contains("approved: 1 removed, 1 left alone, 2 still to do"), "{listed}");
    let shown = stage.ok(&["plan", "show", id]).out;
    assert!(shown.contains("(2 still to do)") && shown.contains("2 people today"), "{shown}");
    let calendar = stage.ok(&["schedule", "show", id]);
    assert!(calendar.err.contains("2 people left, on 1 date"), "{}", calendar.err);
    let next = stage.ok(&["schedule", "show", id, "--next", "--json"]).lines();
    let names: Vec<&str> = next.iter().filter_map(|line| line["next"].as_str()).collect();
    assert_eq!(names, ["cy", "di"]);
}

#[test]
fn a_new_plan_counts_without_whom_the_keep_list_took_since() {
    let stage = Stage::with_rows(PEOPLE);
    stage.ok(&["plan", "new", "--company", "acme", ORIGIN]);
    stage.ok(&["keep", "add", "cy"]);
    let status = stage.ok(&["status"]).out;
    assert!(status.contains("3 people, not approved yet; 1 kept"), "{status}");
    assert!(stage.ok(&["plan", "show", "last"]).out.contains("1 connection of the 4 known"));
    assert!(stage.ok(&["schedule", "show", "last"]).err.contains("3 people left"));
}

#[test]
fn practice_has_no_pacing_on_any_screen_and_the_other_pace_is_named() {
    let stage = Stage::with_rows(PEOPLE);
    let said = stage.ok(&["plan", "new", "--company", "acme", ORIGIN]).out;
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted = "practice: no pacing, one person right after another; with `--pace real`: 4 people today";
    assert!(flat(&said).contains(wanted), "{said}");
    assert!(flat(&stage.ok(&["plan", "show", "last"]).out).contains(wanted));
    let calendar = stage.ok(&["schedule", "show", "last"]);
    assert!(calendar.err.starts_with("practice: no pacing: "), "{}", calendar.err);
    let plan = stage.ledger().plans(&account()).unwrap().pop().unwrap();
    drop(stage.begun(&plan));
    let status = stage.ok(&["status"]).out;
    assert!(status.contains("practice: no pacing; with `--pace real` 4 people today"), "{status}");
    assert!(status.contains("0 removals in the last 24 hours; practice: no pacing"), "{status}");
}

#[test]
fn the_days_of_a_real_plan_are_named_with_the_hours_of_the_settings() {
    let stage = Stage::with_people();
    stage.file("set.toml", b"[pace]\nactive = [\"mon-fri 09:00-18:00\"]\n[time]\nzone = \"Europe/Berlin\"\n");
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let new = ["plan", "new", "--connected-before", "2026-01-01"];
    let said = flat(&stage.ok(&[&new[..], &["--config", "set.toml"]].concat()).out);
    assert!(said.contains("day, ") && said.contains("(only mon-fri 09:00-18:00, Europe/Berlin), about "), "{said}");
    assert!(!said.contains("practice: no pacing") && !said.contains("working days"), "{said}");
    assert!(flat(&stage.ok(&new).out).contains("(any day at any hour), about "));
}

#[test]
fn a_finished_plan_run_again_says_that_nobody_is_left_and_asks_for_no_browser() {
    let (stage, plan) = Stage::with_plan();
    stage.spared(&plan);
    let hash = plan.hash.to_string();
    for arguments in [&["run", "last", "--live", "--confirm", &hash, ORIGIN][..], &["run", "last", ORIGIN]] {
        let said = stage.ok(arguments);
        assert!(said.err.contains("nobody is left of plan"), "{}{}", said.out, said.err);
        assert!(!format!("{}{}", said.out, said.err).contains("will be removed"), "{}", said.out);
    }
    stage.refused(&["run", "last", "--live", "--confirm", "0", ORIGIN], 3, "is not the hash");
    stage.ok(&["pause"]);
    stage.refused(&["run", "last", "--webdriver", "http://127.0.0.1:9", ORIGIN], 9, "exeunt resume");
}

#[test]
fn a_closed_account_is_closed_and_no_removal() {
    let stage = Stage::with_rows(PEOPLE);
    let plan = NewPlan {
        account: account(),
        realm: Realm::Practice,
        action: Action::Close,
        route: Route::Settings,
        hash: Digest::of(b"close"),
        pack_sha256: Digest::of(b"pack"),
        handle: None,
        ceilings: "{}".into(),
        people: vec![PlanPerson { slug: "me".parse().unwrap(), name: "Me".into() }],
    };
    let plan = stage.ledger().make_plan(&plan, &now()).unwrap();
    stage.doubt(&plan, &[Precheck, Intent, Acted, Verifying, Done]);
    let status = stage.ok(&["status"]).out;
    assert!(status.contains(&format!("plan {} (close): 1 closed", plan.id)), "{status}");
    assert!(status.contains("0 removals in the last 24 hours"), "{status}");
    let listed = stage.ok(&["plan", "list"]).out;
    assert!(listed.contains("approved: 1 closed") && !listed.contains("removed"), "{listed}");
}

#[test]
fn a_plan_shows_the_name_of_the_page_where_it_has_that_name() {
    let stage = Stage::with_rows(PEOPLE);
    let (slug, name) = ("ann".parse().unwrap(), "Ann Lee-Fischer".to_owned());
    stage.own().append(&now(), &Fact::SamePerson { slug, name, reason: "married".into() }).unwrap();
    let said = stage.ok(&["plan", "new", "--company", "acme", ORIGIN]).out;
    assert!(said.contains("Ann Lee-Fischer  ann") && said.contains("Bo Ek"), "{said}");
    let shown = stage.ok(&["plan", "show", "last"]).out;
    assert!(shown.contains("Ann Lee-Fischer"), "{shown}");
}
