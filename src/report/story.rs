//! Puts a run's facts together into people with outcomes.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::count::{count, number, people};
use super::words::{self, OUTCOMES, Outcome, Words};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Mode, Rehearsal, RunStarted, RunState};
use crate::event::id::{IncidentId, Slug};
use crate::event::link::Entry;
use crate::event::shot::Shot;
use crate::event::state::EffectState;

/// What happened in a run, as far as its facts tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// What was fixed at the start; none if the facts do not have it.
    pub started: Option<RunStarted>,
    /// Whose account it was, as read from the page: handle and name.
    pub account: Option<(Slug, String)>,
    /// How many profiles were opened.
    pub visits: u64,
    /// Everybody that the run touched, in the order of their first turn.
    pub people: Vec<Person>,
    /// The stop signs, in order.
    pub incidents: Vec<Incident>,
    /// What was only looked at before the first person of a day, in order.
    pub looks: Vec<Look>,
    /// Where the run stood last, and why.
    pub state: Option<(RunState, String)>,
    /// How it ended, and why; none while it goes on.
    pub ended: Option<(Ending, String)>,
    /// The first and the last time; none without facts.
    pub times: Option<(Timestamp, Timestamp)>,
}

/// One person in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person.
    pub slug: Slug,
    /// The name as the ledger has it; empty where it has none.
    pub name: String,
    /// Where it stands.
    pub standing: Standing,
    /// What happened, in order.
    pub steps: Vec<Step>,
    /// The pictures with their times, in order.
    pub shots: Vec<(Timestamp, Shot)>,
    /// What was read from the page: what, value.
    pub read: Vec<(String, String)>,
}

/// Where one person stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In a live run.
    Acted(EffectState),
    /// In a rehearsal.
    Rehearsed(Rehearsal),
}

/// One step of one person's turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When it was recorded.
    pub at: Timestamp,
    /// Where it led.
    pub standing: Standing,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// Why, in words.
    pub why: String,
}

/// A stop sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// When it was recorded.
    pub at: Timestamp,
    /// Which sign.
    pub sign: String,
    /// What was seen.
    pub why: String,
    /// The page's address.
    pub address: String,
    /// The pictures.
    pub shots: Vec<Shot>,
    /// The moment before which nobody may clear it, where the site named one.
    pub until: Option<Timestamp>,
    /// The reason with which a person cleared it.
    pub cleared: Option<String>,
}

/// A look at somebody that moved no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// When it was recorded.
    pub at: Timestamp,
    /// At whom.
    pub slug: Slug,
    /// The name as the ledger has it; the slug where it has none.
    pub name: String,
    /// What it was for and what was found.
    pub words: String,
    /// Why, in the words of the record.
    pub why: String,
    /// The pictures.
    pub shots: Vec<(Timestamp, Shot)>,
}

impl Look {
    fn new(
        at: Timestamp,
        slug: &Slug,
        names: &BTreeMap<Slug, String>,
        (words, why): (String, &str),
        shots: &[Shot],
    ) -> Self {
        let name = names.get(slug).filter(|name| !name.trim().is_empty()).cloned();
        Self {
            at,
            slug: slug.clone(),
            name: name.unwrap_or_else(|| slug.to_string()),
            words,
            why: why.to_owned(),
            shots: shots.iter().map(|shot| (at, shot.clone())).collect(),
        }
    }
}

impl Standing {
    /// The words for it.
    #[must_use]
    pub fn words(self) -> Words {
        match self {
            Self::Acted(state) => words::of_state(state),
            Self::Rehearsed(rehearsal) => words::of_rehearsal(rehearsal),
        }
    }

    /// The name in the ledger, such as `CONFIRMED`; a rehearsal's word is lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Acted(state) => state.as_str(),
            Self::Rehearsed(rehearsal) => words::of_rehearsal(rehearsal).short,
        }
    }

    /// What people count it as.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Acted(state) => Outcome::of(state),
            Self::Rehearsed(rehearsal) => Outcome::of_rehearsal(rehearsal),
        }
    }
}

impl Person {
    /// The name, or the slug where there is no name.
    #[must_use]
    pub fn shown(&self) -> &str {
        if self.name.trim().is_empty() { self.slug.as_str() } else { &self.name }
    }

    /// What people count it as.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.standing.outcome()
    }

    /// Why it stands where it stands.
    #[must_use]
    pub fn why(&self) -> &str {
        self.steps.last().map_or("", |step| &step.why)
    }

    /// When it was last touched.
    #[must_use]
    pub fn last(&self) -> Timestamp {
        self.steps.last().map_or(Timestamp::UNIX_EPOCH, |step| step.at)
    }

    /// When it first reached a state, if it did.
    #[must_use]
    pub fn reached(&self, state: EffectState) -> Option<Timestamp> {
        self.steps.iter().find(|step| step.standing == Standing::Acted(state)).map(|step| step.at)
    }
}

impl Story {
    /// Folds the facts of one run, in the order of the chain.
    ///
    /// Facts of other runs in between are passed over; what a person settled without a run counts if it is of the same
    /// plan. `names` come from the ledger.
    #[must_use]
    pub fn of(entries: &[Entry], names: &BTreeMap<Slug, String>) -> Self {
        let mut story = Self {
            started: None,
            account: None,
            visits: 0,
            people: vec![],
            incidents: vec![],
            looks: vec![],
            state: None,
            ended: None,
            times: None,
        };
        let mut places: BTreeMap<Slug, usize> = BTreeMap::new();
        for entry in entries {
            let at = entry.at.utc;
            let from = story.times.map_or(at, |times| times.0);
            if !story.has_part_in(&entry.fact) {
                continue;
            }
            match &entry.fact {
                Fact::RunStarted(started) => story.start(started),
                Fact::AccountSeen { handle, name, .. } => story.account = Some((handle.clone(), name.clone())),
                Fact::ProfileVisited { .. } => story.visits += 1,
                Fact::Rehearsed { slug, outcome, why, shots, .. } => {
                    let person = story.person(slug, names, &mut places);
                    person.take(at, Standing::Rehearsed(*outcome), (1, why), shots);
                }
                Fact::Moved(moved) => {
                    let person = story.person(&moved.slug, names, &mut places);
                    person.take(at, Standing::Acted(moved.to), (moved.attempt, &moved.why), &moved.shots);
                    person.read.extend(moved.read.iter().cloned());
                }
                Fact::TextAccepted { slug, text, .. } => {
                    let person = story.person(slug, names, &mut places);
                    person.read.push(("said by the dialog, read by a person and accepted".to_owned(), text.clone()));
                }
                Fact::Probed { slug, outcome, why, shots, .. } => {
                    let words =
                        format!("The pages, walked up to the last click: {}", words::of_rehearsal(*outcome).short);
                    story.looks.push(Look::new(at, slug, names, (words, why), shots));
                }
                Fact::Reread { slug, gone, why, shots, .. } => {
                    let words = match gone {
                        Some(true) => "Removed on an earlier day, and still gone",
                        Some(false) => "Removed on an earlier day, and CONNECTED AGAIN",
                        None => "Removed on an earlier day; could not be read again",
                    };
                    story.looks.push(Look::new(at, slug, names, (words.to_owned(), why), shots));
                }
                Fact::RunMoved { state, why, .. } => story.state = Some((*state, why.clone())),
                Fact::Incident { incident, sign, why, address, shots, until, .. } => story.incidents.push(Incident {
                    id: incident.clone(),
                    at,
                    sign: sign.clone(),
                    why: why.clone(),
                    address: address.clone(),
                    shots: shots.clone(),
                    until: *until,
                    cleared: None,
                }),
                Fact::IncidentCleared { incident, reason } => story.clear(incident, reason),
                Fact::RunEnded { result, why, .. } => story.ended = Some((*result, why.clone())),
                // What they say of the account is folded elsewhere; here they say that the run was at work.
                Fact::Walked(_)
                | Fact::GatesRead { .. }
                | Fact::Repeats { .. }
                | Fact::Compared(_)
                | Fact::PublicRead { .. } => {}
                _ => continue,
            }
            story.times = Some((from, at));
        }
        story
    }

    /// A run that goes on after a pause or a crash starts again; what was fixed stays as it was first recorded.
    fn start(&mut self, started: &RunStarted) {
        self.started.get_or_insert_with(|| started.clone());
        self.ended = None;
    }

    fn has_part_in(&self, fact: &Fact) -> bool {
        let Some(started) = &self.started else { return true };
        match fact {
            Fact::RunStarted(again) => again.run == started.run,
            Fact::AccountSeen { run, .. }
            | Fact::ProfileVisited { run, .. }
            | Fact::Rehearsed { run, .. }
            | Fact::Probed { run, .. }
            | Fact::Reread { run, .. }
            | Fact::Slowed { run, .. }
            | Fact::TextAccepted { run, .. }
            | Fact::RunMoved { run, .. }
            | Fact::Incident { run, .. }
            | Fact::GatesRead { run, .. }
            | Fact::Repeats { run, .. }
            | Fact::PublicRead { run, .. }
            | Fact::RunEnded { run, .. } => *run == started.run,
            Fact::Walked(walked) => walked.run == started.run,
            Fact::Compared(compared) => compared.run == started.run,
            Fact::Moved(moved) => moved.run.as_ref().map_or(moved.plan == started.plan, |run| *run == started.run),
            _ => true,
        }
    }

    fn person(
        &mut self,
        slug: &Slug,
        names: &BTreeMap<Slug, String>,
        places: &mut BTreeMap<Slug, usize>,
    ) -> &mut Person {
        let place = *places.entry(slug.clone()).or_insert_with(|| {
            self.people.push(Person {
                slug: slug.clone(),
                name: names.get(slug).cloned().unwrap_or_default(),
                standing: Standing::Acted(EffectState::Approved),
                steps: vec![],
                shots: vec![],
                read: vec![],
            });
            self.people.len() - 1
        });
        &mut self.people[place]
    }

    fn clear(&mut self, incident: &IncidentId, reason: &str) {
        if let Some(found) = self.incidents.iter_mut().find(|found| found.id == *incident) {
            found.cleared = Some(reason.to_owned());
        }
    }

    /// Whether it was a rehearsal.
    #[must_use]
    pub fn is_rehearsal(&self) -> bool {
        self.started.as_ref().is_some_and(|started| started.mode == Mode::Rehearsal)
    }

    /// How many people have each outcome that somebody has, what needs attention first.
    #[must_use]
    pub fn counts(&self) -> Vec<(Outcome, u64)> {
        OUTCOMES.into_iter().map(|outcome| (outcome, self.count(outcome))).filter(|(_, n)| *n > 0).collect()
    }

    /// How many people have an outcome.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.people.iter().filter(|person| person.outcome() == outcome).count() as u64
    }

    /// Those whom somebody should look at: in doubt first, then failed.
    #[must_use]
    pub fn attention(&self) -> Vec<&Person> {
        let mut found: Vec<&Person> = self
            .people
            .iter()
            .filter(|person| matches!(person.outcome(), Outcome::InDoubt | Outcome::Failed))
            .collect();
        found.sort_by_key(|person| person.outcome());
        found
    }

    /// The outcome in one sentence.
    #[must_use]
    pub fn headline(&self) -> String {
        let all = self.people.len() as u64;
        let (main, before) = match self.is_rehearsal() {
            true => (Outcome::Ready, "Rehearsal, nothing was removed: "),
            false => (Outcome::Removed, ""),
        };
        let start = match self.count(main) {
            _ if all == 0 => "Nobody was touched".to_owned(),
            n if n == all => format!("{before}{} {}", people(all), main.as_str()),
            n => format!("{before}{} of {} {}", number(n), people(all), main.as_str()),
        };
        // An audit reads again whom an earlier run removed: the run's own deeds must not look more than they are.
        let earlier = self.people.iter().filter(|person| person.left_before()).count();
        let earlier = (earlier > 0).then(|| format!("{} of them by an earlier run", number(earlier as u64)));
        let rest: Vec<String> = self
            .counts()
            .into_iter()
            .filter(|(outcome, _)| *outcome != main)
            .map(|(outcome, n)| format!("{} {}", number(n), outcome.as_str()))
            .collect();
        let open = self.incidents.iter().filter(|incident| incident.cleared.is_none()).count() as u64;
        let stop = (open > 0).then(|| count(open, "stop sign is open", "stop signs are open"));
        let parts: Vec<String> = std::iter::once(start).chain(earlier).chain(rest).chain(stop).collect();
        format!("{}.", parts.join(", "))
    }
}

impl Person {
    /// Whether the person was removed before this run, which only read it again.
    fn left_before(&self) -> bool {
        let done = Standing::Acted(EffectState::Done);
        self.outcome() == Outcome::Removed && self.steps.iter().all(|step| step.standing != done)
    }

    fn take(&mut self, at: Timestamp, standing: Standing, (attempt, why): (u32, &str), shots: &[Shot]) {
        self.standing = standing;
        self.steps.push(Step { at, standing, attempt, why: why.to_owned() });
        self.shots.extend(shots.iter().map(|shot| (at, shot.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sample::Sample;

    fn story(sample: &Sample) -> Story {
        Story::of(&sample.entries(), &BTreeMap::new())
    }

    #[test]
    fn the_headline_counts_what_is_there() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("e"), Mode::Live);
        assert_eq!(story(&sample).headline(), "Nobody was touched.");
        sample.removal("ann", EffectState::Confirmed);
        assert_eq!(story(&sample).headline(), "1 person removed.");
        sample.removal("bob", EffectState::Done);
        sample.removal("cem", EffectState::NeedsHuman);
        sample.removal("dee", EffectState::AlreadyGone);
        assert_eq!(story(&sample).headline(), "2 of 4 people removed, 1 in doubt, 1 already gone.");
        assert_eq!(story(&sample).attention()[0].slug.as_str(), "cem");
    }

    #[test]
    fn a_run_that_only_reads_again_whom_an_earlier_one_removed_says_so() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("e"), Mode::Live);
        sample.moved(&"ann".parse().unwrap(), (EffectState::Done, EffectState::Confirmed), "", vec![]);
        assert_eq!(story(&sample).headline(), "1 person removed, 1 of them by an earlier run.");
        sample.removal("bob", EffectState::Confirmed);
        assert_eq!(story(&sample).headline(), "2 people removed, 1 of them by an earlier run.");
    }

    #[test]
    fn a_rehearsal_says_that_nothing_was_removed() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("e"), Mode::Rehearsal);
        sample.rehearsed("ann", Rehearsal::Ready);
        sample.rehearsed("bob", Rehearsal::Kept);
        assert_eq!(story(&sample).headline(), "Rehearsal, nothing was removed: 1 of 2 people ready, 1 left alone.");
    }

    #[test]
    fn facts_of_another_run_are_passed_over_and_a_persons_word_counts() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("e"), Mode::Live);
        sample.removal("ann", EffectState::NeedsHuman);
        let slug: Slug = "ann".parse().unwrap();
        let run = std::mem::replace(&mut sample.run, "R22".parse().unwrap());
        sample.moved(&slug, (EffectState::NeedsHuman, EffectState::Skipped), "", vec![]);
        assert_eq!(story(&sample).people[0].outcome(), Outcome::InDoubt);
        sample.run = run;
        let Fact::Moved(mut moved) = sample.entries().pop().unwrap().fact else { panic!("a move was pushed") };
        (moved.run, moved.to) = (None, EffectState::DoneByOperator);
        sample.push(Fact::Moved(moved));
        assert_eq!(story(&sample).people[0].outcome(), Outcome::Removed);
    }
}
