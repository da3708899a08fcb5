//! What a visitor who is signed in nowhere sees at the account's public address. It is recorded, and decides
//! only where the end page is in words that nobody knows.

use super::Closing;
use crate::browser::page::{Page, Stored};
use crate::event::fact::{Fact, Public};
use crate::event::shot::{Shot, ShotRole};
use crate::runner::handover::Handover;
use crate::runner::run::{Opener, RunError};
use crate::runner::walk::halt::Halt;
use crate::runner::walk::notes::Notes;
use crate::runner::walk::question::{WORKER, stored_in};
use crate::runner::walk::{Answered, Values, Walk};

/// The question of the pack that tells.
const QUESTION: &str = "is-public";

/// What follows a visitor's look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// A second look: the browser is kept for it, with nothing in it that the site left there.
    LookAgain,
    /// Nothing: the browser is closed.
    Leave,
}

impl Closing<'_> {
    /// Looks before the walk, with a browser that is signed in nowhere, and records the answer. The browser is kept for the
    /// second look.
    ///
    /// # Errors
    /// Ledger or evidence failed. A browser that does not start is an answer: it cannot be told.
    pub(super) async fn visitor_before<V: Opener>(&mut self, visitor: &mut Handover<V>) -> Result<Public, RunError> {
        self.public_address(visitor, Then::LookAgain).await
    }

    /// As [`Self::visitor_before`] after the intention, for the last time: the browser is closed.
    pub(super) async fn visitor_after<V: Opener>(&mut self, visitor: &mut Handover<V>) -> Result<Public, RunError> {
        self.public_address(visitor, Then::Leave).await
    }

    async fn public_address<V: Opener>(&mut self, visitor: &mut Handover<V>, then: Then) -> Result<Public, RunError> {
        let path = format!("/in/{}/", self.order.handle.encoded());
        let (answer, why, shots) = match visitor.open().await {
            Ok(mut page) => {
                let (answer, why) = self.read_public(&mut page).await;
                let shots: Vec<Shot> = self.run_picture(&mut page, ShotRole::Public).await.into_iter().collect();
                // What the first look left could change what the second one is shown. At any doubt another browser looks.
                if then == Then::LookAgain && visitor.forget(&mut page).await {
                    visitor.keep(page).await;
                } else {
                    visitor.close(page).await;
                }
                (answer, why, shots)
            }
            Err(unopened) => (Public::CannotTell, unopened.why, vec![]),
        };
        let address = format!("{}{path}", self.order.started.origin);
        self.write(Fact::PublicRead { run: self.run(), answer, why, address, shots })?;
        Ok(answer)
    }

    async fn read_public<P: Page>(&self, page: &mut P) -> (Public, String) {
        let Some(question) = self.pack.flows.get(QUESTION) else {
            return (Public::CannotTell, format!("the pack has no flow `{QUESTION}`"));
        };
        let name = self.order.inputs.get("name").cloned().unwrap_or_default();
        let values = Values::from([("slug".to_owned(), self.order.handle.to_string()), ("name".to_owned(), name)]);
        let mut walk = Walk::new(question, values);
        let mut notes = Notes::default();
        let mut walker = notes.walker(page, (self.pack, self.clock), None);
        walker.own = Some(&self.order.handle);
        let mut asked = walker.ask(&mut walk).await;
        if let Ok(true) = walker.passes_stores_by(stored_in(&walk)).await {
            walk.begin_again();
            asked = walker.ask(&mut walk).await;
        }
        match asked {
            Ok(_) if stored_in(&walk) == Some(Stored::Worker) => (Public::CannotTell, WORKER.to_owned()),
            Ok(Answered::Yes) => (Public::StillThere, "a visitor sees the profile".to_owned()),
            Ok(Answered::No) => (Public::Gone, "a visitor sees that there is no such profile".to_owned()),
            Ok(Answered::Skipped(_, why) | Answered::Unreadable(why)) => (Public::CannotTell, why),
            // A wall for visitors, or a refusal: nothing about the account follows from it.
            Err(Halt::Sign { why, .. }) => (Public::CannotTell, why),
            Err(halt) => (Public::CannotTell, halt.to_string()),
        }
    }
}
