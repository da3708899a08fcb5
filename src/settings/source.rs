//! What outranks the defaults: a file, variables of the environment, arguments.

use std::path::Path;

use super::choice::BrowserName;

/// Variables with the prefix that are no settings, because they say where settings, data or messages are.
pub const ELSEWHERE: [&str; 4] = ["EXEUNT_ACCOUNT", "EXEUNT_CONFIG", "EXEUNT_DATA_DIR", "EXEUNT_LOG"];

/// What outranks the defaults.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// The user's file, if there is one.
    pub file: Option<SettingsFile>,
    /// Variables of the environment; those without the prefix `EXEUNT_` and those of [`ELSEWHERE`] are passed over.
    pub environment: Vec<(String, String)>,
    /// What was said on the command line.
    pub arguments: Arguments,
}

/// A settings file, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFile {
    /// Its name as messages show it.
    pub name: String,
    /// What it holds.
    pub text: String,
}

impl SettingsFile {
    /// Reads a file; none: there is none by that name.
    ///
    /// # Errors
    /// It is there but is no plain file, cannot be read, or is not UTF-8.
    pub fn read(path: &Path) -> std::io::Result<Option<Self>> {
        // A pipe would be waited for as soon as it is opened.
        if std::fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir()) {
            return Err(std::io::Error::other("it is a pipe, a device or a socket and no plain file"));
        }
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Some(Self { name: path.display().to_string(), text })),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The settings that arguments may change; none: not said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    /// `--browser`.
    pub browser: Option<BrowserName>,
    /// `--webdriver`.
    pub webdriver: Option<String>,
    /// `--headed` or `--headless`.
    pub headed: Option<bool>,
}
