//! The document around a page of this generation: the shell that loads, the navigation, the data blocks.

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};
use serde_json::{Value, json};

use crate::practice::assets;
use crate::practice::fault;
use crate::practice::pages::shell;

use super::navigation;
use super::stage::{Screen, Stage};

impl Stage<'_> {
    /// The whole page.
    pub(super) fn page(&self, screen: Screen<'_>) -> Html<String> {
        let shared = self.words.shared;
        let mut blocks = screen.blocks;
        blocks.push(("/voyager/api/me", navigation::me(self)));
        let body = html! {
            (navigation::header(self))
            div.scaffold-layout { (screen.body) }
            (messaging(self))
            (shell::invisible_captcha())
        };
        blocks.push(("/voyager/api/page", self.about(screen.title)));
        let page = html! {
            (DOCTYPE)
            html class="theme theme--mercado app-loader--default" lang=(shared.lang) dir="ltr" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (shared.site) }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href=(assets::address("ember.css"));
                    script type="module" src=(assets::address("ember-shell.js")) {}
                    @if let Some(script) = screen.script {
                        script type="module" src=(assets::address(script)) {}
                    }
                }
                body.ember-application {
                    div.practice-note role="note" { (shared.practice_note) }
                    div.initial-load-animation role="progressbar" aria-label=(shared.loading) {}
                    div.application-outlet {}
                    template #application { (body) }
                    (outlets(self))
                    @for (at, (request, answer)) in blocks.iter().enumerate() { (block(at, request, answer)) }
                }
            }
        };
        Html(page.into_string())
    }
}

/// Data as a block that nobody sees, and beside it what it answers. Escaped as text, so that no name can end the block.
fn block(at: usize, request: &str, answer: &Value) -> Markup {
    let body = format!("bpr-guid-{}", 4_000 + at);
    let about = json!({ "request": request, "status": 200, "body": &body });
    html! {
        code id=(body) hidden { (answer.to_string()) }
        code id={ "datalet-" (body) } hidden { (about.to_string()) }
    }
}

/// What stands at the end of the body from the start, empty until it is needed.
fn outlets(stage: &Stage<'_>) -> Markup {
    html! {
        section #artdeco-toasts aria-label=(stage.words.toast_label) {
            div class="artdeco-toasts_toasts" role="alert" {
                h2.visually-hidden { (stage.words.toast_count) }
            }
        }
        div #artdeco-modal-outlet {}
        @if stage.visit.has(fault::Kind::CookieBanner) { (shell::cookie_banner(stage.words.shared)) }
    }
}

/// The list of conversations in the corner, closed.
fn messaging(stage: &Stage<'_>) -> Markup {
    let words = stage.words.shared;
    html! {
        aside #msg-overlay class="msg-overlay-container" aria-label=(words.messaging) {
            div.msg-overlay-list-bubble {
                button id=(stage.id()) class="msg-overlay-bubble-header__button" type="button" aria-expanded="false" {
                    (words.messaging)
                }
                p.msg-overlay-list-bubble__content hidden { (words.practice_note) }
            }
        }
    }
}
