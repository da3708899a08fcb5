//! The tables of `targets/<page>.toml` and `words/<language>.toml`.

use super::{Name, Names, Rule, Shape, Table, may, need, words_of};
use crate::flow::limit::{MOST_TEXTS, MOST_WAYS};
use crate::flow::query::{Count, Pick};

/// The roles that the page agent computes.
pub(in crate::flow) const ROLES: [(&str, ()); 11] = [
    ("button", ()),
    ("checkbox", ()),
    ("dialog", ()),
    ("heading", ()),
    ("img", ()),
    ("link", ()),
    ("listitem", ()),
    ("menuitem", ()),
    ("option", ()),
    ("radio", ()),
    ("textbox", ()),
];
/// Which of several.
pub(in crate::flow) const PICKS: [(&str, Pick); 4] =
    [("outermost", Pick::Outermost), ("innermost", Pick::Innermost), ("first", Pick::First), ("last", Pick::Last)];
/// How many, where it is no number.
pub(in crate::flow) const COUNTS: [(&str, Count); 1] = [("many", Count::Many)];

const TEXT_MATCH: Shape = Shape::Any(&[Shape::Text, Shape::Table(&MATCH)]);

/// A file of `targets/`.
pub(in crate::flow) static TARGETS_FILE: Table = Table {
    id: "targets_file",
    owner: "a file of `targets/`",
    says: "how things on one page are found",
    keys: &[
        may("target", Shape::Table(&TARGETS), "things on the page"),
        may("witness", Shape::Table(&WITNESSES), "absence that can be trusted"),
        may("check", Shape::Table(&CHECKS), "checks for guards"),
    ],
    names: None,
    rule: Rule::Free,
};

/// `[target]`.
pub(in crate::flow) static TARGETS: Table = Table {
    id: "targets",
    owner: "`[target]`",
    says: "targets by name",
    keys: &[],
    names: Some(Names { name: Name::Snake, shape: Shape::Table(&TARGET) }),
    rule: Rule::Free,
};

/// `[witness]`.
pub(in crate::flow) static WITNESSES: Table = Table {
    id: "witnesses",
    owner: "`[witness]`",
    says: "witnesses by name",
    keys: &[],
    names: Some(Names { name: Name::Snake, shape: Shape::Table(&WITNESS) }),
    rule: Rule::Free,
};

/// `[check]`.
pub(in crate::flow) static CHECKS: Table = Table {
    id: "checks",
    owner: "`[check]`",
    says: "checks by name",
    keys: &[],
    names: Some(Names { name: Name::Snake, shape: Shape::Table(&CHECK) }),
    rule: Rule::Free,
};

/// `[target.NAME]`.
pub(in crate::flow) static TARGET: Table = Table {
    id: "target",
    owner: "a target",
    says: "how one thing on the page is found",
    keys: &[
        need(
            "seen",
            Shape::Any(&[Shape::Seen, Shape::Table(&SEEN)]),
            "when a real page confirmed it, by generation or for all",
        ),
        may("inside", Shape::Text, "it is searched inside this target"),
        may("after", Shape::Text, "it exists only after a click on this target"),
        may("except", Shape::Text, "what this target stands for, and its label, is none of it"),
        need("find", Shape::List(&Shape::Table(&WAY), MOST_WAYS), "the ways to find it, in order"),
        may("must", Shape::Table(&MUST), "how many elements it stands for; one where absent"),
        may("read", Shape::Table(&READS), "what is read from it"),
    ],
    names: None,
    rule: Rule::Free,
};

/// `seen` by generation.
pub(in crate::flow) static SEEN: Table = Table {
    id: "seen",
    owner: "`seen`",
    says: "when a real page of each generation confirmed it",
    keys: &[],
    names: Some(Names { name: Name::Kebab, shape: Shape::Seen }),
    rule: Rule::Free,
};

/// One way of `find`.
pub(in crate::flow) static WAY: Table = Table {
    id: "way",
    owner: "a way of `find`",
    says: "one way to find a target; all that is given must fit",
    keys: &[
        may("gen", Shape::Name(Name::Kebab), "only in this generation"),
        may("css", Shape::Text, "a CSS selector, through open shadow roots"),
        may("xpath", Shape::Text, "an XPath; the last resort"),
        may("role", Shape::Words(&words_of(&ROLES)), "the computed role"),
        may("name", TEXT_MATCH, "the accessible name"),
        may("text", TEXT_MATCH, "the visible text"),
        may("href", Shape::Path, "the link's path"),
        may("slug", Shape::Table(&SLUG), "the person that the links inside name"),
        may("at", Shape::Path, "only where the document's own path begins with this"),
        may("not_at", Shape::Path, "only where the document's own path does not begin with this"),
        may("up_to", Shape::Text, "from there to the nearest element around it that fits this selector"),
        may("own", Shape::Flag, "only where the page is proved to be the account's own"),
        may("pick", Shape::Words(&words_of(&PICKS)), "which of several"),
        may("hidden", Shape::Flag, "also elements that are not displayed"),
    ],
    names: None,
    rule: Rule::Some(&["css", "xpath", "role", "name", "text", "href", "slug"]),
};

/// A text match.
pub(in crate::flow) static MATCH: Table = Table {
    id: "match",
    owner: "a match",
    says: "a word of the page's language with its holes filled, or a text made of values; compared whole",
    keys: &[
        may("word", Shape::Text, "a key of the words"),
        may("is", Shape::Text, "a text with `{{input}}`"),
        may("starts", Shape::Flag, "the text only begins with it"),
    ],
    names: Some(Names { name: Name::Snake, shape: Shape::Text }),
    rule: Rule::One(&["word", "is"]),
};

/// `slug` of a way.
pub(in crate::flow) static SLUG: Table = Table {
    id: "slug",
    owner: "a `slug` match",
    says: "whose links are inside",
    keys: &[
        need("of", Shape::Text, "which links: a CSS selector"),
        need("is", Shape::Text, "whom they must name: `{{slug}}`"),
        may("if_any", Shape::Flag, "an element without such links fits too"),
    ],
    names: None,
    rule: Rule::Free,
};

/// `must`.
pub(in crate::flow) static MUST: Table = Table {
    id: "must",
    owner: "`must`",
    says: "how many elements a target stands for",
    keys: &[need(
        "count",
        Shape::Any(&[Shape::Number(1, 1), Shape::Words(&words_of(&COUNTS))]),
        "`1`, or `\"many\"` for rows",
    )],
    names: None,
    rule: Rule::Free,
};

/// `read` of a target.
pub(in crate::flow) static READS: Table = Table {
    id: "reads",
    owner: "`read`",
    says: "values by name",
    keys: &[],
    names: Some(Names { name: Name::Snake, shape: Shape::Any(&[Shape::Text, Shape::Table(&READ)]) }),
    rule: Rule::Free,
};

/// One value that is read.
pub(in crate::flow) static READ: Table = Table {
    id: "read",
    owner: "a `read`",
    says: "where a value stands",
    keys: &[
        may("css", Shape::Text, "in the first displayed element inside that fits"),
        may("attr", Shape::Text, "in this attribute instead of the visible text"),
        may(
            "asset",
            Shape::List(&Shape::Text, MOST_TEXTS),
            "of a picture's address the part behind the first of these paths",
        ),
        may("slug", Shape::Flag, "the slug of the link there"),
        may("address", Shape::Flag, "the slug of the document's own address"),
        may("number", Shape::Flag, "the first number in it"),
        may("starts_word", Shape::Text, "what follows a word of this key"),
    ],
    names: None,
    rule: Rule::Free,
};

/// `[witness.NAME]`.
pub(in crate::flow) static WITNESS: Table = Table {
    id: "witness",
    owner: "a witness",
    says: "absence in a filtered list that can be trusted",
    keys: &[
        need("filter", Shape::Text, "the text box that filters"),
        need("rows", Shape::Text, "the rows: a target with `must = { count = \"many\" }`"),
        need("absent", Shape::Text, "the one that must not be there"),
        need("notice", Shape::Text, "the notice of an empty list"),
        need("holds", Shape::Text, "what the filter must hold"),
        need("row_contains", Shape::Text, "what the text of each row must contain"),
        need("page_size", Shape::Number(1, 1000), "a list with fewer rows is whole"),
        need("quiet", Shape::Duration, "how long everything must have been unchanged"),
    ],
    names: None,
    rule: Rule::Free,
};

/// `[check.NAME]`.
pub(in crate::flow) static CHECK: Table = Table {
    id: "check",
    owner: "a check",
    says: "what an open dialog must say",
    keys: &[
        need("dialog", Shape::Text, "the dialog"),
        need("shows", Shape::Text, "the name that it must show: `{{card.name}}`"),
        may(
            "known",
            Shape::Text,
            "the key of the texts that the dialog may consist of; `{first}` in them is the name, or its first words",
        ),
        may("harm", Shape::Text, "the key of the words that stop the click wherever the dialog says something unknown"),
        may("apart", Shape::Text, "a CSS selector of what stands in the dialog and is no part of what it says"),
    ],
    names: None,
    rule: Rule::Free,
};

/// A file of `words/`.
pub(in crate::flow) static WORDS: Table = Table {
    id: "words",
    owner: "a file of `words/`",
    says: "what controls are called on a page of one language",
    keys: &[],
    names: Some(Names { name: Name::Snake, shape: Shape::Any(&[Shape::Text, Shape::List(&Shape::Text, MOST_TEXTS)]) }),
    rule: Rule::Free,
};
