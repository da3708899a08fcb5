//! A flow in sentences, for `selectors show` and for the person who approves it.

use std::time::Duration;

use super::pack::Pack;
use super::query::Match;
use super::reach::Reach;
use super::site::SignKind;
use super::span::Spanned;
use super::target::Seen;
use super::tree::{Effect, Flow, FlowKind, Holds, InputKind, Step, Verb, When};
use super::wording::quoted;

/// One step in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The step's id.
    pub id: String,
    /// What it does and waits for.
    pub text: String,
    /// It cannot be undone.
    pub irreversible: bool,
    /// Where it stands: `flows/x.toml:12:1`.
    pub place: String,
}

impl Pack {
    /// The steps of a flow in words, in order.
    #[must_use]
    pub fn sentences(&self, flow: &Flow) -> Vec<Sentence> {
        let sentence = |step: &Step| Sentence {
            id: step.id.value.clone(),
            text: text(flow, step),
            irreversible: step.effect == Effect::Irreversible,
            place: self.place(step.span).to_string(),
        };
        flow.steps.iter().map(sentence).collect()
    }

    /// A flow as lines of text: what it is, its steps with the irreversible ones marked, its guard or its answer.
    #[must_use]
    pub fn explain(&self, flow: &Flow) -> String {
        let kind = match flow.kind {
            FlowKind::Act => "acts",
            FlowKind::Question => "only asks",
            FlowKind::Errand => "runs an errand",
            FlowKind::Part => "is a part of others",
        };
        let inputs: Vec<String> = flow.inputs.iter().map(|(name, kind)| given(flow, name, kind.value)).collect();
        let given = if inputs.is_empty() { "nothing".to_owned() } else { inputs.join(", ") };
        let seen = flow.seen.as_ref().map_or("never", |seen| seen.value.as_str());
        let mut lines = vec![format!("{} {kind}; given {given}; seen on a real page: {seen}", flow.name.value)];
        let width = flow.steps.iter().map(|step| step.id.value.len()).max().unwrap_or_default().max(10);
        for (at, sentence) in self.sentences(flow).iter().enumerate() {
            let mark = if sentence.irreversible { "IRREVERSIBLE" } else { "" };
            lines.push(format!("{:>3}. {mark:<12} {:<width$} {}", at + 1, sentence.id, sentence.text));
        }
        if !flow.handles.is_empty() {
            let signs: Vec<String> = flow.handles.iter().map(|sign| quoted(&sign.value)).collect();
            lines.push(format!("     the stop signs {} do not end it: it deals with them", signs.join(" and ")));
        }
        if let Some(commit) = &flow.commit {
            let guard: Vec<String> = commit.guard.iter().map(|guard| quoted(&guard.value)).collect();
            lines.push(format!("     as an irreversible click arrives, {} must still hold", guard.join(" and ")));
            lines.push(format!("     whether it is done, {} answers", quoted(&commit.settled.value)));
        }
        if let Some(answer) = &flow.answer {
            lines.push(format!("     yes: {}", conditions(&answer.yes)));
            let no = answer.no.as_ref().map_or("there is no honest one".to_owned(), conditions);
            lines.push(format!("     no: {no}; anything else is unreadable, which is never \"no\""));
        }
        lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
    }

    /// What of a flow no real page has confirmed: itself, and those of its targets that say `never` for some generation.
    #[must_use]
    pub fn never_seen<'p>(&'p self, flow: &'p Flow) -> Vec<&'p str> {
        let mut reach = Reach::new(self);
        reach.flow(flow);
        let is_never = |text: &Spanned<String>| text.value == "never";
        let itself = flow.seen.as_ref().is_none_or(is_never).then_some(flow.name.value.as_str());
        let targets = reach.targets.into_iter().filter(|name| match &self.targets[*name].seen {
            Seen::All(text) => is_never(text),
            Seen::By(by) => by.iter().any(|(_, text)| is_never(text)),
        });
        itself.into_iter().chain(targets).collect()
    }

    /// The stop signs in the order in which they are looked for, with what each does.
    #[must_use]
    pub fn explain_signs(&self) -> Vec<(String, &'static str)> {
        let said = |kind| match kind {
            SignKind::Latch => "nothing more until a person has cleared it",
            SignKind::Cool => "silence for hours, then a look that only reads",
        };
        self.site.signs.iter().map(|sign| (sign.name.value.clone(), said(sign.kind))).collect()
    }
}

/// An input with what tells it from a name or a text.
fn given(flow: &Flow, name: &str, kind: InputKind) -> String {
    match (kind, flow.choices.get(name)) {
        (InputKind::Secret, _) => format!("{name} (a secret, asked for when it is typed)"),
        (_, Some(words)) => {
            let words: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
            format!("{name} ({})", words.join("|"))
        }
        _ => name.to_owned(),
    }
}

fn text(flow: &Flow, step: &Step) -> String {
    let mut text = match &step.verb {
        Verb::Goto(path) => format!("opens {}", quoted(&path.value)),
        Verb::Click(target) => format!("clicks {}", quoted(&target.value)),
        Verb::Fill { into, with, .. } => {
            let what = step.secret(flow).map_or(quoted(&with.value), |input| format!("the secret {}", quoted(input)));
            format!("types {what} into {}", quoted(&into.value))
        }
        Verb::Check { target, to: true } => format!("ticks {}", quoted(&target.value)),
        Verb::Check { target, to: false } => format!("unticks {}", quoted(&target.value)),
        Verb::Choose(choice) => format!("picks {} in {}", option(&choice.option), quoted(&choice.within.value)),
        Verb::Press(key) => format!("presses {}", key.value),
        Verb::Upload { into, file } => format!("gives {} to {}", quoted(&file.value), quoted(&into.value)),
        Verb::Read(targets) => {
            let names: Vec<String> = targets.iter().map(|target| quoted(&target.value)).collect();
            format!("reads {}", names.join(" and "))
        }
        Verb::Human(handoff) => format!(
            "asks you: \"{}\"; waits up to {} for {}",
            handoff.words.value,
            length(handoff.within),
            conditions(&handoff.until)
        ),
        Verb::Use(part) => format!("does what {} says", quoted(&part.value)),
        Verb::Wait => "waits".to_owned(),
        Verb::Each(each) => format!(
            "reads every {} to the list's end, with {} as the check, and gives up {} after the last new one",
            quoted(&each.row.value),
            quoted(&each.total.value),
            length(each.within)
        ),
    };
    if !step.when.is_empty() {
        let when: Vec<String> = step.when.iter().map(condition).collect();
        text = format!("if {}, {text}", when.join(" and "));
    }
    if let Some(expect) = &step.expect {
        let wants: Vec<String> = expect.first.iter().map(conditions).collect();
        // A step that does nothing but wait says so once.
        let text_so_far = text.strip_suffix("waits").map_or(format!("{text}; "), str::to_owned);
        text = format!("{text_so_far}waits up to {} for {}", length(expect.within), wants.join(", or "));
    }
    for skip in &step.skips {
        text = format!("{text}; ends as {} on {}", quoted(skip.outcome.as_str()), conditions(&skip.holds));
    }
    if let Some(retry) = &step.retry {
        let times = if retry.times == 1 { "once more".to_owned() } else { format!("{} times more", retry.times) };
        text = format!("{text}; tried {times} before anything was sent");
    }
    text
}

fn condition(when: &When) -> String {
    match when {
        When::Saw { target, saw } => {
            format!("{} {}", quoted(&target.value), if *saw { "was seen" } else { "was not seen" })
        }
        When::Given { input, is } if is.is_empty() => format!("{} is given", quoted(&input.value)),
        When::Given { input, is } => {
            let words: Vec<String> = is.iter().map(|word| quoted(&word.value)).collect();
            format!("{} is {}", quoted(&input.value), words.join(" or "))
        }
    }
}

fn length(time: Duration) -> String {
    let millis = time.as_millis();
    if millis >= 120_000 && millis.is_multiple_of(60_000) {
        return format!("{} min", millis / 60_000);
    }
    if millis.is_multiple_of(1000) { format!("{} s", millis / 1000) } else { format!("{millis} ms") }
}

fn option(option: &Match) -> String {
    match (&option.word, &option.is) {
        (Some(word), _) => format!("the word {}", quoted(word)),
        (None, Some(text)) => quoted(&text.0),
        (None, None) => "nothing".to_owned(),
    }
}

fn conditions(holds: &Holds) -> String {
    let see = holds.see.iter().map(|name| quoted(&name.value));
    let gone = holds.gone.iter().map(|name| format!("{} gone", quoted(&name.value)));
    let witness = holds.witness.iter().map(|name| format!("{} witnessed", quoted(&name.value)));
    see.chain(gone).chain(witness).collect::<Vec<_>>().join(" and ")
}
