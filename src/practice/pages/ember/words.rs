//! The words that only this generation has, one table a language.
//!
//! English labels are those that were seen. German texts of menus and dialogs are official translations where there are
//! any; the rest is this site's own wording.

use jiff::civil::Date;

use crate::practice::people::Person;
use crate::practice::profile_words::ProfileWords;
use crate::practice::scenario::Language;
use crate::practice::words::Words;

/// Texts of this generation. `{N}` stands for a person's name, `{F}` for the given name, `{C}` for a count.
pub(super) struct EmberWords {
    /// The words that all generations share.
    pub(super) shared: &'static Words,
    /// The words that profiles of all generations share.
    pub(super) profile: &'static ProfileWords,
    pub(super) business: &'static str,
    pub(super) business_items: [&'static str; 3],
    pub(super) view_profile: &'static str,
    pub(super) account: &'static str,
    pub(super) help: &'static str,
    pub(super) language: &'static str,
    pub(super) manage: &'static str,
    pub(super) posts: &'static str,
    pub(super) job_posting: &'static str,
    pub(super) sign_out_text: &'static str,
    pub(super) toast_label: &'static str,
    pub(super) toast_count: &'static str,
    total_one: &'static str,
    total_many: &'static str,
    pub(super) show_more: &'static str,
    pub(super) member_name: &'static str,
    pub(super) member_occupation: &'static str,
    pub(super) row_remove_label: &'static str,
    pub(super) confirm: &'static str,
    connected_today: &'static str,
    connected_ago: &'static str,
    units: [[&'static str; 2]; 4],
    pub(super) more: &'static str,
    pub(super) more_label: &'static str,
    pub(super) degrees: [Degree; 3],
    pub(super) message_label: &'static str,
    pub(super) invite_label: &'static str,
    pub(super) pending: &'static str,
    pub(super) pending_label: &'static str,
    pub(super) withdraw_title: &'static str,
    pub(super) withdraw_text: &'static str,
    pub(super) withdraw: &'static str,
    pub(super) follow: &'static str,
    pub(super) follow_label: &'static str,
    pub(super) share: Item,
    pub(super) pdf: Item,
    pub(super) request: Item,
    pub(super) recommend: Item,
    pub(super) unfollow: Item,
    pub(super) remove: Item,
    pub(super) report: Item,
    pub(super) about: Item,
    pub(super) contact_info: &'static str,
    pub(super) profile_parts: [[&'static str; 2]; 3],
    pub(super) also_viewed: &'static str,
}

/// A degree: what is read aloud, and what is seen.
#[derive(Clone, Copy)]
pub(super) struct Degree {
    pub(super) spoken: &'static str,
    pub(super) seen: &'static str,
}

/// An item of a profile's menu: what is read aloud, and what is seen.
#[derive(Clone, Copy)]
pub(super) struct Item {
    pub(super) label: &'static str,
    pub(super) text: &'static str,
}

impl EmberWords {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::De => &DE,
        }
    }

    /// "1,217 Connections".
    pub(super) fn total(&self, count: usize) -> String {
        let template = if count == 1 { self.total_one } else { self.total_many };
        template.replace("{C}", &self.shared.count(count))
    }

    /// How the header of the list is written, for the page's script.
    pub(super) fn totals(&self) -> [&'static str; 2] {
        [self.total_one, self.total_many]
    }

    /// "Connected 2 weeks ago", counted from `today`.
    pub(super) fn connected_ago(&self, day: Date, today: Date) -> String {
        let days = today.since(day).map_or(0, |span| span.get_days());
        let (count, unit) = match days {
            ..1 => return self.connected_today.to_owned(),
            1..7 => (days, 0),
            7..30 => (days / 7, 1),
            30..365 => (days / 30, 2),
            _ => (days / 365, 3),
        };
        let unit = self.units[unit][usize::from(count != 1)];
        self.connected_ago.replace("{C}", &count.to_string()).replace("{U}", unit)
    }
}

/// `template` with the name of `person`.
pub(super) fn named(template: &str, person: &Person) -> String {
    let first = if person.first.is_empty() { &person.shown } else { &person.first };
    template.replace("{F}", first).replace("{N}", &person.shown)
}

const EN: EmberWords = EmberWords {
    shared: Words::of(Language::En),
    profile: ProfileWords::of(Language::En),
    business: "For Business",
    business_items: ["Hire", "Sell", "Learn"],
    view_profile: "View Profile",
    account: "Account",
    help: "Help",
    language: "Language",
    manage: "Manage",
    posts: "Posts & Activity",
    job_posting: "Job Posting Account",
    sign_out_text: "Sign out of this practice account?",
    toast_label: "Toast message",
    toast_count: "0 notifications total",
    total_one: "{C} Connection",
    total_many: "{C} Connections",
    show_more: "Show more results",
    member_name: "Member’s name",
    member_occupation: "Member’s occupation",
    row_remove_label: "Remove {N} from connections",
    confirm: "Remove",
    connected_today: "Connected today",
    connected_ago: "Connected {C} {U} ago",
    units: [["day", "days"], ["week", "weeks"], ["month", "months"], ["year", "years"]],
    more: "More",
    more_label: "More actions",
    degrees: [
        Degree { spoken: "1st degree connection", seen: "1st" },
        Degree { spoken: "2nd degree connection", seen: "2nd" },
        Degree { spoken: "3rd+ degree connection", seen: "3rd+" },
    ],
    message_label: "Message {F}",
    invite_label: "Invite {N} to connect",
    pending: "Pending",
    pending_label: "Pending, click to withdraw invitation sent to {N}",
    withdraw_title: "Withdraw invitation",
    withdraw_text: "If you withdraw now, you won’t be able to resend to {N} for up to 3 weeks.",
    withdraw: "Withdraw",
    follow: "Follow",
    follow_label: "Follow {N}",
    share: Item { label: "Send {N}’s profile via message", text: "Send profile in a message" },
    pdf: Item { label: "Save to PDF", text: "Save to PDF" },
    request: Item { label: "Request {N}’s recommendation", text: "Request a recommendation" },
    recommend: Item { label: "Write a recommendation for {N}", text: "Recommend" },
    unfollow: Item { label: "Unfollow {N}", text: "Unfollow" },
    remove: Item { label: "Remove your connection to {N}", text: "Remove Connection" },
    report: Item { label: "Report or block {N}’s profile", text: "Report / Block" },
    about: Item { label: "About this profile", text: "About this profile" },
    contact_info: "Contact info",
    profile_parts: [
        ["Activity", "Nothing was posted lately."],
        ["Experience", "Years of practice, mostly in being a person who does not exist."],
        ["Education", "A school that stands on no map."],
    ],
    also_viewed: "People also viewed",
};

const DE: EmberWords = EmberWords {
    shared: Words::of(Language::De),
    profile: ProfileWords::of(Language::De),
    business: "Für Unternehmen",
    business_items: ["Einstellen", "Verkaufen", "Lernen"],
    view_profile: "Profil anzeigen",
    account: "Konto",
    help: "Hilfe",
    language: "Sprache",
    manage: "Verwalten",
    posts: "Beiträge und Aktivitäten",
    job_posting: "Konto für Stellenanzeigen",
    sign_out_text: "Von diesem Übungskonto abmelden?",
    toast_label: "Kurzmitteilung",
    toast_count: "Insgesamt 0 Mitteilungen",
    total_one: "{C} Kontakt",
    total_many: "{C} Kontakte",
    show_more: "Mehr Ergebnisse anzeigen",
    member_name: "Name des Mitglieds",
    member_occupation: "Beruf des Mitglieds",
    row_remove_label: "{N} aus den Kontakten entfernen",
    confirm: "Entfernen",
    connected_today: "Heute vernetzt",
    connected_ago: "Vor {C} {U} vernetzt",
    units: [["Tag", "Tagen"], ["Woche", "Wochen"], ["Monat", "Monaten"], ["Jahr", "Jahren"]],
    more: "Mehr",
    more_label: "Mehr",
    degrees: [
        Degree { spoken: "Kontakt 1. Grades", seen: "1." },
        Degree { spoken: "Kontakt 2. Grades", seen: "2." },
        Degree { spoken: "Kontakt 3. Grades oder weiter entfernt", seen: "3.+" },
    ],
    message_label: "Nachricht an {F}",
    invite_label: "{N} zum Vernetzen einladen",
    pending: "Ausstehend",
    pending_label: "Ausstehend, klicken, um die Einladung an {N} zurückzuziehen",
    withdraw_title: "Einladung zurückziehen",
    withdraw_text: "Danach können Sie {N} bis zu drei Wochen lang nicht wieder einladen.",
    withdraw: "Zurückziehen",
    follow: "Folgen",
    follow_label: "{N} folgen",
    share: Item { label: "Profil von {N} per Nachricht senden", text: "Profil in einer Nachricht senden" },
    pdf: Item { label: "Als PDF speichern", text: "Als PDF speichern" },
    request: Item { label: "{N} um eine Empfehlung bitten", text: "Um Empfehlung bitten" },
    recommend: Item { label: "Eine Empfehlung für {N} schreiben", text: "Empfehlen" },
    unfollow: Item { label: "{N} nicht mehr folgen", text: "Nicht mehr folgen" },
    remove: Item { label: "Ihren Kontakt zu {N} entfernen", text: "Kontakt entfernen" },
    report: Item { label: "Profil von {N} melden oder blockieren", text: "Melden / Blockieren" },
    about: Item { label: "Über dieses Profil", text: "Über dieses Profil" },
    contact_info: "Kontaktinfo",
    profile_parts: [
        ["Aktivitäten", "In letzter Zeit wurde nichts veröffentlicht."],
        ["Berufserfahrung", "Jahre der Übung, vor allem darin, niemand zu sein."],
        ["Ausbildung", "Eine Schule, die auf keiner Karte steht."],
    ],
    also_viewed: "Andere sahen sich auch an",
};

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_time_badge_counts_in_the_largest_unit() {
        let today = date(2026, 9, 30);
        let says = |words: &EmberWords, day| words.connected_ago(day, today);
        assert_eq!(says(&EN, today), "Connected today");
        assert_eq!(says(&EN, date(2026, 9, 29)), "Connected 1 day ago");
        assert_eq!(says(&EN, date(2026, 9, 16)), "Connected 2 weeks ago");
        assert_eq!(says(&EN, date(2026, 8, 20)), "Connected 1 month ago");
        assert_eq!(says(&EN, date(2016, 1, 1)), "Connected 10 years ago");
        assert_eq!(says(&DE, date(2026, 9, 16)), "Vor 2 Wochen vernetzt");
        assert_eq!(EN.total(1_217), "1,217 Connections");
        assert_eq!(DE.total(1), "1 Kontakt");
    }
}
