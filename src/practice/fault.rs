//! What goes wrong, where, and which time: the closed grammar of `--fault`.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::time::Duration;

use super::scenario::{Page, built_pages, ticked};

/// Something that goes wrong at one place, at certain times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    kind: Kind,
    place: Place,
    times: Times,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Answered with status 429; a page without `<main>`.
    TooMany,
    /// Answered with status 999.
    Blocked,
    /// Answered with status 500; nothing is done.
    Broken,
    /// Never answered; nothing is done.
    Hang,
    /// A page or list call is answered that much later; a removal is answered at once and done that much later.
    Slow(Duration),
    /// Redirected to a security check with a captcha frame.
    Captcha,
    /// Redirected to a challenge that asks for a code.
    Checkpoint,
    /// Redirected to "Something isn’t quite right".
    Unusual,
    /// Redirected to the sign-in page; where people sign in through the form, the session is ended.
    SignedOut,
    /// Redirected to the notice of a restricted account.
    Restricted,
    /// The page with a notice that a limit was reached.
    LimitNotice,
    /// The page of somebody else's account.
    OtherAccount,
    /// The page with a cookie banner over its lower edge.
    CookieBanner,
    /// The page with menus that do not open.
    NoMenu,
    /// Redirected to a challenge that asks for the second step's code.
    TwoStep,
    /// The page with a dialog that says that a limit was reached.
    LimitDialog,
    /// Redirected to the wall that asks strangers to join.
    AuthWall,
    /// Only the shell, which loads for ever.
    Loader,
    /// The page with a `window.alert` soon after it loaded.
    Alert,
    /// The page that asks before it is left.
    BeforeUnload,
    /// A document of 100,000 rows and some 50 MB.
    Huge,
    /// The page whose removal asks with `window.confirm`.
    Confirm,
    /// The page whose menu item removes at once.
    NoDialog,
    /// The page whose dialog names somebody else.
    OtherName,
    /// The page with two equal items that remove.
    Twins,
    /// The page whose item is named "Remove connection", shows "Report / Block" and blocks.
    Swapped,
    /// The page that replaces an open menu's items by equal ones.
    Stale,
    /// The page whose messaging corner lies over menus and dialogs.
    Overlay,
    /// The list whose rows change places when the pointer comes.
    Reorder,
    /// Redirected to an address that the person took meanwhile.
    Renamed,
    /// The server refuses the removal, although the row goes away.
    Refuse,
    /// The server says that it was done, and does nothing.
    NoOp,
    /// The server does it and answers with status 500.
    AnswerBroken,
    /// The server does it and never answers.
    AnswerNever,
}

/// Where it goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A load of a page.
    Page(Page),
    /// A call for more of the list, or for a filtered list.
    List,
    /// A request to remove somebody.
    Remove,
    /// A sign-in with the right password.
    SignIn,
}

/// Which times it goes wrong, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Times {
    Every,
    Only(NonZeroU64),
    From(NonZeroU64),
}

/// Which places a kind fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fits {
    Everywhere,
    Pages,
    Gates,
    Acting,
    Connections,
    Profile,
    Remove,
}

/// One word of the grammar: the word, an example of the kind, where it fits, what it does.
struct Row(&'static str, Kind, Fits, &'static str);

const ROWS: &[Row] = &[
    Row("429", Kind::TooMany, Fits::Everywhere, "answers 429; a page without <main>"),
    Row("999", Kind::Blocked, Fits::Everywhere, "answers 999"),
    Row("500", Kind::Broken, Fits::Everywhere, "answers 500; nothing is done"),
    Row("hang", Kind::Hang, Fits::Everywhere, "never answers; nothing is done"),
    Row("slow", Kind::Slow(Duration::ZERO), Fits::Everywhere, "needs =TIME: answers later; a removal is done later"),
    Row("captcha", Kind::Captcha, Fits::Gates, "redirects to a captcha"),
    Row("checkpoint", Kind::Checkpoint, Fits::Gates, "redirects to a challenge that asks for a code"),
    Row("unusual", Kind::Unusual, Fits::Gates, "redirects to \"Something isn’t quite right\""),
    Row("signed-out", Kind::SignedOut, Fits::Pages, "redirects to the sign-in page"),
    Row("restricted", Kind::Restricted, Fits::Gates, "redirects to the notice of a restricted account"),
    Row("limit-notice", Kind::LimitNotice, Fits::Pages, "the page says that a limit was reached"),
    Row("other-account", Kind::OtherAccount, Fits::Pages, "the page belongs to somebody else's account"),
    Row("cookie-banner", Kind::CookieBanner, Fits::Pages, "a cookie banner covers the page's lower edge"),
    Row("two-step", Kind::TwoStep, Fits::Gates, "redirects to a challenge that asks for the second step"),
    Row("authwall", Kind::AuthWall, Fits::Pages, "redirects to the wall that asks strangers to join"),
    Row("loader", Kind::Loader, Fits::Pages, "only the shell comes, and loads for ever"),
    Row("alert", Kind::Alert, Fits::Pages, "a window.alert soon after the page loaded"),
    Row("beforeunload", Kind::BeforeUnload, Fits::Pages, "the page asks before it is left"),
    Row("limit-dialog", Kind::LimitDialog, Fits::Pages, "a dialog says that a limit was reached"),
    Row("huge", Kind::Huge, Fits::Pages, "a document of 100,000 rows, some 50 MB"),
    Row("no-menu", Kind::NoMenu, Fits::Acting, "the menus do not open"),
    Row("confirm", Kind::Confirm, Fits::Acting, "the removal asks with window.confirm, not with a dialog"),
    Row("no-dialog", Kind::NoDialog, Fits::Acting, "the menu item removes, nothing asks"),
    Row("other-name", Kind::OtherName, Fits::Acting, "the dialog names somebody else"),
    Row("twins", Kind::Twins, Fits::Acting, "the menu has two equal items that remove"),
    Row("swapped", Kind::Swapped, Fits::Acting, "the item named \"Remove\" shows \"Report / Block\", and blocks"),
    Row("stale", Kind::Stale, Fits::Acting, "an open menu's items are replaced by equal ones"),
    Row("overlay", Kind::Overlay, Fits::Acting, "the messaging corner lies over menus and dialogs"),
    Row("reorder", Kind::Reorder, Fits::Connections, "rows change places when the pointer comes"),
    Row("renamed", Kind::Renamed, Fits::Profile, "redirects to the person's new address"),
    Row("refuse", Kind::Refuse, Fits::Remove, "refuses, although the row goes away"),
    Row("no-op", Kind::NoOp, Fits::Remove, "says done, does nothing"),
    Row("answer-500", Kind::AnswerBroken, Fits::Remove, "does it, then answers 500"),
    Row("answer-never", Kind::AnswerNever, Fits::Remove, "does it, then never answers"),
];

/// The longest time that a fault may take.
const LONGEST: Duration = Duration::from_secs(3600);

impl Fault {
    /// What goes wrong.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Where.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// Whether it goes wrong the `nth` time, counted from 1.
    #[must_use]
    pub fn strikes(&self, nth: u64) -> bool {
        match self.times {
            Times::Every => true,
            Times::Only(at) => at.get() == nth,
            Times::From(at) => at.get() <= nth,
        }
    }

    /// The whole grammar as text for `--help`, one line a fault, without a line break at the end.
    #[must_use]
    pub fn grammar() -> String {
        let mut text = format!(
            "FAULT@PLACE[:N][=TIME]\n  \
             PLACE  a load of a page: {}; a call of the list: `list`; a removal: `remove`;\n         \
             a sign-in with the right password: `sign-in`\n  \
             N      `3` the 3rd time only, `3+` the 3rd and every later time; without it every time\n  \
             TIME   `500ms`, `90s`, `2m`\n  \
             FAULT",
            ticked(&built_pages())
        );
        for Row(word, _, fits, says) in ROWS {
            text.push_str(&format!("\n    {word:<14} {:<21} {says}", fits.says()));
        }
        text.push_str("\n  for example `429@connections:3`, `slow@remove:1=90s`, `cookie-banner@connections`");
        text
    }
}

impl Fits {
    fn says(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Pages => "pages",
            Self::Gates => "pages, sign-in",
            Self::Acting => "connections, profile",
            Self::Connections => "connections",
            Self::Profile => "profile",
            Self::Remove => "remove",
        }
    }

    fn has(self, place: Place) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Pages => matches!(place, Place::Page(_)),
            Self::Gates => matches!(place, Place::Page(_) | Place::SignIn),
            Self::Acting => matches!(place, Place::Page(Page::Connections | Page::Profile)),
            Self::Connections => place == Place::Page(Page::Connections),
            Self::Profile => place == Place::Page(Page::Profile),
            Self::Remove => place == Place::Remove,
        }
    }
}

impl Kind {
    /// The word of the grammar.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.row().0
    }

    fn row(self) -> &'static Row {
        let same = |row: &&Row| std::mem::discriminant(&row.1) == std::mem::discriminant(&self);
        ROWS.iter().find(same).expect("every kind has a row, and a test walks all rows")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page(page) => page.fmt(f),
            Self::List => f.write_str("list"),
            Self::Remove => f.write_str("remove"),
            Self::SignIn => f.write_str("sign-in"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.kind.word(), self.place)?;
        match self.times {
            Times::Every => {}
            Times::Only(at) => write!(f, ":{at}")?,
            Times::From(at) => write!(f, ":{at}+")?,
        }
        if let Kind::Slow(time) = self.kind {
            write!(f, "={}ms", time.as_millis())?;
        }
        Ok(())
    }
}

/// A spec that the grammar does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFault {
    /// What was given.
    pub text: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// There is no `@`.
    NoPlace,
    /// No such fault.
    UnknownFault(String),
    /// No such place, or a page that is not built.
    UnknownPlace(String),
    /// That fault does not happen there.
    WrongPlace(&'static str),
    /// What follows `:` is neither a number above zero nor one with `+`.
    BadCount(String),
    /// This fault needs a time.
    NoTime,
    /// This fault takes no time.
    NeedlessTime,
    /// Not a time, or longer than an hour.
    BadTime(String),
}

impl fmt::Display for BadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: ", self.text.escape_debug())?;
        match &self.problem {
            Problem::NoPlace => f.write_str("a fault looks like `429@connections:3`"),
            Problem::UnknownFault(word) => {
                let words: Vec<&str> = ROWS.iter().map(|row| row.0).collect();
                write!(f, "no fault `{}`; there are {}", word.escape_debug(), ticked(&words))
            }
            Problem::UnknownPlace(word) => {
                write!(
                    f,
                    "no place `{}`; there are {}, `list`, `remove`, `sign-in`",
                    word.escape_debug(),
                    ticked(&built_pages())
                )
            }
            Problem::WrongPlace(fits) => write!(f, "that fault cannot happen there; it fits: {fits}"),
            Problem::BadCount(word) => {
                write!(f, "`{}` is not which time; use `3` for the 3rd or `3+` from the 3rd on", word.escape_debug())
            }
            Problem::NoTime => f.write_str("it needs a time, for example `slow@remove:1=90s`"),
            Problem::NeedlessTime => f.write_str("only `slow` takes a time"),
            Problem::BadTime(word) => {
                write!(f, "`{}` is no time up to an hour, such as `500ms`, `90s`, `2m`", word.escape_debug())
            }
        }
    }
}

impl std::error::Error for BadFault {}

impl FromStr for Fault {
    type Err = BadFault;

    fn from_str(text: &str) -> Result<Self, BadFault> {
        parse(text).map_err(|problem| BadFault { text: text.to_owned(), problem })
    }
}

fn parse(text: &str) -> Result<Fault, Problem> {
    let (word, rest) = text.split_once('@').ok_or(Problem::NoPlace)?;
    let (rest, time) = match rest.split_once('=') {
        Some((rest, time)) => (rest, Some(time)),
        None => (rest, None),
    };
    let (place, times) = match rest.split_once(':') {
        Some((place, count)) => (place, parse_times(count)?),
        None => (rest, Times::Every),
    };
    let Row(_, kind, fits, _) =
        ROWS.iter().find(|row| row.0 == word).ok_or_else(|| Problem::UnknownFault(word.to_owned()))?;
    let place = parse_place(place)?;
    if !fits.has(place) {
        return Err(Problem::WrongPlace(fits.says()));
    }
    let kind = match (kind, time) {
        (Kind::Slow(_), Some(time)) => Kind::Slow(parse_time(time)?),
        (Kind::Slow(_), None) => return Err(Problem::NoTime),
        (_, Some(_)) => return Err(Problem::NeedlessTime),
        (kind, None) => *kind,
    };
    Ok(Fault { kind, place, times })
}

fn parse_place(word: &str) -> Result<Place, Problem> {
    match word {
        "list" => Ok(Place::List),
        "remove" => Ok(Place::Remove),
        "sign-in" => Ok(Place::SignIn),
        _ => built_pages()
            .into_iter()
            .find(|page| page.as_str() == word)
            .map(Place::Page)
            .ok_or_else(|| Problem::UnknownPlace(word.to_owned())),
    }
}

fn parse_times(word: &str) -> Result<Times, Problem> {
    let bad = || Problem::BadCount(word.to_owned());
    let number = |digits: &str| {
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| plain).ok_or_else(bad)
    };
    match word.strip_suffix('+') {
        Some(digits) => number(digits).map(Times::From),
        None => number(word).map(Times::Only),
    }
}

fn parse_time(word: &str) -> Result<Duration, Problem> {
    let bad = || Problem::BadTime(word.to_owned());
    let unit_at = word.find(|c: char| !c.is_ascii_digit()).ok_or_else(bad)?;
    let (digits, unit) = word.split_at(unit_at);
    let unit = match unit {
        "ms" => Duration::from_millis(1),
        "s" => Duration::from_secs(1),
        "m" => Duration::from_secs(60),
        _ => return Err(bad()),
    };
    let count: u32 = digits.parse().map_err(|_| bad())?;
    unit.checked_mul(count).filter(|time| *time <= LONGEST).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_back_as_it_is_shown() {
        for Row(word, kind, fits, _) in ROWS {
            let place = match fits {
                Fits::Remove => "remove",
                Fits::Profile => "profile",
                _ => "connections",
            };
            let time = if matches!(kind, Kind::Slow(_)) { "=90s" } else { "" };
            for count in ["", ":3", ":2+"] {
                let fault: Fault = format!("{word}@{place}{count}{time}").parse().unwrap();
                assert_eq!(fault.to_string().parse::<Fault>().unwrap(), fault);
                assert_eq!(std::mem::discriminant(&fault.kind()), std::mem::discriminant(kind));
            }
            assert!(Fault::grammar().contains(word));
        }
    }

    #[test]
    fn counts_say_which_time() {
        let strikes = |text: &str| (1..=4).map(|nth| text.parse::<Fault>().unwrap().strikes(nth)).collect::<Vec<_>>();
        assert_eq!(strikes("429@connections:3"), [false, false, true, false]);
        assert_eq!(strikes("429@connections:3+"), [false, false, true, true]);
        assert_eq!(strikes("429@connections"), [true; 4]);
    }

    #[test]
    fn mistakes_say_what_is_allowed() {
        for (text, says) in [
            ("429", "`429`: a fault looks like `429@connections:3`"),
            ("430@list", "there are `429`, `999`"),
            ("429@close", "`close`; there are `connections`, `profile`, `feed`, `list`, `remove`, `sign-in`"),
            ("captcha@remove", "it fits: pages"),
            ("no-menu@feed:1", "it fits: connections, profile"),
            ("reorder@profile", "it fits: connections"),
            ("renamed@connections", "it fits: profile"),
            ("refuse@connections", "it fits: remove"),
            ("429@list:0", "`0` is not which time"),
            ("429@list:+3", "`+3` is not which time"),
            ("429@list:", "`` is not which time"),
            ("slow@list:1", "it needs a time"),
            ("429@list=3s", "only `slow` takes a time"),
            ("slow@list=3", "`3` is no time"),
            ("slow@list=61m", "`61m` is no time up to an hour"),
            ("slow@list=s", "`s` is no time"),
        ] {
            let error = text.parse::<Fault>().unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
