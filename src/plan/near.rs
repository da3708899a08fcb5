//! "Did you mean": known values near a mistyped one.

use std::collections::BTreeMap;

use super::fold::fold;

/// At most so many are offered.
const MOST: usize = 3;

/// The known values nearest to `wanted`, at most three, the best first.
///
/// A value is near if it holds the wanted text, or if it, or one of its words, differs in at most two letters (in fewer
/// for short texts). Of equally near ones the more frequent comes first.
#[must_use]
pub fn near(wanted: &str, known: &BTreeMap<&str, usize>) -> Vec<String> {
    let wanted = fold(wanted);
    let mut ranked: Vec<_> = known
        .iter()
        .filter_map(|(value, count)| Some((distance(&wanted, value)?, usize::MAX - count, *value)))
        .collect();
    ranked.sort_unstable();
    ranked.truncate(MOST);
    ranked.into_iter().map(|(_, _, value)| value.to_owned()).collect()
}

/// How far a value is from the wanted text; none: too far to be meant.
fn distance(wanted: &str, value: &str) -> Option<usize> {
    let value = fold(value);
    if value.contains(wanted) {
        return Some(0);
    }
    let length = wanted.chars().count();
    let most = (length / 3).min(2);
    std::iter::once(value.as_str())
        .chain(value.split(' '))
        .filter(|part| part.chars().count().abs_diff(length) <= most)
        .map(|part| strsim::osa_distance(wanted, part))
        .filter(|distance| *distance <= most)
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_and_most_frequent_come_first() {
        let known = BTreeMap::from([("Acme GmbH", 2), ("Acme Inc.", 9), ("Acmee", 1), ("Zenith", 50), ("Ämce Ltd", 1)]);
        assert_eq!(near("acme", &known), ["Acme Inc.", "Acme GmbH", "Acmee"]);
        assert_eq!(near("Zneith", &known), ["Zenith"]);
        assert_eq!(near("amce ltdd", &known), ["Ämce Ltd"]);
        assert!(near("Globex", &known).is_empty());
        assert!(near("zen1th corporation", &known).is_empty());
    }

    #[test]
    fn a_short_text_is_not_near_to_every_other_short_text() {
        assert!(near("HP", &BTreeMap::from([("BP", 3), ("3M", 1)])).is_empty());
    }
}
