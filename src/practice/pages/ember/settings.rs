//! Settings in this generation: rows with a name and "Change".

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use crate::practice::pages::setting_rows::{Group, category_address, tokens};
use crate::practice::pages::shell;
use crate::practice::pages::visit::Visit;
use crate::practice::scenario::Generation;
use crate::practice::settings_words::{CATEGORIES, Category, SettingsWords, said};
use crate::practice::world::World;

use super::stage::{Screen, Stage, notices};

/// One category with all its rows.
pub(in crate::practice) fn category(world: &World, visit: &Visit, category: &Category, groups: &[Group]) -> Response {
    let stage = Stage::new(world, visit);
    let words = SettingsWords::of(visit.language);
    let main = html! {
        @for group in groups {
            section class="artdeco-card settings-group" {
                h2 { (group.heading) }
                ul {
                    @for row in &group.rows {
                        li.settings-row {
                            @let id = stage.id();
                            h3 id=(id) { (row.text) }
                            a class="artdeco-button artdeco-button--tertiary" href=(row.href) aria-describedby=(id) {
                                (words.change)
                            }
                        }
                    }
                }
            }
        }
    };
    page(&stage, said(category.title, visit.language), category.slug, main)
}

/// A setting that cannot be set.
pub(in crate::practice) fn leaf(world: &World, visit: &Visit, title: &str) -> Response {
    let stage = Stage::new(world, visit);
    let words = SettingsWords::of(visit.language);
    let main = html! {
        section class="artdeco-card setting" {
            a class="artdeco-button artdeco-button--tertiary" href="/psettings/account" { (words.back) }
            h1.t-20 { (title) }
            p { (words.nothing) }
        }
    };
    page(&stage, title, "", main)
}

/// The rail on the left.
pub(super) fn rail(stage: &Stage<'_>, current: &str) -> Markup {
    let visit = stage.visit;
    html! {
        nav.settings-rail aria-label=(SettingsWords::of(visit.language).settings) {
            ul {
                @for category in CATEGORIES {
                    @let here = current == category.slug;
                    li {
                        a id=(stage.id()) href=(category_address(Generation::Ember2020, category.slug))
                            aria-current=[here.then_some("page")] { (said(category.title, visit.language)) }
                    }
                }
            }
        }
    }
}

fn page(stage: &Stage<'_>, title: &str, current: &str, main: Markup) -> Response {
    let body = html! {
        div class="scaffold-layout__row scaffold-layout__row--settings" {
            (rail(stage, current))
            main.scaffold-layout__main tabindex="-1" {
                (notices(stage))
                (main)
                (tokens(&stage.visit.csrf))
                (shell::footer(stage.words.shared))
            }
        }
    };
    let screen = Screen { title, script: None, blocks: Vec::new(), body };
    stage.visit.answer(StatusCode::OK, stage.page(screen))
}
