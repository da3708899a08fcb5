//! What was read from the page for one person, and how: the file beside the pictures.

use serde::{Deserialize, Serialize};

use crate::event::id::Slug;
use crate::event::stamp::Stamp;

/// The content of `observation.json`.
///
/// It is written once, when the person is settled, and never changed; a later look is a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The version of this file's shape: 1.
    pub v: u32,
    /// The person, as the plan has it.
    pub slug: Slug,
    /// The person's name as the page showed it; empty where it showed none.
    pub name_shown: String,
    /// The signed-in account as read from the page.
    pub account_read: String,
    /// When it was read.
    pub at: Stamp,
    /// The civil time zone.
    pub zone: String,
    /// The page on which the outcome was read.
    pub page: PageRead,
    /// What was checked, in order.
    pub assertions: Vec<Assertion>,
    /// What was done, in order. Typed secrets appear as `<secret:name>`.
    pub commands: Vec<Command>,
    /// What was covered in the pictures.
    pub redactions: Vec<Redaction>,
    /// Where the effect stands, as in the ledger, or the rehearsal's word.
    pub exit_state: String,
    /// Why that was chosen, in words.
    pub why: String,
}

/// A page as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRead {
    /// The address asked for, without query and fragment.
    pub requested: Address,
    /// The address arrived at, without query and fragment.
    pub arrived: Address,
    /// The document's title.
    pub title: String,
    /// The HTTP status, as Navigation Timing says it, where it says one.
    pub status: Option<u16>,
    /// Which generation of the site's pages it was.
    pub generation: String,
    /// The page's language.
    pub language: String,
    /// The viewport's width and height in CSS pixels.
    pub viewport: (u32, u32),
    /// Device pixels a CSS pixel, times 1,000.
    pub pixel_ratio_thousandths: u32,
    /// How far the page was scrolled, in CSS pixels, to the right and down.
    pub scroll: (i64, i64),
}

/// An address that cannot hold a query, a fragment or a password, because those may be secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Address(String);

impl Address {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Address {
    /// Keeps scheme, host, port and path, and drops the rest.
    fn from(text: String) -> Self {
        let plain = text.split(['?', '#']).next().unwrap_or_default();
        let without_user = match plain.split_once("://") {
            Some((scheme, rest)) => {
                let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
                let host = host.rsplit('@').next().unwrap_or_default();
                format!("{scheme}://{host}{path}")
            }
            // `data:` and the like carry content instead of a place.
            None => plain.split(',').next().unwrap_or_default().to_owned(),
        };
        Self(without_user)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

/// One check and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertion {
    /// What was looked at: a target or a reading.
    pub what: String,
    /// What it had to be.
    pub expected: String,
    /// What it was.
    pub seen: String,
    /// Whether the two agree.
    pub pass: bool,
}

/// One step of the flow as it was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The step's id in the flow file.
    pub step: String,
    /// Where it stands: `flows/remove-from-list.toml:12`.
    pub source: String,
    /// When it began, UTC.
    pub started: jiff::Timestamp,
    /// When it ended, UTC.
    pub ended: jiff::Timestamp,
    /// How it ended.
    pub result: String,
    /// Which alternative of the target was found, from 0; none where the step has no target.
    pub alternative: Option<u32>,
}

/// A covered part of a picture. The picture without the cover was never kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    /// The picture, relative to the run's folder.
    pub path: String,
    /// Left, top, width and height in pixels of the picture.
    pub rect: (u32, u32, u32, u32),
    /// What was covered, as a selector.
    pub selector: String,
    /// Why.
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_no_secret() {
        for (given, kept) in [
            ("https://www.linkedin.com/in/jane?token=s3cret#top", "https://www.linkedin.com/in/jane"),
            ("http://me:pw@127.0.0.1:80/a@b", "http://127.0.0.1:80/a@b"),
            ("https://me:pw@host", "https://host"),
            ("https://host#frag?x", "https://host"),
            ("data:text/html,secret", "data:text/html"),
            ("about:blank", "about:blank"),
        ] {
            assert_eq!(Address::from(given.to_owned()).as_str(), kept);
        }
        let read: Address = serde_json::from_str("\"https://h/p?q=1\"").unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), "\"https://h/p\"");
    }
}
