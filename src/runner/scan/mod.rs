//! Reads the live connections list into the ledger, with the page's own number as the check.
//!
//! ```text
//! whose account? ─► the list, and how many it says ─► slices of rows, each on disk before the next ─► how many now? ─► verdict
//! ```
//!
//! It removes nobody and visits nobody. Whatever ends it early, who was seen stays seen; that somebody is gone follows only
//! from a complete reading. It does not know the terminal, nor what a person is to a plan.

mod scan_end;
mod scan_record;
mod tally;

use std::num::NonZeroU32;
use std::time::Duration;

use tokio::sync::watch;

use self::scan_end::End;
use self::tally::Tally;
use super::clock::Clock;
use super::message::Picture;
use super::order::{Listener, Telling};
use super::run::{Opener, Parts, RunError, insisted};
use super::stumble::Stumble;
use super::wait::Stop;
use super::walk::halt::Halt;
use super::walk::introduction::{self, Introduced};
use super::walk::look::sign;
use super::walk::notes::Notes;
use super::walk::notice;
use super::walk::{Arrival, Values, Walk, Walker};
use crate::browser::page::{Page, PageError, RowSlice, RowStatus, Status};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, ScanStarted, Scanned};
use crate::event::id::Slug;
use crate::event::progress::Progress;
use crate::event::shot::{Shot, ShotRole};
use crate::evidence::bundle::Bundle;
use crate::flow::compile::{Arming, Ask, Known};
use crate::flow::pack::Pack;
use crate::flow::tree::{Each, Flow};
use crate::ledger::{Owner, SeenPerson};
use crate::plan::shown_day;

/// The flow that reads the list.
const FLOW: &str = "scan-list";
/// How long the control that brings the list on may take to become clickable.
const MORE_WITHIN: Duration = Duration::from_secs(10);

/// What a scan is asked to do.
#[derive(Debug, Clone)]
pub struct ScanOrder {
    /// What is fixed for the whole scan and written first.
    pub started: ScanStarted,
    /// Only the first so many rows: a look, after which nobody counts as gone.
    pub limit: Option<NonZeroU32>,
    /// Pictures of the beginning and the end; none for measuring.
    pub shots: bool,
}

/// What came of a scan.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanOutcome {
    /// How it ended.
    pub ending: Ending,
    /// Why, in words.
    pub why: String,
    /// When it may be tried again, where the site asked for silence.
    pub due_at: Option<jiff::Timestamp>,
    /// What was read.
    pub scanned: Scanned,
}

/// The pack's flow that reads the list, and what it reads; none where the pack has none.
#[must_use]
pub fn list_of(pack: &Pack) -> Option<(&Flow, &Each)> {
    let flow = pack.flows.get(FLOW)?;
    Some((flow, flow.steps.last()?.each()?))
}

/// Reads the list to its end, well or not, and closes its evidence.
///
/// Being stopped is a result. When dropped, everybody who was read so far is in the ledger.
///
/// # Errors
/// Ledger or evidence failed.
///
/// # Panics
/// The pack cannot read the list: whoever makes an order checks that with [`list_of`].
pub async fn scan<O: Opener>(parts: Parts<'_, ScanOrder>, opener: &mut O) -> Result<ScanOutcome, RunError> {
    let Parts { owner, bundle, pack, order, clock, stop, tell } = parts;
    let mut scanner = Scanner {
        owner,
        bundle,
        pack,
        order,
        clock,
        stop,
        tell,
        notes: Notes::default(),
        tally: Tally::default(),
        shots: vec![],
        gaps: vec![],
    };
    scanner.write(Fact::ScanStarted(Box::new(order.started.clone())))?;
    let end = scanner.one_session(opener).await?;
    scanner.close(end)
}

/// One scan while it works.
struct Scanner<'a> {
    owner: &'a mut Owner,
    bundle: &'a Bundle,
    pack: &'a Pack,
    order: &'a ScanOrder,
    clock: &'a Clock,
    stop: watch::Receiver<Stop>,
    tell: Listener<'a>,
    notes: Notes,
    tally: Tally,
    shots: Vec<Shot>,
    gaps: Vec<String>,
}

impl Scanner<'_> {
    async fn one_session<O: Opener>(&mut self, opener: &mut O) -> Result<End, RunError> {
        (self.tell)(Telling::Progress(&Progress::Opening));
        let mut stop = self.stop.clone();
        let opened = tokio::select! {
            biased;
            () = insisted(&mut stop) => return Ok(End::interrupted()),
            opened = opener.open() => opened,
        };
        let mut page = match opened {
            Ok(page) => page,
            Err(unopened) => return Ok(End::of(unopened.ending, unopened.why)),
        };
        let ended = tokio::select! {
            biased;
            () = insisted(&mut stop) => Ok(End::interrupted()),
            ended = self.session(&mut page) => ended,
        };
        opener.close(page).await;
        ended
    }

    async fn session<P: Page>(&mut self, page: &mut P) -> Result<End, RunError> {
        let halt = match self.work(page).await {
            Ok(end) => return Ok(end),
            Err(Stumble::Run(error)) => return Err(error),
            Err(Stumble::Halt(halt)) => *halt,
        };
        // A lost session answers nothing any more, and a prompt is in front of every picture.
        if !matches!(halt, Halt::Lost(_) | Halt::Prompt(_)) {
            self.picture(page, ShotRole::Incident).await;
        }
        let until = match &halt {
            Halt::Sign { sign, .. } => notice::read(page, sign, self.clock.now().utc).await,
            _ => None,
        };
        self.halted(&halt, until)
    }

    async fn work<P: Page>(&mut self, page: &mut P) -> Result<End, Stumble> {
        if let Some(end) = self.introduce(page).await? {
            return Ok(end);
        }
        let (flow, each) = list_of(self.pack).expect("who makes an order checks that the pack can read the list");
        let total = self.arrive(page, (flow, each)).await?;
        self.tally.counts(total);
        self.picture(page, ShotRole::Before).await;
        let end = loop {
            match self.read(page, each).await {
                Err(Stumble::Halt(halt)) => self.walker(page).same_account(*halt).await?,
                end => break end?,
            }
            // The menu that was asked may have led away from the list.
            self.arrive(page, (flow, each)).await?;
        };
        if end.is_none() {
            self.tally.after = self.arrive(page, (flow, each)).await?;
        }
        self.picture(page, ShotRole::After).await;
        Ok(end.unwrap_or_else(|| self.verdict()))
    }

    /// Reads whose account it is. An end where it is not this account's.
    async fn introduce<P: Page>(&mut self, page: &mut P) -> Result<Option<End>, Stumble> {
        let mut walk = introduction::walk(self.pack)?;
        let Introduced { handle, name } = self.walker(page).whose(&mut walk).await?;
        let Ok(handle) = handle.parse::<Slug>() else {
            return Err(Halt::Nameless("the page does not say whose account it is".to_owned()).into());
        };
        if self.is_own(handle.clone(), name)? {
            return Ok(None);
        }
        self.picture(page, ShotRole::Incident).await;
        let address = walk.sight.as_ref().map(|sight| sight.page.address.clone()).unwrap_or_default();
        Ok(Some(self.other_account(&handle, &address)?))
    }

    /// Loads the list and answers the page's own number.
    async fn arrive<P: Page>(&mut self, page: &mut P, (flow, each): (&Flow, &Each)) -> Result<Option<u64>, Stumble> {
        let mut walk = Walk::new(flow, Values::new());
        match self.walker(page).approach(&mut walk).await? {
            Arrival::List => {}
            _ => unreachable!("the pack's check puts the list at the end of a question"),
        }
        let number = self.pack.rows(each, Known::default()).expect("all names come from the pack's own flows").number;
        let read = walk.read(&each.total.value).and_then(|read| read.get(&number));
        Ok(read.and_then(|text| text.parse().ok()))
    }

    /// Reads slice after slice. None: the list came to an end, or does not go on.
    async fn read<P: Page>(&mut self, page: &mut P, each: &Each) -> Result<Option<End>, Stumble> {
        let mut ask =
            self.pack.rows(each, self.notes.identity.clone()).expect("all names come from the pack's own flows");
        loop {
            if let Some(end) = self.is_enough()? {
                return Ok(Some(end));
            }
            let slice = page.rows(&ask).await?;
            ask.look.armed_before = None;
            self.take(&slice)?;
            match slice.status {
                RowStatus::Stop => return Err(stopped(slice).into()),
                _ if self.is_full() => return Ok(Some(self.looked())),
                RowStatus::End => return Ok(None),
                _ if Duration::from_millis(slice.quiet_ms) >= each.within => {
                    self.tally.held_up = slice.held_up;
                    return Ok(None);
                }
                RowStatus::More => ask.look.armed_before = self.bring_on(page, each).await?,
                RowStatus::Going => {}
            }
        }
    }

    /// Notes what a slice gave, on disk.
    fn take(&mut self, slice: &RowSlice) -> Result<(), RunError> {
        let language = &slice.page.language;
        let person = |row: &Values| {
            Some(SeenPerson {
                slug: row.get("slug")?.parse().ok()?,
                name: row.get("name").cloned().unwrap_or_default(),
                connected_on: row.get("connected_on").and_then(|text| shown_day::parse(language, text)),
            })
        };
        let mut people: Vec<SeenPerson> = slice.rows.iter().filter_map(person).collect();
        self.tally.unreadable += (slice.rows.len() - people.len()) as u64;
        if let Some(limit) = self.order.limit {
            people.truncate(
                usize::try_from(u64::from(limit.get()).saturating_sub(self.tally.rows)).unwrap_or(usize::MAX),
            );
        }
        let run = &self.order.started.run;
        self.owner.saw(run, &people, self.clock.now().utc)?;
        self.tally.rows = self.owner.ledger().seen_by(run)?;
        self.tally.nameless = slice.nameless;
        self.tally.counts(slice.total);
        self.notes.meet(slice.identity.as_ref());
        self.say();
        let sign = Progress::Rows { read: self.tally.read(), total: self.tally.before };
        (self.tell)(Telling::Progress(&sign));
        Ok(())
    }

    /// Clicks what brings the list on. Answers the click's token, for the next slice; none where nothing was clicked.
    async fn bring_on<P: Page>(&mut self, page: &mut P, each: &Each) -> Result<Option<String>, Stumble> {
        let Some(more) = &each.more else { return Ok(None) };
        let arm = Arming { target: &more.value, guard: &[], token: self.notes.token() };
        let look = self.pack.look(&Ask {
            wants: &[],
            arm: Some(arm),
            arm_when: vec![],
            read: vec![],
            within: MORE_WITHIN,
            values: &Values::new(),
            handles: &[],
            choices: vec![],
            armed_before: None,
            redraws: None,
            aftermath: false,
            stood: None,
            identity: self.notes.known(),
        });
        let sight = page.look(&look.expect("all names come from the pack's own flows")).await?;
        if sight.status == Status::Stop {
            return Err(sign(&sight).into());
        }
        let Some(armed) = sight.armed else { return Ok(None) };
        match page.click(&armed).await {
            Ok(()) => Ok(Some(armed.token)),
            // It was replaced meanwhile, or the driver would not: the next slice asks again.
            Err(PageError::Stale | PageError::Refused(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Why nothing more is read, where somebody wants it so.
    fn is_enough(&mut self) -> Result<Option<End>, RunError> {
        if *self.stop.borrow() != Stop::No {
            return Ok(Some(End::interrupted()));
        }
        if self.hears_a_pause()? {
            return Ok(Some(End::of(Ending::DueLater, "paused; `exeunt resume` lets it go on")));
        }
        Ok(None)
    }

    /// Whether as many rows were read as were asked for.
    fn is_full(&self) -> bool {
        self.order.limit.is_some_and(|limit| self.tally.rows >= u64::from(limit.get()))
    }

    /// Nobody counts profile views here, so that no profile is opened.
    fn walker<'w, P: Page>(&'w mut self, page: &'w mut P) -> Walker<'w, P> {
        self.notes.walker(page, (self.pack, self.clock), None)
    }

    /// A picture that cannot be taken is a gap in the evidence, never a reason to stop.
    async fn picture<P: Page>(&mut self, page: &mut P, role: ShotRole) {
        if self.order.shots {
            match page.shot(None).await {
                Ok(photo) => self.keep(&Picture::of(role, photo)),
                Err(error) => self.gaps.push(format!("no `{}` picture: {error}", role.as_str())),
            }
        }
    }
}

fn stopped(slice: RowSlice) -> Halt {
    let (sign, why) = slice.stop.map_or(("unknown".to_owned(), String::new()), |stop| (stop.sign, stop.why));
    Halt::Sign { sign, why, page: Box::new(slice.page) }
}
