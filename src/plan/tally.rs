//! How often each value occurs among some people: what a selection matched, for the person who made it.

use std::collections::HashMap;

use super::fold::fold;
use super::person::Person;

/// A column of the table of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// `company`.
    Company,
    /// `position`.
    Position,
    /// First and last name with a space between.
    Name,
    /// `connected_on`, counted by years.
    ConnectedOn,
    /// `slug`.
    Slug,
}

impl Column {
    /// The column that a name in SQL belongs to; none: it is no column of the table.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "company" => Self::Company,
            "position" => Self::Position,
            "first_name" | "last_name" => Self::Name,
            "connected_on" => Self::ConnectedOn,
            "slug" => Self::Slug,
            _ => return None,
        })
    }

    /// The word for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Position => "position",
            Self::Name => "name",
            Self::ConnectedOn => "connected",
            Self::Slug => "slug",
        }
    }

    fn of(self, person: &Person) -> String {
        match self {
            Self::Company => person.company.clone(),
            Self::Position => person.position.clone(),
            Self::Name => person.full_name(),
            Self::ConnectedOn => person.connected_on.map(|day| day.year().to_string()).unwrap_or_default(),
            Self::Slug => person.slug.to_string(),
        }
    }
}

/// A value, and how many people have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The value as the first of them has it; empty where they have none.
    pub value: String,
    /// How many have it; case, accents and white space make no difference.
    pub people: usize,
}

/// Counts the values of one column, the most frequent first, of equally frequent ones in the order of the people.
#[must_use]
pub fn tally<'a>(people: impl IntoIterator<Item = &'a Person>, column: Column) -> Vec<Counted> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut counted: Vec<Counted> = Vec::new();
    for person in people {
        let value = column.of(person);
        let place = *places.entry(fold(&value)).or_insert(counted.len());
        match counted.get_mut(place) {
            Some(known) => known.people += 1,
            None => counted.push(Counted { value, people: 1 }),
        }
    }
    counted.sort_by_key(|counted| usize::MAX - counted.people);
    counted
}

#[cfg(test)]
mod tests {
    use super::super::fixture::employed;
    use super::*;

    #[test]
    fn values_are_counted_as_a_person_would_count_them() {
        let people = [
            employed("a", "Acme", "Boss", "2020-01-01"),
            employed("b", "ACMÉ ", "Engineer", "2021-01-01"),
            employed("c", "Zenith", "Engineer", "2021-12-31"),
            Person { connected_on: None, ..employed("d", "", "boss", "2021-01-01") },
        ];
        let said = |column| -> Vec<String> {
            tally(&people, column).into_iter().map(|counted| format!("{} {}", counted.value, counted.people)).collect()
        };
        assert_eq!(said(Column::Company), ["Acme 2", "Zenith 1", " 1"]);
        assert_eq!(said(Column::Position), ["Boss 2", "Engineer 2"]);
        assert_eq!(said(Column::ConnectedOn), ["2021 2", "2020 1", " 1"]);
        assert_eq!(said(Column::Slug).len(), 4);
    }

    #[test]
    fn columns_are_known_by_their_names_in_sql() {
        assert_eq!(Column::named("last_name"), Some(Column::Name));
        assert_eq!(Column::named("account"), None);
    }
}
