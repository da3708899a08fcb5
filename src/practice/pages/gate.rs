//! Lets a load of a page in, or answers what is served in its place.

use axum::http::header::HeaderMap;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::html;

use crate::event::id::percent_encode;
use crate::practice::challenge::Held;
use crate::practice::fault::{self, Place};
use crate::practice::gate_words::GateWords;
use crate::practice::scenario::Page;
use crate::practice::world::World;

use super::visit::{self, Visit};
use super::{held, loader, plain};

/// Lets a load of `page` in, or answers what is served in its place.
pub(in crate::practice) async fn enter(
    world: &World,
    page: Page,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Visit, Response> {
    if !visit::is_signed_in(world, headers) {
        return Err(visit::to_sign_in(uri));
    }
    let quirks = world.now().visit(Place::Page(page));
    let load = Load { page, uri, headers };
    for kind in &quirks {
        if let Some(response) = in_place_of(world, *kind, &load).await {
            return Err(response);
        }
    }
    let stranger = quirks.contains(&fault::Kind::OtherAccount);
    let generation = world.generation(page);
    Ok(Visit {
        account: visit::account(world, stranger, generation),
        generation,
        quirks,
        ..visit::guest(world, headers)
    })
}

/// Counts a load of a page that needs no session; answers what is served in its place.
pub(in crate::practice) async fn enter_as_guest(
    world: &World,
    page: Page,
    uri: &Uri,
    headers: &HeaderMap,
) -> Option<Response> {
    let quirks = world.now().visit(Place::Page(page));
    let load = Load { page, uri, headers };
    for kind in quirks {
        if let Some(response) = in_place_of(world, kind, &load).await {
            return Some(response);
        }
    }
    None
}

/// What a load is asked with.
struct Load<'a> {
    page: Page,
    uri: &'a Uri,
    headers: &'a HeaderMap,
}

async fn in_place_of(world: &World, kind: fault::Kind, load: &Load<'_>) -> Option<Response> {
    let words = GateWords::of(world.scenario.language);
    match kind {
        fault::Kind::TooMany => Some(bare(words, StatusCode::TOO_MANY_REQUESTS, words.too_many)),
        fault::Kind::Blocked => Some(bare(words, visit::blocked(), words.denied)),
        fault::Kind::Broken => Some(bare(words, StatusCode::INTERNAL_SERVER_ERROR, words.broken)),
        fault::Kind::Hang => {
            world.stop().await;
            Some(StatusCode::SERVICE_UNAVAILABLE.into_response())
        }
        fault::Kind::Slow(delay) => {
            world.pause(delay).await;
            None
        }
        fault::Kind::SignedOut => {
            if let Some(session) = visit::cookie(load.headers, "li_at") {
                world.now().sessions.remove(session);
            }
            Some(visit::to_sign_in(load.uri))
        }
        fault::Kind::AuthWall => {
            let path = percent_encode(load.uri.path());
            Some(Redirect::to(&format!("/authwall?trk=bf&trkInfo=bf&sessionRedirect={path}")).into_response())
        }
        fault::Kind::Loader => Some(loader::page(world.generation(load.page), world.scenario.language).into_response()),
        kind if held::is_challenge(kind) => {
            // Whoever is on the way out goes on there; other pages lead to the first one.
            let leaving = matches!(load.page, Page::Close | Page::Hibernate | Page::Export);
            let onward = if leaving { load.uri.to_string() } else { "/feed/".to_owned() };
            Some(held::begin(world, kind, Held::Page(onward)))
        }
        _ => None,
    }
}

/// An edge's answer: no shell, no `<main>`.
fn bare(words: &GateWords, status: StatusCode, title: &str) -> Response {
    let body = html! {
        h1 { (title) }
        p { "HTTP " (status.as_u16()) }
    };
    (status, plain::page(words, title, body)).into_response()
}
