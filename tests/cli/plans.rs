//! Plans that live: compared, renewed, edited, chosen in SQL, several at once.

use exeunt::event::state::EffectState::{Acted, Intent, NeedsHuman, Precheck, Verifying};
use exeunt::ledger::PlanRow;

use super::stage::{ORIGIN, Said, Stage, account, export_of};

const PEOPLE: &[[&str; 4]] = &[
    ["Ann", "Lee", "ann", "Acme"],
    ["Bo", "Ek", "bo", "ACME"],
    ["Cy", "Roe", "cy", "Zenith"],
    ["Di", "Fox", "di", ""],
];

fn plan_of(stage: &Stage, arguments: &[&str]) -> PlanRow {
    let said = stage.ok(&[&["plan", "new", "--json", ORIGIN], arguments].concat());
    let id = said.last()["plan"].as_str().unwrap().parse().unwrap();
    stage.ledger().plan(&account(), &id).unwrap()
}

fn slugs(stage: &Stage, plan: &PlanRow) -> Vec<String> {
    stage.ledger().plan_people(&plan.id).unwrap().into_iter().map(|person| person.slug.to_string()).collect()
}

/// The changes of a difference: the word, and the slug or the new value.
fn changes(said: &Said) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let changes = said.lines().into_iter().filter(|line| line.get("change").is_some());
    changes.map(|line| (text(&line["change"]), text(line.get("slug").unwrap_or(&line["to"])))).collect()
}

fn pair(word: &str, value: &str) -> (String, String) {
    (word.to_owned(), value.to_owned())
}

/// A pack with another step, in the folder `pack`.
fn other_pack(stage: &Stage) {
    stage.ok(&["selectors", "eject", "pack"]);
    let flow = stage.path("pack/flows/remove-from-list.toml");
    let text = std::fs::read_to_string(&flow).unwrap();
    assert!(text.contains("times = 2"));
    std::fs::write(&flow, text.replacen("times = 2", "times = 1", 1)).unwrap();
}

#[test]
fn two_plans_are_compared_by_people_names_and_order() {
    let stage = Stage::with_rows(PEOPLE);
    stage.file("one.txt", b"ann\nbo\ncy\n");
    stage.file("two.txt", b"cy\nbo\ndi\n");
    let one = plan_of(&stage, &["--people", "one.txt"]);
    let two = plan_of(&stage, &["--people", "two.txt"]);
    let said = stage.ok(&["plan", "diff", one.id.as_str(), two.id.as_str(), "--json"]);
    assert_eq!(changes(&said), [pair("out", "ann"), pair("in", "di"), pair("order", "")]);
    let said = stage.ok(&["plan", "diff", one.id.as_str(), two.id.as_str()]);
    assert!(said.out.contains("out       1 person") && said.out.contains("Ann Lee (ann)"), "{}", said.out);
    assert!(stage.ok(&["plan", "diff", one.id.as_str(), one.id.as_str()]).out.contains("nothing is different"));
    stage.refused(&["plan", "diff", one.id.as_str(), "tomorrow"], 2, "is no plan");
}

#[test]
fn a_plan_is_compared_with_what_it_would_be_today() {
    let stage = Stage::with_rows(PEOPLE);
    let plan = plan_of(&stage, &["--name", "~e"]);
    assert_eq!(slugs(&stage, &plan), ["ann", "bo", "cy"]);
    assert!(stage.ok(&["plan", "diff", "last"]).out.contains("nothing is different"));
    stage.ok(&["keep", "add", "ann", "--reason", "my\u{1b} sister"]);
    stage.file("later.csv", export_of(&[["Ann", "Lee", "ann", "A"], ["Bob", "Ek", "bo", "A"]]).as_bytes());
    stage.ok(&["import", "later.csv"]);
    let said = stage.ok(&["plan", "diff", "last", "today", "--json"]);
    assert_eq!(changes(&said), [pair("out", "ann"), pair("out", "cy"), pair("name", "bo")]);
    let said = stage.ok(&["plan", "diff", "last"]);
    said.assert_harmless();
    assert!(said.out.contains("on the keep list (my<U+001B> sister)"), "{}", said.out);
    assert!(said.out.contains("not in the newest export") && said.out.contains("Bob Ek was Bo Ek"), "{}", said.out);
    assert!(said.err.contains("exeunt plan renew"), "{}", said.err);
}

#[test]
fn a_renewed_plan_goes_on_with_who_is_left_against_todays_pack() {
    let stage = Stage::with_rows(PEOPLE);
    let old = plan_of(&stage, &["--name", "~e"]);
    let ann = stage.doubt(&old, &[Precheck, Intent, Acted, Verifying, NeedsHuman]);
    assert_eq!(ann.as_str(), "ann");
    other_pack(&stage);
    let diff = stage.ok(&["plan", "diff", "last", "--selectors", "pack"]);
    assert!(diff.out.contains("clicks `card_menu`") && diff.out.contains("pack "), "{}", diff.out);
    let said = stage.ok(&["plan", "renew", "last", "--selectors", "pack", "--json"]);
    let last = said.last();
    assert_eq!((&last["parent"], &last["in_doubt"], &last["people"]), (&old.id.as_str().into(), &1.into(), &2.into()));
    let new = stage.ledger().plans(&account()).unwrap().pop().unwrap();
    assert_eq!((last["plan"].as_str(), new.approved), (Some(new.id.as_str()), None));
    assert_eq!((slugs(&stage, &new), new.parent), (vec!["bo".to_owned(), "cy".to_owned()], Some(old.id.clone())));
    assert_ne!(new.pack_sha256, old.pack_sha256);
    // The old plan is closed and says where it goes on; who is in doubt is still told.
    let into = format!("renewed as plan {}", new.id);
    stage.refused(&["run", old.id.as_str(), ORIGIN], 3, &into);
    stage.refused(&["plan", "renew", old.id.as_str()], 3, "was renewed already");
    let listed = stage.ok(&["plan", "list"]).out;
    assert!(listed.contains(&format!("renewed as {}", new.id)), "{listed}");
    assert!(listed.contains(&format!("not approved yet, what was left of {}", old.id)), "{listed}");
    let status = stage.run(&["status"]);
    assert_eq!(status.code, 8, "{}", status.out);
    assert!(status.out.contains(&format!("IN DOUBT: Ann Lee (ann) of plan {}", old.id)), "{}", status.out);
    // Settled as not done, nobody stays open in a plan that has ended.
    stage.ok(&["resolve", "ann", "--as", "not-done", "--reason", "looked"]);
    assert_eq!(stage.run(&["status"]).code, 0);
    assert!(stage.ok(&["plan", "show", old.id.as_str()]).out.contains("failed"));
    // A rehearsal of the new one lacks only a browser.
    stage.refused(&["run", "last", "--selectors", "pack", ORIGIN], 6, "");
}

#[test]
fn a_stale_plan_names_the_renewal_and_a_renewal_without_a_difference_makes_nothing() {
    let stage = Stage::with_rows(PEOPLE);
    let plan = plan_of(&stage, &["--name", "~e"]);
    assert!(stage.ok(&["plan", "renew", "last"]).err.contains("still fits as it is"));
    assert_eq!(stage.ledger().plans(&account()).unwrap().len(), 1);
    other_pack(&stage);
    let mend = format!("exeunt plan renew {}", plan.id);
    stage.refused(&["run", "last", "--selectors", "pack", ORIGIN], 3, &mend);
    assert!(stage.ok(&["plan", "show", "last", "--selectors", "pack"]).out.contains(&mend));
}

#[test]
fn a_plan_of_which_nobody_is_left_is_not_renewed_and_neither_is_one_that_another_process_works_on() {
    let stage = Stage::with_rows(PEOPLE);
    let plan = plan_of(&stage, &["--name", "ann lee"]);
    stage.ok(&["keep", "add", "ann"]);
    stage.refused(&["plan", "renew", "last"], 2, "nobody is left");
    assert_eq!(stage.ledger().plan(&account(), &plan.id).unwrap().dropped, None);
    let plan = plan_of(&stage, &["--name", "~e"]);
    stage.ok(&["keep", "add", "bo"]);
    let owner = stage.own();
    stage.refused(&["plan", "renew", plan.id.as_str()], 10, "exeunt status");
    drop(owner);
    assert_eq!(stage.ledger().plan(&account(), &plan.id).unwrap().dropped, None);
}

#[test]
fn a_plan_is_chosen_by_a_condition_in_sql_together_with_flags() {
    let stage = Stage::with_rows(PEOPLE);
    let said = stage.ok(&["plan", "new", "--where", "lower(company) = 'acme' OR company = ''", ORIGIN]);
    assert!(said.err.contains("  company: \"Acme\" 2, none 1"), "{}", said.err);
    assert!(said.out.contains("remove 3 connections"), "{}", said.out);
    let plan = plan_of(&stage, &["--where", "connected_on < '2016-01-01'", "--company", "acme"]);
    assert_eq!(slugs(&stage, &plan), ["ann", "bo"]);
    let said = stage.ok(&["list", "--where", "slug > 'b'", "--connected-before", "2016-01-01"]);
    assert!(said.err.contains("connected: \"2015\" 3") && said.err.contains("slug: \"bo\" 1"), "{}", said.err);
    let plans = stage.ledger().plans(&account()).unwrap().len();
    for condition in ["1) or (1", "slug IN (SELECT slug FROM person)", "1; DROP TABLE plan", "PRAGMA user_version"] {
        stage.refused(&["plan", "new", "--where", condition, ORIGIN], 2, "not accepted");
    }
    stage.refused(&["plan", "new", "--where", "0", ORIGIN], 2, "the plan would be empty");
    stage.refused(&["plan", "new", "--where", "1", "--people", "x", ORIGIN], 2, "cannot be used with");
    assert_eq!(stage.ledger().plans(&account()).unwrap().len(), plans);
}

/// `plan new --edit` with an editor that does this to the file `$1`.
fn edit(stage: &Stage, script: &str, arguments: &[&str]) -> Said {
    stage.file("editor.sh", script.as_bytes());
    let arguments = [&["plan", "new", "--edit", "--json", ORIGIN], arguments].concat();
    let mut command = stage.command(&arguments);
    command.env("EDITOR", "/bin/sh editor.sh").stdin(std::process::Stdio::null());
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// Lists that lie in the data directory.
fn drafts(stage: &Stage) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(stage.data()).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "txt")).collect()
}

#[test]
fn the_edited_list_is_the_plan_in_its_order() {
    let stage = Stage::with_rows(PEOPLE);
    let said =
        edit(&stage, "printf '# cy\\ndi\\nhttps://www.linkedin.com/in/ann/ # yes\\n' > \"$1\"", &["--name", "~e"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let plan = stage.ledger().plans(&account()).unwrap().pop().unwrap();
    assert_eq!(slugs(&stage, &plan), ["di", "ann"]);
    assert!(drafts(&stage).is_empty());
    // Left as it is, it is what the flags chose.
    let said = edit(&stage, "exit 0", &["--name", "~e"]);
    assert_eq!((said.code, &said.last()["people"]), (0, &3.into()), "{}", said.err);
    assert!(said.err.contains("was not changed"), "{}", said.err);
    // Whoever is kept stays out, also where the editor puts them in.
    stage.ok(&["keep", "add", "bo", "--reason", "family"]);
    let said = edit(&stage, "printf 'bo\\ncy\\n' > \"$1\"", &["--name", "~e"]);
    assert_eq!(&said.last()["people"], 1, "{}", said.err);
    assert!(said.err.contains("not Bo Ek: on the keep list (family)"), "{}", said.err);
}

#[test]
fn without_flags_the_editor_shows_everybody_and_chooses_nobody() {
    let stage = Stage::with_rows(PEOPLE);
    let said = edit(&stage, "exit 0", &[]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("names nobody"), "{}", said.err);
    let script = "while read -r line; do case \"$line\" in '#cy '*) echo \"${line#?}\";; *) echo \"$line\";; esac; done < \"$1\" > copy; \
                  while read -r line; do echo \"$line\"; done < copy > \"$1\"";
    let said = edit(&stage, script, &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    let plan = stage.ledger().plans(&account()).unwrap().pop().unwrap();
    assert_eq!(slugs(&stage, &plan), ["cy"]);
}

#[test]
fn a_list_that_is_not_understood_is_kept_and_makes_no_plan() {
    let stage = Stage::with_rows(PEOPLE);
    let said = edit(&stage, "printf 'ann\\nJohn Roe\\n' > \"$1\"", &["--name", "~e"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("the list: line 2: `John Roe` is no slug"), "{}", said.err);
    let [kept] = &drafts(&stage)[..] else { panic!("{:?}", drafts(&stage)) };
    assert!(said.err.contains(kept.to_str().unwrap()), "{}", said.err);
    assert_eq!(std::fs::read_to_string(kept).unwrap(), "ann\nJohn Roe\n");
    std::fs::remove_file(kept).unwrap();
    let said = edit(&stage, "printf 'ann\\nstranger\\n' > \"$1\"", &["--name", "~e"]);
    assert!(said.code == 3 && said.err.contains("line 2: `stranger` is not among"), "{}", said.err);
    std::fs::remove_file(&drafts(&stage)[0]).unwrap();
    for (script, part) in [
        ("exit 3", "answered 3: no plan was made"),
        ("> \"$1\"", "names nobody"),
        ("/bin/rm \"$1\"", "names nobody"),
        ("kill -9 $$", "no plan was made"),
    ] {
        let said = edit(&stage, script, &["--name", "~e"]);
        assert!(said.code == 2 && said.err.contains(part), "{script}: {}", said.err);
        assert!(drafts(&stage).is_empty(), "{script}");
    }
    stage.refused(&["plan", "new", "--edit", "--name", "~e", ORIGIN], 2, "no editor is named");
    assert!(stage.ledger().plans(&account()).unwrap().is_empty());
}

#[test]
fn a_plan_shows_what_it_means_and_that_a_small_one_is_done_today() {
    let stage = Stage::with_rows(PEOPLE);
    let said = stage.ok(&["plan", "new", "--company", "zenith", ORIGIN]);
    for part in ["1 person today", "3 connections of the 4 known", "of pictures", "endorsements and recommendations"] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let shown = stage.ok(&["plan", "show", "last"]).out;
    assert!(shown.contains("1 person today") && shown.contains("of the 4 known"), "{shown}");
}

#[test]
fn the_queue_of_all_approved_plans_is_shown_with_one_calendar() {
    let stage = Stage::with_rows(PEOPLE);
    let one = plan_of(&stage, &["--company", "acme"]);
    let two = plan_of(&stage, &["--company", "zenith"]);
    assert!(!stage.ok(&["status"]).out.contains("queue"), "nothing is approved yet");
    drop(stage.begun(&one));
    drop(stage.begun(&two));
    let said = stage.ok(&["status"]).out;
    let queue = format!("queue {} 2, {} 1: practice: no pacing; with `--pace real` 3 people today", one.id, two.id);
    assert!(said.contains(&queue), "{said}");
    let json = stage.ok(&["status", "--json"]).lines();
    let queue = json.iter().find(|line| line.get("queue").is_some()).unwrap();
    assert_eq!((&queue["left"], queue["queue"].as_array().unwrap().len()), (&3.into(), 2));
    let listed = stage.ok(&["plan", "list"]).out;
    assert!(listed.contains("approved: 2 still to do"), "{listed}");
}

#[test]
fn a_pause_holds_for_every_plan_until_it_is_resumed() {
    let stage = Stage::with_rows(PEOPLE);
    stage.ok(&["pause"]);
    plan_of(&stage, &["--company", "acme"]);
    let run = ["run", "last", "--webdriver", "http://127.0.0.1:9", ORIGIN];
    stage.refused(&run, 9, "exeunt resume");
    plan_of(&stage, &["--company", "zenith"]);
    stage.refused(&run, 9, "exeunt resume");
    stage.ok(&["resume"]);
    assert_ne!(stage.run(&run).code, 9);
}

#[test]
fn the_keep_list_grows_by_a_file_under_the_rules_of_every_list() {
    let stage = Stage::with_rows(PEOPLE);
    stage.file("family.txt", b"# family\nann\nhttps://www.linkedin.com/in/bo/\nann\n");
    let said = stage.ok(&["keep", "import", "family.txt", "--reason", "family"]);
    assert_eq!(said.out, "kept: Ann Lee (ann)\nkept: Bo Ek (bo)\n");
    assert!(said.err.contains("was on line 2 already"), "{}", said.err);
    stage.file("more.csv", b"slug,name,keep\nann,Ann,yes\ncy,Cy,x\ndi,Di,no\n");
    let said = stage.ok(&["keep", "import", "more.csv", "--json"]);
    assert_eq!(said.last()["added"], 1);
    let kept = stage.ok(&["keep", "list", "--json"]).lines();
    let names: Vec<_> = kept.iter().map(|line| line["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names, ["Ann Lee", "Bo Ek", "Cy Roe"]);
    // One line that is wrong, and nobody is kept.
    for (text, part) in [
        (&b"di\nstranger\n"[..], "line 2: `stranger` is not among"),
        (b"di\nDi Fox\n", "line 2: `Di Fox` is no slug"),
        (b"slug,remove\ndi,yes\n", "no column `keep`"),
        (b"slug,keep\ndi,perhaps\n", "neither yes nor no"),
        (b"", "asks for nobody"),
        (b"\xff\xfed\0i\0", "UTF-8"),
    ] {
        stage.file("bad.txt", text);
        stage.refused(&["keep", "import", "bad.txt"], 3, part);
    }
    stage.refused(&["keep", "import", "gone.txt"], 3, "gone.txt");
    assert_eq!(stage.ok(&["keep", "list", "--json"]).lines().len(), 3);
    assert_eq!(stage.typed(&["keep", "import", "-"], "di\n").code, 0);
}

#[test]
fn reasons_to_think_twice_are_a_column_with_a_legend_where_there_are_any() {
    let stage = Stage::with_rows(PEOPLE);
    assert!(!stage.ok(&["list"]).err.contains("think twice"));
    let rows: Vec<[String; 4]> =
        (0..30).map(|n| [format!("F{n}"), format!("L{n}"), format!("p{n}"), "Acme".to_owned()]).collect();
    let rows: Vec<[&str; 4]> = rows.iter().map(|row| row.each_ref().map(String::as_str)).collect();
    stage.file("many.csv", export_of(&rows).as_bytes());
    stage.ok(&["import", "many.csv"]);
    let said = stage.ok(&["list", "--name", "~F1"]);
    assert!(said.out.contains("1 of 30 there") && said.err.contains("(think twice: "), "{}{}", said.out, said.err);
    let json = stage.ok(&["list", "--name", "F1 L1", "--json"]).lines();
    assert!(json[0]["think_twice"].as_array().unwrap().iter().any(|reason| reason == "1 of 30 there"), "{json:?}");
    let said = stage.ok(&["plan", "new", "--name", "F1 L1", ORIGIN]);
    assert!(said.out.contains("1 of 30 there") && said.err.contains("(think twice: "), "{}", said.out);
}
