//! A day as a page shows it to people: `September 16, 2026`, `16. September 2026`.

use jiff::civil::Date;

const ENGLISH: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const GERMAN: [&str; 12] = [
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
];

/// Reads a day in the page's language (`<html lang>`), English or German; none for any other language, for a day without a
/// year, and for a distance such as "2 weeks ago", which says no day.
#[must_use]
pub fn parse(language: &str, text: &str) -> Option<Date> {
    let language = primary(language);
    let text = text.trim().trim_end_matches('.').to_lowercase();
    let parts: Vec<&str> = text.split_whitespace().collect();
    match (language.as_str(), parts.as_slice()) {
        // `September 16, 2026`, and with a short month.
        ("en", [word, day, year]) => on(year, month(&language, word)?, day.strip_suffix(',')?),
        ("de", [day, word, year]) => on(year, month(&language, word)?, day.strip_suffix('.')?),
        // `16.09.2026`.
        ("de", [whole]) => match whole.split('.').collect::<Vec<_>>().as_slice() {
            [day, month, year] => on(year, number(month)?, day),
            _ => None,
        },
        _ => None,
    }
}

/// The last day that stands anywhere in a text, in the page's language; none where no day can be read.
#[must_use]
pub fn within(language: &str, text: &str) -> Option<Date> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let ends = |word: &&str| word.trim_end_matches([',', ';', ')', '!']).to_owned();
    let spans = words.windows(3).map(|span| (span[..2].join(" "), ends(&span[2])));
    let three = spans.filter_map(|(start, end)| parse(language, &format!("{start} {end}")));
    let one = words.iter().filter_map(|word| parse(language, &ends(word)));
    three.chain(one).max()
}

/// So many days as a text begins with, in the page's language: `14 days of closing it`. None for any other language, for none
/// or more than 60 days, and for a text that begins with a date.
#[must_use]
pub fn days(language: &str, text: &str) -> Option<i64> {
    let mut words = text.split_whitespace();
    let days = words.next()?.parse::<i64>().ok().filter(|days| (1..=60).contains(days))?;
    let unit = words.next()?.trim_end_matches(['.', ',', ';', '!']).to_lowercase();
    let units: &[&str] = match primary(language).as_str() {
        "en" => &["day", "days"],
        "de" => &["tag", "tage", "tagen"],
        _ => return None,
    };
    units.contains(&unit.as_str()).then_some(days)
}

/// The fewest days that stand anywhere in a text, in the page's language: 14 of `within 14 days; your data goes after 30 days`.
/// None where no days are read, and for any other language than [`days`] reads.
#[must_use]
pub fn fewest_days(language: &str, text: &str) -> Option<i64> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).filter_map(|pair| days(language, &pair.join(" "))).min()
}

/// The number of the month, 1 to 12, whose name in the page's language begins like this word; of a language other than
/// English and German none.
///
/// Case does not matter; a short form has at least three letters, which no two months share, and may end with a full stop.
#[must_use]
pub fn month(language: &str, word: &str) -> Option<i8> {
    let names = match primary(language).as_str() {
        "en" => &ENGLISH,
        "de" => &GERMAN,
        _ => return None,
    };
    let word = word.trim_end_matches('.').to_lowercase();
    let fits = |name: &&str| word.chars().count() >= 3 && name.starts_with(&word);
    names.iter().zip(1..).find(|(name, _)| fits(name)).map(|(_, number)| number)
}

/// The language without its country: `en` of `en-US`.
fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

fn on(year: &str, month: i8, day: &str) -> Option<Date> {
    if year.len() != 4 {
        return None;
    }
    Date::new(number(year)?, month, number(day)?).ok()
}

fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_the_page_s_language() {
        let day = jiff::civil::date(2026, 9, 6);
        for (language, text) in [
            ("en", "September 6, 2026"),
            ("en-US", " Sep 6, 2026 "),
            ("en", "september 06, 2026."),
            ("de", "6. September 2026"),
            ("de-DE", "06.09.2026"),
            ("de", "6. Sep. 2026"),
        ] {
            assert_eq!(parse(language, text), Some(day), "{language}: {text}");
        }
        assert_eq!(parse("de", "1. März 2020"), Some(jiff::civil::date(2020, 3, 1)));
    }

    #[test]
    fn days_are_a_number_and_its_unit() {
        for (language, text) in
            [("en", "14 days of closing it."), ("en-US", "14 days."), ("de", "14 Tagen wieder öffnen")]
        {
            assert_eq!(days(language, text), Some(14), "{language}: {text}");
        }
        for (language, text) in [
            ("en", "14 December 2026"),
            ("en", "until 14 days"),
            ("en", "0 days"),
            ("en", "400 days"),
            ("fr", "14 jours"),
            ("en", "14"),
        ] {
            assert_eq!(days(language, text), None, "{language}: {text}");
        }
    }

    #[test]
    fn of_several_terms_in_a_text_the_shortest_is_read() {
        let told =
            "Your account has been closed. Search engines may show it for 60 days. You can come back within 14 days.";
        assert_eq!(fewest_days("en", told), Some(14));
        assert_eq!(fewest_days("de", "Innerhalb von 14 Tagen, spätestens nach 20 Tagen."), Some(14));
        for (language, text) in [("en", "See you on December 14, 2026"), ("fr", "14 jours"), ("en", "14"), ("en", "")] {
            assert_eq!(fewest_days(language, text), None, "{language}: {text}");
        }
    }

    #[test]
    fn a_month_is_known_by_three_letters_and_more() {
        for (language, word, number) in [
            ("en", "May", 5),
            ("en-GB", "Sept.", 9),
            ("en", "JUN", 6),
            ("en", "july", 7),
            ("de", "Mai", 5),
            ("de_AT", "Mär.", 3),
            ("de", "dezember", 12),
        ] {
            assert_eq!(month(language, word), Some(number), "{language}: {word}");
        }
        for (language, word) in
            [("en", "ju"), ("en", "junes"), ("en", "märz"), ("de", "march"), ("fr", "mai"), ("", "may"), ("en", "")]
        {
            assert_eq!(month(language, word), None, "{language}: {word}");
        }
        for names in [ENGLISH, GERMAN] {
            let starts: std::collections::BTreeSet<String> =
                names.iter().map(|name| name.chars().take(3).collect()).collect();
            assert_eq!(starts.len(), 12, "no two months begin alike: {starts:?}");
        }
    }

    #[test]
    fn what_says_no_day_is_no_day() {
        for (language, text) in [
            ("en", "2 weeks ago"),
            ("en", "September 2026"),
            ("en", "September 31, 2026"),
            ("en", "6. September 2026"),
            ("en", "Ma 6, 2026"),
            ("de", "September 6, 2026"),
            ("de", "-6.09.2026"),
            ("de", "06.09.26"),
            ("tr", "6 Eylül 2026"),
            ("", "September 6, 2026"),
            ("en", ""),
        ] {
            assert_eq!(parse(language, text), None, "{language}: {text}");
        }
    }
}
