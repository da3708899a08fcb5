//! What the page agent is asked: one self-contained request, already bound, as JSON.
//!
//! These are wire types between the pack and the page agent's JavaScript. A request carries data only, never code; the
//! agent evaluates every match itself, so that a value is never spliced into a selector.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One question to the page: what must hold, until when, and which click to arm when it does.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Look {
    /// The wire's version.
    pub v: u32,
    /// The values of the flow's inputs, for matches: `slug`, `name`.
    pub values: BTreeMap<String, String>,
    /// Tried in order; exactly one must fit the document.
    pub generations: Vec<Generation>,
    /// Words by language, then by key; only those that this request needs.
    pub words: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Targets by name: those of this request and whatever they are inside of.
    pub targets: BTreeMap<String, Target>,
    /// Witnesses of absence by name.
    pub witnesses: BTreeMap<String, Witness>,
    /// Checks by name, for guards.
    pub checks: BTreeMap<String, Check>,
    /// Lists of which it is asked whether they were drawn for our last action, by name. The answer says so for each.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub draws: BTreeMap<String, Draw>,
    /// Looked for before anything else, in every slice.
    pub stop_on: Vec<Sign>,
    /// Read in every slice; where it differs from `expect` the status is `stop` with sign `other_account`. That is a reason
    /// to ask whose account it is, and no answer.
    pub identity: Option<Identity>,
    /// The first that holds, in order, ends the waiting. Empty: holds at once.
    pub wants: Vec<Want>,
    /// How long to wait for that in all, in milliseconds.
    pub within_ms: u64,
    /// The click to arm once a want holds.
    pub arm: Option<Arm>,
    /// Arm only where the want that held is one of these; empty means any.
    pub arm_when: Vec<usize>,
    /// Targets whose `read` values are wanted in the answer, where they resolve.
    pub read: Vec<String>,
    /// Whether the answer says of each target why a run would not take it, and what is nearest where nothing of it is there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub explain: bool,
    /// The token of the click that was armed before: the answer says whether it landed.
    pub armed_before: Option<String>,
    /// Whether a refusal of what the page itself asked its server since our last action is a stop sign. Where nothing is wanted,
    /// it is then waited for an answer to our last action that the page has drawn. What notices said since is in the answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub aftermath: bool,
    /// What notices said as our last click arrived, in another document than this one: what this one says beside it is in the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stood: Option<Vec<String>>,
    /// Selectors of what speaks for the site beside alerts, dialogs, statuses and live regions, where a click is armed or was made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// Targets that stood there before the last action: what is seen of them counts in a want only where it was drawn anew since,
    /// or in another document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub anew: Vec<String>,
}

/// A list to be read row by row: a [`Look`] that wants nothing, and which of its targets are the list.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rows {
    /// Generations, words, targets, stop signs, identity, and the token of the click on `more` that was made last.
    pub look: Look,
    /// A `many` target: the rows. Its `key`, where it reads one, tells rows apart that name nobody.
    pub row: String,
    /// What is clicked where the list does not go on by itself.
    pub more: Option<String>,
    /// The page's own number of rows.
    pub total: String,
    /// Which `read` of it is the number.
    pub number: String,
    /// So many rows in one answer at most.
    pub most: u32,
}

/// How a generation of the UI is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generation {
    /// Its name.
    pub name: String,
    /// All must hold.
    pub when: Vec<Condition>,
}

/// Something about the document as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Something displayed or not matches this selector, open shadow roots included.
    Css(String),
    /// Something *displayed* matches this selector.
    Shown(String),
    /// Nothing matches this selector.
    Absent(String),
    /// The address's path begins with one of these, at a boundary of parts. A generation that says so goes before all that
    /// do not.
    Path(Vec<String>),
    /// The document's HTTP status is one of these.
    Status(Vec<u16>),
    /// A displayed heading, alert or dialog has a text equal to, or beginning with, one of the words of this key.
    Word(String),
}

/// A stop sign: any of its conditions is enough; a nested list must hold whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sign {
    /// Its name: `captcha`, `checkpoint`, `too_many_requests`, …
    pub name: String,
    /// Any of these lists, all of one list.
    pub any: Vec<Vec<Condition>>,
}

/// Whose account the shell shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identity {
    /// The target whose `read` values are compared.
    pub target: String,
    /// What is known to be the account's own, by the name of the value; each may have several forms. A target that is not
    /// there (a page without a shell), a value that is empty or cannot be read, and a value of which nothing is known yet
    /// are no difference.
    pub expect: BTreeMap<String, Vec<String>>,
    /// The document in which the account's own menu said whose it is, by the id that the page agent gave it.
    pub told_in: Option<String>,
}

/// How one thing on the page is found. All alternatives of the document's generation are tried in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Target {
    /// Searched inside this target's element instead of the document.
    pub inside: Option<String>,
    /// What this target stands for, what is around or inside of it, and its label are left out. Where it cannot be told what
    /// that target is, neither can it be of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub except: Option<String>,
    /// In this order; the first that finds something wins.
    pub find: Vec<Alternative>,
    /// How many it must be: `one`, or `many` (one or more, for rows).
    pub count: Count,
    /// All alternatives of the generation that claim it must find the same element.
    pub agree: bool,
    /// Values to read from the winner.
    pub read: BTreeMap<String, Read>,
}

/// How many elements a target stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// Exactly one; more is ambiguous.
    #[default]
    One,
    /// One or more.
    Many,
}

/// One way to find a target. All that is given must fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Alternative {
    /// Only in this generation; in all where absent.
    #[serde(rename = "gen")]
    pub generation: Option<String>,
    /// A CSS selector, evaluated through open shadow roots.
    pub css: Option<String>,
    /// An XPath, evaluated in the document or the scope; last resort.
    pub xpath: Option<String>,
    /// A computed role: `button`, `link`, `menuitem`, `dialog`, `textbox`, `radio`, `checkbox`, `heading`, `listitem`, `img`.
    pub role: Option<String>,
    /// Its accessible name.
    pub name: Option<Match>,
    /// Its visible text.
    pub text: Option<Match>,
    /// Its link's path, part by part percent-decoded, NFC, lower case.
    pub href: Option<Template>,
    /// A descendant's (or its own) link identifies the person.
    pub slug: Option<SlugMatch>,
    /// Only in a document whose own path begins with these parts, decoded as for `href`.
    pub at: Option<Template>,
    /// Only in a document whose own path does not begin with these parts.
    pub not_at: Option<Template>,
    /// Climb from the found element to the nearest (or outermost) ancestor that fits this selector.
    pub up_to: Option<String>,
    /// Only in a document that is proved to be the account's own: the shell's sign is one that is known, or the account's
    /// own menu was read in this very document.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// Which of several that fit.
    pub pick: Option<Pick>,
    /// Also elements that are not displayed.
    pub hidden: bool,
}

/// Which of several elements that fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// Of elements nested in one another only the outermost.
    Outermost,
    /// Of elements nested in one another only the innermost.
    Innermost,
    /// The first in document order.
    First,
    /// The last in document order.
    Last,
}

/// A text with places for values: `{{slug}}` for an input, `{{card.name}}` for what was read from a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template(pub String);

/// A text match. Compared whole after NFC, folding of white space, apostrophes and case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Match {
    /// Any of the page language's words of this key. A language without them is `no_words`, never a fall back.
    pub word: Option<String>,
    /// What stands for `{name}` (and other holes) in the words.
    pub holes: BTreeMap<String, Template>,
    /// A text with values instead of a word.
    pub is: Option<Template>,
    /// The element's text only begins with it.
    pub starts: bool,
}

/// A person's identity on an element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlugMatch {
    /// Links inside the element; all of them that are profile links must name the same person.
    pub of: String,
    /// The slug that it must be.
    pub is: Template,
    /// An element without any such link fits too: something else says whose it is.
    #[serde(default)]
    pub if_any: bool,
}

/// A value to read from a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Read {
    /// From this descendant; from the element itself where absent. The first displayed one.
    pub css: Option<String>,
    /// This attribute instead of the visible text.
    pub attr: Option<String>,
    /// The part of a picture's address that names the picture: the one behind the first of these paths that the address has.
    /// An address with none of them (a placeholder, `data:`) gives no value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asset: Vec<String>,
    /// The slug of the link in this attribute or of the nearest link.
    pub slug: bool,
    /// The slug of the document's own address, wherever the element is.
    pub address: bool,
    /// The first number in the text, thousands separators of the page's language removed.
    pub number: bool,
    /// The first descendant whose text begins with a word of this key; the rest of the text is the value.
    pub starts_word: Option<String>,
}

/// Conditions that must hold at one look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Want {
    /// Targets that resolve: right count, displayed, and stable for two frames.
    pub see: Vec<String>,
    /// Targets of which nothing is displayed.
    pub gone: Vec<String>,
    /// Witnesses of absence that hold.
    pub witness: Vec<String>,
    /// Boxes and options that resolve and are on, or off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marked: Vec<Marked>,
    /// Lists of `draws` that were drawn for our last action, or were still for long enough where they allow that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drawn: Vec<String>,
}

/// A list that is drawn anew after our last action: the last trusted `input`, the last armed click that landed, or the last
/// Enter in the document.
///
/// `src/browser/agent/asked.js` says what counts as its answer. Drawn: a fetch of the page's own that began at or after the
/// action ended well, and something in the list changed after its end and then nothing for `quiet_ms`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Draw {
    /// Targets that stand in the list: its rows, then the notice of an empty list. The first that resolves tells where the
    /// list is.
    pub list: Vec<String>,
    /// What the address of the request holds, where it holds it at all: then other requests do not count.
    pub query: Option<Template>,
    /// How long nothing in the list must have changed, in milliseconds.
    pub quiet_ms: u32,
    /// A want also holds where the list has been still for so many milliseconds since our last action, whatever is known of
    /// an answer. Never for an absence: a slow answer is still under way then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub or_still_ms: Option<u32>,
}

/// A box that is ticked, or an option that is picked; or is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// The target.
    pub target: String,
    /// Whether it is on.
    pub on: bool,
}

/// Absence in a filtered list, witnessed: the box holds the query, only matching rows or the empty notice are shown,
/// the wanted one is not among them, the end was reached, and all that held unchanged for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// The text box that filters.
    pub filter: String,
    /// What it must hold.
    pub holds: Template,
    /// A `many` target: the rows.
    pub rows: String,
    /// What a row's visible text must contain to be a match.
    pub row_contains: Template,
    /// The one that must not be there.
    pub absent: String,
    /// The notice of an empty list; it or at least one matching row must be shown.
    pub notice: String,
    /// A list with fewer rows than this is whole; with as many or more the agent scrolls to its end, and the list counts
    /// as whole only if its number of rows is then no multiple of this.
    pub page_size: u32,
    /// How long everything must have been unchanged, in milliseconds.
    pub quiet_ms: u64,
}

/// Texts of dialogs that a person read and accepted, folded, with `{first}` where the name stood, by the page's language.
pub type Accepted = BTreeMap<String, Vec<String>>;

/// A check for guards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Where this dialog is open, all that it says must be known. What else it says is never believed, and where it names the
    /// person and nothing that is worse than a removal, the refusal holds it for a person to read.
    SamePerson {
        /// The dialog.
        dialog: String,
        /// The name: `{{card.name}}`.
        name: Template,
        /// The key of the texts that such a dialog may consist of, if any is known, in every language. `{first}` in them is the
        /// name, or its first words.
        known: Option<String>,
        /// The same by the language of the page, folded: texts that a person read and accepted.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        accepted: Accepted,
        /// The key of the words that no dialog about one removal has, if the pack names any: each stops the click, in the page's
        /// language, unless all that the dialog says is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        harm: Option<String>,
        /// What stands in a dialog and is no part of what it says: a region for notices that moves into it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        apart: Option<String>,
    },
}

/// A click to be made next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// The target: found, alone, displayed, enabled, stable for two frames, scrolled into view, not covered.
    pub target: String,
    /// Targets that must resolve and checks that must hold, now and again as the click arrives.
    #[serde(default)]
    pub guard: Vec<String>,
    /// Names this click in the next answer. Unique in the session.
    pub token: String,
    /// For how many milliseconds of the wall clock the click may begin; a machine that slept in between is too late.
    #[serde(default = "holds_ms")]
    pub holds_ms: u32,
}

impl Look {
    /// Lets the dialogs of its checks say these texts too.
    pub fn accept(&mut self, texts: &Accepted) {
        for Check::SamePerson { accepted, .. } in self.checks.values_mut() {
            accepted.clone_from(texts);
        }
    }
}

/// For how long an armed click holds: what comes between the decision and the click takes a second or two.
pub const HOLDS_MS: u32 = 30_000;

fn holds_ms() -> u32 {
    HOLDS_MS
}

/// Something on the page that is like a target which is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Computed role.
    pub role: String,
    /// Accessible name.
    pub name: String,
    /// In which place it is that is not the target's: `` outside of `card` ``; empty where it is in the right one.
    #[serde(default)]
    pub place: String,
}

/// Why the agent did not arm a click or could not see what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Nothing fits.
    NotFound,
    /// More than one fits.
    Ambiguous,
    /// It is there and not displayed.
    Hidden,
    /// It is disabled.
    Disabled,
    /// Something else lies over it.
    Covered,
    /// It moves.
    Moving,
    /// It was replaced between looking and clicking.
    Stale,
    /// Its alternatives find different elements.
    Disagree,
    /// A guard does not hold.
    Guard,
    /// The page's language has no words for it.
    NoWords,
    /// Not exactly one generation fits the document.
    NoGeneration,
}

/// Every refusal with its word in flow files.
pub const REFUSALS: [(Refusal, &str); 11] = [
    (Refusal::NotFound, "not_found"),
    (Refusal::Ambiguous, "ambiguous"),
    (Refusal::Hidden, "hidden"),
    (Refusal::Disabled, "disabled"),
    (Refusal::Covered, "covered"),
    (Refusal::Moving, "moving"),
    (Refusal::Stale, "stale"),
    (Refusal::Disagree, "disagree"),
    (Refusal::Guard, "guard"),
    (Refusal::NoWords, "no_words"),
    (Refusal::NoGeneration, "no_generation"),
];
