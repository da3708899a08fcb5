//! The words for every state and outcome, in one place.

use crate::event::exit::Ending;
use crate::event::fact::{Mode, Rehearsal};
use crate::event::id::Action;
use crate::event::state::EffectState;

/// A short word and one sentence that explains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// One to four words, lower case.
    pub short: &'static str,
    /// A whole sentence.
    pub meaning: &'static str,
}

/// The kinds of ending that people count by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Nobody knows whether the site did it.
    InDoubt,
    /// Could not be done.
    Failed,
    /// Out of the network.
    Removed,
    /// A rehearsal met no obstacle.
    Ready,
    /// Was out of the network before.
    AlreadyGone,
    /// Nobody was found under the name of the plan.
    NotFound,
    /// Left in the network on purpose.
    LeftAlone,
    /// Not begun, or to be tried again.
    Open,
}

/// Every outcome, what needs attention first.
pub const OUTCOMES: [Outcome; 8] = [
    Outcome::InDoubt,
    Outcome::Failed,
    Outcome::Removed,
    Outcome::Ready,
    Outcome::AlreadyGone,
    Outcome::NotFound,
    Outcome::LeftAlone,
    Outcome::Open,
];

impl Outcome {
    /// The outcome as a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InDoubt => "in doubt",
            Self::Failed => "failed",
            Self::Removed => "removed",
            Self::Ready => "ready",
            Self::AlreadyGone => "already gone",
            Self::NotFound => "not found",
            Self::LeftAlone => "left alone",
            Self::Open => "still to do",
        }
    }

    /// The outcome of a state.
    #[must_use]
    pub fn of(state: EffectState) -> Self {
        use EffectState::{
            Acted, AlreadyGone, Approved, Confirmed, Done, DoneByOperator, Excluded, Expired, Failed, Intent, Mismatch,
            NeedsHuman, NotApplied, NotFound, NotSent, Planned, Precheck, Skipped, Unknown, Verifying,
        };
        match state {
            Intent | Acted | Unknown | Verifying | NeedsHuman => Self::InDoubt,
            Failed | Mismatch => Self::Failed,
            Done | Confirmed | DoneByOperator => Self::Removed,
            AlreadyGone => Self::AlreadyGone,
            NotFound => Self::NotFound,
            Excluded | Expired | Skipped => Self::LeftAlone,
            Planned | Approved | Precheck | NotSent | NotApplied => Self::Open,
        }
    }

    /// The outcome of one person's rehearsal.
    #[must_use]
    pub fn of_rehearsal(rehearsal: Rehearsal) -> Self {
        match rehearsal {
            Rehearsal::Ready => Self::Ready,
            Rehearsal::AlreadyGone => Self::AlreadyGone,
            Rehearsal::NotFound => Self::NotFound,
            Rehearsal::Kept => Self::LeftAlone,
            Rehearsal::Mismatch | Rehearsal::Failed => Self::Failed,
        }
    }
}

/// The word for what was done.
pub(super) fn done(action: Action) -> &'static str {
    match action {
        Action::Remove => "removed",
        Action::Close => "closed",
        Action::Hibernate => "hibernated",
    }
}

/// The short word for a state of what is done to the account itself: an account is closed, and nobody is removed.
#[must_use]
pub fn of_deed(action: Action, short: &str) -> String {
    match action {
        Action::Remove => short.to_owned(),
        action => short.replace("removed", done(action)),
    }
}

/// The words for a state.
#[must_use]
pub fn of_state(state: EffectState) -> Words {
    let (short, meaning) = match state {
        EffectState::Planned => ("planned", "In a plan that nobody has approved yet."),
        EffectState::Approved => ("still to do", "Approved; nothing was done yet."),
        EffectState::Precheck => ("being looked up", "The person is being looked up; nothing was sent."),
        EffectState::Intent => ("in doubt", "The intention is recorded; the click may have been sent."),
        EffectState::NotSent => ("not sent", "The click was stopped inside the page; nothing happened."),
        EffectState::Acted => ("in doubt", "The click landed; its outcome has not been read yet."),
        EffectState::Unknown => ("in doubt", "The click was sent and its outcome could not be read."),
        EffectState::Verifying => ("in doubt", "The click was sent; its outcome is being read again."),
        EffectState::Done => ("removed", "A fresh load of the page showed that the person is gone."),
        EffectState::Confirmed => {
            ("removed, checked twice", "A fresh load showed that the person is gone, and a later one showed it again.")
        }
        EffectState::NotApplied => {
            ("still there", "The page showed, long enough after the click, that it did nothing.")
        }
        EffectState::NeedsHuman => {
            ("in doubt", "The readings contradict each other or could not be read; a person must look.")
        }
        EffectState::DoneByOperator => ("removed, says a person", "A person looked and says that it is done."),
        EffectState::AlreadyGone => (
            "already gone",
            "The person was not in the network any more before this plan did anything; nothing was sent.",
        ),
        EffectState::NotFound => (
            "not found",
            "Nobody of that name and address was in the list; a person who was renamed since the export is still connected. Nothing was sent.",
        ),
        EffectState::Mismatch => (
            "another person",
            "The page showed somebody else than the plan means; nothing was sent. If it is the same person under another name, say so: `exeunt resolve --help` shows how.",
        ),
        EffectState::Excluded => ("kept", "The person is on the keep list; nothing was sent."),
        EffectState::Expired => ("plan ended", "The plan was dropped, stopped or renewed before this person's turn."),
        EffectState::Skipped => ("skipped", "A person decided to leave it."),
        EffectState::Failed => {
            ("failed", "It could not be done: nothing was sent, or the page showed that it did nothing.")
        }
    };
    Words { short, meaning }
}

/// A name of the pack's as a person reads it: what a step or a target is called, and what of it was read.
/// `card_menu.name` is `card menu: name`.
#[must_use]
pub fn of_name(name: &str) -> String {
    name.replace(['_', '-'], " ").replace('.', ": ")
}

/// What came of a step, as a person reads it; what is no word of the records is a sentence already.
#[must_use]
pub fn of_result(result: &str) -> String {
    match result.split_once(';') {
        _ if result == "held" => "everything was as expected".to_owned(),
        None if result == "landed" => "it was clicked, and what was expected followed".to_owned(),
        Some(("landed", rest)) => format!("it was clicked;{rest}"),
        _ => result.to_owned(),
    }
}

/// The words for what a rehearsal found.
#[must_use]
pub fn of_rehearsal(rehearsal: Rehearsal) -> Words {
    let (short, meaning) = match rehearsal {
        Rehearsal::Ready => ("ready", "Found, the same person, and a live run would have met no obstacle."),
        Rehearsal::AlreadyGone => ("already gone", "The person is not in the network any more."),
        Rehearsal::NotFound => (
            "not found",
            "Nobody of that name and address is in the list; a person who was renamed since the export is still connected.",
        ),
        Rehearsal::Kept => ("kept", "The person is on the keep list; a live run would leave them."),
        Rehearsal::Mismatch => ("another person", "The page shows somebody else than the plan means."),
        Rehearsal::Failed => {
            ("failed", "The steps could not be walked; a live run would have stopped before the click.")
        }
    };
    Words { short, meaning }
}

/// The words for how a command ended.
#[must_use]
pub fn of_ending(ending: Ending) -> Words {
    let (short, meaning) = match ending {
        Ending::Done => ("done", "Everything was done."),
        Ending::Bug => ("a bug of this program", "This should not happen; please report it with the text above."),
        Ending::Usage => {
            ("not possible like this", "The command line asks for something that is not there or not allowed.")
        }
        Ending::BadFile => ("a file does not fit", "A file, the approval or the pack does not fit."),
        Ending::SomeFailed => ("some failed", "Some people could not be done, or proof is missing."),
        Ending::Stopped => ("stopped by the site", "The site gave a sign to stop, or another account is signed in."),
        Ending::NoBrowser => ("no browser", "The browser or its driver could not be used."),
        Ending::Damaged => ("records damaged", "The ledger or the proof is damaged, or the disk is full or read-only."),
        Ending::InDoubt => ("something is in doubt", "A click was sent and its outcome could not be read."),
        Ending::DueLater => ("more is due later", "All that is allowed now was done."),
        Ending::Owned => ("already running", "Another process is working on this account."),
        Ending::Interrupted => ("interrupted", "It was stopped from the keyboard; the same command goes on later."),
    };
    Words { short, meaning }
}

/// The word for rehearsal or deed.
#[must_use]
pub fn of_mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Rehearsal => "rehearsal",
        Mode::Live => "live",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::state::STATES;

    #[test]
    fn doubt_is_called_doubt_everywhere() {
        for (state, name) in STATES {
            let words = of_state(state);
            assert!(words.meaning.ends_with('.'), "{name}");
            assert_eq!(state.in_doubt(), words.short == "in doubt", "{name}");
            assert_eq!(state.in_doubt(), Outcome::of(state) == Outcome::InDoubt, "{name}");
        }
    }

    #[test]
    fn names_and_results_of_the_pack_are_told_in_words() {
        assert_eq!(of_name("settings.home"), "settings: home");
        assert_eq!(of_name("card_menu.name"), "card menu: name");
        assert_eq!(of_name("said by the dialog"), "said by the dialog");
        assert_eq!(of_result("held"), "everything was as expected");
        assert_eq!(of_result("landed; a stop sign followed"), "it was clicked; a stop sign followed");
        assert_eq!(of_result("tried again"), "tried again");
    }

    #[test]
    fn only_a_reading_or_a_person_makes_it_removed() {
        let removed: Vec<_> =
            STATES.iter().filter(|(state, _)| Outcome::of(*state) == Outcome::Removed).map(|(_, name)| *name).collect();
        assert_eq!(removed, ["DONE", "CONFIRMED", "DONE_BY_OPERATOR"]);
    }
}
