//! The one page of a session, and what is known of it; every command to it passes here.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::binary::{Kind, Pair};
use super::driver::Driver;
use super::error::Fault;
use super::nonce::hex;
use super::opening::Open;
use super::page::{Armed, Deadlines, PageError};
use super::session::Session;
use super::typed::Typed;
use super::wire::Command;

/// A page of one session. Close it; dropping it kills the driver and the browser instead.
#[derive(Debug)]
pub struct DrivenPage {
    pub(super) session: Session,
    pub(super) kind: Kind,
    pub(super) origin: Url,
    pair: Option<Pair>,
    pub(super) deadlines: Deadlines,
    /// The name under which the agent finds in a document what an earlier call left there.
    pub(super) secret: String,
    /// What is covered in every picture beside the fields for secrets: selectors of the pack.
    pub(super) masks: Vec<String>,
    /// What was typed as a secret in this session.
    pub(super) typed: Typed,
    /// The address that was loaded last.
    pub(super) at: String,
    /// Whether each load is answered by the site's own server.
    pub(super) passes_stores_by: bool,
    /// Whether the command before was one that may have begun to load a document.
    acted: bool,
}

/// How long a page that was left alone may take to show that it is there.
const ANSWERS: Duration = Duration::from_secs(5);

impl DrivenPage {
    pub(super) fn new(session: Session, origin: Url, pair: Option<Pair>, options: Open) -> Self {
        let Open { kind, deadlines, masks, .. } = options;
        let (secret, typed) = (hex(16), Typed::default());
        let (at, passes_stores_by, acted) = (String::new(), false, false);
        Self { session, kind, origin, pair, deadlines, secret, masks, typed, at, passes_stores_by, acted }
    }

    /// Browser and driver with their versions, as they say it.
    #[must_use]
    pub fn about(&self) -> String {
        let said = |key: &str| self.session.capabilities.get(key).and_then(Value::as_str).unwrap_or("unknown");
        match &self.pair {
            Some(pair) => format!("{}, {}", pair.browser.says, pair.driver.says),
            None => format!("{} {}, attached", said("browserName"), said("browserVersion")),
        }
    }

    /// Ends the session, and the driver and browser where they are ours, and deletes what is temporary.
    ///
    /// Takes up to some seconds. Cancelling it kills them.
    pub async fn close(self) {
        self.session.close().await;
    }

    /// Whether the session still answers: its driver, its browser and its page, without a prompt in front of it.
    ///
    /// Takes a few milliseconds, or some seconds where nothing answers, after which the session is lost. Losing it is also what
    /// becomes of it when this is dropped.
    pub async fn answers(&mut self) -> bool {
        self.ask(Command::get("url"), ANSWERS).await.is_ok()
    }

    /// The process id of the driver where it is ours: for tests and for `doctor`.
    #[must_use]
    pub fn driver_pid(&self) -> Option<u32> {
        match self.session.driver() {
            Driver::Spawned(spawned) => Some(spawned.pid()),
            Driver::Attached { .. } => None,
        }
    }

    /// What the driver itself computes for an armed element: its role and its accessible name. For comparisons in tests; a
    /// run has no use for it.
    ///
    /// # Errors
    /// As for every command.
    pub async fn computed(&mut self, armed: &Armed) -> Result<(String, String), PageError> {
        let role = self.send(Command::get_of(&armed.element, "computedrole")).await?;
        let name = self.send(Command::get_of(&armed.element, "computedlabel")).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok((text(&role), text(&name)))
    }

    pub(super) async fn send(&mut self, command: Command) -> Result<Value, PageError> {
        self.ask(command, self.deadlines.command).await.map_err(PageError::from)
    }

    /// Sends a click or keystrokes. They may begin to load a document, and a driver may answer them, or the command after them,
    /// only when that is there: both may take as long as a load.
    pub(super) async fn act(&mut self, command: Command) -> Result<Value, Fault> {
        self.acted = true;
        let answer = self.ask(command, self.deadlines.command).await;
        self.acted = true;
        answer
    }

    /// Sends a command. A prompt of the page, and a driver that quotes the page, may show what was typed.
    pub(super) async fn ask(&mut self, command: Command, deadline: Duration) -> Result<Value, Fault> {
        let load = if std::mem::take(&mut self.acted) { self.deadlines.load } else { Duration::ZERO };
        let deadline = deadline + load;
        let answer = self.session.send(command, deadline).await;
        answer.map_err(|fault| {
            let fault = self.typed.quiet(fault);
            tracing::debug!(?fault, "a command failed");
            fault
        })
    }
}
