//! Why a walk through pages cannot go on. The dispatcher decides what follows from it.

use crate::browser::page::{Dialog, Document, PageError, Refused};
use crate::flow::misfit::{Misfit, Nearest};
use crate::flow::span::Place;
use crate::flow::suggestion::Suggestion;
use crate::flow::wording::quoted;

/// What ended a walk early. A halt is a result: what follows from it is the dispatcher's decision.
#[derive(Debug, Clone, PartialEq)]
pub enum Halt {
    /// A stop sign shows.
    Sign {
        /// Which.
        sign: String,
        /// What was seen.
        why: String,
        /// Where.
        page: Box<Document>,
    },
    /// The page is not as the pack says.
    Miss(Box<Miss>),
    /// The browser shows a prompt of its own, which nobody expected.
    Prompt(String),
    /// The site cannot be reached.
    Unreachable(String),
    /// The page does not say whose account it is.
    Nameless(String),
    /// The flow needs what this version cannot do. Nothing was sent.
    Beyond(String),
    /// The session is gone. What was sent last may still happen.
    Lost(String),
    /// A profile is not opened now (the limits for profile views, or a stop that was asked for), or a secret was not typed
    /// since the page is not where it may go.
    Barred(String),
}

/// A step of a flow that does not fit the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Miss {
    /// The flow's name.
    pub flow: String,
    /// The step's id.
    pub step: String,
    /// Where the step stands in its file.
    pub place: Place,
    /// What the agent says.
    pub refused: Refused,
    /// What the pack's keeper may write instead, the likeliest first.
    pub suggestions: Vec<Suggestion>,
    /// The dialog that lies over the page, where one is open.
    pub dialog: Option<Dialog>,
    /// The page.
    pub page: Document,
}

impl std::fmt::Display for Halt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sign { sign, why, .. } => write!(f, "stop sign `{sign}`: {why}"),
            Self::Miss(miss) => miss.fmt(f),
            Self::Prompt(text) => write!(f, "the browser asks something that no step expects: {text}"),
            Self::Unreachable(why) => write!(f, "the site cannot be reached: {why}"),
            Self::Nameless(why) | Self::Barred(why) | Self::Beyond(why) => f.write_str(why),
            Self::Lost(why) => write!(f, "the browser session was lost: {why}"),
        }
    }
}

impl std::fmt::Display for Miss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let misfit = Misfit {
            before: String::new(),
            step: self.step.clone(),
            place: self.place.to_string(),
            target: self.refused.target.clone(),
            why: self.refused.why.clone(),
            dialog: self.dialog.as_ref().map(asks).unwrap_or_default(),
            nearest: self.suggestions.iter().map(Nearest::from).collect(),
            rest: String::new(),
        };
        misfit.fmt(f)
    }
}

/// What an open dialog asks, in words; its texts are escaped.
#[must_use]
pub fn asks(dialog: &Dialog) -> String {
    let buttons: Vec<String> = dialog.buttons.iter().map(|button| quoted(button)).collect();
    let with = if buttons.is_empty() { String::new() } else { format!(" with {}", buttons.join(", ")) };
    format!("a dialog is open that says {}{with}; nothing in it was pressed", quoted(&dialog.says))
}

impl From<PageError> for Halt {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Prompt(text) => Self::Prompt(text),
            PageError::Unreachable(why) => Self::Unreachable(why),
            PageError::Barred(_) => Self::Barred(error.to_string()),
            PageError::Stale
            | PageError::Refused(_)
            | PageError::Lost(_)
            | PageError::Garbled(_)
            | PageError::Unproved(_)
            | PageError::Shown(_) => Self::Lost(error.to_string()),
        }
    }
}
