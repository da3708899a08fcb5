//! Targets, witnesses and checks as a pack defines them: what the page agent will be asked, and what that refers to.

use std::collections::BTreeMap;

use super::query;
use super::span::{Span, Spanned};

/// Something that a definition refers to, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// What.
    pub what: Mentioned,
    /// Where.
    pub span: Span,
}

/// What can be referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mentioned {
    /// A target.
    Target(String),
    /// A word, with the holes that are filled.
    Word {
        /// Its key.
        key: String,
        /// The holes.
        holes: Vec<String>,
        /// Without it nothing else is lost: a language may lack it.
        soft: bool,
    },
    /// A generation.
    Generation(String),
    /// An input of the flow.
    Input(String),
    /// A value read from a target.
    Value {
        /// The target.
        target: String,
        /// The name of its `read`.
        read: String,
    },
}

/// `[target.NAME]`: how one thing on the page is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub name: Spanned<String>,
    /// When a real page confirmed it.
    pub seen: Seen,
    /// It is searched inside this target.
    pub inside: Option<Spanned<String>>,
    /// It exists only after a click on this target.
    pub after: Option<Spanned<String>>,
    /// What this target stands for is none of it.
    pub except: Option<Spanned<String>>,
    /// The ways to find it, in order.
    pub find: Vec<Way>,
    /// How many elements it stands for.
    pub count: query::Count,
    /// What is read from it.
    pub read: BTreeMap<String, query::Read>,
    /// What `inside` and `read` refer to.
    pub mentions: Vec<Mention>,
}

/// One way to find a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Where it stands.
    pub span: Span,
    /// What the page agent is asked.
    pub wire: query::Alternative,
    /// What it refers to.
    pub mentions: Vec<Mention>,
}

/// When a real page confirmed a target: `never`, or a date and from what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// One text for all generations.
    All(Spanned<String>),
    /// By generation.
    By(Vec<(Spanned<String>, Spanned<String>)>),
}

/// `[witness.NAME]`: absence that can be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Its name.
    pub name: Spanned<String>,
    /// What the page agent is asked.
    pub wire: query::Witness,
    /// What it refers to.
    pub mentions: Vec<Mention>,
}

/// `[check.NAME]`: a check for guards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name.
    pub name: Spanned<String>,
    /// What the page agent is asked.
    pub wire: query::Check,
    /// What it refers to.
    pub mentions: Vec<Mention>,
}

impl Target {
    /// The generations that it claims, of those that there are: all where a way is not bound to one.
    #[must_use]
    pub fn claims<'a>(&'a self, all: &[&'a str]) -> Vec<&'a str> {
        all.iter().copied().filter(|name| self.ways(name).next().is_some()).collect()
    }

    /// The ways that are tried in a generation, in order.
    pub fn ways<'a>(&'a self, generation: &str) -> impl Iterator<Item = &'a Way> {
        self.find.iter().filter(move |way| way.wire.generation.as_deref().is_none_or(|name| name == generation))
    }

    /// Everything that it refers to, its ways included.
    pub fn all_mentions(&self) -> impl Iterator<Item = &Mention> {
        self.mentions.iter().chain(self.find.iter().flat_map(|way| &way.mentions))
    }
}
