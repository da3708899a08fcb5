use std::num::NonZeroU32;

use proptest::prelude::*;

use super::*;

fn file(text: &str) -> Layers {
    Layers { file: Some(SettingsFile { name: "settings.toml".to_owned(), text: text.to_owned() }), ..Layers::default() }
}

fn variables(variables: &[(&str, &str)]) -> Layers {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Layers { environment: variables.iter().map(owned).collect(), ..Layers::default() }
}

fn load(layers: &Layers) -> Settings {
    Settings::load(layers).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn said(layers: &Layers) -> Vec<String> {
    Settings::load(layers).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn the_documented_defaults_are_the_real_ones() {
    let seconds = Duration::from_secs;
    let settings = load(&Layers::default());
    assert_eq!(settings.pace, Pace::default());
    assert_eq!(
        settings.browser,
        BrowserSettings {
            name: BrowserName::Chrome,
            webdriver: None,
            headed: None,
            chromedriver: None,
            chromium: None,
            geckodriver: None,
            firefox: None,
        }
    );
    let deadlines =
        Deadlines { start: seconds(30), command: seconds(30), page: seconds(30), step: seconds(10), item: seconds(90) };
    assert_eq!(settings.deadlines, deadlines);
    assert_eq!((settings.zone.as_deref(), settings.notify_command.len()), (None, 0));
    assert_eq!(settings.place_of("pace.per_day"), Place::Defaults);
    assert_eq!(settings.pace_in(Realm::Real), Ok(Pace::default()));
}

#[test]
fn the_defaults_say_of_every_setting_what_it_is() {
    let mut said = false;
    for line in DEFAULTS.lines() {
        match line.trim() {
            "" => said = false,
            line if line.starts_with('#') => said = true,
            line if line.starts_with('[') => {}
            line => assert!(said, "`{line}` has no comment above it"),
        }
    }
}

#[test]
fn the_floors_that_the_defaults_document_are_those_of_the_pace() {
    for (line, key) in [
        ("gap_min = \"19s\"", "pace.gap_min"),
        ("batch = 11", "pace.batch"),
        ("batch_pause_min = \"299s\"", "pace.batch_pause_min"),
        ("per_hour = 21", "pace.per_hour"),
        ("per_day = 51", "pace.per_day"),
        ("per_date = 51", "pace.per_date"),
        ("per_week = 301", "pace.per_week"),
        ("visits_per_week = 631", "pace.visits_per_week"),
        ("ramp_days = 4", "pace.ramp_days"),
        ("not_applied_after = \"179s\"", "pace.not_applied_after"),
        ("audit_after = \"59s\"", "pace.audit_after"),
    ] {
        let settings = load(&file(&format!("[pace]\n{line}\n")));
        assert!(settings.pace_in(Realm::Practice).is_ok(), "{line}");
        let mistakes = settings.pace_in(Realm::Real).unwrap_err();
        assert_eq!(mistakes.iter().map(|mistake| mistake.key.as_str()).collect::<Vec<_>>(), [key]);
        assert!(matches!(&mistakes[0].place, Place::File { line: 2, .. }), "{mistakes:?}");
    }
}

#[test]
fn bad_hours_and_growth_are_refused_with_what_to_write() {
    let text = "[pace]\nactive = [\"mon-fri 09:00-18:00\", \"sunday 9-12\"]\nper_day_later = -1\n";
    assert_eq!(
        said(&file(text)),
        [
            "settings.toml:2:10: `pace.active`: `sunday 9-12` does not fit; a day is not one of mon, tue, wed, thu, fri, sat, sun; a list like `[\"mon-fri 09:00-18:00\"]`",
            "settings.toml:3:17: `pace.per_day_later`: `-1` does not fit; 1 to 1000, or 0 for no growth",
        ]
    );
    // A growth that another cap would hold back is a mistake wherever it is worked.
    let held = said(&file("[pace]\nper_day_later = 30\n"));
    assert_eq!(
        held,
        ["settings.toml:2:17: `pace.per_day_later`: `pace.per_date` allows only 20; raise that to 30 or more too"]
    );
}

#[test]
fn a_zone_that_this_machine_does_not_know_is_refused_with_the_way_out() {
    for zone in ["Europe/Nowhere", "Mars/Base", "+25:00"] {
        let said = said(&file(&format!("[time]\nzone = \"{zone}\"\n")));
        assert_eq!(
            said,
            [format!(
                "settings.toml:2:8: `time.zone`: `{zone}` does not fit; the name of a time zone, like `Europe/Berlin` or `UTC`"
            )]
        );
    }
}

#[test]
fn a_later_layer_outranks_an_earlier_one() {
    let mut layers = file("[browser]\nname = \"firefox\"\nwindow = \"hidden\"\n[pace]\nper_day = 12\nper_hour = 7\n");
    layers.environment =
        variables(&[("EXEUNT_PACE_PER_DAY", "9"), ("EXEUNT_BROWSER_WINDOW", "hidden"), ("PATH", "/bin")]).environment;
    layers.arguments = Arguments { headed: Some(true), ..Arguments::default() };
    let settings = load(&layers);
    assert_eq!(settings.browser.name, BrowserName::Firefox);
    assert_eq!(settings.browser.headed, Some(true));
    assert_eq!(settings.pace.per_hour, NonZeroU32::new(7));
    assert_eq!(settings.pace.per_day, NonZeroU32::new(9));
    assert_eq!(settings.place_of("browser.name").to_string(), "settings.toml:2:8");
    assert_eq!(settings.place_of("pace.per_day").to_string(), "EXEUNT_PACE_PER_DAY");
    assert_eq!(settings.place_of("browser.window").to_string(), "--headed");
}

#[test]
fn every_setting_can_be_set_in_each_layer() {
    let text = "[browser]\nname='firefox'\nwebdriver='http://[::1]:4444/wd'\nwindow='visible'\nchromedriver='/opt/cd'\nchromium='chromium-x'\ngeckodriver='/opt/gd'\nfirefox='/opt/ff'\n[deadlines]\nstart='1s'\ncommand='2s'\npage='3s'\nstep='4s'\nitem='5s'\n[pace]\ngap_min='21s'\ngap_max='22s'\nbatch=3\nbatch_pause_min='6m'\nbatch_pause_max='7m'\nper_hour=4\nper_day=5\nper_day_later=6\nper_date=7\nper_week=8\nper_month=9\nramp_days=6\nactive=['mon-fri 09:00-18:00', 'sat 22:00-02:00']\nnot_applied_after='4m'\naudit_after='2m'\nvisit_gap='11s'\nvisits_per_hour=7\nvisits_per_day=8\nvisits_per_week=9\n[time]\nzone='UTC'\n[notify]\ncommand=['a','b']\nnames='full'\n[evidence]\nkeep_days=90\nseal_key='keyring'\ntime_stamp=['http://a.example','http://b.example/tsr']\n";
    let from_file = load(&file(text));
    let mut section = "";
    let mut list = Vec::new();
    for line in text.lines() {
        match line.split_once('=') {
            None => section = line.trim_matches(['[', ']']),
            Some((name, value)) => {
                list.push((environment::variable(&format!("{section}.{name}")), value.trim_matches('\'').to_owned()));
            }
        }
    }
    let from_environment = load(&Layers { environment: list.clone(), ..Layers::default() });
    assert_eq!(list.len(), layer::Defaults::new().keys().count(), "the list above has every setting");
    let plain = |settings: &Settings| Settings { places: BTreeMap::new(), ..settings.clone() };
    assert_eq!(plain(&from_file), plain(&from_environment));
    let defaults = load(&Layers::default());
    assert!(
        from_file.browser.firefox != defaults.browser.firefox && from_file.deadlines.item == Duration::from_secs(5)
    );
    assert_eq!(from_file.notify_command, ["a", "b"]);
    assert_eq!((from_file.notify_names, defaults.notify_names), (true, false));
    assert_eq!((from_file.time_stamp.len(), defaults.time_stamp.len()), (2, 0));
    assert_eq!((from_file.seal_key, defaults.seal_key), (SealKeyPlace::Keyring, SealKeyPlace::File));
    assert_eq!((from_file.keep_days, defaults.keep_days), (NonZeroU32::new(90), None));
    assert_eq!(from_file.zone.as_deref(), Some("UTC"));
    assert_eq!(from_file.pace.batch_pause.max, Duration::from_secs(420));
    assert_eq!(from_file.pace.active.to_string(), "mon-fri 09:00-18:00, sat 22:00-02:00");
    let caps =
        [from_file.pace.per_day_later, from_file.pace.per_date, from_file.pace.per_week, from_file.pace.per_month];
    assert_eq!(caps, [6, 7, 8, 9].map(NonZeroU32::new));
}

#[test]
fn all_mistakes_of_a_file_are_reported_at_once_with_line_and_column() {
    let text = "[pace]\nper_dya = 12\n  per_hour = \"20\"\nbatch = 0\ngap_min = \"soon\"\n\n[brwoser]\nname = \"chrome\"\n[browser]\nname = \"safari\"\nchromedriver = \"bin/chromedriver\"\nwebdriver = \"127.0.0.1\"\n[notify]\ncommand = \"notify-send\"\n[colour]\n";
    assert_eq!(
        said(&file(text)),
        [
            "settings.toml:2:1: `pace.per_dya` is no setting; did you mean `pace.per_day`?",
            "settings.toml:3:14: `pace.per_hour` cannot be of type string; write a whole number",
            "settings.toml:4:9: `pace.batch`: `0` does not fit; 1 to 1000",
            "settings.toml:5:11: `pace.gap_min`: `soon` does not fit; a time like `20s` or `1h 30m`, from 0s to 24h",
            "settings.toml:7:2: `[brwoser]` is no section; did you mean `browser`?",
            "settings.toml:10:8: `browser.name`: `safari` does not fit; `chrome` or `firefox`",
            "settings.toml:11:16: `browser.chromedriver`: `bin/chromedriver` does not fit; an absolute path, or a name to look for in PATH",
            "settings.toml:12:13: `browser.webdriver`: `127.0.0.1` does not fit; an address like `http://127.0.0.1:9515`",
            "settings.toml:14:11: `notify.command` cannot be of type string; write a list of texts",
            "settings.toml:15:2: `[colour]` is no section; the defaults list them all",
        ]
    );
}

#[test]
fn a_setting_outside_its_section_and_a_section_as_a_value_are_explained() {
    assert_eq!(
        said(&file("per_day = 3\npace = 7\n")),
        [
            "settings.toml:1:1: `per_day` is no setting; did you mean `pace.per_day`?",
            "settings.toml:2:1: `pace` is a section; begin it with a line `[pace]`"
        ]
    );
}

#[test]
fn what_is_no_toml_is_reported_with_its_line() {
    let mistakes = Settings::load(&file("[pace]\nper_day = = 3\nper_hour = 3\nper_hour = 4\n")).unwrap_err();
    let lines: Vec<usize> = mistakes
        .iter()
        .map(|mistake| match mistake.place {
            Place::File { line, .. } => line,
            _ => 0,
        })
        .collect();
    assert!(lines.contains(&2) && lines.contains(&4), "{mistakes:?}");
    assert!(lines.is_sorted());
}

#[test]
fn a_range_the_wrong_way_round_is_shown_where_it_was_written() {
    assert_eq!(
        said(&file("[pace]\ngap_max = \"10s\"\n")),
        [
            "settings.toml:2:11: `pace.gap_min`: 20 s is longer than the longest, 10 s; lower it, or raise the matching `_max`"
        ]
    );
}

#[test]
fn mistakes_of_the_environment_name_the_variable() {
    let layers = variables(&[
        ("EXEUNT_PACE_PER_DYA", "3"),
        ("EXEUNT_PACE_PER_DAY", "many"),
        ("EXEUNT_PACE_BATCH", "-1"),
        ("EXEUNT_NOTIFY_COMMAND", "notify-send"),
        ("EXEUNT_TIME_ZONE", "Mars/Olympus"),
        ("EXEUNT_LOG", "debug"),
        ("EXEUNT_CONFIG", "/x"),
    ]);
    assert_eq!(
        said(&layers),
        [
            "EXEUNT_NOTIFY_COMMAND: `notify-send` does not fit; write a list like [\"notify-send\", \"Exeunt\", \"{line}\"]",
            "EXEUNT_PACE_BATCH: `pace.batch`: `-1` does not fit; 1 to 1000",
            "EXEUNT_PACE_PER_DAY: `many` does not fit; write a whole number",
            "EXEUNT_PACE_PER_DYA: the variable belongs to no setting; did you mean `EXEUNT_PACE_PER_DAY`?",
            "EXEUNT_TIME_ZONE: `time.zone`: `Mars/Olympus` does not fit; the name of a time zone, like `Europe/Berlin` or `UTC`",
        ]
    );
}

#[test]
fn the_line_of_a_notice_is_an_argument_and_no_part_of_a_command() {
    let with = |words: &str| file(&format!("[notify]\ncommand = [{words}]\n"));
    for words in [
        "'notify-send', 'Exeunt', '{line}'",
        "'x', '-y', '--body={line}'",
        "'sh', '-c', 'mail -s \"$1\" me', 'sh', '{line}'",
    ] {
        assert!(load(&with(words)).notify_command.len() > 2, "{words}");
    }
    for words in [
        "'sh', '-c', 'echo {line}'",
        "'sh', '-c', '{line}'",
        "'osascript', '-e', '{line}'",
        "'curl', '-d', '{\"text\": \"{line}\"}'",
        "'{line}'",
        "'x', '--a={line}{line}'",
        "'x', 'body={line}'",
        "'notify-send', 'Exeunt', '{lines}'",
        "'notify-send', '{text}'",
    ] {
        let said = said(&with(words));
        assert!(said.len() == 1 && said[0].contains("`{line}` is an argument of its own"), "{words}: {said:?}");
    }
}

#[test]
fn mistakes_of_arguments_name_the_flag() {
    let arguments = Arguments { webdriver: Some("ftp://x".to_owned()), ..Arguments::default() };
    assert_eq!(
        said(&Layers { arguments, ..Layers::default() }),
        ["--webdriver: `browser.webdriver`: `ftp://x` does not fit; an address like `http://127.0.0.1:9515`"]
    );
}

#[test]
fn each_setting_has_a_variable_of_its_own() {
    let defaults = layer::Defaults::new();
    let variables: std::collections::BTreeSet<String> = defaults.keys().map(environment::variable).collect();
    assert_eq!(variables.len(), defaults.keys().count());
    assert!(variables.iter().all(|variable| !ELSEWHERE.contains(&variable.as_str())));
}

#[test]
fn a_file_that_is_not_there_is_none_and_one_that_is_no_text_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(SettingsFile::read(&folder.path().join("nothing.toml")).unwrap(), None);
    let path = folder.path().join("settings.toml");
    std::fs::write(&path, b"\xff\xfe").unwrap();
    assert!(SettingsFile::read(&path).is_err());
    std::fs::write(&path, "[pace]\nper_day = 7\n").unwrap();
    let settings = load(&Layers { file: SettingsFile::read(&path).unwrap(), ..Layers::default() });
    assert_eq!(settings.pace.per_day, NonZeroU32::new(7));
}

#[test]
fn the_defaults_are_a_settings_file_too() {
    assert_eq!(load(&file(DEFAULTS)).pace, Pace::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_damaged_file_is_read_or_refused_with_a_place_in_it(at in 0..DEFAULTS.len(), cut in 0_usize..9, put in "[\\]\\[=\"'{},.é\n0-9a-z]{0,3}") {
        let end = (at + cut).min(DEFAULTS.len());
        prop_assume!(DEFAULTS.is_char_boundary(at) && DEFAULTS.is_char_boundary(end));
        let text = format!("{}{put}{}", &DEFAULTS[..at], &DEFAULTS[end..]);
        for mistake in Settings::load(&file(&text)).err().unwrap_or_default() {
            let Place::File { line, .. } = mistake.place else { panic!("{mistake:?}") };
            prop_assert!((1..=text.split('\n').count()).contains(&line), "{}", mistake);
            prop_assert!(!mistake.what.is_empty() && !mistake.mend.is_empty());
        }
    }
}
