//! Did it happen? The end page as it stands, and the signed-out state on a fresh load. Both, or a person has to look.
//!
//! Words change: where another page came whose words nobody knows, a visitor's look takes its place, if it saw the profile
//! before and is told now that there is none. A page that refuses the password and asks for it still is proof of the other
//! thing, once the account was open for long enough.

use std::time::Duration;

use super::walking::Sent;
use super::{Closing, End};
use crate::browser::page::{Page, PageError, Status, Stored};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Public};
use crate::event::shot::{Shot, ShotRole};
use crate::event::state::EffectState;
use crate::flow::site::SIGNED_OUT;
use crate::flow::tree::{Effect, Flow, Step};
use crate::ledger::{LedgerError, LedgerErrorKind};
use crate::plan::shown_day;
use crate::runner::stumble::Stumble;
use crate::runner::walk::halt::Halt;
use crate::runner::walk::introduction::{self, Introduced};
use crate::runner::walk::question::{WORKER, stored_in};
use crate::runner::walk::{Answered, Walk};

/// How long a page is left alone after the last click: a document that is left at once takes along the request that its
/// scripts were about to send.
const BEFORE_LEAVING: Duration = Duration::from_secs(1);

/// Why it counts as done where both signs were read.
const BOTH: &str = "the end page shows, and a fresh load asks to sign in";

/// What the page of the last click says of it.
enum EndPage {
    /// That it happened.
    Says,
    /// The site's own refusal: that it did not.
    Refuses,
    /// Nothing that is known, in words.
    Unknown(String),
    /// Something else, or it cannot be looked at.
    Else(String),
}

/// What stands there after the last click.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// A page that asks for a secret.
    Asks,
    /// Another page: neither a field for a secret nor a last button is on it.
    Another,
    /// The page with the last button, an error of the site, a dialog, a stop sign, or it cannot be looked at.
    Else,
}

/// Whom a fresh load shows.
enum Fresh {
    /// Nobody: it asks to sign in.
    Nobody,
    /// The account itself, signed in.
    Account,
    /// Something else, in words, with the stop sign of another kind that shows.
    Else(String, Option<Halt>),
}

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
                self.dialog.take()
            }
            Sent::Unknown(why) => {
                self.step(EffectState::Unknown, &why, vec![], vec![])?;
                Some(why)
            }
        };
        self.on_the_way_to_a_reading("reading the page as it stands, then a fresh load")?;
        let (ended, words) = self.end_page(page, flow).await?;
        let stands = self.what_stands(page, flow).await.unwrap_or(Stands::Else);
        let asks_again = self.is_refused && matches!(ended, EndPage::Refuses) && stands == Stands::Asks;
        let photo = self.photo(page).await;
        let shots: Vec<Shot> = self.item_picture(ShotRole::After, photo).into_iter().collect();
        tokio::time::sleep(if asks_again { self.until_settled()? } else { BEFORE_LEAVING }).await;
        let fresh = self.fresh_load(page).await?;
        let shots: Vec<Shot> = shots.into_iter().chain(self.run_picture(page, ShotRole::After).await).collect();
        match (ended, fresh) {
            (EndPage::Says, Fresh::Nobody) => Ok(self.done(BOTH, &words, shots)?),
            (EndPage::Refuses, Fresh::Account) if asks_again => Ok(self.not_done(shots)?),
            (EndPage::Unknown(why), Fresh::Nobody) if stands == Stands::Another => {
                let seen: Vec<String> = before.into_iter().chain([why]).collect();
                self.unproved = Some((seen.join("; "), shots));
                Ok(End::of(Ending::InDoubt, "a visitor's look has to tell"))
            }
            (ended, fresh) => {
                let (out, halt) = match fresh {
                    Fresh::Nobody => (None, None),
                    Fresh::Account => (Some(format!("the site still shows {} as signed in", self.order.handle)), None),
                    Fresh::Else(why, halt) => (Some(why), halt),
                };
                let seen: Vec<String> = [before, ended.against(), out].into_iter().flatten().collect();
                let doubt = self.for_a_person(&seen.join("; "), shots.clone())?;
                // What the site asks for holds the account back besides, as it does anywhere else.
                let due_at = match halt {
                    Some(halt) => self.held_by(page, &halt, &shots).await?.due_at,
                    None => None,
                };
                Ok(End { due_at, ..doubt })
            }
        }
    }

    /// The page that is there now, and its own words.
    async fn end_page<P: Page>(&mut self, page: &mut P, flow: &Flow) -> Result<(EndPage, String), Stumble> {
        let settled = flow.commit.as_ref().map(|commit| commit.settled.value.as_str()).unwrap_or_default();
        let question =
            self.pack.flows.get(settled).expect("the pack's check refuses a commit without a known question");
        let mut walk = Walk::on_loaded_page(question, self.order.inputs.clone());
        let asked = self.walker(page).ask(&mut walk).await;
        self.keep_steps(page, &walk).await?;
        let ended = match asked {
            Ok(Answered::Yes | Answered::No) if self.is_from_a_store(&walk) => {
                EndPage::Else(format!("nothing here proves anything: {WORKER}"))
            }
            Ok(Answered::Unreadable(why)) if self.is_from_a_store(&walk) => EndPage::Else(format!("{why}; {WORKER}")),
            Ok(Answered::Yes) => EndPage::Says,
            Ok(Answered::No) => EndPage::Refuses,
            Ok(Answered::Unreadable(why)) => EndPage::Unknown(why),
            Ok(Answered::Skipped(_, why)) => EndPage::Else(why),
            Err(halt @ Halt::Miss(_)) if !self.is_from_a_store(&walk) => EndPage::Unknown(halt.to_string()),
            Err(halt) => EndPage::Else(halt.to_string()),
        };
        let target = question.answer.as_ref().and_then(|answer| answer.yes.see.first());
        let read = target.and_then(|target| walk.read(&target.value)).cloned().unwrap_or_default();
        let language = walk.sight.as_ref().map(|sight| sight.page.language.clone()).unwrap_or_default();
        let words = read.get("text").cloned().unwrap_or_default();
        let named = read.get("until").and_then(|text| shown_day::within(&language, text));
        let days = read.get("days").and_then(|text| shown_day::days(&language, text));
        // In a longer text the term stands anywhere. Other terms may stand there too, and the shortest keeps nobody from coming back
        // in time.
        let counted = days.or_else(|| shown_day::fewest_days(&language, &words));
        self.counted = named.is_none() && counted.is_some();
        // Counted in UTC, where the day may have begun later than here: a day too early keeps nobody from reopening it in time.
        let today = self.clock.now().utc.to_zoned(jiff::tz::TimeZone::UTC).date();
        self.until = named.or_else(|| today.checked_add(jiff::Span::new().days(counted?)).ok());
        if let Some(target) = target {
            self.read.extend(read.into_iter().map(|(key, value)| (format!("{}.{key}", target.value), value)));
        }
        Ok((ended, words))
    }

    /// What stands there after the last click.
    async fn what_stands<P: Page>(&mut self, page: &mut P, flow: &Flow) -> Result<Stands, PageError> {
        let of = |fits: &dyn Fn(&Step) -> bool| -> Vec<_> {
            flow.steps.iter().filter(|step| fits(step)).filter_map(Step::target).cloned().collect()
        };
        let fields = of(&|step| step.secret(flow).is_some());
        let (asks, buttons) = (fields.len(), of(&|step| step.effect == Effect::Irreversible));
        let walk = Walk::on_loaded_page(flow, self.order.inputs.clone());
        let sight = self.walker(page).one_of(&walk, fields.into_iter().chain(buttons)).await?;
        let is_error = sight.page.http_status.is_some_and(|status| status >= 400);
        Ok(match sight.met {
            Some(met) if met < asks => Stands::Asks,
            None if sight.status == Status::TimedOut && !is_error && sight.dialog.is_none() => Stands::Another,
            _ => Stands::Else,
        })
    }

    /// How long is left until an account that is still open proves that nothing happened.
    fn until_settled(&self) -> Result<Duration, LedgerError> {
        let now = self.clock.now().utc;
        let sent = self.effect()?.sent.map_or(now, |sent| sent.utc);
        let passed = Duration::try_from(now.duration_since(sent)).unwrap_or_default();
        Ok(self.order.settle.saturating_sub(passed) + BEFORE_LEAVING)
    }

    /// Whom a fresh load shows.
    async fn fresh_load<P: Page>(&mut self, page: &mut P) -> Result<Fresh, Stumble> {
        let (mut read, mut stored) = self.read_whose(page).await?;
        if self.walker(page).passes_stores_by(stored).await? {
            (read, stored) = self.read_whose(page).await?;
        }
        Ok(match read {
            _ if stored == Some(Stored::Worker) => {
                Fresh::Else(format!("whether anybody is signed in cannot be read: {WORKER}"), None)
            }
            Err(Halt::Sign { sign, .. }) if sign == SIGNED_OUT => Fresh::Nobody,
            Ok(introduced) if introduced.handle.parse() == Ok(self.order.handle.clone()) => Fresh::Account,
            Ok(introduced) => Fresh::Else(format!("the site shows {} as signed in", introduced.handle), None),
            Err(halt) => {
                let why = format!("whether anybody is signed in cannot be read: {halt}");
                Fresh::Else(why, matches!(halt, Halt::Sign { .. }).then_some(halt))
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

    /// What a visitor saw decides what the words of the end page did not tell.
    pub(super) fn by_the_visitors_look(&mut self, (seen, shots): (String, Vec<Shot>)) -> Result<End, LedgerError> {
        if self.public == (Some(Public::StillThere), Some(Public::Gone)) {
            let why = "a fresh load asks to sign in, and visitors, who saw the profile before, are told now that there is none";
            return self.done(&format!("{why} ({seen})"), "", shots);
        }
        self.for_a_person(&seen, shots)
    }

    /// The site refused the secret, asks for it still, and the account is open: nothing happened.
    fn not_done(&mut self, shots: Vec<Shot>) -> Result<End, LedgerError> {
        let tries: Vec<String> =
            self.tries.iter().map(|(input, tries)| format!("{input} typed {tries} times")).collect();
        let why = format!(
            "not done: password refused ({}); the page still asks for it, and a fresh load shows that the account is open",
            tries.join(", ")
        );
        match self.step(EffectState::NotApplied, &why, shots.clone(), vec![]) {
            // A clock that was set back meanwhile says that too little time has passed.
            Err(error) if matches!(error.kind, LedgerErrorKind::TooEarly { .. }) => {
                return self.for_a_person(&why, shots);
            }
            moved => moved?,
        }
        self.step(EffectState::Failed, &why, vec![], vec![])?;
        Ok(End::of(Ending::SomeFailed, why))
    }

    /// It is proved, by `why`.
    fn done(&mut self, why: &str, words: &str, shots: Vec<Shot>) -> Result<End, LedgerError> {
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

impl EndPage {
    /// What speaks against it, in words; none where nothing does.
    fn against(self) -> Option<String> {
        match self {
            Self::Says => None,
            Self::Refuses => Some("the page says that it did not happen".to_owned()),
            Self::Unknown(why) | Self::Else(why) => Some(format!("no end page: {why}")),
        }
    }
}
