//! A page that does not fit a step, as one line of a record, and read back from it part by part.
//!
//! The line is what is kept for ever, so old records are shown part by part too. Text of a page stands between backticks in it,
//! and nothing within them is taken for a part. What is no such line is nothing, and is shown as it stands.

use std::fmt;

use super::suggestion::Suggestion;
use super::wording::quoted;

const UNFIT: &str = " does not fit the page: `";
const NEAREST: &str = "nearest on the page: ";
const OR: &str = "or ";
const WORD: &str = "if it is meant: ";
const IN: &str = " in ";

/// What a step wanted of a page, and what is there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// What stands before it in the record, such as what that means for the person; often empty.
    pub before: String,
    /// The step's id.
    pub step: String,
    /// Where the step stands in the pack.
    pub place: String,
    /// What was wanted.
    pub target: String,
    /// What is the matter with it.
    pub why: String,
    /// What else the page shows: a dialog that lies over it; often empty.
    pub dialog: String,
    /// What is most like it, the likeliest first.
    pub nearest: Vec<Nearest>,
    /// What else the record says.
    pub rest: String,
}

/// Something on the page that may be what was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// What it is: its role, and what it is called.
    pub what: String,
    /// How it differs from what was wanted; often empty.
    pub differs: String,
    /// The line that its word makes, and the file of the pack where that belongs; only where nothing but the word differs.
    pub word: Option<(String, String)>,
}

impl From<&Suggestion> for Nearest {
    fn from(suggestion: &Suggestion) -> Self {
        Self {
            what: format!("{} {}", suggestion.role, quoted(&suggestion.name)),
            differs: suggestion.differs.join(", "),
            word: suggestion.words.clone(),
        }
    }
}

impl fmt::Display for Nearest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if !self.differs.is_empty() {
            write!(f, " ({})", self.differs)?;
        }
        match &self.word {
            Some((line, file)) => write!(f, "; {WORD}{line}{IN}{file}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.before.is_empty() {
            write!(f, "{}: ", self.before)?;
        }
        write!(f, "step `{}` ({}){UNFIT}{}` {}", self.step, self.place, self.target, self.why)?;
        if !self.dialog.is_empty() {
            write!(f, "; {}", self.dialog)?;
        }
        for (at, nearest) in self.nearest.iter().enumerate() {
            write!(f, "; {}{nearest}", if at == 0 { NEAREST } else { OR })?;
        }
        if self.rest.is_empty() { Ok(()) } else { write!(f, "; {}", self.rest) }
    }
}

impl Misfit {
    /// The parts of a record, whatever stands before and behind them; none where it tells of no misfit.
    #[must_use]
    pub fn of(record: &str) -> Option<Self> {
        let (before, wanted) = record.split_once(UNFIT)?;
        let (before, step) = before.rsplit_once("step `")?;
        let (step, place) = step.split_once("` (")?;
        let place = place.strip_suffix(')')?;
        let (target, wanted) = wanted.split_once("` ")?;
        let mut parts = parts(wanted).into_iter();
        let mut misfit = Self {
            before: before.trim_end().trim_end_matches(':').to_owned(),
            step: step.to_owned(),
            place: place.to_owned(),
            target: target.to_owned(),
            why: parts.next()?.to_owned(),
            dialog: String::new(),
            nearest: vec![],
            rest: String::new(),
        };
        for part in parts {
            misfit.take(part);
        }
        Some(misfit)
    }

    /// One part behind the first.
    fn take(&mut self, part: &str) {
        let is_listed = !self.nearest.is_empty() && self.rest.is_empty();
        if self.nearest.is_empty()
            && let Some(nearest) = part.strip_prefix(NEAREST)
        {
            self.nearest.push(Nearest::of(nearest));
            return;
        }
        if is_listed && let Some(nearest) = part.strip_prefix(OR) {
            self.nearest.push(Nearest::of(nearest));
            return;
        }
        let word = part.strip_prefix(WORD).and_then(|word| word.rsplit_once(IN)).filter(|_| is_listed);
        match (word, self.nearest.last_mut()) {
            (Some((line, file)), Some(last)) => last.word = Some((line.to_owned(), file.to_owned())),
            (_, Some(_)) => add(&mut self.rest, part),
            (_, None) => add(&mut self.dialog, part),
        }
    }
}

/// A record without the parts of a misfit that stand elsewhere: where the step is, what is nearest. Any other record as it is.
#[must_use]
pub fn in_short(record: &str) -> String {
    let Some(told) = Misfit::of(record) else { return record.to_owned() };
    let before = if told.before.is_empty() { String::new() } else { format!("{}: ", told.before) };
    format!("{before}step `{}` does not fit the page: `{}` {}", told.step, told.target, told.why)
}

impl Nearest {
    fn of(text: &str) -> Self {
        // The last bracket outside of what the page says begins how it differs.
        let opens = text.rfind("` (").map(|at| at + 1).filter(|_| text.ends_with(')'));
        let (what, differs) = opens.map_or((text, ""), |at| (&text[..at], &text[at + 2..text.len() - 1]));
        Self { what: what.to_owned(), differs: differs.to_owned(), word: None }
    }
}

fn add(to: &mut String, part: &str) {
    if !to.is_empty() {
        to.push_str("; ");
    }
    to.push_str(part);
}

/// The parts of a line between semicolons that stand in no quotation.
fn parts(line: &str) -> Vec<&str> {
    let (mut parts, mut begin, mut quote, mut is_escaped) = (vec![], 0, None, false);
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some('"'), '\\') if !is_escaped => {
                is_escaped = true;
                continue;
            }
            (Some(open), c) if c == open && !is_escaped => quote = None,
            (None, '`' | '"') => quote = Some(c),
            (None, ';') if line[at..].starts_with("; ") => {
                parts.push(&line[begin..at]);
                begin = at + 2;
            }
            _ => {}
        }
        is_escaped = false;
    }
    parts.push(&line[begin..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn misfit() -> Misfit {
        let nearest = |role: &str, name: &str, differs: &[&str], word: Option<&str>| {
            let words = word.map(|line| (line.to_owned(), "words/en.toml".to_owned()));
            let differs = differs.iter().map(|&text| text.to_owned()).collect();
            Nearest::from(&Suggestion { role: role.to_owned(), name: name.to_owned(), differs, words })
        };
        Misfit {
            before: String::new(),
            step: "open-menu".into(),
            place: "flows/remove.toml:12:3".into(),
            target: "menu".into(),
            why: "is not there: nothing on the page fits".into(),
            dialog: "a dialog is open that says `Rate us; or leave` with `Later`; nothing in it was pressed".into(),
            nearest: vec![
                nearest(
                    "button",
                    "Options for {name}",
                    &["wanted is the name `More for {name}`"],
                    Some(r#"more = ["a \"b\"; c", "Options in {name}"]"#),
                ),
                nearest(
                    "tab",
                    "x; or y; nearest on the page: z (w)",
                    &["wanted is a button", "outside of the page’s main part"],
                    None,
                ),
                nearest("link", "plain", &[], None),
            ],
            rest: String::new(),
        }
    }

    #[test]
    fn a_record_of_a_misfit_is_read_back_part_by_part() {
        let all = misfit();
        assert_eq!(Misfit::of(&all.to_string()), Some(all.clone()));
        let bare = Misfit { dialog: String::new(), nearest: vec![], ..all.clone() };
        assert_eq!(Misfit::of(&bare.to_string()), Some(bare));
        let within = format!("3 failures in a row, the last: nothing was sent: {all}; 2 in doubt; 1 failed");
        let before = "3 failures in a row, the last: nothing was sent".to_owned();
        let told = Misfit { before, rest: "2 in doubt; 1 failed".into(), ..all };
        assert_eq!(Misfit::of(&within), Some(told.clone()));
        assert!(
            in_short(&within).starts_with("3 failures in a row, the last: nothing was sent: step `open-menu` does not")
        );
        assert_eq!(told.to_string(), within, "nothing of it is lost");
        assert_eq!(in_short("a limit notice"), "a limit notice");
    }

    #[test]
    fn what_tells_of_no_misfit_is_left_as_it_is() {
        for text in [
            "",
            "the site shows a limit notice",
            "step `a` does not fit the page: `b` c",
            "`x` (y) does not fit the page: `b",
            "step `a` (b) does not fit the page: `c`",
        ] {
            assert_eq!(Misfit::of(text), None, "{text}");
        }
    }
}
