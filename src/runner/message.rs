//! What the executor and the dispatcher say to each other.
//!
//! The executor drives one page and knows nothing for sure; the dispatcher owns ledger, evidence and policy and never
//! touches a page. Every message of the executor waits for its answer: it does nothing that was not acknowledged. This file
//! knows neither of them; it is only the line between them.

use tokio::sync::{mpsc, oneshot};

use super::walk::notes::Track;
use crate::browser::page::{Document, Mask, Photo, Unread};
use crate::event::fact::Rehearsal;
use crate::event::id::Slug;
use crate::event::shot::ShotRole;
use crate::event::stamp::Stamp;
use crate::event::state::EffectState;
use crate::flow::tree::Skipped;
use crate::policy::retry::Reading;

/// A person to work on: who, and the name to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Identity.
    pub slug: Slug,
    /// The name of the export, which the page's filter is given.
    pub name: String,
}

/// What the executor shall do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Look, do not click: a click may have been made.
    Verify {
        /// The person.
        subject: Subject,
    },
    /// Take the person out. The ledger holds PRECHECK.
    Act {
        /// The person.
        subject: Subject,
    },
    /// Walk to the first irreversible step of one person before anybody of the day is begun, and leave again.
    Probe {
        /// The person.
        subject: Subject,
    },
    /// Walk to the first irreversible step and stop there.
    Rehearse {
        /// The person.
        subject: Subject,
    },
    /// Read all of them once more on one fresh load.
    Audit {
        /// The people who are done and not yet confirmed.
        subjects: Vec<Subject>,
    },
    /// Nothing is left for this session.
    End,
}

/// A picture as it came from the browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it shows.
    pub role: ShotRole,
    /// PNG.
    pub bytes: Vec<u8>,
    /// What is covered in it.
    pub masks: Vec<Mask>,
}

impl Picture {
    /// What a photo shows.
    #[must_use]
    pub fn of(role: ShotRole, photo: Photo) -> Self {
        Self { role, bytes: photo.png, masks: photo.masks }
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({:?}, {} bytes)", self.role, self.bytes.len())
    }
}

/// What goes with a message about one person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// Pictures, in the order in which they were taken.
    pub pictures: Vec<Picture>,
    /// Pictures that could not be taken, in words: gaps in the evidence.
    pub missing: Vec<String>,
    /// What was read from the page: what, value.
    pub read: Vec<(String, String)>,
    /// The steps that were carried out since the last message.
    pub trail: Vec<Track>,
    /// The document.
    pub page: Option<Document>,
    /// The end that the notice of a stop sign names.
    pub until: Option<jiff::Timestamp>,
    /// WebDriver commands from the list loaded to the row gone, where this message ends a removal.
    pub commands: Option<u64>,
}

/// The answer to the flow's question about one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    /// What was read.
    pub reading: Reading,
    /// What was seen, in words; where unreadable, why.
    pub why: String,
    /// What a skip of the question says of this person; it is no answer.
    pub skipped: Option<Skipped>,
    /// When the document's load was asked for: no click after this moment can show in it.
    pub loaded: Stamp,
    /// What goes with it.
    pub seen: Seen,
}

/// What the look before the first person of a day found.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// What a live run would have met.
    pub outcome: Rehearsal,
    /// Why, in words.
    pub why: String,
    /// What the last click would be on, as the page calls it; empty where it was not reached.
    pub button: String,
    /// The page does not fit the pack; otherwise the finding is about this person only.
    pub misfit: bool,
    /// The targets that were not found by their first way, in words.
    pub fallbacks: Vec<String>,
    /// What goes with it.
    pub seen: Seen,
}

/// Whether the executor may go on with the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    /// Yes.
    On,
    /// No: leave this person and ask for the next turn.
    Leave,
}

/// What the executor tells.
#[derive(Debug)]
pub enum Message {
    /// Whose account it is.
    Account {
        /// From the address of the own profile.
        handle: String,
        /// As shown.
        name: String,
        /// What goes with it: the picture is kept only if it is somebody else's.
        seen: Seen,
        /// May it go on?
        reply: oneshot::Sender<Go>,
    },
    /// A person's profile is about to be opened. `On` comes after the disk has it, and after the gap.
    Visit {
        /// The person.
        slug: Slug,
        /// May it be opened?
        reply: oneshot::Sender<Go>,
    },
    /// Ready for the next turn.
    Next {
        /// The turn.
        reply: oneshot::Sender<Turn>,
    },
    /// The effect shall move. For INTENT the answer comes after the disk has it.
    Move {
        /// The person.
        slug: Slug,
        /// Where to.
        to: EffectState,
        /// Why.
        why: String,
        /// What goes with it.
        seen: Seen,
        /// May it go on?
        reply: oneshot::Sender<Go>,
    },
    /// The page said something after the click that it had not said before it, in words that are no stop sign's.
    Said {
        /// The person.
        slug: Slug,
        /// The words, as the page shows them.
        words: String,
        /// What goes with it: the picture is kept only if the person is not proved gone.
        seen: Seen,
        /// Acknowledged.
        reply: oneshot::Sender<Go>,
    },
    /// The question was asked on a fresh load while verifying. `On` asks for another look, after the wait that it took.
    Verified {
        /// The person.
        slug: Slug,
        /// The answer.
        looked: Looked,
        /// Look again?
        reply: oneshot::Sender<Go>,
    },
    /// The question was asked in the audit.
    Audited {
        /// The person.
        slug: Slug,
        /// The answer.
        looked: Looked,
        /// Acknowledged.
        reply: oneshot::Sender<Go>,
    },
    /// The look before the first person of a day ended.
    Probed {
        /// The person whose pages were walked.
        slug: Slug,
        /// What was found.
        probe: Probe,
        /// Acknowledged.
        reply: oneshot::Sender<Go>,
    },
    /// A rehearsal of one person ended.
    Rehearsed {
        /// The person.
        slug: Slug,
        /// How.
        outcome: Rehearsal,
        /// Why.
        why: String,
        /// The page does not fit the pack; otherwise the failure is about this person only.
        misfit: bool,
        /// What goes with it.
        seen: Seen,
        /// May it go on?
        reply: oneshot::Sender<Go>,
    },
    /// A step waits for a person. Told again and again until the person has done it: `On` goes on waiting.
    Person {
        /// What to do, in words.
        words: String,
        /// Until when it must be done.
        until: jiff::Timestamp,
        /// Go on waiting?
        reply: oneshot::Sender<Go>,
    },
    /// The dialog before the last click says what no known text says. `On` comes after a person has read and accepted it, and
    /// after the disk has it.
    Unread {
        /// What it says.
        unread: Unread,
        /// May it be confirmed?
        reply: oneshot::Sender<Go>,
    },
    /// The page did not fit a step before anything irreversible was sent.
    Missed {
        /// The person.
        slug: Slug,
        /// The step's place: two misses of one step in a row stop the batch.
        step: String,
        /// Why.
        why: String,
        /// A miss after which nobody else may be touched: ambiguous, disagreeing, guarded, wordless.
        grave: bool,
        /// What goes with it.
        seen: Seen,
        /// May it go on?
        reply: oneshot::Sender<Go>,
    },
}

/// The executor's end of the line.
#[derive(Debug, Clone)]
pub struct Desk {
    sender: mpsc::Sender<Message>,
}

/// The dispatcher is gone: the executor has nothing more to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

impl Desk {
    /// The executor's end and the dispatcher's. One message is under way at a time: each waits for its answer.
    #[must_use]
    pub fn pair() -> (Self, mpsc::Receiver<Message>) {
        let (sender, receiver) = mpsc::channel(1);
        (Self { sender }, receiver)
    }

    /// Sends a message that wants an answer, and waits for it.
    ///
    /// # Errors
    /// The dispatcher is gone, or dropped the message.
    pub async fn ask<T>(&self, message: impl FnOnce(oneshot::Sender<T>) -> Message) -> Result<T, Gone> {
        let (reply, answer) = oneshot::channel();
        self.sender.send(message(reply)).await.map_err(|_| Gone)?;
        answer.await.map_err(|_| Gone)
    }
}
