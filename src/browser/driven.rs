//! What a page in a real browser does: the first implementer of [`Page`].

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::binary::Kind;
use super::error::Fault;
use super::page::{Armed, Credential, Landing, Page, PageError, Photo, Rect, Reply, RowSlice, Sight};
use super::said::{self, Kept};
use super::tab::DrivenPage;
use super::wire::Command;
use super::{act, agent, error, mask, secret, snapshot};
use crate::flow::query::{Look, Rows};

/// How long a document may be on its way before a look gives up on it, beyond the look's own time.
const GRACE: Duration = Duration::from_secs(5);
/// How long to wait before the next document is asked.
const BETWEEN_DOCUMENTS: Duration = Duration::from_millis(40);

impl DrivenPage {
    /// Runs a script of the agent, which ends itself after `slice`. Where the driver gives up on it, the page lets nothing run,
    /// and the next command would wait as long: the session is lost.
    async fn script(&mut self, command: Command, slice: Duration) -> Result<Value, Fault> {
        match self.ask(command, slice + self.deadlines.command).await {
            Err(Fault::TimedOut(why)) => Err(self.session.lose(&format!("the page does not yield: {why}"))),
            answer => answer,
        }
    }

    /// Whether the browser lets no worker answer: Chromium, once it was told so. Firefox is shown that a document has none.
    fn lets_no_worker_answer(&self) -> bool {
        self.passes_stores_by && self.kind == Kind::Chrome
    }

    /// One slice of a look.
    async fn slice(&mut self, look: &Value, slice: Duration, last: bool) -> Result<agent::Slice, Fault> {
        let says = !self.typed.is_empty();
        let command = agent::call(look, &self.secret, (slice, last), (self.lets_no_worker_answer(), says));
        let mut value = self.script(command, slice).await?;
        self.keep_only(&mut value, look, says).map_err(Fault::Page)?;
        agent::answer(value).map_err(Fault::Page)
    }

    /// Takes out of an answer what must not be kept of it, by what the document says in the same moment.
    fn keep_only(&mut self, value: &mut Value, question: &Value, says: bool) -> Result<(), PageError> {
        if says && let Some(said) = agent::take_said(value)? {
            self.typed.is_withheld = said::texts(&self.typed, &said) != Kept::Yes;
            self.typed.scrub(value);
            if self.typed.is_withheld {
                self.typed.withhold(value, question, &self.at);
            }
        }
        if !self.typed.is_withheld {
            self.typed.knows(value);
        }
        Ok(())
    }
}

impl Page for DrivenPage {
    async fn goto(&mut self, path: &str) -> Result<(), PageError> {
        let url = self.origin.join(path).ok().filter(|url| url.origin() == self.origin.origin());
        let Some(url) = url.filter(|_| path.starts_with('/')) else {
            return Err(PageError::Refused(format!("`{}` is no path of {}", path.escape_debug(), self.origin)));
        };
        url.as_str().clone_into(&mut self.at);
        let command = Command::post("url", &json!({"url": url.as_str()}));
        let deadline = self.deadlines.load + self.deadlines.command;
        let mut answer = self.ask(command, deadline).await;
        if answer.is_ok() && self.passes_stores_by && self.kind == Kind::Firefox {
            // In geckodriver this is a hard reload: no cache, no worker, and none that controls the document.
            answer = self.ask(Command::post("refresh", &json!({})), deadline).await;
        }
        match answer {
            Ok(_) => Ok(()),
            Err(Fault::Cut) => Err(PageError::Unreachable(format!("{url} went away while it was loaded"))),
            Err(Fault::TimedOut(_)) => {
                Err(PageError::Unreachable(format!("{url} was not loaded within {} s", self.deadlines.load.as_secs())))
            }
            Err(fault) => Err(fault.into()),
        }
    }

    async fn pass_stores_by(&mut self) -> Result<u32, PageError> {
        self.passes_stores_by = true;
        if self.kind == Kind::Firefox {
            return Ok(2);
        }
        // Without the first command the others are answered, and do nothing.
        for (command, parameters) in [
            ("Network.enable", json!({})),
            ("Network.setBypassServiceWorker", json!({"bypass": true})),
            ("Network.setCacheDisabled", json!({"cacheDisabled": true})),
        ] {
            self.send(Command::post("goog/cdp/execute", &json!({"cmd": command, "params": parameters}))).await?;
        }
        Ok(1)
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
                        return Err(PageError::Unreachable(shows(&sight.page.address)));
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
            let says = !self.typed.is_empty();
            let command = agent::rows_call(&request, &self.secret, says);
            let sent = self.script(command, agent::ROWS_SLICE).await;
            let answer = match sent {
                Ok(mut value) => {
                    if says {
                        self.keep_only(&mut value, &request, says)?;
                    }
                    agent::rows_answer(value)?
                }
                Err(Fault::Cut) => None,
                Err(fault) => return Err(fault.into()),
            };
            match answer {
                Some(slice) if slice.page.address.starts_with("http") => return Ok(slice),
                Some(slice) => {
                    return Err(PageError::Unreachable(shows(&slice.page.address)));
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
        Ok(self.act(act::click(&armed.element)).await.map(drop)?)
    }

    async fn fill(&mut self, armed: &Armed, text: &str) -> Result<(), PageError> {
        if act::holds_key(text) {
            return Err(PageError::Barred("the text holds a character that is a key and no text".to_owned()));
        }
        Ok(self.act(act::fill(&armed.element, text)).await.map(drop)?)
    }

    async fn press(&mut self, key: &str) -> Result<(), PageError> {
        match act::press(key) {
            Some(command) => Ok(self.act(command).await.map(drop)?),
            None => Err(PageError::Refused(format!("`{}` is no key that can be pressed", key.escape_debug()))),
        }
    }

    async fn answer(&mut self, text: &str, with: Reply) -> Result<(), PageError> {
        let open = self.send(act::prompt_text()).await?;
        let open = self.typed.told(error::cut(open.as_str().unwrap_or_default()));
        if open != text {
            return Err(PageError::Prompt(open));
        }
        self.send(act::answer(with)).await.map(drop)
    }

    async fn type_secret(&mut self, armed: &Armed, what: Credential, secret: &SecretString) -> Result<(), PageError> {
        secret::type_into(self, armed, what, secret).await
    }

    async fn shot(&mut self, clip: Option<Rect>) -> Result<Photo, PageError> {
        mask::photo(self, clip).await
    }

    async fn snapshot(&mut self) -> Result<String, PageError> {
        snapshot::take(self).await
    }

    fn commands(&self) -> u64 {
        self.session.commands
    }
}

/// What stands there in place of a page of a site. Browsers have addresses of their own for their pages of errors.
fn shows(address: &str) -> String {
    let is_error = address.starts_with("chrome-error:") || address.starts_with("about:neterror");
    match is_error {
        true => {
            "the browser shows its own page of an error: nothing answers there, or no network leads there".to_owned()
        }
        false => format!("the browser shows {address}, which is no page of a site"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_an_error_is_told_in_words() {
        for address in ["chrome-error://chromewebdata/", "about:neterror?e=connectionFailure"] {
            assert!(shows(address).starts_with("the browser shows its own page of an error"), "{address}");
        }
        assert_eq!(shows("about:blank"), "the browser shows about:blank, which is no page of a site");
    }
}
