//! What makes effects out of a plan and ends it: a person's approval, and the drop.

use std::collections::HashSet;

use rusqlite::{Connection, params};

use super::cell;
use super::chain;
use super::effect;
use super::keep::reason_to_keep;
use super::ledger_error::{LedgerError, LedgerErrorKind};
use super::owner::Owner;
use super::plan::{NewPlan, PlanRow, find_own, make, people};
use super::scope::Scope;
use crate::event::fact::{Fact, Moved};
use crate::event::id::{Digest, PlanId, Slug};
use crate::event::stamp::Stamp;
use crate::event::state::EffectState;

/// What an approval made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// People who are now approved.
    pub approved: u64,
    /// People left out because they are on the keep list.
    pub excluded: u64,
}

impl Owner {
    /// Notes that a person approved the plan: each person becomes an approved effect, or an excluded one who is on
    /// the keep list.
    ///
    /// # Errors
    /// `NotFound`; `StalePlan` if `hash` is not the plan's, or the plan is approved already or dropped; `Fenced`; else
    /// what the database says.
    pub fn approve_plan(
        &mut self,
        plan: &PlanId,
        hash: &Digest,
        how: &str,
        stamp: &Stamp,
    ) -> Result<Approval, LedgerError> {
        let (account, realm) = (self.account().clone(), self.realm());
        let fence = self.fence();
        self.write(|tx| {
            let row = find_own(tx, Scope { account: &account, realm }, plan)?;
            check_fresh(&row, hash)?;
            tx.execute(
                "UPDATE plan SET approved_us = ?2, approved_how = ?3 WHERE id = ?1",
                params![plan.as_str(), cell::micros(stamp.utc), how],
            )?;
            let fact = Fact::PlanApproved { plan: plan.clone(), hash: *hash, how: how.to_owned() };
            chain::append(tx, Scope { account: &account, realm }, stamp, &fact)?;
            let mut done = Approval { approved: 0, excluded: 0 };
            for person in people(tx, plan)? {
                let kept = reason_to_keep(tx, &account, &person.slug)?;
                let (to, why) = match kept {
                    None => (EffectState::Approved, "the plan was approved".to_owned()),
                    Some(reason) => (EffectState::Excluded, on_keep_list(&reason)),
                };
                let moved = outside_run(&row, person.slug, (EffectState::Planned, to), (1, why));
                effect::insert(tx, &row, &moved, fence)?;
                chain::append(tx, Scope { account: &account, realm }, stamp, &Fact::Moved(Box::new(moved)))?;
                match to {
                    EffectState::Approved => done.approved += 1,
                    _ => done.excluded += 1,
                }
            }
            Ok(done)
        })
    }

    /// Ends the plan for good. What was not begun expires; what proof says did not happen fails; what is in doubt or
    /// waits for its audit stays as it is. Answers how many people will now be left alone.
    ///
    /// # Errors
    /// `NotFound`; `StalePlan` if it is dropped already; `Fenced`; else what the database says.
    pub fn drop_plan(&mut self, plan: &PlanId, why: &str, stamp: &Stamp) -> Result<u64, LedgerError> {
        let (account, realm) = (self.account().clone(), self.realm());
        let fence = self.fence();
        self.write(|tx| {
            let row = find_own(tx, Scope { account: &account, realm }, plan)?;
            close(tx, (&row, &Fact::PlanDropped { plan: plan.clone() }), stamp, (why, fence))
        })
    }

    /// Makes the plan that holds what is left of `old`, and closes `old`, both or none. Whoever is finished, in doubt or
    /// waits for the audit stays with `old`; the new plan needs an approval of its own.
    ///
    /// # Errors
    /// `NotFound`; `StalePlan` if `old` is closed already; `OtherRealm`; `BadInput` if the new plan holds nobody,
    /// somebody twice, or somebody whom `old` does not hold; `Fenced`; else what the database says.
    pub fn renew_plan(&mut self, old: &PlanId, new: &NewPlan, stamp: &Stamp) -> Result<PlanRow, LedgerError> {
        let (account, realm) = (self.account().clone(), self.realm());
        let fence = self.fence();
        self.write(|tx| {
            let row = find_own(tx, Scope { account: &account, realm }, old)?;
            let before: HashSet<Slug> = people(tx, old)?.into_iter().map(|person| person.slug).collect();
            if let Some(added) = new.people.iter().find(|person| !before.contains(&person.slug)) {
                let what = format!("`{}` is not in plan {old}", added.slug);
                return Err(LedgerError::new(LedgerErrorKind::BadInput, what));
            }
            let made = make(tx, new, Some(old), stamp)?;
            let fact = Fact::PlanRenewed { plan: old.clone(), into: made.id.clone() };
            close(tx, (&row, &fact), stamp, (&format!("renewed as plan {}", made.id), fence))?;
            Ok(made)
        })
    }
}

/// Closes a plan within the transaction of the caller; answers how many people will now be left alone by it.
fn close(
    tx: &Connection,
    (row, fact): (&PlanRow, &Fact),
    stamp: &Stamp,
    (why, fence): (&str, u64),
) -> Result<u64, LedgerError> {
    if row.dropped.is_some() {
        return Err(stale(ended(row)));
    }
    tx.execute("UPDATE plan SET dropped_us = ?2 WHERE id = ?1", params![row.id.as_str(), cell::micros(stamp.utc)])?;
    chain::append(tx, row.scope(), stamp, fact)?;
    let mut left = 0;
    for standing in effect::of_plan(tx, &row.id)? {
        let path = way_out(standing.state);
        left += u64::from(!path.is_empty());
        let mut from = standing.state;
        for to in path {
            let attempt = (standing.attempt, why.to_owned());
            let moved = outside_run(row, standing.slug.clone(), (from, *to), attempt);
            effect::update(tx, &moved, stamp, fence)?;
            chain::append(tx, row.scope(), stamp, &Fact::Moved(Box::new(moved)))?;
            from = *to;
        }
    }
    Ok(left)
}

/// Why a plan that is closed takes nothing more.
fn ended(row: &PlanRow) -> String {
    match &row.renewed {
        Some(into) => format!("plan {} was renewed already, as plan {into}", row.id),
        None => format!("plan {} is dropped already", row.id),
    }
}

/// The states through which an effect leaves a plan that is dropped.
fn way_out(state: EffectState) -> &'static [EffectState] {
    match state {
        EffectState::Approved => &[EffectState::Expired],
        EffectState::Precheck => &[EffectState::Approved, EffectState::Expired],
        EffectState::NotSent | EffectState::NotApplied => &[EffectState::Failed],
        _ => &[],
    }
}

/// The words for a person on the keep list.
fn on_keep_list(reason: &str) -> String {
    if reason.is_empty() { "on the keep list".to_owned() } else { format!("on the keep list: {reason}") }
}

fn outside_run(
    plan: &PlanRow,
    slug: Slug,
    (from, to): (EffectState, EffectState),
    (attempt, why): (u32, String),
) -> Moved {
    Moved {
        run: None,
        plan: plan.id.clone(),
        slug,
        action: plan.action,
        from,
        to,
        attempt,
        why,
        shots: Vec::new(),
        read: Vec::new(),
    }
}

fn stale(what: String) -> LedgerError {
    LedgerError::new(LedgerErrorKind::StalePlan, what)
}

fn check_fresh(plan: &PlanRow, hash: &Digest) -> Result<(), LedgerError> {
    if plan.dropped.is_some() {
        return Err(stale(ended(plan)));
    }
    if plan.approved.is_some() {
        return Err(stale(format!("plan {} is approved already", plan.id)));
    }
    if plan.hash != *hash {
        return Err(stale(format!(
            "the hash {} is not that of plan {} ({})",
            hash.short(),
            plan.id,
            plan.hash.short()
        )));
    }
    Ok(())
}
