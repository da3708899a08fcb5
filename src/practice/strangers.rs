//! People who are not in the network: invited, followed, unknown, or gone; some of them still in the export.
//!
//! They come from a stream of chance of their own, so that the connections of a seed stay who they are.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::event::id::Slug;

use super::chance;
use super::people::{Person, SMALL, TODAY, named, ordinary_person};
use super::relation::Relation;
use super::scenario::Scenario;

/// Why somebody's profile is not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gone {
    /// The member closed or hid the account: the address leads to `/in/unavailable/`.
    Closed,
    /// The address leads to `/404/`.
    Missing,
    /// The address stays, and the page says that it does not exist.
    MissingInPlace,
}

/// How the site stands to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// There is a profile, and it shows this relation.
    Is(Relation),
    /// There is no profile.
    Gone(Gone),
}

impl Standing {
    /// One word for it: those of [`Relation`], `closed` or `missing`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Is(Relation::Connected) => "connected",
            Self::Is(Relation::Pending) => "pending",
            Self::Is(Relation::FollowOnly) => "follow-only",
            Self::Is(Relation::None) => "none",
            Self::Gone(Gone::Closed) => "closed",
            Self::Gone(Gone::Missing | Gone::MissingInPlace) => "missing",
        }
    }
}

/// Somebody outside the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// Who.
    pub person: Person,
    /// How the site stands to them.
    pub standing: Standing,
    /// Whether the export still has them: they were connected when it was made.
    pub exported: bool,
}

/// What a world has of each, those of the export first.
const CAST: &[(Standing, bool)] = &[
    (Standing::Is(Relation::None), true),
    (Standing::Is(Relation::Pending), true),
    (Standing::Is(Relation::FollowOnly), true),
    (Standing::Is(Relation::None), true),
    (Standing::Gone(Gone::Closed), true),
    (Standing::Gone(Gone::Missing), true),
    (Standing::Gone(Gone::MissingInPlace), true),
    (Standing::Is(Relation::None), false),
    (Standing::Is(Relation::None), false),
    (Standing::Is(Relation::None), false),
    (Standing::Is(Relation::Pending), false),
    (Standing::Is(Relation::Pending), false),
    (Standing::Is(Relation::FollowOnly), false),
    (Standing::Is(Relation::FollowOnly), false),
    (Standing::Gone(Gone::Closed), false),
];

/// The first stranger of the export has a name that two connections have too; only the address tells them apart.
const NAMESAKE: (&str, &str, &str) = ("Maria", "Santos", "maria-santos-07f3d8");

/// The days back on which those of the export had connected: recent ones, so that a plan of the oldest has none of them.
const DAYS_AGO: [u32; 7] = [900, 41, 233, 377, 512, 640, 128];

/// The strangers of `scenario`, whose connections are `people`. A network of fewer than 20 has none.
#[must_use]
pub fn strangers(scenario: &Scenario, people: &[Person]) -> Vec<Stranger> {
    if scenario.people < SMALL {
        return Vec::new();
    }
    let mut rng = StdRng::seed_from_u64(chance::bits(scenario.seed, "strangers", ""));
    let mut taken: BTreeSet<Slug> = people.iter().filter_map(|person| person.slug.clone()).collect();
    taken.insert(scenario.me.clone());
    let mut days = DAYS_AGO.iter();
    CAST.iter()
        .enumerate()
        .map(|(index, (standing, exported))| {
            let (first, last, slug) = NAMESAKE;
            let slug: Slug = slug.parse().expect("a plain word is a slug");
            let mut person = match index == 0 && taken.insert(slug.clone()) {
                true => named(first, last, slug, &mut rng),
                false => ordinary_person(&mut rng, &mut taken),
            };
            person.member = format!("ACoAAB{}", chance::token(scenario.seed, "stranger", &index.to_string()));
            if *exported {
                let days = days.next().copied().unwrap_or(1);
                person.connected_on = TODAY.saturating_sub(i64::from(days).days());
            }
            Stranger { person, standing: *standing, exported: *exported }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::people::people;
    use super::*;

    fn world(count: usize) -> (Vec<Person>, Vec<Stranger>) {
        let scenario = Scenario { people: count, ..Scenario::default() };
        let people = people(&scenario);
        let strangers = strangers(&scenario, &people);
        (people, strangers)
    }

    #[test]
    fn every_world_of_twenty_has_people_of_each_kind_in_and_out_of_the_export() {
        for count in [20, 60, 500] {
            let (_, strangers) = world(count);
            for word in ["pending", "follow-only", "none", "closed", "missing"] {
                let of =
                    |exported| strangers.iter().any(|one| one.exported == exported && one.standing.as_str() == word);
                assert!(of(true), "{count}: nobody in the export is `{word}`");
                assert!(word == "missing" || of(false), "{count}: nobody outside the export is `{word}`");
            }
        }
        assert_eq!(world(19).1, []);
    }

    #[test]
    fn strangers_share_no_address_with_connections_and_one_shares_a_name() {
        let (people, strangers) = world(60);
        let slugs: BTreeSet<_> =
            people.iter().chain(strangers.iter().map(|one| &one.person)).map(|person| person.handle()).collect();
        assert_eq!(slugs.len(), people.len() + strangers.len());
        let namesakes = people.iter().filter(|person| person.shown == strangers[0].person.shown).count();
        assert_eq!(namesakes, 2);
    }
}
