//! Profiles that are not there.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::stage::{Screen, Stage};

/// In place of a profile that nobody has.
pub(super) fn answer(stage: &Stage<'_>) -> Response {
    let words = stage.words.shared;
    page(stage, words.missing_title, words.missing_text)
}

fn page(stage: &Stage<'_>, title: &str, text: &str) -> Response {
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
    stage.visit.answer(StatusCode::NOT_FOUND, stage.page(screen))
}
