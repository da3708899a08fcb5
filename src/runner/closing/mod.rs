//! Acting on the account itself: one walk through its settings, at most one intention, and the proof.
//!
//! ```text
//! whose account? ─► step ─► its picture, snapshot and record ─► … ─► a secret? ─► asked, its field verified, typed ─► …
//!       rehearsal: ends before the first secret or irreversible click
//!       live: INTENT on disk ─► the clicks of that one intention ─► the end page as it stands ─► signed out? ─► DONE
//! ```
//!
//! Where the end page has words that nobody knows, a visitor who saw the profile before and is told now that there is none takes
//! its place. A password that the site refuses is asked for three times at most; where the page still asks for it then and the
//! account is open, it is not done. Anything less is for a person to settle; there is never a second attempt. It does not know
//! the terminal (an [`Attendant`] is asked), which gates there are, or what a page looks like.

mod closing_record;
mod handing;
mod person;
mod proof;
mod public;
mod repeat;
mod walking;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::watch;

pub use self::person::settle_left_behind;
pub use self::repeat::Repeat;
pub use super::attendant::{Asked, Attendant};
use super::clock::Clock;
use super::handover::Handover;
use super::order::Listener;
use super::run::{Opener, Parts, RunError, insisted};
use super::stumble::Stumble;
use super::wait::Stop;
use super::walk::Values;
use super::walk::notes::Notes;
use crate::browser::page::Page;
use crate::event::comparison::Compared;
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Gate, Mode, Public, RunStarted};
use crate::event::id::{Action, Slug};
use crate::event::progress::Progress;
use crate::event::shot::Shot;
use crate::event::state::EffectState;
use crate::evidence::bundle::Bundle;
use crate::flow::pack::Pack;
use crate::ledger::Owner;

/// What is asked.
#[derive(Debug, Clone)]
pub struct ClosingOrder {
    /// What is fixed for the whole run and written first.
    pub started: RunStarted,
    /// The acting flow of the pack.
    pub flow: String,
    /// Whose account it is, as read from the page before this began.
    pub handle: Slug,
    /// The inputs of the flow, without the secret ones.
    pub inputs: Values,
    /// What was asked before, and how it was answered.
    pub gates: Vec<Gate>,
    /// When a person typed the approval; none in a rehearsal.
    pub approved: Option<Timestamp>,
    /// The civil time zone.
    pub zone: jiff::tz::TimeZone,
    /// How long after the intention the account must still be open before that proves that nothing happened.
    pub settle: Duration,
    /// The run that this one walks again; none where it walks for itself. Only a rehearsal repeats.
    pub repeat: Option<Repeat>,
}

impl ClosingOrder {
    fn is_live(&self) -> bool {
        self.started.mode == Mode::Live
    }

    fn action(&self) -> Action {
        self.started.action
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ClosingOutcome {
    /// How it ended.
    pub ending: Ending,
    /// Why, in words.
    pub why: String,
    /// When it may be tried again, where the site asked for silence.
    pub due_at: Option<Timestamp>,
    /// Where the effect stands; none in a rehearsal.
    pub state: Option<EffectState>,
    /// The last day on which signing in reopens the account, as the end page said.
    pub until: Option<Date>,
    /// The page named days only, and the day was counted from today.
    pub counted: bool,
    /// What was read on the way: what, value. The page's own words about consequences are among it.
    pub read: Vec<(String, String)>,
    /// The steps that were not reached, by id, in order.
    pub unseen: Vec<String>,
    /// How many steps were kept.
    pub steps: u32,
    /// What a visitor saw at the public address, before and afterwards, where it was looked.
    pub public: (Option<Public>, Option<Public>),
    /// How it is like the run that it repeats; none where it repeats none.
    pub compared: Option<Compared>,
}

/// How long a visitor's page is kept for its second look: as long as an approval is good, after which nothing is acted on.
const VISITOR: Duration = Duration::from_mins(15);

/// Walks, and in a live run acts once, then closes the evidence.
///
/// `visitor` opens pages of a browser that is signed in nowhere; one browser serves for both of its looks where what the site
/// left in it can be deleted between them. A stop is a result. When dropped after the intention, the
/// site may have acted: [`settle_left_behind`] hands that to a person.
///
/// # Errors
/// Ledger or evidence failed: nothing more was begun then.
///
/// # Panics
/// The pack lacks the flow that the order names: whoever makes an order checks that.
pub async fn carry_out<O: Opener, V: Opener, A: Attendant>(
    parts: Parts<'_, ClosingOrder>,
    (opener, visitor): (&mut O, &mut V),
    attendant: &mut A,
) -> Result<ClosingOutcome, RunError> {
    let mut closing = Closing::new(parts);
    closing.write(Fact::RunStarted(Box::new(closing.order.started.clone())))?;
    let (gates, inputs) = (closing.order.gates.clone(), closing.order.inputs.clone());
    closing.write(Fact::GatesRead { run: closing.run(), gates, inputs })?;
    closing.bundle.keep_pack(closing.pack)?;
    closing.begin_again()?;
    let mut visitor = Handover::new(visitor, VISITOR);
    let ended = closing.between_two_looks((opener, &mut visitor), attendant).await;
    visitor.end().await;
    closing.close(ended?)
}

/// The run while it works.
pub(super) struct Closing<'a> {
    owner: &'a mut Owner,
    bundle: &'a Bundle,
    pack: &'a Pack,
    order: &'a ClosingOrder,
    clock: &'a Clock,
    stop: watch::Receiver<Stop>,
    tell: Listener<'a>,
    notes: Notes,
    /// Whose account the page showed in this session.
    account: Option<Slug>,
    /// How many steps were kept.
    steps: u32,
    /// What should have been kept and was not.
    gaps: Vec<String>,
    /// What was read on the way.
    read: Values,
    /// The secrets that were asked for already.
    asked: Vec<String>,
    /// How often each secret was typed; never forgotten, since sites lock accounts.
    tries: BTreeMap<String, u32>,
    /// The site refused a secret after a click of the intention, and asked for it again.
    is_refused: bool,
    /// What a dialog asks that followed the last click.
    dialog: Option<String>,
    /// What was seen, with pictures, where only a visitor's look can prove the outcome: it comes after the session.
    unproved: Option<(String, Vec<Shot>)>,
    /// Why the last picture could not be taken without showing a secret.
    is_shown: Option<String>,
    /// The document of the click that was made last.
    clicked_in: Option<String>,
    /// Why pictures were not kept since the last fact that says so.
    withheld: Vec<String>,
    /// The steps that were not reached.
    unseen: Vec<String>,
    /// The intention is on disk.
    intended: bool,
    until: Option<Date>,
    counted: bool,
    public: (Option<Public>, Option<Public>),
}

/// How it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
struct End {
    ending: Ending,
    why: String,
    due_at: Option<Timestamp>,
    /// A step did not fit the page.
    is_miss: bool,
}

impl End {
    fn of(ending: Ending, why: impl Into<String>) -> Self {
        Self { ending, why: why.into(), due_at: None, is_miss: false }
    }
}

impl<'a> Closing<'a> {
    fn new(parts: Parts<'a, ClosingOrder>) -> Self {
        let Parts { owner, bundle, pack, order, clock, stop, tell } = parts;
        Self {
            owner,
            bundle,
            pack,
            order,
            clock,
            stop,
            tell,
            notes: Notes::default(),
            account: None,
            steps: 0,
            gaps: vec![],
            read: Values::new(),
            asked: vec![],
            tries: BTreeMap::new(),
            is_refused: false,
            dialog: None,
            unproved: None,
            is_shown: None,
            clicked_in: None,
            withheld: vec![],
            unseen: vec![],
            intended: false,
            until: None,
            counted: false,
            public: (None, None),
        }
    }

    /// The walk, and in a live run a visitor's look before it, and another one where an intention was written.
    async fn between_two_looks<O: Opener, V: Opener, A: Attendant>(
        &mut self,
        (opener, visitor): (&mut O, &mut Handover<V>),
        attendant: &mut A,
    ) -> Result<End, RunError> {
        if self.order.is_live() {
            self.public.0 = Some(self.visitor_before(visitor).await?);
        }
        let end = self.one_session(opener, attendant).await?;
        if self.intended {
            self.public.1 = Some(self.visitor_after(visitor).await?);
        }
        match self.unproved.take() {
            Some(unproved) => Ok(self.by_the_visitors_look(unproved)?),
            None => Ok(end),
        }
    }

    async fn one_session<O: Opener, A: Attendant>(
        &mut self,
        opener: &mut O,
        attendant: &mut A,
    ) -> Result<End, RunError> {
        self.show(&Progress::Opening);
        let mut stop = self.stop.clone();
        let opened = tokio::select! {
            biased;
            () = insisted(&mut stop) => return Ok(interrupted()),
            opened = opener.open() => opened,
        };
        let mut page = match opened {
            Ok(page) => page,
            Err(unopened) => return Ok(End::of(unopened.ending, unopened.why)),
        };
        let ended = tokio::select! {
            biased;
            () = insisted(&mut stop) => None,
            ended = self.session(&mut page, attendant) => Some(ended),
        };
        opener.close(page).await;
        match ended {
            Some(ended) => ended,
            // What was intended may have happened: nobody looked, so that a person has to.
            None if self.intended => Ok(self.for_a_person("interrupted at once after the last click", vec![])?),
            None => Ok(interrupted()),
        }
    }

    async fn session<P: Page, A: Attendant>(&mut self, page: &mut P, attendant: &mut A) -> Result<End, RunError> {
        match self.work(page, attendant).await {
            Ok(end) => Ok(end),
            Err(Stumble::Run(error)) => Err(error),
            Err(Stumble::Halt(halt)) => self.halted(page, *halt).await,
        }
    }

    fn stop_wanted(&self) -> bool {
        *self.stop.borrow() != Stop::No
    }
}

fn interrupted() -> End {
    End::of(Ending::Interrupted, "interrupted; nothing that cannot be undone was sent")
}
