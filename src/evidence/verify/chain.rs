//! Checks the run's part of the chain, and the pictures that it names.

use super::Check;
use crate::event::fact::{Fact, Link, Moved, check_chain};
use crate::event::id::{RunId, Slug};
use crate::event::shot::{Shot, ShotRole};
use crate::event::state::EffectState;
use crate::evidence::manifest::{ChainPlace, EVENTS, Manifest, is_earlier_manifest};
use crate::evidence::run_folder::item_folder;

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
        if let Err(broken) = check_chain(&links) {
            return self.tampered(EVENTS, &format!("entry {} of the chain: {}", broken.seq, broken.why));
        }
        let ends = (links.first(), links.last());
        let before = ends.0.map(|link| ChainPlace { seq: link.seq.saturating_sub(1), hash: link.prev });
        let head = ends.1.map(|link| ChainPlace { seq: link.seq, hash: link.hash });
        if before != Some(manifest.chain_before) || head != Some(manifest.chain_head) {
            self.rewritable(EVENTS, "it does not begin and end where the manifest says");
        }
        // Each was read back by the chain's check.
        let facts: Vec<Fact> = links.iter().filter_map(|link| link.entry().ok()).map(|entry| entry.fact).collect();
        self.facts(&manifest.run, &facts);
    }

    fn facts(&mut self, run: &RunId, facts: &[Fact]) {
        // Other runs of the account may lie between two sittings of this one.
        let begins = |fact: &Fact| match fact {
            Fact::RunStarted(started) => started.run == *run,
            Fact::ScanStarted(started) => started.run == *run,
            _ => false,
        };
        if !facts.iter().any(begins) {
            self.tampered(EVENTS, "the run that the manifest names does not begin in it");
        }
        for fact in facts {
            match fact {
                Fact::ManifestWritten { run: of, sha256 } if of == run => {
                    let is_kept =
                        self.files.iter().any(|(path, found)| is_earlier_manifest(path) && found.sha256 == *sha256);
                    if !is_kept {
                        self.missing(EVENTS, &format!("an earlier manifest, {}, was not kept", sha256.short()));
                    }
                }
                _ => {}
            }
            for shot in shots_of(fact, run) {
                self.shot(shot);
            }
        }
        let moves: Vec<&Moved> = facts.iter().filter_map(|fact| moved_in(fact, run)).collect();
        for moved in &moves {
            self.pictures_of(moved, &moves);
        }
    }

    fn shot(&mut self, shot: &Shot) {
        match self.files.get(&shot.path).map(|found| found.sha256) {
            None => self.missing(&shot.path, "the chain names this picture, and it is not there"),
            Some(sha256) if sha256 != shot.sha256 => {
                self.tampered(&shot.path, "it is not the picture that the chain names");
            }
            Some(_) => {}
        }
    }

    /// An intention needs the picture before it, and "done" needs one after it.
    fn pictures_of(&mut self, moved: &Moved, moves: &[&Moved]) {
        let role = match moved.to {
            EffectState::Intent => ShotRole::Before,
            EffectState::Done => ShotRole::After,
            _ => return,
        };
        let has = |other: &&Moved| other.slug == moved.slug && other.shots.iter().any(|shot| shot.role == role);
        if !moves.iter().any(has) {
            let path = item_folder(&moved.slug);
            self.missing(&path, &format!("there is no `{}` picture of {}", role.as_str(), shown(&moved.slug)));
        }
    }
}

fn shots_of<'a>(fact: &'a Fact, run: &RunId) -> &'a [Shot] {
    match fact {
        Fact::Rehearsed { run: of, shots, .. } | Fact::Incident { run: of, shots, .. } if of == run => shots,
        Fact::PublicRead { run: of, shots, .. } if of == run => shots,
        Fact::Scanned(scanned) if scanned.run == *run => &scanned.shots,
        Fact::Walked(walked) if walked.run == *run => &walked.shots,
        Fact::Moved(moved) if moved.run.as_ref().is_none_or(|of| of == run) => &moved.shots,
        _ => &[],
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
