//! Checks the shape of a condition in SQL that a user wrote, by its tokens, before SQLite reads it.
//!
//! SQLite copies an expression into every place that names it, when it folds one query into another or resolves an alias.
//! Queries within queries multiply those copies, and a line of text fills the memory before anything runs and before any
//! limit is asked. So a subquery may not hold another one.

/// Whether the text may be given to SQLite.
///
/// # Errors
/// What it must not have, as a fragment.
pub(super) fn check_shape(condition: &str) -> Result<(), &'static str> {
    // For each open parenthesis, whether a query stands in it.
    let mut open: Vec<bool> = Vec::new();
    let mut rest = condition;
    while let Some(first) = rest.chars().next() {
        let token = token_length(rest, first);
        match first {
            '(' => open.push(false),
            ')' => {
                open.pop().ok_or("it closes a parenthesis that it did not open")?;
            }
            '$' | '@' | ':' | '?' | '#' => return Err("it has a parameter, and nothing would be put in its place"),
            _ => match rest[..token].to_ascii_lowercase().as_str() {
                "select" if open.contains(&true) => return Err("a subquery in it holds another query"),
                "select" => *open.last_mut().ok_or("it is a statement and not a condition")? = true,
                "with" => return Err("it names a query by WITH"),
                _ => {}
            },
        }
        rest = &rest[token..];
    }
    if open.is_empty() { Ok(()) } else { Err("it opens a parenthesis that it does not close") }
}

/// How many bytes the token at the beginning of a text takes, by the rules of SQLite.
pub(super) fn token_length(text: &str, first: char) -> usize {
    let past = |end: &str, from: usize| text[from..].find(end).map_or(text.len(), |at| from + at + end.len());
    match first {
        // A doubled quote within is two tokens here, which changes nothing.
        '\'' | '"' | '`' => past(&first.to_string(), 1),
        '[' => past("]", 1),
        '-' if text.starts_with("--") => past("\n", 2),
        '/' if text.starts_with("/*") => past("*/", 2),
        c if is_word(c) => text.find(|c| !is_word(c)).unwrap_or(text.len()),
        c => c.len_utf8(),
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_as_people_write_them_pass() {
        for text in [
            "company = 'Acme (GmbH)' -- ) $",
            "slug IN (SELECT slug FROM people WHERE (company = 'x'))",
            "(SELECT count(*) FROM people p WHERE p.company = people.company) > 5 AND (SELECT 1)",
            "\"select\" = '@' AND [a:b] = 'it''s (' /* ( */",
            "connected_on < '2020-01-01' OR selected = withal",
        ] {
            assert_eq!(check_shape(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_multiplies_is_refused_however_it_is_written() {
        for text in [
            "(SELECT x FROM (SELECT 1 AS x)) = 1",
            "(SELECT 1 UNION SELECT 2) = 1",
            "(seLect/**/1 WHERE (((SELECT 1)))) = 1",
            "(SELECT ']' WHERE 1 IN (SELECT [ ' ] )) = ''''",
            "EXISTS (WITH a AS (SELECT 1) SELECT 1)",
            "SELECT 1",
            "1) or (1",
            "(1",
            "$a(') = (SELECT 1) OR '' = $b(')",
            "slug = ?1",
        ] {
            assert!(check_shape(text).is_err(), "{text}");
        }
    }
}
