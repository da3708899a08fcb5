//! Browsers that one test after another uses: half of what the tests of pages cost is starting them.
//!
//! ```text
//! program or page of a test ──► pool ──► driver ──► browser      one driver for each browser
//! ```
//!
//! The pool speaks WebDriver like a driver that runs already. "New session" hands out a living session that was asked for
//! with the same capabilities, or starts one; "delete session" resets it (see [`reset`]) and keeps it for the next client.
//! Each client has an id of its own, which is "invalid session id" afterwards, as with a driver. A session ends after
//! [`USES`] clients and at any doubt: a command that failed in a way that pages alone do not explain, a client that went
//! away without an answer or without deleting its session, a reset that cannot be proved.
//!
//! There is one pool in a process of tests, started when the first test asks for it, and as large as its clients need. It
//! dies with the process, however that ends (see [`keeper`]).

mod keeper;
mod reset;
mod shelf;
mod slot;
mod wish;

use std::collections::BTreeMap;
use std::io::BufReader;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use rustix::process::{Signal, kill_process_group};
use serde_json::{Value, json};

use super::http::{Answer, JSON, Request, read_request, refusal, say};
use keeper::Keeper;
pub(crate) use shelf::Counts;
use shelf::{Client, Shelf};
use slot::Slot;
use wish::Wish;

/// How many clients one browser serves.
const USES: u32 = 25;

/// The address of this process's pool, for `--webdriver`; none where the environment asks for real starts everywhere.
pub(crate) fn url() -> Option<String> {
    static POOL: OnceLock<Pool> = OnceLock::new();
    (!wants_real()).then(|| POOL.get_or_init(Pool::start).url.clone())
}

/// The same for a pool of browsers as users have them, for what is about the browser itself.
pub(crate) fn plain_url() -> Option<String> {
    static POOL: OnceLock<Pool> = OnceLock::new();
    (!wants_real()).then(|| POOL.get_or_init(|| Pool::of(true)).url.clone())
}

fn wants_real() -> bool {
    std::env::var_os("EXEUNT_TEST_REAL_BROWSERS").is_some()
}

/// Has a command of the program use a browser of the pool. A command that says itself which browser it wants, needs a
/// profile or saves files has its own.
pub(crate) fn lend(command: &mut Command, arguments: &[&str]) {
    let own = ["--headed", "--webdriver", "doctor", "login", "logout", "save-data"];
    if let Some(url) = url().filter(|_| !arguments.iter().any(|word| own.contains(word))) {
        command.env("EXEUNT_BROWSER_WEBDRIVER", url);
    }
}

/// A pool. Dropping it ends its browsers.
pub(crate) struct Pool {
    /// For `--webdriver`.
    pub(crate) url: String,
    address: SocketAddr,
    inner: Arc<Inner>,
    accepting: Option<JoinHandle<()>>,
}

/// What the connections share.
struct Inner {
    /// An empty page of the pool's own.
    blank: String,
    folder: PathBuf,
    /// Whether its browsers are as users have them.
    is_plain: bool,
    shelf: Shelf,
    keeper: Mutex<Option<Arc<Keeper>>>,
    open: AtomicBool,
}

impl Pool {
    /// Starts a pool without a browser. Its browsers will be those that start quickly.
    pub(crate) fn start() -> Self {
        Self::of(false)
    }

    fn of(is_plain: bool) -> Self {
        // Its end belongs to the keeper, who also outlives a process that is killed.
        let folder = tempfile::Builder::new().prefix("exeunt-pool-").tempdir().unwrap().keep();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Inner {
            blank: format!("http://{address}/blank"),
            shelf: Shelf::default(),
            keeper: Mutex::new(Some(Arc::new(Keeper::start(&folder)))),
            folder,
            is_plain,
            open: AtomicBool::new(true),
        });
        let shared = Arc::clone(&inner);
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if !shared.open.load(Ordering::SeqCst) {
                    return;
                }
                let (stream, inner) = (stream.unwrap(), Arc::clone(&shared));
                let _ = stream.set_nodelay(true);
                std::thread::spawn(move || inner.serve(&stream));
            }
        });
        Self { url: format!("http://{address}/"), address, inner, accepting: Some(accepting) }
    }

    /// What became of sessions so far.
    pub(crate) fn counts(&self) -> Counts {
        self.inner.shelf.counts()
    }

    /// Waits until no reset is under way.
    pub(crate) fn settle(&self) {
        self.inner.shelf.settle();
    }

    /// The folder below which everything lies that its browsers write.
    pub(crate) fn folder(&self) -> PathBuf {
        self.inner.folder.clone()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.inner.open.store(false, Ordering::SeqCst);
        // Wakes the thread that waits for the next connection.
        let _ = TcpStream::connect(self.address);
        let _ = self.accepting.take().map(JoinHandle::join);
        self.inner.shelf.clear();
        self.inner.shelf.settle();
        *self.inner.keeper.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Inner {
    /// Serves one connection until the client or the pool closes it. A session whose last connection ends before it was
    /// deleted is nobody's any more.
    fn serve(self: &Arc<Self>, stream: &TcpStream) {
        let mut served: BTreeMap<String, Arc<Client>> = BTreeMap::new();
        if let Ok(own) = stream.try_clone() {
            let mut reader = BufReader::new(own);
            while let Ok(Some(request)) = read_request(&mut reader) {
                let answer = self.answer(&request, &mut served);
                if say(stream, &answer).is_err() {
                    for client in served.values() {
                        client.doubt("the client did not wait for an answer");
                    }
                    break;
                }
            }
        }
        let _ = stream.shutdown(Shutdown::Both);
        for (id, client) in served {
            if let Some(since) = client.lets_go() {
                self.shelf.orphaned(&id, &client, since);
            }
        }
    }

    fn answer(self: &Arc<Self>, request: &Request, served: &mut BTreeMap<String, Arc<Client>>) -> Answer {
        let words: Vec<&str> = request.path.trim_matches('/').splitn(3, '/').collect();
        match (request.method.as_str(), words.as_slice()) {
            ("GET", ["status"]) => value(&json!({"ready": true, "message": "browsers of the tests"})),
            ("GET", ["blank" | "blank/again", ..]) => {
                let body = b"<!doctype html><title>blank</title>".to_vec();
                Answer { status: 200, kind: "text/html; charset=utf-8", body }
            }
            ("POST", ["session"]) => match self.create(&request.body) {
                Ok((id, client, answer)) => {
                    served.insert(id, client);
                    answer
                }
                Err(answer) => answer,
            },
            (_, ["session", id, rest @ ..]) => {
                let Some(client) = self.shelf.client(id) else {
                    return refusal("invalid session id", "no such session", 404);
                };
                if !served.contains_key(*id) {
                    client.holds_on();
                    served.insert((*id).to_owned(), Arc::clone(&client));
                }
                match (request.method.as_str(), rest) {
                    ("DELETE", []) => {
                        self.release(id);
                        value(&Value::Null)
                    }
                    (_, []) => refusal("unknown command", "not below a session", 404),
                    (method, [rest, ..]) => pass(&client, method, rest, request.body.clone()),
                }
            }
            _ => refusal("unknown command", "not a command of the pool's", 404),
        }
    }

    /// A session for a client: its id, and the answer that says so.
    fn create(self: &Arc<Self>, body: &[u8]) -> Result<(String, Arc<Client>, Answer), Answer> {
        let wish = Wish::read(body).map_err(|why| refusal("invalid argument", &why, 400))?;
        let slot = loop {
            let Some(slot) = wish.key.as_ref().and_then(|key| self.shelf.take(key)) else { break self.start(&wish)? };
            // A browser that died on the shelf is found out here.
            match slot.set_timeouts(&wish.timeouts) {
                Ok(()) => break slot,
                Err(failure) => self.shelf.dropped(slot, failure.told),
            }
        };
        let mut capabilities = slot.capabilities.clone();
        capabilities.insert("timeouts".to_owned(), wish.timeouts);
        let (id, client) = self.shelf.hand_out(slot, wish.key);
        let answer = value(&json!({"sessionId": id, "capabilities": capabilities}));
        Ok((id, client, answer))
    }

    fn start(&self, wish: &Wish) -> Result<Slot, Answer> {
        let keeper = self.keeper.lock().unwrap().clone();
        let keeper = keeper.ok_or_else(|| refusal("session not created", "the pool is closed", 500))?;
        let folder = self.folder.join(self.shelf.begun().to_string());
        Slot::start(wish, folder, &keeper, self.is_plain)
    }

    /// A client is done. The session is reset on a thread of its own: the client need not wait for it.
    fn release(self: &Arc<Self>, id: &str) {
        let Some(client) = self.shelf.back(id) else { return };
        // A command that is under way ends with its driver.
        let Some(slot) = client.take() else {
            let _ = kill_process_group(client.group, Signal::KILL);
            self.shelf.ended("a command was under way".to_owned());
            return;
        };
        let doubt = client.doubts().or_else(|| (slot.uses >= USES).then(|| "it served enough clients".to_owned()));
        match (client.key.clone(), doubt) {
            (Some(key), None) => {
                let (shelf, inner) = (self.shelf.resetting(&key), Arc::clone(self));
                std::thread::spawn(move || {
                    let done = reset::reset(&slot, &inner.blank);
                    inner.shelf.reset(shelf, slot, done.map_err(|failure| failure.told));
                });
            }
            (_, doubt) => self.shelf.dropped(slot, doubt.unwrap_or_else(|| "it was one client's alone".to_owned())),
        }
    }
}

/// Has the driver carry out a client's command, and draws conclusions from the answer.
fn pass(client: &Client, method: &str, rest: &str, body: Vec<u8>) -> Answer {
    if let Some(vendor) = beyond(rest, &body) {
        client.doubt(&format!("`{vendor}` may change what no reset looks at"));
    }
    let answer = client.with(|slot| slot.pass(method, rest, body));
    match answer {
        None => refusal("invalid session id", "the session was deleted", 404),
        Some(Err(error)) => {
            client.doubt(&format!("{rest}: {error}"));
            refusal("unknown error", &format!("the driver broke off: {error}"), 500)
        }
        Some(Ok(answer)) => {
            if answer.status != 200
                && let Some(why) = strange(&answer.body)
            {
                client.doubt(&format!("{rest}: {why}"));
            }
            answer
        }
    }
}

/// A command of one browser alone that may change more than the page, by name.
fn beyond(rest: &str, body: &[u8]) -> Option<String> {
    let is_vendors = ["goog/", "moz/", "chromium/", "ms/", "se/"].iter().any(|vendor| rest.starts_with(vendor));
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let command = body["cmd"].as_str().unwrap_or(rest);
    (is_vendors && !matches!(command, "Page.captureScreenshot" | "moz/screenshot/full")).then(|| command.to_owned())
}

/// What pages alone do not explain in an answer; none for an error that a living page may well give.
fn strange(body: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let name = answer.pointer("/value/error").and_then(Value::as_str).unwrap_or("no answer of a driver");
    let usual = [
        "detached shadow root",
        "element click intercepted",
        "element not interactable",
        "invalid argument",
        "invalid element state",
        "invalid selector",
        "javascript error",
        "move target out of bounds",
        "no such alert",
        "no such cookie",
        "no such element",
        "no such frame",
        "no such shadow root",
        "no such window",
        "stale element reference",
        "unexpected alert open",
        "unknown command",
    ];
    (!usual.contains(&name)).then(|| name.to_owned())
}

fn value(value: &Value) -> Answer {
    Answer { status: 200, kind: JSON, body: json!({ "value": value }).to_string().into_bytes() }
}
