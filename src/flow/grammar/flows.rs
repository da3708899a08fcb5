//! The tables of `flows/<name>.toml`.

use super::{Key, Name, Names, Rule, Shape, Table, may, need, words_of};
use crate::flow::limit::{MOST_STEPS, MOST_WANTS, MOST_WORDS};
use crate::flow::query::{REFUSALS, Refusal};
use crate::flow::tree::{Effect, FlowKind, InputKind, Skipped};

/// The kinds of flows.
pub(in crate::flow) const KINDS: [(&str, FlowKind); 4] =
    [("question", FlowKind::Question), ("act", FlowKind::Act), ("errand", FlowKind::Errand), ("part", FlowKind::Part)];
/// The kinds of inputs; one of several words is a list of them instead.
pub(in crate::flow) const INPUT_KINDS: [(&str, InputKind); 6] = [
    ("slug", InputKind::Slug),
    ("account", InputKind::Account),
    ("person", InputKind::Person),
    ("text", InputKind::Text),
    ("secret", InputKind::Secret),
    ("file", InputKind::File),
];
/// The effects.
pub(in crate::flow) const EFFECTS: [(&str, Effect); 3] =
    [("none", Effect::None), ("reversible", Effect::Reversible), ("irreversible", Effect::Irreversible)];
/// The keys that can be pressed.
pub(in crate::flow) const KEYS: [(&str, ()); 3] = [("Escape", ()), ("Enter", ()), ("Tab", ())];
/// The verbs, in the order in which they are offered.
pub(in crate::flow) const VERBS: [&str; 12] =
    ["goto", "click", "fill", "check", "choose", "press", "upload", "read", "each", "human", "use", "wait"];
/// What a flow that ends early is called.
pub(in crate::flow) const OUTCOMES: [(&str, Skipped); 5] = Skipped::WORDS;

const REFUSAL_WORDS: [&str; 11] = refusal_words(&REFUSALS);

const fn refusal_words(pairs: &[(Refusal, &'static str); 11]) -> [&'static str; 11] {
    let mut words = [""; 11];
    let mut at = 0;
    while at < 11 {
        words[at] = pairs[at].1;
        at += 1;
    }
    words
}

const TEXTS: Shape = Shape::Many(&Shape::Text);

const SEE: Key = may("see", TEXTS, "targets that are there");
const GONE: Key = may("gone", TEXTS, "targets of which nothing is displayed");
const WITNESSED: Key = may("witness", TEXTS, "witnesses of absence");

/// A whole flow.
pub(in crate::flow) static FLOW: Table = Table {
    id: "flow",
    owner: "a flow",
    says: "one flow: what is done on the pages, step by step",
    keys: &[
        need("format", Shape::Number(1, 1), "the version of the language"),
        need("flow", Shape::Name(Name::Kebab), "the flow's name, the same as the file's"),
        may("kind", Shape::Words(&words_of(&KINDS)), "what it is for; `act` where absent"),
        need("seen", Shape::Seen, "when a real page confirmed it, and from what"),
        may("inputs", Shape::Table(&INPUTS), "what a run must bind"),
        may("handles", TEXTS, "stop signs that the flow deals with itself: they do not end it"),
        may("commit", Shape::Table(&COMMIT), "what all irreversible steps share"),
        need("step", Shape::List(&Shape::Table(&STEP), MOST_STEPS), "the steps, in order"),
        may("answer", Shape::Table(&ANSWER), "how a question is answered"),
    ],
    names: None,
    rule: Rule::Free,
};

const INPUT: Shape =
    Shape::Any(&[Shape::Words(&words_of(&INPUT_KINDS)), Shape::List(&Shape::Name(Name::Kebab), MOST_WORDS)]);

/// `inputs`.
pub(in crate::flow) static INPUTS: Table = Table {
    id: "inputs",
    owner: "`inputs`",
    says: "a flow's inputs by name, with their kinds; a list holds the words that one may be",
    keys: &[],
    names: Some(Names { name: Name::Snake, shape: INPUT }),
    rule: Rule::Free,
};

/// `[commit]`.
pub(in crate::flow) static COMMIT: Table = Table {
    id: "commit",
    owner: "`[commit]`",
    says: "what all irreversible steps of a flow share: one recorded intention",
    keys: &[
        need("guard", TEXTS, "targets and checks that are read again as the click arrives"),
        need("settled", Shape::Name(Name::Kebab), "the question that says whether it is done"),
    ],
    names: None,
    rule: Rule::Free,
};

/// `[answer]`.
pub(in crate::flow) static ANSWER: Table = Table {
    id: "answer",
    owner: "`[answer]`",
    says: "how a question is answered; neither answer is \"unreadable\", which is never \"no\"",
    keys: &[
        need("yes", Shape::Table(&HOLDS), "holds when the answer is yes"),
        may("no", Shape::Table(&HOLDS), "holds when the answer is no, where there is an honest one"),
    ],
    names: None,
    rule: Rule::Free,
};

/// One `[[step]]`.
pub(in crate::flow) static STEP: Table = Table {
    id: "step",
    owner: "a step",
    says: "one step: exactly one verb, and what goes with it",
    keys: &[
        need("id", Shape::Name(Name::Kebab), "its name, unique in the flow"),
        may("goto", Shape::Path, "loads a path of the pack's origin"),
        may("click", Shape::Text, "clicks a target"),
        may("fill", Shape::Table(&FILL), "replaces the text of a target, as keystrokes"),
        may("check", Shape::Any(&[Shape::Text, Shape::Table(&CHECK_VERB)]), "ticks or unticks a target"),
        may("choose", Shape::Table(&CHOOSE), "picks one of the options in a target"),
        may("press", Shape::Words(&words_of(&KEYS)), "presses one key"),
        may("upload", Shape::Table(&UPLOAD), "gives a file of the user's to a target"),
        may("read", TEXTS, "targets whose values become facts of the run"),
        may("each", Shape::Table(&EACH), "reads every row of a list to its end"),
        may("human", Shape::Table(&HUMAN), "hands the page to the person"),
        may("use", Shape::Name(Name::Kebab), "a flow of kind `part` whose steps stand here"),
        may("wait", Shape::Yes, "does nothing but wait for what the step expects"),
        may(
            "effect",
            Shape::Words(&["none", "reversible", "irreversible", "?"]),
            "what the step does to the account; `?` is a draft's and refused",
        ),
        may("expect", Shape::Table(&EXPECT), "what must hold afterwards"),
        may(
            "when",
            Shape::Table(&WHEN),
            "only if earlier steps saw, or did not see, these targets, or the run was given this",
        ),
        may(
            "skip",
            Shape::Any(&[Shape::Table(&SKIP), Shape::List(&Shape::Table(&SKIP), MOST_WANTS)]),
            "what ends the flow early without a deed",
        ),
        may("retry", Shape::Table(&RETRY), "when the step is tried again"),
    ],
    names: None,
    rule: Rule::One(&VERBS),
};

/// `fill`.
pub(in crate::flow) static FILL: Table = Table {
    id: "fill",
    owner: "`fill`",
    says: "what is typed, and where",
    keys: &[
        need("into", Shape::Text, "the target"),
        need("with", Shape::Text, "text with `{{input}}`; a `secret` input stands alone"),
        may(
            "redraws",
            TEXTS,
            "targets of the list that is drawn anew for it: its rows, then the notice of an empty list",
        ),
    ],
    names: None,
    rule: Rule::Free,
};

/// `check`, where it says more than the target.
pub(in crate::flow) static CHECK_VERB: Table = Table {
    id: "tick",
    owner: "`check`",
    says: "a box to tick or untick",
    keys: &[
        need("target", Shape::Text, "the box"),
        may("to", Shape::Flag, "whether it is ticked afterwards; `true` where absent"),
    ],
    names: None,
    rule: Rule::Free,
};

/// `choose`.
pub(in crate::flow) static CHOOSE: Table = Table {
    id: "choose",
    owner: "`choose`",
    says: "one option of several",
    keys: &[
        need("in", Shape::Text, "the target that holds the options"),
        need(
            "option",
            Shape::Any(&[Shape::Text, Shape::Table(&super::MATCH)]),
            "what the option is called: a word or an input",
        ),
    ],
    names: None,
    rule: Rule::Free,
};

/// `upload`.
pub(in crate::flow) static UPLOAD: Table = Table {
    id: "upload",
    owner: "`upload`",
    says: "a file of the user's and where it goes",
    keys: &[
        need("into", Shape::Text, "the target"),
        need("file", Shape::Text, "an input of kind `file`: `{{archive}}`"),
    ],
    names: None,
    rule: Rule::Free,
};

/// `human`.
pub(in crate::flow) static HUMAN: Table = Table {
    id: "human",
    owner: "`human`",
    says: "what the person is asked to do in the browser window",
    keys: &[
        need("words", Shape::Text, "what to do, for a person to read"),
        need("until", Shape::Table(&HOLDS), "what shows that it is done"),
        need("within", Shape::Duration, "how long the person may take, up to 60m"),
    ],
    names: None,
    rule: Rule::Free,
};

/// `expect`.
pub(in crate::flow) static EXPECT: Table = Table {
    id: "expect",
    owner: "`expect`",
    says: "what must hold after a step, and until when at the latest",
    keys: &[
        SEE,
        GONE,
        WITNESSED,
        may("first", Shape::List(&Shape::Table(&HOLDS), MOST_WANTS), "alternatives; the first that holds wins"),
        need("within", Shape::Duration, "how long it may take"),
    ],
    names: None,
    rule: Rule::Either("first", &["see", "gone", "witness"]),
};

/// Conditions that must hold at one look.
pub(in crate::flow) static HOLDS: Table = Table {
    id: "conditions",
    owner: "conditions",
    says: "what must all hold at one look",
    keys: &[SEE, GONE, WITNESSED],
    names: None,
    rule: Rule::Some(&["see", "gone", "witness"]),
};

/// `when`.
pub(in crate::flow) static WHEN: Table = Table {
    id: "when",
    owner: "`when`",
    says: "what earlier steps saw and what the run was given; all of it must be so",
    keys: &[
        may("saw", TEXTS, "targets that an earlier step saw"),
        may("not_saw", TEXTS, "targets that no earlier step saw"),
        may("input", Shape::Text, "an input that the run was given"),
        may("is", TEXTS, "what it must be one of; anything but nothing where absent"),
    ],
    names: None,
    rule: Rule::Some(&["saw", "not_saw", "input"]),
};

/// `each`.
pub(in crate::flow) static EACH: Table = Table {
    id: "each",
    owner: "`each`",
    says: "a list that is read row by row; only as the last step of a question",
    keys: &[
        need("row", Shape::Text, "the rows: a target with `must = { count = \"many\" }`"),
        may("more", Shape::Text, "what is clicked where the list does not go on by itself"),
        need("total", Shape::Text, "the page's own number of rows: the check"),
        need("within", Shape::Duration, "how long the list may stall"),
    ],
    names: None,
    rule: Rule::Free,
};

/// `skip`.
pub(in crate::flow) static SKIP: Table = Table {
    id: "skip",
    owner: "`skip`",
    says: "what ends a flow early without a deed",
    keys: &[
        SEE,
        GONE,
        WITNESSED,
        need("as", Shape::Words(&words_of(&OUTCOMES)), "what the outcome is called"),
        need("why", Shape::Text, "why, in words"),
    ],
    names: None,
    rule: Rule::Some(&["see", "witness"]),
};

/// `retry`.
pub(in crate::flow) static RETRY: Table = Table {
    id: "retry",
    owner: "`retry`",
    says: "when a step is tried again; never an irreversible one",
    keys: &[
        need("times", Shape::Number(1, 10), "how often beyond the first time"),
        need("when", Shape::Many(&Shape::Words(&REFUSAL_WORDS)), "for which refusals"),
    ],
    names: None,
    rule: Rule::Free,
};
