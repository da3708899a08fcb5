//! The irreversible clicks of one intention, each made at most once.
//!
//! ```text
//! click ─► look: landed? ─► the next click of the same intention, if that look armed it ─► click ─► look
//!               └ blocked: proof, but only for the first click     └ anything else: unknown
//! ```
//!
//! It never repeats and never waits for proof of the effect; it does not know that an intention is written anywhere.

use std::time::Duration;

use super::halt::Halt;
use super::look::{self, Wanted};
use super::{Walk, Walker};
use crate::browser::page::{Landing, Page, PageError, Refused, Sight};
use crate::crash_point::{crash_point, crash_point_during};
use crate::flow::tree::{Effect, Step};
use crate::runner::message::{Go, Message};

/// What is known after the irreversible clicks. Where something else was met that ends the session, it is said too.
#[derive(Debug, PartialEq)]
pub enum Committed {
    /// The last click landed. That is no proof of the effect.
    Acted,
    /// Proved: no irreversible click reached the page.
    NotSent(String, Option<Box<Halt>>),
    /// A click may have been made, or may still arrive.
    Unknown(String, Option<Box<Halt>>),
}

impl<P: Page> Walker<'_, P> {
    /// Makes the armed irreversible click, and those that belong to the same intention, each at most once.
    ///
    /// `between` is called between two clicks, with the sight that shows what the first one opened.
    /// When dropped, the click may have been made.
    pub async fn commit(&mut self, walk: &mut Walk<'_>, mut between: impl AsyncFnMut(&mut P, &Sight)) -> Committed {
        let mut sent = false;
        crash_point!("C4");
        while let Some(step) = walk.step().filter(|step| step.effect == Effect::Irreversible) {
            self.began = self.clock.now().utc;
            // Which of several steps comes next is known only from what the last click opened.
            if sent
                && walk.armed.is_none()
                && let Err(halt) = self.arm(walk, step).await
            {
                let why = format!("the next click of the same intention could not be made: {halt}");
                return Committed::Unknown(why, Some(Box::new(halt)));
            }
            let Some(armed) = walk.armed.take() else { break };
            if let Err(error) = crash_point_during!(if sent { "C7" } else { "C5" }, self.page.click(&armed)) {
                return match error {
                    PageError::Stale if !sent => self.replaced(walk, armed.token).await,
                    error => refused(error),
                };
            }
            let wanted = Wanted { anew: self.stale(walk, step), ..look::after(walk, step) };
            let sight = match self.look(walk, &wanted, Some(armed.token)).await {
                Ok(sight) => sight,
                Err(error) => return Committed::Unknown(error.to_string(), Some(Box::new(error.into()))),
            };
            // What the flow waits for shows in another document than that of the click: only the click leads there.
            let led_on = sight.met.is_some()
                && walk.sight.as_ref().is_some_and(|before| before.page.id != sight.page.id)
                && matches!(sight.click, Some(Landing::Unseen { .. }));
            if let Some(end) = not_landed(&sight, sent).filter(|_| !led_on) {
                self.record(walk, step, &sight, "the click is not known to have landed");
                walk.sight = Some(sight);
                return end;
            }
            sent = true;
            if let Some(end) = self.after_landing(walk, step, &wanted, &sight) {
                return end;
            }
            between(self.page, &sight).await;
            if let Some(refused) =
                sight.refused.as_ref().filter(|refused| walk.armed.is_none() && refused.unread.is_some())
                && !self.is_accepted(refused).await
            {
                return self.unmade(walk, &sight);
            }
            crash_point!("C6");
        }
        if sent { Committed::Acted } else { Committed::NotSent("no click was armed".to_owned(), None) }
    }

    /// What is known after the driver said of the first click that its element was replaced. It sent nothing then; but a command
    /// that something on the way carried out twice is answered like that the second time, so the page is asked too.
    async fn replaced(&mut self, walk: &Walk<'_>, token: String) -> Committed {
        let wanted = Wanted::of(vec![], Duration::ZERO);
        let sight = match self.look(walk, &wanted, Some(token)).await {
            Ok(sight) => sight,
            Err(error) => return Committed::Unknown(error.to_string(), Some(Box::new(error.into()))),
        };
        let same = walk.sight.as_ref().is_some_and(|before| before.page.id == sight.page.id);
        let halt = look::halt_of(&sight).map(Box::new);
        match sight.click {
            Some(Landing::Blocked { why }) => Committed::NotSent(why, halt),
            Some(Landing::Unseen { .. }) if same => {
                Committed::NotSent("the element was replaced before the click".to_owned(), halt)
            }
            Some(Landing::Landed) => {
                let why = "the driver says that the element was replaced, and the page that a click arrived";
                Committed::Unknown(why.to_owned(), halt)
            }
            Some(Landing::Unseen { .. }) | None => {
                Committed::Unknown("the element was replaced, and the document with it".to_owned(), halt)
            }
        }
    }

    /// What follows from a landed irreversible click, or none when another click of the same intention comes next.
    fn after_landing(
        &mut self,
        walk: &mut Walk<'_>,
        step: &Step,
        wanted: &Wanted<'_>,
        sight: &Sight,
    ) -> Option<Committed> {
        walk.sight = Some(sight.clone());
        if let Some(sign) = look::halt_of(sight) {
            self.record(walk, step, sight, "landed; a stop sign followed");
            return Some(Committed::Unknown("a stop sign followed the click".to_owned(), Some(Box::new(sign))));
        }
        let another = walk.following().is_some_and(|next| next.effect == Effect::Irreversible);
        let Some(met) = sight.met else {
            self.record(walk, step, sight, "landed; nothing of what was expected followed");
            let why = "nothing of what was expected followed the click".to_owned();
            return Some(if another { Committed::Unknown(why, None) } else { Committed::Acted });
        };
        self.record(walk, step, sight, "landed");
        walk.saw
            .extend(wanted.wants.get(met).into_iter().flat_map(|holds| &holds.see).map(|target| target.value.clone()));
        walk.advance();
        let next = walk.step().filter(|next| next.effect == Effect::Irreversible);
        let Some(next) = next else { return Some(Committed::Acted) };
        walk.armed.clone_from(&sight.armed);
        let foreseen = wanted.arm.is_some_and(|armed| armed.id == next.id);
        let unread = sight.refused.as_ref().is_some_and(|refused| refused.unread.is_some());
        (walk.armed.is_none() && foreseen && !unread).then(|| self.unmade(walk, sight))
    }

    /// What is known where the next click of the same intention was refused.
    fn unmade(&mut self, walk: &Walk<'_>, sight: &Sight) -> Committed {
        let why = sight.refused.as_ref().map_or("it is not there".to_owned(), |refused| refused.why.clone());
        let why = format!("the next click of the same intention could not be made: {why}");
        Committed::Unknown(why, walk.step().map(|next| Box::new(self.miss(walk, next, sight))))
    }

    /// Whether a person reads and accepts what the dialog says; the click is then armed anew with it. Without a desk nobody is
    /// asked.
    async fn is_accepted(&mut self, refused: &Refused) -> bool {
        let (Some(desk), Some(unread)) = (self.desk, refused.unread.clone()) else { return false };
        let (language, text) = (unread.language.clone(), unread.text.clone());
        if desk.ask(|reply| Message::Unread { unread: *unread, reply }).await != Ok(Go::On) {
            return false;
        }
        self.notes.accepted.entry(language).or_default().push(text);
        true
    }
}

/// What is known after the driver answered a click with an error.
fn refused(error: PageError) -> Committed {
    let why = error.to_string();
    match error {
        // The session goes on: what became of the click is read from a fresh load.
        PageError::Stale | PageError::Refused(_) => Committed::Unknown(why, None),
        error => Committed::Unknown(why, Some(Box::new(error.into()))),
    }
}

/// What is known where the page does not say that the click landed; none where it does.
fn not_landed(sight: &Sight, sent: bool) -> Option<Committed> {
    let halt = look::halt_of(sight).map(Box::new);
    match &sight.click {
        Some(Landing::Landed) => None,
        Some(Landing::Blocked { why }) if !sent => Some(Committed::NotSent(why.clone(), halt)),
        Some(Landing::Blocked { why } | Landing::Unseen { why }) => Some(Committed::Unknown(why.clone(), halt)),
        None => Some(Committed::Unknown("nothing is known about the click".to_owned(), halt)),
    }
}
