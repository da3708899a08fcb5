//! `evidence`: what was kept, whether it is whole, and a report to read.

mod addition;
mod export;
mod seal_key;
mod show;
mod time_stamp;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use serde_json::json;

pub(crate) use self::export::OWN_PAGES;
pub(crate) use self::seal_key::bundle;
pub(crate) use self::time_stamp::stamp;
use super::args::Evidence;
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::{clean, shown};
use crate::event::exit::Ending;
use crate::event::id::{AccountName, Digest, PlanId, Realm, RunId, Slug};
use crate::event::link::Link;
use crate::evidence::run_folder::{self, folder_of};
use crate::evidence::verify::{self, Examined, Known, Stamped, Verdict};
use crate::ledger::{Ledger, RunRow, ScanRow};
use crate::report::html::{self, ReportInput};
use crate::report::{terminal, words};

/// Carries out `evidence`.
pub(crate) fn run(context: &Context, command: &Evidence) -> Answer {
    // Whoever checks a file of somebody else needs no ledger, and gets none.
    if let Evidence::Verify { run } = command
        && run.to_lowercase().ends_with(".zip")
    {
        return export::check(context, Path::new(run));
    }
    let ledger = context.ledger()?;
    match command {
        Evidence::List => list(context, &ledger),
        Evidence::Verify { run } => verify(context, &find_proof(context, &ledger, run)?),
        Evidence::Show { run } => show::show(context, &find_proof(context, &ledger, run)?),
        Evidence::Attach { run, file } => addition::attach(context, &ledger, (run, file)),
        Evidence::Purge(command) => addition::purge(context, &ledger, command),
        Evidence::Export(command) => {
            let proof = find_proof(context, &ledger, &command.run)?;
            export::export(context, &ledger, (&proof, command))
        }
        Evidence::Report { run } => {
            let row = find(context, &ledger, run)?;
            let index = write_report(context, &ledger, &row.id)?;
            context.out.show(shown(index.display()));
            Ok(Outcome::done("").with("run", row.id.to_string()).with("report", index.display().to_string()))
        }
    }
}

/// What proof is kept of: a run, or a scan.
struct Proof {
    id: RunId,
    realm: Realm,
    folder: PathBuf,
    started: jiff::Timestamp,
    ended: Option<jiff::Timestamp>,
    result: Option<Ending>,
    /// What it was, in words.
    what: String,
    /// The plan that it carried out; none for a scan.
    plan: Option<PlanId>,
    /// Whether it acted on the account itself.
    is_of_account: bool,
    /// The hashes of the newest manifest and its seal, as the ledger has them.
    noted: (Option<Digest>, Option<Digest>),
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
fn noted(context: &Context, ledger: &Ledger) -> Result<Vec<Proof>, Failure> {
    let runs = ledger.runs(context.account())?.into_iter().map(|row| of_run(context, ledger, row));
    let scans = ledger.scans(context.account())?.into_iter().map(|row| Ok(of_scan(context, row)));
    runs.chain(scans).collect()
}

/// The run or scan that is meant; `last` is the newest of both.
fn find_proof(context: &Context, ledger: &Ledger, typed: &str) -> Result<Proof, Failure> {
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
fn find(context: &Context, ledger: &Ledger, typed: &str) -> Result<RunRow, Failure> {
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

fn folder(context: &Context, row: &RunRow) -> PathBuf {
    folder_of(&context.evidence_root(), &row.account, row.realm, &row.id)
}

fn list(context: &Context, ledger: &Ledger) -> Answer {
    let runs = ledger.runs(context.account())?;
    let mut table = vec![["run", "plan", "mode", "started", "result"].map(str::to_owned).to_vec()];
    for row in &runs {
        let mode = words::of_mode(row.mode);
        let result = row.result.map_or("not ended", |ending| words::of_ending(ending).short);
        let cells = [row.id.as_str(), row.plan.as_str(), mode, &context.time(row.started), result];
        table.push(cells.map(str::to_owned).to_vec());
        context.out.record(&json!({
            "v": 1, "run": row.id, "plan": row.plan, "mode": row.mode, "started": row.started, "ended": row.ended,
            "result": row.result, "folder": folder(context, row),
        }));
    }
    let scans = ledger.scans(context.account())?;
    for row in &scans {
        let result = row.result.map_or("not ended", |ending| words::of_ending(ending).short);
        let cells = [row.id.as_str(), "", "scan", &context.time(row.started), result];
        table.push(cells.map(str::to_owned).to_vec());
        let folder = folder_of(&context.evidence_root(), &row.account, row.realm, &row.id);
        context.out.record(&json!({
            "v": 1, "run": row.id, "plan": null, "mode": "scan", "started": row.started, "ended": row.ended,
            "result": row.result, "rows": row.rows, "total": row.total, "complete": row.complete, "folder": folder,
        }));
    }
    if runs.is_empty() && scans.is_empty() {
        return Ok(Outcome::done("no runs yet; `exeunt run last` rehearses the newest plan"));
    }
    let columns = context.out.columns.unwrap_or(usize::MAX);
    terminal::table(&table, columns).iter().for_each(|line| context.out.show(line));
    Ok(Outcome::done(""))
}

fn verify(context: &Context, proof: &Proof) -> Answer {
    let folder = &proof.folder;
    let known = match known_of(proof) {
        Ok(known) => known,
        Err(failure) => {
            context.out.show(format!("INCOMPLETE  run {}  {}", proof.id, shown(folder.display())));
            let outcome = failure.outcome().with("verdict", "INCOMPLETE").with("run", proof.id.to_string());
            return Ok(outcome);
        }
    };
    let found = verify::examine(folder, Some(&known));
    context.out.show(format!("{}  run {}  {}", found.verdict.as_str(), proof.id, shown(folder.display())));
    Ok(judged(context, &found).with("run", proof.id.to_string()))
}

/// What the ledger remembers of a run's proof.
///
/// # Errors
/// The run was never finished.
fn known_of(proof: &Proof) -> Result<Known, Failure> {
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

/// What was found, in words and as fields.
fn judged(context: &Context, found: &Examined) -> Outcome {
    let mut reason = match (&found.verdict, found.sealed_by) {
        (Verdict::Valid, _) => format!(
            "every file, the chain, the seal and the time token fit; the seal's key is {}",
            found.sealed_by.map_or_else(String::new, |key| key.short())
        ),
        (Verdict::ValidNoTime, Some(key)) => format!(
            "every file, the chain and the seal fit; the seal's key is {}{}",
            key.short(),
            match found.token {
                None =>
                    "\nthere is no time token of an independent authority: this shows that nothing was changed, not when it was sealed",
                Some(_) => "",
            }
        ),
        (Verdict::ValidNoTime, None) => "every file and the chain fit; there is no seal, so this shows that nothing \
             changed\nsince the ledger noted the manifest's hash"
            .to_owned(),
        (Verdict::Incomplete { path, why } | Verdict::Tampered { path, why }, _) => {
            format!("{}: {}", clean(path), clean(why))
        }
    };
    if let Some(Stamped { at, is_in_time }) = found.token {
        let late = if is_in_time { "" } else { ", which is more than a day from the time in the seal" };
        reason.push_str(&format!(
            "\na time stamp authority saw the seal on {}{late}; the `openssl ts` command of VERIFY.md checks whose signature it is",
            context.time(at)
        ));
    }
    if let Some(at) = found.purged {
        reason.push_str(&format!(
            "\npurged on {}: pictures and readings were deleted, their hashes stay",
            context.time(at)
        ));
    }
    Outcome::of(found.verdict.ending(), reason)
        .with("verdict", found.verdict.as_str())
        .with("key", found.sealed_by.map(|key| key.to_string()))
        .with("time", found.token.map(|token| token.at.to_string()))
        .with("purged", found.purged.map(|at| at.to_string()))
}

/// What every run and scan of the account that was closed is worth as proof.
pub(crate) fn verdicts(context: &Context, ledger: &Ledger) -> Result<Vec<(RunId, Verdict)>, Failure> {
    let root = context.evidence_root();
    let of = |account: &AccountName, realm: Realm, run: &RunId| folder_of(&root, account, realm, run);
    let runs = ledger.runs(context.account())?.into_iter();
    let runs = runs.map(|row| (of(&row.account, row.realm, &row.id), row.id, row.manifest, row.seal));
    let scans = ledger.scans(context.account())?.into_iter();
    let scans = scans.map(|row| (of(&row.account, row.realm, &row.id), row.id, row.manifest, row.seal));
    let verdict = |(folder, run, manifest, seal): (PathBuf, RunId, Option<Digest>, Option<Digest>)| {
        let known = manifest.map(|manifest_sha256| Known { manifest_sha256, head: None, seal });
        let verdict = match known {
            Some(known) => verify::verify(&folder, Some(&known)),
            None => Verdict::Incomplete { path: String::new(), why: "it was never finished".to_owned() },
        };
        (run, verdict)
    };
    Ok(runs.chain(scans).map(verdict).collect())
}

/// Writes a run's report beside its evidence; answers the index page.
pub(crate) fn write_report(context: &Context, ledger: &Ledger, run: &RunId) -> Result<PathBuf, Failure> {
    let row = ledger.run(context.account(), run)?;
    let links = ledger.links_of_run(run)?;
    let names: BTreeMap<Slug, String> =
        ledger.plan_people(&row.plan)?.into_iter().map(|person| (person.slug, person.name)).collect();
    let target = folder(context, &row);
    let proof = run_folder::finished(&target);
    let records = run_folder::records(&target)?;
    let entries = links.iter().map(Link::entry).collect::<Result<Vec<_>, _>>();
    let entries = entries.map_err(|error| {
        Failure::new(Ending::Damaged, format!("the chain holds what this version does not know: {error}"), "")
    })?;
    let input = ReportInput {
        entries: &entries,
        proof: proof.as_ref().ok().and_then(Option::as_ref),
        names: &names,
        zone: context.zone(),
        records: &records,
        // Practice has no cap unless a run asked for the real pace, which its facts do not tell.
        cap: context.settings.pace.per_day.map(NonZeroU32::get).filter(|_| row.realm == Realm::Real),
    };
    for page in html::pages(&input) {
        run_folder::write_report(&target, &page.path, page.html.as_bytes())?;
    }
    Ok(target.join("report").join("index.html"))
}
