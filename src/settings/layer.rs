//! One layer of settings: its keys and values, each checked where it was written.

use std::collections::BTreeMap;

use config::{Config, ConfigError, FileFormat};
use toml::de::{DeTable, DeValue};

use super::edge::Edge;
use super::mistake::{Place, SettingMistake};
use super::{Arguments, DEFAULTS, ELSEWHERE, SettingsFile};

const PREFIX: &str = "EXEUNT_";

/// A value that a layer gives, right by itself.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) key: String,
    pub(super) place: Place,
    value: config::Value,
}

/// What kind of value a setting has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    List,
    Other,
}

impl Kind {
    fn of(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(_) => Self::Text,
            DeValue::Integer(_) => Self::Number,
            DeValue::Array(list) if list.iter().all(|item| item.get_ref().is_str()) => Self::List,
            _ => Self::Other,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Text => "a text in quotes",
            Self::Number => "a whole number",
            Self::List => "a list of texts",
            Self::Other => "something else",
        }
    }
}

/// The bottom layer, and the list of what is a setting.
pub(super) struct Defaults {
    config: Config,
    kinds: BTreeMap<String, Kind>,
}

impl Defaults {
    pub(super) fn new() -> Self {
        let config = Config::builder()
            .add_source(config::File::from_str(DEFAULTS, FileFormat::Toml))
            .build()
            .expect("a test reads the embedded defaults");
        let table = DeTable::parse(DEFAULTS).expect("a test reads the embedded defaults");
        let mut kinds = BTreeMap::new();
        for (section, values) in table.get_ref() {
            for (name, value) in values.get_ref().as_table().expect("every default is in a section") {
                kinds.insert(format!("{}.{}", section.get_ref(), name.get_ref()), Kind::of(value.get_ref()));
            }
        }
        Self { config, kinds }
    }

    /// The defaults with the given values over them, the later over the earlier.
    pub(super) fn merged(&self, given: &[Given]) -> Result<Edge, ConfigError> {
        let mut builder = Config::builder().add_source(self.config.clone());
        for given in given {
            builder = builder.set_override(&given.key, given.value.clone())?;
        }
        builder.build()?.try_deserialize()
    }

    /// The key of every setting.
    #[cfg(test)]
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.kinds.keys().map(String::as_str)
    }

    fn is_section(&self, name: &str) -> bool {
        self.kinds.keys().any(|key| key.split_once('.').is_some_and(|(section, _)| section == name))
    }

    /// The value if it is right by itself, over nothing but the defaults.
    fn check(&self, key: &str, value: config::Value, place: Place) -> Result<Given, SettingMistake> {
        let given = Given { key: key.to_owned(), place, value };
        match self.merged(std::slice::from_ref(&given)) {
            Ok(_) => Ok(given),
            Err(error) => {
                let said = message(error);
                let (what, mend) = said.split_once("; ").unwrap_or((&said, "see the defaults"));
                Err(SettingMistake {
                    place: given.place,
                    key: given.key,
                    what: format!("`{key}`: {what}"),
                    mend: mend.to_owned(),
                })
            }
        }
    }

    fn unknown(&self, key: &str, place: Place) -> SettingMistake {
        let near = nearest(key, self.kinds.keys().map(String::as_str));
        SettingMistake {
            place,
            key: key.to_owned(),
            what: format!("`{}` is no setting", key.escape_debug()),
            mend: did_you_mean(near),
        }
    }
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(|| "the defaults list them all".to_owned(), |near| format!("did you mean `{near}`?"))
}

/// The known word that differs in at most two letters, if there is one.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (strsim::osa_distance(word, known), known))
        .filter(|(distance, _)| *distance <= 2)
        .min()
        .map(|(_, known)| known)
}

/// The innermost text of an error, without the paths that the merging adds.
fn message(error: ConfigError) -> String {
    match error {
        ConfigError::At { error, .. } => message(*error),
        ConfigError::Message(text) => text,
        other => other.to_string(),
    }
}

/// The values of a file; its mistakes are added to the others.
pub(super) fn of_file(file: &SettingsFile, defaults: &Defaults, mistakes: &mut Vec<SettingMistake>) -> Vec<Given> {
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
                        Err(mistake) => found.push(mistake),
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
) -> Result<Given, SettingMistake> {
    let Some(kind) = defaults.kinds.get(key) else { return Err(defaults.unknown(key, key_at)) };
    if Kind::of(value.get_ref()) != *kind {
        return Err(wrong_kind(key, value.get_ref(), *kind, value_at));
    }
    let number = value.get_ref().as_integer().map(|number| i64::from_str_radix(number.as_str(), number.radix()));
    match number {
        Some(Err(_)) => Err(wrong_kind(key, value.get_ref(), *kind, value_at)),
        Some(Ok(number)) => defaults.check(key, number.into(), value_at),
        None => defaults.check(key, text_or_list(value.get_ref()), value_at),
    }
}

fn text_or_list(value: &DeValue<'_>) -> config::Value {
    let texts = |list: &[toml::Spanned<DeValue<'_>>]| -> Vec<String> {
        list.iter().filter_map(|item| item.get_ref().as_str()).map(str::to_owned).collect()
    };
    match value {
        DeValue::Array(list) => texts(list).into(),
        other => other.as_str().unwrap_or_default().into(),
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

/// The values of the environment; its mistakes are added to the others.
pub(super) fn of_environment(
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
        match typed(value, defaults.kinds[*key]) {
            Some(value) => match defaults.check(key, value, place) {
                Ok(one) => given.push(one),
                Err(mistake) => mistakes.push(mistake),
            },
            None => {
                let mend = match defaults.kinds[*key] {
                    Kind::List => "write a list like [\"notify-send\", \"Exeunt\"]",
                    _ => "write a whole number",
                };
                let what = format!(
                    "`{}` does not fit",
                    value.chars().take(80).flat_map(char::escape_debug).collect::<String>()
                );
                mistakes.push(SettingMistake { place, key: (*key).to_owned(), what, mend: mend.to_owned() });
            }
        }
    }
    given
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

/// The values of the command line; its mistakes are added to the others.
pub(super) fn of_arguments(
    arguments: &Arguments,
    defaults: &Defaults,
    mistakes: &mut Vec<SettingMistake>,
) -> Vec<Given> {
    let window = |headed| if headed { "visible" } else { "hidden" };
    let said = [
        ("--browser", "browser.name", arguments.browser.map(super::BrowserName::as_str)),
        ("--webdriver", "browser.webdriver", arguments.webdriver.as_deref()),
        (
            if arguments.headed == Some(false) { "--headless" } else { "--headed" },
            "browser.window",
            arguments.headed.map(window),
        ),
    ];
    let mut given = Vec::new();
    for (flag, key, value) in said {
        let Some(value) = value else { continue };
        match defaults.check(key, value.into(), Place::Argument { flag }) {
            Ok(one) => given.push(one),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    given
}
