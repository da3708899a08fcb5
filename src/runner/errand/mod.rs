//! A look at the site outside of a run: to prove a sign-in, to sign out, to name the account before an approval, to hold a
//! pack against a page. It moves no effect.
//!
//! A stop sign that it meets holds the account back as in a run, with one exception: that nobody is signed in is an answer
//! here. It does not know how a page is opened, or what a browser profile is.

pub mod archive_errand;
pub mod probe;

use std::path::Path;

use jiff::Timestamp;

use super::clock::Clock;
use super::latch;
use super::run::RunError;
use super::walk::halt::Halt;
use super::walk::introduction;
use super::walk::notes::Notes;
use super::walk::notice;
use super::walk::{Answered, Values, Walk};
use crate::browser::page::Page;
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Purpose};
use crate::event::id::{IncidentId, RunId, Slug};
use crate::event::shot::{Shot, ShotRole};
use crate::evidence::bundle::Bundle;
use crate::flow::pack::Pack;
use crate::flow::site::{OTHER_ACCOUNT, SIGNED_OUT, SignKind};
use crate::flow::tree::Flow;
use crate::ledger::{Adoption, Identity, LedgerError, Owner};

/// The question of the pack that reads how many connections there are.
const TOTAL_QUESTION: &str = "list-total";
/// The question of the pack that reads what the account's own profile calls its owner.
const NAME_QUESTION: &str = "own-name";

/// An errand. It may hold several browser sessions, one after another.
pub struct Errand<'a> {
    pub(super) owner: &'a mut Owner,
    pub(super) pack: &'a Pack,
    pub(super) clock: &'a Clock,
    evidence: &'a Path,
    pub(super) id: RunId,
    /// Of the session in hand: from its first reading on, every page must be the same account's.
    pub(super) notes: Notes,
}

/// What an errand is for and where it goes.
#[derive(Debug, Clone)]
pub struct Outset {
    /// What for.
    pub purpose: Purpose,
    /// Where the pages are: scheme, host, port.
    pub origin: String,
    /// Browser and driver, as they say it.
    pub browser: String,
}

/// What the site showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Met {
    /// The pages of somebody who is signed in.
    Somebody {
        /// Who, from the address of the own profile.
        handle: Slug,
        /// The name, as shown.
        name: String,
    },
    /// Nobody is signed in; the site asks to.
    Nobody {
        /// What was seen.
        why: String,
    },
    /// Neither can be said.
    Stopped(Stopped),
}

/// Why an errand could not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// How the command ends.
    pub ending: Ending,
    /// Why, in words.
    pub why: String,
    /// When it may be tried again, where the site asked for silence.
    pub due_at: Option<Timestamp>,
    /// The incident that latched the account, where there is one.
    pub incident: Option<IncidentId>,
}

impl Stopped {
    /// Ended like this, for this reason, with nothing that holds the account back.
    pub(super) fn of(ending: Ending, why: impl Into<String>) -> Self {
        Self { ending, why: why.into(), due_at: None, incident: None }
    }
}

impl<'a> Errand<'a> {
    /// Writes that it begins. Pictures of what stops it go below `evidence`, into a folder of its own.
    ///
    /// # Errors
    /// The ledger refuses.
    pub fn begin(
        owner: &'a mut Owner,
        (pack, clock): (&'a Pack, &'a Clock),
        evidence: &'a Path,
        outset: &Outset,
    ) -> Result<Self, LedgerError> {
        let id = owner.ledger().free_run_id()?;
        let Outset { purpose, origin, browser } = outset.clone();
        owner.append(&clock.now(), &Fact::ErrandStarted { errand: id.clone(), purpose, origin, browser })?;
        Ok(Self { owner, pack, clock, evidence, id, notes: Notes::default() })
    }

    /// Reads, on a fresh load, whose account the site shows.
    ///
    /// When dropped, nothing was changed.
    ///
    /// # Errors
    /// Ledger or evidence failed.
    pub async fn whose<P: Page>(&mut self, page: &mut P) -> Result<Met, RunError> {
        let read = match introduction::walk(self.pack) {
            Ok(mut walk) => {
                self.notes = Notes::default();
                self.notes.walker(page, (self.pack, self.clock), None).whose(&mut walk).await
            }
            Err(halt) => Err(halt),
        };
        let introduced = match read {
            Ok(introduced) => introduced,
            Err(halt) => return self.halted(page, halt).await,
        };
        let Ok(handle) = introduced.handle.parse::<Slug>() else {
            let why = "the page does not say whose account it is".to_owned();
            return Ok(Met::Stopped(Stopped::of(Ending::BadFile, why)));
        };
        let (run, name) = (self.id.clone(), introduced.name);
        self.write(&Fact::AccountSeen { run, handle: handle.clone(), name: name.clone() })?;
        Ok(Met::Somebody { handle, name })
    }

    /// As [`Errand::whose`], where it must be the ledger's account: another one latches, and the first one that is read
    /// becomes it.
    ///
    /// When dropped, nothing was changed on the site.
    ///
    /// # Errors
    /// Ledger or evidence failed.
    pub async fn own<P: Page>(&mut self, page: &mut P) -> Result<Met, RunError> {
        let met = self.whose(page).await?;
        let Met::Somebody { handle, name } = &met else { return Ok(met) };
        let (handle, name) = (handle.clone(), name.clone());
        let read = Identity { handle: handle.clone(), name, photo_sha256: None, photo_src: None };
        match self.owner.adopt_identity(&read)? {
            Adoption::Other(_) => self.another(page, &handle).await,
            Adoption::Adopted | Adoption::Same => Ok(met),
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &RunId {
        &self.id
    }

    /// What the account's own profile calls its owner, for pages that show no name elsewhere; none where that cannot be read.
    ///
    /// When dropped, nothing was changed.
    pub async fn own_name<P: Page>(&mut self, page: &mut P, handle: &Slug) -> Option<String> {
        let question = self.pack.flows.get(NAME_QUESTION)?;
        let mut walk = Walk::new(question, Values::from([("slug".to_owned(), handle.to_string())]));
        let mut notes = Notes::default();
        let mut walker = notes.walker(page, (self.pack, self.clock), None);
        walker.own = Some(handle);
        let asked = walker.ask(&mut walk).await;
        let target = question.answer.as_ref()?.yes.see.first()?;
        asked.ok().filter(|answered| *answered == Answered::Yes)?;
        walk.read(&target.value)?.get("name").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
    }

    /// How many connections the site counts; none where that cannot be read.
    ///
    /// When dropped, nothing was changed.
    pub async fn connections<P: Page>(&mut self, page: &mut P) -> Option<u64> {
        let question = self.pack.flows.get(TOTAL_QUESTION)?;
        let mut walk = Walk::new(question, Values::new());
        let asked = Notes::default().walker(page, (self.pack, self.clock), None).ask(&mut walk).await;
        let target = question.answer.as_ref()?.yes.see.first()?;
        asked.ok().filter(|answered| *answered == Answered::Yes)?;
        walk.read(&target.value)?.values().find_map(|text| text.parse().ok())
    }

    /// Signs out by a flow of the pack, then reads from a fresh load what the site shows.
    ///
    /// When dropped, it may have been signed out.
    ///
    /// # Errors
    /// Ledger or evidence failed.
    pub async fn sign_out<P: Page>(&mut self, page: &mut P, flow: &Flow) -> Result<Met, RunError> {
        let mut walk = Walk::new(flow, Values::new());
        let walked = Notes::default().walker(page, (self.pack, self.clock), None).approach(&mut walk).await;
        match walked {
            // The pages of a site that was just left show its sign-in page before anything else can be seen.
            Ok(_) => self.whose(page).await,
            Err(Halt::Sign { sign, .. }) if sign == SIGNED_OUT => self.whose(page).await,
            Err(halt) => self.halted(page, halt).await,
        }
    }

    /// Latches the account because the site shows somebody else's, with a picture.
    ///
    /// Dropping it before it answers may leave the account unlatched; nothing was sent to the site.
    ///
    /// # Errors
    /// Ledger or evidence failed.
    pub async fn another<P: Page>(&mut self, page: &mut P, handle: &Slug) -> Result<Met, RunError> {
        let why = format!("the site shows the account of `{handle}`, which is not this account's or this plan's");
        let (shots, why) = self.picture(page, why).await?;
        let met = latch::Met { sign: OTHER_ACCOUNT, why: &why, address: "", shots: &shots, until: None };
        self.hold(latch::incident(self.owner, &self.id, &met)?)
    }

    pub(super) async fn halted<P: Page>(&mut self, page: &mut P, halt: Halt) -> Result<Met, RunError> {
        let why = halt.to_string();
        let stopped = |ending| Ok(Met::Stopped(Stopped::of(ending, why.clone())));
        match &halt {
            Halt::Sign { sign, .. } if sign == SIGNED_OUT => Ok(Met::Nobody { why }),
            Halt::Sign { sign, page: document, .. } => {
                let ((shots, why), now) = (self.picture(page, why).await?, self.clock.now().utc);
                let met = latch::Met { sign, why: &why, address: &document.address, shots: &shots, until: None };
                if self.pack.sign_kind(sign) == SignKind::Cool {
                    return self.hold(latch::silence(self.owner, &self.id, &met, now)?);
                }
                let until = notice::read(page, sign, now).await;
                self.hold(latch::incident(self.owner, &self.id, &latch::Met { until, ..met })?)
            }
            Halt::Prompt(_) => {
                let met = latch::Met { sign: latch::DRIFT, why: &why, address: "", shots: &[], until: None };
                self.hold(latch::incident(self.owner, &self.id, &met)?)
            }
            Halt::Miss(_) | Halt::Nameless(_) | Halt::Barred(_) | Halt::Beyond(_) => stopped(Ending::BadFile),
            Halt::Unreachable(_) | Halt::Lost(_) => stopped(Ending::NoBrowser),
        }
    }

    /// A picture for the fact that says `why`. One that cannot be taken is missing, as the words then say, and nothing else
    /// follows from it.
    async fn picture<P: Page>(&self, page: &mut P, why: String) -> Result<(Vec<Shot>, String), RunError> {
        let photo = match page.shot(None).await {
            Ok(photo) => photo,
            Err(missing) => return Ok((vec![], format!("{why}; no picture: {missing}"))),
        };
        let bundle = Bundle::create(self.evidence, self.owner.account(), self.owner.realm(), &self.id);
        let kept = bundle.and_then(|bundle| bundle.keep_shot(None, ShotRole::Incident, &photo.png));
        Ok((vec![kept.map_err(RunError::Evidence)?], why))
    }

    /// Holds the account back, as what was met says.
    fn hold(&mut self, held: latch::Held) -> Result<Met, RunError> {
        let latch::Held { facts, ending, why, due_at, incident, .. } = held;
        for fact in &facts {
            self.write(fact)?;
        }
        Ok(Met::Stopped(Stopped { ending, why, due_at, incident }))
    }

    pub(super) fn write(&mut self, fact: &Fact) -> Result<(), LedgerError> {
        self.owner.append(&self.clock.now(), fact).map(drop)
    }
}
