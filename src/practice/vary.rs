//! A family of sites: what the facts leave open is drawn by a seed, or pinned by name.
//!
//! Each [`Dimension`] is one thing that no fact pins, with its options; the first option is how the pages are drawn without a
//! family. A seed draws an option for each dimension but [`HARM`] and
//! [`CLOSE_HARM`], which stay `none` unless they are named. Everything here comes
//! from the collected facts and never from a pack: an option that a pack does not fit is a fault of the pack.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::str::FromStr;

use super::chance;
use super::choice::BadChoice;

/// One thing that the facts leave open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimension {
    /// Its name in the grammar.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// Its options; the first is how pages are drawn without a family.
    pub options: &'static [&'static str],
}

/// The dimension of what must never be clicked.
pub const HARM: &str = "harm";
/// The same for closing the account.
pub const CLOSE_HARM: &str = "close-harm";
/// Both of them: no seed draws any.
const HARMS: [&str; 2] = [HARM, CLOSE_HARM];
/// On how many dimensions of a hundred a seed draws another option than the first.
const VARIED: u8 = 60;

const fn dimension(name: &'static str, about: &'static str, options: &'static [&'static str]) -> Dimension {
    Dimension { name, about, options }
}

/// Every dimension, in the order of the help text.
pub const DIMENSIONS: &[Dimension] = &[
    dimension("card", "the element of a row", &["div", "li", "article", "section"]),
    dimension(
        "card-key",
        "where a row has its key; without one it stands in a column",
        &["both", "outer", "inner", "none"],
    ),
    dimension("wraps", "elements around a row that say nothing", &["0", "1", "3"]),
    dimension("classes", "names of classes", &["plain", "random"]),
    dimension("row-buttons", "what else a row offers", &["message", "follow", "save", "first"]),
    dimension("aside", "a card beside the list about somebody of the same name", &["none", "namesake"]),
    dimension("leftover", "what is there and not displayed", &["none", "dialog", "row"]),
    dimension("dialog", "what asks before a removal", &["native", "ember", "shadow", "alert"]),
    dimension("dialog-name", "whom the dialog names", &["full", "first"]),
    dimension("confirm", "the accessible name of the last button", &["text", "named"]),
    dimension("toasts", "where notices stand", &["end", "start", "dialog"]),
    dimension("said", "what the page says once somebody is removed", &["nothing", "toast", "status"]),
    dimension("menu", "where a menu is put", &["body", "row"]),
    dimension("menu-order", "where the item stands in a row's menu", &["first", "last", "middle"]),
    dimension("filter-key", "where the key of the name filter stands", &["input", "ancestor"]),
    dimension("total", "how the number of connections is written", &["heading", "paragraph", "late"]),
    dimension("empty-first", "whether the list says that nobody is found before its rows come", &["no", "yes"]),
    dimension("redraw", "when the rows are drawn anew without need", &["never", "filter", "menu", "once"]),
    dimension("reply", "how long an answer of the list takes", &["0ms", "300ms", "1200ms", "3000ms"]),
    dimension("debounce", "how long the filter waits after the last key", &["none", "0ms", "60ms", "250ms", "900ms"]),
    dimension("words", "how texts of buttons are written", &["plain", "capitals", "spaces", "lower"]),
    dimension("top-card", "where a profile's card has its key", &["section", "div", "id", "nested"]),
    dimension("degree", "when a profile says how far somebody is", &["at-once", "late"]),
    dimension("regions", "which regions are the main one", &["one", "nested"]),
    dimension(
        "close-order",
        "where the pages of closing ask for the password",
        &["last", "verify-first", "verify-late"],
    ),
    dimension(
        "rail",
        "whether settings have the list of their categories beside them",
        &["beside", "none", "in-place"],
    ),
    dimension("close-body", "what a page of closing is drawn in", &["section", "article", "deep", "shadow"]),
    dimension("close-time", "when a page of closing is drawn and answered", &["at-once", "late", "slow"]),
    dimension("close-comment", "whether the box of the last reason must be filled", &["optional", "required"]),
    dimension("close-refusal", "how a wrong password is told", &["alert", "field", "beside"]),
    dimension("farewell", "what the last page says", &["plain", "we-closed", "sorry", "long"]),
    dimension("picture", "what the bar shows of the account", &["photo", "late", "initials", "placeholder"]),
    dimension(
        HARM,
        "what must never be clicked",
        &["none", "block", "twins", "other-row", "other-name", "changes", "all", "report", "follower"],
    ),
    dimension(
        CLOSE_HARM,
        "what must never be clicked on the way to closing",
        &["none", "hibernate", "cancel", "twins", "box", "must-tick", "dialog", "dialog-early"],
    ),
];

/// An option for each dimension; a dimension that is not in it has its first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Family(BTreeMap<&'static str, &'static str>);

impl Family {
    /// What a seed draws.
    #[must_use]
    pub fn drawn(seed: u64) -> Self {
        let mut family = Self::default();
        for dimension in DIMENSIONS.iter().filter(|dimension| !HARMS.contains(&dimension.name)) {
            let bits = chance::bits(seed, "vary", dimension.name);
            if chance::happens(bits, VARIED) {
                let others = (dimension.options.len() - 1) as u64;
                let at = 1 + (bits >> 32) % others;
                family.0.insert(dimension.name, dimension.options[usize::try_from(at).unwrap_or(1)]);
            }
        }
        family
    }

    /// The option of a dimension.
    ///
    /// # Panics
    /// There is no such dimension.
    #[must_use]
    pub fn of(&self, name: &str) -> &'static str {
        let dimension = DIMENSIONS.iter().find(|dimension| dimension.name == name).expect("a dimension of the table");
        self.0.get(name).copied().unwrap_or(dimension.options[0])
    }

    /// Whether nothing differs from pages without a family.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0.is_empty()
    }

    /// What differs from pages without a family, for the pages' scripts.
    pub(super) fn options(&self) -> &BTreeMap<&'static str, &'static str> {
        &self.0
    }

    /// Every dimension with its options, a line each.
    #[must_use]
    pub fn grammar() -> String {
        let mut text = String::new();
        for Dimension { name, about, options } in DIMENSIONS {
            let _ = writeln!(text, "  {name:<13} {about}: {}", options.join(", "));
        }
        text
    }

    fn pin(&mut self, name: &str, option: &str) -> Result<(), BadChoice> {
        let bad = |want: String| BadChoice { text: format!("{name}={option}"), want };
        let names = || DIMENSIONS.iter().map(|one| format!("`{}`", one.name)).collect::<Vec<_>>().join(", ");
        let dimension = DIMENSIONS.iter().find(|dimension| dimension.name == name);
        let dimension = dimension.ok_or_else(|| bad(format!("nothing that varies; there are {}", names())))?;
        let known = dimension.options.iter().find(|known| **known == option);
        let options = || dimension.options.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
        let known = known.ok_or_else(|| bad(format!("no option of `{name}`; there are {}", options())))?;
        if *known == dimension.options[0] {
            self.0.remove(dimension.name);
        } else {
            self.0.insert(dimension.name, known);
        }
        Ok(())
    }
}

impl fmt::Display for Family {
    /// As the grammar reads it, without the seed: `card=li,dialog=ember`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, option)) in self.0.iter().enumerate() {
            write!(f, "{}{name}={option}", if at == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl FromStr for Family {
    type Err = BadChoice;

    /// A seed, pinned dimensions, or a seed and then dimensions that are pinned against it: `17`, `card=li`, `17,card=li`.
    fn from_str(text: &str) -> Result<Self, BadChoice> {
        let mut family = Self::default();
        for (at, part) in text.split(',').map(str::trim).enumerate() {
            match (part.split_once('='), part.parse::<u64>()) {
                (Some((name, option)), _) => family.pin(name.trim(), option.trim())?,
                (None, Ok(seed)) if at == 0 => family = Self::drawn(seed),
                (None, _) => {
                    let want = "a seed first, such as `17`, then dimensions such as `card=li`".to_owned();
                    return Err(BadChoice { text: text.to_owned(), want });
                }
            }
        }
        Ok(family)
    }
}

#[cfg(test)]
mod tests {
    use super::super::scenario::Vary;
    use super::*;

    #[test]
    fn a_seed_draws_the_same_and_never_harm() {
        for seed in 0..500 {
            let family = Family::drawn(seed);
            assert_eq!(family, Family::drawn(seed));
            assert_eq!(HARMS.map(|harm| family.of(harm)), ["none"; 2]);
            assert_eq!(family.to_string().parse::<Family>().unwrap_or_default(), family);
        }
        assert_ne!(Family::drawn(1), Family::drawn(2));
    }

    #[test]
    fn every_option_is_drawn_by_some_seed() {
        for dimension in DIMENSIONS.iter().filter(|dimension| !HARMS.contains(&dimension.name)) {
            for option in dimension.options {
                assert!(
                    (0..300).any(|seed| Family::drawn(seed).of(dimension.name) == *option),
                    "{}={option}",
                    dimension.name
                );
            }
        }
    }

    #[test]
    fn every_option_of_every_dimension_makes_a_site() {
        for dimension in DIMENSIONS {
            for option in dimension.options {
                let family: Family = format!("{}={option}", dimension.name).parse().unwrap();
                assert_eq!(family.of(dimension.name), *option);
                assert_eq!(Vary::from(family.clone()).family, family);
            }
        }
    }

    #[test]
    fn a_seed_and_pins_are_read() {
        let family: Family = "17,card=article,harm=block".parse().unwrap();
        assert_eq!((family.of("card"), family.of(HARM)), ("article", "block"));
        assert_eq!("17,card=div".parse::<Family>().unwrap().of("card"), "div");
        assert!("card=div".parse::<Family>().unwrap().is_plain());
        let told = |text: &str| text.parse::<Family>().unwrap_err().to_string();
        assert!(told("card=table").contains("no option of `card`; there are `div`, `li`"), "{}", told("card=table"));
        assert!(told("cards=li").contains("nothing that varies; there are `card`"), "{}", told("cards=li"));
        assert!(told("card=li,17").contains("a seed first"), "{}", told("card=li,17"));
    }
}
