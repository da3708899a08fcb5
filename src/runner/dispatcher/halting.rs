//! What follows from a session that was ended by the page: an incident, a silence, or another session.
//!
//! It settles offline what the session left behind, and never acts. It does not know how a session is opened.

use super::Dispatcher;
use super::record::Kept;
use super::trouble::is_outage;
use crate::crash_point::crash_point;
use crate::event::exit::Ending;
use crate::event::fact::Mode;
use crate::event::state::EffectState;
use crate::flow::pack::Pack;
use crate::flow::site::SignKind;
use crate::ledger::LedgerError;
use crate::runner::latch::{self, DRIFT, Met, UNREAD};
use crate::runner::message::Seen;
use crate::runner::walk::halt::Halt;

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runner) enum Session {
    /// There is nothing more to do with it.
    Over,
    /// It was lost, for this reason.
    Lost(String),
}

impl Dispatcher<'_> {
    /// What follows from a halt. What was in flight stays in doubt: the next session or run looks at it first.
    pub(in crate::runner) fn halted(
        &mut self,
        pack: &Pack,
        halt: Halt,
        mut seen: Seen,
    ) -> Result<Session, LedgerError> {
        let words = halt.to_string();
        if let Some(slug) = self.hand.clone() {
            let trail = std::mem::take(&mut seen.trail);
            self.keep(Some(&slug), Seen { trail, ..Seen::default() });
        }
        let until = seen.until;
        let shots = self.keep(None, seen).shots;
        let met = |sign, address, until| Met { sign, why: &words, address, shots: &shots, until };
        self.recover(&words)?;
        match halt {
            Halt::Lost(why) => return Ok(Session::Lost(why)),
            // Who barred it has said already what follows.
            Halt::Barred(_) => {}
            Halt::Unreachable(_) => self.quit(Ending::NoBrowser, words, None),
            Halt::Nameless(_) | Halt::Beyond(_) => self.quit(Ending::BadFile, words, None),
            Halt::Sign { sign, page, .. } if pack.sign_kind(&sign) == SignKind::Cool => {
                let met = met(&sign, &page.address, None);
                self.hold(latch::silence(self.owner, &self.run(), &met, self.clock.now().utc)?)?;
            }
            Halt::Sign { sign, page, .. } => self.incident(&met(&sign, &page.address, until))?,
            Halt::Miss(miss) if is_outage(&miss.page) => {
                self.quit(Ending::NoBrowser, format!("the site answers with an error of its own: {words}"), None);
            }
            // A rehearsal is there to find out whether the pack fits; the next one must be able to.
            Halt::Miss(_) if self.order.mode() == Mode::Rehearsal => self.quit(Ending::BadFile, words, None),
            Halt::Miss(miss) => {
                let sign = if miss.refused.unread.is_some() { UNREAD } else { DRIFT };
                self.incident(&met(sign, &miss.page.address, None))?;
            }
            Halt::Prompt(_) => self.incident(&met(DRIFT, "", None))?,
        }
        Ok(Session::Over)
    }

    /// Removals whose outcome nobody knows yet: they may still show in the page's own total.
    pub(in crate::runner) fn count_under_way(&mut self) -> Result<(), LedgerError> {
        let open = self.ledger().open_effects(self.owner.account(), self.owner.realm())?;
        let sent = open.iter().filter(|row| row.state != EffectState::Approved && row.sent.is_some()).count();
        let doubtful = self.ledger().in_doubt(self.owner.account(), self.owner.realm())?.len();
        self.witness.began_with((sent + doubtful) as u64);
        Ok(())
    }

    /// Settles offline what a session or an earlier run left behind: what was intended is unknown, what was only looked up
    /// is approved again. A rehearsal moves nothing.
    pub(in crate::runner) fn recover(&mut self, why: &str) -> Result<(), LedgerError> {
        if self.order.mode() == Mode::Rehearsal {
            return Ok(());
        }
        for row in self.ledger().open_effects(self.owner.account(), self.owner.realm())? {
            match row.state {
                EffectState::Intent => {
                    self.step(&row, EffectState::Unknown, why, Kept::default())?;
                    crash_point!("C15");
                }
                EffectState::Precheck => {
                    self.step(&row, EffectState::Approved, &format!("nothing was sent: {why}"), Kept::default())?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
