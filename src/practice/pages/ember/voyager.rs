//! The calls of this generation's scripts: parts of the list by `GET`, a removal by `POST`, at one address.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use crate::event::id::Slug;
use crate::practice::audit::Kind;
use crate::practice::calls;
use crate::practice::chance;
use crate::practice::fault::Place;
use crate::practice::pages::visit;
use crate::practice::people::{Person, TODAY};
use crate::practice::photo;
use crate::practice::words::Words;
use crate::practice::world::{Part, Sort, World};

use super::words::EmberWords;

/// How many rows one call answers.
pub(super) const COUNT: usize = 40;

/// After how many parts of a hundred the list goes on only when its button is pressed.
const STALLS: u8 = 25;

/// What a page of this generation calls a change of a relation, and what the server does. Only the removal was seen.
const ACTIONS: &[(&str, &str)] = &[
    ("follow", "com.linkedin.sdui.profile.Follow"),
    ("unfollow", "com.linkedin.sdui.profile.Unfollow"),
    ("invite", "com.linkedin.sdui.mynetwork.Invite"),
    ("withdraw", "com.linkedin.sdui.mynetwork.WithdrawInvitation"),
];

const MEMBER: &str = "urn:li:fsd_profile:";

/// What the list is asked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::practice) struct ListQuery {
    #[serde(default)]
    start: usize,
    #[serde(default)]
    keyword: String,
    #[serde(default)]
    sort_type: SortType,
}

/// The orders by the names that this generation's calls give them.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortType {
    #[default]
    RecentlyAdded,
    #[serde(rename = "FIRSTNAME_LASTNAME")]
    FirstName,
    #[serde(rename = "LASTNAME_FIRSTNAME")]
    LastName,
}

/// A part of the list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PartAnswer {
    start: usize,
    elements: Vec<Element>,
    more: bool,
    /// Whether the page waits for its button before it asks for the next part.
    stalls: bool,
}

/// One row of the list as the page's script gets it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Element {
    connected_member: String,
    /// The percent-encoded slug; none for somebody without a profile address.
    public_identifier: Option<String>,
    name: String,
    occupation: String,
    connected: String,
    photo: String,
    /// Whether the row's menu ignores its first click.
    stubborn: bool,
}

/// What a change of a relation is asked with.
#[derive(Deserialize)]
pub(in crate::practice) struct ActionQuery {
    action: String,
}

/// Whom it names.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::practice) struct Subject {
    connected_member: String,
}

/// The answer about a part of the list that begins at `start`.
pub(super) fn part_answer(world: &World, start: usize, part: Part) -> PartAnswer {
    let roll = chance::bits(world.scenario.seed, "stalls", &start.to_string());
    PartAnswer {
        start,
        elements: part.people.iter().map(|person| element(world, person)).collect(),
        more: part.more,
        stalls: part.more && chance::happens(roll, STALLS),
    }
}

/// `GET /voyager/api/relationships/dash/connections`.
pub(in crate::practice) async fn list(
    State(world): State<Arc<World>>,
    Query(query): Query<ListQuery>,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = visit::refused_call(&world, &headers) {
        return refusal;
    }
    let faults = world.now().visit(Place::List);
    if let Some(answer) = calls::plain_fault(&world, &faults).await {
        return answer;
    }
    world.pause(world.list_delay()).await;
    let sort = match query.sort_type {
        SortType::RecentlyAdded => Sort::RecentlyAdded,
        SortType::FirstName => Sort::FirstName,
        SortType::LastName => Sort::LastName,
    };
    let mut inner = world.now();
    if query.keyword.trim().is_empty() {
        inner.record(Kind::Listed, None, Some(format!("from {}", query.start)));
    } else if query.start == 0 {
        inner.record(Kind::Filtered, None, Some(query.keyword.clone()));
    }
    let part = inner.part(query.start..query.start.saturating_add(COUNT), &query.keyword, sort);
    drop(inner);
    Json(part_answer(&world, query.start, part)).into_response()
}

/// `POST /voyager/api/relationships/dash/connections?action=removeFromMyConnections`, or another change.
pub(in crate::practice) async fn action(
    State(world): State<Arc<World>>,
    Query(query): Query<ActionQuery>,
    headers: HeaderMap,
    Json(subject): Json<Subject>,
) -> Response {
    if let Some(refusal) = visit::refused_call(&world, &headers) {
        return refusal;
    }
    let Some(member) = subject.connected_member.strip_prefix(MEMBER) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    if query.action == "removeFromMyConnections" {
        return calls::removal(&world, member).await;
    }
    let Some((_, change)) = ACTIONS.iter().find(|(name, _)| *name == query.action) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut inner = world.now();
    let handle = inner.known(member).map_or_else(|| member.to_owned(), |known| known.person.handle().to_owned());
    calls::change(&mut inner, change, &handle)
}

fn element(world: &World, person: &Person) -> Element {
    let scenario = &world.scenario;
    let words = Words::of(scenario.language);
    let handle = person.handle();
    Element {
        connected_member: format!("{MEMBER}{}", person.member),
        public_identifier: person.slug.as_ref().map(Slug::encoded),
        name: if person.slug.is_some() { person.shown.clone() } else { words.hidden_member.to_owned() },
        occupation: if person.company.is_empty() { String::new() } else { calls::headline(words, person) },
        connected: EmberWords::of(scenario.language).connected_ago(person.connected_on, TODAY),
        photo: photo::photo_of(world, handle),
        stubborn: calls::is_stubborn(world, handle),
    }
}
