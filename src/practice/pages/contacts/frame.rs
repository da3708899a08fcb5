//! The document around a page of this generation: the bar with its menu, the tabs, the data.

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};
use serde_json::{Value, json};

use crate::practice::assets;
use crate::practice::fault;
use crate::practice::gate_words::GateWords;
use crate::practice::pages::setting_rows::{category_address, tokens};
use crate::practice::pages::shell;
use crate::practice::pages::visit::Visit;
use crate::practice::settings_words::{CATEGORIES, said};

/// One page inside the bar.
pub(super) struct Screen<'a> {
    pub(super) title: &'a str,
    /// The category whose tab is on.
    pub(super) tab: &'a str,
    pub(super) script: Option<&'a str>,
    /// What the page's script starts from.
    pub(super) data: Value,
    pub(super) body: Markup,
}

/// The document around a page.
pub(super) fn page(visit: &Visit, screen: &Screen<'_>) -> Html<String> {
    let (words, gates) = (visit.words, GateWords::of(visit.language));
    let about = json!({
        "quirks": visit.quirks(),
        "alert": gates.alert,
        "leaving": screen.data,
    });
    let page = html! {
        (DOCTYPE)
        html lang=(words.lang) dir="ltr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (screen.title) " | " (words.site) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(assets::address("contacts.css"));
                script type="module" src=(assets::address("contacts.js")) {}
                @if let Some(script) = screen.script { script type="module" src=(assets::address(script)) {} }
            }
            body #pagekey-settings .member {
                div.practice-note role="note" { (words.practice_note) }
                (bar(visit))
                main #body {
                    @if visit.has(fault::Kind::LimitNotice) {
                        section.limit role="alert" { p { (words.limit_notice) } }
                    }
                    @if visit.has(fault::Kind::LimitDialog) {
                        section.limit role="dialog" aria-labelledby="limit" {
                            h2 #limit { (gates.weekly_limit) }
                            p { (gates.weekly_limit_text) }
                        }
                    }
                    h1 { (screen.title) }
                    (tabs(visit, screen.tab))
                    (screen.body)
                }
                code #page-data hidden { (about.to_string()) }
                (tokens(&visit.csrf))
                @if visit.has(fault::Kind::CookieBanner) { (shell::cookie_banner(words)) }
            }
        }
    };
    Html(page.into_string())
}

/// The bar with the account's menu, which is in the page and not displayed before it is opened.
fn bar(visit: &Visit) -> Markup {
    let (words, account) = (visit.words, &visit.account);
    let profile = format!("/in/{}/", account.slug.encoded());
    html! {
        div #header .global role="banner" {
            div.wrapper {
                ul.main-nav role="navigation" {
                    li.nav-item { a.nav-link href="/feed/" { (words.home) } }
                    li.nav-item { a.nav-link href="/mynetwork/" { (words.network) } }
                    li.nav-item { a.nav-link href="/jobs/" { (words.jobs) } }
                }
                div.account-settings-tab {
                    a.account-toggle.nav-link href="/psettings/" role="button" aria-expanded="false" {
                        (account.picture(Some("nav-profile-photo"), &account.name))
                        span { (words.me) }
                    }
                    ul.account-sub-nav hidden {
                        li { a href=(profile) { (words.view_profile) } }
                        li { a href="/psettings/" { (words.settings) } }
                        li { a href="/m/logout/" { (words.sign_out) } }
                    }
                }
            }
        }
    }
}

fn tabs(visit: &Visit, current: &str) -> Markup {
    html! {
        ul.tabs {
            @for category in CATEGORIES {
                @let here = category.slug == current;
                li {
                    a href=(category_address(visit.generation, category.slug)) aria-current=[here.then_some("page")] {
                        (said(category.title, visit.language))
                    }
                }
            }
        }
    }
}
