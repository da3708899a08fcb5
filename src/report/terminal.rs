//! A run in plain lines for a terminal; every outside text in them is safe to print.

use super::advice;
use super::count::{count, number};
use super::escape::{columns_of, fit, pad, terminal};
use super::glossary::Term;
use super::story::{Person, Story};
use super::words::{self, Outcome};
use crate::event::exit::Ending;
use crate::event::id::Action;

/// The narrowest terminal for which lines are laid out.
const NARROWEST: usize = 40;

/// A run in a few lines: what it was, the counts, who needs a look and what to do about them.
///
/// No line is wider than `columns`, but never narrower than forty.
#[must_use]
pub fn summary(story: &Story, columns: usize) -> Vec<String> {
    let columns = columns.max(NARROWEST);
    let mut lines = Vec::new();
    if let Some(started) = &story.started {
        let text = format!(
            "run {} of plan {} · {} · account {} · {}",
            started.run,
            started.plan,
            words::of_mode(started.mode),
            started.account,
            started.realm
        );
        lines.push(fit(&text, columns));
    }
    let action = story.started.as_ref().map_or(Action::Remove, |started| started.action);
    let counts = story.counts();
    let width = counts.iter().map(|(_, n)| number(*n).len()).max().unwrap_or(0);
    for (outcome, n) in counts {
        lines.push(fit(&format!("{:>width$}  {}", number(n), words::of_deed(action, outcome.as_str())), columns));
    }
    if story.people.is_empty() {
        lines.push(fit("nobody was touched", columns));
    }
    if story.visits > 0 {
        lines.push(fit(&count(story.visits, "profile view", "profile views"), columns));
    }
    for incident in story.incidents.iter().filter(|incident| incident.cleared.is_none()) {
        lines.push(fit(&format!("stop sign {}: {}, {}", incident.id, incident.sign, incident.why), columns));
        lines.push(fit(
            &format!(
                "  look at the site yourself, then `exeunt incident clear {} --reason 'what you found'`",
                incident.id
            ),
            columns,
        ));
    }
    for person in story.attention() {
        lines.push(self::person(person, action, columns));
        // A command is pasted, so it is not cut.
        lines.extend(advice(person).into_iter().map(|line| format!("  {line}")));
    }
    lines
}

/// One person in one line: state, name, identity, and why if it is not plain.
#[must_use]
pub fn person(person: &Person, action: Action, columns: usize) -> String {
    let columns = columns.max(NARROWEST);
    let state = pad(&words::of_deed(action, person.standing.words().short), 14);
    let name = fit(person.shown(), columns / 3);
    let slug = if person.name.trim().is_empty() {
        String::new()
    } else {
        format!(" ({})", fit(person.slug.as_str(), columns / 4))
    };
    let is_plain = matches!(person.outcome(), Outcome::Removed | Outcome::Ready | Outcome::Open);
    let why = if is_plain || person.why().is_empty() { String::new() } else { format!(": {}", terminal(person.why())) };
    fit(&format!("{state}  {name}{slug}{why}"), columns)
}

/// What to do about a person that needs a look.
fn advice(person: &Person) -> Vec<String> {
    match person.outcome() {
        Outcome::InDoubt => {
            let commands = advice::resolutions(&person.slug, "");
            std::iter::once("look yourself, then one of:".to_owned()).chain(commands).collect()
        }
        _ => vec![person.standing.words().meaning.to_owned()],
    }
}

/// The last line of a command for people: how it ended and why.
#[must_use]
pub fn result_line(ending: Ending, reason: &str) -> String {
    let words = words::of_ending(ending);
    let reason =
        if reason.trim().is_empty() { words.meaning.trim_end_matches('.').to_owned() } else { terminal(reason) };
    format!("{}: {reason} (exit {})", words.short, ending.code())
}

/// A word and its explanation on one line, for where the word is first printed.
#[must_use]
pub fn explained(term: Term) -> String {
    let mut meaning = term.meaning.trim_end_matches('.').chars();
    let first = meaning.next().into_iter().flat_map(char::to_lowercase);
    format!("({}: {})", term.word, first.chain(meaning).collect::<String>())
}

/// A last column that is narrower than this goes on below its row instead.
const ROOM: usize = 24;
/// How far what goes on below a row is set in.
const BELOW: usize = 4;

/// Rows as a table: every column as wide as its widest cell that leaves room for others. Where a line would be too long, its
/// last cell goes on in its column, or what does not fit goes on below; words stay whole.
///
/// Every cell passes the escape; the first row is the head.
#[must_use]
pub fn table(rows: &[Vec<String>], columns: usize) -> Vec<String> {
    let columns = columns.max(NARROWEST);
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| terminal(cell)).collect()).collect();
    let width = cells.iter().map(Vec::len).max().unwrap_or(0);
    let most = columns / 5 * 2;
    let widest = |at: usize| {
        let widths = cells.iter().filter_map(|row| row.get(at)).map(|cell| columns_of(cell));
        widths.filter(|width| *width <= most).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..width).map(widest).collect();
    cells.iter().flat_map(|row| laid_out(row, &widths, columns)).collect()
}

/// One row in as many lines as it needs.
fn laid_out(row: &[String], widths: &[usize], columns: usize) -> Vec<String> {
    let mut line = String::new();
    for (at, cell) in row.iter().enumerate() {
        let gap = if at == 0 { "" } else { "  " };
        let (before, is_last) = (columns_of(&line) + gap.len(), at + 1 == row.len());
        if before + columns_of(cell) <= columns {
            let fill = widths[at].saturating_sub(columns_of(cell)).min(columns - before - columns_of(cell));
            line.push_str(&format!("{gap}{cell}{}", if is_last { String::new() } else { " ".repeat(fill) }));
            continue;
        }
        if is_last && columns.saturating_sub(before) >= ROOM {
            let (room, margin) = (columns - before, " ".repeat(before));
            let parts = wrapped(cell, room).into_iter().enumerate();
            let join = |(at, part): (usize, String)| {
                if at == 0 { format!("{line}{gap}{part}") } else { margin.clone() + &part }
            };
            return parts.map(join).collect();
        }
        let rest: Vec<&str> = row[at..].iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        let below = wrapped(&rest.join("  "), columns - BELOW);
        let first = Some(line.trim_end().to_owned()).filter(|line| !line.is_empty());
        return first.into_iter().chain(below.into_iter().map(|part| " ".repeat(BELOW) + &part)).collect();
    }
    vec![line.trim_end().to_owned()]
}

/// A text that passed the escape, broken between words; a word that is longer than a line stays whole.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if columns_of(line) + 1 + columns_of(word) <= columns {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::event::fact::Mode;
    use crate::event::state::EffectState;
    use crate::evidence::sample::Sample;

    #[test]
    fn a_summary_says_what_happened_and_what_to_do() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("e"), Mode::Live);
        sample.removal("ann", EffectState::Confirmed);
        sample.removal("jörg", EffectState::NeedsHuman);
        let names = BTreeMap::from([("jörg".parse().unwrap(), "J\u{1b}[2Jörg".to_owned())]);
        let lines = summary(&Story::of(&sample.entries(), &names), 100);
        assert_eq!(
            lines,
            [
                "run R7M of plan P4K · live · account default · practice",
                "1  in doubt",
                "1  removed",
                "in doubt        J<U+001B>[2Jörg (jörg): the list stayed empty three times",
                "  look yourself, then one of:",
                "  exeunt resolve j%C3%B6rg --as done --reason 'what you saw'",
                "  exeunt resolve j%C3%B6rg --as not-done --reason 'what you saw'",
                "  exeunt resolve j%C3%B6rg --as skip --reason 'what you saw'",
            ]
        );
    }

    #[test]
    fn the_last_line_names_the_exit_code() {
        assert_eq!(result_line(Ending::Done, "3 people removed"), "done: 3 people removed (exit 0)");
        assert_eq!(result_line(Ending::DueLater, ""), "more is due later: All that is allowed now was done (exit 9)");
        assert_eq!(result_line(Ending::Stopped, "a\nb"), "stopped by the site: a<U+000A>b (exit 5)");
    }

    #[test]
    fn a_table_lines_up_whatever_the_cells_hold() {
        let row = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
        let lines = table(&[row("name", "state"), row("李小龍", "removed"), row("a\tb", "x")], 80);
        assert_eq!(lines, ["name        state", "李小龍      removed", "a<U+0009>b  x"].map(|line| line.to_owned()));
    }

    #[test]
    fn a_table_keeps_words_whole_on_eighty_and_on_forty_columns() {
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        let reasons = "12 messages, last 2026-02; endorsed you 3x; 1 of 30 there";
        let rows = [
            row(["connected", "name", "slug", "think twice"]),
            row(["2015-03-03", "Jonathan Longname", "jonathan-longname-123456", reasons]),
            row(["2016-03-03", "Ann Lee", "ann", ""]),
        ];
        assert_eq!(
            table(&rows, 84),
            [
                "connected   name               slug                      think twice",
                "2015-03-03  Jonathan Longname  jonathan-longname-123456  12 messages, last 2026-02;",
                "                                                         endorsed you 3x; 1 of 30",
                "                                                         there",
                "2016-03-03  Ann Lee            ann",
            ]
        );
        for columns in [80, 60, 40] {
            let lines = table(&rows, columns);
            let words: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
            let all: Vec<&str> = rows.iter().flatten().flat_map(|cell| cell.split_whitespace()).collect();
            assert_eq!(words, all, "{columns}");
            assert!(lines.iter().all(|line| columns_of(line) <= columns), "{columns}: {lines:#?}");
        }
    }
}
