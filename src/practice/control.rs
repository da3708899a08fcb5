//! The control listener: what tests ask and arm. No page knows it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::SignedDuration;
use serde::Serialize;

use super::account::{Leave, Letter, Step};
use super::audit::Entry;
use super::fault::Fault;
use super::relation::Relation;
use super::strangers::Standing;
use super::world::World;

/// `GET /audit`: what had an effect or should not have happened.
pub(super) async fn audit(State(world): State<Arc<World>>) -> Json<Vec<Entry>> {
    Json(world.now().audit().iter().filter(|entry| !entry.kind.is_reading()).cloned().collect())
}

/// `GET /audit/all`: the same with every reading of a page.
pub(super) async fn audit_all(State(world): State<Arc<World>>) -> Json<Vec<Entry>> {
    Json(world.now().audit().to_vec())
}

/// One person as the server sees them.
#[derive(Serialize)]
pub(super) struct Seen {
    slug: String,
    name: String,
    hidden: bool,
    connected: bool,
    /// `connected`, `pending`, `follow-only`, `none`, `closed` or `missing`.
    relation: &'static str,
    exported: bool,
}

/// `GET /people`: everybody of the site but the account itself.
pub(super) async fn people(State(world): State<Arc<World>>) -> Json<Vec<Seen>> {
    let standing = world
        .now()
        .everybody()
        .map(|known| Seen {
            slug: known.person.handle().to_owned(),
            name: known.person.shown.clone(),
            hidden: known.person.slug.is_none(),
            connected: known.standing == Standing::Is(Relation::Connected),
            relation: known.standing.as_str(),
            exported: known.exported,
        })
        .collect();
    Json(standing)
}

/// `GET /mail`: what was mailed, the oldest first.
pub(super) async fn mail(State(world): State<Arc<World>>) -> Json<Vec<Letter>> {
    Json(world.now().account.mail.clone())
}

/// `POST /approve`: the app says yes to whoever waits for it; answers how many did.
pub(super) async fn approve(State(world): State<Arc<World>>) -> String {
    let mut inner = world.now();
    let waits = |leave: &&mut Leave| leave.todo.front() == Some(&Step::Device) && !leave.approved;
    let mut count = 0;
    for leave in inner.leaves.values_mut().filter(waits) {
        leave.approved = true;
        count += 1;
    }
    format!("{count}\n")
}

/// `POST /clock` with a time such as `36h`: the clock of the site goes forward by it; answers what it shows.
pub(super) async fn clock(State(world): State<Arc<World>>, time: String) -> (StatusCode, String) {
    match time.trim().parse::<SignedDuration>() {
        Ok(time) if time.is_positive() => {
            let mut inner = world.now();
            inner.ahead = inner.ahead.saturating_add(time);
            (StatusCode::OK, format!("{}\n", inner.clock()))
        }
        _ => (StatusCode::BAD_REQUEST, "a time forward looks like `36h`\n".to_owned()),
    }
}

/// `POST /fault` with a spec as text.
pub(super) async fn fault(State(world): State<Arc<World>>, spec: String) -> (StatusCode, String) {
    match spec.trim().parse::<Fault>() {
        Ok(fault) => {
            world.now().arm(fault);
            (StatusCode::OK, format!("{fault}\n"))
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")),
    }
}

/// `POST /name` with `slug A New Name`: the site calls that person so from now on; the export keeps the old name.
pub(super) async fn name(State(world): State<Arc<World>>, said: String) -> (StatusCode, String) {
    match said.trim().split_once(' ') {
        Some((slug, name)) if world.now().call(slug, name) => (StatusCode::OK, format!("{name}\n")),
        Some((slug, _)) => (StatusCode::NOT_FOUND, format!("nobody has the address `{slug}`\n")),
        None => (StatusCode::BAD_REQUEST, "a name looks like `jane-doe Jane Miller`\n".to_owned()),
    }
}

/// `POST /reset`: everything as at the start.
pub(super) async fn reset(State(world): State<Arc<World>>) -> StatusCode {
    world.reset();
    StatusCode::NO_CONTENT
}
