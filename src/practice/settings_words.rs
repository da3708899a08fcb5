//! The words of the settings and of the archive's page, and the rows that settings consist of.
//!
//! English titles follow what was seen; German ones follow tutorials where there are any, the rest is this site's own
//! wording.

use super::scenario::{Generation, Language};

/// The same in English and German.
pub(super) type Said = [&'static str; 2];

/// Picks the text of `language`.
pub(super) fn said(text: Said, language: Language) -> &'static str {
    match language {
        Language::En => text[0],
        Language::De => text[1],
    }
}

/// One row: its text and where it leads.
pub(super) struct Row {
    pub(super) text: Said,
    pub(super) href: &'static str,
}

/// Rows under one heading.
pub(super) struct Section {
    pub(super) heading: Said,
    pub(super) rows: &'static [Row],
}

/// One category of the rail on the left.
pub(super) struct Category {
    pub(super) slug: &'static str,
    pub(super) title: Said,
    pub(super) sections: &'static [Section],
}

/// The address of the page that closes the account.
pub(super) const CLOSE: &str = "/mypreferences/d/close-accounts";
/// The same in the two older orders.
pub(super) const CLOSE_OLD: &str = "/psettings/account-management/close-account";
/// The address of the page that hibernates the account.
pub(super) const HIBERNATE: &str = "/mypreferences/d/hibernate-account";
/// The address of the page that asks for the archive.
pub(super) const EXPORT: &str = "/mypreferences/d/download-my-data";
/// The heading of the section that ends accounts.
pub(super) const MANAGEMENT: Said = ["Account management", "Kontoverwaltung"];

const fn row(text: Said, href: &'static str) -> Row {
    Row { text, href }
}

/// All categories, in the order of the rail.
pub(super) const CATEGORIES: &[Category] = &[
    Category {
        slug: "account",
        title: ["Account preferences", "Kontoeinstellungen"],
        sections: &[
            Section {
                heading: ["Profile information", "Profilinformationen"],
                rows: &[
                    row(["Name, location, and industry", "Name, Ort und Branche"], "/in/me/edit/intro/"),
                    row(
                        ["Personal demographic information", "Demografische Informationen"],
                        "/mypreferences/d/demographic-info-copy",
                    ),
                    row(["Verifications", "Verifizierungen"], "/mypreferences/d/verifications"),
                ],
            },
            Section {
                heading: ["Display", "Anzeige"],
                rows: &[row(["Dark mode", "Dunkler Modus"], "/mypreferences/d/dark-mode")],
            },
            Section {
                heading: ["General preferences", "Allgemeine Einstellungen"],
                rows: &[
                    row(["Language", "Sprache"], "/mypreferences/d/settings/language"),
                    row(["Content language", "Sprache der Inhalte"], "/mypreferences/d/language-for-translation"),
                    row(
                        ["Autoplay videos", "Videos automatisch abspielen"],
                        "/mypreferences/d/settings/autoplay-videos",
                    ),
                    row(["Sound effects", "Klangeffekte"], "/mypreferences/d/settings/enable-sounds-desktop"),
                    row(
                        ["Showing profile photos", "Profilbilder anzeigen"],
                        "/mypreferences/d/settings/profile-photos",
                    ),
                    row(["Preferred feed view", "Bevorzugte Feed-Ansicht"], "/mypreferences/d/settings/feed-view"),
                    row(["People you unfollowed", "Nicht mehr gefolgte Personen"], "/mypreferences/d/unfollowed"),
                ],
            },
            Section {
                heading: ["Syncing options", "Synchronisierung"],
                rows: &[
                    row(["Sync calendar", "Kalender synchronisieren"], "/mypreferences/d/sync-calendar"),
                    row(["Sync contacts", "Adressbuch synchronisieren"], "/mypreferences/d/sync-contacts"),
                ],
            },
            Section {
                heading: ["Subscriptions & payments", "Abonnements und Zahlungen"],
                rows: &[
                    row(["Upgrade for free", "Kostenlos upgraden"], "/mypreferences/d/premium-manage-account"),
                    row(["View purchase history", "Kaufverlauf anzeigen"], "/mypreferences/d/purchase-history"),
                ],
            },
            Section {
                heading: ["Partners & services", "Partner und Dienste"],
                rows: &[
                    row(["Microsoft", "Microsoft"], "/mypreferences/d/connected-microsoft-accounts"),
                    row(
                        ["Job application accounts", "Konten für Bewerbungen"],
                        "/mypreferences/d/job-application-accounts",
                    ),
                ],
            },
            Section {
                heading: MANAGEMENT,
                rows: &[
                    row(["Hibernate account", "Konto in den Ruhemodus versetzen"], HIBERNATE),
                    row(["Close account", "Konto schließen"], CLOSE),
                ],
            },
        ],
    },
    Category {
        slug: "sign-in-and-security",
        title: ["Sign in & security", "Einloggen und Sicherheit"],
        sections: &[Section {
            heading: ["Account access", "Zugang zum Konto"],
            rows: &[
                row(["Email addresses", "E-Mail-Adressen"], "/mypreferences/d/manage-email-addresses"),
                row(["Change password", "Passwort ändern"], "/mypreferences/d/change-password"),
                row(
                    ["Two-step verification", "Zweistufige Verifizierung"],
                    "/mypreferences/d/two-factor-authentication",
                ),
            ],
        }],
    },
    Category {
        slug: "profile-visibility",
        title: ["Visibility", "Sichtbarkeit"],
        sections: &[Section {
            heading: ["Visibility of your profile & network", "Sichtbarkeit von Profil und Netzwerk"],
            rows: &[
                row(
                    ["Profile viewing options", "Anzeigeoptionen für Profile"],
                    "/mypreferences/d/profile-viewing-options",
                ),
                row(["Edit your public profile", "Öffentliches Profil bearbeiten"], "/mypreferences/d/public-profile"),
            ],
        }],
    },
    Category {
        slug: "privacy",
        title: ["Data privacy", "Datenschutz"],
        sections: &[Section {
            heading: ["How your data is used", "Wie Ihre Daten verwendet werden"],
            rows: &[
                row(
                    ["Manage your data and activity", "Daten und Aktivitäten verwalten"],
                    "/mypreferences/d/manage-data",
                ),
                row(["Get a copy of your data", "Kopie Ihrer Daten anfordern"], EXPORT),
                row(["Search history", "Suchverlauf"], "/mypreferences/d/search-history"),
            ],
        }],
    },
    Category {
        slug: "ads",
        title: ["Advertising data", "Anzeigendaten"],
        sections: &[Section {
            heading: ["Profile data", "Profildaten"],
            rows: &[row(["Connections", "Kontakte"], "/mypreferences/d/ads-connections")],
        }],
    },
    Category {
        slug: "notifications",
        title: ["Notifications", "Mitteilungen"],
        sections: &[Section {
            heading: ["Notifications you receive", "Mitteilungen, die Sie erhalten"],
            rows: &[row(["Email", "E-Mail"], "/mypreferences/d/notifications-email")],
        }],
    },
];

/// What a row is called in `generation`.
pub(super) fn row_text(row: &Row, generation: Generation, language: Language) -> &'static str {
    let text = match (row.href, generation) {
        (CLOSE, Generation::Sdui2026) => ["Close and delete account", "Konto schließen und löschen"],
        (CLOSE, Generation::Ember2020) => ["Account closure", "Kontoschließung"],
        (CLOSE, Generation::Contacts2014) => ["Closing your account", "Ihr Konto schließen"],
        (HIBERNATE, Generation::Ember2020 | Generation::Contacts2014) => {
            ["Hibernating your account", "Ihr Konto in den Ruhemodus versetzen"]
        }
        _ => row.text,
    };
    said(text, language)
}

/// Texts of the settings and of the archive's page. `{D}` stands for a date.
pub(super) struct SettingsWords {
    pub(super) settings: &'static str,
    pub(super) change: &'static str,
    pub(super) back: &'static str,
    pub(super) nothing: &'static str,
    pub(super) export_title: &'static str,
    pub(super) export_text: &'static str,
    pub(super) export_basic: &'static str,
    pub(super) export_complete: &'static str,
    pub(super) export_files: [&'static str; 5],
    pub(super) request: &'static str,
    pub(super) pending: &'static str,
    pub(super) pending_text: &'static str,
    pub(super) download: &'static str,
    pub(super) download_until: &'static str,
    pub(super) export_password: &'static str,
    pub(super) submit: &'static str,
    pub(super) ready_subject: &'static str,
    pub(super) ready_letter: &'static str,
}

impl SettingsWords {
    /// The words of `language`.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::De => &DE,
        }
    }
}

const EN: SettingsWords = SettingsWords {
    settings: "Settings",
    change: "Change",
    back: "Back",
    nothing: "There is nothing to set here on this practice site.",
    export_title: "Download your data",
    export_text: "Your data belongs to you, and you can download an archive any time or view the rich media you have \
                  uploaded.",
    export_basic: "Want something in particular? Select the data files you’re most interested in.",
    export_complete: "Download larger data archive, including connections, verifications, contacts, account history, \
                      and information we infer about you based on your profile and activity.",
    export_files: ["Connections", "Invitations", "Messages", "Profile", "Registration"],
    request: "Request archive",
    pending: "Request pending",
    pending_text: "Your request is pending. We’ll email you when your archive is ready to download.",
    download: "Download archive",
    download_until: "Your archive is ready. You can download it until {D}.",
    export_password: "Enter your password to request the archive",
    submit: "Done",
    ready_subject: "Your data archive is ready",
    ready_letter: "The archive of your data is ready. You can download it in your settings for 72 hours.",
};

const DE: SettingsWords = SettingsWords {
    settings: "Einstellungen",
    change: "Ändern",
    back: "Zurück",
    nothing: "Auf dieser Übungsseite gibt es hier nichts einzustellen.",
    export_title: "Daten herunterladen",
    export_text: "Ihre Daten gehören Ihnen. Sie können jederzeit ein Archiv herunterladen.",
    export_basic: "Suchen Sie etwas Bestimmtes? Wählen Sie die Dateien, die Sie am meisten interessieren.",
    export_complete: "Größeres Archiv herunterladen, mit Kontakten, Verifizierungen, Kontoverlauf und Informationen, \
                      die wir aus Ihrem Profil und Ihrer Aktivität ableiten.",
    export_files: ["Kontakte", "Einladungen", "Nachrichten", "Profil", "Registrierung"],
    request: "Archiv anfordern",
    pending: "Anforderung läuft",
    pending_text: "Ihre Anforderung läuft. Wir schreiben Ihnen eine E-Mail, sobald Ihr Archiv bereit ist.",
    download: "Archiv herunterladen",
    download_until: "Ihr Archiv ist bereit. Sie können es bis {D} herunterladen.",
    export_password: "Geben Sie Ihr Passwort ein, um das Archiv anzufordern",
    submit: "Fertig",
    ready_subject: "Ihr Datenarchiv ist bereit",
    ready_letter: "Das Archiv Ihrer Daten ist bereit. Sie können es 72 Stunden lang in den Einstellungen herunterladen.",
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_first_category_has_some_twenty_rows_with_their_own_addresses() {
        let rows: Vec<&Row> = CATEGORIES[0].sections.iter().flat_map(|section| section.rows).collect();
        assert_eq!(rows.len(), 19);
        assert_eq!(rows.iter().map(|row| row.href).collect::<BTreeSet<_>>().len(), rows.len());
    }
}
