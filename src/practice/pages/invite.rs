//! The page behind "Connect", which asks once more before it invites.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::html;
use serde::Deserialize;
use serde_json::json;

use crate::event::id::Slug;
use crate::practice::profile_words::ProfileWords;
use crate::practice::relation::Relation;
use crate::practice::world::World;

use super::missing;
use super::shell::{self, Screen};
use super::visit;

/// Whom the invitation is for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::practice) struct Invite {
    #[serde(default)]
    vanity_name: String,
}

/// `GET /preload/custom-invite/`.
pub(in crate::practice) async fn form(
    State(world): State<Arc<World>>,
    Query(invite): Query<Invite>,
    headers: HeaderMap,
) -> Response {
    let visit = visit::guest(&world, &headers);
    let Ok(slug) = invite.vanity_name.parse::<Slug>() else { return missing::answer(&visit) };
    let relation = world.now().relation(slug.as_str());
    if !matches!(relation, Some(Relation::None | Relation::FollowOnly)) {
        return missing::answer(&visit);
    }
    let texts = ProfileWords::of(visit.language);
    let data = json!({
        "vanityName": slug.encoded(),
        "words": {
            "title": texts.invite_title,
            "dismiss": visit.words.dismiss,
            "cancel": visit.words.cancel,
            "confirm": texts.invite_send,
        },
    });
    let screen =
        Screen { title: texts.invite_title, script: Some("invite.js"), data, body: html! {}, before: html! {} };
    visit.answer(StatusCode::OK, shell::page(&visit, &screen))
}
