//! What every page shares: the head with its policy, the line at the top, the line at the bottom.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::style;
use super::view::View;
use crate::event::id::{Digest, Realm};
use crate::report::escape;

/// A whole page around its content.
pub(super) fn page(view: &View<'_>, title: &str, way_back: bool, content: &Markup) -> Markup {
    let sheet = style::sheet();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(&sheet));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (escape::page(title)) }
                style { (PreEscaped(sheet)) }
            }
            body {
                (top(view, way_back))
                main { (content) }
                footer {
                    "Made from the run's records by " (program(view)) ". This page is derived from the proof beside it and is \
                     itself no part of it. It holds names of people: keep it as you would keep your address book."
                }
            }
        }
    }
}

/// Nothing but this very style, and pictures from beside the page; a page opened from a folder is `file:`.
pub(super) fn policy(sheet: &str) -> String {
    let hash = BASE64_STANDARD.encode(Digest::of(sheet.as_bytes()).0);
    format!("default-src 'none'; style-src 'sha256-{hash}'; img-src 'self' file:; base-uri 'none'; form-action 'none'")
}

fn top(view: &View<'_>, way_back: bool) -> Markup {
    let started = view.story.started.as_ref();
    html! {
        header.top {
            span { b { "Exeunt" } " · run report" }
            @if started.is_some_and(|started| started.realm == Realm::Practice) {
                span.badge.practice { "practice" }
            }
            @if way_back {
                a href="index.html" { "Overview" }
            }
        }
    }
}

fn program(view: &View<'_>) -> String {
    let started = view.story.started.as_ref();
    started.map_or_else(|| "Exeunt".to_owned(), |started| escape::page(&started.program))
}

/// Text from outside, kept to itself so that it cannot turn around what stands beside it.
pub(super) fn outside(text: &str) -> Markup {
    html! { bdi { (escape::page(text)) } }
}

/// A text from outside in the fixed-width face.
pub(super) fn outside_code(text: &str) -> Markup {
    html! { bdi.code { (escape::page(text)) } }
}
