//! Checks what a condition compares the day of a connection with, before SQLite reads it.
//!
//! Days are texts to SQLite. `2011-06-01` without quotes is 2004, a number, and `'1 Jun 2011'` comes after every day of the
//! nineties and before none of the others: such a comparison holds for everybody or for nobody, without a word.

use std::ops::Range;

use super::condition::token_length;
use crate::plan::day::{self, Written};

const COLUMN: &str = "connected_on";
/// What makes a text of the day: such a text is never smaller than a number.
const TEXTS: [&str; 8] = ["substr", "substring", "strftime", "date", "datetime", "trim", "lower", "upper"];
const OPERATORS: [&str; 8] = ["<", ">", "<=", ">=", "=", "==", "!=", "<>"];

/// A comparison that says something else than it seems to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoDay {
    /// What is wrong, as a fragment.
    pub(super) what: String,
    /// The condition as it is meant, where that can be told.
    pub(super) corrected: Option<String>,
}

/// Whether the day of a connection is compared with days in quotes only, each like `'2011-06-01'`, or with what is computed.
///
/// # Errors
/// The first comparison of another kind.
pub(super) fn check(condition: &str) -> Result<(), NoDay> {
    let tokens = Tokens::of(condition);
    for at in 0..tokens.spans.len() {
        if let Some(to) = tokens.operator(at) {
            tokens.compared(at, to)?;
        }
        match tokens.word(at).as_str() {
            "is" => tokens.compared(at, if tokens.word(at + 1) == "not" { at + 2 } else { at + 1 })?,
            "between" => tokens.between(at)?,
            "in" => tokens.within(at)?,
            _ => {}
        }
    }
    Ok(())
}

struct Tokens<'a> {
    text: &'a str,
    spans: Vec<Range<usize>>,
}

impl<'a> Tokens<'a> {
    /// The tokens without white space and comments; signs of an operator are one token.
    fn of(text: &'a str) -> Self {
        let mut spans: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        while let Some(first) = text[at..].chars().next() {
            let end = at + token_length(&text[at..], first);
            let token = &text[at..end];
            let is_sign = |token: &str| matches!(token, "<" | ">" | "=" | "!" | "<=" | ">=");
            match spans.last_mut() {
                Some(last) if last.end == at && is_sign(token) && is_sign(&text[last.clone()]) => last.end = end,
                _ if first.is_whitespace() || token.starts_with("--") || token.starts_with("/*") => {}
                _ => spans.push(at..end),
            }
            at = end;
        }
        Self { text, spans }
    }

    fn token(&self, at: usize) -> &'a str {
        self.spans.get(at).map_or("", |span| &self.text[span.clone()])
    }

    fn word(&self, at: usize) -> String {
        self.token(at).to_ascii_lowercase()
    }

    /// Where the right side begins, if an operator that compares is there.
    fn operator(&self, at: usize) -> Option<usize> {
        OPERATORS.contains(&self.token(at)).then_some(at + 1)
    }

    /// A comparison whose operator is at one place and whose right side begins at another.
    fn compared(&self, operator: usize, right: usize) -> Result<(), NoDay> {
        let left = match self.word(operator.wrapping_sub(1)).as_str() {
            "not" => operator.wrapping_sub(2),
            _ => operator.wrapping_sub(1),
        };
        if self.is_day(left) {
            return self.literal_from(right).map_or(Ok(()), |literal| self.checked(literal));
        }
        if self.is_text_of_day_before(operator) {
            return self.literal_from(right).map_or(Ok(()), |literal| self.no_number(literal));
        }
        if self.is_text_of_day_from(right) {
            return self.literal_to(left).map_or(Ok(()), |literal| self.no_number(literal));
        }
        if self.is_day_from(right) {
            return self.literal_to(left).map_or(Ok(()), |literal| self.checked(literal));
        }
        Ok(())
    }

    fn between(&self, at: usize) -> Result<(), NoDay> {
        let left = if self.word(at.wrapping_sub(1)) == "not" { at.wrapping_sub(2) } else { at.wrapping_sub(1) };
        let is_text = self.is_text_of_day_before(left.wrapping_add(1));
        if !self.is_day(left) && !is_text {
            return Ok(());
        }
        let and = (at..self.spans.len()).find(|place| self.word(place.to_owned()) == "and");
        for from in [Some(at + 1), and.map(|and| and + 1)].into_iter().flatten() {
            let fits = |literal| if is_text { self.no_number(literal) } else { self.checked(literal) };
            self.literal_from(from).map_or(Ok(()), fits)?;
        }
        Ok(())
    }

    fn within(&self, at: usize) -> Result<(), NoDay> {
        let left = if self.word(at.wrapping_sub(1)) == "not" { at.wrapping_sub(2) } else { at.wrapping_sub(1) };
        if !self.is_day(left) || self.token(at + 1) != "(" {
            return Ok(());
        }
        let mut from = at + 2;
        while let Some(literal) = self.literal_from(from) {
            self.checked(literal)?;
            match (from..self.spans.len()).find(|place| matches!(self.token(*place), "," | ")")) {
                Some(comma) if self.token(comma) == "," => from = comma + 1,
                _ => break,
            }
        }
        Ok(())
    }

    /// Whether the token is the column of the day, by whatever name of a table.
    fn is_day(&self, at: usize) -> bool {
        self.token(at).trim_matches(['"', '`', '[', ']']).eq_ignore_ascii_case(COLUMN)
    }

    /// Whether the column stands there, behind opening parentheses and the name of a table.
    fn is_day_from(&self, from: usize) -> bool {
        let mut at = from;
        while self.token(at) == "(" {
            at += 1;
        }
        self.is_day(at) || (self.token(at + 1) == "." && self.is_day(at + 2))
    }

    /// Whether a function that makes a text of the day ends before that place.
    fn is_text_of_day_before(&self, end: usize) -> bool {
        if end == 0 || self.token(end - 1) != ")" {
            return false;
        }
        let mut depth = 0;
        for at in (0..end).rev() {
            match self.token(at) {
                ")" => depth += 1,
                "(" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let is_text = at > 0 && TEXTS.contains(&self.word(at - 1).as_str());
                return is_text && (at..end).any(|inner| self.is_day(inner));
            }
        }
        false
    }

    /// Whether a function that makes a text of the day begins there.
    fn is_text_of_day_from(&self, from: usize) -> bool {
        let end = (from..self.spans.len()).find(|at| self.token(*at) == ")").map_or(from, |end| end + 1);
        TEXTS.contains(&self.word(from).as_str()) && self.is_text_of_day_before(end)
    }

    /// The tokens of a text or number that begins there: `'1 Jun'`, `2011-06-01`, `(-5)`; none: something else.
    fn literal_from(&self, from: usize) -> Option<Range<usize>> {
        let mut at = from;
        while matches!(self.token(at), "(" | "+" | "-") {
            at += 1;
        }
        if self.is_text(at) {
            return Some(at..at + 1);
        }
        if !self.is_number(at) {
            return None;
        }
        let mut end = at + 1;
        while matches!(self.token(end), "-" | "/" | ".") && self.is_number(end + 1) {
            end += 2;
        }
        Some(at..end)
    }

    /// The tokens of a text or number that ends there.
    fn literal_to(&self, to: usize) -> Option<Range<usize>> {
        if self.is_text(to) {
            return Some(to..to + 1);
        }
        if !self.is_number(to) {
            return None;
        }
        let mut from = to;
        while from >= 2 && matches!(self.token(from - 1), "-" | "/" | ".") && self.is_number(from - 2) {
            from -= 2;
        }
        Some(from..to + 1)
    }

    fn is_text(&self, at: usize) -> bool {
        // In double quotes SQLite takes what is no column for a text.
        self.token(at).starts_with('\'')
            || (self.token(at).starts_with('"') && self.token(at).contains(|c: char| c.is_ascii_digit()))
    }

    fn is_number(&self, at: usize) -> bool {
        self.token(at).starts_with(|c: char| c.is_ascii_digit())
    }

    fn span(&self, tokens: &Range<usize>) -> Range<usize> {
        self.spans[tokens.start].start..self.spans[tokens.end - 1].end
    }

    /// Whether a literal is a day in quotes, as the column holds it.
    fn checked(&self, tokens: Range<usize>) -> Result<(), NoDay> {
        let span = self.span(&tokens);
        let given = &self.text[span.clone()];
        let inner = given.trim_matches(['\'', '"']);
        let is_iso = inner.len() == 10 && day::read(inner).day().is_some_and(|day| day.to_string() == inner);
        if self.is_text(tokens.start) && is_iso {
            return Ok(());
        }
        let spaceless: String =
            inner.split_whitespace().collect::<Vec<_>>().join(if self.is_text(tokens.start) { " " } else { "" });
        let day = match day::read(&spaceless) {
            Written::Day(day) => Some(day.to_string()),
            _ if spaceless.len() == 4 && spaceless.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(format!("{spaceless}-01-01"))
            }
            _ => None,
        };
        let what = if self.is_text(tokens.start) {
            format!("{given} is no day as `{COLUMN}` holds it: year, month and day, like '2011-06-01'")
        } else {
            format!("{given} without quotes is a number and no day")
        };
        Err(NoDay { what, corrected: day.map(|day| self.with(&span, &format!("'{day}'"))) })
    }

    /// That a text of the day is not compared with a number.
    fn no_number(&self, tokens: Range<usize>) -> Result<(), NoDay> {
        if self.is_text(tokens.start) {
            return Ok(());
        }
        let span = self.span(&tokens);
        let given = &self.text[span.clone()];
        let what = format!("{given} without quotes is a number, and every text is larger than any number");
        Err(NoDay { what, corrected: Some(self.with(&span, &format!("'{given}'"))) })
    }

    fn with(&self, span: &Range<usize>, instead: &str) -> String {
        format!("{}{instead}{}", &self.text[..span.start], &self.text[span.end..])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_in_quotes_and_what_is_computed_pass() {
        for text in [
            "connected_on > '2011-06-01'",
            "connected_on >= \"2011-06-01\" and company <> 'x'",
            "'2011-06-01' <= people.connected_on",
            "connected_on between '2011-06-01' and '2012-06-01' and length(company) > 5",
            "connected_on IN ('2011-06-01', '2012-06-01') or connected_on is not null or connected_on IS NULL",
            "connected_on < date('now', '-5 years')",
            "connected_on < (select max(p.connected_on) from people p)",
            "substr(connected_on, 1, 4) = '2011' and length(connected_on) = 10 and julianday(connected_on) > 2455713",
            "strftime('%Y', connected_on) between '2011' and '2012'",
            "company > 5 and position < 2011-06-01 and connected_on like '2011%'",
            "connected_on = first_name -- > 2011",
            "company = 'connected_on > 2011'",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_refused_with_the_text_that_is_meant() {
        for (text, corrected) in [
            ("connected_on > 2011-06-01", Some("connected_on > '2011-06-01'")),
            (
                "company = 'x' and connected_on>2011-06-01 or 1",
                Some("company = 'x' and connected_on>'2011-06-01' or 1"),
            ),
            ("connected_on < '01 Jun 2013'", Some("connected_on < '2013-06-01'")),
            ("connected_on < '2013-6-1'", Some("connected_on < '2013-06-01'")),
            ("connected_on <= \"1.6.2013\"", Some("connected_on <= '2013-06-01'")),
            ("connected_on != '2013-06-01 00:00:00'", Some("connected_on != '2013-06-01'")),
            ("connected_on > 2011", Some("connected_on > '2011-01-01'")),
            ("connected_on > '2011'", Some("connected_on > '2011-01-01'")),
            ("connected_on > (2011 - 06 - 01)", Some("connected_on > ('2011-06-01')")),
            ("connected_on > 6/1/2011", None),
            ("connected_on > '01/06/2011'", None),
            ("connected_on > 'June'", None),
            ("connected_on >= 2011-13-01", None),
            ("2011-06-01 < connected_on", Some("'2011-06-01' < connected_on")),
            ("'1 Jun 2011' < people.connected_on", Some("'2011-06-01' < people.connected_on")),
            (
                "connected_on between 2011-06-01 and '2012-06-01'",
                Some("connected_on between '2011-06-01' and '2012-06-01'"),
            ),
            (
                "connected_on not between '2011-06-01' and 2012-06-01",
                Some("connected_on not between '2011-06-01' and '2012-06-01'"),
            ),
            ("connected_on in ('2011-06-01', 2012-06-01)", Some("connected_on in ('2011-06-01', '2012-06-01')")),
            ("connected_on is not 2011-06-01", Some("connected_on is not '2011-06-01'")),
            ("\"connected_on\" > 2011-06-01", Some("\"connected_on\" > '2011-06-01'")),
            ("[CONNECTED_ON] == 20110601", None),
            ("substr(connected_on, 1, 4) > 2011", Some("substr(connected_on, 1, 4) > '2011'")),
            ("2011 = substr(connected_on, 1, 4)", Some("'2011' = substr(connected_on, 1, 4)")),
            ("lower(connected_on) between '2011' and 2012", Some("lower(connected_on) between '2011' and '2012'")),
            ("strftime('%Y', p.connected_on) <= 2011", Some("strftime('%Y', p.connected_on) <= '2011'")),
        ] {
            assert_eq!(check(text).unwrap_err().corrected.as_deref(), corrected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_corrected_condition_is_accepted_and_no_text_makes_it_panic(text in any::<String>(), parts in proptest::collection::vec(prop_oneof![Just("connected_on"), Just(" < "), Just("2011-06-01"), Just("'1 Jun 2011'"), Just("("), Just(")"), Just(" and "), Just("between "), Just(" in "), Just("substr")], 0..8)) {
            let _ = check(&text);
            let mut text = parts.concat();
            for _ in 0..8 {
                match check(&text) {
                    Err(NoDay { corrected: Some(corrected), .. }) => text = corrected,
                    Err(_) => return Ok(()),
                    Ok(()) => return Ok(()),
                }
            }
            prop_assert!(false, "it is never accepted: {}", text);
        }
    }
}
