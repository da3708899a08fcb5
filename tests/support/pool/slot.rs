//! One living session, with the driver that serves nobody else.

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use exeunt::browser::binary::Kind;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Map, Value, json};

use super::super::foreign::{Foreign, pair, plain_pair};
use super::super::http::{self, Answer, Request, refusal};
use super::keeper::Keeper;
use super::reset::{self, View};
use super::wish::Wish;

/// How long a command of the pool's own may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a browser may take to start, on a machine that has much else to do.
const START: Duration = Duration::from_secs(120);

/// A session, its driver and its browser. Dropping it kills both and deletes what they wrote.
pub(super) struct Slot {
    driver: Foreign,
    keeper: Arc<Keeper>,
    folder: PathBuf,
    /// The driver's own name for the session.
    session: String,
    pub(super) kind: Kind,
    /// What the driver says about the session.
    pub(super) capabilities: Map<String, Value>,
    /// How the window was when the browser had just started.
    pub(super) home: View,
    /// How many clients had it.
    pub(super) uses: u32,
}

/// Why a command of the pool's own failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// The error's name as WebDriver has it; empty where there is none.
    pub(super) name: String,
    /// What is known about it.
    pub(super) told: String,
}

impl Failure {
    /// One that has no name.
    pub(super) fn of(told: impl fmt::Display) -> Self {
        Self { name: String::new(), told: told.to_string() }
    }
}

impl Slot {
    /// Starts driver and browser, as users have it or one that starts quickly. `folder` is made for everything that they write.
    ///
    /// # Errors
    /// The answer of a driver that created no session.
    pub(super) fn start(wish: &Wish, folder: PathBuf, keeper: &Arc<Keeper>, is_plain: bool) -> Result<Self, Answer> {
        fs::create_dir(&folder).unwrap();
        let kind = wish.kind;
        let driver = Foreign::prepared(kind, &folder, |command| {
            command.env("HOME", &folder).env("MOZ_CRASHREPORTER_DISABLE", "1");
            if kind == Kind::Firefox {
                // What a page left is deleted, and counted, by the browser's own code.
                command.arg("--allow-system-access");
            }
        });
        keeper.began(driver.group());
        let keeper = Arc::clone(keeper);
        let (session, capabilities, home, uses) = (String::new(), Map::new(), View::default(), 0);
        let mut slot = Self { driver, keeper, folder, session, kind, capabilities, home, uses };
        let mut wanted = wish.capabilities.clone();
        wanted.insert("timeouts".to_owned(), wish.timeouts.clone());
        let own = if kind == Kind::Chrome { "goog:chromeOptions" } else { "moz:firefoxOptions" };
        if let Some(options) = wanted.get_mut(own).and_then(Value::as_object_mut) {
            options.entry("binary").or_insert_with(|| {
                let pair = if is_plain { plain_pair(kind) } else { pair(kind) };
                json!(pair.browser.path)
            });
        }
        let body = json!({"capabilities": {"alwaysMatch": wanted}}).to_string().into_bytes();
        let asked = Request { method: "POST".to_owned(), path: "/session".to_owned(), body };
        let answer = http::send(slot.authority(), &asked, Some(START));
        let answer = answer.map_err(|error| refusal("session not created", &error.to_string(), 500))?;
        let created: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match (created.pointer("/value/sessionId"), created.pointer("/value/capabilities")) {
            (Some(Value::String(session)), Some(Value::Object(capabilities))) => {
                slot.session.clone_from(session);
                slot.capabilities.clone_from(capabilities);
            }
            _ => return Err(answer),
        }
        let seen = reset::view(&slot);
        slot.home = seen.map_err(|failure| refusal("session not created", &failure.told, 500))?;
        Ok(slot)
    }

    /// The process group of driver and browser.
    pub(super) fn group(&self) -> Pid {
        self.driver.group()
    }

    /// Sends a client's command, whose path below the session is `rest`.
    pub(super) fn pass(&self, method: &str, rest: &str, body: Vec<u8>) -> std::io::Result<Answer> {
        self.send(method, rest, body, None)
    }

    /// Sets how long loading, scripts and looking for elements may take.
    pub(super) fn set_timeouts(&self, timeouts: &Value) -> Result<(), Failure> {
        self.post("timeouts", timeouts).map(drop)
    }

    /// A command of the pool's own; the value of the answer.
    pub(super) fn post(&self, rest: &str, body: &Value) -> Result<Value, Failure> {
        self.own("POST", rest, body.to_string().into_bytes())
    }

    /// The same without a body.
    pub(super) fn get(&self, rest: &str) -> Result<Value, Failure> {
        self.own("GET", rest, vec![])
    }

    /// The same for what is ended.
    pub(super) fn delete(&self, rest: &str) -> Result<Value, Failure> {
        self.own("DELETE", rest, vec![])
    }

    fn own(&self, method: &str, rest: &str, body: Vec<u8>) -> Result<Value, Failure> {
        let answer = self.send(method, rest, body, Some(PATIENCE));
        let answer = answer.map_err(|error| Failure::of(format_args!("{method} {rest}: {error}")))?;
        let mut answer: Value = serde_json::from_slice(&answer.body)
            .map_err(|error| Failure::of(format_args!("{method} {rest}: {error}")))?;
        match answer.pointer("/value/error").and_then(Value::as_str) {
            None => Ok(answer["value"].take()),
            Some(name) => {
                let message = answer["value"]["message"].as_str().unwrap_or_default();
                Err(Failure { name: name.to_owned(), told: format!("{method} {rest}: {name}: {message}") })
            }
        }
    }

    fn send(&self, method: &str, rest: &str, body: Vec<u8>, within: Option<Duration>) -> std::io::Result<Answer> {
        let path = format!("/session/{}/{rest}", self.session);
        http::send(self.authority(), &Request { method: method.to_owned(), path, body }, within)
    }

    fn authority(&self) -> &str {
        self.driver.url.strip_prefix("http://").unwrap()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let group = self.driver.group();
        let _ = kill_process_group(group, Signal::KILL);
        // While the driver waits to be buried its number is no other process's.
        self.keeper.ended(group);
        let until = Instant::now() + PATIENCE;
        while fs::remove_dir_all(&self.folder).is_err() && self.folder.exists() && Instant::now() < until {
            std::thread::yield_now();
        }
    }
}
