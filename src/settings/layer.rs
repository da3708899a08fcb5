//! The bottom layer, which is also the list of what is a setting; and the check of one value over it.

use std::collections::BTreeMap;

use config::{Config, ConfigError, FileFormat, ValueKind};
use toml::de::{DeTable, DeValue};

use super::edge::Edge;
use super::mistake::{Place, SettingMistake};

/// The file of defaults: every setting there is, with a word about it.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// A value that a layer gives, right by itself.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) key: String,
    pub(super) place: Place,
    value: config::Value,
}

/// What kind of value a setting has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    List,
    Other,
}

impl Kind {
    pub(super) fn of(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(_) => Self::Text,
            DeValue::Integer(_) => Self::Number,
            DeValue::Array(list) if list.iter().all(|item| item.get_ref().is_str()) => Self::List,
            _ => Self::Other,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
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
    pub(super) kinds: BTreeMap<String, Kind>,
    /// Where each stands in the text of the defaults.
    places: BTreeMap<String, usize>,
}

impl Defaults {
    pub(super) fn new() -> Self {
        let config = Config::builder()
            .add_source(config::File::from_str(DEFAULTS, FileFormat::Toml))
            .build()
            .expect("a test reads the embedded defaults");
        let table = DeTable::parse(DEFAULTS).expect("a test reads the embedded defaults");
        let (mut kinds, mut places) = (BTreeMap::new(), BTreeMap::new());
        for (section, values) in table.get_ref() {
            for (name, value) in values.get_ref().as_table().expect("every default is in a section") {
                let key = format!("{}.{}", section.get_ref(), name.get_ref());
                places.insert(key.clone(), name.span().start);
                kinds.insert(key, Kind::of(value.get_ref()));
            }
        }
        Self { config, kinds, places }
    }

    /// The defaults with the given values over them, the later over the earlier.
    pub(super) fn merged(&self, given: &[Given]) -> Result<Edge, ConfigError> {
        let mut builder = Config::builder().add_source(self.config.clone());
        for given in given {
            builder = builder.set_override(&given.key, given.value.clone())?;
        }
        builder.build()?.try_deserialize()
    }

    /// Every setting with its value as TOML, in the order of the defaults, with the given values over them.
    pub(super) fn values(&self, given: &[Given]) -> Result<Vec<(String, String)>, ConfigError> {
        let mut builder = Config::builder().add_source(self.config.clone());
        for given in given {
            builder = builder.set_override(&given.key, given.value.clone())?;
        }
        let merged = builder.build()?;
        let mut keys: Vec<&String> = self.kinds.keys().collect();
        keys.sort_by_key(|key| self.places[*key]);
        keys.into_iter().map(|key| Ok((key.clone(), written(&merged.get(key)?)))).collect()
    }

    /// The key of every setting.
    #[cfg(test)]
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.kinds.keys().map(String::as_str)
    }

    pub(super) fn is_section(&self, name: &str) -> bool {
        self.kinds.keys().any(|key| key.split_once('.').is_some_and(|(section, _)| section == name))
    }

    /// The value if it is right by itself, over nothing but the defaults.
    pub(super) fn check(&self, key: &str, value: config::Value, place: Place) -> Result<Given, Box<SettingMistake>> {
        let given = Given { key: key.to_owned(), place, value };
        match self.merged(std::slice::from_ref(&given)) {
            Ok(_) => Ok(given),
            Err(error) => {
                let said = message(error);
                let (what, mend) = said.split_once("; ").unwrap_or((&said, "see the defaults"));
                let what = format!("`{key}`: {what}");
                Err(Box::new(SettingMistake { place: given.place, key: given.key, what, mend: mend.to_owned() }))
            }
        }
    }

    pub(super) fn unknown(&self, key: &str, place: Place) -> SettingMistake {
        let near = nearest(key, self.kinds.keys().map(String::as_str));
        SettingMistake {
            place,
            key: key.to_owned(),
            what: format!("`{}` is no setting", key.escape_debug()),
            mend: did_you_mean(near),
        }
    }
}

/// A value as a settings file would have it.
fn written(value: &config::Value) -> String {
    match &value.kind {
        ValueKind::String(text) => toml::Value::String(text.clone()).to_string(),
        ValueKind::Array(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        _ => value.to_string(),
    }
}

pub(super) fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(|| "the defaults list them all".to_owned(), |near| format!("did you mean `{near}`?"))
}

/// The known word that differs in at most two letters, if there is one.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
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

/// A text or a list of texts as the merging has it.
pub(super) fn text_or_list(value: &DeValue<'_>) -> config::Value {
    let texts = |list: &[toml::Spanned<DeValue<'_>>]| -> Vec<String> {
        list.iter().filter_map(|item| item.get_ref().as_str()).map(str::to_owned).collect()
    };
    match value {
        DeValue::Array(list) => texts(list).into(),
        other => other.as_str().unwrap_or_default().into(),
    }
}
