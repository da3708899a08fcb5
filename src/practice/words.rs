//! The words of the pages, one table a language.
//!
//! English and German words for menus and dialogs are those that were seen or translated officially; the rest (dates,
//! empty notices, navigation in German) is this site's own wording.

use jiff::civil::Date;

use super::scenario::Language;

/// Months as official exports write them.
pub(super) const MONTHS_SHORT: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// All texts of the signed-in pages. `{N}` stands for a person's name, `{C}` for a count, `{D}` for a date.
pub(super) struct Words {
    pub(super) lang: &'static str,
    pub(super) site: &'static str,
    pub(super) practice_note: &'static str,
    pub(super) skip_to_search: &'static str,
    pub(super) skip_to_main: &'static str,
    pub(super) close_jump_menu: &'static str,
    pub(super) search: &'static str,
    pub(super) home: &'static str,
    pub(super) network: &'static str,
    pub(super) jobs: &'static str,
    pub(super) messaging: &'static str,
    pub(super) notifications: &'static str,
    pub(super) new_things: &'static str,
    pub(super) me: &'static str,
    pub(super) view_profile: &'static str,
    pub(super) settings: &'static str,
    pub(super) sign_out: &'static str,
    pub(super) manage_account: &'static str,
    pub(super) toasts: &'static str,
    pub(super) dismiss: &'static str,
    pub(super) connections: &'static str,
    pub(super) total_one: &'static str,
    pub(super) total_many: &'static str,
    pub(super) thousands: char,
    pub(super) sort_by: &'static str,
    pub(super) recently_added: &'static str,
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) search_by_name: &'static str,
    pub(super) with_filters: &'static str,
    pub(super) connected_on: &'static str,
    pub(super) works_at: &'static str,
    pub(super) photo_of: &'static str,
    pub(super) message: &'static str,
    pub(super) more_actions: &'static str,
    pub(super) remove_item: &'static str,
    pub(super) report_item: &'static str,
    pub(super) dialog_title: &'static str,
    pub(super) dialog_text: &'static str,
    /// What no source has: said where a dialog is to say more than is known.
    pub(super) dialog_more: &'static str,
    pub(super) cancel: &'static str,
    pub(super) confirm: &'static str,
    pub(super) none_found: &'static str,
    pub(super) loading: &'static str,
    pub(super) hidden_member: &'static str,
    pub(super) first_degree: &'static str,
    pub(super) second_degree: &'static str,
    pub(super) connect: &'static str,
    pub(super) edit_intro: &'static str,
    pub(super) feed: &'static str,
    pub(super) feed_text: &'static str,
    pub(super) manage_network: &'static str,
    pub(super) missing_title: &'static str,
    pub(super) missing_text: &'static str,
    pub(super) limit_notice: &'static str,
    pub(super) cookie_text: &'static str,
    pub(super) accept: &'static str,
    pub(super) reject: &'static str,
    pub(super) show_more_actions: &'static str,
    pub(super) load_more: &'static str,
    pub(super) remove: &'static str,
    months: [&'static str; 12],
    date: &'static str,
}

impl Words {
    /// The words of `language`.
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::De => &DE,
        }
    }

    /// A whole number with this language's thousands mark.
    pub(super) fn count(&self, count: usize) -> String {
        let digits = count.to_string();
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(self.thousands);
            }
            text.push(digit);
        }
        text
    }

    /// "1,217 connections".
    pub(super) fn total(&self, count: usize) -> String {
        let template = if count == 1 { self.total_one } else { self.total_many };
        template.replace("{C}", &self.count(count))
    }

    /// "September 16, 2026".
    pub(super) fn date(&self, day: Date) -> String {
        let month = self.months[day.month().unsigned_abs() as usize - 1];
        self.date.replace("{M}", month).replace("{D}", &day.day().to_string()).replace("{Y}", &day.year().to_string())
    }

    /// "Connected on September 16, 2026".
    pub(super) fn connected(&self, day: Date) -> String {
        self.connected_on.replace("{D}", &self.date(day))
    }
}

const EN: Words = Words {
    lang: "en",
    site: "Practice network",
    practice_note: "This is a practice site. Nobody here is real and nothing you do here reaches anybody.",
    skip_to_search: "Skip to search",
    skip_to_main: "Skip to main content",
    close_jump_menu: "Close jump menu",
    search: "Search",
    home: "Home",
    network: "My Network",
    jobs: "Jobs",
    messaging: "Messaging",
    notifications: "Notifications",
    new_things: "0 new notifications",
    me: "Me",
    view_profile: "View profile",
    settings: "Settings & Privacy",
    sign_out: "Sign Out",
    manage_account: "Manage your account and privacy",
    toasts: "0 notifications",
    dismiss: "Dismiss",
    connections: "Connections",
    total_one: "{C} connection",
    total_many: "{C} connections",
    thousands: ',',
    sort_by: "Sort by:",
    recently_added: "Recently added",
    first_name: "First name",
    last_name: "Last name",
    search_by_name: "Search by name",
    with_filters: "Search with filters",
    connected_on: "Connected on {D}",
    works_at: "{P} at {O}",
    photo_of: "{N}’s profile picture",
    message: "Message",
    more_actions: "More actions for {N}",
    remove_item: "Remove connection",
    report_item: "Report / Block",
    dialog_title: "Remove Connection",
    dialog_text: "Are you sure you want to remove {N} as a connection? Don’t worry, {N} won’t be notified.",
    dialog_more: "You will both stop seeing what the other shares, and {N} can invite you again.",
    cancel: "Cancel",
    confirm: "Remove connection",
    none_found: "No connections found",
    loading: "Loading",
    hidden_member: "Member",
    first_degree: "1st",
    second_degree: "2nd",
    connect: "Connect",
    edit_intro: "Edit intro",
    feed: "Feed",
    feed_text: "Nothing new today. This page is as quiet as a practice network should be.",
    manage_network: "Go to your connections",
    missing_title: "This page doesn’t exist",
    missing_text: "Please check the address, or return home.",
    limit_notice: "You’ve reached the monthly limit for profile searches",
    cookie_text: "This practice site asks about cookies as real sites do. Accept or reject; nothing is kept either way.",
    accept: "Accept",
    reject: "Reject",
    show_more_actions: "Show more actions",
    load_more: "Load more",
    remove: "Remove",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    date: "{M} {D}, {Y}",
};

const DE: Words = Words {
    lang: "de",
    site: "Übungsnetzwerk",
    practice_note: "Dies ist eine Übungsseite (practice site). Niemand hier ist echt, und nichts davon erreicht jemanden.",
    skip_to_search: "Weiter zur Suche",
    skip_to_main: "Weiter zum Hauptinhalt",
    close_jump_menu: "Sprungmenü schließen",
    search: "Suche",
    home: "Start",
    network: "Ihr Netzwerk",
    jobs: "Jobs",
    messaging: "Nachrichten",
    notifications: "Mitteilungen",
    new_things: "0 neue Mitteilungen",
    me: "Ich",
    view_profile: "Profil anzeigen",
    settings: "Einstellungen & Datenschutz",
    sign_out: "Abmelden",
    manage_account: "Konto und Datenschutz verwalten",
    toasts: "0 Mitteilungen",
    dismiss: "Schließen",
    connections: "Kontakte",
    total_one: "{C} Kontakt",
    total_many: "{C} Kontakte",
    thousands: '.',
    sort_by: "Sortieren nach:",
    recently_added: "Zuletzt hinzugefügt",
    first_name: "Vorname",
    last_name: "Nachname",
    search_by_name: "Nach Namen suchen",
    with_filters: "Mit Filtern suchen",
    connected_on: "Vernetzt am {D}",
    works_at: "{P} bei {O}",
    photo_of: "Profilbild von {N}",
    message: "Nachricht",
    more_actions: "Mehr",
    remove_item: "Kontakt entfernen",
    report_item: "Melden / Blockieren",
    dialog_title: "Kontakt entfernen?",
    dialog_text: "Möchten Sie {N} aus Ihren Kontakten entfernen?",
    dialog_more: "Sie sehen dann beide nicht mehr, was der andere teilt, und {N} kann Sie wieder einladen.",
    cancel: "Abbrechen",
    confirm: "Kontakt entfernen",
    none_found: "Keine Kontakte gefunden",
    loading: "Wird geladen",
    hidden_member: "Mitglied",
    first_degree: "1.",
    second_degree: "2.",
    connect: "Vernetzen",
    edit_intro: "Einleitung bearbeiten",
    feed: "Feed",
    feed_text: "Heute nichts Neues. Hier ist es so still, wie es in einem Übungsnetzwerk sein soll.",
    manage_network: "Zu Ihren Kontakten",
    missing_title: "Diese Seite gibt es nicht",
    missing_text: "Bitte die Adresse prüfen oder zur Startseite zurückkehren.",
    limit_notice: "Sie haben das monatliche Limit für die Profilsuche erreicht",
    cookie_text: "Diese Übungsseite fragt nach Cookies, wie es echte Seiten tun. Behalten wird in keinem Fall etwas.",
    accept: "Alle akzeptieren",
    reject: "Ablehnen",
    show_more_actions: "Weitere Aktionen anzeigen",
    load_more: "Mehr laden",
    remove: "Entfernen",
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    date: "{D}. {M} {Y}",
};

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn counts_and_dates_follow_the_language() {
        assert_eq!(EN.total(1), "1 connection");
        assert_eq!(EN.total(30_000), "30,000 connections");
        assert_eq!(DE.total(1_217), "1.217 Kontakte");
        assert_eq!(EN.connected(date(2026, 9, 16)), "Connected on September 16, 2026");
        assert_eq!(DE.connected(date(2026, 3, 1)), "Vernetzt am 1. März 2026");
    }
}
