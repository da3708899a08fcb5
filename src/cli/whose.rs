//! Whose account the site shows, read right before a person approves: what is approved names it as it is now.
//!
//! It starts no run. If the site shows another account, the account is latched, as in a run; if nobody is signed in, the
//! message says how to sign in.

use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::browser::Driver;
use super::context::Context;
use super::errand::{gone_there_first, stopped};
use super::outcome::Failure;
use super::output::{account_of, clean};
use super::{profile, signals};
use crate::browser::DrivenPage;
use crate::event::exit::Ending;
use crate::event::id::Slug;
use crate::flow::pack::Pack;
use crate::ledger::Owner;
use crate::runner::errand::{Errand, Met, Outset};
use crate::runner::handover::Handover;
use crate::runner::wait::Stop;

/// Whose account it is, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Whose {
    /// The address of the own profile.
    pub(crate) handle: Slug,
    /// The name beside it.
    pub(crate) name: String,
    /// How many connections the site counts; none where nobody asked, or where it could not be read.
    pub(crate) connections: Option<u64>,
}

impl Whose {
    /// Name and handle, made safe for a terminal.
    pub(crate) fn shown(&self) -> String {
        account_of(&self.name, &self.handle)
    }
}

/// What is read, and what it must be.
pub(crate) struct Question<'a> {
    /// The pack.
    pub(crate) pack: &'a Pack,
    /// What for, and where.
    pub(crate) outset: &'a Outset,
    /// Whose account it has to be; nobody's in particular where empty.
    pub(crate) expected: &'a [Slug],
    /// Also read how many connections the site counts, and the owner's name where only the own profile says it.
    pub(crate) fully: bool,
}

/// Reads it, and keeps the page for what comes next, which reads it again before it does anything.
///
/// # Errors
/// Nobody is signed in, another account than the expected one is, a stop sign, no browser, an interruption.
pub(crate) fn read(
    context: &Context,
    owner: &mut Owner,
    question: &Question<'_>,
    (driver, runtime): (&mut Handover<Driver>, &Runtime),
) -> Result<Whose, Failure> {
    context.out.note("Looking whose account the site shows …");
    let evidence = context.evidence_root();
    let mut connections = None;
    let met = runtime.block_on(async {
        let (send, mut stop) = watch::channel(Stop::No);
        let signals = signals::listen(send);
        let mut errand = Errand::begin(owner, (question.pack, &context.clock), &evidence, question.outset)?;
        let read = async |page: &mut DrivenPage| {
            let mut met = errand.whose(page).await?;
            let Met::Somebody { handle, name } = &mut met else { return Ok(met) };
            if question.expected.iter().any(|expected| expected != handle) {
                return errand.another(page, handle).await;
            }
            if question.fully {
                if name.trim().is_empty() {
                    *name = errand.own_name(page, handle).await.unwrap_or_default();
                }
                connections = errand.connections(page).await;
            }
            Ok(met)
        };
        let goes_on = |met: &Met| matches!(met, Met::Somebody { .. });
        let met = gone_there_first(driver, &mut stop, read, goes_on).await;
        signals.abort();
        met
    })?;
    match met {
        Met::Somebody { handle, name } => Ok(Whose { handle, name, connections }),
        Met::Nobody { why } => Err(Failure::new(
            Ending::Stopped,
            format!("nobody is signed in: {}", clean(&why)),
            format!("`{}`", profile::login(context)),
        )),
        Met::Stopped(why) => Err(stopped(context, &why)),
    }
}
