//! In which order people are shown or planned.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::fold::fold;
use super::person::Person;

/// By what people are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Name,
    Company,
    Position,
    Connected,
    Slug,
}

const KEYS: [(Key, &str); 5] = [
    (Key::Name, "name"),
    (Key::Company, "company"),
    (Key::Position, "position"),
    (Key::Connected, "connected"),
    (Key::Slug, "slug"),
];

/// An order of people: by one value, then by slug. Whoever has no such value comes last, whichever way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sorting {
    key: Key,
    is_descending: bool,
}

impl Sorting {
    /// Puts people into this order.
    pub fn sort(self, people: &mut [&Person]) {
        people.sort_by_cached_key(|person| self.place(person));
    }

    fn place(self, person: &Person) -> Place {
        let value = match self.key {
            Key::Name => fold(&person.full_name()),
            Key::Company => fold(&person.company),
            Key::Position => fold(&person.position),
            Key::Connected => person.connected_on.map(|day| day.to_string()).unwrap_or_default(),
            Key::Slug => person.slug.to_string(),
        };
        Place { value, slug: person.slug.to_string(), is_descending: self.is_descending }
    }
}

#[derive(PartialEq, Eq)]
struct Place {
    value: String,
    slug: String,
    is_descending: bool,
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_value = self.value.cmp(&other.value);
        let by_value = if self.is_descending { by_value.reverse() } else { by_value };
        let none_last = self.value.is_empty().cmp(&other.value.is_empty());
        none_last.then(by_value).then_with(|| self.slug.cmp(&other.slug))
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A text that names no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadSorting;

impl fmt::Display for BadSorting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&str> = KEYS.iter().map(|(_, word)| *word).collect();
        write!(f, "not one of {}, with `-` before it for the other way", keys.join(", "))
    }
}

impl std::error::Error for BadSorting {}

impl FromStr for Sorting {
    type Err = BadSorting;

    fn from_str(text: &str) -> Result<Self, BadSorting> {
        let (is_descending, word) = text.strip_prefix('-').map_or((false, text), |word| (true, word));
        let key = KEYS.iter().find(|(_, known)| *known == word).ok_or(BadSorting)?;
        Ok(Self { key: key.0, is_descending })
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::employed;
    use super::*;

    #[test]
    fn people_are_sorted_either_way_and_whoever_has_no_value_is_last() {
        let people = [
            employed("a", "Zeta", "Boss", "2020-01-01"),
            employed("b", "", "Clerk", "2010-01-01"),
            Person { connected_on: None, ..employed("c", "älpha", "Boss", "2015-01-01") },
        ];
        let sorted = |text: &str| {
            let mut people: Vec<&Person> = people.iter().collect();
            text.parse::<Sorting>().unwrap().sort(&mut people);
            people.iter().map(|person| person.slug.to_string()).collect::<String>()
        };
        assert_eq!([sorted("company"), sorted("-company")], ["cab", "acb"]);
        assert_eq!([sorted("connected"), sorted("-connected")], ["bac", "abc"]);
        assert_eq!([sorted("position"), sorted("-slug")], ["acb", "cba"]);
        assert_eq!("age".parse::<Sorting>(), Err(BadSorting));
    }
}
