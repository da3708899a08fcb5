//! Walks a flow of the pack step by step, one look after another: what is tested is the pack, and nothing of the runner.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use exeunt::browser::DrivenPage;
use exeunt::browser::page::{Armed, Landing, Page as _, PageError, Refused, Sight, Status};
use exeunt::flow::compile::{Arming, Ask, Known};
use exeunt::flow::pack::Pack;
use exeunt::flow::span::Spanned;
use exeunt::flow::template;
use exeunt::flow::tree::{Choice, Effect, Flow, Holds, Marked, Skipped, Step, Verb};

/// How long a target may take to become clickable.
const ARM_WITHIN: Duration = Duration::from_secs(10);

/// How a walk ended.
#[derive(Debug, PartialEq)]
pub(crate) enum End {
    /// All steps that were due were carried out.
    Done,
    /// The first irreversible step is next, and its target was looked for.
    Before(String),
    /// A skip of the flow ended it; with what the seen targets read.
    Skipped(Skipped, String, BTreeMap<String, String>),
    /// A stop sign.
    Sign(String),
    /// A step that does not fit the page: its id, and why.
    Miss(String, Refused),
}

/// What a person does who is asked to.
pub(crate) enum Person {
    /// Nobody is there.
    Nobody,
    /// Something beside the page.
    Elsewhere(Box<dyn FnMut()>),
    /// Something that leads to this address.
    Opens(&'static str),
}

/// A walk on one page.
pub(crate) struct Hand<'a> {
    pub(crate) page: &'a mut DrivenPage,
    pub(crate) pack: &'a Pack,
    pub(crate) flow: &'a Flow,
    pub(crate) values: BTreeMap<String, String>,
    /// What is typed where a secret is asked for, by input.
    pub(crate) secrets: &'a mut dyn FnMut(&str) -> String,
    pub(crate) person: Person,
    /// Where it stops before anything irreversible.
    pub(crate) rehearses: bool,
    /// The steps that were carried out.
    pub(crate) done: Vec<String>,
    /// What `read` steps read, by target.
    pub(crate) read: BTreeMap<String, BTreeMap<String, String>>,
    /// The targets of one file that were on the page after each step, where somebody wants to know.
    pub(crate) watched: Option<&'a str>,
    pub(crate) there: BTreeMap<String, BTreeSet<String>>,
    /// What the targets of the flow's `yes` read, last.
    pub(crate) answer: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) saw: BTreeSet<String>,
    pub(crate) tokens: u64,
    /// What the shell showed of the account so far.
    pub(crate) known: Known,
}

impl Hand<'_> {
    /// Walks all steps. What a driver or the agent cannot do fails the test.
    pub(crate) async fn walk(&mut self) -> End {
        for step in &self.flow.steps {
            if !step.is_due(&self.values, |target| self.saw.contains(target)) {
                continue;
            }
            let id = step.id.value.clone();
            if step.effect == Effect::Irreversible && self.rehearses {
                return End::Before(id);
            }
            let token = match self.act(step).await {
                Ok(token) => token,
                Err(end) => return end,
            };
            if let Some(end) = self.after(step, token).await {
                return end;
            }
            self.done.push(id.clone());
            self.watch(&id).await;
        }
        End::Done
    }

    /// Does what the step says; the token of a click, where one was made.
    async fn act(&mut self, step: &Step) -> Result<Option<String>, End> {
        match &step.verb {
            Verb::Goto(path) => {
                let path = template::bind_path(&path.value, &self.values).unwrap();
                self.page.goto(&path).await.unwrap();
                return Ok(None);
            }
            Verb::Press(key) => {
                self.page.press(&key.value).await.unwrap();
                return Ok(None);
            }
            Verb::Wait | Verb::Read(_) => return Ok(None),
            Verb::Human(handoff) => return self.person_does(step, &handoff.until).await.map(|()| None),
            Verb::Upload { .. } | Verb::Use(_) | Verb::Each(_) => panic!("`{}` is not of this kind", step.id.value),
            Verb::Click(_) | Verb::Fill { .. } | Verb::Check { .. } | Verb::Choose(_) => {}
        }
        if let Some(marked) = marked(step)
            && self.look(step, &[marked], Duration::from_millis(300), None, false).await.status == Status::Met
        {
            return Ok(None);
        }
        let sight = self.look(step, &[], ARM_WITHIN, None, true).await;
        let Some(armed) = sight.armed.clone() else { return Err(missed(step, sight)) };
        self.touch(step, &armed).await;
        Ok(Some(armed.token))
    }

    async fn person_does(&mut self, step: &Step, until: &Holds) -> Result<(), End> {
        match &mut self.person {
            Person::Nobody => panic!("`{}` needs a person", step.id.value),
            Person::Elsewhere(act) => act(),
            Person::Opens(path) => self.page.goto(path).await.unwrap(),
        }
        let sight = self.look(step, std::slice::from_ref(until), Duration::from_secs(20), None, false).await;
        if sight.status == Status::Met { Ok(()) } else { Err(missed(step, sight)) }
    }

    async fn touch(&mut self, step: &Step, armed: &Armed) {
        let touched = match &step.verb {
            Verb::Fill { with, .. } => {
                let text = match step.secret(self.flow) {
                    Some(input) => (self.secrets)(input),
                    None => template::bind_text(&with.value, &self.values).unwrap(),
                };
                self.page.fill(armed, &text).await
            }
            _ => self.page.click(armed).await,
        };
        assert!(matches!(touched, Ok(()) | Err(PageError::Stale)), "{}: {touched:?}", step.id.value);
    }

    /// The look after a step: what was expected, or how the walk ends.
    async fn after(&mut self, step: &Step, token: Option<String>) -> Option<End> {
        let mut wants = step.expect.as_ref().map(|expect| expect.first.clone()).unwrap_or_default();
        if wants.is_empty() {
            let see = step.reads().to_vec();
            wants.extend((!see.is_empty()).then(|| Holds { see, ..Holds::default() }).or(marked(step)));
        }
        let expected = wants.len();
        wants.extend(step.skips.iter().map(|skip| skip.holds.clone()));
        let within = step.expect.as_ref().map_or(ARM_WITHIN, |expect| expect.within);
        let sight = self.look(step, &wants, within, token, false).await;
        // A click that loads another document may be told by nothing but that document.
        assert!(!matches!(sight.click, Some(Landing::Blocked { .. })), "{}: {:?}", step.id.value, sight.click);
        if sight.status != Status::Met {
            return Some(missed(step, sight));
        }
        let met = sight.met.unwrap_or_default();
        if let Some(skip) = met.checked_sub(expected).and_then(|at| step.skips.get(at)) {
            let read = |name: &Spanned<String>| sight.found.get(&name.value).map(|found| found.read.clone());
            let read = skip.holds.see.iter().filter_map(read).flatten().collect();
            return Some(End::Skipped(skip.outcome, skip.why.value.clone(), read));
        }
        self.saw.extend(wants.get(met).into_iter().flat_map(|holds| &holds.see).map(|see| see.value.clone()));
        for name in self.flow.answer.iter().flat_map(|answer| &answer.yes.see) {
            let found = sight.found.get(&name.value);
            self.answer.extend(found.map(|found| (name.value.clone(), found.read.clone())));
        }
        for name in step.reads() {
            self.read.insert(name.value.clone(), sight.found[&name.value].read.clone());
        }
        None
    }

    /// Notes which targets of the watched file are there.
    async fn watch(&mut self, id: &str) {
        let Some(file) = self.watched else { return };
        let named = self.pack.targets.values().filter(|target| self.pack.place(target.name.span).file == file);
        let names: Vec<&str> = named.map(|target| target.name.value.as_str()).collect();
        let ask = Ask { read: names.clone(), ..self.ask(&[], Duration::from_secs(2)) };
        let sight = self.page.look(&self.pack.look(&ask).unwrap()).await.unwrap();
        let there = names.into_iter().filter(|name| sight.found.get(*name).is_some_and(|found| found.count > 0));
        self.there.insert(id.to_owned(), there.map(str::to_owned).collect());
    }

    fn ask<'s>(&'s self, wants: &'s [Holds], within: Duration) -> Ask<'s> {
        Ask {
            wants,
            arm: None,
            arm_when: Vec::new(),
            read: Vec::new(),
            choices: Vec::new(),
            handles: &self.flow.handles,
            within,
            values: &self.values,
            armed_before: None,
            redraws: None,
            aftermath: false,
            stood: None,
            identity: self.known.clone(),
        }
    }

    async fn look(
        &mut self,
        step: &Step,
        wants: &[Holds],
        within: Duration,
        before: Option<String>,
        arms: bool,
    ) -> Sight {
        self.tokens += 1;
        let target = step.choice().map(Choice::target).or_else(|| step.target().map(|target| target.value.clone()));
        let guard = self.flow.commit.as_ref().filter(|_| step.effect == Effect::Irreversible);
        let arm = target.as_deref().filter(|_| arms).map(|target| Arming {
            target,
            guard: guard.map_or(&[], |commit| &commit.guard),
            token: format!("t{}", self.tokens),
        });
        let mut read: Vec<&str> = step.reads().iter().map(|name| name.value.as_str()).collect();
        read.extend(step.says_why().map(|name| name.value.as_str()));
        read.extend(self.flow.answer.iter().flat_map(|answer| &answer.yes.see).map(|name| name.value.as_str()));
        let choices = step.choice().into_iter().collect();
        let ask = Ask { arm, read, choices, armed_before: before, ..self.ask(wants, within) };
        let look = self.pack.look(&ask).unwrap();
        match self.page.look(&look).await {
            Ok(sight) => {
                for (key, value) in sight.identity.iter().flatten().filter(|(_, value)| !value.is_empty()) {
                    self.known.values.entry(key.clone()).or_insert_with(|| vec![value.clone()]);
                }
                sight
            }
            Err(error) => panic!("{}: {error}", step.id.value),
        }
    }
}

fn marked(step: &Step) -> Option<Holds> {
    let (target, on) = match &step.verb {
        Verb::Check { target, to } => (target.value.clone(), *to),
        Verb::Choose(choice) => (choice.target(), true),
        _ => return None,
    };
    Some(Holds { marked: vec![Marked { target, on }], ..Holds::default() })
}

fn missed(step: &Step, sight: Sight) -> End {
    match (sight.stop, sight.refused) {
        (Some(stop), _) => End::Sign(stop.sign),
        (None, Some(refused)) => End::Miss(step.id.value.clone(), refused),
        (None, None) => panic!("{}: {:?} without a reason on {:?}", step.id.value, sight.status, sight.page),
    }
}
