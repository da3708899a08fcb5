//! Closing and hibernating the account: the way through the pages, what is checked, what is done at its end.
//!
//! ```text
//! address ──► first page ──► … ──► password ──► (code) ──► (app) ──► deed ──► last page, signed out
//! ```
//!
//! How the real pages move from one to the next is not known. Here each is a document of its own, and a script posts the
//! answers; in `contacts-2014` a form does.

pub(in crate::practice) mod answers;
pub(in crate::practice) mod view;

mod elsewhere;
mod farewell;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use crate::practice::account::{Leave, Letter, Step};
use crate::practice::fault::{self, Moment, Place};
use crate::practice::leaving_words::LeavingWords;
use crate::practice::scenario::{Generation, Page};
use crate::practice::settings_words::{CLOSE, CLOSE_OLD, HIBERNATE};
use crate::practice::world::{Inner, World};

use super::gate;
use super::visit::{self, Visit};
use super::{contacts, ember, sdui};
use view::View;

pub(in crate::practice) use elsewhere::password_frame;
pub(in crate::practice) use farewell::date_and_time;

/// Which way out a page belongs to.
#[derive(Deserialize)]
pub(in crate::practice) struct Token {
    #[serde(default)]
    u: String,
}

/// The address of the first page.
pub(in crate::practice) fn base(world: &World, what: Page) -> &'static str {
    match (what, world.generation(Page::Close)) {
        (Page::Hibernate, _) => HIBERNATE,
        (_, Generation::Contacts2014 | Generation::Ember2020) => CLOSE_OLD,
        _ => CLOSE,
    }
}

/// Where the answers are sent to.
fn submit(world: &World, what: Page) -> &'static str {
    match base(world, what) {
        HIBERNATE => "/mypreferences/d/hibernate-account/submit",
        CLOSE_OLD => "/psettings/account-management/close-submit",
        _ => "/mypreferences/d/close-accounts/submit",
    }
}

/// `GET` of every address that begins to close the account.
pub(in crate::practice) async fn close(state: State<Arc<World>>, uri: Uri, headers: HeaderMap) -> Response {
    first(state, Page::Close, uri, headers).await
}

/// `GET /mypreferences/d/hibernate-account`.
pub(in crate::practice) async fn hibernate(state: State<Arc<World>>, uri: Uri, headers: HeaderMap) -> Response {
    first(state, Page::Hibernate, uri, headers).await
}

/// `GET` of a later page of closing.
pub(in crate::practice) async fn close_step(
    state: State<Arc<World>>,
    Path(name): Path<String>,
    token: Query<Token>,
    request: (Uri, HeaderMap),
) -> Response {
    later(state, Page::Close, (name, token.0.u), request).await
}

/// `GET` of a later page of hibernating.
pub(in crate::practice) async fn hibernate_step(
    state: State<Arc<World>>,
    Path(name): Path<String>,
    token: Query<Token>,
    request: (Uri, HeaderMap),
) -> Response {
    later(state, Page::Hibernate, (name, token.0.u), request).await
}

/// `GET /checkpoint/device-status`: whether the app has approved.
pub(in crate::practice) async fn device(State(world): State<Arc<World>>, Query(token): Query<Token>) -> Response {
    let approved = world.now().leaves.get(&token.u).is_some_and(|leave| leave.approved);
    axum::Json(serde_json::json!({ "approved": approved })).into_response()
}

async fn first(State(world): State<Arc<World>>, what: Page, uri: Uri, headers: HeaderMap) -> Response {
    let base = base(&world, what);
    if uri.path() != base {
        return Redirect::to(base).into_response();
    }
    let visit = match gate::enter(&world, what, &uri, &headers).await {
        Ok(visit) => visit,
        Err(instead) => return instead,
    };
    let leave = Leave::new(what, visit.generation, visit.family.of("close-order"));
    let mut inner = world.now();
    let struck = inner.visit_at(Place::Page(what), Moment::Opening);
    if let Some(kind) = struck.first() {
        drop(inner);
        return draw(&world, &visit, what, &View::blocked(&visit, &leave, *kind));
    }
    let token = format!("AQH{}", inner.token(world.scenario.seed, "leave"));
    inner.leaves.insert(token.clone(), leave);
    drop(inner);
    show(&world, &visit, &token, &headers)
}

async fn later(
    State(world): State<Arc<World>>,
    what: Page,
    (name, token): (String, String),
    (uri, headers): (Uri, HeaderMap),
) -> Response {
    if name == farewell::NAME {
        return farewell::page(&world, &token).unwrap_or_else(|| Redirect::to(base(&world, what)).into_response());
    }
    let host = host_of(&headers);
    let expected = {
        let inner = world.now();
        inner.leaves.get(&token).map(|leave| (leave.todo.front().copied(), leave.elsewhere.as_deref() == Some(host)))
    };
    let is_elsewhere = expected.is_some_and(|(_, elsewhere)| elsewhere);
    let visit = if is_elsewhere {
        visit::guest_at(&world, what, &headers)
    } else {
        match gate::enter(&world, what, &uri, &headers).await {
            Ok(visit) => visit,
            Err(instead) => return instead,
        }
    };
    match expected {
        Some((Some(step), _)) if Some(step) == Step::of(&name) => show(&world, &visit, &token, &headers),
        _ => Redirect::to(base(&world, what)).into_response(),
    }
}

/// The host of a request, which the guard has found to name this machine.
fn host_of(headers: &HeaderMap) -> &str {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()
}

/// What a way out has come to, and what goes wrong there.
struct Arrival {
    leave: Leave,
    step: Step,
    quirks: Vec<fault::Kind>,
    /// Whether the page is asked for under another origin.
    leaks: bool,
}

/// Counts the visit of the page that comes now; none where no way out has this token.
fn arrive(world: &World, token: &str, host: &str) -> Option<Arrival> {
    let mut inner = world.now();
    let leave = inner.leaves.get(token)?;
    let (what, step) = (leave.what, leave.todo.front().copied()?);
    let leaks = leave.elsewhere.as_deref() == Some(host);
    let asks = matches!(step, Step::Verify | Step::Account) && !leaks;
    let quirks = if asks { inner.visit_at(Place::Page(what), Moment::Secret) } else { Vec::new() };
    mail_code(world, &mut inner, token, step);
    let leave = inner.leaves.get_mut(token)?;
    leave.renamed |= quirks.contains(&fault::Kind::RenamedButton);
    if let Some(other) = quirks.iter().find_map(|kind| elsewhere::host(world, *kind, host)) {
        leave.elsewhere = Some(other);
    }
    Some(Arrival { leave: leave.shown(), step, quirks, leaks })
}

/// Shows the page that the way out has come to.
fn show(world: &World, visit: &Visit, token: &str, headers: &HeaderMap) -> Response {
    let host = host_of(headers);
    let Some(Arrival { leave, step, quirks, leaks }) = arrive(world, token, host) else {
        return Redirect::to("/mypreferences/d/").into_response();
    };
    let what = leave.what;
    let has = |kind| quirks.contains(&kind);
    let away = leave.elsewhere.as_deref().unwrap_or(host);
    let address = format!("http://{away}{}/{}?u={token}", base(world, what), step.as_str());
    if has(fault::Kind::Elsewhere) || has(fault::Kind::ElsewhereHost) {
        return elsewhere::bounce(world, &address);
    }
    if has(fault::Kind::NoPassword) {
        return draw(world, visit, what, &View::blocked(visit, &leave, fault::Kind::NoPassword));
    }
    let place = view::Place { token, step, quirks: &quirks, submit: submit(world, what), elsewhere: address, leaks };
    let mut response = draw(world, visit, what, &View::of(world, visit, &leave, &place));
    if has(fault::Kind::Frame) {
        elsewhere::allow_frame(world, &mut response);
    }
    response
}

/// Sends the code where the page asks for one that was not sent.
fn mail_code(world: &World, inner: &mut Inner, token: &str, step: Step) {
    let asks = |leave: &Leave| step == Step::Code || (step == Step::Verify && leave.verifies_with_code());
    if !inner.leaves.get(token).is_some_and(|leave| leave.code.is_none() && asks(leave)) {
        return;
    }
    let code = inner.code(world.scenario.seed);
    let words = LeavingWords::of(world.scenario.language);
    let letter = Letter {
        at: inner.clock(),
        to: world.scenario.credentials().user,
        subject: words.code_subject.replace("{T}", &code),
        text: words.code_letter.replace("{T}", &code),
        code: Some(code.clone()),
    };
    inner.account.mail.push(letter);
    if let Some(leave) = inner.leaves.get_mut(token) {
        leave.code = Some(code);
    }
}

fn draw(world: &World, visit: &Visit, what: Page, view: &View) -> Response {
    match visit.generation {
        Generation::Ember2020 => ember::leaving::answer(world, visit, view),
        Generation::Contacts2014 => contacts::leaving::answer(visit, view),
        _ => sdui::leaving::answer(visit, what, view),
    }
}
