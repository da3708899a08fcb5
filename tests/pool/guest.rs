//! A client that speaks WebDriver itself, and a site whose pages keep whatever a page can keep.

use std::cell::RefCell;
use std::io::BufReader;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

use exeunt::browser::binary::Kind;
use serde_json::{Value, json};

use super::http::{self, Answer, Request};

/// A session of the pool's, on one connection.
pub(crate) struct Guest {
    authority: String,
    connection: RefCell<BufReader<TcpStream>>,
    pub(crate) id: String,
    pub(crate) kind: Kind,
}

/// What is asked for, as the program does.
pub(crate) fn capabilities(kind: Kind) -> Value {
    let mut all = json!({
        "acceptInsecureCerts": false,
        "pageLoadStrategy": "eager",
        "unhandledPromptBehavior": "ignore",
        "timeouts": {"script": 18_000, "pageLoad": 60_000, "implicit": 0},
        "browserName": kind.as_str(),
    });
    match kind {
        Kind::Chrome => {
            let args = ["--remote-debugging-pipe", "--headless=new", "--no-sandbox", "--window-size=1366,900"];
            all["goog:chromeOptions"] = json!({ "args": args });
        }
        Kind::Firefox => {
            let args = ["--width=1366", "--height=900", "-headless"];
            all["moz:firefoxOptions"] = json!({"args": args, "prefs": {"browser.startup.homepage": "about:blank"}});
        }
    }
    all
}

impl Guest {
    /// Opens a session.
    pub(crate) fn new(url: &str, kind: Kind) -> Self {
        Self::with(url, kind, &capabilities(kind))
    }

    /// Opens a session of these capabilities.
    pub(crate) fn with(url: &str, kind: Kind, capabilities: &Value) -> Self {
        let authority = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let body = json!({"capabilities": {"alwaysMatch": capabilities}});
        let mut connection = BufReader::new(TcpStream::connect(&authority).unwrap());
        let created = value(http::exchange(&mut connection, &authority, &request("POST", "/session", &body)));
        let id = created["sessionId"].as_str().unwrap_or_else(|| panic!("{created}")).to_owned();
        assert_eq!(created["capabilities"]["timeouts"], capabilities["timeouts"]);
        Self { authority, connection: RefCell::new(connection), id, kind }
    }

    /// Sends a command; the value of the answer, an error's too.
    pub(crate) fn ask(&self, method: &str, rest: &str, body: &Value) -> Value {
        self.send(method, &format!("/session/{}/{rest}", self.id), body)
    }

    /// Sends a command that must do.
    pub(crate) fn post(&self, rest: &str, body: &Value) -> Value {
        let answer = self.ask("POST", rest, body);
        assert!(answer.get("error").is_none(), "{} {rest}: {answer}", self.kind);
        answer
    }

    /// Goes to a page.
    pub(crate) fn goto(&self, address: &str) {
        self.post("url", &json!({"url": address}));
    }

    /// Runs a script in the page; it may wait.
    pub(crate) fn script(&self, body: &str) -> Value {
        self.post("execute/sync", &json!({"script": format!("return (async () => {{ {body} }})()"), "args": []}))
    }

    /// Presses these keys one after another while Control is held.
    pub(crate) fn with_control(&self, keys: &str) {
        let key = |kind: &str, value: char| json!({"type": kind, "value": value.to_string()});
        let mut actions = vec![key("keyDown", '\u{e009}')];
        for one in keys.chars() {
            actions.extend([key("keyDown", one), key("keyUp", one)]);
        }
        actions.push(key("keyUp", '\u{e009}'));
        self.post("actions", &json!({"actions": [{"type": "key", "id": "keys", "actions": actions}]}));
    }

    /// Deletes the session; its id.
    pub(crate) fn leave(self) -> String {
        assert_eq!(self.send("DELETE", &format!("/session/{}", self.id), &Value::Null), Value::Null);
        self.id
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        value(http::exchange(&mut self.connection.borrow_mut(), &self.authority, &request(method, path, body)))
    }
}

/// Sends a command on a connection of its own; the value of the answer.
pub(crate) fn send(authority: &str, method: &str, path: &str, body: &Value) -> Value {
    value(http::send(authority, &request(method, path, body), None))
}

fn request(method: &str, path: &str, body: &Value) -> Request {
    let body = if body.is_null() { vec![] } else { body.to_string().into_bytes() };
    Request { method: method.to_owned(), path: path.to_owned(), body }
}

fn value(answer: std::io::Result<Answer>) -> Value {
    serde_json::from_slice::<Value>(&answer.unwrap().body).unwrap()["value"].take()
}

/// A site. Its pages may be kept by caches, and `/never` is answered only when the site is dropped.
pub(crate) struct Place {
    pub(crate) origin: String,
    asked: Arc<Mutex<Vec<String>>>,
    over: Arc<(Mutex<bool>, Condvar)>,
}

/// Serves the pages of a service worker's site.
const WORKER: &str = "
    addEventListener('install', () => skipWaiting());
    addEventListener('activate', event => event.waitUntil(clients.claim()));
    addEventListener('fetch', event => {
        if (event.request.url.endsWith('/answer')) { event.respondWith(new Response('from the worker')); }
    });";

impl Place {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let over = Arc::new((Mutex::new(false), Condvar::new()));
        let (log, end) = (Arc::clone(&asked), Arc::clone(&over));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, log, end) = (stream.unwrap(), Arc::clone(&log), Arc::clone(&end));
                std::thread::spawn(move || {
                    let mut reader = BufReader::new(stream.try_clone().unwrap());
                    while let Ok(Some(request)) = http::read_request(&mut reader) {
                        log.lock().unwrap().push(request.path.clone());
                        if request.path == "/never" {
                            drop(end.1.wait_while(end.0.lock().unwrap(), |over| !*over).unwrap());
                        }
                        if http::say(&stream, &page(&request.path)).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { origin, asked, over }
    }

    /// How often a path was asked for.
    pub(crate) fn asked(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|one| *one == path).count()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *self.over.0.lock().unwrap() = true;
        self.over.1.notify_all();
    }
}

fn page(path: &str) -> Answer {
    let (kind, body) = match path {
        "/worker.js" => ("text/javascript", WORKER.to_owned()),
        "/answer" => ("text/plain\r\nCache-Control: no-store", "from the site".to_owned()),
        "/kept" => ("text/plain\r\nCache-Control: max-age=6000", "kept".to_owned()),
        _ => ("text/html", "<!doctype html><title>a page</title><iframe srcdoc='inside'></iframe><p>text".to_owned()),
    };
    Answer { status: 200, kind, body: body.into_bytes() }
}
