//! Shows a person what the dialog before the last click says, and takes the answer.
//!
//! It does not know what follows from the answer.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use jiff::Timestamp;
use tokio::sync::{oneshot, watch};

use super::output::{Output, clean};
use super::prompt;
use crate::browser::page::Unread;
use crate::runner::message::Subject;
use crate::runner::wait::Stop;

/// A question that is open.
pub(crate) struct Question {
    /// What the dialog says.
    pub(crate) unread: Unread,
    /// Whose dialog it is.
    pub(crate) subject: Subject,
    /// Until when there may be an answer.
    pub(crate) until: Timestamp,
    /// Until when, as it is shown.
    pub(crate) time: String,
    /// Who waits for the answer.
    pub(crate) reply: oneshot::Sender<bool>,
}

/// Asks beside what goes on. The reply is dropped unanswered where nobody is at a terminal; `bar` stands still meanwhile.
pub(crate) fn ask(out: Output, bar: ProgressBar, question: Question, stop: Option<watch::Receiver<Stop>>) {
    if !std::io::stdin().is_terminal() {
        return;
    }
    let left = question.until.duration_since(Timestamp::now());
    let deadline = Instant::now() + Duration::try_from(left).unwrap_or_default();
    tokio::task::spawn_blocking(move || {
        bar.suspend(|| {
            out.bell();
            words(&question).iter().for_each(|line| out.warn(line));
            let until = prompt::Until { stop: stop.as_ref(), deadline: Some(deadline) };
            let typed = prompt::line_of(out, "  Type `yes` to click that button; anything else stops the run:", &until);
            let yes = matches!(&typed, Ok(Some(typed)) if typed.eq_ignore_ascii_case("yes"));
            let _ = question.reply.send(yes);
        });
    });
}

fn words(Question { unread, subject, time, .. }: &Question) -> Vec<String> {
    let (name, slug) = (clean(&subject.name), clean(subject.slug.as_str()));
    vec![
        format!("  PLEASE READ, until {time}: the dialog for {name} ({slug}) says what this program does not know:"),
        format!("    \"{}\"", clean(&unread.said)),
        format!("    its button: \"{}\"", clean(&unread.button)),
        "  Does it ask to take out this one person, and nothing else? A yes is kept: with this pack, dialogs in this language may \
         say the same of others."
            .to_owned(),
    ]
}
