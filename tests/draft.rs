//! Recordings of other tools as drafts: what is written, what the check says of it, and what is never written.

use exeunt::flow::draft::{Draft, LARGEST, NoRecording, draft};
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
    let draft = draft(text, None).unwrap();
    let mut sources = embedded::sources();
    let words = sources.iter_mut().find(|source| source.name == "words/en.toml").unwrap();
    words.text.push_str(&draft.words);
    sources.push(Source { name: format!("flows/{}.toml", draft.name), text: draft.flow });
    sources.push(Source { name: format!("targets/{}.toml", draft.name), text: draft.targets });
    Pack::load(sources).map(|loaded| loaded.pack)
}

#[test]
fn a_recording_of_the_devtools_recorder() {
    let draft = draft(RECORDER, None).unwrap();
    let all = format!("{}{}{}{:?}", draft.flow, draft.targets, draft.words, draft.notes);
    assert!(!all.contains("hunter2") && !all.contains("so long") && !all.contains("token"), "{all}");
    insta::assert_snapshot!(format!("{}\n----\n{}\n----\n{}", draft.flow, draft.targets, draft.words));
}

#[test]
fn a_project_of_selenium_ide() {
    let draft = draft(SIDE, None).unwrap();
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
    let decided = draft(text, None).unwrap().flow.replace("effect = \"?\"", "effect = \"reversible\"");
    let made = draft(text, None).unwrap();
    let mut sources = embedded::sources();
    sources.iter_mut().find(|source| source.name == "words/en.toml").unwrap().text.push_str(&made.words);
    sources.push(Source { name: "flows/x.toml".to_owned(), text: decided });
    sources.push(Source { name: "targets/x.toml".to_owned(), text: made.targets });
    let loaded = Pack::load(sources).unwrap_or_else(|refused| panic!("{:?}", refused.mistakes));
    assert_eq!(loaded.pack.flows["x"].steps.len(), 2);
}

#[test]
fn what_is_no_recording_is_told() {
    assert!(matches!(draft("not json", None), Err(NoRecording::NoJson(_))));
    assert_eq!(draft("{}", None), Err(NoRecording::Unknown));
    assert_eq!(draft("[1]", None), Err(NoRecording::Unknown));
    assert_eq!(draft(r#"{"steps": []}"#, None), Err(NoRecording::Empty));
    assert_eq!(draft(r#"{"tests": []}"#, None), Err(NoRecording::Empty));
    assert_eq!(draft(&" ".repeat(LARGEST + 1), None), Err(NoRecording::TooLarge(LARGEST + 1)));
}

/// What Chrome records where somebody typed, clicked into the field again and then showed the password as a text.
const TYPED: &str = r##"{"title": "t", "steps": [
    {"type": "navigate", "url": "https://www.linkedin.com/login/"},
    {"type": "click", "selectors": [["#pw"], ["text/hunt"]]},
    {"type": "change", "value": "hunter2-and-more", "selectors": [["#pw"], ["text/hunter2-and"]]},
    {"type": "click", "selectors": [["xpath///*[@id=\"pw\"]"], ["#pw"], ["text/hunter2-and-more"]]},
    {"type": "click", "selectors": [["input[value='hunter2-and-more']"], ["aria/hunter2-and-more"], ["text/and-more"]]}
]}"##;

fn all_of(draft: &Draft) -> String {
    format!("{}\n{}\n{}\n{}\n{:?}", draft.name, draft.flow, draft.targets, draft.words, draft.notes)
}

#[test]
fn nothing_of_what_was_typed_is_in_a_draft_wherever_the_recorder_put_it() {
    let made = draft(TYPED, None).unwrap();
    let all = all_of(&made).to_lowercase();
    for part in ["hunt", "and-more", "and_more"] {
        assert!(!all.contains(part), "{part} in {all}");
    }
    assert!(all.contains("told by a typed text alone"), "{all}");
    // Typed before and after: order does not matter, and the other ways of the field stay.
    assert_eq!(made.flow.matches("click  = \"pw").count(), 2, "{}", made.flow);
}

#[test]
fn a_field_is_a_secret_unless_the_recording_says_that_it_is_a_plain_one() {
    for (selector, kind) in [
        ("aria/Hasło", "secret"),
        ("aria/パスワード", "secret"),
        ("aria/Salasana", "secret"),
        ("#x7", "secret"),
        ("[name='q7']", "secret"),
        ("input[title='q7'][name=q8]", "secret"),
        ("xpath///input[@name=\"q7\"]", "secret"),
        ("xpath///input[contains(@name, 'q7')]", "secret"),
        ("[name='search']", "text"),
        ("aria/Kod z e-maila", "secret"),
        ("aria/Search by name", "text"),
        ("aria/Name and password", "secret"),
        ("#email", "text"),
    ] {
        let step = serde_json::json!({"type": "change", "value": "v", "selectors": [[selector]]});
        let text = serde_json::json!({"title": "t", "steps": [step]}).to_string();
        let made = draft(&text, None).unwrap();
        assert!(made.flow.contains(&format!(" = \"{kind}\" }}")), "{selector}: {}", made.flow);
        assert_eq!(made.notes.iter().any(|note| note.contains("make `text`")), kind == "secret", "{:?}", made.notes);
    }
}

#[test]
fn what_a_flow_does_otherwise_is_kept_or_marked_and_never_turned_into_something_else() {
    let steps = [
        (r##"{"type": "click", "button": "secondary", "selectors": [["#a"]]}"##, "click with the secondary button"),
        (r##"{"type": "click", "button": "back", "selectors": [["#a"]]}"##, "click with the back button"),
        (r##"{"type": "click", "button": "auxiliary", "selectors": [["#a"]]}"##, "click with the auxiliary button"),
        (r##"{"type": "click", "duration": 900.5, "selectors": [["#a"]]}"##, "click that is held"),
        (r##"{"type": "click", "button": "primary", "duration": 80, "selectors": [["#a"]]}"##, "click  = \"a\""),
        (r##"{"type": "waitForElement", "visible": false, "selectors": [["#a"]]}"##, "expect = { gone = \"a\""),
        (
            r##"{"type": "waitForElement", "operator": "==", "count": 0, "selectors": [["#a"]]}"##,
            "expect = { gone = \"a\"",
        ),
        (r##"{"type": "waitForElement", "selectors": [["#a"]]}"##, "expect = { see = \"a\""),
        (r##"{"type": "waitForElement", "count": 0, "selectors": [["#a"]]}"##, "waitForElement with a count >= 0"),
        (r##"{"type": "waitForElement", "count": 3, "selectors": [["#a"]]}"##, "waitForElement with a count >= 3"),
        (
            r##"{"type": "waitForElement", "properties": {"checked": true}, "selectors": [["#a"]]}"##,
            "waitForElement with properties",
        ),
        (
            r##"{"type": "waitForElement", "attributes": {"open": ""}, "selectors": [["#a"]]}"##,
            "waitForElement with attributes",
        ),
        (
            r##"{"type": "change", "value": "DE", "selectors": [["aria/Country[role=\"listbox\"]"], ["select#c"]]}"##,
            "choose = { in = \"country\", option = { word = \"de_word\" } }",
        ),
        (r##"{"type": "change", "value": "on", "selectors": [["input[type='radio']"]]}"##, "check  = { target = "),
        (
            r##"{"type": "change", "value": "false", "selectors": [["aria/Keep[role=\"checkbox\"]"]]}"##,
            "check  = { target = \"keep\", to = false }",
        ),
        (
            r##"{"type": "change", "value": "${mail}", "selectors": [["aria/Email"]]}"##,
            "fill   = { into = \"email\", with = \"{{mail}}\" }",
        ),
    ];
    for (step, wanted) in steps {
        let made = draft(&format!(r#"{{"title": "t", "steps": [{step}]}}"#), None).unwrap();
        assert!(made.flow.contains(wanted), "{step}: no {wanted} in {}", made.flow);
        // A step that is marked has no verb: the check refuses it until a person has decided.
        assert_eq!(wanted.contains(" = "), !made.flow.contains("a flow has no verb"), "{step}: {}", made.flow);
    }
}

const PROJECT: &str = r#"{"id": "1", "version": "2.0", "name": "p", "url": "https://www.linkedin.com", "tests": [
    {"id": "1", "name": "one", "commands": [{"command": "click", "target": "id=one", "targets": [], "value": ""}]},
    {"id": "2", "name": "two", "commands": [
      {"command": "select", "target": "id=land", "targets": [], "value": "label=Germany"},
      {"command": "type", "target": "name=mail", "targets": [["tag=input", "tag"], ["link=Mail", "link"]], "value": "${mail}"},
      {"command": "click", "target": "css=.${which}", "targets": [["linkText=Open", "linkText"], ["class=deep", "class"]], "value": ""},
      {"command": "waitForElementNotVisible", "target": "id=busy", "targets": [], "value": "2000"}
    ]}
]}"#;

#[test]
fn each_test_of_a_project_can_be_named() {
    let first = draft(PROJECT, None).unwrap();
    assert_eq!(first.name, "one");
    assert!(
        first.notes.iter().any(|note| note.contains("`--test NAME`") && note.contains("`two`")),
        "{:?}",
        first.notes
    );
    let second = draft(PROJECT, Some("two")).unwrap();
    let all = all_of(&second);
    for part in [
        "choose = { in = \"land\", option = { word = \"germany_word\" } }",
        "with = \"{{mail}}\"",
        "[class~='deep']",
        "click  = \"open\"",
        "expect = { gone = \"busy\", within = \"2s\" }",
        "`tag=…`",
        "`css=${…}`",
    ] {
        assert!(all.contains(part), "no {part} in {all}");
    }
    let known = vec!["one".to_owned(), "two".to_owned()];
    assert_eq!(draft(PROJECT, Some("three")), Err(NoRecording::NoTest { wanted: "three".to_owned(), known }));
    let told = draft(RECORDER, Some("one")).unwrap_err().to_string();
    assert_eq!(told, "has no tests, so none is called `one`");
}
