//! A Selenium IDE project (`.side`), of any of its versions.

use serde_json::Value;

use super::recording::{Act, Locator, MOST_STEPS, Recording, key, text_of};

/// Reads the first test of a project that has commands, or none where the JSON is something else.
pub(super) fn read(value: &Value) -> Option<Recording> {
    let tests = value.get("tests")?.as_array()?;
    let commands = |test: &Value| test.get("commands").and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(test) = tests.iter().find(|test| !commands(test).is_empty()) else {
        return Some(Recording { title: String::new(), acts: Vec::new(), notes: Vec::new() });
    };
    let commands = commands(test);
    let mut notes = Vec::new();
    if tests.len() > 1 {
        notes.push(format!("the project has {} tests; this is the first that has commands", tests.len()));
    }
    if commands.len() > MOST_STEPS {
        notes.push(format!("the test has {} commands; the first {MOST_STEPS} are here", commands.len()));
    }
    let base = text_of(value, "url");
    let acts = commands.iter().take(MOST_STEPS).filter_map(|command| act(command, base)).collect();
    Some(Recording { title: text_of(test, "name").to_owned(), acts, notes })
}

fn act(command: &Value, base: &str) -> Option<Act> {
    let name = text_of(command, "command");
    // A command that is switched off begins with `//`; an empty one is a blank row.
    if name.is_empty() || name.starts_with("//") {
        return None;
    }
    let locators = locators(command);
    let unknown = || Some(Act::Unknown(name.to_owned()));
    match name {
        "setWindowSize" | "close" | "mouseOver" | "mouseOut" => None,
        "open" => Some(Act::Goto(joined(base, text_of(command, "target")))),
        _ if locators.is_empty() => unknown(),
        "click" | "clickAt" => Some(Act::Click(locators)),
        "type" => Some(Act::Fill(locators)),
        "check" => Some(Act::Check(locators, true)),
        "uncheck" => Some(Act::Check(locators, false)),
        "sendKeys" => match special(text_of(command, "value")) {
            Some(key) => Some(Act::Press(key)),
            None if text_of(command, "value").contains("${") => unknown(),
            None => Some(Act::Fill(locators)),
        },
        "waitForElementVisible" | "waitForElementPresent" => {
            let millis = text_of(command, "value").parse().unwrap_or(30_000_u64);
            Some(Act::Wait(locators, millis.div_ceil(1000)))
        }
        _ => unknown(),
    }
}

fn joined(base: &str, target: &str) -> String {
    let whole = target.contains("://");
    if whole { target.to_owned() } else { format!("{}/{}", base.trim_end_matches('/'), target.trim_start_matches('/')) }
}

/// `${KEY_ENTER}`, alone.
fn special(value: &str) -> Option<&'static str> {
    let name = value.strip_prefix("${KEY_")?.strip_suffix('}')?;
    key(if name == "ESC" { "Escape" } else { name })
}

fn locators(command: &Value) -> Vec<Locator> {
    let pairs = command.get("targets").and_then(Value::as_array).into_iter().flatten();
    let more = pairs.filter_map(|pair| pair.get(0).and_then(Value::as_str));
    let mut all: Vec<Locator> = Vec::new();
    for locator in std::iter::once(text_of(command, "target")).chain(more).filter_map(locator) {
        if !all.contains(&locator) {
            all.push(locator);
        }
    }
    all
}

fn locator(text: &str) -> Option<Locator> {
    if text.starts_with('/') || text.starts_with("(/") {
        return Some(Locator::Xpath(text.to_owned()));
    }
    let (strategy, value) = text.split_once('=')?;
    let quoted = || value.replace('\\', "\\\\").replace('\'', "\\'");
    match strategy {
        "css" => Some(Locator::Css(value.to_owned())),
        "id" => Some(Locator::Css(format!("[id='{}']", quoted()))),
        "name" => Some(Locator::Css(format!("[name='{}']", quoted()))),
        "xpath" => Some(Locator::Xpath(value.to_owned())),
        "linkText" => Some(Locator::Named(Some("link".to_owned()), value.to_owned())),
        _ => None,
    }
}
