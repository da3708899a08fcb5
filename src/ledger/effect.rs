//! Effects, one row each: where they stand, which are open, which are in doubt; and what the limits were charged.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row, params};

use super::cell;
use super::ledger_error::LedgerError;
use super::plan::PlanRow;
use super::scope::Scope;
use super::store::Ledger;
use crate::event::fact::Moved;
use crate::event::id::{AccountName, Action, EffectKey, PlanId, Realm, Slug};
use crate::event::stamp::Stamp;
use crate::event::state::{EffectState, STATES};

/// Where one effect stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectRow {
    /// Its key.
    pub key: EffectKey,
    /// The plan.
    pub plan: PlanId,
    /// The person.
    pub slug: Slug,
    /// The name as it was when the plan was made.
    pub name: String,
    /// What is done.
    pub action: Action,
    /// Where it stands.
    pub state: EffectState,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// The owner that moved it last.
    pub fence: u64,
    /// When the intention of this attempt was written, if one was.
    pub intent: Option<Timestamp>,
    /// The latest moment at which a click of this attempt may have been sent.
    pub sent: Option<Stamp>,
    /// Before this moment "still there" is no proof that nothing happened.
    pub not_before: Option<Timestamp>,
    /// Why it stands there, in words.
    pub reason: String,
}

/// One intention as the limits count it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debit {
    /// When the intention was written.
    pub at: Timestamp,
    /// The civil day on which that was.
    pub local_date: Date,
    /// In which zone.
    pub zone: String,
    /// What was to be done.
    pub action: Action,
}

impl Ledger {
    /// The effects of a plan in its order; empty before its approval.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn effects(&self, plan: &PlanId) -> Result<Vec<EffectRow>, LedgerError> {
        of_plan(&self.db, plan)
    }

    /// The effects about which the program still has something to do by itself, the oldest plan first.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn open_effects(&self, account: &AccountName, realm: Realm) -> Result<Vec<EffectRow>, LedgerError> {
        self.those(account, realm, EffectState::is_open)
    }

    /// The effects of which it is unknown whether the site did them, the oldest plan first: at most one in flight, and
    /// any number that wait for a person.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn in_doubt(&self, account: &AccountName, realm: Realm) -> Result<Vec<EffectRow>, LedgerError> {
        self.those(account, realm, EffectState::in_doubt)
    }

    /// What the limits were charged at `since` or later, the oldest first. Nothing is ever taken back.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn debits(&self, account: &AccountName, realm: Realm, since: Timestamp) -> Result<Vec<Debit>, LedgerError> {
        let mut statement = self.db.prepare_cached(
            "SELECT d.at_us, d.local_date, d.zone, e.action FROM quota_debit d LEFT JOIN effect e ON e.key = d.effect
              WHERE d.account = ?1 AND d.realm = ?2 AND d.at_us >= ?3 ORDER BY d.at_us, d.seq",
        )?;
        statement
            .query_and_then(params![account.as_str(), realm.as_str(), cell::micros(since)], |row| {
                let date: String = row.get(1)?;
                let local_date =
                    date.parse().map_err(|_| LedgerError::damaged(format!("`{date}` in the ledger is no day")))?;
                // A charge whose effect is not there counts against the limit of removals.
                let action: Option<String> = row.get(3)?;
                let action = action.map_or(Ok(Action::Remove), |action| cell::parsed(&action))?;
                Ok(Debit { at: cell::moment(row.get(0)?)?, local_date, zone: row.get(2)?, action })
            })?
            .collect()
    }

    fn those(
        &self,
        account: &AccountName,
        realm: Realm,
        wanted: fn(EffectState) -> bool,
    ) -> Result<Vec<EffectRow>, LedgerError> {
        let mut statement = self.db.prepare_cached(&format!(
            "{EFFECT} WHERE e.account = ?1 AND e.realm = ?2 AND e.state IN ({}) ORDER BY p.number, w.position",
            names(wanted)
        ))?;
        statement.query_and_then([account.as_str(), realm.as_str()], effect_row)?.collect()
    }
}

/// The names of the states for which `wanted` holds, as SQL texts.
fn names(wanted: fn(EffectState) -> bool) -> String {
    let names: Vec<String> =
        STATES.iter().filter(|(state, _)| wanted(*state)).map(|(_, name)| format!("'{name}'")).collect();
    names.join(", ")
}

const EFFECT: &str =
    "SELECT e.key, e.plan, e.slug, w.name, e.action, e.state, e.attempt, e.fence, e.intent_us, e.sent_us,
       e.sent_boot_ns, e.sent_boot_id, e.settle_us, e.reason
  FROM effect e JOIN plan p ON p.id = e.plan JOIN plan_person w ON w.plan = e.plan AND w.slug = e.slug";

fn effect_row(row: &Row<'_>) -> Result<EffectRow, LedgerError> {
    let text = |column: usize| row.get::<_, String>(column);
    let sent = sent(row)?;
    let settle: Option<i64> = row.get(12)?;
    let not_before = sent
        .as_ref()
        .zip(settle)
        .map(|(sent, settle)| sent.utc.checked_add(SignedDuration::from_micros(settle)).unwrap_or(Timestamp::MAX));
    Ok(EffectRow {
        key: EffectKey(crate::event::id::Digest(row.get(0)?)),
        plan: cell::parsed(&text(1)?)?,
        slug: cell::parsed(&text(2)?)?,
        name: text(3)?,
        action: cell::parsed(&text(4)?)?,
        state: cell::parsed(&text(5)?)?,
        attempt: row.get(6)?,
        fence: cell::count(row.get(7)?)?,
        intent: cell::moment_if_any(row.get(8)?)?,
        sent,
        not_before,
        reason: text(13)?,
    })
}

fn sent(row: &Row<'_>) -> Result<Option<Stamp>, LedgerError> {
    let (utc, boot_ns, boot_id): (Option<i64>, Option<i64>, Option<String>) = (row.get(9)?, row.get(10)?, row.get(11)?);
    match (utc, boot_ns, boot_id) {
        (Some(utc), Some(boot_ns), Some(boot_id)) => Ok(Some(Stamp { utc: cell::moment(utc)?, boot_ns, boot_id })),
        _ => Ok(None),
    }
}

/// The effects of a plan in its order.
pub(super) fn of_plan(tx: &Connection, plan: &PlanId) -> Result<Vec<EffectRow>, LedgerError> {
    let mut statement = tx.prepare_cached(&format!("{EFFECT} WHERE e.plan = ?1 ORDER BY w.position"))?;
    statement.query_and_then([plan.as_str()], effect_row)?.collect()
}

/// One effect of the account in this realm.
pub(super) fn find(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    (plan, slug): (&PlanId, &Slug),
) -> Result<EffectRow, LedgerError> {
    let mut statement =
        tx.prepare_cached(&format!("{EFFECT} WHERE e.plan = ?1 AND e.slug = ?2 AND e.account = ?3 AND e.realm = ?4"))?;
    let found = statement
        .query_and_then([plan.as_str(), slug.as_str(), account.as_str(), realm.as_str()], effect_row)?
        .next()
        .transpose()?;
    found.ok_or_else(|| LedgerError::not_found(format!("plan `{plan}` has no approved person `{slug}`")))
}

/// The effects of the account in this realm whose states `wanted` names, of one person or of all.
pub(super) fn standing(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    wanted: fn(EffectState) -> bool,
    slug: Option<&Slug>,
) -> Result<Option<(PlanId, Slug)>, LedgerError> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT plan, slug FROM effect
          WHERE account = ?1 AND realm = ?2 AND state IN ({}) AND (?3 IS NULL OR slug = ?3) LIMIT 1",
        names(wanted)
    ))?;
    statement
        .query_and_then(params![account.as_str(), realm.as_str(), slug.map(Slug::as_str)], |row| {
            Ok((cell::parsed(&row.get::<_, String>(0)?)?, cell::parsed(&row.get::<_, String>(1)?)?))
        })?
        .next()
        .transpose()
}

/// Writes the row of an effect that an approval makes.
pub(super) fn insert(tx: &Connection, plan: &PlanRow, moved: &Moved, fence: u64) -> Result<(), LedgerError> {
    let key = EffectKey::new(&plan.account, plan.realm, plan.action, &moved.slug, &plan.id);
    tx.prepare_cached(
        "INSERT INTO effect (key, plan, account, realm, action, slug, state, attempt, fence, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        key.0.0,
        plan.id.as_str(),
        plan.account.as_str(),
        plan.realm.as_str(),
        plan.action.as_str(),
        moved.slug.as_str(),
        moved.to.as_str(),
        moved.attempt,
        cell::integer(fence)?,
        moved.why,
    ])?;
    Ok(())
}

/// Writes a step into the row of its effect. The step was found legal before.
///
/// A click may have been sent until the moment at which it was seen to land or was given up on; from then on the time
/// counts that must pass before "still there" is proof.
pub(super) fn update(tx: &Connection, moved: &Moved, stamp: &Stamp, fence: u64) -> Result<(), LedgerError> {
    let sent = matches!(moved.to, EffectState::Intent | EffectState::Acted | EffectState::Unknown);
    let changed = tx
        .prepare_cached(
            "UPDATE effect SET state = ?3, attempt = ?4, fence = ?5, reason = ?6,
                    sent_us = iif(?7, ?8, sent_us), sent_boot_ns = iif(?7, ?9, sent_boot_ns),
                    sent_boot_id = iif(?7, ?10, sent_boot_id)
              WHERE plan = ?1 AND slug = ?2 AND state = ?11",
        )?
        .execute(params![
            moved.plan.as_str(),
            moved.slug.as_str(),
            moved.to.as_str(),
            moved.attempt,
            cell::integer(fence)?,
            moved.why,
            sent,
            cell::micros(stamp.utc),
            stamp.boot_ns,
            stamp.boot_id,
            moved.from.as_str(),
        ])?;
    if changed == 1 { Ok(()) } else { Err(LedgerError::bug(format!("`{}` is not {}", moved.slug, moved.from))) }
}

/// How long after the latest possible click of this attempt "still there" becomes proof.
pub(super) fn settle_of(tx: &Connection, key: &EffectKey) -> Result<Option<SignedDuration>, LedgerError> {
    let settle: Option<i64> =
        tx.prepare_cached("SELECT settle_us FROM effect WHERE key = ?1")?.query_row([key.0.0], |row| row.get(0))?;
    Ok(settle.map(SignedDuration::from_micros))
}
