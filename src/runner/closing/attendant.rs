//! Who is asked while the account itself is acted on: a person who is there.

use jiff::Timestamp;
use secrecy::SecretString;

use crate::runner::message::Go;

/// A person who is present, and answers.
///
/// Everything that is asked may be dropped unanswered: by a stop, a deadline, or a session that is lost meanwhile.
pub trait Attendant: Send {
    /// Asks for a secret, without showing what is typed. None: the person gives none.
    fn secret(&mut self, asked: &Asked) -> impl Future<Output = Option<SecretString>> + Send;

    /// Says what the person has to do on the page or on another device, and until when. Said again as a reminder.
    fn person(&mut self, words: &str, until: Timestamp) -> impl Future<Output = Go> + Send;

    /// Whether the person sees the page: a window on this screen.
    fn sees_the_page(&self) -> bool;
}

/// A secret that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The flow's input: `password`, `code`, …
    pub input: String,
    /// It was asked for before, and the site did not take it.
    pub again: bool,
    /// Where it will be typed: scheme, host, port.
    pub origin: String,
    /// Until when.
    pub until: Timestamp,
}
