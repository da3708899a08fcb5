//! A walk that repeats an earlier one. It records that first, and at its end compares every step with the earlier one's.
//!
//! The rules are in [`crate::evidence::comparison`]. The earlier run's folder is only read, and before this begins.

use super::{Closing, End};
use crate::event::comparison::{Compared, ComparedStep, Difference, Likeness};
use crate::event::exit::Ending;
use crate::event::fact::Fact;
use crate::event::id::{Digest, RunId};
use crate::event::shot::{Shot, ShotRole};
use crate::evidence::comparison::{Comparison, Course, Ended, Pair, judge, pairs, side};
use crate::evidence::difference::{Covered, difference};
use crate::evidence::observation::Redaction;
use crate::evidence::seen::Seen;
use crate::flow::tree::Effect;
use crate::ledger::LedgerError;
use crate::runner::run::RunError;

/// The run that is walked again.
#[derive(Debug, Clone)]
pub struct Repeat {
    /// Its id.
    pub of: RunId,
    /// The hash of its manifest.
    pub manifest_sha256: Digest,
    /// Whether the pack is the one kept with it.
    pub kept_pack: bool,
    /// Its browser and driver, with versions.
    pub browser: String,
    /// Paths of the account's own pages, as they begin.
    pub own_pages: &'static [&'static str],
    /// Its steps, in order.
    pub then: Vec<Seen>,
}

/// What the comparison adds to the new run's proof.
#[derive(Default)]
struct Added {
    shots: Vec<Shot>,
    redactions: Vec<Redaction>,
}

impl Closing<'_> {
    /// Says which run this one repeats, where it does.
    pub(super) fn begin_again(&mut self) -> Result<(), LedgerError> {
        let order = self.order;
        let Some(repeat) = &order.repeat else { return Ok(()) };
        let run = self.run();
        let Repeat { of, manifest_sha256, kept_pack, browser, .. } = repeat.clone();
        self.write(Fact::Repeats { run, of, manifest_sha256, kept_pack, browser })
    }

    /// Holds the walk against the one that it repeats, keeps what came of it, and says it in the end.
    pub(super) fn compared(&mut self, end: End) -> Result<(End, Option<Compared>), RunError> {
        let order = self.order;
        let Some(repeat) = &order.repeat else { return Ok((end, None)) };
        let now = self.walked_now()?;
        let (mut steps, mut added) = (vec![], Added::default());
        for pair in pairs(&repeat.then, &now, &self.course(repeat, &end)) {
            steps.push(self.compared_step(&repeat.of, &pair, &mut added)?);
        }
        let (run, with) = (self.run(), repeat.of.clone());
        let Added { shots, redactions } = added;
        let comparison = Comparison { v: 1, run: run.clone(), with: with.clone(), steps: steps.clone(), redactions };
        let files = vec![self.bundle.keep_comparison(&comparison)?];
        let compared = Compared { run, with, steps, shots, files };
        self.write(Fact::Compared(Box::new(compared.clone())))?;
        Ok((judged(end, &compared, now.iter().any(|seen| seen.record.fits())), Some(compared)))
    }

    /// The steps of this walk as they were kept.
    fn walked_now(&self) -> Result<Vec<Seen>, RunError> {
        let mut now = Vec::new();
        for link in self.owner.ledger().links_of_run(&self.order.started.run)? {
            let entry = link.entry().expect("a fact that was just written can be read");
            if let Fact::Walked(walked) = entry.fact {
                now.extend(Seen::read(self.bundle.path(), &walked)?);
            }
        }
        Ok(now)
    }

    fn course(&self, repeat: &Repeat, end: &End) -> Course {
        let flow = self.pack.flows.get(&self.order.flow).expect("whoever makes an order checks the flow");
        let ends = |step: &crate::flow::tree::Step| step.effect == Effect::Irreversible || step.secret(flow).is_some();
        let ended = match (self.unseen.first(), end.ending) {
            (Some(step), _) => Ended::Rehearsed(step.clone()),
            (None, Ending::Done | Ending::SomeFailed | Ending::BadFile) => Ended::OnThePage,
            (None, _) => Ended::Outside,
        };
        Course {
            flow: flow.name.value.clone(),
            steps: flow.steps.iter().map(|step| (step.id.value.clone(), ends(step))).collect(),
            ended,
            own_pages: repeat.own_pages.iter().map(|page| (*page).to_owned()).collect(),
        }
    }

    /// Compares one pair; the earlier picture is kept beside the new one.
    fn compared_step(&mut self, of: &RunId, pair: &Pair<'_>, added: &mut Added) -> Result<ComparedStep, RunError> {
        let record = &pair.then.or(pair.now).expect("a pair has at least one of the two").record;
        let (flow, step) = (record.flow.clone(), record.step.clone());
        let (mut then_shot, mut difference) = (None, None);
        if let (Some(then), Some(now)) = (pair.then, pair.now)
            && let Some((_, bytes)) = &then.picture
        {
            let number = now.record.number;
            let shot = self.bundle.keep_beside(number, &step, ShotRole::Then, bytes)?;
            added.covers(&shot, then, &format!("covered in run {of}"));
            then_shot = Some(shot.path.clone());
            added.shots.push(shot);
            difference = self.difference((number, &step), (then, now), added)?;
        }
        let (likeness, why) = judge(pair, difference.as_ref());
        Ok(ComparedStep {
            flow,
            step,
            likeness,
            why,
            then: pair.then.map(|then| side(then, then_shot)),
            now: pair.now.map(|now| side(now, now.picture.as_ref().map(|(shot, _)| shot.path.clone()))),
            difference,
        })
    }

    /// How the two pictures differ; the picture of it is kept where it shows something.
    fn difference(
        &mut self,
        (number, step): (u32, &str),
        (then, now): (&Seen, &Seen),
        added: &mut Added,
    ) -> Result<Option<Difference>, RunError> {
        let (Some((_, old)), Some((_, new))) = (&then.picture, &now.picture) else { return Ok(None) };
        let (old_rects, new_rects) = (then.covered(), now.covered());
        let sides = [Covered { picture: old, rects: &old_rects }, Covered { picture: new, rects: &new_rects }];
        let (found, png) = match difference(sides[0], sides[1]) {
            Ok(found) => found,
            Err(why) => {
                self.gap(format!("step `{step}`: the pictures cannot be compared: {why}"));
                return Ok(None);
            }
        };
        let Some(png) = png else { return Ok(Some(found)) };
        let shot = self.bundle.keep_beside(number, step, ShotRole::Difference, &png)?;
        added.covers(&shot, then, "covered in the earlier picture");
        added.covers(&shot, now, "covered in the new picture");
        let path = shot.path.clone();
        added.shots.push(shot);
        Ok(Some(Difference { shot: Some(path), ..found }))
    }
}

impl Added {
    /// Notes that what a step's picture covers is covered in this one too.
    fn covers(&mut self, shot: &Shot, seen: &Seen, why: &str) {
        let cover = |redaction: &Redaction| Redaction {
            path: shot.path.clone(),
            why: format!("{}; {why}", redaction.why),
            ..redaction.clone()
        };
        self.redactions.extend(seen.record.redactions.iter().map(cover));
    }
}

/// How a walk that was compared ends. That pages changed is what it was to find: a step that does not fit ends it worse only
/// where no step fitted at all.
fn judged(end: End, compared: &Compared, fits_at_all: bool) -> End {
    let ending = if end.is_miss && fits_at_all { Ending::SomeFailed } else { end.ending };
    let ending = if compared.is_another() { ending.or(Ending::SomeFailed) } else { ending };
    let counted = [Likeness::Changed, Likeness::Gone, Likeness::NotReached, Likeness::New].map(|likeness| {
        let steps = compared.judged(likeness);
        if steps.is_empty() {
            None
        } else {
            Some(format!("{}: {}", likeness.as_str().replace('-', " "), steps.join(", ")))
        }
    });
    let counted: Vec<String> = counted.into_iter().flatten().collect();
    let found = match counted.as_slice() {
        [] => format!("nothing that was walked differs from run {}", compared.with),
        counted => format!("against run {}, {}", compared.with, counted.join("; ")),
    };
    let why = match end.ending {
        Ending::Done => found,
        _ => format!("{}; {found}", end.why),
    };
    End { ending, why, ..end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(steps: &[(&str, Likeness)]) -> Compared {
        let step = |(step, likeness): &(&str, Likeness)| ComparedStep {
            flow: "close-account".into(),
            step: (*step).into(),
            likeness: *likeness,
            why: vec![],
            then: None,
            now: None,
            difference: None,
        };
        let (run, with) = ("R2B".parse().unwrap(), "R2A".parse().unwrap());
        Compared { run, with, steps: steps.iter().map(step).collect(), shots: vec![], files: vec![] }
    }

    #[test]
    fn only_another_page_makes_it_four() {
        let end = || End::of(Ending::Done, "a live run would ask for a secret");
        let like = compared(&[("menu", Likeness::Same), ("row", Likeness::Moved), ("close", Likeness::NotWalked)]);
        let same = judged(end(), &like, true);
        assert_eq!((same.ending, same.why.as_str()), (Ending::Done, "nothing that was walked differs from run R2A"));
        let other = compared(&[("menu", Likeness::Gone), ("row", Likeness::Changed), ("next", Likeness::New)]);
        let another = judged(end(), &other, true);
        assert_eq!(another.ending, Ending::SomeFailed);
        assert_eq!(another.why, "against run R2A, changed: row; gone: menu; new: next");
    }

    #[test]
    fn a_pack_that_fits_nothing_is_three_and_a_stop_stays_a_stop() {
        let gone = compared(&[("menu", Likeness::Gone)]);
        let miss = || End { is_miss: true, ..End::of(Ending::BadFile, "`menu` is not there") };
        assert_eq!(judged(miss(), &gone, false).ending, Ending::BadFile);
        assert_eq!(judged(miss(), &gone, true).ending, Ending::SomeFailed);
        let stopped = judged(End::of(Ending::Stopped, "incident I2X"), &gone, true);
        assert_eq!(stopped.ending, Ending::Stopped);
        assert!(stopped.why.starts_with("incident I2X; against run R2A"), "{}", stopped.why);
    }
}
