//! A driver behind a gateway that writes down every command, changes the wish for a session, and can act between two
//! commands, as a page or a person may at the worst moment.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use exeunt::browser::DrivenPage;
use exeunt::browser::binary::Kind;
use exeunt::browser::open::{Open, open};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use crate::support::{drivers, processes, starts};

/// The largest answer of a driver: a picture.
const MOST: usize = 64 * 1024 * 1024;

/// A driver and what stands before it. Dropping it ends the driver.
pub(crate) struct Gateway {
    inner: Arc<Inner>,
    url: String,
    driver: Child,
}

struct Inner {
    client: Client<HttpConnector, Body>,
    driver: String,
    wish: Value,
    notes: Mutex<Notes>,
}

#[derive(Default)]
struct Notes {
    commands: Vec<(String, String)>,
    session: String,
    before: Option<(String, Vec<(String, Value)>)>,
}

impl Gateway {
    /// Starts a driver and the gateway. `wish` is laid over what the browser is asked for.
    pub(crate) async fn start(kind: Kind, place: &Path, wish: Value) -> Self {
        let name = if kind == Kind::Chrome { "chromedriver" } else { "geckodriver" };
        let program = drivers::search().into_iter().map(|folder| folder.join(name)).find(|path| path.exists()).unwrap();
        let port = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().port()
        };
        let mut command = Command::new(program);
        command.arg(format!("--port={port}")).env("TMPDIR", place).stdout(Stdio::null()).stderr(Stdio::null());
        if kind == Kind::Firefox {
            command.arg("--websocket-port=0");
        }
        let driver = command.spawn().unwrap();
        starts::note(kind);
        processes::until("the driver's port", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        let inner = Arc::new(Inner {
            client: Client::builder(TokioExecutor::new()).build_http(),
            driver: format!("http://127.0.0.1:{port}"),
            wish,
            notes: Mutex::new(Notes::default()),
        });
        let app = Router::new().fallback(pass).with_state(Arc::clone(&inner));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { inner, url, driver }
    }

    /// Opens a page through it.
    pub(crate) async fn page(&self, kind: Kind, origin: &str, place: &Path) -> DrivenPage {
        let webdriver = Some(self.url.clone());
        open(Open { webdriver, ..drivers::options(kind, origin, place) }).await.unwrap()
    }

    /// Before the next command whose path ends like this, these commands are sent: path below the session, body.
    pub(crate) fn before(&self, ending: &str, commands: Vec<(&str, Value)>) {
        let commands = commands.into_iter().map(|(path, body)| (path.to_owned(), body)).collect();
        self.inner.notes.lock().unwrap().before = Some((ending.to_owned(), commands));
    }

    /// Sends a command of the test's own; the value of the answer.
    pub(crate) async fn send(&self, path: &str, body: &Value) -> Value {
        self.inner.own(path, body).await
    }

    /// Every command so far: method and path, body.
    pub(crate) fn commands(&self) -> Vec<(String, String)> {
        self.inner.notes.lock().unwrap().commands.clone()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Inner {
    async fn own(&self, path: &str, body: &Value) -> Value {
        let session = self.notes.lock().unwrap().session.clone();
        let uri = format!("{}/session/{session}/{path}", self.driver);
        let request = Request::post(uri).header(header::CONTENT_TYPE, "application/json");
        let request = request.body(Body::from(body.to_string())).unwrap();
        let answer = self.client.request(request).await.unwrap();
        let bytes = to_bytes(Body::new(answer.into_body()), MOST).await.unwrap();
        let answer: Value = serde_json::from_slice(&bytes).unwrap();
        assert!(answer["value"].get("error").is_none(), "{path}: {answer}");
        answer["value"].clone()
    }

    /// What is to be sent before this command, once.
    fn due(&self, path: &str) -> Vec<(String, Value)> {
        let mut notes = self.notes.lock().unwrap();
        match &notes.before {
            Some((ending, _)) if path.ends_with(ending.as_str()) => notes.before.take().unwrap().1,
            _ => vec![],
        }
    }
}

async fn pass(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let mut body = to_bytes(body, MOST).await.unwrap().to_vec();
    for (path, body) in inner.due(&path) {
        inner.own(&path, &body).await;
    }
    if path.ends_with("/session") {
        body = wished(&body, &inner.wish);
    }
    let text = String::from_utf8_lossy(&body).into_owned();
    inner.notes.lock().unwrap().commands.push((format!("{} {path}", parts.method), text));
    let mut onward = Request::builder().method(parts.method).uri(format!("{}{path}", inner.driver));
    onward = onward.header(header::CONTENT_TYPE, "application/json");
    let answer = match inner.client.request(onward.body(Body::from(body)).unwrap()).await {
        Ok(answer) => answer,
        Err(_) => return StatusCode::BAD_GATEWAY.into_response(),
    };
    let status = answer.status();
    let bytes = to_bytes(Body::new(answer.into_body()), MOST).await.unwrap();
    if path.ends_with("/session") {
        let created: Value = serde_json::from_slice(&bytes).unwrap();
        created["value"]["sessionId"].as_str().unwrap_or_default().clone_into(&mut inner.notes.lock().unwrap().session);
    }
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], bytes).into_response()
}

/// A wish for a session with more in it.
fn wished(body: &[u8], more: &Value) -> Vec<u8> {
    let mut wish: Value = serde_json::from_slice(body).unwrap();
    let always = match wish.pointer_mut("/capabilities/alwaysMatch") {
        Some(always) if always.as_object().is_some_and(|map| !map.is_empty()) => always,
        _ => wish.pointer_mut("/capabilities/firstMatch/0").unwrap(),
    };
    for (key, value) in more.as_object().unwrap() {
        let args = always[key]["args"].as_array_mut().unwrap();
        args.extend(value["args"].as_array().cloned().unwrap_or_default());
        for (name, pref) in value["prefs"].as_object().cloned().unwrap_or_default() {
            always[key]["prefs"][name] = pref;
        }
    }
    wish.to_string().into_bytes()
}

/// A browser with two device pixels for each pixel of the page.
pub(crate) fn fine_screen(kind: Kind) -> Value {
    match kind {
        Kind::Chrome => json!({"goog:chromeOptions": {"args": ["--force-device-scale-factor=2"]}}),
        Kind::Firefox => json!({"moz:firefoxOptions": {"prefs": {"layout.css.devPixelsPerPx": "2.0"}}}),
    }
}
