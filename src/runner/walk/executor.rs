//! Drives one page through one turn after another, as straight-line code.
//!
//! ```text
//! whose account? ─► next turn? ─► act: approach, picture, INTENT on disk?, click, then look
//!                      ▲          verify, audit, rehearse: look, never click anything irreversible
//!                      └────────────────────────────────────────────────┘
//! ```
//!
//! It clicks nothing irreversible before the dispatcher has acknowledged the intention, and after that click it only
//! looks. It keeps no truth of its own: everything that it finds goes to the dispatcher. It does not know limits, waits,
//! attempts, or what a finding means for the effect.

use std::time::Duration;

use super::commit::Committed;
use super::gallery::{clip_of_all, clip_of_dialog, clip_of_row, dialog_of, is_grave, page_of, readings};
use super::gallery::{facts_of, stranger, values_of};
use super::halt::{Halt, Miss};
use super::introduction::{self, Introduced};
use super::notes::{Notes, Track};
use super::notice;
use super::question::{WORKER, stored_in};
use super::{Answered, Arrival, Walk, Walker};
use crate::browser::page::{Document, Page, PageError, Photo, Rect, Reply, Stored};
use crate::crash_point::crash_point;
use crate::event::fact::Rehearsal;
use crate::event::id::Route;
use crate::event::shot::ShotRole;
use crate::event::state::EffectState;
use crate::flow::pack::Pack;
use crate::flow::query::Accepted;
use crate::flow::tree::{Flow, Skipped, Verb};
use crate::policy::retry::Reading;
use crate::runner::clock::Clock;
use crate::runner::message::{Desk, Go, Gone, Looked, Message, Picture, Probe, Seen, Subject, Turn};
use crate::runner::wording::{self, Wording};

/// How long at most a person is waited for before it is heard whether somebody wants a stop.
const PATIENCE: Duration = Duration::from_secs(5);
const OWNERLESS: &str = "the page does not show whose account it is";
const ACTS: &str =
    "the pack's check refuses an acting flow without an irreversible step, and a person's step is waited for";

/// Drives one page.
pub struct Executor<'a, P> {
    page: &'a mut P,
    pack: &'a Pack,
    flow: &'a Flow,
    question: &'a Flow,
    desk: Desk,
    clock: &'a Clock,
    notes: Notes,
    shots: bool,
    words: &'static Wording,
}

/// Why a session ended before its turns did.
#[derive(Debug)]
pub enum Ended {
    /// The page or the browser ended it; with what was seen and done last, and a picture where one could be taken.
    Halted(Box<Halt>, Box<Seen>),
    /// The dispatcher ended it.
    ByDispatcher,
}

impl From<Gone> for Ended {
    fn from(_: Gone) -> Self {
        Self::ByDispatcher
    }
}

impl From<Halt> for Ended {
    fn from(halt: Halt) -> Self {
        Box::new(halt).into()
    }
}

impl From<Box<Halt>> for Ended {
    fn from(halt: Box<Halt>) -> Self {
        Self::Halted(halt, Box::default())
    }
}

impl<'a, P: Page> Executor<'a, P> {
    /// For one session on `page`. `flow` must be an acting flow of the pack; its question is found by name.
    ///
    /// # Panics
    /// The pack was not checked: an acting flow without a question.
    #[must_use]
    pub fn new(page: &'a mut P, (pack, flow): (&'a Pack, &'a Flow), desk: Desk, clock: &'a Clock) -> Self {
        let question = flow.commit.as_ref().and_then(|commit| pack.flows.get(&commit.settled.value));
        let question = question.expect("the pack's check refuses a commit without a known question");
        let words = wording::of(Route::List);
        Self { page, pack, flow, question, desk, clock, notes: Notes::default(), shots: true, words }
    }

    /// Tells what it finds in the words of this route; without it, in those of the list.
    #[must_use]
    pub fn through(mut self, route: Route) -> Self {
        self.words = wording::of(route);
        self
    }

    /// Confirms dialogs that say these texts too, which a person read and accepted.
    #[must_use]
    pub fn accepting(mut self, texts: Accepted) -> Self {
        self.notes.accepted = texts;
        self
    }

    /// Takes no pictures: for measuring.
    #[must_use]
    pub fn without_shots(mut self) -> Self {
        self.shots = false;
        self
    }

    /// Reads whose account it is, then takes turns until there is none left.
    ///
    /// The first reading is also the read-only look at the site that has to come before anybody's turn after a silence:
    /// a stop sign that still shows ends the session there.
    ///
    /// # Errors
    /// What ended the session early. When dropped in the middle of a turn, a click may have been made.
    pub async fn run(&mut self) -> Result<(), Ended> {
        let ended = self.turns().await;
        let Err(Ended::Halted(halt, mut seen)) = ended else { return ended };
        seen.trail = std::mem::take(&mut self.notes.trail);
        if let Halt::Prompt(text) = &*halt {
            // A prompt is in front of every picture, and "cancel" lets nothing happen. One that stays is in front of it.
            let _ = self.page.answer(text, Reply::Dismiss).await;
        }
        // A lost session answers nothing any more.
        if !matches!(*halt, Halt::Lost(_)) {
            self.picture(&mut seen, ShotRole::Incident, None).await;
        }
        if let Halt::Sign { sign, .. } = &*halt {
            seen.until = notice::read(self.page, sign, self.clock.now().utc).await;
        }
        Err(Ended::Halted(halt, seen))
    }

    async fn turns(&mut self) -> Result<(), Ended> {
        if !self.introduce().await? {
            return Ok(());
        }
        loop {
            match self.desk.ask(|reply| Message::Next { reply }).await? {
                Turn::Verify { subject } => self.verify(&subject).await?,
                Turn::Act { subject } => self.act(&subject).await?,
                Turn::Probe { subject } => self.probe(&subject).await?,
                Turn::Rehearse { subject } => self.rehearse(&subject).await?,
                Turn::Audit { subjects } => self.audit(&subjects).await?,
                Turn::End => return Ok(()),
            }
        }
    }

    /// Opens the Me menu and reports whose account it is, with a picture of where that was read.
    async fn introduce(&mut self) -> Result<bool, Ended> {
        let mut walk = introduction::walk(self.pack)?;
        let Introduced { handle, name } = self.walker().whose(&mut walk).await?;
        let seen = self.seen(&walk, ShotRole::Incident, None).await;
        let go = self.desk.ask(|reply| Message::Account { handle, name, seen, reply }).await?;
        Ok(go == Go::On)
    }

    async fn act(&mut self, subject: &Subject) -> Result<(), Ended> {
        while !self.act_once(subject).await? {}
        Ok(())
    }

    /// False: nothing was sent, and it has to begin anew.
    async fn act_once(&mut self, subject: &Subject) -> Result<bool, Ended> {
        let mut walk = Walk::new(self.flow, values_of(subject)).asking_whose();
        match self.arrive(&mut walk).await? {
            Ok(Arrival::Armed) => {}
            Ok(Arrival::Skipped { outcome, why }) => {
                let (outcome, why) = self.unless_stranger(&walk, subject, (outcome, why));
                let (to, role) = match outcome {
                    Skipped::AlreadyGone => (EffectState::AlreadyGone, ShotRole::After),
                    Skipped::NotFound => (EffectState::NotFound, ShotRole::After),
                    Skipped::Mismatch => (EffectState::Mismatch, ShotRole::Incident),
                    Skipped::Failed | Skipped::Blocked => (EffectState::Failed, ShotRole::Incident),
                };
                // What proves that somebody is not there is the page around the place where they would be.
                let seen = self.seen(&walk, role, None).await;
                self.tell(subject, (to, why), seen).await?;
                return Ok(true);
            }
            Ok(Arrival::End | Arrival::List | Arrival::Person { .. } | Arrival::Secret { .. }) => {
                unreachable!("{ACTS}")
            }
            Err(Halt::Miss(miss)) => return self.missed(subject, &walk, &miss).await.map(|()| true),
            Err(halt) => return Err(halt.into()),
        }
        if let Some(other) = stranger(self.flow, &walk, subject) {
            let seen = self.seen(&walk, ShotRole::Incident, None).await;
            let why = format!("{} {other}", self.words.stranger);
            self.tell(subject, (EffectState::Mismatch, why), seen).await?;
            return self.leave_menu().await.map(|()| true);
        }
        let before = self.page.commands();
        let seen = self.seen(&walk, ShotRole::Before, clip_of_row(self.flow, &walk)).await;
        if self.shots {
            // The picture took its time. A page that drew the menu again meanwhile, or closed it, must not cost an attempt.
            let armed = match self.walker().arm_again(&mut walk).await {
                Err(Halt::Miss(miss)) if walk.reopen(self.pack, &miss.refused) => {
                    let arrived = self.arrive(&mut walk).await?;
                    arrived.map(|_| walk.armed().is_some() && stranger(self.flow, &walk, subject).is_none())
                }
                armed => armed.map(|()| self.notes.owner_shows(walk.sight.as_ref())),
            };
            match armed {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(Halt::Miss(miss)) => return self.missed(subject, &walk, &miss).await.map(|()| true),
                Err(halt) => {
                    self.walker().same_account(halt).await?;
                    return Ok(false);
                }
            }
        }
        let shots_cost = self.page.commands() - before;
        let why = format!("about to click \"{}\"", walk.armed().map(|armed| armed.name.clone()).unwrap_or_default());
        if self.tell(subject, (EffectState::Intent, why), seen).await? == Go::Leave {
            return self.leave_menu().await.map(|()| true);
        }
        self.commit(subject, walk, shots_cost).await.map(|()| true)
    }

    /// The intention is on disk: clicks, tells what is known, and looks.
    async fn commit(&mut self, subject: &Subject, mut walk: Walk<'_>, mut shots_cost: u64) -> Result<(), Ended> {
        let shots = self.shots;
        let mut seen = Seen::default();
        self.notes.stood = None;
        let committed = self
            .walker()
            .commit(&mut walk, async |page, sight| {
                seen.read.extend(dialog_of(sight));
                if shots {
                    let before = page.commands();
                    seen.took(ShotRole::Confirm, page.shot(clip_of_dialog(sight)).await);
                    shots_cost += page.commands() - before;
                }
            })
            .await;
        seen.trail = std::mem::take(&mut self.notes.trail);
        seen.page = page_of(&walk);
        seen.read.extend(readings(walk.sight.as_ref()));
        seen.commands = self.page.commands().checked_sub(walk.commands_at_list + shots_cost);
        let (to, why, halt) = match committed {
            Committed::Acted => (EffectState::Acted, "the last click landed".to_owned(), None),
            Committed::NotSent(why, halt) => (EffectState::NotSent, why, halt),
            Committed::Unknown(why, halt) => (EffectState::Unknown, why, halt),
        };
        crash_point!("C8");
        let go = self.tell(subject, (to, why), seen).await?;
        crash_point!("C9");
        if let Some(halt) = halt {
            self.walker().same_account(*halt).await?;
        }
        if go == Go::Leave {
            return Ok(());
        }
        let heard = self.walker().aftermath(&walk).await;
        self.tell_notice(subject, heard).await?;
        self.verify(subject).await
    }

    /// Tells what the page said since the last click, with a picture of it.
    async fn tell_notice(
        &mut self,
        subject: &Subject,
        heard: Result<Option<(String, Document)>, Halt>,
    ) -> Result<(), Ended> {
        match heard {
            Ok(None) => {}
            Ok(Some((words, page))) => {
                let mut seen = Seen { page: Some(page), ..Seen::default() };
                self.picture(&mut seen, ShotRole::Incident, None).await;
                let slug = subject.slug.clone();
                self.desk.ask(|reply| Message::Said { slug, words, seen, reply }).await?;
            }
            Err(halt) => self.walker().same_account(halt).await?,
        }
        Ok(())
    }

    /// Listens to what the document that stands there says beside what was said before the last click.
    async fn listen(&mut self, subject: &Subject) -> Result<(), Ended> {
        let walk = Walk::on_loaded_page(self.question, values_of(subject));
        let heard = self.walker().listen(&walk).await;
        self.tell_notice(subject, heard).await
    }

    /// Looks, read-only, until the dispatcher is satisfied or gives up. Where somebody is not gone it is listened for a notice that
    /// comes late: on each document as it was read, and after the wait before it is left.
    async fn verify(&mut self, subject: &Subject) -> Result<(), Ended> {
        loop {
            let looked = self.question(subject, true).await?;
            if looked.reading != Reading::Gone {
                self.listen(subject).await?;
            }
            let slug = subject.slug.clone();
            if self.desk.ask(|reply| Message::Verified { slug, looked, reply }).await? == Go::Leave {
                return Ok(());
            }
            self.listen(subject).await?;
        }
    }

    async fn audit(&mut self, subjects: &[Subject]) -> Result<(), Ended> {
        for (at, subject) in subjects.iter().enumerate() {
            // One load of the list serves for all; a profile tells of one person.
            let fresh = at == 0 || self.opens_profiles();
            let mut looked = self.question(subject, fresh).await?;
            // A slow page is read once more at once, or the batch would need another run. A profile is not: each view counts.
            if looked.reading == Reading::Unreadable && looked.skipped.is_none() && !self.opens_profiles() {
                looked = self.question(subject, true).await?;
            }
            let slug = subject.slug.clone();
            if self.desk.ask(|reply| Message::Audited { slug, looked, reply }).await? == Go::Leave {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn rehearse(&mut self, subject: &Subject) -> Result<(), Ended> {
        let looked = self.question(subject, true).await?;
        let found = |outcome, why, misfit, seen| {
            let (button, fallbacks) = (String::new(), vec![]);
            Probe { outcome, why, button, misfit, fallbacks, seen }
        };
        let probe = match (looked.reading, looked.skipped) {
            (_, Some(outcome)) => found(rehearsal_of(outcome), looked.why, false, looked.seen),
            (Reading::Gone, None) => {
                let outcome = if self.opens_profiles() { Rehearsal::AlreadyGone } else { Rehearsal::NotFound };
                found(outcome, self.words.gone_before.to_owned(), false, looked.seen)
            }
            (Reading::Unreadable, None) => found(Rehearsal::Failed, looked.why, true, looked.seen),
            // A profile that the question has just opened is not opened a second time.
            (Reading::StillThere, None) => self.walk_up_to_the_click(subject, self.opens_profiles()).await?,
        };
        let (slug, Probe { outcome, why, misfit, seen, .. }) = (subject.slug.clone(), probe);
        self.desk.ask(|reply| Message::Rehearsed { slug, outcome, why, misfit, seen, reply }).await?;
        self.leave_menu().await
    }

    /// The look before the first person of a day.
    async fn probe(&mut self, subject: &Subject) -> Result<(), Ended> {
        let (slug, probe) = (subject.slug.clone(), self.walk_up_to_the_click(subject, false).await?);
        self.desk.ask(|reply| Message::Probed { slug, probe, reply }).await?;
        self.leave_menu().await
    }

    /// Resolves what a live run would click, and does not click it; on a page that is `loaded` already, or from its load on.
    async fn walk_up_to_the_click(&mut self, subject: &Subject, loaded: bool) -> Result<Probe, Ended> {
        let values = values_of(subject);
        let mut walk = match loaded {
            true => Walk::on_loaded_page(self.flow, values),
            false => Walk::new(self.flow, values),
        }
        .asking_whose();
        let (mut misfit, mut button) = (true, String::new());
        let (outcome, why, role) = match self.arrive(&mut walk).await? {
            Ok(Arrival::Armed) => match stranger(self.flow, &walk, subject) {
                Some(other) => (Rehearsal::Mismatch, format!("{} {other}", self.words.stranger), ShotRole::Incident),
                None => {
                    button = walk.armed().map(|armed| armed.name.clone()).unwrap_or_default();
                    (Rehearsal::Ready, format!("a live run would click \"{button}\" now"), ShotRole::Before)
                }
            },
            Ok(Arrival::Skipped { outcome, why }) => {
                misfit = false;
                let (outcome, why) = self.unless_stranger(&walk, subject, (outcome, why));
                (rehearsal_of(outcome), why, ShotRole::After)
            }
            Ok(Arrival::End | Arrival::List | Arrival::Person { .. } | Arrival::Secret { .. }) => {
                unreachable!("{ACTS}")
            }
            Err(Halt::Miss(miss)) => (Rehearsal::Failed, miss.to_string(), ShotRole::Incident),
            Err(halt) => return Err(halt.into()),
        };
        let clip = if role == ShotRole::Before { clip_of_row(self.flow, &walk) } else { None };
        let pressed = pressed(self.flow, &self.notes.trail);
        let why = if pressed.is_empty() { why } else { format!("{why}; pressed on the way: {pressed}") };
        let mut fallbacks: Vec<String> = self.notes.trail.iter().filter_map(Track::fallback).collect();
        fallbacks.extend(walk.fallback());
        let seen = self.seen(&walk, role, clip).await;
        Ok(Probe { outcome, why, button, misfit, fallbacks, seen })
    }

    /// What a step ends the flow with, unless what it read is somebody else's page: that says nothing of the person.
    fn unless_stranger(
        &self,
        walk: &Walk<'_>,
        subject: &Subject,
        (outcome, why): (Skipped, String),
    ) -> (Skipped, String) {
        match stranger(self.flow, walk, subject) {
            Some(other) if matches!(outcome, Skipped::AlreadyGone | Skipped::NotFound) => {
                (Skipped::Mismatch, format!("{} {other}", self.words.stranger))
            }
            _ => (outcome, why),
        }
    }

    /// Whether the flow loads somebody's profile.
    fn opens_profiles(&self) -> bool {
        let visits = |verb: &Verb| matches!(verb, Verb::Goto(path) if self.pack.site.is_visit(&path.value));
        self.flow.steps.iter().any(|step| visits(&step.verb))
    }

    /// Asks the flow's question about one person; `fresh` from a new load of the page.
    async fn question(&mut self, subject: &Subject, fresh: bool) -> Result<Looked, Ended> {
        let loaded = self.clock.now();
        let begin = if fresh { Walk::new } else { Walk::on_loaded_page };
        let mut walk = begin(self.question, values_of(subject)).asking_where_bare();
        let mut answered = self.walker().ask(&mut walk).await?;
        if self.walker().passes_stores_by(stored_in(&walk)).await? {
            walk = Walk::new(self.question, values_of(subject)).asking_where_bare();
            answered = self.walker().ask(&mut walk).await?;
        }
        let (reading, why, skipped) = match answered {
            Answered::Yes => (Reading::StillThere, self.words.still.to_owned(), None),
            Answered::No => (Reading::Gone, self.words.gone.to_owned(), None),
            Answered::Skipped(outcome, why) => (Reading::Unreadable, why, Some(outcome)),
            Answered::Unreadable(why) => (Reading::Unreadable, why, None),
        };
        let (reading, why, skipped) = match stored_in(&walk) {
            Some(Stored::Worker) => (Reading::Unreadable, WORKER.to_owned(), None),
            Some(Stored::Cache) | None => (reading, why, skipped),
        };
        let (reading, why) = match reading {
            Reading::Gone if !self.is_own(&walk).await? => (Reading::Unreadable, OWNERLESS.to_owned()),
            reading => (reading, why),
        };
        // What the page of somebody else shows says nothing of the person.
        let (reading, why, skipped) = match stranger(self.flow, &walk, subject) {
            Some(other) if reading != Reading::Unreadable => {
                (Reading::Unreadable, format!("{} {other}", self.words.stranger), Some(Skipped::Mismatch))
            }
            _ => (reading, why, skipped),
        };
        let seen = self.seen(&walk, ShotRole::After, clip_of_all(walk.sight.as_ref())).await;
        Ok(Looked { reading, why, skipped, loaded, seen })
    }

    /// Whether the page that a question was asked on shows the account: by its shell, which is compared in every look, or by
    /// its own menu, which is asked where the shell shows nothing.
    async fn is_own(&mut self, walk: &Walk<'_>) -> Result<bool, Halt> {
        let shows = |sight| self.notes.is_compared(sight) || self.notes.is_told(sight);
        if walk.sight.as_ref().is_some_and(shows) {
            return Ok(true);
        }
        self.walker().told_here().await
    }

    async fn missed(&mut self, subject: &Subject, walk: &Walk<'_>, miss: &Miss) -> Result<(), Ended> {
        let seen = self.seen(walk, ShotRole::Incident, None).await;
        let (slug, step, why) = (subject.slug.clone(), miss.place.to_string(), miss.to_string());
        let grave = is_grave(miss.refused.kind);
        self.desk.ask(|reply| Message::Missed { slug, step, why, grave, seen, reply }).await?;
        Ok(())
    }

    /// Walks to the first irreversible step, and hands the page over where a step is a person's.
    async fn arrive(&mut self, walk: &mut Walk<'_>) -> Result<Result<Arrival, Halt>, Gone> {
        loop {
            let arrived = self.walker().approach(walk).await;
            let Ok(Arrival::Person { words, within }) = arrived else { return Ok(arrived) };
            let until = self.clock.now().utc + within;
            loop {
                let words = words.clone();
                if self.desk.ask(|reply| Message::Person { words, until, reply }).await? == Go::Leave {
                    return Err(Gone);
                }
                let left = Duration::try_from(until.duration_since(self.clock.now().utc)).unwrap_or_default();
                match self.walker().await_person(walk, left.min(PATIENCE)).await {
                    Ok(true) => break,
                    Ok(false) if left > PATIENCE => {}
                    Ok(false) => return Ok(Err(self.walker().not_done(walk))),
                    Err(halt) => return Ok(Err(halt)),
                }
            }
        }
    }

    async fn tell(&self, subject: &Subject, (to, why): (EffectState, String), seen: Seen) -> Result<Go, Gone> {
        let slug = subject.slug.clone();
        self.desk.ask(|reply| Message::Move { slug, to, why, seen, reply }).await
    }

    /// Closes a menu that was opened for looking; nothing irreversible was sent.
    async fn leave_menu(&mut self) -> Result<(), Ended> {
        let flow = self.flow;
        Ok(self.walker().close_layers(flow).await?)
    }

    fn walker(&mut self) -> Walker<'_, P> {
        self.notes.walker(self.page, (self.pack, self.clock), Some(&self.desk))
    }

    async fn seen(&mut self, walk: &Walk<'_>, role: ShotRole, clip: Option<Rect>) -> Seen {
        let mut seen = Seen { read: facts_of(walk), page: page_of(walk), ..Seen::default() };
        seen.trail = std::mem::take(&mut self.notes.trail);
        self.picture(&mut seen, role, clip).await;
        seen
    }

    /// A picture that cannot be taken is a gap in the evidence, never a reason to act or to stop.
    async fn picture(&mut self, seen: &mut Seen, role: ShotRole, clip: Option<Rect>) {
        if self.shots {
            seen.took(role, self.page.shot(clip).await);
        }
    }
}

/// What was pressed, by its names on the page, and how often.
fn pressed(flow: &Flow, trail: &[Track]) -> String {
    let is_click = |id: &str| flow.steps.iter().any(|step| step.id.value == id && matches!(step.verb, Verb::Click(_)));
    let mut names: Vec<(&str, u32)> = vec![];
    for track in trail.iter().filter(|track| track.flow == flow.name.value && is_click(&track.step)) {
        let name = if track.name.trim().is_empty() { track.step.as_str() } else { track.name.as_str() };
        match names.last_mut().filter(|(last, _)| *last == name) {
            Some((_, times)) => *times += 1,
            None => names.push((name, 1)),
        }
    }
    let words = names.iter().map(|(name, times)| match times {
        1 => format!("\"{name}\""),
        times => format!("\"{name}\" {times} times"),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// What a rehearsal finds where the flow ends early.
fn rehearsal_of(outcome: Skipped) -> Rehearsal {
    match outcome {
        Skipped::AlreadyGone => Rehearsal::AlreadyGone,
        Skipped::NotFound => Rehearsal::NotFound,
        Skipped::Mismatch => Rehearsal::Mismatch,
        Skipped::Failed | Skipped::Blocked => Rehearsal::Failed,
    }
}

impl Seen {
    /// Adds a picture, or that it is missing.
    fn took(&mut self, role: ShotRole, shot: Result<Photo, PageError>) {
        match shot {
            Ok(photo) => self.pictures.push(Picture::of(role, photo)),
            Err(error) => self.missing.push(format!("no `{}` picture: {error}", role.as_str())),
        }
    }
}
