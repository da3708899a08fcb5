//! The calls that page scripts make: more of the list, a removal, and what a script should not have done.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use crate::event::id::Slug;

use super::audit::Kind;
use super::chance;
use super::fault::{self, Place};
use super::pages::visit;
use super::people::Person;
use super::photo::photo_of;
use super::relation::Relation;
use super::vary_words::VaryWords;
use super::words::Words;
use super::world::{Inner, Part, Removal, Sort, World};

/// What the pager asks.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageRequest {
    start_index: usize,
    #[serde(default)]
    keyword: String,
    #[serde(default)]
    sort_type: Sort,
}

/// What the pager is told.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageAnswer {
    start_index: usize,
    items: Vec<Item>,
    more: bool,
}

/// One row of the list as the page script gets it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    /// The percent-encoded slug, or the member's id.
    vanity_name: String,
    /// Whether there is a profile to link to.
    linked: bool,
    name: String,
    headline: String,
    connected_on: String,
    photo: String,
    /// Whether the row's menu ignores its first click.
    stubborn: bool,
}

/// Which action a request is for.
#[derive(Deserialize)]
pub(super) struct ActionQuery {
    sduiid: String,
}

/// Whom an action names.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ActionRequest {
    #[serde(alias = "disconnectVanityName")]
    vanity_name: String,
}

/// The one action that every page of this kind has.
const REMOVE: &str = "com.linkedin.sdui.mynetwork.RemoveConnectionVanityName";

/// The other actions: how the account must stand to somebody, how it stands afterwards, and what the audit log says.
const CHANGES: &[(&str, Relation, Relation, Kind)] = &[
    ("com.linkedin.sdui.profile.Unfollow", Relation::FollowOnly, Relation::None, Kind::Unfollowed),
    ("com.linkedin.sdui.profile.Follow", Relation::None, Relation::FollowOnly, Kind::Followed),
    ("com.linkedin.sdui.mynetwork.WithdrawInvitation", Relation::Pending, Relation::None, Kind::Withdrawn),
    ("com.linkedin.sdui.mynetwork.Invite", Relation::None, Relation::Pending, Kind::Invited),
    ("com.linkedin.sdui.mynetwork.Invite", Relation::FollowOnly, Relation::Pending, Kind::Invited),
];

/// What a page reports about a script.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    vanity_name: Option<String>,
    detail: Option<String>,
}

/// The answer about a part of the list.
pub(super) fn page_answer(world: &World, start: usize, part: Part) -> PageAnswer {
    let items = part.people.iter().map(|person| item(world, person)).collect();
    PageAnswer { start_index: start, items, more: part.more }
}

/// `POST /flagship-web/rsc-action/actions/pagination`.
pub(super) async fn pagination(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    Json(request): Json<PageRequest>,
) -> Response {
    if let Some(refusal) = visit::refused_call(&world, &headers) {
        return refusal;
    }
    let faults = world.now().visit(Place::List);
    if let Some(answer) = plain_fault(&world, &faults).await {
        return answer;
    }
    world.pause(world.list_delay() + world.scenario.vary.reply).await;
    let mut inner = world.now();
    let detail = format!("from {}", request.start_index);
    if request.keyword.trim().is_empty() {
        inner.record(Kind::Listed, None, Some(detail));
    } else if request.start_index == 0 {
        inner.record(Kind::Filtered, None, Some(request.keyword.clone()));
    }
    let part = inner.list(request.start_index, &request.keyword, request.sort_type);
    drop(inner);
    Json(page_answer(&world, request.start_index, part)).into_response()
}

/// `POST /flagship-web/rsc-action/actions/server-request`: a removal, or another change of a relation.
pub(super) async fn server_request(
    State(world): State<Arc<World>>,
    Query(query): Query<ActionQuery>,
    headers: HeaderMap,
    Json(request): Json<ActionRequest>,
) -> Response {
    if let Some(refusal) = visit::refused_call(&world, &headers) {
        return refusal;
    }
    let handle = handle_of(&request.vanity_name);
    match query.sduiid.as_str() {
        REMOVE => removal(&world, &handle).await,
        action => change(&mut world.now(), action, &handle),
    }
}

/// A removal with its faults, then the delay of its answer: a browser that goes away in between has no say in it.
pub(super) async fn removal(world: &World, handle: &str) -> Response {
    let handle = world.now().known(handle).map_or_else(|| handle.to_owned(), |known| known.person.handle().to_owned());
    let faults = world.now().visit(Place::Remove);
    let answer = remove(world, &handle, &faults).await;
    world.pause(world.remove_delay(&handle)).await;
    answer
}

/// Does one of [`CHANGES`] by its name, at once.
pub(super) fn change(inner: &mut Inner, action: &str, handle: &str) -> Response {
    let fitting = CHANGES.iter().filter(|change| change.0 == action).collect::<Vec<_>>();
    if fitting.is_empty() {
        return StatusCode::NOT_FOUND.into_response();
    }
    // A connection can be followed or not without another relation; only the log keeps it.
    let connected = inner.relation(handle) == Some(Relation::Connected);
    let kind = fitting
        .iter()
        .find(|(_, from, to, kind)| {
            let follows = matches!(kind, Kind::Followed | Kind::Unfollowed);
            (connected && follows) || inner.change(handle, *from, *to)
        })
        .map(|change| change.3);
    match kind {
        Some(kind) => {
            inner.record(kind, Some(handle), None);
            Json(serde_json::json!({ "status": "ok", "closeCurrentMenuOnCompletion": true })).into_response()
        }
        None => StatusCode::CONFLICT.into_response(),
    }
}

/// `POST /telemetry/{what}`: the page noticed a script, or the wrong item was clicked.
pub(super) async fn telemetry(
    State(world): State<Arc<World>>,
    Path(what): Path<String>,
    headers: HeaderMap,
    Json(report): Json<Report>,
) -> Response {
    // Nobody is signed in under another origin, and what is typed there is heard all the same.
    if what == "leaked" {
        world.now().record(Kind::Leaked, None, report.detail);
        return StatusCode::NO_CONTENT.into_response();
    }
    if let Some(refusal) = visit::refused_call(&world, &headers) {
        return refusal;
    }
    let kind = match what.as_str() {
        "untrusted" => Kind::Untrusted,
        "reported" => Kind::Reported,
        "blocked" => Kind::Blocked,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let handle = report.vanity_name.as_deref().map(handle_of);
    world.now().record(kind, handle.as_deref(), report.detail);
    StatusCode::NO_CONTENT.into_response()
}

async fn remove(world: &World, handle: &str, faults: &[fault::Kind]) -> Response {
    for kind in faults {
        match kind {
            fault::Kind::Refuse => {
                world.now().record(Kind::Refused, Some(handle), Some("by fault".to_owned()));
                return (StatusCode::CONFLICT, Json(serde_json::json!({ "status": "refused" }))).into_response();
            }
            fault::Kind::Toast => {
                world.now().record(Kind::Refused, Some(handle), Some("by fault".to_owned()));
                let message = VaryWords::of(world.scenario.language).not_removed;
                let answer = serde_json::json!({ "status": "refused", "message": message });
                return (StatusCode::CONFLICT, Json(answer)).into_response();
            }
            fault::Kind::Hide => {
                let mut inner = world.now();
                inner.hide(handle);
                inner.record(Kind::Refused, Some(handle), Some("by fault".to_owned()));
                return (StatusCode::CONFLICT, Json(serde_json::json!({ "status": "refused" }))).into_response();
            }
            fault::Kind::Another => return another(world, handle),
            fault::Kind::NoOp => {
                world.now().record(Kind::Ignored, Some(handle), Some("by fault".to_owned()));
                return done(world);
            }
            fault::Kind::AnswerBroken => {
                settled(world, handle, None);
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
            fault::Kind::NeverApplied => {
                world.stop().await;
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
            fault::Kind::AnswerNever => {
                settled(world, handle, None);
                world.stop().await;
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
            fault::Kind::Slow(delay) => return settled(world, handle, Some(*delay)),
            _ => {}
        }
    }
    match plain_fault(world, faults).await {
        Some(answer) => answer,
        None => settled(world, handle, None),
    }
}

/// Takes out somebody else in the place of whom the request names.
fn another(world: &World, handle: &str) -> Response {
    let inner = world.now();
    let others = inner.everybody().filter(|known| known.is_connected() && known.person.slug.is_some());
    let other = others.map(|known| known.person.handle().to_owned()).find(|other| other != handle);
    let Some(other) = other else { return StatusCode::CONFLICT.into_response() };
    drop(inner);
    settled(world, &other, None)
}

fn settled(world: &World, handle: &str, delay: Option<Duration>) -> Response {
    let mut inner = world.now();
    let removal = match delay {
        Some(delay) => inner.remove_later(handle, delay),
        None => inner.remove(handle),
    };
    match removal {
        Removal::Done => {
            drop(inner);
            done(world)
        }
        Removal::NotConnected => {
            inner.record(Kind::Refused, Some(handle), Some("not connected".to_owned()));
            (StatusCode::CONFLICT, Json(serde_json::json!({ "status": "not-connected" }))).into_response()
        }
    }
}

fn done(world: &World) -> Response {
    let says = world.scenario.vary.family.of("said") != "nothing";
    let message = says.then(|| VaryWords::of(world.scenario.language).removed);
    Json(serde_json::json!({ "status": "ok", "closeCurrentMenuOnCompletion": true, "message": message }))
        .into_response()
}

/// The faults that need nothing but a status or a wait; a wait alone lets the call go on.
pub(super) async fn plain_fault(world: &World, faults: &[fault::Kind]) -> Option<Response> {
    for kind in faults {
        match kind {
            fault::Kind::TooMany => return Some(StatusCode::TOO_MANY_REQUESTS.into_response()),
            fault::Kind::Blocked => return Some(visit::blocked().into_response()),
            fault::Kind::Broken => return Some(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
            fault::Kind::Hang => {
                world.stop().await;
                return Some(StatusCode::SERVICE_UNAVAILABLE.into_response());
            }
            fault::Kind::Slow(delay) => world.pause(*delay).await,
            _ => {}
        }
    }
    None
}

fn item(world: &World, person: &Person) -> Item {
    let scenario = &world.scenario;
    let words = Words::of(scenario.language);
    let handle = person.handle();
    let works = !person.company.is_empty();
    Item {
        vanity_name: person.slug.as_ref().map_or_else(|| person.member.clone(), Slug::encoded),
        linked: person.slug.is_some(),
        name: if person.slug.is_some() { person.shown.clone() } else { words.hidden_member.to_owned() },
        headline: if works { headline(words, person) } else { String::new() },
        connected_on: words.connected(person.connected_on),
        photo: photo_of(world, handle),
        stubborn: is_stubborn(world, handle),
    }
}

/// Whether the menu of somebody's row ignores the first click after each load.
pub(super) fn is_stubborn(world: &World, handle: &str) -> bool {
    let scenario = &world.scenario;
    chance::happens(chance::bits(scenario.seed, "stubborn", handle), scenario.ignored_clicks.get())
}

/// "Designer at Mosaic Design".
pub(super) fn headline(words: &Words, person: &Person) -> String {
    words.works_at.replace("{P}", &person.position).replace("{O}", &person.company)
}

/// Slugs arrive as addresses have them; members' ids are case-sensitive and stay as they are.
fn handle_of(vanity_name: &str) -> String {
    if vanity_name.starts_with("ACoAAB") {
        return vanity_name.to_owned();
    }
    vanity_name.parse::<Slug>().map_or_else(|_| vanity_name.to_owned(), |slug| slug.as_str().to_owned())
}
