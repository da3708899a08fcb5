//! One person's profile: who it is, where the address really leads, and which generation shows it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::event::id::Slug;
use crate::practice::audit::Kind;
use crate::practice::fault;
use crate::practice::scenario::{Generation, Page};
use crate::practice::strangers::{Gone, Standing};
use crate::practice::world::World;

use super::gate;
use super::visit;
use super::{ember, missing, public, sdui};

/// `GET /in/{slug}`: addresses without the slash at the end, as exports have them.
pub(in crate::practice) async fn redirect(Path(slug): Path<String>) -> Response {
    match slug.parse::<Slug>() {
        Ok(_) if is_member(&slug) => Redirect::to(&format!("/in/{slug}/")).into_response(),
        Ok(slug) => to(&slug),
        Err(_) => Redirect::to("/404/").into_response(),
    }
}

/// `GET /in/{slug}/`.
pub(in crate::practice) async fn profile(
    State(world): State<Arc<World>>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let slug = name.parse::<Slug>();
    let handle = if is_member(&name) { name } else { slug.as_ref().map_or(name, |slug| slug.as_str().to_owned()) };
    if handle == world.scenario.me.as_str() && visit::is_stranger(&world, &headers) {
        return public::answer(&world, &uri, &headers).await;
    }
    // An address that only leads to another one is no load of a page, and no fault strikes there.
    if visit::is_signed_in(&world, &headers)
        && let Some(moved) = moved(&world, &handle)
    {
        return moved;
    }
    let visit = match gate::enter(&world, Page::Profile, &uri, &headers).await {
        Ok(visit) => visit,
        Err(instead) => return instead,
    };
    let Ok(slug) = slug else { return missing::answer(&visit) };
    if visit.has(fault::Kind::Renamed) {
        world.now().rename(&handle, world.scenario.seed);
        if let Some(moved) = moved(&world, &handle) {
            return moved;
        }
    }
    if let Some(gone) = gone(&world, &handle) {
        return gone;
    }
    if visit.generation == Generation::Ember2020 {
        return ember::profile::answer(&world, &visit, &slug);
    }
    if slug == visit.account.slug {
        return sdui::profile::own(&visit);
    }
    let found = world.now().person(&handle).map(|(person, _)| person.clone());
    let Some(person) = found else { return missing::answer(&visit) };
    world.now().record(Kind::ProfileView, Some(person.handle()), None);
    sdui::profile::theirs(&world, &visit, &person, &slug)
}

/// The way to the newest address of somebody, from a member's id or from an older address.
fn moved(world: &World, handle: &str) -> Option<Response> {
    let inner = world.now();
    let known = inner.known(handle)?;
    let newest = known.renamed.as_ref().or(known.person.slug.as_ref())?;
    (newest.as_str() != handle).then(|| to(newest))
}

/// Where the address of somebody leads who has no profile here. Where it stays, the page of its generation says so.
fn gone(world: &World, handle: &str) -> Option<Response> {
    let inner = world.now();
    let known = inner.known(handle)?;
    match known.standing {
        Standing::Gone(Gone::Closed) => Some(Redirect::to("/in/unavailable/").into_response()),
        Standing::Gone(Gone::Missing) => Some(Redirect::to("/404/").into_response()),
        Standing::Gone(Gone::MissingInPlace) => None,
        // A hidden member's profile is not shown to anybody.
        Standing::Is(_) if known.person.slug.is_none() => Some(Redirect::to("/in/unavailable/").into_response()),
        Standing::Is(_) => None,
    }
}

/// Whether this is a member's id, which leads to the address of that member. Ids are case-sensitive.
fn is_member(name: &str) -> bool {
    name.starts_with("ACoAAB")
}

fn to(slug: &Slug) -> Response {
    Redirect::to(&format!("/in/{}/", slug.encoded())).into_response()
}
