//! Pages without the shell: sign-in, challenges, edge answers.

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};

use crate::practice::assets;

/// A whole page around `body`, which says that it is for practice.
pub(in crate::practice) fn page(title: &str, body: Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" dir="ltr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " | Practice network" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(assets::address("practice.css"));
            }
            body.plain {
                div.practice-note role="note" { "This is a practice site. Never type a real password here." }
                (body)
            }
        }
    };
    Html(page.into_string())
}
