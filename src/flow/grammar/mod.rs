//! The keys of every table of a pack, said once: the parser asks by these tables, and the schemas are made of them.
//!
//! It knows which keys there are and what each may hold; it does not know how a text is read or what a pack means.

mod find;
mod flows;
mod site;

pub(super) use self::find::{
    CHECK, CHECKS, COUNTS, MATCH, MUST, PICKS, READ, READS, ROLES, SEEN, SLUG, TARGET, TARGETS, TARGETS_FILE, WAY,
    WITNESS, WITNESSES, WORDS,
};
pub(super) use self::flows::{
    ANSWER, CHECK_VERB, CHOOSE, COMMIT, EACH, EFFECTS, EXPECT, FILL, FLOW, HOLDS, HUMAN, INPUT_KINDS, INPUTS, KEYS,
    KINDS, OUTCOMES, RETRY, SKIP, STEP, UPLOAD, VERBS, WHEN,
};
pub(super) use self::site::{CONDITION, GENERATION, GENERATIONS, IDENTITY, SIGN, SIGN_KINDS, SIGNS, SITE};

/// The version of the language that this program reads.
pub(super) const FORMAT: u32 = 1;

/// A table of a file: its keys, or what its names stand for.
#[derive(Debug)]
pub(super) struct Table {
    /// Its name in a schema.
    pub(super) id: &'static str,
    /// What it is called in a message.
    pub(super) owner: &'static str,
    /// What it is for.
    pub(super) says: &'static str,
    /// Its keys, in the order in which they are offered.
    pub(super) keys: &'static [Key],
    /// Every other key is a name of the pack's own and holds this.
    pub(super) names: Option<Names>,
    /// Which keys go together.
    pub(super) rule: Rule,
}

/// One key of a table.
#[derive(Debug)]
pub(super) struct Key {
    /// The key.
    pub(super) name: &'static str,
    /// It must be there.
    pub(super) need: bool,
    /// What it may hold.
    pub(super) shape: Shape,
    /// What it is for.
    pub(super) says: &'static str,
}

/// Keys that are names.
#[derive(Debug)]
pub(super) struct Names {
    /// How the names are written.
    pub(super) name: Name,
    /// What each may hold.
    pub(super) shape: Shape,
}

/// How a name of the pack's own is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// `a-z`, digits and `_`.
    Snake,
    /// `a-z`, digits and `-`.
    Kebab,
}

/// Which keys of a table go together.
#[derive(Debug)]
pub(super) enum Rule {
    /// Any.
    Free,
    /// Exactly one of these.
    One(&'static [&'static str]),
    /// At least one of these.
    Some(&'static [&'static str]),
    /// Either the first or at least one of the others.
    Either(&'static str, &'static [&'static str]),
}

/// What a key may hold.
#[derive(Debug)]
pub(super) enum Shape {
    /// A text that is not empty.
    Text,
    /// A path of the pack's own origin.
    Path,
    /// A name.
    Name(Name),
    /// One of these words.
    Words(&'static [&'static str]),
    /// True or false.
    Flag,
    /// Nothing but `true`.
    Yes,
    /// A whole number between two bounds, both included.
    Number(u32, u32),
    /// A length of time, like `4s`.
    Duration,
    /// `never`, or a date and from what.
    Seen,
    /// A list, with the most entries that it may have.
    List(&'static Shape, usize),
    /// One, or a list of them.
    Many(&'static Shape),
    /// A table.
    Table(&'static Table),
    /// One of several shapes.
    Any(&'static [Shape]),
}

/// A key that must be there.
const fn need(name: &'static str, shape: Shape, says: &'static str) -> Key {
    Key { name, need: true, shape, says }
}

/// A key that may be there.
const fn may(name: &'static str, shape: Shape, says: &'static str) -> Key {
    Key { name, need: false, shape, says }
}

/// The words of a closed set of words and what they stand for.
const fn words_of<T: Copy, const N: usize>(pairs: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut words = [""; N];
    let mut at = 0;
    while at < N {
        words[at] = pairs[at].0;
        at += 1;
    }
    words
}

/// The four kinds of files, with the file that a schema is called after.
pub(super) const FILES: [(&str, &Table); 4] =
    [("flow", &FLOW), ("site", &SITE), ("targets", &TARGETS_FILE), ("words", &WORDS)];
