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

use super::clock::Clock;
use super::commit::Committed;
use super::gallery::{clip_of_all, clip_of_dialog, clip_of_row, dialog_of, is_grave, page_of, readings};
use super::gallery::{facts_of, stranger, values_of};
use super::halt::{Halt, Miss};
use super::message::{Desk, Go, Gone, Looked, Message, Picture, Seen, Subject, Turn};
use super::walk::{Answered, Arrival, Track, Values, Walk, Walker};
use crate::browser::page::{Page, Rect};
use crate::event::fact::Rehearsal;
use crate::event::shot::ShotRole;
use crate::event::state::EffectState;
use crate::flow::pack::Pack;
use crate::flow::tree::Flow;
use crate::policy::retry::Reading;

/// How long a page is left alone after the last click: a document that is left at once takes along the request that its
/// scripts were about to send.
const BEFORE_LEAVING: Duration = Duration::from_secs(1);

/// How long at most a person is waited for before it is heard whether somebody wants a stop.
const PATIENCE: Duration = Duration::from_secs(5);
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
    identity: Option<Values>,
    trail: Vec<Track>,
    tokens: u64,
    shots: bool,
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
        Self { page, pack, flow, question, desk, clock, identity: None, trail: vec![], tokens: 0, shots: true }
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
        seen.trail = std::mem::take(&mut self.trail);
        // A lost session answers nothing any more, and a prompt is in front of every picture.
        if !matches!(*halt, Halt::Lost(_) | Halt::Prompt(_)) {
            self.picture(&mut seen, ShotRole::Incident, None).await;
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
                Turn::Rehearse { subject } => self.rehearse(&subject).await?,
                Turn::Audit { subjects } => self.audit(&subjects).await?,
                Turn::End => return Ok(()),
            }
        }
    }

    /// Opens the Me menu and reports whose account it is, with a picture of where that was read.
    async fn introduce(&mut self) -> Result<bool, Ended> {
        let Some(site) = &self.pack.site.identity else {
            return Err(Halt::Nameless("the pack does not say how to tell whose account it is".to_owned()).into());
        };
        let flow = self.pack.flows.get(&site.flow.value).expect("the pack's check refuses an unknown identity flow");
        let mut walk = Walk::new(flow, Values::new());
        let answered = self.walker().ask(&mut walk).await?;
        let read = walk.read(&site.target.value).cloned().unwrap_or_default();
        if let Answered::Unreadable(why) = answered {
            return Err(Halt::Nameless(format!("the page does not show whose account it is: {why}")).into());
        }
        let handle = read.get("slug").cloned().unwrap_or_default();
        let shown = self.identity.as_ref().and_then(|identity| identity.get("name"));
        let name = read.get("name").or(shown).cloned().unwrap_or_default();
        let seen = self.seen(&walk, ShotRole::Incident, None).await;
        let go = self.desk.ask(|reply| Message::Account { handle, name, seen, reply }).await?;
        Ok(go == Go::On)
    }

    async fn act(&mut self, subject: &Subject) -> Result<(), Ended> {
        let mut walk = Walk::new(self.flow, values_of(subject));
        match self.arrive(&mut walk).await? {
            Ok(Arrival::Armed) => {}
            Ok(Arrival::Skipped { why, .. }) => {
                let seen = self.seen(&walk, ShotRole::After, clip_of_all(walk.sight.as_ref())).await;
                self.tell(subject, (EffectState::AlreadyGone, why), seen).await?;
                return Ok(());
            }
            Ok(Arrival::End | Arrival::Person { .. }) => unreachable!("{ACTS}"),
            Err(Halt::Miss(miss)) => return self.missed(subject, &walk, &miss).await,
            Err(halt) => return Err(halt.into()),
        }
        if let Some(other) = stranger(self.flow, &walk, &subject.slug) {
            let seen = self.seen(&walk, ShotRole::Incident, None).await;
            let why = format!("the row names `{other}`");
            self.tell(subject, (EffectState::Mismatch, why), seen).await?;
            return self.leave_menu().await;
        }
        let before = self.page.commands();
        let seen = self.seen(&walk, ShotRole::Before, clip_of_row(self.flow, &walk)).await;
        let shots_cost = self.page.commands() - before;
        let why = format!("about to click \"{}\"", walk.armed().map(|armed| armed.name.clone()).unwrap_or_default());
        if self.tell(subject, (EffectState::Intent, why), seen).await? == Go::Leave {
            return self.leave_menu().await;
        }
        self.commit(subject, walk, shots_cost).await
    }

    /// The intention is on disk: clicks, tells what is known, and looks.
    async fn commit(&mut self, subject: &Subject, mut walk: Walk<'_>, mut shots_cost: u64) -> Result<(), Ended> {
        let shots = self.shots;
        let mut seen = Seen::default();
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
        seen.trail = std::mem::take(&mut self.trail);
        seen.page = page_of(&walk);
        seen.read.extend(readings(walk.sight.as_ref()));
        seen.commands = self.page.commands().checked_sub(walk.commands_at_list + shots_cost);
        let (to, why, halt) = match committed {
            Committed::Acted => (EffectState::Acted, "the last click landed".to_owned(), None),
            Committed::NotSent(why, halt) => (EffectState::NotSent, why, halt),
            Committed::Unknown(why, halt) => (EffectState::Unknown, why, halt),
        };
        let go = self.tell(subject, (to, why), seen).await?;
        if let Some(halt) = halt {
            return Err(halt.into());
        }
        if go == Go::On {
            tokio::time::sleep(BEFORE_LEAVING).await;
            return self.verify(subject).await;
        }
        Ok(())
    }

    /// Looks, read-only, until the dispatcher is satisfied or gives up.
    async fn verify(&mut self, subject: &Subject) -> Result<(), Ended> {
        loop {
            let looked = self.question(subject, true).await?;
            let slug = subject.slug.clone();
            if self.desk.ask(|reply| Message::Verified { slug, looked, reply }).await? == Go::Leave {
                return Ok(());
            }
        }
    }

    async fn audit(&mut self, subjects: &[Subject]) -> Result<(), Ended> {
        for (at, subject) in subjects.iter().enumerate() {
            let looked = self.question(subject, at == 0).await?;
            let slug = subject.slug.clone();
            if self.desk.ask(|reply| Message::Audited { slug, looked, reply }).await? == Go::Leave {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn rehearse(&mut self, subject: &Subject) -> Result<(), Ended> {
        let looked = self.question(subject, true).await?;
        let (outcome, why, seen) = match looked.reading {
            Reading::Gone => (Rehearsal::AlreadyGone, "not in the list any more".to_owned(), looked.seen),
            Reading::Unreadable => (Rehearsal::Failed, looked.why, looked.seen),
            Reading::StillThere => self.walk_up_to_the_click(subject).await?,
        };
        let slug = subject.slug.clone();
        self.desk.ask(|reply| Message::Rehearsed { slug, outcome, why, seen, reply }).await?;
        self.leave_menu().await
    }

    /// Resolves what a live run would click, and does not click it.
    async fn walk_up_to_the_click(&mut self, subject: &Subject) -> Result<(Rehearsal, String, Seen), Ended> {
        let mut walk = Walk::new(self.flow, values_of(subject));
        let (outcome, why, role) = match self.arrive(&mut walk).await? {
            Ok(Arrival::Armed) => match stranger(self.flow, &walk, &subject.slug) {
                Some(other) => (Rehearsal::Mismatch, format!("the row names `{other}`"), ShotRole::Incident),
                None => {
                    let name = walk.armed().map(|armed| armed.name.clone()).unwrap_or_default();
                    (Rehearsal::Ready, format!("a live run would click \"{name}\" now"), ShotRole::Before)
                }
            },
            Ok(Arrival::Skipped { why, .. }) => (Rehearsal::AlreadyGone, why, ShotRole::After),
            Ok(Arrival::End | Arrival::Person { .. }) => unreachable!("{ACTS}"),
            Err(Halt::Miss(miss)) => (Rehearsal::Failed, miss.to_string(), ShotRole::Incident),
            Err(halt) => return Err(halt.into()),
        };
        let clip = if role == ShotRole::Before { clip_of_row(self.flow, &walk) } else { None };
        let seen = self.seen(&walk, role, clip).await;
        Ok((outcome, why, seen))
    }

    /// Asks the flow's question about one person; `fresh` from a new load of the page.
    async fn question(&mut self, subject: &Subject, fresh: bool) -> Result<Looked, Ended> {
        let loaded = self.clock.now();
        let values = values_of(subject);
        let mut walk =
            if fresh { Walk::new(self.question, values) } else { Walk::on_loaded_page(self.question, values) };
        let (reading, why) = match self.walker().ask(&mut walk).await? {
            Answered::Yes => (Reading::StillThere, "still in the list".to_owned()),
            Answered::No => (Reading::Gone, "not in the list, with its witness".to_owned()),
            Answered::Unreadable(why) => (Reading::Unreadable, why),
        };
        let seen = self.seen(&walk, ShotRole::After, clip_of_all(walk.sight.as_ref())).await;
        Ok(Looked { reading, why, loaded, seen })
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
        self.page.press("Escape").await.map_err(Halt::from)?;
        Ok(())
    }

    fn walker(&mut self) -> Walker<'_, P> {
        Walker {
            page: self.page,
            pack: self.pack,
            identity: &mut self.identity,
            trail: &mut self.trail,
            tokens: &mut self.tokens,
            began: self.clock.now().utc,
            clock: self.clock,
        }
    }

    async fn seen(&mut self, walk: &Walk<'_>, role: ShotRole, clip: Option<Rect>) -> Seen {
        let mut seen = Seen { read: facts_of(walk), page: page_of(walk), ..Seen::default() };
        seen.trail = std::mem::take(&mut self.trail);
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

impl Seen {
    /// Adds a picture, or that it is missing.
    fn took(&mut self, role: ShotRole, shot: Result<Vec<u8>, crate::browser::page::PageError>) {
        match shot {
            Ok(bytes) => self.pictures.push(Picture { role, bytes }),
            Err(error) => self.missing.push(format!("no `{}` picture: {error}", role.as_str())),
        }
    }
}
