//! The built-in pack: the files of `selectors/linkedin/`, compiled in.

use crate::flow::span::Source;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../selectors/linkedin/", $name)))),+]
    };
}

/// Every file's name and text; a test holds the list against the folder.
const FILES: &[(&str, &str)] = files![
    "site.toml",
    "targets/archive.toml",
    "targets/close.toml",
    "targets/connections.toml",
    "targets/hibernate.toml",
    "targets/list.toml",
    "targets/profile.toml",
    "targets/public.toml",
    "targets/settings.toml",
    "targets/shell.toml",
    "targets/sign-out.toml",
    "words/de.toml",
    "words/en.toml",
    "words/es.toml",
    "words/fr.toml",
    "words/it.toml",
    "words/pt.toml",
    "flows/archive-ready.toml",
    "flows/close-account.toml",
    "flows/fetch-archive.toml",
    "flows/hibernate-account.toml",
    "flows/is-closed.toml",
    "flows/is-connected.toml",
    "flows/is-connected-profile.toml",
    "flows/is-hibernated.toml",
    "flows/is-open.toml",
    "flows/is-public.toml",
    "flows/list-total.toml",
    "flows/open-settings.toml",
    "flows/own-name.toml",
    "flows/remove-from-list.toml",
    "flows/remove-from-profile.toml",
    "flows/request-archive.toml",
    "flows/scan-list.toml",
    "flows/sign-out.toml",
    "flows/whose-account.toml",
];

/// The texts of the built-in pack, in the order in which they are read best.
#[must_use]
pub fn sources() -> Vec<Source> {
    FILES.iter().map(|(name, text)| Source { name: (*name).to_owned(), text: (*text).to_owned() }).collect()
}
