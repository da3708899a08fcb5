//! Checks the seal: its signature, and that it is of this manifest.

use super::{Check, Found, Known, Stamped};
use crate::event::id::Digest;
use crate::evidence::envelope::PublicKey;
use crate::evidence::manifest::{Manifest, NONE, SEAL, SEAL_KEY, TOKEN};
use crate::evidence::seal::Seal;
use crate::evidence::time_token::{IN_TIME, Token};

impl Check {
    /// The seal is the one that the ledger holds, where the manifest is.
    pub(super) fn known_seal(&mut self, known: &Known, own: Digest, seal: Option<&Found>) {
        if known.manifest_sha256 != own {
            return;
        }
        match (known.seal, seal.map(|seal| seal.sha256)) {
            (Some(_), None) => self.missing(SEAL, "the ledger holds the hash of a seal, and there is none"),
            (known, found) if known != found => {
                self.tampered(SEAL, "it is not the seal whose hash the ledger holds");
            }
            _ => {}
        }
    }

    /// A key that the manifest names signed this very manifest and the end of its chain.
    pub(super) fn seal(&mut self, (manifest, own): (&Manifest, Digest), seal: Option<Found>) {
        let Some(id) = manifest.sealed_by() else {
            if seal.is_some() || manifest.seal != NONE {
                self.rewritable(SEAL, "the manifest knows no such seal");
            }
            return;
        };
        let Some(key) = self.files.get(SEAL_KEY).and_then(|found| found.content.as_deref()) else {
            return self.missing(SEAL_KEY, "the manifest names a key, and it is not there");
        };
        let Some(key) = PublicKey::from_pem(key).filter(|key| key.id() == id) else {
            return self.tampered(SEAL_KEY, "it is not the key that the manifest names");
        };
        let Some(seal) = seal else { return self.missing(SEAL, "the manifest names a seal, and there is none") };
        match Seal::open(&seal.content.unwrap_or_default(), &key) {
            Err(why) => self.tampered(SEAL, why),
            Ok(seal) if seal == Seal::of(manifest, own, seal.previous_seal, id) => self.sealed_by = Some(id),
            Ok(_) => self.rewritable(SEAL, "it is the seal of another manifest"),
        }
    }

    /// A token is over this seal; how far its time is from the seal's own decides what it is worth.
    pub(super) fn token(&mut self, manifest: &Manifest, seal: Option<Digest>, token: Option<Found>) {
        let Some(found) = token else { return };
        match Token::read(&found.content.unwrap_or_default()) {
            Err(why) => self.rewritable(TOKEN, why),
            Ok(token) if Some(token.imprint) != seal => {
                self.rewritable(TOKEN, "it is over something else than the seal");
            }
            Ok(Token { at, .. }) => {
                let is_in_time = at.duration_since(manifest.until).abs() <= IN_TIME;
                self.token = Some(Stamped { at, is_in_time });
            }
        }
    }

    /// Whether `SHA256SUMS` names a token that is not there; what it says is missing then, and not changed.
    pub(super) fn lost_token(&mut self, content: &[u8], expected: &str, token: Option<Digest>) -> bool {
        let rest = content.strip_prefix(expected.as_bytes());
        let is_lost = token.is_none() && rest.is_some_and(|rest| rest.ends_with(format!("  {TOKEN}\n").as_bytes()));
        if is_lost {
            self.missing(TOKEN, "SHA256SUMS names a time token, and there is none");
        }
        is_lost
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::event::fact::Mode;
    use crate::event::state::EffectState;
    use crate::evidence::envelope::SealKey;
    use crate::evidence::manifest::{ChainPlace, MANIFEST, SUMS};
    use crate::evidence::run_folder::Finished;
    use crate::evidence::sample::{self, Sample};
    use crate::evidence::time_token::request;
    use crate::evidence::verify::{Verdict, examine, verify};

    struct Proof {
        _temp: tempfile::TempDir,
        folder: PathBuf,
        finished: Finished,
        known: Known,
    }

    fn proof() -> Proof {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
        sample.removal("ann", EffectState::Done);
        let finished = sample.finish();
        let known = Known { manifest_sha256: finished.sha256, seal: finished.seal, head: None };
        Proof { folder: sample.bundle.path().to_owned(), _temp: temp, finished, known }
    }

    impl Proof {
        /// Puts another seal there, and all lists right that anybody can put right.
        fn forge(&self, seal: &[u8]) {
            std::fs::write(self.folder.join(SEAL), seal).unwrap();
            let sums = self.finished.manifest.sums(self.finished.sha256, (Some(Digest::of(seal)), None));
            std::fs::write(self.folder.join(SUMS), sums).unwrap();
        }

        fn found(&self, known: Option<&Known>) -> (String, &'static str) {
            match verify(&self.folder, known) {
                Verdict::Tampered { path, .. } => (path, "tampered"),
                Verdict::Incomplete { path, .. } => (path, "missing"),
                verdict => (String::new(), verdict.as_str()),
            }
        }
    }

    #[test]
    fn a_sealed_run_says_whose_key_it_was_and_which_seal_came_before() {
        let proof = proof();
        let examined = examine(&proof.folder, Some(&proof.known));
        let key = sample::key().public();
        assert_eq!((examined.verdict, examined.sealed_by), (Verdict::ValidNoTime, Some(key.id())));
        let seal = Seal::open(&std::fs::read(proof.folder.join(SEAL)).unwrap(), &key).unwrap();
        assert_eq!(seal.previous_seal, Some(Digest::of(b"the seal before")));
        assert_eq!((seal.manifest_sha256, seal.at), (proof.finished.sha256, proof.finished.manifest.until));
    }

    #[test]
    fn a_seal_that_is_missing_is_named() {
        let proof = proof();
        std::fs::remove_file(proof.folder.join(SEAL)).unwrap();
        for known in [None, Some(&proof.known)] {
            assert_eq!(proof.found(known), (SEAL.to_owned(), "missing"));
        }
    }

    #[test]
    fn another_key_is_no_key_of_this_installation() {
        let proof = proof();
        let (manifest, sha256) = (&proof.finished.manifest, proof.finished.sha256);
        let other = SealKey::from_bytes(&[8; 32]);
        proof.forge(&Seal::of(manifest, sha256, None, other.public().id()).signed(&other));
        assert_eq!(proof.found(None), (SEAL.to_owned(), "tampered"));

        // Whoever puts the other key there has to write the manifest anew, which the ledger knows.
        let mut forged = manifest.clone();
        forged.seal = format!("ed25519:{}", other.public().id());
        let pem = other.public().pem();
        std::fs::write(proof.folder.join(SEAL_KEY), &pem).unwrap();
        let record = forged.files.iter_mut().find(|file| file.path == SEAL_KEY).unwrap();
        record.sha256 = Digest::of(pem.as_bytes());
        let own = Digest::of(&forged.to_bytes());
        std::fs::write(proof.folder.join(MANIFEST), forged.to_bytes()).unwrap();
        let seal = Seal::of(&forged, own, None, other.public().id()).signed(&other);
        std::fs::write(proof.folder.join(SEAL), &seal).unwrap();
        std::fs::write(proof.folder.join(SUMS), forged.sums(own, (Some(Digest::of(&seal)), None))).unwrap();
        assert_eq!(examine(&proof.folder, None).sealed_by, Some(other.public().id()), "only the id tells");
        assert_eq!(proof.found(Some(&proof.known)), (MANIFEST.to_owned(), "tampered"));
    }

    #[test]
    fn a_seal_of_something_else_by_the_right_key_is_found() {
        let proof = proof();
        let (manifest, sha256) = (&proof.finished.manifest, proof.finished.sha256);
        let key = sample::key();
        let id = key.public().id();
        let right = Seal::of(manifest, sha256, None, id);
        let elsewhere = ChainPlace { seq: 1, hash: Digest::ZERO };
        for wrong in [
            Seal { manifest_sha256: Digest::ZERO, ..right.clone() },
            Seal { chain_head: elsewhere, ..right.clone() },
            Seal { run: "R22".parse().unwrap(), ..right.clone() },
            Seal { at: jiff::Timestamp::UNIX_EPOCH, ..right.clone() },
            Seal { v: 2, ..right.clone() },
        ] {
            proof.forge(&wrong.signed(&key));
            assert_eq!(proof.found(None), (SEAL.to_owned(), "tampered"), "{wrong:?}");
        }
        // A second seal of the same manifest is sound by itself, but not the one of the ledger.
        proof.forge(&right.signed(&key));
        assert_eq!(proof.found(None).1, "VALID-NO-TIME");
        assert_eq!(proof.found(Some(&proof.known)), (SEAL.to_owned(), "tampered"));
    }

    #[test]
    fn a_run_without_a_seal_is_what_it_says() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
        sample.removal("ann", EffectState::Done);
        sample.bundle.key = None;
        let finished = sample.finish();
        let folder = sample.bundle.path();
        assert_eq!((finished.seal, examine(folder, None).sealed_by), (None, None));
        assert_eq!(verify(folder, None), Verdict::ValidNoTime);
        let known = Known { manifest_sha256: finished.sha256, seal: Some(Digest::ZERO), head: None };
        assert!(matches!(verify(folder, Some(&known)), Verdict::Incomplete { path, .. } if path == SEAL));
        std::fs::write(folder.join(SEAL), "x").unwrap();
        assert!(matches!(verify(folder, None), Verdict::Tampered { .. }));
    }

    #[test]
    fn what_is_added_later_is_sealed_again_with_a_gap_in_the_chain() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
        sample.removal("ann", EffectState::Done);
        let first = sample.finish();
        sample.written(&first);
        sample.skip(40);
        sample.attached("Mail.eml", b"Subject: closed");
        let again = sample.bundle.finish_again(&sample.links, first.seal).unwrap();
        let gap = again.manifest.gaps[0];
        assert_eq!(gap.until - gap.after, 41);
        let known = Known { manifest_sha256: again.sha256, seal: again.seal, head: None };
        assert_eq!(verify(sample.bundle.path(), Some(&known)), Verdict::ValidNoTime);
        let (code, said) = crate::evidence::verify::tests::second_opinion(sample.bundle.path());
        assert_eq!(code, Some(0), "{said}");

        // While the run goes on there is no gap.
        let mut other = Sample::begun(&temp.path().join("other"), Mode::Live);
        other.removal("ann", EffectState::Done);
        other.skip(3);
        other.removal("bob", EffectState::Done);
        let refused = other.bundle.finish(&other.links, &serde_json::json!({}), None).unwrap_err();
        assert!(refused.to_string().contains("does not follow"), "{refused}");
    }

    #[test]
    fn a_time_token_over_the_seal_makes_it_valid_and_a_late_one_does_not() {
        let authority = crate::evidence::time_token::tests::Authority::new();
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
        let stamped = |sample: &Sample, finished: &Finished| {
            sample.bundle.keep_token(&authority.answer(&request(finished.seal.unwrap(), 5))).unwrap()
        };
        sample.now = jiff::Timestamp::now();
        sample.removal("ann", EffectState::Done);
        let finished = sample.finish();
        let folder = sample.bundle.path().to_owned();
        let other = authority.answer(&request(Digest::ZERO, 5));
        assert!(sample.bundle.keep_token(&other).is_err(), "a token over something else is not kept");
        assert_eq!(verify(&folder, None), Verdict::ValidNoTime);
        let token = stamped(&sample, &finished);
        let known = Known { manifest_sha256: finished.sha256, seal: finished.seal, head: None };
        let examined = examine(&folder, Some(&known));
        assert_eq!(
            (examined.verdict, examined.token),
            (Verdict::Valid, Some(Stamped { at: token.at, is_in_time: true }))
        );
        assert_eq!(sample.finish(), finished, "nothing new, and the token stays");
        assert_eq!(verify(&folder, None), Verdict::Valid);

        // Its own command of VERIFY.md checks the authority's signature; without its certificate that fails.
        let ca = authority.path("ca.pem");
        let follow = |ca: &std::path::Path| crate::evidence::verify::tests::follow_with(&folder, &[("TSA_CA", ca)]);
        assert_eq!((follow(&ca), follow(&folder.join(SEAL_KEY))), (None, Some(6)));
        assert_eq!(crate::evidence::verify::tests::second_opinion(&folder).0, Some(0));

        let bytes = std::fs::read(folder.join(TOKEN)).unwrap();
        for at in (0..bytes.len()).step_by(13) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            std::fs::write(folder.join(TOKEN), flipped).unwrap();
            assert!(matches!(verify(&folder, None), Verdict::Tampered { .. }), "byte {at}");
        }
        std::fs::remove_file(folder.join(TOKEN)).unwrap();
        assert!(matches!(verify(&folder, None), Verdict::Incomplete { path, .. } if path == TOKEN));
        let sums = finished.manifest.sums(finished.sha256, (finished.seal, Some(Digest::of(&other))));
        std::fs::write(folder.join(SUMS), sums).unwrap();
        std::fs::write(folder.join(TOKEN), other).unwrap();
        assert!(matches!(verify(&folder, None), Verdict::Tampered { path, .. } if path == TOKEN));

        // Two days later than the seal says.
        let mut late = Sample::begun(&temp.path().join("late"), Mode::Live);
        late.now = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(48);
        late.removal("ann", EffectState::Done);
        let finished = late.finish();
        stamped(&late, &finished);
        let examined = examine(late.bundle.path(), None);
        assert_eq!((examined.verdict, examined.token.unwrap().is_in_time), (Verdict::ValidNoTime, false));

        // What is added later is sealed anew, without a token; the one before is kept.
        late.written(&finished);
        late.attached("x", b"x");
        let again = late.bundle.finish_again(&late.links, finished.seal).unwrap();
        assert!(again.manifest.file("seal-1.tsr").is_some() && !late.bundle.path().join(TOKEN).exists());
        assert_eq!(verify(late.bundle.path(), None), Verdict::ValidNoTime);
    }
}
