//! What the pages of leaving send: the answer to one page, and in the end the deed.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::practice::account::{Leave, Step};
use crate::practice::audit::Kind;
use crate::practice::fault::{self, Moment, Place};
use crate::practice::leaving_words::LeavingWords;
use crate::practice::pages::visit;
use crate::practice::scenario::Page;
use crate::practice::world::{Inner, World};

use super::farewell;

/// What a page sends, as JSON or as a form.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answers {
    u: String,
    step: String,
    csrf_token: String,
    reason: Option<String>,
    comment: Option<String>,
    password: Option<String>,
    #[serde(default, deserialize_with = "ticked")]
    unsubscribe: bool,
    code: Option<String>,
}

/// A form sends the tick's value or nothing, a script whether it is set.
fn ticked<'de, D: Deserializer<'de>>(input: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(input)? {
        Value::Bool(set) => set,
        Value::String(value) => !value.is_empty(),
        _ => false,
    })
}

/// How the page is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Script,
    Form,
}

/// What comes of an answer.
enum Then {
    /// The way goes on, or is at its end.
    On,
    /// The answer was not right; the page says so.
    Again(&'static str),
    /// The way begins again.
    Restart,
}

/// `POST` of the answers to a page of closing.
pub(in crate::practice) async fn close(State(world): State<Arc<World>>, headers: HeaderMap, body: Bytes) -> Response {
    submitted(&world, Page::Close, &headers, &body).await
}

/// `POST` of the answers to a page of hibernating.
pub(in crate::practice) async fn hibernate(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    submitted(&world, Page::Hibernate, &headers, &body).await
}

async fn submitted(world: &World, what: Page, headers: &HeaderMap, body: &[u8]) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let (manner, answers) = match kind.starts_with("application/json") {
        true => (Manner::Script, serde_json::from_slice::<Answers>(body).ok()),
        false => (Manner::Form, from_form(body)),
    };
    let Some(answers) = answers else { return StatusCode::UNPROCESSABLE_ENTITY.into_response() };
    let at_home = world.now().leaves.get(&answers.u).is_none_or(|leave| leave.elsewhere.is_none());
    if at_home && !visit::is_signed_in(world, headers) {
        return on(manner, "/login");
    }
    if Some(answers.csrf_token.as_str()) != visit::cookie(headers, "JSESSIONID") {
        return (StatusCode::FORBIDDEN, "CSRF check failed.\n").into_response();
    }
    let then = taken(world, &answers);
    match then {
        Then::Restart => on(manner, super::base(world, what)),
        Then::Again(text) => again(world, manner, &answers, text),
        Then::On => match next(world, &answers.u) {
            Some(step) => on(manner, &format!("{}/{}?u={}", super::base(world, what), step.as_str(), answers.u)),
            None => deed(world, manner, what, &answers.u).await,
        },
    }
}

fn from_form(body: &[u8]) -> Option<Answers> {
    let pairs: std::collections::HashMap<String, String> =
        url::form_urlencoded::parse(body).map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
    serde_json::from_value(json!(pairs)).ok()
}

fn next(world: &World, token: &str) -> Option<Step> {
    world.now().leaves.get(token)?.todo.front().copied()
}

/// Checks one answer and moves on where it is right.
fn taken(world: &World, answers: &Answers) -> Then {
    let words = LeavingWords::of(world.scenario.language);
    let mut inner = world.now();
    let Some(leave) = inner.leaves.get(&answers.u) else { return Then::Restart };
    let (what, step) = (leave.what, Step::of(&answers.step));
    if leave.farewell.is_some() || step.is_none() || leave.todo.front().copied() != step {
        return Then::Restart;
    }
    let mut then = Vec::new();
    match step {
        Some(Step::Reason) => {
            let reason = answers.reason.as_deref().unwrap_or_default();
            if reason.is_empty() {
                return Then::Again(words.choose);
            }
            let is_other = reason == (words.reasons.len() - 1).to_string() && what == Page::Close;
            let wants = is_other && world.scenario.vary.family.of("close-comment") == "required";
            if wants && answers.comment.as_deref().unwrap_or_default().trim().is_empty() {
                return Then::Again(words.other_more);
            }
            if inner.visit_at(Place::Page(what), Moment::Reason).contains(&fault::Kind::ExtraPage) {
                then.push(Step::More);
            }
        }
        Some(Step::Verify | Step::Account) => match verified(world, &mut inner, answers, what) {
            Ok(steps) => then = steps,
            Err(text) => return Then::Again(text),
        },
        Some(Step::Code) if !code_fits(&mut inner, answers) => return Then::Again(words.wrong_code),
        Some(Step::Device) if !inner.leaves[&answers.u].approved => return Then::Again(words.device_text),
        _ => {}
    }
    let leave = inner.leaves.get_mut(&answers.u).expect("it was found a moment ago, under the same lock");
    leave.unsubscribe |= answers.unsubscribe;
    leave.todo.pop_front();
    for step in then.into_iter().rev() {
        leave.todo.push_front(step);
    }
    Then::On
}

/// The pages that follow a right password, or what is wrong.
fn verified(world: &World, inner: &mut Inner, answers: &Answers, what: Page) -> Result<Vec<Step>, &'static str> {
    let words = LeavingWords::of(world.scenario.language);
    if answers.password.as_deref() != Some(&world.scenario.credentials().password) {
        inner.record(Kind::PasswordWrong, None, None);
        return Err(words.wrong_password);
    }
    if inner.leaves.get(&answers.u).is_some_and(Leave::verifies_with_code) && !code_fits(inner, answers) {
        return Err(words.wrong_code);
    }
    let struck = inner.visit_at(Place::Page(what), Moment::Password);
    if struck.contains(&fault::Kind::WrongPassword) {
        inner.record(Kind::PasswordWrong, None, Some("by fault".to_owned()));
        return Err(words.wrong_password);
    }
    let steps = [(fault::Kind::Code, Step::Code), (fault::Kind::Device, Step::Device)];
    Ok(steps.into_iter().filter(|(kind, _)| struck.contains(kind)).map(|(_, step)| step).collect())
}

fn code_fits(inner: &mut Inner, answers: &Answers) -> bool {
    let sent = inner.leaves.get(&answers.u).and_then(|leave| leave.code.as_deref());
    let fits = sent.is_some() && answers.code.as_deref().map(str::trim) == sent;
    if !fits {
        inner.record(Kind::CodeWrong, None, None);
    }
    fits
}

/// Does what the way led to, or what a fault makes of it.
async fn deed(world: &World, manner: Manner, what: Page, token: &str) -> Response {
    let faults = world.now().visit_at(Place::Page(what), Moment::Deed);
    let last = format!("{}/{}?u={token}", super::base(world, what), farewell::NAME);
    match faults.first() {
        Some(fault::Kind::Refuse) => {
            let mut inner = world.now();
            inner.record(Kind::Refused, None, Some("by fault".to_owned()));
            inner.leaves.remove(token);
            drop(inner);
            return refused(world, manner);
        }
        Some(fault::Kind::NoOp) => {
            let mut inner = world.now();
            inner.record(Kind::Ignored, None, Some("by fault".to_owned()));
            inner.farewell(token);
            return on(manner, &last);
        }
        Some(fault::Kind::NeverApplied) => {
            world.stop().await;
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        _ => {}
    }
    world.now().leave(token);
    match faults.first() {
        Some(fault::Kind::AnswerBroken) => {
            (StatusCode::INTERNAL_SERVER_ERROR, farewell::no_cookies(), broken(world)).into_response()
        }
        Some(fault::Kind::AnswerNever) => {
            world.stop().await;
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        _ => (farewell::no_cookies(), on(manner, &last)).into_response(),
    }
}

fn on(manner: Manner, to: &str) -> Response {
    match manner {
        Manner::Script => Json(json!({ "status": "ok", "to": to })).into_response(),
        Manner::Form => Redirect::to(to).into_response(),
    }
}

fn again(world: &World, manner: Manner, answers: &Answers, text: &'static str) -> Response {
    match manner {
        Manner::Script => {
            (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "status": "wrong", "message": text }))).into_response()
        }
        Manner::Form => {
            let mut inner = world.now();
            let Some(leave) = inner.leaves.get_mut(&answers.u) else { return StatusCode::NOT_FOUND.into_response() };
            leave.mistake = Some(text);
            let (what, step) = (leave.what, leave.todo.front().copied());
            drop(inner);
            let step = step.map_or("", Step::as_str);
            on(manner, &format!("{}/{step}?u={}", super::base(world, what), answers.u))
        }
    }
}

fn refused(world: &World, manner: Manner) -> Response {
    let text = LeavingWords::of(world.scenario.language).refused;
    let status = StatusCode::CONFLICT;
    match manner {
        Manner::Script => (status, Json(json!({ "status": "refused", "message": text }))).into_response(),
        Manner::Form => (status, notice(world, text)).into_response(),
    }
}

fn broken(world: &World) -> Response {
    notice(world, LeavingWords::of(world.scenario.language).broken)
}

/// A bare page with one sentence.
fn notice(world: &World, text: &str) -> Response {
    let words = crate::practice::gate_words::GateWords::of(world.scenario.language);
    let body = maud::html! { main.form-page { p role="alert" { (text) } } };
    crate::practice::pages::plain::page(words, words.broken, body).into_response()
}
