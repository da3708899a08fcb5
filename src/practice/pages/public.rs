//! The account's own profile as people see it who are not signed in: a little of it, nothing where the account is
//! closed, no name where it is hibernated.

use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use maud::{Markup, html};

use crate::practice::account::State;
use crate::practice::chance;
use crate::practice::gate_words::GateWords;
use crate::practice::names::{COMPANIES, POSITIONS};
use crate::practice::people::name_of;
use crate::practice::photo;
use crate::practice::profile_words::ProfileWords;
use crate::practice::scenario::{Generation, Page};
use crate::practice::words::Words;
use crate::practice::world::World;

use super::gate;
use super::plain;

/// The page, or what is served in its place.
pub(in crate::practice) async fn answer(world: &World, uri: &Uri, headers: &HeaderMap) -> Response {
    if let Some(instead) = gate::enter_as_guest(world, Page::Public, uri, headers).await {
        return instead;
    }
    let state = world.now().account.state;
    match state {
        State::Open => profile(world).into_response(),
        State::Hibernated { .. } => hidden(world).into_response(),
        State::Closed { .. } if world.generation(Page::Public) == Generation::Ember2020 => {
            Redirect::to("/in/unavailable/").into_response()
        }
        State::Closed { .. } => missing(world),
    }
}

/// What strangers are told about an address that nobody has.
pub(in crate::practice) fn missing(world: &World) -> Response {
    let words = Words::of(world.scenario.language);
    (StatusCode::NOT_FOUND, notice(world, words.missing_title, words.missing_text)).into_response()
}

/// What strangers are told where the addresses of closed accounts lead.
pub(in crate::practice) fn unavailable(world: &World) -> Response {
    let words = ProfileWords::of(world.scenario.language);
    notice(world, words.unavailable_title, words.unavailable_text).into_response()
}

fn profile(world: &World) -> Html<String> {
    let me = &world.scenario.me;
    let words = Words::of(world.scenario.language);
    let pick = |list: &[&'static str], label| {
        list[chance::bits(world.scenario.seed, label, me.as_str()) as usize % list.len()]
    };
    let headline =
        words.works_at.replace("{P}", pick(POSITIONS, "own position")).replace("{O}", pick(COMPANIES, "own company"));
    let name = name_of(me);
    let total = words.total(world.now().total());
    let card = html! {
        img src=(photo::account_photo(world, me, world.generation(Page::Feed))) alt=(name) width="120" height="120";
        h1 dir="auto" { (name) }
        p.headline { (headline) }
        p.place { (total) }
        a.act href="/login" { (GateWords::of(world.scenario.language).public_more) }
    };
    page(world, &format!("{name} – {headline}"), card)
}

fn hidden(world: &World) -> Html<String> {
    let member = Words::of(world.scenario.language).hidden_member;
    page(world, member, html! { h1 { (member) } })
}

fn notice(world: &World, title: &str, text: &str) -> Html<String> {
    page(world, title, html! { h1 { (title) } p { (text) } })
}

fn page(world: &World, title: &str, card: Markup) -> Html<String> {
    let words = GateWords::of(world.scenario.language);
    plain::page(
        words,
        title,
        html! {
            header.guest-nav {
                a.mark href="/" { (words.site) }
                a href="/signup/cold-join" { (words.join_now) }
                a href="/login" { (words.sign_in) }
            }
            main.public {
                section.panel.profile { (card) }
            }
        },
    )
}
