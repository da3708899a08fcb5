//! Reads what the layers give, and lists every setting with its value and where that was set.

use super::layer::{Defaults, Given};
use super::mistake::{Place, SettingMistake};
use super::source::Layers;
use super::{arguments, environment, file};

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Such as `pace.per_day`.
    pub key: String,
    /// The value as a settings file would have it.
    pub value: String,
    /// Where it was set.
    pub place: Place,
}

/// Every setting, in the order of the file of defaults.
///
/// # Errors
/// Every mistake of every layer, as [`super::Settings::load`] says them; what a realm does not allow is not among them.
///
/// # Panics
/// Never: each value was merged by itself before.
pub fn listed(layers: &Layers) -> Result<Vec<Listed>, Vec<SettingMistake>> {
    let defaults = Defaults::new();
    let given = read(layers, &defaults)?;
    let values = defaults.values(&given).expect("each value was merged by itself before, and was right");
    let place = |key: &str| given.iter().rev().find(|given| given.key == key).map(|given| given.place.clone());
    Ok(values
        .into_iter()
        .map(|(key, value)| Listed { place: place(&key).unwrap_or(Place::Defaults), key, value })
        .collect())
}

/// What the layers give; of two values of one setting the later one counts.
///
/// # Errors
/// Every mistake of every layer, in the order of the layers and of their lines.
pub(super) fn read(layers: &Layers, defaults: &Defaults) -> Result<Vec<Given>, Vec<SettingMistake>> {
    let mut mistakes = Vec::new();
    let mut given = Vec::new();
    if let Some(file) = &layers.file {
        given.extend(file::read(file, defaults, &mut mistakes));
    }
    given.extend(environment::read(&layers.environment, defaults, &mut mistakes));
    given.extend(arguments::read(&layers.arguments, defaults, &mut mistakes));
    if mistakes.is_empty() { Ok(given) } else { Err(mistakes) }
}
