//! A made-up run for tests: its chain, its pictures, its readings.

use std::io::Cursor;
use std::path::Path;

use image::{ImageFormat, Rgb, RgbImage};
use jiff::{SignedDuration, Timestamp};

use super::bundle::Bundle;
use super::envelope::SealKey;
use super::observation::{Assertion, Command, Observation, PageRead, Redaction};
use super::run_folder::Finished;
use super::step::StepRecord;
use crate::event::fact::{Fact, Mode, Moved, Public, Rehearsal, RunStarted, Walked};
use crate::event::id::{Action, Digest, Realm, Route, RunId, Slug};
use crate::event::kept_file::KeptFile;
use crate::event::link::{Entry, Link};
use crate::event::shot::{Shot, ShotRole};
use crate::event::stamp::Stamp;
use crate::event::state::EffectState;

/// A chain that grows, with a clock that only moves when told.
pub(crate) struct Sample {
    pub(crate) bundle: Bundle,
    pub(crate) links: Vec<Link>,
    pub(crate) now: Timestamp,
    pub(crate) run: RunId,
    skipped: Option<Link>,
    address: Option<String>,
}

/// The key of these tests.
pub(crate) fn key() -> SealKey {
    SealKey::from_bytes(&[7; 32])
}

impl Sample {
    /// A run that just began, at entry 11 of its account's chain.
    pub(crate) fn begun(root: &Path, mode: Mode) -> Self {
        Self::begun_as(root, mode, (Action::Remove, Route::List))
    }

    /// A closure that just began.
    pub(crate) fn closing(root: &Path, mode: Mode) -> Self {
        Self::begun_as(root, mode, (Action::Close, Route::Settings))
    }

    fn begun_as(root: &Path, mode: Mode, (action, route): (Action, Route)) -> Self {
        let run: RunId = "R7M".parse().unwrap();
        let bundle = Bundle::create(root, &"default".parse().unwrap(), Realm::Practice, &run).unwrap();
        let bundle = bundle.sealed_with(key());
        let now = "2026-11-20T08:00:00Z".parse().unwrap();
        let mut sample = Self { bundle, links: Vec::new(), now, run: run.clone(), skipped: None, address: None };
        sample.push(Fact::RunStarted(Box::new(RunStarted {
            run,
            plan: "P4K".parse().unwrap(),
            hash: Digest::of(b"plan"),
            mode,
            account: "default".parse().unwrap(),
            realm: Realm::Practice,
            origin: "http://127.0.0.1:8000".into(),
            action,
            route,
            pack: "2026-11-01".into(),
            pack_sha256: Digest::of(b"pack"),
            browser: "Chromium 156.0.6900.12, ChromeDriver 156.0.6900.12".into(),
            program: "exeunt 0.1.0".into(),
            zone: "Europe/Berlin".into(),
        })));
        sample
    }

    pub(crate) fn push(&mut self, fact: Fact) {
        let skipped = self.skipped.take();
        let last = skipped.as_ref().or(self.links.last());
        let seq = last.map_or(11, |link| link.seq + 1);
        let prev = last.map_or(Digest::of(b"before"), |link| link.hash);
        let at = Stamp { utc: self.now, boot_ns: 0, boot_id: "b".into() };
        self.links.push(Link::after(prev, &Entry { v: 1, seq, at, fact }));
    }

    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    pub(crate) fn shot(&self, slug: &Slug, role: ShotRole) -> Shot {
        let bytes = row(slug.as_str(), role);
        self.bundle.keep_shot(Some(slug), role, &bytes).unwrap()
    }

    pub(crate) fn moved(&mut self, slug: &Slug, step: (EffectState, EffectState), why: &str, shots: Vec<Shot>) {
        self.wait(1);
        let read = match step.1 {
            EffectState::Done => vec![
                ("row of the person".into(), "not there".into()),
                ("connections shown by the page".into(), "299".into()),
            ],
            _ => vec![],
        };
        self.push(Fact::Moved(Box::new(Moved {
            run: Some(self.run.clone()),
            plan: "P4K".parse().unwrap(),
            slug: slug.clone(),
            action: Action::Remove,
            from: step.0,
            to: step.1,
            attempt: 1,
            why: why.into(),
            shots,
            read,
        })));
    }

    /// A removal up to the end that `fate` says: a state that may follow on the way through.
    pub(crate) fn removal(&mut self, slug: &str, fate: EffectState) {
        use EffectState::{
            Acted, AlreadyGone, Approved, Confirmed, Done, Intent, Mismatch, NeedsHuman, Precheck, Verifying,
        };
        let slug: Slug = slug.parse().unwrap();
        self.moved(&slug, (Approved, Precheck), "the list is loaded", vec![]);
        let before = self.shot(&slug, ShotRole::Before);
        match fate {
            AlreadyGone => {
                return self.moved(&slug, (Precheck, AlreadyGone), "the page does not list this person", vec![before]);
            }
            Mismatch => {
                return self.moved(&slug, (Precheck, Mismatch), "the row leads to another profile", vec![before]);
            }
            _ => self.moved(&slug, (Precheck, Intent), "the row is this person's", vec![before]),
        }
        let confirm = self.shot(&slug, ShotRole::Confirm);
        self.moved(&slug, (Intent, Acted), "the click landed", vec![confirm]);
        self.moved(&slug, (Acted, Verifying), "the list is loaded again", vec![]);
        let after = self.shot(&slug, ShotRole::After);
        if fate == NeedsHuman {
            return self.moved(&slug, (Verifying, NeedsHuman), "the list stayed empty three times", vec![after]);
        }
        self.moved(&slug, (Verifying, Done), "the row is gone and the total is one less", vec![after]);
        self.bundle.write_observation(&slug, &observation(&slug, self.now)).unwrap();
        if fate == Confirmed {
            self.moved(&slug, (Done, Confirmed), "the audit read it again", vec![]);
        }
    }

    /// An intention and its end, without pictures, with these words of each.
    pub(crate) fn without_pictures(&mut self, slug: &str, (intent, done): (&str, &str)) {
        use EffectState::{Acted, Approved, Done, Intent, Precheck, Verifying};
        let slug: Slug = slug.parse().unwrap();
        let moves =
            [((Approved, Precheck), ""), ((Precheck, Intent), intent), ((Intent, Acted), ""), ((Acted, Verifying), "")];
        for (step, why) in moves.into_iter().chain([((Verifying, Done), done)]) {
            self.moved(&slug, step, why, vec![]);
        }
    }

    /// A step of a walk, kept with picture, snapshot and record, and named in the chain.
    pub(crate) fn walked(&mut self, number: u32, step: &str, snapshot: Option<&str>) -> Walked {
        self.wait(3);
        let picture = row(step, ShotRole::Confirm);
        let mut record = record(step, self.now);
        if let Some(address) = &self.address {
            record.page.arrived = address.clone().into();
        }
        let kept = self.bundle.keep_step(number, step, Some(&picture), snapshot, record).unwrap();
        let walked = Walked {
            run: self.run.clone(),
            number,
            flow: "close-account".into(),
            step: step.into(),
            place: format!("flows/close-account.toml:{number}:1"),
            outcome: "arrived".into(),
            shots: kept.shot.into_iter().collect(),
            files: kept.files,
        };
        self.push(Fact::Walked(Box::new(walked.clone())));
        walked
    }

    /// A file that the user adds, named in the chain.
    pub(crate) fn attached(&mut self, name: &str, content: &[u8]) {
        let KeptFile { path, sha256 } = self.bundle.attach(name, content).unwrap();
        let (run, bytes) = (self.run.clone(), content.len() as u64);
        self.push(Fact::Attached { run, path, sha256, bytes, name: name.into() });
    }

    /// A look at the public address, with its picture.
    pub(crate) fn public(&mut self, answer: Public, why: &str) {
        self.wait(2);
        let bytes = row(why, ShotRole::Public);
        let shots = vec![self.bundle.keep_shot(None, ShotRole::Public, &bytes).unwrap()];
        let address = "http://127.0.0.1:8000/in/me-myself/".to_owned();
        self.push(Fact::PublicRead { run: self.run.clone(), answer, why: why.into(), address, shots });
    }

    pub(crate) fn rehearsed(&mut self, slug: &str, outcome: Rehearsal) {
        let slug: Slug = slug.parse().unwrap();
        self.wait(4);
        let shots = vec![self.shot(&slug, ShotRole::Before)];
        let why = "walked to the first irreversible step".to_owned();
        self.push(Fact::Rehearsed { run: self.run.clone(), slug, outcome, why, shots });
    }

    pub(crate) fn finish(&self) -> Finished {
        let run = serde_json::json!({ "run": "R7M", "zone": "Europe/Berlin" });
        self.bundle.finish(&self.links, &run, Some(Digest::of(b"the seal before"))).unwrap()
    }

    /// The ledger hears of the manifest.
    pub(crate) fn written(&mut self, finished: &Finished) {
        let (run, sha256, seal) = (self.run.clone(), finished.sha256, finished.seal);
        self.push(Fact::ManifestWritten { run, sha256, seal });
    }

    /// The steps from here on end on this page.
    pub(crate) fn on(&mut self, address: &str) {
        self.address = Some(address.to_owned());
    }

    /// Entries of other runs come in between.
    pub(crate) fn skip(&mut self, entries: u64) {
        let last = self.links.last().expect("a run begins the chain");
        let at = Stamp { utc: self.now, boot_ns: 0, boot_id: "b".into() };
        let fact = Fact::PlanDropped { plan: "P2A".parse().unwrap() };
        let other = Link::after(last.hash, &Entry { v: 1, seq: last.seq + entries, at, fact });
        self.skipped = Some(other);
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.links.iter().map(|link| link.entry().unwrap()).collect()
    }
}

/// Something that looks like the row of a list, or like a dialog, from far away.
pub(crate) fn row(seed: &str, role: ShotRole) -> Vec<u8> {
    let hash = Digest::of(seed.as_bytes()).0;
    let (width, height) = if role == ShotRole::Confirm { (200, 120) } else { (360, 48) };
    let ink = Rgb([90, 98, 110]);
    let accent = Rgb([hash[0] / 2 + 60, hash[1] / 2 + 60, hash[2] / 2 + 60]);
    let gone = role == ShotRole::After;
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        let in_face = (i64::from(x) - 24).pow(2) + (i64::from(y) - 24).pow(2) < 17 * 17;
        let in_name = (52..52 + u32::from(hash[3]) / 3 + 60).contains(&x) && (14..20).contains(&y);
        let in_line = (52..190 + u32::from(hash[4]) / 3).contains(&x) && (28..31).contains(&y) && x < width - 20;
        let in_button = role == ShotRole::Confirm && (120..180).contains(&x) && (80..106).contains(&y);
        match () {
            () if gone => Rgb([247, 248, hash[5] / 16 + 235]),
            () if in_face || in_button => accent,
            () if in_name => ink,
            () if in_line => Rgb([190, 196, 204]),
            () => Rgb([255, 255, 255]),
        }
    });
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The record of a step that went well.
pub(crate) fn record(step: &str, at: Timestamp) -> StepRecord {
    let stamp = Stamp { utc: at, boot_ns: 0, boot_id: "b".into() };
    let read = observation(&"me".parse().unwrap(), at);
    StepRecord {
        v: 1,
        number: 0,
        flow: "close-account".into(),
        step: step.into(),
        place: "flows/close-account.toml:12:1".into(),
        verb: "click".into(),
        target: Some("next".into()),
        name: "Continue".into(),
        alternative: Some(0),
        target_at: Some((100, 200, 80, 32)),
        began: stamp.clone(),
        ended: stamp,
        zone: read.zone,
        account: Some("me".parse().unwrap()),
        page: PageRead { title: "Close account".into(), ..read.page },
        assertions: read.assertions,
        read: vec![("consequences".into(), "You will lose your connections".into())],
        outcome: "arrived".into(),
        shot: None,
        snapshot: None,
        redactions: vec![Redaction {
            path: String::new(),
            rect: (1, 2, 30, 4),
            selector: "input[type=password]".into(),
            why: "a password".into(),
        }],
        missing: vec![],
    }
}

pub(crate) fn observation(slug: &Slug, at: Timestamp) -> Observation {
    Observation {
        v: 1,
        slug: slug.clone(),
        name_shown: "Jane Doe".into(),
        account_read: "me".into(),
        at: Stamp { utc: at, boot_ns: 0, boot_id: "b".into() },
        zone: "Europe/Berlin".into(),
        page: PageRead {
            requested: "http://127.0.0.1:8000/mynetwork/?x=1".to_owned().into(),
            arrived: "http://127.0.0.1:8000/mynetwork/".to_owned().into(),
            title: "Connections".into(),
            status: Some(200),
            generation: "sdui-2026".into(),
            language: "en".into(),
            viewport: (1280, 900),
            pixel_ratio_thousandths: 1000,
            scroll: (0, 0),
        },
        assertions: vec![Assertion { what: "row".into(), expected: "none".into(), seen: "none".into(), pass: true }],
        commands: vec![Command {
            step: "confirm".into(),
            source: "flows/remove-from-list.toml:12".into(),
            started: at,
            ended: at,
            result: "landed".into(),
            alternative: Some(0),
        }],
        redactions: vec![],
        exit_state: "DONE".into(),
        why: "the row is gone".into(),
    }
}
