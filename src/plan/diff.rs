//! What is different between two plans: who, and every part that an approval binds.

use std::collections::HashMap;
use std::num::NonZeroU32;

use super::plan::{Plan, PlannedPerson};
use crate::event::id::Slug;
use crate::policy::ceilings::{Ceilings, When};

/// What is different; nothing of it: both have the same hash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// Who is in the first plan only, in its order.
    pub gone: Vec<PlannedPerson>,
    /// Who is in the second plan only, in its order.
    pub new: Vec<PlannedPerson>,
    /// Whose name as shown is another: the person with the new name, and the old name.
    pub renamed: Vec<(PlannedPerson, String)>,
    /// Whether those who are in both stand in another order.
    pub reordered: bool,
    /// The other parts that the hash binds.
    pub parts: Vec<Part>,
}

/// A part of a plan that is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which part.
    pub name: PartName,
    /// As the first plan has it.
    pub from: String,
    /// As the second one has it.
    pub to: String,
}

/// The parts of a plan beside its people that an approval binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartName {
    /// Real or practice.
    Realm,
    /// What is done.
    Action,
    /// Through which pages.
    Route,
    /// Whose account it is.
    Identity,
    /// How fast at most.
    Ceilings,
    /// In which hours of which zone.
    Hours,
    /// What the flow pack would do.
    Pack,
}

impl PartName {
    /// The word for people and records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Realm => "realm",
            Self::Action => "action",
            Self::Route => "route",
            Self::Identity => "identity",
            Self::Ceilings => "ceilings",
            Self::Hours => "hours",
            Self::Pack => "pack",
        }
    }
}

impl Diff {
    /// Compares two plans; ids, account names and times are not compared, because no approval binds them.
    #[must_use]
    pub fn between(from: &Plan, to: &Plan) -> Self {
        let places = |plan: &Plan| -> HashMap<Slug, usize> {
            plan.people.iter().enumerate().map(|(place, person)| (person.slug.clone(), place)).collect()
        };
        let (before, after) = (places(from), places(to));
        let only = |plan: &Plan, other: &HashMap<Slug, usize>| -> Vec<PlannedPerson> {
            plan.people.iter().filter(|person| !other.contains_key(&person.slug)).cloned().collect()
        };
        let both: Vec<(&PlannedPerson, &PlannedPerson)> = to
            .people
            .iter()
            .filter_map(|person| Some((before.get(&person.slug).map(|place| &from.people[*place])?, person)))
            .collect();
        let renamed = both.iter().filter(|(old, new)| old.name != new.name);
        let order: Vec<usize> = both.iter().map(|(old, _)| before[&old.slug]).collect();
        Self {
            gone: only(from, &after),
            new: only(to, &before),
            renamed: renamed.map(|(old, new)| ((*new).clone(), old.name.clone())).collect(),
            reordered: !order.is_sorted(),
            parts: parts(from, to),
        }
    }

    /// Whether nothing is different that an approval binds.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn parts(from: &Plan, to: &Plan) -> Vec<Part> {
    let identity = |plan: &Plan| plan.handle.as_ref().map_or_else(|| "not yet known".to_owned(), ToString::to_string);
    let pairs = [
        (PartName::Realm, from.realm.to_string(), to.realm.to_string()),
        (PartName::Action, from.action.to_string(), to.action.to_string()),
        (PartName::Route, from.route.to_string(), to.route.to_string()),
        (PartName::Identity, identity(from), identity(to)),
        (PartName::Ceilings, in_words(&from.ceilings), in_words(&to.ceilings)),
        (PartName::Hours, hours(from), hours(to)),
        (PartName::Pack, from.pack_digest.short(), to.pack_digest.short()),
    ];
    let differs = |name: PartName, from_text: &str, to_text: &str| match name {
        PartName::Ceilings => without_hours(&from.ceilings) != without_hours(&to.ceilings),
        PartName::Pack => from.pack_digest != to.pack_digest,
        _ => from_text != to_text,
    };
    pairs
        .into_iter()
        .filter(|(name, from, to)| differs(*name, from, to))
        .map(|(name, from, to)| Part { name, from, to })
        .collect()
}

/// When, as a person reads it.
fn hours(plan: &Plan) -> String {
    plan.ceilings.when.as_ref().map_or_else(|| "not bound".to_owned(), When::to_string)
}

fn without_hours(ceilings: &Ceilings) -> Ceilings {
    Ceilings { when: None, ..ceilings.clone() }
}

/// Ceilings as a person reads them.
fn in_words(ceilings: &Ceilings) -> String {
    let cap = |cap: Option<NonZeroU32>| cap.map_or("no cap".to_owned(), |cap| cap.to_string());
    let longer = [
        (ceilings.per_day_later, "a day later on"),
        (ceilings.per_date, "a date"),
        (ceilings.per_week, "in 7 days"),
        (ceilings.per_month, "in 30 days"),
    ];
    let longer: String = longer.iter().filter_map(|(cap, words)| cap.map(|cap| format!(", {cap} {words}"))).collect();
    format!(
        "gap {} s, {} in a row, then {} s, {} an hour, {} a day{longer}, slow start {} days",
        ceilings.gap_min.as_secs(),
        ceilings.batch,
        ceilings.batch_pause_min.as_secs(),
        cap(ceilings.per_hour),
        cap(ceilings.per_day),
        ceilings.ramp_days
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::id::{Action, Digest, Realm, Route};
    use crate::policy::pace::Pace;

    fn plan(people: &[(&str, &str)]) -> Plan {
        let people =
            people.iter().map(|(slug, name)| PlannedPerson { slug: slug.parse().unwrap(), name: (*name).to_owned() });
        Plan {
            id: "P4K".parse().unwrap(),
            account: "default".parse().unwrap(),
            realm: Realm::Practice,
            action: Action::Remove,
            route: Route::List,
            people: people.collect(),
            ceilings: Pace::default().ceilings(),
            handle: None,
            pack_digest: Digest::of(b"pack"),
            made_at: "2026-11-21T09:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn people_are_compared_by_slug_name_and_order() {
        let from = plan(&[("a", "Ann"), ("b", "Bob"), ("c", "Cy")]);
        let to = plan(&[("c", "Cy"), ("b", "Robert"), ("d", "Di")]);
        let diff = Diff::between(&from, &to);
        let slugs = |people: &[PlannedPerson]| people.iter().map(|person| person.slug.to_string()).collect::<Vec<_>>();
        assert_eq!((slugs(&diff.gone), slugs(&diff.new)), (vec!["a".to_owned()], vec!["d".to_owned()]));
        assert_eq!((diff.renamed[0].0.name.as_str(), diff.renamed[0].1.as_str()), ("Robert", "Bob"));
        assert!(diff.reordered && diff.parts.is_empty());
        assert!(!Diff::between(&from, &plan(&[("a", "Ann"), ("c", "Cy")])).reordered, "who is gone reorders nobody");
    }

    #[test]
    fn every_part_that_the_hash_binds_is_named() {
        let base = plan(&[("a", "Ann")]);
        let slower = Pace { ramp_days: 9, ..Pace::default() };
        for (other, name) in [
            (Plan { realm: Realm::Real, ..base.clone() }, "realm"),
            (Plan { route: Route::Profile, ..base.clone() }, "route"),
            (Plan { handle: Some("me".parse().unwrap()), ..base.clone() }, "identity"),
            (Plan { ceilings: slower.ceilings(), ..base.clone() }, "ceilings"),
            (Plan { pack_digest: Digest::of(b"other"), ..base.clone() }, "pack"),
            (Plan { ceilings: without_hours(&base.ceilings), ..base.clone() }, "hours"),
        ] {
            let diff = Diff::between(&base, &other);
            assert_ne!(base.hash(), other.hash());
            assert_eq!(diff.parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>(), [name]);
            assert_ne!(diff.parts[0].from, diff.parts[0].to);
        }
        let later =
            Plan { made_at: "2027-01-01T00:00:00Z".parse().unwrap(), id: "P22".parse().unwrap(), ..base.clone() };
        assert!(Diff::between(&base, &later).is_empty());
    }
}
