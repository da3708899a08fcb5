//! What messages say: in words, with what is meant, and with the next command right behind the words that lead to it.

use std::process::Stdio;

use super::stage::{ORIGIN, Stage};

/// What only programmers say.
const OF_LIBRARIES: [&str; 9] = [
    "os error",
    "No such file",
    "entity",
    "invalid digit",
    "ParseIntError",
    "Some(",
    "failed to parse",
    "target type",
    "..=",
];

/// Both streams as a terminal shows them, one line after another.
fn together(stage: &Stage, arguments: &[&str]) -> String {
    let place = stage.path("shown");
    let file = std::fs::File::create(&place).unwrap();
    let mut command = stage.command(arguments);
    command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file).status().unwrap();
    std::fs::read_to_string(place).unwrap()
}

/// The line behind the one with these words.
fn behind<'t>(text: &'t str, words: &str) -> &'t str {
    text.lines().skip_while(|line| !line.contains(words)).nth(1).unwrap_or_else(|| panic!("no `{words}`: {text}"))
}

#[test]
fn a_number_or_a_day_that_is_refused_says_what_would_do() {
    let stage = Stage::with_people();
    let day = "it must be a day of the calendar, written as year, month and day: 2016-05-31";
    for (arguments, wanted) in [
        (&["run", "last", "--limit", "many"][..], "a whole number between 1 and 30000"),
        (&["scan", "--limit", "0"], "a whole number between 1 and 30000"),
        (&["practice", "--port", "65536"], "a whole number between 0 and 65535"),
        (&["practice", "--people", "1e3"], "a whole number between 0 and 100000"),
        (&["evidence", "purge", "--older-than", "1.5"], "a whole number between 0 and 36500"),
        (&["save-data", "--wait", "--for", "2"], "a time such as `90s`, `10m` or `2h`, between 1 s and 30 days"),
        (&["practice", "--export-delay=-1s"], "a time such as `90s`, `10m` or `2h`, between 0 s and 30 days"),
        (&["list", "--connected-before", "2011-13-01"], day),
        (&["plan", "new", "--connected-after", "01.06.2011"], day),
        (&["pause", "--until", "tomorrow"], day),
    ] {
        let said = stage.refused(arguments, 2, wanted);
        let told = OF_LIBRARIES.iter().find(|words| said.err.contains(**words));
        assert_eq!(told, None, "{arguments:?}: {}", said.err);
        let json = stage.ok_or(&[arguments, &["--json"]].concat(), 2).last();
        assert!(json["reason"].as_str().unwrap().contains(wanted), "{json}");
    }
}

#[test]
fn no_word_of_a_library_reaches_the_eye() {
    let stage = Stage::with_people();
    stage.file("file", b"x");
    let missing = "there is no such file or folder";
    for (arguments, wanted) in [
        (&["keep", "import", "nowhere.txt"][..], missing),
        (&["plan", "new", "--people", "nowhere.txt"], missing),
        (&["selectors", "lint", "nowhere"], missing),
        (&["selectors", "import", "nowhere.json"], missing),
        (&["practice", "--write-export", "nowhere/x.csv"], missing),
        (&["man", "file/x"], "a part of this path is a file and no folder"),
        (&["config", "show", "--config", "file/x"], "a part of this path is a file and no folder"),
        (&["status", "--data-dir", "file/x"], "is a file, and a folder is wanted there"),
    ] {
        let said = stage.run(arguments);
        assert!(said.code != 0 && said.err.contains(wanted), "{arguments:?}: {}: {}", said.code, said.err);
        let told = OF_LIBRARIES.iter().find(|words| said.err.contains(**words));
        assert_eq!(told, None, "{arguments:?}: {}", said.err);
    }
}

const MISFIT: &str = "step `menu` (flows/remove-from-list.toml:12:3) does not fit the page: `remove_item` is not there: nothing on \
                      the page fits; nearest on the page: menuitem `Cut <tie>` (wanted is the name `Remove connection`); if it \
                      is meant: remove_item = [\"Remove connection\", \"Cut <tie>\"] in words/en.toml; or button `Later` (wanted is a \
                      menuitem)";

#[test]
fn a_page_that_does_not_fit_is_told_part_by_part_with_the_three_commands_that_go_on() {
    let (stage, plan) = Stage::with_plan();
    stage.latch_for(&plan, ("drift", MISFIT), None);
    let said = together(&stage, &["incident", "show", "last"]);
    for part in [
        "  step      `menu`, in flows/remove-from-list.toml:12:3 of the pack\n",
        "  wanted    `remove_item`\n",
        "  but it    is not there: nothing on the page fits\n",
        "  nearest on the page   how it differs\n",
        "  menuitem `Cut <tie>`  wanted is the name `Remove connection`\n",
        "  button `Later`        wanted is a menuitem\n",
        "  add this word, if that is what is meant: in words/en.toml the line becomes\n  remove_item = [\"Remove connection\", \"Cut <tie>\"]\n",
    ] {
        assert!(said.contains(part), "no `{part}`: {said}");
    }
    let lead_in = "a copy of the pack, a look at it when you have mended it, and a new beginning with it:\n";
    let (_, commands) = said.split_once(lead_in).unwrap();
    let commands: Vec<&str> = commands.lines().take(3).map(str::trim).collect();
    // A plan holds for the pack that it was made with.
    let again = format!("exeunt plan renew {} --selectors my-pack", plan.id);
    let wanted = ["exeunt selectors eject my-pack", "exeunt selectors lint my-pack", &again];
    assert!(commands.iter().zip(wanted).all(|(command, wanted)| command.starts_with(wanted)), "{said}");
    let json = stage.ok(&["incident", "show", "last", "--json"]).lines();
    assert_eq!(json[0]["why"], MISFIT);
    // Whose own pack does not fit has a copy already.
    stage.ok(&["selectors", "eject", "own"]);
    let said = together(&stage, &["incident", "show", "last", "--selectors", "own"]);
    assert!(!said.contains("selectors eject"), "{said}");
    let look = behind(&said, "a look at your pack when you have mended it, and a new beginning with it:");
    assert!(look.trim().starts_with("exeunt selectors lint --selectors /"), "{said}");
}

#[test]
fn words_that_lead_to_a_command_stand_right_before_it() {
    let (stage, plan) = Stage::with_plan();
    stage.latch_for(&plan, ("fall", "somebody is missing"), None);
    let said = together(&stage, &["incident", "show", "last"]);
    assert!(behind(&said, ", once it is cleared:").starts_with("exeunt scan"), "{said}");
    let said = together(&stage, &["incident", "clear", "last", "--reason", "I looked"]);
    assert!(said.contains("is cleared") && behind(&said, "names who is missing").starts_with("exeunt scan"), "{said}");
    let said = together(&stage, &["plan", "new", "--connected-before", "2030-01-01", ORIGIN]);
    assert!(behind(&said, "A rehearsal comes next:").starts_with("exeunt run P"), "{said}");
}
