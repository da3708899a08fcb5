//! The pages that stop whoever drives the site: security checks and restriction notices.
//!
//! Only a person may answer them; that somebody did is in the audit log, what they typed is not.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use maud::html;
use serde::Deserialize;

use crate::practice::audit::Kind;
use crate::practice::fault;
use crate::practice::world::World;

use super::missing;
use super::plain;
use super::visit;

/// `GET /checkpoint/challenge/{token}`.
pub(in crate::practice) async fn challenge(
    State(world): State<Arc<World>>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let kind = world.now().challenges.get(&token).copied();
    match kind {
        Some(fault::Kind::Captcha) => captcha(&token).into_response(),
        Some(fault::Kind::Checkpoint) => pin(&token).into_response(),
        Some(fault::Kind::Unusual) => unusual(&token).into_response(),
        Some(fault::Kind::Restricted) => restricted().into_response(),
        _ => missing::answer(&visit::guest(&world, &headers)),
    }
}

/// `POST /checkpoint/challenge/{token}`.
pub(in crate::practice) async fn answer(State(world): State<Arc<World>>, Path(token): Path<String>) -> Response {
    let mut inner = world.now();
    if inner.challenges.remove(&token).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    inner.record(Kind::ChallengeAnswered, None, None);
    Redirect::to("/feed/").into_response()
}

/// Which challenge a captcha frame belongs to.
#[derive(Deserialize)]
pub(in crate::practice) struct Frame {
    token: String,
}

/// `GET /checkpoint/captcha/frame`.
pub(in crate::practice) async fn captcha_frame(Query(frame): Query<Frame>) -> Html<String> {
    plain::page(
        "Captcha",
        html! {
            form method="post" target="_top" action={ "/checkpoint/challenge/" (frame.token) } {
                p { "A practice captcha. Only a person may press this." }
                button type="submit" { "I am a person" }
            }
        },
    )
}

fn captcha(token: &str) -> Html<String> {
    plain::page(
        "Security check",
        html! {
            main.app__content.form-page {
                h1 { "Let’s do a quick security check" }
                iframe #captcha-internal title="captcha" src={ "/checkpoint/captcha/frame?token=" (token) } {}
            }
        },
    )
}

fn pin(token: &str) -> Html<String> {
    plain::page(
        "Security verification",
        html! {
            main.app__content.form-page {
                h1 { "Let’s do a quick verification" }
                p { "A code was sent to your e-mail address. On this practice site any code is right." }
                form #email-pin-challenge method="post" action={ "/checkpoint/challenge/" (token) } {
                    label for="input__email_verification_pin" { "Code" }
                    input #input__email_verification_pin name="pin" type="text" inputmode="numeric" maxlength="6"
                        autocomplete="one-time-code" required;
                    button #email-pin-submit-button type="submit" { "Submit" }
                }
            }
        },
    )
}

fn unusual(token: &str) -> Html<String> {
    plain::page(
        "Unusual activity",
        html! {
            div.app__content.form-page {
                h1 { "Something isn’t quite right" }
                p { "There was unusual activity on this practice account." }
                form method="post" action={ "/checkpoint/challenge/" (token) } {
                    div.tick {
                        input #agreement type="checkbox" name="agreement" required;
                        label.form__label for="agreement" { "I will not use software that automates this site" }
                    }
                    button class="content__button--primary" type="submit" { "Continue" }
                }
            }
        },
    )
}

fn restricted() -> Html<String> {
    plain::page(
        "Restricted",
        html! {
            main.app__content.form-page {
                h1 { "We've restricted your account temporarily" }
                p { "An unusually large number of pages was viewed. This practice account is restricted until tomorrow." }
            }
        },
    )
}
