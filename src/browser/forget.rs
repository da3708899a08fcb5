//! Deletes what a site left in the browser of a session, so that its next look is a stranger's.
//!
//! It is for sessions without an account, whose browser looks twice. A sign-in is never ended like this.

use std::time::Duration;

use serde_json::{Value, json};

use super::binary::Kind;
use super::page::PageError;
use super::tab::DrivenPage;
use super::wire::Command;

/// Deletes what scripts of the page's own site may have stored, and answers what is still there.
const STORED: &str = include_str!("forget.js");
/// How long all of that may take: it is little, and a page that holds on to it is no stranger's page.
const WITHIN: Duration = Duration::from_secs(10);

/// Deletes cookies, stored data and what was cached, and leaves the site for a blank page.
///
/// Chromium deletes all cookies that it has; Firefox, through its driver, those of the site that is open. It fails at any doubt:
/// another browser costs some seconds.
///
/// When dropped, some of it may be deleted, and the session is lost.
///
/// # Errors
/// The page is not on the session's own site, something is still there, or what a command answers.
pub async fn all(page: &mut DrivenPage) -> Result<(), PageError> {
    let address = page.send(Command::get("url")).await?;
    let is_own = |text: &str| url::Url::parse(text).is_ok_and(|url| url.origin() == page.origin.origin());
    if !address.as_str().is_some_and(is_own) {
        return Err(PageError::Refused("the page is not on the site whose traces are to be deleted".to_owned()));
    }
    let left = page.ask(Command::script(STORED, &json!([])), WITHIN).await?;
    if left != json!([]) {
        return Err(PageError::Refused(format!("there is still {left}")));
    }
    match page.kind {
        Kind::Chrome => {
            let origin = page.origin.origin().ascii_serialization();
            for (command, parameters) in [
                ("Network.clearBrowserCookies", json!({})),
                ("Network.clearBrowserCache", json!({})),
                ("Storage.clearDataForOrigin", json!({"origin": origin, "storageTypes": "all"})),
            ] {
                page.send(Command::post("goog/cdp/execute", &json!({"cmd": command, "params": parameters}))).await?;
            }
        }
        Kind::Firefox => {
            page.send(Command::delete("cookie")).await?;
        }
    }
    let cookies = page.send(Command::get("cookie")).await?;
    if cookies.as_array().is_none_or(|cookies| !cookies.is_empty()) {
        return Err(PageError::Refused("some cookies are still there".to_owned()));
    }
    page.send(Command::post("url", &json!({"url": "about:blank"}))).await.map(drop::<Value>)
}
