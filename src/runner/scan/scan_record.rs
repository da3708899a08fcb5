//! What is written of a scan, what follows from how it ended, and the closing of its evidence.
//!
//! It touches no page.

use jiff::Timestamp;

use super::scan_end::End;
use super::tally::renamed;
use super::{ScanOutcome, Scanner};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Scanned};
use crate::event::id::{RunId, Slug};
use crate::flow::site::{OTHER_ACCOUNT, SignKind};
use crate::ledger::{Adoption, Identity, LedgerError, RequestKind};
use crate::runner::latch::{self, DRIFT, Held, Met};
use crate::runner::message::Picture;
use crate::runner::order::Telling;
use crate::runner::run::RunError;
use crate::runner::sealing;
use crate::runner::walk::halt::Halt;

impl Scanner<'_> {
    /// Writes a fact and tells it.
    pub(super) fn write(&mut self, fact: Fact) -> Result<(), LedgerError> {
        let link = self.owner.append(&self.clock.now(), &fact)?;
        let entry = link.entry().expect("a fact that was just written can be read");
        (self.tell)(Telling::Fact(&entry));
        Ok(())
    }

    fn run(&self) -> RunId {
        self.order.started.run.clone()
    }

    /// Keeps a picture in the evidence.
    pub(super) fn keep(&mut self, picture: &Picture) {
        match self.bundle.keep_shot(None, picture.role, &picture.bytes) {
            Ok(shot) => self.shots.push(shot),
            Err(error) => self.gaps.push(format!("no `{}` picture: {error}", picture.role.as_str())),
        }
    }

    /// What `status` shows; it may be lost.
    pub(super) fn say(&mut self) {
        let of = self.tally.before.map(|total| format!(" of {total}")).unwrap_or_default();
        let doing = format!("reading the connections list: {}{of}", self.tally.read());
        let text = serde_json::json!({ "run": self.order.started.run, "doing": doing });
        // A sign of life that cannot be written is not worth stopping for.
        let _ = self.owner.say(&text.to_string(), None, self.clock.now().utc);
    }

    /// Whether somebody paused the account. Requests about plans are left for whoever works on one.
    pub(super) fn hears_a_pause(&mut self) -> Result<bool, LedgerError> {
        for request in self.owner.ledger().pending_requests(self.owner.account())? {
            if matches!(request.kind, RequestKind::Pause { .. } | RequestKind::Resume) {
                self.owner.handle_request(request.id, self.clock.now().utc, "heard")?;
            }
        }
        Ok(self.owner.ledger().pause(self.owner.account(), self.clock.now().utc)?.is_some())
    }

    /// Notes whose account the page shows, and takes it as the account's own if it is the first. Whether it is.
    pub(super) fn is_own(&mut self, handle: Slug, name: String) -> Result<bool, LedgerError> {
        self.write(Fact::AccountSeen { run: self.run(), handle: handle.clone(), name: name.clone() })?;
        let identity = Identity { handle, name, photo_sha256: None, photo_src: None };
        Ok(!matches!(self.owner.adopt_identity(&identity)?, Adoption::Other(_)))
    }

    pub(super) fn other_account(&mut self, handle: &Slug, address: &str) -> Result<End, LedgerError> {
        let why = format!("the page shows the account of `{handle}`, which is another one than before");
        let met = Met { sign: OTHER_ACCOUNT, why: &why, address, shots: &self.shots, until: None };
        let held = latch::incident(self.owner, &self.run(), &met)?;
        self.hold(held)
    }

    /// Everybody was read, or why not.
    pub(super) fn verdict(&self) -> End {
        match self.tally.lacks() {
            Some(why) => End::of(Ending::SomeFailed, format!("incomplete: {why}; nobody counts as gone")),
            None => {
                let why = format!("complete: {} of {}", self.tally.read(), self.tally.after.unwrap_or_default());
                End { complete: true, ..End::of(Ending::Done, why) }
            }
        }
    }

    /// The first rows were read, which is all that was asked for.
    pub(super) fn looked(&self) -> End {
        let of = self.tally.before.map(|total| format!(" of {total}")).unwrap_or_default();
        End::of(Ending::Done, format!("a look at the first {}{of}; nobody counts as gone", self.tally.rows))
    }

    /// What follows from a halt; `until` is the moment that the notice of a stop sign named.
    pub(super) fn halted(&mut self, halt: &Halt, until: Option<Timestamp>) -> Result<End, RunError> {
        let words = halt.to_string();
        Ok(match halt {
            Halt::Lost(_) | Halt::Unreachable(_) => End::of(Ending::NoBrowser, words),
            // Nothing was clicked, so that a page that does not fit latches nothing.
            Halt::Nameless(_) | Halt::Miss(_) | Halt::Barred(_) | Halt::Beyond(_) => End::of(Ending::BadFile, words),
            Halt::Sign { sign, page, .. } => {
                let met = Met { sign, why: &words, address: &page.address, shots: &self.shots, until };
                let held = match self.pack.sign_kind(sign) {
                    SignKind::Cool => latch::silence(self.owner, &self.run(), &met, self.clock.now().utc)?,
                    SignKind::Latch => latch::incident(self.owner, &self.run(), &met)?,
                };
                self.hold(held)?
            }
            Halt::Prompt(_) => {
                let met = Met { sign: DRIFT, why: &words, address: "", shots: &self.shots, until: None };
                let held = latch::incident(self.owner, &self.run(), &met)?;
                self.hold(held)?
            }
        })
    }

    /// Writes what holds the account back.
    fn hold(&mut self, held: Held) -> Result<End, LedgerError> {
        for fact in held.facts {
            self.write(fact)?;
        }
        Ok(End { due_at: held.due_at, ..End::of(held.ending, held.why) })
    }

    /// Writes what was read and how it ended, then the manifest.
    pub(super) fn close(&mut self, end: End) -> Result<ScanOutcome, RunError> {
        let scanned = self.scanned(&end)?;
        self.write(Fact::Scanned(Box::new(scanned.clone())))?;
        let End { mut ending, mut why, due_at, .. } = end;
        if !self.gaps.is_empty() {
            ending = ending.or(Ending::SomeFailed);
            why = format!("{why}; the evidence is incomplete: {}", self.gaps.join(", "));
        }
        let run = self.run();
        self.write(Fact::RunEnded { run: run.clone(), result: ending, why: why.clone() })?;
        let closed = sealing::close(self.owner, self.bundle, (&run, &self.order.started))?;
        self.write(closed)?;
        Ok(ScanOutcome { ending, why, due_at, scanned })
    }

    fn scanned(&self, end: &End) -> Result<Scanned, LedgerError> {
        let (ledger, account, run) = (self.owner.ledger(), self.owner.account(), &self.order.started.run);
        let new = ledger.found_by(account, run)?;
        let gone = if end.complete { ledger.missed_by(account, run)? } else { vec![] };
        Ok(Scanned {
            run: run.clone(),
            rows: self.tally.rows,
            nameless: self.tally.nameless,
            total: self.tally.before,
            total_after: self.tally.after,
            complete: end.complete,
            why: if end.complete { String::new() } else { end.why.clone() },
            new: new.len() as u64,
            gone: gone.len() as u64,
            perhaps_renamed: renamed(&gone, &new),
            shots: self.shots.clone(),
        })
    }
}
