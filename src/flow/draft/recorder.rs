//! The JSON of the Chrome DevTools Recorder, as it is and as its versions differ: selectors flat or nested, offsets or none.

use serde_json::Value;

use super::recording::{Act, Locator, MOST_STEPS, Picked, Recording, Typed, Until, key, text_of};

/// A click of more milliseconds is one that the page may tell from a short one.
const LONG_CLICK: f64 = 500.0;

/// Reads a recording, or none where the JSON is something else.
pub(super) fn read(value: &Value) -> Option<Recording> {
    let steps = value.get("steps")?.as_array()?;
    let mut notes = Vec::new();
    if steps.len() > MOST_STEPS {
        notes.push(format!("the recording has {} steps; the first {MOST_STEPS} are here", steps.len()));
    }
    let acts = steps.iter().take(MOST_STEPS).filter_map(act).collect();
    let title = match text_of(value, "title") {
        "" => "recorded",
        title => title,
    };
    Some(Recording { title: title.to_owned(), acts, notes })
}

fn act(step: &Value) -> Option<Act> {
    let kind = text_of(step, "type");
    let framed = step.get("frame").and_then(Value::as_array).is_some_and(|frame| !frame.is_empty());
    let elsewhere = !matches!(text_of(step, "target"), "" | "main");
    if framed || elsewhere {
        return Some(Act::Unknown(format!("{kind}, in {}", if framed { "a frame" } else { "another tab" })));
    }
    let locators = locators(step);
    match kind {
        // How large the window was and how it was scrolled says nothing: an element is brought into view anyway.
        "setViewport" | "scroll" | "emulateNetworkConditions" | "close" => None,
        "navigate" => Some(Act::Goto(text_of(step, "url").to_owned())),
        "click" if !locators.is_empty() => Some(match unlike_a_click(step) {
            Some(how) => Act::Unknown(how),
            None => Act::Click(locators),
        }),
        "change" if !locators.is_empty() => Some(change(locators, text_of(step, "value"))),
        "waitForElement" if !locators.is_empty() => Some(wait(step, locators)),
        "keyDown" => Some(key(text_of(step, "key")).map_or_else(|| Act::Unknown("keyDown".to_owned()), Act::Press)),
        "keyUp" => None,
        _ => Some(Act::Unknown(kind.to_owned())),
    }
}

/// How a click differs from the only one that a flow makes, which is short and with the main button.
fn unlike_a_click(step: &Value) -> Option<String> {
    if let button @ ("secondary" | "auxiliary" | "back" | "forward") = text_of(step, "button") {
        return Some(format!("click with the {button} button"));
    }
    let is_long = step.get("duration").and_then(Value::as_f64).is_some_and(|millis| millis > LONG_CLICK);
    is_long.then(|| "click that is held".to_owned())
}

/// The recorder changes whatever has a value: fields, lists of options, boxes and radio buttons.
fn change(locators: Vec<Locator>, value: &str) -> Act {
    let is = |tag, roles: &[&str]| locators.iter().any(|locator| locator.is_of(tag, roles));
    if is(Some("select"), &["listbox"]) {
        return Act::Choose(locators, Picked::Value(value.to_owned()));
    }
    if is(None, &["checkbox", "radio", "switch"]) {
        return Act::Check(locators, !matches!(value, "false" | "off" | ""));
    }
    Act::Fill(locators, Typed(value.to_owned()))
}

fn wait(step: &Value, locators: Vec<Locator>) -> Act {
    let demands: Vec<&str> = ["properties", "attributes"]
        .into_iter()
        .filter(|key| step.get(*key).and_then(Value::as_object).is_some_and(|map| !map.is_empty()))
        .collect();
    if !demands.is_empty() {
        return Act::Unknown(format!("waitForElement with {}", demands.join(" and ")));
    }
    let count = step.get("count").and_then(Value::as_u64).unwrap_or(1);
    let operator = match text_of(step, "operator") {
        "" => ">=",
        operator => operator,
    };
    let is_visible = step.get("visible").and_then(Value::as_bool).unwrap_or(true);
    let until = match (operator, count, is_visible) {
        (">=" | "==", 1, true) => Until::There,
        (">=" | "==", 1, false) | ("==" | "<=", 0, true) => Until::Gone,
        _ => return Act::Unknown(format!("waitForElement with a count {operator} {count}")),
    };
    let timeout = step.get("timeout").and_then(Value::as_u64).unwrap_or(5000);
    Act::Wait(locators, until, timeout.div_ceil(1000))
}

fn locators(step: &Value) -> Vec<Locator> {
    let selectors = step.get("selectors").and_then(Value::as_array);
    selectors.into_iter().flatten().filter_map(one_of_chain).filter_map(locator).collect()
}

/// A selector is a text, or a chain of texts through shadow roots, of which the last tells the element: flows look through
/// open shadow roots anyway.
fn one_of_chain(selector: &Value) -> Option<&str> {
    match selector {
        Value::String(text) => Some(text),
        Value::Array(chain) => chain.last().and_then(Value::as_str),
        _ => None,
    }
}

fn locator(text: &str) -> Option<Locator> {
    if let Some(name) = text.strip_prefix("aria/") {
        let (name, role) = match name.split_once("[role=\"") {
            Some((name, role)) => (name, role.strip_suffix("\"]")),
            None => (name, None),
        };
        return (!name.trim().is_empty()).then(|| Locator::Named(role.map(str::to_owned), name.to_owned()));
    }
    if let Some(xpath) = text.strip_prefix("xpath/") {
        return Some(Locator::Xpath(xpath.to_owned()));
    }
    if let Some(words) = text.strip_prefix("text/") {
        return Some(Locator::Text(words.to_owned()));
    }
    let css = text.strip_prefix("pierce/").or_else(|| text.strip_prefix("css/")).unwrap_or(text);
    (!css.trim().is_empty()).then(|| Locator::Css(css.to_owned()))
}
