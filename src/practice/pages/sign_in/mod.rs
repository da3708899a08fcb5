//! Signing in through a form, being remembered, and signing out.

mod forms;

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, Html, IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use crate::event::id::percent_encode;
use crate::practice::account;
use crate::practice::audit::Kind;
use crate::practice::calls;
use crate::practice::challenge::{Admission, Held};
use crate::practice::fault::Place;
use crate::practice::gate_words::GateWords;
use crate::practice::scenario::SignIn;
use crate::practice::world::World;

use self::forms::Mistake;
use super::{held, visit};

/// How long a browser keeps what it was told to keep, in seconds: a year.
const YEAR: u32 = 31_536_000;

/// Where to go after signing in, and as whom.
#[derive(Deserialize)]
pub(in crate::practice) struct Onward {
    /// The authwall spells it in another way.
    #[serde(default, alias = "sessionRedirect")]
    session_redirect: String,
    /// Whether the remembered account was chosen.
    remembered: Option<String>,
    /// Whether another account than the remembered one is wanted.
    another: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub(in crate::practice) struct SignInForm {
    #[serde(default)]
    session_key: String,
    #[serde(default)]
    session_password: String,
    #[serde(default)]
    session_redirect: String,
    remember: Option<String>,
}

/// `GET /login` and `GET /uas/login`.
pub(in crate::practice) async fn form(
    State(world): State<Arc<World>>,
    Query(onward): Query<Onward>,
    headers: HeaderMap,
) -> Html<String> {
    let known = visit::cookie(&headers, "li_rm").is_some_and(|token| world.now().remembered.contains(token));
    let words = GateWords::of(world.scenario.language);
    if !known || onward.another.is_some() {
        return forms::sign_in(&world, words, &onward.session_redirect, Mistake::None);
    }
    match onward.remembered {
        Some(_) => forms::password_only(&world, words, &onward.session_redirect, Mistake::None),
        None => forms::welcome_back(&world, words, &onward.session_redirect),
    }
}

/// `GET /authwall`.
pub(in crate::practice) async fn wall(State(world): State<Arc<World>>, Query(onward): Query<Onward>) -> Html<String> {
    forms::wall(GateWords::of(world.scenario.language), &onward.session_redirect)
}

/// `POST /checkpoint/lg/login-submit` and `POST /uas/login-submit`.
pub(in crate::practice) async fn submit(State(world): State<Arc<World>>, Form(form): Form<SignInForm>) -> Response {
    let right = world.scenario.credentials();
    let state = world.now().account.state;
    let now = world.now().clock();
    let known =
        form.session_key.trim() == right.user && !matches!(state, account::State::Closed { until } if until <= now);
    let mistake = match (known, form.session_password == right.password) {
        (true, true) => Mistake::None,
        (true, false) => Mistake::Password,
        (false, _) => Mistake::User,
    };
    if mistake != Mistake::None {
        world.now().record(Kind::SignInRefused, None, None);
        let words = GateWords::of(world.scenario.language);
        return forms::sign_in(&world, words, &form.session_redirect, mistake).into_response();
    }
    if let account::State::Hibernated { until } = state
        && now < until
    {
        world.now().record(Kind::SignInRefused, None, Some("hibernated".to_owned()));
        return forms::too_early(&world, until).into_response();
    }
    let admission = Admission { keep: form.remember.is_some(), onward: onward(&form.session_redirect).to_owned() };
    let faults = world.now().visit(Place::SignIn);
    if let Some(answer) = calls::plain_fault(&world, &faults).await {
        return answer;
    }
    match faults.into_iter().find(|kind| held::is_challenge(*kind)) {
        Some(kind) => held::begin(&world, kind, Held::Admission(admission)),
        None => admit(&world, &admission),
    }
}

/// Begins a session. Without the tick everything that says so ends with the browser.
pub(in crate::practice) fn admit(world: &World, admission: &Admission) -> Response {
    let seed = world.scenario.seed;
    let mut inner = world.now();
    let session = format!("AQED{}", inner.token(seed, "session"));
    inner.sessions.insert(session.clone());
    inner.record(Kind::SignedIn, Some(world.scenario.me.as_str()), None);
    let onward = match inner.reopen() {
        true => format!("/welcome-back?session_redirect={}", percent_encode(&admission.onward)),
        false => admission.onward.clone(),
    };
    let lasting = if admission.keep { format!("; Max-Age={YEAR}") } else { String::new() };
    let mut cookies = vec![(SET_COOKIE, format!("li_at={session}; Path=/; HttpOnly; SameSite=Lax{lasting}"))];
    if admission.keep {
        let token = format!("AQFr{}", inner.token(seed, "remembered"));
        cookies.push((SET_COOKIE, format!("li_rm={token}; Path=/; HttpOnly; SameSite=Lax{lasting}")));
        inner.remembered.insert(token);
    }
    (AppendHeaders(cookies), Redirect::to(&onward)).into_response()
}

/// `GET /welcome-back`: what somebody sees first whose account was closed or hibernated.
pub(in crate::practice) async fn welcome(State(world): State<Arc<World>>, Query(going): Query<Onward>) -> Html<String> {
    forms::reopened(&world, onward(&going.session_redirect))
}

/// `GET /m/logout/`: the session is over on the server, whatever the browser keeps. Who was remembered still is.
pub(in crate::practice) async fn sign_out(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    let mut inner = world.now();
    let open = world.scenario.sign_in == SignIn::Open;
    let ended = visit::cookie(&headers, "li_at").is_some_and(|session| inner.sessions.remove(session));
    if open || ended {
        inner.record(Kind::SignedOut, Some(world.scenario.me.as_str()), None);
    }
    let to = if open { "/feed/" } else { "/login" };
    ([(SET_COOKIE, "li_at=; Path=/; Max-Age=0")], Redirect::to(to)).into_response()
}

/// Only a path of this site.
fn onward(path: &str) -> &str {
    let own =
        path.starts_with('/') && !path.starts_with("//") && path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if own { path } else { "/feed/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn onward_stays_on_this_site() {
        assert_eq!(onward("/in/jane/"), "/in/jane/");
        for path in ["", "https://example.com", "//example.com", "/\\example.com", "feed", "/a\r\nb"] {
            assert_eq!(onward(path), "/feed/");
        }
    }
}
