//! A recording as all tools mean it, and what is read from one of either kind.

use std::fmt;

use serde_json::Value;

use crate::flow::limit;
use crate::flow::wording::quoted;

/// The most steps of a recording that are taken over.
pub(super) const MOST_STEPS: usize = limit::MOST_STEPS;

/// The largest recording that is read, in bytes.
pub const LARGEST: usize = 4 * 1024 * 1024;

/// Why a text is no recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoRecording {
    /// It is longer than [`LARGEST`].
    TooLarge(usize),
    /// It is no JSON: what is wrong, at which line and column.
    NoJson(String),
    /// It is JSON and neither of the known kinds.
    Unknown,
    /// It holds no step.
    Empty,
    /// It has no test of the name that was asked for.
    NoTest {
        /// What was asked for.
        wanted: String,
        /// The names of its tests, in its order; none where its kind has no tests.
        known: Vec<String>,
    },
}

impl fmt::Display for NoRecording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(size) => write!(f, "has {size} bytes; at most {LARGEST} are read"),
            Self::NoJson(why) => write!(f, "is no JSON: {why}"),
            Self::Unknown => f.write_str(
                "is no recording; wanted is the JSON of the DevTools Recorder (`steps`) or a Selenium IDE project (`tests`)",
            ),
            Self::Empty => f.write_str("holds no step"),
            Self::NoTest { wanted, known } if known.is_empty() => {
                write!(f, "has no tests, so none is called {}", quoted(wanted))
            }
            Self::NoTest { wanted, known } => {
                let known: Vec<String> = known.iter().map(|name| quoted(name)).collect();
                write!(f, "has no test {}; it has {}", quoted(wanted), known.join(", "))
            }
        }
    }
}

impl std::error::Error for NoRecording {}

/// A recording as all tools mean it.
pub(super) struct Recording {
    pub(super) title: String,
    pub(super) acts: Vec<Act>,
    pub(super) notes: Vec<String>,
}

/// One step of a recording.
pub(super) enum Act {
    /// An address was loaded.
    Goto(String),
    /// Something was clicked.
    Click(Vec<Locator>),
    /// A text was typed. It is kept until [`Recording::without_typed`] has looked for it elsewhere, and never written.
    Fill(Vec<Locator>, Typed),
    /// A box was ticked or unticked.
    Check(Vec<Locator>, bool),
    /// An option of a list was picked: its label, or its value where the recording does not say the label.
    Choose(Vec<Locator>, Picked),
    /// A key was pressed.
    Press(&'static str),
    /// Something was waited for, for so many seconds: until it is there, or until it is gone.
    Wait(Vec<Locator>, Until, u64),
    /// Something that the language has no word for, in the recording's own word.
    Unknown(String),
}

/// What was typed.
#[derive(Default)]
pub(super) struct Typed(pub(super) String);

impl Typed {
    /// The variable of the recording that was typed, where it was one and nothing else: `${email}`.
    pub(super) fn variable(&self) -> Option<&str> {
        let name = self.0.strip_prefix("${")?.strip_suffix('}')?;
        (!name.is_empty() && !name.contains(['$', '{', '}'])).then_some(name)
    }
}

/// An option that was picked.
pub(super) enum Picked {
    Label(String),
    Value(String),
}

/// What a wait ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    There,
    Gone,
}

impl Recording {
    /// Takes away every locator that holds what was typed. A recorder tells a field also by the text in it, which is what was
    /// typed, passwords included, and does so at each click on it.
    pub(super) fn without_typed(mut self) -> Self {
        let fills = || {
            self.acts.iter().filter_map(|act| match act {
                Act::Fill(locators, typed) => Some((locators.clone(), typed.0.trim().to_lowercase())),
                _ => None,
            })
        };
        let fields: Vec<Locator> =
            fills().flat_map(|(locators, _)| locators).filter(|one| !matches!(one, Locator::Text(_))).collect();
        let typed: Vec<String> = fills().map(|(_, typed)| typed).filter(|typed| !typed.is_empty()).collect();
        for act in &mut self.acts {
            let (Act::Click(locators)
            | Act::Fill(locators, _)
            | Act::Check(locators, _)
            | Act::Choose(locators, _)
            | Act::Wait(locators, ..)) = act
            else {
                continue;
            };
            let is_field = locators.iter().any(|one| fields.contains(one));
            locators.retain(|one| !(holds(one, &typed) || (is_field && matches!(one, Locator::Text(_)))));
            if locators.is_empty() {
                *act = Act::Unknown("something that is told by a typed text alone".to_owned());
            }
        }
        self
    }
}

/// So many letters of a typed text are enough to know it by.
const TELLING: usize = 4;

/// Whether a locator is a typed text, a part of it, or has it in itself. `typed` is trimmed and in small letters.
fn holds(locator: &Locator, typed: &[String]) -> bool {
    let text = locator.text().trim().to_lowercase();
    typed.iter().any(|typed| {
        text == *typed
            || (typed.chars().count() >= TELLING && text.contains(typed.as_str()))
            || (matches!(locator, Locator::Text(_)) && typed.contains(text.as_str()))
    })
}

/// How a recording tells an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Locator {
    Css(String),
    Xpath(String),
    /// An accessible name, and a role where one is said.
    Named(Option<String>, String),
    Text(String),
}

impl Locator {
    /// What it says, whichever kind it is.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Css(text) | Self::Xpath(text) | Self::Named(_, text) | Self::Text(text) => text,
        }
    }

    /// Whether it says that the element has this tag, where one is given, or one of these roles.
    pub(super) fn is_of(&self, tag: Option<&str>, roles: &[&str]) -> bool {
        let is_tag = |own: Option<&str>| tag.is_some() && own == tag;
        match self {
            Self::Named(Some(role), _) => roles.contains(&role.as_str()),
            Self::Css(css) => {
                let last = css.rsplit([' ', '>', '+', '~']).next().unwrap_or_default();
                is_tag(last.split(['.', '#', '[', ':']).next()) || has_role(css, roles)
            }
            Self::Xpath(xpath) => {
                let last = xpath.rsplit('/').next().unwrap_or_default();
                is_tag(last.split('[').next()) || has_role(xpath, roles)
            }
            Self::Named(None, _) | Self::Text(_) => false,
        }
    }
}

/// Whether a selector names one of these roles, or types of an `input`, as an attribute's value.
fn has_role(selector: &str, roles: &[&str]) -> bool {
    roles.iter().any(|role| {
        ["role", "type"]
            .iter()
            .any(|key| ["", "'", "\""].iter().any(|quote| selector.contains(&format!("{key}={quote}{role}{quote}]"))))
    })
}

/// A text of a recording's field, or an empty one.
pub(super) fn text_of<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The key that a recording names, if a flow can press it.
pub(super) fn key(name: &str) -> Option<&'static str> {
    crate::flow::grammar::KEYS.iter().find(|(known, ())| known.eq_ignore_ascii_case(name)).map(|(known, ())| *known)
}
