//! Takes the document as HTML for the evidence. The script in the page leaves out what must not be kept.

use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::json;

use super::agent::call_of_script;
use super::page::PageError;
use super::said::{self, Said};
use super::tab::DrivenPage;
use super::wire::Command;

/// The largest snapshot, in UTF-16 units of the page and in bytes of the answer.
const MOST: usize = 2_000_000;

#[derive(Debug, Deserialize)]
struct Snapshot {
    /// None where it would be too large.
    html: Option<String>,
    /// What the document says, where something was typed in the session.
    said: Option<Said>,
}

/// Takes it. See [`super::page::Page::snapshot`].
pub(super) async fn take(page: &mut DrivenPage) -> Result<String, PageError> {
    static SCRIPT: OnceLock<String> = OnceLock::new();
    let script = SCRIPT.get_or_init(|| call_of_script(include_str!("snapshot.js")));
    let envelope = json!({"secret": page.secret, "most": MOST, "masks": page.masks, "says": !page.typed.is_empty()});
    let answer = page.send(Command::script(script, &json!([envelope]))).await?;
    let answer: Snapshot = serde_json::from_value(answer).map_err(|error| PageError::Garbled(error.to_string()))?;
    let html = answer.html.filter(|html| html.len() <= MOST);
    let html = html.ok_or_else(|| PageError::Refused(format!("the page is larger than {} MB", MOST / 1_000_000)))?;
    if let Some(said) = answer.said {
        said::texts(&page.typed, &said).or_error()?;
    }
    if page.typed.is_spelt_in(&html) {
        return Err(PageError::Unproved("the page holds what was typed as a secret".to_owned()));
    }
    Ok(html)
}
