//! Checks the run's part of the chain, and the pictures that it names.

use super::Check;
use crate::event::fact::{Fact, Moved};
use crate::event::id::{Digest, RunId, Slug};
use crate::event::link::{Entry, Link, check_chain};
use crate::event::shot::{Shot, ShotRole, WITHHELD};
use crate::event::state::EffectState;
use crate::evidence::finish::{gaps, stretches};
use crate::evidence::manifest::{
    ChainPlace, EVENTS, MANIFEST, Manifest, PACK, is_earlier_manifest, is_earlier_seal, is_view,
};
use crate::evidence::run_folder::item_folder;
use crate::flow::kept::KeptPack;

impl Check {
    /// The chain holds, and it is the one that the manifest means.
    pub(super) fn events(&mut self, manifest: &Manifest) {
        let Some(found) = self.files.get_mut(EVENTS) else { return };
        let content = found.content.take().unwrap_or_default();
        let mut links: Vec<Link> = Vec::new();
        for (at, line) in content.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
            match serde_json::from_slice(line) {
                Ok(link) => links.push(link),
                Err(error) => return self.tampered(EVENTS, &format!("line {} is no link: {error}", at + 1)),
            }
        }
        for stretch in stretches(&links, &manifest.run) {
            if let Err(broken) = check_chain(stretch) {
                return self.tampered(EVENTS, &format!("entry {} of the chain: {}", broken.seq, broken.why));
            }
        }
        if gaps(&links) != manifest.gaps {
            self.rewritable(EVENTS, "its gaps are not those that the manifest says");
        }
        let ends = (links.first(), links.last());
        let before = ends.0.map(|link| ChainPlace { seq: link.seq.saturating_sub(1), hash: link.prev });
        let head = ends.1.map(|link| ChainPlace { seq: link.seq, hash: link.hash });
        if before != Some(manifest.chain_before) || head != Some(manifest.chain_head) {
            self.rewritable(EVENTS, "it does not begin and end where the manifest says");
        }
        // Each was read back by the chain's check.
        let facts: Vec<Fact> = links.iter().filter_map(|link| link.entry().ok()).map(|entry| entry.fact).collect();
        self.facts(manifest, &facts);
        let purged = |entry: Entry| {
            matches!(entry.fact, Fact::Purged { run, .. } if run == manifest.run).then_some(entry.at.utc)
        };
        self.purged = links.iter().filter_map(|link| purged(link.entry().ok()?)).next();
        if self.purged != manifest.purged.as_ref().map(|purged| purged.at) {
            self.rewritable(MANIFEST, "it says of files that they were deleted on purpose, and the chain does not");
        }
    }

    fn facts(&mut self, manifest: &Manifest, facts: &[Fact]) {
        let run = &manifest.run;
        // Other runs of the account may lie between two sittings of this one.
        let begins = |fact: &Fact| match fact {
            Fact::RunStarted(started) => started.run == *run,
            Fact::ScanStarted(started) => started.run == *run,
            _ => false,
        };
        if !facts.iter().any(begins) {
            self.tampered(EVENTS, "the run that the manifest names does not begin in it");
        }
        self.pack(facts, run);
        for fact in facts {
            match fact {
                Fact::ManifestWritten { run: of, sha256, seal } if of == run => {
                    self.kept_earlier("manifest", *sha256, is_earlier_manifest);
                    seal.iter().for_each(|seal| self.kept_earlier("seal", *seal, is_earlier_seal));
                }
                _ => {}
            }
            for shot in shots_of(fact, run) {
                self.named(manifest, (&shot.path, shot.sha256), "picture");
            }
            for (path, sha256) in files_of(fact, run) {
                self.named(manifest, (path, sha256), "file");
            }
        }
        let moves: Vec<&Moved> = facts.iter().filter_map(|fact| moved_in(fact, run)).collect();
        for moved in &moves {
            self.pictures_of(moved, &moves);
        }
    }

    /// The pack that is kept is the one that the run says it was walked with.
    fn pack(&mut self, facts: &[Fact], run: &RunId) {
        let Some(content) = self.files.get_mut(PACK).and_then(|found| found.content.take()) else { return };
        if !is_pack_of(facts, run, &content) {
            self.tampered(PACK, "it is not the pack that the run names");
        }
    }

    fn kept_earlier(&mut self, what: &str, sha256: Digest, is_one: fn(&str) -> bool) {
        if !self.files.iter().any(|(path, found)| is_one(path) && found.sha256 == sha256) {
            self.missing(EVENTS, &format!("an earlier {what}, {}, was not kept", sha256.short()));
        }
    }

    /// What the chain names is there and unchanged, or was deleted on purpose.
    fn named(&mut self, manifest: &Manifest, (path, sha256): (&str, Digest), what: &str) {
        match self.files.get(path).map(|found| found.sha256) {
            None if manifest.has_purged(path, sha256) && is_view(path) => {}
            None => self.missing(path, &format!("the chain names this {what}, and it is not there")),
            Some(found) if found != sha256 => {
                self.tampered(path, &format!("it is not the {what} that the chain names"));
            }
            Some(_) => {}
        }
    }

    /// An intention needs the picture before it, and "done" needs one after it, unless the move says that it was withheld.
    fn pictures_of(&mut self, moved: &Moved, moves: &[&Moved]) {
        let role = match moved.to {
            EffectState::Intent => ShotRole::Before,
            EffectState::Done => ShotRole::After,
            _ => return,
        };
        let has = |other: &&Moved| other.slug == moved.slug && other.shots.iter().any(|shot| shot.role == role);
        let is_withheld = moved.why.split("; ").any(|part| part.starts_with(WITHHELD));
        if !is_withheld && !moves.iter().any(has) {
            let path = item_folder(&moved.slug);
            self.missing(&path, &format!("there is no `{}` picture of {}", role.as_str(), shown(&moved.slug)));
        }
    }
}

/// Whether a kept pack is the one that a run of these facts was walked with.
pub(super) fn is_pack_of(facts: &[Fact], run: &RunId, content: &[u8]) -> bool {
    let named = facts.iter().find_map(|fact| match fact {
        Fact::RunStarted(started) if started.run == *run => Some(started.pack_sha256),
        _ => None,
    });
    named.is_some() && named == KeptPack::read(content).map(|kept| kept.digest())
}

pub(super) fn shots_of<'a>(fact: &'a Fact, run: &RunId) -> &'a [Shot] {
    match fact {
        Fact::Rehearsed { run: of, shots, .. } | Fact::Incident { run: of, shots, .. } if of == run => shots,
        Fact::PublicRead { run: of, shots, .. }
        | Fact::Probed { run: of, shots, .. }
        | Fact::Reread { run: of, shots, .. }
            if of == run =>
        {
            shots
        }
        Fact::Scanned(scanned) if scanned.run == *run => &scanned.shots,
        Fact::Walked(walked) if walked.run == *run => &walked.shots,
        Fact::Compared(compared) if compared.run == *run => &compared.shots,
        Fact::Moved(moved) if moved.run.as_ref().is_none_or(|of| of == run) => &moved.shots,
        _ => &[],
    }
}

/// The files beside pictures that a fact of the run names.
pub(super) fn files_of<'a>(fact: &'a Fact, run: &RunId) -> Vec<(&'a str, Digest)> {
    match fact {
        Fact::Walked(walked) if walked.run == *run => {
            walked.files.iter().map(|file| (file.path.as_str(), file.sha256)).collect()
        }
        Fact::Compared(compared) if compared.run == *run => {
            compared.files.iter().map(|file| (file.path.as_str(), file.sha256)).collect()
        }
        Fact::Attached { run: of, path, sha256, .. } if of == run => vec![(path, *sha256)],
        _ => vec![],
    }
}

fn moved_in<'a>(fact: &'a Fact, run: &RunId) -> Option<&'a Moved> {
    match fact {
        Fact::Moved(moved) if moved.run.as_ref() == Some(run) => Some(moved),
        _ => None,
    }
}

/// A slug has no control characters, but it may be long and may turn the line around.
fn shown(slug: &Slug) -> String {
    format!("`{}`", slug.encoded().chars().take(80).collect::<String>())
}
