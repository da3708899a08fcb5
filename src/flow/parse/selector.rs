//! Whether a selector can be one at all: brackets and quotes close, and no part is missing.
//!
//! The browser has the last word; this finds the slips of a hand before a browser is started.

use crate::flow::mistake::SelectorFault;

/// What is wrong with a CSS selector, if anything.
pub(super) fn css(text: &str) -> Option<SelectorFault> {
    let fault = balanced(text, true);
    if fault.is_some() {
        return fault;
    }
    let bare = blank_strings(text);
    let squeezed: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
    let starts = squeezed.starts_with([',', '>', '+', '~']);
    let ends = squeezed.ends_with([',', '>', '+', '~', '.', '#', ':']);
    let hole = [",,", "(,", ",)", ">>", "[]", "()"].iter().any(|pair| squeezed.contains(pair));
    (starts || ends || hole).then_some(SelectorFault::Dangling)
}

/// What is wrong with an XPath, if anything.
pub(super) fn xpath(text: &str) -> Option<SelectorFault> {
    balanced(text, false).or_else(|| text.trim().ends_with('/').then_some(SelectorFault::Dangling))
}

fn balanced(text: &str, escapes: bool) -> Option<SelectorFault> {
    if text.trim().is_empty() {
        return Some(SelectorFault::Empty);
    }
    let mut open = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if escapes => {
                chars.next();
            }
            '"' | '\'' if !skip_string(&mut chars, c, escapes) => return Some(SelectorFault::Open(c)),
            '(' | '[' => open.push(c),
            ')' | ']' => {
                let wanted = if c == ')' { '(' } else { '[' };
                if open.pop() != Some(wanted) {
                    return Some(SelectorFault::Close(c));
                }
            }
            '{' | '}' => return Some(SelectorFault::Close(c)),
            _ => {}
        }
    }
    open.pop().map(SelectorFault::Open)
}

fn skip_string(chars: &mut std::str::Chars<'_>, quote: char, escapes: bool) -> bool {
    while let Some(c) = chars.next() {
        if c == quote {
            return true;
        }
        if c == '\\' && escapes {
            chars.next();
        }
    }
    false
}

/// The selector with the insides of strings and attribute brackets replaced, so that only its structure is left.
fn blank_strings(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    let mut depth = 0usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
                out.push('x');
            }
            '"' | '\'' => {
                skip_string(&mut chars, c, true);
                out.push('x');
            }
            '[' => {
                depth += 1;
                out.push(c);
            }
            ']' => {
                depth = depth.saturating_sub(1);
                out.push(c);
            }
            _ if depth > 0 && !c.is_whitespace() => out.push('x'),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_selectors_pass() {
        for good in [
            "[componentkey^='ConnectionCard_']",
            "main :is(p, h2), li > a[href*=\"/in/\"]",
            "a[title='x > ] y']",
            "#a\\:b",
            "dialog[open]",
            "button:has(svg#trash-medium)",
            "*",
            "[a~='b']",
        ] {
            assert_eq!(css(good), None, "{good}");
        }
        assert_eq!(xpath(".//a[contains(@href, '/in/')]"), None);
    }

    #[test]
    fn slips_are_found() {
        assert_eq!(css("  "), Some(SelectorFault::Empty));
        assert_eq!(css("a[href='x'"), Some(SelectorFault::Open('[')));
        assert_eq!(css("a[href='x]"), Some(SelectorFault::Open('\'')));
        assert_eq!(css("a)"), Some(SelectorFault::Close(')')));
        assert_eq!(css("a[(])"), Some(SelectorFault::Close(']')));
        for bad in ["a,", ", a", "a,,b", "a >", "> a", ":is(a,)", "a[]", ":has()", "a.", "a#"] {
            assert_eq!(css(bad), Some(SelectorFault::Dangling), "{bad}");
        }
        assert_eq!(xpath("//a["), Some(SelectorFault::Open('[')));
        assert_eq!(xpath("//"), Some(SelectorFault::Dangling));
    }
}
