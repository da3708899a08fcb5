//! Finding one person by what somebody typed: a slug, an address or a name.

use std::collections::BTreeMap;

use super::fold::fold;
use super::near::near;
use super::person::Person;
use crate::event::address::Brought;
use crate::event::id::Slug;

/// So many near ones are offered.
const MOST_NEAR: usize = 3;

/// What a lookup found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<'a> {
    /// Exactly one person fits.
    One(&'a Person),
    /// Several people have that name: somebody must choose.
    Several(Vec<&'a Person>),
    /// Nobody fits; names near to it, at most three.
    Nobody(Vec<String>),
}

/// Finds who is meant by a slug, a profile's address, a full name or a part of one.
///
/// A slug wins over a name, a full name over a part of a name. Accents, case and white space make no difference.
#[must_use]
pub fn find<'a>(typed: &str, people: &'a [Person]) -> Found<'a> {
    let typed = typed.trim();
    let of = |slug: &Slug| people.iter().find(|person| person.slug == *slug);
    let slug = Brought::of(typed).meant(|slug| of(slug).is_some()).ok();
    if let Some(person) = slug.as_ref().and_then(of) {
        return Found::One(person);
    }
    let wanted = fold(typed);
    if wanted.is_empty() {
        return Found::Nobody(Vec::new());
    }
    let folded: Vec<(String, &Person)> = people.iter().map(|person| (fold(&person.full_name()), person)).collect();
    let those = |fits: &dyn Fn(&str) -> bool| -> Vec<&'a Person> {
        folded.iter().filter(|(name, _)| fits(name)).map(|(_, person)| *person).collect()
    };
    let mut fitting = those(&|name| name == wanted);
    if fitting.is_empty() {
        fitting = those(&|name| name.contains(&wanted));
    }
    match fitting[..] {
        [one] => Found::One(one),
        [] => Found::Nobody(nearest(slug.as_ref().map_or(typed, Slug::as_str), people)),
        _ => Found::Several(fitting),
    }
}

/// Whom a text names by first and last name, as whole words. A name of one word alone is no name there: it may be a word.
pub fn named_in<'a>(text: &str, mut people: impl Iterator<Item = &'a Person>) -> Option<&'a Person> {
    let text = fold(text);
    let part = |at: Option<char>| at.is_some_and(char::is_alphanumeric);
    people.find(|person| {
        let name = fold(&person.full_name());
        let whole = |at: usize| !part(text[..at].chars().next_back()) && !part(text[at + name.len()..].chars().next());
        name.contains(' ') && text.match_indices(&name).any(|(at, _)| whole(at))
    })
}

/// Who is near to a mistyped name or slug, at most three: `Jane Doe`, or `Jane Doe (jane-doe)` where the slug is near.
#[must_use]
pub fn nearest(typed: &str, people: &[Person]) -> Vec<String> {
    let names: Vec<String> = people.iter().map(Person::full_name).collect();
    let known: BTreeMap<&str, usize> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let slugs: BTreeMap<&str, usize> = people.iter().map(|person| (person.slug.as_str(), 1)).collect();
    let by_slug: Vec<&Person> = near(typed, &slugs)
        .iter()
        .filter_map(|slug| people.iter().find(|person| person.slug.as_str() == slug))
        .collect();
    let mut found: Vec<String> =
        by_slug.iter().map(|person| format!("{} ({})", person.full_name(), person.slug)).collect();
    let is_named = |name: &String| by_slug.iter().any(|person| person.full_name() == *name);
    found.extend(near(typed, &known).into_iter().filter(|name| !is_named(name)));
    found.truncate(MOST_NEAR);
    found
}

#[cfg(test)]
mod tests {
    use super::super::fixture::person;
    use super::*;

    #[test]
    fn slug_address_and_name_find_the_same_person() {
        let people = [person("zoe", "Zoë", "O’Neil"), person("jane-1", "Jane", "Doe"), person("jane-2", "Jane", "Doe")];
        for typed in ["zoe", "ZOE", "https://www.linkedin.com/in/zoe/", "zoe o'neil", "neil"] {
            assert_eq!(find(typed, &people), Found::One(&people[0]), "{typed}");
        }
        assert_eq!(find("jane doe", &people), Found::Several(vec![&people[1], &people[2]]));
        assert_eq!(find("Jnae Doe", &people), Found::Nobody(vec!["Jane Doe".to_owned()]));
        assert_eq!(find("", &people), Found::Nobody(vec![]));
        assert_eq!(
            find("jane_1", &people),
            Found::Nobody(vec!["Jane Doe (jane-1)".to_owned(), "Jane Doe (jane-2)".to_owned()])
        );
        assert_eq!(find("https://www.linkedin.com/in/zoe).", &people), Found::One(&people[0]));
    }

    #[test]
    fn a_full_name_wins_over_a_part_of_one() {
        let people = [person("a", "Ann", "Lee"), person("b", "Ann", "Leeds")];
        assert_eq!(find("ann lee", &people), Found::One(&people[0]));
    }
}
