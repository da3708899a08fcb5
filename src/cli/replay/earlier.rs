//! Finds the run that is to be walked again, compares it with the ledger and reads it, before any browser is started.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::cli::args::{IdArg, PackArg};
use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::clean;
use crate::event::exit::Ending;
use crate::event::fact::{Fact, RunStarted, Walked};
use crate::event::id::{Digest, RunId, Slug};
use crate::evidence::run_folder::{self, folder_of};
use crate::evidence::seen::Seen;
use crate::evidence::verify::{self, Known, Verdict};
use crate::flow::pack::Pack;
use crate::ledger::{Ledger, PlanRow, RunRow};

/// A run of which every step was kept.
pub(super) struct Earlier {
    pub(super) run: RunId,
    pub(super) began: Timestamp,
    pub(super) plan: PlanRow,
    pub(super) started: RunStarted,
    /// The inputs of its flow, without the secret ones.
    pub(super) inputs: BTreeMap<String, String>,
    /// Whose account it was.
    pub(super) handle: Slug,
    pub(super) manifest_sha256: Digest,
    /// Its steps, in order.
    pub(super) steps: Vec<Seen>,
    folder: PathBuf,
}

/// What the chain says of it.
#[derive(Default)]
struct Said {
    started: Option<RunStarted>,
    inputs: BTreeMap<String, String>,
    walked: Vec<Walked>,
}

impl Earlier {
    /// Finds it, and reads what it kept.
    ///
    /// # Errors
    /// There is none, it kept no steps or no inputs (2), its proof is damaged (7) or not whole (4).
    pub(super) fn read(context: &Context, ledger: &Ledger, which: &IdArg<RunId>) -> Result<Self, Failure> {
        let (row, plan) = find(context, ledger, which)?;
        let folder = folder_of(&context.evidence_root(), &row.account, row.realm, &row.id);
        let manifest_sha256 = whole(&row, &folder)?;
        let Said { started, inputs, walked } = said(ledger, &row.id)?;
        let steps = walked.iter().map(|walked| Seen::read(&folder, walked)).collect::<Result<Option<Vec<_>>, _>>()?;
        let steps = steps.filter(|steps| !steps.is_empty()).ok_or_else(|| {
            Failure::usage(format!("run {} has no step to compare with", row.id), "choose another run, or make one")
        })?;
        let unknown = || {
            let what = format!("run {} was made by a version that did not note what it was asked for", row.id);
            Failure::usage(
                what,
                format!("`exeunt {}{}` makes a run that can be walked again", plan.action, context.flags()),
            )
        };
        let handle = inputs.get("slug").and_then(|slug| slug.parse().ok()).ok_or_else(unknown)?;
        let started = started.ok_or_else(unknown)?;
        Ok(Self { run: row.id, began: row.started, plan, started, inputs, handle, manifest_sha256, steps, folder })
    }

    /// The pack that it is walked again with.
    ///
    /// # Errors
    /// The kept one is missing (2), is not the one that the run names (7), or is not fit for today (3).
    pub(super) fn pack(&self, context: &Context, which: PackArg) -> Result<Pack, Failure> {
        let today = context.pack()?;
        if which == PackArg::Current {
            return Ok(today);
        }
        let mend = format!("`exeunt replay {} --pack current{}` takes the pack of today", self.run, context.flags());
        let kept = run_folder::kept_pack(&self.folder)?;
        let kept = kept.ok_or_else(|| Failure::usage(format!("run {} kept no pack", self.run), mend.clone()))?;
        if kept.digest() != self.started.pack_sha256 {
            let what = format!("the pack kept with run {} is not the one that it was walked with", self.run);
            return Err(Failure::new(Ending::Damaged, what, format!("look who changed it; {mend}")));
        }
        let pack = context.pack_of(kept.sources()).map_err(|refused| {
            let what = format!("this version does not take the pack of run {}: {}", self.run, refused.what);
            Failure::bad_file(what, mend.clone())
        })?;
        let weaker = pack.weaker_signs(&today);
        if weaker.is_empty() {
            return Ok(pack);
        }
        let names = weaker.iter().map(|sign| clean(&sign.name)).collect::<Vec<_>>().join(", ");
        let what = format!("the pack of run {} obeys fewer signs to stop than the one of today: {names}", self.run);
        Err(Failure::bad_file(what, mend))
    }
}

/// The run that is meant, which has to be one on the account itself.
fn find(context: &Context, ledger: &Ledger, which: &IdArg<RunId>) -> Result<(RunRow, PlanRow), Failure> {
    let plan_of = |row: &RunRow| ledger.plan(context.account(), &row.plan);
    let make = format!("`exeunt close{}` rehearses, and keeps every step", context.flags());
    if let IdArg::Id(id) = which {
        let row = ledger.runs(context.account())?.into_iter().find(|row| row.id == *id);
        let row = row.ok_or_else(|| {
            Failure::usage(format!("there is no run `{}`", clean(id.as_str())), "`exeunt evidence list` shows all")
        })?;
        let plan = plan_of(&row)?;
        if !plan.action.is_of_account() {
            let what =
                format!("run {} was about people: only `close` and `hibernate` keep every step to walk again", row.id);
            return Err(Failure::usage(what, make));
        }
        return Ok((row, plan));
    }
    for row in ledger.runs(context.account())?.into_iter().rev() {
        let plan = plan_of(&row)?;
        if plan.action.is_of_account() {
            return Ok((row, plan));
        }
    }
    Err(Failure::usage("there is no run of `close` or `hibernate` to walk again", make))
}

/// Checks the proof; answers its manifest's hash.
fn whole(row: &RunRow, folder: &std::path::Path) -> Result<Digest, Failure> {
    let id = &row.id;
    let Some(manifest_sha256) = row.manifest else {
        let what = format!("run {id} was never finished: the program was ended in the middle of it");
        return Err(Failure::new(Ending::SomeFailed, what, "choose another run: `exeunt evidence list` shows all"));
    };
    let known = Known { manifest_sha256, seal: row.seal, head: None };
    let found = verify::examine(folder, Some(&known));
    match found.verdict {
        Verdict::Valid | Verdict::ValidNoTime if found.purged.is_some() => Err(Failure::usage(
            format!("the pictures and readings of run {id} were deleted on purpose"),
            "choose another run: `exeunt evidence list` shows all",
        )),
        Verdict::Valid | Verdict::ValidNoTime => Ok(manifest_sha256),
        verdict @ (Verdict::Incomplete { .. } | Verdict::Tampered { .. }) => Err(Failure::new(
            verdict.ending(),
            format!("the evidence of run {id} is {}, so nothing is compared with it", verdict.as_str()),
            format!("`exeunt evidence verify {id}` says where"),
        )),
    }
}

fn said(ledger: &Ledger, run: &RunId) -> Result<Said, Failure> {
    let mut said = Said::default();
    for link in ledger.links_of_run(run)? {
        let entry = link.entry().map_err(|error| {
            Failure::new(Ending::Damaged, format!("the chain holds what this version does not know: {error}"), "")
        })?;
        match entry.fact {
            Fact::RunStarted(started) => said.started = Some(*started),
            Fact::GatesRead { inputs, .. } => said.inputs = inputs,
            Fact::Walked(walked) => said.walked.push(*walked),
            _ => {}
        }
    }
    Ok(said)
}
