//! The bar at the top: search, the places to go, the Me menu, the menu beside it.

use maud::{Markup, html};
use serde_json::{Value, json};

use crate::practice::pages::shell::{BELL, HOME, JOBS, MESSAGES, NETWORK, icon};

use super::stage::Stage;

/// What the Me menu is filled with when it is opened.
pub(super) fn me(stage: &Stage<'_>) -> Value {
    let (words, account) = (stage.words, &stage.visit.account);
    let profile = format!("/in/{}/", account.slug.encoded());
    let item = |text: &str, url: &str, control: &str| json!({ "text": text, "url": url, "controlName": control });
    json!({
        "name": account.name,
        "photo": account.photo,
        "top": { "text": words.view_profile, "url": profile },
        "groups": [
            {
                "name": words.account,
                "items": [
                    item(words.shared.settings, "/mypreferences/d/", "nav_settings_account_manage_account"),
                    item(words.help, "/help/", "nav_settings_account_quick_help"),
                    item(words.language, "/mypreferences/d/settings/language", "nav_settings_account_language"),
                ],
            },
            {
                "name": words.manage,
                "items": [
                    item(words.posts, &format!("{profile}recent-activity/"), "nav_settings_manage_posts"),
                    item(words.job_posting, "/job-posting/", "nav_settings_manage_jobs"),
                ],
            },
        ],
        "bottom": { "text": words.shared.sign_out, "url": "/m/logout/" },
    })
}

/// The bar.
pub(super) fn header(stage: &Stage<'_>) -> Markup {
    let words = stage.words.shared;
    html! {
        header #global-nav .global-nav {
            div.global-nav__content {
                a.global-nav__branding href="/feed/" aria-hidden="true" tabindex="-1" { "practice" }
                div #global-nav-typeahead .search-global-typeahead {
                    input class="search-global-typeahead__input" type="text" placeholder=(words.search)
                        aria-label=(words.search) autocomplete="off";
                }
                nav.global-nav__nav {
                    ul.global-nav__primary-items {
                        (link(words.home, "/feed/", HOME))
                        (link(words.network, "/mynetwork/", NETWORK))
                        (link(words.jobs, "/jobs/", JOBS))
                        (link(words.messaging, "/messaging/", MESSAGES))
                        (link(words.notifications, "/notifications/", BELL))
                        li.global-nav__primary-item { (me_menu(stage)) }
                        li.global-nav__primary-item { (business_menu(stage)) }
                    }
                }
            }
        }
    }
}

fn link(label: &str, href: &str, path: &str) -> Markup {
    html! {
        li.global-nav__primary-item {
            a.global-nav__primary-link href=(href) {
                (icon(path))
                span.global-nav__primary-link-text { (label) }
            }
        }
    }
}

/// The panel is empty until it is opened; the page's script fills it from [`me`].
fn me_menu(stage: &Stage<'_>) -> Markup {
    let account = &stage.visit.account;
    html! {
        div class="global-nav__me artdeco-dropdown" id=(stage.id()) {
            button id=(stage.id()) type="button" aria-expanded="false"
                class="global-nav__primary-link global-nav__primary-link-me-menu-trigger artdeco-dropdown__trigger" {
                (account.picture(Some("global-nav__me-photo"), &account.name))
                span.global-nav__primary-link-text { (stage.words.shared.me) }
            }
            div id=(stage.id()) class="global-nav__me-content artdeco-dropdown__content" aria-hidden="true" tabindex="-1" {}
        }
    }
}

fn business_menu(stage: &Stage<'_>) -> Markup {
    html! {
        div class="global-nav__app-launcher artdeco-dropdown" id=(stage.id()) {
            button id=(stage.id()) type="button" aria-expanded="false"
                class="global-nav__primary-link global-nav__primary-link-app-launcher-menu-trigger artdeco-dropdown__trigger" {
                (icon("M4 4h4v4H4zm6 0h4v4h-4zm6 0h4v4h-4zM4 10h4v4H4zm6 0h4v4h-4zm6 0h4v4h-4zM4 16h4v4H4zm6 0h4v4h-4zm6 0h4v4h-4z"))
                span.global-nav__primary-link-text { (stage.words.business) }
            }
            div id=(stage.id()) class="artdeco-dropdown__content" aria-hidden="true" tabindex="-1" {
                ul {
                    @for text in stage.words.business_items { li { a.artdeco-dropdown__item href="/business/" { (text) } } }
                }
            }
        }
    }
}
