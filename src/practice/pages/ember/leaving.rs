//! Pages of leaving in this generation: reason and feedback on one page, the password on the next.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use crate::practice::pages::leaving::view::{Ask, View, mail_box};
use crate::practice::pages::setting_rows::tokens;
use crate::practice::pages::visit::Visit;
use crate::practice::world::World;

use super::stage::{Screen, Stage, notices};

/// The page.
pub(in crate::practice) fn answer(world: &World, visit: &Visit, view: &View) -> Response {
    let stage = Stage::new(world, visit);
    let body = html! {
        div class="scaffold-layout__row scaffold-layout__row--settings" {
            (super::settings::rail(&stage, "account"))
            main.scaffold-layout__main tabindex="-1" {
                (notices(&stage))
                section class="artdeco-card setting" {
                    a class="artdeco-button artdeco-button--tertiary" href="/psettings/account" { (view.back) }
                    h1.t-20 { (view.title) }
                    form.leaving { (parts(&stage, view)) }
                    (tokens(&view.csrf))
                }
            }
        }
    };
    let blocks = vec![("/psettings/leave", view.data.clone())];
    let screen = Screen { title: view.title, script: Some("ember-leaving.js"), blocks, body };
    stage.visit.answer(StatusCode::OK, stage.page(screen))
}

fn parts(stage: &Stage<'_>, view: &View) -> Markup {
    html! {
        @if let Some(heading) = &view.heading { h2 dir="auto" { (heading) } }
        @for text in &view.texts { p dir="auto" { (text) } }
        (asked(stage, &view.ask))
        input type="hidden" name="csrfToken" value=(view.csrf);
        p class="artdeco-inline-feedback mistake" role="alert" hidden {}
        @if let Some(button) = view.button {
            button id=(stage.id()) class="artdeco-button artdeco-button--primary" type="button" data-deed
                disabled[!matches!(view.ask, Ask::Nothing)] {
                span.artdeco-button__text { (button) }
            }
        }
        @if let Some((text, href)) = view.link {
            a class="artdeco-button artdeco-button--secondary" href=(href) { (text) }
        }
    }
}

fn asked(stage: &Stage<'_>, ask: &Ask) -> Markup {
    match ask {
        Ask::Nothing => html! {},
        Ask::Reason { question, reasons, other, feedback } => html! {
            h3 { (question) }
            ul.reasons {
                @for (at, reason) in reasons.iter().enumerate() {
                    @let id = format!("closeReason-{at}");
                    li {
                        input id=(id) class="fb-radio" type="radio" name="closeReason" value=(at);
                        label for=(id) { (reason) }
                    }
                }
            }
            div data-other hidden {
                label for="closeReasonOther" { (other) }
                textarea #closeReasonOther name="otherReason" rows="3" maxlength="500" {}
            }
            @if let Some(feedback) = feedback {
                label for="feedback" { (feedback) }
                textarea #feedback name="feedback" data-feedback rows="3" maxlength="500" {}
            }
        },
        Ask::Password { label, unsubscribe, code, frame } => html! {
            @if let Some(frame) = frame {
                iframe.secret src=(frame) title=(label) {}
            } @else {
                @let id = stage.id();
                label for=(id) { (label) }
                input id=(id) class="artdeco-text-input--input" type="password" name="password"
                    autocomplete="current-password";
            }
            p data-strength hidden {}
            @if let Some(code) = code { (pin(code)) }
            @if let Some(unsubscribe) = unsubscribe {
                div.reasons__tick {
                    input #unsubscribe class="ember-checkbox" type="checkbox" name="unsubscribe";
                    label for="unsubscribe" { (unsubscribe) }
                }
            }
        },
        Ask::Mail { unsubscribe } => mail_box(unsubscribe),
        Ask::Code { label } => pin(label),
        Ask::Device { instead } => html! {
            div.artdeco-loader role="progressbar" aria-label=(instead) data-device {}
            a href="#" { (instead) }
        },
    }
}

fn pin(label: &str) -> Markup {
    html! {
        label for="input__email_verification_pin" { (label) }
        input #input__email_verification_pin name="pin" type="text" inputmode="numeric" maxlength="6"
            autocomplete="one-time-code";
    }
}
