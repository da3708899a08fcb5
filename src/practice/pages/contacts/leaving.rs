//! Pages of closing in the oldest generation: password and code first, the reason on the page that closes.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use crate::practice::pages::leaving::view::{Ask, View, mail_box};
use crate::practice::pages::visit::Visit;

use super::frame::{Screen, page};

/// The page.
pub(in crate::practice) fn answer(visit: &Visit, view: &View) -> Response {
    let data = &view.data;
    let sent = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
    let body = html! {
        form.leaving method="post" action=(sent("submit")) {
            @if let Some(mistake) = view.mistake { p.mistake role="alert" { (mistake) } }
            @if let Some(heading) = &view.heading { h2 dir="auto" { (heading) } }
            @for text in &view.texts { p dir="auto" { (text) } }
            input type="hidden" name="csrfToken" value=(view.csrf);
            input type="hidden" name="u" value=(sent("token"));
            input type="hidden" name="step" value=(sent("step"));
            (asked(&view.ask))
            @if let Some(button) = view.button { input.btn-primary type="submit" value=(button); }
            @if let Some((text, href)) = view.link { a.btn-primary href=(href) { (text) } }
        }
    };
    let screen =
        Screen { title: view.title, tab: "account", script: Some("leaving-contacts.js"), data: data.clone(), body };
    visit.answer(StatusCode::OK, page(visit, &screen))
}

fn asked(ask: &Ask) -> Markup {
    match ask {
        Ask::Nothing => html! {},
        Ask::Reason { question, reasons, other, feedback } => html! {
            h3 { (question) }
            ul {
                @for (at, reason) in reasons.iter().enumerate() {
                    li {
                        input id={ "reason-" (at) } type="radio" name="reason" value=(at);
                        " "
                        label for={ "reason-" (at) } { (reason) }
                    }
                }
            }
            div.field data-other hidden {
                label for="other-reason" { (other) }
                textarea #other-reason name="comment" rows="3" maxlength="500" {}
            }
            @if let Some(feedback) = feedback {
                div.field {
                    label for="feedback" { (feedback) }
                    textarea #feedback name="feedback" rows="3" maxlength="500" {}
                }
            }
        },
        Ask::Password { label, unsubscribe, code, frame } => html! {
            @if let Some(frame) = frame {
                iframe.secret src=(frame) title=(label) {}
            } @else {
                div.field {
                    label for="password" { (label) }
                    input #password type="password" name="password" autocomplete="off";
                }
            }
            p data-strength hidden {}
            @if let Some(code) = code { (pin(code)) }
            @if let Some(unsubscribe) = unsubscribe {
                div {
                    input #unsubscribe type="checkbox" name="unsubscribe" value="true";
                    label for="unsubscribe" { (unsubscribe) }
                }
            }
        },
        Ask::Mail { unsubscribe } => mail_box(unsubscribe),
        Ask::Code { label } => pin(label),
        Ask::Device { instead } => html! {
            p data-device { "…" }
            a href="#" { (instead) }
        },
    }
}

fn pin(label: &str) -> Markup {
    html! {
        div.field {
            label for="verification-code" { (label) }
            input #verification-code type="text" name="code" maxlength="6" autocomplete="off";
        }
    }
}
