//! Whether two names can be those of one person: what the export calls somebody, and what a page calls whoever is there now.
//!
//! An address that its owner gave up can be taken by somebody else, so the address alone does not say who is there. People
//! change a part of their name more often than all of it, and pages and exports write names in many ways; so one part in common
//! is asked for, not more. This file does not know pages, and does not say what follows from a difference.

use super::fold::fold;

/// What stands beside names and names nobody: particles, titles, degrees and other suffixes, as [`fold`] writes them.
const BESIDE: [&str; 62] = [
    "a",
    "al",
    "and",
    "ba",
    "bin",
    "bint",
    "bsc",
    "cfa",
    "cpa",
    "da",
    "das",
    "de",
    "del",
    "della",
    "den",
    "der",
    "di",
    "dipl",
    "do",
    "dos",
    "dr",
    "du",
    "e",
    "el",
    "esq",
    "frau",
    "herr",
    "ibn",
    "ii",
    "iii",
    "ing",
    "iv",
    "jr",
    "la",
    "le",
    "ma",
    "mba",
    "md",
    "miss",
    "mr",
    "mrs",
    "ms",
    "msc",
    "ph",
    "phd",
    "pmp",
    "prof",
    "professor",
    "shrm",
    "sir",
    "sr",
    "st",
    "ten",
    "ter",
    "the",
    "und",
    "van",
    "vom",
    "von",
    "y",
    "zu",
    "zum",
];

/// Whether the two have a name in common, a first or a last one, whatever their order, marks, titles and further names.
///
/// Particles, titles, degrees and single letters do not count unless a name has nothing else. Words that one of the two writes
/// as one count as one; in scripts without spaces a name may be a part of a word. Names in different scripts have nothing in
/// common: where an export has both, each is compared.
///
/// ```
/// use exeunt::plan::same_name::have_a_name_in_common;
/// assert!(have_a_name_in_common("Jane Doe", "Dr. Jane Miller (Doe), PhD"));
/// assert!(!have_a_name_in_common("Jane Doe", "Walter Klein"));
/// ```
#[must_use]
pub fn have_a_name_in_common(one: &str, other: &str) -> bool {
    let (ours, theirs) = (names(one), names(other));
    if ours.is_empty() || theirs.is_empty() {
        return fold(one) == fold(other);
    }
    let (all_ours, all_theirs) = (with_pairs(&ours), with_pairs(&theirs));
    if all_ours.iter().any(|name| all_theirs.contains(name)) {
        return true;
    }
    let part = |(whole, part): (&String, &String)| {
        part.chars().any(is_of_a_script_without_spaces) && whole.contains(part.as_str())
    };
    ours.iter()
        .flat_map(|our| theirs.iter().map(move |their| (our, their)))
        .any(|(our, their)| part((our, their)) || part((their, our)))
}

/// The words that name somebody; all words where no other is left.
fn names(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words: Vec<String> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let is_initial = |word: &str| word.chars().count() == 1 && !word.chars().any(is_of_a_script_without_spaces);
    let telling: Vec<String> =
        words.iter().filter(|word| !is_initial(word) && !BESIDE.contains(&word.as_str())).cloned().collect();
    if telling.is_empty() { words } else { telling }
}

/// The words, and each two neighbours as one word: "Jean-Luc" is "Jeanluc" elsewhere.
fn with_pairs(words: &[String]) -> Vec<String> {
    let pairs = words.windows(2).map(|pair| pair.concat());
    words.iter().cloned().chain(pairs).collect()
}

/// Scripts that write first and last name as one word: Thai to Burmese, Khmer, kana, Han, Hangul.
fn is_of_a_script_without_spaces(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_name_in_common_is_enough() {
        for (planned, shown) in [
            ("Susan Vargas", "Susan Vargas"),
            ("Susan Vargas", "Vargas, Susan"),
            ("Susan Vargas", "SUSAN VARGAS, PhD, PMP®"),
            ("Susan Vargas", "Dr. Susan M. Vargas-Lindqvist"),
            ("Susan Vargas", "Susan Miller"),
            ("Susan Vargas", "Susie Vargas"),
            ("José Núñez", "Jose Nunez 🚀"),
            ("Robert Smith", "Bob (Robert) Schmidt"),
            ("Jean-Luc Noël", "Jeanluc Picard"),
            ("Anna van der Berg", "Anna"),
            ("小明 王", "王小明"),
            ("王伟", "王 伟"),
            ("สมชาย ใจดี", "สมชายใจดี"),
            ("Wei Wang (王伟)", "王伟"),
            ("J. D.", "J. D."),
            ("Le Ma", "Ma Le"),
            ("🚀", "🚀"),
        ] {
            assert!(have_a_name_in_common(planned, shown), "{planned} and {shown}");
            assert!(have_a_name_in_common(shown, planned), "{shown} and {planned}");
        }
    }

    #[test]
    fn titles_particles_and_initials_are_no_name_in_common() {
        for (planned, shown) in [
            ("Susan Vargas", "Sunniva Newname"),
            ("Dr. Susan Vargas, PhD", "Dr. Walter Klein, PhD"),
            ("Susan de la Cruz", "Walter de la Fuente"),
            ("S. Vargas", "S. Klein"),
            ("Ann Doe", "Joanna Doering"),
            ("Susan Vargas", "王伟"),
            ("Susan Vargas", "🚀"),
            ("Susan Vargas", ""),
        ] {
            assert!(!have_a_name_in_common(planned, shown), "{planned} and {shown}");
            assert!(!have_a_name_in_common(shown, planned), "{shown} and {planned}");
        }
    }

    proptest! {
        #[test]
        fn everybody_has_their_own_name(name in "\\PC{0,40}") {
            prop_assert!(have_a_name_in_common(&name, &name));
        }

        #[test]
        fn the_order_of_the_two_makes_no_difference(one in "[a-zé王 .]{0,12}", other in "[a-zé王 .]{0,12}") {
            prop_assert_eq!(have_a_name_in_common(&one, &other), have_a_name_in_common(&other, &one));
        }

        #[test]
        fn titles_before_and_degrees_after_make_no_difference(name in "[a-zé]{3,8} [a-zé]{3,8}") {
            let titled = format!("Prof. Dr. {name}, MBA");
            prop_assert!(have_a_name_in_common(&name, &titled));
        }
    }
}
