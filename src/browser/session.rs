//! One WebDriver session: one command at a time, each with a deadline, never used again after one was missed.

use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value};

use super::driver::Driver;
use super::error::{self, Fault};
use super::open_error::OpenError;
use super::page::PageError;
use super::wire::Command;

/// How long closing may take before the driver is simply killed.
const CLOSE: Duration = Duration::from_secs(8);

/// A session and the driver behind it. Dropping it kills a driver of ours, browser included.
#[derive(Debug)]
pub(super) struct Session {
    client: Option<Client>,
    driver: Driver,
    /// Why the session cannot be used any more.
    lost: Option<String>,
    /// How many commands were sent.
    pub(super) commands: u64,
    /// What the other end says about itself.
    pub(super) capabilities: Map<String, Value>,
}

/// Creates the session. The driver is ended where that fails.
///
/// # Errors
/// The driver refuses, does not answer in time, or is no driver.
pub(super) async fn create(
    driver: Driver,
    capabilities: Map<String, Value>,
    deadline: Duration,
) -> Result<Session, OpenError> {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(Duration::from_secs(5)));
    connector.set_nodelay(true);
    let mut builder = ClientBuilder::new(connector);
    builder.capabilities(capabilities);
    let client = match tokio::time::timeout(deadline, builder.connect(driver.url())).await {
        Ok(Ok(client)) => client,
        Ok(Err(error)) => return Err(OpenError::Session { why: error::not_created(&error) }),
        Err(_) => return Err(OpenError::Session { why: format!("no answer within {} s", deadline.as_secs()) }),
    };
    let capabilities = client.capabilities().cloned().unwrap_or_default();
    Ok(Session { client: Some(client), driver, lost: None, commands: 1, capabilities })
}

impl Session {
    /// Sends one command and waits for its answer, at most for `deadline`.
    ///
    /// A missed deadline, and a future that is dropped before its end, lose the session: the command may still be carried
    /// out, and the next one would wait behind it.
    pub(super) async fn send(&mut self, command: Command, deadline: Duration) -> Result<Value, Fault> {
        if let Some(why) = &self.lost {
            return Err(Fault::Page(PageError::Lost(why.clone())));
        }
        let Some(client) = &self.client else {
            return Err(Fault::Page(PageError::Lost("the session was closed".to_owned())));
        };
        self.commands += 1;
        let name = format!("{command:?}");
        let is_secret = command.is_secret;
        // Stays where the caller drops this future.
        self.lost = Some(format!("`{name}` was given up before its answer"));
        let answer = tokio::time::timeout(deadline, client.issue_cmd(command)).await;
        let fault = match answer {
            Ok(Ok(value)) => {
                self.lost = None;
                return Ok(value);
            }
            Ok(Err(error)) => error::fault(error),
            Err(_) => Fault::Page(PageError::Lost(format!("no answer to `{name}` within {} s", deadline.as_secs()))),
        };
        // A driver may repeat what it was sent.
        let fault = if is_secret { error::mute(fault) } else { fault };
        // What the page may have said in it is told where it is known what was typed.
        tracing::debug!(command = name, "a command failed");
        match &fault {
            Fault::Page(PageError::Lost(why)) => Err(self.lose(&why.clone())),
            _ => {
                self.lost = None;
                Err(fault)
            }
        }
    }

    /// Gives the session up, as a missed deadline does.
    pub(super) fn lose(&mut self, why: &str) -> Fault {
        self.lost = Some(why.to_owned());
        self.driver.kill();
        Fault::Page(PageError::Lost(why.to_owned()))
    }

    /// Ends the session and, where it is ours, the driver with its browser.
    ///
    /// Cancelling it kills the driver.
    pub(super) async fn close(mut self) {
        if let Some(client) = self.client.take()
            && self.lost.is_none()
            && tokio::time::timeout(CLOSE, client.close()).await.is_err()
        {
            tracing::warn!("the driver did not close the session in time");
        }
        let mut driver = std::mem::replace(&mut self.driver, Driver::Attached { url: String::new() });
        // Waiting for processes blocks; where the runtime is going down, dropping the driver kills it all the same.
        let _ = tokio::task::spawn_blocking(move || driver.end()).await;
    }

    /// The driver behind the session.
    pub(super) fn driver(&self) -> &Driver {
        &self.driver
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.driver.kill();
    }
}
