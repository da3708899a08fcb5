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

use super::visit::{self, Visit};
use super::{ember, missing, sdui};

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
    let visit = match visit::enter(&world, Page::Profile, &uri, &headers).await {
        Ok(visit) => visit,
        Err(instead) => return instead,
    };
    let Ok(slug) = name.parse::<Slug>() else { return missing::answer(&visit) };
    let ember = world.scenario.ui.of(Page::Profile) == Some(Generation::Ember2020);
    if slug == visit.account.slug && !ember {
        return sdui::profile::own(&visit);
    }
    let handle = if is_member(&name) { name } else { slug.as_str().to_owned() };
    if let Some(elsewhere) = elsewhere(&world, &visit, &handle, &slug) {
        return elsewhere;
    }
    if ember {
        return ember::profile::answer(&world, &visit, &slug);
    }
    let found = world.now().person(&handle).map(|(person, _)| person.clone());
    let Some(person) = found else { return missing::answer(&visit) };
    world.now().record(Kind::ProfileView, Some(person.handle()), None);
    sdui::profile::theirs(&world, &visit, &person, &slug)
}

/// Where the address of somebody leads who is not shown there: a new address, or a page that says that nobody is.
fn elsewhere(world: &World, visit: &Visit, handle: &str, slug: &Slug) -> Option<Response> {
    let mut inner = world.now();
    if visit.has(fault::Kind::Renamed) {
        inner.rename(handle, world.scenario.seed);
    }
    let known = inner.known(handle)?;
    match known.standing {
        Standing::Gone(Gone::Closed) => Some(Redirect::to("/in/unavailable/").into_response()),
        Standing::Gone(Gone::Missing) => Some(Redirect::to("/404/").into_response()),
        // The page of its generation says so.
        Standing::Gone(Gone::MissingInPlace) => None,
        Standing::Is(_) => match known.renamed.as_ref().or(known.person.slug.as_ref()) {
            Some(address) if address != slug => Some(to(address)),
            Some(_) => None,
            // A hidden member's profile is not shown to anybody.
            None => Some(Redirect::to("/in/unavailable/").into_response()),
        },
    }
}

/// Whether this is a member's id, which leads to the address of that member. Ids are case-sensitive.
fn is_member(name: &str) -> bool {
    name.starts_with("ACoAAB")
}

fn to(slug: &Slug) -> Response {
    Redirect::to(&format!("/in/{}/", slug.encoded())).into_response()
}
