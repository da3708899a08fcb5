//! A day as people and spreadsheets write it: `08 Feb 2026`, `8-Feb-26`, `08.02.2026`, `8. Februar 2026`.
//!
//! The languages are those of the pack: English and German. What may be two days is none.

use jiff::civil::Date;

/// The names of the months in both languages, each by the letters that it may be cut to.
const MONTHS: [&[&str]; 12] = [
    &["jan", "january", "januar", "jän", "jänner"],
    &["feb", "february", "februar"],
    &["mar", "march", "mär", "märz", "mrz"],
    &["apr", "april"],
    &["may", "mai"],
    &["jun", "june", "juni"],
    &["jul", "july", "juli"],
    &["aug", "august"],
    &["sep", "sept", "september"],
    &["oct", "october", "okt", "oktober"],
    &["nov", "november"],
    &["dec", "december", "dez", "dezember"],
];

/// What a text says about a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// This day and no other.
    Day(Date),
    /// One of these two: the day before the month, or the month before the day.
    Either(Date, Date),
    /// A number of days since some day, as spreadsheets keep them; there are two such first days.
    Serial,
    /// No day.
    No,
}

impl Written {
    /// The day where there is only one.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        if let Self::Day(day) = self { Some(day) } else { None }
    }
}

/// Reads a day. A time behind it is passed over, and so are a year's first two digits, because the site is younger than 2000.
#[must_use]
pub fn read(text: &str) -> Written {
    let text = text.trim().to_lowercase();
    let text = without_time(&text);
    if text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Written::Serial;
    }
    let is_between = |c: char| c.is_whitespace() || matches!(c, '-' | '/' | '.' | ',' | '\u{2011}' | '\u{2013}');
    let parts: Vec<&str> = text.split(is_between).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts[..] else { return Written::No };
    let day = match (month(first), month(second)) {
        (None, Some(month)) => number(first, 2).zip(year(third)).and_then(|(day, year)| date(year, month, day)),
        (Some(month), None) if text.contains(char::is_whitespace) || third.len() == 4 => {
            number(second, 2).zip(year(third)).and_then(|(day, year)| date(year, month, day))
        }
        _ => return numeric(text, [first, second, third]),
    };
    day.map_or(Written::No, Written::Day)
}

/// A day in three numbers: the year first, or the day before the month with dots, or whichever order is the only one.
fn numeric(text: &str, [first, second, third]: [&str; 3]) -> Written {
    let sign = text.chars().find(|c| !c.is_ascii_digit());
    let is_one_sign = text.chars().filter(|c| !c.is_ascii_digit()).all(|c| Some(c) == sign || c == ' ');
    let (Some(sign @ ('-' | '/' | '.')), true) = (sign, is_one_sign) else { return Written::No };
    if first.len() == 4 {
        let day = number(first, 4).zip(number(second, 2)).zip(number(third, 2));
        return day.and_then(|((year, month), day)| date(year, month, day)).map_or(Written::No, Written::Day);
    }
    let (Some(first), Some(second), Some(year)) = (number(first, 2), number(second, 2), year(third)) else {
        return Written::No;
    };
    let (day_first, month_first) = (date(year, second, first), date(year, first, second));
    // Two digits everywhere with dashes may begin with the year.
    if sign == '-' && third.len() != 4 {
        return Written::No;
    }
    match (day_first, month_first) {
        (day, _) if sign == '.' => day.map_or(Written::No, Written::Day),
        (Some(day), Some(other)) if day == other => Written::Day(day),
        (Some(day), Some(other)) => Written::Either(day, other),
        (Some(day), None) => Written::Day(day),
        (None, Some(day)) => Written::Day(day),
        (None, None) => Written::No,
    }
}

/// The text up to a time of day: `2026-02-08 00:00:00`, `2026-02-08T00:00:00Z`.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else { return text };
    let end = text[..colon].rfind([' ', 't']).unwrap_or(colon);
    text[..end].trim_end_matches([' ', ','])
}

fn month(part: &str) -> Option<i16> {
    (1..).zip(MONTHS).find(|(_, names)| names.contains(&part)).map(|(month, _)| month)
}

fn number(part: &str, most: usize) -> Option<i16> {
    let fits = !part.is_empty() && part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| part.parse().ok()).flatten()
}

fn year(part: &str) -> Option<i16> {
    match part.len() {
        2 => number(part, 2).map(|year| 2000 + year),
        4 => number(part, 4),
        _ => None,
    }
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_as_spreadsheets_write_them_in_both_languages_are_read() {
        for text in [
            "08 Feb 2026",
            "8 feb 2026",
            "8-Feb-26",
            "08-Feb-2026",
            "8 February 2026",
            "Feb 8, 2026",
            "February 8, 2026",
            "2026-02-08",
            "2026-2-8",
            "2026/02/08",
            "2026-02-08 00:00:00",
            "2026-02-08T00:00:00Z",
            "08.02.2026",
            "8.2.26",
            "08.02.2026 00:00",
            "08. Feb. 2026",
            "8. Februar 2026",
            "08. Feb 26",
            " 08\u{a0}Feb\u{a0}2026 ",
        ] {
            assert_eq!(read(text), Written::Day(date(2026, 2, 8)), "{text}");
        }
        assert_eq!(read("12. Mär 2015"), Written::Day(date(2015, 3, 12)));
        assert_eq!(read("12-Dez-15"), Written::Day(date(2015, 12, 12)));
        assert_eq!(read("31/12/2015"), Written::Day(date(2015, 12, 31)));
        assert_eq!(read("12/31/15"), Written::Day(date(2015, 12, 31)));
        assert_eq!(read("05/05/2015"), Written::Day(date(2015, 5, 5)));
    }

    #[test]
    fn what_may_be_two_days_is_none() {
        assert_eq!(read("02/08/2026"), Written::Either(date(2026, 8, 2), date(2026, 2, 8)));
        assert_eq!(read("02-08-2026"), Written::Either(date(2026, 8, 2), date(2026, 2, 8)));
        assert_eq!(read("42064"), Written::Serial);
        for text in [
            "",
            "31 Feb 2026",
            "08 Febr 2026",
            "20260208",
            "1 2 3 4",
            "soon",
            "08-02-26",
            "2026",
            "Feb 2026",
            "08.13.2026",
            "8/2-2026",
            "####",
        ] {
            assert_eq!(read(text), Written::No, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "[0-9a-zä ./:,-]{0,14}") {
            let _ = (read(&text), read(&near));
        }
    }
}
