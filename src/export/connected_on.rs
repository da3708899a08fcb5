//! The date of a connection: `08 Feb 2026`.

use jiff::civil::Date;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads `08 Feb 2026`, and `2026-02-08` as other programs save it; none: neither.
pub(super) fn parse(text: &str) -> Option<Date> {
    let mut parts = text.split_whitespace();
    let (Some(day), Some(month), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        let iso = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        return iso.then(|| text.parse().ok()).flatten();
    };
    let short = month.to_ascii_lowercase();
    let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == short)?.1;
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_are_read_and_no_third() {
        let day = jiff::civil::date(2026, 2, 8);
        for text in ["08 Feb 2026", "8 feb 2026", "2026-02-08"] {
            assert_eq!(parse(text), Some(day), "{text}");
        }
        for text in ["", "31 Feb 2026", "08 Febr 2026", "08.02.2026", "02/08/26", "08 Feb 26", "20260208", "1 2 3 4"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
