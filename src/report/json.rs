//! Facts and results as JSON lines, each with `"v": 1` and its `kind`.

use serde_json::{Map, Value, json};

use crate::event::exit::Ending;
use crate::event::link::Entry;

/// The version of every line's shape.
pub const VERSION: u32 = 1;

/// One fact as one line, without the line break.
///
/// # Panics
/// Never: every fact can be written as JSON.
#[must_use]
pub fn line(entry: &Entry) -> String {
    let line = serde_json::to_value(Entry { v: VERSION, ..entry.clone() });
    let mut line = line.expect("a fact has only strings, numbers and lists");
    line["kind"] = json!("fact");
    harmless(&line.to_string())
}

/// The same JSON with every character that steers a terminal or turns a line around written as `\uXXXX`.
///
/// Such characters can only stand inside strings, where that is the same text.
#[must_use]
pub fn harmless(json: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if steers(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// How a command ended, for the last line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultLine {
    /// How it ended.
    pub ending: Ending,
    /// Why, in words.
    pub reason: String,
    /// When the rest is due, where there is a rest with a time.
    pub due_at: Option<jiff::Timestamp>,
    /// How many people are left to do; none where nothing is to be done.
    pub remaining: Option<u64>,
}

/// The last line of a command that does something, without the line break; `more` adds fields such as `plan`.
#[must_use]
pub fn result(result: &ResultLine, more: &Map<String, Value>) -> String {
    let mut fields = Map::new();
    fields.insert("v".into(), json!(VERSION));
    fields.insert("kind".into(), json!("result"));
    fields.insert("result".into(), json!(result.ending.as_str()));
    fields.insert("exit".into(), json!(result.ending.code()));
    fields.insert("reason".into(), json!(result.reason));
    fields.insert("due_at".into(), json!(result.due_at));
    fields.insert("remaining".into(), json!(result.remaining));
    fields.extend(more.clone());
    harmless(&Value::Object(fields).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::fact::Fact;
    use crate::event::stamp::Stamp;

    #[test]
    fn a_fact_is_one_line_with_a_version() {
        let at = Stamp { utc: jiff::Timestamp::UNIX_EPOCH, boot_ns: 1, boot_id: "b".into() };
        let fact = Fact::PlanDropped { plan: "P4K".parse().unwrap() };
        let entry = Entry { v: 1, seq: 3, at, fact };
        let text = line(&entry);
        assert!(!text.contains('\n'));
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (&read["v"], &read["kind"], &read["fact"]["kind"]),
            (&json!(1), &json!("fact"), &json!("plan-dropped"))
        );
    }

    #[test]
    fn what_steers_a_terminal_is_escaped_and_reads_back_the_same() {
        let value = json!({ "name": "a\u{9b}2J\u{7f}\u{202e}b\u{200d}李\u{1b}" });
        let text = harmless(&value.to_string());
        assert!(!text.contains(['\u{9b}', '\u{7f}', '\u{202e}', '\u{1b}']), "{text:?}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn the_last_line_has_the_fields_that_scripts_hold_on_to() {
        let due_at = Some("2026-11-21T08:00:00Z".parse().unwrap());
        let last = ResultLine { ending: Ending::DueLater, reason: "20 in 24 h\n".into(), due_at, remaining: Some(17) };
        let text = result(&last, &Map::from_iter([("plan".to_owned(), json!("P4K"))]));
        assert!(!text.contains('\n'));
        let read: Value = serde_json::from_str(&text).unwrap();
        let wanted = json!({ "v": 1, "kind": "result", "result": "due-later", "exit": 9, "reason": "20 in 24 h\n",
            "due_at": "2026-11-21T08:00:00Z", "remaining": 17, "plan": "P4K" });
        assert_eq!(read, wanted);
    }
}
