//! A Selenium IDE project (`.side`), of any of its versions.

use std::collections::BTreeSet;

use serde_json::Value;

use super::recording::{Act, Locator, MOST_STEPS, NoRecording, Picked, Recording, Typed, Until, key, text_of};
use crate::flow::wording::quoted;

/// Reads a test of a project, or none where the JSON is something else: the test of this name, or the first that has commands.
///
/// # Errors
/// No test has this name.
pub(super) fn read(value: &Value, wanted: Option<&str>) -> Option<Result<Recording, NoRecording>> {
    let tests = value.get("tests")?.as_array()?;
    let commands = |test: &Value| test.get("commands").and_then(Value::as_array).cloned().unwrap_or_default();
    let names = || tests.iter().map(|test| text_of(test, "name").to_owned()).collect::<Vec<_>>();
    let found = match wanted {
        Some(wanted) => tests.iter().find(|test| text_of(test, "name") == wanted),
        None => tests.iter().find(|test| !commands(test).is_empty()),
    };
    let Some(test) = found else {
        return Some(match wanted {
            Some(wanted) => Err(NoRecording::NoTest { wanted: wanted.to_owned(), known: names() }),
            None => Ok(Recording { title: String::new(), acts: Vec::new(), notes: Vec::new() }),
        });
    };
    let commands = commands(test);
    let mut notes = Vec::new();
    if tests.len() > 1 && wanted.is_none() {
        let names: Vec<String> = names().iter().map(|name| quoted(name)).collect();
        notes.push(format!(
            "the project has {} tests, and this is the first that has commands; `--test NAME` takes another: {}",
            tests.len(),
            names.join(", ")
        ));
    }
    if commands.len() > MOST_STEPS {
        notes.push(format!("the test has {} commands; the first {MOST_STEPS} are here", commands.len()));
    }
    let (base, mut left_out) = (text_of(value, "url"), BTreeSet::new());
    let acts = commands.iter().take(MOST_STEPS).filter_map(|command| act(command, base, &mut left_out)).collect();
    let kinds = left_out.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ");
    if !kinds.is_empty() {
        notes.push(format!("locators of these kinds are left out, because a flow has none like them: {kinds}"));
    }
    Some(Ok(Recording { title: text_of(test, "name").to_owned(), acts, notes }))
}

fn act(command: &Value, base: &str, left_out: &mut BTreeSet<String>) -> Option<Act> {
    let name = text_of(command, "command");
    // A command that is switched off begins with `//`; an empty one is a blank row.
    if name.is_empty() || name.starts_with("//") {
        return None;
    }
    let (locators, value) = (locators(command, left_out), text_of(command, "value"));
    let unknown = || Some(Act::Unknown(name.to_owned()));
    match name {
        "setWindowSize" | "close" | "mouseOver" | "mouseOut" => None,
        "open" => Some(Act::Goto(joined(base, text_of(command, "target")))),
        _ if locators.is_empty() => unknown(),
        "click" | "clickAt" => Some(Act::Click(locators)),
        "type" => Some(Act::Fill(locators, Typed(value.to_owned()))),
        "select" => match value.split_once('=') {
            Some(("label", label)) => Some(Act::Choose(locators, Picked::Label(label.to_owned()))),
            Some(("value", value)) => Some(Act::Choose(locators, Picked::Value(value.to_owned()))),
            _ => unknown(),
        },
        "check" => Some(Act::Check(locators, true)),
        "uncheck" => Some(Act::Check(locators, false)),
        "sendKeys" => match special(value) {
            Some(key) => Some(Act::Press(key)),
            None if value.contains("${KEY_") => unknown(),
            None => Some(Act::Fill(locators, Typed(value.to_owned()))),
        },
        "waitForElementVisible" | "waitForElementPresent" => Some(Act::Wait(locators, Until::There, seconds(value))),
        "waitForElementNotVisible" | "waitForElementNotPresent" => {
            Some(Act::Wait(locators, Until::Gone, seconds(value)))
        }
        _ => unknown(),
    }
}

fn seconds(millis: &str) -> u64 {
    millis.parse().unwrap_or(30_000_u64).div_ceil(1000)
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

/// The locators that a flow has too. The kinds of the others are added to `left_out`.
fn locators(command: &Value, left_out: &mut BTreeSet<String>) -> Vec<Locator> {
    let pairs = command.get("targets").and_then(Value::as_array).into_iter().flatten();
    let more = pairs.filter_map(|pair| pair.get(0).and_then(Value::as_str));
    let mut all: Vec<Locator> = Vec::new();
    for text in std::iter::once(text_of(command, "target")).chain(more).filter(|text| !text.is_empty()) {
        match locator(text) {
            Ok(locator) if !all.contains(&locator) => all.push(locator),
            Ok(_) => {}
            Err(kind) => {
                left_out.insert(kind);
            }
        }
    }
    all
}

/// A locator, or the kind of one that a flow does not have.
fn locator(text: &str) -> Result<Locator, String> {
    if text.starts_with('/') || text.starts_with("(/") {
        return Ok(Locator::Xpath(text.to_owned()));
    }
    // What has no kind is an id or a name.
    let (kind, value) = text.split_once('=').unwrap_or(("identifier", text));
    let quoted = || value.replace('\\', "\\\\").replace('\'', "\\'");
    match kind {
        // Its value is put in when the recording is played.
        _ if value.contains("${") => Err(format!("{kind}=${{…}}")),
        "css" => Ok(Locator::Css(value.to_owned())),
        "id" => Ok(Locator::Css(format!("[id='{}']", quoted()))),
        "name" => Ok(Locator::Css(format!("[name='{}']", quoted()))),
        "identifier" => Ok(Locator::Css(format!(":is([id='{0}'], [name='{0}'])", quoted()))),
        "class" | "className" => Ok(Locator::Css(format!("[class~='{}']", quoted()))),
        "xpath" => Ok(Locator::Xpath(value.to_owned())),
        "link" | "linkText" => {
            // Selenium's `exact:`, `glob:` and `regexp:` may stand before the text.
            match value.split_once(':') {
                Some(("exact", text)) => Ok(Locator::Named(Some("link".to_owned()), text.to_owned())),
                Some((pattern @ ("glob" | "regexp" | "regexpi"), _)) => Err(format!("{kind}={pattern}:…")),
                _ => Ok(Locator::Named(Some("link".to_owned()), value.to_owned())),
            }
        }
        kind => Err(format!("{kind}=…")),
    }
}
