//! What holds an account back: an incident until a person clears it, or silence after a 429 or 999 page.
//!
//! It says which facts that is and how the command ends; runs, scans and errands write them, each in its own way. It does
//! not know what was in hand.

use jiff::Timestamp;

use crate::event::exit::Ending;
use crate::event::fact::{Fact, RunState};
use crate::event::id::{IncidentId, RunId};
use crate::event::shot::Shot;
use crate::ledger::{LedgerError, Owner};
use crate::policy::retry;

/// The name of the incident that a page which does not fit the pack leads to.
pub(super) const DRIFT: &str = "drift";

/// The name of the incident that a dialog leads to whose text nobody knows and nobody accepted.
pub(super) const UNREAD: &str = "unread_dialog";

/// The name of the incident of a total that fell by more than what was removed: somebody is missing.
pub const FALL: &str = "fall";

/// A sign that was met.
#[derive(Debug, Clone, Copy)]
pub(super) struct Met<'a> {
    /// Which: the pack's name of the sign, `other_account`, [`DRIFT`] or [`UNREAD`].
    pub(super) sign: &'a str,
    /// What was seen.
    pub(super) why: &'a str,
    /// The page's address.
    pub(super) address: &'a str,
    /// The pictures.
    pub(super) shots: &'a [Shot],
    /// Before which nobody may clear it.
    pub(super) until: Option<Timestamp>,
}

/// What follows from it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Held {
    /// To be written, in this order.
    pub(super) facts: Vec<Fact>,
    /// Where the run stands afterwards.
    pub(super) state: RunState,
    /// How the command ends.
    pub(super) ending: Ending,
    /// Why, in words.
    pub(super) why: String,
    /// When the silence is over.
    pub(super) due_at: Option<Timestamp>,
    /// The incident that latches the account, where it is latched.
    pub(super) incident: Option<IncidentId>,
}

/// Latches the account until a person clears it, and at least until the moment that the site named.
pub(super) fn incident(owner: &Owner, run: &RunId, met: &Met<'_>) -> Result<Held, LedgerError> {
    let incident = owner.ledger().free_incident_id()?;
    let (state, why) = (RunState::Latched, met.why.to_owned());
    let told = format!("incident {incident}: {why}");
    let fact = Fact::Incident {
        incident: incident.clone(),
        run: run.clone(),
        sign: met.sign.to_owned(),
        why: why.clone(),
        address: met.address.to_owned(),
        shots: met.shots.to_vec(),
        until: met.until,
    };
    Ok(Held {
        facts: vec![fact, Fact::RunMoved { run: run.clone(), state, why }],
        state,
        ending: if [DRIFT, UNREAD].contains(&met.sign) { Ending::BadFile } else { Ending::Stopped },
        why: told,
        due_at: None,
        incident: Some(incident),
    })
}

/// Silence for some hours; from the third time within a week on also a latch, which holds at least as long.
pub(super) fn silence(owner: &Owner, run: &RunId, met: &Met<'_>, now: Timestamp) -> Result<Held, LedgerError> {
    let week_ago = now.checked_sub(retry::REFUSALS_COUNT_FOR).unwrap_or(Timestamp::MIN);
    let before = owner.ledger().coolings(owner.account(), owner.realm(), week_ago)?.len();
    let cooling = retry::cooling(u32::try_from(before).unwrap_or(u32::MAX), None);
    let until = now.checked_add(cooling.silence).unwrap_or(Timestamp::MAX);
    let state = RunState::Cooling { until };
    let mut held = Held {
        facts: vec![Fact::RunMoved { run: run.clone(), state, why: met.why.to_owned() }],
        state,
        ending: Ending::Stopped,
        why: format!("{}; silence until then", met.why),
        due_at: Some(until),
        incident: None,
    };
    if cooling.latched {
        let latched = incident(owner, run, &Met { until: Some(until), ..*met })?;
        held.facts.extend(latched.facts);
        held = Held { facts: held.facts, due_at: held.due_at, ..latched };
    }
    Ok(held)
}
