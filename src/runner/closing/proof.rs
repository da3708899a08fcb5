//! Did it happen? The end page as it stands, and the signed-out state on a fresh load. Both, or a person has to look.

use std::time::Duration;

use super::walking::Sent;
use super::{Closing, End};
use crate::browser::page::{Page, Stored};
use crate::event::exit::Ending;
use crate::event::fact::Fact;
use crate::event::shot::{Shot, ShotRole};
use crate::event::state::EffectState;
use crate::flow::site::SIGNED_OUT;
use crate::flow::tree::Flow;
use crate::plan::shown_day;
use crate::runner::stumble::Stumble;
use crate::runner::walk::halt::Halt;
use crate::runner::walk::introduction::{self, Introduced};
use crate::runner::walk::question::{WORKER, stored_in};
use crate::runner::walk::{Answered, Walk};

/// How long a page is left alone after the last click: a document that is left at once takes along the request that its
/// scripts were about to send.
const BEFORE_LEAVING: Duration = Duration::from_secs(1);

/// One of the two signs: that it is so, or what was seen instead.
type Sign = Result<(), String>;

impl Closing<'_> {
    /// Reads both signs and settles the effect by them.
    pub(super) async fn prove<P: Page>(
        &mut self,
        page: &mut P,
        flow: &Flow,
        sent: Option<Sent>,
    ) -> Result<End, Stumble> {
        let Some(sent) = sent else {
            let why = "the page did not let the click through; nothing was sent";
            self.step(EffectState::Failed, why, vec![], vec![])?;
            return Ok(End::of(Ending::SomeFailed, why));
        };
        let before = match sent {
            Sent::Landed => {
                self.step(EffectState::Acted, "the last click landed", vec![], vec![])?;
                None
            }
            Sent::Unknown(why) => {
                self.step(EffectState::Unknown, &why, vec![], vec![])?;
                Some(why)
            }
        };
        self.on_the_way_to_a_reading("reading the page as it stands, then a fresh load")?;
        let (ended, words) = self.end_page(page, flow).await?;
        let photo = self.photo(page).await;
        let shots: Vec<Shot> = self.item_picture(ShotRole::After, photo).into_iter().collect();
        tokio::time::sleep(BEFORE_LEAVING).await;
        let (out, halt) = self.signed_out(page).await?;
        let shots: Vec<Shot> = shots.into_iter().chain(self.run_picture(page, ShotRole::After).await).collect();
        match (ended, out) {
            (Ok(()), Ok(())) => self.done(&words, shots),
            (ended, out) => {
                let seen = [before, ended.err(), out.err()].into_iter().flatten().collect::<Vec<_>>().join("; ");
                let doubt = self.for_a_person(&seen, shots.clone())?;
                // What the site asks for holds the account back besides, as it does anywhere else.
                let due_at = match halt {
                    Some(halt) => self.held_by(page, &halt, &shots).await?.due_at,
                    None => None,
                };
                Ok(End { due_at, ..doubt })
            }
        }
    }

    /// Whether the page that is there now is the end page, and its own words.
    async fn end_page<P: Page>(&mut self, page: &mut P, flow: &Flow) -> Result<(Sign, String), Stumble> {
        let settled = flow.commit.as_ref().map(|commit| commit.settled.value.as_str()).unwrap_or_default();
        let question =
            self.pack.flows.get(settled).expect("the pack's check refuses a commit without a known question");
        let mut walk = Walk::on_loaded_page(question, self.order.inputs.clone());
        let asked = self.walker(page).ask(&mut walk).await;
        self.keep_steps(page, &walk).await?;
        let sign = match asked {
            Ok(Answered::Yes) if self.is_from_a_store(&walk) => {
                Err(format!("no end page that proves anything: {WORKER}"))
            }
            Ok(Answered::Yes) => Ok(()),
            Ok(Answered::No) => Err("the page says that it did not happen".to_owned()),
            Ok(Answered::Skipped(_, why) | Answered::Unreadable(why)) => Err(format!("no end page: {why}")),
            Err(halt) => Err(format!("no end page: {halt}")),
        };
        let target = question.answer.as_ref().and_then(|answer| answer.yes.see.first());
        let read = target.and_then(|target| walk.read(&target.value)).cloned().unwrap_or_default();
        let language = walk.sight.as_ref().map(|sight| sight.page.language.clone()).unwrap_or_default();
        let named = read.get("until").and_then(|text| shown_day::within(&language, text));
        let counted = read.get("days").and_then(|text| shown_day::days(&language, text));
        self.counted = named.is_none() && counted.is_some();
        // Counted in UTC, where the day may have begun later than here: a day too early keeps nobody from reopening it in time.
        let today = self.clock.now().utc.to_zoned(jiff::tz::TimeZone::UTC).date();
        self.until = named.or_else(|| today.checked_add(jiff::Span::new().days(counted?)).ok());
        let words = read.get("text").cloned().unwrap_or_default();
        if let Some(target) = target {
            self.read.extend(read.into_iter().map(|(key, value)| (format!("{}.{key}", target.value), value)));
        }
        Ok((sign, words))
    }

    /// Whether a fresh load asks to sign in, and the stop sign of another kind that shows instead.
    async fn signed_out<P: Page>(&mut self, page: &mut P) -> Result<(Sign, Option<Halt>), Stumble> {
        let (mut read, mut stored) = self.read_whose(page).await?;
        if self.walker(page).passes_stores_by(stored).await? {
            (read, stored) = self.read_whose(page).await?;
        }
        Ok(match read {
            _ if stored == Some(Stored::Worker) => {
                (Err(format!("whether anybody is signed in cannot be read: {WORKER}")), None)
            }
            Err(Halt::Sign { sign, .. }) if sign == SIGNED_OUT => (Ok(()), None),
            Ok(introduced) => (Err(format!("the site still shows {} as signed in", introduced.handle)), None),
            Err(halt) => {
                let sign = Err(format!("whether anybody is signed in cannot be read: {halt}"));
                (sign, matches!(halt, Halt::Sign { .. }).then_some(halt))
            }
        })
    }

    /// Whose account a fresh load shows, and what answered for it in the place of the site's server.
    async fn read_whose<P: Page>(
        &mut self,
        page: &mut P,
    ) -> Result<(Result<Introduced, Halt>, Option<Stored>), Stumble> {
        let mut walk = introduction::walk(self.pack)?;
        let read = self.walker(page).whose(&mut walk).await;
        self.keep_steps(page, &walk).await?;
        let stored = match &read {
            Err(Halt::Sign { page, .. }) => page.stored,
            _ => stored_in(&walk),
        };
        Ok((read, stored))
    }

    /// Whether something else than the site's server answered for the page that a walk ended on. What a page draws after the
    /// click is no answer of the cache, so that this counts only in a document that came after it.
    fn is_from_a_store(&self, walk: &Walk<'_>) -> bool {
        let document = walk.sight.as_ref().map(|sight| &sight.page.id);
        match stored_in(walk) {
            Some(Stored::Worker) => true,
            Some(Stored::Cache) => document != self.clicked_in.as_ref(),
            None => false,
        }
    }

    /// Both signs were read.
    fn done(&mut self, words: &str, shots: Vec<Shot>) -> Result<End, Stumble> {
        let why = "the end page shows, and a fresh load asks to sign in";
        let read = self.read.clone().into_iter().collect();
        let moved = self.moved(EffectState::Done, why, shots, read)?;
        let closed = Fact::AccountClosed {
            run: Some(self.run()),
            action: self.order.action(),
            handle: self.order.handle.clone(),
            until: self.until,
            counted: self.counted,
            words: words.to_owned(),
        };
        for link in self.owner.step_closed(&self.clock.now(), &moved, &closed)? {
            self.told(&link);
        }
        Ok(End::of(Ending::Done, why))
    }
}
