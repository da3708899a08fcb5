//! What goes wrong, where, and which time: the closed grammar of `--fault`.

mod kind;
mod place;

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::time::Duration;

use super::choice::{built_pages, ticked};

pub use self::kind::Kind;
pub(super) use self::kind::Moment;
use self::kind::{ROWS, Row};
pub use self::place::Place;

/// Something that goes wrong at one place, at certain times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    kind: Kind,
    place: Place,
    times: Times,
}

/// Which times it goes wrong, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Times {
    Every,
    Only(NonZeroU64),
    From(NonZeroU64),
}

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
             PLACE  a load of a page: {};\n         \
             a call of the list: `list`; a removal: `remove`; a sign-in with the right password: `sign-in`\n  \
             N      `3` the 3rd time only, `3+` the 3rd and every later time; without it every time.\n         \
             Of `close` and `hibernate` all documents count, or, for what goes wrong at one step, that step\n  \
             TIME   `500ms`, `90s`, `2m`\n  \
             FAULT",
            ticked(&built_pages())
        );
        for Row(word, _, fits, says) in ROWS {
            text.push_str(&format!("\n    {word:<14} {:<24} {says}", fits.says()));
        }
        text.push_str("\n  for example `429@connections:3`, `slow@remove:1=90s`, `cookie-banner@connections`");
        text
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
    // A site that never takes the right password is one where the typed one is wrong.
    let times = match (kind, times) {
        (Kind::WrongPassword, Times::Every) => Times::Only(NonZeroU64::MIN),
        (_, times) => times,
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
    use super::kind::Fits;
    use super::*;

    #[test]
    fn every_fault_is_read_back_as_it_is_shown() {
        for Row(word, kind, fits, _) in ROWS {
            let place = match fits {
                Fits::Deeds | Fits::Removal => "remove",
                Fits::Profile => "profile",
                Fits::Leaving | Fits::Closing => "close",
                Fits::Export => "export",
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
            ("429@search", "`search`; there are `connections`, `profile`, `feed`, `settings`, `close`, `hibernate`"),
            ("captcha@remove", "it fits: pages"),
            ("no-menu@feed:1", "it fits: connections, profile"),
            ("reorder@profile", "it fits: connections"),
            ("renamed@connections", "it fits: profile"),
            ("refuse@connections", "it fits: remove, close, hibernate"),
            ("premium@hibernate", "it fits: close"),
            ("hide@close", "it fits: remove"),
            ("alert@public", "it fits: pages but `public`"),
            ("code@sign-in", "it fits: close, hibernate"),
            ("export-slow@close", "it fits: export"),
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
