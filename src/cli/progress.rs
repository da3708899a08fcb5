//! What a run shows while it works: a bar for people, records for machines.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::output::{Output, clean};
use crate::event::fact::{Entry, Fact, Rehearsal};
use crate::event::progress::Progress as Sign;
use crate::event::state::EffectState;
use crate::report::words;
use crate::runner::order::Telling;

/// Shows a run.
pub(crate) struct Progress {
    out: Output,
    zone: jiff::tz::TimeZone,
    bar: ProgressBar,
    began: jiff::Timestamp,
    paused: std::time::Duration,
    settled: u64,
}

impl Progress {
    /// A bar on standard error if that is a terminal; lines otherwise.
    pub(crate) fn new(out: Output, zone: jiff::tz::TimeZone) -> Self {
        let target = if out.lively { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = ProgressStyle::with_template("{bar:28} {pos}/{len}  {wide_msg}")
            .expect("the template is a constant that fits");
        bar.set_style(style.progress_chars("█▌ "));
        Self { out, zone, bar, began: jiff::Timestamp::now(), paused: std::time::Duration::ZERO, settled: 0 }
    }

    /// Shows what was told.
    pub(crate) fn tell(&mut self, telling: &Telling<'_>) {
        match telling {
            Telling::Fact(entry) => self.fact(entry),
            Telling::Progress(sign) => self.sign(sign),
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn fact(&mut self, entry: &Entry) {
        if self.out.json {
            self.out.record(&serde_json::to_value(entry).expect("a fact has only words and numbers"));
        }
        match &entry.fact {
            Fact::AccountSeen { handle, name, .. } => {
                self.line(&format!("signed in as {} ({})", clean(name), clean(handle.as_str())));
            }
            Fact::Rehearsed { slug, outcome, why, .. } => {
                let mark = if *outcome == Rehearsal::Ready { "ready" } else { words::of_rehearsal(*outcome).short };
                self.line(&format!("  {mark:<14} {}  {}", clean(slug.as_str()), clean(why)));
            }
            Fact::Moved(moved) if is_worth_a_line(moved.to) => {
                self.line(&format!(
                    "  {:<14} {}  {}",
                    words::of_state(moved.to).short,
                    clean(moved.slug.as_str()),
                    clean(&moved.why)
                ));
            }
            Fact::Incident { incident, sign, why, .. } => {
                self.line(&format!("STOPPED, incident {incident} ({}): {}", clean(sign), clean(why)));
            }
            _ => {}
        }
    }

    fn sign(&mut self, sign: &Sign) {
        match sign {
            Sign::Opening => self.bar.set_message("starting the browser"),
            Sign::Item { index, of, name, slug, .. } => {
                self.bar.set_length(*of);
                self.bar.set_position(index.saturating_sub(1));
                self.bar.set_message(format!(
                    "{} ({}){}",
                    clean(name),
                    clean(slug.as_str()),
                    self.expected_end(*index, *of)
                ));
            }
            Sign::Step { id } => self.bar.set_message(id.clone()),
            Sign::Settled { .. } => {
                self.settled += 1;
                self.bar.inc(1);
            }
            Sign::Pause { until, why } => {
                let time = until.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string();
                let left = until.duration_since(jiff::Timestamp::now());
                self.paused += std::time::Duration::try_from(left).unwrap_or_default();
                self.bar.set_message(format!("waiting until {time} ({})", clean(why)));
                if !self.out.lively && left.as_secs() >= 2 {
                    self.line(&format!("  waiting until {time} ({})", clean(why)));
                }
                self.out.record(&json!({ "v": 1, "progress": "pause", "until": until, "why": why }));
            }
            Sign::Note { text } => self.line(&format!("  note: {}", clean(text))),
        }
    }

    /// When the last person would be done at the rate so far.
    fn expected_end(&self, index: u64, of: u64) -> String {
        if self.settled == 0 || of < index {
            return String::new();
        }
        let now = jiff::Timestamp::now();
        let Ok(so_far) = std::time::Duration::try_from(now.duration_since(self.began)) else { return String::new() };
        let each = so_far.div_f64(self.settled as f64);
        let left = each.mul_f64((of - index + 1) as f64);
        let Ok(end) = now.checked_add(left) else { return String::new() };
        format!(", done about {}", end.to_zoned(self.zone.clone()).strftime("%H:%M:%S"))
    }

    fn line(&self, text: &str) {
        self.bar.suspend(|| self.out.note(text));
    }
}

/// The states of which a person hears while the run works; the rest is in the ledger.
fn is_worth_a_line(state: EffectState) -> bool {
    use EffectState as State;
    matches!(
        state,
        State::Done
            | State::Confirmed
            | State::NotApplied
            | State::NotSent
            | State::Unknown
            | State::NeedsHuman
            | State::AlreadyGone
            | State::Mismatch
            | State::Excluded
            | State::Failed
    )
}
