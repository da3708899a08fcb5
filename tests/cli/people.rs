//! Importing, showing, keeping and planning people, hostile names included.

use super::archive::{Packed, zip_of};
use super::stage::{ORIGIN, Stage, exists, export_of};

const HOSTILE: &[[&str; 4]] = &[
    ["<script>alert(1)</script>", "A", "script-1", "x\u{1b}]52;c;aGk=\u{7}"],
    ["\u{1b}[2J\u{9b}31m", "B", "esc-1", "line\nbreak\ttab"],
    ["\u{202e}gpj.exe", "C", "%E2%80%AEspoof", "\u{200b}"],
    ["=HYPERLINK(\"http://x\")", "D", "formula-1", "@SUM(1)"],
    ["../../etc", "passwd", "dots-1", "+1"],
    ["李小龍", "李", "%E6%9D%8E", "電影"],
];

#[test]
fn hostile_names_do_nothing_in_list_plan_and_keep() {
    let stage = Stage::with_rows(HOSTILE);
    let list = stage.ok(&["list"]);
    list.assert_harmless();
    assert_eq!(list.out.lines().count(), HOSTILE.len(), "{}", list.out);
    assert!(list.out.contains("<script>alert(1)</script> A") && list.out.contains("<U+001B>"));
    stage.ok(&["list", "--company", "~x"]).assert_harmless();
    stage.ok(&["keep", "add", "esc-1", "--reason", "\u{1b}[31m"]).assert_harmless();
    stage.ok(&["keep", "list"]).assert_harmless();
    stage.ok(&["plan", "new", "--position", "engineer", ORIGIN]).assert_harmless();
    stage.ok(&["plan", "show", "last"]).assert_harmless();
    stage.ok(&["plan", "list"]).assert_harmless();
    stage.refused(&["keep", "add", "\u{1b}[2Jnobody"], 2, "nobody is called").assert_harmless();
}

#[test]
fn json_lines_parse_and_hold_the_true_names() {
    let stage = Stage::with_rows(HOSTILE);
    let said = stage.ok(&["list", "--json"]);
    let lines = said.lines();
    assert_eq!(lines.len(), HOSTILE.len());
    assert!(lines.iter().any(|line| line["first_name"] == "<script>alert(1)</script>"));
    assert!(!said.out.contains(|c: char| c.is_control() && c != '\n'));
    assert!(!said.out.contains("secret@example.org"));
}

#[test]
fn a_table_for_a_spreadsheet_has_no_formula_in_it() {
    let stage = Stage::with_rows(HOSTILE);
    let said = stage.ok(&["list", "--format", "csv"]);
    assert!(said.out.starts_with("slug,first_name,last_name,company,position,connected_on,think_twice,remove\n"));
    assert!(said.out.contains("'=HYPERLINK") && said.out.contains("'@SUM(1)") && said.out.contains("'+1"));
}

#[test]
fn columns_line_up_whatever_the_names_are() {
    let stage = Stage::with_rows(&[["李小龍", "", "a", "Acme"], ["Jo", "", "b", "Acme"]]);
    assert_eq!(
        stage.ok(&["list"]).out,
        "2015-03-03  李小龍  a  Engineer, Acme\n2015-03-03  Jo      b  Engineer, Acme\n"
    );
}

#[test]
fn an_import_says_what_was_in_it_and_twice_changes_nothing() {
    let stage = Stage::with_people();
    let said = stage.ok(&["import", "Connections.csv"]);
    assert!(
        said.out.starts_with("Connections.csv: 67 rows, 65 people\n  0 new, 0 changed, 65 as before\n"),
        "{}",
        said.out
    );
    assert!(said.out.ends_with("  e-mail addresses were not kept\n"));
    let json = stage.ok(&["import", "Connections.csv", "--json"]);
    let last = json.last();
    assert_eq!((&last["result"], &last["people"], &last["new"]), (&"done".into(), &65.into(), &0.into()));
    let keys = ["v", "result", "exit", "reason", "due_at", "remaining"];
    assert!(keys.iter().all(|key| last.get(key).is_some()), "{last}");
}

#[test]
fn the_archive_is_read_as_it_was_downloaded() {
    let stage = Stage::new();
    let csv = export_of(&[["Jane", "Doe", "jane-doe", "Acme"]]);
    let messages = b"FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,CONTENT\nJane,https://www.linkedin.com/in/jane-doe,Me,https://www.linkedin.com/in/me,2025-01-10 09:00:00 UTC,a secret\n";
    stage.file(
        "Basic_LinkedInDataExport_11-22-2025.zip",
        &zip_of(&[Packed::stored("Connections.csv", csv.as_bytes()), Packed::stored("messages.csv", messages)]),
    );
    let said = stage.ok(&["import", "Basic_LinkedInDataExport_11-22-2025.zip"]);
    assert!(said.out.contains("1 row, 1 person") && said.out.contains("before you plan by it"), "{}", said.out);
    assert!(said.out.contains("counted, without a text of them: messages with 1 person"), "{}", said.out);
    assert_eq!(stage.ok(&["list"]).out, "2015-03-03  Jane Doe  jane-doe  Engineer, Acme  1 message, last 2025-01\n");
    let ledger = std::fs::read(stage.data().join("ledger.sqlite")).unwrap();
    assert!(!ledger.windows(8).any(|part| part == b"a secret"));
}

#[test]
fn a_file_that_is_no_export_is_3_and_nothing_is_kept() {
    let stage = Stage::new();
    let whole = zip_of(&[Packed::stored("Connections.csv", export_of(&[["A", "B", "a", "C"]]).as_bytes())]);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("First Name".bytes().flat_map(|b| [b, 0])).collect();
    for (name, bytes, part) in [
        ("none.csv", &b"%PDF-1.7 \x01\x02"[..], ""),
        ("empty.csv", b"", "is empty"),
        ("other.csv", b"First Name,Last Name,Companies,Title\nA,B,C,D\n", "its first line is"),
        ("utf16.csv", &utf16, "UTF-16"),
        ("nul.csv", b"First Name,Last Name,URL,Email Address,Company,Position,Connected On\nA\0,B,,,,,\n", "NUL"),
        ("cut.zip", &whole[..whole.len() / 2], "archive"),
        ("other.zip", &zip_of(&[Packed::stored("Messages.csv", b"x")]), "holds no `Connections.csv`"),
    ] {
        stage.file(name, bytes);
        let said = stage.refused(&["import", name, "--json"], 3, part);
        assert_eq!(said.last()["result"], "bad-file", "{name}");
    }
    stage.refused(&["import", "missing.csv"], 3, "`missing.csv` is not there");
    stage.refused(&["import", "empty"], 3, "is a folder");
    assert!(!exists(&stage.data()));
}

#[test]
fn selection_says_which_values_matched_and_which_fit_nobody() {
    let stage = Stage::with_rows(&[["A", "B", "a", "Acme Consult"], ["C", "D", "c", "Acme"]]);
    let said = stage.ok(&["list", "--company", "~consult"]);
    assert_eq!(said.out, "2015-03-03  A B  a  Engineer, Acme Consult\n");
    assert_eq!(said.err, "  company: \"Acme Consult\" 1\n1 of 2 people\n");
    let none = stage.ok(&["list", "--company", "Acne"]);
    assert!(none.out.is_empty() && none.err.contains("did you mean \"Acme\""), "{}", none.err);
    stage.refused(&["list", "--company", "~"], 2, "there is no text to look for");
    stage.refused(
        &["list", "--connected-before", "2015-01-01", "--connected-after", "2016-01-01"],
        2,
        "swap the two days",
    );
}

#[test]
fn a_condition_in_sql_reads_people_and_nothing_else() {
    let stage = Stage::with_rows(&[["A", "B", "a", "Acme"], ["C", "D", "c", "Other"]]);
    assert!(stage.ok(&["list", "--where", "company = 'Acme'"]).out.contains("A B"));
    stage.refused(&["list", "--where", "1) union select * from effect --"], 2, "not accepted");
    stage.refused(&["list", "--where", "nonsense"], 2, "the columns are slug");
}

#[test]
fn list_shows_its_columns_and_refuses_two_formats() {
    let stage = Stage::with_rows(&[["A", "B", "a", "Acme"]]);
    assert!(stage.ok(&["list", "--fields"]).out.starts_with("slug           jane-doe\n"));
    assert_eq!(stage.ok(&["list", "--fields", "--json"]).lines().len(), 6);
    stage.refused(&["list", "--json", "--format", "csv"], 2, "contradict");
    assert_eq!(stage.ok(&["list", "-q"]).err, "");
}

#[test]
fn keep_takes_slugs_addresses_and_names_and_never_guesses() {
    let stage =
        Stage::with_rows(&[["Ann", "Lee", "ann-1", "X"], ["Ann", "Lee", "ann-2", "Y"], ["Bo", "Ek", "bo", "Z"]]);
    let said = stage.refused(&["keep", "add", "Ann Lee"], 2, "fits 2 people");
    assert!(said.err.contains("ann-1") && said.err.contains("ann-2"), "{}", said.err);
    assert_eq!(stage.ok(&["keep", "list"]).out, "");
    let said =
        stage.ok(&["keep", "add", "ann-2", "https://www.linkedin.com/in/stranger/", "bo ek", "--reason", "family"]);
    assert_eq!(
        said.out,
        "kept: Ann Lee (ann-2)\nkept: stranger, who is nobody known, so that nobody is protected by it yet\nkept: Bo Ek (bo)\n"
    );
    assert_eq!(stage.ok(&["keep", "list", "--json"]).lines().len(), 3);
    stage.refused(&["keep", "remove", "bo", "ann-1"], 2, "nothing was changed");
    stage.ok(&["keep", "remove", "bo", "stranger"]);
    assert_eq!(stage.ok(&["keep", "list", "--json"]).lines().len(), 1);
    stage.refused(&["keep", "add", "bo", "nobody-here"], 2, "nobody is called");
    assert_eq!(stage.ok(&["keep", "list", "--json"]).lines().len(), 1);
}

#[test]
fn a_plan_leaves_out_who_is_kept_and_says_so() {
    let stage = Stage::with_rows(&[["Ann", "Lee", "ann", "X"], ["Bo", "Ek", "bo", "X"]]);
    stage.ok(&["keep", "add", "ann", "--reason", "family"]);
    let said = stage.ok(&["plan", "new", "--company", "x", ORIGIN]);
    assert!(said.err.contains("not Ann Lee: on the keep list (family)"), "{}", said.err);
    assert!(said.out.contains("remove 1 connection,") && !said.out.contains("Ann Lee"), "{}", said.out);
    stage.ok(&["keep", "add", "bo"]);
    stage.refused(&["plan", "new", "--company", "x", ORIGIN], 2, "the plan would be empty");
}

#[test]
fn a_new_plan_ends_with_the_next_command_and_in_json_with_plan_and_hash() {
    let stage = Stage::with_people();
    let before = ["plan", "new", "--connected-before", "2014-01-01", ORIGIN];
    let said = stage.ok(&before);
    let last = said.out.lines().last().unwrap();
    assert!(last.starts_with("exeunt run P") && last.ends_with(" --origin http://127.0.0.1:9"), "{last}");
    let json = stage.ok(&[&before[..], &["--json"]].concat());
    let last = json.last();
    assert_eq!((&last["people"], last["hash"].as_str().map(str::len)), (&3.into(), Some(64)));
    assert!(last["plan"].as_str().unwrap().starts_with('P'));
    assert!(json.err.contains("Nothing was done yet"), "{}", json.err);
    let again = stage.ok(&[&before[..], &["--json"]].concat()).last()["hash"].clone();
    assert_eq!(again, last["hash"], "the same people in the same order have the same hash");
}

#[test]
fn a_plan_is_made_of_a_list_from_a_file_or_standard_input() {
    let stage = Stage::with_rows(&[["A", "B", "a", "X"], ["C", "D", "c", "X"]]);
    stage.file("who.txt", b"# them\nc\nhttps://www.linkedin.com/in/a/\nc\n");
    let said = stage.ok(&["plan", "new", "--people", "who.txt", ORIGIN, "--json"]);
    let slugs: Vec<_> = said.lines().iter().filter_map(|line| line["slug"].as_str().map(str::to_owned)).collect();
    assert_eq!(slugs, ["c", "a"], "the list's order is the plan's");
    assert!(said.err.contains("was on line 2 already"), "{}", said.err);
    let said = stage.typed(&["plan", "new", "--people", "-", ORIGIN, "--json"], "a\n");
    assert_eq!((said.code, &said.last()["people"]), (0, &1.into()));
    let said = stage.typed(&["plan", "new", "--people", "-", ORIGIN], "zzz\n");
    assert!(said.code == 3 && said.err.contains("standard input: line 1: `zzz` is not among"), "{}", said.err);
}

#[test]
fn every_mistake_of_a_list_is_told_at_once_with_its_line() {
    let stage = Stage::with_rows(&[["A", "B", "a", "X"]]);
    stage.file("who.txt", b"a\nJane Doe\n\nhttps://example.org/x\n");
    let said = stage.refused(&["plan", "new", "--people", "who.txt", ORIGIN], 3, "who.txt: line 2:");
    assert!(said.err.contains("who.txt: line 4:"), "{}", said.err);
    stage.file("latin.txt", b"j\xf6rg\n");
    stage.refused(&["plan", "new", "--people", "latin.txt", ORIGIN], 3, "UTF-8");
    stage.refused(&["plan", "new", "--people", "gone.txt", ORIGIN], 3, "gone.txt");
    stage.refused(&["plan", "new", "--people", "who.txt", "--name", "x", ORIGIN], 2, "cannot be used with");
    stage.refused(&["plan", "new", ORIGIN], 2, "nobody was chosen for the plan");
}

#[test]
fn accounts_do_not_see_each_other() {
    let stage = Stage::with_rows(&[["A", "B", "a", "X"]]);
    stage.refused(&["list", "--account", "second"], 2, "account `second` has no people yet");
    stage.refused(&["list", "--account", "Second Account"], 2, "account name");
}
