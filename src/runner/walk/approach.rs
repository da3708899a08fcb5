//! The walk to the first irreversible step: one step after another, each tried again as the flow allows.
//!
//! Nothing irreversible is sent. It does not know what is done at that step, or by whom.

use super::halt::Halt;
use super::human::secret_of;
use super::look::{ARM_WITHIN, Wanted, after, marked, sign};
use super::{Arrival, Asks, Walk, Walker};
use crate::browser::page::{Landing, Page, PageError, Refused, Sight, Status};
use crate::crash_point::crash_point_during;
use crate::event::id::Slug;
use crate::flow::query::Refusal;
use crate::flow::template;
use crate::flow::tree::{Effect, Flow, Holds, InputKind, Skipped, Step, Verb};
use crate::runner::message::{Go, Message};

impl<P: Page> Walker<'_, P> {
    /// Walks to the first irreversible step and arms its click, or to the end of a flow that has none.
    ///
    /// Retries as the flow allows; nothing irreversible is sent. Where a page's shell shows another account's sign, the
    /// account's own menu is asked, and the walk begins anew where it is the same account.
    /// When dropped in the middle of a command the session is unusable.
    ///
    /// # Errors
    /// What stopped the walk. Nothing irreversible was sent.
    pub async fn approach(&mut self, walk: &mut Walk<'_>) -> Result<Arrival, Halt> {
        loop {
            match self.walk_up(walk).await {
                Err(halt) => self.same_account(halt).await?,
                arrived => return arrived,
            }
            walk.begin_again();
        }
    }

    /// As [`Walker::approach`], once.
    pub(super) async fn walk_up(&mut self, walk: &mut Walk<'_>) -> Result<Arrival, Halt> {
        beyond(walk.flow)?;
        loop {
            if let Some(arrival) = self.advance(walk).await? {
                return Ok(arrival);
            }
        }
    }

    /// Carries out the walk's next step. None: it is done, or is to be tried again, and the walk goes on.
    /// When dropped, the step may have been carried out, and the session is unusable.
    ///
    /// # Errors
    /// What stopped the walk. Nothing irreversible was sent.
    pub async fn advance(&mut self, walk: &mut Walk<'_>) -> Result<Option<Arrival>, Halt> {
        walk.skip_unmet();
        let Some(step) = walk.step() else { return Ok(Some(Arrival::End)) };
        self.began = self.clock.now().utc;
        if step.each().is_some() {
            return Ok(Some(Arrival::List));
        }
        if let Verb::Human(handoff) = &step.verb {
            return Ok(Some(Arrival::Person { words: handoff.words.value.clone(), within: handoff.within }));
        }
        if self.has_to_ask(walk, step) {
            Box::pin(self.ask_whose(walk)).await?;
        }
        if walk.armed.is_none() && step.target().is_some() {
            match self.arm(walk, step).await {
                Err(Halt::Miss(miss)) if walk.reopen(self.pack, &miss.refused) => return Ok(None),
                armed => armed?,
            }
        }
        if step.effect == Effect::Irreversible {
            return Ok(Some(Arrival::Armed));
        }
        if let Some(input) = secret_of(walk.flow, step) {
            return Ok(Some(Arrival::Secret { input: input.to_owned() }));
        }
        self.harmless(walk, step)?;
        let answered = self.perform(walk, step).await?;
        self.look_after(walk, step, answered).await
    }

    /// Finds and arms the click of the walk's step anew: what was armed a while ago may have been drawn again since.
    /// When dropped, the walk is not armed, and the session is unusable.
    ///
    /// # Errors
    /// What stopped the walk. Nothing irreversible was sent.
    pub async fn arm_again(&mut self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let step = walk.step().expect("only a walk that arrived at a step is armed");
        walk.armed = None;
        self.arm(walk, step).await
    }

    /// Arms the step's click. A box that is ticked as it should be already needs none, and gets none.
    pub(super) async fn arm<'f>(&mut self, walk: &mut Walk<'f>, step: &'f Step) -> Result<(), Halt> {
        let marked: Vec<Holds> = marked(step).into_iter().collect();
        let mut wants = marked.clone();
        wants.extend(marked.into_iter().map(|holds| holds.there()));
        let arm_when = if wants.is_empty() { vec![] } else { vec![1] };
        let wanted = Wanted { arm: Some(step), arm_when, ..Wanted::of(wants, ARM_WITHIN) };
        let sight = self.look(walk, &wanted, None).await?;
        match sight.status {
            Status::Stop => Err(sign(&sight)),
            Status::Met if wanted.wants.len() > 1 && sight.met == Some(0) => {
                walk.sight = Some(sight);
                Ok(())
            }
            Status::Met if sight.armed.is_some() => {
                walk.armed.clone_from(&sight.armed);
                walk.sight = Some(sight);
                Ok(())
            }
            _ => Err(self.miss(walk, step, &sight)),
        }
    }

    /// Carries out a step that is not irreversible. Answers the token of a click that was made.
    async fn perform(&mut self, walk: &mut Walk<'_>, step: &Step) -> Result<Option<String>, Halt> {
        let armed = walk.armed.take();
        match (&step.verb, armed) {
            (Verb::Goto(path), _) => {
                let path = template::bind_path(&path.value, &walk.values)
                    .map_err(|error| Halt::Unreachable(error.to_string()))?;
                for _ in 0..=self.notes.more_loads.unwrap_or_default() {
                    self.counted(walk, &path).await?;
                }
                crash_point_during!("C10", self.page.goto(&path))?;
                Ok(None)
            }
            (Verb::Click(_) | Verb::Check { .. } | Verb::Choose(_), Some(armed)) => match self.page.click(&armed).await
            {
                Ok(()) | Err(PageError::Stale | PageError::Refused(_)) => Ok(Some(armed.token)),
                Err(error) => Err(error.into()),
            },
            (Verb::Fill { with, .. }, Some(armed)) => {
                let text = template::bind_text(&with.value, &walk.values)
                    .map_err(|error| Halt::Unreachable(error.to_string()))?;
                match self.page.fill(&armed, &text).await {
                    Err(PageError::Barred(why)) => Err(self.cannot(walk, step, why)),
                    Ok(()) | Err(PageError::Stale | PageError::Refused(_)) => Ok(Some(armed.token)),
                    Err(error) => Err(error.into()),
                }
            }
            (Verb::Press(key), _) => {
                self.page.press(&key.value).await?;
                Ok(None)
            }
            // A box that is as it should be, what only looks, and what another place of the walk carries out.
            (_, None)
            | (
                Verb::Wait | Verb::Read(_) | Verb::Human(_) | Verb::Upload { .. } | Verb::Use(_) | Verb::Each(_),
                Some(_),
            ) => Ok(None),
        }
    }

    /// A step that cannot be carried out for this person.
    fn cannot(&mut self, walk: &Walk<'_>, step: &Step, why: String) -> Halt {
        let target = step.target().map_or_else(String::new, |target| target.value.clone());
        let refused = Refused::new(Refusal::Disabled, target, why);
        match walk.sight.clone() {
            Some(sight) => self.miss(walk, step, &Sight { refused: Some(refused), ..sight }),
            None => Halt::Barred(refused.why),
        }
    }

    /// Has a view of a profile recorded before the profile is opened.
    async fn counted(&self, walk: &Walk<'_>, path: &str) -> Result<(), Halt> {
        if !self.pack.site.is_visit(path) {
            return Ok(());
        }
        let slug = walk.values.get("slug").and_then(|slug| slug.parse::<Slug>().ok());
        if self.own.is_some_and(|own| slug.as_ref() == Some(own)) {
            return Ok(());
        }
        let (Some(desk), Some(slug)) = (self.desk, slug) else {
            return Err(Halt::Barred("nobody would count this profile view".to_owned()));
        };
        match desk.ask(|reply| Message::Visit { slug, reply }).await {
            Ok(Go::On) => Ok(()),
            Ok(Go::Leave) | Err(_) => Err(Halt::Barred("no profile may be opened now".to_owned())),
        }
    }

    /// The look after a step: moves the walk on, or back to the same step where a retry is allowed.
    pub(super) async fn look_after<'f>(
        &mut self,
        walk: &mut Walk<'f>,
        step: &'f Step,
        token: Option<String>,
    ) -> Result<Option<Arrival>, Halt> {
        let wanted = Wanted { anew: self.stale(walk, step), ..after(walk, step) };
        let clicked = token.is_some();
        let mut sight = self.look(walk, &wanted, token).await?;
        if sight.status == Status::Stop {
            return Err(sign(&sight));
        }
        if let Some(Landing::Blocked { why }) = &sight.click {
            let why = why.clone();
            walk.pressed_in_vain = true;
            return self.again(walk, step, Refusal::Stale, sight, &why).map(|()| None);
        }
        let Some(met) = sight.met else {
            let kind = sight.refused.as_ref().map_or(Refusal::NotFound, |refused| refused.kind);
            // What was pressed may have been something else. It is not pressed blindly once more.
            if let Some((name, way)) = walk.pressed_by_fallback(step).filter(|_| clicked) {
                let pressed = format!("after \"{name}\" was pressed, which was found only by way {way} of its target");
                if let Some(refused) = &mut sight.refused {
                    refused.why = format!("{} {pressed}", refused.why);
                }
                return Err(self.miss(walk, step, &sight));
            }
            return self.again(walk, step, kind, sight, "").map(|()| None);
        };
        if let Some(skip) = met.checked_sub(wanted.skips_from).and_then(|at| step.skips.get(at)) {
            self.record(walk, step, &sight, &skip.why.value);
            let has_to_ask =
                walk.asks_owner == Asks::Always && skip.outcome == Skipped::AlreadyGone && !self.notes.is_told(&sight);
            walk.sight = Some(sight);
            if has_to_ask {
                Box::pin(self.ask_whose(walk)).await?;
            }
            return Ok(Some(Arrival::Skipped { outcome: skip.outcome, why: skip.why.value.clone() }));
        }
        self.record(walk, step, &sight, "held");
        for name in step.reads() {
            let read = sight.found.get(&name.value).map(|found| found.read.clone()).unwrap_or_default();
            walk.facts.extend(read.into_iter().map(|(key, value)| (format!("{}.{key}", name.value), value)));
        }
        let held = wanted.wants.get(met).cloned().unwrap_or_default();
        walk.saw.extend(held.see.iter().map(|target| target.value.clone()));
        // What the step itself says is compared with an answer, without what its verb adds.
        let said = step.expect.as_ref().and_then(|expect| expect.first.get(met)).cloned();
        walk.held = Some(said.unwrap_or(held));
        walk.armed.clone_from(&sight.armed);
        walk.sight = Some(sight);
        self.loaded(walk, step);
        walk.advance();
        Ok(None)
    }

    /// Refuses a click that the flow calls harmless and the page calls a deed.
    fn harmless(&mut self, walk: &Walk<'_>, step: &Step) -> Result<(), Halt> {
        let (Verb::Click(target), Some(armed)) = (&step.verb, &walk.armed) else { return Ok(()) };
        let Some(word) = self.pack.deed_in(&armed.name) else { return Ok(()) };
        let Some(sight) = &walk.sight else { return Ok(()) };
        let winner = sight.found.get(&target.value).and_then(|found| found.winner);
        let generation = sight.page.generation.as_deref().unwrap_or_default();
        if winner.is_some_and(|winner| self.pack.only_leads(&target.value, generation, winner)) {
            return Ok(());
        }
        let why = format!(
            "is called \"{}\" on the page, and \"{word}\" is the word of a deed, while the flow calls this step reversible",
            armed.name
        );
        let refused = Refused::new(Refusal::Guard, target.value.clone(), why);
        let sight = Sight { refused: Some(refused), ..sight.clone() };
        Err(self.miss(walk, step, &sight))
    }

    /// Stays at the step for another try where the flow allows one for this refusal.
    fn again(&mut self, walk: &mut Walk<'_>, step: &Step, kind: Refusal, sight: Sight, why: &str) -> Result<(), Halt> {
        let allowed = step.retry.as_ref().filter(|retry| retry.when.iter().any(|when| when.value == kind));
        let left = walk.retries_left.unwrap_or(allowed.map_or(0, |retry| retry.times));
        if allowed.is_some() && left > 0 {
            self.record(walk, step, &sight, if why.is_empty() { "tried again" } else { why });
            walk.retries_left = Some(left - 1);
            walk.sight = Some(sight);
            return Ok(());
        }
        Err(self.miss(walk, step, &sight))
    }
}

/// Refuses a flow that needs what a batch does not do, before its first step.
fn beyond(flow: &Flow) -> Result<(), Halt> {
    let needs = flow.inputs.iter().find_map(|(name, kind)| match kind.value {
        InputKind::Secret => {
            Some(format!("its input `{name}` is a secret, and only the account itself is acted on with one"))
        }
        InputKind::File => Some(format!("its input `{name}` is a file, and this version gives none to a page")),
        _ => None,
    });
    match needs {
        Some(why) => Err(Halt::Beyond(format!("the flow `{}` cannot be carried out: {why}", flow.name.value))),
        None => Ok(()),
    }
}
