//! One step of one effect. The entry in the chain and the effect's row are written together or not at all.

use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};

use super::acts::ActElsewhere;
use super::cell;
use super::chain;
use super::closure;
use super::effect::{self, EffectRow};
use super::incident;
use super::keep::reason_to_keep;
use super::ledger_error::{LedgerError, LedgerErrorKind};
use super::owner::Owner;
use super::plan::is_dropped;
use super::request;
use super::run;
use super::scope::Scope;
use crate::crash_point::crash_point;
use crate::event::fact::{Fact, Moved};
use crate::event::id::{IncidentId, PlanId, Slug};
use crate::event::link::Link;
use crate::event::stamp::Stamp;
use crate::event::state::EffectState;

/// How many times an effect may be tried.
const ATTEMPTS: u32 = 2;

/// How far a clock may be behind the last entry: another process may have written between the reading of the clock
/// and the intention, and time services correct by less than this without a step.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(1);

/// What an intention is charged, and when its absence of effect may be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The civil day of the intention's time in `zone`.
    pub local_date: Date,
    /// The name of the zone.
    pub zone: String,
    /// How long after the latest possible click "still there" becomes proof.
    pub settle: Duration,
}

/// What became of an intention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intended {
    /// It is on disk and charged; now, and only now, the click may be sent.
    Written(Link),
    /// It was not written, and nothing was charged; the effect stands where it stood.
    Refused(Refusal),
}

/// Why an intention was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The person is on the keep list.
    Kept {
        /// The reason given for it; may be empty.
        reason: String,
    },
    /// The account is paused.
    Paused,
    /// A stop of this plan was asked for.
    Stopped,
    /// A stop sign was met that nobody cleared yet.
    Latched {
        /// The oldest of them.
        incident: IncidentId,
    },
    /// The site asked for silence.
    Cooling {
        /// Until when.
        until: Timestamp,
    },
    /// The clock is more than a second behind the last entry of the chain.
    ClockBehind {
        /// The time that it must be past.
        last_seen: Timestamp,
    },
    /// Another effect of the account is in flight and must be read first.
    InFlight {
        /// Its plan.
        plan: PlanId,
        /// Its person.
        slug: Slug,
    },
    /// Another data directory of this user acted on the account within the month that the limits count.
    ActedElsewhere(ActElsewhere),
    /// A plan of the account waits for a person to say what became of this target.
    NeedsHuman {
        /// That plan.
        plan: PlanId,
    },
}

impl Owner {
    /// Moves an effect, except to INTENT: for that there is [`Owner::intend`]. On disk when it answers.
    ///
    /// # Errors
    /// `Illegal` if the state machine does not have the step; `Bug` if the effect does not stand at `from`, or the
    /// attempt is not the one that follows; `TooEarly` for NOT_APPLIED before the time has passed; `StalePlan` for a
    /// PRECHECK of a dropped plan; `NotFound`; `Fenced`; else what the database says. Nothing was written then.
    pub fn step(&mut self, stamp: &Stamp, moved: &Moved) -> Result<Link, LedgerError> {
        if moved.to == EffectState::Intent {
            return Err(LedgerError::bug("an intention is written by its own method"));
        }
        let (whose, fence) = (self.scope(), self.fence());
        self.write(|tx| {
            let row = check(tx, whose, moved)?;
            if (moved.from, moved.to) == (EffectState::Verifying, EffectState::NotApplied) {
                check_settled(tx, &row, stamp)?;
            }
            record(tx, whose, stamp, (moved, fence))
        })
    }

    /// Moves the account's own effect to a state that says that it is done, and notes that the account is closed: both or
    /// neither. A process that ended between the two would leave a closed account that the next command signs in to again.
    ///
    /// # Errors
    /// As [`Owner::step`]; `Bug` where `closed` is no closure.
    pub fn step_closed(&mut self, stamp: &Stamp, moved: &Moved, closed: &Fact) -> Result<[Link; 2], LedgerError> {
        let (whose, fence) = (self.scope(), self.fence());
        let links = self.write(|tx| {
            check(tx, whose, moved)?;
            if !matches!(moved.to, EffectState::Done | EffectState::DoneByOperator) {
                return Err(LedgerError::bug("only what is done closes an account"));
            }
            let done = record(tx, whose, stamp, (moved, fence))?;
            let link = chain::append(tx, whose, stamp, closed)?;
            closure::note(tx, whose, stamp, closed)?;
            Ok([done, link])
        })?;
        self.ledger().remember(self.account(), self.realm());
        Ok(links)
    }

    /// Writes an intention and charges the limits, unless something speaks against it at this very moment. When it
    /// answers `Written`, the intention is on disk.
    ///
    /// # Errors
    /// As [`Owner::step`]. Whether an intention was kept is unknown after `Io`; no click may be sent then.
    pub fn intend(&mut self, stamp: &Stamp, moved: &Moved, terms: &Terms) -> Result<Intended, LedgerError> {
        if moved.to != EffectState::Intent {
            return Err(LedgerError::bug("only an intention is written by this method"));
        }
        let (whose, fence) = (self.scope(), self.fence());
        // Held until the act is remembered: two data directories that ask at once do not both find nothing.
        let acts = if moved.action.is_of_account() { None } else { self.ledger().acts(whose)? };
        let elsewhere = acts.as_ref().map(|acts| self.ledger().unknown_act(whose, acts, stamp.utc)).transpose()?;
        let intended = self.write(|tx| {
            let row = check(tx, whose, moved)?;
            if let Some(refusal) = refusal(tx, whose, stamp, moved)? {
                return Ok(Intended::Refused(refusal));
            }
            if let Some(elsewhere) = elsewhere.flatten() {
                return Ok(Intended::Refused(Refusal::ActedElsewhere(elsewhere)));
            }
            let link = record(tx, whose, stamp, (moved, fence))?;
            arm(tx, &row, stamp, terms)?;
            charge(tx, whose, (&row, &link), (stamp, terms))?;
            crash_point!("C3");
            Ok(Intended::Written(link))
        })?;
        if let (Some(acts), Intended::Written(link)) = (&acts, &intended) {
            acts.note(self.ledger().dir(), link, stamp.utc);
        }
        self.ledger().remember(self.account(), self.realm());
        Ok(intended)
    }
}

/// Finds the effect and checks all that can be told of the step from it alone.
fn check(tx: &Connection, whose: Scope<'_>, moved: &Moved) -> Result<EffectRow, LedgerError> {
    let row = effect::find(tx, whose, (&moved.plan, &moved.slug))?;
    let shown = format!("`{}` of plan {}", moved.slug, moved.plan);
    if row.state != moved.from {
        return Err(LedgerError::bug(format!("{shown} stands at {}, not at {}", row.state, moved.from)));
    }
    moved
        .from
        .step(moved.to)
        .map_err(|illegal| LedgerError::new(LedgerErrorKind::Illegal(illegal), format!("{shown}: {illegal}")))?;
    if row.action != moved.action {
        return Err(LedgerError::bug(format!("{shown} is to {}, not to {}", row.action, moved.action)));
    }
    let again =
        matches!(moved.from, EffectState::NotApplied | EffectState::NotSent) && moved.to == EffectState::Precheck;
    let attempt = row.attempt + u32::from(again);
    if moved.attempt != attempt {
        return Err(LedgerError::bug(format!("{shown} is at attempt {attempt}, not {}", moved.attempt)));
    }
    if attempt > ATTEMPTS {
        return Err(LedgerError::bug(format!("{shown} was tried {ATTEMPTS} times already")));
    }
    if let Some(run) = &moved.run {
        run::must_be_live(tx, whose, run)?;
    }
    if matches!(moved.to, EffectState::Precheck | EffectState::Intent) && is_dropped(tx, &moved.plan)? {
        return Err(LedgerError::new(LedgerErrorKind::StalePlan, format!("plan {} was dropped", moved.plan)));
    }
    Ok(row)
}

/// Checks that enough time has passed since the latest possible click for "still there" to be proof.
///
/// Within one boot the time since boot decides, which no changed wall clock moves.
fn check_settled(tx: &Connection, row: &EffectRow, stamp: &Stamp) -> Result<(), LedgerError> {
    let (Some(sent), Some(settle)) = (&row.sent, effect::settle_of(tx, &row.key)?) else {
        return Err(LedgerError::damaged(format!("`{}` is in flight without a time of its click", row.slug)));
    };
    let same_boot = !sent.boot_id.is_empty() && sent.boot_id == stamp.boot_id;
    let passed = if same_boot {
        SignedDuration::from_nanos(stamp.boot_ns.saturating_sub(sent.boot_ns))
    } else {
        stamp.utc.duration_since(sent.utc)
    };
    if passed >= settle {
        return Ok(());
    }
    let not_before = row.not_before.unwrap_or(sent.utc);
    Err(LedgerError::new(
        LedgerErrorKind::TooEarly { not_before },
        format!("`{}` of plan {} was clicked {passed:#} ago", row.slug, row.plan),
    ))
}

/// What speaks against an intention now; what a wait cannot mend comes first.
fn refusal(tx: &Connection, whose: Scope<'_>, stamp: &Stamp, moved: &Moved) -> Result<Option<Refusal>, LedgerError> {
    if let Some(reason) = reason_to_keep(tx, whose.account, &moved.slug)? {
        return Ok(Some(Refusal::Kept { reason }));
    }
    let needs_human = |state| state == EffectState::NeedsHuman;
    if let Some((plan, _)) = effect::standing(tx, whose, needs_human, Some(&moved.slug))? {
        return Ok(Some(Refusal::NeedsHuman { plan }));
    }
    if let Some((plan, slug)) = effect::standing(tx, whose, EffectState::in_flight, None)? {
        return Ok(Some(Refusal::InFlight { plan, slug }));
    }
    if request::is_stopped(tx, whose.account, &moved.plan)? {
        return Ok(Some(Refusal::Stopped));
    }
    if let Some(incident) = incident::latch(tx, whose)? {
        return Ok(Some(Refusal::Latched { incident }));
    }
    if request::pause(tx, whose.account, stamp.utc)?.is_some() {
        return Ok(Some(Refusal::Paused));
    }
    if let Some(until) = incident::silence(tx, whose, stamp)? {
        return Ok(Some(Refusal::Cooling { until }));
    }
    let last_seen = chain::head(tx, whose.account, whose.realm)?.last_seen;
    let behind = last_seen.filter(|seen| seen.duration_since(stamp.utc) > CLOCK_SLACK);
    Ok(behind.map(|last_seen| Refusal::ClockBehind { last_seen }))
}

/// Writes the row and appends the entry.
fn record(
    tx: &Connection,
    whose: Scope<'_>,
    stamp: &Stamp,
    (moved, fence): (&Moved, u64),
) -> Result<Link, LedgerError> {
    effect::update(tx, moved, stamp, fence)?;
    chain::append(tx, whose, stamp, &Fact::Moved(Box::new(moved.clone())))
}

/// Notes when the intention was written and how long its outcome needs.
fn arm(tx: &Connection, row: &EffectRow, stamp: &Stamp, terms: &Terms) -> Result<(), LedgerError> {
    let settle = i64::try_from(terms.settle.as_micros())
        .map_err(|_| LedgerError::bug("the time for an outcome to settle is too long"))?;
    tx.prepare_cached("UPDATE effect SET intent_us = ?2, settle_us = ?3 WHERE key = ?1")?.execute(params![
        row.key.0.0,
        cell::micros(stamp.utc),
        settle
    ])?;
    Ok(())
}

/// Charges the limits, once for each intention.
fn charge(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    (row, link): (&EffectRow, &Link),
    (stamp, terms): (&Stamp, &Terms),
) -> Result<(), LedgerError> {
    tx.prepare_cached(
        "INSERT INTO quota_debit (account, realm, seq, effect, at_us, local_date, zone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        account.as_str(),
        realm.as_str(),
        cell::integer(link.seq)?,
        row.key.0.0,
        cell::micros(stamp.utc),
        terms.local_date.to_string(),
        terms.zone,
    ])?;
    Ok(())
}
