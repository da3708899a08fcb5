//! The people of the network: realistic, seeded, with every trap that names and addresses have.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::event::id::Slug;

use super::chance;
use super::names::{COMPANIES, CRIES_WOLF, FIRST, LAST, POSITIONS, SPECIALS, Special};
use super::scenario::Scenario;

/// One connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The given name, as exported; empty for a hidden member.
    pub first: String,
    /// The family name with suffixes, as exported; may be empty.
    pub last: String,
    /// The name as pages show it: it may have more than the export.
    pub shown: String,
    /// The profile's address, or none for a hidden member.
    pub slug: Option<Slug>,
    /// The member's id, which requests about a hidden member use.
    pub member: String,
    /// The e-mail address, mostly empty.
    pub email: String,
    /// The company; empty now and then.
    pub company: String,
    /// The position; empty where the company is.
    pub position: String,
    /// The day on which they connected.
    pub connected_on: Date,
}

impl Person {
    /// What requests and the audit log call this person: the slug, or the member's id.
    #[must_use]
    pub fn handle(&self) -> &str {
        self.slug.as_ref().map_or(&self.member, Slug::as_str)
    }
}

/// The day before which everybody connected: fixed, so that a seed always gives the same dates.
pub(super) const TODAY: Date = date(2026, 9, 30);

/// How far back the oldest connection may lie, in days: about fifteen years.
const SPAN: u32 = 5_500;

/// Below this many people nobody is hidden, and there is nobody outside the network.
pub(super) const SMALL: usize = 20;

/// The people of `scenario`, the most recent connection first.
///
/// Two people never share a slug, and nobody has the account's own. Hidden members are counted in `scenario.people`.
#[must_use]
pub fn people(scenario: &Scenario) -> Vec<Person> {
    let count = scenario.people;
    let mut rng = StdRng::seed_from_u64(scenario.seed);
    let hidden = if count < SMALL { 0 } else { (count / 50).clamp(2, 181) };
    let mut taken = BTreeSet::from([scenario.me.clone()]);
    let mut cast: Vec<Person> = SPECIALS
        .iter()
        .filter_map(|special| special_person(special, &mut rng))
        .filter(|person| person.slug.clone().is_some_and(|slug| taken.insert(slug)))
        .take(count - hidden)
        .collect();
    while cast.len() < count - hidden {
        cast.push(ordinary_person(&mut rng, &mut taken));
    }
    if let Some(person) = cast.get_mut(SPECIALS.len()..).and_then(<[Person]>::last_mut) {
        rename(person, CRIES_WOLF);
    }
    cast.extend((0..hidden).map(|_| hidden_person()));
    shuffle(&mut cast, &mut rng);
    let mut days: Vec<u32> = (0..count).map(|_| days_ago(&mut rng)).collect();
    days.sort_unstable();
    for (index, (person, days)) in cast.iter_mut().zip(days).enumerate() {
        person.connected_on = TODAY.saturating_sub(i64::from(days).days());
        person.member = format!("ACoAAB{}", chance::token(scenario.seed, "member", &index.to_string()));
    }
    cast
}

/// A name for matching: without accents and case.
pub(super) fn folded(text: &str) -> String {
    text.trim().nfd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase()
}

/// The account's name, made from its slug: `robin-practice` is "Robin Practice".
pub(super) fn name_of(slug: &Slug) -> String {
    let words: Vec<String> = slug
        .as_str()
        .split('-')
        .filter(|word| !word.is_empty())
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
        })
        .collect();
    if words.is_empty() { slug.as_str().to_owned() } else { words.join(" ") }
}

/// Many connections are recent, few are old.
fn days_ago(rng: &mut StdRng) -> u32 {
    let share: f64 = rng.random();
    (share * share * f64::from(SPAN)) as u32 + 1
}

/// Fisher and Yates, written out so that an update of a dependency cannot change the order.
fn shuffle(cast: &mut [Person], rng: &mut StdRng) {
    for end in (1..cast.len()).rev() {
        cast.swap(end, rng.random_range(0..=end));
    }
}

fn special_person(Special(first, last, slug, shown_suffix): &Special, rng: &mut StdRng) -> Option<Person> {
    let slug = slug.parse().ok()?;
    let person = named(first, last, slug, rng);
    Some(Person { shown: format!("{}{shown_suffix}", person.shown), ..person })
}

pub(super) fn ordinary_person(rng: &mut StdRng, taken: &mut BTreeSet<Slug>) -> Person {
    let first = FIRST[rng.random_range(0..FIRST.len())];
    let last = LAST[rng.random_range(0..LAST.len())];
    let plain = plain_slug(first, last);
    let wishes = rng.random_range(0..10);
    let slug = loop {
        let number: u32 = rng.random();
        let text = match wishes {
            0 => plain.replace('-', ""),
            1 => format!("{plain}-{}", number % 100),
            _ => format!("{plain}-{:08x}", number),
        };
        // The short forms may be taken; a retry then adds the number.
        let text =
            if text.parse().is_ok_and(|slug| taken.contains(&slug)) { format!("{plain}-{number:08x}") } else { text };
        let slug: Slug = text.parse().expect("letters, digits and hyphens are a slug");
        if taken.insert(slug.clone()) {
            break slug;
        }
    };
    named(first, last, slug, rng)
}

pub(super) fn named(first: &str, last: &str, slug: Slug, rng: &mut StdRng) -> Person {
    let idle = rng.random_range(0..20) == 0;
    let pick = |words: &[&str], at: usize| if idle { String::new() } else { words[at % words.len()].to_owned() };
    let company = pick(COMPANIES, rng.random_range(0..COMPANIES.len()));
    let position = pick(POSITIONS, rng.random_range(0..POSITIONS.len()));
    let open = rng.random_range(0..12) == 0;
    let email = if open { format!("{}@example.invalid", plain_slug(first, last)) } else { String::new() };
    Person {
        first: first.to_owned(),
        last: last.to_owned(),
        shown: format!("{first} {last}").trim().to_owned(),
        slug: Some(slug),
        member: String::new(),
        email,
        company,
        position,
        connected_on: TODAY,
    }
}

/// Gives somebody another name and keeps all else.
fn rename(person: &mut Person, (first, last): (&str, &str)) {
    first.clone_into(&mut person.first);
    last.clone_into(&mut person.last);
    person.shown = format!("{first} {last}");
}

fn hidden_person() -> Person {
    Person {
        first: String::new(),
        last: String::new(),
        shown: String::new(),
        slug: None,
        member: String::new(),
        email: String::new(),
        company: String::new(),
        position: String::new(),
        connected_on: TODAY,
    }
}

/// Letters and digits of the name without accents, words joined by hyphens; `member` where nothing is left.
fn plain_slug(first: &str, last: &str) -> String {
    let text = folded(&format!("{first} {last}")).replace('ł', "l").replace('ø', "o").replace('ı', "i");
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() { "member".to_owned() } else { words.join("-") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn with(count: usize, seed: u64) -> Vec<Person> {
        people(&Scenario { people: count, seed, ..Scenario::default() })
    }

    #[test]
    fn a_seed_always_gives_the_same_people() {
        assert_eq!(with(200, 7), with(200, 7));
        assert_ne!(with(200, 7), with(200, 8));
    }

    #[test]
    fn counts_are_exact_and_slugs_are_never_shared() {
        for count in [0, 1, 3, 19, 20, 60, 5_000] {
            let cast = with(count, 3);
            assert_eq!(cast.len(), count);
            let slugs: Vec<_> = cast.iter().filter_map(|person| person.slug.clone()).collect();
            assert_eq!(slugs.iter().collect::<BTreeSet<_>>().len(), slugs.len());
            let hidden = count - slugs.len();
            assert!(if count < SMALL { hidden == 0 } else { (2..=181).contains(&hidden) }, "{count}: {hidden}");
        }
    }

    #[test]
    fn the_most_recent_is_first_and_years_differ() {
        let cast = with(300, 1);
        assert!(cast.windows(2).all(|pair| pair[0].connected_on >= pair[1].connected_on));
        let years: BTreeSet<i16> = cast.iter().map(|person| person.connected_on.year()).collect();
        assert!(years.len() > 8, "{years:?}");
    }

    #[test]
    fn the_traps_are_in_an_ordinary_network() {
        let cast = with(60, 1);
        let mut names = BTreeMap::<&str, usize>::new();
        for person in cast.iter().filter(|person| person.slug.is_some()) {
            *names.entry(&person.shown).or_default() += 1;
        }
        assert!(names.values().filter(|count| **count == 2).count() >= 2);
        let any = |fits: fn(&Person) -> bool| cast.iter().any(fits);
        assert!(any(|person| person.shown.contains('🚀')));
        assert!(any(|person| person.shown.contains('’')));
        assert!(any(|person| person.shown.contains("<script>")));
        assert!(any(|person| person.last.ends_with(", PhD")));
        assert!(any(|person| person.shown.chars().count() > 100));
        assert!(any(|person| person.shown.starts_with(|c: char| ('\u{590}'..'\u{5ff}').contains(&c))));
        assert!(any(|person| person.slug.as_ref().is_some_and(|slug| slug.encoded().contains('%'))));
        assert!(any(|person| !person.shown.ends_with(&person.last)));
        assert!(any(|person| person.shown == "Let’s do a quick security check"));
    }

    #[test]
    fn the_accounts_own_slug_is_nobody_elses() {
        let me: Slug = "lenavogt".parse().unwrap();
        let cast = people(&Scenario { me: me.clone(), ..Scenario::default() });
        assert!(cast.iter().all(|person| person.slug.as_ref() != Some(&me)));
    }

    #[test]
    fn folding_ignores_case_and_accents() {
        assert_eq!(folded(" Jörg MÜLLER "), "jorg muller");
        assert_eq!(folded("Jo\u{308}rg"), folded("jörg"));
        assert_ne!(folded("Anna"), folded("Ann"));
    }

    #[test]
    fn a_name_is_made_from_a_slug() {
        assert_eq!(name_of(&"robin-practice".parse().unwrap()), "Robin Practice");
        assert_eq!(name_of(&"-".parse().unwrap()), "-");
    }
}
