//! A plan: exactly who, what, through which pages and how fast; and the hash that an approval binds.

use serde::{Deserialize, Serialize};

use super::person::Person;
use crate::event::id::{AccountName, Action, Digest, PlanId, Realm, Route, Slug};
use crate::policy::ceilings::Ceilings;

/// A person in a plan, with the names that were shown when it was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedPerson {
    /// Who.
    pub slug: Slug,
    /// First and last name with a space between, as the pages are searched for it; the slug where both are empty.
    pub name: String,
}

impl From<&Person> for PlannedPerson {
    fn from(person: &Person) -> Self {
        Self { slug: person.slug.clone(), name: person.full_name() }
    }
}

/// What is to be done. It is fixed once made; only its people may become fewer, through the keep list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Its name; not in the hash.
    pub id: PlanId,
    /// The user's name for the account; not in the hash, which binds the account as the page shows it.
    pub account: AccountName,
    /// Real or practice.
    pub realm: Realm,
    /// What is done.
    pub action: Action,
    /// Through which pages.
    pub route: Route,
    /// To whom, in this order.
    pub people: Vec<PlannedPerson>,
    /// How fast at most.
    pub ceilings: Ceilings,
    /// Whose account it is, as read from the page before the plan was made; none: not yet known then.
    pub handle: Option<Slug>,
    /// The digest of what the flow pack would do.
    pub pack_digest: Digest,
    /// When it was made; not in the hash.
    pub made_at: jiff::Timestamp,
}

/// The first part of what is hashed: another encoding gets another number.
const ENCODING: &[u8] = b"exeunt plan 2";

/// That of plans that were made before an approval bound hours and zone; they keep their hash.
const ENCODING_OF_BEFORE: &[u8] = b"exeunt plan 1";

impl Plan {
    /// What an approval binds: realm, account as read from the page or that it is not yet known, action, route,
    /// ceilings, hours and zone, digest of the pack, and the people with their order and the names shown.
    ///
    /// Each part is preceded by its length, so that no two plans have one encoding.
    #[must_use]
    pub fn hash(&self) -> Digest {
        let handle = self.handle.as_ref().map_or("not yet known".to_owned(), |handle| format!("/in/{handle}"));
        let ceilings = encode(&self.ceilings);
        let when = self.ceilings.when.as_ref().map(|when| (when.hours.to_string(), &when.zone));
        let mut parts: Vec<&[u8]> = vec![
            if when.is_some() { ENCODING } else { ENCODING_OF_BEFORE },
            self.realm.as_str().as_bytes(),
            handle.as_bytes(),
            self.action.as_str().as_bytes(),
            self.route.as_str().as_bytes(),
            &ceilings,
            &self.pack_digest.0,
        ];
        parts.extend(when.iter().flat_map(|(hours, zone)| [hours.as_bytes(), zone.as_bytes()]));
        for person in &self.people {
            parts.extend([person.slug.as_str().as_bytes(), person.name.as_bytes()]);
        }
        Digest::of_parts(&parts)
    }

    /// What a person types to let it go live: `remove 37 connections`.
    #[must_use]
    pub fn approval_sentence(&self) -> String {
        self.sentence_for(self.people.len())
    }

    /// The same for those of its people who are left: `remove 35 connections`.
    #[must_use]
    pub fn sentence_for(&self, number: usize) -> String {
        let connections = if number == 1 { "connection" } else { "connections" };
        format!("{} {number} {connections}", self.action)
    }

    /// Whether a person typed the sentence; only white space around and between the words may differ.
    #[must_use]
    pub fn is_approved_by(&self, typed: &str) -> bool {
        typed.split_whitespace().eq(self.approval_sentence().split(' '))
    }

    /// At most `number` people, spread evenly over the plan, the first and the last among them.
    #[must_use]
    pub fn sample(&self, number: usize) -> Vec<&PlannedPerson> {
        spread(&self.people, number)
    }
}

/// At most `number` of these, spread evenly over them, the first and the last among them.
#[must_use]
pub fn spread<T>(people: &[T], number: usize) -> Vec<&T> {
    let (all, last) = (people.len(), people.len().saturating_sub(1));
    match number {
        0 => Vec::new(),
        1 => people.first().into_iter().collect(),
        _ if number >= all => people.iter().collect(),
        _ => (0..number).map(|index| &people[index * last / (number - 1)]).collect(),
    }
}

/// Fixed width and fixed order: nanoseconds as 16 bytes, numbers as 4; no cap is 0, which no cap can be.
fn encode(ceilings: &Ceilings) -> Vec<u8> {
    let mut bytes = Vec::new();
    for duration in [ceilings.gap_min, ceilings.batch_pause_min] {
        bytes.extend(duration.as_nanos().to_be_bytes());
    }
    for number in [ceilings.batch.get(), ceilings.ramp_days] {
        bytes.extend(number.to_be_bytes());
    }
    let visits = ceilings.visits.iter().flat_map(|visits| [visits.per_hour, visits.per_day]);
    for cap in [ceilings.per_hour, ceilings.per_day].into_iter().chain(visits) {
        bytes.extend(cap.map_or(0, std::num::NonZeroU32::get).to_be_bytes());
    }
    // A plan that opens no profile has no limits for that, and the same encoding as before there were such limits.
    if let Some(visits) = &ceilings.visits {
        bytes.extend(visits.gap.as_nanos().to_be_bytes());
    }
    // A plan of before names none of these, and keeps its encoding. Four numbers, one, or both make different lengths, with
    // or without profiles.
    let longer = [ceilings.per_day_later, ceilings.per_date, ceilings.per_week, ceilings.per_month];
    let longer = longer.iter().any(Option::is_some).then_some(longer).into_iter().flatten();
    let visits = ceilings.visits.iter().filter(|visits| visits.per_week.is_some()).map(|visits| visits.per_week);
    for cap in longer.chain(visits) {
        bytes.extend(cap.map_or(0, std::num::NonZeroU32::get).to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::policy::ceilings::When;
    use crate::policy::pace::{Pace, VisitPace};

    fn planned(slug: &str) -> PlannedPerson {
        PlannedPerson { slug: slug.parse().unwrap(), name: "Jane Doe".to_owned() }
    }

    fn plan(people: Vec<PlannedPerson>) -> Plan {
        Plan {
            id: "P4K".parse().unwrap(),
            account: "default".parse().unwrap(),
            realm: Realm::Practice,
            action: Action::Remove,
            route: Route::List,
            people,
            ceilings: Pace::default().ceilings(),
            handle: None,
            pack_digest: Digest::of(b"pack"),
            made_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_hash_does_not_bind_id_account_name_and_time() {
        let one = plan(vec![planned("jane")]);
        let other = Plan {
            id: "P5K".parse().unwrap(),
            account: "work".parse().unwrap(),
            made_at: jiff::Timestamp::MAX,
            ..one.clone()
        };
        assert_eq!(one.hash(), other.hash());
    }

    #[test]
    fn the_hash_stays_the_same_between_versions() {
        let now = plan(vec![planned("jane"), planned("bob")]);
        assert_eq!(now.hash().short(), "a1c704fbd715");
        let now = Plan { ceilings: Ceilings { when: None, ..now.ceilings.clone() }, ..now };
        assert_eq!(now.hash().short(), "9ed63d7fb09a", "a plan that was made before hours and zone were bound");
        let ceilings = Ceilings { per_date: None, per_week: None, per_month: None, ..now.ceilings.clone() };
        let before = Plan { ceilings, ..now };
        assert_eq!(before.hash().short(), "51c17996f1e9", "a plan that was made before there were longer caps");
    }

    #[test]
    fn the_sentence_counts_people() {
        assert_eq!(plan(vec![planned("jane")]).approval_sentence(), "remove 1 connection");
        let two = plan(vec![planned("jane"), planned("bob")]);
        assert_eq!(two.approval_sentence(), "remove 2 connections");
        assert!(two.is_approved_by("  remove 2  connections\n"));
        for typed in [
            "remove 1 connection",
            "remove 2 connection",
            "Remove 2 connections",
            "yes",
            "",
            "remove 2 connections now",
        ] {
            assert!(!two.is_approved_by(typed), "{typed}");
        }
    }

    #[test]
    fn a_sample_is_spread_over_the_plan() {
        let many = plan((0..101).map(|number| planned(&format!("p{number}"))).collect());
        let slugs = |number| many.sample(number).iter().map(|person| person.slug.to_string()).collect::<Vec<_>>();
        assert_eq!(slugs(5), ["p0", "p25", "p50", "p75", "p100"]);
        assert_eq!(slugs(1), ["p0"]);
        assert!(slugs(0).is_empty());
        assert_eq!(slugs(500).len(), 101);
        assert!(plan(vec![]).sample(5).is_empty());
    }

    fn some_people() -> impl Strategy<Value = Vec<PlannedPerson>> {
        let person = ("[a-z]{1,4}", "[A-Za-z ]{0,6}")
            .prop_map(|(slug, name)| PlannedPerson { slug: slug.parse().unwrap(), name });
        proptest::collection::vec(person, 0..6)
    }

    fn some_plan() -> impl Strategy<Value = Plan> {
        let cap = || proptest::option::of((1_u32..4).prop_map(|number| NonZeroU32::new(number).unwrap()));
        let visits = (0_u64..3, cap(), cap(), cap()).prop_map(|(gap, per_hour, per_day, per_week)| VisitPace {
            gap: Duration::from_secs(gap),
            per_hour,
            per_day,
            per_week,
        });
        let longer = (cap(), cap(), cap(), cap());
        let hours = proptest::sample::select(vec![vec![], vec!["mon 09:00-18:00".to_owned()]]);
        let when = (hours, "[A-C]{1,2}").prop_map(|(hours, zone)| When { hours: hours.try_into().unwrap(), zone });
        let optional = (proptest::option::of(visits), proptest::option::of(when));
        let ceilings = (0_u64..3, 0_u64..3, 1_u32..4, 0_u32..4, cap(), cap(), longer, optional).prop_map(
            |(gap, pause, batch, ramp_days, per_hour, per_day, longer, (visits, when))| Ceilings {
                per_day_later: longer.0,
                per_date: longer.1,
                per_week: longer.2,
                per_month: longer.3,
                gap_min: Duration::from_secs(gap),
                batch_pause_min: Duration::from_secs(pause),
                batch: NonZeroU32::new(batch).unwrap(),
                ramp_days,
                per_hour,
                per_day,
                visits,
                when,
            },
        );
        let handle = proptest::option::of("[a-z]{1,3}".prop_map(|text| text.parse::<Slug>().unwrap()));
        (some_people(), ceilings, handle, any::<bool>(), any::<u8>()).prop_map(
            |(people, ceilings, handle, real, pack)| Plan {
                ceilings,
                handle,
                realm: if real { Realm::Real } else { Realm::Practice },
                pack_digest: Digest::of(&[pack]),
                ..plan(people)
            },
        )
    }

    proptest! {
        #[test]
        fn two_plans_have_one_hash_only_if_they_bind_the_same(one in some_plan(), other in some_plan()) {
            let same = Plan { id: one.id.clone(), account: one.account.clone(), made_at: one.made_at, ..other.clone() } == one;
            prop_assert_eq!(one.hash() == other.hash(), same);
        }

        #[test]
        fn every_bound_field_changes_the_hash(base in some_plan(), more in some_people()) {
            let ceilings = &base.ceilings;
            let longer = |duration: Duration| duration + Duration::from_nanos(1);
            let raised = |cap: Option<NonZeroU32>| cap.and_then(|cap| cap.checked_add(1));
            let number = |number: NonZeroU32| number.checked_add(1).unwrap();
            let another = |cap: Option<NonZeroU32>| if cap.is_some() { None } else { NonZeroU32::new(9) };
            let with = |ceilings: Ceilings| Plan { ceilings, ..base.clone() };
            let mut changed = vec![
                Plan { realm: if base.realm == Realm::Real { Realm::Practice } else { Realm::Real }, ..base.clone() },
                Plan { handle: Some("somebody-else".parse().unwrap()), ..base.clone() },
                Plan { pack_digest: Digest::of(b"another"), ..base.clone() },
                with(Ceilings { gap_min: longer(ceilings.gap_min), ..ceilings.clone() }),
                with(Ceilings { batch_pause_min: longer(ceilings.batch_pause_min), ..ceilings.clone() }),
                with(Ceilings { batch: number(ceilings.batch), ..ceilings.clone() }),
                with(Ceilings { ramp_days: ceilings.ramp_days + 1, ..ceilings.clone() }),
                with(Ceilings { per_day_later: another(ceilings.per_day_later), ..ceilings.clone() }),
                with(Ceilings { per_date: another(ceilings.per_date), ..ceilings.clone() }),
                with(Ceilings { per_week: another(ceilings.per_week), ..ceilings.clone() }),
                with(Ceilings { per_month: another(ceilings.per_month), ..ceilings.clone() }),
                with(Ceilings { when: Some(When { hours: ["22:00-02:00".parse().unwrap()].into_iter().collect(), zone: "A".to_owned() }), ..ceilings.clone() }),
                with(Ceilings { when: Some(When { hours: Default::default(), zone: "D".to_owned() }), ..ceilings.clone() }),
                Plan { people: [base.people.clone(), vec![planned("one-more")]].concat(), ..base.clone() },
            ];
            if base.handle.is_some() {
                changed.push(Plan { handle: None, ..base.clone() });
            }
            for (is, cap) in [(ceilings.per_hour, true), (ceilings.per_day, false)] {
                for other in [raised(is), if is.is_some() { None } else { NonZeroU32::new(9) }].into_iter().filter(|other| *other != is) {
                    changed.push(with(if cap {
                        Ceilings { per_hour: other, ..ceilings.clone() }
                    } else {
                        Ceilings { per_day: other, ..ceilings.clone() }
                    }));
                }
            }
            let turned: Vec<_> = base.people.iter().rev().cloned().collect();
            if turned != base.people {
                changed.push(Plan { people: turned, ..base.clone() });
            }
            if more != base.people {
                changed.push(Plan { people: more, ..base.clone() });
            }
            for plan in changed {
                prop_assert_ne!(plan.hash(), base.hash(), "{:?}", plan);
            }
        }
    }
}
