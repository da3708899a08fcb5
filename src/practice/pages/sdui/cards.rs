//! What stands below and beside the top card of a profile: sections with texts that are no stop signs, and other people.

use serde_json::{Value, json};

use crate::event::id::Slug;
use crate::practice::calls;
use crate::practice::chance;
use crate::practice::names::{COMPANIES, CRIES_WOLF, POSITIONS};
use crate::practice::people::Person;
use crate::practice::photo;
use crate::practice::profile_words::ProfileWords;
use crate::practice::relation::Relation;
use crate::practice::strangers::Standing;
use crate::practice::world::World;

use super::super::visit::Visit;

/// How many other profiles stand beside one.
const OTHERS: usize = 4;

/// The sections of somebody's profile, from top to bottom.
pub(in crate::practice) fn of(world: &World, person: &Person, texts: &ProfileWords) -> Value {
    let handle = person.handle();
    let pick = |label: &str, of: usize| chance::bits(world.scenario.seed, label, handle) as usize % of;
    let wolf = (person.first.as_str(), person.last.as_str()) == CRIES_WOLF;
    let talk = if wolf { texts.wolf_talk } else { texts.talks[pick("talk", texts.talks.len())] };
    let since = person.connected_on.year() - 3;
    let position = if person.position.is_empty() { texts.full_time } else { &person.position };
    let earlier = |label: &str, years: i16| {
        let (position, company) = (POSITIONS[pick(label, POSITIONS.len())], COMPANIES[pick(label, COMPANIES.len())]);
        json!({ "title": position, "text": format!("{company} · {} · {}", texts.full_time, since - years) })
    };
    let titled = |titles: &[&str]| titles.iter().map(|title| json!({ "title": title })).collect::<Vec<_>>();
    let mut sections = vec![
        json!({ "key": "About", "title": texts.about, "items": [{ "text": texts.abouts[pick("about", texts.abouts.len())] }] }),
        json!({ "key": "Featured", "title": texts.featured, "items": [{ "title": talk, "text": texts.talk_text }] }),
        json!({ "key": "Experience", "title": texts.experience, "items": [{
            "title": position,
            "text": format!("{} · {} · {since}", person.company, texts.full_time),
        }, earlier("earlier", 4), earlier("first", 9)] }),
        json!({ "key": "Education", "title": texts.education, "items": [{ "title": texts.school }] }),
        json!({ "key": "Skills", "title": texts.skills, "items": titled(&texts.skill_names) }),
    ];
    let followed = [pick("interest", COMPANIES.len()), pick("another interest", COMPANIES.len())];
    let interests: Vec<Value> =
        followed.iter().map(|at| json!({ "title": COMPANIES[*at], "followed": true })).collect();
    sections.push(json!({ "key": "Interests", "title": texts.interests, "items": interests }));
    Value::from(sections)
}

/// Other people, each with a degree and buttons of their own; one of them is a connection.
pub(in crate::practice) fn others(world: &World, visit: &Visit, handle: &str) -> Value {
    let inner = world.now();
    let shown = |relation: Relation, skip: usize, count: usize| {
        let fits = |known: &&_| is_shown(known, handle, relation);
        let mut found: Vec<Person> =
            inner.everybody().filter(fits).skip(skip).take(count).map(|one| one.person.clone()).collect();
        if found.is_empty() {
            found = inner.everybody().filter(fits).take(count).map(|one| one.person.clone()).collect();
        }
        found
    };
    let skip = chance::bits(world.scenario.seed, "beside", handle) as usize % inner.total().max(1);
    let mut people = shown(Relation::Connected, skip, 1);
    people.extend(shown(Relation::None, 0, OTHERS - 1));
    let cards = people.iter().enumerate().map(|(at, person)| {
        let connected = inner.relation(person.handle()) == Some(Relation::Connected);
        let degree = match (connected, at % 2) {
            (true, _) => visit.words.first_degree,
            (false, 0) => visit.words.second_degree,
            (false, _) => ProfileWords::of(visit.language).third_degree,
        };
        json!({
            "vanityName": person.slug.as_ref().map(Slug::encoded),
            "name": person.shown,
            "first": person.first,
            "headline": calls::headline(visit.words, person),
            "photo": photo::photo_of(world, person.handle()),
            "degree": degree,
            "connected": connected,
        })
    });
    cards.collect::<Vec<_>>().into()
}

fn is_shown(known: &crate::practice::world::Known, beside: &str, relation: Relation) -> bool {
    known.standing == Standing::Is(relation) && known.person.slug.is_some() && known.person.handle() != beside
}
