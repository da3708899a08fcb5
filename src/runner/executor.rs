//! Drives one page through one turn after another, as straight-line code.
//!
//! It clicks nothing irreversible before the dispatcher has acknowledged the intention, and after that click it only
//! looks. It keeps no truth of its own: everything that it finds goes to the dispatcher.

use std::time::Duration;

use super::clock::Clock;
use super::halt::Halt;
use super::message::{Desk, Go, Gone, Message, Picture, Seen, Subject, Turn};
use super::walk::{Answered, Arrival, Committed, Track, Values, Walk, Walker};
use crate::browser::page::{Found, Page, Rect, Sight};
use crate::event::fact::Rehearsal;
use crate::event::progress::Progress;
use crate::event::shot::ShotRole;
use crate::event::state::EffectState;
use crate::flow::pack::Pack;
use crate::flow::query::Refusal;
use crate::flow::tree::Flow;
use crate::policy::retry::Reading;

/// How long a page is left alone after the last click: a document that is left at once takes along the request that its
/// scripts were about to send.
const BEFORE_LEAVING: Duration = Duration::from_secs(1);

/// Room around a clipped picture, in CSS pixels.
const MARGIN: f64 = 12.0;

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
    /// The page or the browser ended it; with a picture where one could be taken.
    Halted(Halt, Option<Picture>),
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
        Self::Halted(halt, None)
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
    /// # Errors
    /// What ended the session early. When dropped in the middle of a turn, a click may have been made.
    pub async fn run(&mut self) -> Result<(), Ended> {
        let ended = self.turns().await;
        match ended {
            Err(Ended::Halted(halt, None)) if !matches!(halt, Halt::Lost(_)) => {
                let picture = self.picture(ShotRole::Incident, None).await;
                Err(Ended::Halted(halt, picture))
            }
            ended => ended,
        }
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

    /// Opens the Me menu and reports whose account it is.
    async fn introduce(&mut self) -> Result<bool, Ended> {
        let Some(site) = &self.pack.site.identity else {
            return Err(Halt::Unreachable("the pack does not say how to tell whose account it is".to_owned()).into());
        };
        let flow = self.pack.flows.get(&site.flow.value).expect("the pack's check refuses an unknown identity flow");
        let mut walk = Walk::new(flow, Values::new());
        let answered = self.walker().ask(&mut walk).await?;
        let read = walk.read(&site.target.value).cloned().unwrap_or_default();
        if let Answered::Unreadable(why) = answered {
            return Err(Halt::Unreachable(format!("the page does not show whose account it is: {why}")).into());
        }
        let handle = read.get("slug").cloned().unwrap_or_default();
        let shown = self.identity.as_ref().and_then(|identity| identity.get("name"));
        let name = read.get("name").or(shown).cloned().unwrap_or_default();
        self.trail.clear();
        let go = self.desk.ask(|reply| Message::Account { handle, name, reply }).await?;
        Ok(go == Go::On)
    }

    async fn act(&mut self, subject: &Subject) -> Result<(), Ended> {
        let mut walk = Walk::new(self.flow, values_of(subject));
        let slug = subject.slug.clone();
        match self.walker().approach(&mut walk).await {
            Ok(Arrival::Armed) => {}
            Ok(Arrival::Skipped { why, .. }) => {
                let seen = self.seen(&walk, ShotRole::After, clip_of_all(walk.sight.as_ref())).await;
                self.desk.ask(|reply| Message::Move { slug, to: EffectState::AlreadyGone, why, seen, reply }).await?;
                return Ok(());
            }
            Ok(Arrival::End) => unreachable!("the pack's check refuses an acting flow without an irreversible step"),
            Err(Halt::Miss(miss)) => {
                let seen = self.seen(&walk, ShotRole::Incident, None).await;
                let (step, grave) = (miss.place.to_string(), is_grave(miss.refused.kind));
                let why = miss.to_string();
                self.desk.ask(|reply| Message::Missed { slug, step, why, grave, seen, reply }).await?;
                return Ok(());
            }
            Err(halt) => return Err(halt.into()),
        }
        let before = self.page.commands();
        let seen = self.seen(&walk, ShotRole::Before, self.row(&walk)).await;
        let after_shots = self.page.commands();
        let why = format!("about to click \"{}\"", walk.armed().map(|armed| armed.name.clone()).unwrap_or_default());
        let to = EffectState::Intent;
        let go = self.desk.ask(|reply| Message::Move { slug, to, why, seen, reply }).await?;
        if go == Go::Leave {
            return self.leave_menu().await;
        }
        let shots_cost = after_shots - before;
        self.commit(subject, walk, shots_cost).await
    }

    async fn commit(&mut self, subject: &Subject, mut walk: Walk<'_>, shots_cost: u64) -> Result<(), Ended> {
        let shots = self.shots;
        let mut confirm: Option<Picture> = None;
        let mut shots_cost = shots_cost;
        let committed = self
            .walker()
            .commit(&mut walk, async |page, sight| {
                if shots {
                    let before = page.commands();
                    let clip = clip_of_dialog(sight);
                    confirm = page.shot(clip).await.ok().map(|bytes| Picture { role: ShotRole::Confirm, bytes });
                    shots_cost += page.commands() - before;
                }
            })
            .await;
        let mut seen = Seen { trail: std::mem::take(&mut self.trail), page: page_of(&walk), ..Seen::default() };
        seen.read = readings(walk.sight.as_ref());
        seen.pictures.extend(confirm);
        seen.commands = self.page.commands().checked_sub(walk.commands_at_list + shots_cost);
        let slug = subject.slug.clone();
        let (to, why, halt) = match committed {
            Committed::Acted => (EffectState::Acted, "the last click landed".to_owned(), None),
            Committed::NotSent(why) => (EffectState::NotSent, why, None),
            Committed::Unknown(why, halt) => (EffectState::Unknown, why, halt),
        };
        let go = self.desk.ask(|reply| Message::Move { slug, to, why, seen, reply }).await?;
        if let Some(halt) = halt {
            return Err(halt.into());
        }
        if go == Go::On && to != EffectState::NotSent {
            tokio::time::sleep(BEFORE_LEAVING).await;
            return self.verify(subject).await;
        }
        Ok(())
    }

    /// Looks, read-only, until the dispatcher is satisfied or gives up.
    async fn verify(&mut self, subject: &Subject) -> Result<(), Ended> {
        loop {
            let (reading, why, seen) = self.question(subject, true).await?;
            let slug = subject.slug.clone();
            if self.desk.ask(|reply| Message::Verified { slug, reading, why, seen, reply }).await? == Go::Leave {
                return Ok(());
            }
        }
    }

    async fn audit(&mut self, subjects: &[Subject]) -> Result<(), Ended> {
        for (at, subject) in subjects.iter().enumerate() {
            let (reading, why, seen) = self.question(subject, at == 0).await?;
            let slug = subject.slug.clone();
            if self.desk.ask(|reply| Message::Audited { slug, reading, why, seen, reply }).await? == Go::Leave {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn rehearse(&mut self, subject: &Subject) -> Result<(), Ended> {
        let (reading, why, seen) = self.question(subject, true).await?;
        let slug = subject.slug.clone();
        let outcome = match reading {
            Reading::Gone => Some((Rehearsal::AlreadyGone, "not in the list any more".to_owned())),
            Reading::Unreadable => Some((Rehearsal::Failed, why)),
            Reading::StillThere => None,
        };
        if let Some((outcome, why)) = outcome {
            let missed = outcome == Rehearsal::Failed;
            self.desk.ask(|reply| Message::Rehearsed { slug, outcome, why, missed, seen, reply }).await?;
            return Ok(());
        }
        let mut walk = Walk::new(self.flow, values_of(subject));
        let (outcome, why, role) = match self.walker().approach(&mut walk).await {
            Ok(Arrival::Armed) => {
                let name = walk.armed().map(|armed| armed.name.clone()).unwrap_or_default();
                (Rehearsal::Ready, format!("a live run would click \"{name}\" now"), ShotRole::Before)
            }
            Ok(Arrival::Skipped { why, .. }) => (Rehearsal::AlreadyGone, why, ShotRole::After),
            Ok(Arrival::End) => unreachable!("the pack's check refuses an acting flow without an irreversible step"),
            Err(Halt::Miss(miss)) => (Rehearsal::Failed, miss.to_string(), ShotRole::Incident),
            Err(halt) => return Err(halt.into()),
        };
        let clip = if role == ShotRole::Before { self.row(&walk) } else { None };
        let seen = self.seen(&walk, role, clip).await;
        let missed = outcome == Rehearsal::Failed;
        self.desk.ask(|reply| Message::Rehearsed { slug, outcome, why, missed, seen, reply }).await?;
        self.leave_menu().await
    }

    /// Asks the flow's question about one person.
    async fn question(&mut self, subject: &Subject, fresh: bool) -> Result<(Reading, String, Seen), Ended> {
        let values = values_of(subject);
        let mut walk =
            if fresh { Walk::new(self.question, values) } else { Walk::on_loaded_page(self.question, values) };
        let (reading, why) = match self.walker().ask(&mut walk).await? {
            Answered::Yes => (Reading::StillThere, "still in the list".to_owned()),
            Answered::No => (Reading::Gone, "not in the list, with its witness".to_owned()),
            Answered::Unreadable(why) => (Reading::Unreadable, why),
        };
        let seen = self.seen(&walk, ShotRole::After, clip_of_all(walk.sight.as_ref())).await;
        Ok((reading, why, seen))
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
        let pictures = self.picture(role, clip).await.into_iter().collect();
        Seen {
            pictures,
            read: readings(walk.sight.as_ref()),
            trail: std::mem::take(&mut self.trail),
            page: page_of(walk),
            commands: None,
        }
    }

    /// A picture that cannot be taken is a gap in the evidence, never a reason to act or to stop.
    async fn picture(&mut self, role: ShotRole, clip: Option<Rect>) -> Option<Picture> {
        if !self.shots {
            return None;
        }
        match self.page.shot(clip).await {
            Ok(bytes) => Some(Picture { role, bytes }),
            Err(error) => {
                self.desk.show(Progress::Note { text: format!("a picture could not be taken: {error}") }).await;
                None
            }
        }
    }

    /// The row of the person: the first target of the flow's guard, and what is armed.
    fn row(&self, walk: &Walk<'_>) -> Option<Rect> {
        let guard = self.flow.commit.as_ref()?.guard.first()?;
        let row = walk.sight.as_ref()?.found.get(&guard.value)?.rect;
        union(row.into_iter().chain(walk.armed().map(|armed| armed.rect)))
    }
}

fn values_of(subject: &Subject) -> Values {
    Values::from([("slug".to_owned(), subject.slug.to_string()), ("name".to_owned(), subject.name.clone())])
}

fn page_of(walk: &Walk<'_>) -> Option<crate::browser::page::Document> {
    walk.sight.as_ref().map(|sight| sight.page.clone())
}

/// All values that the last look read, as `target.value`.
fn readings(sight: Option<&Sight>) -> Vec<(String, String)> {
    let found = sight.into_iter().flat_map(|sight| &sight.found);
    found
        .flat_map(|(target, found)| {
            found.read.iter().map(move |(key, value)| (format!("{target}.{key}"), value.clone()))
        })
        .collect()
}

/// A miss after which nobody else may be touched: the page is not what the pack believes.
fn is_grave(kind: Refusal) -> bool {
    matches!(kind, Refusal::Ambiguous | Refusal::Disagree | Refusal::Guard | Refusal::NoWords | Refusal::NoGeneration)
}

/// The dialog, if the page shows one.
fn clip_of_dialog(sight: &Sight) -> Option<Rect> {
    let dialog = sight.found.values().find(|found| found.role == "dialog")?;
    union(dialog.rect)
}

/// Everything that the look found, so that a picture shows the filter, its rows or the empty notice.
fn clip_of_all(sight: Option<&Sight>) -> Option<Rect> {
    let found = sight.into_iter().flat_map(|sight| sight.found.values());
    union(found.filter(|found| found.count > 0).filter_map(|found: &Found| found.rect))
}

fn union(rects: impl IntoIterator<Item = Rect>) -> Option<Rect> {
    let joined = rects.into_iter().reduce(|a, b| {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        let right = (a.x + a.width).max(b.x + b.width);
        let bottom = (a.y + a.height).max(b.y + b.height);
        Rect { x, y, width: right - x, height: bottom - y }
    })?;
    let (x, y) = ((joined.x - MARGIN).max(0.0), (joined.y - MARGIN).max(0.0));
    Some(Rect { x, y, width: joined.x + joined.width + MARGIN - x, height: joined.y + joined.height + MARGIN - y })
}
