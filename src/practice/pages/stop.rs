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
use crate::practice::challenge::Held;
use crate::practice::fault;
use crate::practice::gate_words::GateWords;
use crate::practice::scenario::Language;
use crate::practice::words::Words;
use crate::practice::world::World;

use super::{missing, plain, sign_in, visit};

/// How long a restriction says that it lasts.
const RESTRICTED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// `GET /checkpoint/challenge/{token}`.
pub(in crate::practice) async fn challenge(
    State(world): State<Arc<World>>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let kind = world.now().challenges.get(&token).map(|challenge| challenge.kind);
    let words = GateWords::of(world.scenario.language);
    match kind {
        Some(fault::Kind::Captcha) => captcha(words, &token).into_response(),
        Some(fault::Kind::Checkpoint) => pin(words, &token).into_response(),
        Some(fault::Kind::TwoStep) => two_step(words, &token).into_response(),
        Some(fault::Kind::Unusual) => unusual(words, &token).into_response(),
        Some(fault::Kind::Restricted) => restricted(world.scenario.language, Timestamp::now()).into_response(),
        _ => missing::answer(&visit::guest(&world, &headers)),
    }
}

/// `POST /checkpoint/challenge/{token}`.
pub(in crate::practice) async fn answer(State(world): State<Arc<World>>, Path(token): Path<String>) -> Response {
    let mut inner = world.now();
    let Some(challenge) = inner.challenges.remove(&token) else { return StatusCode::NOT_FOUND.into_response() };
    inner.record(Kind::ChallengeAnswered, None, None);
    drop(inner);
    match challenge.held {
        Held::Admission(admission) => sign_in::admit(&world, &admission),
        Held::Page(address) => Redirect::to(&address).into_response(),
    }
}

/// Which challenge a captcha frame belongs to.
#[derive(Deserialize)]
pub(in crate::practice) struct Frame {
    token: String,
}

/// `GET /checkpoint/captcha/frame`.
pub(in crate::practice) async fn captcha_frame(
    State(world): State<Arc<World>>,
    Query(frame): Query<Frame>,
) -> Html<String> {
    let words = GateWords::of(world.scenario.language);
    plain::page(
        words,
        words.captcha_title,
        html! {
            form.captcha method="post" target="_top" action={ "/checkpoint/challenge/" (frame.token) } {
                p { (words.captcha_text) }
                button.act type="submit" { (words.captcha_button) }
            }
        },
    )
}

fn captcha(words: &GateWords, token: &str) -> Html<String> {
    plain::page(
        words,
        words.captcha_title,
        html! {
            main.app__content.form-page {
                h1 { (words.captcha_title) }
                iframe #captcha-internal title="captcha" src={ "/checkpoint/captcha/frame?token=" (token) } {}
            }
        },
    )
}

fn pin(words: &GateWords, token: &str) -> Html<String> {
    plain::page(
        words,
        words.pin_title,
        html! {
            main.app__content.form-page {
                h1 { (words.pin_title) }
                p { (words.pin_text) }
                form #email-pin-challenge method="post" action={ "/checkpoint/challenge/" (token) } {
                    label for="input__email_verification_pin" { (words.code) }
                    input #input__email_verification_pin name="pin" type="text" inputmode="numeric" maxlength="6"
                        autocomplete="one-time-code" required;
                    button #email-pin-submit-button type="submit" { (words.submit) }
                }
            }
        },
    )
}

fn two_step(words: &GateWords, token: &str) -> Html<String> {
    plain::page(
        words,
        words.two_step_title,
        html! {
            main.app__content.form-page {
                h1 { (words.two_step_title) }
                p { (words.two_step_text) }
                form #two-step-challenge method="post" action={ "/checkpoint/challenge/" (token) } {
                    label for="input__phone_verification_pin" { (words.code) }
                    input #input__phone_verification_pin name="pin" type="text" inputmode="numeric" maxlength="6"
                        autocomplete="one-time-code" required;
                    div.tick {
                        input #recognizedDevice type="checkbox" name="recognizedDevice" checked;
                        label for="recognizedDevice" { (words.trust_device) }
                    }
                    button #two-step-submit-button type="submit" { (words.submit) }
                }
            }
        },
    )
}

fn unusual(words: &GateWords, token: &str) -> Html<String> {
    plain::page(
        words,
        words.unusual_title,
        html! {
            div.app__content.form-page {
                h1 { (words.unusual_title) }
                p { (words.unusual_text) }
                form method="post" action={ "/checkpoint/challenge/" (token) } {
                    div.tick {
                        input #agreement type="checkbox" name="agreement" required;
                        label.form__label for="agreement" { (words.unusual_tick) }
                    }
                    button class="content__button--primary" type="submit" { (words.go_on) }
                }
            }
        },
    )
}

fn restricted(language: Language, now: Timestamp) -> Html<String> {
    let until = now.saturating_add(RESTRICTED_FOR).unwrap_or(Timestamp::MAX);
    let words = GateWords::of(language);
    plain::page(
        words,
        words.restricted_title,
        html! {
            main.app__content.form-page {
                h1 { (words.restricted_title) }
                p { (words.restricted_text.replace("{D}", &pacific(language, until))) }
            }
        },
    )
}

/// "November 23, 2026, 1:05 PM PDT", as such notices write it.
fn pacific(language: Language, at: Timestamp) -> String {
    let local = Offset::constant(-7).to_datetime(at);
    let day = Words::of(language).date(local.date());
    if language == Language::De {
        return format!("{day}, {:02}:{:02} Uhr PDT", local.hour(), local.minute());
    }
    let hour = match local.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    let half = if local.hour() < 12 { "AM" } else { "PM" };
    format!("{day}, {hour}:{:02} {half} PDT", local.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restriction_names_its_end() {
        let says = |now: &str| restricted(Language::En, now.parse().unwrap()).0;
        assert!(says("2026-11-21T20:05:00Z").contains("until November 22, 2026, 1:05 PM PDT."));
        assert!(says("2026-11-21T07:00:00Z").contains("until November 22, 2026, 12:00 AM PDT."));
    }
}
