//! The moment that a notice of the site names: "restricted your account until November 23, 2026, 1:05 PM PDT".
//!
//! Pure. Where the words leave something open, such as the zone, the latest moment that they can mean is taken: a person who
//! waits a day too long loses nothing. A language or a form of date that is not known here names no moment.

use std::sync::Arc;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::browser::page::{Found, Page, Sight};
use crate::flow::query::{Alternative, Look, Read, Target};
use crate::plan::shown_day;

/// The signs whose page is the notice alone. On other pages a date may be somebody's headline.
const ALONE: [&str; 2] = ["restricted", "gate"];
/// The name of the page's text in the look for it.
const TEXT: &str = "text";
/// A later end than this is no date of a restriction.
const LATEST: SignedDuration = SignedDuration::from_hours(24 * 366 * 5);
/// So much of a page is searched.
const CAP: usize = 4_000;

/// A look that reads what the page of a stop sign says; none where nothing on it can be believed.
fn question(sign: &str) -> Option<Look> {
    let body = Alternative { css: Some("body".to_owned()), ..Alternative::default() };
    let read = [(TEXT.to_owned(), Read::default())].into();
    let target = Target { find: vec![body], read, ..Target::default() };
    ALONE.contains(&sign).then(|| Look {
        v: 1,
        targets: [(TEXT.to_owned(), target)].into(),
        read: vec![TEXT.to_owned()],
        within_ms: 1_500,
        ..Look::default()
    })
}

/// The moment that the notice of a stop sign on this page names, where there is one and it can be read.
pub(in crate::runner) async fn read<P: Page>(page: &mut P, sign: &str, now: Timestamp) -> Option<Timestamp> {
    named(&page.look(&question(sign)?).await.ok()?, now)
}

/// The moment that the answer to [`question`] names.
fn named(sight: &Sight, now: Timestamp) -> Option<Timestamp> {
    let text = sight.found.get(TEXT).and_then(|found: &Found| found.read.get(TEXT))?;
    moment(text, &sight.page.language, now)
}

/// The latest moment that a text names as the end of something, if it can be read and is less than five years away.
fn moment(text: &str, language: &str, now: Timestamp) -> Option<Timestamp> {
    let speech = SPEECHES.iter().find(|speech| speech.tag == primary(language))?;
    let words = words_of(text);
    let starts = words.iter().enumerate().filter(|(_, word)| speech.until.contains(&word.as_ref()));
    let ends = starts.filter_map(|(at, _)| Reader { rest: &words[at + 1..], speech }.end());
    ends.filter(|end| end.duration_since(now) < LATEST).max()
}

fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// Lower-case words and numbers; a colon and a hyphen stay within them, and what else separates is gone.
fn words_of(text: &str) -> Vec<Arc<str>> {
    let text: String = text.chars().take(CAP).collect::<String>().to_lowercase();
    let parts = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, ':' | '-' | '+')));
    parts.filter(|part| !part.is_empty()).map(Arc::from).collect()
}

/// How a language writes a date.
struct Speech {
    tag: &'static str,
    /// What comes before the end of a span.
    until: &'static [&'static str],
    /// What may stand between the parts and means nothing.
    filler: &'static [&'static str],
}

const SPEECHES: [Speech; 2] = [
    Speech { tag: "en", until: &["until"], filler: &["at", "on", "of", "the"] },
    Speech { tag: "de", until: &["bis"], filler: &["zum", "um", "am", "den", "dem", "uhr"] },
];

/// Hours east of Greenwich, for the names that such notices use.
const ZONES: [(&str, i8); 17] = [
    ("utc", 0),
    ("gmt", 0),
    ("pst", -8),
    ("pdt", -7),
    ("pt", -8),
    ("mst", -7),
    ("mdt", -6),
    ("cst", -6),
    ("cdt", -5),
    ("est", -5),
    ("edt", -4),
    ("et", -5),
    ("bst", 1),
    ("cet", 1),
    ("mez", 1),
    ("cest", 2),
    ("mesz", 2),
];
/// Where a day ends last.
const LAST_PLACE: i8 = -12;

/// Reads a date, a time and a zone from the beginning of some words.
struct Reader<'a> {
    rest: &'a [Arc<str>],
    speech: &'a Speech,
}

impl Reader<'_> {
    fn end(mut self) -> Option<Timestamp> {
        let date = self.date()?;
        let Some(time) = self.time() else {
            return last_place(date.tomorrow().ok()?.to_datetime(Time::midnight()));
        };
        self.skip_filler();
        let zone = self.rest.first().and_then(|word| ZONES.iter().find(|(name, _)| *name == word.as_ref()));
        let local = date.to_datetime(time);
        zone.map_or_else(|| last_place(local), |(_, hours)| Offset::constant(*hours).to_timestamp(local).ok())
    }

    /// "November 23, 2026", "23. November 2026", "2026-11-23".
    fn date(&mut self) -> Option<Date> {
        self.skip_filler();
        if let Some(date) = self.rest.first().and_then(|word| word.parse::<Date>().ok()) {
            self.rest = &self.rest[1..];
            return Some(date);
        }
        let first = self.take()?;
        self.skip_filler();
        let second = self.take()?;
        self.skip_filler();
        let year = self.take()?.parse().ok().filter(|year| (2000..=9999).contains(year))?;
        let month = |word: &str| shown_day::month(self.speech.tag, word);
        let (month, day) = match (month(&first), month(&second)) {
            (Some(month), None) => (month, day(&second)?),
            (None, Some(month)) => (month, day(&first)?),
            _ => return None,
        };
        Date::new(year, month, day).ok()
    }

    /// "1:05 PM", "13:05 Uhr", "1 PM".
    fn time(&mut self) -> Option<Time> {
        self.skip_filler();
        let (hour, minute) = match self.rest.first()?.split_once(':') {
            Some((hour, minute)) => (hour.parse::<i8>().ok()?, minute.parse::<i8>().ok()?),
            None => (self.rest.first()?.parse::<i8>().ok()?, 0),
        };
        let half = self.rest.get(1).map(AsRef::as_ref).filter(|word| matches!(*word, "am" | "pm"));
        let hour = match half {
            Some("am") if (1..=12).contains(&hour) => hour % 12,
            Some("pm") if (1..=12).contains(&hour) => hour % 12 + 12,
            None if self.rest[0].contains(':') => hour,
            _ => return None,
        };
        self.rest = &self.rest[1 + usize::from(half.is_some())..];
        Time::new(hour, minute, 0, 0).ok()
    }

    fn take(&mut self) -> Option<Arc<str>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(Arc::clone(first))
    }

    fn skip_filler(&mut self) {
        while self.rest.first().is_some_and(|word| self.speech.filler.contains(&word.as_ref())) {
            self.rest = &self.rest[1..];
        }
    }
}

/// A day of the month, "23" or "23rd".
fn day(word: &str) -> Option<i8> {
    word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()
}

fn last_place(local: DateTime) -> Option<Timestamp> {
    Offset::constant(LAST_PLACE).to_timestamp(local).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-22T04:00:00Z";

    fn read(text: &str, language: &str) -> Option<String> {
        moment(text, language, NOW.parse().unwrap()).map(|end| end.to_string())
    }

    #[test]
    fn the_end_of_a_restriction_is_read_in_the_languages_that_are_known() {
        for (text, language, end) in [
            ("This account is restricted until November 23, 2026, 1:05 PM PDT.", "en", "2026-11-23T20:05:00Z"),
            ("restricted until November 23, 2026, 12:00 AM PST", "en-US", "2026-11-23T08:00:00Z"),
            ("restricted your account until\u{a0}Nov 23rd 2026 at 1\u{202f}pm UTC", "en", "2026-11-23T13:00:00Z"),
            ("until 23 November 2026, 13:05 CET", "en_GB", "2026-11-23T12:05:00Z"),
            ("eingeschränkt bis zum 23. November 2026 um 13:05 Uhr MEZ.", "de", "2026-11-23T12:05:00Z"),
            ("bis 1. März 2027", "de-DE", "2027-03-02T12:00:00Z"),
            ("until 2026-12-01", "en", "2026-12-02T12:00:00Z"),
        ] {
            assert_eq!(read(text, language).as_deref(), Some(end), "{text}");
        }
    }

    #[test]
    fn what_is_left_open_is_read_as_late_as_it_can_be() {
        assert_eq!(read("until November 23, 2026, 1:05 PM", "en").unwrap(), "2026-11-24T01:05:00Z");
        assert_eq!(read("until November 23, 2026", "en").unwrap(), "2026-11-24T12:00:00Z");
        assert_eq!(read("until November 23, 2026, 1:05 PM XYZ", "en").unwrap(), "2026-11-24T01:05:00Z");
        let two = "until November 23, 2026, 1:05 PM PDT, or until November 25, 2026, 1:05 PM PDT";
        assert_eq!(read(two, "en").unwrap(), "2026-11-25T20:05:00Z");
    }

    #[test]
    fn what_cannot_be_read_names_no_moment() {
        for (text, language) in [
            ("restricted until further notice", "en"),
            ("restricted until November 23, 2026", "fr"),
            ("restricted until November 23, 2026", ""),
            ("November 23, 2026", "en"),
            ("until November 31, 2026", "en"),
            ("until 23 2026 11", "en"),
            ("until November 23, 2040", "en"),
            ("until", "en"),
            ("until November", "en"),
            ("until 99999999999999999999 99999999999999 99999999999999999", "en"),
        ] {
            assert_eq!(read(text, language), None, "{text}");
        }
    }

    #[test]
    fn only_a_page_that_is_the_notice_alone_is_asked() {
        assert!(question("restricted").is_some() && question("gate").is_some());
        assert_eq!(question("limit_notice"), None);
        let look = question("restricted").unwrap();
        assert!(look.stop_on.is_empty() && look.arm.is_none() && look.wants.is_empty(), "it only reads");
    }
}
