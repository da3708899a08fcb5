//! The account itself: whether it is open, how far it is on its way out, its mail, its archive.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;

use super::data_order::Order;
use super::scenario::{Generation, Page};

/// Whether the account is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// People can sign in.
    Open,
    /// Closed: signing in until that time opens it again, later there is no account.
    Closed { until: Timestamp },
    /// Hibernated: signing in from that time on reactivates it, earlier it is refused.
    Hibernated { until: Timestamp },
}

/// One document on the way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Warning,
    Reason,
    /// A page that nobody knows.
    More,
    Verify,
    /// "Verify Account": the password, on a page that closes nothing.
    Account,
    /// The box about mail alone.
    Mail,
    /// The last button alone.
    Last,
    Code,
    Device,
}

impl Step {
    const ALL: [Self; 9] = [
        Self::Warning,
        Self::Reason,
        Self::More,
        Self::Verify,
        Self::Account,
        Self::Mail,
        Self::Last,
        Self::Code,
        Self::Device,
    ];

    /// The last part of its address.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "confirm",
            Self::Reason => "reason",
            Self::More => "stay",
            Self::Verify => "verify",
            Self::Account => "account",
            Self::Mail => "mail",
            Self::Last => "finish",
            Self::Code => "pin",
            Self::Device => "device",
        }
    }

    /// The step of an address.
    pub(super) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == name)
    }
}

/// Somebody on the way out.
#[derive(Clone)]
pub(super) struct Leave {
    pub(super) what: Page,
    pub(super) generation: Generation,
    /// What is still to be answered.
    pub(super) todo: VecDeque<Step>,
    /// The last button has another name.
    pub(super) renamed: bool,
    pub(super) unsubscribe: bool,
    /// The code that was mailed.
    pub(super) code: Option<String>,
    pub(super) approved: bool,
    /// The host where the password is asked for, where it is not this one.
    pub(super) elsewhere: Option<String>,
    /// What was wrong with the answer to the page that is shown, where a form sent it.
    pub(super) mistake: Option<&'static str>,
    /// What the last page says, once there is one.
    pub(super) farewell: Option<Timestamp>,
}

impl Leave {
    /// The beginning of `what` in `generation`, in an order that a family of sites may have drawn.
    pub(super) fn new(what: Page, generation: Generation, order: &str) -> Self {
        let is_new = matches!(generation, Generation::Sdui2025 | Generation::Sdui2026);
        let todo: &[Step] = match (what, generation) {
            (Page::Close, _) if is_new && order == "verify-first" => {
                &[Step::Account, Step::Warning, Step::Reason, Step::Last]
            }
            (Page::Close, _) if is_new && order == "verify-late" => {
                &[Step::Reason, Step::Mail, Step::Account, Step::Last]
            }
            (Page::Hibernate, _) | (_, Generation::Ember2020) => &[Step::Reason, Step::Verify],
            (_, Generation::Contacts2014) => &[Step::Verify, Step::Reason],
            _ => &[Step::Warning, Step::Reason, Step::Verify],
        };
        Self {
            what,
            generation,
            todo: todo.iter().copied().collect(),
            renamed: false,
            unsubscribe: false,
            code: None,
            approved: false,
            elsewhere: None,
            mistake: None,
            farewell: None,
        }
    }

    /// Whether a code is asked for beside the password.
    pub(super) fn verifies_with_code(&self) -> bool {
        self.what == Page::Close && self.generation == Generation::Contacts2014
    }

    /// What the page shows that comes now; a mistake is shown once.
    pub(super) fn shown(&mut self) -> Self {
        let shown = self.clone();
        self.mistake = None;
        shown
    }
}

/// A mail that the site sent.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Letter {
    #[serde(serialize_with = "super::audit::milliseconds")]
    pub(super) at: Timestamp,
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) text: String,
    /// The code in it, where it is a mail with a code.
    pub(super) code: Option<String>,
}

/// What belongs to the account and changes.
pub(super) struct Account {
    pub(super) state: State,
    pub(super) mail: Vec<Letter>,
    pub(super) order: Option<Order>,
}

impl Default for Account {
    fn default() -> Self {
        Self { state: State::Open, mail: Vec::new(), order: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_an_address_of_its_own() {
        for step in Step::ALL {
            assert_eq!(Step::of(step.as_str()), Some(step));
        }
        assert_eq!(Step::of("closed"), None);
    }

    #[test]
    fn the_order_of_the_pages_follows_the_generation() {
        let order = |what, generation| Leave::new(what, generation, "last").todo.into_iter().collect::<Vec<_>>();
        assert_eq!(order(Page::Close, Generation::Sdui2026), [Step::Warning, Step::Reason, Step::Verify]);
        assert_eq!(order(Page::Close, Generation::Ember2020), [Step::Reason, Step::Verify]);
        assert_eq!(order(Page::Close, Generation::Contacts2014), [Step::Verify, Step::Reason]);
        assert_eq!(order(Page::Hibernate, Generation::Sdui2026), [Step::Reason, Step::Verify]);
    }
}
