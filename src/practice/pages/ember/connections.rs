//! The list of connections: the window scrolls, forty rows a call, and a button where the list does not go on by itself.
//!
//! The server sends the frame of the list and its first part as data; the page's script draws the rows.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;

use crate::practice::audit::Kind;
use crate::practice::pages::shell;
use crate::practice::pages::visit::Visit;
use crate::practice::world::{Sort, World};

use super::stage::{Screen, Stage, notices};
use super::voyager;

pub(in crate::practice) fn answer(world: &World, visit: &Visit) -> Response {
    let stage = Stage::new(world, visit);
    let mut inner = world.now();
    inner.record(Kind::Listed, None, Some("connections".to_owned()));
    let total = inner.total();
    let first = inner.part(0..voyager::COUNT, "", Sort::RecentlyAdded);
    drop(inner);
    let sort = SortMenu::new(&stage);
    let list = json!({
        "first": voyager::part_answer(world, 0, first),
        "total": total,
        "sorts": sort.choices(),
        "sortTrigger": &sort.trigger,
    });
    let body = html! {
        div.scaffold-layout__row {
            main.scaffold-layout__main tabindex="-1" {
                (notices(&stage))
                section class="mn-connections artdeco-card" {
                    header.mn-connections__header {
                        h1 class="t-18 t-black t-normal" { (stage.words.total(total)) }
                    }
                    div.mn-connections__actions-container { (tools(&stage, &sort)) }
                    div class="scaffold-finite-scroll scaffold-finite-scroll--infinite" {
                        div.scaffold-finite-scroll__content { ul {} }
                        button id=(stage.id()) type="button" hidden
                            class="scaffold-finite-scroll__load-button artdeco-button artdeco-button--secondary" {
                            span.artdeco-button__text { (stage.words.show_more) }
                        }
                    }
                }
            }
            aside.scaffold-layout__aside { (shell::footer(stage.words.shared)) }
        }
    };
    let blocks = vec![("/voyager/api/relationships/dash/connections", list)];
    let screen = Screen { title: stage.words.shared.connections, script: Some("ember-list.js"), blocks, body };
    visit.answer(StatusCode::OK, stage.page(screen))
}

/// The ids of the sort menu, which the page's script needs.
struct SortMenu {
    trigger: String,
    items: [(String, &'static str, &'static str); 3],
}

impl SortMenu {
    fn new(stage: &Stage<'_>) -> Self {
        let words = stage.words.shared;
        let items = [
            (stage.id(), "RECENTLY_ADDED", words.recently_added),
            (stage.id(), "FIRSTNAME_LASTNAME", words.first_name),
            (stage.id(), "LASTNAME_FIRSTNAME", words.last_name),
        ];
        Self { trigger: stage.id(), items }
    }

    fn choices(&self) -> serde_json::Value {
        self.items.iter().map(|(id, sort, text)| json!({ "id": id, "sortType": sort, "text": text })).collect()
    }
}

fn tools(stage: &Stage<'_>, sort: &SortMenu) -> Markup {
    let words = stage.words.shared;
    html! {
        div id=(stage.id()) class="mn-connections__sort artdeco-dropdown" {
            button id=(&sort.trigger) type="button" aria-expanded="false"
                class="artdeco-dropdown__trigger artdeco-button artdeco-button--tertiary" {
                (words.sort_by) " " span.mn-connections__sort-text { (words.recently_added) }
            }
            div id=(stage.id()) class="artdeco-dropdown__content" aria-hidden="true" tabindex="-1" {
                div.artdeco-dropdown__content-inner {
                    ul {
                        @for (id, _, text) in &sort.items {
                            li { div id=(id) class="artdeco-dropdown__item" role="button" tabindex="0" { (text) } }
                        }
                    }
                }
            }
        }
        div.mn-connections__search-container {
            input #mn-connections-search-input class="mn-connections__search-input" type="text" autocomplete="off"
                placeholder=(words.search_by_name) aria-label=(words.search_by_name);
        }
        a class="mn-connections__search-with-filters"
            href="/search/results/people/?network=%5B%22F%22%5D&origin=MEMBER_PROFILE_CANNED_SEARCH" {
            (words.with_filters)
        }
    }
}
