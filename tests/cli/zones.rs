//! Time zones as machines have them: without a name, and on a machine that has no data of any.

use std::process::Command;

use super::stage::{ORIGIN, Said, Stage};

/// A zone file without any name, five hours behind UTC all year.
fn zone_file() -> Vec<u8> {
    let head = |version: u8| {
        let counts = [0_u32, 0, 0, 0, 1, 4].map(u32::to_be_bytes).concat();
        [b"TZif".as_slice(), &[version], &[0; 15], &counts].concat()
    };
    let body = [(-5_i32 * 3_600).to_be_bytes().as_slice(), &[0, 0], b"PET\0"].concat();
    [head(b'2'), body.clone(), head(b'2'), body, b"\n<-05>5\n".to_vec()].concat()
}

fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn a_zone_without_a_name_is_local_time_and_never_utc() {
    let stage = Stage::with_people();
    stage.file("zone", &zone_file());
    stage.file("set.toml", b"pace.active = ['mon-fri 09:00-18:00']\n");
    for zone in [format!(":{}", stage.path("zone").display()), "<-05>5".to_owned()] {
        let run = |arguments: &[&str]| said(stage.command(arguments).env("TZ", &zone));
        let doctor = run(&["doctor", "--json"]);
        let told = doctor.lines().into_iter().find(|line| line["check"] == "time zone").unwrap();
        assert!(
            told["ok"] == true && told["said"].as_str().unwrap().starts_with("local time, UTC-05:00 now; it is 2"),
            "{told}"
        );
        let made = run(&["--config", "set.toml", "plan", "new", "--connected-before", "2014-01-01", ORIGIN]);
        assert_eq!(made.code, 0, "{}", made.err);
        let sheet = made.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(sheet.contains("only mon-fri 09:00-18:00, local time, UTC-05:00 now"), "{sheet}");
        assert!(
            sheet.contains("hours mon-fri 09:00-18:00, days and hours of local time, UTC-05:00 on 2026-01-01"),
            "{sheet}"
        );
        assert!(!sheet.contains("(UTC)"), "{sheet}");
    }
    // The same hours are another plan where the zone is another one.
    let diff = said(stage.command(&["--config", "set.toml", "plan", "diff", "last", "today"]).env("TZ", "UTC"));
    assert!(diff.out.contains("-> mon-fri 09:00-18:00, days and hours of UTC"), "{}", diff.out);
}

#[test]
fn a_machine_without_zone_data_knows_every_zone() {
    let stage = Stage::with_people();
    std::fs::create_dir_all(stage.path("none")).unwrap();
    std::fs::create_dir_all(stage.path("other")).unwrap();
    // Of a folder with no zone at all the system's own are taken; with this one there is no other.
    stage.file("other/Only", &zone_file());
    for folder in ["none", "other"] {
        for zone in ["UTC", "Etc/UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"] {
            stage.file("set.toml", format!("time.zone = '{zone}'\npace.active = ['09:00-18:00']\n").as_bytes());
            let run =
                |arguments: &[&str]| said(stage.command(arguments).env("TZDIR", stage.path(folder)).env_remove("TZ"));
            let checked = run(&["--config", "set.toml", "config", "check"]);
            assert_eq!(checked.code, 0, "{folder} {zone}: {}", checked.err);
            let made = run(&["--config", "set.toml", "plan", "new", "--connected-before", "2014-01-01", ORIGIN]);
            let sheet = made.out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(
                made.code == 0 && sheet.contains(&format!("only 09:00-18:00, {zone})")),
                "{zone}: {sheet}{}",
                made.err
            );
        }
        stage.file("set.toml", b"time.zone = 'Mars/Base'\n");
        let refused = said(stage.command(&["--config", "set.toml", "status"]).env("TZDIR", stage.path(folder)));
        assert!(refused.code == 3 && refused.err.contains("like `Europe/Berlin`"), "{}", refused.err);
    }
}
