//! What is looked at before the first person of a day, and after a silence: do the pages still fit, and is everybody of the last day still gone?
//!
//! ```text
//! first person of a date? ─► probe: one person's pages up to the last click, and back ─► whom the last day removed, once more
//! ```
//!
//! Both only look. A page that does not fit stops the day before anybody is touched. It does not know how a page is walked.

use jiff::civil::Date;

use super::Dispatcher;
use super::trouble::is_outage;
use super::turns::{is_waiting, subject_of};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Rehearsal};
use crate::event::id::{Route, Slug};
use crate::event::state::EffectState;
use crate::ledger::{EffectRow, LedgerError, Scope};
use crate::policy::retry::Reading;
use crate::runner::latch::{DRIFT, Met};
use crate::runner::message::{Looked, Probe, Subject, Turn};

/// The incident of somebody who was removed on an earlier day and is there again.
pub(super) const CAME_BACK: &str = "came_back";

/// So many people are probed at most whose pages have nothing to remove: what is true of them says nothing about the page.
const PROBES: usize = 3;

impl Dispatcher<'_> {
    /// What has to be looked at before anybody of today is begun; none where nothing is left of it.
    pub(super) fn before_the_day(&mut self) -> Result<Option<Turn>, LedgerError> {
        let today = self.clock.now().utc.to_zoned(self.order.zone.clone()).date();
        if !self.order.probe || self.morning.over == Some(today) {
            return Ok(None);
        }
        let Scope { account, realm } = self.owner.scope();
        let debits = self.ledger().debits(account, realm, jiff::Timestamp::MIN)?;
        let last = debits.last().map_or(jiff::Timestamp::MIN, |debit| debit.at);
        // After a silence that the site asked for, the page is looked at again before anybody is begun.
        let was_silent = !self.ledger().coolings(account, realm, last)?.is_empty();
        if debits.iter().any(|debit| debit.local_date == today) && !was_silent {
            self.morning.over = Some(today);
            return Ok(None);
        }
        if self.morning.probed != Some(today) {
            if let Some(subject) = self.whom_to_probe()? {
                return Ok(Some(Turn::Probe { subject }));
            }
            self.morning.probed = Some(today);
        }
        self.morning.over = Some(today);
        let subjects = self.of_the_last_day(today)?;
        Ok((!subjects.is_empty()).then_some(Turn::Audit { subjects }))
    }

    /// Somebody of the plan whose turn comes soon; nobody once enough of them had nothing to remove.
    fn whom_to_probe(&self) -> Result<Option<Subject>, LedgerError> {
        if self.morning.passed.len() >= PROBES {
            return Ok(None);
        }
        let rows = self.ledger().effects(&self.order.started.plan)?;
        let next = rows.iter().find(|row| is_waiting(row.state) && !self.morning.passed.contains(&row.slug));
        Ok(next.map(subject_of))
    }

    /// Whom this plan removed on its last day. Where that would open profiles, nobody: views are scarce, and each person
    /// had two after the click.
    fn of_the_last_day(&self, today: Date) -> Result<Vec<Subject>, LedgerError> {
        if self.order.started.route == Route::Profile {
            return Ok(vec![]);
        }
        let rows = self.ledger().effects(&self.order.started.plan)?;
        let date = |row: &EffectRow| row.sent.as_ref().map(|sent| sent.utc.to_zoned(self.order.zone.clone()).date());
        let confirmed = rows.iter().filter(|row| row.state == EffectState::Confirmed);
        let of: Vec<(Date, &EffectRow)> = confirmed.filter_map(|row| Some((date(row)?, row))).collect();
        let last = of.iter().map(|(date, _)| *date).filter(|date| *date < today).max();
        Ok(of.into_iter().filter(|(date, _)| Some(*date) == last).map(|(_, row)| subject_of(row)).collect())
    }

    /// Writes what the probe found. A page that does not fit the pack latches the account: nobody was touched today.
    pub(super) fn probed(&mut self, slug: &Slug, probe: Probe) -> Result<(), LedgerError> {
        let Probe { outcome, mut why, button, misfit, fallbacks, seen } = probe;
        if outcome == Rehearsal::Ready {
            why = format!("the pages are as the pack says: \"{button}\" is there, and was not clicked");
        }
        let outage = seen.page.as_ref().is_some_and(is_outage);
        let address = seen.page.as_ref().map(|page| page.address.clone()).unwrap_or_default();
        let kept = self.keep(None, seen);
        let why = kept.in_words(&why);
        let shots = kept.shots;
        self.write(Fact::Probed {
            run: self.run(),
            slug: slug.clone(),
            outcome,
            why: why.clone(),
            shots: shots.clone(),
        })?;
        for fallback in fallbacks {
            self.note(format!("the page changed a little: {fallback}"));
        }
        match outcome {
            Rehearsal::Ready => {
                self.morning.probed = Some(self.clock.now().utc.to_zoned(self.order.zone.clone()).date());
                self.read_well();
            }
            _ if !misfit => {
                self.morning.passed.insert(slug.clone());
            }
            _ if outage => self.quit(
                Ending::NoBrowser,
                format!("the site answers with an error of its own before the first person of the day: {why}"),
                None,
            ),
            _ => {
                let why = format!("before the first person of the day: {why}");
                self.incident(&Met { sign: DRIFT, why: &why, address: &address, shots: &shots, until: None })?;
            }
        }
        Ok(())
    }

    /// Writes what the reading on a later day found; somebody who is there again latches the account.
    pub(super) fn reread(&mut self, slug: &Slug, looked: &Looked) -> Result<(), LedgerError> {
        let kept = self.keep(None, looked.seen.clone());
        let gone = match looked.reading {
            Reading::Gone => Some(true),
            Reading::StillThere => Some(false),
            Reading::Unreadable => None,
        };
        let (why, shots) = (kept.in_words(&looked.why), kept.shots);
        let fact = Fact::Reread { run: self.run(), slug: slug.clone(), gone, why: why.clone(), shots: shots.clone() };
        self.write(fact)?;
        if gone == Some(false) {
            let address = looked.seen.page.as_ref().map(|page| page.address.clone()).unwrap_or_default();
            let why = format!("`{slug}` was removed on an earlier day and is connected again: {why}");
            self.incident(&Met { sign: CAME_BACK, why: &why, address: &address, shots: &shots, until: None })?;
        }
        Ok(())
    }
}
