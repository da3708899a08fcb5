//! Signing in through the form, and signing out.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use maud::html;
use serde::Deserialize;

use crate::practice::audit::Kind;
use crate::practice::scenario::SignIn;
use crate::practice::world::World;

use super::plain;
use super::visit;

/// Where to go after signing in.
#[derive(Deserialize)]
pub(in crate::practice) struct Onward {
    #[serde(default)]
    session_redirect: String,
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

/// What was wrong with a sign-in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mistake {
    None,
    User,
    Password,
}

/// `GET /login`.
pub(in crate::practice) async fn form(Query(onward): Query<Onward>) -> Html<String> {
    markup(&onward.session_redirect, Mistake::None)
}

/// `POST /checkpoint/lg/login-submit`.
pub(in crate::practice) async fn submit(State(world): State<Arc<World>>, Form(form): Form<SignInForm>) -> Response {
    let right = world.scenario.credentials();
    let mistake = match (form.session_key.trim() == right.user, form.session_password == right.password) {
        (true, true) => Mistake::None,
        (true, false) => Mistake::Password,
        (false, _) => Mistake::User,
    };
    let mut inner = world.now();
    if mistake != Mistake::None {
        inner.record(Kind::SignInRefused, None, None);
        return (StatusCode::OK, markup(&form.session_redirect, mistake)).into_response();
    }
    let session = format!("AQED{}", inner.token(world.scenario.seed, "session"));
    inner.sessions.insert(session.clone());
    inner.record(Kind::SignedIn, Some(world.scenario.me.as_str()), None);
    // Without the tick the session ends with the browser.
    let lasting = if form.remember.is_some() { "; Max-Age=31536000" } else { "" };
    let cookie = format!("li_at={session}; Path=/; HttpOnly; SameSite=Lax{lasting}");
    ([(header::SET_COOKIE, cookie)], Redirect::to(onward(&form.session_redirect))).into_response()
}

/// `GET /m/logout/`.
pub(in crate::practice) async fn sign_out(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    let mut inner = world.now();
    if let Some(session) = visit::cookie(&headers, "li_at") {
        inner.sessions.remove(session);
    }
    inner.record(Kind::SignedOut, Some(world.scenario.me.as_str()), None);
    let to = if world.scenario.sign_in == SignIn::Form { "/login" } else { "/feed/" };
    ([(header::SET_COOKIE, "li_at=; Path=/; Max-Age=0")], Redirect::to(to)).into_response()
}

/// Only a path of this site.
fn onward(path: &str) -> &str {
    let own =
        path.starts_with('/') && !path.starts_with("//") && path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if own { path } else { "/feed/" }
}

fn markup(session_redirect: &str, mistake: Mistake) -> Html<String> {
    plain::page(
        "Sign in",
        html! {
            main.app__content.form-page {
                h1 { "Sign in" }
                form method="post" action="/checkpoint/lg/login-submit" {
                    input type="hidden" name="session_redirect" value=(session_redirect);
                    label for="username" { "E-mail" }
                    input #username name="session_key" type="text" autocomplete="username" required;
                    div #error-for-username role="alert" hidden[mistake != Mistake::User] {
                        "Nobody here has that e-mail address"
                    }
                    label for="password" { "Password" }
                    input #password name="session_password" type="password" autocomplete="current-password" required;
                    div #error-for-password role="alert" hidden[mistake != Mistake::Password] {
                        "That’s not the right password"
                    }
                    div.tick {
                        input #rememberMeOptIn-checkbox type="checkbox" name="remember" value="true" checked;
                        label for="rememberMeOptIn-checkbox" { "Keep me logged in" }
                    }
                    button type="submit" aria-label="Sign in" { "Sign in" }
                }
            }
        },
    )
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
