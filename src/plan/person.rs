//! A person of the network, as the export or the page has them.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::event::id::Slug;

/// A connection. Every text is as its source has it: hostile until escaped for its sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who it is.
    pub slug: Slug,
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// May be empty.
    pub company: String,
    /// May be empty.
    pub position: String,
    /// Since when, if the source says so.
    pub connected_on: Option<Date>,
}

impl Person {
    /// First and last name with a space between; the slug where both are empty.
    #[must_use]
    pub fn full_name(&self) -> String {
        full_name(&self.first_name, &self.last_name, &self.slug)
    }
}

/// Whom a source may name without its being understood: rows that were left out say nothing about their people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotRead {
    /// Whose rows were left out, as far as those tell.
    pub slugs: BTreeSet<Slug>,
    /// How many left-out rows do not tell whose they are: they may be anybody's.
    pub anybody: u64,
}

fn full_name(first: &str, last: &str, slug: &Slug) -> String {
    match (first.trim(), last.trim()) {
        ("", "") => slug.to_string(),
        (only, "") | ("", only) => only.to_owned(),
        (first, last) => format!("{first} {last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::person;

    #[test]
    fn a_name_is_never_empty() {
        let mut jane = person("jane-doe", "Jane", "Doe");
        assert_eq!(jane.full_name(), "Jane Doe");
        jane.last_name = " ".to_owned();
        assert_eq!(jane.full_name(), "Jane");
        jane.first_name.clear();
        assert_eq!(jane.full_name(), "jane-doe");
    }
}
