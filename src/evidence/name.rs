//! The name of a person's folder: safe on every file system, and no two people share one.

use crate::event::id::Digest;

/// The longest readable part; the hash follows.
const READABLE: usize = 40;

/// A folder name for `identity`: up to 40 of `a-z`, `0-9` and `-` to recognise it by, then 12 hex digits of its hash.
///
/// The hash keeps apart what looks alike, and keeps every name clear of `.`, `..`, `CON` and the like.
pub(super) fn folder_name(identity: &str) -> String {
    let mut readable = String::new();
    for c in identity.chars() {
        if readable.len() == READABLE {
            break;
        }
        let c = c.to_ascii_lowercase();
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            readable.push(c);
        } else if !readable.is_empty() && !readable.ends_with('-') {
            readable.push('-');
        }
    }
    let readable = readable.trim_end_matches('-');
    let readable = if readable.is_empty() { "person" } else { readable };
    format!("{readable}-{}", Digest::of(identity.as_bytes()).short())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_identities_become_safe_and_stay_apart() {
        let long = "x".repeat(300);
        let longer = format!("{long}y");
        let hostile = [
            "../../etc",
            "..",
            ".",
            "",
            "CON",
            "con",
            "Con",
            "nul.",
            "a.",
            "a",
            "A",
            "a b",
            "a-b",
            "jörg",
            "jorg",
            "/",
            "\0",
            "\u{202e}gpj.exe",
            "السلام",
            "😀",
            &long,
            &longer,
        ];
        let names: Vec<String> = hostile.iter().map(|text| folder_name(text)).collect();
        for name in &names {
            assert!(name.len() <= 53 && name.starts_with(|c: char| c.is_ascii_alphanumeric()), "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{name}");
        }
        let mut distinct: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), hostile.len());
    }

    #[test]
    fn an_ordinary_slug_can_be_recognised() {
        assert!(folder_name("jane-doe-42").starts_with("jane-doe-42-"));
    }
}
