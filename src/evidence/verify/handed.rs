//! Checks a handout: a zip that may come from anybody. It is read from its first byte to its last, nothing is unpacked and
//! nothing is written.

use std::collections::BTreeMap;
use std::io::Read;

use super::chain::is_pack_of;
use super::walk::is_read;
use super::{Check, Examined, Found, Verdict};
use crate::event::fact::Fact;
use crate::event::id::{Digest, RunId};
use crate::event::kept_file::KeptFile;
use crate::event::link::Link;
use crate::evidence::envelope::PublicKey;
use crate::evidence::handout::line::Line;
use crate::evidence::handout::{self, HANDOUT, HANDOUT_GUIDE, HANDOUT_SEAL, Handout, Listed, Names, PROOF};
use crate::evidence::manifest::{EVENTS, MANIFEST, PACK, RUN, SEAL, SEAL_KEY, SUMS, TOKEN};
use crate::evidence::run_folder::{MAX_EVENTS, MAX_FILE};
use crate::evidence::seal::Seal;
use crate::evidence::time_token::Token;
use crate::evidence::zip::{self, Entry};

/// What was found in a handout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOut {
    /// The outcome, as of a folder.
    pub examined: Examined,
    /// What it is of; none where that could not be read, or does not fit.
    pub of: Option<Handout>,
}

/// Checks a handout: every file against its list, the list against its signature, the chain, and the seal of the whole proof.
///
/// What was left out on purpose is no fault. A zip that this program did not write is tampered with, whatever is in it. The
/// verdict's path and reason may hold text of its maker: they are escaped by whoever shows them.
#[must_use]
pub fn examine_handout(zip: impl Read) -> HandedOut {
    let limit = |name: &str| if name.ends_with(EVENTS) { MAX_EVENTS } else { MAX_FILE };
    let is_kept = |name: &str| {
        [HANDOUT, HANDOUT_SEAL, SEAL_KEY, SUMS].contains(&name) || name.strip_prefix(PROOF).is_some_and(is_read)
    };
    let found = match zip::read(zip, limit, is_kept) {
        Ok(entries) => Files(entries.into_iter().map(|entry| (entry.name.clone(), entry)).collect()),
        Err((path, why)) => return HandedOut { examined: Examined::tampered(&path, &why), of: None },
    };
    match found.checked() {
        Ok((examined, handout)) => HandedOut { examined, of: Some(handout) },
        Err((path, why)) => HandedOut { examined: Examined::tampered(&path, &why), of: None },
    }
}

type Fault = (String, String);

fn fault<T>(path: &str, why: &str) -> Result<T, Fault> {
    Err((path.to_owned(), why.to_owned()))
}

/// Every file of the zip by its name.
struct Files(BTreeMap<String, Entry>);

impl Files {
    fn checked(mut self) -> Result<(Examined, Handout), Fault> {
        let key = PublicKey::from_pem(self.content(SEAL_KEY)?);
        let Some(key) = key else { return fault(SEAL_KEY, "it is no key of the kind that seals proof") };
        let lists = (self.content(HANDOUT)?, self.content(HANDOUT_SEAL)?);
        let handout = handout::opened(lists, &key).map_err(|(path, why)| (path.to_owned(), why.to_owned()))?;
        self.listed(&handout)?;
        let purged = self.chain(&handout)?;
        self.sealed(&handout)?;
        let sealed_by = Some(key.id());
        let examined = match handout.names {
            Names::Full => Examined { sealed_by, ..self.whole(&handout) },
            Names::Initials | Names::Hidden => {
                Examined { verdict: Verdict::ValidNoTime, sealed_by, purged, token: None }
            }
        };
        Ok((examined, handout))
    }

    fn content(&self, name: &str) -> Result<&[u8], Fault> {
        match self.0.get(name).and_then(|entry| entry.content.as_deref()) {
            Some(content) => Ok(content),
            None => fault(name, "it is not there, and every handout has it"),
        }
    }

    /// The files are those of the signed list and no others, and `SHA256SUMS` says the same.
    fn listed(&self, handout: &Handout) -> Result<(), Fault> {
        for listed in &handout.files {
            match self.0.get(&listed.path) {
                Some(entry) if (entry.bytes, entry.sha256) == (listed.bytes, listed.sha256) => {}
                Some(_) => return fault(&listed.path, "its content is not what the list says"),
                None => return fault(&listed.path, "the list names it, and it is not there"),
            }
        }
        let own = [HANDOUT, HANDOUT_SEAL, SEAL_KEY, HANDOUT_GUIDE];
        let is_listed = |name: &str| handout.files.iter().any(|listed| listed.path == name && name.starts_with(PROOF));
        let strange = self.0.keys().find(|name| !own.contains(&name.as_str()) && *name != SUMS && !is_listed(name));
        if let Some(strange) = strange {
            return fault(strange, "the list does not name it");
        }
        let mut files = handout.files.clone();
        for name in own {
            let Some(entry) = self.0.get(name) else { return fault(name, "it is not there, and every handout has it") };
            files.push(Listed { path: name.to_owned(), bytes: entry.bytes, sha256: entry.sha256 });
        }
        match self.content(SUMS)? == handout::sums(&files).as_bytes() {
            true => Ok(()),
            false => fault(SUMS, "it does not say the same as the list"),
        }
    }

    /// Every link follows the one before, those that are whole fit their hashes, and what they name is here or left out.
    fn chain(&self, handout: &Handout) -> Result<Option<jiff::Timestamp>, Fault> {
        let path = format!("{PROOF}{EVENTS}");
        let mut before = (handout.chain_before.seq, handout.chain_before.hash);
        let mut purged = None;
        let mut named = [RUN, EVENTS, PACK, SEAL, SEAL_KEY, TOKEN].map(|name| format!("{PROOF}{name}")).to_vec();
        for (at, line) in self.content(&path)?.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate()
        {
            let Some(line) = Line::parse(line) else { return fault(&path, &format!("line {} is no link", at + 1)) };
            let (seq, prev, hash) = line.place();
            let is_gap = handout.gaps.iter().any(|gap| (gap.after, gap.until) == (before.0, seq));
            if !is_gap && (before.0 + 1, before.1) != (seq, prev) {
                return fault(&path, &format!("entry {seq} does not follow the one before"));
            }
            before = (seq, hash);
            match line {
                Line::Whole(link) => self.link((&link, handout), &mut named, &mut purged)?,
                Line::Withheld(_) if handout.names == Names::Full => {
                    return fault(&path, &format!("entry {seq} is withheld, and nothing should be"));
                }
                Line::Withheld(_) => {}
            }
        }
        if before != (handout.chain_head.seq, handout.chain_head.hash) {
            return fault(&path, "it does not end where the list says");
        }
        let unnamed = handout.files.iter().find(|listed| handout.names != Names::Full && !named.contains(&listed.path));
        match unnamed {
            Some(listed) => fault(&listed.path, "the chain does not name it"),
            None => Ok(purged),
        }
    }

    fn link(
        &self,
        (link, handout): (&Link, &Handout),
        named: &mut Vec<String>,
        purged: &mut Option<jiff::Timestamp>,
    ) -> Result<(), Fault> {
        let path = format!("{PROOF}{EVENTS}");
        let entry = link.entry().ok().filter(|entry| entry.seq == link.seq);
        let Some(entry) = entry.filter(|_| Link::hash_of(link.prev, &link.body) == link.hash) else {
            return fault(&path, &format!("the hash of entry {} does not fit its content", link.seq));
        };
        if let Some(pack) = self.0.get(&format!("{PROOF}{PACK}")).and_then(|pack| pack.content.as_deref())
            && matches!(&entry.fact, Fact::RunStarted(started) if started.run == handout.run)
            && !is_pack_of(std::slice::from_ref(&entry.fact), &handout.run, pack)
        {
            return fault(&format!("{PROOF}{PACK}"), "it is not the pack that the run names");
        }
        for KeptFile { path, sha256 } in files_of(&entry.fact, &handout.run) {
            let path = format!("{PROOF}{path}");
            match self.0.get(&path) {
                Some(found) if found.sha256 != sha256 => {
                    return fault(&path, "it is not the file that the chain names");
                }
                _ => named.push(path),
            }
        }
        if let Fact::Purged { run, .. } = &entry.fact
            && *run == handout.run
        {
            purged.get_or_insert(entry.at.utc);
        }
        Ok(())
    }

    /// The seal of the whole proof is of the manifest and of the chain that the list names.
    fn sealed(&self, handout: &Handout) -> Result<(), Fault> {
        let Some(sha256) = handout.seal_sha256 else { return Ok(()) };
        let (path, key) = (format!("{PROOF}{SEAL}"), format!("{PROOF}{SEAL_KEY}"));
        let Some(public) = PublicKey::from_pem(self.content(&key)?) else {
            return fault(&key, "it is no key of the kind that seals proof");
        };
        let bytes = self.content(&path)?;
        let seal = Seal::open(bytes, &public).map_err(|why| (path.clone(), why.to_owned()))?;
        if let Some(token) = self.0.get(&format!("{PROOF}{TOKEN}")) {
            let token = Token::read(token.content.as_deref().unwrap_or_default());
            if !token.is_ok_and(|token| token.imprint == sha256) {
                return fault(&format!("{PROOF}{TOKEN}"), "it is no time token over the seal");
            }
        }
        let is_same = Digest::of(bytes) == sha256
            && (seal.manifest_sha256, seal.chain_head, &seal.run)
                == (handout.manifest_sha256, handout.chain_head, &handout.run);
        if is_same { Ok(()) } else { fault(&path, "it is the seal of something else") }
    }

    /// What a proof that is handed out as it is would get as a folder.
    fn whole(&mut self, handout: &Handout) -> Examined {
        let mut check = Check::default();
        let names: Vec<String> = self.0.keys().filter(|name| name.starts_with(PROOF)).cloned().collect();
        for name in names {
            let Some(entry) = self.0.remove(&name) else { continue };
            let path = name[PROOF.len()..].to_owned();
            if path == MANIFEST && entry.sha256 != handout.manifest_sha256 {
                check.tampered(MANIFEST, "it is not the manifest that the list names");
            }
            check.files.insert(path, Found { bytes: entry.bytes, sha256: entry.sha256, content: entry.content });
        }
        check.folder(None);
        check.examined()
    }
}

/// The files that a fact of the run names.
fn files_of(fact: &Fact, run: &RunId) -> Vec<KeptFile> {
    let shots = super::chain::shots_of(fact, run).iter();
    let shots = shots.map(|shot| KeptFile { path: shot.path.clone(), sha256: shot.sha256 });
    let files = super::chain::files_of(fact, run).into_iter();
    shots.chain(files.map(|(path, sha256)| KeptFile { path: path.to_owned(), sha256 })).collect()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use super::*;
    use crate::event::comparison::{Compared, ComparedStep, Difference, Likeness, Side};
    use crate::event::fact::{Mode, Public, Rehearsal};
    use crate::event::id::{Action, Slug};
    use crate::event::shot::ShotRole;
    use crate::event::state::EffectState;
    use crate::evidence::comparison::Comparison;
    use crate::evidence::handout::Order;
    use crate::evidence::observation::Redaction;
    use crate::evidence::sample::{self, Sample};

    struct House {
        temp: tempfile::TempDir,
        folder: PathBuf,
        people: BTreeMap<Slug, String>,
    }

    fn people() -> BTreeMap<Slug, String> {
        let names = [("ann-archer", "Ann Archer"), ("jörg-müller", "Jörg \"Jo\" Müller"), ("me-myself", "Sam Sample")];
        names.map(|(slug, name)| (slug.parse().unwrap(), name.to_owned())).into()
    }

    /// A run about people, with a file added later.
    fn removals() -> House {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
        sample.removal("ann-archer", EffectState::Confirmed);
        sample.removal("j%C3%B6rg-m%C3%BCller", EffectState::NeedsHuman);
        let run = sample.run.clone();
        let why = "3 failures in a row, the last: ann-archer was not found".to_owned();
        sample.push(Fact::RunEnded { run, result: crate::event::exit::Ending::SomeFailed, why });
        let first = sample.finish();
        sample.written(&first);
        sample.skip(7);
        sample.attached("note.txt", b"removed by agreement");
        sample.bundle.finish_again(&sample.links, first.seal).unwrap();
        House { folder: sample.bundle.path().to_owned(), temp, people: people() }
    }

    /// A closure that began on a page with other people.
    fn closure() -> House {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::closing(&temp.path().join("evidence"), Mode::Live);
        let (run, me): (_, Slug) = (sample.run.clone(), "me-myself".parse().unwrap());
        sample.push(Fact::AccountSeen { run: run.clone(), handle: me.clone(), name: "Sam Sample".into() });
        sample.public(Public::StillThere, "the profile is there");
        sample.walked(1, "feed", Some("<p>Ann Archer wrote</p>"));
        sample.on("http://127.0.0.1:8000/mypreferences/d/close-accounts?x=1");
        sample.walked(2, "reason", Some("<p>Why?</p>"));
        sample.walked(3, "warning", Some("<p>Ann Archer will miss you</p>"));
        let after = sample.shot(&me, ShotRole::After);
        sample.moved(&me, (EffectState::Verifying, EffectState::Done), "the end page", vec![after]);
        sample.public(Public::Gone, "no such profile");
        let words = "Your account is closed".to_owned();
        sample.push(Fact::AccountClosed { run: Some(run), action: Action::Close, handle: me, until: None, words });
        sample.finish();
        House { folder: sample.bundle.path().to_owned(), temp, people: people() }
    }

    /// A rehearsal that repeats an earlier run, with a page of other people and pages of the account's own.
    fn replay() -> House {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::closing(&temp.path().join("evidence"), Mode::Rehearsal);
        let (run, me): (_, Slug) = (sample.run.clone(), "me-myself".parse().unwrap());
        sample.push(Fact::AccountSeen { run: run.clone(), handle: me.clone(), name: "Sam Sample".into() });
        let inputs = BTreeMap::from([("comment".to_owned(), "my own reasons".to_owned())]);
        sample.push(Fact::GatesRead { run: run.clone(), gates: vec![], inputs });
        let (mut steps, mut shots) = (vec![], vec![]);
        for (number, step, page) in [(1, "feed", "feed/"), (2, "reason", "mypreferences/d/close")] {
            sample.on(&format!("http://127.0.0.1:8000/{page}"));
            let walked = sample.walked(number, step, None);
            let [then, difference] = [ShotRole::Then, ShotRole::Difference].map(|role| {
                let picture = sample::row(&format!("{step} {role:?}"), ShotRole::Confirm);
                sample.bundle.keep_beside(number, step, role, &picture).unwrap()
            });
            let side = |shot: &str| Side {
                number,
                address: format!("http://127.0.0.1:8000/{page}"),
                title: String::new(),
                name: String::new(),
                alternative: None,
                shot: Some(shot.to_owned()),
            };
            steps.push(ComparedStep {
                flow: walked.flow,
                step: walked.step,
                likeness: Likeness::Changed,
                why: vec![],
                then: Some(side(&then.path)),
                now: Some(side(&walked.shots[0].path)),
                difference: Some(Difference {
                    of_a_million: 9,
                    compared: 9,
                    then: (9, 9),
                    now: (9, 9),
                    shot: Some(difference.path.clone()),
                }),
            });
            shots.extend([then, difference]);
        }
        let with: RunId = "R2A".parse().unwrap();
        let redactions = vec![Redaction {
            path: shots[2].path.clone(),
            rect: (1, 2, 3, 4),
            selector: "input".into(),
            why: "a password".into(),
        }];
        let comparison = Comparison { v: 1, run: run.clone(), with: with.clone(), steps: steps.clone(), redactions };
        let files = vec![sample.bundle.keep_comparison(&comparison).unwrap()];
        sample.push(Fact::Compared(Box::new(Compared { run, with, steps, shots, files })));
        // The picture of the rehearsal's end is often that of its last step, byte by byte; its entry is withheld.
        let before = sample.bundle.keep_shot(Some(&me), ShotRole::Before, &sample::row("reason", ShotRole::Confirm));
        let (run, outcome, shots) = (sample.run.clone(), Rehearsal::Ready, vec![before.unwrap()]);
        sample.push(Fact::Rehearsed { run, slug: me, outcome, why: "the end".into(), shots });
        let finished = sample.finish();
        let covered = finished.manifest.file("steps/02-reason/then.png").unwrap();
        assert_eq!(covered.redactions.len(), 1, "the manifest says what is covered in the earlier picture");
        House { folder: sample.bundle.path().to_owned(), temp, people: people() }
    }

    #[test]
    fn of_a_replay_both_pictures_go_by_the_rule_of_both_pages_and_the_users_text_stays() {
        let house = replay();
        assert_eq!(crate::evidence::verify::verify(&house.folder, None), Verdict::ValidNoTime);
        let (zip, handout) = house.handout(Names::Initials);
        assert_eq!(verdict(&zip), Verdict::ValidNoTime);
        let has = |path: &str| handout.files.iter().any(|file| file.path == format!("{PROOF}{path}"));
        for path in ["steps/02-reason/step.png", "steps/02-reason/then.png", "steps/02-reason/difference.png"] {
            assert!(has(path), "{path} of {:?}", handout.files);
        }
        assert!(has("comparison.json"));
        for path in ["steps/01-feed/step.png", "steps/01-feed/then.png", "steps/01-feed/difference.png"] {
            assert!(!has(path), "{path} of {:?}", handout.files);
        }
        assert!(!handout.files.iter().any(|file| file.path.contains("before")), "its entry is withheld");
        assert!(!String::from_utf8_lossy(&zip).contains("my own reasons"));
        let (full, _) = house.handout(Names::Full);
        assert_eq!(verdict(&full), Verdict::ValidNoTime);
        assert!(String::from_utf8_lossy(&full).contains("my own reasons"));
    }

    impl House {
        fn handout(&self, names: Names) -> (Vec<u8>, Handout) {
            let key = sample::key();
            let order = Order { names, people: &self.people, own_pages: &["/mypreferences/"], key: &key };
            let mut zip = Vec::new();
            let handout = handout::write(&self.folder, &mut zip, &order).unwrap();
            (zip, handout)
        }
    }

    fn verdict(zip: &[u8]) -> Verdict {
        examine_handout(zip).examined.verdict
    }

    fn is_tampered(zip: &[u8], with: &str) -> bool {
        matches!(verdict(zip), Verdict::Tampered { path, .. } if path.contains(with))
    }

    #[test]
    fn every_kind_of_handout_is_whole_and_says_whose_key_it_was() {
        for house in [removals(), closure()] {
            for names in [Names::Full, Names::Initials, Names::Hidden] {
                let (zip, handout) = house.handout(names);
                let found = examine_handout(&zip[..]);
                assert_eq!(found.examined.verdict, Verdict::ValidNoTime, "{names:?}");
                assert_eq!(found.examined.sealed_by, Some(sample::key().public().id()));
                assert_eq!(found.of, Some(handout));
            }
        }
    }

    #[test]
    fn with_initials_nothing_of_others_is_in_it() {
        for house in [removals(), closure()] {
            for names in [Names::Initials, Names::Hidden] {
                let (zip, handout) = house.handout(names);
                let text = String::from_utf8_lossy(&zip).to_lowercase();
                for secret in ["ann-archer", "archer", "müller", "m\\u00fcller", "j%c3%b6rg", "jörg"] {
                    assert!(!text.contains(secret), "{secret} in {names:?}");
                }
                assert!(!handout.left_out.is_empty());
            }
        }
        let text = |names| String::from_utf8_lossy(&removals().handout(names).0).into_owned();
        let tag = sample::key().name_tag("ann-archer").short();
        assert!(text(Names::Initials).contains(&format!("\"A. A. {tag}\"")));
        assert!(text(Names::Hidden).contains(&format!("\"{tag}\"")) && !text(Names::Hidden).contains("A. A."));
    }

    #[test]
    fn of_a_closure_the_pages_of_the_account_itself_stay() {
        let paths = |handout: &Handout| -> Vec<String> {
            handout.files.iter().map(|file| file.path.trim_start_matches(PROOF).to_owned()).collect()
        };
        let (_, handout) = closure().handout(Names::Initials);
        let kept = paths(&handout);
        for path in
            ["steps/02-reason/step.png", "steps/02-reason/page.html", "steps/03-warning/step.png", "run/public-2.png"]
        {
            assert!(kept.iter().any(|kept| kept == path), "{path} of {kept:?}");
        }
        for path in
            ["steps/01-feed/step.png", "steps/01-feed/page.html", "steps/03-warning/page.html", "run/public.png"]
        {
            assert!(!kept.iter().any(|kept| kept == path), "{path} of {kept:?}");
        }
        assert!(kept.iter().any(|path| path.starts_with("items/me-myself-")), "{kept:?}");
        let (_, handout) = removals().handout(Names::Initials);
        assert!(!paths(&handout).iter().any(|path| path.starts_with("items/")), "{handout:?}");
    }

    #[test]
    fn each_flipped_byte_of_a_handout_is_noticed() {
        for names in [Names::Full, Names::Initials] {
            let (zip, _) = closure().handout(names);
            for at in (0..zip.len()).step_by(211) {
                let mut flipped = zip.clone();
                flipped[at] ^= 1;
                assert!(matches!(verdict(&flipped), Verdict::Tampered { .. }), "{names:?}, byte {at}");
            }
            assert!(matches!(verdict(&zip[..zip.len() - 1]), Verdict::Tampered { .. }));
        }
    }

    /// The same zip with other files in it, written as this program writes.
    fn rewritten(zip: &[u8], change: impl Fn(&mut BTreeMap<String, Vec<u8>>)) -> Vec<u8> {
        let entries = zip::read(zip, |_| u64::MAX, |_| true).unwrap();
        let mut files: BTreeMap<String, Vec<u8>> =
            entries.into_iter().map(|entry| (entry.name, entry.content.unwrap())).collect();
        change(&mut files);
        let mut writer = zip::Writer::new(Vec::new());
        files.iter().for_each(|(name, content)| writer.add(name, content).unwrap());
        writer.finish().unwrap()
    }

    #[test]
    fn a_handout_that_was_packed_anew_is_held_against_its_signature() {
        let (zip, _) = removals().handout(Names::Initials);
        assert_eq!(verdict(&rewritten(&zip, |_| {})), Verdict::ValidNoTime);
        let events = format!("{PROOF}{EVENTS}");
        let without = |name: &str| rewritten(&zip, |files| drop(files.remove(name)));
        for name in [HANDOUT, HANDOUT_SEAL, SEAL_KEY, HANDOUT_GUIDE, SUMS, &events] {
            assert!(is_tampered(&without(name), name), "{name}");
        }
        let added = rewritten(&zip, |files| drop(files.insert("proof/items/x/before.png".into(), b"x".to_vec())));
        assert!(is_tampered(&added, "before.png"));
        let changed = rewritten(&zip, |files| files.get_mut(&events).unwrap().push(b'\n'));
        assert!(is_tampered(&changed, EVENTS));
        let other_key = crate::evidence::envelope::SealKey::from_bytes(&[9; 32]).public().pem();
        let exchanged = rewritten(&zip, |files| drop(files.insert(SEAL_KEY.into(), other_key.clone().into())));
        assert!(is_tampered(&exchanged, HANDOUT_SEAL));
    }

    #[test]
    fn its_own_maker_cannot_put_anything_into_the_chain_or_take_it_out() {
        let house = removals();
        let (_, handout) = house.handout(Names::Initials);
        let files = |change: &dyn Fn(&mut Vec<serde_json::Value>)| {
            let (zip, _) = house.handout(Names::Initials);
            let entries = zip::read(&zip[..], |_| u64::MAX, |_| true).unwrap();
            let mut files: BTreeMap<String, Entry> =
                entries.into_iter().map(|entry| (entry.name.clone(), entry)).collect();
            let events = files.get_mut(&format!("{PROOF}{EVENTS}")).unwrap();
            let text = String::from_utf8(events.content.take().unwrap()).unwrap();
            let mut lines: Vec<serde_json::Value> =
                text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            change(&mut lines);
            events.content = Some(lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes());
            Files(files).chain(&handout)
        };
        assert_eq!(files(&|_| {}), Ok(None));
        let refused = |change: &dyn Fn(&mut Vec<serde_json::Value>)| files(change).unwrap_err().1;
        assert!(refused(&|lines| drop(lines.remove(2))).contains("does not follow"));
        assert!(refused(&|lines| drop(lines.pop())).contains("does not end"));
        assert!(refused(&|lines| lines[1]["hash"] = Digest::ZERO.to_string().into()).contains("does not follow"));
        assert!(
            refused(&|lines| lines[0]["body"] = lines[0]["body"].as_str().unwrap().replace("live", "rehearsal").into())
                .contains("does not fit")
        );
        assert!(refused(&|lines| lines[1]["more"] = "x".into()).contains("no link"));
    }

    /// Unpacks a handout and runs the `sh` blocks of its guide; the number of the first that fails.
    fn follow_the_guide(zip: &[u8], place: &Path) -> Option<usize> {
        let folder = place.join("unpacked");
        let _ = std::fs::remove_dir_all(&folder);
        for entry in zip::read(zip, |_| u64::MAX, |_| true).unwrap() {
            let path = folder.join(&entry.name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, entry.content.unwrap()).unwrap();
        }
        let guide = std::fs::read_to_string(folder.join(HANDOUT_GUIDE)).unwrap();
        let blocks: Vec<&str> =
            guide.split("```sh\n").skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect();
        assert_eq!(blocks.len(), 6);
        // The third block defines what the sixth of its own defines again, so each stands for itself.
        blocks.iter().position(|block| {
            let shell = Command::new("sh").arg("-uc").arg(block).current_dir(&folder).output().unwrap();
            !shell.status.success()
        })
    }

    #[test]
    fn its_guide_can_be_followed_with_tools_of_the_system() {
        for house in [removals(), closure()] {
            for names in [Names::Full, Names::Initials] {
                let (zip, _) = house.handout(names);
                assert_eq!(follow_the_guide(&zip, house.temp.path()), None, "{names:?}");
            }
        }
        let house = removals();
        let (zip, _) = house.handout(Names::Hidden);
        let other = |name: &str, from: &str, to: &str| {
            rewritten(&zip, |files| {
                let old = Digest::of(&files[name]).to_string();
                let text = String::from_utf8(files[name].clone()).unwrap();
                assert!(text.contains(from), "{from}");
                files.insert(name.to_owned(), text.replacen(from, to, 1).into_bytes());
                let sums = String::from_utf8(files[SUMS].clone()).unwrap();
                files.insert(SUMS.into(), sums.replace(&old, &Digest::of(&files[name]).to_string()).into_bytes());
            })
        };
        let place = house.temp.path();
        assert_eq!(follow_the_guide(&rewritten(&zip, |files| drop(files.insert("x".into(), vec![1]))), place), Some(0));
        assert_eq!(follow_the_guide(&other("proof/run.json", "R7M", "R7N"), place), Some(1));
        assert_eq!(follow_the_guide(&other(HANDOUT, "hidden", "h1dden"), place), Some(2));
    }
}
