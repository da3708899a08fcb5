//! One page of one session, as the runner sees it.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::flow::query::{Candidate, Look, Refusal, Rows};

/// One page that can be looked at and clicked. It has two implementers: a driver's session, and a script for tests.
///
/// Every call has a deadline of its own. After [`PageError::Lost`] the session is never used again. Dropping a future does
/// not cancel the command that it sent: the caller must then treat the session as lost.
pub trait Page: Send {
    /// Loads an address of the session's own origin and returns as soon as the document is there (not its pictures).
    fn goto(&mut self, path: &str) -> impl Future<Output = Result<(), PageError>> + Send;

    /// Has every later [`Page::goto`] answered by the site's own server, whatever a service worker or the browser's cache holds.
    ///
    /// Answers how many loads of the page that costs in place of one: Chromium is told to pass both by, Firefox passes both by
    /// only where a page that is open is loaded once more.
    fn pass_stores_by(&mut self) -> impl Future<Output = Result<u32, PageError>> + Send;

    /// Asks the page agent, waiting in the page in slices until a want holds, a stop sign shows, or the time is over.
    ///
    /// The answer says what held; it is an `Ok` also when nothing did.
    fn look(&mut self, look: &Look) -> impl Future<Output = Result<Sight, PageError>> + Send;

    /// Reads the rows of a list that were not read in this document before, for one slice of time, and brings the list on.
    ///
    /// It scrolls and clicks nothing: where a click is what the list waits for, the answer says so.
    fn rows(&mut self, rows: &Rows) -> impl Future<Output = Result<RowSlice, PageError>> + Send;

    /// Clicks the armed element, with the element as the pointer's origin, as one command.
    ///
    /// `Ok` says that the driver answered, not that the click landed: the next look does.
    ///
    /// # Errors
    /// [`PageError::Stale`] proves that nothing was sent. After any other error the click may have been made.
    fn click(&mut self, armed: &Armed) -> impl Future<Output = Result<(), PageError>> + Send;

    /// Clicks the armed text box, selects what it holds and types `text` over it, as one command of real keystrokes.
    ///
    /// # Errors
    /// [`PageError::Barred`] where the text holds a line end or another character that is a key: nothing was sent then.
    fn fill(&mut self, armed: &Armed, text: &str) -> impl Future<Output = Result<(), PageError>> + Send;

    /// Types a secret into the armed field, which need not be clicked before, in the place of what it holds.
    ///
    /// Right before the keystrokes it is asked again, in the page and of the driver, whether the document is a top document
    /// of the session's exact origin and whether the element is still a field for such a secret. What is typed is in no log
    /// and in no error; from here to the end of the session it is also taken out of every answer of the page. While the field
    /// holds it, or the document a part of it, answers have only the texts that were known before.
    ///
    /// # Errors
    /// [`PageError::Barred`] and [`PageError::Stale`] prove that nothing was typed. After any other error it may have been.
    fn type_secret(
        &mut self,
        armed: &Armed,
        what: Credential,
        secret: &SecretString,
    ) -> impl Future<Output = Result<(), PageError>> + Send;

    /// Presses one key: `Escape`, `Enter` or `Tab`.
    fn press(&mut self, key: &str) -> impl Future<Output = Result<(), PageError>> + Send;

    /// Answers the prompt of the browser that is open (`alert`, `confirm`, `prompt`, `beforeunload`), if its text is `text`
    /// as [`PageError::Prompt`] told it.
    ///
    /// # Errors
    /// [`PageError::Prompt`] with the text of another prompt, which stays unanswered; [`PageError::Refused`] where none is
    /// open. After any other error it may have been answered.
    fn answer(&mut self, text: &str, with: Reply) -> impl Future<Output = Result<(), PageError>> + Send;

    /// Takes a picture of what is visible, as PNG; clipped to a rectangle of the viewport where one is given and a part of it is
    /// in view.
    ///
    /// Fields for secrets, and what the pack declares, are covered with opaque boxes that lie in the page only while the
    /// picture is taken; every pixel of every box is checked in the picture.
    ///
    /// # Errors
    /// [`PageError::Unproved`] where a box cannot be proved, where a field still holds what was typed into it as a secret, or
    /// where something may show a part of that; [`PageError::Shown`] where the page shows it. There is no picture then, and the
    /// session goes on.
    fn shot(&mut self, clip: Option<Rect>) -> impl Future<Output = Result<Photo, PageError>> + Send;

    /// The document as HTML, at most 2 MB, for the evidence: as it is displayed now, without scripts, hidden data, values of
    /// fields, tokens, and what follows `?` or `#` in addresses.
    ///
    /// What is not displayed carries the attribute `hidden-by-page`; open shadow roots are `<template shadowrootmode>`.
    ///
    /// # Errors
    /// [`PageError::Unproved`] and [`PageError::Shown`] as for a picture; [`PageError::Refused`] where it is too large.
    fn snapshot(&mut self) -> impl Future<Output = Result<String, PageError>> + Send;

    /// How many WebDriver commands this session has sent.
    fn commands(&self) -> u64;
}

/// What kind of secret is typed: it decides which fields may take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// The account's password: only into a field that hides what is typed.
    Password,
    /// A code that was sent or made for once: also into a text field, which the pack's target has found.
    Code,
}

/// A picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// PNG, with the masks in it.
    pub png: Vec<u8>,
    /// What is covered in it.
    pub masks: Vec<Mask>,
}

impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Photo({} bytes, {:?})", self.png.len(), self.masks)
    }
}

/// A part of a picture that was covered before the picture was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    /// Left, top, width and height in pixels of the picture.
    pub rect: (u32, u32, u32, u32),
    /// How the covered element was found.
    pub selector: String,
    /// Why it is covered.
    pub why: String,
}

/// How a prompt of the browser is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// "OK": what the page asks about may happen.
    Accept,
    /// "Cancel": nothing happens.
    Dismiss,
}

/// What the page agent answered.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Sight {
    /// How the look ended.
    pub status: Status,
    /// Which want held first.
    pub met: Option<usize>,
    /// The document.
    pub page: Document,
    /// What became of each target that was named in a want, a guard or `read`.
    #[serde(default)]
    pub found: BTreeMap<String, Found>,
    /// How many dialogs, menus and popovers are displayed.
    #[serde(default)]
    pub layers: u32,
    /// The dialog that lies over all else, where nothing that was wanted held and one is open.
    #[serde(default)]
    pub dialog: Option<Dialog>,
    /// What became of each list of `draws`.
    #[serde(default)]
    pub draws: BTreeMap<String, Drawing>,
    /// The stop sign, where the status is `stop`.
    #[serde(default)]
    pub stop: Option<Stop>,
    /// What notices said since our last click and did not say before it, where the look was one after it.
    #[serde(default)]
    pub said: Option<String>,
    /// What notices said as our last click in this document arrived, numbers aside, where the look was one after it; none where
    /// no click arrived here, so that what stood is not known.
    #[serde(default)]
    pub stood: Option<Vec<String>>,
    /// The shell's identity as read in this look, where it was there.
    #[serde(default)]
    pub identity: Option<BTreeMap<String, String>>,
    /// The armed click, where one was asked for and the status is `met`.
    #[serde(default)]
    pub armed: Option<Armed>,
    /// Why no click was armed, or why no want held.
    #[serde(default)]
    pub refused: Option<Refused>,
    /// What became of the click armed before.
    #[serde(default)]
    pub click: Option<Landing>,
}

/// A dialog that is open on the page, as the page has it: hostile text until it is escaped.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Dialog {
    /// What it says, its buttons aside; at most 200 characters.
    pub says: String,
    /// What its buttons are called, the first five.
    pub buttons: Vec<String>,
}

/// How a look ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A want held, and the click is armed if one was asked for.
    Met,
    /// The time was over.
    TimedOut,
    /// A stop sign shows.
    Stop,
    /// A want held, but the click could not be armed; `refused` says why.
    Refused,
}

/// What one slice of reading a list gave.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RowSlice {
    /// How the slice ended.
    pub status: RowStatus,
    /// The rows with a person in them that are new since the slice before, each as what its target reads.
    #[serde(default)]
    pub rows: Vec<BTreeMap<String, String>>,
    /// How many rows of this document name nobody, so far.
    #[serde(default)]
    pub nameless: u64,
    /// The page's own number of rows, where it can be read.
    #[serde(default)]
    pub total: Option<u64>,
    /// How long ago the last new row came, in milliseconds.
    #[serde(default)]
    pub quiet_ms: u64,
    /// What holds the list up, in words, where something does.
    #[serde(default)]
    pub held_up: Option<String>,
    /// The document.
    pub page: Document,
    /// The stop sign, where the status is `stop`.
    #[serde(default)]
    pub stop: Option<Stop>,
    /// The shell's identity as read in this slice.
    #[serde(default)]
    pub identity: Option<BTreeMap<String, String>>,
}

/// How a slice of reading a list ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowStatus {
    /// The slice is over or the answer is full, the list is not.
    Going,
    /// As many rows as the page counts were read, and the list is at its end and at rest.
    End,
    /// The list goes on only after a click on its `more`.
    More,
    /// A stop sign shows.
    Stop,
}

/// The document in which the look ended.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Document {
    /// Its address without query and fragment.
    pub address: String,
    /// Its title.
    pub title: String,
    /// `<html lang>`.
    pub language: String,
    /// The generation of the UI, where exactly one fits.
    pub generation: Option<String>,
    /// The HTTP status of its load, where the browser tells.
    pub http_status: Option<u16>,
    /// How many resources of its own origin answered 429 since it was loaded.
    pub throttled: u32,
    /// Whether the tab is visible.
    pub visible: bool,
    /// Another value for each document load.
    pub id: String,
    /// The viewport's width and height in CSS pixels, and device pixels a CSS pixel.
    pub viewport: (f64, f64, f64),
    /// What answered for it in the place of the site's server, where something did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<Stored>,
}

/// What answers for a document in the place of the site's server: it may show what was true earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stored {
    /// A service worker of the site.
    Worker,
    /// The browser's cache.
    Cache,
}

/// What became of one target.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Found {
    /// How many elements are displayed.
    pub count: u32,
    /// Which alternative won, counted within the generation from 0.
    pub winner: Option<u32>,
    /// Computed role of the first.
    #[serde(default)]
    pub role: String,
    /// Accessible name of the first.
    #[serde(default)]
    pub name: String,
    /// Where the first is, in CSS pixels of the viewport.
    #[serde(default)]
    pub rect: Option<Rect>,
    /// What its `read` gave.
    #[serde(default)]
    pub read: BTreeMap<String, String>,
    /// Why a run would not take it, where the request asked for that of every target.
    #[serde(default)]
    pub refused: Option<Refused>,
}

/// What became of a list that should be drawn anew after our last action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Drawing {
    /// What is known of the answer.
    pub state: Drawn,
    /// How long ago the list last changed, or our last action was if that is later, in milliseconds.
    pub still_ms: u64,
}

/// What is known of the page's own request for what our last action asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drawn {
    /// It ended well, and the list was drawn after it and came to rest.
    Drawn,
    /// It ended well, and the list was not drawn after it or has not come to rest.
    NotYet,
    /// No such request has ended: it may be under way, or there may be none.
    None,
}

/// A rectangle in CSS pixels of the viewport.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Rect {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A stop sign that shows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Stop {
    /// Which: a name from `stop_on`, or `other_account`.
    pub sign: String,
    /// What was seen.
    pub why: String,
}

/// A click that may be made once.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Armed {
    /// The WebDriver reference of the element.
    pub element: String,
    /// The token of the request.
    pub token: String,
    /// Where it is.
    pub rect: Rect,
    /// Accessible name, for the record.
    pub name: String,
}

/// Why something was refused.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Refused {
    /// Which kind.
    pub kind: Refusal,
    /// Which target or check.
    pub target: String,
    /// What was seen, in words.
    pub why: String,
    /// What is most like the target on a page that has nothing of it, the nearest first, at most five.
    #[serde(default)]
    pub candidates: Vec<Candidate>,
    /// What a dialog says that no known text says, where that is all that stands in the way of the click.
    #[serde(default)]
    pub unread: Option<Box<Unread>>,
}

impl Refused {
    /// Without anything like it on the page.
    #[must_use]
    pub fn new(kind: Refusal, target: impl Into<String>, why: impl Into<String>) -> Self {
        Self { kind, target: target.into(), why: why.into(), candidates: vec![], unread: None }
    }
}

/// What a dialog says that no known text says. All of it is the page's own text, and hostile until it is escaped.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Unread {
    /// The page's language.
    pub language: String,
    /// What the dialog says, buttons aside, cut to 600 characters.
    pub said: String,
    /// The same, folded, with `{first}` wherever it names the person; empty where it is too long to be asked about.
    pub text: String,
    /// What the button is called that would be clicked next.
    pub button: String,
}

/// What became of an armed click.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Landing {
    /// The trusted event passed the guard and reached the element.
    Landed,
    /// The guard stopped the event before any handler of the page.
    Blocked {
        /// Why.
        why: String,
    },
    /// Nothing is known: no event was seen, or the document is another one. The click may still arrive.
    Unseen {
        /// Why nothing is known.
        why: String,
    },
}

/// What can go wrong between us and a page: the closed set to which the errors of both drivers are mapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageError {
    /// The element was replaced: the command was refused before anything was sent to the page.
    Stale,
    /// The driver refused the command and says why; the session goes on. Whether the page noticed is not known.
    Refused(String),
    /// A dialog of the browser itself (`alert`, `confirm`, `beforeunload`) is open, with this text.
    Prompt(String),
    /// The address could not be loaded: no connection, no name, an error page of the browser.
    Unreachable(String),
    /// The session or its tab or browser or driver is gone, or a deadline was missed. What was sent last may still happen.
    Lost(String),
    /// Nothing was typed, and why: the page or the field is not where a secret may go, or the text holds keys. The session
    /// goes on.
    Barred(String),
    /// A picture or a snapshot was not kept, since it cannot be proved that no secret is in it. The session goes on.
    Unproved(String),
    /// The same, since the page shows what was typed as a secret.
    Shown(String),
    /// The page agent answered something that is not an answer: a bug of ours or a page that tampers with it.
    Garbled(String),
}

impl std::fmt::Display for PageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stale => f.write_str("the element was replaced"),
            Self::Refused(why) => write!(f, "the driver refused: {why}"),
            Self::Prompt(text) => write!(f, "the browser shows a prompt: {text}"),
            Self::Unreachable(why) => write!(f, "the page cannot be reached: {why}"),
            Self::Lost(why) => write!(f, "the session is lost: {why}"),
            Self::Barred(why) => write!(f, "nothing was typed: {why}"),
            Self::Unproved(why) | Self::Shown(why) => write!(f, "withheld, because {why}"),
            Self::Garbled(why) => write!(f, "the page agent's answer cannot be read: {why}"),
        }
    }
}

impl std::error::Error for PageError {}

/// How long commands may take before the session counts as lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Starting a session.
    pub session: Duration,
    /// Loading a document.
    pub load: Duration,
    /// Any other command, beyond the time that a look waits in the page.
    pub command: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { session: Duration::from_secs(60), load: Duration::from_secs(40), command: Duration::from_secs(20) }
    }
}
