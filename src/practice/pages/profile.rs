//! One person's profile, generation `sdui-2026`: name, degree, headline, where to go from there.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde_json::Value;

use crate::event::id::Slug;
use crate::practice::audit::Kind;
use crate::practice::calls;
use crate::practice::people::Person;
use crate::practice::scenario::{Generation, Page};
use crate::practice::world::World;

use super::ember;
use super::missing;
use super::shell::{self, Screen};
use super::visit::{self, Visit};

/// `GET /in/{slug}`: addresses without the slash at the end, as exports have them.
pub(in crate::practice) async fn redirect(Path(slug): Path<String>) -> Response {
    match slug.parse::<Slug>() {
        Ok(slug) => Redirect::to(&format!("/in/{}/", slug.encoded())).into_response(),
        Err(_) => Redirect::to("/404/").into_response(),
    }
}

/// `GET /in/{slug}/`.
pub(in crate::practice) async fn profile(
    State(world): State<Arc<World>>,
    Path(slug): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let visit = match visit::enter(&world, Page::Profile, &uri, &headers).await {
        Ok(visit) => visit,
        Err(instead) => return instead,
    };
    let Ok(slug) = slug.parse::<Slug>() else { return missing::answer(&visit) };
    if world.scenario.ui.of(Page::Profile) == Some(Generation::Ember2020) {
        return ember::profile::answer(&world, &visit, &slug);
    }
    let (title, body) = if slug == visit.account.slug {
        (visit.account.name.clone(), own(&visit))
    } else {
        let found = world.now().person(slug.as_str()).map(|(person, connected)| (person.clone(), connected));
        let Some((person, connected)) = found else { return missing::answer(&visit) };
        world.now().record(Kind::ProfileView, Some(slug.as_str()), None);
        let photo = calls::photo_of(&world, slug.as_str());
        (person.shown.clone(), theirs(&visit, &person, &photo, connected))
    };
    let screen = Screen { title: &title, script: None, data: Value::Null, body };
    visit.answer(StatusCode::OK, shell::page(&visit, &screen))
}

fn own(visit: &Visit) -> Markup {
    let account = &visit.account;
    let slug = account.slug.encoded();
    card(
        visit,
        &slug,
        &html! {
            img src=(account.photo) alt=(account.name) width="120" height="120";
            h2 dir="auto" { (account.name) }
            a.act href={ "/in/" (slug) "/edit/intro/" } aria-label=(visit.words.edit_intro) { (visit.words.edit_intro) }
        },
    )
}

fn theirs(visit: &Visit, person: &Person, photo: &str, connected: bool) -> Markup {
    let words = visit.words;
    let (degree, other) = match connected {
        true => (words.first_degree, words.second_degree),
        false => (words.second_degree, words.first_degree),
    };
    let slug = person.slug.as_ref().map(Slug::encoded).unwrap_or_default();
    card(
        visit,
        &person.member,
        &html! {
            img src=(photo) alt=(words.photo_of.replace("{N}", &person.shown)) width="120" height="120";
            div.name {
                h2 dir="auto" { (person.shown) }
                p { "· " (degree) }
                // A second degree is in the card and not displayed.
                p.off { "· " (other) }
            }
            @if !person.company.is_empty() { p { (calls::headline(words, person)) } }
            @if connected {
                a.act href={ "/messaging/compose/?profileUrn=urn:li:fsd_profile:" (person.member)
                    "&recipient=" (person.member) "&screenContext=NON_SELF_PROFILE_VIEW&interop=msgOverlay" } {
                    (words.message)
                }
            } @else {
                a.act href={ "/preload/custom-invite/?vanityName=" (slug) } { (words.connect) }
            }
        },
    )
}

fn card(visit: &Visit, member: &str, body: &Markup) -> Markup {
    html! {
        div.columns role="main" data-sdui-screen="com.linkedin.sdui.flagshipnav.profile.Profile" {
            section.panel.profile componentkey={ "com.linkedin.sdui.profile.card.ref" (member) "Topcard" } { (body) }
            aside { (shell::footer(visit.words)) }
        }
    }
}
