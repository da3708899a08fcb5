//! A job as cron, systemd and launchd start it: the very command line that was installed, with what each of them gives a
//! program of its environment. It does what was approved, or refuses.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use exeunt::event::fact::Fact;
use exeunt::event::id::Realm;
use exeunt::ledger::{NewPlan, PlanRow};
use exeunt::plan::plan::{Plan, PlannedPerson};
use exeunt::policy::ceilings::Ceilings;

use super::stage::{Said, Stage, account, now};
use super::system::{CRON, SYSTEMD, System};

/// A browser that is nowhere: what is not refused before a browser starts ends with 6, and no page is opened.
const NO_BROWSER: &str =
    "[browser]\nwindow = 'hidden'\nchromium = '/nowhere/chromium'\nchromedriver = '/nowhere/chromedriver'\n";

const HOURS: &str = "active = ['mon-fri 09:00-18:00']";

/// The zone of the shell in which a person approves; no test runs where it is the machine's.
const ZONE: &str = "America/St_Johns";

/// How each system starts a job.
const KINDS: [&str; 3] = ["systemd", "launchd", "cron"];

fn set(stage: &Stage, pace: &str) {
    stage.file("set.toml", format!("{NO_BROWSER}[pace]\n{pace}\n").as_bytes());
}

/// A plan of the real site that a person approved at a terminal, in a shell of that zone.
fn approved(pace: &str, zone: &str) -> (Stage, PlanRow) {
    let stage = Stage::with_people();
    set(&stage, pace);
    let new = ["--config", "set.toml", "plan", "new", "--connected-before", "2014-01-01"];
    let made = stage.command(&new).env("TZ", zone).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let plan = stage.ledger().plans(&account()).unwrap().pop().unwrap();
    agree(&stage, &plan);
    (stage, plan)
}

fn agree(stage: &Stage, plan: &PlanRow) {
    let mut owner = stage.ledger().own(&account(), Realm::Real, &now()).unwrap();
    let (handle, name) = ("robin-practice".parse().unwrap(), "Robin Practice".to_owned());
    owner.append(&now(), &Fact::SignedIn { handle, name, browser: "chrome".to_owned() }).unwrap();
    owner.append(&now(), &Fact::AgreementNoted { answer: "yes".to_owned() }).unwrap();
    owner.approve_plan(&plan.id, &plan.hash, "typed", &now()).unwrap();
    std::fs::create_dir_all(stage.data().join("browser/default/real")).unwrap();
}

fn tools() -> Vec<(&'static str, &'static str)> {
    [SYSTEMD, &[CRON[1], ("launchctl", "exit 0")]].concat()
}

/// Installs the plan in a shell of that zone.
fn installed(system: &System, kind: &str, zone: &str) -> Said {
    let install = ["--config", "set.toml", "schedule", "install", "last", "--with", kind];
    said(system.command(&install).env("TZ", zone))
}

fn said(command: &mut Command) -> Said {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// One word of a unit, without its quotes and what stands for something else in it.
fn of_unit(text: &str) -> Vec<String> {
    let (mut words, mut word, mut is_open) = (vec![], String::new(), false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_open => words.push(std::mem::take(&mut word)),
            '\\' => word.extend(chars.next()),
            '%' | '$' if is_open => {
                word.push(c);
                assert!(c == '$' && chars.clone().next() != Some('$') || chars.next() == Some(c), "{text}");
            }
            _ if is_open && c != '"' => word.push(c),
            _ => {}
        }
        is_open ^= c == '"';
    }
    words
}

/// The texts between these tags.
fn of_list(text: &str, tag: &str) -> Vec<String> {
    let begin = format!("<{tag}>");
    let parts = text.split(&begin).skip(1);
    let plain =
        |part: &str| part.split('<').next().unwrap().replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<");
    parts.map(|part| plain(part).replace("&amp;", "&")).collect()
}

/// The job as that system starts it, from what is written for it.
fn job(system: &System, kind: &str) -> Command {
    let home = system.folder();
    let mut command = match kind {
        "systemd" => {
            let unit = system.unit("service");
            let line = |name: &str| unit.lines().find_map(|line| line.strip_prefix(name)).map(of_unit);
            let words = line("ExecStart=").unwrap();
            let mut command = Command::new(&words[0]);
            command.args(&words[1..]).env_clear();
            command.env("PATH", "/usr/local/bin:/usr/bin:/bin").env("INVOCATION_ID", "0").env("JOURNAL_STREAM", "9:1");
            command.env("LANG", "C.UTF-8").env("XDG_RUNTIME_DIR", &home);
            let variable = line("Environment=").map(|mut words| words.remove(0));
            command.envs(variable.iter().map(|variable| variable.split_once('=').unwrap()));
            command
        }
        "launchd" => {
            let name = format!("Library/LaunchAgents/exeunt-default-{}.plist", system.plan.id);
            let text = std::fs::read_to_string(home.join(name)).unwrap();
            let (arguments, rest) = text.split_once("ProgramArguments").unwrap().1.split_once("</array>").unwrap();
            let words = of_list(arguments, "string");
            let mut command = Command::new(&words[0]);
            command.args(&words[1..]).env_clear().env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
            command.env("TMPDIR", "/tmp").env("XPC_FLAGS", "0x0");
            if let Some((_, set)) = rest.split_once("EnvironmentVariables") {
                let set = set.split_once("</dict>").unwrap().0;
                command.envs(of_list(set, "key").into_iter().zip(of_list(set, "string")));
            }
            command
        }
        _ => {
            let tab = std::fs::read_to_string(home.join("tab")).unwrap();
            let line = tab.lines().find_map(|line| line.strip_prefix("*/30 * * * * ")).unwrap();
            let line = line.strip_suffix(" >/dev/null 2>&1").unwrap().replace("\\%", "%");
            let mut command = Command::new("/bin/sh");
            command.args(["-c", &line]).env_clear().env("PATH", "/usr/bin:/bin");
            command
        }
    };
    command.env("HOME", &home).env("LOGNAME", "me").env("USER", "me").env("SHELL", "/bin/sh").current_dir(&home);
    command
}

#[test]
fn a_job_does_what_was_approved_wherever_it_runs() {
    for kind in KINDS {
        let (stage, plan) = approved(HOURS, ZONE);
        let system = System::of(stage, plan, &tools());
        let said_at_install = installed(&system, kind, ZONE);
        assert!([0, 6].contains(&said_at_install.code), "{kind}: {}{}", said_at_install.out, said_at_install.err);
        // As it was approved it goes on, up to the browser that is missing here; so it does with less.
        for pace in [HOURS, "active = ['tue 10:00-11:00', 'fri 17:00-18:00']\nper_day = 3"] {
            set(&system.stage, pace);
            let run = said(&mut job(&system, kind));
            assert!(run.code == 6 && !run.err.contains("approval"), "{kind} {pace}: {}{}", run.out, run.err);
        }
        let id = system.plan.id.clone();
        for (pace, differs) in [
            (
                "active = ['mon-sat 09:00-18:00']",
                "`pace.active` is mon-sat 09:00-18:00, the plan has mon-fri 09:00-18:00",
            ),
            ("per_day = 20", "`pace.active` is at any time, the plan has mon-fri 09:00-18:00"),
            (&format!("{HOURS}\nper_day = 21"), "`pace.per_day` is 21, the plan has 20"),
            (
                &format!("{HOURS}\nper_week = 150\nper_month = 601"),
                "`pace.per_week` is 150, the plan has 140; `pace.per_month` is 601",
            ),
            (
                &format!("{HOURS}\n[time]\nzone = 'Asia/Tokyo'"),
                "`time.zone` is Asia/Tokyo, the plan has America/St_Johns",
            ),
        ] {
            set(&system.stage, pace);
            let run = said(&mut job(&system, kind));
            assert!(run.code == 3 && run.err.contains(differs), "{kind} {pace}: {}: {}{}", run.code, run.out, run.err);
            assert!(run.err.contains(&format!("`exeunt plan renew {id} ")) && run.err.contains("set "), "{}", run.err);
            run.assert_harmless();
            let share = system.run(&["--config", "set.toml", "schedule", "run", "last"]);
            assert!(share.code == 3 && share.err.contains("the approval of plan"), "{}: {}", share.code, share.err);
            let again = installed(&system, kind, ZONE);
            assert!(again.code == 3 && again.err.contains(differs), "{kind} {pace}: {}{}", again.out, again.err);
        }
        // A job of a shell whose zone is another one.
        set(&system.stage, HOURS);
        let run = said(job(&system, kind).env("TZ", "x"));
        let is_other = kind != "cron" && run.err.contains("in which time zone it is");
        assert!(kind == "cron" && run.code == 6 || is_other && run.code == 3, "{kind}: {}: {}", run.code, run.err);
    }
}

#[test]
fn a_job_without_a_screen_for_its_window_is_told_at_install() {
    for kind in ["launchd", "cron"] {
        let (stage, plan) = approved(HOURS, ZONE);
        let system = System::of(stage, plan, &tools());
        system.stage.file("set.toml", format!("[pace]\n{HOURS}\n").as_bytes());
        let install = |more: &[&str]| {
            let install = ["--config", "set.toml", "schedule", "install", "last", "--with", kind];
            // The shell has a screen; what cron and launchd start has none.
            said(system.command(&[&install[..], more].concat()).env("TZ", ZONE).env("DISPLAY", ":9"))
        };
        let told = install(&[]);
        let has_no_screen = told.out.contains("FAIL  screen") && told.out.contains("--headless");
        assert!(told.code == 6 && (has_no_screen || cfg!(target_os = "macos")), "{kind}: {}{}", told.out, told.err);
        let told = install(&["--headless"]);
        assert!(!told.out.contains("FAIL  screen"), "{kind}: {}{}", told.out, told.err);
    }
}

/// The same plan as it was before an approval bound hours and zone.
fn of_before(stage: &Stage, plan: &PlanRow) -> PlanRow {
    let ledger = stage.ledger();
    let people = ledger.plan_people(&plan.id).unwrap();
    let ceilings: Ceilings = serde_json::from_str(&plan.ceilings).unwrap();
    let ceilings = Ceilings { when: None, ..ceilings };
    let bound = Plan {
        id: plan.id.clone(),
        account: plan.account.clone(),
        realm: plan.realm,
        action: plan.action,
        route: plan.route,
        people: people.iter().map(|one| PlannedPerson { slug: one.slug.clone(), name: one.name.clone() }).collect(),
        ceilings: ceilings.clone(),
        handle: plan.handle.clone(),
        pack_digest: plan.pack_sha256,
        made_at: plan.made,
    };
    let new = NewPlan {
        account: plan.account.clone(),
        realm: plan.realm,
        action: plan.action,
        route: plan.route,
        hash: bound.hash(),
        pack_sha256: plan.pack_sha256,
        handle: plan.handle.clone(),
        ceilings: serde_json::to_string(&ceilings).unwrap(),
        people,
    };
    stage.ok(&["plan", "drop", plan.id.as_str()]);
    let made = ledger.make_plan(&new, &now()).unwrap();
    let mut owner = ledger.own(&account(), Realm::Real, &now()).unwrap();
    owner.approve_plan(&made.id, &made.hash, "typed", &now()).unwrap();
    made
}

#[test]
fn an_approval_of_before_goes_on_within_its_limits_and_says_what_it_does_not_bind() {
    let (stage, plan) = approved(HOURS, ZONE);
    let before = of_before(&stage, &plan);
    let (id, hash) = (before.id.to_string(), before.hash.to_string());
    let run = ["--config", "set.toml", "run", &id, "--live", "--confirm", &hash];
    for pace in [HOURS, "active = ['sat 09:00-18:00']\n[time]\nzone = 'Asia/Tokyo'"] {
        set(&stage, pace);
        stage.refused(&run, 6, "exeunt doctor");
        let shown = stage.ok(&["--config", "set.toml", "plan", "show", &id]);
        assert!(shown.out.contains("hours     not bound, since the plan is of before"), "{}", shown.out);
    }
    // What it bound before, it binds still.
    set(&stage, "per_day = 21");
    stage.refused(&run, 3, "`pace.per_day` is 21, the plan has 20");
    set(&stage, HOURS);
    let diff = stage.ok(&["--config", "set.toml", "plan", "diff", &id, "today"]);
    assert!(diff.out.contains("hours     not bound -> mon-fri 09:00-18:00, days and hours of UTC"), "{}", diff.out);
    let system = System::of(stage, before, &tools());
    let said = installed(&system, "systemd", ZONE);
    assert!(said.code == 0 && said.err.contains(&format!("`exeunt plan renew {id} ")), "{}{}", said.out, said.err);
    system.ok(&["--config", "set.toml", "plan", "renew", &id]);
    let shown = system.ok(&["--config", "set.toml", "plan", "show", "last"]);
    assert!(shown.out.contains("hours     mon-fri 09:00-18:00, days and hours of UTC"), "{}", shown.out);
}

#[test]
fn systemd_looks_every_half_hour_also_in_the_hour_that_autumn_repeats() {
    let system = System::approved(SYSTEMD);
    let said = system.ok(&["schedule", "install", "last"]);
    let words = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("also in the hour that autumn repeats"), "{words}");
    assert!(system.ok(&["schedule", "show"]).err.contains("it looks every half hour, at :00 and :30 of UTC"));
    let timer = system.unit("timer");
    let when = timer.lines().find_map(|line| line.strip_prefix("OnCalendar=")).unwrap();
    assert_eq!(when, "*:00/30 UTC");
    let asked = Command::new("systemd-analyze")
        .args(["calendar", "--iterations=6", "--base-time=2026-10-25 01:50:00", when])
        .env("TZ", "Europe/Berlin")
        .output();
    let Ok(asked) = asked else {
        println!("systemd-analyze is not here: its opinion was not asked");
        return;
    };
    let said = String::from_utf8(asked.stdout).unwrap();
    let looks: Vec<&str> =
        said.lines().filter_map(|line| line.split_once("(in UTC): Sun ")).map(|(_, at)| at).collect();
    let wanted = ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30"].map(|at| format!("2026-10-25 {at}:00 UTC"));
    assert_eq!(looks, wanted, "{said}");
}

/// A program that writes down each of its arguments and what it was given to read.
fn notifier(stage: &Stage, name: &str) -> String {
    let path = stage.path(name);
    let text = format!("#!/bin/sh\nprintf '[%s]\\n' \"$@\" > '{0}'\ncat >> '{0}'\n", stage.path("heard").display());
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

#[test]
fn a_notifier_that_shows_its_arguments_is_given_one_line() {
    let system = System::approved(SYSTEMD);
    let program = notifier(&system.stage, "tell");
    system
        .stage
        .file("set.toml", format!("notify.command = ['{program}', 'Exeunt', '{{line}}', '--b={{line}}']").as_bytes());
    system.ok(&["schedule", "remind", "--config", "set.toml"]);
    let heard = std::fs::read_to_string(system.stage.path("heard")).unwrap();
    let lines: Vec<&str> = heard.lines().collect();
    assert!(lines[0] == "[Exeunt]" && lines[1].starts_with("[account default: time for a review"), "{heard}");
    assert!(lines[2].starts_with("[--b=account default: ") && lines[2].ends_with("should go]"), "{heard}");
    assert!(lines[3].starts_with("account default: ") && lines.len() == 4, "and a script reads it as before: {heard}");
}

#[test]
fn a_reminder_that_reached_nobody_is_3_with_the_reason() {
    let system = System::approved(SYSTEMD);
    let stage = &system.stage;
    for (command, why) in [
        ("'/bin/sh', '-c', 'exit 7'", "`/bin/sh`: it ended with 7, which says that it failed"),
        ("'/bin/sh', '-c', 'kill -9 $$'", "`/bin/sh`: it was ended by signal 9"),
        ("'no-such-notifier'", "`no-such-notifier`: it cannot be started: "),
    ] {
        stage.file("set.toml", format!("notify.command = [{command}]").as_bytes());
        let said = stage.ok_or(&["schedule", "remind", "--config", "set.toml", "--json"], 3);
        let last = said.last();
        let reason = last["reason"].as_str().unwrap();
        assert!(reason.starts_with("nobody was reminded: ") && reason.contains(why), "{last}");
        assert!(last["result"] == "bad-file" && !reason.contains("os error"), "{last}");
    }
    stage.file("set.toml", b"notify.command = ['/bin/true']");
    stage.ok(&["schedule", "remind", "--config", "set.toml"]);
}

#[test]
fn a_notifier_that_tells_nobody_is_told_at_install_and_by_doctor() {
    let system = System::approved(SYSTEMD);
    let silent = notifier(&system.stage, "notify-send");
    system.stage.file("no-interpreter", b"#!/nowhere/sh -e\n");
    system.stage.file("no-program", b"#!/bin/sh\n");
    let runs = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(system.stage.path("no-interpreter"), runs).unwrap();
    let of = |name: &str| system.stage.path(name).display().to_string();
    for (command, why) in [
        ("'no-such-notifier', '{line}'".to_owned(), "there is no program `no-such-notifier` in PATH"),
        (format!("'{}'", of("no-program")), "there that may be run"),
        (format!("'{}'", of("no-interpreter")), "wants `/nowhere/sh` to run it"),
        ("'./notify-send', '{line}'".to_owned(), "a path from the current folder"),
        (format!("'{silent}', 'Exeunt'"), "is given no line: add \"{line}\""),
    ] {
        system.stage.file("set.toml", format!("notify.command = [{command}]").as_bytes());
        let doctor = system.run(&["doctor", "--config", "set.toml", "--json"]);
        let told = doctor.lines().into_iter().find(|line| line["check"] == "notify").unwrap();
        assert!(told["ok"] == false && told["said"].as_str().unwrap().contains(why), "{command}: {told}");
        let said = system.ok(&["schedule", "install", "last", "--config", "set.toml"]);
        assert!(said.err.contains("nobody would be told what happens") && said.err.contains(why), "{}", said.err);
        let said = system.run(&["schedule", "install", "--review", "3months", "--config", "set.toml"]);
        assert!(said.code == 3 && said.err.contains(why), "{command}: {}: {}", said.code, said.err);
    }
    system.stage.file("set.toml", format!("notify.command = ['{silent}', '{{line}}']").as_bytes());
    let said = system.ok(&["schedule", "install", "--review", "3months", "--config", "set.toml"]);
    assert!(!said.err.contains("nobody"), "{}", said.err);
}
