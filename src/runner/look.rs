//! One look after a step: what is asked, and what its answer means for the walk.
//!
//! It puts the questions of several steps into one round trip: did the step hold, was the click seen, can the next one be
//! armed. It does not decide whether a step is tried again.

use std::time::Duration;

use super::halt::{Halt, Miss};
use super::walk::{Track, Walk, Walker};
use crate::browser::page::{Page, PageError, Refused, Sight, Status};
use crate::flow::compile::{Arming, Ask};
use crate::flow::query::Refusal;
use crate::flow::tree::{Effect, Expect, Holds, Step};

/// The target that reads the page's own total, where a pack has one: the second witness of a removal.
const TOTAL: &str = "list_total";
/// How long a look waits that only asks what became of a click.
const AT_ONCE: Duration = Duration::from_millis(1_500);

/// What one look after a step is asked, kept to read its answer.
pub(super) struct Wanted<'f> {
    pub(super) wants: Vec<Holds>,
    /// From this index on the wants are those of the step's skips, in order.
    pub(super) skips_from: usize,
    pub(super) within: Duration,
    pub(super) arm: Option<&'f Step>,
    pub(super) arm_when: Vec<usize>,
}

impl<P: Page> Walker<'_, P> {
    pub(super) async fn look(
        &mut self,
        walk: &Walk<'_>,
        wanted: &Wanted<'_>,
        before: Option<String>,
    ) -> Result<Sight, PageError> {
        let guard = walk.flow.commit.as_ref();
        let arm = wanted.arm.and_then(|step| {
            *self.tokens += 1;
            let guard = guard.filter(|_| step.effect == Effect::Irreversible);
            Some(Arming {
                target: &step.target()?.value,
                guard: guard.map_or(&[], |commit| &commit.guard),
                token: format!("t{}", self.tokens),
            })
        });
        let mut read: Vec<&str> =
            guard.and_then(|commit| commit.guard.first()).map(|name| name.value.as_str()).into_iter().collect();
        read.extend(walk.flow.answer.iter().flat_map(|answer| &answer.yes.see).map(|name| name.value.as_str()));
        read.extend(self.witnessed(walk));
        read.extend(self.pack.targets.contains_key(TOTAL).then_some(TOTAL));
        read.extend(arm.as_ref().map(|arm| arm.target));
        let ask = Ask {
            wants: &wanted.wants,
            within: wanted.within,
            arm,
            arm_when: wanted.arm_when.clone(),
            read,
            values: &walk.values,
            armed_before: before,
            identity: self.identity.clone(),
        };
        let look = self.pack.look(&ask).expect("all names come from the pack's own flows");
        let sight = self.page.look(&look).await?;
        if self.identity.is_none() {
            self.identity.clone_from(&sight.identity);
        }
        Ok(sight)
    }

    /// What a picture of a "no" must show: the filter, the rows that are left, the notice that there are none.
    fn witnessed<'p>(&self, walk: &Walk<'p>) -> impl Iterator<Item = &'p str>
    where
        Self: 'p,
    {
        let pack = self.pack;
        let no = walk.flow.answer.as_ref().and_then(|answer| answer.no.as_ref());
        let names = no.into_iter().flat_map(|holds| &holds.witness);
        let wires = names.filter_map(|name| pack.witnesses.get(&name.value)).map(|witness| &witness.wire);
        wires.flat_map(|wire| [wire.filter.as_str(), wire.rows.as_str(), wire.notice.as_str()])
    }

    pub(super) fn miss(&mut self, walk: &Walk<'_>, step: &Step, sight: &Sight) -> Halt {
        let refused = sight.refused.clone().unwrap_or_else(|| Refused {
            kind: Refusal::NotFound,
            target: step.target().map_or_else(String::new, |target| target.value.clone()),
            why: "is not as expected".to_owned(),
            candidates: vec![],
        });
        self.record(walk, step, sight, &format!("`{}` {}", refused.target, refused.why));
        Halt::Miss(Box::new(Miss {
            flow: walk.flow.name.value.clone(),
            step: step.id.value.clone(),
            place: self.pack.place(step.span),
            refused,
            page: sight.page.clone(),
        }))
    }

    pub(super) fn record(&mut self, walk: &Walk<'_>, step: &Step, sight: &Sight, result: &str) {
        // The look that armed the step's click says how its target was found; a later one may not see it any more.
        let looks = walk.sight.iter().chain([sight]);
        let winner = step
            .target()
            .and_then(|target| looks.filter_map(|look| look.found.get(&target.value)).find_map(|found| found.winner));
        self.trail.push(Track {
            flow: walk.flow.name.value.clone(),
            step: step.id.value.clone(),
            place: self.pack.place(step.span).to_string(),
            winner,
            started: self.began,
            ended: self.clock.now().utc,
            result: result.to_owned(),
            page: sight.page.clone(),
        });
    }
}

/// What the look after a step waits for, and what it arms.
pub(super) fn after<'f>(walk: &Walk<'f>, step: &Step) -> Wanted<'f> {
    let expect = step.expect.as_ref();
    let mut wants = expect.map(|expect| expect.first.clone()).unwrap_or_default();
    let arm: Option<&'f Step> = walk.following().filter(|next| next.target().is_some());
    let wanted_by_next = |holds: &Holds, target: &str| holds.see.iter().any(|see| see.value == target);
    let arm_when: Vec<usize> = match arm.and_then(|next| next.when_saw.as_ref()) {
        Some(when) if !walk.saw.contains(&when.value) => {
            (0..wants.len()).filter(|at| wanted_by_next(&wants[*at], &when.value)).collect()
        }
        _ => (0..wants.len()).collect(),
    };
    let skips_from = wants.len();
    wants.extend(step.skips.iter().map(|skip| skip.holds.clone()));
    let within = expect.map_or(AT_ONCE, |expect: &Expect| expect.within);
    let arm = arm.filter(|_| wants.is_empty() || !arm_when.is_empty());
    Wanted { wants, skips_from, within, arm, arm_when }
}

pub(super) fn sign(sight: &Sight) -> Halt {
    let stop = sight.stop.clone();
    Halt::Sign {
        sign: stop.as_ref().map_or("unknown".to_owned(), |stop| stop.sign.clone()),
        why: stop.map_or("the page agent gave no reason".to_owned(), |stop| stop.why),
        page: Box::new(sight.page.clone()),
    }
}

pub(super) fn halt_of(sight: &Sight) -> Option<Halt> {
    (sight.status == Status::Stop).then(|| sign(sight))
}
