//! Settings in the oldest generation: tabs, and rows with "Change".

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use serde_json::Value;

use crate::practice::pages::setting_rows::Group;
use crate::practice::pages::visit::Visit;
use crate::practice::settings_words::{Category, SettingsWords};

use super::frame::{Screen, page};

/// One category with all its rows.
pub(in crate::practice) fn category(visit: &Visit, category: &Category, groups: &[Group]) -> Response {
    let words = SettingsWords::of(visit.language);
    let body = html! {
        div.settings-list {
            @for group in groups {
                h2 { (group.heading) }
                ul {
                    @for row in &group.rows {
                        li { span { (row.text) } a href=(row.href) { (words.change) } }
                    }
                }
            }
        }
    };
    answer(visit, words.settings, category.slug, body)
}

/// A setting that cannot be set.
pub(in crate::practice) fn leaf(visit: &Visit, title: &str) -> Response {
    let words = SettingsWords::of(visit.language);
    answer(visit, title, "", html! { p { (words.nothing) } })
}

fn answer(visit: &Visit, title: &str, tab: &str, body: maud::Markup) -> Response {
    let screen = Screen { title, tab, script: None, data: Value::Null, body };
    visit.answer(StatusCode::OK, page(visit, &screen))
}
