//! What is left of an answer of the page where its texts are not kept: what steers the walk, and texts that were known before
//! the secret was typed.
//!
//! A text that the question itself named, and one that the page said while its texts could be kept, hold nothing of a secret
//! that was typed later, so that both stay as they are: an account is still told by its picture, and a button by its name.

use std::collections::HashSet;

use serde_json::Value;

use super::error::Fault;
use super::page::PageError;
use super::typed::{STANDS_FOR, Typed, place};

/// What stands for a text that is not kept.
const WITHHELD: &str = "<withheld, because a secret was typed into this page>";
/// The parts of an answer that the page does not write, by their names.
const STEERS: [&str; 13] =
    ["status", "met", "generation", "id", "stored", "role", "sign", "kind", "target", "token", "outcome", "state", "v"];
/// So many texts are remembered at most.
const MOST: usize = 50_000;

impl Typed {
    /// Remembers the texts of an answer that may be kept.
    pub(super) fn knows(&mut self, answer: &Value) {
        if self.known.len() < MOST {
            gather(answer, &mut self.known);
        }
    }

    /// Takes out of an answer what is not kept; `question` is what the page was asked, and `at` the address that was loaded.
    pub(super) fn withhold(&self, answer: &mut Value, question: &Value, at: &str) {
        let mut asked = HashSet::from([folded(at)]);
        gather(question, &mut asked);
        let keeps = |text: &str| {
            let text = folded(text);
            asked.contains(&text) || self.known.contains(&text)
        };
        // What is unknown of whose account it is says nothing, and is no other account.
        if let Some(identity) = answer.pointer_mut("/identity").and_then(Value::as_object_mut) {
            identity.retain(|_, value| value.as_str().is_some_and(&keeps));
        }
        if let Some(candidates) = answer.pointer_mut("/refused/candidates") {
            *candidates = Value::Array(vec![]);
        }
        if let Some(buttons) = answer.pointer_mut("/dialog/buttons").and_then(Value::as_array_mut) {
            buttons.retain(|button| button.as_str().is_some_and(&keeps));
        }
        let element = answer.pointer_mut("/armed/element").map(Value::take);
        without(answer, "", &keeps);
        if let Some((place, element)) = answer.pointer_mut("/armed/element").zip(element) {
            *place = element;
        }
    }

    /// A failure without what a page may have said in it.
    pub(super) fn quiet(&self, fault: Fault) -> Fault {
        let text = |mut text: String| {
            self.scrub_text(&mut text);
            text
        };
        let said = |words: String| if self.is_withheld && !self.is_empty() { WITHHELD.to_owned() } else { text(words) };
        match fault {
            Fault::Page(PageError::Prompt(words)) => Fault::Page(PageError::Prompt(said(words))),
            Fault::Page(PageError::Refused(words)) => Fault::Page(PageError::Refused(said(words))),
            Fault::Page(PageError::Garbled(words)) => Fault::Page(PageError::Garbled(said(words))),
            Fault::Page(PageError::Lost(words)) => Fault::Page(PageError::Lost(text(words))),
            Fault::Page(PageError::Unreachable(words)) => Fault::Page(PageError::Unreachable(text(words))),
            Fault::TimedOut(words) => Fault::TimedOut(text(words)),
            fault => fault,
        }
    }

    /// The text of a prompt as it is told.
    pub(super) fn told(&self, text: String) -> String {
        match self.quiet(Fault::Page(PageError::Prompt(text))) {
            Fault::Page(PageError::Prompt(text)) => text,
            _ => WITHHELD.to_owned(),
        }
    }
}

fn without(value: &mut Value, key: &str, keeps: &impl Fn(&str) -> bool) {
    match value {
        Value::String(text) if text.is_empty() || STEERS.contains(&key) || keeps(text) => {}
        Value::String(text) if key == "language" => {
            if !is_language(text) {
                text.clear();
            }
        }
        // What held the secret was taken out before.
        Value::String(text) if text.strip_prefix(place(text)) == Some(STANDS_FOR) => {}
        Value::String(text) => *text = format!("{}{WITHHELD}", place(text)),
        Value::Array(items) => items.iter_mut().for_each(|item| without(item, key, keeps)),
        Value::Object(fields) => fields.iter_mut().for_each(|(key, field)| without(field, key, keeps)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether it is a language, with a region at most.
fn is_language(text: &str) -> bool {
    let mut parts = text.split(['-', '_']);
    let is = |part: Option<&str>, least: usize, most: usize| {
        part.is_none_or(|part| {
            (least..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
        })
    };
    is(parts.next(), 2, 3) && is(parts.next(), 2, 2) && parts.next().is_none()
}

/// The texts of a value, and the names in it.
fn gather(value: &Value, into: &mut HashSet<String>) {
    match value {
        Value::String(text) => {
            into.insert(folded(text));
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, into)),
        Value::Object(fields) => fields.iter().for_each(|(key, field)| {
            into.insert(folded(key));
            gather(field, into);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text as it is compared: case and white space aside.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use serde_json::json;

    use super::*;

    fn typed() -> Typed {
        let mut typed = Typed::default();
        typed.knows(&json!({"identity": {"photo": "a1"}, "found": {"me": {"read": {"handle": "ann-lee"}}}}));
        typed.remember(&SecretString::from("horse-battery-7731"), None);
        typed
    }

    #[test]
    fn what_steers_stays_and_what_the_page_says_does_not() {
        let mut answer = json!({
            "status": "met", "met": 0, "layers": 1,
            "page": {"address": "http://h:1/a/b", "title": "Bye", "language": "de-AT", "generation": "sdui", "id": "77"},
            "found": {"go": {"count": 1, "role": "button", "name": "Close  ACCOUNT", "read": {"text": "no", "handle": "Ann-Lee"}}},
            "identity": {"photo": "a1", "name": "Somebody"},
            "armed": {"element": {"element-6066": "f.1"}, "token": "t4", "name": "close account"},
            "refused": {"kind": "not_found", "target": "it", "why": "a button says no", "candidates": [{"role": "link", "name": "x"}]},
            "stop": {"sign": "captcha", "why": "div “x”"},
            "click": {"outcome": "blocked", "why": "y"},
        });
        typed().withhold(&mut answer, &json!({"words": {"en": {"go": ["Close account"]}}}), "http://h:1/other");
        assert_eq!(
            answer,
            json!({
                "status": "met", "met": 0, "layers": 1,
                "page": {"address": format!("http://h:1/{WITHHELD}"), "title": WITHHELD, "language": "de-AT",
                    "generation": "sdui", "id": "77"},
                "found": {"go": {"count": 1, "role": "button", "name": "Close  ACCOUNT",
                    "read": {"text": WITHHELD, "handle": "Ann-Lee"}}},
                "identity": {"photo": "a1"},
                "armed": {"element": {"element-6066": "f.1"}, "token": "t4", "name": "close account"},
                "refused": {"kind": "not_found", "target": "it", "why": WITHHELD, "candidates": []},
                "stop": {"sign": "captcha", "why": WITHHELD},
                "click": {"outcome": "blocked", "why": WITHHELD},
            })
        );
    }

    #[test]
    fn the_address_that_was_loaded_stays() {
        let mut answer = json!({"page": {"address": "http://h:1/a/b", "language": "horse-ba"}});
        typed().withhold(&mut answer, &json!({}), "http://h:1/a/b");
        assert_eq!(answer, json!({"page": {"address": "http://h:1/a/b", "language": ""}}));
    }

    #[test]
    fn a_failure_says_nothing_of_the_page_while_its_texts_are_withheld() {
        let mut typed = typed();
        let fault = |words: &str| Fault::Page(PageError::Refused(words.to_owned()));
        assert_eq!(typed.quiet(fault("<b title=x> is in the way")), fault(WITHHELD));
        assert_eq!(typed.told("OK?".to_owned()), WITHHELD);
        typed.is_withheld = false;
        assert_eq!(typed.quiet(fault("<b title=x> is in the way")), fault("<b title=x> is in the way"));
        assert_eq!(typed.quiet(fault("1377-yrettab-esroh")), fault("<secret>"));
        let lost = Fault::Page(PageError::Lost("it was horse-battery-7731".to_owned()));
        assert_eq!(typed.quiet(lost), Fault::Page(PageError::Lost("<secret>".to_owned())));
    }
}
