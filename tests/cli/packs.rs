//! Packs and what is made for them: schemas, drafts, and files that try to say more than a pack may.

use super::stage::Stage;

const RECORDING: &str = r##"{"title": "Open the list", "steps": [
  {"type": "navigate", "url": "https://www.linkedin.com/mynetwork/"},
  {"type": "click", "selectors": [["aria/Show all[role=\"link\"]"], ["a.all"]]},
  {"type": "change", "value": "hunter2", "selectors": [["aria/Password"], ["input[type='password']"]]}]}"##;

#[test]
fn a_recording_becomes_a_draft_in_a_pack_which_lint_refuses_until_a_person_decides() {
    let stage = Stage::new();
    stage.ok(&["selectors", "eject", "pack"]);
    stage.file("recording.json", RECORDING.as_bytes());
    let shown = stage.ok(&["selectors", "import", "recording.json"]);
    assert!(shown.out.contains("flow   = \"open-the-list\"") && !shown.out.contains("hunter2"), "{}", shown.out);
    stage.ok(&["selectors", "import", "recording.json", "--into", "pack"]);
    let refused = stage.refused(&["selectors", "lint", "pack"], 3, "nobody has decided what this step does");
    assert!(refused.err.contains("flows/open-the-list.toml:"), "{}", refused.err);
    let flow = stage.path("pack/flows/open-the-list.toml");
    let text = std::fs::read_to_string(&flow).unwrap();
    assert!(text.contains("password = \"secret\"") && !text.contains("hunter2"), "{text}");
    stage.refused(&["selectors", "import", "recording.json", "--into", "pack"], 2, "open-the-list.toml");
    stage.file("other.json", b"{\"steps\": 1}");
    stage.refused(&["selectors", "import", "other.json"], 3, "is no recording");
    stage.file("torn.json", b"{\"steps\": [");
    stage.refused(&["selectors", "import", "torn.json"], 3, "is no JSON");
    stage.refused(&["selectors", "import", "nowhere.json"], 3, "nowhere.json");
    stage.refused(&["selectors", "import", "recording.json", "--test", "one"], 3, "has no tests");

    // A recording of another site is none for this pack, shown or written.
    stage
        .file("elsewhere.json", RECORDING.replace("www.linkedin.com", "example.org").replace("Open", "See").as_bytes());
    let why = "it is a recording of https://example.org, and the pack is for https://www.linkedin.com";
    stage.refused(&["selectors", "import", "elsewhere.json"], 3, why);
    stage.refused(&["selectors", "import", "elsewhere.json", "--into", "pack"], 3, why);
    assert!(!stage.path("pack/flows/see-the-list.toml").exists());
}

#[test]
fn a_schema_is_printed_as_it_lies_beside_the_pack() {
    let stage = Stage::new();
    stage.ok(&["selectors", "eject", "pack"]);
    for kind in ["flow", "site", "targets", "words"] {
        let said = stage.ok(&["selectors", "schema", kind]);
        let file = std::fs::read_to_string(stage.path(&format!("pack/{kind}.schema.json"))).unwrap();
        assert_eq!(said.out, file);
    }
    assert_eq!(stage.ok(&["selectors", "schema"]).out, stage.ok(&["selectors", "schema", "flow"]).out);
    stage.refused(&["selectors", "schema", "plan"], 2, "there is no schema `plan`");
}

#[test]
fn a_pack_of_an_older_format_is_read_and_the_difference_shown() {
    let stage = Stage::new();
    stage.ok(&["selectors", "eject", "pack"]);
    let path = stage.path("pack/flows/list-total.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let older = text.replace("format = 1", "format = 0").replace("within =", "timeout =");
    std::fs::write(&path, &older).unwrap();
    let said = stage.ok(&["selectors", "lint", "pack"]);
    assert!(said.err.contains("`timeout` is read as `within`"), "{}", said.err);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), older, "nothing is written back");
    std::fs::write(&path, text.replace("format = 1", "format = 2")).unwrap();
    stage.refused(&["selectors", "lint", "pack"], 3, "newer than this program");
}

#[test]
fn neither_a_pack_nor_a_settings_file_starts_the_browser_another_way() {
    let stage = Stage::new();
    stage.ok(&["selectors", "eject", "pack"]);
    let site = stage.path("pack/site.toml");
    let text = std::fs::read_to_string(&site).unwrap();
    for line in
        ["args = [\"--disable-web-security\"]", "binary = \"/tmp/x\"", "prefs = { a = 1 }", "profile = \"p.zip\""]
    {
        std::fs::write(&site, text.replace("format  = 1", &format!("format  = 1\n{line}"))).unwrap();
        stage.refused(&["selectors", "lint", "pack"], 3, "a pack says nothing about the browser");
    }
    for line in
        ["args = [\"--disable-web-security\"]", "prefs = { a = 1 }", "extensions = [\"x.crx\"]", "profile = \"p.zip\""]
    {
        stage.file("settings.toml", format!("[browser]\n{line}\n").as_bytes());
        let key = line.split(' ').next().unwrap();
        stage.refused(&["status", "--config", "settings.toml"], 3, key);
    }
}

#[test]
fn a_pack_for_another_site_is_not_given_the_account() {
    let stage = Stage::new();
    stage.ok(&["selectors", "eject", "pack"]);
    let site = stage.path("pack/site.toml");
    let text = std::fs::read_to_string(&site).unwrap();
    std::fs::write(&site, text.replace("https://www.linkedin.com", "https://social.example")).unwrap();
    stage.ok(&["selectors", "lint", "pack"]);
    stage.refused(&["login", "--selectors", "pack"], 3, "the flow pack is for https://social.example");
}

#[test]
fn a_flow_of_a_million_steps_is_refused_at_once() {
    let stage = Stage::new();
    stage.ok(&["selectors", "eject", "pack"]);
    let steps = "[[step]]\nid=\"a\"\nwait=true\n".repeat(1_000_000);
    stage.file("pack/flows/many.toml", format!("format = 1\n{steps}").as_bytes());
    stage.refused(&["selectors", "lint", "pack"], 3, "at most 262144 are read");
    let steps: String = (0..101).map(|at| format!("[[step]]\nid = \"s{at}\"\npress = \"Tab\"\n")).collect();
    let flow = format!("format = 1\nflow = \"many\"\nseen = \"never\"\n{steps}");
    stage.file("pack/flows/many.toml", flow.as_bytes());
    stage.refused(&["selectors", "lint", "pack"], 3, "too much: 101 steps in one flow");
}
