//! A run's proof in one file for somebody else, with as much of other people in it as the user wants to hand out.
//!
//! ```text
//! handout.json        what is in it, what was left out and why, and which manifest, seal and chain it is of
//! handout-seal.json   the signature over that, by the key of the installation
//! seal-key.pem        the public key
//! VERIFY.md           how to check it without this program
//! SHA256SUMS          every file
//! proof/              with all names: the run's folder as it is; else the parts of it that show nobody else
//! ```
//!
//! The chain cannot be rewritten, so an entry about somebody else keeps only its place and its two hashes: whoever has the
//! original can see that it is the same one, and the entries around it still link to it. This module knows no ledger: the
//! caller says whose names are to be hidden.

mod contents;
mod cut;
mod guide;
pub(super) mod line;

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use self::contents::{Handout, LeftOut, Listed, Names, Order};
use self::cut::{Cut, Piece, read};
use super::envelope::{self, PublicKey, SealKey};
use super::error::EvidenceError;
use super::folder::Folder;
use super::manifest::{LIMITS, MANIFEST, Manifest, SEAL, SEAL_KEY, SUMS, TOKEN};
use super::run_folder::{self, Finished, MAX_EVENTS, malformed};
use super::zip::Writer;
use crate::event::id::{Digest, RunId};

/// The list of what is in it.
pub const HANDOUT: &str = "handout.json";
/// The signature over that list.
pub const HANDOUT_SEAL: &str = "handout-seal.json";
/// How to check it.
pub(super) const HANDOUT_GUIDE: &str = "VERIFY.md";
/// The folder of what it is of.
pub(super) const PROOF: &str = "proof/";
/// The kind of envelope of its signature.
pub(super) const HANDOUT_TYPE: &str = "application/vnd.exeunt.handout+json";

/// The signed content of `handout-seal.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Signed {
    v: u32,
    run: RunId,
    handout_sha256: Digest,
    key: Digest,
}

/// Writes the handout of a finished run's folder.
///
/// What is to be handed out was verified before: this only reads.
///
/// # Errors
/// The run was never finished, a file cannot be read, or the disk refuses; then what was written is no handout.
pub fn write(folder: &Path, out: impl Write, order: &Order<'_>) -> Result<Handout, EvidenceError> {
    let finished = run_folder::finished(folder)?.ok_or_else(|| malformed(MANIFEST, &"the run was never finished"))?;
    let root = Folder::open(folder)?.into_start();
    let mut zip = Zip { writer: Writer::new(out), listed: Vec::new() };
    let mut handout = blank(&finished, order.names);
    if order.names == Names::Full {
        as_it_is(&root, &finished, &mut zip)?;
    } else {
        let cut = Cut::of(&root, &finished.manifest, order)?;
        for record in &finished.manifest.files {
            match cut.piece(&root, record)? {
                Piece::Whole(bytes) => zip.add(&format!("{PROOF}{}", record.path), &bytes)?,
                Piece::LeftOut(why) => {
                    let (role, sha256) = (record.role.clone(), record.sha256);
                    handout.left_out.push(LeftOut { role, sha256, why: why.to_owned() });
                }
            }
        }
        if let Some(seal) = root.read(SEAL, MAX_EVENTS)? {
            zip.add(&format!("{PROOF}{SEAL}"), &seal)?;
        }
        if let Some(token) = root.read(TOKEN, MAX_EVENTS)? {
            zip.add(&format!("{PROOF}{TOKEN}"), &token)?;
        }
    }
    zip.listed.sort_by(|a, b| a.path.cmp(&b.path));
    handout.files.clone_from(&zip.listed);
    zip.close(&handout, order.key)?;
    Ok(handout)
}

/// The key that lies in a handout, and its list as that key signed it.
///
/// # Errors
/// Which file does not fit, and why.
pub(super) fn opened((list, seal): (&[u8], &[u8]), key: &PublicKey) -> Result<Handout, (&'static str, &'static str)> {
    let payload = envelope::open(seal, HANDOUT_TYPE, key).map_err(|why| (HANDOUT_SEAL, why))?;
    let handout: Handout = serde_json::from_slice(list).map_err(|_| (HANDOUT, "it is no list of a handout"))?;
    let signed = Signed { v: 1, run: handout.run.clone(), handout_sha256: Digest::of(list), key: key.id() };
    match serde_json::from_slice::<Signed>(&payload) {
        Ok(found) if found == signed && handout.v == 1 => Ok(handout),
        _ => Err((HANDOUT_SEAL, "it is the signature of another handout")),
    }
}

fn blank(finished: &Finished, names: Names) -> Handout {
    let manifest = &finished.manifest;
    Handout {
        v: 1,
        run: manifest.run.clone(),
        account: manifest.account.clone(),
        realm: manifest.realm,
        program: format!("exeunt {}", env!("CARGO_PKG_VERSION")),
        names,
        manifest_sha256: finished.sha256,
        seal_sha256: finished.seal,
        chain_before: manifest.chain_before,
        chain_head: manifest.chain_head,
        gaps: manifest.gaps.clone(),
        limits: LIMITS.map(str::to_owned).to_vec(),
        files: vec![],
        left_out: vec![],
    }
}

fn as_it_is<W: Write>(root: &Folder, finished: &Finished, zip: &mut Zip<W>) -> Result<(), EvidenceError> {
    let Manifest { files, .. } = &finished.manifest;
    let listed = files.iter().map(|record| record.path.as_str());
    for path in listed.chain([MANIFEST, SUMS]).chain(finished.seal.map(|_| SEAL)) {
        zip.add(&format!("{PROOF}{path}"), &read(root, path)?)?;
    }
    match root.read(TOKEN, MAX_EVENTS)? {
        Some(token) => zip.add(&format!("{PROOF}{TOKEN}"), &token),
        None => Ok(()),
    }
}

struct Zip<W> {
    writer: Writer<W>,
    listed: Vec<Listed>,
}

impl<W: Write> Zip<W> {
    fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), EvidenceError> {
        self.writer.add(path, bytes).map_err(|error| malformed(path, &error))?;
        self.listed.push(Listed { path: path.to_owned(), bytes: bytes.len() as u64, sha256: Digest::of(bytes) });
        Ok(())
    }

    fn close(mut self, handout: &Handout, key: &SealKey) -> Result<(), EvidenceError> {
        let mut list = serde_json::to_vec_pretty(handout).map_err(|error| malformed(HANDOUT, &error))?;
        list.push(b'\n');
        let signed =
            Signed { v: 1, run: handout.run.clone(), handout_sha256: Digest::of(&list), key: key.public().id() };
        let payload = serde_json::to_vec(&signed).map_err(|error| malformed(HANDOUT_SEAL, &error))?;
        self.add(HANDOUT, &list)?;
        self.add(HANDOUT_SEAL, &envelope::enclose(HANDOUT_TYPE, &payload, key))?;
        self.add(SEAL_KEY, key.public().pem().as_bytes())?;
        self.add(HANDOUT_GUIDE, guide::text(handout).as_bytes())?;
        let sums = sums(&self.listed);
        self.writer.add(SUMS, sums.as_bytes()).map_err(|error| malformed(SUMS, &error))?;
        let mut out = self.writer.finish().map_err(|error| malformed("zip", &error))?;
        out.flush().map_err(|error| malformed("zip", &error))
    }
}

/// The content of a handout's `SHA256SUMS`.
pub(super) fn sums(files: &[Listed]) -> String {
    files.iter().map(|file| format!("{}  {}\n", file.sha256, file.path)).collect()
}
