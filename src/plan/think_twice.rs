//! Reasons to think twice about a person before the connection is gone for good, as far as an export tells them.
//!
//! It decides nothing and takes nobody out: a person reads the reasons and keeps whom they want.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use jiff::civil::Date;

use super::fold::fold;
use super::person::Person;
use super::ties::Ties;
use crate::event::id::Slug;

/// In a smaller network than this nobody stands out by company or by time.
const SMALLEST: usize = 20;
/// So many of one company are many.
const MANY: usize = 5;
/// Who came within so many days is new.
const NEW_DAYS: i32 = 90;
/// The first twentieth of the network is among the oldest.
const OLDEST_PART: usize = 20;

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The last name is the account holder's.
    FamilyName,
    /// They wrote recommendations.
    Recommended(u32),
    /// Messages went to and fro, the last one on that day.
    Messages(u32, Option<Date>),
    /// They confirmed skills.
    Endorsed(u32),
    /// An invitation between both is in the export.
    Invited,
    /// The only one from that company.
    OnlyOne,
    /// One of many from that company.
    OneOf(usize),
    /// Connected for only so many days.
    New(i32),
    /// Among the first of the network.
    AmongTheOldest,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = |number: &u32| if *number == 1 { String::new() } else { format!(" {number}x") };
        match self {
            Self::FamilyName => f.write_str("your family name"),
            Self::Recommended(number) => write!(f, "recommended you{}", times(number)),
            Self::Messages(number, last) => {
                write!(f, "{number} {}", if *number == 1 { "message" } else { "messages" })?;
                last.map_or(Ok(()), |last| write!(f, ", last {}", last.strftime("%Y-%m")))
            }
            Self::Endorsed(number) => write!(f, "endorsed you{}", times(number)),
            Self::Invited => f.write_str("invitation"),
            Self::OnlyOne => f.write_str("only one there"),
            Self::OneOf(number) => write!(f, "1 of {number} there"),
            Self::New(days) => write!(f, "new: {days} d"),
            Self::AmongTheOldest => f.write_str("among your oldest"),
        }
    }
}

/// A whole network, against which one person is held.
#[derive(Debug)]
pub struct Network<'a> {
    companies: HashMap<String, usize>,
    /// Who was connected on that day or before is among the oldest.
    oldest: Option<Date>,
    family: Option<String>,
    ties: &'a BTreeMap<Slug, Ties>,
    today: Date,
}

impl<'a> Network<'a> {
    /// Of these people; `holder` is the name of the account's holder, where it is known.
    #[must_use]
    pub fn of(people: &[Person], holder: Option<&str>, ties: &'a BTreeMap<Slug, Ties>, today: Date) -> Self {
        let mut companies: HashMap<String, usize> = HashMap::new();
        let mut days: Vec<Date> = Vec::new();
        if people.len() >= SMALLEST {
            for person in people.iter().filter(|person| !person.company.is_empty()) {
                *companies.entry(fold(&person.company)).or_default() += 1;
            }
            days.extend(people.iter().filter_map(|person| person.connected_on));
            days.sort_unstable();
        }
        let oldest = (people.len() / OLDEST_PART).checked_sub(1).and_then(|last| days.get(last)).copied();
        Self { companies, oldest, family: holder.and_then(family_name), ties, today }
    }

    /// Why to think twice about a person of the network, the weightiest reason first; often there is none.
    #[must_use]
    pub fn reasons(&self, person: &Person) -> Vec<Reason> {
        let ties = self.ties.get(&person.slug).cloned().unwrap_or_default();
        let some = |number: u32, reason: fn(u32) -> Reason| (number > 0).then(|| reason(number));
        let is_family = self.family.is_some() && family_name(&person.last_name) == self.family;
        let at_company = self.companies.get(&fold(&person.company)).copied();
        let days = person.connected_on.and_then(|day| self.today.since(day).ok()).map(|span| span.get_days());
        [
            is_family.then_some(Reason::FamilyName),
            some(ties.recommendations, Reason::Recommended),
            (ties.messages > 0).then_some(Reason::Messages(ties.messages, ties.last_message)),
            some(ties.endorsements, Reason::Endorsed),
            (ties.invitations > 0).then_some(Reason::Invited),
            days.filter(|days| (0..NEW_DAYS).contains(days)).map(Reason::New),
            (person.connected_on.is_some() && person.connected_on <= self.oldest).then_some(Reason::AmongTheOldest),
            at_company.filter(|number| *number >= MANY).map(Reason::OneOf),
            (at_company == Some(1)).then_some(Reason::OnlyOne),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The last word of a name, as names are compared; none where there is no letter in it.
fn family_name(name: &str) -> Option<String> {
    let folded = fold(name);
    let last = folded.split(' ').next_back()?;
    last.chars().any(char::is_alphabetic).then(|| last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::employed;
    use super::*;

    fn network() -> Vec<Person> {
        let company = |n: usize| {
            if n < 6 { "Acme" } else { "Else" }.to_owned() + &if n < 6 { String::new() } else { n.to_string() }
        };
        (0..40).map(|n| employed(&format!("p{n}"), &company(n), "Boss", &format!("20{:02}-01-01", n % 20))).collect()
    }

    fn said(person: &Person, holder: Option<&str>, ties: Ties) -> String {
        let ties = BTreeMap::from([(person.slug.clone(), ties)]);
        let people = network();
        let network = Network::of(&people, holder, &ties, jiff::civil::date(2026, 11, 22));
        network.reasons(person).iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn who_stands_out_is_told_with_the_weightiest_reason_first() {
        let base = employed("p3", "ACME", "Boss", "2015-01-01");
        assert_eq!(said(&base, None, Ties::default()), "1 of 6 there");
        let alone = Person { company: "Else7".into(), ..base.clone() };
        assert_eq!(said(&alone, None, Ties::default()), "only one there");
        let new = Person { connected_on: Some(jiff::civil::date(2026, 11, 1)), company: String::new(), ..base.clone() };
        assert_eq!(said(&new, None, Ties::default()), "new: 21 d");
        let old = Person { connected_on: Some(jiff::civil::date(1999, 1, 1)), company: String::new(), ..base.clone() };
        assert_eq!(said(&old, None, Ties::default()), "among your oldest");
        let named = Person { last_name: "van Ørsted".into(), company: String::new(), ..base };
        let ties = Ties {
            messages: 12,
            last_message: Some(jiff::civil::date(2026, 2, 8)),
            invitations: 1,
            endorsements: 1,
            recommendations: 2,
        };
        assert_eq!(
            said(&named, Some("Kim Orsted"), ties),
            "your family name; recommended you 2x; 12 messages, last 2026-02; endorsed you; invitation"
        );
    }

    #[test]
    fn in_a_small_network_and_without_a_name_nobody_stands_out() {
        let people = [
            employed("a", "Acme", "Boss", "2001-01-01"),
            Person { connected_on: None, ..employed("b", "", "", "2001-01-01") },
        ];
        let ties = BTreeMap::new();
        let network = Network::of(&people, Some(" \u{200b}"), &ties, jiff::civil::date(2026, 1, 1));
        assert!(people.iter().all(|person| network.reasons(person).is_empty()));
    }
}
