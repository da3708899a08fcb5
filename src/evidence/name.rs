//! Names of folders and files after people, steps and files of the user's: safe on every file system, and no two people
//! share one.

use crate::event::id::Digest;

/// The longest readable part; the hash follows.
const READABLE: usize = 40;

/// A folder name for `identity`: up to 40 of `a-z`, `0-9` and `-` to recognise it by, then 12 hex digits of its hash.
///
/// The hash keeps apart what looks alike, and keeps every name clear of `.`, `..`, `CON` and the like.
pub(super) fn folder_name(identity: &str) -> String {
    let readable = readable(identity);
    let readable = if readable.is_empty() { "person" } else { &readable };
    format!("{readable}-{}", Digest::of(identity.as_bytes()).short())
}

/// The folder of a step: its number, which keeps all apart, and its id as far as that is safe.
pub(super) fn step_name(number: u32, id: &str) -> String {
    let readable = readable(id);
    let readable = if readable.is_empty() { "step" } else { &readable };
    format!("{number:02}-{readable}")
}

/// The name under which a file of the user's is kept: what can be recognised of its own, 12 hex digits of its content's
/// hash, and its ending where that is a plain one.
pub(super) fn attached_name(name: &str, content: Digest) -> String {
    let plain = |ending: &str| (1..=8).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if plain(ending) => (stem, format!(".{}", ending.to_ascii_lowercase())),
        _ => (name, String::new()),
    };
    let readable = readable(stem);
    let readable = if readable.is_empty() { "file" } else { &readable };
    format!("{readable}-{}{ending}", content.short())
}

fn readable(text: &str) -> String {
    let mut readable = String::new();
    for c in text.chars() {
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
    readable.trim_end_matches('-').to_owned()
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
    fn names_of_steps_and_files_lead_nowhere_else() {
        assert_eq!(step_name(3, "reason"), "03-reason");
        assert_eq!(step_name(120, "../../x"), "120-x");
        assert_eq!(step_name(1, "\u{202e}"), "01-step");
        let content = Digest::of(b"x");
        let short = content.short();
        for (given, kept) in [
            ("Mail from LinkedIn.EML", format!("mail-from-linkedin-{short}.eml")),
            ("../../etc/passwd", format!("etc-passwd-{short}")),
            (".bashrc", format!("file-{short}.bashrc")),
            ("a.p/df", format!("a-p-df-{short}")),
            ("", format!("file-{short}")),
            ("CON", format!("con-{short}")),
        ] {
            assert_eq!(attached_name(given, content), kept);
        }
    }

    #[test]
    fn an_ordinary_slug_can_be_recognised() {
        assert!(folder_name("jane-doe-42").starts_with("jane-doe-42-"));
    }
}
