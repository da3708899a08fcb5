//! What surrounds a command: environment, terminal, folders, settings; read once, handed down.

use std::path::{Path, PathBuf};

use super::args::{BrowserArg, Global};
use super::origin;
use super::outcome::Failure;
use super::output::{Output, shown};
use super::setting_picture;
use crate::event::id::{AccountName, Realm};
use crate::flow::pack::Pack;
use crate::flow::picture::{self, Style};
use crate::flow::span::Source;
use crate::ledger::{KnownPerson, Ledger};
use crate::plan::keep::{KeepList, Kept};
use crate::plan::person::Person;
use crate::policy::pace::Pace;
use crate::policy::zone;
use crate::runner::clock::Clock;
use crate::settings::{Arguments, BrowserName, Layers, SettingMistake, Settings, SettingsFile};

/// The name of the settings file in the settings folder.
const SETTINGS_FILE: &str = "settings.toml";

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
    /// The user's editor as a shell takes it, if one is named.
    pub(crate) editor: Option<String>,
    /// Where the end of the ledger is remembered, outside of the data directory.
    memory_dir: Option<PathBuf>,
    /// The user's home folder, if there is one.
    pub(crate) home: Option<PathBuf>,
    /// Where programs keep their settings: `XDG_CONFIG_HOME`, or `.config` of the home folder.
    pub(crate) config_home: Option<PathBuf>,
    /// `TZ` of this shell, where it decides which zone holds: no setting names one.
    pub(crate) zone_of_shell: Option<String>,
    zone: jiff::tz::TimeZone,
    file: Option<SettingsFile>,
    colour: bool,
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
        let text =
            |name: &str| environment.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned());
        let named = |name: &str| text(name).filter(|value| !value.is_empty());
        let variable = text("TZ");
        let editor = named("VISUAL").or_else(|| named("EDITOR"));
        let folder = |name: &str| find(name).filter(|path| path.is_absolute());
        let home = folder("HOME");
        let config_home = folder("XDG_CONFIG_HOME").or_else(|| home.as_ref().map(|home| home.join(".config")));
        let data_dir = global.data_dir.clone().or_else(|| find("EXEUNT_DATA_DIR"));
        let data_dir = data_dir.or_else(|| folders.as_ref().map(|folders| folders.data_local_dir().to_owned()));
        let data_dir = data_dir
            .ok_or_else(|| Failure::usage("there is no home folder to keep data in", "say where with --data-dir"))?;
        let data_dir =
            std::path::absolute(&data_dir).map_err(|error| Failure::usage(format!("--data-dir: {error}"), ""))?;
        let file = settings_file(&global, folders.as_ref().map(|folders| folders.config_dir()))?;
        let out = Output::new(global.json, global.quiet);
        // A person who wants no colours says so with a variable that is not empty (no-color.org).
        let colour = out.lively && find("NO_COLOR").is_none_or(|value| value.as_os_str().is_empty());
        let settings = Settings::load(&layered(&global, file.clone(), environment))
            .map_err(|mistakes| settings_failure(&mistakes, file.as_ref()))?;
        let zone = zone_of(&settings)?;
        let zone_of_shell = variable.filter(|_| settings.zone.is_none());
        let memory_dir = folders.as_ref().map(|folders| folders.state_dir().unwrap_or(folders.cache_dir()).to_owned());
        let clock = Clock::system();
        // Words leave through a value that is copied; a process has one such list for each account that it works on.
        let out = Output { flags: Vec::leak(flags(&global, origin.as_deref())), ..out };
        Ok(Self {
            global,
            out,
            clock,
            origin,
            settings,
            data_dir,
            editor,
            memory_dir,
            home,
            config_home,
            zone_of_shell,
            zone,
            file,
            colour,
        })
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

    /// For commands that touch no page: with an `--origin` the account must not belong to the real site.
    ///
    /// # Errors
    /// It does.
    pub(crate) fn check_realm(&self) -> Result<(), Failure> {
        if self.origin.is_some() { self.realm(&self.ledger()?).map(drop) } else { Ok(()) }
    }

    /// The realm that the command line names: practice with `--origin`, else real.
    ///
    /// # Errors
    /// The account belongs to the other realm.
    pub(crate) fn realm(&self, ledger: &Ledger) -> Result<Realm, Failure> {
        let named = if self.origin.is_some() { Realm::Practice } else { Realm::Real };
        match ledger.realm(self.account())? {
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
        let ledger = Ledger::open(&self.data_dir)?;
        if let Some(mended) = ledger.mended() {
            self.out.note(shown(mended));
        }
        Ok(match &self.memory_dir {
            Some(dir) => ledger.remembering(dir)?,
            None => ledger,
        })
    }

    /// Everybody who is known and not missing from the newest export.
    ///
    /// # Errors
    /// What the ledger says.
    pub(crate) fn people(&self, ledger: &Ledger) -> Result<Vec<Person>, Failure> {
        Ok(self.known(ledger)?.into_iter().map(|known| known.person).collect())
    }

    /// The same with what the ledger knows beside the export.
    ///
    /// # Errors
    /// What the ledger says.
    pub(crate) fn known(&self, ledger: &Ledger) -> Result<Vec<KnownPerson>, Failure> {
        let known = ledger.people(self.account())?;
        Ok(known.into_iter().filter(|known| known.absent_since.is_none()).collect())
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

    /// The flow pack: built in, or of `--selectors`. One that is not built in looks for the signs of the built-in pack as well.
    ///
    /// # Errors
    /// Every mistake in it, as pictures.
    pub(crate) fn pack(&self) -> Result<Pack, Failure> {
        let built_in = self.pack_of(crate::pack::embedded::sources())?;
        let Some(dir) = &self.global.selectors else { return Ok(built_in) };
        let sources = crate::pack::folder::read(dir).map_err(|error| Failure::bad_file(shown(error), ""))?;
        Ok(self.pack_of(sources)?.with_signs_of(&built_in))
    }

    /// The origin of the site that is worked on: of `--origin`, or the one that the pack is for.
    ///
    /// # Errors
    /// The pack is for another site than the built-in one: nothing of the account, its profile least of all, is used there.
    pub(crate) fn site_of(&self, pack: &Pack) -> Result<String, Failure> {
        if let Some(origin) = &self.origin {
            return Ok(origin.clone());
        }
        let built_in = self.pack_of(crate::pack::embedded::sources())?.site.origin.value;
        let own = &pack.site.origin.value;
        if *own == built_in || origin::loopback(own).is_ok() {
            return Ok(own.clone());
        }
        let what = format!("the flow pack is for {own}, and the account is one of {built_in}");
        Err(Failure::bad_file(shown(what), "use a pack for that site; or --origin, for a site on this computer"))
    }

    /// A pack of these texts.
    ///
    /// # Errors
    /// Every mistake in them, as pictures.
    pub(crate) fn pack_of(&self, sources: Vec<Source>) -> Result<Pack, Failure> {
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
        if self.colour { Style::Colour } else { Style::Plain }
    }

    /// The pace of the settings, if that realm allows it.
    ///
    /// # Errors
    /// Every setting that is too fast.
    pub(crate) fn pace(&self, realm: Realm) -> Result<Pace, Failure> {
        let pace = self.settings.pace_in(realm).map_err(|mistakes| settings_failure(&mistakes, self.file.as_ref()))?;
        in_zone(pace, self.zone())
    }

    /// The zone in which times are shown and days are counted.
    pub(crate) fn zone(&self) -> jiff::tz::TimeZone {
        self.zone.clone()
    }

    /// The zone's name, or `local time, UTC-05:00` where it has none, as records that are made now keep it.
    pub(crate) fn zone_name(&self) -> String {
        zone::name(&self.zone, self.clock.now().utc)
    }

    /// The same for a person: of a zone without a name only the distance from UTC is known, and only for now.
    pub(crate) fn zone_now(&self) -> String {
        self.zone_name() + if zone::is_nameless(&self.zone) { " now" } else { "" }
    }

    /// Today in that zone.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        self.clock.now().utc.to_zoned(self.zone()).date()
    }

    /// A moment as people read it.
    pub(crate) fn time(&self, at: jiff::Timestamp) -> String {
        // What no machine says is counted in UTC, and called so.
        let zone = if self.zone.is_unknown() { jiff::tz::TimeZone::UTC } else { self.zone() };
        at.to_zoned(zone).strftime("%Y-%m-%d %H:%M %Z").to_string()
    }

    /// Where evidence lies.
    pub(crate) fn evidence_root(&self) -> PathBuf {
        self.data_dir.join("evidence")
    }

    /// The settings file that was read, if there is one.
    pub(crate) fn settings_file(&self) -> Option<&str> {
        self.file.as_ref().map(|file| file.name.as_str())
    }

    /// The flags of this call that a suggested command needs to mean the same, with a space before each.
    pub(crate) fn flags(&self) -> String {
        self.out.flags.iter().map(|flag| format!(" {flag}")).collect()
    }

    /// Whether this call names a pack of the person's own.
    pub(crate) fn has_own_pack(&self) -> bool {
        self.global.selectors.is_some()
    }

    /// Where chance begins: another number in each run.
    pub(crate) fn seed(&self) -> u64 {
        rand::random()
    }
}

/// The flags of a call that a command needs to mean the same from any folder.
fn flags(global: &Global, origin: Option<&str>) -> Vec<String> {
    let path = |flag: &str, path: &Option<PathBuf>| {
        let whole = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        path.as_ref().map(|path| format!("{flag} {}", quoted(&whole(path))))
    };
    let account = (global.account.as_str() != "default").then(|| format!("--account {}", global.account));
    let browser = global.browser.map(|browser| format!("--browser {}", browser_name(browser).as_str()));
    let parts = [
        origin.map(|origin| format!("--origin {origin}")),
        account,
        path("--data-dir", &global.data_dir),
        path("--config", &global.config),
        path("--selectors", &global.selectors),
        browser,
        global.webdriver.as_ref().map(|url| format!("--webdriver {}", quoted(Path::new(url)))),
        global.headed.then(|| "--headed".to_owned()),
        global.headless.then(|| "--headless".to_owned()),
    ];
    parts.into_iter().flatten().collect()
}

/// The settings file that is named, or the one in the settings folder if there is one.
fn settings_file(global: &Global, folder: Option<&Path>) -> Result<Option<SettingsFile>, Failure> {
    let read = |path: &Path| {
        SettingsFile::read(path)
            .map_err(|error| Failure::bad_file(shown(format!("{}: {error}", path.display())), "mend the settings file"))
    };
    match (&global.config, folder) {
        (Some(path), _) => match read(path)? {
            None => {
                let what = format!("there is no settings file {}", path.display());
                Err(Failure::bad_file(shown(what), "check the name after --config"))
            }
            file => Ok(file),
        },
        (None, Some(folder)) => read(&folder.join(SETTINGS_FILE)),
        (None, None) => Ok(None),
    }
}

/// Everything that may set something, read and not yet checked.
///
/// # Errors
/// The settings file cannot be read, or the one that `--config` names is not there.
pub(super) fn layers(global: &Global, environment: &[(String, String)]) -> Result<Layers, Failure> {
    let folders = directories::ProjectDirs::from("", "", "exeunt");
    let file = settings_file(global, folders.as_ref().map(|folders| folders.config_dir()))?;
    Ok(layered(global, file, environment.to_vec()))
}

/// Where the settings file is looked for; none without a home folder.
pub(super) fn settings_path(global: &Global) -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "exeunt");
    global.config.clone().or_else(|| folders.map(|folders| folders.config_dir().join(SETTINGS_FILE)))
}

fn layered(global: &Global, file: Option<SettingsFile>, environment: Vec<(String, String)>) -> Layers {
    let headed = match (global.headed, global.headless) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let browser = global.browser.map(browser_name);
    let arguments = Arguments { browser, webdriver: global.webdriver.clone(), headed };
    Layers { file, environment, arguments }
}

fn browser_name(browser: BrowserArg) -> BrowserName {
    match browser {
        BrowserArg::Chrome => BrowserName::Chrome,
        BrowserArg::Firefox => BrowserName::Firefox,
    }
}

/// What is said of mistakes in settings, each as a picture.
pub(super) fn settings_failure(mistakes: &[SettingMistake], file: Option<&SettingsFile>) -> Failure {
    Failure::bad_file(setting_picture::pictures(mistakes, file), "")
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:@%".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) { text } else { format!("'{}'", clean_quotes(&text)) }
}

fn clean_quotes(text: &str) -> String {
    shown(text).replace('\'', r"'\''")
}

/// The pace in its zone. Hours that are meant for a place are not kept by the clock of another one.
fn in_zone(pace: Pace, zone: jiff::tz::TimeZone) -> Result<Pace, Failure> {
    if zone.is_unknown() && !pace.active.is_always() {
        let what = "`pace.active` names hours, and this machine does not say in which time zone it is";
        return Err(Failure::bad_file(what, "set time.zone to one such as Europe/Berlin"));
    }
    Ok(Pace { zone, ..pace })
}

/// The zone that the settings name, or that of this machine.
///
/// # Errors
/// The machine does not know it.
pub(super) fn zone_of(settings: &Settings) -> Result<jiff::tz::TimeZone, Failure> {
    match &settings.zone {
        None => Ok(jiff::tz::TimeZone::system()),
        Some(name) => crate::settings::zone_of(name).ok_or_else(|| {
            Failure::bad_file(
                shown(format!("there is no time zone `{name}`")),
                "set time.zone to one such as Europe/Berlin",
            )
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_need_a_zone_and_a_pace_gets_that_of_the_machine() {
        let hours = ["09:00-18:00".parse::<crate::policy::active::Window>().unwrap()].into_iter().collect();
        let pace = Pace { active: hours, ..Pace::default() };
        let berlin = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(in_zone(pace.clone(), berlin.clone()).unwrap().zone, berlin);
        let refused = in_zone(pace, jiff::tz::TimeZone::unknown()).unwrap_err();
        assert_eq!(refused.ending, crate::event::exit::Ending::BadFile);
        assert!(in_zone(Pace::default(), jiff::tz::TimeZone::unknown()).is_ok(), "days are counted in UTC then");
    }
}
