//! A pack: everything that `selectors/<site>/` says, read, checked and ready to be asked.
//!
//! It is data with questions about it; [`super::load`] makes it of texts.

use std::collections::{BTreeMap, BTreeSet};

use super::query::Condition;
use super::site::{SignKind, Site, TOO_MANY_REQUESTS};
use super::span::{Place, Source, Span, Spanned};
use super::target::{Check, Target, Witness};
use super::template::bind_path;
use super::tree::{Effect, Flow, Step};
use super::upgrade::Upgraded;

/// A pack without mistakes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// The site that it is for.
    pub site: Site,
    /// Its targets by name.
    pub targets: BTreeMap<String, Target>,
    /// Its witnesses of absence by name.
    pub witnesses: BTreeMap<String, Witness>,
    /// Its checks by name.
    pub checks: BTreeMap<String, Check>,
    /// Its words by language.
    pub words: BTreeMap<String, Words>,
    /// Its flows by name.
    pub flows: BTreeMap<String, Flow>,
    /// The texts that it was read from; every span points into them.
    pub sources: Vec<Source>,
    /// The files of an older format, as they were written.
    pub upgraded: Vec<Upgraded>,
}

/// The words of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The file.
    pub at: Span,
    /// The words by key.
    pub keys: BTreeMap<String, Word>,
}

/// What one control may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where its key stands.
    pub at: Span,
    /// The texts, holes still in them: `More actions for {name}`.
    pub texts: Vec<Spanned<String>>,
}

/// A stop sign that a pack obeys less than another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeakerSign {
    /// The sign.
    pub name: String,
    /// It is there and only cools where the other latches; otherwise it is not there.
    pub only_cools: bool,
}

impl Pack {
    /// Where something stands, for people.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        place(&self.sources, span)
    }

    /// The names of the generations, in the order of `site.toml`.
    #[must_use]
    pub fn generations(&self) -> Vec<&str> {
        self.site.generations.iter().map(|generation| generation.name.value.as_str()).collect()
    }

    /// The targets that some flow clicks irreversibly.
    #[must_use]
    pub fn deeds(&self) -> BTreeSet<&str> {
        self.flows.values().flat_map(|flow| &flow.steps).filter_map(deed).collect()
    }

    /// The path at which a run would look for these targets, for a page that was saved and does not say its own: the first that
    /// one of them names, with the person's slug in it, or that of a generation where all of theirs are told by nothing else.
    /// None where no target names one, or where it lacks a value.
    #[must_use]
    pub fn address_for(&self, targets: &[&Target], values: &BTreeMap<String, String>) -> Option<String> {
        let ways = || targets.iter().flat_map(|target| &target.find).map(|way| &way.wire);
        if let Some(at) = ways().find_map(|way| way.at.as_ref()) {
            return bind_path(&at.0, values).ok();
        }
        let paths: Option<Vec<&str>> =
            ways().filter_map(|way| way.generation.as_deref()).map(|name| self.path_of(name)).collect();
        paths?.first().map(|&first| first.to_owned())
    }

    /// The first path that a generation is told by, where it is told by one.
    fn path_of(&self, generation: &str) -> Option<&str> {
        let generation = self.site.generations.iter().find(|one| one.name.value == generation)?;
        generation.when.iter().find_map(|condition| match condition {
            Condition::Path(paths) => paths.first().map(String::as_str),
            _ => None,
        })
    }

    /// What follows from a stop sign of that name. `other_account`, and what no `[sign]` names, latches; too many requests
    /// cool also where the pack does not name them, since the answer to a request tells of them.
    #[must_use]
    pub fn sign_kind(&self, name: &str) -> SignKind {
        let sign = self.site.signs.iter().find(|sign| sign.name.value == name);
        let unnamed = if name == TOO_MANY_REQUESTS { SignKind::Cool } else { SignKind::Latch };
        sign.map_or(unnamed, |sign| sign.kind)
    }

    /// The stop signs of another pack that this one lacks or obeys less, or that a flow of this one deals with and the other's
    /// does not. A pack of another origin must have none.
    #[must_use]
    pub fn weaker_signs(&self, than: &Self) -> Vec<WeakerSign> {
        let other_account = (than.site.identity.is_some() && self.site.identity.is_none())
            .then(|| WeakerSign { name: super::site::OTHER_ACCOUNT.to_owned(), only_cools: false });
        let weaker = than.site.signs.iter().filter_map(|theirs| {
            let ours = self.site.signs.iter().find(|ours| ours.name.value == theirs.name.value);
            let only_cools = ours.is_some_and(|ours| ours.kind < theirs.kind);
            (ours.is_none() || only_cools).then(|| WeakerSign { name: theirs.name.value.clone(), only_cools })
        });
        let mut weaker: Vec<WeakerSign> = weaker.chain(other_account).collect();
        for (name, flow) in &self.flows {
            let theirs = than.flows.get(name).map_or(&[][..], |flow| &flow.handles);
            for sign in flow.handles.iter().filter(|sign| !theirs.iter().any(|other| other.value == sign.value)) {
                if !weaker.iter().any(|other| other.name == sign.value) {
                    weaker.push(WeakerSign { name: sign.value.clone(), only_cools: false });
                }
            }
        }
        weaker
    }
}

/// The target that a step clicks irreversibly.
pub(super) fn deed(step: &Step) -> Option<&str> {
    let target = step.target().filter(|_| step.effect == Effect::Irreversible)?;
    Some(&target.value)
}

/// Where something stands in some sources, for people.
#[must_use]
pub fn place(sources: &[Source], span: Span) -> Place {
    sources
        .get(span.file)
        .map_or_else(|| Place { file: String::new(), line: 1, column: 1 }, |source| source.place(span.start))
}
