//! One table from what both drivers and fantoccini call an error to the closed set [`PageError`].
//!
//! What is not listed is [`PageError::Refused`] where a driver answered in the protocol's own form, and
//! [`PageError::Lost`] where it did not: nothing unknown is ever read as "it did not happen".

use fantoccini::error::{CmdError, ErrorStatus, NewSessionError, WebDriver};
use serde_json::Value;

use super::page::PageError;

/// How a command failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The document went away under the script: ask the next one.
    Cut,
    /// The driver waited for the page as long as a load may take: the driver's own words.
    TimedOut(String),
    /// Anything else.
    Page(PageError),
}

impl From<Fault> for PageError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Cut => {
                Self::Refused("the document went away under the script, or the page does not answer".to_owned())
            }
            Fault::TimedOut(why) => Self::Refused(format!("timeout: {why}")),
            Fault::Page(error) => error,
        }
    }
}

/// Texts after which the session, its tab or its browser is gone, whatever the error's code.
const LOST: [&str; 11] = [
    "tab crashed",
    "page crash",
    "chrome not reachable",
    "not connected to devtools",
    "disconnected",
    "closed the connection",
    "failed to decode response from marionette",
    "tried to run command without establishing a connection",
    "browsing context has been discarded",
    "target window already closed",
    "no such window",
];

/// Texts that say that a navigation took the document away under a script.
const CUT: [&str; 9] = [
    "document was unloaded",
    "aborted by navigation",
    "execution context was destroyed",
    "cannot find context with specified id",
    "no such execution context",
    "inspected target navigated or closed",
    "actor 'marionettecommands' destroyed before query",
    "loader has changed while resolving nodes",
    // Firefox had no document left to begin the script in; it calls that "out of memory".
    "evalinsandbox",
];

/// Texts of addresses that could not be loaded.
const UNREACHABLE: [&str; 4] = ["net::err_", "reached error page", "about:neterror", "ns_error_"];

/// The table.
pub(super) fn fault(error: CmdError) -> Fault {
    match error {
        CmdError::Standard(error) => standard(&error),
        CmdError::NotW3C(Value::String(text)) => by_text(&text).unwrap_or_else(|| refused(&text)),
        CmdError::NotW3C(other) => by_text(&other.to_string()).unwrap_or_else(|| lost(&cut(&other.to_string()))),
        // geckodriver's way to say that it does not know a command.
        CmdError::NotJson(text) if text.trim() == "HTTP method not allowed" => refused(&text),
        CmdError::NotJson(text) => lost(&format!("not a driver's answer: {}", cut(&text))),
        CmdError::InvalidArgument(argument, why) => refused(&format!("{argument}: {why}")),
        other => lost(&other.to_string()),
    }
}

fn standard(error: &WebDriver) -> Fault {
    let text = &*error.message;
    match error.error {
        ErrorStatus::StaleElementReference | ErrorStatus::NoSuchElement | ErrorStatus::DetachedShadowRoot => {
            Fault::Page(PageError::Stale)
        }
        ErrorStatus::UnexpectedAlertOpen => Fault::Page(PageError::Prompt(prompt(error))),
        ErrorStatus::InvalidSessionId | ErrorStatus::NoSuchWindow | ErrorStatus::SessionNotCreated => lost(text),
        ErrorStatus::InsecureCertificate => Fault::Page(PageError::Unreachable(cut(text))),
        ErrorStatus::ScriptTimeout => Fault::Cut,
        ErrorStatus::Timeout => by_text(text).unwrap_or_else(|| Fault::TimedOut(cut(text))),
        ErrorStatus::JavascriptError => match by_text(text) {
            Some(known) => known,
            None => Fault::Page(PageError::Garbled(cut(text))),
        },
        _ => by_text(text).unwrap_or_else(|| refused(&format!("{}: {text}", error.error))),
    }
}

fn by_text(text: &str) -> Option<Fault> {
    let folded = text.to_lowercase();
    let says = |list: &[&str]| list.iter().any(|part| folded.contains(part));
    if says(&LOST) {
        return Some(lost(text));
    }
    if says(&CUT) {
        return Some(Fault::Cut);
    }
    says(&UNREACHABLE).then(|| Fault::Page(PageError::Unreachable(cut(text))))
}

fn lost(why: &str) -> Fault {
    Fault::Page(PageError::Lost(cut(why)))
}

fn refused(why: &str) -> Fault {
    Fault::Page(PageError::Refused(cut(why)))
}

/// The same fault without any text of the driver's.
pub(super) fn mute(fault: Fault) -> Fault {
    match fault {
        Fault::Page(PageError::Refused(_)) => refused("it did not type"),
        Fault::Page(PageError::Lost(_)) => lost("the driver or its page was lost while it typed"),
        Fault::Page(PageError::Garbled(_)) => Fault::Page(PageError::Garbled("no answer to typing".to_owned())),
        Fault::Page(PageError::Prompt(_)) => Fault::Page(PageError::Prompt(String::new())),
        Fault::Page(PageError::Unreachable(_)) => Fault::Page(PageError::Unreachable("while it typed".to_owned())),
        Fault::Page(
            error @ (PageError::Stale | PageError::Barred(_) | PageError::Unproved(_) | PageError::Shown(_)),
        ) => Fault::Page(error),
        Fault::TimedOut(_) => Fault::TimedOut("while it typed".to_owned()),
        Fault::Cut => Fault::Cut,
    }
}

fn prompt(error: &WebDriver) -> String {
    let text = error.data.as_ref().and_then(|data| data.get("text")).and_then(Value::as_str);
    match text {
        Some(text) => cut(text),
        None => match error.message.split_once("Alert text : ") {
            Some((_, rest)) => cut(rest.trim_end().trim_end_matches('}')),
            None => cut(&error.message),
        },
    }
}

/// The first line of a driver's message, at most 300 characters: what follows are stack addresses.
pub(super) fn cut(text: &str) -> String {
    text.trim().lines().next().unwrap_or_default().chars().take(300).collect()
}

/// Why no session was created, as one line.
pub(super) fn not_created(error: &NewSessionError) -> String {
    match error {
        NewSessionError::SessionNotCreated(error) => cut(&error.message),
        NewSessionError::NotW3C(Value::String(text)) => cut(text),
        NewSessionError::NotW3C(value) => {
            cut(value.get("message").and_then(Value::as_str).unwrap_or(&value.to_string()))
        }
        other => cut(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::path::PathBuf;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use axum::Router;
    use axum::http::{StatusCode, header};
    use axum::response::IntoResponse as _;
    use serde_json::{Map, json};

    use super::super::binary::{Binaries, Kind};
    use super::super::driver::Driver;
    use super::super::opening::Open;
    use super::super::page::{Deadlines, Page as _, Status};
    use super::super::session::{self, Session};
    use super::super::tab::DrivenPage;
    use super::super::wire::Command;
    use super::*;
    use crate::flow::query::Look;

    /// What a driver answers, to the byte.
    #[derive(Clone)]
    struct Reply(u16, &'static str, Vec<u8>);

    fn standard(error: &str, message: &str) -> Reply {
        let body = json!({"value": {"error": error, "message": message, "stacktrace": "#0 0x55"}});
        Reply(
            if error.starts_with("no such") { 404 } else { 500 },
            "application/json; charset=utf-8",
            body.to_string().into(),
        )
    }

    /// A session with a driver that answers every command in the same way.
    async fn session(reply: Reply) -> Session {
        session_of(vec![reply]).await
    }

    /// A session with a driver that answers in this order, and the last for ever.
    async fn session_of(replies: Vec<Reply>) -> Session {
        let replies = Arc::new(Mutex::new(VecDeque::from(replies)));
        let created = json!({"value": {"sessionId": "s", "capabilities": {}}}).to_string();
        let answer = move || async move {
            let reply = {
                let mut replies = replies.lock().unwrap();
                if replies.len() > 1 { replies.pop_front().unwrap() } else { replies[0].clone() }
            };
            let status = StatusCode::from_u16(reply.0).unwrap();
            (status, [(header::CONTENT_TYPE, reply.1)], reply.2).into_response()
        };
        let json = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
        let app = Router::new()
            .route("/session", axum::routing::post(move || async move { (json, created) }))
            .fallback(axum::routing::any(answer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        session::create(Driver::Attached { url }, Map::new(), Duration::from_secs(10)).await.unwrap()
    }

    async fn fault_of(reply: Reply) -> Fault {
        session(reply).await.send(Command::get("title"), Duration::from_secs(10)).await.unwrap_err()
    }

    fn kind(fault: &Fault) -> &'static str {
        match fault {
            Fault::Cut => "cut",
            Fault::TimedOut(_) => "timed out",
            Fault::Page(PageError::Stale) => "stale",
            Fault::Page(PageError::Refused(_)) => "refused",
            Fault::Page(PageError::Prompt(_)) => "prompt",
            Fault::Page(PageError::Unreachable(_)) => "unreachable",
            Fault::Page(PageError::Lost(_)) => "lost",
            Fault::Page(PageError::Garbled(_)) => "garbled",
            Fault::Page(PageError::Barred(_)) => "barred",
            Fault::Page(PageError::Unproved(_)) => "unproved",
            Fault::Page(PageError::Shown(_)) => "shown",
        }
    }

    #[tokio::test]
    async fn every_shape_that_a_driver_answers_has_its_place() {
        for (wanted, error, message) in [
            (
                "stale",
                "stale element reference",
                "stale element reference: stale element not found in the current frame",
            ),
            (
                "stale",
                "no such element",
                "The element with the reference 5b1 is not known in the current browsing context",
            ),
            ("refused", "element click intercepted", "Element <button> is not clickable at point (62,21)"),
            ("refused", "move target out of bounds", "Move target (45, 2021) is out of bounds of viewport"),
            ("refused", "unknown command", "unknown command: session/s/nothing"),
            ("timed out", "timeout", "Navigation timed out after 40000 ms"),
            ("timed out", "timeout", "timeout: Timed out receiving message from renderer: 12.000"),
            ("cut", "script timeout", "script timeout"),
            ("cut", "javascript error", "Document was unloaded"),
            (
                "cut",
                "unknown error",
                "[Exception... \"Component returned failure code: 0x8007000e (NS_ERROR_OUT_OF_MEMORY) \
                 [nsIXPCComponents_Utils.evalInSandbox]\"  nsresult: \"0x8007000e (NS_ERROR_OUT_OF_MEMORY)\"  location: \
                 \"JS frame :: chrome://remote/content/marionette/evaluate.sys.mjs :: evaluate.sandbox/promise< :: line 127\"",
            ),
            ("cut", "unknown error", "unknown error: aborted by navigation: loader has changed while resolving nodes"),
            ("garbled", "javascript error", "javascript error: Cannot read properties of null"),
            ("lost", "invalid session id", "session deleted as the browser has closed the connection"),
            ("lost", "unknown error", "Failed to decode response from marionette"),
            ("lost", "no such window", "no such window: target window already closed"),
            ("lost", "tab crashed", "session deleted because of page crash from tab crashed"),
            ("lost", "disconnected", "disconnected: not connected to DevTools"),
            ("unreachable", "unknown error", "unknown error: net::ERR_NAME_NOT_RESOLVED"),
            ("unreachable", "unknown error", "Reached error page: about:neterror?e=dnsNotFound&u=https%3A//x/"),
            ("unreachable", "insecure certificate", "insecure certificate"),
            ("refused", "an error of tomorrow", "something new"),
        ] {
            let fault = fault_of(standard(error, message)).await;
            assert_eq!(kind(&fault), wanted, "{error}: {message}: {fault:?}");
        }
    }

    #[tokio::test]
    async fn what_is_no_driver_s_answer_is_a_lost_session() {
        let json = "application/json; charset=utf-8";
        for (reply, what) in [
            (Reply(403, "text/plain", b"forbidden".to_vec()), "a refusal in plain text"),
            (Reply(502, "text/html", b"<html>Bad gateway</html>".to_vec()), "a proxy's page"),
            (Reply(200, json, br#"{"value": {"cut": "#.to_vec()), "JSON that is cut short"),
            (Reply(200, json, b"[]".to_vec()), "JSON without a value"),
            (Reply(200, json, b"{}".to_vec()), "an object without a value"),
            (Reply(500, json, br#"{"value": 7}"#.to_vec()), "an error that is none"),
            (Reply(200, json, b"{\"value\": \"\xff\xfe\"}".to_vec()), "bytes that are no text"),
            (Reply(200, "text/plain", br#"{"value": null}"#.to_vec()), "an answer that claims to be no JSON"),
        ] {
            let mut session = session(reply).await;
            let first = session.send(Command::get("title"), Duration::from_secs(10)).await.unwrap_err();
            assert_eq!(kind(&first), "lost", "{what}: {first:?}");
            let sent = session.commands;
            let second = session.send(Command::get("title"), Duration::from_secs(10)).await.unwrap_err();
            assert_eq!((kind(&second), session.commands), ("lost", sent), "{what}: nothing is sent after it");
        }
        // geckodriver's way to say that it does not know a command is not the end of the session.
        let unknown = Reply(405, "text/plain", b"HTTP method not allowed".to_vec());
        assert_eq!(kind(&fault_of(unknown).await), "refused");
    }

    #[tokio::test]
    async fn the_text_of_a_prompt_is_found_in_both_forms() {
        let chrome = standard("unexpected alert open", "unexpected alert open: {Alert text : Really remove Ann?}");
        let wanted = Fault::Page(PageError::Prompt("Really remove Ann?".to_owned()));
        assert_eq!(fault_of(chrome).await, wanted);
        let body = json!({"value": {
            "error": "unexpected alert open",
            "message": "Dismissed user prompt dialog",
            "stacktrace": "",
            "data": {"text": "Really remove Ann?"},
        }});
        assert_eq!(fault_of(Reply(500, "application/json", body.to_string().into())).await, wanted);
    }

    /// A page of a session with a canned driver.
    async fn page(replies: Vec<Reply>) -> DrivenPage {
        let options = Open {
            kind: Kind::Chrome,
            binaries: Binaries::default(),
            webdriver: None,
            remote_http: false,
            headless: true,
            profile: None,
            origin: "http://127.0.0.1:1".to_owned(),
            records: PathBuf::new(),
            temp: PathBuf::new(),
            deadlines: Deadlines::default(),
            masks: vec![],
            downloads: None,
            uncached: false,
            loopback_only: true,
        };
        DrivenPage::new(session_of(replies).await, "http://127.0.0.1:1/".parse().unwrap(), None, options)
    }

    fn seen() -> Reply {
        let page = json!({
            "address": "http://127.0.0.1:1/", "title": "", "language": "en", "generation": null, "http_status": 200,
            "throttled": 0, "visible": true, "id": "d", "viewport": [100, 100, 1],
        });
        let body = json!({"value": {"status": "met", "met": 0, "page": page, "found": {}, "click": null}});
        Reply(200, "application/json; charset=utf-8", body.to_string().into())
    }

    #[tokio::test]
    async fn a_look_whose_element_was_replaced_on_the_way_is_asked_again() {
        let stale = || standard("stale element reference", "stale element not found in the current frame");
        let mut once = page(vec![stale(), seen()]).await;
        let look = Look { v: 1, within_ms: 2000, ..Look::default() };
        let before = once.commands();
        assert_eq!(once.look(&look).await.unwrap().status, Status::Met);
        assert_eq!(once.commands() - before, 2, "asked twice");
    }

    #[tokio::test]
    async fn a_driver_that_does_not_answer_is_given_up_at_the_deadline() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let began = std::time::Instant::now();
        let deadline = Duration::from_millis(300);
        let error = session::create(Driver::Attached { url }, Map::new(), deadline).await.err().unwrap();
        assert!(error.to_string().contains("no answer"), "{error}");
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}
