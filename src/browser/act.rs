//! Clicks and keystrokes as W3C actions: one command each, with the *element* as the pointer's origin.

use serde_json::{Value, json};

use super::page::Reply;
use super::wire::{Command, ELEMENT_KEY};

/// The key that goes with `a` to select all.
const SELECT_ALL_WITH: char = if cfg!(target_os = "macos") { '\u{e03d}' } else { '\u{e009}' };
const BACKSPACE: char = '\u{e003}';

/// A click on the middle of an element.
pub(super) fn click(element: &str) -> Command {
    actions(json!([pointer(element)]))
}

/// A click on a text box, then everything in it is selected and typed over. An empty text deletes what was there.
///
/// All keys are released again at the end of the command.
pub(super) fn fill(element: &str, text: &str) -> Command {
    // One pause for each tick of the pointer: move, press, release.
    let mut keys = vec![json!({"type": "pause"}), json!({"type": "pause"}), json!({"type": "pause"})];
    keys.push(key("keyDown", SELECT_ALL_WITH));
    tap(&mut keys, 'a');
    keys.push(key("keyUp", SELECT_ALL_WITH));
    if text.is_empty() {
        tap(&mut keys, BACKSPACE);
    }
    text.chars().for_each(|one| tap(&mut keys, one));
    actions(json!([pointer(element), {"type": "key", "id": "keys", "actions": keys}]))
}

/// Whether a text holds a character that would be carried out instead of written: a line end sends a form in one browser and
/// is dropped by another, and the protocol gives characters for private use the meaning of keys.
pub(super) fn holds_key(text: &str) -> bool {
    text.chars().any(|c| c.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&c))
}

/// One key by its name in flow files, or none where the name is unknown.
pub(super) fn press(name: &str) -> Option<Command> {
    let value = match name {
        "Escape" => '\u{e00c}',
        "Enter" => '\u{e007}',
        "Tab" => '\u{e004}',
        _ => return None,
    };
    let mut keys = Vec::new();
    tap(&mut keys, value);
    Some(actions(json!([{"type": "key", "id": "keys", "actions": keys}])))
}

/// Asks for the text of the prompt that is open.
pub(super) fn prompt_text() -> Command {
    Command::get("alert/text")
}

/// Answers the prompt that is open.
pub(super) fn answer(with: Reply) -> Command {
    let path = match with {
        Reply::Accept => "alert/accept",
        Reply::Dismiss => "alert/dismiss",
    };
    Command::post(path, &json!({}))
}

fn actions(sources: Value) -> Command {
    Command::post("actions", &json!({ "actions": sources }))
}

fn pointer(element: &str) -> Value {
    json!({
        "type": "pointer",
        "id": "mouse",
        "parameters": {"pointerType": "mouse"},
        "actions": [
            {"type": "pointerMove", "duration": 0, "origin": {ELEMENT_KEY: element}, "x": 0, "y": 0},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ],
    })
}

fn tap(keys: &mut Vec<Value>, one: char) {
    keys.push(key("keyDown", one));
    keys.push(key("keyUp", one));
}

fn key(kind: &str, value: char) -> Value {
    json!({"type": kind, "value": value.to_string()})
}
