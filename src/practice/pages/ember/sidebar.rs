//! "People also viewed": other people beside a profile, each with a degree, buttons and a menu of their own.

use maud::{Markup, html};

use crate::practice::calls;
use crate::practice::chance;
use crate::practice::people::Person;
use crate::practice::photo;
use crate::practice::relation::Relation;

use super::actions::{self, Place};
use super::degree::{badge, degree};
use super::stage::{Stage, encoded};

/// How many connections and how many others stand there.
const OF_EACH: usize = 2;

/// The cards beside the profile of `person`.
pub(super) fn also_viewed(stage: &Stage<'_>, person: &Person) -> Markup {
    let others = others(stage, person);
    html! {
        section class="artdeco-card pv-browsemap-section" {
            h2 { (stage.words.also_viewed) }
            ul { @for (other, relation) in &others { li class="pv-browsemap-section__member" { (card(stage, other, *relation)) } } }
        }
    }
}

fn card(stage: &Stage<'_>, person: &Person, relation: Relation) -> Markup {
    let words = stage.words;
    html! {
        a href={ "/in/" (encoded(person)) "/" } {
            img src=(photo::photo_of(stage.world, person.handle())) alt="" width="48" height="48";
            span.pv-browsemap-section__name dir="auto" { (person.shown) }
            (badge(degree(words, relation)))
        }
        @if !person.company.is_empty() { p dir="auto" { (calls::headline(words.shared, person)) } }
        div.pv-browsemap-section__actions { (actions::row(stage, person, relation, Place::Sidebar)) }
    }
}

/// Neighbours in the order of the list, so that a seed and a person always give the same; connections and others mixed.
fn others(stage: &Stage<'_>, person: &Person) -> Vec<(Person, Relation)> {
    let inner = stage.world.now();
    let handles: Vec<&str> = inner
        .everybody()
        .map(|known| &known.person)
        .filter(|other| other.slug.is_some() && other.handle() != person.handle())
        .map(Person::handle)
        .collect();
    if handles.is_empty() {
        return Vec::new();
    }
    let start = chance::bits(stage.world.scenario.seed, "also viewed", person.handle()) % handles.len() as u64;
    let mut first = Vec::new();
    let mut further = Vec::new();
    for handle in handles.iter().cycle().skip(start as usize).take(handles.len()) {
        let Some((other, _)) = inner.person(handle) else { continue };
        match inner.relation(handle) {
            Some(Relation::Connected) if first.len() < OF_EACH => first.push((other.clone(), Relation::Connected)),
            Some(Relation::Connected) | None => {}
            Some(relation) if further.len() < OF_EACH => further.push((other.clone(), relation)),
            Some(_) => {}
        }
    }
    further.into_iter().chain(first).collect()
}
