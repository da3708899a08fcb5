//! The sentences for mistakes: what is wrong, the mark under the text, and what to do about it.

mod handing;
mod phrase;
mod reaching;

use super::grammar::{FORMAT, VERBS};
use super::mistake::{Kind, Mistake, PathFault, SelectorFault, Thing};
pub(super) use phrase::is_invisible;
pub use phrase::{Wording, quoted};
use phrase::{count, list, meant, wording};

impl Thing {
    /// What a thing of this kind is called.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Witness => "witness",
            Self::Check => "check",
            Self::Guard => "guard",
            Self::Word => "word",
            Self::Generation => "generation",
            Self::Sign => "sign",
            Self::Flow => "flow",
            Self::Part => "part",
            Self::Input => "input",
            Self::Choice => "word",
            Self::Value => "value",
            Self::Hole => "hole",
            Self::Step => "step id",
            Self::Language => "language",
        }
    }

    /// Where things of this kind are defined.
    fn home(self) -> &'static str {
        match self {
            Self::Target => "define it as `[target.NAME]` in a file of `targets/`",
            Self::Witness => "define it as `[witness.NAME]` in a file of `targets/`",
            Self::Check => "define it as `[check.NAME]` in a file of `targets/`",
            Self::Guard => "a guard is a `[target.NAME]` or a `[check.NAME]` of a file of `targets/`",
            Self::Word => "add the key to `words/en.toml` and to the other languages",
            Self::Generation => "define it as `[generation.NAME]` in `site.toml`",
            Self::Sign => "define it as `[sign.NAME]` in `site.toml`",
            Self::Flow => "write it as `flows/NAME.toml`",
            Self::Part => "write it as `flows/NAME.toml` with `kind = \"part\"`",
            Self::Input => "add it to `inputs` of the flow that uses this",
            Self::Choice => "add it to the words of that input",
            Self::Value => "add it to `read` of that target",
            Self::Hole => "no text of this word has that hole",
            Self::Step => "add a step with that `id`",
            Self::Language => "write it as `words/NAME.toml`",
        }
    }
}

impl Mistake {
    /// The mistake in words.
    #[must_use]
    pub fn wording(&self) -> Wording {
        shape(&self.kind)
            .or_else(|| naming(&self.kind))
            .or_else(|| acting(&self.kind))
            .or_else(|| reaching::reaching(&self.kind))
            .or_else(|| handing::handing(&self.kind))
            .or_else(|| asking(&self.kind))
            .unwrap_or_else(|| finding(&self.kind))
    }
}

/// Mistakes of form: files, keys, types.
fn shape(kind: &Kind) -> Option<Wording> {
    Some(match kind {
        Kind::Syntax(why) => {
            let first = why.lines().next().unwrap_or_default();
            wording(format!("this is no TOML: {first}"), "here", "the rest is looked at once this file can be read")
        }
        Kind::TooMuch { what, is, most } => {
            wording(format!("too much: {is} {what}"), "", format!("at most {most} are read"))
        }
        Kind::Hidden(hidden) => {
            wording(format!("{} not shown", count(*hidden, "more mistake")), "", "mend those above first")
        }
        Kind::NoPlace(name) => wording(
            format!("{} has no place in a pack", quoted(name)),
            "",
            "a pack is `site.toml`, `targets/<page>.toml`, `words/<language>.toml` and `flows/<name>.toml`",
        ),
        Kind::NoFile(name) => wording(
            format!("the pack has no `{name}`"),
            "",
            "`exeunt selectors eject my-pack` writes one to begin with",
        ),
        Kind::Older { was, now } => wording(
            format!("an older format: {} is read as {}", quoted(was), quoted(now)),
            format!("{} in the file", quoted(was)),
            "nothing was changed in the file: write into it what is shown here when it suits you",
        ),
        Kind::Format(found) if found.parse::<u64>().is_ok_and(|found| found > u64::from(FORMAT)) => wording(
            format!("format {} is newer than this program", quoted(found)),
            "written for a later version",
            format!(
                "this program reads format {FORMAT}, and 0, the draft of it: use a newer program, or a pack of format {FORMAT}"
            ),
        ),
        Kind::Format(found) => wording(
            format!("format {} is not known", quoted(found)),
            "written for another version",
            format!("this version reads `format = {FORMAT}`"),
        ),
        Kind::UnknownKey { key, owner, near, known } => wording(
            format!("unknown key {} in {owner}", quoted(key)),
            "nothing reads this",
            foreign(key).unwrap_or_else(|| meant(near.as_ref(), format!("known here: {}", list(&unique(known))))),
        ),
        Kind::MissingKey { key, owner } => wording(format!("{owner} has no `{key}`"), "here", example(key)),
        Kind::WrongType { want, found, keys } => {
            let help = match *want {
                "a table" if keys.is_empty() => "like `{ name = \"…\" }`".to_owned(),
                "a table" => format!("in braces, with {}", list(keys)),
                "a list" => "in brackets: `[…]`".to_owned(),
                "true or false" => "`true` or `false`, without quotes".to_owned(),
                "a whole number" => "digits alone, without quotes".to_owned(),
                _ => String::new(),
            };
            wording(format!("{want} is wanted, not {found}"), found.to_string(), help)
        }
        Kind::BadText { what, text, want, near } => {
            wording(format!("{} is no {}", quoted(text), what), "", meant(near.as_ref(), format!("wanted: {want}")))
        }
        Kind::OutOfRange { text, least, most } => {
            wording(format!("{} is out of range", quoted(text)), "", format!("wanted: {least} to {most}"))
        }
        Kind::OneOf { keys, owner } => {
            wording(format!("{owner} says not exactly one thing"), "here", format!("exactly one of {keys} stands here"))
        }
        Kind::Empty(what) => wording(format!("an empty {what} says nothing"), "empty", "fill it, or take the key away"),
        Kind::Twice { thing, name } => wording(
            format!("the {} {} is there twice", thing.noun(), quoted(name)),
            "the second",
            "give one of the two another name",
        ),
        Kind::FileName { name, file } => wording(
            format!("the flow {} stands in a file called {}", quoted(name), quoted(file)),
            "another name than the file's",
            "give both the same name",
        ),
        _ => return None,
    })
}

/// What to say of a key that other tools have and that a pack never has.
fn foreign(key: &str) -> Option<String> {
    let key = key.to_lowercase().replace('-', "_");
    let is = |words: &[&str]| words.contains(&key.as_str());
    if is(&["javascript", "js", "script", "eval", "evaluate", "execute", "exec", "command", "shell"]) {
        return Some("a pack holds data, never code: nothing in it is run".to_owned());
    }
    if is(&[
        "arg",
        "args",
        "arguments",
        "binary",
        "browser",
        "capabilities",
        "driver",
        "extension",
        "extensions",
        "flags",
        "prefs",
        "preferences",
        "profile",
        "user_agent",
        "webdriver",
    ]) {
        return Some(
            "a pack says nothing about the browser: which one is used, and how it is started, it cannot choose"
                .to_owned(),
        );
    }
    None
}

fn unique(known: &[&'static str]) -> Vec<&'static str> {
    let mut unique: Vec<&'static str> = Vec::new();
    for key in known {
        if !unique.contains(key) {
            unique.push(key);
        }
    }
    unique
}

/// A line that could be added, for keys that are often forgotten.
fn example(key: &str) -> String {
    let line = match key {
        "format" => "`format = 1`",
        "flow" => "`flow = \"the-name-of-the-file\"`",
        "seen" => "`seen = \"never\"`, or a date and from what: `seen = \"2026-09 (capture by others)\"`",
        "within" => "how long it may take: `within = \"10s\"`",
        "expect" => "what it waits for: `expect = { see = \"list_ready\", within = \"10s\" }`",
        "find" => "how it is found: `find = [{ role = \"button\", name = { word = \"more_actions\" } }]`",
        "settled" => "the question that says whether it is done: `settled = \"is-connected\"`",
        "guard" => "what is read again as the click arrives: `guard = [\"card\"]`",
        "when" => "how a document of this generation is told: `when = [{ css = \"[data-sdui-screen]\" }]`",
        "kind" => "`kind = \"latch\"` (until a person has cleared it) or `kind = \"cool\"` (silence for hours)",
        "origin" => "`origin = \"https://www.linkedin.com\"`",
        _ => return format!("add `{key} = …`"),
    };
    format!("add {line}")
}

/// Mistakes of names, values, paths and selectors.
fn naming(kind: &Kind) -> Option<Wording> {
    Some(match kind {
        Kind::Unknown { thing, name, near } => wording(
            format!("there is no {} {}", thing.noun(), quoted(name)),
            "not defined anywhere",
            meant(near.as_ref(), thing.home().to_owned()),
        ),
        Kind::Unused { thing, name } => {
            wording(format!("nothing uses the {} {}", thing.noun(), quoted(name)), "unused", "take it away, or use it")
        }
        Kind::Path { text, fault } => path(text, *fault),
        Kind::Selector(fault) => selector(*fault),
        Kind::ValueInSelector => wording(
            "a value inside a selector",
            "`{{…}}` may not stand here",
            "values are compared by the engine, never spliced: use `slug = { of = \"a[href*='/in/']\", is = \"{{slug}}\" }`, `href`, `name` or `text`",
        ),
        Kind::Value(why) => {
            wording(format!("a value that cannot be bound: {why}"), "", "like `{{slug}}` or `{{card.name}}`")
        }
        Kind::FixedText(text) => wording(
            format!("a fixed text, {}, belongs to one language", quoted(text)),
            "neither a word nor a value",
            "put it into `words/en.toml` and write `{ word = \"its_key\" }` here",
        ),
        Kind::NoEnglish(key) => wording(
            format!("`words/en.toml` has no {}", quoted(key)),
            "needed here",
            "every word has to be there in English, the language that is checked most",
        ),
        Kind::HoleUnfilled { hole, key } => wording(
            format!("the word {} has a hole that is not filled: {}", quoted(key), quoted(hole)),
            "used without it",
            format!(
                "write `{{ word = \"{key}\", {hole} = \"{{{{card.name}}}}\" }}`, or take the texts with that hole away"
            ),
        ),
        Kind::Language { language, flows, keys } => wording(
            format!("on a page in {} this pack cannot run {}", quoted(language), list(flows)),
            "",
            format!("this file lacks {}; a run on such a page stops before it acts", list(keys)),
        ),
        Kind::LanguageSigns { language, signs, keys } => wording(
            format!("on a page in {} the words of {} are not known", quoted(language), list(signs)),
            "",
            format!("this file lacks {}; these signs are then told by structure alone", list(keys)),
        ),
        Kind::Circle(names) => wording(
            format!("{} lead back to themselves", list(names)),
            "the circle closes here",
            "something must be found without the others",
        ),
        _ => return None,
    })
}

fn path(text: &str, fault: PathFault) -> Wording {
    let (message, help) = match fault {
        PathFault::Scheme => {
            ("is an address, not a path", "write the path alone, from its first `/`: the origin stands in `site.toml`")
        }
        PathFault::Host => ("leads to another host", "a path has one `/` at its beginning"),
        PathFault::Relative => ("does not begin with `/`", "paths are whole: `/mynetwork/invite-connect/connections/`"),
        PathFault::Dots => ("climbs with `.` or `..`", "write the path where it ends up"),
        PathFault::Letter => {
            ("holds a letter that no path has", "no white space, `\\`, `#` or control characters; `%20` for a space")
        }
        PathFault::HalfPart => (
            "mixes a value with other letters in one part",
            "a value is one whole part, `/in/{{slug}}/`, or one whole value of the query, `?name={{name}}`",
        ),
    };
    wording(format!("{} {message}", quoted(text)), "", help)
}

fn selector(fault: SelectorFault) -> Wording {
    let message = match fault {
        SelectorFault::Empty => "an empty selector".to_owned(),
        SelectorFault::Open(c) => format!("a selector in which `{c}` is not closed"),
        SelectorFault::Close(c) => format!("a selector with a `{c}` too many"),
        SelectorFault::Dangling => "a selector in which a part is missing".to_owned(),
    };
    wording(message, "no browser takes this", "try it in the browser's console: `document.querySelectorAll(\"…\")`")
}

/// Mistakes of what a flow does.
fn acting(kind: &Kind) -> Option<Wording> {
    Some(match kind {
        Kind::NoVerb => wording("a step that does nothing", "no verb", format!("one of {}", list(&VERBS))),
        Kind::ManyVerbs(verbs) => wording(
            format!("a step that does several things: {}", list(verbs)),
            "the second verb",
            "make a step of each",
        ),
        Kind::EffectUndecided => wording(
            "nobody has decided what this step does",
            "",
            "look at the page and write `reversible` or `irreversible`; when in doubt, `irreversible`",
        ),
        Kind::EffectOfVerb { verb, effect, want } => {
            wording(format!("`{verb}` cannot be {effect}"), "", format!("wanted: {want}"))
        }
        Kind::NoExpect => wording(
            "an irreversible step that expects nothing",
            "",
            "say what shows that it happened: `expect = { gone = \"card\", within = \"10s\" }`",
        ),
        Kind::NoCommit => wording(
            "an irreversible step in a flow without `[commit]`",
            "",
            "add `[commit]` with `guard` (what is read again as the click arrives) and `settled` (the question that says whether it is done)",
        ),
        Kind::IdleCommit => wording(
            "`[commit]` in a flow that does nothing irreversible",
            "nothing to commit to",
            "take it away, or mark the step that acts with `effect = \"irreversible\"`",
        ),
        Kind::GuardWithoutIdentity => wording(
            "a guard that does not look at who it is",
            "no target here is told by the person's slug",
            "guard a target each of whose ways compares `{{slug}}`, such as `card`",
        ),
        Kind::RetryOfDeed => wording(
            "an irreversible step is never tried again",
            "",
            "take `retry` away: after a doubt the engine looks, it does not click",
        ),
        Kind::SkipAfterDeed => wording(
            "`skip` on or after an irreversible step",
            "",
            "after the deed only `settled` can say what became of it",
        ),
        _ => return None,
    })
}

/// Mistakes of questions and their answers.
fn asking(kind: &Kind) -> Option<Wording> {
    Some(match kind {
        Kind::QuestionActs => wording(
            "a question that does something irreversible",
            "",
            "a question only looks: make it a flow of its own",
        ),
        Kind::ErrandActs => wording(
            "an errand that does something irreversible",
            "",
            "what cannot be undone needs `[commit]`: take `kind = \"errand\"` away, so that it is a flow that acts",
        ),
        Kind::NoAnswer => wording(
            "a question without an answer",
            "",
            "add `[answer]` with `yes` and, where there is an honest one, `no`",
        ),
        Kind::AnswerOfAct => {
            wording("an answer in a flow that asks nothing", "", "add `kind = \"question\"`, or take `[answer]` away")
        }
        Kind::AnswerUnasked(which) => wording(
            format!("the last step does not wait for what `{which}` needs"),
            "not among its `expect`",
            "let the last step expect exactly this as one of its alternatives",
        ),
        Kind::AbsenceWithoutWitness => wording(
            "a \"no\" that rests on something not being there",
            "an empty page would say the same",
            "use a `witness`, or something that is only there when the answer is no",
        ),
        Kind::PresenceInEitherCase(name) => wording(
            format!("a \"no\" that rests on {}, which is there in either case", quoted(name)),
            "a page that answers yes, or that is not done, shows it too",
            "use a `witness`, or see something with words or an address of its own that is only there when the answer is no",
        ),
        Kind::NotAQuestion(name) => wording(
            format!("{} is no question", quoted(name)),
            "a flow that acts",
            "a flow with `kind = \"question\"` is wanted",
        ),
        Kind::SettledWithoutNo(name) => wording(
            format!("the question {} never answers no", quoted(name)),
            "cannot settle anything",
            "give it an `[answer]` with `no`",
        ),
        Kind::InputMissing { input, by } => wording(
            format!("this flow has no input {}, which {} needs", quoted(input), quoted(by)),
            "needs it",
            format!("add `{input}` to `inputs`"),
        ),
        _ => return None,
    })
}

/// Mistakes of irreversible targets and of identity.
fn finding(kind: &Kind) -> Wording {
    match kind {
        Kind::OneWay { target, generation } => wording(
            format!("the irreversible target {} has one way only in {}", quoted(target), quoted(generation)),
            "a second way is wanted",
            "add a way that looks at something else: both must find the same element before it is clicked",
        ),
        Kind::NoWord(target) => wording(
            format!("no word tells the irreversible target {}", quoted(target)),
            "told by structure alone",
            "add a way with `name` or `text` and a `word`",
        ),
        Kind::ManyForDeed(target) => wording(
            format!("the irreversible target {} may be several elements", quoted(target)),
            "",
            "take `must = { count = \"many\" }` away",
        ),
        Kind::OpenEnded(target) => wording(
            format!("the irreversible target {} may go on with words that nobody knows", quoted(target)),
            "only the beginning of a name or text",
            "take `starts = true` away and give the whole name as a word: what follows may be another deed",
        ),
        Kind::ByPlace(target) => wording(
            format!("{} is clicked, and this way tells it by its place alone", quoted(target)),
            "the first or the last of several",
            "say what the element itself has: a `name`, a `text`, an `href`, or an attribute or class in `css`",
        ),
        Kind::SameWay => wording("two equal ways", "the second", "take one away: it cannot find anything else"),
        Kind::WayWithoutSign => wording(
            "a way that fits every element",
            "",
            "say what is looked for: `css`, `role`, `name`, `text`, `href` or `slug`",
        ),
        Kind::SeenMissing(generation) => wording(
            format!("`seen` says nothing of {}", quoted(generation)),
            "",
            format!("add `{generation} = \"never\"`, or the date on which a real page confirmed it and from what"),
        ),
        Kind::SeenIdle(generation) => wording(
            format!("`seen` speaks of {}, which no way is for", quoted(generation)),
            "",
            "take it away, or add a way for that generation",
        ),
        Kind::IdentityWithout(what) => wording(
            format!("the identity does not read `{what}`"),
            "",
            "the target reads `slug`; `name` is read from it or from the one that is always compared",
        ),
        Kind::EachPlace => wording(
            "a list is read by the last step of a question, and nowhere else",
            "",
            "make it a flow of its own with `kind = \"question\"`",
        ),
        Kind::EachLacks { target, what } => {
            wording(format!("{} lacks {what}, which `each` needs", quoted(target)), "", "add it to the target")
        }
        Kind::IdentityAndSign => wording(
            "`identity` and the sign `other_account` belong together",
            "alone",
            "with `identity`, list `other_account` in `stop_on`; without it, do not",
        ),
        other => wording(format!("{other:?}"), "", ""),
    }
}
