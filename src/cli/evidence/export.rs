//! `evidence export`: a run's proof in one file for somebody else; and the check of such a file.

use std::collections::BTreeMap;
use std::io::{BufReader, BufWriter};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::judgement::judged;
use super::proof::{Proof, known_of};
use super::seal_key;
use crate::cli::args::Export;
use crate::cli::context::Context;
use crate::cli::list_file::plain;
use crate::cli::outcome::{Answer, Failure};
use crate::cli::output::{clean, shown};
use crate::event::exit::Ending;
use crate::event::id::Slug;
use crate::evidence::handout::{self, Handout, Names, Order};
use crate::evidence::verify::handed::examine_handout;
use crate::evidence::verify::{self, Verdict};
use crate::ledger::Ledger;
use crate::report::count::{bytes as sized, count};

/// Pages of the site that show the account itself and nobody else, as their paths begin.
pub(crate) const OWN_PAGES: [&str; 4] = ["/mypreferences/", "/psettings/", "/uas/", "/login"];

/// Carries out `evidence export`.
pub(super) fn export(context: &Context, ledger: &Ledger, (proof, command): (&Proof, &Export)) -> Answer {
    let names = match command.names {
        crate::cli::args::NamesArg::Full => Names::Full,
        crate::cli::args::NamesArg::Initials => Names::Initials,
        crate::cli::args::NamesArg::Hidden => Names::Hidden,
    };
    let known = known_of(proof)?;
    match verify::verify(&proof.folder, Some(&known)) {
        Verdict::Tampered { path, why } => {
            let what = format!("run {}: {}: {}", proof.id, clean(&path), clean(&why));
            return Err(Failure::new(Ending::Damaged, what, "evidence that was changed is not handed out"));
        }
        Verdict::Incomplete { path, why } => {
            context.out.warn(format!("INCOMPLETE: {}: {}; it is handed out as it is", clean(&path), clean(&why)));
        }
        Verdict::Valid | Verdict::ValidNoTime => {}
    }
    let people = people(context, ledger, proof)?;
    let key = seal_key::seal_key(context)?;
    let order = Order { names, people: &people, own_pages: &OWN_PAGES, key: &key };
    let handout = written(&command.out, &proof.folder, &order)?;
    let size = std::fs::metadata(&command.out).map_or(0, |about| about.len());
    context.out.say(shown(format!("{} ({})", command.out.display(), sized(size))));
    for line in told(&handout) {
        context.out.say(line);
    }
    let next = shown(format!("exeunt evidence verify {}", command.out.display()));
    let mut outcome = crate::cli::outcome::Outcome::done("");
    outcome.next = Some(next.into());
    Ok(outcome
        .with("run", proof.id.to_string())
        .with("out", command.out.display().to_string())
        .with("names", names.as_str())
        .with("files", handout.files.len())
        .with("left_out", handout.left_out.len())
        .with("key", key.public().id().to_string()))
}

/// Writes the file, which must not be there yet; a part of one is taken away.
fn written(out: &Path, folder: &Path, order: &Order<'_>) -> Result<Handout, Failure> {
    let refuse = |error: std::io::Error| Failure::not_made(out, &error);
    let file = std::fs::File::options().write(true).create_new(true).mode(0o600).open(out).map_err(refuse)?;
    let done = handout::write(folder, BufWriter::new(&file), order).map_err(Failure::from);
    let done = done.and_then(|handout| file.sync_all().map(|()| handout).map_err(refuse));
    if done.is_err() {
        // The first error is the one to tell.
        let _ = std::fs::remove_file(out);
    }
    done
}

/// Everybody whose name must not be in it.
fn people(context: &Context, ledger: &Ledger, proof: &Proof) -> Result<BTreeMap<Slug, String>, Failure> {
    let known = ledger.people(context.account())?.into_iter().map(|known| known.person);
    let mut people: BTreeMap<Slug, String> = known.map(|person| (person.slug.clone(), person.full_name())).collect();
    if let Some(plan) = &proof.plan {
        people.extend(ledger.plan_people(plan)?.into_iter().map(|person| (person.slug, person.name)));
    }
    Ok(people)
}

fn told(handout: &Handout) -> Vec<String> {
    let files = count(handout.files.len() as u64, "file", "files");
    let left = count(handout.left_out.len() as u64, "file was", "files were");
    let names = match handout.names {
        Names::Full => "full: it holds everything, other people's names and pictures too",
        Names::Initials => {
            "initials: other people are shown by these and by a hash that only this installation can make"
        }
        Names::Hidden => "hidden: other people are shown only by a hash that only this installation can make",
    };
    vec![
        format!("  names     {names}"),
        format!("  holds     {files}; {left} left out"),
        "  pictures  look through them before you hand them on".to_owned(),
    ]
}

/// Checks a file that `evidence export` wrote, here or elsewhere.
pub(super) fn check(context: &Context, file: &Path) -> Answer {
    let refuse = |why: &str| Failure::bad_file(shown(format!("{}: {why}", file.display())), "name another file");
    plain(file).map_err(|why| refuse(&why))?;
    let opened = std::fs::File::open(file).map_err(|error| refuse(&error.to_string()))?;
    let found = examine_handout(BufReader::with_capacity(256 * 1024, opened));
    let of = found.of.as_ref().map_or(String::new(), |handout| {
        format!("  run {} of {} ({}), names {}", handout.run, handout.account, handout.realm, handout.names.as_str())
    });
    context.out.show(format!("{}{of}  {}", found.examined.verdict.as_str(), shown(file.display())));
    let outcome = judged(context, &found.examined);
    let run = found.of.as_ref().map(|handout| handout.run.to_string());
    let left_out = found.of.as_ref().map(|handout| handout.left_out.len());
    Ok(outcome.with("run", run).with("left_out", left_out))
}
