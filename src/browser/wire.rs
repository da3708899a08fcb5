//! A WebDriver command as method, path and body: the few endpoints that the engine needs.

use std::fmt;

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::Value;
use url::{ParseError, Url};

/// The key under which WebDriver wraps a reference to an element.
pub(super) const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One command of a session. It never shows its body: that may hold what is typed.
pub(super) struct Command {
    method: Method,
    path: String,
    body: Option<String>,
}

impl Command {
    /// A POST below the session's address.
    pub(super) fn post(path: &'static str, body: &Value) -> Self {
        Self { method: Method::POST, path: path.to_owned(), body: Some(body.to_string()) }
    }

    /// A GET below the session's address.
    pub(super) fn get(path: &'static str) -> Self {
        Self { method: Method::GET, path: path.to_owned(), body: None }
    }

    /// A GET below an element's address.
    pub(super) fn get_of(element: &str, path: &str) -> Self {
        // A reference comes from the driver, but by way of the page's script.
        let element = crate::event::id::percent_encode(element);
        Self { method: Method::GET, path: format!("element/{element}/{path}"), body: None }
    }
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
        (self.method.clone(), self.body.clone())
    }
}
