//! Closes a run's folder: writes the chain's part, the guide, the manifest over all of it, and the seal over that.

use std::sync::atomic::Ordering;

use super::bundle::{Bundle, OPEN};
use super::contents::record;
use super::error::{EvidenceError, EvidenceErrorKind};
use super::folder::UNFINISHED;
use super::guide;
use super::manifest::{
    ChainPlace, EVENTS, GUIDE, Gap, LIMITS, MANIFEST, Manifest, NONE, Purged, REPORT, RUN, SEAL, SEAL_KEY, SUMS, TOKEN,
    VERSION, earlier_manifest, is_earlier_manifest, is_view,
};
use super::run_folder::{Finished, MAX_EVENTS, MAX_FILE, malformed};
use super::seal::Seal;
use super::time_token::Token;
use crate::crash_point::crash_point;
use crate::event::fact::Fact;
use crate::event::id::{Digest, RunId};
use crate::event::kept_file::KeptFile;
use crate::event::link::{Link, check_chain};

impl Bundle {
    /// Writes the chain's part, the guide, the manifest and its seal. On disk when it returns.
    ///
    /// `links` is the run's part of the chain: without a gap up to the run's end, then what was added later. It may be
    /// called again with a longer part: the manifest and the seal before stay as `manifest-1.json` and `seal-1.json`, and
    /// the new ones cover them too. `previous` is the hash of the account's newest seal, as the ledger has it. From the
    /// first file kept until this returns a mark lies in the folder, so that [`super::verify::verify`] calls a run that is
    /// still going on, or that crashed, incomplete instead of tampered with.
    ///
    /// # Errors
    /// The chain is broken or differs from what an earlier call kept, or the disk refuses.
    pub fn finish(
        &self,
        links: &[Link],
        run: &serde_json::Value,
        previous: Option<Digest>,
    ) -> Result<Finished, EvidenceError> {
        let mut run = serde_json::to_vec_pretty(run).map_err(|error| malformed(RUN, &error))?;
        run.push(b'\n');
        self.close(links, &run, previous)
    }

    /// As [`Bundle::finish`], after something was added to a run that was finished before.
    ///
    /// # Errors
    /// The run was never finished; else as there.
    pub fn finish_again(&self, links: &[Link], previous: Option<Digest>) -> Result<Finished, EvidenceError> {
        let run = self.root.read(RUN, MAX_FILE)?;
        let run = run.ok_or_else(|| malformed(RUN, &"the run was never finished"))?;
        self.close(links, &run, previous)
    }

    fn close(&self, links: &[Link], run: &[u8], previous: Option<Digest>) -> Result<Finished, EvidenceError> {
        let events = self.checked_events(links)?;
        self.mark_open()?;
        self.root.replace(RUN, run)?;
        self.root.replace(EVENTS, &events)?;
        if let Some(key) = &self.key {
            self.root.replace(SEAL_KEY, key.public().pem().as_bytes())?;
        }
        let mut manifest = self.manifest(links)?;
        self.root.replace(GUIDE, guide::text(&manifest).as_bytes())?;
        manifest.files = self.files()?;
        manifest.purged = self.purged(links, &manifest)?;
        self.keep_earlier(&mut manifest)?;
        let bytes = manifest.to_bytes();
        let sha256 = Digest::of(&bytes);
        let seal = self.seal(&manifest, sha256, previous)?;
        crash_point!("C14");
        self.root.replace(SUMS, manifest.sums(sha256, (seal, self.token()?)).as_bytes())?;
        self.root.replace(MANIFEST, &bytes)?;
        self.unmark()?;
        Ok(Finished { manifest, sha256, seal })
    }

    /// The manifest without its files.
    fn manifest(&self, links: &[Link]) -> Result<Manifest, EvidenceError> {
        let last = links.last().expect("an empty chain was refused");
        let until = last.entry().map_err(|error| malformed(EVENTS, &error))?.at.utc;
        Ok(Manifest {
            v: VERSION,
            run: self.run.clone(),
            account: self.account.clone(),
            realm: self.realm,
            program: format!("exeunt {}", env!("CARGO_PKG_VERSION")),
            until,
            chain_before: ChainPlace { seq: links[0].seq.saturating_sub(1), hash: links[0].prev },
            chain_head: ChainPlace { seq: last.seq, hash: last.hash },
            seal: self.key.as_ref().map_or(NONE.to_owned(), |key| format!("ed25519:{}", key.public().id())),
            time_token: format!("{TOKEN}, where one was asked for"),
            limits: LIMITS.map(str::to_owned).to_vec(),
            not_covered: vec![format!("{REPORT}/"), SUMS.to_owned(), SEAL.to_owned(), TOKEN.to_owned()],
            gaps: gaps(links),
            purged: None,
            files: vec![],
        })
    }

    /// Writes the seal, unless the one that is there is of this very manifest; answers its hash.
    fn seal(
        &self,
        manifest: &Manifest,
        sha256: Digest,
        previous: Option<Digest>,
    ) -> Result<Option<Digest>, EvidenceError> {
        let Some(key) = &self.key else { return Ok(None) };
        if let Some(kept) = self.root.read(SEAL, MAX_FILE)?
            && Seal::open(&kept, &key.public()).is_ok_and(|seal| seal.manifest_sha256 == sha256)
        {
            return Ok(Some(Digest::of(&kept)));
        }
        // A token is over one seal; `keep_earlier` has kept it.
        self.root.remove(TOKEN)?;
        let bytes = Seal::of(manifest, sha256, previous, key.public().id()).signed(key);
        self.root.replace(SEAL, &bytes)?;
        Ok(Some(Digest::of(&bytes)))
    }

    /// Keeps the answer of a time stamp authority over the seal of the finished run.
    ///
    /// # Errors
    /// It is no token, or one over something else; the run was never finished; or the disk refuses.
    pub fn keep_token(&self, answer: &[u8]) -> Result<Token, EvidenceError> {
        let token = Token::read(answer).map_err(|why| malformed(TOKEN, &why))?;
        let missing = |name| move || malformed(name, &"the run was never finished");
        let manifest = self.root.read(MANIFEST, MAX_FILE)?.ok_or_else(missing(MANIFEST))?;
        let seal = Digest::of(&self.root.read(SEAL, MAX_FILE)?.ok_or_else(missing(SEAL))?);
        if token.imprint != seal {
            return Err(malformed(TOKEN, &"it is over something else than the seal"));
        }
        let read: Manifest = serde_json::from_slice(&manifest).map_err(|error| malformed(MANIFEST, &error))?;
        self.mark_open()?;
        self.root.replace(TOKEN, answer)?;
        let sums = read.sums(Digest::of(&manifest), (Some(seal), Some(Digest::of(answer))));
        self.root.replace(SUMS, sums.as_bytes())?;
        self.unmark()?;
        Ok(token)
    }

    fn token(&self) -> Result<Option<Digest>, EvidenceError> {
        Ok(self.root.read(TOKEN, MAX_FILE)?.map(|token| Digest::of(&token)))
    }

    fn unmark(&self) -> Result<(), EvidenceError> {
        self.root.remove(&format!("{UNFINISHED}{OPEN}"))?;
        self.is_marked.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// The bytes of `events.jsonl`: sound in themselves, and beginning with what is there already.
    fn checked_events(&self, links: &[Link]) -> Result<Vec<u8>, EvidenceError> {
        let refuse = |kind| EvidenceError::new(EVENTS, kind);
        if links.is_empty() {
            return Err(refuse(EvidenceErrorKind::BrokenChain { seq: 0, why: "it is empty" }));
        }
        for stretch in stretches(links, &self.run) {
            check_chain(stretch)
                .map_err(|broken| refuse(EvidenceErrorKind::BrokenChain { seq: broken.seq, why: broken.why }))?;
        }
        let kept = self.root.read(EVENTS, MAX_EVENTS)?.unwrap_or_default();
        let mut kept = kept.split_inclusive(|byte| *byte == b'\n');
        let mut bytes = Vec::new();
        for link in links {
            let start = bytes.len();
            serde_json::to_writer(&mut bytes, link).map_err(|error| malformed(EVENTS, &error))?;
            bytes.push(b'\n');
            if kept.next().is_some_and(|line| line != &bytes[start..]) {
                return Err(refuse(EvidenceErrorKind::ChainRewritten { seq: link.seq }));
            }
        }
        match kept.next() {
            Some(_) => Err(refuse(EvidenceErrorKind::ChainRewritten { seq: links[links.len() - 1].seq + 1 })),
            None => Ok(bytes),
        }
    }

    /// Keeps the manifest that is about to be replaced and its seal, unless the new one says the same.
    fn keep_earlier(&self, manifest: &mut Manifest) -> Result<(), EvidenceError> {
        let Some(earlier) = self.root.read(MANIFEST, MAX_FILE)? else { return Ok(()) };
        let sha256 = Digest::of(&earlier);
        let kept = manifest.files.iter().find(|file| file.sha256 == sha256 && is_earlier_manifest(&file.path));
        let number = match kept {
            Some(kept) => earlier_manifest(&kept.path).expect("it was just found to be one"),
            None if manifest.to_bytes() == earlier => return Ok(()),
            None => {
                let number = self.keep_numbered(&earlier)?;
                manifest.files.push(record(format!("manifest-{number}.json"), &earlier, &[])?);
                number
            }
        };
        let path = format!("seal-{number}.json");
        if manifest.file(&path).is_none()
            && let Some(seal) = self.root.read(SEAL, MAX_FILE)?
        {
            self.root.write_new(&path, &seal)?;
            manifest.files.push(record(path, &seal, &[])?);
        }
        let path = format!("seal-{number}.tsr");
        if manifest.file(&path).is_none()
            && let Some(token) = self.root.read(TOKEN, MAX_FILE)?
        {
            self.root.write_new(&path, &token)?;
            manifest.files.push(record(path, &token, &[])?);
        }
        manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(())
    }

    fn keep_numbered(&self, bytes: &[u8]) -> Result<u64, EvidenceError> {
        let taken = self.root.children()?.iter().filter(|child| is_earlier_manifest(&child.name)).count();
        for number in taken as u64 + 1.. {
            if self.root.write_new(&format!("manifest-{number}.json"), bytes)? {
                return Ok(number);
            }
        }
        unreachable!("there are more numbers than files")
    }

    /// What earlier manifests list and a purge took away; none where the chain has no purge.
    fn purged(&self, links: &[Link], manifest: &Manifest) -> Result<Option<Purged>, EvidenceError> {
        let at = links.iter().filter_map(|link| link.entry().ok()).find_map(|entry| match entry.fact {
            Fact::Purged { run, .. } if run == self.run => Some(entry.at.utc),
            _ => None,
        });
        let Some(at) = at else { return Ok(None) };
        let mut files: Vec<KeptFile> = Vec::new();
        let names = manifest.files.iter().map(|file| file.path.as_str()).filter(|path| is_earlier_manifest(path));
        for name in names.chain([MANIFEST]) {
            let Some(bytes) = self.root.read(name, MAX_FILE)? else { continue };
            let earlier: Manifest = serde_json::from_slice(&bytes).map_err(|error| malformed(name, &error))?;
            let gone =
                earlier.files.into_iter().filter(|file| is_view(&file.path) && manifest.file(&file.path).is_none());
            files.extend(gone.map(|file| KeptFile { path: file.path, sha256: file.sha256 }));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup();
        Ok(Some(Purged { at, files }))
    }
}

/// Where entries of other runs are left out.
pub(super) fn gaps(links: &[Link]) -> Vec<Gap> {
    let jumps = links.windows(2).filter(|pair| pair[0].seq + 1 != pair[1].seq);
    jumps.map(|pair| Gap { after: pair[0].seq, until: pair[1].seq }).collect()
}

/// The links in pieces that each are a chain without a gap. A gap is allowed only where the run was over, which its first
/// manifest says; elsewhere it stays inside its piece, where it is found.
pub(super) fn stretches<'a>(links: &'a [Link], run: &RunId) -> Vec<&'a [Link]> {
    let is_manifest = |link: &Link| {
        link.entry().is_ok_and(|entry| matches!(entry.fact, Fact::ManifestWritten { run: of, .. } if of == *run))
    };
    let over = links.iter().position(is_manifest).unwrap_or(links.len());
    let mut stretches = Vec::new();
    let mut start = 0;
    for at in over.max(1)..links.len() {
        if links[at - 1].seq + 1 < links[at].seq {
            stretches.push(&links[start..at]);
            start = at;
        }
    }
    stretches.push(&links[start..]);
    stretches
}
