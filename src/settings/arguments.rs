//! The layer of the command line.

use super::choice::BrowserName;
use super::layer::{Defaults, Given};
use super::mistake::{Place, SettingMistake};
use super::source::Arguments;

/// The values of the command line; its mistakes are added to the others.
pub(super) fn read(arguments: &Arguments, defaults: &Defaults, mistakes: &mut Vec<SettingMistake>) -> Vec<Given> {
    let window = |headed| if headed { "visible" } else { "hidden" };
    let said = [
        ("--browser", "browser.name", arguments.browser.map(BrowserName::as_str)),
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
            Err(mistake) => mistakes.push(*mistake),
        }
    }
    given
}
