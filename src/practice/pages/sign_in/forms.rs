//! The forms that people sign in with: the classic one, that of 2026, the remembered account, and the wall.

use axum::response::Html;
use jiff::Timestamp;
use maud::{Markup, html};

use crate::event::id::percent_encode;
use crate::practice::gate_words::GateWords;
use crate::practice::pages::{leaving, plain};
use crate::practice::people::name_of;
use crate::practice::photo;
use crate::practice::scenario::{Page, SignIn};
use crate::practice::world::World;

/// What was wrong with a sign-in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mistake {
    None,
    User,
    Password,
}

const SUBMIT: &str = "/checkpoint/lg/login-submit";

/// Who the form knows already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Nobody,
    Remembered,
}

/// The form for user and password.
pub(super) fn sign_in(world: &World, words: &GateWords, session_redirect: &str, mistake: Mistake) -> Html<String> {
    match world.scenario.sign_in {
        SignIn::Classic => classic(words, session_redirect, mistake),
        SignIn::Form | SignIn::Open => newest(world, words, session_redirect, (Known::Nobody, mistake)),
    }
}

/// The form that asks the remembered account for its password.
pub(super) fn password_only(
    world: &World,
    words: &GateWords,
    session_redirect: &str,
    mistake: Mistake,
) -> Html<String> {
    newest(world, words, session_redirect, (Known::Remembered, mistake))
}

/// The account that this browser remembers, to choose or not.
pub(super) fn welcome_back(world: &World, words: &GateWords, session_redirect: &str) -> Html<String> {
    let me = &world.scenario.me;
    let another = format!("/login?another=true&session_redirect={}", percent_encode(session_redirect));
    plain::page(
        words,
        words.welcome_back,
        html! {
            main.app__content.form-page {
                h1 { (words.welcome_back) }
                div #rememberme-div {
                    form method="get" action="/login" {
                        input type="hidden" name="session_redirect" value=(session_redirect);
                        input type="hidden" name="remembered" value="true";
                        button.member type="submit" {
                            img src=(photo::account_photo(world, me, world.generation(Page::Feed))) alt="" width="48" height="48";
                            span { (name_of(me)) br; small { (masked(&world.scenario.credentials().user)) } }
                        }
                    }
                }
                a href=(another) { (words.another_account) }
            }
        },
    )
}

/// `robin-practice@practice.invalid` as `r*****@practice.invalid`.
fn masked(user: &str) -> String {
    let (name, host) = user.split_once('@').unwrap_or((user, ""));
    format!("{}*****@{host}", name.chars().take(1).collect::<String>())
}

fn classic(words: &GateWords, session_redirect: &str, mistake: Mistake) -> Html<String> {
    plain::page(
        words,
        words.sign_in,
        html! {
            main.app__content.form-page {
                h1 { (words.sign_in) }
                form.login__form method="post" action=(SUBMIT) {
                    input type="hidden" name="session_redirect" value=(session_redirect);
                    label for="username" { (words.user) }
                    input #username name="session_key" type="text" autocomplete="username" required;
                    div #error-for-username role="alert" hidden[mistake != Mistake::User] { (words.wrong_user) }
                    label for="password" { (words.password) }
                    input #password name="session_password" type="password" autocomplete="current-password" required;
                    div #error-for-password role="alert" hidden[mistake != Mistake::Password] {
                        (words.wrong_password)
                    }
                    div.tick {
                        input #rememberMeOptIn-checkbox type="checkbox" name="remember" value="true" checked;
                        label for="rememberMeOptIn-checkbox" { (words.keep_classic) }
                    }
                    button type="submit" aria-label=(words.sign_in) data-litms-control-urn="login-submit" {
                        (words.sign_in)
                    }
                }
            }
        },
    )
}

/// The form of 2026: no names, ids of React, and a script that sends it.
fn newest(
    world: &World,
    words: &GateWords,
    session_redirect: &str,
    (known, mistake): (Known, Mistake),
) -> Html<String> {
    let title = if known == Known::Remembered { words.welcome_back } else { words.sign_in };
    let user = world.scenario.credentials().user;
    let alert = |text: &str| html! { p role="alert" { (text) } };
    let body = html! {
        div #root data-strictmode="false" {
            main.form-page._1xoe5hd0 {
                h1 { (title) }
                @if known == Known::Remembered { p { (name_of(&world.scenario.me)) } }
                form.b3f2a90c data-action=(SUBMIT) data-redirect=(session_redirect) {
                    label for="«r1»" { (words.user) }
                    @if known == Known::Remembered {
                        input id="«r1»" type="email" autocomplete="username" value=(user) readonly;
                    } @else {
                        input id="«r1»" type="email" autocomplete="username webauthn" required;
                    }
                    @if mistake == Mistake::User { (alert(words.wrong_user)) }
                    label for="«r2»" { (words.password) }
                    input id="«r2»" type="password" autocomplete="current-password" required;
                    @if mistake == Mistake::Password { (alert(words.wrong_password)) }
                    div.tick {
                        input id="«r3»" type="checkbox" checked;
                        label for="«r3»" { (words.keep) }
                    }
                    button type="submit" { (words.sign_in) }
                }
                a href="/checkpoint/rp/request-password-reset" { (words.forgot) }
            }
        }
    };
    plain::scripted(words, title, Some("sign_in.js"), body)
}

/// What somebody sees first whose account is open again.
pub(super) fn reopened(world: &World, onward: &str) -> Html<String> {
    let words = GateWords::of(world.scenario.language);
    let name = name_of(&world.scenario.me);
    let first = name.split(' ').next().unwrap_or_default();
    plain::page(
        words,
        words.welcome_back,
        html! {
            main.app__content.form-page {
                h1 dir="auto" { (words.welcome_back) ", " (first) }
                p { (words.reopened) }
                a href=(onward) { (words.go_on) }
            }
        },
    )
}

/// What somebody sees who signs in to a hibernated account too early.
pub(super) fn too_early(world: &World, until: Timestamp) -> Html<String> {
    let words = GateWords::of(world.scenario.language);
    let time = leaving::date_and_time(world.scenario.language, until);
    plain::page(
        words,
        words.too_early_title,
        html! {
            main.app__content.form-page {
                h1 { (words.too_early_title) }
                p { (words.too_early.replace("{D}", &time)) }
            }
        },
    )
}

/// What strangers see in place of a page: a form to join, and one to sign in, whose ids are easily mistaken.
pub(super) fn wall(words: &GateWords, session_redirect: &str) -> Html<String> {
    plain::page(
        words,
        words.join_title,
        html! {
            main.authwall-layout {
                section.form-page { (join(words)) }
                section.form-page { (wall_sign_in(words, session_redirect)) }
            }
        },
    )
}

fn join(words: &GateWords) -> Markup {
    html! {
        h1 { (words.join_title) }
        form.join-form method="get" action="/signup/cold-join" {
            label for="email-or-phone" { (words.user) }
            input #email-or-phone type="text" autocomplete="username";
            label for="password" { (words.password) }
            input #password type="password" autocomplete="new-password";
            label for="first-name" { (words.first_name) }
            input #first-name type="text";
            label for="last-name" { (words.last_name) }
            input #last-name type="text";
            button type="submit" { (words.join) }
        }
    }
}

fn wall_sign_in(words: &GateWords, session_redirect: &str) -> Markup {
    html! {
        h2 { (words.wall_sign_in) }
        form data-id="sign-in-form" method="post" action="/uas/login-submit" {
            input type="hidden" name="loginCsrfParam" value="practice";
            input type="hidden" name="session_redirect" value=(session_redirect);
            label for="session_key" { (words.user) }
            input #session_key name="session_key" type="text" autocomplete="username";
            label for="session_password" { (words.password) }
            input #session_password name="session_password" type="password" autocomplete="current-password";
            button type="submit" data-id="sign-in-form__submit-btn" { (words.sign_in) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remembered_address_is_not_shown_whole() {
        assert_eq!(masked("robin-practice@practice.invalid"), "r*****@practice.invalid");
        assert_eq!(masked("x"), "x*****@");
    }
}
