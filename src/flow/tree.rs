//! A flow as the engine reads it: steps with what they do, what they expect and what may be skipped or tried again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::query::Match;
use super::span::{Span, Spanned};
use super::target::Mention;

/// One flow file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Its name; the file is called the same.
    pub name: Spanned<String>,
    /// What it is for.
    pub kind: FlowKind,
    /// Its inputs by name: what a run must bind.
    pub inputs: BTreeMap<String, Spanned<InputKind>>,
    /// The words that its inputs of kind [`InputKind::Word`] may be, by input.
    pub choices: BTreeMap<String, Vec<Spanned<String>>>,
    /// The stop signs that it deals with itself: they do not end it.
    pub handles: Vec<Spanned<String>>,
    /// When a real page confirmed it, and from what; `never` otherwise.
    pub seen: Option<Spanned<String>>,
    /// What goes with its irreversible steps; only an acting flow has it.
    pub commit: Option<Commit>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// How a question is answered; only a question has it.
    pub answer: Option<Answer>,
}

/// Whether a flow acts or asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowKind {
    /// Has one or more irreversible steps that share one intention.
    Act,
    /// Has no effect on the account; neither answer is "unreadable", which is never "no".
    Question,
    /// Does something on the account's own behalf that can be undone or harms nothing: it has no irreversible step, no
    /// intention and no answer.
    Errand,
    /// Steps that stand in other flows, where a step says `use`. It is never run by itself.
    Part,
}

/// What an input may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// A person's identity.
    Slug,
    /// The account's own identity: what the Me menu shows.
    Account,
    /// A person's name.
    Person,
    /// Any text; none at all is an empty one.
    Text,
    /// One word of those in [`Flow::choices`], or none.
    Word,
    /// A password or a code: typed by a person or kept by the system's keyring, never written anywhere.
    Secret,
    /// A file of the user's, named when the flow is run.
    File,
}

/// What all irreversible steps of a flow share: they belong to one recorded intention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Targets and checks that are read again inside the agent call that arms the click, and once more as it arrives.
    pub guard: Vec<Spanned<String>>,
    /// The question flow that precheck, verification, recovery and audit ask.
    pub settled: Spanned<String>,
}

/// One step of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its id, unique in the flow.
    pub id: Spanned<String>,
    /// The whole step's place: the line of `[[step]]`.
    pub span: Span,
    /// What it does.
    pub verb: Verb,
    /// What it does to the account.
    pub effect: Effect,
    /// It is carried out only if all of these are so.
    pub when: Vec<When>,
    /// What must hold afterwards.
    pub expect: Option<Expect>,
    /// What ends the flow early without a deed; the first in order that holds wins.
    pub skips: Vec<Skip>,
    /// When it is tried again; never for an irreversible step.
    pub retry: Option<Retry>,
}

/// A condition of a step: what earlier steps of the walk saw, or what the run was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// A target.
    Saw {
        /// The target.
        target: Spanned<String>,
        /// Whether an earlier step must have seen it, or must not have.
        saw: bool,
    },
    /// An input.
    Given {
        /// The input.
        input: Spanned<String>,
        /// What it must be one of. Empty: anything but nothing.
        is: Vec<Spanned<String>>,
    },
}

impl When {
    /// Where it stands: the target's name or the input's.
    #[must_use]
    pub fn subject(&self) -> &Spanned<String> {
        match self {
            Self::Saw { target, .. } => target,
            Self::Given { input, .. } => input,
        }
    }

    /// The input that it compares, and with what.
    #[must_use]
    pub fn given(&self) -> Option<(&Spanned<String>, &[Spanned<String>])> {
        match self {
            Self::Given { input, is } => Some((input, is)),
            Self::Saw { .. } => None,
        }
    }

    /// The target that must have been seen, or must not have.
    #[must_use]
    pub fn saw(&self) -> Option<(&Spanned<String>, bool)> {
        match self {
            Self::Saw { target, saw } => Some((target, *saw)),
            Self::Given { .. } => None,
        }
    }
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// Loads a path of the pack's origin. May hold `{{input}}` as one whole path or query part.
    Goto(Spanned<String>),
    /// Clicks a target.
    Click(Spanned<String>),
    /// Replaces the text of a target with a value, as keystrokes.
    Fill {
        /// The target.
        into: Spanned<String>,
        /// The value: text with `{{input}}`.
        with: Spanned<String>,
        /// Targets of a list that is drawn anew for what is typed: its rows, then the notice of an empty list. The step is done
        /// when the list was, and not because something stood there before.
        redraws: Vec<Spanned<String>>,
    },
    /// Ticks or unticks a target by a click, unless it is so already.
    Check {
        /// The target.
        target: Spanned<String>,
        /// Whether it is ticked afterwards.
        to: bool,
    },
    /// Picks one of the options in a target by a click, unless it is picked already.
    Choose(Box<Choice>),
    /// Presses one key: `Escape`, `Enter` or `Tab`.
    Press(Spanned<String>),
    /// Gives a file of the user's to a target.
    Upload {
        /// The target.
        into: Spanned<String>,
        /// The input of kind `file`, as `{{archive}}`.
        file: Spanned<String>,
    },
    /// Reads targets: their values become facts of the run.
    Read(Vec<Spanned<String>>),
    /// Hands the page to the person and waits until something shows that it is done.
    Human(Box<Handoff>),
    /// The steps of a flow of kind `part`. [`super::pack::Pack::load`] puts them here: a loaded pack has no such step.
    Use(Spanned<String>),
    /// Does nothing but wait for what the step expects.
    Wait,
    /// Reads every row of a list to its end.
    Each(Each),
}

/// A list that is read row by row; only as the last step of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Each {
    /// A `many` target: the rows. It reads `slug` and `name`, and whatever else a row says.
    pub row: Spanned<String>,
    /// What is clicked where the list does not go on by itself.
    pub more: Option<Spanned<String>>,
    /// The page's own number of rows: the check.
    pub total: Spanned<String>,
    /// How long the list may stall: without a new row for so long, the reading ends.
    pub within: Duration,
}

impl Each {
    /// The targets that it names.
    pub fn targets(&self) -> impl Iterator<Item = &Spanned<String>> {
        [&self.row, &self.total].into_iter().chain(&self.more)
    }
}

/// One option of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The target that holds the options.
    pub within: Spanned<String>,
    /// What the option is called.
    pub option: Match,
    /// What its name refers to.
    pub mentions: Vec<Mention>,
    /// Where its name stands.
    pub span: Span,
}

/// What a person is asked to do on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handoff {
    /// What to do, in words.
    pub words: Spanned<String>,
    /// What shows that it is done.
    pub until: Holds,
    /// How long the person may take.
    pub within: Duration,
}

/// What a step does to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing.
    None,
    /// Something that can be undone or that only this page knows, such as an opened menu.
    Reversible,
    /// Something that cannot be undone: it needs the recorded intention.
    Irreversible,
}

/// What must hold after a step, and until when at the latest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expect {
    /// One of these; the first in order that holds wins.
    pub first: Vec<Holds>,
    /// How long it may take.
    pub within: Duration,
    /// Where it stands.
    pub span: Span,
}

/// Conditions that must all hold at one look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holds {
    /// Targets that are there, as their `must` says.
    pub see: Vec<Spanned<String>>,
    /// Targets of which nothing is displayed.
    pub gone: Vec<Spanned<String>>,
    /// Witnesses of absence.
    pub witness: Vec<Spanned<String>>,
    /// Boxes and options that are on or off. No file says it: it comes of `check` and `choose`.
    pub marked: Vec<Marked>,
}

/// A box that is ticked, or an option that is picked; or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The target.
    pub target: String,
    /// Whether it is on.
    pub on: bool,
}

impl Holds {
    /// Whether both ask for the same targets and witnesses, wherever they were written.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let names = |list: &[Spanned<String>]| list.iter().map(|name| name.value.clone()).collect::<BTreeSet<_>>();
        names(&self.see) == names(&other.see)
            && names(&self.gone) == names(&other.gone)
            && names(&self.witness) == names(&other.witness)
    }
}

/// What ends a flow early without a deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// What must hold at one look.
    pub holds: Holds,
    /// What follows for the person.
    pub outcome: Skipped,
    /// Why, in words.
    pub why: Spanned<String>,
}

/// What follows for the person where a flow ended early without a deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skipped {
    /// What the flow would do has been so already.
    AlreadyGone,
    /// Nobody is there under the name that was asked for. That says nothing of whether the person is.
    NotFound,
    /// The page shows somebody else than is meant.
    Mismatch,
    /// It cannot be done.
    Failed,
    /// The site does not do it as things stand; what the seen targets read is the page's own reason.
    Blocked,
}

impl Skipped {
    /// Every outcome with its word in flow files.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("already-gone", Self::AlreadyGone),
        ("not-found", Self::NotFound),
        ("mismatch", Self::Mismatch),
        ("failed", Self::Failed),
        ("blocked", Self::Blocked),
    ];

    /// Its word in flow files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AlreadyGone => "already-gone",
            Self::NotFound => "not-found",
            Self::Mismatch => "mismatch",
            Self::Failed => "failed",
            Self::Blocked => "blocked",
        }
    }
}

/// When a step is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// How often beyond the first time.
    pub times: u32,
    /// For which refusals.
    pub when: Vec<Spanned<super::query::Refusal>>,
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Holds when the answer is yes.
    pub yes: Holds,
    /// Holds when the answer is no; absent where there is no honest "no".
    pub no: Option<Holds>,
}

impl Flow {
    /// The index of the first irreversible step: what comes before it is the precheck.
    #[must_use]
    pub fn first_irreversible(&self) -> Option<usize> {
        self.steps.iter().position(|step| step.effect == Effect::Irreversible)
    }
}

impl Verb {
    /// Its word in flow files.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Goto(_) => "goto",
            Self::Click(_) => "click",
            Self::Fill { .. } => "fill",
            Self::Check { .. } => "check",
            Self::Choose(_) => "choose",
            Self::Press(_) => "press",
            Self::Upload { .. } => "upload",
            Self::Read(_) => "read",
            Self::Human(_) => "human",
            Self::Use(_) => "use",
            Self::Wait => "wait",
            Self::Each(_) => "each",
        }
    }
}

impl Step {
    /// Targets of the list that is drawn anew for what the step types.
    #[must_use]
    pub fn redraws(&self) -> &[Spanned<String>] {
        match &self.verb {
            Verb::Fill { redraws, .. } => redraws,
            _ => &[],
        }
    }

    /// The list that the step reads.
    #[must_use]
    pub fn each(&self) -> Option<&Each> {
        match &self.verb {
            Verb::Each(each) => Some(each),
            _ => None,
        }
    }

    /// The target that the step clicks, fills, ticks or looks into for an option.
    #[must_use]
    pub fn target(&self) -> Option<&Spanned<String>> {
        match &self.verb {
            Verb::Click(target)
            | Verb::Fill { into: target, .. }
            | Verb::Check { target, .. }
            | Verb::Upload { into: target, .. } => Some(target),
            Verb::Choose(choice) => Some(&choice.within),
            Verb::Goto(_)
            | Verb::Press(_)
            | Verb::Read(_)
            | Verb::Human(_)
            | Verb::Use(_)
            | Verb::Wait
            | Verb::Each(_) => None,
        }
    }

    /// The text of the step that inputs are put into.
    #[must_use]
    pub fn template(&self) -> Option<&Spanned<String>> {
        match &self.verb {
            Verb::Goto(text) | Verb::Fill { with: text, .. } | Verb::Upload { file: text, .. } => Some(text),
            _ => None,
        }
    }

    /// All conditions that the step waits for: what it expects, and what ends a person's turn.
    pub fn waits_for(&self) -> impl Iterator<Item = &Holds> {
        let until = match &self.verb {
            Verb::Human(handoff) => Some(&handoff.until),
            _ => None,
        };
        self.expect.iter().flat_map(|expect| &expect.first).chain(until)
    }

    /// The targets whose values the step reads.
    #[must_use]
    pub fn reads(&self) -> &[Spanned<String>] {
        match &self.verb {
            Verb::Read(targets) => targets,
            _ => &[],
        }
    }

    /// The option that the step picks.
    #[must_use]
    pub fn choice(&self) -> Option<&Choice> {
        match &self.verb {
            Verb::Choose(choice) => Some(choice),
            _ => None,
        }
    }

    /// Whether the step's own conditions hold after these targets were seen, for a run that was given these values.
    #[must_use]
    pub fn is_due(&self, values: &BTreeMap<String, String>, saw: impl Fn(&str) -> bool) -> bool {
        self.when.iter().all(|when| match when {
            When::Saw { target, saw: wanted } => saw(&target.value) == *wanted,
            When::Given { input, is } => {
                let value = values.get(&input.value).map_or("", String::as_str);
                if is.is_empty() { !value.is_empty() } else { is.iter().any(|word| word.value == value) }
            }
        })
    }

    /// The input of kind secret that is all that the step types, where it types one.
    #[must_use]
    pub fn secret<'f>(&'f self, flow: &'f Flow) -> Option<&'f str> {
        let Verb::Fill { with, .. } = &self.verb else { return None };
        let name = super::template::only_input(&with.value)?;
        flow.inputs.get(name).is_some_and(|kind| kind.value == InputKind::Secret).then_some(name)
    }

    /// The targets whose `read` says in the page's own words why the site does not do it: those of the skips as blocked.
    pub fn says_why(&self) -> impl Iterator<Item = &Spanned<String>> {
        let blocked = self.skips.iter().filter(|skip| skip.outcome == Skipped::Blocked);
        blocked.flat_map(|skip| &skip.holds.see)
    }
}
