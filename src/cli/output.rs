//! Where words go: answers to standard output, everything else to standard error, each escaped for a terminal.

use std::io::{ErrorKind, IsTerminal, Write as _};
use std::os::fd::AsFd;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::outcome::{Answer, Outcome};
pub(crate) use super::safe_text::{account_of, clean, shown};
use super::{foreign, pasted};
use crate::event::exit::Ending;
use crate::report::escape;
use crate::report::glossary::Term;
use crate::report::json;

/// The width of text where there is no terminal to ask.
const PLAIN_WIDTH: usize = 100;
/// A terminal that says it is narrower is taken for so wide.
const NARROWEST: usize = 40;
/// Longer lines are hard to read, however wide the terminal is.
const WIDEST_TEXT: usize = 110;

/// Why standard output could not be written, the first time that it could not.
static UNWRITTEN: Mutex<Option<String>> = Mutex::new(None);

/// The words whose meaning was said.
static EXPLAINED: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

/// The two streams of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Output {
    /// One JSON record a line on standard output; words for people go to standard error.
    pub(crate) json: bool,
    /// Only the answer and what went wrong.
    pub(crate) quiet: bool,
    /// Standard error is a terminal: a progress bar makes sense.
    pub(crate) lively: bool,
    /// The columns of the terminal on standard output; none: it is a file or a pipe, where nothing is cut.
    pub(crate) columns: Option<usize>,
    /// The same of standard error.
    pub(crate) aside: Option<usize>,
    /// The flags of this call that a suggested command needs to mean the same.
    pub(crate) flags: &'static [String],
}

impl Output {
    /// For these flags, on the process's own streams.
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        let lively = std::io::stderr().is_terminal() && !quiet;
        let (columns, aside) = (columns(&std::io::stdout()), columns(&std::io::stderr()));
        Self { json, quiet, lively, columns, aside, flags: &[] }
    }

    /// A line of the answer of a command that shows something. Under `--json` its records are the answer.
    pub(crate) fn show(&self, line: impl AsRef<str>) {
        if !self.json {
            broken(&self.completed(line), self.columns).iter().for_each(|line| write_line(line));
        }
    }

    /// A line of what a command did, for people. Our own words; parts from elsewhere are escaped by [`clean`].
    pub(crate) fn say(&self, line: impl AsRef<str>) {
        if self.quiet {
            return;
        }
        if self.json {
            self.warn(line);
        } else {
            broken(&self.completed(line), self.columns).iter().for_each(|line| write_line(line));
        }
    }

    /// A line beside the answer: progress, hints, warnings.
    pub(crate) fn note(&self, line: impl AsRef<str>) {
        if !self.quiet {
            self.warn(line);
        }
    }

    /// A line that is shown whatever the flags say.
    pub(crate) fn warn(&self, line: impl AsRef<str>) {
        broken(&self.completed(line), self.aside).iter().for_each(|line| write_aside(line));
    }

    /// The text with commands that work as they stand in it, and without words of the system and of libraries.
    pub(crate) fn completed(&self, text: impl AsRef<str>) -> String {
        pasted::completed(&foreign::in_words(text.as_ref()), self.flags)
    }

    /// Rings the terminal's bell, where there is a terminal.
    pub(crate) fn bell(&self) {
        if self.lively {
            write_aside("\u{7}");
        }
    }

    /// What a special word means, beside the answer, where the word is first printed; once in a call, however often the word comes.
    pub(crate) fn explain(&self, term: Term) {
        let mut explained = EXPLAINED.lock().unwrap_or_else(PoisonError::into_inner);
        if explained.contains(&term.word) {
            return;
        }
        explained.push(term.word);
        let text = crate::report::terminal::explained(term);
        for line in wrapped(&text, self.text_width(), 2) {
            self.note(line);
        }
    }

    /// A record for machines; nothing without `--json`.
    pub(crate) fn record(&self, value: &Value) {
        if self.json {
            write_line(&json::harmless(&value.to_string()));
        }
    }

    /// Raw text that is the answer itself, such as CSV.
    #[expect(clippy::unused_self, reason = "all words leave through the same value")]
    pub(crate) fn raw(&self, text: &str) {
        write_answer(text);
    }

    /// The columns that running text takes.
    pub(crate) fn text_width(&self) -> usize {
        self.columns.unwrap_or(PLAIN_WIDTH).min(WIDEST_TEXT)
    }

    /// The last lines, and the exit code.
    pub(crate) fn end(&self, answer: &Answer, last_line: bool) -> Ending {
        let outcome = match answer {
            Ok(outcome) => {
                self.closing(outcome);
                outcome
            }
            Err(failure) => {
                self.warn(format!("exeunt: {failure}"));
                &failure.outcome()
            }
        };
        if self.json && last_line {
            let mut outcome = outcome.clone();
            outcome.reason = self.completed(&outcome.reason);
            if let Some(Value::String(mend)) = outcome.fields.get_mut("mend") {
                *mend = self.completed(&*mend);
            }
            write_line(&outcome.line());
        }
        outcome.ending.or(self.written())
    }

    /// Whether all of the answer was written: where it was not, somebody would take a part of it for the whole.
    pub(crate) fn written(&self) -> Ending {
        keep_failure(std::io::stdout().flush());
        match UNWRITTEN.lock().unwrap_or_else(PoisonError::into_inner).take() {
            None => Ending::Done,
            Some(why) => {
                self.warn(format!("exeunt: standard output could not be written: {why}"));
                self.warn("  what to do: what stands there is not the whole answer; make room or name another place, and ask again");
                Ending::Damaged
            }
        }
    }

    fn closing(&self, outcome: &Outcome) {
        let reason = outcome.said.as_ref().unwrap_or(&outcome.reason);
        if !reason.is_empty() {
            if outcome.ending == Ending::Done {
                self.note(reason);
            } else {
                self.warn(reason);
            }
        }
        if let Some(next) = &outcome.next {
            if !next.lead_in.is_empty() {
                self.say(&next.lead_in);
            }
            next.commands.iter().for_each(|command| self.say(command));
        }
    }
}

/// A text broken between words into lines of at most `columns`, all with an indent; a word is never broken.
pub(crate) fn wrapped(text: &str, columns: usize, indent: usize) -> Vec<String> {
    let margin = " ".repeat(indent);
    let mut lines: Vec<String> = Vec::new();
    let mut line = margin.clone();
    for word in text.split_whitespace() {
        let is_first = line.len() == indent;
        if !is_first && escape::columns_of(&line) + 1 + escape::columns_of(word) > columns {
            lines.push(std::mem::replace(&mut line, margin.clone()));
        } else if !is_first {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// A text for people as lines that a terminal of so many columns does not break inside a word; what goes on is set in under
/// its beginning. Commands stay on one line, so that they can be pasted, and so do tables and pictures of mistakes.
fn broken(text: &str, columns: Option<usize>) -> Vec<String> {
    let Some(columns) = columns.map(|columns| columns.max(NARROWEST)) else { return vec![text.to_owned()] };
    let mut lines = vec![];
    for line in text.split('\n') {
        let said = line.trim_start();
        // A line of the pack that somebody is to paste would be another one in two lines.
        let is_of_pack = said.contains(" = [") && said.ends_with(']');
        let is_laid_out = is_of_pack || said.starts_with("exeunt ") || said.contains("  ") || said.contains(" | ");
        if is_laid_out || escape::columns_of(line) <= columns {
            lines.push(line.to_owned());
            continue;
        }
        let indent = line.len() - said.len();
        let mut parts = wrapped_spans(said, columns.saturating_sub(indent + 2)).into_iter();
        lines.extend(parts.next().map(|first| " ".repeat(indent) + &first));
        lines.extend(parts.map(|part| " ".repeat(indent + 2) + &part));
    }
    lines
}

/// Lines of whole words; a command between backticks counts as one word.
fn wrapped_spans(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut is_command = false;
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is always a line");
        let fits = escape::columns_of(line) + 1 + escape::columns_of(word) <= columns;
        if line.is_empty() || is_command || fits {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
        is_command ^= word.matches('`').count() % 2 == 1;
    }
    lines
}

/// The columns of the terminal behind a stream; none if there is no terminal.
pub(crate) fn columns(stream: &(impl IsTerminal + AsFd)) -> Option<usize> {
    let size = stream.is_terminal().then(|| rustix::termios::tcgetwinsize(stream).ok()).flatten()?;
    // A terminal that does not know its size says 0.
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}

/// A line on standard error; where that cannot be written there is nowhere to say so.
fn write_aside(line: &str) {
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// A line of the answer, in one write.
fn write_line(line: &str) {
    write_answer(&format!("{line}\n"));
}

/// A part of the answer, on standard output.
fn write_answer(text: &str) {
    keep_failure(std::io::stdout().write_all(text.as_bytes()));
}

/// Keeps why standard output could not be written, until the command ends.
pub(crate) fn keep_failure(written: std::io::Result<()>) {
    // A reader that went away, such as `head`, is not our failure.
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        UNWRITTEN.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_between_words_only() {
        assert_eq!(wrapped("one two three", 9, 2), ["  one two", "  three"]);
        assert_eq!(wrapped("unbreakable x", 4, 0), ["unbreakable", "x"]);
        assert_eq!(wrapped("李小龍 李", 8, 0), ["李小龍", "李"]);
    }

    #[test]
    fn a_line_for_a_narrow_terminal_keeps_words_and_commands_whole() {
        let line = "  paused: nothing is begun until `exeunt resume --account ann` lets it go on";
        assert_eq!(
            broken(line, Some(40)),
            ["  paused: nothing is begun until", "    `exeunt resume --account ann` lets", "    it go on"]
        );
        assert_eq!(broken(line, None), [line]);
        for whole in
            [format!("  exeunt run P4K --live {}", "-v ".repeat(30)), format!("  hash      {}", "0 ".repeat(60))]
        {
            assert_eq!(broken(&whole, Some(40)), [whole]);
        }
        assert_eq!(broken("a\n  what to do: b", Some(80)), ["a", "  what to do: b"]);
    }
}
