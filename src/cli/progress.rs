//! What a run shows while it works: a bar for people, records for machines.

use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::output::{Output, account_of, clean, columns};
use super::unread::{self, Question};
use crate::event::fact::Fact;
use crate::event::id::{Action, Slug};
use crate::event::link::Entry;
use crate::event::progress::Progress as Sign;
use crate::event::state::EffectState;
use crate::flow::misfit;
use crate::report::count::span;
use crate::report::story::{Person, Standing, Step};
use crate::report::{glossary, json as lines, terminal};
use crate::runner::order::Telling;
use crate::runner::wait::Stop;

/// The width of lines where there is no terminal to ask: long enough for a reason.
const PLAIN_WIDTH: usize = 200;
/// How often a bar is drawn again, so that it is seen to live.
const TICK: Duration = Duration::from_millis(250);
/// A terminal narrower than this gets a short bar.
const NARROW: usize = 60;
/// What is awaited before it is known how many there are.
const BEFORE: &str = "looking up what is due";

/// Shows a run.
pub(crate) struct Progress {
    out: Output,
    zone: jiff::tz::TimeZone,
    names: BTreeMap<Slug, String>,
    bar: ProgressBar,
    began: jiff::Timestamp,
    settled: u64,
    /// Who is in hand, as the bar shows it.
    in_hand: String,
    /// Which of how many is in hand, from 1; none before there is a count.
    place: Option<(u64, u64)>,
    /// What is done, to people or to the account itself.
    action: Action,
    /// Signals, once they are answered: a question that is open is given up.
    stop: Option<watch::Receiver<Stop>>,
}

impl Progress {
    /// A bar on standard error if that is a terminal; lines otherwise. Names are those of the plan.
    pub(crate) fn new(out: Output, zone: jiff::tz::TimeZone, names: BTreeMap<Slug, String>) -> Self {
        let target = if out.lively { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        // A bar of nothing out of nothing says less than what is awaited.
        bar.set_style(
            ProgressStyle::with_template("{spinner} {wide_msg}").expect("the template has only keys that are known"),
        );
        bar.set_message(BEFORE);
        if out.lively {
            bar.enable_steady_tick(TICK);
        }
        let (in_hand, place) = (String::new(), None);
        Self {
            out,
            zone,
            names,
            bar,
            began: jiff::Timestamp::now(),
            settled: 0,
            in_hand,
            place,
            action: Action::Remove,
            stop: None,
        }
    }

    /// Shows what was told.
    pub(crate) fn tell(&mut self, telling: Telling<'_>) {
        match telling {
            Telling::Fact(entry) => self.fact(entry),
            Telling::Progress(sign) => self.sign(sign),
            Telling::Unread { unread, subject, until, reply } => {
                self.out.record(&json!({ "v": 1, "kind": "progress", "progress": "unread", "until": until,
                    "slug": subject.slug, "language": unread.language, "words": unread.said }));
                let time = until.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string();
                let question = Question { unread: unread.clone(), subject, until, time, reply };
                unread::ask(self.out, self.bar.clone(), question, self.stop.clone());
            }
        }
    }

    /// Answers the first signal at once, since what is in hand may take a while: with what is still done, and what a second
    /// signal does. Ends with the run, or when the task is aborted.
    pub(crate) fn answering(&mut self, stop: &watch::Receiver<Stop>) -> JoinHandle<()> {
        self.stop = Some(stop.clone());
        let (out, bar, mut stop) = (self.out, self.bar.clone(), stop.clone());
        tokio::spawn(async move {
            if stop.wait_for(|stop| *stop != Stop::No).await.is_ok_and(|stop| *stop == Stop::Asked) {
                bar.suspend(|| out.warn("  finishing what is in hand; again stops now"));
            }
        })
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn fact(&mut self, entry: &Entry) {
        if self.out.json {
            self.out.raw(&format!("{}\n", lines::line(entry)));
        }
        match &entry.fact {
            Fact::RunStarted(started) => self.action = started.action,
            Fact::AccountSeen { handle, name, .. } => {
                self.line(&format!("  signed in as {}", account_of(name, handle)));
            }
            Fact::Rehearsed { slug, outcome, why, .. } => {
                self.person(slug, Standing::Rehearsed(*outcome), (entry.at.utc, why));
            }
            Fact::Probed { why, .. } => {
                self.line(&format!("  before the first person of the day: {}", clean(why)));
            }
            Fact::Reread { slug, gone, .. } => {
                let found = match gone {
                    Some(true) => "still gone",
                    Some(false) => "CONNECTED AGAIN",
                    None => "could not be read",
                };
                self.line(&format!("  removed on an earlier day, read again: {} {found}", clean(slug.as_str())));
            }
            Fact::Moved(moved) if is_worth_a_line(moved.to) => {
                self.person(&moved.slug, Standing::Acted(moved.to), (entry.at.utc, &moved.why));
                if moved.to.in_doubt() {
                    self.explain(glossary::IN_DOUBT);
                }
            }
            Fact::Incident { incident, sign, why, .. } => {
                // The parts of a page that does not fit follow at the end.
                let why = misfit::in_short(why);
                self.bar.suspend(|| {
                    self.out.warn(format!("  STOPPED by incident {incident} ({}): {}", clean(sign), clean(&why)));
                });
                self.explain(glossary::INCIDENT);
            }
            _ => {}
        }
    }

    fn sign(&mut self, sign: &Sign) {
        match sign {
            Sign::Opening => self.bar.set_message("starting the browser"),
            Sign::Item { index, of, name, slug, .. } => {
                self.count(*of, index.saturating_sub(1));
                self.place = Some((*index, *of));
                self.bar.set_prefix(self.expected_end(*index, *of));
                self.in_hand = format!("{} ({})", clean(name), clean(slug.as_str()));
                self.bar.set_message(self.in_hand.clone());
            }
            Sign::Rows { read, total } => {
                self.count(total.unwrap_or(*read).max(*read), *read);
                self.bar.set_message("reading the connections list");
                self.out
                    .record(&json!({ "v": 1, "kind": "progress", "progress": "rows", "read": read, "total": total }));
            }
            Sign::Step { id } if self.in_hand.is_empty() => self.line(&format!("  {}", clean(id))),
            Sign::Step { id } => self.bar.set_message(format!("{}: {}", self.in_hand, clean(id))),
            Sign::Settled { .. } => {
                self.settled += 1;
                self.bar.set_position(self.settled.min(self.bar.length().unwrap_or(self.settled)));
            }
            Sign::Pause { until, why } => self.pause(*until, why),
            Sign::Person { words, until } => self.hand_over(words, *until),
            Sign::Note { text } => self.line(&format!("  note: {}", clean(text))),
        }
    }

    /// A bar from the first count on. How many and how long stand on one line, what is happening on the other: each fits a
    /// narrow terminal.
    fn count(&self, of: u64, done: u64) {
        if self.bar.length() == Some(0) && of > 0 {
            let columns = columns(&std::io::stderr()).unwrap_or(NARROW);
            let width = if columns < NARROW { 10 } else { 30 };
            let template = format!("{{bar:{width}}} {{pos}}/{{len}}  {{elapsed}}{{prefix}}\n{{spinner}} {{wide_msg}}");
            let style = ProgressStyle::with_template(&template).expect("the template has only keys that are known");
            self.bar.set_style(style.progress_chars("█▌░"));
        }
        self.bar.set_length(of);
        self.bar.set_position(done);
    }

    fn hand_over(&self, words: &str, until: jiff::Timestamp) {
        let time = until.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string();
        self.line(&format!("  YOUR TURN, in the browser window, until {time}: {}", clean(words)));
        self.line("  the run goes on by itself when the page shows that it is done");
        self.out.record(&json!({ "v": 1, "kind": "progress", "progress": "person", "until": until, "words": words }));
    }

    fn pause(&self, until: jiff::Timestamp, why: &str) {
        let time = until.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string();
        let left = u64::try_from(until.duration_since(jiff::Timestamp::now()).as_secs()).unwrap_or(0);
        let text = format!("waiting {} until {time}: {}", span(left), clean(why));
        if !self.out.lively && left >= 2 {
            self.line(&format!("  {text}"));
        }
        self.bar.set_message(text);
        self.out.record(&json!({ "v": 1, "kind": "progress", "progress": "pause", "until": until, "why": why }));
    }

    /// When the last person would be done at the rate so far.
    fn expected_end(&self, index: u64, of: u64) -> String {
        if self.settled == 0 || of < index {
            return String::new();
        }
        let now = jiff::Timestamp::now();
        let Ok(so_far) = Duration::try_from(now.duration_since(self.began)) else { return String::new() };
        let each = so_far.div_f64(self.settled as f64);
        let left = each.mul_f64((of - index + 1) as f64);
        let Ok(end) = now.checked_add(left) else { return String::new() };
        let (end, now) = (end.to_zoned(self.zone.clone()), now.to_zoned(self.zone.clone()));
        let form = if end.date() == now.date() { "%H:%M" } else { "%-d %b %H:%M" };
        format!(", done about {}", end.strftime(form))
    }

    fn person(&self, slug: &Slug, standing: Standing, (at, why): (jiff::Timestamp, &str)) {
        let person = Person {
            slug: slug.clone(),
            name: self.names.get(slug).cloned().unwrap_or_default(),
            standing,
            steps: vec![Step { at, standing, attempt: 1, why: why.to_owned() }],
            shots: vec![],
            read: vec![],
        };
        let columns = self.out.columns.unwrap_or(PLAIN_WIDTH).saturating_sub(2);
        let place = self.place.filter(|_| !self.out.lively).map(|(index, of)| format!("{index}/{of}  "));
        let place = place.unwrap_or_default();
        self.line(&format!("  {place}{}", terminal::person(&person, self.action, columns)));
    }

    fn explain(&mut self, term: glossary::Term) {
        self.bar.suspend(|| self.out.explain(term));
    }

    /// A line above the bar; where no bar shows how it goes on, as in the log of a timer, with its time.
    fn line(&self, text: &str) {
        if self.out.lively {
            return self.bar.suspend(|| self.out.note(text));
        }
        let time = jiff::Timestamp::now().to_zoned(self.zone.clone()).strftime("%H:%M:%S");
        self.out.note(format!("  {time}{text}"));
    }
}

/// The states of which a person hears while the run works. That the audit confirms somebody is counted at the end.
fn is_worth_a_line(state: EffectState) -> bool {
    use EffectState as State;
    matches!(
        state,
        State::Done
            | State::NotApplied
            | State::NotSent
            | State::Unknown
            | State::NeedsHuman
            | State::AlreadyGone
            | State::NotFound
            | State::Mismatch
            | State::Excluded
            | State::Failed
    )
}
