//! Who is missing since an alarm of the page's own total, in words, for `scan`, `incident show` and the report.

use std::collections::BTreeMap;

use serde_json::json;

use super::context::Context;
use super::outcome::Failure;
use super::output::clean;
use crate::event::id::{IncidentId, Realm, RunId};
use crate::ledger::{IncidentRow, Ledger, Missing, MissingPerson};
use crate::runner::FALL;

/// What names who is missing, in words.
pub(super) const WAY: &str = "a scan of the whole list names who is missing besides those whom this program removed";

/// The alarms after which this scan was the first complete one, each with who is missing since.
pub(super) fn by_scan(
    context: &Context,
    ledger: &Ledger,
    (realm, scan): (Realm, &RunId),
) -> Result<Vec<(IncidentRow, Missing)>, Failure> {
    let mut alarms = vec![];
    for incident in ledger.incidents(context.account())?.into_iter().filter(|incident| incident.realm == realm) {
        if let Some(missing) = since(context, ledger, &incident)?.filter(|missing| missing.scan == *scan) {
            alarms.push((incident, missing));
        }
    }
    Ok(alarms)
}

/// Who is missing since an incident; none where it is no alarm of the total, or nothing was read whole after it.
pub(super) fn since(context: &Context, ledger: &Ledger, incident: &IncidentRow) -> Result<Option<Missing>, Failure> {
    if incident.sign != FALL {
        return Ok(None);
    }
    Ok(ledger.missing_since(context.account(), incident)?)
}

/// A line for each who is missing, without what stands before the name. It holds what the site and the export said.
pub(super) fn lines(context: &Context, missing: &Missing) -> Vec<String> {
    let line = |MissingPerson { person, last, was_read }: &MissingPerson| {
        let (who, last) = (format!("{} ({})", person.full_name(), person.slug), context.time(*last));
        match was_read {
            true => format!("{who}, known to be connected on {last}"),
            false => format!("{who}, whom only the export of {last} names: they may have left before the alarm"),
        }
    };
    missing.people.iter().map(line).collect()
}

/// Shows who is missing since an incident, and gives each of them a record.
pub(super) fn show(context: &Context, incident: &IncidentRow, missing: &Missing) {
    let (out, at) = (&context.out, context.time(incident.at));
    if missing.people.is_empty() {
        out.say(format!(
            "  nobody is missing since incident {} ({at}) by scan {} but whom this program removed",
            incident.id, missing.scan
        ));
    }
    for line in lines(context, missing) {
        out.warn(format!("  missing since incident {} ({at}): {}", incident.id, clean(&line)));
    }
    for MissingPerson { person, last, was_read } in &missing.people {
        out.record(&json!({
            "v": 1, "kind": "missing", "incident": incident.id, "scan": missing.scan, "slug": person.slug.as_str(),
            "name": person.full_name(), "last_known": last, "was_read": was_read,
        }));
    }
}

/// The lines for each alarm of a run's account, for its report.
pub(super) fn for_report(
    context: &Context,
    ledger: &Ledger,
    run: &RunId,
) -> Result<BTreeMap<IncidentId, Vec<String>>, Failure> {
    let mut all = BTreeMap::new();
    for incident in ledger.incidents(context.account())?.into_iter().filter(|incident| incident.run == *run) {
        if let Some(missing) = since(context, ledger, &incident)? {
            all.insert(incident.id, lines(context, &missing));
        }
    }
    Ok(all)
}
