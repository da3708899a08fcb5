//! Plans: made by anybody, one row each, with their people in order.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::cell;
use super::chain;
use super::ledger_error::{LedgerError, LedgerErrorKind};
use super::realm::bind_realm;
use super::scope::Scope;
use super::store::{Ledger, draw_id};
use crate::event::fact::Fact;
use crate::event::id::{AccountName, Action, Digest, PlanId, Realm, Route, Slug};
use crate::event::stamp::Stamp;

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
    /// When it was dropped or renewed, if it was: it is closed then.
    pub dropped: Option<Timestamp>,
    /// The plan of which it holds what was left, if it was made by a renewal.
    pub parent: Option<PlanId>,
    /// The plan that holds what was left of it, if it was renewed.
    pub renewed: Option<PlanId>,
}

impl PlanRow {
    /// The account of the plan in its realm.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        Scope { account: &self.account, realm: self.realm }
    }
}

impl Ledger {
    /// Writes a plan down and binds the account to its realm.
    ///
    /// # Errors
    /// `OtherRealm`; `BadInput` if it holds nobody or somebody twice; else what the database says.
    pub fn make_plan(&self, plan: &NewPlan, stamp: &Stamp) -> Result<PlanRow, LedgerError> {
        self.write(|tx| make(tx, plan, None, stamp))
    }

    /// The approved plans of people that are neither dropped nor finished, the oldest first.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn unfinished_plans(&self, account: &AccountName, realm: Realm) -> Result<Vec<PlanRow>, LedgerError> {
        let mut unfinished = vec![];
        for plan in self.plans(account)? {
            let is_begun = plan.realm == realm && plan.approved.is_some() && plan.dropped.is_none();
            if is_begun
                && !plan.action.is_of_account()
                && self.effects(&plan.id)?.iter().any(|effect| effect.state.is_open())
            {
                unfinished.push(plan);
            }
        }
        Ok(unfinished)
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

/// Writes a plan down within the transaction of the caller; `parent` is the plan of which it holds what was left.
pub(super) fn make(
    tx: &Connection,
    plan: &NewPlan,
    parent: Option<&PlanId>,
    stamp: &Stamp,
) -> Result<PlanRow, LedgerError> {
    check_people(plan)?;
    bind_realm(tx, &plan.account, plan.realm)?;
    let id = draw_id('P', |id| Ok(tx.prepare_cached("SELECT 1 FROM plan WHERE id = ?1")?.exists([id])?))?;
    let id: PlanId = cell::parsed(&id)?;
    insert(tx, (&id, parent), plan, stamp)?;
    let people = plan.people.len() as u64;
    let fact = Fact::PlanMade { plan: id.clone(), hash: plan.hash, people };
    chain::append(tx, Scope { account: &plan.account, realm: plan.realm }, stamp, &fact)?;
    find(tx, &plan.account, &id)
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

fn insert(
    tx: &Connection,
    (id, parent): (&PlanId, Option<&PlanId>),
    plan: &NewPlan,
    stamp: &Stamp,
) -> Result<(), LedgerError> {
    tx.execute(
        "INSERT INTO plan (id, account, realm, action, route, hash, pack_sha256, handle, ceilings, made_us, parent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
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
            parent.map(PlanId::as_str),
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
       approved_how, dropped_us, (SELECT count(*) FROM plan_person WHERE plan = plan.id), parent,
       (SELECT next.id FROM plan AS next WHERE next.parent = plan.id)
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
        parent: cell::parsed_if_any(row.get(14)?)?,
        renewed: cell::parsed_if_any(row.get(15)?)?,
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
    Scope { account, realm }: Scope<'_>,
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

/// The people of a plan in its order.
pub(super) fn people(tx: &Connection, id: &PlanId) -> Result<Vec<PlanPerson>, LedgerError> {
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
