//! Plans: made by anybody, approved and dropped by the owner.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::account::bind_realm;
use super::cell;
use super::chain;
use super::effect;
use super::keep::reason_to_keep;
use super::ledger_error::{LedgerError, LedgerErrorKind};
use super::owner::Owner;
use super::store::{Ledger, draw_id};
use crate::event::fact::{Fact, Moved};
use crate::event::id::{AccountName, Action, Digest, PlanId, Realm, Route, Slug};
use crate::event::stamp::Stamp;
use crate::event::state::EffectState;

/// A plan that is about to be written down. Its id is drawn by the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    /// Whose plan.
    pub account: AccountName,
    /// Real or practice.
    pub realm: Realm,
    /// What is done.
    pub action: Action,
    /// Through which pages.
    pub route: Route,
    /// What an approval binds.
    pub hash: Digest,
    /// The digest of the pack that it was made with.
    pub pack_sha256: Digest,
    /// Whose account it is as read from the page, if that is known yet.
    pub handle: Option<Slug>,
    /// The ceilings as JSON; the ledger does not look into it.
    pub ceilings: String,
    /// The people in their order; nobody twice.
    pub people: Vec<PlanPerson>,
}

/// One person of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanPerson {
    /// Who it is.
    pub slug: Slug,
    /// The name as it was when the plan was made.
    pub name: String,
}

/// A plan without its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    /// Its id.
    pub id: PlanId,
    /// Whose plan.
    pub account: AccountName,
    /// Real or practice.
    pub realm: Realm,
    /// What is done.
    pub action: Action,
    /// Through which pages.
    pub route: Route,
    /// What an approval binds.
    pub hash: Digest,
    /// The digest of the pack that it was made with.
    pub pack_sha256: Digest,
    /// Whose account it is as read from the page, if that was known.
    pub handle: Option<Slug>,
    /// The ceilings as JSON.
    pub ceilings: String,
    /// How many people it holds.
    pub people: u64,
    /// When it was made.
    pub made: Timestamp,
    /// When it was approved, if it was.
    pub approved: Option<Timestamp>,
    /// How it was approved.
    pub approved_how: Option<String>,
    /// When it was dropped, if it was.
    pub dropped: Option<Timestamp>,
}

/// What an approval made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// People who are now approved.
    pub approved: u64,
    /// People left out because they are on the keep list.
    pub excluded: u64,
}

impl Ledger {
    /// Writes a plan down and binds the account to its realm.
    ///
    /// # Errors
    /// `OtherRealm`; `BadInput` if it holds nobody or somebody twice; else what the database says.
    pub fn make_plan(&self, plan: &NewPlan, stamp: &Stamp) -> Result<PlanRow, LedgerError> {
        check_people(plan)?;
        self.write(|tx| {
            bind_realm(tx, &plan.account, plan.realm)?;
            let id = draw_id('P', |id| Ok(tx.prepare_cached("SELECT 1 FROM plan WHERE id = ?1")?.exists([id])?))?;
            let id: PlanId = cell::parsed(&id)?;
            insert(tx, &id, plan, stamp)?;
            let people = plan.people.len() as u64;
            let fact = Fact::PlanMade { plan: id.clone(), hash: plan.hash, people };
            chain::append(tx, (&plan.account, plan.realm), stamp, &fact)?;
            find(tx, &plan.account, &id)
        })
    }

    /// One plan of the account.
    ///
    /// # Errors
    /// `NotFound`; `Damaged` if the row cannot be read; else what the database says.
    pub fn plan(&self, account: &AccountName, id: &PlanId) -> Result<PlanRow, LedgerError> {
        find(&self.db, account, id)
    }

    /// All plans of the account, the newest last, dropped ones too.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn plans(&self, account: &AccountName) -> Result<Vec<PlanRow>, LedgerError> {
        let mut statement = self.db.prepare_cached(&format!("{PLAN} ORDER BY number"))?;
        statement.query_and_then([account.as_str()], plan_row)?.collect()
    }

    /// The people of a plan in its order.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn plan_people(&self, id: &PlanId) -> Result<Vec<PlanPerson>, LedgerError> {
        people(&self.db, id)
    }
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
            let row = find_own(tx, (&account, realm), plan)?;
            check_fresh(&row, hash)?;
            tx.execute(
                "UPDATE plan SET approved_us = ?2, approved_how = ?3 WHERE id = ?1",
                params![plan.as_str(), cell::micros(stamp.utc), how],
            )?;
            let fact = Fact::PlanApproved { plan: plan.clone(), hash: *hash, how: how.to_owned() };
            chain::append(tx, (&account, realm), stamp, &fact)?;
            let mut done = Approval { approved: 0, excluded: 0 };
            for person in people(tx, plan)? {
                let kept = reason_to_keep(tx, &account, &person.slug)?;
                let (to, why) = match kept {
                    None => (EffectState::Approved, "the plan was approved".to_owned()),
                    Some(reason) => (EffectState::Excluded, on_keep_list(&reason)),
                };
                let moved = outside_run(&row, person.slug, (EffectState::Planned, to), (1, why));
                effect::insert(tx, &row, &moved, fence)?;
                chain::append(tx, (&account, realm), stamp, &Fact::Moved(Box::new(moved)))?;
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
            let row = find_own(tx, (&account, realm), plan)?;
            if row.dropped.is_some() {
                return Err(stale(format!("plan {plan} is dropped already")));
            }
            tx.execute(
                "UPDATE plan SET dropped_us = ?2 WHERE id = ?1",
                params![plan.as_str(), cell::micros(stamp.utc)],
            )?;
            chain::append(tx, (&account, realm), stamp, &Fact::PlanDropped { plan: plan.clone() })?;
            let mut left = 0;
            for standing in effect::of_plan(tx, plan)? {
                let path = way_out(standing.state);
                left += u64::from(!path.is_empty());
                let mut from = standing.state;
                for to in path {
                    let attempt = (standing.attempt, why.to_owned());
                    let moved = outside_run(&row, standing.slug.clone(), (from, *to), attempt);
                    effect::update(tx, &moved, stamp, fence)?;
                    chain::append(tx, (&account, realm), stamp, &Fact::Moved(Box::new(moved)))?;
                    from = *to;
                }
            }
            Ok(left)
        })
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
        return Err(stale(format!("plan {} was dropped", plan.id)));
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

fn check_people(plan: &NewPlan) -> Result<(), LedgerError> {
    let bad = |what: String| Err(LedgerError::new(LedgerErrorKind::BadInput, what));
    if plan.people.is_empty() {
        return bad("the plan holds nobody".to_owned());
    }
    let mut seen = std::collections::HashSet::new();
    match plan.people.iter().find(|person| !seen.insert(&person.slug)) {
        Some(twice) => bad(format!("the plan names `{}` twice", twice.slug)),
        None => Ok(()),
    }
}

fn insert(tx: &Connection, id: &PlanId, plan: &NewPlan, stamp: &Stamp) -> Result<(), LedgerError> {
    tx.execute(
        "INSERT INTO plan (id, account, realm, action, route, hash, pack_sha256, handle, ceilings, made_us)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            id.as_str(),
            plan.account.as_str(),
            plan.realm.as_str(),
            plan.action.as_str(),
            plan.route.as_str(),
            plan.hash.0,
            plan.pack_sha256.0,
            plan.handle.as_ref().map(Slug::as_str),
            plan.ceilings,
            cell::micros(stamp.utc),
        ],
    )?;
    let mut statement =
        tx.prepare_cached("INSERT INTO plan_person (plan, position, slug, name) VALUES (?1, ?2, ?3, ?4)")?;
    for (position, person) in (1_i64..).zip(&plan.people) {
        statement.execute(params![id.as_str(), position, person.slug.as_str(), person.name])?;
    }
    Ok(())
}

const PLAN: &str =
    "SELECT id, account, realm, action, route, hash, pack_sha256, handle, ceilings, made_us, approved_us,
       approved_how, dropped_us, (SELECT count(*) FROM plan_person WHERE plan = plan.id)
  FROM plan WHERE account = ?1";

fn plan_row(row: &Row<'_>) -> Result<PlanRow, LedgerError> {
    let text = |column: usize| row.get::<_, String>(column);
    Ok(PlanRow {
        id: cell::parsed(&text(0)?)?,
        account: cell::parsed(&text(1)?)?,
        realm: cell::parsed(&text(2)?)?,
        action: cell::parsed(&text(3)?)?,
        route: cell::parsed(&text(4)?)?,
        hash: Digest(row.get(5)?),
        pack_sha256: Digest(row.get(6)?),
        handle: cell::parsed_if_any(row.get(7)?)?,
        ceilings: text(8)?,
        made: cell::moment(row.get(9)?)?,
        approved: cell::moment_if_any(row.get(10)?)?,
        approved_how: row.get(11)?,
        dropped: cell::moment_if_any(row.get(12)?)?,
        people: cell::count(row.get(13)?)?,
    })
}

fn find(tx: &Connection, account: &AccountName, id: &PlanId) -> Result<PlanRow, LedgerError> {
    let mut statement = tx.prepare_cached(&format!("{PLAN} AND id = ?2"))?;
    let found = statement.query_and_then([account.as_str(), id.as_str()], plan_row)?.next().transpose()?;
    found.ok_or_else(|| LedgerError::not_found(format!("account `{account}` has no plan `{id}`")))
}

/// A plan of the account in this realm.
pub(super) fn find_own(
    tx: &Connection,
    (account, realm): (&AccountName, Realm),
    id: &PlanId,
) -> Result<PlanRow, LedgerError> {
    let plan = find(tx, account, id)?;
    if plan.realm == realm {
        Ok(plan)
    } else {
        Err(LedgerError::new(
            LedgerErrorKind::OtherRealm,
            format!("plan {id} is of the {} realm, not of the {realm} one", plan.realm),
        ))
    }
}

fn people(tx: &Connection, id: &PlanId) -> Result<Vec<PlanPerson>, LedgerError> {
    let mut statement = tx.prepare_cached("SELECT slug, name FROM plan_person WHERE plan = ?1 ORDER BY position")?;
    statement
        .query_and_then([id.as_str()], |row| {
            Ok(PlanPerson { slug: cell::parsed(&row.get::<_, String>(0)?)?, name: row.get(1)? })
        })?
        .collect()
}

/// Whether the plan was dropped.
pub(super) fn is_dropped(tx: &Connection, id: &PlanId) -> Result<bool, LedgerError> {
    let dropped: Option<Option<i64>> = tx
        .prepare_cached("SELECT dropped_us FROM plan WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    Ok(dropped.flatten().is_some())
}
