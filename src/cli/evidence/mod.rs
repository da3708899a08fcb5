//! `evidence`: what was kept, whether it is whole, and a report to read.

mod addition;
mod export;
mod judgement;
mod proof;
mod seal_key;
mod show;
mod time_stamp;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use serde_json::json;

pub(crate) use self::export::OWN_PAGES;
use self::judgement::judged;
use self::proof::{Proof, find, find_proof, folder, known_of};
pub(crate) use self::seal_key::bundle;
pub(crate) use self::time_stamp::stamp;
use super::args::Evidence;
use super::context::Context;
use super::missing;
use super::outcome::{Answer, Failure, Outcome};
use super::output::shown;
use crate::event::exit::Ending;
use crate::event::id::{AccountName, Digest, Realm, RunId, Slug};
use crate::event::link::Link;
use crate::evidence::run_folder::{self, folder_of};
use crate::evidence::verify::{self, Known, Verdict};
use crate::ledger::Ledger;
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

fn list(context: &Context, ledger: &Ledger) -> Answer {
    let runs = ledger.runs(context.account())?;
    let mut table = vec![["run", "plan", "mode", "started", "result"].map(str::to_owned).to_vec()];
    for row in &runs {
        let mode = words::of_mode(row.mode);
        let result = row.result.map_or("not ended", |ending| words::of_ending(ending).short);
        let cells = [row.id.as_str(), row.plan.as_str(), mode, &context.time(row.started), result];
        table.push(cells.map(str::to_owned).to_vec());
        context.out.record(&json!({
            "v": 1, "kind": "run", "run": row.id, "plan": row.plan, "mode": row.mode, "started": row.started, "ended": row.ended,
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
            "v": 1, "kind": "run", "run": row.id, "plan": null, "mode": "scan", "started": row.started, "ended": row.ended,
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
        missing: &missing::for_report(context, ledger, run)?,
        // Practice has no cap unless a run asked for the real pace, which its facts do not tell.
        cap: context.settings.pace.per_day.map(NonZeroU32::get).filter(|_| row.realm == Realm::Real),
    };
    for page in html::pages(&input) {
        run_folder::write_report(&target, &page.path, page.html.as_bytes())?;
    }
    Ok(target.join("report").join("index.html"))
}
