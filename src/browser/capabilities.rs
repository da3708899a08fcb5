//! The capabilities of a session: built here, from a closed set of choices, never from a file or a caller's text.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::binary::Kind;
use super::page::Deadlines;

/// What may differ between sessions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    /// Which browser.
    pub(super) kind: Kind,
    /// Its program; none where the other end chooses (an attached driver).
    pub(super) browser: Option<&'a Path>,
    /// Without a window.
    pub(super) headless: bool,
    /// The browser's own folder.
    pub(super) profile: Option<&'a Path>,
    /// Where files are saved; none where nothing is to be downloaded.
    pub(super) downloads: Option<&'a Path>,
    /// Nothing that is loaded is kept for a second time. Chromium is told so when it is needed.
    pub(super) uncached: bool,
    /// No connection to anything but this machine.
    pub(super) loopback_only: bool,
    /// Chromium's sandbox needs another user than root.
    pub(super) root: bool,
    /// How long loading and scripts may take.
    pub(super) deadlines: Deadlines,
}

/// The window of a session, in CSS pixels: wide enough for the desktop layout.
const WINDOW: (u32, u32) = (1366, 900);

/// Chromium's switches for a browser that connects to nothing but this machine.
pub(super) const LOOPBACK_ONLY: [&str; 2] =
    ["--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]"];

/// How long the driver waits for one slice of the agent; a slice waits 1.5 s in the page and may then search a large one.
const SCRIPT_MS: u64 = 18_000;

/// The capabilities for a wish.
pub(super) fn build(wish: &Wish<'_>) -> Map<String, Value> {
    let load = u64::try_from(wish.deadlines.load.as_millis()).unwrap_or(u64::MAX);
    let mut all = Map::new();
    all.insert("acceptInsecureCerts".into(), json!(false));
    all.insert("pageLoadStrategy".into(), json!("eager"));
    // The default cancels a `confirm()` of the page behind our back.
    all.insert("unhandledPromptBehavior".into(), json!("ignore"));
    all.insert("timeouts".into(), json!({"script": SCRIPT_MS, "pageLoad": load, "implicit": 0}));
    match wish.kind {
        Kind::Chrome => {
            all.insert("browserName".into(), json!("chrome"));
            all.insert("goog:chromeOptions".into(), chrome(wish));
        }
        Kind::Firefox => {
            all.insert("browserName".into(), json!("firefox"));
            all.insert("moz:firefoxOptions".into(), firefox(wish));
        }
    }
    all
}

fn chrome(wish: &Wish<'_>) -> Value {
    let mut args: Vec<String> = [
        // No DevTools port that every local process could use.
        "--remote-debugging-pipe",
        "--disable-background-networking",
        "--disable-breakpad",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-domain-reliability",
        // The last one is a process that waits for a second site, which never comes.
        "--disable-features=OptimizationHints,MediaRouter,Translate,InterestFeedContentSuggestions,\
         SpareRendererForSitePerProcess",
        "--disable-quic",
        "--disable-sync",
        "--metrics-recording-only",
        "--no-default-browser-check",
        "--no-first-run",
        "--no-pings",
    ]
    .map(str::to_owned)
    .into();
    args.push(format!("--window-size={},{}", WINDOW.0, WINDOW.1));
    if wish.headless {
        args.push("--headless=new".into());
    }
    if wish.root {
        args.push("--no-sandbox".into());
    }
    if wish.loopback_only {
        args.extend(LOOPBACK_ONLY.map(str::to_owned));
    }
    if let Some(profile) = wish.profile {
        args.push(format!("--user-data-dir={}", profile.display()));
    }
    let mut options = Map::new();
    options.insert("args".into(), json!(args));
    options.insert(
        "prefs".into(),
        // What is typed into a form is not remembered either: a code would lie in the profile.
        json!({
            "autofill.enabled": false,
            "autofill.credit_card_enabled": false,
            "autofill.profile_enabled": false,
            "credentials_enable_service": false,
            "profile.password_manager_enabled": false,
        }),
    );
    if let Some(browser) = wish.browser {
        options.insert("binary".into(), json!(browser));
    }
    Value::Object(options)
}

fn firefox(wish: &Wish<'_>) -> Value {
    let mut args = vec![format!("--width={}", WINDOW.0), format!("--height={}", WINDOW.1)];
    if wish.headless {
        args.push("-headless".into());
    }
    if let Some(profile) = wish.profile {
        args.push("-profile".into());
        args.push(profile.display().to_string());
    }
    let mut options = Map::new();
    options.insert("args".into(), json!(args));
    let mut prefs = firefox_prefs(wish.loopback_only);
    if let (Some(folder), Some(map)) = (wish.downloads, prefs.as_object_mut()) {
        map.insert("browser.download.folderList".into(), json!(2));
        map.insert("browser.download.dir".into(), json!(folder.display().to_string()));
    }
    if let (true, Some(map)) = (wish.uncached, prefs.as_object_mut()) {
        map.insert("browser.cache.disk.enable".into(), json!(false));
        map.insert("browser.cache.memory.enable".into(), json!(false));
    }
    options.insert("prefs".into(), prefs);
    if let Some(browser) = wish.browser {
        options.insert("binary".into(), json!(browser));
    }
    Value::Object(options)
}

/// Parts of Firefox's own window that nobody here looks at, and that cost time at every start: its new-tab page with what that
/// loads, suggestions, studies, its sync, and a process that waits for a page. No page can see whether they are there, and none
/// of them keeps anything safe: sandbox, lists of revoked certificates and of blocked add-ons, and the corrections for single
/// sites stay as they are.
const UNUSED: [&str; 23] = [
    "app.shield.optoutstudies.enabled",
    "browser.backup.enabled",
    "browser.discovery.enabled",
    "browser.ml.chat.enabled",
    "browser.ml.enable",
    "browser.ml.linkPreview.enabled",
    "browser.newtab.preload",
    "browser.newtabpage.activity-stream.feeds.system.topsites",
    "browser.newtabpage.activity-stream.feeds.topsites",
    "browser.newtabpage.activity-stream.testing.shouldInitializeFeeds",
    "browser.places.interactions.enabled",
    "browser.profiles.enabled",
    "browser.search.serpEventTelemetryCategorization.enabled",
    "browser.search.update",
    "browser.startup.homepage.abouthome_cache.enabled",
    "browser.topsites.useRemoteSetting",
    "browser.uitour.enabled",
    "browser.urlbar.quicksuggest.enabled",
    "browser.urlbar.suggest.searches",
    "browser.urlbar.trending.featureGate",
    "dom.ipc.processPrelaunch.enabled",
    "identity.fxaccounts.enabled",
    "nimbus.telemetry.targetingContextEnabled",
];
/// Where Firefox would look for messages of its own to show.
const MESSAGES: [&str; 4] = ["cfr", "message-groups", "messaging-experiments", "onboarding"];

/// Preferences that stop what a browser does on its own; with `loopback_only` everything else goes to a dead proxy.
pub(super) fn firefox_prefs(loopback_only: bool) -> Value {
    let mut prefs = firefox_silence();
    let map = prefs.as_object_mut().expect("the literal of it is an object");
    map.extend(UNUSED.map(|name| (name.to_owned(), json!(false))));
    map.extend(
        MESSAGES.map(|name| (format!("browser.newtabpage.activity-stream.asrouter.providers.{name}"), json!("null"))),
    );
    if loopback_only {
        map.insert("network.proxy.type".into(), json!(1));
        for scheme in ["http", "ssl", "socks"] {
            // The discard port: nothing listens there.
            map.insert(format!("network.proxy.{scheme}"), json!("127.0.0.1"));
            map.insert(format!("network.proxy.{scheme}_port"), json!(9));
        }
        map.insert("network.proxy.no_proxies_on".into(), json!("127.0.0.1, localhost, [::1]"));
        map.insert("network.trr.mode".into(), json!(5));
    }
    prefs
}

/// What Firefox would ask other machines for on its own, write down of what is typed, or put in front of a page.
fn firefox_silence() -> Value {
    json!({
        "app.normandy.enabled": false,
        "app.update.auto": false,
        "app.update.enabled": false,
        "browser.contentblocking.introCount": 99,
        "browser.download.alwaysOpenPanel": false,
        "browser.download.always_ask_before_handling_new_types": false,
        // The user's own folder again in every session that is opened for no download: a profile remembers the last one.
        "browser.download.folderList": 1,
        "browser.download.start_downloads_in_tmp_dir": false,
        "browser.download.useDownloadDir": true,
        // What is typed into a form is kept nowhere in the profile: a code would lie there.
        "browser.formfill.enable": false,
        "browser.newtabpage.enabled": false,
        "browser.ping-centre.telemetry": false,
        "browser.region.update.enabled": false,
        "browser.safebrowsing.downloads.enabled": false,
        "browser.safebrowsing.malware.enabled": false,
        "browser.safebrowsing.phishing.enabled": false,
        "browser.shell.checkDefaultBrowser": false,
        "browser.sessionstore.privacy_level": 2,
        "browser.startup.homepage": "about:blank",
        "browser.topsites.contile.enabled": false,
        "datareporting.healthreport.uploadEnabled": false,
        "datareporting.policy.dataSubmissionEnabled": false,
        "datareporting.usage.uploadEnabled": false,
        "dom.push.connection.enabled": false,
        "extensions.getAddons.cache.enabled": false,
        "extensions.systemAddon.update.enabled": false,
        "extensions.update.enabled": false,
        "geo.enabled": false,
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
        "network.dns.disablePrefetch": true,
        "network.http.speculative-parallel-limit": 0,
        "network.prefetch-next": false,
        "signon.autofillForms": false,
        "signon.rememberSignons": false,
        "toolkit.telemetry.archive.enabled": false,
        "toolkit.telemetry.enabled": false,
        "toolkit.telemetry.unified": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(kind: Kind) -> Wish<'static> {
        Wish {
            kind,
            browser: None,
            headless: true,
            profile: Some(Path::new("/somewhere/profile")),
            downloads: None,
            uncached: false,
            loopback_only: true,
            root: false,
            deadlines: Deadlines::default(),
        }
    }

    #[test]
    fn every_session_leaves_prompts_alone_and_refuses_bad_certificates() {
        for kind in [Kind::Chrome, Kind::Firefox] {
            let all = build(&wish(kind));
            assert_eq!(all["unhandledPromptBehavior"], "ignore");
            assert_eq!(all["acceptInsecureCerts"], false);
            assert_eq!(all["pageLoadStrategy"], "eager");
        }
    }

    #[test]
    fn the_sandbox_is_given_up_for_root_only() {
        let args = |root| build(&Wish { root, ..wish(Kind::Chrome) })["goog:chromeOptions"]["args"].to_string();
        assert!(!args(false).contains("--no-sandbox"));
        assert!(args(true).contains("--no-sandbox"));
    }

    #[test]
    fn firefox_saves_to_the_given_folder_and_to_the_users_own_again_without_one() {
        let prefs =
            |downloads| build(&Wish { downloads, ..wish(Kind::Firefox) })["moz:firefoxOptions"]["prefs"].clone();
        let ours = prefs(Some(Path::new("/somewhere/archives")));
        assert_eq!(
            (&ours["browser.download.folderList"], &ours["browser.download.dir"]),
            (&json!(2), &json!("/somewhere/archives"))
        );
        assert_eq!(prefs(None)["browser.download.folderList"], 1);
    }

    #[test]
    fn nothing_that_keeps_a_browser_safe_and_nothing_that_a_page_sees_is_turned_off() {
        let prefs = firefox_prefs(false).to_string();
        for kept in [
            "security.",
            "sandbox",
            "blocklist",
            "onecrl",
            "extensions.webcompat",
            "extensions.webextensions",
            "fission",
            "javascript.",
            "layers.",
            "gfx.",
            "webgl",
            "general.useragent",
            "intl.",
            "privacy.",
        ] {
            assert!(!prefs.contains(kept), "{kept} is none of our business: {prefs}");
        }
        let chrome = build(&wish(Kind::Chrome))["goog:chromeOptions"]["args"].to_string();
        for kept in ["--no-sandbox", "isolat", "--disable-web-security", "--disable-gpu", "--user-agent", "--lang"] {
            assert!(!chrome.contains(kept), "{chrome}");
        }
    }

    #[test]
    fn a_loopback_session_resolves_nothing_else() {
        let args = build(&wish(Kind::Chrome))["goog:chromeOptions"]["args"].to_string();
        assert!(args.contains("MAP * ~NOTFOUND") && args.contains("--remote-debugging-pipe"));
        assert_eq!(build(&wish(Kind::Firefox))["moz:firefoxOptions"]["prefs"]["network.proxy.type"], 1);
        let real = build(&Wish { loopback_only: false, ..wish(Kind::Firefox) });
        assert!(real["moz:firefoxOptions"]["prefs"].get("network.proxy.type").is_none());
    }
}
