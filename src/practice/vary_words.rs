//! The words of what a family of sites adds to a page: further buttons, and what must never be clicked.
//!
//! None of them was seen. They are this site's own wording of things that real pages have elsewhere.

use super::scenario::Language;

/// All texts that only a family has. `{N}` stands for a name.
pub(super) struct VaryWords {
    /// The item of a menu that blocks somebody.
    pub(super) block: &'static str,
    /// The item of a menu that takes a follower away, and leaves the connection.
    pub(super) remove_follower: &'static str,
    /// What a dialog asks that would remove everybody.
    pub(super) remove_all: &'static str,
    /// What a dialog asks that would do more than remove.
    pub(super) report: &'static str,
    /// The accessible name of the last button, where it holds the person.
    pub(super) confirm_label: &'static str,
    /// The notice that a removal was done. In English it is that of the Android application of 2016.
    pub(super) removed: &'static str,
    /// The notice that it was not.
    pub(super) not_removed: &'static str,
    pub(super) save: &'static str,
    pub(super) save_label: &'static str,
}

impl VaryWords {
    /// The words of `language`.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::De => &DE,
        }
    }
}

const EN: VaryWords = VaryWords {
    block: "Block {N}",
    remove_follower: "Remove follower",
    remove_all: "Are you sure you want to remove all connections, {N} among them?",
    report: "Block and report {N}? This removes the connection to {N}, too.",
    confirm_label: "Remove {N} from connections",
    removed: "Successfully removed connection",
    not_removed: "Failed to remove connection",
    save: "Save",
    save_label: "Save {N} to a list",
};

const DE: VaryWords = VaryWords {
    block: "{N} blockieren",
    remove_follower: "Follower entfernen",
    remove_all: "Möchten Sie alle Kontakte entfernen, darunter {N}?",
    report: "{N} blockieren und melden? Der Kontakt zu {N} wird auch entfernt.",
    confirm_label: "{N} aus den Kontakten entfernen",
    removed: "Der Kontakt wurde entfernt",
    not_removed: "Der Kontakt konnte nicht entfernt werden",
    save: "Speichern",
    save_label: "{N} in einer Liste speichern",
};
