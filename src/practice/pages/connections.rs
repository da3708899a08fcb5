//! The list of connections, generations `sdui-2025` and `sdui-2026`: the frame is the same, rows and pager differ.
//!
//! The server sends the frame of the list and the first ten people as data; the page's script draws the rows, so that
//! there is one place that knows how a row looks.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde_json::{Value, json};

use crate::practice::audit::Kind;
use crate::practice::calls;
use crate::practice::fault;
use crate::practice::profile_words::ProfileWords;
use crate::practice::scenario::{Generation, Page};
use crate::practice::world::{Sort, World};

use super::ember;
use super::gate;
use super::pauses::pauses;
use super::shell::{self, Screen};
use super::visit::Visit;

/// `GET /mynetwork/`.
pub(in crate::practice) async fn redirect() -> Response {
    Redirect::to("/mynetwork/invite-connect/connections/").into_response()
}

/// `GET /mynetwork/invite-connect/connections/`.
pub(in crate::practice) async fn connections(
    State(world): State<Arc<World>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let visit = match gate::enter(&world, Page::Connections, &uri, &headers).await {
        Ok(visit) => visit,
        Err(instead) => return instead,
    };
    if visit.generation == Generation::Ember2020 {
        return ember::connections::answer(&world, &visit);
    }
    let mut inner = world.now();
    inner.record(Kind::Listed, None, Some("connections".to_owned()));
    let load = inner.token(world.scenario.seed, "load");
    let total = inner.total();
    let first = inner.list(0, "", Sort::RecentlyAdded);
    drop(inner);
    let namesake = first.people.first().map(|person| person.shown.clone());
    let namesake = namesake.filter(|_| visit.family.of("aside") == "namesake");
    let data = json!({
        "first": calls::page_answer(&world, 0, first),
        "total": total,
        "menus": !visit.has(fault::Kind::NoMenu),
        "generation": visit.generation.as_str(),
        "pauses": pauses(&world, &load),
        "words": page_words(&visit),
    });
    let body = body(&visit, total, namesake.as_deref());
    let screen =
        Screen { title: visit.words.connections, script: Some("connections.js"), data, body, before: html! {} };
    visit.answer(StatusCode::OK, shell::page(&visit, &screen))
}

fn page_words(visit: &Visit) -> Value {
    let words = visit.words;
    let early = visit.generation == Generation::Sdui2025;
    json!({
        "totalOne": words.total_one,
        "totalMany": words.total_many,
        "thousands": words.thousands,
        "photoOf": words.photo_of,
        "message": words.message,
        "moreActions": words.more_actions,
        "removeItem": words.remove_item,
        "reportItem": words.report_item,
        "dialogTitle": words.dialog_title,
        "dialogText": words.dialog_text,
        "dialogMore": words.dialog_more,
        "dismiss": words.dismiss,
        "cancel": words.cancel,
        "confirm": if early { words.remove } else { words.confirm },
        "confirmView": early.then_some("connections-remove"),
        "showMoreActions": words.show_more_actions,
        "loadMore": words.load_more,
        "noneFound": words.none_found,
        "loading": words.loading,
        "sorts": [
            ["RECENTLY_ADDED", words.recently_added],
            ["FIRST_NAME", words.first_name],
            ["LAST_NAME", words.last_name],
        ],
    })
}

/// A suggestion beside the list: a stranger of the same name as somebody in it.
fn suggestion(visit: &Visit, name: &str) -> Markup {
    let texts = ProfileWords::of(visit.language);
    html! {
        section.panel.others {
            h2 { (texts.more_profiles) }
            div.about {
                a href="/in/somebody-of-the-same-name/" { p.name { (name) } }
                p { "· " (visit.words.second_degree) }
            }
            a.act href="/preload/custom-invite/?vanityName=somebody-of-the-same-name"
                aria-label=(texts.connect_label.replace("{N}", name)) { (visit.words.connect) }
        }
    }
}

fn body(visit: &Visit, total: usize, namesake: Option<&str>) -> Markup {
    let words = visit.words;
    html! {
        div.columns data-sdui-screen="com.linkedin.sdui.flagshipnav.mynetwork.Connections" {
            section.panel {
                (doubled("ConnectionsPage_ConnectionsListHeader", &html! {
                    @if visit.family.of("total") == "heading" { h1 { (words.total(total)) } }
                    @else { p.count { (words.total(total)) } }
                }))
                div.tools {
                    div.sort {
                        span { (words.sort_by) " " }
                        (doubled("ConnectionsPage_SortByFilter", &html! {
                            button type="button" aria-expanded="false" { (words.recently_added) }
                        }))
                    }
                    @let key = "connectionsListTypeahead_ConnectionsListTypeahead";
                    @let above = visit.family.of("filter-key") == "ancestor";
                    div.filter componentkey=[above.then_some(key)] {
                        input type="text" data-testid="typeahead-input" autocomplete="off"
                            componentkey=[(!above).then_some(key)]
                            placeholder=(words.search_by_name) aria-label=(words.search_by_name);
                    }
                    a href="/search/results/people/?network=%5B%22F%22%5D&origin=MEMBER_PROFILE_CANNED_SEARCH" {
                        (words.with_filters)
                    }
                }
                (doubled("ConnectionsPage_ConnectionsList", &html! {}))
            }
            aside {
                @if let Some(name) = namesake { (suggestion(visit, name)) }
                (shell::footer(words))
            }
        }
    }
}

/// Keys of components are on an outer and an inner node alike.
fn doubled(key: &str, inner: &Markup) -> Markup {
    html! { div componentkey=(key) { div componentkey=(key) { (inner) } } }
}
