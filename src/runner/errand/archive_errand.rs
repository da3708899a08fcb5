//! The archive of the account's data on an errand: how far it is, asking for it, and the click that fetches it.
//!
//! What is said to be asked for was read from a fresh load afterwards. It does not know where a file is saved, when to look
//! again, or what an archive holds.

use jiff::Timestamp;
use tokio::sync::watch;

use super::{Errand, Met, Stopped};
use crate::browser::page::Page;
use crate::event::exit::Ending;
use crate::event::fact::{ArchiveScope, Fact};
use crate::flow::tree::{Flow, Skipped};
use crate::runner::attendant::{self, Asked, Attendant, TYPING};
use crate::runner::run::RunError;
use crate::runner::wait::Stop;
use crate::runner::walk::halt::Halt;
use crate::runner::walk::{Answered, Arrival, Values, Walk};

/// The question of the pack that reads how far the archive is.
const READY: &str = "archive-ready";
/// The flow of the pack that asks for one.
const REQUEST: &str = "request-archive";
/// The flow of the pack that fetches it.
const FETCH: &str = "fetch-archive";

/// How it stands with the archive, as the site showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Archive {
    /// None was asked for, or the time of the last one is over.
    None,
    /// It is being made.
    Pending,
    /// It can be fetched.
    Ready,
    /// The site, or the person who is asked, did not go along.
    Refused {
        /// Why, in words.
        why: String,
    },
    /// Nobody is signed in, or something stopped the errand.
    Stopped(Met),
}

/// What is asked for, and who is asked where the site wants the password.
pub struct Ordered<'a, A> {
    /// How much.
    pub scope: ArchiveScope,
    /// Where it is: scheme, host, port.
    pub origin: String,
    /// The person.
    pub attendant: &'a mut A,
    /// Signals.
    pub stop: watch::Receiver<Stop>,
}

/// How a walk ended.
enum Walked {
    /// At the flow's end.
    Over,
    /// The page showed that there was nothing to do.
    Already,
    /// As this says.
    Else(Archive),
}

impl<'p> Errand<'p> {
    /// Reads from a fresh load how far the archive is.
    ///
    /// When dropped, nothing was changed.
    ///
    /// # Errors
    /// Ledger or evidence failed.
    pub async fn archive<P: Page>(&mut self, page: &mut P) -> Result<Archive, RunError> {
        let question = match self.flow(READY) {
            Ok(flow) => flow,
            Err(stopped) => return Ok(stopped),
        };
        let mut walk = Walk::new(question, Values::new());
        let asked = self.notes.walker(page, (self.pack, self.clock), None).ask_strictly(&mut walk).await;
        Ok(match asked {
            Ok(Answered::Yes) => Archive::Ready,
            Ok(Answered::No) => Archive::Pending,
            Ok(Answered::Skipped(..)) => Archive::None,
            Ok(Answered::Unreadable(why)) => stopped(&format!("the page of the archive is not readable: {why}")),
            Err(halt) => Archive::Stopped(self.halted(page, halt).await?),
        })
    }

    /// Asks for an archive, then reads from a fresh load what came of it.
    ///
    /// When dropped, the site may have been asked.
    ///
    /// # Errors
    /// Ledger or evidence failed.
    pub async fn request_archive<P: Page, A: Attendant>(
        &mut self,
        page: &mut P,
        ordered: Ordered<'_, A>,
    ) -> Result<Archive, RunError> {
        let flow = match self.flow(REQUEST) {
            Ok(flow) => flow,
            Err(stopped) => return Ok(stopped),
        };
        let scope = ordered.scope;
        let walk = Walk::new(flow, Values::from([("scope".to_owned(), scope.as_str().to_owned())]));
        let walked = self.carry(page, walk, ordered).await?;
        let is_ours = matches!(walked, Walked::Over);
        if let Walked::Else(archive) = walked {
            return Ok(archive);
        }
        let archive = self.archive(page).await?;
        match archive {
            Archive::Pending | Archive::Ready if is_ours => {
                self.write(&Fact::ArchiveAsked { errand: self.id.clone(), scope })?;
                Ok(archive)
            }
            Archive::None => {
                let why = "the site was asked for the archive, and shows that none was asked for".to_owned();
                Ok(Archive::Refused { why })
            }
            archive => Ok(archive),
        }
    }

    /// Makes the click that fetches the archive. [`Archive::Ready`]: it was made.
    ///
    /// When dropped, the browser may be downloading it.
    ///
    /// # Errors
    /// Ledger or evidence failed.
    pub async fn fetch_archive<P: Page>(&mut self, page: &mut P) -> Result<Archive, RunError> {
        let flow = match self.flow(FETCH) {
            Ok(flow) => flow,
            Err(stopped) => return Ok(stopped),
        };
        let mut walk = Walk::new(flow, Values::new());
        let walked = self.notes.walker(page, (self.pack, self.clock), None).approach(&mut walk).await;
        Ok(match walked {
            Ok(Arrival::End) => Archive::Ready,
            Ok(Arrival::Skipped { why, .. }) => Archive::Refused { why },
            Ok(_) => unwalkable(flow),
            Err(halt) => Archive::Stopped(self.halted(page, halt).await?),
        })
    }

    /// Walks a flow that may want a secret.
    async fn carry<P: Page, A: Attendant>(
        &mut self,
        page: &mut P,
        mut walk: Walk<'_>,
        mut ordered: Ordered<'_, A>,
    ) -> Result<Walked, RunError> {
        loop {
            let advanced = self.notes.walker(page, (self.pack, self.clock), None).advance(&mut walk).await;
            let advanced = match advanced {
                Ok(Some(Arrival::Secret { input })) => self.typed(page, &mut walk, (&input, &mut ordered)).await,
                advanced => advanced.map(Typed::Went),
            };
            match advanced {
                Ok(Typed::Went(None)) => {}
                Ok(Typed::Went(Some(Arrival::End))) => return Ok(Walked::Over),
                Ok(Typed::Went(Some(Arrival::Skipped { outcome: Skipped::AlreadyGone, .. }))) => {
                    return Ok(Walked::Already);
                }
                Ok(Typed::Went(Some(Arrival::Skipped { why, .. }))) => {
                    let said = walk.said();
                    let why = if said.is_empty() { why } else { format!("{why}: “{said}”") };
                    return Ok(Walked::Else(Archive::Refused { why }));
                }
                Ok(Typed::Went(Some(_))) => return Ok(Walked::Else(unwalkable(walk.flow()))),
                Ok(Typed::Nobody(input)) => {
                    let why = format!("nobody typed the {input}, and the site was not asked for the archive");
                    return Ok(Walked::Else(Archive::Refused { why }));
                }
                Err(halt) => {
                    let settled = self.notes.walker(page, (self.pack, self.clock), None).same_account(halt).await;
                    if let Err(halt) = settled {
                        return Ok(Walked::Else(Archive::Stopped(self.halted(page, halt).await?)));
                    }
                    walk.begin_again();
                }
            }
        }
    }

    /// Asks the person for a secret and types it.
    async fn typed<P: Page, A: Attendant>(
        &mut self,
        page: &mut P,
        walk: &mut Walk<'_>,
        (input, ordered): (&str, &mut Ordered<'_, A>),
    ) -> Result<Typed, Halt> {
        walk.let_go();
        let until = self.clock.now().utc.checked_add(TYPING).unwrap_or(Timestamp::MAX);
        let asked = Asked { input: input.to_owned(), again: false, left: 1, origin: ordered.origin.clone(), until };
        let (pack, identity) = (self.pack, self.notes.identity.clone());
        let touch = async || attendant::touch(page, pack, identity.clone()).await;
        let heard = attendant::hear(ordered.attendant, &asked, (self.clock, ordered.stop.clone()), touch).await?;
        let Some(secret) = heard else { return Ok(Typed::Nobody(input.to_owned())) };
        let arrival = self.notes.walker(page, (self.pack, self.clock), None).type_secret(walk, &secret).await?;
        walk.let_go();
        Ok(Typed::Went(arrival))
    }

    fn flow(&self, name: &str) -> Result<&'p Flow, Archive> {
        self.pack.flows.get(name).ok_or_else(|| stopped(&format!("the flow pack has no flow `{name}`")))
    }
}

/// What came of a step that may type a secret.
enum Typed {
    /// The walk went on, or arrived.
    Went(Option<Arrival>),
    /// Nobody typed this one.
    Nobody(String),
}

fn unwalkable(flow: &Flow) -> Archive {
    stopped(&format!("the flow `{}` has a step that is not carried out for an archive", flow.name.value))
}

/// The pack does not fit.
fn stopped(why: &str) -> Archive {
    Archive::Stopped(Met::Stopped(Stopped::of(Ending::BadFile, why)))
}
