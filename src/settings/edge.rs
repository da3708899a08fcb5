//! The shape of the settings as files have them; each type says what a value of it may be.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error as _};

use super::choice::{BrowserName, LINE, SealKeyPlace};
use crate::policy::active::{Active, Window as ActiveWindow};
use crate::policy::pace::{Pace, Span, VisitPace};

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edge {
    pub(super) browser: Browser,
    pub(super) deadlines: Deadlines,
    pub(super) pace: PaceEdge,
    pub(super) time: Time,
    pub(super) notify: Notify,
    pub(super) evidence: Evidence,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Browser {
    #[serde(deserialize_with = "browser_name")]
    pub(super) name: BrowserName,
    pub(super) webdriver: Address,
    pub(super) window: Window,
    pub(super) chromedriver: Program,
    pub(super) chromium: Program,
    pub(super) geckodriver: Program,
    pub(super) firefox: Program,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deadlines {
    pub(super) start: Deadline,
    pub(super) command: Deadline,
    pub(super) page: Deadline,
    pub(super) step: Deadline,
    pub(super) item: Deadline,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PaceEdge {
    gap_min: Pause,
    gap_max: Pause,
    batch: Count,
    batch_pause_min: Pause,
    batch_pause_max: Pause,
    per_hour: Count,
    per_day: Count,
    per_day_later: Growth,
    per_date: Count,
    per_week: Count,
    per_month: Count,
    ramp_days: Days,
    active: Hours,
    not_applied_after: Pause,
    audit_after: Pause,
    visit_gap: Pause,
    visits_per_hour: Count,
    visits_per_day: Count,
    visits_per_week: Count,
}

impl From<PaceEdge> for Pace {
    fn from(edge: PaceEdge) -> Self {
        Self {
            gap: Span { min: edge.gap_min.0, max: edge.gap_max.0 },
            batch: edge.batch.0,
            batch_pause: Span { min: edge.batch_pause_min.0, max: edge.batch_pause_max.0 },
            per_hour: Some(edge.per_hour.0),
            per_day: Some(edge.per_day.0),
            per_day_later: edge.per_day_later.0,
            per_date: Some(edge.per_date.0),
            per_week: Some(edge.per_week.0),
            per_month: Some(edge.per_month.0),
            ramp_days: edge.ramp_days.0,
            active: edge.active.0,
            // Which zone it is, where none is set, only the machine knows.
            zone: jiff::tz::TimeZone::UTC,
            not_applied_after: edge.not_applied_after.0,
            audit_after: edge.audit_after.0,
            visits: VisitPace {
                gap: edge.visit_gap.0,
                per_hour: Some(edge.visits_per_hour.0),
                per_day: Some(edge.visits_per_day.0),
                per_week: Some(edge.visits_per_week.0),
            },
        }
    }
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Time {
    pub(super) zone: Zone,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notify {
    pub(super) command: Command,
    #[serde(deserialize_with = "has_names")]
    pub(super) names: bool,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Evidence {
    pub(super) keep_days: KeptDays,
    #[serde(deserialize_with = "seal_key")]
    pub(super) seal_key: SealKeyPlace,
    pub(super) time_stamp: Authorities,
}

/// A value that is not what it should be, as serde reports it: what is wrong, `; `, what to do.
fn refuse<T, E: serde::de::Error>(given: &str, mend: &str) -> Result<T, E> {
    let given: String = given.chars().take(80).flat_map(char::escape_debug).collect();
    Err(E::custom(format!("`{given}` does not fit; {mend}")))
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(String::deserialize(deserializer)?.trim().to_owned())
}

fn browser_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BrowserName, D::Error> {
    match text(deserializer)?.as_str() {
        "chrome" => Ok(BrowserName::Chrome),
        "firefox" => Ok(BrowserName::Firefox),
        other => refuse(other, "`chrome` or `firefox`"),
    }
}

fn has_names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match text(deserializer)?.as_str() {
        "hidden" => Ok(false),
        "full" => Ok(true),
        other => refuse(other, "`hidden` or `full`"),
    }
}

fn seal_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SealKeyPlace, D::Error> {
    match text(deserializer)?.as_str() {
        "file" => Ok(SealKeyPlace::File),
        "keyring" => Ok(SealKeyPlace::Keyring),
        other => refuse(other, "`file` or `keyring`"),
    }
}

/// Whether the window is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Window {
    Visible,
    Hidden,
    Auto,
}

impl Window {
    pub(super) fn headed(self) -> Option<bool> {
        match self {
            Self::Visible => Some(true),
            Self::Hidden => Some(false),
            Self::Auto => None,
        }
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match text(deserializer)?.as_str() {
            "visible" => Ok(Self::Visible),
            "hidden" => Ok(Self::Hidden),
            "auto" => Ok(Self::Auto),
            other => refuse(other, "`visible`, `hidden` or `auto`"),
        }
    }
}

/// The address of a driver.
#[derive(Debug)]
pub(super) struct Address(pub(super) Option<String>);

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text(deserializer)?;
        if text.is_empty() {
            return Ok(Self(None));
        }
        let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
        if host.is_empty() || host.starts_with(':') || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return refuse(&text, "an address like `http://127.0.0.1:9515`");
        }
        Ok(Self(Some(text)))
    }
}

/// A program: an absolute path, or a name to look for in PATH.
#[derive(Debug)]
pub(super) struct Program(pub(super) Option<PathBuf>);

impl<'de> Deserialize<'de> for Program {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text(deserializer)?;
        if text.is_empty() {
            return Ok(Self(None));
        }
        let path = PathBuf::from(&text);
        // A relative path would mean another program in every folder.
        if path.is_absolute() || !text.contains('/') {
            Ok(Self(Some(path)))
        } else {
            refuse(&text, "an absolute path, or a name to look for in PATH")
        }
    }
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D, least: u64, most: u64) -> Result<Duration, D::Error> {
    let text = text(deserializer)?;
    let given = text.parse::<jiff::SignedDuration>().ok().and_then(|given| Duration::try_from(given).ok());
    let range = Duration::from_secs(least)..=Duration::from_secs(most);
    match given {
        Some(given) if range.contains(&given) => Ok(given),
        _ => refuse(&text, &format!("a time like `20s` or `1h 30m`, from {least}s to {}h", most / 3_600)),
    }
}

/// How long something may take: a second to an hour.
#[derive(Debug)]
pub(super) struct Deadline(pub(super) Duration);

impl<'de> Deserialize<'de> for Deadline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        duration(deserializer, 1, 3_600).map(Self)
    }
}

/// How long nothing is done: up to a day.
#[derive(Debug)]
pub(super) struct Pause(Duration);

impl<'de> Deserialize<'de> for Pause {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        duration(deserializer, 0, 24 * 3_600).map(Self)
    }
}

/// How many: 1 to 1000.
#[derive(Debug)]
pub(super) struct Count(NonZeroU32);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = i64::deserialize(deserializer)?;
        let fits = u32::try_from(given).ok().filter(|given| *given <= 1_000).and_then(NonZeroU32::new);
        fits.map_or_else(|| refuse(&given.to_string(), "1 to 1000"), |given| Ok(Self(given)))
    }
}

/// What a cap grows to: 1 to 1000, or 0 for no growth.
#[derive(Debug)]
pub(super) struct Growth(Option<NonZeroU32>);

impl<'de> Deserialize<'de> for Growth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = i64::deserialize(deserializer)?;
        match u32::try_from(given) {
            Ok(cap) if cap <= 1_000 => Ok(Self(NonZeroU32::new(cap))),
            _ => refuse(&given.to_string(), "1 to 1000, or 0 for no growth"),
        }
    }
}

/// Hours of weekdays; none: any time.
#[derive(Debug)]
pub(super) struct Hours(Active);

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = Vec::<String>::deserialize(deserializer)?;
        let mut windows = Vec::new();
        for text in &given {
            match text.parse::<ActiveWindow>() {
                Ok(window) => windows.push(window),
                Err(bad) => return refuse(text, &format!("{bad}; a list like `[\"mon-fri 09:00-18:00\"]`")),
            }
        }
        Ok(Self(windows.into_iter().collect()))
    }
}

/// Addresses of time stamp authorities.
#[derive(Debug)]
pub(super) struct Authorities(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Authorities {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = Vec::<String>::deserialize(deserializer)?;
        let given: Vec<String> = given.iter().map(|address| address.trim().to_owned()).collect();
        let fits = |address: &str| {
            let host = address.strip_prefix("http://").and_then(|rest| rest.split(['/', '?', '#', ':']).next());
            host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
                && address.bytes().all(|b| b.is_ascii_graphic())
        };
        let authority = |address: &str| {
            address
                .split_once("://")
                .map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default())
                .to_owned()
        };
        if given.iter().any(|address| authority(address).contains('@')) {
            // The address goes out in the clear and is shown in messages and reports: it is not repeated here either.
            return refuse(
                "an address with a name or a password in it",
                "addresses like `http://timestamp.example.org`",
            );
        }
        match given.iter().find(|address| !fits(address)) {
            // What is asked is a hash, and what is answered is signed: neither needs a secret line.
            Some(bad) => refuse(bad, "addresses like `http://timestamp.example.org`"),
            None => Ok(Self(given)),
        }
    }
}

/// For how many days something is kept: 1 to 36500, or 0 for ever.
#[derive(Debug)]
pub(super) struct KeptDays(pub(super) Option<NonZeroU32>);

impl<'de> Deserialize<'de> for KeptDays {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = i64::deserialize(deserializer)?;
        match u32::try_from(given) {
            Ok(days) if days <= 36_500 => Ok(Self(NonZeroU32::new(days))),
            _ => refuse(&given.to_string(), "1 to 36500 days, or 0 for ever"),
        }
    }
}

/// How many days: 0 to 365.
#[derive(Debug)]
pub(super) struct Days(u32);

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = i64::deserialize(deserializer)?;
        let fits = u32::try_from(given).ok().filter(|given| *given <= 365);
        fits.map_or_else(|| refuse(&given.to_string(), "0 to 365"), |given| Ok(Self(given)))
    }
}

/// A time zone that this machine or the program itself knows.
#[derive(Debug)]
pub(super) struct Zone(pub(super) Option<String>);

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text(deserializer)?;
        if text.is_empty() {
            return Ok(Self(None));
        }
        match super::zone::of(&text) {
            Some(_) => Ok(Self(Some(text))),
            None => refuse(&text, "the name of a time zone, like `Europe/Berlin` or `UTC`"),
        }
    }
}

/// Where the line may stand.
const MEND_OF_LINE: &str = "`{line}` is an argument of its own, or ends one like `--body={line}`: within other text, or behind \
                            `-c` or `-e`, it would be read as code";

/// The word in which the line would be more than an argument.
fn misplaced(words: &[String]) -> Option<&str> {
    let is_well =
        |word: &str| word == LINE || word.starts_with('-') && word.strip_suffix(LINE).is_some_and(ends_option);
    let takes_code = |word: Option<&String>| word.is_some_and(|word| matches!(word.as_str(), "-c" | "-e" | "--eval"));
    let mut with_line = words.iter().enumerate().filter(|(_, word)| word.contains(LINE));
    // `{lines}` or `{text}` would be shown as it stands, and nobody would learn what happened.
    let is_other = |word: &str| {
        let inner = word.strip_prefix('{').and_then(|word| word.strip_suffix('}'));
        word != LINE
            && inner.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic() || c == '_'))
    };
    if let Some(other) = words.iter().find(|word| is_other(word)) {
        return Some(other);
    }
    let bad = with_line.find(|(at, word)| *at == 0 || !is_well(word) || takes_code(words.get(at - 1)));
    bad.map(|(_, word)| word.as_str())
}

fn ends_option(option: &str) -> bool {
    option.ends_with('=') && !option.contains(LINE)
}

/// A program and its arguments.
#[derive(Debug)]
pub(super) struct Command(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = Vec::<String>::deserialize(deserializer)?;
        match given.first() {
            Some(program) if program.trim().is_empty() => {
                let mend = "the program has no name; a list like `[\"notify-send\", \"Exeunt\", \"{line}\"]`";
                Err(D::Error::custom(mend))
            }
            _ => match misplaced(&given) {
                Some(bad) => refuse(bad, MEND_OF_LINE),
                None => Ok(Self(given)),
            },
        }
    }
}
