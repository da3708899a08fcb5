//! What a document says and shows once a secret was typed, and what of it may be kept: the one rule for texts, snapshots and
//! pictures.
//!
//! The script in the page collects the texts and learns nothing of the secret; they are searched here.

use serde::Deserialize;

use super::page::PageError;
use super::typed::Typed;

/// What one document says, as `said.js` answers.
#[derive(Deserialize)]
pub(super) struct Said {
    /// Whether a secret was typed into this document.
    #[serde(default)]
    pub(super) typed: bool,
    /// Whether a field of it still holds something that was typed into it.
    #[serde(default)]
    pub(super) filled: bool,
    /// Whether such a field does not hide the password any more.
    #[serde(default)]
    pub(super) bare: bool,
    /// What may draw it where no text can be read, in words.
    #[serde(default)]
    pub(super) draws: Option<String>,
    /// All that it may show as text; none where that is too much to be searched.
    pub(super) texts: Option<Vec<String>>,
    /// What its fields for secrets hold, a line each.
    #[serde(default)]
    pub(super) fields: String,
}

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Said({})", self.texts.as_ref().map_or(0, Vec::len))
    }
}

/// The script, which stands in front of the functions that use it as `said(envelope, before)`.
pub(super) const SCRIPT: &str = include_str!("said.js");

/// Why something of a document is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kept {
    /// Nothing keeps it from being kept.
    Yes,
    /// It is withheld, and the walk goes on.
    Withheld(String),
    /// The page shows the secret.
    Shown(String),
}

impl Kept {
    /// Nothing, where it may be kept.
    ///
    /// # Errors
    /// Why it may not.
    pub(super) fn or_error(self) -> Result<(), PageError> {
        match self {
            Self::Yes => Ok(()),
            Self::Withheld(why) => Err(PageError::Unproved(why)),
            Self::Shown(why) => Err(PageError::Shown(why)),
        }
    }
}

/// Whether the texts of a document may be kept. Where nothing was typed in the session, they are.
pub(super) fn texts(typed: &Typed, said: &Said) -> Kept {
    if typed.is_empty() {
        return Kept::Yes;
    }
    let withheld = |why: &str| Kept::Withheld(why.to_owned());
    if said.bare {
        return Kept::Shown("the field into which the password was typed does not hide it any more".to_owned());
    }
    let Some(texts) = &said.texts else {
        return withheld("the page is too large to be searched for what was typed");
    };
    if texts.iter().any(|text| typed.is_in(text)) {
        return Kept::Shown("the page shows what was typed as a secret".to_owned());
    }
    if texts.iter().any(|text| typed.is_spelt_in(text)) {
        return withheld("the page holds what was typed as a secret, spelt in another way");
    }
    if said.filled {
        return withheld("a field of the page still holds what was typed as a secret");
    }
    if typed.is_spelt_in(&said.fields) {
        return withheld("another field of the page holds what was typed as a secret");
    }
    if said.typed && texts.iter().any(|text| typed.is_partly_in(text)) {
        return withheld("the page holds a part of what was typed as a secret");
    }
    Kept::Yes
}

/// Whether a picture of a document may be kept: the same, and nothing draws what no text says.
pub(super) fn picture(typed: &Typed, said: &Said) -> Kept {
    match (texts(typed, said), &said.draws) {
        (Kept::Yes, Some(what)) if !typed.is_empty() => {
            Kept::Withheld(format!("the page has {what}, which could show what was typed as a secret"))
        }
        (kept, _) => kept,
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn typed(secret: &str, before: &[&str]) -> Typed {
        let mut typed = Typed::default();
        typed.remember(
            &SecretString::from(secret),
            Some(&before.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()),
        );
        typed
    }

    fn said(texts: &[&str]) -> Said {
        let texts = Some(texts.iter().map(|text| (*text).to_owned()).collect());
        Said { typed: true, filled: false, bare: false, draws: None, texts, fields: String::new() }
    }

    #[test]
    fn nothing_is_kept_while_the_field_is_full_and_all_of_it_once_it_is_empty() {
        let typed = typed("horse-battery-7731", &[]);
        assert_eq!(texts(&typed, &said(&["Close your account"])), Kept::Yes);
        let full = Said { filled: true, ..said(&["Close your account"]) };
        assert!(matches!(texts(&typed, &full), Kept::Withheld(why) if why.contains("still holds")));
        assert!(matches!(picture(&typed, &full), Kept::Withheld(_)));
        let bare = Said { bare: true, ..full };
        assert!(matches!(texts(&typed, &bare), Kept::Shown(_)));
        let large = Said { texts: None, ..said(&[]) };
        assert!(matches!(texts(&typed, &large), Kept::Withheld(_)));
        assert_eq!(texts(&Typed::default(), &Said { texts: None, ..said(&[]) }), Kept::Yes, "nothing was typed");
    }

    #[test]
    fn what_draws_unseen_costs_the_picture_alone() {
        let typed = typed("horse-battery-7731", &[]);
        let canvas = Said { draws: Some("a canvas".to_owned()), ..said(&["Close your account"]) };
        assert_eq!(texts(&typed, &canvas), Kept::Yes);
        assert!(matches!(picture(&typed, &canvas), Kept::Withheld(why) if why.contains("a canvas")));
        assert_eq!(picture(&Typed::default(), &canvas), Kept::Yes, "nothing was typed");
    }

    #[test]
    fn every_cheap_spelling_withholds_and_the_plain_ones_are_shown() {
        let typed = typed("Horse-Battery-7731", &[]);
        for shown in ["it was horse-battery-7731", "HORSE BATTERY 7731", "?p=horse-battery-7731"] {
            assert!(matches!(texts(&typed, &said(&[shown])), Kept::Shown(_)), "{shown}");
        }
        for spelt in [
            "1377-yrettaB-esroH",
            "h.o.r.s.e.b.a.t.t.e.r.y.7.7.3.1",
            "h\u{200b}o\u{200d}r\u{2060}s\u{feff}e\u{ad}-battery-7731",
            "ｈｏｒｓｅ-ｂａｔｔｅｒｙ-７７３１",
            "486f7273652d426174746572792d37373331",
            "eEhvcnNlLUJhdHRlcnktNzczMTs=",
            "eDpIb3JzZS1CYXR0ZXJ5LTc3MzE7",
            "hörsé-bàttery-7731",
        ] {
            assert!(matches!(texts(&typed, &said(&[spelt])), Kept::Withheld(why) if why.contains("spelt")), "{spelt}");
        }
        let part = said(&["ends in tery-7731"]);
        assert!(
            matches!(texts(&typed, &part), Kept::Withheld(why) if why.contains("a part")),
            "{:?}",
            texts(&typed, &part)
        );
        let later = Said { typed: false, ..part };
        assert_eq!(texts(&typed, &later), Kept::Yes, "another document is searched for the whole");
        let field = Said { fields: "Horse-Battery-7731".to_owned(), ..said(&[]) };
        assert!(matches!(texts(&typed, &field), Kept::Withheld(_)));
    }

    #[test]
    fn a_part_that_the_page_said_before_is_no_part_of_the_secret() {
        let typed = typed("practice-77a1b2c3", &["The practice site of Exeunt"]);
        assert_eq!(texts(&typed, &said(&["The practice site of Exeunt"])), Kept::Yes);
        assert!(matches!(texts(&typed, &said(&["practice-77a1"])), Kept::Withheld(_)));
    }

    #[test]
    fn parts_of_a_code_are_nearly_all_of_it() {
        let typed = typed("839201", &[]);
        assert_eq!(texts(&typed, &said(&["id 8392 and 9201"])), Kept::Yes);
        assert!(matches!(texts(&typed, &said(&["83920*"])), Kept::Withheld(_)));
        assert!(matches!(texts(&typed, &said(&["102938"])), Kept::Withheld(_)));
    }
}
