//! What was typed as a secret in a session, kept to find it again in what the page shows.
//!
//! The texts live in memory that is wiped when the session ends. They are compared here and never sent to a page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::event::id::percent_encode;

/// Shorter secrets are found only where they stand alone: three digits are part of many numbers.
const LONG: usize = 4;
/// From this length on a secret is also found where it is written in groups.
const GROUPED: usize = 6;
/// What stands for a secret in an answer of the page.
const STANDS_FOR: &str = "<secret>";

/// The secrets of one session. It cannot be printed.
#[derive(Default)]
pub(super) struct Typed(Vec<Needle>);

/// One secret in the forms in which a page may show it, in lower case; the first is the secret itself.
struct Needle {
    forms: Vec<SecretString>,
    /// Without what people and pages group characters with; none where the secret is too short to be told by it.
    grouped: Option<SecretString>,
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Typed({})", self.0.len())
    }
}

impl Typed {
    /// Remembers a secret that is about to be typed.
    pub(super) fn remember(&mut self, secret: &SecretString) {
        let plain = Zeroizing::new(secret.expose_secret().trim().to_lowercase());
        if plain.is_empty() || self.0.iter().any(|one| one.forms[0].expose_secret() == plain.as_str()) {
            return;
        }
        let exposed = secret.expose_secret();
        let mut forms = vec![SecretString::from(plain.as_str())];
        if exposed.chars().count() >= LONG {
            let escaped = Zeroizing::new(exposed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
            let others = [
                percent_encode(exposed),
                form_urlencoded::byte_serialize(exposed.as_bytes()).collect(),
                STANDARD.encode(exposed),
                escaped.to_string(),
                escaped.replace('"', "&quot;"),
                escaped.replace('"', "&quot;").replace('\'', "&#39;"),
                exposed.replace('\\', "\\\\").replace('"', "\\\""),
            ];
            for form in others.map(Zeroizing::new) {
                let form = Zeroizing::new(form.to_lowercase());
                if forms.iter().all(|one| one.expose_secret() != form.as_str()) {
                    forms.push(SecretString::from(form.as_str()));
                }
            }
        }
        let grouped = ungrouped(&plain);
        let grouped = (grouped.chars().count() >= GROUPED).then(|| SecretString::from(grouped.as_str()));
        self.0.push(Needle { forms, grouped });
    }

    /// Whether nothing was typed.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a text holds one of them, in any case and in the forms in which addresses and markup write it.
    pub(super) fn is_in(&self, text: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let text = Zeroizing::new(text.to_lowercase());
        let tight = ungrouped(&text);
        self.0.iter().any(|needle| {
            let plain = needle.forms[0].expose_secret();
            match plain.chars().count() < LONG {
                true => text.trim() == plain,
                false => {
                    needle.forms.iter().any(|form| text.contains(form.expose_secret()))
                        || needle.grouped.as_ref().is_some_and(|grouped| tight.contains(grouped.expose_secret()))
                }
            }
        })
    }

    /// Takes them out of a text: all of it where it holds one, but the origin of an address.
    pub(super) fn scrub_text(&self, text: &mut String) {
        if self.is_in(text) {
            *text = format!("{}{STANDS_FOR}", place(text));
        }
    }

    /// Takes them out of every text of an answer.
    pub(super) fn scrub(&self, value: &mut Value) {
        match value {
            _ if self.0.is_empty() => {}
            Value::String(text) => self.scrub_text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.scrub(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.scrub(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// The origin of an address, with the slash after it; nothing of any other text.
fn place(text: &str) -> &str {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let path = host.and_then(|rest| rest.find('/').map(|at| text.len() - rest.len() + at + 1));
    path.map_or("", |end| &text[..end])
}

/// A text without white space and hyphens.
fn ungrouped(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}')).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn typed(secrets: &[&str]) -> Typed {
        let mut typed = Typed::default();
        secrets.iter().for_each(|secret| typed.remember(&SecretString::from(*secret)));
        typed
    }

    #[test]
    fn a_secret_is_found_in_the_forms_in_which_pages_write_it() {
        let typed = typed(&["p&ss \"w0rd\"<", "123456"]);
        for text in [
            "You typed P&SS \"W0RD\"<",
            "/x?q=p%26ss%20%22w0rd%22%3C",
            "/x?q=p%26ss+%22w0rd%22%3C&r",
            "<p>p&amp;ss \"w0rd\"&lt;</p>",
            "value=\"p&amp;ss &quot;w0rd&quot;&lt;\"",
            "{\"p\":\"p&ss \\\"w0rd\\\"<\"}",
            "cCZzcyAidzByZCI8",
            "the code 123 456 is wrong",
            "the code 123-456 is wrong",
        ] {
            assert!(typed.is_in(text), "{text}");
        }
        for text in ["", "p&ss", "12345", "1 2 3 4 5", "password"] {
            assert!(!typed.is_in(text), "{text}");
        }
    }

    #[test]
    fn a_short_secret_counts_only_where_it_stands_alone() {
        let typed = typed(&["12"]);
        assert!(typed.is_in(" 12 "));
        assert!(!typed.is_in("1120 connections"));
        assert!(!typed_nothing().is_in(""));
    }

    fn typed_nothing() -> Typed {
        typed(&["", "  "])
    }

    #[test]
    fn it_is_taken_out_of_every_part_of_an_answer_and_never_printed() {
        let typed = typed(&["canary-7731"]);
        let mut answer = json!({"a": ["http://h/x/canary-7731", {"b": "it was canary-7731!"}], "n": 7, "c": null});
        typed.scrub(&mut answer);
        assert_eq!(answer, json!({"a": ["http://h/<secret>", {"b": "<secret>"}], "n": 7, "c": null}));
        assert_eq!(format!("{typed:?}"), "Typed(1)");
    }
}
