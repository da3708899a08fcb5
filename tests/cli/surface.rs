//! What every command has in common: help, JSON, settings, streams that close.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use super::stage::{ORIGIN, Stage};

const COMMANDS: &[&[&str]] = &[
    &["demo"],
    &["practice"],
    &["doctor"],
    &["login"],
    &["logout"],
    &["forget"],
    &["import"],
    &["scan"],
    &["list"],
    &["keep"],
    &["keep", "add"],
    &["keep", "import"],
    &["keep", "remove"],
    &["keep", "list"],
    &["plan"],
    &["plan", "new"],
    &["plan", "list"],
    &["plan", "show"],
    &["plan", "diff"],
    &["plan", "renew"],
    &["plan", "drop"],
    &["run"],
    &["schedule"],
    &["schedule", "show"],
    &["schedule", "run"],
    &["schedule", "install"],
    &["schedule", "remove"],
    &["schedule", "remind"],
    &["status"],
    &["pause"],
    &["resume"],
    &["stop"],
    &["incident"],
    &["incident", "list"],
    &["incident", "show"],
    &["incident", "clear"],
    &["resolve"],
    &["save-data"],
    &["close"],
    &["hibernate"],
    &["replay"],
    &["password"],
    &["password", "keep"],
    &["password", "forget"],
    &["evidence"],
    &["evidence", "list"],
    &["evidence", "verify"],
    &["evidence", "show"],
    &["evidence", "report"],
    &["evidence", "attach"],
    &["evidence", "purge"],
    &["evidence", "export"],
    &["selectors"],
    &["selectors", "lint"],
    &["selectors", "show"],
    &["selectors", "eject"],
    &["selectors", "check"],
    &["selectors", "import"],
    &["selectors", "schema"],
    &["config"],
    &["config", "show"],
    &["config", "path"],
    &["config", "check"],
    &["completions"],
    &["man"],
];

#[test]
fn the_help_of_every_command_shows_an_example_that_begins_like_it() {
    let stage = Stage::new();
    for command in COMMANDS {
        let said = stage.ok(&[command, &["--help"][..]].concat());
        let example = format!("Example: exeunt {}", command.join(" "));
        assert!(said.out.contains(&example), "{command:?}\n{}", said.out);
        assert!(!said.out.contains("[default:") && !said.out.contains("[possible"), "{command:?}\n{}", said.out);
        assert!(said.out.lines().all(|line| line.chars().count() <= 110), "{command:?}\n{}", said.out);
    }
}

#[test]
fn version_and_help_end_well() {
    let stage = Stage::new();
    assert!(stage.ok(&["--version"]).out.starts_with("exeunt "));
    assert!(stage.ok(&["--help"]).out.contains("exeunt demo"));
}

#[test]
fn an_answer_that_could_not_be_written_is_no_success() {
    let stage = Stage::with_people();
    let asked: [&[&str]; 7] = [
        &["list", "--format", "csv"],
        &["list", "--json"],
        &["list"],
        &["--help"],
        &["list", "--help"],
        &["selectors", "schema", "flow"],
        &["completions", "bash"],
    ];
    for arguments in asked {
        stage.ok(arguments);
        // Every write to this device ends as on a full disk.
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = stage.command(arguments).stdout(full).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(7), "{arguments:?}: {err}");
        assert!(err.contains("standard output could not be written: the disk is full"), "{arguments:?}: {err}");
        // A reader that goes away before the end is no failure.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = stage.command(arguments).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_demo_leaves_a_data_folder_that_other_commands_take() {
    let stage = Stage::new();
    assert_eq!(stage.run(&["demo"]).code, 6, "there is no browser here");
    assert!(stage.data().join("demo").is_dir());
    stage.ok(&["status"]);
    stage.ok(&["keep", "list"]);
}

#[test]
fn mistakes_in_settings_are_pictures_with_file_line_and_column() {
    let stage = Stage::new();
    stage.file("bad.toml", b"pace.perday = 4\n[browser]\nname = \"opera\"\n");
    let said = stage.refused(&["list", "--config", "bad.toml"], 3, "bad.toml:1:6: `pace.perday` is no setting");
    assert!(
        said.err.contains("  1 | pace.perday = 4\n    |      ^^^^^^\n  did you mean `pace.per_day`?"),
        "{}",
        said.err
    );
    assert!(said.err.contains("bad.toml:3:8:"), "{}", said.err);
    stage.refused(&["list", "--config", "none.toml"], 3, "there is no settings file");
}

#[test]
fn each_setting_is_shown_with_its_value_and_where_that_was_set() {
    let stage = Stage::new();
    stage.file("own.toml", b"[notify]\ncommand = [\"say\", \"a \\\"b\"]\n[pace]\nper_day = 7\n");
    let mut command = stage.command(&["config", "show", "--json", "--config", "own.toml", "--browser", "firefox"]);
    let output = command.env("EXEUNT_PACE_PER_DAY", "9").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    let all: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |key: &str| all.iter().find(|one| one["setting"] == key).unwrap_or_else(|| panic!("no {key}: {text}"));
    assert_eq!(
        (&of("pace.per_day")["value"], &of("pace.per_day")["from"]),
        (&"9".into(), &"EXEUNT_PACE_PER_DAY".into())
    );
    assert_eq!(
        (&of("browser.name")["value"], &of("browser.name")["from"]),
        (&"\"firefox\"".into(), &"--browser".into())
    );
    assert_eq!(of("pace.batch")["from"], "default");
    assert!(of("notify.command")["from"].as_str().unwrap().starts_with("own.toml:2:"), "{text}");
    let settings = exeunt::settings::DEFAULTS.lines().filter(|line| !line.starts_with('#') && line.contains(" = "));
    assert_eq!((&all[0]["setting"], all.len()), (&"browser.name".into(), settings.count()));

    // What is shown is a settings file that says the same.
    let mut again = String::new();
    for one in &all {
        again += &format!("{} = {}\n", one["setting"].as_str().unwrap(), one["value"].as_str().unwrap());
    }
    stage.file("again.toml", again.as_bytes());
    let shown = stage.ok(&["config", "show", "--json", "--config", "again.toml"]).lines();
    assert_eq!(shown.len(), all.len());
    for (one, two) in all.iter().zip(shown) {
        assert_eq!((&one["setting"], &one["value"]), (&two["setting"], &two["value"]));
    }
}

#[test]
fn settings_are_checked_against_the_real_site_too_and_the_path_is_told_while_they_are_wrong() {
    let stage = Stage::new();
    assert!(stage.ok(&["config", "check"]).err.contains("the settings are right"));
    stage.file("fast.toml", b"[pace]\nper_day = 90\n");
    stage.refused(&["config", "check", "--config", "fast.toml"], 3, "fast.toml:2:");
    stage.file("bad.toml", b"pace.perday = 4\n");
    stage.refused(&["config", "check", "--config", "bad.toml"], 3, "did you mean `pace.per_day`?");
    stage.refused(&["config", "show", "--config", "bad.toml"], 3, "is no setting");
    assert_eq!(stage.ok(&["config", "path", "--config", "bad.toml"]).out, "bad.toml\n");
    let said = stage.ok(&["config", "path", "--json"]);
    assert!(said.lines()[0]["path"].as_str().unwrap().ends_with("/exeunt/settings.toml"), "{}", said.out);
    assert_eq!(said.lines()[0]["exists"], false);
}

#[test]
fn shells_and_man_know_every_command() {
    let stage = Stage::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = stage.ok(&["completions", shell]).out;
        for word in ["hibernate", "save-data", "connected-before", "completions"] {
            assert!(script.contains(word), "{shell} knows no `{word}`");
        }
    }
    stage.refused(&["completions", "dos"], 2, "dos");
    assert!(stage.ok(&["man"]).out.contains(".TH exeunt 1"));
    stage.ok(&["man", "pages"]);
    for command in COMMANDS {
        let name = format!("pages/exeunt-{}.1", command.join("-"));
        let page = std::fs::read_to_string(stage.path(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(page.contains(".TH"), "{name}");
    }
    stage.file("taken", b"");
    stage.refused(&["man", "taken"], 2, "name a folder that you can write to");
}

#[test]
fn a_pack_with_mistakes_is_3_with_pictures_and_json_lines() {
    let stage = Stage::with_people();
    stage.ok(&["selectors", "eject", "pack"]);
    stage.ok(&["selectors", "lint", "pack"]);
    std::fs::write(stage.path("pack/flows/more.toml"), "nonsense = ").unwrap();
    stage.refused(&["selectors", "lint", "pack"], 3, "flows/more.toml:1");
    let json = stage.run(&["selectors", "lint", "pack", "--json"]);
    assert!(json.lines().iter().any(|line| line["file"] == "flows/more.toml" && line["line"] == 1));
    assert_eq!(json.last()["exit"], 3);
    stage.refused(&["plan", "new", "--name", "~a", "--selectors", "pack", ORIGIN], 3, "the flow pack has mistakes");
    stage.refused(&["selectors", "eject", "pack"], 2, "does not exist yet");
}

#[test]
fn selectors_show_says_in_words_what_cannot_be_undone() {
    let stage = Stage::new();
    let said = stage.ok(&["selectors", "show", "remove-from-list"]);
    assert!(said.out.contains("IRREVERSIBLE"), "{}", said.out);
    assert_eq!(stage.ok(&["selectors", "show", "remove-from-list", "--json"]).lines().len(), 1);
    stage.refused(&["selectors", "show", "remove"], 2, "it has ");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let stage = Stage::with_people();
    for command in [&["list"][..], &["list", "--json"], &["--help"], &["selectors", "show"]] {
        let mut child = stage.command(command).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert!(!err.contains("panicked"), "{command:?}: {err}");
        assert_eq!(child.wait().unwrap().code(), Some(0), "{command:?}");
    }
}

#[test]
fn status_tells_the_next_step_and_parses_as_json() {
    let stage = Stage::new();
    assert!(
        stage.ok(&["status"]).out.starts_with("due first: nobody is imported yet: `exeunt import Connections.csv`\n")
    );
    let stage = Stage::with_people();
    assert!(
        stage.ok(&["status"]).out.starts_with("due first: no plan yet; choose who goes: `exeunt plan new --help`\n")
    );
    let (stage, plan) = Stage::with_plan();
    let said = stage.ok(&["status", "--json"]);
    assert!(said.lines().iter().any(|line| line["plan"] == plan.id.as_str() && line["people"] == 3));
    assert!(stage.ok(&["status"]).out.contains("3 people, not approved yet"));
}

#[test]
fn plans_are_listed_and_shown_by_any_spelling_of_their_id() {
    let (stage, plan) = Stage::with_plan();
    let listed = stage.ok(&["plan", "list"]).out;
    assert!(listed.starts_with("plan ") && listed.contains("not approved yet"), "{listed}");
    assert_eq!(stage.ok(&["plan", "list", "--json"]).lines()[0]["hash"], plan.hash.to_string());
    let shown = stage.ok(&["plan", "show", &plan.id.to_string().to_lowercase()]).out;
    assert!(shown.contains(&plan.hash.to_string()) && shown.contains("planned"), "{shown}");
    assert_eq!(stage.ok(&["plan", "show", "last", "--json"]).lines().len(), 3);
}

#[test]
fn what_is_kept_is_open_to_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (stage, _) = Stage::with_plan();
    assert_eq!(std::fs::metadata(stage.data()).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn practice_prints_origin_then_control_and_ends_when_asked() {
    let stage = Stage::new();
    let arguments = ["practice", "--people", "12", "--sign-in", "form", "--write-export", "out.csv"];
    let mut child = stage.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let said: Vec<String> = lines.by_ref().take(4).collect();
    let heads: Vec<&str> = said.iter().map(|line| line.split_once(' ').unwrap().0).collect();
    assert_eq!(heads, ["origin", "control", "user", "password"]);
    // The same command again finds the file that it wrote.
    let mut again = stage.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let first = BufReader::new(again.stdout.take().unwrap()).lines().next();
    assert!(first.is_some_and(|line| line.unwrap().starts_with("origin ")));
    rustix::process::kill_process(rustix::process::Pid::from_child(&again), rustix::process::Signal::INT).unwrap();
    assert_eq!(again.wait().unwrap().code(), Some(0));
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(std::fs::read_to_string(stage.path("out.csv")).unwrap().contains("First Name,Last Name,URL"));
}

/// The export of a real account has that name too.
#[test]
fn practice_writes_its_people_over_no_other_file() {
    let stage = Stage::new();
    std::fs::write(stage.path("Connections.csv"), "mine").unwrap();
    stage.refused(&["practice", "--write-export", "Connections.csv"], 2, "is there already and holds something else");
    assert_eq!(std::fs::read_to_string(stage.path("Connections.csv")).unwrap(), "mine");
}

#[test]
fn practice_in_json_is_one_record_with_the_password_in_it() {
    let stage = Stage::new();
    let arguments = ["practice", "--json", "--sign-in", "form"];
    let mut child = stage.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first: serde_json::Value = serde_json::from_str(&lines.next().unwrap()).unwrap();
    assert!(first["origin"].as_str().unwrap().starts_with("http://127.0.0.1:") && first["password"].is_string());
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let last: serde_json::Value = serde_json::from_str(&lines.last().unwrap()).unwrap();
    assert_eq!(last["result"], "done");
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_wrong_fault_is_2_and_the_help_prints_the_grammar() {
    let stage = Stage::new();
    stage.refused(&["practice", "--fault", "nonsense"], 2, "--fault");
    assert!(stage.ok(&["practice", "--help"]).out.contains("FAULT@PLACE"));
}

#[test]
fn thirty_thousand_people_are_an_ordinary_day() {
    let stage = Stage::new();
    let rows: Vec<[String; 4]> = (0..30_000)
        .map(|n| [format!("First{n}"), format!("Last{n}"), format!("person-{n}"), format!("Company {}", n % 700)])
        .collect();
    let rows: Vec<[&str; 4]> = rows.iter().map(|row| row.each_ref().map(String::as_str)).collect();
    stage.file("many.csv", super::stage::export_of(&rows).as_bytes());
    assert!(stage.ok(&["import", "many.csv"]).out.contains("30,000 rows, 30,000 people"));
    let said = stage.ok(&["list", "--company", "company 7"]);
    assert_eq!(said.out.lines().count(), 43);
    assert!(said.err.ends_with("43 of 30,000 people\n"), "{}", said.err);
    assert_eq!(stage.ok(&["list", "--json"]).out.lines().count(), 30_000);
}
