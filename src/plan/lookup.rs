//! Finding one person by what somebody typed: a slug, an address or a name.

use std::collections::BTreeMap;

use super::fold::fold;
use super::near::near;
use super::person::Person;
use crate::event::id::Slug;

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
    let slug: Option<Slug> = Slug::from_address(typed).or_else(|_| typed.parse()).ok();
    if let Some(person) = people.iter().find(|person| Some(&person.slug) == slug.as_ref()) {
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
        [] => {
            let names: Vec<String> = people.iter().map(Person::full_name).collect();
            let known: BTreeMap<&str, usize> = names.iter().map(|name| (name.as_str(), 1)).collect();
            Found::Nobody(near(typed, &known))
        }
        _ => Found::Several(fitting),
    }
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
    }

    #[test]
    fn a_full_name_wins_over_a_part_of_one() {
        let people = [person("a", "Ann", "Lee"), person("b", "Ann", "Leeds")];
        assert_eq!(find("ann lee", &people), Found::One(&people[0]));
    }
}
