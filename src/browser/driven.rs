//! A page in a real browser: the first implementer of [`Page`].

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use super::binary::{Kind, Pair};
use super::driver::{Driver, hex};
use super::error::Fault;
use super::page::{Armed, Deadlines, Landing, Page, PageError, Rect, Reply, RowSlice, Sight};
use super::session::Session;
use super::wire::Command;
use super::{act, agent, error, shot};
use crate::flow::query::{Look, Rows};

/// A page of one session. Close it; dropping it kills the driver and the browser instead.
#[derive(Debug)]
pub struct DrivenPage {
    session: Session,
    kind: Kind,
    origin: Url,
    pair: Option<Pair>,
    deadlines: Deadlines,
    /// The name under which the agent finds in a document what an earlier call left there.
    secret: String,
}

/// How long a document may be on its way before a look gives up on it, beyond the look's own time.
const GRACE: Duration = Duration::from_secs(5);
/// How long to wait before the next document is asked.
const BETWEEN_DOCUMENTS: Duration = Duration::from_millis(40);

impl DrivenPage {
    pub(super) fn new(session: Session, kind: Kind, origin: Url, pair: Option<Pair>, deadlines: Deadlines) -> Self {
        Self { session, kind, origin, pair, deadlines, secret: hex(16) }
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

    async fn send(&mut self, command: Command) -> Result<Value, PageError> {
        Ok(self.session.send(command, self.deadlines.command).await?)
    }

    /// One slice of a look.
    async fn slice(&mut self, look: &Value, slice: Duration, last: bool) -> Result<agent::Slice, Fault> {
        let command = agent::call(look, &self.secret, slice, last);
        let value = self.session.send(command, slice + self.deadlines.command).await?;
        agent::answer(value).map_err(Fault::Page)
    }
}

impl Page for DrivenPage {
    async fn goto(&mut self, path: &str) -> Result<(), PageError> {
        let url = self.origin.join(path).ok().filter(|url| url.origin() == self.origin.origin());
        let Some(url) = url.filter(|_| path.starts_with('/')) else {
            return Err(PageError::Refused(format!("`{}` is no path of {}", path.escape_debug(), self.origin)));
        };
        let command = Command::post("url", &json!({"url": url.as_str()}));
        let deadline = self.deadlines.load + self.deadlines.command;
        match self.session.send(command, deadline).await {
            Ok(_) => Ok(()),
            Err(Fault::Cut) => Err(PageError::Unreachable(format!("{url} went away while it was loaded"))),
            Err(Fault::Page(PageError::Refused(why))) if why.starts_with("timeout") => {
                Err(PageError::Unreachable(format!("{url} was not loaded within {} s", self.deadlines.load.as_secs())))
            }
            Err(fault) => Err(fault.into()),
        }
    }

    async fn look(&mut self, look: &Look) -> Result<Sight, PageError> {
        let mut request = serde_json::to_value(look).map_err(|error| PageError::Garbled(error.to_string()))?;
        let within = Duration::from_millis(look.within_ms);
        let began = Instant::now();
        let mut click: Option<Landing> = None;
        loop {
            let left = within.saturating_sub(began.elapsed());
            let slice = self.slice(&request, left.min(agent::SLICE), left <= agent::SLICE).await;
            match slice {
                Ok(agent::Slice::Done(mut sight)) => {
                    if !sight.page.address.starts_with("http") {
                        return Err(PageError::Unreachable(format!("the browser shows {}", sight.page.address)));
                    }
                    sight.click = click.or(sight.click);
                    return Ok(*sight);
                }
                Ok(agent::Slice::Pending(seen)) => {
                    // Asked once: what was seen in one document must not become "unseen" in the next.
                    if click.is_none() && seen.is_some() {
                        click = seen;
                        request["armed_before"] = Value::Null;
                    }
                }
                // The document went away, or the element that the answer names was replaced while the answer was on its way.
                // The page keeps what became of each click, so that asking again loses nothing.
                Ok(agent::Slice::Interrupted) | Err(Fault::Cut | Fault::Page(PageError::Stale))
                    if began.elapsed() < within + GRACE =>
                {
                    tokio::time::sleep(BETWEEN_DOCUMENTS).await;
                }
                Ok(agent::Slice::Interrupted) => return Err(Fault::Cut.into()),
                Err(fault) => return Err(fault.into()),
            }
        }
    }

    async fn rows(&mut self, rows: &Rows) -> Result<RowSlice, PageError> {
        let request = serde_json::to_value(rows).map_err(|error| PageError::Garbled(error.to_string()))?;
        let began = Instant::now();
        loop {
            let command = agent::rows_call(&request, &self.secret);
            let sent = self.session.send(command, agent::ROWS_SLICE + self.deadlines.command).await;
            let answer = match sent {
                Ok(value) => agent::rows_answer(value)?,
                Err(Fault::Cut) => None,
                Err(fault) => return Err(fault.into()),
            };
            match answer {
                Some(slice) if slice.page.address.starts_with("http") => return Ok(slice),
                Some(slice) => {
                    return Err(PageError::Unreachable(format!("the browser shows {}", slice.page.address)));
                }
                // A document that goes away takes the rows of this slice along; the next one is read from its beginning.
                None if began.elapsed() < agent::ROWS_SLICE + GRACE => {
                    tokio::time::sleep(BETWEEN_DOCUMENTS).await;
                }
                None => return Err(Fault::Cut.into()),
            }
        }
    }

    async fn click(&mut self, armed: &Armed) -> Result<(), PageError> {
        self.send(act::click(&armed.element)).await.map(drop)
    }

    async fn fill(&mut self, armed: &Armed, text: &str) -> Result<(), PageError> {
        self.send(act::fill(&armed.element, text)).await.map(drop)
    }

    async fn press(&mut self, key: &str) -> Result<(), PageError> {
        match act::press(key) {
            Some(command) => self.send(command).await.map(drop),
            None => Err(PageError::Refused(format!("`{}` is no key that can be pressed", key.escape_debug()))),
        }
    }

    async fn answer(&mut self, text: &str, with: Reply) -> Result<(), PageError> {
        let open = self.send(act::prompt_text()).await?;
        let open = error::cut(open.as_str().unwrap_or_default());
        if open != text {
            return Err(PageError::Prompt(open));
        }
        self.send(act::answer(with)).await.map(drop)
    }

    async fn shot(&mut self, clip: Option<Rect>) -> Result<Vec<u8>, PageError> {
        let Some(rect) = clip else {
            return shot::bytes(&self.send(shot::viewport()).await?);
        };
        let measured = self.send(shot::measure()).await?;
        let [width, height, x, y] = serde_json::from_value(measured).map_err(|e| PageError::Garbled(e.to_string()))?;
        let rect = shot::inside(rect, width, height)
            .ok_or_else(|| PageError::Refused("nothing of the rectangle is in the viewport".to_owned()))?;
        if self.kind == Kind::Chrome
            && let Ok(value) = self.send(shot::clipped(rect, (x, y))).await
        {
            return shot::bytes(&value);
        }
        let whole = shot::bytes(&self.send(shot::viewport()).await?)?;
        let part = tokio::task::spawn_blocking(move || shot::crop(&whole, rect, width)).await;
        part.unwrap_or_else(|error| Err(PageError::Garbled(error.to_string())))
    }

    fn commands(&self) -> u64 {
        self.session.commands
    }
}
