//! Every exit code that needs no browser, and which one wins where several hold.

use exeunt::event::fact::Fact;
use exeunt::event::id::Realm;
use exeunt::event::state::EffectState::{Acted, Intent, NeedsHuman, Precheck, Verifying};

use super::stage::{ORIGIN, Stage, account, exists, now};

#[test]
fn an_origin_that_is_not_this_computer_is_refused_by_every_command_before_anything_is_touched() {
    let stage = Stage::new();
    for command in [
        &["run", "P4K"][..],
        &["run", "last", "--live"],
        &["list"],
        &["status"],
        &["doctor"],
        &["import", "nothing.csv"],
        &["plan", "new"],
        &["keep", "add", "ann"],
        &["pause"],
        &["evidence", "list"],
        &["selectors", "lint"],
        &["demo"],
        &["practice"],
    ] {
        let arguments = [&["--origin", "https://example.com"], command].concat();
        stage.refused(&arguments, 2, "its host is not this computer");
    }
    assert!(!exists(&stage.data()));
}

#[test]
fn a_command_line_that_is_not_understood_is_2_and_says_so_once_in_json() {
    let stage = Stage::new();
    for arguments in
        [&["lsit"][..], &["plan", "show"], &["plan", "show", "x"], &["keep", "add"], &["run", "last", "--limit", "0"]]
    {
        assert_eq!(stage.run(arguments).code, 2, "{arguments:?}");
    }
    let said = stage.refused(&["--json", "plan", "show", "x"], 2, "is no plan");
    assert_eq!((said.lines().len(), &said.last()["exit"]), (1, &2.into()));
    assert_eq!(said.err.matches("is no plan").count(), 1, "{}", said.err);
}

#[test]
fn nothing_there_yet_is_2_with_the_next_step() {
    let stage = Stage::new();
    stage.refused(&["list"], 2, "exeunt import Connections.csv");
    stage.refused(&["plan", "new", "--name", "x"], 2, "has no people yet");
    stage.refused(&["run", "last"], 2, "`exeunt plan new` makes one");
    stage.refused(&["run", "P2222"], 2, "exeunt plan list");
    stage.refused(&["evidence", "verify"], 2, "exeunt evidence list");
    stage.refused(&["incident", "show", "last"], 2, "exeunt incident list");
    stage.refused(&["resolve", "ann", "--as", "done", "--reason", "x"], 2, "no plan");
}

#[test]
fn the_other_realm_is_3_with_the_mend() {
    let (stage, _) = Stage::with_plan();
    stage.refused(&["run", "last"], 3, "--origin http://127.0.0.1:PORT");
    stage.refused(&["plan", "new", "--name", "~a"], 3, "belongs to the practice realm");
    let real = Stage::with_people();
    real.ok(&["plan", "new", "--name", "~jasper"]);
    real.refused(&["run", "last", ORIGIN], 3, "leave --origin out");
    for command in [&["status", ORIGIN][..], &["list", ORIGIN], &["plan", "list", ORIGIN]] {
        real.refused(command, 3, "belongs to the real realm");
    }
}

#[test]
fn a_real_account_without_identity_is_5_and_pace_off_on_it_2() {
    let stage = Stage::with_people();
    stage.ok(&["plan", "new", "--name", "~jasper"]);
    stage.refused(&["run", "last"], 5, "was never signed in here");
    stage.refused(&["run", "last", "--pace", "off"], 2, "practice site only");
}

#[test]
fn a_live_run_without_somebody_who_types_is_2_and_names_the_exact_command() {
    let (stage, plan) = Stage::with_plan();
    let exact = format!("exeunt run {} --live --confirm {} --origin http://127.0.0.1:9", plan.id, plan.hash);
    stage.refused(&["run", "last", "--live", ORIGIN], 2, &exact);
}

#[test]
fn a_wrong_hash_is_3_before_any_browser_is_looked_for() {
    let (stage, _) = Stage::with_plan();
    let other = "0".repeat(64);
    stage.refused(&["run", "last", "--live", "--confirm", &other, ORIGIN], 3, "is not the hash of plan");
    stage.refused(&["run", "last", "--live", "--confirm", "yes", ORIGIN], 3, "is not the hash of plan");
}

#[test]
fn a_dropped_plan_is_3_and_last_is_the_one_before() {
    let (stage, plan) = Stage::with_plan();
    stage.ok(&["plan", "drop", "last"]);
    stage.refused(&["run", plan.id.as_str(), ORIGIN], 3, "was dropped");
    stage.refused(&["run", "last", ORIGIN], 2, "has no plan");
    stage.refused(&["plan", "drop", plan.id.as_str()], 3, "dropped already");
}

#[test]
fn a_stale_plan_is_3_and_shows_what_changed() {
    let (stage, _) = Stage::with_plan();
    stage.ok(&["selectors", "eject", "pack"]);
    let flow = stage.path("pack/flows/remove-from-list.toml");
    let text = std::fs::read_to_string(&flow).unwrap();
    assert!(text.contains("times = 2"));
    std::fs::write(&flow, text.replacen("times = 2", "times = 1", 1)).unwrap();
    let said = stage.refused(&["run", "last", "--selectors", "pack", ORIGIN], 3, "was made with another pack");
    assert!(said.err.contains("- ") && said.err.contains("clicks `card_menu`"), "{}", said.err);
    assert!(said.err.contains("file flows/remove-from-list.toml: changed"), "{}", said.err);
}

#[test]
fn a_plan_whose_rows_were_changed_behind_the_program_is_7() {
    for sql in [
        "UPDATE plan SET pack_sha256 = zeroblob(32)",
        "UPDATE plan_person SET slug = slug || '-2' WHERE position = 1",
        "UPDATE plan SET ceilings = replace(ceilings, '1', '2')",
        "UPDATE plan SET route = 'profile'",
    ] {
        let (stage, _) = Stage::with_plan();
        let db = rusqlite::Connection::open(stage.data().join("ledger.sqlite")).unwrap();
        assert!(db.execute(sql, []).unwrap() > 0, "{sql}");
        drop(db);
        stage.refused(&["run", "last", ORIGIN], 7, "was changed behind the program");
    }
}

#[test]
fn settings_that_became_faster_than_what_was_shown_are_3() {
    let stage = Stage::with_people();
    stage.file("slow.toml", b"[pace]\nper_day = 12\n");
    stage.ok(&["--config", "slow.toml", "plan", "new", "--connected-before", "2014-01-01"]);
    let mut owner = stage.ledger().own(&account(), Realm::Real, &now()).unwrap();
    let (handle, name) = ("robin-practice".parse().unwrap(), "Robin Practice".to_owned());
    owner.append(&now(), &Fact::SignedIn { handle, name, browser: "chrome".to_owned() }).unwrap();
    drop(owner);
    std::fs::create_dir_all(stage.data().join("browser/default/real")).unwrap();
    stage.refused(&["run", "last"], 3, "`pace.per_day` is 20, the plan has 12");
    // As it was shown it goes on, up to the browser that is missing here.
    stage.refused(&["--config", "slow.toml", "run", "last"], 6, "what to do");
}

#[test]
fn without_a_browser_a_run_is_6_and_so_is_doctor() {
    let (stage, _) = Stage::with_plan();
    stage.refused(&["run", "last", ORIGIN], 6, "exeunt doctor");
    let said = stage.run(&["doctor"]);
    assert_eq!(said.code, 6);
    assert!(said.out.contains("FAIL  chrome"), "{}", said.out);
    let json = stage.run(&["doctor", "--json"]);
    assert_eq!(json.last()["result"], "no-browser");
    assert!(json.lines().iter().any(|line| line["check"] == "chrome" && line["ok"] == false));
}

#[test]
fn a_latched_account_is_5_and_says_the_way_past() {
    let (stage, plan) = Stage::with_plan();
    stage.latch(&plan, "captcha");
    stage.refused(&["run", "last", ORIGIN], 5, "exeunt incident show");
    let shown = stage.ok(&["incident", "show", "last"]);
    shown.assert_harmless();
    assert!(shown.out.contains("do not:") && shown.out.contains("exeunt incident clear"), "{}", shown.out);
    assert_eq!(stage.run(&["status"]).code, 5);
    assert!(stage.ok(&["incident", "list"]).out.contains("open"));
    stage.refused(&["incident", "clear", "last", "--reason", " "], 2, "--reason is empty");
    stage.ok(&["incident", "clear", "last", "--reason", "answered it"]);
    stage.refused(&["incident", "clear", "last", "--reason", "again"], 2, "cleared already");
    stage.refused(&["run", "last", ORIGIN], 6, "");
}

#[test]
fn an_incident_is_not_cleared_before_the_time_that_the_site_named() {
    let (stage, plan) = Stage::with_plan();
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(5);
    stage.latch_until(&plan, "restricted", Some(until));
    assert!(stage.ok(&["incident", "show", "last"]).out.contains("not before"));
    let said = stage.refused(&["--json", "incident", "clear", "last", "--reason", "x"], 5, "may not be cleared before");
    let due: jiff::Timestamp = said.last()["due_at"].as_str().unwrap().parse().unwrap();
    assert!(due.duration_since(until).abs() < jiff::SignedDuration::from_secs(1));
    let (stage, plan) = Stage::with_plan();
    stage.latch_until(&plan, "restricted", Some(jiff::Timestamp::now() - jiff::SignedDuration::from_secs(1)));
    stage.ok(&["incident", "clear", "last", "--reason", "the day has passed"]);
}

#[test]
fn silence_is_5_with_the_time_at_which_it_ends() {
    let (stage, plan) = Stage::with_plan();
    stage.cool(&plan);
    let said = stage.refused(&["run", "last", "--json", ORIGIN], 5, "asked for silence until");
    let due: jiff::Timestamp = said.last()["due_at"].as_str().unwrap().parse().unwrap();
    assert!(due > jiff::Timestamp::now());
    assert!(stage.run(&["status"]).out.contains("SILENCE"));
}

#[test]
fn a_paused_account_is_9_until_it_is_resumed() {
    let (stage, _) = Stage::with_plan();
    stage.file("empty/chromium", b"");
    stage.ok(&["pause"]);
    assert!(stage.ok(&["pause"]).err.contains("paused already"));
    let said = stage.run(&["status"]);
    assert_eq!(said.code, 9);
    assert!(said.out.contains("PAUSED"), "{}", said.out);
    // A driver that is attached to is not looked for, so nothing outranks the pause.
    stage.refused(&["run", "last", "--webdriver", "http://127.0.0.1:9", ORIGIN], 9, "exeunt resume");
    stage.refused(&["run", "last", ORIGIN], 6, "");
    stage.ok(&["resume"]);
    assert!(stage.ok(&["resume"]).err.contains("was not paused"));
}

#[test]
fn an_account_that_another_process_owns_is_10_with_its_pid() {
    let (stage, _) = Stage::with_plan();
    let owner = stage.own();
    let pid = format!("process {}", std::process::id());
    stage.refused(&["run", "last", "--webdriver", "http://127.0.0.1:9", ORIGIN], 10, &pid);
    stage.refused(&["run", "last", ORIGIN], 6, "");
    stage.refused(&["plan", "drop", "last"], 10, "exeunt status");
    assert!(stage.ok(&["status"]).out.contains(&pid));
    drop(owner);
    assert!(stage.ok(&["status"]).out.contains("no process is working on it"));
}

#[test]
fn somebody_in_doubt_is_8_and_is_settled_by_slug_plain_or_encoded() {
    let (stage, plan) = Stage::with_plan();
    let slug = stage.doubt(&plan, &[Precheck, Intent, Acted, Verifying, NeedsHuman]);
    let said = stage.run(&["status"]);
    assert_eq!(said.code, 8, "{}{}", said.out, said.err);
    assert!(said.out.contains(&format!("exeunt resolve {}", slug.encoded())), "{}", said.out);
    assert!(said.err.contains("in doubt: "), "{}", said.err);
    assert_ne!(slug.encoded(), slug.as_str());
    let settle = |typed: &str| stage.run(&["resolve", typed, "--as", "done", "--reason", "looked"]);
    assert_eq!(settle("somebody-else").code, 2);
    assert_eq!(settle(&slug.encoded()).code, 0);
    assert_eq!(settle(slug.as_str()).code, 2);
    assert_eq!(stage.run(&["status"]).code, 0);
}

#[test]
fn a_profiles_address_settles_too_and_what_the_program_can_find_out_is_left_to_it() {
    let (stage, plan) = Stage::with_plan();
    let slug = stage.doubt(&plan, &[Precheck, Intent, Acted]);
    let address = format!("https://www.linkedin.com/in/{}/", slug.encoded());
    let arguments = ["resolve", &address, "--as", "skip", "--reason", "x"];
    stage.refused(&arguments, 8, "can still find out by itself");
}

#[test]
fn a_run_that_was_never_closed_is_incomplete_and_4() {
    let (stage, plan) = Stage::with_plan();
    drop(stage.begun(&plan));
    let said = stage.refused(&["evidence", "verify"], 4, "was never finished");
    assert!(said.out.starts_with("INCOMPLETE  run R"), "{}", said.out);
}

#[test]
fn a_damaged_ledger_is_7_whatever_is_asked() {
    let (stage, _) = Stage::with_plan();
    std::fs::write(stage.data().join("ledger.sqlite"), "no database, but long enough to be taken for one".repeat(20))
        .unwrap();
    for command in [&["list"][..], &["run", "last", ORIGIN], &["status"], &["plan", "list"]] {
        assert_eq!(stage.run(command).code, 7, "{command:?}");
    }
}

#[test]
fn of_several_reasons_the_gravest_is_told() {
    let (stage, plan) = Stage::with_plan();
    stage.latch(&plan, "captcha");
    stage.ok(&["pause"]);
    let wrong = ["run", "last", "--live", "--confirm", "x", ORIGIN];
    stage.refused(&wrong, 5, "incident");
    assert_eq!(stage.run(&["run", "last"]).code, 5);
    stage.ok(&["incident", "clear", "last", "--reason", "x"]);
    stage.refused(&wrong, 3, "is not the hash");
}

#[test]
fn a_stopped_plan_has_ended_for_good_and_says_what_was_not_begun() {
    let (stage, plan) = Stage::with_plan();
    let said = stage.ok(&["--json", "stop", "last"]);
    assert_eq!((&said.last()["removed"], &said.last()["untouched"]), (&0.into(), &plan.people.into()));
    stage.refused(&["run", plan.id.as_str(), ORIGIN], 3, "was dropped");
    stage.refused(&["stop", plan.id.as_str()], 3, "dropped already");
}

#[test]
fn stopping_a_plan_with_somebody_in_doubt_is_8_and_says_how_to_settle_it() {
    let (stage, plan) = Stage::with_plan();
    stage.doubt(&plan, &[Precheck, Intent, Acted, Verifying, NeedsHuman]);
    let said = stage.run(&["--json", "stop", "last"]);
    assert_eq!((said.code, &said.last()["in_doubt"]), (8, &1.into()), "{}", said.err);
    assert!(said.err.contains("exeunt status"), "{}", said.err);
}

#[test]
fn a_process_that_works_is_asked_to_stop() {
    let (stage, plan) = Stage::with_plan();
    let owner = stage.own();
    let said = stage.ok(&["--json", "stop", "last"]);
    assert_eq!(said.last()["asked"], std::process::id());
    let pending = owner.ledger().pending_requests(owner.account()).unwrap();
    assert_eq!(pending.len(), 1, "{pending:?}");
    assert_eq!(stage.ledger().plan(&account(), &plan.id).unwrap().dropped, None);
}
