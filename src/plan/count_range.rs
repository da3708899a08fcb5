//! How many of something are wanted: none, some, a number, or a range.

use std::fmt;
use std::str::FromStr;

/// A range of counts, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountRange {
    least: u32,
    /// None: no upper end.
    most: Option<u32>,
}

impl CountRange {
    /// Whether so many are in the range.
    #[must_use]
    pub fn fits(self, number: u32) -> bool {
        number >= self.least && self.most.is_none_or(|most| number <= most)
    }
}

impl fmt::Display for CountRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (0, Some(0)) => f.write_str("none"),
            (1, None) => f.write_str("some"),
            (least, None) => write!(f, "{least}+"),
            (least, Some(most)) if least == most => write!(f, "{least}"),
            (least, Some(most)) => write!(f, "{least}-{most}"),
        }
    }
}

/// A text that is no range of counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadRange;

impl fmt::Display for BadRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not `none`, `some`, a number such as `3`, or a range such as `3+` or `1-5`")
    }
}

impl std::error::Error for BadRange {}

impl FromStr for CountRange {
    type Err = BadRange;

    fn from_str(text: &str) -> Result<Self, BadRange> {
        let number = |text: &str| text.parse::<u32>().map_err(|_| BadRange);
        let (least, most) = match text {
            "none" => (0, Some(0)),
            "some" => (1, None),
            _ => match (text.strip_suffix('+'), text.split_once('-')) {
                (Some(least), _) => (number(least)?, None),
                (None, Some((least, most))) => (number(least)?, Some(number(most)?)),
                (None, None) => (number(text)?, Some(number(text)?)),
            },
        };
        if most.is_some_and(|most| most < least) { Err(BadRange) } else { Ok(Self { least, most }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_says_which_counts_it_means_and_is_written_as_it_was_given() {
        for (text, within, without) in
            [("none", 0, 1), ("some", 1, 0), ("3", 3, 4), ("3+", 9, 2), ("1-5", 5, 6), ("0-0", 0, 1)]
        {
            let range: CountRange = text.parse().unwrap();
            assert!(range.fits(within) && !range.fits(without), "{text}");
            assert_eq!(range.to_string().parse(), Ok(range), "{text}");
        }
        for text in ["", "+", "-", "a", "5-1", "1-", "-1", "1.5", "3++", "99999999999"] {
            assert_eq!(text.parse::<CountRange>(), Err(BadRange), "{text:?}");
        }
    }
}
