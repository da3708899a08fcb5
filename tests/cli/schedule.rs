//! The calendar, what the system starts at its time, and `status --watch`: with fakes for the system's programs.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use exeunt::event::id::Realm;

use super::stage::{ORIGIN, Stage, account, now};
use super::system::{CRON, SYSTEMD, System};

#[test]
fn a_systemd_timer_is_written_started_shown_and_taken_away_again() {
    let system = System::approved(SYSTEMD);
    let said = system.ok(&["schedule", "install", "last"]);
    insta::assert_snapshot!("systemd_service", system.plain(&system.unit("service")));
    insta::assert_snapshot!("systemd_timer", system.plain(&system.unit("timer")));
    let calls = system.plain(&system.calls());
    assert!(
        calls.contains("systemctl --user daemon-reload\nsystemctl --user enable --now exeunt-default-P4K.timer"),
        "{calls}"
    );
    let doctor = "systemd-run --user --wait --pipe --quiet --collect --setenv=TZ=UTC -- /bin/exeunt --data-dir /data --account default doctor";
    assert!(calls.contains(doctor), "{calls}");
    assert!(said.out.contains("opens") && said.out.contains("loginctl enable-linger"), "{}", said.out);
    assert!(said.out.contains(&format!("exeunt schedule remove {}", system.plan.id)), "{}", said.out);
    assert!(system.ok(&["status", ORIGIN]).out.contains("timer exeunt-default-"));
    assert_eq!(system.ok(&["schedule", "show", "--json"]).lines()[0]["with"], "systemd");
    system.ok(&["schedule", "remove", "last"]);
    assert_eq!(system.units(), [""; 0]);
    assert!(system.calls().contains("systemctl --user disable --now"), "{}", system.calls());
    assert_eq!(system.run(&["schedule", "remove", "last"]).code, 2, "there is nothing left to take away");
}

#[test]
fn systemd_itself_takes_the_units_where_it_can_be_asked() {
    let system = System::approved(SYSTEMD);
    system.ok(&["schedule", "install", "last"]);
    let folder = system.stage.path("config/systemd/user");
    let files = system.units().into_iter().map(|name| folder.join(name));
    let asked = Command::new("systemd-analyze")
        .args(["verify", "--user"])
        .args(files)
        .env("XDG_RUNTIME_DIR", system.folder())
        .output();
    let Ok(asked) = asked else {
        println!("systemd-analyze is not here: its opinion was not asked");
        return;
    };
    let said = String::from_utf8_lossy(&asked.stderr);
    assert!(!said.contains("exeunt-default"), "{said}");
}

#[test]
fn a_plan_that_nobody_approved_is_refused_with_the_command_that_approves_it() {
    let system = System::new(SYSTEMD);
    let said = system.run(&["schedule", "install", "last"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains(&format!("exeunt run {} --live", system.plan.id)), "{}", said.err);
    assert_eq!((system.units(), system.calls()), (vec![], String::new()), "nothing was touched");
}

#[test]
fn what_systemd_refuses_leaves_nothing_behind() {
    let system = System::approved(&[
        ("systemctl", "[ \"$2\" != enable ] || { echo 'Unit is masked' >&2; exit 1; }"),
        SYSTEMD[1],
        SYSTEMD[2],
    ]);
    let said = system.run(&["schedule", "install", "last"]);
    assert!(said.code == 2 && said.err.contains("Unit is masked"), "{}: {}", said.code, said.err);
    assert_eq!(system.units(), [""; 0]);
}

#[test]
fn something_missing_where_it_runs_is_6_and_shown() {
    let system = System::approved(&[SYSTEMD[0], ("systemd-run", "echo 'FAIL  chrome  not found'; exit 6"), SYSTEMD[2]]);
    let said = system.run(&["schedule", "install", "last"]);
    assert!(said.code == 6 && said.out.contains("FAIL  chrome"), "{}: {}", said.code, said.out);
    assert_eq!(system.units().len(), 2);
}

#[test]
fn the_file_of_another_data_directory_is_neither_written_over_nor_removed() {
    let system = System::approved(SYSTEMD);
    let folder = system.stage.path("config/systemd/user");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("exeunt-default-{}.service", system.plan.id));
    std::fs::write(&file, "# Written by exeunt schedule install\nExecStart=\"x\" \"--data-dir\" \"/elsewhere\"\n")
        .unwrap();
    assert_eq!(system.run(&["schedule", "install", "last"]).code, 2);
    assert_eq!(system.run(&["schedule", "remove", "last"]).code, 2);
    system.ok(&["stop", "last"]);
    assert!(std::fs::read_to_string(&file).unwrap().contains("/elsewhere"));
}

#[test]
fn the_end_of_a_plan_takes_its_timer_away() {
    for end in
        [&["stop", "last"][..], &["plan", "drop", "last"], &["forget", "--confirm", "default", "--keep-evidence"]]
    {
        let system = System::approved(SYSTEMD);
        system.ok(&["schedule", "install", "last"]);
        let said = system.ok(end);
        assert_eq!(system.units(), [""; 0], "{end:?}: {}{}", said.out, said.err);
        assert!(said.out.contains("its timer was removed"), "{end:?}: {}", said.out);
    }
}

#[test]
fn a_cron_line_stands_between_its_marks_and_every_other_byte_stays() {
    let system = System::approved(CRON);
    let before = b"MAILTO=me\n# a comment with \xff no text\n5 4 * * * x \\% y\n".to_vec();
    std::fs::write(system.folder().join("tab"), &before).unwrap();
    let said = system.run(&["schedule", "install", "last", "--with", "cron"]);
    assert!(said.code == 0 || said.code == 6, "{}{}", said.out, said.err);
    let tab = std::fs::read(system.folder().join("tab")).unwrap();
    assert!(tab.starts_with(&before));
    let ours = system.plain(std::str::from_utf8(&tab[before.len()..]).unwrap());
    insta::assert_snapshot!("cron_line", ours);
    // A second time puts it in the place of the first.
    system.run(&["schedule", "install", "last", "--with", "cron"]);
    assert_eq!(std::fs::read(system.folder().join("tab")).unwrap(), tab);
    assert_eq!(system.ok(&["schedule", "show", "--json"]).lines()[0]["with"], "cron");
    system.ok(&["schedule", "remove", "last"]);
    assert_eq!(std::fs::read(system.folder().join("tab")).unwrap(), before);
}

#[test]
fn a_crontab_that_is_not_there_yet_is_an_empty_one_in_every_dialect() {
    for said in ["kein Crontab für mich", "crontab: can't open 'me': No such file or directory", ""] {
        let script = format!(
            "if [ \"$1\" = -l ]; then cat tab 2>/dev/null || {{ echo \"{said}\" >&2; exit 1; }}; else cat > new && mv new tab; fi"
        );
        let system = System::approved(&[CRON[0], ("crontab", &script)]);
        system.ok(&["schedule", "install", "last", "--with", "cron"]);
        assert!(std::fs::read_to_string(system.folder().join("tab")).unwrap().contains("--live"), "{said}");
    }
}

#[test]
fn a_crontab_that_cannot_be_read_is_not_written_over() {
    let system = System::approved(&[
        CRON[0],
        ("crontab", "[ \"$1\" = -l ] && { echo 'permission denied' >&2; exit 1; }; cat > tab"),
    ]);
    let said = system.run(&["schedule", "install", "last", "--with", "cron"]);
    assert!(said.code == 2 && said.err.contains("permission denied"), "{}: {}", said.code, said.err);
    assert!(!system.folder().join("tab").exists());
}

#[test]
fn hostile_folders_are_words_of_a_unit_an_agent_and_a_crontab() {
    for (kind, wanted) in [
        ("systemd", r#""/data & <b> 100%% $$HOME \"q\" it's""#),
        ("launchd", "<string>/data &amp; &lt;b&gt; 100% $HOME &quot;q&quot; it's</string>"),
        ("cron", r#"'/data & <b> 100\% $HOME "q" it'\''s'"#),
    ] {
        let system = System::approved(&[SYSTEMD, &[CRON[1], ("launchctl", "exit 0")]].concat());
        let hostile = system.stage.path("data & <b> 100% $HOME \"q\" it's");
        std::fs::rename(system.stage.data(), &hostile).unwrap();
        let hostile = hostile.to_str().unwrap();
        let said = system.run(&["schedule", "install", "last", "--with", kind, "--data-dir", hostile]);
        assert!(said.code == 0 || said.code == 6, "{kind}: {}{}", said.out, said.err);
        let file = match kind {
            "systemd" => system.stage.path(&format!("config/systemd/user/exeunt-default-{}.service", system.plan.id)),
            "launchd" => system.folder().join(format!("Library/LaunchAgents/exeunt-default-{}.plist", system.plan.id)),
            _ => system.folder().join("tab"),
        };
        let text = std::fs::read_to_string(&file).unwrap().replace(system.stage.path("").to_str().unwrap(), "/");
        assert!(text.contains(wanted), "{kind}: {text}");
        system.ok(&["schedule", "remove", "last", "--data-dir", hostile]);
        assert!(!file.exists() || !std::fs::read_to_string(&file).unwrap().contains("data"), "{kind}");
    }
}

#[test]
fn a_launchd_agent_is_a_property_list_that_is_loaded() {
    let system = System::approved(&[("launchctl", "exit 0")]);
    let said = system.run(&["schedule", "install", "last", "--with", "launchd"]);
    assert!(said.code == 0 || said.code == 6, "{}{}", said.out, said.err);
    let file = system.folder().join(format!("Library/LaunchAgents/exeunt-default-{}.plist", system.plan.id));
    insta::assert_snapshot!("launchd_agent", system.plain(&std::fs::read_to_string(&file).unwrap()));
    assert!(system.calls().contains("launchctl bootstrap gui/"), "{}", system.calls());
    system.ok(&["schedule", "remove", "last"]);
    assert!(!file.exists() && system.calls().contains("launchctl bootout gui/"), "{}", system.calls());
}

#[test]
fn a_review_reminds_through_the_users_own_program() {
    let system = System::approved(SYSTEMD);
    assert_eq!(system.run(&["schedule", "install", "--review", "3months"]).code, 3, "nobody would hear it");
    let heard = system.stage.path("heard");
    system.stage.file("set.toml", format!("notify.command = ['sh', '-c', 'cat > {}']\n", heard.display()).as_bytes());
    system.ok(&["schedule", "install", "--review", "3months", "--config", "set.toml"]);
    assert_eq!(system.units(), ["exeunt-default-review.service", "exeunt-default-review.timer"]);
    let timer = std::fs::read_to_string(system.stage.path("config/systemd/user/exeunt-default-review.timer")).unwrap();
    assert!(timer.contains("OnCalendar=*-01/3-01 10:00:00") && timer.contains("Persistent=true"), "{timer}");
    system.ok(&["schedule", "remind", "--config", "set.toml"]);
    assert!(std::fs::read_to_string(&heard).unwrap().contains("time for a review"));
    system.ok(&["schedule", "remove", "--review"]);
    assert_eq!(system.units(), [""; 0]);
    assert_eq!(system.run(&["schedule", "install", "--review", "5months"]).code, 2);
}

#[test]
fn the_calendar_is_a_table_records_and_a_picture_that_is_never_written_over() {
    let stage = Stage::with_people();
    stage.ok(&["plan", "new", "--connected-before", "2026-01-01", ORIGIN]);
    let people = stage.ledger().plans(&account()).unwrap()[0].people;
    let said = stage.ok(&["schedule", "show", "last", "--json"]);
    let lines = said.lines();
    assert!(lines.len() > 3, "{}", said.out);
    assert_eq!(lines.iter().map(|line| line["people"].as_u64().unwrap()).sum::<u64>(), people);
    assert_eq!(lines.last().unwrap()["sum"], people);
    let shown = stage.ok(&["schedule", "show", "last", "--svg", "calendar.svg"]);
    assert_eq!(shown.out.lines().count(), lines.len() + 1, "{}", shown.out);
    assert!(shown.out.starts_with("date ") && shown.err.contains("not approved yet"), "{}{}", shown.out, shown.err);
    let file = stage.path("calendar.svg");
    assert!(std::fs::read_to_string(&file).unwrap().contains(lines[0]["date"].as_str().unwrap()));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    stage.refused(&["schedule", "show", "last", "--svg", "calendar.svg"], 3, "name a file that is not there yet");
}

#[test]
fn who_is_next_is_shown_with_the_command_that_spares_each() {
    let (stage, plan) = Stage::with_plan();
    stage.refused(&["schedule", "show", "last", "--next"], 3, "is not approved yet");
    stage.own().approve_plan(&plan.id, &plan.hash, "typed", &now()).unwrap();
    let people = stage.ledger().plan_people(&plan.id).unwrap();
    let said = stage.ok(&["schedule", "show", "last", "--next"]);
    for person in &people {
        assert!(said.out.contains(&format!("exeunt keep add {}\n", person.slug.encoded())), "{}", said.out);
    }
    stage.ok(&["keep", "add", &people[0].slug.encoded()]);
    let said = stage.ok(&["schedule", "show", "last", "--next", "--json"]);
    assert_eq!(said.lines().len(), people.len() - 1, "who was spared is not next: {}", said.out);
}

#[test]
fn a_schedule_without_approved_plans_says_what_to_do() {
    let (stage, _) = Stage::with_plan();
    stage.refused(&["schedule", "run", ORIGIN], 2, "that is unfinished");
    assert!(stage.ok(&["schedule", "show"]).err.contains("schedule install last"));
}

#[test]
fn a_plan_in_which_nobody_is_left_is_not_installed() {
    let (stage, plan) = Stage::with_plan();
    stage.spared(&plan);
    stage.refused(&["schedule", "install", "last", "--with", "systemd"], 3, "nobody is left in plan");
    assert!(!stage.path("empty").join(".config").exists(), "nothing was written");
}

#[test]
fn status_is_watched_until_nobody_is_left_and_tells_only_what_changed() {
    let (stage, plan) = Stage::with_plan();
    stage.own().approve_plan(&plan.id, &plan.hash, "typed", &now()).unwrap();
    let mut watching =
        stage.command(&["status", "--watch"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut seen: Vec<String> = Vec::new();
    let mut until = |part: &str, seen: &mut Vec<String>| {
        for line in lines.by_ref() {
            seen.push(line);
            if seen.last().unwrap().contains(part) {
                return;
            }
        }
        panic!("`{part}` never came: {seen:?}");
    };
    until("in the last 24 hours", &mut seen);
    stage.ok(&["pause"]);
    until("PAUSED", &mut seen);
    stage.ok(&["resume"]);
    stage.ok(&["stop", "last"]);
    assert_eq!(watching.wait().unwrap().code(), Some(0));
    let title = |line: &&String| line.starts_with("account `default`");
    assert_eq!(seen.iter().filter(title).count(), 1, "{seen:?}");
    assert_eq!(stage.ledger().realm(&account()).unwrap(), Some(Realm::Practice));
}
