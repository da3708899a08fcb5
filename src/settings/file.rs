//! The layer of the user's file, with the place of every key and value.

use toml::de::{DeTable, DeValue};

use super::layer::{Defaults, Given, Kind, did_you_mean, nearest, text_or_list};
use super::mistake::{Place, SettingMistake};
use super::source::SettingsFile;

/// The values of a file; its mistakes are added to the others.
pub(super) fn read(file: &SettingsFile, defaults: &Defaults, mistakes: &mut Vec<SettingMistake>) -> Vec<Given> {
    let at = |span| Place::in_file(&file.name, &file.text, span);
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    let mut found: Vec<SettingMistake> = errors
        .into_iter()
        .map(|error| SettingMistake {
            place: at(error.span().unwrap_or(0..0)),
            key: String::new(),
            what: error.message().to_owned(),
            mend: "see https://toml.io for how to write it".to_owned(),
        })
        .collect();
    let mut given = Vec::new();
    for (section, values) in table.get_ref() {
        let name = section.get_ref();
        match values.get_ref().as_table() {
            Some(values) if defaults.is_section(name) => {
                for (key, value) in values {
                    let key_at = at(key.span());
                    match of_entry(&format!("{name}.{}", key.get_ref()), value, (key_at, at(value.span())), defaults) {
                        Ok(one) => given.push(one),
                        Err(mistake) => found.push(*mistake),
                    }
                }
            }
            _ => found.push(no_section(name, values.get_ref(), at(section.span()), defaults)),
        }
    }
    // The parser's own mistakes and ours come in the order of the lines, whatever found them.
    found.sort_by_key(|mistake| match &mistake.place {
        Place::File { span, .. } => span.start,
        _ => 0,
    });
    mistakes.extend(found);
    given
}

fn of_entry(
    key: &str,
    value: &toml::Spanned<DeValue<'_>>,
    (key_at, value_at): (Place, Place),
    defaults: &Defaults,
) -> Result<Given, Box<SettingMistake>> {
    let Some(kind) = defaults.kinds.get(key) else { return Err(Box::new(defaults.unknown(key, key_at))) };
    if Kind::of(value.get_ref()) != *kind {
        return Err(Box::new(wrong_kind(key, value.get_ref(), *kind, value_at)));
    }
    let number = value.get_ref().as_integer().map(|number| i64::from_str_radix(number.as_str(), number.radix()));
    match number {
        Some(Err(_)) => Err(Box::new(wrong_kind(key, value.get_ref(), *kind, value_at))),
        Some(Ok(number)) => defaults.check(key, number.into(), value_at),
        None => defaults.check(key, text_or_list(value.get_ref()), value_at),
    }
}

fn wrong_kind(key: &str, value: &DeValue<'_>, kind: Kind, place: Place) -> SettingMistake {
    let what = format!("`{key}` cannot be of type {}", value.type_str());
    SettingMistake { place, key: key.to_owned(), what, mend: format!("write {}", kind.as_str()) }
}

fn no_section(name: &str, value: &DeValue<'_>, place: Place, defaults: &Defaults) -> SettingMistake {
    let shown = name.escape_debug();
    if defaults.is_section(name) {
        let what = format!("`{shown}` is a section");
        return SettingMistake { place, key: name.to_owned(), what, mend: format!("begin it with a line `[{name}]`") };
    }
    let sections = defaults.kinds.keys().filter_map(|key| key.split_once('.'));
    let (what, near) = if value.is_table() {
        (format!("`[{shown}]` is no section"), nearest(name, sections.map(|(section, _)| section)).map(str::to_owned))
    } else {
        let full = sections.filter(|(_, last)| *last == name).map(|(section, last)| format!("{section}.{last}")).next();
        (format!("`{shown}` is no setting"), full)
    };
    SettingMistake { place, key: name.to_owned(), what, mend: did_you_mean(near.as_deref()) }
}
