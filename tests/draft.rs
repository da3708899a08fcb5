//! Recordings of other tools as drafts: what is written, what the check says of it, and what is never written.

use exeunt::flow::draft::{LARGEST, NoRecording, draft};
use exeunt::flow::mistake::{Kind, Refused};
use exeunt::flow::pack::Pack;
use exeunt::flow::span::Source;
use exeunt::pack::embedded;

const RECORDER: &str = r##"{
  "title": "Close my account!",
  "steps": [
    {"type": "setViewport", "width": 1280, "height": 720, "deviceScaleFactor": 1, "isMobile": false, "hasTouch": false, "isLandscape": false},
    {"type": "navigate", "url": "https://www.linkedin.com/settings/?token=abc#x", "assertedEvents": [{"type": "navigation", "url": "https://www.linkedin.com/", "title": ""}]},
    {"type": "click", "target": "main", "selectors": [["aria/Close account[role=\"button\"]"], ["#close"], ["xpath///*[@id=\"close\"]"], ["pierce/#close"], ["text/Close account"]]},
    {"type": "change", "value": "hunter2", "selectors": [["aria/Password"], ["#pw"]], "target": "main"},
    {"type": "change", "value": "so long", "selectors": ["aria/Reason", "#why"]},
    {"type": "keyDown", "key": "Enter"}, {"type": "keyUp", "key": "Enter"}, {"type": "keyDown", "key": "h"},
    {"type": "click", "selectors": [["app-root", "button.deep"]], "offsetX": 1, "offsetY": 2},
    {"type": "click", "selectors": [["#in-frame"]], "frame": [0, 1]},
    {"type": "hover", "selectors": [["#x"]]},
    {"type": "waitForElement", "selectors": [["#done"]], "timeout": 2500},
    {"type": "waitForExpression", "expression": "alert(1)"},
    {"type": "customStep", "name": "x\n[[step]]\nid = \"evil\"", "parameters": {}}
  ]
}"##;
const SIDE: &str = r#"{
  "id": "1", "version": "2.0", "name": "p", "url": "https://www.linkedin.com",
  "tests": [
    {"id": "0", "name": "empty", "commands": []},
    {"id": "2", "name": "Sign in", "commands": [
      {"id": "a", "command": "open", "target": "/login/", "targets": [], "value": ""},
      {"id": "b", "command": "setWindowSize", "target": "1280x720", "targets": [], "value": ""},
      {"id": "c", "command": "type", "target": "id=session_password", "targets": [["id=session_password", "id"], ["css=#session_password", "css:finder"], ["xpath=//input[@id='session_password']", "xpath:attributes"]], "value": "hunter2"},
      {"id": "d", "command": "sendKeys", "target": "id=session_password", "targets": [], "value": "${KEY_ENTER}"},
      {"id": "e", "command": "check", "target": "name=keep", "targets": [], "value": ""},
      {"id": "f", "command": "click", "target": "linkText=Join now", "targets": [], "value": ""},
      {"id": "g", "command": "//click", "target": "css=.off", "targets": [], "value": ""},
      {"id": "h", "command": "", "target": "", "targets": [], "value": ""},
      {"id": "i", "command": "executeScript", "target": "return document.cookie", "targets": [], "value": "c"},
      {"id": "j", "command": "selectFrame", "target": "index=0", "targets": [], "value": ""}
    ]}
  ]
}"#;

/// The built-in pack with a draft in it.
fn with(text: &str) -> Result<Pack, Box<Refused>> {
    let draft = draft(text).unwrap();
    let mut sources = embedded::sources();
    let words = sources.iter_mut().find(|source| source.name == "words/en.toml").unwrap();
    words.text.push_str(&draft.words);
    sources.push(Source { name: format!("flows/{}.toml", draft.name), text: draft.flow });
    sources.push(Source { name: format!("targets/{}.toml", draft.name), text: draft.targets });
    Pack::load(sources).map(|loaded| loaded.pack)
}

#[test]
fn a_recording_of_the_devtools_recorder() {
    let draft = draft(RECORDER).unwrap();
    let all = format!("{}{}{}{:?}", draft.flow, draft.targets, draft.words, draft.notes);
    assert!(!all.contains("hunter2") && !all.contains("so long") && !all.contains("token"), "{all}");
    insta::assert_snapshot!(format!("{}\n----\n{}\n----\n{}", draft.flow, draft.targets, draft.words));
}

#[test]
fn a_project_of_selenium_ide() {
    let draft = draft(SIDE).unwrap();
    let all = format!("{}{}{}{:?}", draft.flow, draft.targets, draft.words, draft.notes);
    assert!(!all.contains("hunter2") && !all.contains("cookie"), "{all}");
    insta::assert_snapshot!(format!("{}\n----\n{}\n----\n{}", draft.flow, draft.targets, draft.words));
}

#[test]
fn a_draft_is_refused_for_what_a_person_must_decide_and_for_nothing_else() {
    for recording in [RECORDER, SIDE] {
        let refused = with(recording).unwrap_err();
        let undecided = refused.mistakes.iter().filter(|mistake| mistake.kind == Kind::EffectUndecided).count();
        assert!(undecided >= 3, "{undecided}");
        for mistake in &refused.mistakes {
            let expected = matches!(mistake.kind, Kind::EffectUndecided | Kind::NoVerb | Kind::SecretTarget(_));
            assert!(
                expected || mistake.severity() == exeunt::flow::mistake::Severity::Warning,
                "{:?}",
                mistake.wording()
            );
        }
    }
}

#[test]
fn a_decided_draft_is_a_flow() {
    let text = r##"{"title": "x", "steps": [{"type": "navigate", "url": "https://www.linkedin.com/a/"}, {"type": "click", "selectors": [["aria/Open[role=\"button\"]"], ["#o"]]}]}"##;
    let decided = draft(text).unwrap().flow.replace("effect = \"?\"", "effect = \"reversible\"");
    let made = draft(text).unwrap();
    let mut sources = embedded::sources();
    sources.iter_mut().find(|source| source.name == "words/en.toml").unwrap().text.push_str(&made.words);
    sources.push(Source { name: "flows/x.toml".to_owned(), text: decided });
    sources.push(Source { name: "targets/x.toml".to_owned(), text: made.targets });
    let loaded = Pack::load(sources).unwrap_or_else(|refused| panic!("{:?}", refused.mistakes));
    assert_eq!(loaded.pack.flows["x"].steps.len(), 2);
}

#[test]
fn what_is_no_recording_is_told() {
    assert!(matches!(draft("not json"), Err(NoRecording::NoJson(_))));
    assert_eq!(draft("{}"), Err(NoRecording::Unknown));
    assert_eq!(draft("[1]"), Err(NoRecording::Unknown));
    assert_eq!(draft(r#"{"steps": []}"#), Err(NoRecording::Empty));
    assert_eq!(draft(r#"{"tests": []}"#), Err(NoRecording::Empty));
    assert_eq!(draft(&" ".repeat(LARGEST + 1)), Err(NoRecording::TooLarge(LARGEST + 1)));
}
