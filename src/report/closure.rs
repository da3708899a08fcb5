//! What happened to the account itself, put together from a run's facts: steps, gates, the public address, the end.

use jiff::Timestamp;
use jiff::civil::Date;

use super::count::count;
use super::replay;
use super::words::done;
use crate::event::comparison::Compared;
use crate::event::fact::{Fact, Gate, Mode, Public, RunStarted, Verdict, Walked};
use crate::event::id::{Action, RunId, Slug};
use crate::event::link::Entry;
use crate::event::shot::Shot;
use crate::event::state::EffectState;

/// A run that acts on the account itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// Closing or hibernating.
    pub action: Action,
    /// Rehearsal or deed.
    pub mode: Mode,
    /// The steps with the time at which each was recorded, in order.
    pub steps: Vec<(Timestamp, Walked)>,
    /// The gates as they were read last.
    pub gates: Vec<Gate>,
    /// What a visitor saw at the public address, in order.
    pub public: Vec<PublicLook>,
    /// Where it stands: each move with its time, where to and why.
    pub moves: Vec<(Timestamp, EffectState, String)>,
    /// The proof that it is closed; none where there is none.
    pub closed: Option<Closed>,
    /// The run that this one walks again, and its browser; none where it walks for itself.
    pub repeats: Option<(RunId, String)>,
    /// How it compares with that run; none where that was not found out.
    pub compared: Option<Compared>,
}

/// A look at the account's public address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicLook {
    /// When it was looked at.
    pub at: Timestamp,
    /// Whether it was before anything was done to the account.
    pub before: bool,
    /// What was seen.
    pub answer: Public,
    /// Why, in words.
    pub why: String,
    /// The address.
    pub address: String,
    /// The pictures.
    pub shots: Vec<Shot>,
}

/// The proof that it is closed, or hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// When it was recorded.
    pub at: Timestamp,
    /// Whose account it was.
    pub handle: Slug,
    /// The last day on which signing in reopens it, as the page said.
    pub until: Option<Date>,
    /// The page named so many days, and the day was counted from the closure.
    pub counted: bool,
    /// The page's own words.
    pub words: String,
}

impl Closure {
    /// Folds the facts of one run, in the order of the chain; none for a run that acts on people.
    #[must_use]
    pub fn of(entries: &[Entry]) -> Option<Self> {
        let started = entries.iter().find_map(|entry| match &entry.fact {
            Fact::RunStarted(started) if started.action.is_of_account() => Some(&**started),
            _ => None,
        })?;
        let mut closure = Self {
            action: started.action,
            mode: started.mode,
            steps: vec![],
            gates: vec![],
            public: vec![],
            moves: vec![],
            closed: None,
            repeats: None,
            compared: None,
        };
        for entry in entries {
            closure.take(started, entry);
        }
        Some(closure)
    }

    fn take(&mut self, started: &RunStarted, entry: &Entry) {
        let (at, own) = (entry.at.utc, &started.run);
        match &entry.fact {
            Fact::Walked(walked) if walked.run == *own => self.steps.push((at, (**walked).clone())),
            Fact::GatesRead { run, gates, .. } if run == own => self.gates.clone_from(gates),
            Fact::Repeats { run, of, browser, .. } if run == own => {
                self.repeats = Some((of.clone(), browser.clone()));
            }
            Fact::Compared(compared) if compared.run == *own => self.compared = Some((**compared).clone()),
            Fact::PublicRead { run, answer, why, address, shots } if run == own => self.public.push(PublicLook {
                at,
                before: self.moves.iter().all(|(_, state, _)| !is_sent(*state)),
                answer: *answer,
                why: why.clone(),
                address: address.clone(),
                shots: shots.clone(),
            }),
            Fact::Moved(moved) if moved.run.as_ref().map_or(moved.plan == started.plan, |run| run == own) => {
                self.moves.push((at, moved.to, moved.why.clone()));
            }
            Fact::AccountClosed { run, handle, until, counted, words, .. }
                if run.as_ref().is_none_or(|run| run == own) =>
            {
                let (handle, words) = (handle.clone(), words.clone());
                self.closed = Some(Closed { at, handle, until: *until, counted: *counted, words });
            }
            _ => {}
        }
    }

    /// Where it stands; none if nothing was begun.
    #[must_use]
    pub fn state(&self) -> Option<EffectState> {
        self.moves.last().map(|(_, state, _)| *state)
    }

    /// The outcome in one sentence.
    #[must_use]
    pub fn headline(&self) -> String {
        let done = done(self.action);
        if let Some((of, _)) = &self.repeats {
            let found = self.compared.as_ref().map_or("its end is not recorded".to_owned(), replay::counted);
            return format!("Replay of run {of}: {found}.");
        }
        if self.mode == Mode::Rehearsal {
            let steps = count(self.steps.len() as u64, "step", "steps");
            return format!("Rehearsal, the account was not {done}: {steps} walked.");
        }
        match (&self.closed, self.state()) {
            (Some(closed), _) => {
                let about = if closed.counted { "about " } else { "" };
                let until = closed.until.map(|day| format!("{about}{}", day.strftime("%-d %B %Y")));
                let reopens = until.map_or_else(
                    || "signing in may reopen it".to_owned(),
                    |day| format!("signing in until {day} reopens it"),
                );
                format!("The account is {done}; {reopens}.")
            }
            (None, Some(state)) if state.in_doubt() => format!("Whether the account is {done} is in doubt."),
            (None, Some(EffectState::DoneByOperator)) => format!("The account is {done}, says a person."),
            (None, _) => format!("The account was not {done}."),
        }
    }
}

/// The word for what a visitor saw.
#[must_use]
pub fn of_public(answer: Public) -> &'static str {
    match answer {
        Public::Gone => "gone",
        Public::StillThere => "still there",
        Public::CannotTell => "cannot tell",
    }
}

/// The word for a gate's answer.
#[must_use]
pub fn of_verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Waived => "waived",
        Verdict::Later => "asked later",
    }
}

/// Whether something may have reached the site.
fn is_sent(state: EffectState) -> bool {
    !matches!(state, EffectState::Planned | EffectState::Approved | EffectState::Precheck | EffectState::NotSent)
}
