//! What is wrong in a pack, as data: where it stands, which kind it is, and which other places belong to it.
//!
//! The sentences are in [`super::wording`], the pictures in [`super::picture`].

use super::span::{Source, Span};

/// One thing that is wrong in a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Which kind.
    pub kind: Kind,
    /// Where.
    pub span: Span,
    /// Another place that belongs to it, such as the first of two equal names.
    pub also: Option<Span>,
}

/// How bad a mistake is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The pack is not used.
    Error,
    /// The pack is used; something in it is idle or does not serve every language.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A pack that is not used, with everything that is wrong in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// All mistakes and warnings, by file and place. At least one is an error.
    pub mistakes: Vec<Mistake>,
    /// The texts that the spans point into. A required file that was not given is there, empty.
    pub sources: Vec<Source>,
}

/// What a name in a pack stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// `[target.NAME]`.
    Target,
    /// `[witness.NAME]`.
    Witness,
    /// `[check.NAME]`.
    Check,
    /// A target or a check, in a guard.
    Guard,
    /// A key of `words/<language>.toml`.
    Word,
    /// `[generation.NAME]`.
    Generation,
    /// `[sign.NAME]`.
    Sign,
    /// `flows/NAME.toml`.
    Flow,
    /// A flow of kind `part`.
    Part,
    /// A flow's input.
    Input,
    /// One of the words that an input may be.
    Choice,
    /// A `read` of a target.
    Value,
    /// A hole of a word: `{name}`.
    Hole,
    /// A step of a flow.
    Step,
    /// A language: `words/NAME.toml`.
    Language,
}

/// Why a path of `goto` or `href` is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathFault {
    /// It names a scheme: `https:`, `javascript:`, `file:`.
    Scheme,
    /// It begins with `//`, which names another host.
    Host,
    /// It does not begin with `/`.
    Relative,
    /// It holds `.` or `..` as a part.
    Dots,
    /// It holds white space, a backslash, a control character or a `#`.
    Letter,
    /// A value is not one whole part.
    HalfPart,
}

/// What is wrong with a selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectorFault {
    /// Nothing but white space.
    Empty,
    /// A bracket or quote is opened and not closed.
    Open(char),
    /// A bracket is closed that was not opened.
    Close(char),
    /// It ends or begins where another part should stand, or a list has an empty part.
    Dangling,
}

/// The kinds of mistakes, with the data that their sentences need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The text is no TOML.
    Syntax(String),
    /// Something is more or larger than it may be.
    TooMuch {
        /// What.
        what: &'static str,
        /// How much there is.
        is: usize,
        /// How much there may be.
        most: usize,
    },
    /// More mistakes than are shown.
    Hidden(usize),
    /// A file's name has no meaning in a pack.
    NoPlace(String),
    /// A file that every pack has is not there.
    NoFile(&'static str),
    /// A place of an older format, as it was written and as it is read.
    Older {
        /// As it was written.
        was: String,
        /// As it is read.
        now: String,
    },
    /// `format` is one that this program does not read.
    Format(String),
    /// A key that nothing reads.
    UnknownKey {
        /// The key.
        key: String,
        /// What it stands in.
        owner: &'static str,
        /// The key that was probably meant.
        near: Option<String>,
        /// All keys that may stand there.
        known: Vec<&'static str>,
    },
    /// A key that must be there.
    MissingKey {
        /// The key.
        key: &'static str,
        /// What it should stand in.
        owner: &'static str,
    },
    /// A value of another type than is wanted.
    WrongType {
        /// What is wanted.
        want: &'static str,
        /// What is there.
        found: &'static str,
        /// The keys that the wanted table may have; empty where no table is wanted.
        keys: Vec<&'static str>,
    },
    /// A text that does not say what it should.
    BadText {
        /// What it should be: "duration", "origin", …
        what: &'static str,
        /// What it is.
        text: String,
        /// What is wanted.
        want: String,
        /// The word that was probably meant.
        near: Option<String>,
    },
    /// A number that is too small or too large.
    OutOfRange {
        /// The number.
        text: String,
        /// The least that it may be.
        least: u32,
        /// The most that it may be.
        most: u32,
    },
    /// A step that does nothing.
    NoVerb,
    /// A step that does several things.
    ManyVerbs(Vec<&'static str>),
    /// Neither or both of two keys of which exactly one is wanted.
    OneOf {
        /// The keys.
        keys: &'static str,
        /// What they stand in.
        owner: &'static str,
    },
    /// A list or table without any entry.
    Empty(&'static str),
    /// A name that is not defined.
    Unknown {
        /// What it should be.
        thing: Thing,
        /// The name.
        name: String,
        /// The name that was probably meant.
        near: Option<String>,
    },
    /// A name that nothing uses.
    Unused {
        /// What it is.
        thing: Thing,
        /// The name.
        name: String,
    },
    /// A name that is defined twice.
    Twice {
        /// What it is.
        thing: Thing,
        /// The name.
        name: String,
    },
    /// A file and what is in it have different names.
    FileName {
        /// The name inside.
        name: String,
        /// The name of the file.
        file: String,
    },
    /// A path that is no path of the pack's origin.
    Path {
        /// The path.
        text: String,
        /// Why.
        fault: PathFault,
    },
    /// A selector that no browser would take.
    Selector(SelectorFault),
    /// `{{…}}` where values may not stand.
    ValueInSelector,
    /// `{{…}}` that cannot be read.
    Value(String),
    /// A fixed text where a word or a value is wanted.
    FixedText(String),
    /// `effect = "?"`.
    EffectUndecided,
    /// An effect that the verb cannot have.
    EffectOfVerb {
        /// The verb.
        verb: &'static str,
        /// The effect.
        effect: &'static str,
        /// What it may be.
        want: &'static str,
    },
    /// A key that may not stand beside `use`.
    BesideUse(&'static str),
    /// A flow that is used as a part and is none.
    NotAPart(String),
    /// A part with what only a whole flow has: `[commit]` or `[answer]`.
    PartWith(&'static str),
    /// An input that is of another kind in the part that is used.
    InputOfPart {
        /// The input.
        input: String,
        /// The part.
        by: String,
    },
    /// `upload` with something else than an input.
    PathInFlow(String),
    /// `upload` with an input of another kind.
    NotAFile(String),
    /// An input of kind `file` outside `upload`.
    FileElsewhere(String),
    /// An input of kind `secret` that does not stand alone in `fill`.
    SecretElsewhere(String),
    /// An input of kind `secret` in a question, which the engine asks alone.
    SecretInQuestion(String),
    /// A target that takes a secret and is not told by css as a password or code field.
    SecretTarget(String),
    /// A target that a step reads and that has nothing to read.
    NothingToRead(String),
    /// `{{…}}` in what a person is asked.
    ValueInWords,
    /// Parts that use one another in a circle.
    PartCircle(Vec<String>),
    /// A stop sign that no flow may deal with.
    NeverHandled(String),
    /// Signs that a flow deals with and hands to nobody.
    HandledByNobody,
    /// `when.is` with a word that the input never is.
    NeverGiven {
        /// The input.
        input: String,
        /// The word.
        text: String,
        /// The word that was probably meant.
        near: Option<String>,
    },
    /// `when.input` with an input that is neither a text nor a word.
    NotCompared(String),
    /// A question that hands the page to a person.
    PersonInQuestion,
    /// `Enter` where no text was typed just before.
    EnterElsewhere,
    /// A step after the deed that does not belong to it.
    StepAfterDeed,
    /// A step after the deed that leaves the page.
    GotoAfterDeed,
    /// `retry` on a step after the deed.
    RetryAfterDeed,
    /// `when.not_saw` of a target that no earlier step waits for.
    NeverSeen {
        /// The target.
        target: String,
        /// A target that is seen before, if one is near.
        near: Option<String>,
    },
    /// `when.not_saw` of a target without which the walk would not have come here.
    SurelySeen(String),
    /// An irreversible step that expects nothing.
    NoExpect,
    /// An irreversible step in a flow without `[commit]`.
    NoCommit,
    /// `[commit]` in a flow without an irreversible step.
    IdleCommit,
    /// A guard without a target that is told by the person's identity.
    GuardWithoutIdentity,
    /// `retry` on an irreversible step.
    RetryOfDeed,
    /// `skip` on or after an irreversible step.
    SkipAfterDeed,
    /// `when.saw` of a target that no earlier step waits for.
    NeverSaw {
        /// The target.
        target: String,
        /// A target that is seen before, if one is near.
        near: Option<String>,
    },
    /// A target that exists only after a click that no earlier step makes.
    NotYet {
        /// The target.
        target: String,
        /// What must be clicked before.
        after: String,
    },
    /// Conditions that cannot hold together.
    Contradiction(String),
    /// Conditions that never win, because earlier ones hold whenever they do.
    Shadowed {
        /// Counted from 1.
        earlier: usize,
    },
    /// An errand with an irreversible step.
    ErrandActs,
    /// A question with an irreversible step.
    QuestionActs,
    /// A question without an answer.
    NoAnswer,
    /// An answer in a flow that acts.
    AnswerOfAct,
    /// An answer that the last step does not wait for.
    AnswerUnasked(&'static str),
    /// A "no" that rests on something not being there, without a witness.
    AbsenceWithoutWitness,
    /// A "no" that rests on something that is there in either case.
    PresenceInEitherCase(String),
    /// A flow that should be a question and acts.
    NotAQuestion(String),
    /// A settling question without "no".
    SettledWithoutNo(String),
    /// An input that the flow does not have and something it uses needs.
    InputMissing {
        /// The input.
        input: String,
        /// Who needs it.
        by: String,
    },
    /// An irreversible target with one way only in a generation that it claims.
    OneWay {
        /// The target.
        target: String,
        /// The generation.
        generation: String,
    },
    /// An irreversible target that no word tells.
    NoWord(String),
    /// An irreversible target that may be several elements.
    ManyForDeed(String),
    /// A way to an irreversible target that only says how its name or text begins.
    OpenEnded(String),
    /// A clicked target that is told by its place among others alone.
    ByPlace(String),
    /// Two equal ways of one target.
    SameWay,
    /// A way that says nothing about what it finds.
    WayWithoutSign,
    /// A target whose `seen` says nothing of a generation that it claims.
    SeenMissing(String),
    /// A target whose `seen` speaks of a generation that it does not claim.
    SeenIdle(String),
    /// A word that `words/en.toml` does not have.
    NoEnglish(String),
    /// A hole that some word has and its use does not fill.
    HoleUnfilled {
        /// The hole.
        hole: String,
        /// The word's key.
        key: String,
    },
    /// A language that cannot run a flow.
    Language {
        /// The language.
        language: String,
        /// The flows.
        flows: Vec<String>,
        /// The keys that it lacks.
        keys: Vec<String>,
    },
    /// A language in which signs cannot be read.
    LanguageSigns {
        /// The language.
        language: String,
        /// The signs.
        signs: Vec<String>,
        /// The keys that it lacks.
        keys: Vec<String>,
    },
    /// Definitions that lead back to themselves.
    Circle(Vec<String>),
    /// A target whose `read` lacks what the identity needs.
    IdentityWithout(&'static str),
    /// `each` elsewhere than in the last step of a question.
    EachPlace,
    /// A target of `each` that lacks what a reading needs.
    EachLacks {
        /// The target.
        target: String,
        /// What it lacks.
        what: &'static str,
    },
    /// `other_account` among the signs without `identity`, or the other way round.
    IdentityAndSign,
}

impl Mistake {
    /// A mistake without a second place.
    #[must_use]
    pub fn new(kind: Kind, span: Span) -> Self {
        Self { kind, span, also: None }
    }

    /// Whether the pack is refused for it.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self.kind {
            Kind::Older { .. }
            | Kind::Unused { .. }
            | Kind::Language { .. }
            | Kind::LanguageSigns { .. }
            | Kind::SeenIdle(_) => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// The known word that is nearest to a mistyped one: at most two letters away, and closer than it is long.
pub(super) fn near<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    if text.len() > 100 {
        return None;
    }
    known
        .into_iter()
        .map(|word| (strsim::osa_distance(text, word), word))
        .filter(|(distance, word)| *distance <= 2 && distance * 2 < word.chars().count())
        .min()
        .map(|(_, word)| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn near_takes_the_nearest_and_nothing_far() {
        assert_eq!(near("clik", ["click", "check"]).as_deref(), Some("click"));
        assert_eq!(near("remove_itm", ["card", "remove_item"]).as_deref(), Some("remove_item"));
        assert_eq!(near("gtoo", ["goto"]).as_deref(), Some("goto"));
        assert_eq!(near("go", ["in", "to"]), None);
        assert_eq!(near(&"x".repeat(5000), ["x"]), None);
    }
}
