//! How far the archive of the account's data is, and the form that asks for one, whatever generation draws it.

use maud::{Markup, html};
use serde_json::{Value, json};

use crate::practice::data_order::File;
use crate::practice::leaving_words::LeavingWords;
use crate::practice::pages::visit::Visit;
use crate::practice::settings_words::{EXPORT, SettingsWords};

/// How far the archive is.
pub(in crate::practice) enum Progress {
    /// Nothing was asked for.
    None,
    /// It is being made.
    Pending,
    /// It can be fetched until the time in the text.
    Ready(String),
}

/// What the page's script starts from.
pub(in crate::practice) fn script_data(visit: &Visit) -> Value {
    json!({
        "submit": format!("{EXPORT}/request"),
        "broken": LeavingWords::of(visit.language).broken,
        "confirm": SettingsWords::of(visit.language).submit,
    })
}

/// The two choices and the files.
pub(in crate::practice) fn choices(words: &SettingsWords) -> Markup {
    html! {
        fieldset {
            div.choice {
                input #archive-basic type="radio" name="archive" value="basic" checked;
                label for="archive-basic" { (words.export_basic) }
            }
            ul.files {
                @for (file, text) in File::ALL.iter().zip(words.export_files) {
                    @let id = format!("file-{}", file.as_str());
                    li.choice {
                        input id=(id) type="checkbox" value=(file.as_str());
                        label for=(id) { (text) }
                    }
                }
            }
            div.choice {
                input #archive-complete type="radio" name="archive" value="complete";
                label for="archive-complete" { (words.export_complete) }
            }
        }
    }
}
