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
    /// The last page of closing in other words.
    pub(super) closed_we: &'static str,
    pub(super) closed_sorry: &'static str,
    pub(super) closed_back: &'static str,
    pub(super) closed_long: &'static str,
    /// How a password is refused in other words.
    pub(super) wrong_password: &'static str,
    /// Boxes that nobody told of, and the dialog after the last button.
    pub(super) also_delete: &'static str,
    pub(super) understand: &'static str,
    pub(super) cancel_closure: &'static str,
    pub(super) sure: &'static str,
    pub(super) sure_yes: &'static str,
    pub(super) sure_no: &'static str,
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
    closed_we: "We’ve closed your account",
    closed_sorry: "We’re sorry to see you go",
    closed_back: "You can come back within 14 days.",
    closed_long: "We have signed you out everywhere and your profile is no longer visible. If you change your mind you can sign in \
                  again within 14 days and everything will be as it was; what remains is deleted within 30 days.",
    wrong_password: "This doesn’t match what we have on file.",
    also_delete: "Also delete my data elsewhere",
    understand: "I understand that this cannot be undone",
    cancel_closure: "Cancel my closure",
    sure: "Are you sure? Your connections will be lost.",
    sure_yes: "Yes, go ahead",
    sure_no: "Keep my account",
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
    closed_we: "Wir haben Ihr Konto geschlossen",
    closed_sorry: "Schade, dass Sie gehen",
    closed_back: "Sie können innerhalb von 14 Tagen zurückkommen.",
    closed_long: "Sie wurden überall abgemeldet, und Ihr Profil ist nicht mehr zu sehen. Wenn Sie es sich anders überlegen, können \
                  Sie sich innerhalb von 14 Tagen wieder anmelden; der Rest wird innerhalb von 30 Tagen gelöscht.",
    wrong_password: "Das stimmt nicht mit unseren Angaben überein.",
    also_delete: "Auch meine Daten anderswo löschen",
    understand: "Ich verstehe, dass das nicht rückgängig zu machen ist",
    cancel_closure: "Schließung abbrechen",
    sure: "Sind Sie sicher? Ihre Kontakte gehen verloren.",
    sure_yes: "Ja, weiter",
    sure_no: "Konto behalten",
};
