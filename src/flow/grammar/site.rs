//! The tables of `site.toml`.

use super::{Name, Names, Rule, Shape, Table, may, need, words_of};
use crate::flow::limit::{MOST_CONDITIONS, MOST_MASKS};
use crate::flow::site::SignKind;

/// The kinds of stop signs.
pub(in crate::flow) const SIGN_KINDS: [(&str, SignKind); 2] = [("latch", SignKind::Latch), ("cool", SignKind::Cool)];

const CONDITIONS: Shape = Shape::List(&Shape::Table(&CONDITION), MOST_CONDITIONS);

/// `site.toml`.
pub(in crate::flow) static SITE: Table = Table {
    id: "site",
    owner: "`site.toml`",
    says: "the site that a pack is for",
    keys: &[
        need("format", Shape::Number(1, 1), "the version of the language"),
        need("pack", Shape::Text, "the pack's own name and version"),
        need("origin", Shape::Text, "scheme, host and port, exactly"),
        may("identity", Shape::Table(&IDENTITY), "how to tell whose account the page shows"),
        may("visits", Shape::Many(&Shape::Path), "the paths whose loading is a profile view"),
        may("mask", Shape::List(&Shape::Text, MOST_MASKS), "what is covered in every picture: selectors"),
        may(
            "notices",
            Shape::List(&Shape::Text, MOST_MASKS),
            "what speaks for the site beside alerts: selectors of toasts",
        ),
        need("generation", Shape::Table(&GENERATIONS), "the generations of the pages"),
        need("stop_on", Shape::Many(&Shape::Text), "the stop signs, in the order in which they are looked for"),
        need("sign", Shape::Table(&SIGNS), "the stop signs"),
    ],
    names: None,
    rule: Rule::Free,
};

/// `identity`.
pub(in crate::flow) static IDENTITY: Table = Table {
    id: "identity",
    owner: "`identity`",
    says: "whose account the page shows",
    keys: &[
        need("flow", Shape::Name(Name::Kebab), "the question flow, asked once a session"),
        need("target", Shape::Text, "the target that it ends with; it reads `slug`"),
        need("always", Shape::Text, "the target whose values are compared in every look"),
    ],
    names: None,
    rule: Rule::Free,
};

/// `[generation]`.
pub(in crate::flow) static GENERATIONS: Table = Table {
    id: "generations",
    owner: "`[generation]`",
    says: "generations by name",
    keys: &[],
    names: Some(Names { name: Name::Kebab, shape: Shape::Table(&GENERATION) }),
    rule: Rule::Free,
};

/// `[generation.NAME]`.
pub(in crate::flow) static GENERATION: Table = Table {
    id: "generation",
    owner: "`[generation.NAME]`",
    says: "how a document of this generation is told",
    keys: &[need("when", CONDITIONS, "all of these must hold")],
    names: None,
    rule: Rule::Free,
};

/// `[sign]`.
pub(in crate::flow) static SIGNS: Table = Table {
    id: "signs",
    owner: "`[sign]`",
    says: "stop signs by name",
    keys: &[],
    names: Some(Names { name: Name::Snake, shape: Shape::Table(&SIGN) }),
    rule: Rule::Free,
};

/// `[sign.NAME]`.
pub(in crate::flow) static SIGN: Table = Table {
    id: "sign",
    owner: "`[sign.NAME]`",
    says: "one stop sign",
    keys: &[
        need("kind", Shape::Words(&words_of(&SIGN_KINDS)), "what happens when it shows"),
        need(
            "any",
            Shape::List(&Shape::Any(&[Shape::Table(&CONDITION), CONDITIONS]), MOST_CONDITIONS),
            "any of these; a list in the list must hold whole",
        ),
    ],
    names: None,
    rule: Rule::Free,
};

/// One condition about a document as a whole.
pub(in crate::flow) static CONDITION: Table = Table {
    id: "condition",
    owner: "a condition",
    says: "something about the document as a whole",
    keys: &[
        may("css", Shape::Text, "something fits this selector, displayed or not"),
        may("shown", Shape::Text, "something displayed fits this selector"),
        may("absent", Shape::Text, "nothing fits this selector"),
        may("path", Shape::Many(&Shape::Path), "the address's path begins with this, or with one of these"),
        may("status", Shape::List(&Shape::Number(100, 999), 50), "the document's HTTP status is one of these"),
        may("word", Shape::Text, "a displayed heading, alert or dialog begins with a word of this key"),
    ],
    names: None,
    rule: Rule::One(&["css", "shown", "absent", "path", "status", "word"]),
};
