//! What is done to a run's proof after the run: a file added, pictures and readings deleted. Each is a fact, and the proof
//! is sealed again.

use std::io::{BufRead as _, IsTerminal as _, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::proof::{Proof, find_proof, noted};
use super::{seal_key, time_stamp};
use crate::cli::args::Purge;
use crate::cli::context::Context;
use crate::cli::interlock;
use crate::cli::outcome::{Answer, Failure, Outcome};
use crate::cli::output::{clean, shown};
use crate::event::exit::Ending;
use crate::event::fact::Fact;
use crate::event::id::{Digest, Realm};
use crate::event::kept_file::KeptFile;
use crate::event::link::Link;
use crate::evidence::bundle::{Bundle, MAX_ATTACHED};
use crate::evidence::run_folder;
use crate::evidence::verify::{self, Verdict};
use crate::ledger::{Ledger, Owner};
use crate::report::count::{bytes as sized, count};

/// So much of a file's own name is remembered.
const NAME_LENGTH: usize = 200;

/// Carries out `evidence attach`.
pub(super) fn attach(context: &Context, ledger: &Ledger, (run, file): (&str, &Path)) -> Answer {
    let proof = find_proof(context, ledger, run)?;
    let content = content_of(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_LENGTH).collect();
    let mut amended = Amended::begin(context, ledger, &proof)?;
    let KeptFile { path, sha256 } = amended.bundle.attach(&name, &content)?;
    let bytes = content.len() as u64;
    amended.write(&Fact::Attached { run: proof.id.clone(), path: path.clone(), sha256, bytes, name: name.clone() })?;
    amended.seal()?;
    let said = format!("{} ({}) is part of the proof of run {} now, and sealed", clean(&name), sized(bytes), proof.id);
    context.out.note("It is kept unchanged: everybody who gets the proof can read it.");
    Ok(Outcome::done(said)
        .with("run", proof.id.to_string())
        .with("path", path)
        .with("sha256", sha256.to_string())
        .with("bytes", bytes))
}

/// The bytes of a file that somebody wants to keep: an ordinary one of at most 32 MB.
fn content_of(file: &Path) -> Result<Vec<u8>, Failure> {
    let refuse = |why: &str| Failure::bad_file(shown(format!("{}: {why}", file.display())), "name another file");
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).expect("flags of open are an int");
    let opened = std::fs::File::options().read(true).custom_flags(flags).open(file);
    let opened = opened.map_err(|error| refuse(&error.to_string()))?;
    if !opened.metadata().is_ok_and(|about| about.is_file()) {
        return Err(refuse("it is no ordinary file"));
    }
    let mut content = Vec::new();
    opened.take(MAX_ATTACHED + 1).read_to_end(&mut content).map_err(|error| refuse(&error.to_string()))?;
    match content.len() as u64 {
        0 => Err(refuse("it is empty")),
        length if length > MAX_ATTACHED => Err(refuse(&format!("it is larger than {}", sized(MAX_ATTACHED)))),
        _ => Ok(content),
    }
}

/// Carries out `evidence purge`.
pub(super) fn purge(context: &Context, ledger: &Ledger, command: &Purge) -> Answer {
    is_settled(context, ledger)?;
    let (proofs, why) = chosen(context, ledger, command)?;
    if proofs.is_empty() {
        return Ok(Outcome::done(format!("nothing to delete: {why}")).with("runs", 0).with("files", 0));
    }
    let shown: Vec<&str> = proofs.iter().map(|proof| proof.id.as_str()).collect();
    let runs = count(shown.len() as u64, "run", "runs");
    context.out.note(format!("PURGE: deletes every picture, page and reading of {runs}: {}", shown.join(", ")));
    context.out.note(
        "The hashes, the chain and the seals stay, so that it can still be checked what was there. It cannot be undone.",
    );
    confirmed(command, context)?;
    let mut files = 0;
    for proof in &proofs {
        files += purge_one(context, ledger, proof, &why)?;
    }
    let said = format!("{} of {runs} deleted", count(files, "file", "files"));
    Ok(Outcome::done(said).with("runs", proofs.len()).with("files", files))
}

/// What was seen of somebody in doubt is still needed.
fn is_settled(context: &Context, ledger: &Ledger) -> Result<(), Failure> {
    let realm = ledger.realm(context.account())?.unwrap_or(Realm::Real);
    let doubtful = ledger.in_doubt(context.account(), realm)?.len() as u64;
    if doubtful == 0 {
        return Ok(());
    }
    Err(Failure::new(
        Ending::InDoubt,
        format!("{} in doubt: what was seen of them is still needed", count(doubtful, "person is", "people are")),
        "`exeunt status` says how to settle it",
    ))
}

/// What is to be purged, and why.
fn chosen(context: &Context, ledger: &Ledger, command: &Purge) -> Result<(Vec<Proof>, String), Failure> {
    if let Some(run) = &command.run {
        let proof = find_proof(context, ledger, run)?;
        if proof.ended.is_none() || proof.noted.0.is_none() {
            let what = format!("run {} was never finished, so it has no hashes that could be kept", proof.id);
            return Err(Failure::new(Ending::SomeFailed, what, "delete its folder yourself, or leave it"));
        }
        return Ok((vec![proof], "a person asked for this run".to_owned()));
    }
    let days = command.older_than.or(context.settings.keep_days.map(std::num::NonZeroU32::get)).ok_or_else(|| {
        Failure::usage("it is not said what to purge", "name a run, say --older-than DAYS, or set `evidence.keep_days`")
    })?;
    let before = context.clock.now().utc.checked_sub(SignedDuration::from_hours(24 * i64::from(days)));
    let before = before.unwrap_or(Timestamp::MIN);
    let is_old = |proof: &Proof| {
        !proof.is_of_account && proof.noted.0.is_some() && proof.ended.is_some_and(|ended| ended < before)
    };
    let mut proofs = Vec::new();
    for proof in noted(context, ledger)?.into_iter().filter(is_old) {
        if Bundle::open(&context.evidence_root(), context.account(), proof.realm, &proof.id)?.views()? > 0 {
            proofs.push(proof);
        }
    }
    Ok((proofs, format!("older than {}", count(days.into(), "day", "days"))))
}

fn confirmed(command: &Purge, context: &Context) -> Result<(), Failure> {
    if command.yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("purging needs somebody who types `purge`, or --yes", "nothing was deleted"));
    }
    context.out.warn("Type `purge` to go on; anything else stops:");
    let mut typed = String::new();
    let read = std::io::stdin().lock().read_line(&mut typed);
    match read {
        Ok(_) if typed.trim() == "purge" => Ok(()),
        _ => Err(Failure::bad_file("that is not `purge`: nothing was deleted", "run the command again to try again")),
    }
}

fn purge_one(context: &Context, ledger: &Ledger, proof: &Proof, why: &str) -> Result<u64, Failure> {
    if let Verdict::Tampered { path, why } = verify::verify(&proof.folder, None) {
        let what = format!("run {}: {}: {}", proof.id, clean(&path), clean(&why));
        return Err(Failure::new(Ending::Damaged, what, "a purge would hide that; look at it first"));
    }
    let mut amended = Amended::begin(context, ledger, proof)?;
    let files = amended.bundle.views()?;
    // A purge that was cut short goes on where it was.
    let is_purge = |link: &Link| link.entry().is_ok_and(|entry| matches!(entry.fact, Fact::Purged { .. }));
    if !amended.links()?.iter().any(is_purge) {
        amended.write(&Fact::Purged { run: proof.id.clone(), files, why: why.to_owned() })?;
    }
    amended.bundle.purge()?;
    amended.seal()?;
    Ok(files)
}

/// A run whose proof gets something after its end.
struct Amended<'a> {
    context: &'a Context,
    proof: &'a Proof,
    owner: Owner,
    bundle: Bundle,
}

impl<'a> Amended<'a> {
    fn begin(context: &'a Context, ledger: &Ledger, proof: &'a Proof) -> Result<Self, Failure> {
        if run_folder::finished(&proof.folder)?.is_none() {
            let what = format!("the proof of run {} was never finished", proof.id);
            return Err(Failure::new(Ending::SomeFailed, what, "`exeunt evidence list` shows the others"));
        }
        let owner = interlock::own(context, ledger, proof.realm)?;
        let bundle = Bundle::open(&context.evidence_root(), context.account(), proof.realm, &proof.id)?;
        Ok(Self { context, proof, owner, bundle: bundle.sealed_with(seal_key::seal_key(context)?) })
    }

    fn links(&self) -> Result<Vec<Link>, Failure> {
        Ok(self.owner.ledger().links_of_run(&self.proof.id)?)
    }

    fn write(&mut self, fact: &Fact) -> Result<(), Failure> {
        self.owner.append(&self.context.clock.now(), fact)?;
        Ok(())
    }

    /// Writes manifest and seal anew, and tells the ledger.
    fn seal(&mut self) -> Result<(), Failure> {
        let previous = last_seal(&self.owner, self.proof.realm)?;
        let finished = self.bundle.finish_again(&self.links()?, previous)?;
        let (run, sha256, seal) = (self.proof.id.clone(), finished.sha256, finished.seal);
        self.write(&Fact::ManifestWritten { run, sha256, seal })?;
        time_stamp::stamp(self.context, &self.bundle);
        Ok(())
    }
}

fn last_seal(owner: &Owner, realm: Realm) -> Result<Option<Digest>, Failure> {
    Ok(owner.ledger().last_seal(owner.account(), realm)?)
}
