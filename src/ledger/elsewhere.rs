//! What the other plans of an account say about a person: several plans are one queue.

use rusqlite::params;

use super::cell;
use super::effect::EffectRow;
use super::ledger_error::LedgerError;
use super::scope::Scope;
use super::store::Ledger;
use crate::event::id::PlanId;

/// What another plan of the account says about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elsewhere {
    /// It holds the person in doubt: somebody has to look before anybody may try again.
    InDoubt {
        /// That plan.
        plan: PlanId,
    },
    /// It took the person out of the network, read twice or by a person, and no import has named them since.
    Removed {
        /// That plan.
        plan: PlanId,
    },
}

impl Ledger {
    /// What another plan of the account says about the person of an effect, if it settles what is to be done about them.
    ///
    /// Whoever was read as gone only once is not counted: the page is asked about them.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn elsewhere(
        &self,
        Scope { account, realm }: Scope<'_>,
        row: &EffectRow,
    ) -> Result<Option<Elsewhere>, LedgerError> {
        let mut statement = self.db.prepare_cached(
            "SELECT e.plan, e.state = 'NEEDS_HUMAN'
               FROM effect e
               LEFT JOIN person p ON p.account = e.account AND p.slug = e.slug
               LEFT JOIN import i ON i.id = p.last_seen
              WHERE e.account = ?1 AND e.realm = ?2 AND e.slug = ?3 AND e.action = ?4 AND e.plan <> ?5
                AND (e.state = 'NEEDS_HUMAN'
                     OR (e.state IN ('CONFIRMED', 'DONE_BY_OPERATOR') AND e.intent_us > coalesce(i.at_us, e.intent_us - 1)))
              ORDER BY 2 DESC LIMIT 1",
        )?;
        let of = params![account.as_str(), realm.as_str(), row.slug.as_str(), row.action.as_str(), row.plan.as_str()];
        statement
            .query_and_then(of, |row| {
                let plan = cell::parsed(&row.get::<_, String>(0)?)?;
                Ok(if row.get(1)? { Elsewhere::InDoubt { plan } } else { Elsewhere::Removed { plan } })
            })?
            .next()
            .transpose()
    }
}
