//! Pages that ask for the password where it should not be asked for: another port, another name, a frame.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use maud::html;

use crate::practice::fault;
use crate::practice::gate_words::GateWords;
use crate::practice::guard;
use crate::practice::pages::plain;
use crate::practice::world::World;

/// The host that `kind` leads to from `host`, or none where it leads nowhere.
pub(super) fn host(world: &World, kind: fault::Kind, host: &str) -> Option<String> {
    match kind {
        fault::Kind::Elsewhere | fault::Kind::Redirect => Some(world.elsewhere.to_string()),
        fault::Kind::ElsewhereHost => {
            let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
            let other = if name == "localhost" { "127.0.0.1" } else { "localhost" };
            Some(format!("{other}:{port}"))
        }
        _ => None,
    }
}

/// A document that leaves for `address` by itself.
pub(super) fn bounce(world: &World, address: &str) -> Response {
    let words = GateWords::of(world.scenario.language);
    let body = html! { p { a data-bounce href=(address) { (words.go_on) } } };
    plain::scripted(words, words.go_on, Some("bounce.js"), body).into_response()
}

/// Lets a page hold the frame of another origin.
pub(super) fn allow_frame(world: &World, response: &mut Response) {
    let policy = guard::policy(&format!("frame-src 'self' http://{}; frame-ancestors 'self'", world.elsewhere));
    let policy = HeaderValue::from_str(&policy).expect("an address is plain text");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
}

/// `GET /secure/password-frame`: nothing but a password field, which any page of this machine may hold.
pub(in crate::practice) async fn password_frame(State(world): State<Arc<World>>) -> Response {
    let words = GateWords::of(world.scenario.language);
    let body = html! {
        form.captcha {
            label for="framed" { (words.password) }
            input #framed type="password" autocomplete="current-password";
        }
    };
    let mut response = plain::scripted(words, words.password, Some("password-frame.js"), body).into_response();
    let policy = guard::policy("frame-ancestors http://127.0.0.1:* http://localhost:* http://[::1]:*");
    let policy = HeaderValue::from_str(&policy).expect("the policy is plain text");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}
