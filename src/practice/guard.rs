//! The check that every request has to pass: only loopback names, only pages of this site.
//!
//! A local port is reachable from any web page that the user has open; the name in `Host` tells such a page's requests
//! (or a name that was rebound to 127.0.0.1) from ours.

use axum::extract::Request;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// The policy of all pages: own scripts only, and no markup from strings.
const POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; \
                      object-src 'none'; require-trusted-types-for 'script'; trusted-types jSecure";

/// Who may hold the pages in a frame, unless a page says otherwise.
const FRAMES: &str = "frame-ancestors 'self'";

/// The policy of all pages with other rules about frames.
pub(super) fn policy(frames: &str) -> String {
    format!("{POLICY}; {frames}")
}

/// Refuses what does not come from a loopback name, and puts the safety headers on every answer.
pub(super) async fn check(request: Request, next: Next) -> Response {
    let mut response = match refusal(request.uri(), request.headers()) {
        Some(why) => (StatusCode::MISDIRECTED_REQUEST, why).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert_with(|| HeaderValue::from_str(&policy(FRAMES)).expect("the policy is plain text"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn refusal(uri: &Uri, headers: &HeaderMap) -> Option<&'static str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    if hosts.next().is_some()
        || !host.is_some_and(is_loopback)
        || !uri.authority().is_none_or(|at| is_loopback(at.as_str()))
    {
        return Some("this practice site answers to 127.0.0.1, [::1] and localhost only\n");
    }
    let origin = headers.get(header::ORIGIN)?;
    let own = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://")).is_some_and(|at| Some(at) == host);
    // A sandboxed frame of a foreign page sends `null`; our own pages never do.
    (!own).then_some("this practice site answers its own pages only\n")
}

/// Whether `host`, with or without port, names this machine and nothing else.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((name, "")) => name,
            Some((name, port)) if port.strip_prefix(':').is_some_and(is_port) => name,
            _ => return false,
        },
        None => match host.split_once(':') {
            Some((name, port)) if is_port(port) => name,
            None => host,
            Some(_) => return false,
        },
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_pass() {
        for host in ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "LOCALHOST", "[::1]:9", "[::1]", "127.1.2.3:5"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "example.com",
            "127.0.0.1.example.com",
            "localhost.example.com:80",
            "10.0.0.1",
            "[::2]:9",
            "127.0.0.1:80:80",
            "127.0.0.1:+80",
            "127.0.0.1@example.com",
            "[::1]x",
            "0.0.0.0",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
