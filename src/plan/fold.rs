//! Folding: one spelling for texts that a person would call the same.

use unicode_normalization::UnicodeNormalization as _;

/// Folds a text for comparison: compatibility forms, accents, case, white space and apostrophes make no difference.
///
/// Signs that make another letter, such as the vowels of Devanagari or the voicing marks of kana, are kept, because
/// people with different names must stay different. Invisible characters are dropped. The result is for comparing and
/// searching, never for showing.
///
/// ```
/// use exeunt::plan::fold::fold;
/// assert_eq!(fold("  Zoë  O’Neil "), fold("ZOE O'NEIL"));
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        let lower: String = text.chars().filter(|c| !is_invisible(*c)).map(|c| c.to_ascii_lowercase()).collect();
        return squeeze(&lower.replace('`', "'"));
    }
    // Twice, because a lone accent decomposes into a space, and a few letters into an apostrophe of their own.
    let simple = text.chars().map(apostrophe).nfkd().map(apostrophe);
    let bare: String = simple.filter(|c| !is_accent(*c) && !is_invisible(*c)).collect();
    let mut lower = String::with_capacity(bare.len());
    bare.to_lowercase().chars().for_each(|c| push_plain(&mut lower, c));
    if lower.is_ascii() { squeeze(&lower) } else { squeeze(&lower.nfc().collect::<String>()) }
}

fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn apostrophe(c: char) -> char {
    match c {
        '`' | '´' | '‘' | '’' | '‛' | 'ʹ' | 'ʻ' | 'ʼ' | 'ˈ' | '′' | '＇' => '\'',
        '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
        '“' | '”' | '„' | '«' | '»' => '"',
        _ => c,
    }
}

/// Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic: what people leave out when they type in a hurry.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}'
        | '\u{FE20}'..='\u{FE2F}' | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}'..='\u{5C2}' | '\u{5C4}'..='\u{5C5}'
        | '\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{670}')
}

/// Joiners, direction marks, variation selectors, the byte order mark and control characters other than white space.
fn is_invisible(c: char) -> bool {
    let control = c.is_control() && !c.is_whitespace();
    control
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E01EF}')
}

/// Adds a letter; those that no decomposition makes plain, though people type them plain, are made so here.
fn push_plain(out: &mut String, c: char) {
    match c {
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'þ' => out.push_str("th"),
        'ø' => out.push('o'),
        'ł' => out.push('l'),
        'đ' | 'ð' => out.push('d'),
        'ħ' => out.push('h'),
        'ı' => out.push('i'),
        'ς' => out.push('σ'),
        _ => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_person_calls_the_same_is_the_same() {
        for (one, other) in [
            ("Müller", "MULLER"),
            ("Mu\u{308}ller", "Müller"),
            ("O’Neil", "o'neil"),
            ("O`Neil", "o´neil"),
            ("Straße", "STRASSE"),
            ("Łukasz Ørsted", "lukasz orsted"),
            ("İstanbul", "istanbul"),
            ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
            ("Jane\u{a0}\u{a0}Doe ", " jane doe"),
            ("Jane\u{200b}\u{202e} Doe", "jane doe"),
            ("ΟΔΟΣ", "οδος"),
            ("Jean–Luc", "jean-luc"),
            ("شَرِكَة", "شركة"),
            ("🚀\u{fe0f} Launch", "🚀 launch"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} and {other}");
        }
    }

    #[test]
    fn what_differs_in_letters_stays_different() {
        for (one, other) in [("がき", "かき"), ("कि", "का"), ("Ann", "Anna"), ("ß", "s")] {
            assert_ne!(fold(one), fold(other), "{one} and {other}");
        }
        assert!(!fold("がき").contains(&fold("か")), "a letter is not a part of its voiced form");
        assert!(!fold("각").contains(&fold("가")));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing_more(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn plain_letters_take_the_same_way_as_all_others(text in "[ -~\t\n]{0,40}") {
            let alone = fold(&text);
            let with_one_more = fold(&format!("{text}ж"));
            prop_assert_eq!(with_one_more.strip_suffix('ж').map(str::trim_end), Some(alone.as_str()));
        }
    }
}
