//! The page of the archive in this generation, which wants the password.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use crate::practice::leaving_words::LeavingWords;
use crate::practice::pages::progress::{Progress, choices, script_data};
use crate::practice::pages::setting_rows::tokens;
use crate::practice::pages::visit::Visit;
use crate::practice::settings_words::{EXPORT, SettingsWords};
use crate::practice::world::World;

use super::stage::{Screen, Stage, notices};

/// The page.
pub(in crate::practice) fn answer(world: &World, visit: &Visit, progress: &Progress) -> Response {
    let stage = Stage::new(world, visit);
    let words = SettingsWords::of(visit.language);
    let body = html! {
        div class="scaffold-layout__row scaffold-layout__row--settings" {
            (super::settings::rail(&stage, "privacy"))
            main.scaffold-layout__main tabindex="-1" {
                (notices(&stage))
                section class="artdeco-card setting" {
                    a class="artdeco-button artdeco-button--tertiary" href="/psettings/privacy" { (words.back) }
                    h1.t-20 { (words.export_title) }
                    form.leaving { (parts(&stage, progress)) }
                    (tokens(&visit.csrf))
                }
            }
        }
    };
    let blocks = vec![("/psettings/member-data", script_data(visit))];
    let screen = Screen { title: words.export_title, script: Some("ember-export.js"), blocks, body };
    stage.visit.answer(StatusCode::OK, stage.page(screen))
}

fn parts(stage: &Stage<'_>, progress: &Progress) -> Markup {
    let visit = stage.visit;
    let words = SettingsWords::of(visit.language);
    html! {
        p { (words.export_text) }
        @match progress {
            Progress::None => {
                (choices(words))
                input type="hidden" name="csrfToken" value=(visit.csrf);
                div data-password hidden {
                    p { (words.export_password) }
                    @let id = stage.id();
                    label for=(id) { (LeavingWords::of(visit.language).password) }
                    input id=(id) class="artdeco-text-input--input" type="password" autocomplete="current-password";
                }
                p class="artdeco-inline-feedback mistake" role="alert" hidden {}
                button id=(stage.id()) class="artdeco-button artdeco-button--primary" type="button" data-request disabled {
                    span.artdeco-button__text { (words.request) }
                }
            }
            Progress::Pending => {
                p role="status" { (words.pending_text) }
                button id=(stage.id()) class="artdeco-button artdeco-button--primary" type="button" disabled {
                    span.artdeco-button__text { (words.pending) }
                }
            }
            Progress::Ready(until) => {
                p role="status" { (words.download_until.replace("{D}", until)) }
                a class="artdeco-button artdeco-button--primary" href={ (EXPORT) "/archive" } { (words.download) }
            }
        }
    }
}
