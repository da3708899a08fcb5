//! People for the tests of this floor.

use super::person::Person;

/// A person without company, position and date.
pub(super) fn person(slug: &str, first: &str, last: &str) -> Person {
    Person {
        slug: slug.parse().unwrap(),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        company: String::new(),
        position: String::new(),
        connected_on: None,
    }
}

/// A person with all of it.
pub(super) fn employed(slug: &str, company: &str, position: &str, since: &str) -> Person {
    Person {
        company: company.to_owned(),
        position: position.to_owned(),
        connected_on: Some(since.parse().unwrap()),
        ..person(slug, slug, "Person")
    }
}
