//! Where words go: results to standard output, everything else to standard error, each escaped for a terminal.

use std::io::{IsTerminal as _, Write as _};

use serde_json::Value;

use super::outcome::{Answer, Outcome};
use crate::event::exit::Ending;
use crate::report::escape;

/// The two streams of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Output {
    /// One JSON record a line on standard output; words for people go to standard error.
    pub(crate) json: bool,
    /// Only what went wrong.
    pub(crate) quiet: bool,
    /// Standard error is a terminal: a progress bar makes sense.
    pub(crate) lively: bool,
}

impl Output {
    /// For these flags, on the process's own streams.
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet, lively: std::io::stderr().is_terminal() && !quiet }
    }

    /// A line of the answer for people. Our own words; parts from elsewhere are escaped by [`clean`].
    pub(crate) fn say(&self, line: impl AsRef<str>) {
        if self.quiet {
            return;
        }
        if self.json {
            self.warn(line);
        } else {
            write_line(&mut std::io::stdout(), line.as_ref());
        }
    }

    /// A line beside the answer: progress, hints, warnings.
    pub(crate) fn note(&self, line: impl AsRef<str>) {
        if !self.quiet {
            self.warn(line);
        }
    }

    /// A line that is shown whatever the flags say.
    #[expect(clippy::unused_self, reason = "all words leave through the same value")]
    pub(crate) fn warn(&self, line: impl AsRef<str>) {
        write_line(&mut std::io::stderr(), line.as_ref());
    }

    /// A record for machines; nothing without `--json`.
    pub(crate) fn record(&self, value: &Value) {
        if self.json {
            write_line(&mut std::io::stdout(), &value.to_string());
        }
    }

    /// Raw text that is the answer itself, such as CSV.
    #[expect(clippy::unused_self, reason = "all words leave through the same value")]
    pub(crate) fn raw(&self, text: &str) {
        // A reader that went away is not our failure.
        let _ = std::io::stdout().write_all(text.as_bytes());
    }

    /// The last line, and the exit code.
    pub(crate) fn end(&self, answer: &Answer, last_line: bool) -> Ending {
        match answer {
            Ok(outcome) => {
                if !outcome.reason.is_empty() {
                    self.closing(outcome);
                }
                if self.json && last_line {
                    write_line(&mut std::io::stdout(), &outcome.line());
                }
                outcome.ending
            }
            Err(failure) => {
                self.warn(format!("exeunt: {failure}"));
                if self.json && last_line {
                    write_line(&mut std::io::stdout(), &failure.outcome().line());
                }
                failure.ending
            }
        }
    }

    fn closing(&self, outcome: &Outcome) {
        if outcome.ending == Ending::Done {
            self.note(&outcome.reason);
        } else {
            self.warn(&outcome.reason);
        }
    }
}

/// Text from elsewhere, made safe for a terminal.
pub(crate) fn clean(text: &str) -> String {
    escape::terminal(text)
}

fn write_line(stream: &mut impl std::io::Write, line: &str) {
    // A reader that went away, such as `head`, is not our failure.
    let _ = stream.write_all(format!("{line}\n").as_bytes());
}
