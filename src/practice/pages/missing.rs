//! What is not there: an address that no page has, a profile that nobody has.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::html;
use serde_json::Value;

use crate::practice::profile_words::ProfileWords;
use crate::practice::scenario::{Generation, Page};
use crate::practice::world::World;

use super::shell::{self, Screen};
use super::visit::{self, Visit};
use super::{ember, public};

/// Every address that has no page.
pub(in crate::practice) async fn missing(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    if !visit::is_signed_in(&world, &headers) {
        return public::missing(&world);
    }
    let visit = visit::guest(&world, &headers);
    if world.scenario.ui.of(Page::Profile) == Some(Generation::Ember2020) {
        return ember::missing::answer(&world, &visit);
    }
    answer(&visit)
}

/// `GET /in/unavailable/`: where the addresses of closed accounts lead.
pub(in crate::practice) async fn unavailable(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    if !visit::is_signed_in(&world, &headers) {
        return public::unavailable(&world);
    }
    let visit = visit::guest(&world, &headers);
    if world.scenario.ui.of(Page::Profile) == Some(Generation::Ember2020) {
        return ember::missing::unavailable(&world, &visit);
    }
    let texts = ProfileWords::of(visit.language);
    notice(&visit, StatusCode::OK, texts.unavailable_title, texts.unavailable_text)
}

/// The same as [`missing`] in place of a page.
pub(in crate::practice) fn answer(visit: &Visit) -> Response {
    notice(visit, StatusCode::NOT_FOUND, visit.words.missing_title, visit.words.missing_text)
}

fn notice(visit: &Visit, status: StatusCode, title: &str, text: &str) -> Response {
    let body = html! {
        div.columns {
            section.panel.notice-page {
                h2 { (title) }
                p { (text) }
                a.act href="/feed/" { (visit.words.home) }
            }
        }
    };
    let screen = Screen { title, script: None, data: Value::Null, body, before: html! {} };
    visit.answer(status, shell::page(visit, &screen))
}
