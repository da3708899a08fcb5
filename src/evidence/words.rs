//! The words that a kept page shows, and how much of them two pages share.
//!
//! It reads only what the snapshot wrote, in which everything that is not displayed carries `hidden-by-page`. It does not
//! parse HTML in general; what it mistakes for a word it mistakes in both pages, so that they still compare.

use std::collections::BTreeMap;

/// Elements that have no end and no content.
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// Elements whose content is not words of the page; the title is compared by itself.
const WORDLESS: [&str; 4] = ["style", "script", "title", "template"];
/// What a snapshot says of an element that is not displayed.
const HIDDEN: &str = "hidden-by-page";

/// The words of a page as it was displayed, with how often each stands there. A word has a letter: numbers and signs change
/// by themselves, since they count and date things.
pub(super) fn displayed(html: &str) -> BTreeMap<String, u32> {
    let mut words = BTreeMap::new();
    // How many elements are open inside of one that is not displayed, itself included.
    let mut inside = 0_u32;
    let mut rest = html;
    while !rest.is_empty() {
        let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        if inside == 0 {
            count(text, &mut words);
        }
        let end = end_of_tag(after);
        let tag = after.get(1..end).unwrap_or_default();
        rest = after.get(end + 1..).unwrap_or_default();
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default().to_ascii_lowercase();
        match tag.strip_prefix('/') {
            Some(_) => inside = inside.saturating_sub(1),
            None if name.is_empty() || name.starts_with('!') || VOID.contains(&name.as_str()) => {}
            None if inside > 0 || tag.contains(HIDDEN) || WORDLESS.contains(&name.as_str()) => inside += 1,
            None => {}
        }
    }
    words
}

/// Where a tag ends: at the `>` outside of quotes, or with the text.
fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return at,
            _ => {}
        }
    }
    tag.len()
}

/// The words of a title, in order. A title counts unread messages; that is no word.
pub(super) fn in_title(title: &str) -> Vec<&str> {
    title.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).collect()
}

fn count(text: &str, words: &mut BTreeMap<String, u32>) {
    for word in text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)) {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
}

/// How many of a thousand words of both pages together have no match in the other page.
pub(super) fn differing(then: &BTreeMap<String, u32>, now: &BTreeMap<String, u32>) -> u64 {
    let total: u64 = then.values().chain(now.values()).map(|n| u64::from(*n)).sum();
    let shared: u64 = then.iter().map(|(word, n)| u64::from(*n.min(now.get(word).unwrap_or(&0)))).sum();
    ((total - 2 * shared) * 1_000).checked_div(total).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(html: &str) -> String {
        displayed(html).into_iter().map(|(word, n)| format!("{word}{n}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_those_that_are_displayed() {
        let html = "<!DOCTYPE html><html><head><title>Not this</title><style>p{}</style></head><body><p class=\"a>b\">Close \
             <b>your</b> account</p><div hidden-by-page=\"\"><p>nor <br>this</p><img>nor that</div><p>12 of 7 your</p>";
        assert_eq!(words(html), "account1 close1 of1 your2");
    }

    #[test]
    fn what_is_no_page_ends_all_the_same() {
        for odd in ["", "<", "<a", "</", "</p></p>", "<p 'x", "a < b", "<>x"] {
            displayed(odd);
        }
        assert_eq!(words("</p>x"), "x1");
    }

    #[test]
    fn a_share_of_the_words_differs() {
        let share = |then: &str, now: &str| differing(&displayed(then), &displayed(now));
        assert_eq!(share("a b c d", "d c b a"), 0);
        assert_eq!(share("a b c d", "a b c x"), 250);
        assert_eq!(share("a a", "a"), 333);
        assert_eq!(share("a", "b"), 1_000);
        assert_eq!(share("", "5"), 0);
    }
}
