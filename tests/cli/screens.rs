//! What the screens say: one pace, one count, and words that are true of what the next command does.

use exeunt::event::fact::Fact;
use exeunt::event::id::{Action, Digest, Realm, Route};
use exeunt::event::state::EffectState::{Acted, Done, Intent, Precheck, Verifying};
use exeunt::ledger::{NewPlan, PlanPerson, PlanRow};

use super::archive::{Packed, zip_of};
use super::stage::{ORIGIN, Stage, account, export_of, now};

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

#[test]
fn a_pause_is_the_first_line_and_in_the_calendar_and_ends_with_its_day() {
    let (stage, plan) = Stage::with_plan();
    stage.refused(&["pause", "--until", "2020-01-01"], 2, "has begun already");
    let said = stage.ok(&["pause", "--until", "2999-12-24", "--json"]);
    assert_eq!((&said.last()["paused"], &said.last()["until"]), (&true.into(), &"2999-12-24T00:00:00Z".into()));
    let first = "PAUSED until 2999-12-24 00:00 UTC: nothing is begun; `exeunt resume` lets it go on\n";
    let status = stage.ok_or(&["status"], 9).out;
    assert!(status.starts_with(first), "{status}");
    assert!(stage.ok(&["schedule", "show", "last"]).out.starts_with(first));
    let run = ["run", plan.id.as_str(), "--json", "--webdriver", "http://127.0.0.1:9", ORIGIN];
    let said = stage.refused(&run, 9, "is paused until 2999-12-24");
    assert_eq!(said.last()["due_at"], "2999-12-24T00:00:00Z");
    stage.ok(&["resume"]);
    assert!(!stage.ok(&["status"]).out.contains("PAUSED"));
    stage.ok(&["pause"]);
    assert!(stage.ok_or(&["status", ORIGIN], 9).out.starts_with("PAUSED: "));
}

/// An archive in which one of the four people wrote messages, and nobody did anything else that is counted.
fn with_messages() -> Stage {
    let stage = Stage::new();
    let messages = b"FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,CONTENT\n\
        Ann,https://www.linkedin.com/in/ann,Me,https://www.linkedin.com/in/me,2025-01-10 09:00:00 UTC,a\n\
        Ann,https://www.linkedin.com/in/ann,Me,https://www.linkedin.com/in/me,2025-02-10 09:00:00 UTC,b\n";
    let parts =
        [Packed::stored("Connections.csv", export_of(PEOPLE).as_bytes()), Packed::stored("messages.csv", messages)];
    stage.file("export.zip", &zip_of(&parts));
    stage.ok(&["import", "export.zip"]);
    stage
}

/// The slugs of what a command lists, in their order.
fn listed(stage: &Stage, arguments: &[&str]) -> Vec<String> {
    let lines = stage.ok(&[arguments, &["--json"]].concat()).lines();
    lines.iter().filter_map(|line| line["slug"].as_str().map(str::to_owned)).collect()
}

#[test]
fn people_are_chosen_by_what_an_export_counts_and_an_export_without_it_is_refused() {
    let stage = with_messages();
    assert_eq!(listed(&stage, &["list", "--messages", "some"]), ["ann"]);
    assert_eq!(listed(&stage, &["list", "--messages", "none", "--sort", "-name"]), ["di", "cy", "bo"]);
    assert_eq!(listed(&stage, &["list", "--messages", "3+"]), [""; 0]);
    assert!(stage.ok(&["list", "--messages", "2"]).err.contains("  messages 2: 1 of 4\n"));
    assert_eq!(listed(&stage, &["plan", "new", "--messages", "none", "--sort", "slug", ORIGIN]), ["bo", "cy", "di"]);
    stage.refused(&["list", "--endorsements", "none"], 2, "no export that was imported counts endorsements");
    stage.refused(&["list", "--messages", "few"], 2, "`3+`");
    stage.refused(&["list", "--sort", "age"], 2, "not one of name, company, position, connected, slug");
}

#[test]
fn a_plan_carries_company_position_day_and_reasons_in_every_format_and_is_read_back() {
    let stage = with_messages();
    stage.ok(&["plan", "new", "--company", "acme", ORIGIN]);
    stage.ok(&["keep", "add", "bo", "--reason", "family"]);
    let table = stage.ok(&["plan", "show", "last"]).out;
    let ann = table.lines().find(|line| line.contains("Ann Lee")).unwrap();
    for part in ["planned", "2015-03-03", "ann", "Engineer, Acme", "2 messages, last 2025-02"] {
        assert!(ann.contains(part), "{part}: {table}");
    }
    let json = stage.ok(&["plan", "show", "last", "--json"]).lines();
    assert_eq!(
        (&json[0]["company"], &json[0]["position"], &json[0]["connected_on"], &json[0]["think_twice"][0]),
        (&"Acme".into(), &"Engineer".into(), &"2015-03-03".into(), &"2 messages, last 2025-02".into())
    );
    assert_eq!((&json[1]["kept"], &json[1]["left"], &json[1]["why"]), (&true.into(), &false.into(), &"family".into()));
    let csv = stage.ok(&["plan", "show", "last", "--format", "csv"]).out;
    assert!(csv.starts_with("slug,first_name,last_name,company,position,connected_on,think_twice,state,why,remove\n"));
    assert!(csv.contains("\nbo,Bo,Ek,Acme,Engineer,2015-03-03,,kept,family,\n"), "{csv}");
    stage.file("back.csv", csv.as_bytes());
    assert_eq!(listed(&stage, &["plan", "new", "--people", "back.csv", ORIGIN]), ["ann", "cy", "di"]);
    stage.refused(&["plan", "show", "last", "--json", "--format", "csv"], 2, "contradict");
}

#[test]
fn a_plan_is_one_page_for_somebody_else() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = with_messages();
    stage.ok(&["plan", "new", "--company", "acme", ORIGIN]);
    let said = stage.ok(&["plan", "show", "last", "--page", "plan.html"]);
    assert!(said.err.contains("The page is in plan.html"), "{}", said.err);
    let page = std::fs::read_to_string(stage.path("plan.html")).unwrap();
    for part in ["remove 4 connections", "Ann Lee", "Engineer, Acme", "2 messages, last 2025-02", "practice: no pacing"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("<script") && !page.contains("http://"), "{page}");
    let mode = std::fs::metadata(stage.path("plan.html")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    stage.refused(&["plan", "show", "last", "--page", "plan.html"], 3, "name a file that is not there yet");
}

#[test]
fn status_of_all_accounts_begins_each_with_its_name() {
    let stage = Stage::with_rows(PEOPLE);
    stage.ok(&["import", "rows.csv", "--account", "second"]);
    stage.ok(&["plan", "new", "--company", "acme", "--account", "second", ORIGIN]);
    let said = stage.ok(&["status", "--all"]);
    let (one, two) =
        (said.out.find("account `default`").unwrap(), said.out.find("account `second`, practice").unwrap());
    assert!(one < two && said.out.contains("4 people, not approved yet"), "{}", said.out);
    let lines = stage.ok(&["status", "--all", "--json"]).lines();
    let of = |name: &str| lines.iter().filter(|line| line["account"] == name).count();
    assert!(of("default") > 0 && of("second") > 3 && of("default") + of("second") == lines.len(), "{lines:?}");
    assert!(Stage::new().ok(&["status", "--all"]).err.contains("no account is known yet"));
}

/// The commands within words for people: between backticks, or alone on a line.
fn commands(text: &str) -> Vec<String> {
    let spans = text.lines().flat_map(|line| {
        let alone = line.trim_start().starts_with("exeunt ") && !line.contains('`');
        let spans: Vec<&str> = if alone { vec![line.trim()] } else { line.split('`').skip(1).step_by(2).collect() };
        spans.into_iter().filter(|span| span.starts_with("exeunt ")).map(str::to_owned).collect::<Vec<_>>()
    });
    spans.collect()
}

#[test]
fn commands_of_messages_work_as_pasted_from_any_folder() {
    let stage = Stage::with_rows(PEOPLE);
    // A folder that is named from where somebody stands, with a space in it.
    let flags = [ORIGIN, "--account", "ann", "--data-dir", "own data"];
    let said = |arguments: &[&str]| {
        let said = stage.run(&[arguments, &flags].concat());
        format!("{}\n{}", said.out, said.err)
    };
    let path = std::path::Path::new(env!("CARGO_BIN_EXE_exeunt")).parent().unwrap();
    let mut pasted = 0;
    for arguments in [
        &["status"][..],
        &["list"],
        &["import", "rows.csv"],
        &["status"],
        &["plan", "new"],
        &["plan", "new", "--company", "acme"],
        &["plan", "show", "last"],
        &["plan", "list"],
        &["schedule", "show", "last"],
        &["schedule", "show", "last", "--next"],
        &["schedule", "show"],
        &["run", "last"],
        &["pause"],
        &["status"],
        &["run", "last", "--webdriver", "http://127.0.0.1:9"],
        &["keep", "add", "nobody"],
        &["keep", "remove", "ann"],
        &["evidence", "list"],
        &["evidence", "verify", "last"],
        &["incident", "show", "last"],
        &["resolve", "ann", "--as", "done", "--reason", "x"],
        &["plan", "diff", "last"],
        &["plan", "renew", "last"],
        &["close"],
        &["logout"],
        &["stop", "last"],
        &["run", "last"],
        &["forget"],
    ] {
        let text = said(arguments);
        for command in commands(&text) {
            pasted += 1;
            assert!(command.contains("--account ann") && command.contains("/own data'"), "{arguments:?}: {command}");
            let mut shell = stage.command(&[]);
            let mut shell_of = std::process::Command::new("/bin/sh");
            shell_of.args(["-c", &command]).current_dir("/").env_clear().stdin(std::process::Stdio::null());
            for (key, value) in shell.env("PATH", path).get_envs() {
                shell_of.env(key, value.unwrap_or_default());
            }
            // `--data-dir` of the command itself decides.
            let output = shell_of.env_remove("EXEUNT_DATA_DIR").output().unwrap();
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            let code = output.status.code().unwrap();
            assert!(code < 126 && !told.starts_with("error:"), "{arguments:?}: {command}: {code}: {told}");
            assert!(!told.contains("account `default`"), "{arguments:?}: {command}: {told}");
        }
    }
    assert!(pasted > 15, "only {pasted}");
}

#[test]
fn a_plan_remembers_where_it_was_run() {
    let (stage, plan) = Stage::with_plan();
    stage.refused(&["run", "last"], 3, "say where the practice site is");
    drop(stage.begun(&plan));
    let command = format!("`exeunt run {} --origin http://127.0.0.1:9`", plan.id);
    stage.refused(&["run", "last"], 3, &command);
    stage.ok(&["plan", "new", "--connected-before", "2030-01-01", ORIGIN]);
    let other = stage.ledger().plans(&account()).unwrap().pop().unwrap();
    let command = format!("exeunt run {} --origin http://127.0.0.1:9", other.id);
    stage.refused(&["run", "last"], 3, &command);
    stage.ok(&["stop", plan.id.as_str()]);
    let status = stage.ok(&["status"]).out;
    assert!(status.contains(&command), "a plan that was never run has the site of the account: {status}");
}
