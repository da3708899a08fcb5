//! One look after a step: what is asked, and what its answer means for the walk.
//!
//! It puts the questions of several steps into one round trip: did the step hold, was the click seen, can the next one be
//! armed. It does not decide whether a step is tried again.

use std::time::Duration;

use super::halt::{Halt, Miss};
use super::notes::Track;
use super::{Walk, Walker};
use crate::browser::page::{Document, Page, PageError, Refused, Sight, Status};
use crate::flow::compile::{Arming, Ask};
use crate::flow::query::Refusal;
use crate::flow::site::SIGNED_OUT;
use crate::flow::span::Spanned;
use crate::flow::suggestion::{Missed, Suggestion};
use crate::flow::tree::{Choice, Effect, Expect, Flow, Holds, Marked, Step, Verb};

/// The target that reads the page's own total, where a pack has one: the second witness of a removal.
const TOTAL: &str = "list_total";
/// The same as it stood when the page was loaded: some pages count only what a filter leaves.
pub(in crate::runner) const WHOLE: &str = "whole_list";
/// How long a target may take to become clickable where no step before it said what to wait for.
pub(super) const ARM_WITHIN: Duration = Duration::from_secs(10);
/// How long at most a page is left alone after the last click where no answer to it is seen: what a slow answer says is said late.
/// Where there is an answer that is no good one, the page agent ends it after a second, and in a document that the click led to
/// after three.
const BEFORE_LEAVING: Duration = Duration::from_secs(10);
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
    /// The step whose text the page is drawn anew for.
    pub(super) redraws: Option<&'f Step>,
    /// Whether the site's refusal of the page's own request after our last action ends the walk.
    pub(super) aftermath: bool,
    /// What notices said as the last click arrived, where another document is asked what it says beside that.
    pub(super) stood: Option<Vec<String>>,
    /// Targets that stood there before the step: they count only where they were drawn anew.
    pub(super) anew: Vec<String>,
}

impl Wanted<'_> {
    /// Waits for one of these, at most so long; nothing is clicked, and no step's own ends are among them.
    pub(super) fn of(wants: Vec<Holds>, within: Duration) -> Self {
        Self {
            skips_from: wants.len(),
            wants,
            within,
            arm: None,
            arm_when: vec![],
            redraws: None,
            aftermath: false,
            stood: None,
            anew: vec![],
        }
    }
}

impl<P: Page> Walker<'_, P> {
    pub(super) async fn look(
        &mut self,
        walk: &Walk<'_>,
        wanted: &Wanted<'_>,
        before: Option<String>,
    ) -> Result<Sight, PageError> {
        let guard = walk.flow.commit.as_ref();
        // What a choice looks for is made for its own looks: the one that arms it and the one after it.
        let choices: Vec<&Choice> = wanted.arm.into_iter().chain(walk.step()).filter_map(Step::choice).collect();
        let target = wanted.arm.and_then(clicked);
        let arm = wanted.arm.zip(target.as_deref()).map(|(step, target)| {
            // What the last click needs is looked at before a secret is typed on the way to it: later is too late.
            let guard = guard.filter(|_| step.effect == Effect::Irreversible || is_secret_before(walk.flow, step));
            Arming { target, guard: guard.map_or(&[], |commit| &commit.guard), token: self.notes.token() }
        });
        let mut read: Vec<&str> =
            guard.and_then(|commit| commit.guard.first()).map(|name| name.value.as_str()).into_iter().collect();
        read.extend(walk.flow.answer.iter().flat_map(|answer| &answer.yes.see).map(|name| name.value.as_str()));
        read.extend(self.witnessed(walk));
        read.extend(self.pack.targets.contains_key(TOTAL).then_some(TOTAL));
        read.extend(wanted.arm.and_then(Step::target).map(|target| target.value.as_str()));
        read.extend(wanted.arm.into_iter().flat_map(|step| self.answers(walk.flow, step)));
        read.extend(walk.step().into_iter().flat_map(Step::reads).map(|target| target.value.as_str()));
        let skips = walk.step().into_iter().flat_map(|step| &step.skips).flat_map(|skip| &skip.holds.see);
        read.extend(skips.map(|target| target.value.as_str()));
        let ask = Ask {
            wants: &wanted.wants,
            within: wanted.within,
            arm,
            arm_when: wanted.arm_when.clone(),
            read,
            choices,
            handles: &walk.flow.handles,
            values: &walk.values,
            armed_before: before,
            redraws: wanted.redraws,
            aftermath: wanted.aftermath && !self.signs_out(walk.flow),
            stood: wanted.stood.clone(),
            identity: self.notes.known(),
        };
        let mut look = self.pack.look(&ask).expect("all names come from the pack's own flows");
        look.accept(&self.notes.accepted);
        look.anew.clone_from(&wanted.anew);
        let sight = self.page.look(&look).await?;
        self.notes.meet(sight.identity.as_ref());
        self.notes.compare(&sight);
        Ok(sight)
    }

    /// The targets that may answer a click of a flow and be taken for its answer although they stood there before: what follows an
    /// irreversible click, and after any click the refusals that the settled question calls a "no".
    fn answers<'s>(&'s self, flow: &'s Flow, step: &'s Step) -> impl Iterator<Item = &'s str> {
        let is_last = step.effect == Effect::Irreversible;
        let is_plain = |holds: &&Holds| holds.gone.is_empty() && holds.witness.is_empty();
        let expected = step.expect.iter().flat_map(|expect| &expect.first).filter(move |_| is_last).filter(is_plain);
        expected.flat_map(|holds| &holds.see).map(|name| name.value.as_str()).chain(self.refusals(flow))
    }

    /// What the question that settles a flow calls a "no": the site's own refusal.
    fn refusals<'s>(&'s self, flow: &'s Flow) -> impl Iterator<Item = &'s str> {
        let settled = flow.commit.as_ref().and_then(|commit| self.pack.flows.get(&commit.settled.value));
        let no = settled.and_then(|question| question.answer.as_ref()?.no.as_ref());
        no.into_iter().flat_map(|holds| &holds.see).map(|name| name.value.as_str())
    }

    /// Whether the page showed the site's own refusal at the walk's last look.
    pub(in crate::runner) fn is_refused(&self, walk: &Walk<'_>) -> bool {
        let shows =
            |name| walk.sight.as_ref().and_then(|sight| sight.found.get(name)).is_some_and(|found| found.count > 0);
        self.refusals(walk.flow).any(shows)
    }

    /// The page as it stands; what it met is one of these, where one is displayed.
    ///
    /// # Errors
    /// The session is lost, or a prompt is open.
    pub(in crate::runner) async fn one_of(
        &mut self,
        walk: &Walk<'_>,
        names: impl Iterator<Item = Spanned<String>>,
    ) -> Result<Sight, PageError> {
        let wants = names.map(|name| Holds { see: vec![name], ..Holds::default() }).collect();
        self.look(walk, &Wanted::of(wants, Duration::ZERO), None).await
    }

    /// Of what may answer a step's click, what stands on the page already: it is no answer unless it is drawn anew.
    pub(super) fn stale(&self, walk: &Walk<'_>, step: &Step) -> Vec<String> {
        let shows = |name: &&str| {
            walk.sight.as_ref().and_then(|sight| sight.found.get(*name)).is_some_and(|found| found.count > 0)
        };
        self.answers(walk.flow, step).filter(shows).map(str::to_owned).collect()
    }

    /// Whether what a flow does ends in a page that nobody is signed in on: that page's own requests are turned away because
    /// it happened.
    fn signs_out(&self, flow: &Flow) -> bool {
        let settled = flow.commit.as_ref().and_then(|commit| self.pack.flows.get(&commit.settled.value));
        settled.is_some_and(|question| question.handles.iter().any(|sign| sign.value == SIGNED_OUT))
    }

    /// Looks once more at the page of the last click before it is left: what the site answered to the page's own request, and
    /// what the page says of it, comes some time after the click. A document that is left at once would also take along the
    /// request that its scripts were about to send, so that it is left once an answer was drawn, a second after an answer of which
    /// nothing is drawn, and else ten seconds later.
    ///
    /// Answers what the page said since the click and had not said before, in words that are no stop sign's.
    ///
    /// # Errors
    /// The stop sign that shows, and what else ends a walk.
    pub(in crate::runner) async fn aftermath(&mut self, walk: &Walk<'_>) -> Result<Option<(String, Document)>, Halt> {
        let wanted = Wanted { aftermath: true, ..Wanted::of(vec![], BEFORE_LEAVING) };
        let sight = self.look(walk, &wanted, None).await?;
        self.notes.stood = sight.stood.clone().filter(|_| sight.said.is_none());
        match halt_of(&sight) {
            Some(halt) => Err(halt),
            None => Ok(sight.said.map(|words| (words, sight.page))),
        }
    }

    /// The same of a document that was loaded after the click: a notice may come when the page of the click was left already. What
    /// is said is told once.
    ///
    /// # Errors
    /// The stop sign that shows, and what else ends a walk.
    pub(in crate::runner) async fn listen(&mut self, walk: &Walk<'_>) -> Result<Option<(String, Document)>, Halt> {
        let Some(stood) = self.notes.stood.clone() else { return Ok(None) };
        let wanted = Wanted { stood: Some(stood), ..Wanted::of(vec![], Duration::ZERO) };
        let sight = self.look(walk, &wanted, None).await?;
        if sight.said.is_some() {
            self.notes.stood = None;
        }
        match halt_of(&sight) {
            Some(halt) => Err(halt),
            None => Ok(sight.said.map(|words| (words, sight.page))),
        }
    }

    /// Keeps what a page says as it was just loaded, before anything is typed into it.
    pub(super) fn loaded(&self, walk: &mut Walk<'_>, step: &Step) {
        if !matches!(step.verb, Verb::Goto(_)) {
            return;
        }
        walk.commands_at_list = self.page.commands();
        let whole = walk.read(TOTAL).cloned().unwrap_or_default();
        walk.facts.extend(whole.into_iter().map(|(key, value)| (format!("{WHOLE}.{key}"), value)));
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
        let refused = sight.refused.clone().unwrap_or_else(|| {
            let target = step.target().map_or_else(String::new, |target| target.value.clone());
            Refused::new(Refusal::NotFound, target, "is not as expected")
        });
        self.record(walk, step, sight, &format!("`{}` {}", refused.target, refused.why));
        Halt::Miss(Box::new(Miss {
            flow: walk.flow.name.value.clone(),
            step: step.id.value.clone(),
            place: self.pack.place(step.span),
            suggestions: self.suggestions(walk, &refused, sight),
            refused,
            dialog: sight.dialog.clone(),
            page: sight.page.clone(),
        }))
    }

    /// The nearest things on the page, as lines that the pack's keeper may take over.
    fn suggestions(&self, walk: &Walk<'_>, refused: &Refused, sight: &Sight) -> Vec<Suggestion> {
        let looks = walk.sight.iter().chain([sight]);
        let read = looks
            .flat_map(|look| &look.found)
            .filter_map(|(target, found)| found.read.get("name").map(|name| (format!("{target}.name"), name.clone())));
        let own = walk.values.get("name").map(|name| ("name".to_owned(), name.clone()));
        self.pack.suggest(&Missed {
            target: &refused.target,
            generation: sight.page.generation.as_deref(),
            language: &sight.page.language,
            candidates: &refused.candidates,
            names: &read.chain(own).collect(),
        })
    }

    pub(super) fn record(&mut self, walk: &Walk<'_>, step: &Step, sight: &Sight, result: &str) {
        // The look that armed the step's click says how its target was found; a later one may not see it any more.
        let looks = walk.sight.iter().chain([sight]);
        let found = step.target().and_then(|target| {
            let mut found = looks.filter_map(|look| look.found.get(&target.value));
            found.find(|found| found.winner.is_some())
        });
        self.notes.trail.push(Track {
            flow: walk.flow.name.value.clone(),
            step: step.id.value.clone(),
            place: self.pack.place(step.span).to_string(),
            winner: found.and_then(|found| found.winner),
            name: found.map(|found| found.name.clone()).unwrap_or_default(),
            rect: found.and_then(|found| found.rect),
            started: self.began,
            ended: self.clock.now().utc,
            result: result.to_owned(),
            page: sight.page.clone(),
        });
    }
}

/// What the look after a step waits for, and what it arms.
pub(super) fn after<'f>(walk: &Walk<'f>, step: &'f Step) -> Wanted<'f> {
    let expect = step.expect.as_ref();
    let mut wants = expect.map(|expect| expect.first.clone()).unwrap_or_default();
    let own = Holds { see: step.reads().to_vec(), ..marked(step).unwrap_or_default() };
    // Where nothing is expected, nothing of the next step may fail this one.
    let is_plain = expect.is_none() && own == Holds::default();
    if wants.is_empty() && (step.skips.is_empty() || !is_plain) {
        wants.push(Holds::default());
    }
    for holds in &mut wants {
        holds.see.extend(own.see.iter().filter(|name| !holds.see.contains(name)).cloned().collect::<Vec<_>>());
        // Where the box itself goes away, what became of it shows elsewhere.
        let leaves = step.target().is_some_and(|target| holds.gone.iter().any(|gone| gone.value == target.value));
        holds.marked = if leaves { vec![] } else { own.marked.clone() };
    }
    let next = walk.following().filter(|next| matches!(next.verb, Verb::Click(_) | Verb::Fill { .. }));
    let arm: Option<&'f Step> = next.filter(|_| !is_plain);
    let due = |next: &Step, holds: &Holds| {
        next.is_due(&walk.values, |target| walk.saw.contains(target) || holds.see.iter().any(|see| see.value == target))
    };
    let arm_when: Vec<usize> =
        arm.map(|next| (0..wants.len()).filter(|at| due(next, &wants[*at])).collect()).unwrap_or_default();
    let arm = arm.filter(|next| !wants.is_empty() || due(next, &Holds::default()));
    let skips_from = wants.len();
    wants.extend(step.skips.iter().map(|skip| skip.holds.clone()));
    let within = match expect {
        Some(Expect { within, .. }) => *within,
        None if own != Holds::default() => ARM_WITHIN,
        None => AT_ONCE,
    };
    let arm = arm.filter(|_| wants.is_empty() || !arm_when.is_empty());
    let redraws = Some(step).filter(|step| !step.redraws().is_empty());
    let aftermath = step.effect == Effect::Irreversible && !wants.is_empty();
    Wanted { wants, skips_from, within, arm, arm_when, redraws, aftermath, stood: None, anew: vec![] }
}

/// Whether a step types a secret before the first irreversible click of its flow.
fn is_secret_before(flow: &Flow, step: &Step) -> bool {
    let before = flow.steps.iter().take_while(|step| step.effect != Effect::Irreversible);
    step.secret(flow).is_some() && before.into_iter().any(|other| other.id == step.id)
}

/// The target that a step's click is for.
fn clicked(step: &Step) -> Option<String> {
    step.choice().map(Choice::target).or_else(|| step.target().map(|target| target.value.clone()))
}

/// The box or option that a step leaves on or off.
pub(super) fn marked(step: &Step) -> Option<Holds> {
    let on = match &step.verb {
        Verb::Check { to, .. } => *to,
        Verb::Choose(_) => true,
        _ => return None,
    };
    Some(Holds { marked: vec![Marked { target: clicked(step)?, on }], ..Holds::default() })
}

impl Holds {
    /// The same boxes and options, on or off.
    pub(super) fn there(&self) -> Self {
        let both = self.marked.iter().map(|marked| Marked { on: !marked.on, ..marked.clone() });
        Self { marked: both.collect(), ..Self::default() }
    }
}

pub(in crate::runner) fn sign(sight: &Sight) -> Halt {
    let stop = sight.stop.clone();
    Halt::Sign {
        sign: stop.as_ref().map_or("unknown".to_owned(), |stop| stop.sign.clone()),
        why: stop.map_or("the page agent gave no reason".to_owned(), |stop| stop.why),
        page: Box::new(sight.page.clone()),
    }
}

pub(in crate::runner) fn halt_of(sight: &Sight) -> Option<Halt> {
    (sight.status == Status::Stop).then(|| sign(sight))
}
