//! Scripts, styles and pictures of the pages.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use crate::event::id::Digest;

const SCRIPT: &str = "text/javascript; charset=utf-8";

const FILES: &[(&str, &str, &str)] = &[
    ("practice.css", "text/css; charset=utf-8", include_str!("assets/practice.css")),
    ("overlay.css", "text/css; charset=utf-8", include_str!("assets/overlay.css")),
    ("dom.js", SCRIPT, include_str!("assets/dom.js")),
    ("leaving-vary.js", SCRIPT, include_str!("assets/leaving-vary.js")),
    ("vary.js", SCRIPT, include_str!("assets/vary.js")),
    ("menu.js", SCRIPT, include_str!("assets/menu.js")),
    ("toasts.js", SCRIPT, include_str!("assets/toasts.js")),
    ("dialog.js", SCRIPT, include_str!("assets/dialog.js")),
    ("shell.js", SCRIPT, include_str!("assets/shell.js")),
    ("card.js", SCRIPT, include_str!("assets/card.js")),
    ("removal.js", SCRIPT, include_str!("assets/removal.js")),
    ("profile.js", SCRIPT, include_str!("assets/profile.js")),
    ("actions.js", SCRIPT, include_str!("assets/actions.js")),
    ("cards.js", SCRIPT, include_str!("assets/cards.js")),
    ("invite.js", SCRIPT, include_str!("assets/invite.js")),
    ("leaving.js", SCRIPT, include_str!("assets/leaving.js")),
    ("leaving-sdui.js", SCRIPT, include_str!("assets/leaving-sdui.js")),
    ("leaving-contacts.js", SCRIPT, include_str!("assets/leaving-contacts.js")),
    ("ember-leaving.js", SCRIPT, include_str!("assets/ember-leaving.js")),
    ("password-frame.js", SCRIPT, include_str!("assets/password-frame.js")),
    ("bounce.js", SCRIPT, include_str!("assets/bounce.js")),
    ("export.js", SCRIPT, include_str!("assets/export.js")),
    ("export-sdui.js", SCRIPT, include_str!("assets/export-sdui.js")),
    ("ember-export.js", SCRIPT, include_str!("assets/ember-export.js")),
    ("contacts.css", "text/css; charset=utf-8", include_str!("assets/contacts.css")),
    ("contacts.js", SCRIPT, include_str!("assets/contacts.js")),
    ("sign_in.js", SCRIPT, include_str!("assets/sign_in.js")),
    ("card2025.js", SCRIPT, include_str!("assets/card2025.js")),
    ("connections.js", SCRIPT, include_str!("assets/connections.js")),
    ("ember.css", "text/css; charset=utf-8", include_str!("assets/ember.css")),
    ("ember-acts.js", SCRIPT, include_str!("assets/ember-acts.js")),
    ("ember-card.js", SCRIPT, include_str!("assets/ember-card.js")),
    ("ember-data.js", SCRIPT, include_str!("assets/ember-data.js")),
    ("ember-dropdown.js", SCRIPT, include_str!("assets/ember-dropdown.js")),
    ("ember-list.js", SCRIPT, include_str!("assets/ember-list.js")),
    ("ember-modal.js", SCRIPT, include_str!("assets/ember-modal.js")),
    ("ember-profile.js", SCRIPT, include_str!("assets/ember-profile.js")),
    ("ember-quirks.js", SCRIPT, include_str!("assets/ember-quirks.js")),
    ("ember-removal.js", SCRIPT, include_str!("assets/ember-removal.js")),
    ("ember-shell.js", SCRIPT, include_str!("assets/ember-shell.js")),
];

/// Part of every asset's address: it changes with any of them, so that browsers may keep them for ever.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let parts: Vec<&[u8]> = FILES.iter().map(|(_, _, text)| text.as_bytes()).collect();
    Digest::of_parts(&parts).short()
});

/// The address of the asset `name`.
pub(super) fn address(name: &str) -> String {
    format!("/assets/{}/{name}", *VERSION)
}

/// `GET /assets/{version}/{name}`.
pub(super) async fn serve(Path((version, name)): Path<(String, String)>) -> Response {
    match FILES.iter().find(|file| file.0 == name && version == *VERSION) {
        Some((_, kind, text)) => {
            let headers =
                [(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, *text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /media/photo/{token}`: a small portrait whose colours come from the token.
pub(super) async fn photo(Path(token): Path<String>) -> Response {
    let Ok(bits) = u64::from_str_radix(&token, 16) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, portrait(bits).into_string()).into_response()
}

/// `GET /dms/image/v2/{asset}/…`: the same for an account's own picture.
pub(super) async fn own_photo(Path((asset, _size)): Path<(String, String)>) -> Response {
    photo(Path(asset.trim_start_matches("D4E03AQ").to_owned())).await
}

fn portrait(bits: u64) -> Markup {
    let hue = bits % 360;
    let coat = (bits >> 16) % 360;
    let skin = 40 + (bits >> 32) % 45;
    html! {
        svg xmlns="http://www.w3.org/2000/svg" width="72" height="72" viewBox="0 0 72 72" {
            rect width="72" height="72" fill=(format!("hsl({hue} 35% 82%)")) {}
            circle cx="36" cy="28" r="13" fill=(format!("hsl(28 38% {skin}%)")) {}
            path d="M8 72c2-20 13-27 28-27s26 7 28 27z" fill=(format!("hsl({coat} 32% 46%)")) {}
        }
    }
}
