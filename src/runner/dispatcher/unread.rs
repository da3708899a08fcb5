//! A dialog before the last click that says what no known text says: whether somebody reads and accepts it.
//!
//! The intention is on disk and the dialog stands open. It does not know how a person is asked.

use std::time::Duration;

use tokio::sync::oneshot;

use super::Dispatcher;
use crate::browser::page::Unread;
use crate::event::fact::Fact;
use crate::event::id::Slug;
use crate::flow::query::Accepted;
use crate::ledger::LedgerError;
use crate::plan::lookup::named_in;
use crate::runner::message::{Go, Subject};
use crate::runner::order::Telling;
use crate::runner::wait::Stop;

/// How long a person may read: a remote Grid gives a session up that gets no command for five minutes.
const READING: Duration = Duration::from_mins(4);

impl Dispatcher<'_> {
    /// `On` once a person has accepted the text and the disk has it. A text that names somebody else who is known, and one that
    /// is too long to be read on a line, is shown to nobody.
    pub(super) async fn unread(&mut self, unread: Unread) -> Result<Go, LedgerError> {
        let Some(subject) = self.subject_in_hand()? else { return Ok(Go::Leave) };
        if let Some(why) = self.is_no_question(&subject.slug, &unread)? {
            self.note(why);
            return Ok(Go::Leave);
        }
        let (reply, answer) = oneshot::channel();
        let until = self.clock.now().utc + READING;
        let slug = subject.slug.clone();
        (self.tell)(Telling::Unread { unread: &unread, subject, until, reply });
        let mut stop = self.stop.clone();
        let accepted = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop != Stop::No) => false,
            answer = answer => answer == Ok(true),
            () = tokio::time::sleep(READING) => false,
        };
        if !accepted {
            return Ok(Go::Leave);
        }
        let Unread { language, text, .. } = unread;
        let pack_sha256 = self.order.started.pack_sha256;
        self.write(Fact::TextAccepted { run: self.run(), slug, language, pack_sha256, text })?;
        Ok(Go::On)
    }

    /// What dialogs may say with this pack because a person read it before.
    pub(in crate::runner) fn accepted_texts(&self) -> Result<Accepted, LedgerError> {
        self.ledger().accepted_texts(self.owner.scope(), &self.order.started.pack_sha256)
    }

    /// Why nobody is asked about a text, if so.
    fn is_no_question(&self, slug: &Slug, unread: &Unread) -> Result<Option<String>, LedgerError> {
        if unread.text.is_empty() {
            return Ok(Some("what the dialog says is too long to be asked about".to_owned()));
        }
        let people = self.ledger().people(self.owner.account())?;
        let others = people.iter().map(|known| &known.person).filter(|person| person.slug != *slug);
        let other = named_in(&unread.text, others);
        Ok(other.map(|other| format!("the dialog names somebody else: {} ({})", other.full_name(), other.slug)))
    }

    fn subject_in_hand(&self) -> Result<Option<Subject>, LedgerError> {
        let Some(slug) = &self.hand else { return Ok(None) };
        let row = self.in_hand(slug)?;
        Ok(Some(Subject { slug: row.slug, name: row.name }))
    }
}
