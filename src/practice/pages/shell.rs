//! What surrounds every signed-in page: navigation, Me menu, toasts, closed dialogs, the messaging corner.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse as _, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Value, json};

use crate::practice::assets;
use crate::practice::fault;
use crate::practice::gate_words::GateWords;
use crate::practice::profile_words::ProfileWords;
use crate::practice::scenario::{Generation, Regions};
use crate::practice::vary_words::VaryWords;
use crate::practice::words::Words;
use crate::practice::world::World;

use super::visit::Visit;

/// One page inside the shell.
pub(in crate::practice) struct Screen<'a> {
    pub(in crate::practice) title: &'a str,
    /// The entry script, besides the shell's own.
    pub(in crate::practice) script: Option<&'a str>,
    /// What the page's script starts from.
    pub(in crate::practice) data: Value,
    /// What stands inside the scrolling pane.
    pub(in crate::practice) body: Markup,
    /// What stands before the pane and does not scroll; mostly nothing.
    pub(in crate::practice) before: Markup,
}

/// The whole page.
pub(in crate::practice) fn page(visit: &Visit, screen: &Screen<'_>) -> Html<String> {
    let words = visit.words;
    let page = html! {
        (DOCTYPE)
        html lang=(words.lang) dir="ltr" translate="no" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (screen.title) " | " (words.site) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(assets::address("practice.css"));
                (rehydrate(&json!({ "shell": shell_data(visit), "page": screen.data })))
                script type="module" src=(assets::address("shell.js")) {}
                @if let Some(script) = screen.script {
                    script type="module" src=(assets::address(script)) {}
                }
            }
            body {
                @let start = visit.family.of("toasts") == "start";
                div #root data-strictmode="false" {
                    @if start { (toasts(words)) }
                    (skip_links(words))
                    div.practice-note role="note" { (words.practice_note) }
                    (navigation(visit))
                    (screen.before)
                    @let role = (visit.regions == Regions::Nested).then_some("main");
                    div.region role=[role] {
                        main #workspace tabindex="-1" {
                            @if visit.has(fault::Kind::LimitNotice) {
                                section.limit role="alert" { p { (words.limit_notice) } }
                            }
                            (screen.body)
                        }
                    }
                    @if visit.regions == Regions::Two { main.beside { p { (words.practice_note) } } }
                    @if !start { (toasts(words)) }
                }
                @for _ in 0..2 {
                    dialog { button type="button" aria-label=(words.dismiss) {} }
                }
                @if visit.family.of("leftover") == "dialog" { (left_over(words)) }
                (messaging(words))
                (invisible_captcha())
                @if visit.has(fault::Kind::CookieBanner) { (cookie_banner(words)) }
            }
        }
    };
    Html(page.into_string())
}

/// The page's data as a block that no browser runs. `<` is written so that no text can end the block.
fn rehydrate(data: &Value) -> Markup {
    let text = data.to_string().replace('<', "\\u003c");
    html! { script #rehydrate-data type="application/json" { (PreEscaped(text)) } }
}

/// The region for notices; it is there before there is one.
fn toasts(words: &Words) -> Markup {
    html! { section.toasts { h2 data-testid="toasts-title" { (words.toasts) } } }
}

/// A dialog that was closed and not taken away, with the words of the one that asks before a removal.
fn left_over(words: &Words) -> Markup {
    html! {
        dialog data-testid="dialog" {
            header { h2 { (words.dialog_title) } }
            button type="button" { (words.cancel) }
            button type="button" { (words.confirm) }
        }
    }
}

/// The words of what a family adds to a page; none where there is no family.
fn vary_words(visit: &Visit) -> Value {
    if visit.family.is_plain() {
        return Value::Null;
    }
    let (words, texts) = (VaryWords::of(visit.language), ProfileWords::of(visit.language));
    json!({
        "block": words.block,
        "removeFollower": words.remove_follower,
        "removeAll": words.remove_all,
        "report": words.report,
        "confirmLabel": words.confirm_label,
        "save": words.save,
        "saveLabel": words.save_label,
        "wrongPassword": words.wrong_password,
        "alsoDelete": words.also_delete,
        "understand": words.understand,
        "cancelClosure": words.cancel_closure,
        "sure": words.sure,
        "sureYes": words.sure_yes,
        "sureNo": words.sure_no,
        "following": texts.following,
        "followingLabel": texts.following_label,
    })
}

fn shell_data(visit: &Visit) -> Value {
    let (words, gates) = (visit.words, GateWords::of(visit.language));
    json!({
        "generation": visit.generation.as_str(),
        "quirks": visit.quirks(),
        "vary": visit.family.options(),
        "varyWords": vary_words(visit),
        "me": {
            "href": format!("/in/{}/", visit.account.slug.encoded()),
            "name": visit.account.name,
            "photo": visit.account.photo,
        },
        "words": {
            "alert": gates.alert,
            "weeklyLimit": gates.weekly_limit,
            "weeklyLimitText": gates.weekly_limit_text,
            "gotIt": gates.got_it,
            "dismiss": words.dismiss,
            "viewProfile": words.view_profile,
            "settings": words.settings,
            "signOut": words.sign_out,
        },
    })
}

fn skip_links(words: &Words) -> Markup {
    html! {
        div.skip-links {
            button type="button" data-skip="search" { (words.skip_to_search) }
            button type="button" data-skip="main" { (words.skip_to_main) }
            button type="button" data-skip="close" aria-label=(words.close_jump_menu) {}
        }
    }
}

fn navigation(visit: &Visit) -> Markup {
    let words = visit.words;
    // Names of views were on everything that can be clicked, before they were gone.
    let early = visit.generation == Generation::Sdui2025;
    let late = !early;
    let link = |label: &str, href: &str, icon: &str| {
        let view = early.then(|| format!("navigation-{}", href.trim_matches('/')));
        html! {
            a href=(href) data-view-name=[view] aria-label={ (label) ", " (words.new_things) } { (self::icon(icon)) span { (label) } }
        }
    };
    html! {
        div.primary-nav data-testid=[late.then_some("primary-nav")] {
            header {
                a.mark href="/feed/" aria-hidden="true" tabindex="-1" { "practice" }
                form.search action="/search/results/all/" role="search" {
                    input type="text" name="keywords" data-testid="typeahead-input" placeholder=(words.search)
                        aria-label=(words.search) autocomplete="off";
                }
                nav {
                    (link(words.home, "/feed/", HOME))
                    (link(words.network, "/mynetwork/", NETWORK))
                    (link(words.jobs, "/jobs/", JOBS))
                    (link(words.messaging, "/messaging/", MESSAGES))
                    (link(words.notifications, "/notifications/", BELL))
                    button.me type="button" aria-expanded="false"
                        data-view-name=[early.then_some("navigation-settings")] {
                        (visit.account.picture(None, ""))
                        span { (words.me) }
                    }
                }
            }
        }
    }
}

/// Every signed-in page loads a captcha that nobody sees and that asks nothing.
pub(in crate::practice) fn invisible_captcha() -> Markup {
    html! {
        script src="/recaptcha/enterprise.js" async {}
        div class="grecaptcha-badge" data-style="none" hidden {
            iframe title="reCAPTCHA" name="a-practice" src="/recaptcha/enterprise/anchor?size=invisible" tabindex="-1" {}
        }
    }
}

/// Older widgets live in an open shadow root in the corner, which `document` selectors do not reach.
fn messaging(words: &Words) -> Markup {
    html! {
        div #interop-outlet data-testid="interop-shadowdom" {
            template shadowrootmode="open" {
                link rel="stylesheet" href=(assets::address("overlay.css"));
                aside #msg-overlay aria-label=(words.messaging) {
                    button type="button" aria-expanded="false" { (words.messaging) }
                    p hidden { (words.practice_note) }
                }
            }
        }
        iframe data-testid="interop-iframe" src="/preload/" title="preload" tabindex="-1" aria-hidden="true" hidden {}
    }
}

pub(in crate::practice) fn cookie_banner(words: &Words) -> Markup {
    html! {
        div #artdeco-global-alert-container {
            div class="artdeco-global-alert artdeco-global-alert--cookie_consent" role="alert" {
                p { (words.cookie_text) }
                button class="artdeco-global-alert__action" type="button" action-type="ACCEPT"
                    data-control-name="ga-cookie.consent.accept.v4" { (words.accept) }
                button class="artdeco-global-alert__action" type="button" action-type="DENY"
                    data-control-name="ga-cookie.consent.deny.v4" { (words.reject) }
            }
        }
    }
}

/// The page footer, at the end of a side column.
pub(in crate::practice) fn footer(words: &Words) -> Markup {
    html! {
        footer {
            a href="/mypreferences/d/" { (words.manage_account) }
            p { (words.site) }
        }
    }
}

/// `GET /recaptcha/enterprise.js`: it does nothing.
pub(in crate::practice) async fn captcha_script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], "// Invisible, and asks nothing.\n").into_response()
}

/// `GET /recaptcha/enterprise/anchor`: the empty document of the hidden badge.
pub(in crate::practice) async fn captcha_badge(State(world): State<Arc<World>>) -> Html<String> {
    super::plain::page(GateWords::of(world.scenario.language), "Badge", html! {})
}

/// `GET /preload/`: the empty document of the hidden frame.
pub(in crate::practice) async fn preload(State(world): State<Arc<World>>) -> Html<String> {
    super::plain::page(GateWords::of(world.scenario.language), "Preload", html! {})
}

pub(in crate::practice) const HOME: &str = "M12 3 2.5 11H5v9h5v-6h4v6h5v-9h2.5z";
pub(in crate::practice) const NETWORK: &str = "M8.5 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zm8 1a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 19.5c.3-4 2.8-6 6.5-6s6.2 2 6.5 6zm14.700 0c-.1-2-.7-3.700-1.800-5 3.900-.7 6.700.9 7.100 5z";
pub(in crate::practice) const JOBS: &str =
    "M9 4h6v3h6v4.500l-9 2.500-9-2.500V7h6zm1.500 1.500V7h3V5.500zM3 13.200l9 2.500 9-2.500V20H3z";
pub(in crate::practice) const MESSAGES: &str = "M4 4h16v12H9.500L5 20v-4H4z";
pub(in crate::practice) const BELL: &str =
    "M12 3a6 6 0 0 0-6 6v4.500L4 17h16l-2-3.500V9a6 6 0 0 0-6-6zm-2 15.500a2 2 0 0 0 4 0z";

pub(in crate::practice) fn icon(path: &str) -> Markup {
    html! { svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" { path d=(path) {} } }
}
