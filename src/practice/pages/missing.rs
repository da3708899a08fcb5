//! What is not there: an address that no page has, a profile that nobody has.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::html;
use serde_json::Value;

use crate::practice::world::World;

use super::shell::{self, Screen};
use super::visit::{self, Visit};

/// Every address that has no page.
pub(in crate::practice) async fn missing(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    answer(&visit::guest(&world, &headers))
}

/// The same in place of a page.
pub(in crate::practice) fn answer(visit: &Visit) -> Response {
    let words = visit.words;
    let body = html! {
        div.columns {
            section.panel.profile {
                h2 { (words.missing_title) }
                p { (words.missing_text) }
                a.act href="/feed/" { (words.home) }
            }
        }
    };
    let screen = Screen { title: words.missing_title, script: None, data: Value::Null, body };
    visit.answer(StatusCode::NOT_FOUND, shell::page(visit, &screen))
}
