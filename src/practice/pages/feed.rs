//! The first page after signing in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::html;
use serde_json::Value;

use crate::practice::scenario::{Generation, Page};
use crate::practice::world::World;

use super::ember;
use super::gate;
use super::shell::{self, Screen};

/// `GET /`.
pub(in crate::practice) async fn root() -> Response {
    Redirect::to("/feed/").into_response()
}

/// `GET /feed/`.
pub(in crate::practice) async fn feed(State(world): State<Arc<World>>, uri: Uri, headers: HeaderMap) -> Response {
    let visit = match gate::enter(&world, Page::Feed, &uri, &headers).await {
        Ok(visit) => visit,
        Err(instead) => return instead,
    };
    if visit.generation == Generation::Ember2020 {
        return ember::feed::answer(&world, &visit);
    }
    let words = visit.words;
    let total = world.now().total();
    let body = html! {
        div.columns data-sdui-screen="com.linkedin.sdui.flagshipnav.feed.MainFeed" {
            section.panel.notice-page {
                h2 dir="auto" { (visit.account.name) }
                p { (words.total(total)) }
                p { (words.feed_text) }
                a.act href="/mynetwork/invite-connect/connections/" { (words.manage_network) }
            }
            aside { (shell::footer(words)) }
        }
    };
    let screen = Screen { title: words.feed, script: None, data: Value::Null, body, before: html! {} };
    visit.answer(StatusCode::OK, shell::page(&visit, &screen))
}
