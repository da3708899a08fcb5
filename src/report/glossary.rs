//! Words that need explaining, each in one sentence, printed where the word first appears.

/// A word and its explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The word.
    pub word: &'static str,
    /// What it means: a whole sentence.
    pub meaning: &'static str,
}

/// What a rehearsal is.
pub const REHEARSAL: Term = Term {
    word: "rehearsal",
    meaning: "A run that walks through everything up to the first step that cannot be undone, and stops there.",
};
/// What "in doubt" means.
pub const IN_DOUBT: Term = Term {
    word: "in doubt",
    meaning: "The click was sent and its outcome could not be read, so nobody knows yet whether the site did it; it is \
              never clicked again before that is known.",
};
/// What a pack is.
pub const PACK: Term = Term {
    word: "pack",
    meaning: "The set of text files that say where things are on the site's pages and which steps a removal takes.",
};
/// What a route is.
pub const ROUTE: Term = Term {
    word: "route",
    meaning: "The pages that a removal goes through; the route called list uses the connections list and opens no profile.",
};
/// What an incident is.
pub const INCIDENT: Term = Term {
    word: "incident",
    meaning: "A sign from the site to stop, such as a captcha or a limit notice; nothing more is done until a person has \
              looked and cleared it.",
};
/// What the proof's manifest is.
pub const MANIFEST: Term =
    Term { word: "manifest", meaning: "The list of all files of the proof, each with the SHA-256 of its exact bytes." };
/// What the chain is.
pub const CHAIN: Term = Term {
    word: "chain",
    meaning: "The record of everything that happened, in which each entry holds the hash of the one before, so that none \
              can be changed or left out later without notice.",
};
/// What the keep list is.
pub const KEEP_LIST: Term =
    Term { word: "keep list", meaning: "The people that are never removed, whatever a plan says." };

/// What the reasons beside a person are.
pub const THINK_TWICE: Term = Term {
    word: "think twice",
    meaning: "The last column gives reasons to look at a person again, as far as your export tells them: \"there\" is the \
              person's company, and messages, endorsements, recommendations and invitations are counted where the export has \
              their files.",
};

/// All of them, in the order of the alphabet.
pub const GLOSSARY: [Term; 9] = [CHAIN, IN_DOUBT, INCIDENT, KEEP_LIST, MANIFEST, PACK, REHEARSAL, ROUTE, THINK_TWICE];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_a_sentence_and_its_place() {
        assert!(GLOSSARY.windows(2).all(|pair| pair[0].word < pair[1].word));
        for term in GLOSSARY {
            assert!(term.meaning.ends_with('.') && term.meaning.starts_with(char::is_uppercase), "{}", term.word);
        }
    }
}
