//! The closing of a run's evidence: its part of the chain, the manifest, and the seal that names the one before.

use serde::Serialize;

use super::run::RunError;
use crate::event::fact::Fact;
use crate::event::id::RunId;
use crate::evidence::bundle::Bundle;
use crate::ledger::Owner;

/// Closes the bundle of a run that has ended; answers the fact that notes it, for the caller to write.
///
/// # Errors
/// Ledger or evidence failed.
pub(super) fn close(
    owner: &Owner,
    bundle: &Bundle,
    (run, started): (&RunId, &impl Serialize),
) -> Result<Fact, RunError> {
    let links = owner.ledger().links_of_run(run)?;
    let head = serde_json::to_value(started).expect("it has only words and hashes");
    let previous = owner.ledger().last_seal(owner.account(), owner.realm())?;
    let finished = bundle.finish(&links, &head, previous)?;
    Ok(Fact::ManifestWritten { run: run.clone(), sha256: finished.sha256, seal: finished.seal })
}
