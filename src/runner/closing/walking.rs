//! The walk through the pages: every step kept, secrets asked for, and the one intention.

use jiff::SignedDuration;

use super::Attendant;
use super::{Closing, End, interrupted};
use crate::browser::page::Page;
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Rehearsal};
use crate::event::shot::{Shot, ShotRole};
use crate::event::state::EffectState;
use crate::flow::query::Refusal;
use crate::flow::site::OTHER_ACCOUNT;
use crate::flow::tree::{Effect, Skipped};
use crate::ledger::{Adoption, Identity, Intended, LedgerError, Terms};
use crate::runner::dispatcher::intention::words_of;
use crate::runner::latch;
use crate::runner::stumble::Stumble;
use crate::runner::walk::commit::Committed;
use crate::runner::walk::halt::{Halt, asks};
use crate::runner::walk::introduction;
use crate::runner::walk::question::stored_in;
use crate::runner::walk::{Arrival, Walk, Walker};

/// An approval is good for so long: the person has to be there.
const APPROVAL: SignedDuration = SignedDuration::from_mins(15);
/// In so many documents at most the account's own menu is asked because nothing else says whose account it is.
const MOST_TOLD: usize = 6;
/// How often a person may take the page over before it is given up.
const HANDED: u32 = 2;

/// What a walk that went on after the intention came to.
pub(super) enum Sent {
    /// All clicks landed.
    Landed,
    /// Something else, in words: a click may have been made, and what the page said.
    Unknown(String),
}

impl Closing<'_> {
    pub(super) async fn work<P: Page, A: Attendant>(
        &mut self,
        page: &mut P,
        attendant: &mut A,
    ) -> Result<End, Stumble> {
        let flow = self.pack.flows.get(&self.order.flow).expect("whoever makes an order checks the flow");
        let mut handed = 0;
        loop {
            if let Some(end) = self.introduce(page).await? {
                return Ok(end);
            }
            self.begin()?;
            let mut walk = Walk::new(flow, self.order.inputs.clone());
            let walked = self.until_intended(page, &mut walk, attendant).await;
            match self.or_the_sign(page, walked).await {
                Ok(Some(end)) => return Ok(end),
                Ok(None) => return self.after_the_intention(page, walk, attendant).await,
                Err(Stumble::Halt(halt)) if handed < HANDED && self.may_hand_over(&halt, attendant) => {
                    handed += 1;
                    if !self.hand_over(page, &halt, attendant).await? {
                        return Err(Stumble::Halt(halt));
                    }
                    // Whoever had the page may have gone anywhere with it: everything is read anew.
                    self.asked.clear();
                }
                // From the intention on the proof decides, and nothing begins anew.
                Err(Stumble::Halt(halt)) if !self.intended => {
                    self.walker(page).same_account(*halt).await?;
                    self.notes.trail.clear();
                    self.asked.clear();
                }
                Err(stumble) => return Err(stumble),
            }
        }
    }

    /// The flow looks for some stop signs by steps of its own. Where one of these shows at another step, the step does not fit the
    /// page: then the sign is what ended the walk, and it is obeyed.
    async fn or_the_sign<P: Page, T>(&mut self, page: &mut P, walked: Result<T, Stumble>) -> Result<T, Stumble> {
        if matches!(&walked, Err(Stumble::Halt(halt)) if matches!(**halt, Halt::Miss(_))) {
            self.touch(page).await?;
        }
        walked
    }

    /// A walker for this session's page.
    pub(super) fn walker<'w, P: Page>(&'w mut self, page: &'w mut P) -> Walker<'w, P> {
        self.notes.walker(page, (self.pack, self.clock), None)
    }

    /// Reads whose account it is. An end where it is not the one that was approved.
    async fn introduce<P: Page>(&mut self, page: &mut P) -> Result<Option<End>, Stumble> {
        let mut walk = introduction::walk(self.pack)?;
        let read = self.walker(page).whose(&mut walk).await;
        self.notes.trail.clear();
        let mut introduced = read?;
        // What proves the deed later is read past the stores too: its pages are those of this session.
        if self.walker(page).passes_stores_by(stored_in(&walk)).await? {
            walk = introduction::walk(self.pack)?;
            let read = self.walker(page).whose(&mut walk).await;
            self.notes.trail.clear();
            introduced = read?;
        }
        let Ok(handle) = introduced.handle.parse::<crate::event::id::Slug>() else {
            return Err(Halt::Nameless("the page does not say whose account it is".to_owned()).into());
        };
        let name = introduced.name;
        self.write(Fact::AccountSeen { run: self.run(), handle: handle.clone(), name: name.clone() })?;
        let identity = Identity { handle: handle.clone(), name, photo_sha256: None, photo_src: None };
        let other = matches!(self.owner.adopt_identity(&identity)?, Adoption::Other(_));
        if !other && handle == self.order.handle {
            self.account = Some(handle);
            return Ok(None);
        }
        let shots: Vec<Shot> = self.run_picture(page, ShotRole::Incident).await.into_iter().collect();
        let why = format!("the page shows the account of `{handle}`, not that of `{}`", self.order.handle);
        let why = self.with_what_is_withheld(&why);
        let met = latch::Met { sign: OTHER_ACCOUNT, why: &why, address: "", shots: &shots, until: None };
        let held = latch::incident(self.owner, &self.run(), &met)?;
        Ok(Some(self.hold(held)?))
    }

    /// The ledger's PRECHECK, once.
    fn begin(&mut self) -> Result<(), LedgerError> {
        if self.order.is_live() && self.effect()?.state == EffectState::Approved {
            self.step(EffectState::Precheck, "walking through the settings", vec![], vec![])?;
        }
        Ok(())
    }

    /// Walks until the intention is on disk and its first click is armed (none), or to an end.
    async fn until_intended<P: Page, A: Attendant>(
        &mut self,
        page: &mut P,
        walk: &mut Walk<'_>,
        attendant: &mut A,
    ) -> Result<Option<End>, Stumble> {
        let mut told: Vec<String> = vec![];
        loop {
            if self.stop_wanted() {
                return Ok(Some(interrupted()));
            }
            let arrival = match self.one_step(page, walk).await {
                Ok(Some(arrival)) => arrival,
                Ok(None) => continue,
                // Where nothing on the page itself says whose account it is, the account's own menu may: asked once a document,
                // and not without end on a site whose pages come again and again.
                Err(Stumble::Halt(halt))
                    if is_guard(&halt) && told.len() < MOST_TOLD && !told.contains(&document_of(walk)) =>
                {
                    told.push(document_of(walk));
                    if !self.walker(page).told_here().await? {
                        return Err(Stumble::Halt(halt));
                    }
                    self.notes.trail.clear();
                    continue;
                }
                Err(stumble) => return Err(stumble),
            };
            match arrival {
                Arrival::Armed | Arrival::Secret { .. } if !self.order.is_live() => {
                    return Ok(Some(self.rehearsed(page, walk).await?));
                }
                Arrival::Armed => {
                    if self.ask_whose(page, walk).await? {
                        self.walker(page).arm_again(walk).await?;
                    }
                    return self.intend(page, walk).await;
                }
                Arrival::Secret { input } => {
                    if let Some(why) = self.is_tried_enough(&input) {
                        return Ok(Some(End::of(Ending::SomeFailed, format!("not done: {why}"))));
                    }
                    self.ask_whose(page, walk).await?;
                    let Some(secret) = self.ask(page, walk, (&input, attendant)).await? else {
                        let why = format!("nobody typed the {input}; nothing that cannot be undone was sent");
                        return Ok(Some(if self.stop_wanted() {
                            interrupted()
                        } else {
                            End::of(Ending::SomeFailed, why)
                        }));
                    };
                    if let Some(arrival) = self.type_it(page, walk, &secret).await? {
                        return Ok(Some(self.ended_early(walk, arrival)?));
                    }
                }
                Arrival::Person { words, within } => {
                    if !self.await_person(page, walk, (&words, within), attendant).await? {
                        if self.stop_wanted() {
                            return Ok(Some(interrupted()));
                        }
                        // What the site still asks for holds the account back, as it does anywhere else.
                        self.touch(page).await?;
                        return Err(self.walker(page).not_done(walk).into());
                    }
                }
                other => return Ok(Some(self.ended_early(walk, other)?)),
            }
        }
    }

    /// Asks the account's own menu once more before a secret is typed and before the last click, where the page has the bar with
    /// that menu and nothing lies over it. Where it cannot be read, the guard of the last click decides, as it does anyway.
    /// Whether it was asked: then what was armed has to be armed anew.
    ///
    /// # Errors
    /// The menu names another account, or something else stops the walk.
    async fn ask_whose<P: Page>(&mut self, page: &mut P, walk: &Walk<'_>) -> Result<bool, Stumble> {
        let has_bar = walk.sight.as_ref().is_some_and(|sight| sight.identity.is_some() && sight.layers == 0);
        if has_bar {
            self.walker(page).told_here().await?;
            self.notes.trail.clear();
        }
        Ok(has_bar)
    }

    /// One step, kept. Answers where the walk arrived, where it did.
    pub(super) async fn one_step<P: Page>(
        &mut self,
        page: &mut P,
        walk: &mut Walk<'_>,
    ) -> Result<Option<Arrival>, Stumble> {
        if let Some(step) = walk.step() {
            self.show(&crate::event::progress::Progress::Step { id: step.id.value.clone() });
        }
        let advanced = self.walker(page).advance(walk).await;
        let kept = self.keep_steps(page, walk).await?;
        let arrival = advanced?;
        if kept && arrival.is_none() {
            // The picture took its time: what is clicked next is found anew.
            walk.let_go();
        }
        Ok(arrival)
    }

    /// How a walk that the flow itself ended before any deed ends the run.
    fn ended_early(&mut self, walk: &Walk<'_>, arrival: Arrival) -> Result<End, Stumble> {
        let (state, why) = match arrival {
            Arrival::Skipped { outcome: Skipped::AlreadyGone, why } => (EffectState::AlreadyGone, why),
            Arrival::Skipped { outcome: Skipped::Mismatch, why } => (EffectState::Mismatch, why),
            Arrival::Skipped { why, .. } => (EffectState::Failed, in_the_pages_words(walk, why)),
            _ => (EffectState::Failed, "the flow came to its end without a click that does it".to_owned()),
        };
        if self.order.is_live() {
            self.step(state, &why, vec![], vec![])?;
        }
        Ok(End::of(if state == EffectState::AlreadyGone { Ending::Done } else { Ending::SomeFailed }, why))
    }

    /// A rehearsal ends here: says what a live run would do next, and which steps it has not seen.
    async fn rehearsed<P: Page>(&mut self, page: &mut P, walk: &Walk<'_>) -> Result<End, Stumble> {
        self.unseen = walk.ahead().iter().map(|step| step.id.value.clone()).collect();
        let step = walk.step().expect("a walk that arrived stands at a step");
        let next = match step.effect {
            Effect::Irreversible => {
                let name = walk.armed().map_or("", |armed| armed.name.as_str());
                format!("a live run would click “{name}” now, which cannot be undone")
            }
            _ => format!("a live run would ask for a secret at the step `{}`; a rehearsal types none", step.id.value),
        };
        let photo = self.photo(page).await;
        let shots: Vec<Shot> = self.item_picture(ShotRole::Before, photo).into_iter().collect();
        let slug = self.order.handle.clone();
        let (run, outcome) = (self.run(), Rehearsal::Ready);
        let why = self.with_what_is_withheld(&next);
        self.write(Fact::Rehearsed { run, slug, outcome, why, shots })?;
        Ok(End::of(Ending::Done, next))
    }

    /// Writes the intention and waits for the disk, then arms the click anew. An end where it was not written.
    async fn intend<P: Page>(&mut self, page: &mut P, walk: &mut Walk<'_>) -> Result<Option<End>, Stumble> {
        let name = walk.armed().map_or(String::new(), |armed| armed.name.clone());
        let photo = self.photo(page).await;
        let shots: Vec<Shot> = self.item_picture(ShotRole::Before, photo).into_iter().collect();
        let stamp = self.clock.now();
        let too_old = self.order.approved.is_none_or(|at| stamp.utc.duration_since(at) > APPROVAL);
        if too_old {
            let why = "the approval is older than 15 minutes; nothing was sent";
            return Ok(Some(End::of(Ending::Usage, why)));
        }
        if self.stop_wanted() {
            return Ok(Some(interrupted()));
        }
        // The pictures took their time. A click that cannot be armed any more must not cost the one attempt.
        self.walker(page).arm_again(walk).await?;
        let moved = self.moved(EffectState::Intent, &format!("about to click “{name}”"), shots, vec![])?;
        let terms = Terms {
            local_date: stamp.utc.to_zoned(self.order.zone.clone()).date(),
            zone: self.order.started.zone.clone(),
            settle: self.order.settle,
        };
        match self.owner.intend(&self.clock.now(), &moved, &terms)? {
            Intended::Written(link) => {
                self.told(&link);
                self.intended = true;
                Ok(None)
            }
            Intended::Refused(refusal) => {
                let why = format!("nothing was sent: {}", words_of(&refusal));
                Ok(Some(End::of(Ending::Stopped, why)))
            }
        }
    }

    /// The intention is on disk: makes its clicks, then looks for the proof. From here on nothing is an error of the walk.
    async fn after_the_intention<P: Page, A: Attendant>(
        &mut self,
        page: &mut P,
        mut walk: Walk<'_>,
        attendant: &mut A,
    ) -> Result<End, Stumble> {
        let sent = self.clicks(page, &mut walk, attendant).await?;
        self.unseen = walk.ahead().iter().map(|step| step.id.value.clone()).collect();
        self.prove(page, walk.flow(), sent).await
    }

    /// The clicks of the intention, and the steps between them. None: it is proved that not even the first was sent.
    async fn clicks<P: Page, A: Attendant>(
        &mut self,
        page: &mut P,
        walk: &mut Walk<'_>,
        attendant: &mut A,
    ) -> Result<Option<Sent>, Stumble> {
        let mut sent = false;
        loop {
            let clicked = walk.step();
            self.clicked_in = walk.sight.as_ref().map(|sight| sight.page.id.clone());
            let committed = self.walker(page).commit(walk, async |_, _| {}).await;
            self.keep_steps(page, walk).await?;
            match committed {
                // Nothing of what was awaited followed: the same click is never made again, and the proof decides.
                Committed::Acted
                    if walk.step().is_some_and(|step| clicked.is_some_and(|clicked| step.id == clicked.id)) =>
                {
                    self.dialog = walk.sight.as_ref().and_then(|sight| sight.dialog.as_ref()).map(asks);
                    return Ok(Some(Sent::Landed));
                }
                Committed::Acted => sent = true,
                Committed::NotSent(why, _) if !sent => {
                    self.step(EffectState::NotSent, &why, vec![], vec![])?;
                    return Ok(None);
                }
                Committed::NotSent(why, _) | Committed::Unknown(why, _) => return Ok(Some(Sent::Unknown(why))),
            }
            match self.until_the_next_click(page, walk, attendant).await {
                Ok(Next::Click) => {}
                Ok(Next::Over) => return Ok(Some(Sent::Landed)),
                Ok(Next::Refused(why)) => return Ok(Some(Sent::Unknown(why))),
                Err(Stumble::Halt(halt)) => return Ok(Some(Sent::Unknown(halt.to_string()))),
                Err(stumble) => return Err(stumble),
            }
        }
    }

    /// Walks on between two clicks of one intention.
    async fn until_the_next_click<P: Page, A: Attendant>(
        &mut self,
        page: &mut P,
        walk: &mut Walk<'_>,
        attendant: &mut A,
    ) -> Result<Next, Stumble> {
        walk.let_go();
        loop {
            match self.one_step(page, walk).await? {
                None => {}
                Some(Arrival::End) => return Ok(Next::Over),
                Some(Arrival::Armed) => return Ok(Next::Click),
                Some(Arrival::Secret { input }) => {
                    if let Some(why) = self.is_tried_enough(&input) {
                        return Ok(Next::Refused(why));
                    }
                    let Some(secret) = self.ask(page, walk, (&input, attendant)).await? else {
                        return Ok(Next::Refused(format!("nobody typed the {input}")));
                    };
                    if let Some(arrival) = self.type_it(page, walk, &secret).await? {
                        return Ok(refused(walk, arrival));
                    }
                }
                Some(Arrival::Person { words, within }) => {
                    let done = self.await_person(page, walk, (&words, within), attendant).await?;
                    if !done {
                        return Ok(Next::Refused(format!("nobody did what the page asks for: {words}")));
                    }
                }
                Some(other) => return Ok(refused(walk, other)),
            }
        }
    }
}

/// The document in which a walk looked last; empty before its first look.
fn document_of(walk: &Walk<'_>) -> String {
    walk.sight.as_ref().map(|sight| sight.page.id.clone()).unwrap_or_default()
}

/// Whether a guard is what keeps the walk.
fn is_guard(halt: &Halt) -> bool {
    matches!(halt, Halt::Miss(miss) if miss.refused.kind == Refusal::Guard)
}

/// What a walk that the flow ended after the intention says.
fn refused(walk: &Walk<'_>, arrival: Arrival) -> Next {
    match arrival {
        Arrival::Skipped { why, .. } => Next::Refused(in_the_pages_words(walk, why)),
        _ => Next::Refused("the flow came to its end in an unforeseen way".to_owned()),
    }
}

/// The pack's reason, and what the page itself said of it.
fn in_the_pages_words(walk: &Walk<'_>, why: String) -> String {
    let said = walk.said();
    if said.is_empty() { why } else { format!("{why}: “{said}”") }
}

/// What comes after a click of the intention.
enum Next {
    /// Another click of the same intention is armed.
    Click,
    /// Nothing more: the flow is at its end.
    Over,
    /// The page said no, or nobody answered, in words.
    Refused(String),
}
