//! Settings in the two server-driven generations: a rail, and rows that are plain links.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use crate::practice::pages::setting_rows::{Group, category_address, tokens};
use crate::practice::pages::shell::{self, Screen};
use crate::practice::pages::visit::Visit;
use crate::practice::scenario::Generation;
use crate::practice::settings_words::{CATEGORIES, Category, SettingsWords, said};

/// One category with all its rows.
pub(in crate::practice) fn category(visit: &Visit, category: &Category, groups: &[Group]) -> Response {
    let early = visit.generation == Generation::Sdui2025;
    let title = said(category.title, visit.language);
    let body = html! {
        div.settings data-sdui-screen="com.linkedin.sdui.flagshipnav.settings.Settings" {
            (rail(visit, Some(category.slug)))
            div.groups {
                @for group in groups {
                    section.panel.group {
                        h2 { (group.heading) }
                        ul {
                            @for row in &group.rows {
                                li {
                                    a href=(row.href) data-view-name=[early.then_some("settings-row")] {
                                        span { (row.text) }
                                        (shell::icon(ARROW))
                                    }
                                }
                            }
                        }
                    }
                }
                (tokens(&visit.csrf))
                (shell::footer(visit.words))
            }
        }
    };
    page(visit, title, body)
}

/// A setting that cannot be set.
pub(in crate::practice) fn leaf(visit: &Visit, title: &str) -> Response {
    let words = SettingsWords::of(visit.language);
    let early = visit.generation == Generation::Sdui2025;
    let body = html! {
        div.settings data-sdui-screen="com.linkedin.sdui.flagshipnav.settings.Setting"
            data-view-name=[early.then_some("settings-leaf")] {
            (rail(visit, None))
            section.panel.setting {
                a.back href="/mypreferences/d/categories/account" aria-label=(words.back) { "←" }
                h1 { (title) }
                p { (words.nothing) }
                (tokens(&visit.csrf))
            }
        }
    };
    page(visit, title, body)
}

/// The rail on the left.
pub(in crate::practice) fn rail(visit: &Visit, current: Option<&str>) -> Markup {
    let words = SettingsWords::of(visit.language);
    if visit.family.of("rail") != "beside" {
        return html! {};
    }
    html! {
        nav.rail aria-label=(words.settings) {
            h1 { (words.settings) }
            ul {
                @for category in CATEGORIES {
                    @let here = current == Some(category.slug);
                    li {
                        a href=(category_address(visit.generation, category.slug)) aria-current=[here.then_some("page")] {
                            (said(category.title, visit.language))
                        }
                    }
                }
            }
        }
    }
}

fn page(visit: &Visit, title: &str, body: Markup) -> Response {
    let screen = Screen { title, script: None, data: Value::Null, body, before: html! {} };
    visit.answer(StatusCode::OK, shell::page(visit, &screen))
}

const ARROW: &str = "M9 5l7 7-7 7-1.500-1.500L13 12 7.500 6.500z";
