//! What surrounds a command: environment, terminal, folders, settings; read once, handed down.

use std::path::{Path, PathBuf};

use super::args::{BrowserArg, Global};
use super::origin;
use super::outcome::Failure;
use super::output::Output;
use crate::event::exit::Ending;
use crate::event::id::{AccountName, Realm};
use crate::flow::pack::Pack;
use crate::flow::picture::{self, Style};
use crate::ledger::Ledger;
use crate::plan::keep::{KeepList, Kept};
use crate::plan::person::Person;
use crate::policy::pace::Pace;
use crate::runner::clock::Clock;
use crate::settings::{Arguments, BrowserName, Layers, Settings, SettingsFile};

/// Everything that a command needs of its surroundings.
pub(crate) struct Context {
    /// The flags that every command takes.
    pub(crate) global: Global,
    /// Where words go.
    pub(crate) out: Output,
    /// The time.
    pub(crate) clock: Clock,
    /// The practice site's origin, checked to be loopback; none: the real site.
    pub(crate) origin: Option<String>,
    /// The settings, all layers merged.
    pub(crate) settings: Settings,
    /// Where ledger, evidence and profiles lie.
    pub(crate) data_dir: PathBuf,
    zone: jiff::tz::TimeZone,
}

impl Context {
    /// Reads the surroundings.
    ///
    /// # Errors
    /// A settings file or variable is wrong (3), or `--origin` is not loopback (2).
    pub(crate) fn new(global: Global, environment: Vec<(String, String)>) -> Result<Self, Failure> {
        let origin = global.origin.as_deref().map(origin::loopback).transpose()?;
        let folders = directories::ProjectDirs::from("", "", "exeunt");
        let find = |name: &str| environment.iter().find(|(key, _)| key == name).map(|(_, value)| PathBuf::from(value));
        let data_dir = global.data_dir.clone().or_else(|| find("EXEUNT_DATA_DIR"));
        let data_dir = data_dir.or_else(|| folders.as_ref().map(|folders| folders.data_local_dir().to_owned()));
        let data_dir = data_dir
            .ok_or_else(|| Failure::usage("there is no home folder to keep data in", "say where with --data-dir"))?;
        let data_dir =
            std::path::absolute(&data_dir).map_err(|error| Failure::usage(format!("--data-dir: {error}"), ""))?;
        let settings = load_settings(&global, folders.as_ref().map(|folders| folders.config_dir()), environment)?;
        let zone = zone_of(&settings)?;
        let out = Output::new(global.json, global.quiet);
        Ok(Self { global, out, clock: Clock::system(), origin, settings, data_dir, zone })
    }

    /// On loopback, says once what must never be typed there.
    pub(crate) fn announce(&self) {
        if self.origin.is_some() {
            self.out.note("PRACTICE: never type your real password here");
        }
    }

    /// The account that is meant.
    pub(crate) fn account(&self) -> &AccountName {
        &self.global.account
    }

    /// The realm that the command line names: practice with `--origin`, else real.
    ///
    /// # Errors
    /// The account belongs to the other realm.
    pub(crate) fn realm(&self) -> Result<Realm, Failure> {
        let named = if self.origin.is_some() { Realm::Practice } else { Realm::Real };
        match self.ledger()?.realm(self.account())? {
            Some(bound) if bound != named => Err(Failure::bad_file(
                format!("account `{}` belongs to the {bound} realm", self.account()),
                match bound {
                    Realm::Practice => {
                        "say where the practice site is with --origin, or use another --account for the real site"
                    }
                    Realm::Real => "leave --origin out, or use another --account for practice",
                },
            )),
            _ => Ok(named),
        }
    }

    /// The ledger of the data directory, made if there is none.
    ///
    /// # Errors
    /// What the ledger says.
    pub(crate) fn ledger(&self) -> Result<Ledger, Failure> {
        Ok(Ledger::open(&self.data_dir)?)
    }

    /// Everybody who was imported and is not missing from the newest export.
    ///
    /// # Errors
    /// What the ledger says.
    pub(crate) fn people(&self, ledger: &Ledger) -> Result<Vec<Person>, Failure> {
        let known = ledger.people(self.account())?;
        Ok(known.into_iter().filter(|known| known.absent_since.is_none()).map(|known| known.person).collect())
    }

    /// The keep list.
    ///
    /// # Errors
    /// What the ledger says.
    pub(crate) fn keep_list(&self, ledger: &Ledger) -> Result<KeepList, Failure> {
        let mut list = KeepList::default();
        for entry in ledger.kept(self.account())? {
            let added = Some(entry.at.to_zoned(self.zone()).date());
            list.keep(entry.slug, Kept { why: entry.reason, added });
        }
        Ok(list)
    }

    /// The flow pack: built in, or of `--selectors`.
    ///
    /// # Errors
    /// Every mistake in it, as pictures.
    pub(crate) fn pack(&self) -> Result<Pack, Failure> {
        let sources = match &self.global.selectors {
            Some(dir) => crate::pack::folder::read(dir).map_err(|error| Failure::bad_file(error.to_string(), ""))?,
            None => crate::pack::embedded::sources(),
        };
        Pack::load(sources).map(|loaded| loaded.pack).map_err(|refused| {
            let pictures: Vec<String> = refused
                .mistakes
                .iter()
                .map(|mistake| picture::picture(&refused.sources, mistake, self.style()))
                .collect();
            Failure::bad_file(
                format!("the flow pack has mistakes\n{}", pictures.join("\n")),
                "mend them, then `exeunt selectors lint`",
            )
        })
    }

    /// How pictures of mistakes are drawn.
    pub(crate) fn style(&self) -> Style {
        if self.out.lively { Style::Colour } else { Style::Plain }
    }

    /// The pace of the settings, if that realm allows it.
    ///
    /// # Errors
    /// Every setting that is too fast.
    pub(crate) fn pace(&self, realm: Realm) -> Result<Pace, Failure> {
        self.settings.pace_in(realm).map_err(|mistakes| settings_failure(&mistakes))
    }

    /// The zone in which times are shown and days are counted.
    pub(crate) fn zone(&self) -> jiff::tz::TimeZone {
        self.zone.clone()
    }

    /// The zone's name, or `UTC` where it has none.
    pub(crate) fn zone_name(&self) -> String {
        self.zone.iana_name().unwrap_or("UTC").to_owned()
    }

    /// Today in that zone.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        self.clock.now().utc.to_zoned(self.zone()).date()
    }

    /// A moment as people read it.
    pub(crate) fn time(&self, at: jiff::Timestamp) -> String {
        at.to_zoned(self.zone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
    }

    /// Where evidence lies.
    pub(crate) fn evidence_root(&self) -> PathBuf {
        self.data_dir.join("evidence")
    }

    /// The browser's plain name.
    pub(crate) fn browser_name(&self) -> &'static str {
        self.settings.browser.name.as_str()
    }

    /// `--origin URL` for commands that are suggested, with a space before it; empty for the real site.
    pub(crate) fn origin_flag(&self) -> String {
        let account = match self.account().as_str() {
            "default" => String::new(),
            name => format!(" --account {name}"),
        };
        let data =
            self.global.data_dir.as_ref().map(|dir| format!(" --data-dir {}", dir.display())).unwrap_or_default();
        let origin = self.origin.as_ref().map(|origin| format!(" --origin {origin}")).unwrap_or_default();
        format!("{origin}{account}{data}")
    }

    /// Where chance begins: another number in each run.
    pub(crate) fn seed(&self) -> u64 {
        rand::random()
    }
}

fn load_settings(
    global: &Global,
    folder: Option<&Path>,
    environment: Vec<(String, String)>,
) -> Result<Settings, Failure> {
    let unreadable =
        |path: &Path, error: &std::io::Error| Failure::bad_file(format!("{}: {error}", path.display()), "");
    let file = match (&global.config, folder) {
        (Some(path), _) => {
            let file = SettingsFile::read(path).map_err(|error| unreadable(path, &error))?;
            Some(file.ok_or_else(|| Failure::bad_file(format!("there is no settings file {}", path.display()), ""))?)
        }
        (None, Some(folder)) => {
            let path = folder.join("settings.toml");
            SettingsFile::read(&path).map_err(|error| unreadable(&path, &error))?
        }
        (None, None) => None,
    };
    let headed = match (global.headed, global.headless) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let browser = global.browser.map(|browser| match browser {
        BrowserArg::Chrome => BrowserName::Chrome,
        BrowserArg::Firefox => BrowserName::Firefox,
    });
    let arguments = Arguments { browser, webdriver: global.webdriver.clone(), headed };
    Settings::load(&Layers { file, environment, arguments }).map_err(|mistakes| settings_failure(&mistakes))
}

fn settings_failure(mistakes: &[crate::settings::SettingMistake]) -> Failure {
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    Failure::new(Ending::BadFile, lines.join("\n"), "")
}

fn zone_of(settings: &Settings) -> Result<jiff::tz::TimeZone, Failure> {
    match &settings.zone {
        None => Ok(jiff::tz::TimeZone::system()),
        Some(name) => jiff::tz::TimeZone::get(name).map_err(|_| {
            Failure::bad_file(
                format!("there is no time zone `{name}` on this machine"),
                "name one such as Europe/Berlin",
            )
        }),
    }
}
