//! What a keeper of the pack is told when a target is not found: the nearest things on the page and how they differ from what
//! was wanted.
//!
//! It says what is there and applies nothing. A line to take over is given only where nothing but the name differs: then the
//! words are what is to be mended. A person's name is not repeated where a hole stands for it.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use super::pack::Pack;
use super::query::{Candidate, Match};
use super::target::{Mention, Mentioned, Target, Way};
use super::tree::{Flow, InputKind, Verb};
use super::wording::{is_invisible, quoted};

/// So many are shown: more would hide the likely one.
const MOST: usize = 3;

/// One thing on the page that may be what a target means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Its computed role.
    pub role: String,
    /// What it is called, with holes for names: `More actions for {name}`.
    pub name: String,
    /// How it differs from the target, in words: role, name, place.
    pub differs: Vec<String>,
    /// The line of the words as it is with this one added, and the file where it stands; none where more than the name differs.
    pub words: Option<(String, String)>,
}

/// What is known about the page on which something was missed.
#[derive(Debug, Clone, Copy)]
pub struct Missed<'a> {
    /// The target.
    pub target: &'a str,
    /// The generation of the document, where one fits.
    pub generation: Option<&'a str>,
    /// The document's language.
    pub language: &'a str,
    /// What is nearest, the likeliest first, as the page has it.
    pub candidates: &'a [Candidate],
    /// Names of people by where they come from: `name`, `card.name`.
    pub names: &'a BTreeMap<String, String>,
}

impl Pack {
    /// The nearest things on the page, the likeliest first; at most three, and none for a field into which a secret is typed.
    /// Every text in them is escaped.
    #[must_use]
    pub fn suggest(&self, missed: &Missed<'_>) -> Vec<Suggestion> {
        let Some(target) = self.targets.get(missed.target) else { return Vec::new() };
        if self.takes_a_secret(missed.target) {
            return Vec::new();
        }
        let mut suggestions: Vec<Suggestion> = Vec::new();
        for candidate in missed.candidates {
            let suggestion = self.suggestion(target, missed, candidate);
            let same = |other: &Suggestion| other.role == suggestion.role && other.name == suggestion.name;
            // Who is called so is a person, and no control under a new name.
            let is_somebody = suggestion.name.starts_with('{') && suggestion.name.ends_with('}');
            let fits = !is_somebody && self.is_free(target, &suggestion) && self.is_apt(target, &suggestion.role);
            if fits && !suggestions.iter().any(same) {
                suggestions.push(suggestion);
            }
        }
        suggestions.truncate(MOST);
        suggestions
    }

    /// Whether a flow types a secret into a target.
    fn takes_a_secret(&self, target: &str) -> bool {
        let is_secret = |flow: &Flow, with: &str| {
            let secrets = flow.inputs.iter().filter(|(_, kind)| kind.value == InputKind::Secret);
            secrets.into_iter().any(|(name, _)| with == format!("{{{{{name}}}}}"))
        };
        self.flows.values().any(|flow| {
            flow.steps.iter().any(|step| match &step.verb {
                Verb::Fill { into, with, .. } => into.value == target && is_secret(flow, &with.value),
                _ => false,
            })
        })
    }

    /// Whether nothing else is called so: what another target of this role means is not offered for this one. Words of a
    /// dialog's text, and of controls of other roles, do not count: a dialog often repeats the item that opened it.
    fn is_free(&self, target: &Target, suggestion: &Suggestion) -> bool {
        let name = folded(&suggestion.name);
        let is_word = |key: &str| {
            let words = self.words.values().filter_map(|words| words.keys.get(key));
            words.flat_map(|word| &word.texts).any(|text| folded(&text.value) == name)
        };
        let own: Vec<&str> = target.all_mentions().filter_map(word_of).collect();
        let others = self.targets.values().filter(|other| {
            let mut roles = other.find.iter().filter_map(|way| way.wire.role.as_deref()).peekable();
            other.name.value != target.name.value
                && (roles.peek().is_none() || roles.any(|role| role == suggestion.role))
        });
        let mut words = others.flat_map(Target::all_mentions).filter_map(word_of);
        !words.any(|key| !own.contains(&key) && is_word(key))
    }

    /// Whether a role will do: for what cannot be undone only one that the target has now.
    fn is_apt(&self, target: &Target, role: &str) -> bool {
        let mut roles = target.find.iter().filter_map(|way| way.wire.role.as_deref()).peekable();
        !self.deeds().contains(target.name.value.as_str()) || roles.peek().is_none() || roles.any(|own| own == role)
    }

    fn suggestion(&self, target: &Target, missed: &Missed<'_>, candidate: &Candidate) -> Suggestion {
        let spoken = spoken(target, missed.generation);
        let key = spoken.and_then(|spoken| spoken.word.as_deref()).unwrap_or(&target.name.value);
        let language = self.language(missed.language);
        let name = self
            .holed_by_name(&candidate.name, missed.names)
            .or_else(|| self.holed_by_word(&candidate.name, spoken?))
            .unwrap_or_else(|| candidate.name.clone());
        let known = self.words.get(&language).and_then(|words| words.keys.get(key)).map_or(&[][..], |word| &word.texts);
        let renamed = known.first().filter(|_| known.iter().all(|text| folded(&text.value) != folded(&name)));
        let roles: Vec<&str> = ways_of(target, missed.generation).filter_map(|way| way.wire.role.as_deref()).collect();
        let mut differs = Vec::new();
        if let Some(role) = roles.first().filter(|_| !roles.contains(&candidate.role.as_str())) {
            differs.push(format!("wanted is a {role}"));
        }
        // Where less than half of the letters are the same it may be anything, and no words are offered for it: on the menu
        // whose item was renamed there are others, and one of them reports the person.
        let near = |text: &str| strsim::normalized_levenshtein(&folded(text), &folded(&name)) > 0.5;
        let is_near = known.iter().any(|text| near(&text.value));
        let only_renamed = is_near && differs.is_empty() && candidate.place.is_empty();
        if let Some(wanted) = renamed {
            differs.push(format!("wanted is the name {}", quoted(&wanted.value)));
        }
        if !candidate.place.is_empty() {
            differs.push(candidate.place.clone());
        }
        // A second line for the same key would be a mistake, so the line has the words that it had before.
        let line = || {
            let texts = known.iter().map(|text| toml_text(&text.value)).chain([toml_text(&name)]);
            (format!("{key} = [{}]", texts.collect::<Vec<_>>().join(", ")), format!("words/{language}.toml"))
        };
        let words = renamed.filter(|_| only_renamed).map(|_| line());
        Suggestion { role: candidate.role.clone(), name, differs, words }
    }

    /// The pack's language for a document's.
    fn language(&self, of_page: &str) -> String {
        let full = of_page.trim().to_lowercase();
        let primary = full.split(['-', '_']).next().unwrap_or_default();
        let known = self
            .words
            .keys()
            .find(|name| name.to_lowercase() == full)
            .or_else(|| self.words.get_key_value(primary).map(|(name, _)| name));
        known.map_or_else(|| "en".to_owned(), Clone::clone)
    }

    /// The name with a hole where a known person's name stands.
    fn holed_by_name(&self, name: &str, names: &BTreeMap<String, String>) -> Option<String> {
        // What was read from the page (`card.name`) is nearer to what the page says than the export's.
        let mut known: Vec<_> = names.iter().filter(|(_, person)| !person.trim().is_empty()).collect();
        known.sort_by_key(|(key, _)| !key.contains('.'));
        known.into_iter().find_map(|(_, person)| replaced(name, person, "{name}"))
    }

    /// The name as a word of the pack with its hole, where it is one for somebody else: `More actions for {name}`.
    fn holed_by_word(&self, name: &str, spoken: &Match) -> Option<String> {
        let key = spoken.word.as_deref()?;
        let texts = self.words.values().filter_map(|words| words.keys.get(key)).flat_map(|word| &word.texts);
        let own = folded(name);
        texts.map(|text| &text.value).find_map(|text| {
            let (before, rest) = text.split_once('{')?;
            let (_, after) = rest.split_once('}')?;
            let (before, after) = (folded_part(before), folded_part(after));
            let fits = own.len() > before.len() + after.len() && own.starts_with(&before) && own.ends_with(&after);
            fits.then(|| text.clone())
        })
    }
}

/// The word that is mentioned, where it is one.
fn word_of(mention: &Mention) -> Option<&str> {
    match &mention.what {
        Mentioned::Word { key, .. } => Some(key),
        _ => None,
    }
}

/// The ways of a target in a generation.
fn ways_of<'t>(target: &'t Target, generation: Option<&'t str>) -> impl Iterator<Item = &'t Way> {
    target.find.iter().filter(move |way| match (&way.wire.generation, generation) {
        (Some(own), Some(generation)) => own == generation,
        _ => true,
    })
}

/// The first way of a generation that tells the target by a word.
fn spoken<'t>(target: &'t Target, generation: Option<&'t str>) -> Option<&'t Match> {
    let matches = ways_of(target, generation).flat_map(|way| way.wire.name.iter().chain(&way.wire.text));
    matches.into_iter().find(|one| one.word.is_some())
}

/// `text` with the first whole occurrence of `part`, in any case, replaced.
fn replaced(text: &str, part: &str, by: &str) -> Option<String> {
    let lower = |text: &str| text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect::<Vec<char>>();
    let text: Vec<char> = text.nfc().collect();
    let part = lower(&part.trim().nfc().collect::<String>());
    let folded = lower(&text.iter().collect::<String>());
    let at = folded.windows(part.len().max(1)).position(|window| window == part.as_slice())?;
    let end = at + part.len();
    let whole = |at: Option<&char>| at.is_none_or(|c| !c.is_alphanumeric());
    if !whole(at.checked_sub(1).and_then(|before| text.get(before))) || !whole(text.get(end)) {
        return None;
    }
    Some(text[..at].iter().collect::<String>() + by + &text[end..].iter().collect::<String>())
}

fn folded(text: &str) -> String {
    folded_part(text.trim())
}

/// Folded without losing the space at its end.
fn folded_part(text: &str) -> String {
    text.nfc().collect::<String>().to_lowercase()
}

/// A text as TOML writes it.
pub(super) fn toml_text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || is_invisible(c) => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_holes_only_where_they_stand_whole() {
        assert_eq!(replaced("Remove JANE doe now", "Jane Doe", "{name}").as_deref(), Some("Remove {name} now"));
        assert_eq!(replaced("More actions for Ann", "Ann", "{name}").as_deref(), Some("More actions for {name}"));
        assert_eq!(replaced("Annual plan", "Ann", "{name}"), None);
        assert_eq!(replaced("x", "Ann", "{name}"), None);
    }

    #[test]
    fn texts_are_written_so_that_toml_reads_them_back() {
        for text in ["plain", "a \"b\" \\ c", "tab\tline\n", "\u{202e}evil\u{1b}[2J", "ß"] {
            let line = format!("x = {}", toml_text(text));
            let read: toml::Table = line.parse().unwrap();
            assert_eq!(read["x"].as_str(), Some(text));
            assert!(!line.chars().any(|c| c.is_control() || is_invisible(c)), "{line}");
        }
    }
}
