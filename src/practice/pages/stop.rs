//! The pages that stop whoever drives the site: security checks and restriction notices.
//!
//! Only a person may answer them; that somebody did is in the audit log, what they typed is not.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use maud::html;
use serde::Deserialize;

use crate::practice::audit::Kind;
use crate::practice::fault;
use crate::practice::scenario::Language;
use crate::practice::words::Words;
use crate::practice::world::World;

use super::missing;
use super::plain;
use super::visit;

/// How long a restriction says that it lasts.
const RESTRICTED_FOR: SignedDuration = SignedDuration::from_hours(24);

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
        Some(fault::Kind::Restricted) => restricted(Timestamp::now()).into_response(),
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
            form.captcha method="post" target="_top" action={ "/checkpoint/challenge/" (frame.token) } {
                p { "A practice captcha. Only a person may press this." }
                button.act type="submit" { "I am a person" }
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

fn restricted(now: Timestamp) -> Html<String> {
    let until = now.saturating_add(RESTRICTED_FOR).unwrap_or(Timestamp::MAX);
    plain::page(
        "Restricted",
        html! {
            main.app__content.form-page {
                h1 { "We've restricted your account temporarily" }
                p {
                    "An unusually large number of pages was viewed. This practice account is restricted until "
                    (pacific(until)) "."
                }
            }
        },
    )
}

/// "November 23, 2026, 1:05 PM PDT", as such notices write it.
fn pacific(at: Timestamp) -> String {
    let local = Offset::constant(-7).to_datetime(at);
    let hour = match local.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    let half = if local.hour() < 12 { "AM" } else { "PM" };
    format!("{}, {hour}:{:02} {half} PDT", Words::of(Language::En).date(local.date()), local.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restriction_names_its_end() {
        let says = |now: &str| restricted(now.parse().unwrap()).0;
        assert!(says("2026-11-21T20:05:00Z").contains("until November 22, 2026, 1:05 PM PDT."));
        assert!(says("2026-11-21T07:00:00Z").contains("until November 22, 2026, 12:00 AM PDT."));
    }
}
