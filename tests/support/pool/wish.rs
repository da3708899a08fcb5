//! What a client asks for, and whether a session that another client had before can serve it.

use exeunt::browser::binary::Kind;
use serde_json::{Map, Value, json};

/// A client's wish for a session.
pub(super) struct Wish {
    /// Which browser.
    pub(super) kind: Kind,
    /// Everything that the browser is started with.
    pub(super) capabilities: Map<String, Value>,
    /// How long loading, scripts and looking for elements may take: set anew for each client.
    pub(super) timeouts: Value,
    /// What sessions must have in common to stand for each other; none for a wish that needs a session of its own.
    pub(super) key: Option<String>,
}

impl Wish {
    /// Reads the body of a "new session".
    ///
    /// # Errors
    /// It is none, or names no browser that is known here.
    pub(super) fn read(body: &[u8]) -> Result<Self, String> {
        let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let of = |pointer: &str| body.pointer(pointer).and_then(Value::as_object).cloned().unwrap_or_default();
        let mut capabilities = of("/capabilities/alwaysMatch");
        capabilities.extend(of("/capabilities/firstMatch/0"));
        let kind = match capabilities.get("browserName").and_then(Value::as_str) {
            Some("chrome") => Kind::Chrome,
            Some("firefox") => Kind::Firefox,
            other => return Err(format!("no browser is known as {other:?}")),
        };
        let usual = json!({"script": 30_000, "pageLoad": 300_000, "implicit": 0});
        let timeouts = capabilities.remove("timeouts").unwrap_or(usual);
        let alternatives = body.pointer("/capabilities/firstMatch").and_then(Value::as_array).map_or(1, Vec::len);
        // The map is sorted, so that equal wishes have equal texts.
        let key = (alternatives <= 1 && is_plain(&capabilities)).then(|| Value::from(capabilities.clone()).to_string());
        Ok(Self { kind, capabilities, timeouts, key })
    }
}

/// Whether a browser that is asked for like this shows no window, and keeps nothing where the client will look for it.
fn is_plain(capabilities: &Map<String, Value>) -> bool {
    let own = |key: &str| capabilities.get(key).cloned().unwrap_or_default();
    let (chrome, firefox) = (own("goog:chromeOptions"), own("moz:firefoxOptions"));
    let arguments = [&chrome, &firefox].map(|own| own["args"].as_array().cloned().unwrap_or_default()).concat();
    let mut words = arguments.iter().filter_map(Value::as_str);
    let mut prefs = [&chrome, &firefox].into_iter().filter_map(|own| own["prefs"].as_object()).flat_map(Map::keys);
    let is_headless = words.clone().any(|word| word.trim_start_matches('-').starts_with("headless"));
    let has_profile =
        words.any(|word| word.starts_with("--user-data-dir") || word.trim_start_matches('-') == "profile");
    let saves = prefs.any(|pref| matches!(pref.as_str(), "browser.download.dir" | "download.default_directory"));
    let of_its_own = ["profile", "androidPackage", "debuggerAddress", "extensions"];
    let is_elsewhere = of_its_own.iter().any(|key| chrome.get(key).is_some() || firefox.get(key).is_some());
    is_headless && !has_profile && !saves && !is_elsewhere
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(change: impl FnOnce(&mut Value)) -> Option<String> {
        let mut all = json!({
            "browserName": "firefox",
            "timeouts": {"script": 1},
            "moz:firefoxOptions": {"args": ["-headless"], "prefs": {"a": 1}},
        });
        change(&mut all);
        let body = json!({"capabilities": {"alwaysMatch": all, "firstMatch": [{}]}});
        Wish::read(body.to_string().as_bytes()).unwrap().key
    }

    #[test]
    fn sessions_stand_for_each_other_where_only_the_clients_patience_differs() {
        let usual = key(|_| {}).unwrap();
        assert_eq!(key(|all| all["timeouts"]["script"] = json!(2)).as_ref(), Some(&usual));
        assert_ne!(key(|all| all["moz:firefoxOptions"]["prefs"]["a"] = json!(2)).as_ref(), Some(&usual));
        assert_ne!(key(|all| all["pageLoadStrategy"] = json!("none")).as_ref(), Some(&usual));
    }

    #[test]
    fn what_a_client_looks_for_outside_the_session_is_started_for_it_alone() {
        assert_eq!(key(|all| all["moz:firefoxOptions"]["args"] = json!(["-headless", "-profile", "/p"])), None);
        assert_eq!(key(|all| all["moz:firefoxOptions"]["args"] = json!([])), None, "a window that is shown");
        assert_eq!(key(|all| all["moz:firefoxOptions"]["prefs"]["browser.download.dir"] = json!("/d")), None);
        let chrome = json!({"args": ["--headless=new", "--user-data-dir=/p"]});
        assert_eq!(key(|all| all["goog:chromeOptions"] = chrome), None);
    }

    #[test]
    fn a_browser_that_is_not_known_is_refused() {
        assert!(Wish::read(br#"{"capabilities": {"alwaysMatch": {"browserName": "safari"}}}"#).is_err());
        assert!(Wish::read(b"{").is_err());
    }
}
