//! Pages of leaving in the two server-driven generations.
//!
//! Known are titles, texts, buttons and the order; ids, attributes and the look are this site's own.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;

use crate::practice::pages::leaving::view::{Ask, View, mail_box};
use crate::practice::pages::setting_rows::tokens;
use crate::practice::pages::shell::{self, Screen};
use crate::practice::pages::visit::Visit;
use crate::practice::scenario::{Generation, Page};

use super::settings::rail;

/// The page.
pub(in crate::practice) fn answer(visit: &Visit, what: Page, view: &View) -> Response {
    let screen_name = match what {
        Page::Hibernate => "com.linkedin.sdui.flagshipnav.settings.HibernateAccount",
        _ => "com.linkedin.sdui.flagshipnav.settings.CloseAccount",
    };
    let early = visit.generation == Generation::Sdui2025;
    let body = html! {
        div.settings data-sdui-screen=(screen_name) data-view-name=[early.then_some("settings-leave")] {
            (rail(visit, Some("account")))
            section.panel.setting {
                a.back href="/mypreferences/d/categories/account" aria-label=(view.back) { "←" }
                h1 { (view.title) }
                // What a family draws is not seen before it is drawn.
                div.leaving hidden[!visit.family.options().is_empty() && view.data["step"].as_str().is_some_and(|step| !step.is_empty())] {
                    (parts(view, early))
                }
                (tokens(&view.csrf))
            }
        }
    };
    let data = json!({ "leaving": view.data });
    let screen = Screen { title: view.title, script: Some("leaving-sdui.js"), data, body, before: html! {} };
    visit.answer(StatusCode::OK, shell::page(visit, &screen))
}

fn parts(view: &View, early: bool) -> Markup {
    let name = |name: &'static str| early.then_some(name);
    html! {
        @if let Some(heading) = &view.heading { h2 dir="auto" { (heading) } }
        @for text in &view.texts { p dir="auto" { (text) } }
        (asked(&view.ask))
        input type="hidden" name="csrfToken" value=(view.csrf);
        p.mistake role="alert" hidden {}
        @if let Some(button) = view.button {
            button.act.main type="button" data-deed data-view-name=[name("settings-leave-next")]
                disabled[!matches!(view.ask, Ask::Nothing)] {
                (button)
            }
        }
        @if let Some((text, href)) = view.link { a.act href=(href) { (text) } }
    }
}

fn asked(ask: &Ask) -> Markup {
    match ask {
        Ask::Nothing => html! {},
        Ask::Reason { question, reasons, other, feedback } => html! {
            fieldset {
                legend { (question) }
                @for (at, reason) in reasons.iter().enumerate() {
                    div.choice {
                        input id={ "«r" (at) "»" } type="radio" name="«r»" value=(at);
                        label for={ "«r" (at) "»" } { (reason) }
                    }
                }
            }
            div data-other hidden {
                label for="«ro»" { (other) }
                textarea id="«ro»" rows="3" maxlength="500" {}
            }
            @if let Some(feedback) = feedback {
                label for="«rf»" { (feedback) }
                textarea id="«rf»" data-feedback rows="3" maxlength="500" {}
            }
        },
        Ask::Password { label, unsubscribe, code, frame } => html! {
            @if let Some(frame) = frame {
                iframe.secret src=(frame) title=(label) {}
            } @else {
                div.field {
                    label for="«rp»" { (label) }
                    input id="«rp»" type="password" autocomplete="current-password";
                }
            }
            p data-strength hidden {}
            @if let Some(code) = code { (pin(code)) }
            @if let Some(unsubscribe) = unsubscribe {
                div.choice {
                    input id="«ru»" type="checkbox";
                    label for="«ru»" { (unsubscribe) }
                }
            }
        },
        Ask::Mail { unsubscribe } => mail_box(unsubscribe),
        Ask::Code { label } => pin(label),
        Ask::Device { instead } => html! {
            div.spinner role="progressbar" aria-label=(instead) data-device {}
            a href="#" { (instead) }
        },
    }
}

fn pin(label: &str) -> Markup {
    html! {
        div.field {
            label for="«rc»" { (label) }
            input id="«rc»" type="text" inputmode="numeric" maxlength="6" autocomplete="one-time-code";
        }
    }
}
