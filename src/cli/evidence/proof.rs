//! The proof that is kept of a run or a scan: which one is meant, where it lies, and what the ledger remembers of it.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::clean;
use crate::event::exit::Ending;
use crate::event::id::{Digest, PlanId, Realm, RunId};
use crate::evidence::run_folder::folder_of;
use crate::evidence::verify::Known;
use crate::ledger::{Ledger, RunRow, ScanRow};
use crate::report::words;

/// What proof is kept of: a run, or a scan.
pub(super) struct Proof {
    pub(super) id: RunId,
    pub(super) realm: Realm,
    pub(super) folder: PathBuf,
    pub(super) started: jiff::Timestamp,
    pub(super) ended: Option<jiff::Timestamp>,
    pub(super) result: Option<Ending>,
    /// What it was, in words.
    pub(super) what: String,
    /// The plan that it carried out; none for a scan.
    pub(super) plan: Option<PlanId>,
    /// Whether it acted on the account itself.
    pub(super) is_of_account: bool,
    /// The hashes of the newest manifest and its seal, as the ledger has them.
    pub(super) noted: (Option<Digest>, Option<Digest>),
}

fn of_run(context: &Context, ledger: &Ledger, row: RunRow) -> Result<Proof, Failure> {
    let action = ledger.plan(context.account(), &row.plan)?.action;
    Ok(Proof {
        folder: folder(context, &row),
        what: format!("{} of plan {}, {action}", words::of_mode(row.mode), row.plan),
        is_of_account: action.is_of_account(),
        plan: Some(row.plan),
        id: row.id,
        realm: row.realm,
        started: row.started,
        ended: row.ended,
        result: row.result,
        noted: (row.manifest, row.seal),
    })
}

fn of_scan(context: &Context, row: ScanRow) -> Proof {
    Proof {
        folder: folder_of(&context.evidence_root(), &row.account, row.realm, &row.id),
        what: "scan".to_owned(),
        plan: None,
        is_of_account: false,
        id: row.id,
        realm: row.realm,
        started: row.started,
        ended: row.ended,
        result: row.result,
        noted: (row.manifest, row.seal),
    }
}

/// Every run and every scan of the account.
pub(super) fn noted(context: &Context, ledger: &Ledger) -> Result<Vec<Proof>, Failure> {
    let runs = ledger.runs(context.account())?.into_iter().map(|row| of_run(context, ledger, row));
    let scans = ledger.scans(context.account())?.into_iter().map(|row| Ok(of_scan(context, row)));
    runs.chain(scans).collect()
}

/// The run or scan that is meant; `last` is the newest of both.
pub(super) fn find_proof(context: &Context, ledger: &Ledger, typed: &str) -> Result<Proof, Failure> {
    let id = typed.to_uppercase();
    let scans = ledger.scans(context.account())?.into_iter().map(|row| of_scan(context, row));
    let scan = scans.filter(|scan| typed == "last" || scan.id.as_str() == id).max_by_key(|scan| scan.started);
    let run = find(context, ledger, typed).and_then(|row| of_run(context, ledger, row));
    match (run, scan) {
        (Ok(run), Some(scan)) => Ok(if run.started > scan.started { run } else { scan }),
        (Err(_), Some(scan)) => Ok(scan),
        (run, None) => run,
    }
}

/// The run that is meant: a run's id, a plan's (its newest run), or `last`.
pub(super) fn find(context: &Context, ledger: &Ledger, typed: &str) -> Result<RunRow, Failure> {
    let runs = ledger.runs(context.account())?;
    let upper = typed.to_uppercase();
    let newest = |fits: &dyn Fn(&RunRow) -> bool| runs.iter().rev().find(|run| fits(run)).cloned();
    let found = if typed == "last" {
        newest(&|_| true)
    } else if let Ok(id) = upper.parse::<RunId>() {
        newest(&|run| run.id == id)
    } else if let Ok(plan) = upper.parse::<PlanId>() {
        newest(&|run| run.plan == plan)
    } else {
        None
    };
    found.ok_or_else(|| {
        Failure::usage(format!("there is no run `{}`", clean(typed)), "`exeunt evidence list` shows all")
    })
}

pub(super) fn folder(context: &Context, row: &RunRow) -> PathBuf {
    folder_of(&context.evidence_root(), &row.account, row.realm, &row.id)
}

/// What the ledger remembers of a run's proof.
///
/// # Errors
/// The run was never finished.
pub(super) fn known_of(proof: &Proof) -> Result<Known, Failure> {
    let (manifest, seal) = proof.noted;
    let known = manifest.map(|manifest_sha256| Known { manifest_sha256, seal, head: None });
    known.ok_or_else(|| {
        let why = format!(
            "run {} was never finished: it has no manifest (the program was ended in the middle of it)",
            proof.id
        );
        Failure::new(Ending::SomeFailed, why, "")
    })
}
