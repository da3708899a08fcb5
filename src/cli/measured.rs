//! How long a person took, as earlier runs measured it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::context::Context;
use super::outcome::Failure;
use crate::event::fact::{Fact, Mode};
use crate::event::id::Realm;
use crate::event::link::Entry;
use crate::event::state::EffectState;
use crate::ledger::Ledger;

/// So many of the newest runs are looked at: pages and machines change.
const RUNS: usize = 3;

/// From the first look at somebody to the proof that they are gone, as it usually was; none where nobody was removed yet.
///
/// # Errors
/// What the ledger says.
pub(crate) fn a_person(context: &Context, ledger: &Ledger, realm: Realm) -> Result<Option<Duration>, Failure> {
    let mut times = vec![];
    let runs = ledger.runs(context.account())?;
    for run in runs.iter().rev().filter(|run| run.realm == realm && run.mode == Mode::Live).take(RUNS) {
        // What this version does not know is no removal that it could measure.
        let links = ledger.links_of_run(&run.id)?;
        let entries: Vec<Entry> = links.iter().filter_map(|link| link.entry().ok()).collect();
        times.extend(taken(&entries));
    }
    times.sort_unstable();
    Ok(times.get(times.len() / 2).copied())
}

/// How long each person took who was removed at the first attempt.
fn taken(entries: &[Entry]) -> Vec<Duration> {
    let mut begun = BTreeMap::new();
    let mut times = vec![];
    for entry in entries {
        let Fact::Moved(moved) = &entry.fact else { continue };
        if moved.action.is_of_account() {
            continue;
        }
        match moved.to {
            EffectState::Precheck => {
                // Whoever is begun a second time measures two attempts.
                let from = (!begun.contains_key(&moved.slug)).then_some(entry.at.utc);
                begun.insert(&moved.slug, from);
            }
            EffectState::Done => {
                let time = begun.remove(&moved.slug).flatten().map(|from| entry.at.utc.duration_since(from));
                // A computer that slept in between measured its sleep, and is no rule.
                let is_usual = |time: &Duration| *time < Duration::from_secs(600);
                times.extend(time.and_then(|time| Duration::try_from(time).ok()).filter(is_usual));
            }
            _ => {}
        }
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sample::Sample;

    #[test]
    fn a_person_takes_from_the_first_look_to_the_proof() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("e"), Mode::Live);
        sample.removal("ann", EffectState::Confirmed);
        sample.removal("bob", EffectState::NeedsHuman);
        let entries = sample.entries();
        let at = |to: EffectState| {
            let is = |entry: &&Entry| matches!(&entry.fact, Fact::Moved(moved) if moved.to == to && moved.slug.as_str() == "ann");
            entries.iter().find(is).unwrap().at.utc
        };
        let whole = at(EffectState::Done).duration_since(at(EffectState::Precheck));
        assert!(whole.as_millis() > 0);
        assert_eq!(taken(&entries), [Duration::try_from(whole).unwrap()], "whoever is in doubt measures nothing");
        assert!(taken(&[]).is_empty());
    }
}
