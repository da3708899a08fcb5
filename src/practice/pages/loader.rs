//! A page that never gets further than its shell.

use axum::response::Html;
use maud::{DOCTYPE, html};

use crate::practice::assets;
use crate::practice::scenario::{Generation, Language};
use crate::practice::words::Words;

/// The shell of `generation`, which loads for ever.
pub(in crate::practice) fn page(generation: Generation, language: Language) -> Html<String> {
    let words = Words::of(language);
    let ember = generation == Generation::Ember2020;
    let class = ember.then_some("theme theme--mercado app-loader--default");
    let style = if ember { "ember.css" } else { "practice.css" };
    let page = html! {
        (DOCTYPE)
        html class=[class] lang=(words.lang) dir="ltr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (words.site) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(assets::address(style));
            }
            body.ember-application[ember] {
                @if ember {
                    div.practice-note role="note" { (words.practice_note) }
                    div.initial-load-animation role="progressbar" aria-label=(words.loading) {}
                    div.application-outlet {}
                } @else {
                    div #root data-strictmode="false" {
                        div.practice-note role="note" { (words.practice_note) }
                        div.spinner role="progressbar" aria-label=(words.loading) {}
                    }
                }
            }
        }
    };
    Html(page.into_string())
}
