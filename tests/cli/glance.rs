//! `exeunt` alone and the first line of `status`: what is due first, and a command that works as it is printed.

use exeunt::event::state::EffectState::{Acted, Intent, NeedsHuman, Precheck, Verifying};

use super::stage::{ORIGIN, Said, Stage, exists};

/// The command that a line offers, as words after the program's name.
fn offered(said: &Said) -> Vec<String> {
    let line = said.out.lines().find(|line| line.contains("due first: ")).unwrap_or_else(|| panic!("{}", said.out));
    let command = line.rsplit('`').nth(1).unwrap();
    let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
    assert_eq!(words[0], "exeunt", "{line}");
    words[1..].to_vec()
}

fn run(stage: &Stage, words: &[String]) -> Said {
    stage.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn in_a_fresh_home_it_says_how_to_begin_and_makes_nothing() {
    let stage = Stage::new();
    let said = stage.ok(&[]);
    for command in ["exeunt demo", "exeunt doctor", "exeunt import Connections.csv", "exeunt --help"] {
        assert!(said.out.contains(command), "{}", said.out);
    }
    assert!(!exists(&stage.data()), "looking makes nothing");
    assert_eq!(stage.ok(&["--json"]).last()["account"], serde_json::Value::Null);
}

#[test]
fn each_step_of_the_way_is_offered_when_it_is_due() {
    let stage = Stage::with_people();
    let said = stage.ok(&[]);
    assert!(said.out.starts_with("account `default`: 65 people known\n"), "{}", said.out);
    assert_eq!(offered(&said), ["plan", "new", "--help"]);
    assert_eq!(run(&stage, &offered(&said)).code, 0);

    let (stage, plan) = Stage::with_plan();
    let origin = ORIGIN.replace('=', " ");
    let rehearsal = format!("run {} {origin}", plan.id);
    assert_eq!(offered(&stage.ok(&[ORIGIN])).join(" "), rehearsal);
    assert_eq!(offered(&stage.ok(&["status", ORIGIN])).join(" "), rehearsal);
    assert!(stage.ok(&[]).out.contains("say where the practice site is with --origin"));

    drop(stage.begun(&plan));
    let due = stage.ok(&["status", ORIGIN]);
    assert_eq!(offered(&due).join(" "), format!("run {} --live {origin}", plan.id));
    assert!(due.out.contains("3 people left, and a share is due now"), "{}", due.out);
    let record = stage.ok(&["status", "--json", ORIGIN]).lines().pop().unwrap();
    assert_eq!(record["command"], format!("exeunt run {} --live {origin}", plan.id));
}

#[test]
fn what_stops_everything_comes_before_what_is_due() {
    let (stage, plan) = Stage::with_plan();
    drop(stage.begun(&plan));
    stage.ok(&["pause"]);
    let said = stage.run(&[]);
    assert_eq!((said.code, offered(&said).join(" ")), (9, "resume".to_owned()), "{}", said.out);
    assert_eq!(run(&stage, &offered(&said)).code, 0);
    assert_eq!(stage.run(&[]).code, 0);

    let (stage, plan) = Stage::with_plan();
    stage.latch(&plan, "captcha");
    for said in [stage.run(&[]), stage.run(&["status"])] {
        said.assert_harmless();
        assert!(said.code == 5 && offered(&said).join(" ").starts_with("incident show I"), "{}", said.out);
        assert_eq!(run(&stage, &offered(&said)).code, 0);
    }

    let (stage, plan) = Stage::with_plan();
    stage.doubt(&plan, &[Precheck, Intent, Acted, Verifying, NeedsHuman]);
    let said = stage.run(&[]);
    assert_eq!((said.code, offered(&said).join(" ")), (8, format!("plan show {}", plan.id)), "{}", said.out);
    assert_eq!(run(&stage, &offered(&said)).code, 0);

    let (stage, plan) = Stage::with_plan();
    stage.cool(&plan);
    let said = stage.run(&[]);
    assert!(said.code == 5 && said.out.contains("nothing to do now: the site asked for silence until"), "{}", said.out);
}

#[test]
fn each_account_is_told_with_the_flags_that_reach_it() {
    let (stage, _) = Stage::with_plan();
    stage.ok(&["import", "Connections.csv", "--account", "other"]);
    let said = stage.ok(&[ORIGIN]);
    let lines: Vec<&str> = said.out.lines().collect();
    assert!(lines[0].starts_with("account `default`, practice realm: ") && lines[2].starts_with("account `other`: "));
    assert!(lines[3].ends_with("`exeunt plan new --help --origin http://127.0.0.1:9 --account other`"), "{lines:?}");
    let one = stage.ok(&["--account", "other"]);
    assert!(one.out.starts_with("account `other`: ") && one.out.lines().count() == 2, "{}", one.out);
}
