//! The keep list: people whom nothing removes, whatever a plan says.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::fold::fold;
use super::person::Person;
use crate::event::id::Slug;

/// Why somebody is kept, and since when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// The user's own words; may be empty.
    pub why: String,
    /// Since when, if known.
    pub added: Option<Date>,
}

/// Who is never removed: by slug, and by name if the user asked for that.
///
/// The engine asks it when planning and again inside each intention.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeepList {
    slugs: BTreeMap<Slug, Kept>,
    names: BTreeMap<String, Kept>,
}

impl KeepList {
    /// Keeps one person; a second time replaces the reason.
    pub fn keep(&mut self, slug: Slug, kept: Kept) {
        self.slugs.insert(slug, kept);
    }

    /// Keeps everybody of that full name; accents, case and white space make no difference.
    ///
    /// A name that folds to nothing is ignored, because it would be everybody's who has no name.
    pub fn keep_name(&mut self, full_name: &str, kept: Kept) {
        let name = fold(full_name);
        if !name.is_empty() {
            self.names.insert(name, kept);
        }
    }

    /// Why that person is kept; none: not on the list.
    #[must_use]
    pub fn holds(&self, person: &Person) -> Option<&Kept> {
        self.holds_named(&person.slug, &person.full_name())
    }

    /// Why somebody with that slug and that full name is kept; none: not on the list.
    #[must_use]
    pub fn holds_named(&self, slug: &Slug, full_name: &str) -> Option<&Kept> {
        let by_name = || if self.names.is_empty() { None } else { self.names.get(&fold(full_name)) };
        self.slugs.get(slug).or_else(by_name)
    }

    /// Everybody kept by slug, in the order of the slugs.
    pub fn iter(&self) -> impl Iterator<Item = (&Slug, &Kept)> {
        self.slugs.iter()
    }

    /// How many entries it has, names included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slugs.len() + self.names.len()
    }

    /// Whether it keeps nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl FromIterator<(Slug, Kept)> for KeepList {
    fn from_iter<I: IntoIterator<Item = (Slug, Kept)>>(entries: I) -> Self {
        Self { slugs: entries.into_iter().collect(), names: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::person;
    use super::*;

    #[test]
    fn a_slug_keeps_one_person_and_a_name_everybody_of_that_name() {
        let (jane, other_jane) = (person("jane-doe", "Jane", "Doe"), person("jane-doe-2", "Jané", " DOE"));
        let mut keep = KeepList::default();
        assert!(keep.is_empty() && keep.holds(&jane).is_none());
        keep.keep(jane.slug.clone(), Kept { why: "my mentor".to_owned(), added: None });
        assert_eq!(keep.holds(&jane).map(|kept| kept.why.as_str()), Some("my mentor"));
        assert!(keep.holds(&other_jane).is_none());
        keep.keep_name("jane  doe", Kept::default());
        assert!(keep.holds(&other_jane).is_some());
        assert_eq!(keep.len(), 2);
    }

    #[test]
    fn a_name_of_nothing_keeps_nobody() {
        let mut keep = KeepList::default();
        keep.keep_name(" \u{200b}", Kept::default());
        assert!(keep.is_empty());
    }
}
