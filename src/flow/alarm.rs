//! Words that name a deed: a control with such a name is not clicked by a step that the flow calls harmless.
//!
//! The pack says what a step does, and a pack may be wrong or hostile. This is the engine's own opinion, for the languages
//! that packs are written in; it does not replace `effect = "irreversible"`.

use unicode_normalization::UnicodeNormalization as _;

use super::pack::Pack;
use super::target::Mentioned;

/// Verbs that stand at the beginning of what a control is called.
const FIRST: [&str; 30] = [
    "remove",
    "delete",
    "disconnect",
    "unfollow",
    "withdraw",
    "block",
    "report",
    "close account",
    "close my account",
    "close your account",
    "hibernate",
    "deactivate",
    "confirm removal", // English
    "supprimer",
    "retirer",
    "bloquer",
    "signaler", // French
    "eliminar",
    "quitar",
    "bloquear",
    "denunciar",
    "dejar de seguir", // Spanish
    "remover",
    "excluir",
    "deixar de seguir", // Portuguese
    "rimuovi",
    "elimina",
    "blocca",
    "segnala",
    "smetti di seguire", // Italian
];
/// Verbs that stand at its end.
const LAST: [&str; 12] = [
    "entfernen",
    "löschen",
    "blockieren",
    "melden",
    "entfolgen",
    "zurückziehen",
    "konto schließen",
    "nicht mehr folgen", // German
    "verwijderen",
    "blokkeren",
    "rapporteren",
    "ontvolgen", // Dutch
];

/// Names that buttons of every kind have: that a deed's button has one too tells nothing of the others.
const COMMON: [&str; 10] =
    ["done", "next", "continue", "submit", "verify", "ok", "fertig", "weiter", "senden", "bestätigen"];

impl Pack {
    /// The word in what a control is called that names a deed: one of the engine's own, or of the pack's irreversible targets.
    #[must_use]
    pub fn deed_in(&self, name: &str) -> Option<String> {
        let name = folded(name);
        let begins =
            |word: &&&str| name.strip_prefix(**word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        let ends = |word: &&&str| name.strip_suffix(**word).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric));
        let own = FIRST.iter().find(begins).or_else(|| LAST.iter().find(ends)).map(|word| (*word).to_owned());
        let told = |word: &str| !COMMON.contains(&word) && fits(word, &name);
        own.or_else(|| self.deed_words().find(|word| told(&folded(word))).map(str::to_owned))
    }

    /// Whether a target was found by a way that fixes where its link leads: a click there loads that page, as `goto` does,
    /// whatever the link is called.
    ///
    /// `winner` counts the target's ways within the document's generation.
    #[must_use]
    pub fn only_leads(&self, target: &str, generation: &str, winner: u32) -> bool {
        let way = self.targets.get(target).and_then(|target| target.ways(generation).nth(winner as usize));
        way.is_some_and(|way| way.wire.href.is_some() && way.wire.up_to.is_none())
    }

    /// What the targets that some flow clicks irreversibly are called, in every language.
    fn deed_words(&self) -> impl Iterator<Item = &str> {
        let targets = self.deeds().into_iter().filter_map(|name| self.targets.get(name));
        let mentions = targets.flat_map(|target| target.find.iter().flat_map(|way| &way.mentions));
        let keys = mentions.filter_map(|mention| match &mention.what {
            Mentioned::Word { key, .. } => Some(key),
            _ => None,
        });
        let texts = |key| self.words.values().filter_map(move |words| words.keys.get(key)).flat_map(|word| &word.texts);
        keys.flat_map(texts).map(|text| text.value.as_str())
    }
}

/// Whether a name is a word with anything in its holes.
fn fits(word: &str, name: &str) -> bool {
    let Some((before, rest)) = word.split_once('{') else { return word == name };
    let after = rest.rsplit_once('}').map_or("", |(_, after)| after);
    name.len() > before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
}

fn folded(text: &str) -> String {
    let squeezed = text.split_whitespace().collect::<Vec<_>>().join(" ");
    squeezed.nfc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{FIRST, LAST, fits};
    use crate::flow::pack::Pack;
    use crate::flow::span::Source;

    fn pack() -> Pack {
        let texts = [
            (
                "site.toml",
                "format = 1\npack = \"x 1\"\norigin = \"https://a.b\"\nstop_on = [\"s\"]\ngeneration.g.when = [{ css = \"a\" }]\nsign.s = { kind = \"latch\", any = [{ css = \"b\" }] }\n",
            ),
            ("words/en.toml", "away = [\"Farewell, {name}\"]\n"),
            (
                "targets/p.toml",
                "[target.row]\nseen = \"never\"\nfind = [{ css = \"li\", slug = { of = \"a\", is = \"{{slug}}\" } }]\nread = { name = \"p\" }\n[target.go]\nseen = \"never\"\nfind = [{ role = \"button\", name = { word = \"away\", name = \"{{row.name}}\" } }, { css = \"button\", text = { word = \"away\", name = \"{{row.name}}\" } }]\n[target.left]\nseen = \"never\"\nfind = [{ css = \".left\" }]\n",
            ),
            (
                "flows/ask.toml",
                "format = 1\nflow = \"ask\"\nkind = \"question\"\nseen = \"never\"\ninputs = { slug = \"slug\" }\n[[step]]\nid = \"a\"\ngoto = \"/\"\nexpect = { first = [{ see = \"row\" }, { see = \"left\" }], within = \"1s\" }\n[answer]\nyes = { see = \"row\" }\nno = { see = \"left\" }\n",
            ),
            (
                "flows/do.toml",
                "format = 1\nflow = \"do\"\nseen = \"never\"\ninputs = { slug = \"slug\" }\n[commit]\nguard = \"row\"\nsettled = \"ask\"\n[[step]]\nid = \"a\"\nclick = \"go\"\neffect = \"irreversible\"\nexpect = { gone = \"row\", within = \"1s\" }\n",
            ),
        ];
        let sources = texts.map(|(name, text)| Source { name: name.into(), text: text.into() });
        Pack::load(sources.to_vec()).unwrap_or_else(|refused| panic!("{:?}", refused.mistakes)).pack
    }

    #[test]
    fn deeds_are_told_by_their_words() {
        let pack = pack();
        for deed in [
            "Remove connection",
            "remove",
            " Remove  Ana ",
            "Report / Block",
            "Block",
            "Kontakt entfernen",
            "Jane blockieren",
            "Supprimer la relation",
            "Farewell, Ana",
            "FAREWELL, ana",
            "Close account",
        ] {
            assert!(pack.deed_in(deed).is_some(), "{deed}");
        }
        for harmless in [
            "More actions",
            "Show more actions for Sarah Block",
            "Me",
            "Removed items",
            "Blockchain",
            "Close",
            "Dismiss",
            "Mehr Aktionen für Anna Entferner",
            "Farewell, ",
            "Reporting",
            "",
        ] {
            assert_eq!(pack.deed_in(harmless), None, "{harmless}");
        }
    }

    #[test]
    fn words_are_folded_and_fit_with_something_in_the_hole() {
        assert!(FIRST.iter().chain(&LAST).all(|word| super::folded(word) == **word));
        assert!(fits("remove {name} now", "remove ana now"));
        assert!(!fits("remove {name} now", "remove now"));
    }
}
