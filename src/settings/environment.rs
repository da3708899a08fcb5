//! The layer of the environment's variables.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::layer::{Defaults, Given, Kind, did_you_mean, nearest, text_or_list};
use super::mistake::{Place, SettingMistake};
use super::source::ELSEWHERE;

const PREFIX: &str = "EXEUNT_";

/// The values of the environment; its mistakes are added to the others.
pub(super) fn read(
    environment: &[(String, String)],
    defaults: &Defaults,
    mistakes: &mut Vec<SettingMistake>,
) -> Vec<Given> {
    let mut ours: Vec<_> = environment.iter().filter(|(name, _)| name.starts_with(PREFIX)).collect();
    ours.retain(|(name, _)| !ELSEWHERE.contains(&name.as_str()));
    ours.sort();
    let names: BTreeMap<String, &str> = defaults.kinds.keys().map(|key| (variable(key), key.as_str())).collect();
    let mut given = Vec::new();
    for (name, value) in ours {
        let place = Place::Environment { variable: name.escape_debug().to_string() };
        let Some(key) = names.get(name) else {
            mistakes.push(SettingMistake {
                place,
                key: name.clone(),
                what: "the variable belongs to no setting".to_owned(),
                mend: did_you_mean(nearest(name, names.keys().map(String::as_str))),
            });
            continue;
        };
        match of_variable(key, value, place, defaults) {
            Ok(one) => given.push(one),
            Err(mistake) => mistakes.push(*mistake),
        }
    }
    given
}

fn of_variable(key: &str, text: &str, place: Place, defaults: &Defaults) -> Result<Given, Box<SettingMistake>> {
    let kind = defaults.kinds[key];
    if let Some(value) = typed(text, kind) {
        return defaults.check(key, value, place);
    }
    let mend = match kind {
        Kind::List => "write a list like [\"notify-send\", \"Exeunt\", \"{line}\"]",
        _ => "write a whole number",
    };
    let shown: String = text.chars().take(80).flat_map(char::escape_debug).collect();
    let what = format!("`{shown}` does not fit");
    Err(Box::new(SettingMistake { place, key: key.to_owned(), what, mend: mend.to_owned() }))
}

/// The variable of a setting: `pace.per_day` is `EXEUNT_PACE_PER_DAY`.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}

fn typed(text: &str, kind: Kind) -> Option<config::Value> {
    match kind {
        Kind::Number => Some(text.trim().parse::<i64>().ok()?.into()),
        Kind::List => {
            let value = DeValue::parse(text.trim()).ok()?;
            (Kind::of(value.get_ref()) == Kind::List).then(|| text_or_list(value.get_ref()))
        }
        Kind::Text | Kind::Other => Some(text.into()),
    }
}
