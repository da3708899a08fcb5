//! The hours in which somebody may be begun: civil times of weekdays, in the zone of the pace.
//!
//! It says when these hours are and nothing else. Hours that were missed never make later ones begin sooner.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};

/// The three letters of each weekday, from Monday.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The minutes of a day: the end of a window may be the end of its day.
const DAY_MINUTES: u16 = 24 * 60;

/// A window comes back each week; one week of it may fall into an hour that the clocks leave out.
const DAYS_AHEAD: usize = 16;

/// The hours in which somebody may be begun; none said: all of them.
///
/// # Examples
/// ```
/// use exeunt::policy::active::Active;
///
/// let active: Active = ["mon-fri 09:00-18:00", "sat 10:00-12:00"].iter().map(|text| text.parse()).collect::<Result<_, _>>().unwrap();
/// let late = "2026-03-06T17:30:00Z".parse().unwrap(); // Friday, 18:30 in Berlin
/// let next = active.from(late, &jiff::tz::TimeZone::get("Europe/Berlin").unwrap());
/// assert_eq!(next.to_string(), "2026-03-07T09:00:00Z");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(into = "Vec<String>", try_from = "Vec<String>")]
pub struct Active(Vec<Window>);

impl Active {
    /// Whether every hour is one.
    #[must_use]
    pub fn is_always(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each minute of a week in which somebody may be begun is also one of `other`.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        let (own, others) = (self.week(), other.week());
        own.iter().zip(&others).all(|(is, may)| *may || !*is)
    }

    /// Each minute of a week from Monday on: whether it is in a window.
    fn week(&self) -> Vec<bool> {
        let mut week = vec![self.is_always(); usize::from(DAY_MINUTES) * DAYS.len()];
        for window in &self.0 {
            for day in (0..DAYS.len()).filter(|day| window.days[*day]) {
                let begin = day * usize::from(DAY_MINUTES) + usize::from(window.opens);
                let long = (window.closes + DAY_MINUTES - window.opens - 1) % DAY_MINUTES + 1;
                let minutes = week.len();
                (begin..begin + usize::from(long)).for_each(|minute| week[minute % minutes] = true);
            }
        }
        week
    }

    /// The first moment at or after `from` that is in a window; the end of time where there is none within two weeks.
    #[must_use]
    pub fn from(&self, from: Timestamp, zone: &TimeZone) -> Timestamp {
        if self.is_always() {
            return from;
        }
        // Yesterday's window may go past midnight.
        let mut date = from.to_zoned(zone.clone()).date();
        date = date.yesterday().unwrap_or(date);
        for _ in 0..DAYS_AHEAD {
            let begins = self.0.iter().filter_map(|window| window.on(date, zone));
            if let Some(begin) = begins.filter(|(_, end)| *end > from).map(|(begin, _)| begin.max(from)).min() {
                return begin;
            }
            let Ok(tomorrow) = date.tomorrow() else { break };
            date = tomorrow;
        }
        Timestamp::MAX
    }
}

impl FromIterator<Window> for Active {
    fn from_iter<I: IntoIterator<Item = Window>>(windows: I) -> Self {
        Self(windows.into_iter().collect())
    }
}

impl From<Active> for Vec<String> {
    fn from(active: Active) -> Self {
        active.0.iter().map(ToString::to_string).collect()
    }
}

impl TryFrom<Vec<String>> for Active {
    type Error = BadWindow;

    fn try_from(texts: Vec<String>) -> Result<Self, BadWindow> {
        texts.iter().map(|text| text.parse()).collect()
    }
}

impl fmt::Display for Active {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_always() {
            return f.write_str("at any time");
        }
        for (index, window) in self.0.iter().enumerate() {
            write!(f, "{}{window}", if index > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

/// One window: some weekdays, and from when to when on each.
///
/// It is written like `mon-fri 09:00-18:00`, `sat,sun 10:00-12:00` or, for every day, `22:00-02:00`; that one ends on the
/// day after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// From Monday.
    days: [bool; 7],
    /// Minutes since midnight.
    opens: u16,
    /// Minutes since midnight; at or before `opens`: on the day after.
    closes: u16,
}

impl Window {
    /// From when to when it is open if it opens on that date; none if it does not.
    ///
    /// A civil time that the clocks leave out is the moment at which they do. Where they show a time twice, the window is
    /// open once: it opens at the second, and closes at the first, so that nothing in it ever shows another time.
    fn on(&self, date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        if !self.days[day_number(date.weekday())] {
            return None;
        }
        let last = if self.closes > self.opens { date } else { date.tomorrow().ok()? };
        let end = moment((last, self.closes), zone, Twice::First)?;
        let begin = moment((date, self.opens), zone, Twice::Second)?;
        let begin = if begin < end { begin } else { moment((date, self.opens), zone, Twice::First)? };
        (begin < end).then_some((begin, end))
    }
}

/// Which of two moments, where the clocks show a time twice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Twice {
    First,
    Second,
}

/// The moment of so many minutes after midnight on that date.
fn moment((date, minutes): (Date, u16), zone: &TimeZone, twice: Twice) -> Option<Timestamp> {
    let (date, minutes) = if minutes == DAY_MINUTES { (date.tomorrow().ok()?, 0) } else { (date, minutes) };
    let part = |number: u16| i8::try_from(number).expect("hours and minutes are below 60");
    let civil = date.at(part(minutes / 60), part(minutes % 60), 0, 0);
    match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(civil).ok(),
        AmbiguousOffset::Fold { before, .. } if twice == Twice::First => before.to_timestamp(civil).ok(),
        AmbiguousOffset::Fold { after, .. } => after.to_timestamp(civil).ok(),
        AmbiguousOffset::Gap { before, .. } => {
            // As if the clocks had not been changed; what was changed before it is that change.
            let past = before.to_timestamp(civil).ok()?.checked_add(jiff::SignedDuration::from_nanos(1)).ok()?;
            zone.preceding(past).next().map(|change| change.timestamp())
        }
    }
}

fn day_number(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).expect("a weekday is not negative")
}

/// What is wrong with the text of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadWindow {
    /// It is not days and two times, or not two times.
    Shape,
    /// A day is none of the seven.
    Day,
    /// A time is not one of the day.
    Time,
    /// It closes when it opens.
    Empty,
}

impl fmt::Display for BadWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shape => "not days and two times, like `mon-fri 09:00-18:00`",
            Self::Day => "a day is not one of mon, tue, wed, thu, fri, sat, sun",
            Self::Time => "a time is not one from 00:00 to 24:00",
            Self::Empty => "it closes when it opens; a whole day is 00:00-24:00",
        })
    }
}

impl FromStr for Window {
    type Err = BadWindow;

    fn from_str(text: &str) -> Result<Self, BadWindow> {
        let text = text.to_ascii_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let (days, times) = match words[..] {
            [times] => ([true; 7], times),
            [days, times] => (parse_days(days)?, times),
            _ => return Err(BadWindow::Shape),
        };
        let (opens, closes) = times.split_once('-').ok_or(BadWindow::Shape)?;
        let (opens, closes) = (parse_time(opens)?, parse_time(closes)?);
        match (opens, closes) {
            (DAY_MINUTES, _) => Err(BadWindow::Time),
            // From midnight to midnight could be all of a day or nothing of it.
            _ if opens == closes || (closes == 0 && opens == 0) => Err(BadWindow::Empty),
            _ => Ok(Self { days, opens, closes }),
        }
    }
}

fn parse_days(text: &str) -> Result<[bool; 7], BadWindow> {
    let number = |day: &str| DAYS.iter().position(|known| *known == day).ok_or(BadWindow::Day);
    let mut days = [false; 7];
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (number(from)?, number(to)?);
        // A range may go over the end of the week.
        for step in 0..=(to + 7 - from) % 7 {
            days[(from + step) % 7] = true;
        }
    }
    Ok(days)
}

fn parse_time(text: &str) -> Result<u16, BadWindow> {
    let (hour, minute) = text.split_once(':').ok_or(BadWindow::Time)?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return Err(BadWindow::Time);
    }
    let number = |part: &str| part.parse::<u16>().map_err(|_| BadWindow::Time);
    let (hour, minute) = (number(hour)?, number(minute)?);
    let time = hour * 60 + minute;
    if minute < 60 && time <= DAY_MINUTES { Ok(time) } else { Err(BadWindow::Time) }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days != [true; 7] {
            let mut day = 0;
            let mut parts = Vec::new();
            while day < 7 {
                let run = self.days[day..].iter().take_while(|is| **is).count();
                match run {
                    0 => {}
                    1 => parts.push(DAYS[day].to_owned()),
                    _ => parts.push(format!("{}-{}", DAYS[day], DAYS[day + run - 1])),
                }
                day += run + 1;
            }
            write!(f, "{} ", parts.join(","))?;
        }
        let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        write!(f, "{}-{}", time(self.opens), time(self.closes))
    }
}

#[cfg(test)]
mod tests;
