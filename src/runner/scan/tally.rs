//! What a scan counted, and whether that is everybody: pure functions.

use std::collections::BTreeMap;

use crate::event::id::Slug;
use crate::plan::fold::fold;
use crate::plan::person::Person;

/// What was counted so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Different people.
    pub(super) rows: u64,
    /// Rows that name nobody.
    pub(super) nameless: u64,
    /// Rows whose address is nobody's.
    pub(super) unreadable: u64,
    /// The page's own number as the reading began.
    pub(super) before: Option<u64>,
    /// The same on a fresh load when it was over.
    pub(super) after: Option<u64>,
    /// Whether the number was another one in between.
    pub(super) changed: bool,
    /// What held the list up last, in words.
    pub(super) held_up: Option<String>,
}

impl Tally {
    /// All rows that were read.
    pub(super) fn read(&self) -> u64 {
        self.rows + self.nameless
    }

    /// Takes over the page's own number as a slice of the reading has it.
    pub(super) fn counts(&mut self, total: Option<u64>) {
        self.changed |= self.before.is_some() && total.is_some() && self.before != total;
        self.before = self.before.or(total);
    }

    /// Why this is not everybody; nothing where it is.
    ///
    /// Everybody was read only if rows were read, and exactly as many as the page counted before and afterwards.
    pub(super) fn lacks(&self) -> Option<String> {
        let (Some(before), Some(after)) = (self.before, self.after) else {
            return Some(format!("{} read, and the page does not say of how many", self.read()));
        };
        if self.changed || before != after {
            return Some(format!("the list changed while it was read: {before} before, {after} afterwards"));
        }
        if self.unreadable > 0 {
            return Some(format!("{} of {after} rows have an address that is nobody's", self.unreadable));
        }
        let read = self.read();
        if read == 0 {
            return Some("the page shows an empty list, which proves nothing".to_owned());
        }
        if read == after {
            return None;
        }
        let held_up = self.held_up.as_ref().map(|why| format!("; {why}")).unwrap_or_default();
        Some(format!("{read} of {after}{held_up}"))
    }
}

/// Who is probably one person under two addresses: one who is gone and one who is new, with the same name and the same day,
/// where nobody else has both.
pub(super) fn renamed(gone: &[Person], new: &[Person]) -> Vec<(Slug, Slug)> {
    let key = |person: &Person| Some((fold(&person.full_name()), person.connected_on?));
    let mut pairs: BTreeMap<_, (Vec<&Slug>, Vec<&Slug>)> = BTreeMap::new();
    for person in gone {
        key(person).into_iter().for_each(|key| pairs.entry(key).or_default().0.push(&person.slug));
    }
    for person in new {
        key(person).into_iter().for_each(|key| pairs.entry(key).or_default().1.push(&person.slug));
    }
    let alone = |(gone, new): (Vec<&Slug>, Vec<&Slug>)| match (gone.as_slice(), new.as_slice()) {
        ([gone], [new]) => Some(((*gone).clone(), (*new).clone())),
        _ => None,
    };
    pairs.into_values().filter_map(alone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(rows: u64, before: u64, after: u64) -> Tally {
        Tally { rows, before: Some(before), after: Some(after), ..Tally::default() }
    }

    #[test]
    fn only_exactly_as_many_rows_as_the_page_counts_are_everybody() {
        assert_eq!(tally(10, 10, 10).lacks(), None);
        assert_eq!(Tally { nameless: 2, ..tally(8, 10, 10) }.lacks(), None);
        for (short, words) in [
            (tally(9, 10, 10), "9 of 10"),
            (tally(11, 10, 10), "11 of 10"),
            (tally(10, 10, 11), "the list changed while it was read: 10 before, 11 afterwards"),
            (tally(10, 11, 10), "the list changed"),
            (tally(0, 0, 0), "an empty list"),
            (Tally { changed: true, ..tally(10, 10, 10) }, "the list changed"),
            (Tally { after: None, ..tally(10, 10, 10) }, "does not say of how many"),
            (Tally { before: None, ..tally(10, 10, 10) }, "does not say of how many"),
            (Tally { unreadable: 1, ..tally(9, 10, 10) }, "1 of 10 rows have an address that is nobody's"),
            (Tally { held_up: Some("the tab is hidden".into()), ..tally(9, 10, 10) }, "9 of 10; the tab is hidden"),
        ] {
            let why = short.lacks().unwrap_or_else(|| panic!("{short:?} is not everybody"));
            assert!(why.contains(words), "{why}");
        }
    }

    #[test]
    fn a_number_that_changes_on_the_way_is_noticed_even_if_it_changes_back() {
        let mut tally = Tally::default();
        for total in [None, Some(10), Some(11), None, Some(10)] {
            tally.counts(total);
        }
        assert!(tally.changed);
        assert_eq!(tally.before, Some(10));
    }

    fn person(slug: &str, name: &str, day: Option<&str>) -> Person {
        Person {
            slug: slug.parse().unwrap(),
            first_name: name.to_owned(),
            last_name: String::new(),
            company: String::new(),
            position: String::new(),
            connected_on: day.map(|day| day.parse().unwrap()),
        }
    }

    #[test]
    fn the_same_name_and_day_on_both_sides_once_each_is_probably_one_person() {
        let day = Some("2020-02-02");
        let gone = [
            person("zoe-old", "Zoë Doe", day),
            person("ann", "Ann", day),
            person("bob", "Bob", day),
            person("cy", "Cy", None),
        ];
        let new = [
            person("zoe-new", "ZOE DOE", day),
            person("ann-1", "Ann", day),
            person("ann-2", "Ann", day),
            person("bob-2", "Bob", Some("2020-02-03")),
            person("cy-2", "Cy", None),
        ];
        let pairs: Vec<_> = renamed(&gone, &new).iter().map(|(a, b)| format!("{a} {b}")).collect();
        assert_eq!(pairs, ["zoe-old zoe-new"]);
    }
}
