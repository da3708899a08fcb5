//! The control listener: what tests ask and arm. No page knows it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use super::audit::Entry;
use super::fault::Fault;
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
pub(super) struct Standing {
    slug: String,
    name: String,
    hidden: bool,
    connected: bool,
}

/// `GET /people`: everybody who ever was in the network.
pub(super) async fn people(State(world): State<Arc<World>>) -> Json<Vec<Standing>> {
    let standing = world
        .now()
        .everybody()
        .map(|(person, connected)| Standing {
            slug: person.handle().to_owned(),
            name: person.shown.clone(),
            hidden: person.slug.is_none(),
            connected,
        })
        .collect();
    Json(standing)
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

/// `POST /reset`: everything as at the start.
pub(super) async fn reset(State(world): State<Arc<World>>) -> StatusCode {
    world.reset();
    StatusCode::NO_CONTENT
}
