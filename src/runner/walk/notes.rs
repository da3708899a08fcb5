//! What is noted of one browser session, from its first look to its last: whom the shell shows, what was done, how many
//! clicks were armed.

use std::collections::{BTreeMap, BTreeSet};

use crate::browser::page::{Document, Rect, Sight};
use crate::flow::compile::Known;
use crate::flow::query::Accepted;

/// The notes of one session.
#[derive(Debug, Default)]
pub struct Notes {
    /// What the shell of the session's pages showed of the account that the session began with.
    pub identity: Known,
    /// Whose account the session began with, by the account's own menu.
    pub handle: Option<String>,
    /// The document whose shell showed last what is known of the account. A list that is empty may draw its page as another
    /// generation, in which the shell is not found any more.
    compared_in: Option<String>,
    /// What the shell showed of the account, by name, as the account's own menu was asked last.
    shown_beside_menu: BTreeSet<String>,
    /// The menu is being asked: what the shell shows meanwhile is compared with nothing.
    pub(super) asking: bool,
    /// How often the menu was asked again, because a page's shell showed something else.
    pub(super) doubts: u32,
    /// What was done since it was told last, for the observation.
    pub trail: Vec<Track>,
    /// How often a page is loaded beyond once where it is opened: see [`crate::browser::page::Page::pass_stores_by`]. None: nothing is passed by.
    pub(super) more_loads: Option<u32>,
    /// What dialogs say that no pack knows and that a person read and accepted.
    pub(super) accepted: Accepted,
    /// What notices said as the last irreversible click arrived, as long as the page has not answered it with another one.
    pub(super) stood: Option<Vec<String>>,
    /// How many clicks were armed.
    tokens: u64,
}

/// One step as it was carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// The flow.
    pub flow: String,
    /// The step's id.
    pub step: String,
    /// Where the step stands: file, line, column.
    pub place: String,
    /// Which alternative of the step's target won, within the generation.
    pub winner: Option<u32>,
    /// What the target is called on the page; empty where the step has none.
    pub name: String,
    /// Where the target was.
    pub rect: Option<Rect>,
    /// When it began.
    pub started: jiff::Timestamp,
    /// When it ended.
    pub ended: jiff::Timestamp,
    /// How it ended, in words.
    pub result: String,
    /// The document afterwards.
    pub page: Document,
}

impl Track {
    /// That the step's target was not found by its first way, in words.
    pub(super) fn fallback(&self) -> Option<String> {
        fallback(&self.step, self.winner, &self.name)
    }
}

/// That a step's target was not found by its first way, in words.
pub(super) fn fallback(step: &str, winner: Option<u32>, name: &str) -> Option<String> {
    let way = winner.filter(|winner| *winner > 0)? + 1;
    Some(format!("step `{step}` found \"{name}\" only by way {way} of its target"))
}

impl Notes {
    /// A name for the next armed click, unique in the session.
    pub(in crate::runner) fn token(&mut self) -> String {
        self.tokens += 1;
        format!("t{}", self.tokens)
    }

    /// Takes from a look what the shell shows, where it is the first that shows it. An empty name and a picture that is not
    /// there yet are nothing that was shown.
    pub(in crate::runner) fn meet(&mut self, identity: Option<&BTreeMap<String, String>>) {
        for (key, value) in identity.into_iter().flatten().filter(|(_, value)| !value.trim().is_empty()) {
            let known = self.identity.values.entry(key.clone()).or_default();
            // While the menu is asked, what shows last shows beside its answer.
            if self.asking {
                known.clear();
            }
            if known.is_empty() {
                known.push(value.clone());
            }
        }
    }

    /// What a look is to hold the shell against.
    pub(in crate::runner) fn known(&self) -> Known {
        if self.asking { Known::default() } else { self.identity.clone() }
    }

    /// Takes over what the shell shows in a document whose menu said that it is the same account.
    pub(super) fn accept(&mut self, shown: Known) {
        for (key, forms) in shown.values {
            let known = self.identity.values.entry(key).or_default();
            known.extend(forms.into_iter().filter(|form| !known.contains(form)).collect::<Vec<_>>());
        }
        self.identity.told_in = shown.told_in;
    }

    /// Keeps which document's own menu was asked, and what its shell showed beside it.
    pub(super) fn told(&mut self, shown: Known) {
        self.shown_beside_menu = shown.values.keys().cloned().collect();
        self.accept(shown);
    }

    /// Whether the account's own menu was asked in the document of that look.
    pub(super) fn is_told(&self, sight: &Sight) -> bool {
        self.identity.told_in.as_deref() == Some(&sight.page.id)
    }

    /// Whether the shell still shows all of the account that it showed as the menu was asked. What differs is another thing:
    /// the page agent compares it in every look.
    pub(super) fn still_shows(&self, sight: &Sight) -> bool {
        let shows = |key: &String| {
            let value = sight.identity.as_ref().and_then(|identity| identity.get(key));
            value.is_some_and(|value| !value.trim().is_empty())
        };
        self.shown_beside_menu.iter().all(shows)
    }

    /// The same for a walk's last look.
    pub(super) fn owner_shows(&self, sight: Option<&Sight>) -> bool {
        sight.is_some_and(|sight| self.is_told(sight) && self.still_shows(sight))
    }

    /// Keeps in which document a look saw what is known of the account.
    pub(super) fn compare(&mut self, sight: &Sight) {
        if self.shows_known(sight) {
            self.compared_in = Some(sight.page.id.clone());
        }
    }

    /// Whether the document of that look showed something of the account that was compared with what is known, in that look or
    /// in one before it.
    pub(super) fn is_compared(&self, sight: &Sight) -> bool {
        self.compared_in.as_deref() == Some(&sight.page.id)
    }

    fn shows_known(&self, sight: &Sight) -> bool {
        let known = |key: &str| self.identity.values.get(key).is_some_and(|forms| !forms.is_empty());
        let shown = sight.identity.iter().flatten();
        shown.into_iter().any(|(key, value)| !value.trim().is_empty() && known(key))
    }
}
