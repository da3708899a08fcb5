//! What people bring: addresses as they were pasted, lists and tables as spreadsheets save them, conditions as they are
//! typed. Each is read as it is meant, or refused with words; none sounds like protection that it does not give.

use std::process::Command;

use super::stage::{ORIGIN, Stage};

const HEAD: &str = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n";
const THREE: &str = "Pia,One,https://www.linkedin.com/in/p-one,,Fennmark GmbH,Engineer,03 Mar 2016\n\
                     Pat,Two,https://www.linkedin.com/in/p-two,,Acme,Clerk,03 Mar 2012\n\
                     Pim,Three,https://www.linkedin.com/in/p-three,,Acme,Clerk,03 Mar 2010\n";

/// With an export of three people.
fn three() -> Stage {
    let stage = Stage::new();
    stage.file("r.csv", format!("{HEAD}{THREE}").as_bytes());
    stage.ok(&["import", "r.csv"]);
    stage
}

/// Imports a second export of these rows; what was said.
fn again(stage: &Stage, rows: &str) -> String {
    stage.file("r2.csv", format!("{HEAD}{rows}").as_bytes());
    stage.ok(&["import", "r2.csv"]).out
}

/// Who is known and not absent, by slug.
fn known(stage: &Stage) -> Vec<String> {
    stage.ok(&["list", "--json"]).lines().iter().map(|line| line["slug"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_address_as_it_was_pasted_keeps_the_person_whom_it_names() {
    for typed in [
        "https://www.linkedin.com/in/p-one>",
        "https://www.linkedin.com/in/p-one).",
        "https://www.linkedin.com/in/p-one'",
        "https://www.linkedin.com/in/p-one\u{200e}",
        "https://www.linkedin.com/in/p-one%E2%80%8B",
        "[Pia](https://www.linkedin.com/in/p-one)",
        "Pia One <https://www.linkedin.com/in/p-one>",
        "p-one,",
    ] {
        let stage = three();
        assert_eq!(stage.ok(&["keep", "add", "--", typed]).out, "kept: Pia One (p-one)\n", "{typed:?}");
        stage.refused(&["plan", "new", "--company", "Fennmark GmbH", ORIGIN], 2, "the plan would be empty");
        stage.ok(&["keep", "remove", "--", typed]);
    }
}

#[test]
fn an_address_that_names_nobody_is_refused_and_nothing_is_kept() {
    let stage = three();
    for (typed, part) in [
        (
            "https://www.google.com/url?q=https://www.linkedin.com/in/p-one&sa=U",
            "give https://www.linkedin.com/in/p-one",
        ),
        ("https://www.linkedin.com/in/p-one&sa=U", "holds `&`"),
        ("https://evil.example/in/p-one", "an address of `evil.example`"),
        ("https://www.linkedin.com/pub/p-one/1/2/3", "of the old kind"),
        ("https://www.linkedin.com/IN/p-one", "give https://www.linkedin.com/in/p-one"),
        ("https://www.linkedin.com/sales/lead/ACw,NAME", "Sales Navigator"),
        ("https://lnkd.in/abc", "a short link"),
        ("/in/ACoAAABcdEfG", "a member's id"),
        ("p_one", "did you mean Pia One (p-one)?"),
        ("p-onee", "did you mean Pia One (p-one)?"),
    ] {
        stage.refused(&["keep", "add", "p-two", typed], 2, part).assert_harmless();
        assert_eq!(stage.ok(&["keep", "list"]).out, "", "{typed}: nobody was kept, not even the others");
    }
}

#[test]
fn an_entry_that_is_nobody_known_is_told_wherever_the_list_matters() {
    let stage = three();
    let said = stage.ok(&["keep", "add", "https://www.linkedin.com/in/p-onee"]);
    assert!(
        said.out.contains("p-onee, who is nobody known") && said.out.contains("near: Pia One (p-one)"),
        "{}",
        said.out
    );
    assert!(said.err.contains("1 of them is nobody known"), "{}", said.err);
    let list = stage.ok(&["keep", "list"]);
    assert!(
        list.out.contains("(nobody known)  p-onee") && list.err.contains("1 of them is nobody known"),
        "{}{}",
        list.out,
        list.err
    );
    let told = "1 entry of the keep list is nobody known and protects nobody; `exeunt keep list";
    for arguments in [&["import", "r.csv"][..], &["plan", "new", "--company", "acme", ORIGIN]] {
        let said = stage.ok(arguments);
        assert!(said.err.contains(told), "{arguments:?}: {}", said.err);
    }
    assert_eq!(stage.ok(&["keep", "list", "--json"]).lines()[0]["known"], false);
    stage.ok(&["keep", "remove", "p-onee"]);
    assert!(!stage.ok(&["import", "r.csv"]).err.contains("nobody known"));
}

#[test]
fn tables_are_read_as_spreadsheets_save_them_and_a_list_may_be_pasted() {
    for (name, text) in [
        ("semicolons, sep and CR", "sep=;\rURL;keep\rhttps://www.linkedin.com/in/p-two;yes\r"),
        ("notes above the head", "My people,\nof 2026\n\nslug,note,keep\np-two,\"a,\nb\",x\n"),
        ("one column with a head", "Profile URL\nhttps://www.linkedin.com/in/p-two.\n"),
        ("CR ends", "p-two\r\r# nobody else\r"),
        ("padding", "slug,keep\np-two,yes,,\n,,,\n,\n"),
        ("as in a mail", "1. Pat Two <https://www.linkedin.com/in/p-two>\r\n"),
    ] {
        let stage = three();
        stage.file("list.csv", text.as_bytes());
        assert_eq!(stage.ok(&["keep", "import", "list.csv"]).out, "kept: Pat Two (p-two)\n", "{name}");
        let pasted = three().typed(&["keep", "import", "-"], text);
        assert_eq!((pasted.code, pasted.out.as_str()), (0, "kept: Pat Two (p-two)\n"), "{name}: {}", pasted.err);
    }
}

#[test]
fn a_table_that_cannot_be_read_is_3_with_its_lines_and_nothing_is_changed() {
    let stage = three();
    for (text, part) in [
        ("slug,note,keep\np-one,\"x,yes\np-two,y,yes\n", "list.csv: line 2: a `\"` in this row has no end"),
        ("slug,note,keep\np-one,x,y,yes\np-two,y,yes\n", "line 2: the row has 4 cells where the head has 3"),
        ("slug,note,keep\np-one,yes\n", "line 2: the row has 2 cells where the head has 3"),
        ("p-two\np-onee\n", "line 2: `p-onee` is not among the imported people; near: Pia One (p-one)"),
        ("p-two\nhttps://evil.example/in/p-one\n", "line 2: "),
        ("https://www.linkedin.com/in/p-one\nslug,keep\np-two,yes\n", "line 1: "),
        ("PK\u{3}\u{4}xl/workbook.xml", "a spreadsheet or an archive"),
    ] {
        stage.file("list.csv", text.as_bytes());
        stage.refused(&["keep", "import", "list.csv"], 3, part).assert_harmless();
        let text = text.replace("keep\n", "remove\n");
        stage.file("list.csv", text.as_bytes());
        stage.refused(&["plan", "new", "--people", "list.csv", ORIGIN], 3, part);
        assert_eq!(stage.ok(&["keep", "list"]).out, "");
        assert_eq!(stage.ok(&["plan", "list"]).out, "");
    }
}

#[test]
fn a_row_that_was_not_understood_says_nothing_of_its_person() {
    // A comma too many in the company, and letters of another encoding.
    for row in [
        &b"Pia,One,https://www.linkedin.com/in/p-one,,Fennmark, GmbH,Engineer,03 Mar 2016\n"[..],
        b"Pia,One,https://www.linkedin.com/in/p-one,,Fennm\xe4rk,Engineer,03 Mar 2016\n",
        b"Pia,\"One,https://www.linkedin.com/in/p-one,,Other,Engineer,03 Mar 2016\n",
        b"Pia,One,https://elsewhere.example/in/p-one,,Other,Engineer,03 Mar 2016\n",
    ] {
        let stage = three();
        let rest = THREE.split_once('\n').unwrap().1.as_bytes();
        stage.file("r2.csv", &[HEAD.as_bytes(), row, rest].concat());
        let said = stage.ok(&["import", "r2.csv"]).out;
        assert!(said.contains("1 person known before and not read in this export, left as they were"), "{said}");
        assert!(said.contains("  line 2: ") && !said.contains("not in this export"), "{said}");
        assert_eq!(known(&stage), ["p-one", "p-three", "p-two"]);
        let list = stage.ok(&["list", "--company", "fennmark gmbh"]);
        assert!(
            list.out.contains("as of r.csv of ") && list.err.contains("as an earlier export has them"),
            "{}",
            list.out
        );
    }
}

#[test]
fn an_export_of_which_no_row_is_understood_is_3_with_its_lines() {
    let stage = three();
    stage.file("r2.csv", format!("{HEAD}x\nPia,\"One,https://www.linkedin.com/in/p-one,,A,B,03 Mar 2016\n").as_bytes());
    let said = stage.refused(&["import", "r2.csv"], 3, "line 3: a `\"` in it has no end");
    assert!(
        said.err.contains("nothing was changed") && said.err.contains("line 2: it has 1 cell where"),
        "{}",
        said.err
    );
    assert_eq!(known(&stage), ["p-one", "p-three", "p-two"]);
}

#[test]
fn a_day_that_was_not_read_wipes_none_and_those_of_spreadsheets_are_read() {
    let stage = three();
    let said = again(
        &stage,
        "Pia,One,https://www.linkedin.com/in/p-one,,Fennmark GmbH,Engineer,42432\n\
         Pat,Two,https://www.linkedin.com/in/p-two,,Acme,Clerk,03/04/2012\n\
         Pim,Three,https://www.linkedin.com/in/p-three,,Acme,Clerk,3-Mrz-10\n\
         Zed,Four,https://www.linkedin.com/in/p-four,,Acme,Clerk,31.12.2015\n",
    );
    assert!(said.contains("line 2: `42432` is a spreadsheet's number of a day"), "{said}");
    assert!(said.contains("line 3: `03/04/2012` may be 2012-04-03 or 2012-03-04"), "{said}");
    let days: Vec<_> = stage.ok(&["list", "--json"]).lines().iter().map(|line| line["connected_on"].clone()).collect();
    assert_eq!(days, ["2015-12-31", "2016-03-03", "2010-03-03", "2012-03-03"]);
}

#[test]
fn empty_rows_of_a_spreadsheet_are_no_hidden_members() {
    let stage = three();
    let said = again(&stage, &format!("{THREE},,,,,,\n,,,,,,\n,,,,,,07 Jun 2026\n"));
    assert!(said.contains("4 rows, 3 people") && said.contains("1 row has no address"), "{said}");
}

#[test]
fn a_comparison_that_fits_everybody_or_nobody_by_mistake_is_refused_with_the_one_that_is_meant() {
    let stage = three();
    for (typed, meant) in [
        ("connected_on > 2011-06-01", "--where \"connected_on > '2011-06-01'\""),
        ("connected_on < '01 Jun 2013'", "--where \"connected_on < '2013-06-01'\""),
        ("connected_on < '2013-6-1'", "--where \"connected_on < '2013-06-01'\""),
        ("substr(connected_on, 1, 4) > 2011", "--where \"substr(connected_on, 1, 4) > '2011'\""),
        (
            "company = \"Acme\" and connected_on < 2011-06-01",
            "--where 'company = \"Acme\" and connected_on < '\\''2011-06-01'\\'''",
        ),
        ("connected_on > 'summer'", "year, month and day, like connected_on > '2011-06-01'"),
    ] {
        stage.refused(&["list", "--where", typed], 2, meant);
        stage.refused(&["plan", "new", "--where", typed, ORIGIN], 2, meant);
        // What is printed works as it is pasted into a shell.
        if let Some(pasted) = meant.strip_prefix("--where ") {
            let mut words = Command::new("/bin/sh");
            let output = words.args(["-c", &format!("printf %s {pasted}")]).output().unwrap();
            stage.ok(&["list", "--where", &String::from_utf8(output.stdout).unwrap()]);
        }
    }
    assert_eq!(stage.ok(&["list", "--where", "connected_on > '2011-06-01'", "--json"]).lines().len(), 2);
    assert_eq!(stage.ok(&["plan", "list"]).out, "");
}

#[test]
fn a_table_for_a_spreadsheet_holds_nothing_that_steers_or_hides_and_is_read_back() {
    let stage = Stage::new();
    let row =
        |slug: &str, company: &str| format!("A,B,https://www.linkedin.com/in/{slug},,\"{company}\",C,03 Mar 2012\n");
    let rows = row("%E2%80%AEspoof", "x\u{2028}=1\u{1b}[2J\u{202e}+2\n-3\t@4\u{85}=5") + &row("plain", "Acme");
    stage.file("rows.csv", format!("{HEAD}{rows}").as_bytes());
    stage.ok(&["import", "rows.csv"]);
    let table = stage.ok(&["list", "--format", "csv"]);
    table.assert_harmless();
    assert!(table.out.contains("x '=1<U+001B>[2J<U+202E>'+2 '-3 '@4 '=5"), "{}", table.out);
    assert!(!table.out.contains(['\u{2028}', '\u{85}']), "{}", table.out);
    let marked: String =
        table.out.lines().zip(["", "yes", "yes"]).map(|(line, mark)| format!("{line}{mark}\n")).collect();
    stage.file("back.csv", marked.as_bytes());
    assert_eq!(stage.ok(&["plan", "new", "--people", "back.csv", ORIGIN, "--json"]).last()["people"], 2);
}

#[test]
fn a_pipe_or_a_device_in_place_of_a_file_is_refused_without_waiting() {
    let stage = three();
    let made = Command::new("mkfifo").arg(stage.path("pipe")).status().unwrap();
    assert!(made.success());
    for file in ["pipe", "/dev/zero", "/dev/null"] {
        stage.refused(&["import", file], 3, "a pipe, a device or a socket");
        stage.refused(&["keep", "import", file], 3, "a pipe, a device or a socket");
        stage.refused(&["plan", "new", "--people", file, ORIGIN], 3, "a pipe, a device or a socket");
        stage.refused(&["selectors", "import", file], 3, "a pipe, a device or a socket");
        stage.refused(&["selectors", "check", "--page", "profile", file], 3, "a pipe, a device or a socket");
        stage.refused(&["status", "--config", file], 3, "a pipe, a device or a socket");
    }
}

#[test]
fn the_folder_of_packs_is_its_owners_only_and_no_link() {
    use std::os::unix::fs::PermissionsExt as _;
    let (stage, _) = Stage::with_plan();
    let packs = stage.data().join("packs");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&packs), 0o700);
    std::fs::set_permissions(&packs, std::fs::Permissions::from_mode(0o755)).unwrap();
    let new = ["plan", "new", "--connected-before", "2014-01-01", ORIGIN];
    stage.ok(&new);
    assert_eq!(mode(&packs), 0o700);
    std::fs::rename(&packs, stage.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(stage.path("elsewhere"), &packs).unwrap();
    stage.refused(&new, 7, "`packs` in it is a link or a file");
}

#[test]
fn an_authority_with_a_password_in_its_address_is_refused_and_not_repeated() {
    let stage = Stage::new();
    for address in ["http://me:hunter2@tsa.example/", "http://me@tsa.example", "http://:hunter2@tsa.example?x"] {
        let mut command = stage.command(&["status"]);
        let output = command.env("EXEUNT_EVIDENCE_TIME_STAMP", format!("[\"{address}\"]")).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(
            output.status.code() != Some(0) && err.contains("an address with a name or a password in it"),
            "{address}: {err}"
        );
        assert!(!err.contains("hunter2"), "{err}");
    }
}

#[test]
fn a_tilde_is_the_home_folder_and_an_empty_variable_is_not_set() {
    let stage = three();
    let home = stage.path("empty");
    stage.ok(&["evidence", "list", "--data-dir=~/kept"]);
    assert!(!stage.path("~").exists());
    let said = |name: &str, value: &str| {
        let output = stage.command(&["config", "show"]).env(name, value).output().unwrap();
        assert!(output.status.success(), "{name}={value:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    said("EXEUNT_PACE_PER_DAY", "");
    said("EXEUNT_CONFIG", "  ");
    let listed = stage.command(&["list"]).env("EXEUNT_DATA_DIR", "~/kept").output().unwrap();
    assert_eq!(listed.status.code(), Some(2), "nobody is known in that folder");
    assert!(!stage.path("~").exists() && home.exists());
    // Without a folder named, the default one is taken.
    let output = stage.command(&["list"]).env("EXEUNT_DATA_DIR", "").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("has no people yet"), "{output:?}");
    assert!(home.join(".local/share/exeunt").exists());
}

#[test]
fn a_timer_is_not_installed_by_settings_that_only_this_shell_has() {
    let (stage, _) = Stage::with_plan();
    let mut command = stage.command(&["schedule", "install", "--review", "3", "--with", "cron"]);
    command.env("EXEUNT_PACE_PER_DAY", "3").env("EXEUNT_TIME_ZONE", "Europe/Berlin").env("EXEUNT_NOTIFY_NAMES", "");
    let output = command.output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("EXEUNT_PACE_PER_DAY, EXEUNT_TIME_ZONE are set in this shell only"), "{err}");
    assert!(err.contains("`exeunt config path` says where") && !err.contains("EXEUNT_NOTIFY_NAMES"), "{err}");
}
