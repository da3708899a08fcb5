//! Profiles that are not there.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use crate::practice::pages::visit::Visit;
use crate::practice::world::World;

use super::stage::{Screen, Stage};

/// Where the addresses of closed accounts lead.
pub(in crate::practice) fn unavailable(world: &World, visit: &Visit) -> Response {
    let stage = Stage::new(world, visit);
    let words = stage.words.profile;
    notice(&stage, StatusCode::OK, words.unavailable_title, words.unavailable_text)
}

/// In place of a page that is not there.
pub(in crate::practice) fn answer(world: &World, visit: &Visit) -> Response {
    let stage = Stage::new(world, visit);
    let words = stage.words.shared;
    notice(&stage, StatusCode::NOT_FOUND, words.missing_title, words.missing_text)
}

fn notice(stage: &Stage<'_>, status: StatusCode, title: &str, text: &str) -> Response {
    let body = html! {
        div.scaffold-layout__row {
            main.scaffold-layout__main tabindex="-1" {
                section class="artdeco-card artdeco-empty-state" {
                    h2.artdeco-empty-state__headline { (title) }
                    p.artdeco-empty-state__message { (text) }
                    a class="artdeco-button artdeco-button--secondary" href="/feed/" { (stage.words.shared.home) }
                }
            }
        }
    };
    let screen = Screen { title, script: None, blocks: Vec::new(), body };
    stage.visit.answer(status, stage.page(screen))
}
