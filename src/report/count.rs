//! Numbers as people read them: grouped, with the right form of the word.

/// A number with a comma between thousands: `12,345`.
#[must_use]
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with its word: `1 person`, `2 people`, `0 people`.
#[must_use]
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// `1 person`, `40 people`.
#[must_use]
pub fn people(n: u64) -> String {
    count(n, "person", "people")
}

/// A size with a unit: `812 bytes`, `14.2 kB`, `1.3 GB`; a kilobyte has 1,000 bytes.
#[must_use]
pub fn bytes(n: u64) -> String {
    let (mut whole, mut unit) = (n as f64, "");
    for larger in ["kB", "MB", "GB", "TB"] {
        // What would be shown as 1000.0 belongs to the next unit.
        if whole < 999.95 {
            break;
        }
        (whole, unit) = (whole / 1000.0, larger);
    }
    if unit.is_empty() { count(n, "byte", "bytes") } else { format!("{whole:.1} {unit}") }
}

/// A span of time with the two largest units that are not zero: `2 days 3 h`, `4 min 10 s`, `8 s`.
#[must_use]
pub fn span(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let parts = [
        (days > 0).then(|| count(days, "day", "days")),
        (hours > 0).then(|| format!("{hours} h")),
        (minutes > 0).then(|| format!("{minutes} min")),
        (!seconds.is_multiple_of(60) || seconds == 0).then(|| format!("{} s", seconds % 60)),
    ];
    parts.into_iter().flatten().take(2).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_words_agree() {
        assert_eq!((number(0), number(999), number(1000)), ("0".into(), "999".into(), "1,000".into()));
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!([people(0), people(1), people(2)], ["0 people", "1 person", "2 people"]);
    }

    #[test]
    fn sizes_and_spans_have_units() {
        assert_eq!([bytes(1), bytes(999), bytes(1000)], ["1 byte", "999 bytes", "1.0 kB"]);
        assert_eq!([bytes(999_960), bytes(1_300_000_000)], ["1.0 MB", "1.3 GB"]);
        assert_eq!([span(0), span(8), span(250), span(3600)], ["0 s", "8 s", "4 min 10 s", "1 h"]);
        assert_eq!([span(183_600), span(86_401)], ["2 days 3 h", "1 day 1 s"]);
    }
}
