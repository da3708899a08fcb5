//! Walks one page through the steps of a flow, one round trip a step.
//!
//! ```text
//! act (goto, click, fill, press) ─► one look: did it hold? was the click seen? ─► the next click is armed in the same look
//! ```
//!
//! The walk before the first irreversible step may stop and retry freely. From there on [`Walker::commit`] (in its
//! own file) answers what is known, and never repeats. It does not know what an effect's state is, what is written where, or whether it may act.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use secrecy::SecretString;

use super::clock::Clock;
use super::halt::Halt;
use super::look::{ARM_WITHIN, Wanted, after, marked, sign};
use super::message::{Desk, Go, Message};
use super::notes::{Notes, fallback};
use crate::browser::page::{Armed, Credential, Landing, Page, PageError, Refused, Sight, Status};
use crate::crash_point::crash_point_during;
use crate::event::id::Slug;
use crate::flow::pack::Pack;
use crate::flow::query::Refusal;
use crate::flow::template;
use crate::flow::tree::{Effect, Flow, Holds, InputKind, Skipped, Step, Verb};

/// The secret input that is the account's password; every other one is a code.
const PASSWORD: &str = "password";

/// Values of a flow's inputs.
pub type Values = BTreeMap<String, String>;

/// Walks flows on one page.
pub struct Walker<'a, P> {
    /// The page.
    pub page: &'a mut P,
    /// The pack.
    pub pack: &'a Pack,
    /// What is noted of the session.
    pub notes: &'a mut Notes,
    /// The time.
    pub clock: &'a Clock,
    /// When the step in hand began.
    pub began: jiff::Timestamp,
    /// Who counts the profiles that are opened, before they are; without one none is.
    pub desk: Option<&'a Desk>,
    /// Whose own address may be opened uncounted: nobody's profile is viewed by it.
    pub own: Option<&'a Slug>,
}

/// A walk that is under way.
pub struct Walk<'f> {
    pub(super) flow: &'f Flow,
    pub(super) values: Values,
    pub(super) at: usize,
    pub(super) saw: BTreeSet<String>,
    /// What `read` steps read, as `target.value`.
    pub(super) facts: Values,
    pub(super) armed: Option<Armed>,
    pub(super) retries_left: Option<u32>,
    /// Whether the last press of this walk was stopped by the guard.
    pub(super) pressed_in_vain: bool,
    /// How often what the walk had opened was opened anew.
    pub(super) reopened: u32,
    /// The last look.
    pub sight: Option<Sight>,
    /// What held after the last step, of all that it waited for.
    held: Option<Holds>,
    /// How many WebDriver commands the session had sent when the page was loaded and read.
    pub commands_at_list: u64,
}

/// How the walk before the commit ended.
#[derive(Debug)]
pub enum Arrival {
    /// The first irreversible click is armed; nothing irreversible was sent.
    Armed,
    /// What a skip of the flow names ended it early without a deed.
    Skipped {
        /// What follows for the person.
        outcome: Skipped,
        /// Why.
        why: String,
    },
    /// The next step reads a list, which begins on the page that was reached.
    List,
    /// The next step is a person's: [`Walker::await_person`] looks whether it is done.
    Person {
        /// What to do, in words.
        words: String,
        /// How long the person may take.
        within: Duration,
    },
    /// The next step types a secret, and its field is armed: [`Walker::type_secret`] types it.
    Secret {
        /// The input that it is for.
        input: String,
    },
    /// All steps were carried out; the flow has no irreversible one, or none that is left.
    End,
}

/// How a question was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// What `yes` says holds.
    Yes,
    /// What `no` says holds.
    No,
    /// Neither, and the question's own words say why: never a "no".
    Skipped(Skipped, String),
    /// Neither: never a "no".
    Unreadable(String),
}

impl<'f> Walk<'f> {
    /// At the first step of a flow.
    #[must_use]
    pub fn new(flow: &'f Flow, values: Values) -> Self {
        Self {
            flow,
            values,
            at: 0,
            saw: BTreeSet::new(),
            facts: Values::new(),
            armed: None,
            retries_left: None,
            pressed_in_vain: false,
            reopened: 0,
            sight: None,
            held: None,
            commands_at_list: 0,
        }
    }

    /// At the first step that loads nothing: the page is known to be loaded already.
    #[must_use]
    pub fn on_loaded_page(flow: &'f Flow, values: Values) -> Self {
        let at = flow.steps.iter().position(|step| !matches!(step.verb, Verb::Goto(_))).unwrap_or(flow.steps.len());
        Self { at, ..Self::new(flow, values) }
    }

    /// The click that is armed.
    #[must_use]
    pub fn armed(&self) -> Option<&Armed> {
        self.armed.as_ref()
    }

    /// That what is armed was not found by the first way of its target, in words.
    pub(super) fn fallback(&self) -> Option<String> {
        let (step, armed) = (self.step()?, self.armed.as_ref()?);
        let found = self.sight.as_ref()?.found.get(&step.target()?.value)?;
        fallback(&step.id.value, found.winner, &armed.name)
    }

    /// The name of what the step pressed and the way by which it was found, where that was not the first one.
    fn pressed_by_fallback(&self, step: &Step) -> Option<(String, u32)> {
        let found = self.sight.as_ref()?.found.get(&step.target()?.value)?;
        let way = found.winner.filter(|winner| *winner > 0)? + 1;
        Some((found.name.clone(), way))
    }

    /// The flow that is walked.
    #[must_use]
    pub fn flow(&self) -> &'f Flow {
        self.flow
    }

    /// What `read` steps read so far: what, value.
    pub fn facts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.facts.iter().map(|(what, value)| (what.as_str(), value.as_str()))
    }

    /// What a skip that ended the flow saw, in the page's own words; empty where nothing was read of it.
    #[must_use]
    pub fn said(&self) -> String {
        let seen = self.step().into_iter().flat_map(|step| &step.skips).flat_map(|skip| &skip.holds.see);
        let said = seen.filter_map(|target| self.read(&target.value)?.get("text").cloned());
        said.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// What the last look read from a target.
    #[must_use]
    pub fn read(&self, target: &str) -> Option<&BTreeMap<String, String>> {
        self.sight.as_ref()?.found.get(target).map(|found| &found.read)
    }

    /// The step that comes next.
    #[must_use]
    pub fn step(&self) -> Option<&'f Step> {
        self.flow.steps.get(self.at)
    }

    /// The next step whose condition holds or may come to hold with what the current one sees.
    pub(super) fn following(&self) -> Option<&'f Step> {
        self.flow.steps.get(self.at + 1)
    }

    /// Back at the first step, as if nothing had been walked yet.
    pub(super) fn begin_again(&mut self) {
        *self = Self::new(self.flow, std::mem::take(&mut self.values));
    }

    fn skip_unmet(&mut self) {
        while let Some(step) = self.step() {
            if step.is_due(&self.values, |target| self.saw.contains(target)) {
                break;
            }
            self.at += 1;
        }
    }

    /// The steps that are still to come, whether their conditions come to hold or not.
    #[must_use]
    pub fn ahead(&self) -> &'f [Step] {
        self.flow.steps.get(self.at..).unwrap_or_default()
    }

    /// Lets go of the armed click: a picture takes its time, and the page may draw itself anew meanwhile.
    pub(super) fn let_go(&mut self) {
        self.armed = None;
    }

    pub(super) fn advance(&mut self) {
        self.at += 1;
        self.retries_left = None;
        self.pressed_in_vain = false;
        self.skip_unmet();
    }
}

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

    /// Types a secret into the field of the walk's step, which is found and verified anew first; the walk goes on behind it.
    /// Answers what a skip of the step says, where one holds. When dropped, a part of the
    /// secret may be in the field, and the session is unusable.
    ///
    /// # Errors
    /// What stopped the walk. [`Halt::Barred`] where nothing was typed.
    pub async fn type_secret(&mut self, walk: &mut Walk<'_>, secret: &SecretString) -> Result<Option<Arrival>, Halt> {
        self.began = self.clock.now().utc;
        self.arm_again(walk).await?;
        let step = walk.step().expect("only a walk that arrived at a step is armed");
        let Some(armed) = walk.armed.take() else {
            return Err(Halt::Barred("the field for the secret could not be found again".to_owned()));
        };
        let what = match secret_of(walk.flow, step) {
            Some(PASSWORD) => Credential::Password,
            _ => Credential::Code,
        };
        self.page.type_secret(&armed, what, secret).await?;
        self.look_after(walk, step, None).await
    }

    /// Asks a question flow. A page that does not fit it is an unreadable answer, not a halt. A question only reads;
    /// when dropped in the middle of a command the session is unusable.
    ///
    /// # Errors
    /// A stop sign, a prompt, an unreachable site, a lost session.
    pub async fn ask(&mut self, walk: &mut Walk<'_>) -> Result<Answered, Halt> {
        match self.ask_strictly(walk).await {
            Err(Halt::Miss(miss)) => Ok(Answered::Unreadable(miss.to_string())),
            answered => answered,
        }
    }

    /// As [`Walker::ask`], where a page that does not fit the question is a halt too.
    ///
    /// # Errors
    /// As [`Walker::ask`], and a step that does not fit.
    pub async fn ask_strictly(&mut self, walk: &mut Walk<'_>) -> Result<Answered, Halt> {
        let arrival = self.approach(walk).await?;
        Ok(answered(walk, arrival))
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
        let wanted =
            Wanted { skips_from: wants.len(), wants, within: ARM_WITHIN, arm: Some(step), arm_when, redraws: None };
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
                self.counted(walk, &path).await?;
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
        let refused = Refused { kind: Refusal::Disabled, target, why, candidates: vec![] };
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
    async fn look_after<'f>(
        &mut self,
        walk: &mut Walk<'f>,
        step: &'f Step,
        token: Option<String>,
    ) -> Result<Option<Arrival>, Halt> {
        let wanted = after(walk, step);
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
            walk.sight = Some(sight);
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

    /// Looks whether a person has done what the step asks for, for at most `within`. True: the walk goes on behind it.
    /// It only looks; when dropped in the middle of a command the session is unusable.
    ///
    /// # Errors
    /// A stop sign, a prompt, an unreachable site, a lost session.
    pub async fn await_person(&mut self, walk: &mut Walk<'_>, within: Duration) -> Result<bool, Halt> {
        let Some(step) = walk.step() else { return Ok(true) };
        let Verb::Human(handoff) = &step.verb else { return Ok(true) };
        let wants = vec![handoff.until.clone()];
        let wanted = Wanted { skips_from: wants.len(), wants, within, arm: None, arm_when: vec![], redraws: None };
        let sight = self.look(walk, &wanted, None).await?;
        if sight.status == Status::Stop {
            return Err(sign(&sight));
        }
        let done = sight.met.is_some();
        if done {
            self.record(walk, step, &sight, "done by a person");
            walk.saw.extend(handoff.until.see.iter().map(|target| target.value.clone()));
            walk.held = Some(handoff.until.clone());
            walk.advance();
        }
        walk.sight = Some(sight);
        Ok(done)
    }

    /// The step that a person did not finish in time, as what it is: a step that does not fit the page.
    pub fn not_done(&mut self, walk: &Walk<'_>) -> Halt {
        match (walk.step(), &walk.sight) {
            (Some(step), Some(sight)) => self.miss(walk, step, sight),
            _ => Halt::Nameless("nobody did what the flow asks a person for".to_owned()),
        }
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
        let refused = Refused { kind: Refusal::Guard, target: target.value.clone(), why, candidates: vec![] };
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

/// What a walk to the end of a question says.
pub(super) fn answered(walk: &Walk<'_>, arrival: Arrival) -> Answered {
    match arrival {
        Arrival::End => {}
        Arrival::Skipped { outcome, why } => return Answered::Skipped(outcome, why),
        Arrival::List => return Answered::Unreadable("it is a list, which only a scan reads".to_owned()),
        Arrival::Person { .. } => unreachable!("the pack's check refuses a question that needs a person"),
        Arrival::Armed => unreachable!("the pack's check refuses a question with an irreversible step"),
        Arrival::Secret { .. } => unreachable!("a flow with a secret is refused before its first step"),
    }
    let answer = walk.flow.answer.as_ref().expect("the pack's check refuses a question without an answer");
    // The pack's check puts both answers among what the last step waits for: no second look is needed.
    let held = walk.held.as_ref();
    let is = |holds: &Holds| held.is_some_and(|held| held.says_the_same(holds));
    match answer.no.as_ref() {
        _ if is(&answer.yes) => Answered::Yes,
        Some(no) if is(no) => Answered::No,
        _ => Answered::Unreadable("neither answer shows".to_owned()),
    }
}

/// The secret input that a step types, where it types one.
fn secret_of<'f>(flow: &'f Flow, step: &Step) -> Option<&'f str> {
    let Verb::Fill { with, .. } = &step.verb else { return None };
    let secrets = flow.inputs.iter().filter(|(_, kind)| kind.value == InputKind::Secret);
    secrets.map(|(name, _)| name.as_str()).find(|name| with.value == format!("{{{{{name}}}}}"))
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
