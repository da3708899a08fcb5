//! Did it happen? What a fresh reading of the page means for an effect in flight, and for one that is done.
//!
//! Only a positive reading makes an effect done or not applied. It asks for another look instead of guessing, and does not
//! know how one is taken.

use std::time::Duration;

use super::Dispatcher;
use super::arithmetic::Fit;
use super::intention::total_of;
use super::notices::NOTICE;
use super::record::Kept;
use super::witness::Moment;
use crate::crash_point::crash_point;
use crate::event::exit::Ending;
use crate::event::id::Slug;
use crate::event::state::EffectState;
use crate::evidence::observation::Assertion;
use crate::ledger::{EffectRow, LedgerError};
use crate::policy::pace::Pace;
use crate::policy::retry::{self, Reading, Verdict};
use crate::runner::clock::elapsed;
use crate::runner::latch::FALL;
use crate::runner::message::{Go, Looked};
use crate::runner::wording::{self, Wording};

impl Dispatcher<'_> {
    /// Decides on a reading; `On` asks for another look, after the wait that it took.
    pub(super) async fn verified(&mut self, slug: &Slug, looked: Looked) -> Result<Go, LedgerError> {
        let mut row = self.in_hand(slug)?;
        if matches!(row.state, EffectState::Acted | EffectState::Unknown) {
            row.state = self.step(&row, EffectState::Verifying, "read again from a fresh load", Kept::default())?;
        }
        let since_click = row.sent.as_ref().map_or(Duration::ZERO, |sent| elapsed(sent, &looked.loaded));
        let so_far = self.unreadable.get(slug).copied().unwrap_or(0);
        let verdict = retry::after_reading(looked.reading, since_click, so_far, &self.settling(&row));
        let assertions = self.checked(slug, &looked);
        let after = total_of(&looked.seen.read);
        self.counted(&looked.seen.read, looked.loaded.utc);
        let kept = self.keep(Some(slug), looked.seen);
        self.trails.entry(slug.clone()).or_default().assertions.extend(assertions);
        match verdict {
            Verdict::Done => {
                let why = format!("{}{}", looked.why, self.second_sign(slug, after));
                crash_point!("C11");
                self.settle(&row, EffectState::Done, &why, kept)?;
                self.done.insert((row.plan.clone(), row.slug.clone()), self.clock.now());
                self.was_harmless(&row);
                self.clean();
                if let Some(fall) = after.and_then(|total| self.witness.read(Moment::After, total)) {
                    self.fell(fall)?;
                }
            }
            Verdict::NotApplied => self.not_applied(&row, after, kept)?,
            Verdict::NeedsHuman => {
                self.needs_human(&row, &format!("cannot be read: {}", looked.why), kept)?;
                self.is_decided(&row);
                self.failed("an outcome could not be read");
            }
            Verdict::AgainAfter(wait) => {
                let count = so_far + u32::from(looked.reading == Reading::Unreadable);
                self.unreadable.insert(slug.clone(), count);
                self.step(&row, EffectState::Verifying, &format!("{}; looking again", looked.why), kept)?;
                return self.look_again_after(wait).await;
            }
        }
        Ok(Go::Leave)
    }

    /// The person is still there, long enough after the click. Nothing happened, unless the total fell all the same or the page
    /// answered the click with a notice: then nobody knows what did, and nobody else is tried.
    fn not_applied(&mut self, row: &EffectRow, after: Option<u64>, kept: Kept) -> Result<(), LedgerError> {
        let beside = self.fell_beside(row);
        self.witness.did_nothing();
        self.came_to_nothing(row);
        let totals = self.totals.get(&row.slug).copied().zip(after);
        let fall = beside.or_else(|| totals.and_then(|(before, after)| self.witness.fell_beside(before, after)));
        let why = match fall {
            None => self.words().not_applied.to_owned(),
            Some(fall) => format!("still there, although {fall}: the click may have taken out somebody else"),
        };
        let sign = if fall.is_some() { FALL } else { NOTICE };
        if self.settle_by_notice(row, (&why, sign), kept.clone())? {
            return Ok(());
        }
        let to = if fall.is_some() { EffectState::NeedsHuman } else { EffectState::NotApplied };
        self.settle(row, to, &why, kept)?;
        match fall {
            Some(fall) => self.fell(fall),
            None => {
                self.failed("the site did not do it");
                Ok(())
            }
        }
    }

    /// Hands somebody to a person; where the page answered the click with a notice, the account is latched as well.
    fn needs_human(&mut self, row: &EffectRow, why: &str, kept: Kept) -> Result<(), LedgerError> {
        if self.settle_by_notice(row, (why, NOTICE), kept.clone())? {
            return Ok(());
        }
        self.settle(row, EffectState::NeedsHuman, why, kept)
    }

    /// The pace, with the settle time under which the intention was written where that is longer.
    fn settling(&self, row: &EffectRow) -> Pace {
        let written = row.not_before.zip(row.sent.as_ref()).map(|(until, sent)| until.duration_since(sent.utc));
        let written = written.map(|settle| settle.unsigned_abs()).unwrap_or_default();
        let pace = self.order.pace.clone();
        Pace { not_applied_after: pace.not_applied_after.max(written), ..pace }
    }

    /// Only a signal ends this wait early: a pause or a stop of another process is about what was not begun.
    async fn look_again_after(&mut self, wait: Duration) -> Result<Go, LedgerError> {
        let until = self.clock.now().utc + wait;
        while self.clock.now().utc < until && !self.stop_wanted() {
            self.pause(until, "before looking again whether it happened").await?;
        }
        if self.stop_wanted() {
            self.quit(Ending::Interrupted, "interrupted while looking; the next run looks again", None);
            return Ok(Go::Leave);
        }
        Ok(Go::On)
    }

    /// What the reading was held against, for the observation.
    fn checked(&self, slug: &Slug, looked: &Looked) -> Vec<Assertion> {
        let mut assertions = vec![Assertion {
            what: self.words().assertion.to_owned(),
            expected: "gone".to_owned(),
            seen: match looked.reading {
                Reading::Gone => "gone".to_owned(),
                Reading::StillThere => "still there".to_owned(),
                Reading::Unreadable => format!("unreadable: {}", looked.why),
            },
            pass: looked.reading == Reading::Gone,
        }];
        if let (Some(before), Some(after)) = (self.totals.get(slug), total_of(&looked.seen.read)) {
            assertions.push(Assertion {
                what: "the page's own total".to_owned(),
                expected: format!("less than {before}"),
                seen: after.to_string(),
                pass: after < *before,
            });
        }
        assertions
    }

    fn words(&self) -> &'static Wording {
        wording::of(self.order.started.route)
    }

    /// What the page's own total says beside the witness.
    fn second_sign(&self, slug: &Slug, after: Option<u64>) -> String {
        match (self.totals.get(slug), after) {
            (Some(before), Some(after)) if after < *before => {
                format!("; the page's own total fell from {before} to {after}")
            }
            (Some(before), Some(after)) => format!("; the page's own total did not fall ({before}, then {after})"),
            _ => String::new(),
        }
    }

    /// The second reading of a person who is done. Where it cannot be read, the person stays done, and the next run
    /// reads again.
    pub(super) fn audited(&mut self, slug: &Slug, looked: &Looked) -> Result<Go, LedgerError> {
        let rows = self.ledger().open_effects(self.owner.account(), self.owner.realm())?;
        let done: Vec<_> = rows.into_iter().filter(|row| row.slug == *slug && row.state == EffectState::Done).collect();
        if done.is_empty() {
            self.reread(slug, looked)?;
        }
        self.counted(&looked.seen.read, looked.loaded.utc);
        for row in done {
            let kept = self.keep(Some(slug), looked.seen.clone());
            let assertions = self.checked(slug, looked);
            self.trails.entry(slug.clone()).or_default().assertions.extend(assertions);
            match looked.reading {
                Reading::Gone => match self.fits(&row) {
                    Fit::Fits => self.settle(&row, EffectState::Confirmed, "the audit read it again: gone", kept)?,
                    Fit::ReadAgain => continue,
                    Fit::Doubtful(why) => {
                        self.note(format!("`{slug}` is in doubt: {why}"));
                        self.needs_human(&row, &why, kept)?;
                    }
                },
                Reading::StillThere => {
                    self.needs_human(&row, self.words().back, kept)?;
                }
                Reading::Unreadable => {
                    self.note(format!("the audit could not read {slug}: {}; the next run tries again", looked.why));
                }
            }
            self.audited.insert((row.plan.clone(), row.slug.clone()));
            if looked.reading != Reading::Unreadable {
                self.is_decided(&row);
                self.is_answered(&row);
            }
        }
        Ok(if self.stop_wanted() || self.is_quitting() { Go::Leave } else { Go::On })
    }
}
