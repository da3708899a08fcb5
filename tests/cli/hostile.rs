//! Names, companies and slugs that were made to do harm: shown as what they are, in the terminal, in tables, in the report
//! and in the names of files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use exeunt::event::id::Realm;
use exeunt::event::state::EffectState::{Acted, Intent, NeedsHuman, Precheck, Verifying};
use exeunt::evidence::bundle::Bundle;

use super::stage::{ORIGIN, Stage, account, export_of};

/// Every command that shows a name says it without harm; the plan that they are in is made.
fn harmless_everywhere(first_name: &str, company: &str) -> Stage {
    let stage = Stage::with_rows(&[[first_name, "Doe", "hostile-1", company], ["Plain", "Roe", "plain", "Acme"]]);
    stage.file("rows2.csv", export_of(&[[first_name, "Doe2", "hostile-1", company]]).as_bytes());
    for arguments in [
        &["import", "rows.csv"][..],
        &["list"],
        &["list", "--company", "~e"],
        &["list", "--where", "company <> 'x'"],
        &["keep", "add", "hostile-1", &format!("--reason={first_name}")],
        &["keep", "list"],
        &["plan", "new", "--position", "engineer", ORIGIN],
        &["keep", "remove", "hostile-1"],
        &["plan", "new", "--position", "engineer", ORIGIN],
        &["plan", "show", "last"],
        &["plan", "list"],
        &["import", "rows2.csv"],
        &["plan", "diff", "last"],
        &["status"],
    ] {
        stage.ok(arguments).assert_harmless();
    }
    stage.refused(&["keep", "add", "--", &format!("{first_name}~")], 2, "nobody is called").assert_harmless();
    for arguments in [&["list", "--json"][..], &["plan", "show", "last", "--json"], &["keep", "list", "--json"]] {
        let said = stage.ok(arguments);
        said.lines();
        said.assert_harmless();
    }
    stage
}

#[test]
fn a_script_as_a_name() {
    let stage = harmless_everywhere("<script>alert(1)</script>", "</style><img src=x onerror=alert(1)>");
    let shown = stage.ok(&["plan", "show", "last"]).out;
    assert!(shown.contains("<script>alert(1)</script> Doe"), "a terminal shows it as it is: {shown}");
}

#[test]
fn escape_sequences_and_a_clipboard_write() {
    let stage = harmless_everywhere("\u{1b}[2J\u{1b}]52;c;aGk=\u{7}", "a\u{9b}31m\u{9d}0;x\u{9c}");
    let shown = stage.ok(&["plan", "show", "last"]).out;
    assert!(shown.contains("<U+001B>[2J<U+001B>]52;c;aGk=<U+0007>"), "{shown}");
}

#[test]
fn a_right_to_left_override() {
    let stage = harmless_everywhere("\u{202e}gpj.exe", "\u{2066}x\u{2069}");
    assert!(stage.ok(&["plan", "show", "last"]).out.contains("<U+202E>gpj.exe"));
}

#[test]
fn zero_width_letters() {
    harmless_everywhere("Ja\u{200b}ne\u{feff}\u{2060}", "\u{200b}");
}

#[test]
fn line_breaks_and_tabs() {
    let stage = harmless_everywhere("Jane\r\nPlan P22: remove 9 connections\tx", "a\nb");
    let shown = stage.ok(&["plan", "show", "last"]).out;
    assert!(!shown.lines().any(|line| line.starts_with("Plan P22: remove 9")), "{shown}");
}

#[test]
fn a_name_of_ten_thousand_letters() {
    let long = "x".repeat(10_000);
    let stage = harmless_everywhere(&long, &long);
    let people = stage.ok(&["list", "--where", "slug = 'hostile-1'", "--json"]).lines();
    assert_eq!(people[0]["first_name"].as_str().map(str::len), Some(10_000), "nothing is lost");
}

#[test]
fn formulas_are_neutral_on_every_line_of_a_table() {
    for (name, neutral) in [
        ("=HYPERLINK(\"http://x\",\"y\")", "'=HYPERLINK"),
        (" +cmd|' /C calc'!A0", "'+cmd"),
        ("\u{a0}=1+1", "'"),
        ("a\n=b", "'=b"),
        ("@SUM(1)", "'@SUM"),
        ("-1+1", "'-1"),
        ("\u{ff1d}1", "'\u{ff1d}1"),
    ] {
        let stage = harmless_everywhere(name, name);
        let table = stage.ok(&["list", "--format", "csv"]).out;
        assert!(table.contains(neutral), "{name:?}: {table}");
        let starts = ['=', '+', '-', '@', '\u{ff1d}'];
        let mut reader = csv::ReaderBuilder::new().from_reader(table.as_bytes());
        for cell in reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
            let formula = cell.split(['\r', '\n']).find(|line| line.trim_start().starts_with(starts));
            assert_eq!(formula, None, "{name:?}: {cell:?}");
        }
    }
}

#[test]
fn slugs_that_name_paths_or_nothing_are_left_out_of_an_import_with_their_lines() {
    let long = "x".repeat(301);
    for slug in [".", "..", "..%2F..%2Fetc", "a%2Fb", "a%00b", "a%5Cb", "", &long] {
        let stage = Stage::new();
        stage.file("rows.csv", export_of(&[["A", "B", slug, "C"], ["D", "E", "fine", "F"]]).as_bytes());
        let said = stage.ok(&["import", "rows.csv"]);
        assert!(said.out.contains("line 2: "), "{slug}: {}", said.out);
        let slugs: Vec<_> = stage.ok(&["list", "--json"]).lines().iter().map(|line| line["slug"].clone()).collect();
        assert_eq!(slugs, ["fine"], "{slug}");
    }
}

const STRANGE: &[&str] = &[
    "CON",
    "aux.txt",
    "trailing.",
    "\"quoted\"",
    "[brackets]",
    "it's",
    "semi;colon",
    "$(id)",
    "-rf",
    "%E2%80%AEspoof",
    "j%C3%B6rg",
    "<b>",
];

#[test]
fn strange_slugs_are_people_like_all_others_and_case_makes_no_second_one() {
    let rows: Vec<[&str; 4]> = STRANGE.iter().map(|slug| ["N", "N", *slug, "Acme"]).collect();
    let stage = Stage::with_rows(&[&rows[..], &[["N", "N", "con", "Acme"]]].concat());
    let people = stage.ok(&["list", "--json"]).lines();
    assert_eq!(people.len(), STRANGE.len(), "CON and con are one");
    for command in [&["list"][..], &["plan", "new", "--company", "acme", ORIGIN], &["plan", "show", "last"]] {
        stage.ok(command).assert_harmless();
    }
    for person in &people {
        let slug = person["slug"].as_str().unwrap();
        stage.file("one.txt", format!("https://www.linkedin.com/in/{}\n", percent(slug)).as_bytes());
        let said = stage.ok(&["plan", "new", "--people", "one.txt", "--json", ORIGIN]);
        assert_eq!(said.lines()[0]["slug"], slug);
        stage.ok(&["plan", "drop", "last"]);
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn the_report_of_a_hostile_person_is_inert_and_lies_where_it_should() {
    let script = "</style><script>alert(1)</script>";
    let stage = Stage::with_rows(&[[script, "javascript:alert(1)", "%3Cb%3E\"'", "\u{202e}x"]]);
    stage.ok(&["plan", "new", "--position", "engineer", ORIGIN]);
    let plan = stage.ledger().plans(&account()).unwrap().pop().unwrap();
    stage.doubt(&plan, &[Precheck, Intent, Acted, Verifying, NeedsHuman]);
    let run = stage.ledger().runs(&account()).unwrap().pop().unwrap().id;
    Bundle::create(&stage.data().join("evidence"), &account(), Realm::Practice, &run).unwrap();
    let said = stage.ok(&["evidence", "report", "last", "--json"]);
    said.assert_harmless();
    let html: Vec<PathBuf> =
        files(&stage.data()).into_iter().filter(|path| path.extension().is_some_and(|end| end == "html")).collect();
    assert!(!html.is_empty(), "no report was written: {}", said.out);
    for path in &html {
        assert!(path.starts_with(stage.data().join("evidence")), "{}", path.display());
        let text = std::fs::read_to_string(path).unwrap();
        assert!(!text.contains("<script>alert") && !text.contains("</style><script"), "{}", path.display());
        assert!(!text.contains("href=\"javascript:") && !text.contains('\u{202e}'), "{}", path.display());
    }
    let names: BTreeSet<String> =
        files(&stage.data()).iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert!(
        names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))),
        "{names:?}"
    );
}
