//! Walks one page through the steps of a flow, one round trip a step.
//!
//! ```text
//! act (goto, click, fill, press) ─► one look: did it hold? was the click seen? ─► the next click is armed in the same look
//! ```
//!
//! The walk before the first irreversible step (`approach`) may stop and retry freely. From there on [`Walker::commit`]
//! answers what is known, and never repeats. A question is answered in `question`, and `human` has what a person does or types.
//! None of it knows what an effect's state is, what is written where, or whether it may act.

mod approach;
pub mod commit;
pub mod executor;
pub(super) mod gallery;
pub mod halt;
mod human;
pub mod introduction;
mod layers;
pub(super) mod look;
pub mod notes;
pub(super) mod notice;
pub(super) mod question;
mod walker;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use self::notes::fallback;
pub use self::walker::Walker;
use crate::browser::page::{Armed, Sight};
use crate::flow::tree::{Flow, Holds, Skipped, Step, Verb};

/// Values of a flow's inputs.
pub type Values = BTreeMap<String, String>;

/// A walk that is under way.
pub struct Walk<'f> {
    pub(super) flow: &'f Flow,
    pub(super) values: Values,
    pub(super) at: usize,
    pub(super) saw: BTreeSet<String>,
    /// What `read` steps read, as `target.value`.
    pub(super) facts: Values,
    pub(super) armed: Option<Armed>,
    pub(super) retries_left: Option<u32>,
    /// Whether the last press of this walk was stopped by the guard.
    pub(super) pressed_in_vain: bool,
    /// How often what the walk had opened was opened anew.
    pub(super) reopened: u32,
    /// The last look.
    pub sight: Option<Sight>,
    /// What held after the last step, of all that it waited for.
    held: Option<Holds>,
    /// How many WebDriver commands the session had sent when the page was loaded and read; those that asked whose account it
    /// is are among them.
    pub commands_at_list: u64,
    /// When the account's own menu is asked in a document of the walk.
    pub(super) asks_owner: Asks,
}

/// When the account's own menu is asked in a document, before anything is done in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// Not at all.
    Never,
    /// Where the shell shows nothing of the account, and once a walk: a page without the menu is read all the same.
    WhereBare,
    /// Always.
    Always,
}

/// How the walk before the commit ended.
#[derive(Debug)]
pub enum Arrival {
    /// The first irreversible click is armed; nothing irreversible was sent.
    Armed,
    /// What a skip of the flow names ended it early without a deed.
    Skipped {
        /// What follows for the person.
        outcome: Skipped,
        /// Why.
        why: String,
    },
    /// The next step reads a list, which begins on the page that was reached.
    List,
    /// The next step is a person's: [`Walker::await_person`] looks whether it is done.
    Person {
        /// What to do, in words.
        words: String,
        /// How long the person may take.
        within: Duration,
    },
    /// The next step types a secret, and its field is armed: [`Walker::type_secret`] types it.
    Secret {
        /// The input that it is for.
        input: String,
    },
    /// All steps were carried out; the flow has no irreversible one, or none that is left.
    End,
}

/// How a question was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// What `yes` says holds.
    Yes,
    /// What `no` says holds.
    No,
    /// Neither, and the question's own words say why: never a "no".
    Skipped(Skipped, String),
    /// Neither: never a "no".
    Unreadable(String),
}

impl<'f> Walk<'f> {
    /// At the first step of a flow.
    #[must_use]
    pub fn new(flow: &'f Flow, values: Values) -> Self {
        Self {
            flow,
            values,
            at: 0,
            saw: BTreeSet::new(),
            facts: Values::new(),
            armed: None,
            retries_left: None,
            pressed_in_vain: false,
            reopened: 0,
            sight: None,
            held: None,
            commands_at_list: 0,
            asks_owner: Asks::Never,
        }
    }

    /// At the first step that loads nothing: the page is known to be loaded already.
    #[must_use]
    pub fn on_loaded_page(flow: &'f Flow, values: Values) -> Self {
        let at = flow.steps.iter().position(|step| !matches!(step.verb, Verb::Goto(_))).unwrap_or(flow.steps.len());
        Self { at, ..Self::new(flow, values) }
    }

    /// The click that is armed.
    #[must_use]
    pub fn armed(&self) -> Option<&Armed> {
        self.armed.as_ref()
    }

    /// That what is armed was not found by the first way of its target, in words.
    pub(super) fn fallback(&self) -> Option<String> {
        let (step, armed) = (self.step()?, self.armed.as_ref()?);
        let found = self.sight.as_ref()?.found.get(&step.target()?.value)?;
        fallback(&step.id.value, found.winner, &armed.name)
    }

    /// The name of what the step pressed and the way by which it was found, where that was not the first one.
    fn pressed_by_fallback(&self, step: &Step) -> Option<(String, u32)> {
        let found = self.sight.as_ref()?.found.get(&step.target()?.value)?;
        let way = found.winner.filter(|winner| *winner > 0)? + 1;
        Some((found.name.clone(), way))
    }

    /// The flow that is walked.
    #[must_use]
    pub fn flow(&self) -> &'f Flow {
        self.flow
    }

    /// What `read` steps read so far: what, value.
    pub fn facts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.facts.iter().map(|(what, value)| (what.as_str(), value.as_str()))
    }

    /// What a skip that ended the flow saw, in the page's own words; empty where nothing was read of it.
    #[must_use]
    pub fn said(&self) -> String {
        let seen = self.step().into_iter().flat_map(|step| &step.skips).flat_map(|skip| &skip.holds.see);
        let said = seen.filter_map(|target| self.read(&target.value)?.get("text").cloned());
        said.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// What the last look read from a target.
    #[must_use]
    pub fn read(&self, target: &str) -> Option<&BTreeMap<String, String>> {
        self.sight.as_ref()?.found.get(target).map(|found| &found.read)
    }

    /// The step that comes next.
    #[must_use]
    pub fn step(&self) -> Option<&'f Step> {
        self.flow.steps.get(self.at)
    }

    /// The next step whose condition holds or may come to hold with what the current one sees.
    pub(super) fn following(&self) -> Option<&'f Step> {
        self.flow.steps.get(self.at + 1)
    }

    /// Back at the first step, as if nothing had been walked yet.
    pub(super) fn begin_again(&mut self) {
        let asks_owner = self.asks_owner;
        *self = Self { asks_owner, ..Self::new(self.flow, std::mem::take(&mut self.values)) };
    }

    fn skip_unmet(&mut self) {
        while let Some(step) = self.step() {
            if step.is_due(&self.values, |target| self.saw.contains(target)) {
                break;
            }
            self.at += 1;
        }
    }

    /// The steps that are still to come, whether their conditions come to hold or not.
    #[must_use]
    pub fn ahead(&self) -> &'f [Step] {
        self.flow.steps.get(self.at..).unwrap_or_default()
    }

    /// Lets go of the armed click: a picture takes its time, and the page may draw itself anew meanwhile.
    pub(super) fn let_go(&mut self) {
        self.armed = None;
    }

    pub(super) fn advance(&mut self) {
        self.at += 1;
        self.retries_left = None;
        self.pressed_in_vain = false;
        self.skip_unmet();
    }
}
