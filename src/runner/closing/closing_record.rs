//! What is kept of acting on the account: every step with picture, snapshot and record, the moves of the one effect, and
//! what follows where a page ended it.
//!
//! What cannot be kept is recorded as a gap; it never makes anything happen twice.

use super::{Closing, ClosingOutcome, End};
use crate::browser::page::{Page, PageError, Photo, Rect};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Moved, RunState, Walked};
use crate::event::id::RunId;
use crate::event::link::{Entry, Link};
use crate::event::progress::Progress;
use crate::event::shot::{Shot, ShotRole};
use crate::event::state::EffectState;
use crate::evidence::observation::{Assertion, Redaction};
use crate::evidence::step::{FITTING, StepRecord};
use crate::flow::site::SignKind;
use crate::flow::tree::{Holds, Step};
use crate::ledger::{EffectRow, LedgerError};
use crate::runner::dispatcher::observation::page_read;
use crate::runner::latch::{self, DRIFT, Held, Met};
use crate::runner::order::Telling;
use crate::runner::run::RunError;
use crate::runner::sealing;
use crate::runner::walk::Walk;
use crate::runner::walk::halt::Halt;
use crate::runner::walk::notes::Track;
use crate::runner::walk::notice;

impl Closing<'_> {
    pub(super) fn run(&self) -> RunId {
        self.order.started.run.clone()
    }

    /// Writes a fact and tells it.
    pub(super) fn write(&mut self, fact: Fact) -> Result<(), LedgerError> {
        let link = self.owner.append(&self.clock.now(), &fact)?;
        self.told(&link);
        Ok(())
    }

    pub(super) fn told(&mut self, link: &Link) {
        let entry: Entry = link.entry().expect("a fact that was just written can be read");
        (self.tell)(Telling::Fact(&entry));
    }

    pub(super) fn show(&mut self, progress: &Progress) {
        (self.tell)(Telling::Progress(progress));
    }

    /// The one effect of a live run.
    pub(super) fn effect(&self) -> Result<EffectRow, LedgerError> {
        let rows = self.owner.ledger().effects(&self.order.started.plan)?;
        let row = rows.into_iter().find(|row| row.slug == self.order.handle);
        Ok(row.expect("an approved plan of the account has the account's own effect"))
    }

    pub(super) fn moved(
        &mut self,
        to: EffectState,
        why: &str,
        shots: Vec<Shot>,
        read: Vec<(String, String)>,
    ) -> Result<Moved, LedgerError> {
        let row = self.effect()?;
        let why = self.with_what_is_withheld(why);
        Ok(Moved {
            run: Some(self.run()),
            plan: row.plan,
            slug: row.slug,
            action: row.action,
            from: row.state,
            to,
            attempt: row.attempt,
            why,
            shots,
            read,
        })
    }

    /// Words of a fact, with why a picture that belongs to it was not kept, where that is so.
    pub(super) fn with_what_is_withheld(&mut self, why: &str) -> String {
        let withheld = std::mem::take(&mut self.withheld).into_iter();
        [why.to_owned()].into_iter().chain(withheld).collect::<Vec<_>>().join("; ")
    }

    /// Moves the effect, on disk when it answers.
    pub(super) fn step(
        &mut self,
        to: EffectState,
        why: &str,
        shots: Vec<Shot>,
        read: Vec<(String, String)>,
    ) -> Result<(), LedgerError> {
        let moved = self.moved(to, why, shots, read)?;
        let link = self.owner.step(&self.clock.now(), &moved)?;
        self.told(&link);
        Ok(())
    }

    /// Keeps what the walk noted since the last time, the last step with a picture and a snapshot. Whether there was any.
    pub(super) async fn keep_steps<P: Page>(&mut self, page: &mut P, walk: &Walk<'_>) -> Result<bool, RunError> {
        let mut tracks = std::mem::take(&mut self.notes.trail);
        let Some(last) = tracks.pop() else { return Ok(false) };
        for track in tracks {
            self.keep_step(walk, track, (None, None), vec![])?;
        }
        self.read.extend(walk.facts().map(|(what, value)| (what.to_owned(), value.to_owned())));
        let mut missing = vec![];
        let shot = page.shot(None).await;
        if let Err(PageError::Shown(why)) = &shot {
            self.is_shown = Some(why.clone());
        }
        let photo = self.taken(shot, "picture", &mut missing);
        let snapshot = self.taken(page.snapshot().await, "snapshot", &mut missing);
        self.keep_step(walk, last, (photo, snapshot), missing)?;
        Ok(true)
    }

    fn taken<T>(&mut self, taken: Result<T, PageError>, what: &str, missing: &mut Vec<String>) -> Option<T> {
        taken.map_err(|error| missing.push(format!("no {what}: {error}"))).ok()
    }

    fn keep_step(
        &mut self,
        walk: &Walk<'_>,
        track: Track,
        (photo, snapshot): (Option<Photo>, Option<String>),
        missing: Vec<String>,
    ) -> Result<(), RunError> {
        self.steps += 1;
        for gap in &missing {
            self.show(&Progress::Note { text: format!("step `{}`: {gap}", track.step) });
        }
        let (step, place, flow, outcome) =
            (track.step.clone(), track.place.clone(), track.flow.clone(), track.result.clone());
        let record = self.record(walk, track, photo.as_ref(), missing);
        let png = photo.as_ref().map(|photo| photo.png.as_slice());
        let kept = self.bundle.keep_step(self.steps, &step, png, snapshot.as_deref(), record)?;
        let (run, number) = (self.run(), self.steps);
        let shots = kept.shot.into_iter().collect();
        let walked = Walked { run, number, flow, step, place, outcome, shots, files: kept.files };
        self.write(Fact::Walked(Box::new(walked)))?;
        Ok(())
    }

    fn record(&self, walk: &Walk<'_>, track: Track, photo: Option<&Photo>, missing: Vec<String>) -> StepRecord {
        let step = walk.flow().steps.iter().find(|step| step.id.value == track.step);
        let target = step.and_then(Step::target).map(|target| target.value.clone());
        let began = crate::event::stamp::Stamp { utc: track.started, ..self.clock.now() };
        StepRecord {
            v: 1,
            number: self.steps,
            flow: track.flow,
            step: track.step,
            place: track.place,
            verb: step.map_or(String::new(), |step| step.verb.word().to_owned()),
            name: track.name,
            target,
            alternative: track.winner,
            target_at: track.rect.map(whole),
            began,
            ended: self.clock.now(),
            zone: self.order.started.zone.clone(),
            account: self.account.clone(),
            page: page_read(track.page),
            assertions: step.map(|step| assertions(step, &track.result)).unwrap_or_default(),
            read: crate::runner::walk::gallery::facts_of(walk),
            outcome: track.result,
            shot: None,
            snapshot: None,
            redactions: photo.map(redactions).unwrap_or_default(),
            missing,
        }
    }

    /// A picture of the page as it stands; what is missing is noted.
    pub(super) async fn photo<P: Page>(&mut self, page: &mut P) -> Option<Photo> {
        match page.shot(None).await {
            Ok(photo) => Some(photo),
            // That nothing secret is kept is no gap of the proof; the next fact says it.
            Err(error @ (PageError::Unproved(_) | PageError::Shown(_))) => {
                let text = format!("no picture: {error}");
                self.show(&Progress::Note { text: text.clone() });
                if !self.withheld.contains(&text) {
                    self.withheld.push(text);
                }
                None
            }
            Err(error) => {
                self.gap(format!("no picture: {error}"));
                None
            }
        }
    }

    /// Keeps a picture of the account's own effect.
    pub(super) fn item_picture(&mut self, role: ShotRole, photo: Option<Photo>) -> Option<Shot> {
        let kept = self.bundle.keep_shot(Some(&self.order.handle), role, &photo?.png);
        kept.map_err(|error| self.gap(format!("no `{}` picture: {error}", role.as_str()))).ok()
    }

    /// Takes and keeps a picture of the run.
    pub(super) async fn run_picture<P: Page>(&mut self, page: &mut P, role: ShotRole) -> Option<Shot> {
        let photo = self.photo(page).await?;
        let kept = self.bundle.keep_shot(None, role, &photo.png);
        kept.map_err(|error| self.gap(format!("no `{}` picture: {error}", role.as_str()))).ok()
    }

    pub(super) fn gap(&mut self, text: String) {
        self.show(&Progress::Note { text: text.clone() });
        self.gaps.push(text);
    }

    /// Writes what holds the account back.
    pub(super) fn hold(&mut self, held: Held) -> Result<End, LedgerError> {
        for fact in held.facts {
            self.write(fact)?;
        }
        Ok(End { due_at: held.due_at, ..End::of(held.ending, held.why) })
    }

    /// What follows from a halt. After the intention a person has to look, whatever else follows.
    pub(super) async fn halted<P: Page>(&mut self, page: &mut P, halt: Halt) -> Result<End, RunError> {
        let words = halt.to_string();
        let mut shots = vec![];
        if let Halt::Prompt(text) = &halt {
            // A prompt is in front of every picture, and "cancel" lets nothing happen.
            let _ = page.answer(text, crate::browser::page::Reply::Dismiss).await;
        }
        if !matches!(halt, Halt::Lost(_)) {
            shots.extend(self.run_picture(page, ShotRole::Incident).await);
        }
        let end = self.held_by(page, &halt, &shots).await?;
        if !self.intended {
            return Ok(end);
        }
        let doubt = self.for_a_person(&words, shots)?;
        Ok(End { due_at: end.due_at, ..doubt })
    }

    /// Writes what a halt holds the account back by, and says how the run ends where nothing was sent.
    pub(super) async fn held_by<P: Page>(
        &mut self,
        page: &mut P,
        halt: &Halt,
        shots: &[Shot],
    ) -> Result<End, RunError> {
        let words = self.with_what_is_withheld(&halt.to_string());
        let met = |sign, address, until| Met { sign, why: &words, address, shots, until };
        let now = self.clock.now().utc;
        Ok(match halt {
            Halt::Sign { sign, page: document, .. } if self.pack.sign_kind(sign) == SignKind::Cool => {
                let held = latch::silence(self.owner, &self.run(), &met(sign, &document.address, None), now)?;
                self.hold(held)?
            }
            Halt::Sign { sign, page: document, .. } => {
                let until = notice::read(page, sign, now).await;
                let held = latch::incident(self.owner, &self.run(), &met(sign, &document.address, until))?;
                self.hold(held)?
            }
            Halt::Prompt(_) => {
                let held = latch::incident(self.owner, &self.run(), &met(DRIFT, "", None))?;
                self.hold(held)?
            }
            Halt::Miss(_) => End { is_miss: true, ..End::of(Ending::BadFile, words) },
            Halt::Nameless(_) | Halt::Beyond(_) => End::of(Ending::BadFile, words),
            Halt::Barred(_) => End::of(Ending::Stopped, words),
            Halt::Unreachable(_) | Halt::Lost(_) => End::of(Ending::NoBrowser, words),
        })
    }

    /// Settles what a run that did nothing leaves, writes how it ended, then the manifest.
    pub(super) fn close(&mut self, end: End) -> Result<ClosingOutcome, RunError> {
        let is_over = end.ending == Ending::Done;
        let (end, compared) = self.compared(end)?;
        let End { mut ending, mut why, due_at, .. } = end;
        let is_whole = self.gaps.is_empty();
        if !self.gaps.is_empty() {
            ending = ending.or(Ending::SomeFailed);
            why = format!("{why}; the evidence is incomplete: {}", self.gaps.join(", "));
        }
        let state = if self.order.is_live() { Some(self.settle(&why)?) } else { None };
        let run = self.run();
        let stands = if is_over && is_whole { RunState::Complete } else { RunState::Aborted };
        self.write(Fact::RunMoved { run: run.clone(), state: stands, why: why.clone() })?;
        self.write(Fact::RunEnded { run: run.clone(), result: ending, why: why.clone() })?;
        let closed = sealing::close(self.owner, self.bundle, (&run, &self.order.started))?;
        self.write(closed)?;
        Ok(ClosingOutcome {
            ending,
            why,
            due_at,
            state,
            until: self.until,
            counted: self.counted,
            read: std::mem::take(&mut self.read).into_iter().collect(),
            unseen: std::mem::take(&mut self.unseen),
            steps: self.steps,
            public: self.public,
            compared,
        })
    }

    /// An approval is good for one time: what was not begun expires. Answers where the effect stands.
    fn settle(&mut self, why: &str) -> Result<EffectState, LedgerError> {
        if self.effect()?.state == EffectState::Precheck {
            self.step(EffectState::Approved, &format!("nothing was sent: {why}"), vec![], vec![])?;
        }
        if self.effect()?.state == EffectState::NotSent {
            self.step(EffectState::Failed, why, vec![], vec![])?;
        }
        if self.effect()?.state == EffectState::Approved {
            let plan = self.order.started.plan.clone();
            self.owner.drop_plan(&plan, "the approval was for this one time", &self.clock.now())?;
        }
        Ok(self.effect()?.state)
    }
}

/// A place on the page in whole pixels.
fn whole(rect: Rect) -> (i64, i64, i64, i64) {
    #[expect(clippy::cast_possible_truncation, reason = "clamped to what a page can have")]
    let whole = |number: f64| number.round().clamp(-10_000_000.0, 10_000_000.0) as i64;
    (whole(rect.x), whole(rect.y), whole(rect.width), whole(rect.height))
}

/// What was covered, as evidence keeps it; the picture's path is filled in when it is kept.
fn redactions(photo: &Photo) -> Vec<Redaction> {
    let covered = |mask: &crate::browser::page::Mask| Redaction {
        path: String::new(),
        rect: mask.rect,
        selector: mask.selector.clone(),
        why: mask.why.clone(),
    };
    photo.masks.iter().map(covered).collect()
}

/// What the step waited for, and how that came out.
fn assertions(step: &Step, result: &str) -> Vec<Assertion> {
    let held = FITTING.contains(&result);
    let expected = step.expect.iter().flat_map(|expect| &expect.first).map(in_words).collect::<Vec<_>>();
    if expected.is_empty() {
        return vec![];
    }
    let what = format!("the page after `{}`", step.id.value);
    vec![Assertion { what, expected: expected.join(", or "), seen: result.to_owned(), pass: held }]
}

fn in_words(holds: &Holds) -> String {
    let names = |what: &str, list: &[crate::flow::span::Spanned<String>]| {
        list.iter().map(|name| format!("{what} `{}`", name.value)).collect::<Vec<_>>()
    };
    let parts = [names("see", &holds.see), names("no more", &holds.gone), names("witness", &holds.witness)];
    parts.concat().join(" and ")
}
