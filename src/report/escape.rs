//! Hostile text made safe: for a terminal, and for a page beyond what maud does.

use unicode_normalization::char::is_combining_mark;

use crate::event::unseen::is_steering;

/// The text with every character that could steer a terminal, hide, or turn the line around written as `<U+001B>`.
///
/// Line breaks and tabs count among them: the result is one line.
#[must_use]
pub fn terminal(text: &str) -> String {
    spelled(text, |c| is_steering(c) || is_joiner(c))
}

/// The same for a page, where joiners are kept because scripts and emoji need them and a page can draw them.
#[must_use]
pub fn page(text: &str) -> String {
    spelled(text, is_steering)
}

/// [`terminal`], cut to at most `columns` of the terminal; what was cut ends with `…`.
#[must_use]
pub fn fit(text: &str, columns: usize) -> String {
    let safe = terminal(text);
    if columns_of(&safe) <= columns {
        return safe;
    }
    let mut cut = String::new();
    let mut used = 0;
    for c in safe.chars() {
        used += columns_of_char(c);
        if used + 1 > columns {
            break;
        }
        cut.push(c);
    }
    if columns > 0 {
        cut.push('…');
    }
    cut
}

/// [`fit`], filled with spaces to exactly `columns`.
#[must_use]
pub fn pad(text: &str, columns: usize) -> String {
    let mut padded = fit(text, columns);
    let missing = columns.saturating_sub(columns_of(&padded));
    padded.extend(std::iter::repeat_n(' ', missing));
    padded
}

/// How many columns a text takes that has passed [`terminal`].
#[must_use]
pub fn columns_of(text: &str) -> usize {
    text.chars().map(columns_of_char).sum()
}

fn spelled(text: &str, is_unsafe: fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) {
            out.push_str(&format!("<U+{:04X}>", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// Zero width non-joiner and joiner.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Two for what East Asian terminals draw wide and for emoji, none for marks, one for the rest.
fn columns_of_char(c: char) -> usize {
    match c {
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        c if c.is_ascii() => 1,
        c if is_combining_mark(c) => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{231a}'..='\u{231b}'
        | '\u{23e9}'..='\u{23f3}'
        | '\u{25fd}'..='\u{25fe}'
        | '\u{2614}'..='\u{2615}'
        | '\u{2648}'..='\u{2653}'
        | '\u{26a1}'
        | '\u{26bd}'..='\u{26be}'
        | '\u{2705}'
        | '\u{2728}'
        | '\u{274c}'
        | '\u{2753}'..='\u{2757}'
        | '\u{2795}'..='\u{2797}'
        | '\u{2b50}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{a960}'..='\u{a97c}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff01}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{16fe0}'..='\u{18aff}'
        | '\u{1b000}'..='\u{1b2fb}'
        | '\u{1f004}'
        | '\u{1f0cf}'
        | '\u{1f18e}'..='\u{1f19a}'
        | '\u{1f1e6}'..='\u{1f202}'
        | '\u{1f210}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f7e0}'..='\u{1f7eb}'
        | '\u{1f90c}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(terminal("\x1b]52;c;aGk=\x07"), "<U+001B>]52;c;aGk=<U+0007>");
        assert_eq!(terminal("a\u{9b}2Jb\r\nc"), "a<U+009B>2Jb<U+000D><U+000A>c");
        assert_eq!(terminal("x\u{202e}gpj.exe"), "x<U+202E>gpj.exe");
        assert_eq!(terminal("ja\u{200b}ne\u{feff}"), "ja<U+200B>ne<U+FEFF>");
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in ["Jörg Müller", "李小龍", "עברית", "O’Neill", "❤\u{fe0f} Ann"] {
            assert_eq!(terminal(name), name);
        }
        assert_eq!(page("👩\u{200d}💻"), "👩\u{200d}💻");
    }

    #[test]
    fn a_long_name_is_cut_by_columns() {
        assert_eq!(fit("Jane Doe", 8), "Jane Doe");
        assert_eq!(fit("Jane Doe", 6), "Jane …");
        assert_eq!(fit("李小龍", 5), "李小…");
        assert_eq!(fit("李小龍", 4), "李…");
        assert_eq!(fit("e\u{301}e\u{301}e\u{301}", 3), "e\u{301}e\u{301}e\u{301}");
        assert_eq!((fit("x", 0), pad("李", 4)), (String::new(), "李  ".into()));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_one_safe_line_of_the_wanted_width(text in any::<String>(), columns in 0_usize..60) {
            let shown = pad(&text, columns);
            prop_assert!(!shown.chars().any(|c| c.is_control() || is_steering(c) || is_joiner(c)));
            prop_assert_eq!(columns_of(&shown), columns);
        }
    }
}
