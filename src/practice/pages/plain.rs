//! Pages without the shell: sign-in, challenges, edge answers, frames.

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};

use crate::practice::assets;
use crate::practice::gate_words::GateWords;

/// A whole page around `body`, which says that it is for practice.
pub(in crate::practice) fn page(words: &GateWords, title: &str, body: Markup) -> Html<String> {
    scripted(words, title, None, body)
}

/// The same with a script of its own.
pub(in crate::practice) fn scripted(
    words: &GateWords,
    title: &str,
    script: Option<&str>,
    body: Markup,
) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang=(words.lang) dir="ltr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " | " (words.site) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(assets::address("practice.css"));
                @if let Some(script) = script { script type="module" src=(assets::address(script)) {} }
            }
            body.plain {
                div.practice-note role="note" { (words.practice_note) }
                (body)
            }
        }
    };
    Html(page.into_string())
}
