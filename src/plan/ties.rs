//! What ties the account's holder to a person, as far as the rest of an export says: counts, never texts.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::event::id::Slug;

/// What is known of one person beside the table of connections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// Messages in both directions.
    pub messages: u32,
    /// The day of the newest of them, where it could be read.
    pub last_message: Option<Date>,
    /// Invitations that the export still names, in both directions.
    pub invitations: u32,
    /// Skills that the person confirmed.
    pub endorsements: u32,
    /// Recommendations that the person wrote.
    pub recommendations: u32,
}

/// How often a person is named in a file, and on which day last.
pub type Counted = BTreeMap<Slug, (u32, Option<Date>)>;

/// What one export counted. A file that it did not have is none, which is not the same as one that names nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TieCounts {
    /// Of `messages.csv`.
    pub messages: Option<Counted>,
    /// Of `Invitations.csv`.
    pub invitations: Option<Counted>,
    /// Of `Endorsement_Received_Info.csv`.
    pub endorsements: Option<Counted>,
    /// Of `Recommendations_Received.csv`, which names people by name only: who shares a name is not counted.
    pub recommendations: Option<Counted>,
}

impl TieCounts {
    /// Whether the export had none of the files.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Replaces in `ties` what this export counted; what it had no file for stays. Who is left without a tie is taken out.
    pub fn apply(&self, ties: &mut BTreeMap<Slug, Ties>) {
        let files = [&self.messages, &self.invitations, &self.endorsements, &self.recommendations];
        for (field, counted) in files.into_iter().enumerate().filter_map(|(field, file)| Some((field, file.as_ref()?)))
        {
            ties.values_mut().for_each(|tie| set(tie, field, (0, None)));
            for (slug, count) in counted {
                set(ties.entry(slug.clone()).or_default(), field, *count);
            }
        }
        ties.retain(|_, tie| *tie != Ties::default());
    }
}

fn set(tie: &mut Ties, field: usize, (number, last): (u32, Option<Date>)) {
    match field {
        0 => (tie.messages, tie.last_message) = (number, last),
        1 => tie.invitations = number,
        2 => tie.endorsements = number,
        _ => tie.recommendations = number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(entries: &[(&str, u32)]) -> Option<Counted> {
        Some(entries.iter().map(|(slug, number)| (slug.parse().unwrap(), (*number, None))).collect())
    }

    #[test]
    fn a_file_replaces_its_own_counts_and_no_others() {
        let mut ties = BTreeMap::new();
        let first = TieCounts {
            messages: counted(&[("ann", 3), ("bob", 1)]),
            endorsements: counted(&[("ann", 2)]),
            ..TieCounts::default()
        };
        first.apply(&mut ties);
        assert_eq!(ties[&"ann".parse::<Slug>().unwrap()], Ties { messages: 3, endorsements: 2, ..Ties::default() });
        let second = TieCounts { messages: counted(&[("eve", 1)]), ..TieCounts::default() };
        second.apply(&mut ties);
        assert_eq!(ties.keys().map(Slug::as_str).collect::<Vec<_>>(), ["ann", "eve"]);
        assert_eq!(ties[&"ann".parse::<Slug>().unwrap()], Ties { endorsements: 2, ..Ties::default() });
        assert!(TieCounts::default().is_empty() && !second.is_empty());
    }
}
