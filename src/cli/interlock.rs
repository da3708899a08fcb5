//! The safety interlock in words: the ledger decides whether an account may be worked on and a plan run; this says why not
//! and what to do.

use super::closed;
use super::context::Context;
use super::outcome::Failure;
use super::output::{clean, shown};
use super::profile;
use super::programs::kind;
use crate::event::exit::Ending;
use crate::event::id::Realm;
use crate::ledger::{Forbidden, Ledger, LedgerError, LedgerErrorKind, Owner, PlanRow, Unfit, Work};

/// Whether a driven session may begin on the account.
///
/// # Errors
/// The account is closed, nobody is signed in, an incident is open, the site asked for silence, or the account is paused.
pub(crate) fn may_begin(context: &Context, ledger: &Ledger, realm: Realm) -> Result<(), Failure> {
    match ledger.forbids(&work(context, realm), &context.clock.now())? {
        Some(forbidden) => Err(in_words(context, realm, &forbidden)),
        None => Ok(()),
    }
}

/// Whether people may be removed from the account, as far as other data directories of this user are concerned.
///
/// # Errors
/// One of them did within the month that the limits count, and this one does not know what.
pub(crate) fn may_remove(context: &Context, ledger: &Ledger, realm: Realm) -> Result<(), Failure> {
    match ledger.forbids_live(context.account(), realm, &context.clock.now())? {
        Some(forbidden) => Err(in_words(context, realm, &forbidden)),
        None => Ok(()),
    }
}

/// Owns the account for a driven session, if one may begin.
///
/// # Errors
/// Another process owns it, or as [`may_begin`]; then the account is given back.
pub(crate) fn begin(context: &Context, ledger: &Ledger, realm: Realm) -> Result<Owner, Failure> {
    let own = ledger.own_for(&work(context, realm), &context.clock.now());
    let own = own.map_err(|error| not_owned(context, error))?;
    own.map_err(|forbidden| in_words(context, realm, &forbidden))
}

/// Owns the account for what needs no driven session.
///
/// # Errors
/// Another process owns it, or what the ledger says.
pub(crate) fn own(context: &Context, ledger: &Ledger, realm: Realm) -> Result<Owner, Failure> {
    let own = ledger.own(context.account(), realm, &context.clock.now());
    own.map_err(|error| not_owned(context, error))
}

/// The process that owns the account, as a reason against another one; none where nobody does.
///
/// # Errors
/// What the ledger says.
pub(crate) fn owned(context: &Context, ledger: &Ledger) -> Result<Option<Failure>, Failure> {
    let owner = ledger.owned_by(context.account())?;
    Ok(owner.map(|owner| another(context, Some(owner.pid), Some(owner.since))))
}

/// Refuses what has to wait because the site asked for silence.
///
/// # Errors
/// It did, and the time is not over.
pub(crate) fn silence(context: &Context, ledger: &Ledger, realm: Realm) -> Result<(), Failure> {
    let until = ledger.silence(context.account(), realm, &context.clock.now())?;
    until.map_or(Ok(()), |until| Err(in_words(context, realm, &Forbidden::Silence { until })))
}

/// Refuses a plan that nobody approved, and names the command that approves it.
///
/// # Errors
/// Nobody did.
pub(crate) fn is_approved(context: &Context, row: &PlanRow) -> Result<(), Failure> {
    row.must_be_approved().map_err(|unfit| not_run(context, row, &unfit))
}

/// Why a plan is not run, and what to do.
pub(crate) fn not_run(context: &Context, row: &PlanRow, unfit: &Unfit) -> Failure {
    let (id, flags) = (&row.id, context.flags());
    let (what, mend) = match unfit {
        Unfit::NotApproved => (
            format!("plan {id} is not approved yet"),
            format!("a person approves it: `exeunt run {id} --live{flags}` shows it and asks"),
        ),
        Unfit::Renewed { into } => (
            format!("plan {id} was renewed as plan {into}"),
            format!("go on with that one: `exeunt run {into}{flags}`"),
        ),
        Unfit::OfAccount => (
            format!("plan {id} is about the account itself"),
            format!("`exeunt {}{flags}` asks for everything anew", row.action),
        ),
        Unfit::Dropped => (format!("plan {id} was dropped"), "`exeunt plan new` makes another".to_owned()),
        Unfit::OtherHash { typed } => (
            format!("`{}` is not the hash of plan {id}", clean(typed)),
            format!("`exeunt plan show {id}` shows the plan and its hash; confirm only what you have read"),
        ),
        Unfit::FirstNeedsPerson => (
            "the first live run of a real account is approved by a person at a terminal".to_owned(),
            "run it there, without --confirm".to_owned(),
        ),
        Unfit::NeedsHash => (
            "a live run needs somebody who types, or the plan's hash".to_owned(),
            format!("exeunt run {id} --live --confirm {}{flags}", row.hash),
        ),
    };
    Failure::new(unfit.ending(), what, mend)
}

/// The driven session that this command would begin.
fn work(context: &Context, realm: Realm) -> Work<'_> {
    Work {
        account: context.account(),
        realm,
        browser: kind(context.settings.browser.name).as_str(),
        has_profile: profile::folder(context, realm).exists(),
        names_origin: context.origin.is_some(),
    }
}

/// Why no driven session may begin, and what to do.
fn in_words(context: &Context, realm: Realm, forbidden: &Forbidden) -> Failure {
    let (account, flags) = (context.account(), context.flags());
    let login = || format!("run `{}`", profile::login(context));
    let (what, mend) = match forbidden {
        Forbidden::Closed(row) => return closed::refusal(context, row),
        Forbidden::OtherBrowser { signed_in } => return profile::other_browser(context, signed_in),
        Forbidden::NeverSignedIn => {
            (format!("account `{account}` was never signed in here, so it is not known whose account it is"), login())
        }
        Forbidden::SignedOut { at } => {
            (format!("account `{account}` was signed out here at {}", context.time(*at)), login())
        }
        Forbidden::ProfileGone => {
            let folder = profile::folder(context, realm);
            (shown(format!("the browser profile of account `{account}` is gone from {}", folder.display())), login())
        }
        Forbidden::AccountInDoubt { action } => (
            format!("the account was about to be {action}d when the program ended, and nobody knows whether it was"),
            format!("`exeunt {action}{flags}` says what to do"),
        ),
        Forbidden::Latched { incident, at, why } => (
            format!("incident {incident} is open since {}: {}", context.time(*at), clean(why)),
            format!("`exeunt incident show {incident}{flags}` says what to do, and how to go on"),
        ),
        Forbidden::Silence { until } => (
            format!("the site asked for silence until {}", context.time(*until)),
            "wait; nothing else helps".to_owned(),
        ),
        Forbidden::ActedElsewhere(act) => (
            shown(format!(
                "the data directory `{}` acted on this account at {}, and this one does not know what was done there: nothing is \
                 removed from here before {}, when the month's limits are over",
                act.dir.display(),
                context.time(act.at),
                context.time(act.until)
            )),
            "go on with that directory, or with a copy of it that was put back; a rehearsal, an import and a scan work here at once"
                .to_owned(),
        ),
        Forbidden::Paused { until } => {
            let until = until.map(|until| format!(" until {}", context.time(until))).unwrap_or_default();
            (format!("account `{account}` is paused{until}"), format!("`exeunt resume{flags}` lets it go on"))
        }
    };
    let mut failure = Failure::new(forbidden.ending(), what, mend);
    match forbidden {
        Forbidden::Silence { until } => failure.due_at = Some(*until),
        Forbidden::ActedElsewhere(act) => failure.due_at = Some(act.until),
        Forbidden::Paused { until } => failure.due_at = *until,
        _ => {}
    }
    failure
}

/// Another process works on the account.
fn another(context: &Context, pid: Option<u32>, since: Option<jiff::Timestamp>) -> Failure {
    let pid = pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"));
    let since = since.map(|since| format!(" since {}", context.time(since))).unwrap_or_default();
    Failure::new(
        Ending::Owned,
        format!("{pid} works on account `{}`{since}", context.account()),
        format!("wait for it, or look with `exeunt status{}`", context.flags()),
    )
}

/// What the ledger says when the account cannot be owned, with times as people read them.
fn not_owned(context: &Context, error: LedgerError) -> Failure {
    match error.kind {
        LedgerErrorKind::Owned { pid, since } => another(context, pid, since),
        _ => error.into(),
    }
}
