//! A WebDriver command as method, path and body: the few endpoints that the engine needs.

use std::fmt;

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::{ParseError, Url};
use zeroize::Zeroizing;

/// The key under which WebDriver wraps a reference to an element.
pub(super) const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One command of a session. It never shows its body: that may hold what is typed.
pub(super) struct Command {
    method: Method,
    path: String,
    body: Option<Zeroizing<String>>,
    /// Its body is a secret, so that nothing that is said about it may be shown.
    pub(super) is_secret: bool,
}

impl Command {
    /// A POST below the session's address.
    pub(super) fn post(path: &'static str, body: &Value) -> Self {
        Self::with(Method::POST, path.to_owned(), Some(body.to_string()))
    }

    /// A call of a script in the page.
    pub(super) fn script(script: &str, args: &Value) -> Self {
        Self::post("execute/sync", &json!({"script": script, "args": args}))
    }

    /// A GET below the session's address.
    pub(super) fn get(path: &'static str) -> Self {
        Self::with(Method::GET, path.to_owned(), None)
    }

    /// A GET below an element's address.
    pub(super) fn get_of(element: &str, path: &str) -> Self {
        Self::with(Method::GET, of(element, path), None)
    }

    /// A DELETE below the session's address.
    pub(super) fn delete(path: &'static str) -> Self {
        Self::with(Method::DELETE, path.to_owned(), None)
    }

    /// Empties a field.
    pub(super) fn clear(element: &str) -> Self {
        Self::with(Method::POST, of(element, "clear"), Some("{}".to_owned()))
    }

    /// Types a secret into exactly this element: the driver focuses it and refuses if the document went away.
    pub(super) fn keys(element: &str, secret: &SecretString) -> Self {
        // As long as it can become, so that no shorter copy is left behind.
        let mut body = Vec::with_capacity(6 * secret.expose_secret().len() + 16);
        body.extend_from_slice(b"{\"text\":");
        serde_json::to_writer(&mut body, secret.expose_secret()).expect("writing a text to memory cannot fail");
        body.push(b'}');
        let body = String::from_utf8(body).expect("JSON is UTF-8");
        Self { is_secret: true, ..Self::with(Method::POST, of(element, "value"), Some(body)) }
    }

    fn with(method: Method, path: String, body: Option<String>) -> Self {
        Self { method, path, body: body.map(Zeroizing::new), is_secret: false }
    }
}

/// A path below an element's address. A reference comes from the driver, but by way of the page's script.
fn of(element: &str, path: &str) -> String {
    format!("element/{}/{path}", crate::event::id::percent_encode(element))
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/{}", session_id.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _request_url: &Url) -> (Method, Option<String>) {
        (self.method.clone(), self.body.as_deref().cloned())
    }
}
