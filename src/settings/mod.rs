//! Merges the defaults and the layers above them into validated settings.
//!
//! The embedded [`DEFAULTS`] are outranked by the user's file, that by `EXEUNT_*` variables, and those by arguments. Every
//! layer is checked by itself first, so that each mistake is reported where it was made, and all of them at once. This module
//! does not know who uses a setting, and reads neither the environment nor the current folder.

mod arguments;
mod choice;
mod edge;
mod environment;
mod file;
mod given;
mod layer;
mod mistake;
mod source;
mod zone;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

pub use self::choice::{BrowserName, LINE, SealKeyPlace};
use self::edge::Edge;
pub use self::given::{Listed, listed};
pub use self::layer::DEFAULTS;
pub use self::mistake::{Place, SettingMistake};
pub use self::source::{Arguments, ELSEWHERE, Layers, SettingsFile};
pub use self::zone::of as zone_of;
use crate::event::id::Realm;
use crate::policy::pace::Pace;

/// The browser, its driver and where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserSettings {
    /// Which browser.
    pub name: BrowserName,
    /// The address of a running driver to attach to; none: start one.
    pub webdriver: Option<String>,
    /// Whether the window is shown; none: the command decides.
    pub headed: Option<bool>,
    /// The driver of Chrome: an absolute path or a name in PATH.
    pub chromedriver: Option<PathBuf>,
    /// Chrome or Chromium.
    pub chromium: Option<PathBuf>,
    /// The driver of Firefox.
    pub geckodriver: Option<PathBuf>,
    /// Firefox.
    pub firefox: Option<PathBuf>,
}

/// How long something may take before it counts as lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadlines {
    /// Driver and browser to start.
    pub start: Duration,
    /// One command to the driver.
    pub command: Duration,
    /// A page to load.
    pub page: Duration,
    /// One step of a flow to find what it needs.
    pub step: Duration,
    /// One person in all.
    pub item: Duration,
}

/// The settings of one call of the program, all layers merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The browser.
    pub browser: BrowserSettings,
    /// The deadlines.
    pub deadlines: Deadlines,
    /// The pace as set; [`Settings::pace_in`] says whether a realm allows it.
    pub pace: Pace,
    /// The time zone for what is shown; none: the machine's.
    pub zone: Option<String>,
    /// Program and arguments to run when something happened, [`LINE`] in place of the line; empty: none.
    pub notify_command: Vec<String>,
    /// Whether that program is also told who is next, by name.
    pub notify_names: bool,
    /// After how many days `evidence purge` deletes pictures and readings of a run; none: never.
    pub keep_days: Option<NonZeroU32>,
    /// Where the key that seals proof is kept.
    pub seal_key: SealKeyPlace,
    /// Addresses of time stamp authorities, the first that answers is taken; empty: none is asked.
    pub time_stamp: Vec<String>,
    places: BTreeMap<String, Place>,
}

impl Settings {
    /// Merges the layers over the defaults.
    ///
    /// # Errors
    /// Every mistake of every layer, in the order of the layers and of their lines.
    pub fn load(layers: &Layers) -> Result<Self, Vec<SettingMistake>> {
        let defaults = layer::Defaults::new();
        let given = given::read(layers, &defaults)?;
        let edge = defaults.merged(&given).expect("each value was merged by itself before, and was right");
        let places = given.into_iter().map(|given| (given.key, given.place)).collect();
        let settings = Self::from_edge(edge, places);
        // What holds in every realm is checked now; what the real site adds, when the realm is known.
        settings.pace_in(Realm::Practice)?;
        Ok(settings)
    }

    /// The pace, if that realm allows it.
    ///
    /// # Errors
    /// Every setting of the pace that the realm does not allow, and where it was set.
    pub fn pace_in(&self, realm: Realm) -> Result<Pace, Vec<SettingMistake>> {
        let mistakes: Vec<_> = self.pace.validate(realm).into_iter().map(|mistake| self.placed(mistake)).collect();
        if mistakes.is_empty() { Ok(self.pace.clone()) } else { Err(mistakes) }
    }

    /// Where a setting such as `pace.per_day` was set.
    #[must_use]
    pub fn place_of(&self, key: &str) -> Place {
        self.places.get(key).cloned().unwrap_or(Place::Defaults)
    }

    fn placed(&self, mistake: crate::policy::pace::PaceMistake) -> SettingMistake {
        // A range is wrong where the user wrote one of its ends.
        let other_end = mistake.key.replace("_min", "_max");
        let key = if self.places.contains_key(mistake.key) || !self.places.contains_key(&other_end) {
            mistake.key.to_owned()
        } else {
            other_end
        };
        let what = format!("`{}`: {}", mistake.key, mistake.what);
        SettingMistake { place: self.place_of(&key), key, what, mend: mistake.mend }
    }

    fn from_edge(edge: Edge, places: BTreeMap<String, Place>) -> Self {
        let Edge { browser, deadlines, pace, time, notify, evidence } = edge;
        Self {
            browser: BrowserSettings {
                name: browser.name,
                webdriver: browser.webdriver.0,
                headed: browser.window.headed(),
                chromedriver: browser.chromedriver.0,
                chromium: browser.chromium.0,
                geckodriver: browser.geckodriver.0,
                firefox: browser.firefox.0,
            },
            deadlines: Deadlines {
                start: deadlines.start.0,
                command: deadlines.command.0,
                page: deadlines.page.0,
                step: deadlines.step.0,
                item: deadlines.item.0,
            },
            pace: pace.into(),
            zone: time.zone.0,
            notify_command: notify.command.0,
            notify_names: notify.names,
            keep_days: evidence.keep_days.0,
            seal_key: evidence.seal_key,
            time_stamp: evidence.time_stamp.0,
            places,
        }
    }
}

#[cfg(test)]
mod tests;
