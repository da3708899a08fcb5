//! What was typed as a secret in a session, kept to find it again in what the page shows.
//!
//! The texts live in memory that is wiped when the session ends. They are compared here and never sent to a page. What may be
//! kept of a document follows from them in [`super::said`].

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::event::id::percent_encode;

/// Shorter secrets are found only where they stand alone: three digits are part of many numbers.
const LONG: usize = 4;
/// From this length on a secret is also found where it is written in groups.
const GROUPED: usize = 6;
/// From this length on a spelling of a secret is looked for where all but letters and digits is left out.
const SPELT: usize = 6;
/// How long the parts of a secret are by which it is found, where it has letters; of digits alone all but one must be there.
const PART: std::ops::RangeInclusive<usize> = 6..=8;
/// What stands for a secret in an answer of the page.
pub(super) const STANDS_FOR: &str = "<secret>";

/// The secrets of one session. It cannot be printed.
#[derive(Default)]
pub(super) struct Typed {
    needles: Vec<Needle>,
    /// Whether the texts of the document that is there now are not kept, as far as is known.
    pub(super) is_withheld: bool,
    /// Texts that were answered while they could be kept: they hold nothing that was typed after them. See [`super::withheld`].
    pub(super) known: HashSet<String>,
}

/// One secret in the forms in which a page may show it, in lower case; the first is the secret itself.
struct Needle {
    forms: Vec<SecretString>,
    /// Without what people and pages group characters with; none where the secret is too short to be told by it.
    grouped: Option<SecretString>,
    /// Other spellings of it, letters and digits alone.
    spelt: Vec<SecretString>,
    /// Parts of it, letters and digits alone.
    parts: Vec<SecretString>,
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Typed({})", self.needles.len())
    }
}

impl Typed {
    /// Remembers a secret that is about to be typed. `before` is what the document says until then, where that can be
    /// searched: a part of the secret that stands there is a common word, and tells nothing.
    pub(super) fn remember(&mut self, secret: &SecretString, before: Option<&[String]>) {
        self.is_withheld = true;
        let plain = Zeroizing::new(secret.expose_secret().trim().to_lowercase());
        if plain.is_empty() || self.needles.iter().any(|one| one.forms[0].expose_secret() == plain.as_str()) {
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
        let bare = letters(&plain);
        let length = bare.chars().count();
        let spelt = if length < SPELT { vec![] } else { spellings(exposed, &bare) };
        let before: Vec<_> = before.into_iter().flatten().map(|text| letters(text)).collect();
        let mut parts = if length < SPELT { vec![] } else { parts(&bare) };
        parts.retain(|part| !before.iter().any(|text| text.contains(part.expose_secret())));
        self.needles.push(Needle { forms, grouped, spelt, parts });
    }

    /// Whether nothing was typed.
    pub(super) fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    /// Whether a text holds one of them, in any case and in the forms in which addresses and markup write it.
    pub(super) fn is_in(&self, text: &str) -> bool {
        if self.needles.is_empty() {
            return false;
        }
        let text = Zeroizing::new(text.to_lowercase());
        let tight = ungrouped(&text);
        self.needles.iter().any(|needle| {
            let plain = needle.forms[0].expose_secret();
            match plain.chars().count() < LONG {
                true => text.lines().any(|line| line.trim() == plain),
                false => {
                    needle.forms.iter().any(|form| text.contains(form.expose_secret()))
                        || needle.grouped.as_ref().is_some_and(|grouped| tight.contains(grouped.expose_secret()))
                }
            }
        })
    }

    /// Whether a text holds one of them in a form in which a person could still read it: backwards, with other signs between
    /// its letters, in letters that look the same, or encoded.
    pub(super) fn is_spelt_in(&self, text: &str) -> bool {
        self.is_in(text) || self.finds(text, |needle| &needle.spelt)
    }

    /// Whether a text holds a part of one of them.
    pub(super) fn is_partly_in(&self, text: &str) -> bool {
        self.finds(text, |needle| &needle.parts)
    }

    fn finds(&self, text: &str, which: impl Fn(&Needle) -> &[SecretString]) -> bool {
        if self.needles.iter().all(|needle| which(needle).is_empty()) {
            return false;
        }
        let text = letters(text);
        self.needles.iter().flat_map(&which).any(|one| text.contains(one.expose_secret()))
    }

    /// Takes them out of a text: all of it where it holds one, but the origin of an address.
    pub(super) fn scrub_text(&self, text: &mut String) {
        if self.is_spelt_in(text) {
            *text = format!("{}{STANDS_FOR}", place(text));
        }
    }

    /// Takes them out of every text of an answer.
    pub(super) fn scrub(&self, value: &mut Value) {
        match value {
            _ if self.needles.is_empty() => {}
            Value::String(text) => self.scrub_text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.scrub(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.scrub(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// The origin of an address, with the slash after it; nothing of any other text.
pub(super) fn place(text: &str) -> &str {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let path = host.and_then(|rest| rest.find('/').map(|at| text.len() - rest.len() + at + 1));
    path.map_or("", |end| &text[..end])
}

/// A text without white space and hyphens.
fn ungrouped(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}')).collect())
}

/// The letters and digits of a text, as the plain ones that they look like, in lower case.
fn letters(text: &str) -> Zeroizing<String> {
    let plain = |c: &char| c.is_alphanumeric();
    Zeroizing::new(text.nfkd().filter(plain).flat_map(char::to_lowercase).collect())
}

/// How else a secret may be written, letters and digits alone. `bare` is the secret so.
fn spellings(exposed: &str, bare: &str) -> Vec<SecretString> {
    let bytes = exposed.as_bytes();
    let mut all = vec![bare.to_owned(), bare.chars().rev().collect()];
    all.push(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
    all.push(percent_encode(exposed));
    // Within a longer text it begins at any of three places of the alphabet, and its last letter is another one.
    for before in 0..3_usize {
        let whole = STANDARD.encode([&vec![0; before], bytes].concat());
        let (from, to) = ((before * 8).div_ceil(6), (before + bytes.len()) * 8 / 6);
        all.push(whole.chars().take(to).skip(from).collect());
    }
    let all = all.into_iter().map(Zeroizing::new).map(|one| letters(&one));
    all.filter(|one| one.chars().count() >= SPELT).map(|one| SecretString::from(one.as_str())).collect()
}

/// The parts by which a secret is found, forwards and backwards. `bare` is the secret, letters and digits alone.
fn parts(bare: &str) -> Vec<SecretString> {
    let letters: Zeroizing<Vec<char>> = Zeroizing::new(bare.chars().collect());
    let is_number = letters.iter().all(char::is_ascii_digit);
    let half = (letters.len() / 2).clamp(*PART.start(), *PART.end());
    let length = if is_number { letters.len() - 1 } else { half.min(letters.len()) };
    let windows = letters.windows(length);
    let both = windows.flat_map(|part| [part.iter().collect::<String>(), part.iter().rev().collect()]);
    both.map(SecretString::from).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn typed(secrets: &[&str]) -> Typed {
        let mut typed = Typed::default();
        secrets.iter().for_each(|secret| typed.remember(&SecretString::from(*secret), None));
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
