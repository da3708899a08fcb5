//! `doctor`: checks every precondition, one line each, and says exactly how to mend what is missing.

use std::path::Path;

use serde_json::json;

use super::browser::Driver;
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::{clean, shown as safe, wrapped};
use super::{foreign, notify, password, profile, programs, screen};
use crate::browser::binary::{self, Kind, Pair, Program};
use crate::browser::open::{OpenError, named};
use crate::browser::profile as engine;
use crate::browser::profile_lock::Lock;
use crate::event::exit::Ending;
use crate::event::id::Realm;
use crate::report::count::{bytes, count};

/// Below this there may be no room for a day's pictures.
const LEAST_SPACE: u64 = 1_000_000_000;
/// Where what is said of a precondition begins.
const MARGIN: usize = 22;

/// One precondition.
struct Check {
    what: &'static str,
    /// What is there; or what is the matter, and how to mend it.
    result: Result<String, (String, String)>,
    needed: bool,
}

impl Check {
    /// With one mend for whatever is the matter.
    fn of(what: &'static str, result: Result<String, String>, mend: &str, needed: bool) -> Self {
        let result = result.map(|text| clean(&text)).map_err(|error| (clean(&error), mend.to_owned()));
        Self { what, result, needed }
    }

    /// With what a command that meets it would say, which is safe for a terminal.
    fn met(what: &'static str, result: Result<String, Failure>, needed: bool) -> Self {
        Self { what, result: result.map_err(|failure| (failure.what, failure.mend)), needed }
    }
}

/// Carries out `doctor`.
pub(crate) fn run(context: &Context) -> Answer {
    let chosen = programs::kind(context.settings.browser.name);
    let pair = pair_of(context, chosen)?;
    let browser = pair.as_ref().ok().map(|pair| pair.browser.clone());
    let checks = [
        Check::of(chosen.as_str(), said(pair), "", context.settings.browser.webdriver.is_none()),
        other_browser(context)?,
        data_dir(context, browser.as_ref()),
        ledger(context),
        space(context),
        pack(context),
        zone(context),
        screen(context),
        Check::met("browser profile", profile_of(context, browser.as_ref())?, false),
        synced(context),
        keyring(),
        told(context),
    ];
    let mut missing: u64 = 0;
    for check in &checks {
        let (mark, (text, mend)) = match &check.result {
            Ok(text) => ("ok  ", (text.clone(), String::new())),
            Err(said) if check.needed => ("FAIL", said.clone()),
            Err(said) => ("note", said.clone()),
        };
        // Before lines are broken: what the system said may be broken between its words.
        let text = foreign::in_words(&text);
        shown(context, &format!("{mark}  {:<16}", check.what), &text);
        // A command in it is not broken at a word.
        let mends =
            mend.lines().enumerate().map(|(at, line)| format!("{}{line}", if at == 0 { "to mend it: " } else { "" }));
        mends.for_each(|line| context.out.show(format!("{:MARGIN$}{line}", "")));
        missing += u64::from(check.result.is_err() && check.needed);
        context.out.record(&json!({
            "v": 1, "kind": "check", "check": check.what, "ok": check.result.is_ok(), "needed": check.needed, "said": text, "mend": mend,
        }));
    }
    if missing == 0 {
        return Ok(Outcome::done("everything needed is here"));
    }
    Ok(Outcome::of(
        Ending::NoBrowser,
        format!("{} missing; see above", count(missing, "needed thing is", "needed things are")),
    ))
}

/// Shows a text behind a head. A line of the text stays one: pictures of mistakes have several.
fn shown(context: &Context, head: &str, text: &str) {
    let mut head = head.to_owned();
    for line in text.lines() {
        let is_drawn = line.starts_with(' ');
        // What is drawn is not broken at words.
        let lines = match is_drawn {
            true => vec![format!("{}{line}", " ".repeat(MARGIN))],
            false => wrapped(line, context.out.text_width(), MARGIN),
        };
        for line in lines {
            context.out.show(format!("{head:<MARGIN$}{}", &line[MARGIN..]));
            head.clear();
        }
    }
}

fn pair_of(context: &Context, kind: Kind) -> Result<Result<Pair, OpenError>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Ending::Bug, format!("the runtime cannot start: {error}"), ""))?;
    let chosen = programs::kind(context.settings.browser.name) == kind;
    let mut binaries = programs::binaries(context);
    if !chosen {
        (binaries.browser, binaries.driver) = (None, None);
    }
    Ok(runtime.block_on(binary::find(kind, &binaries)))
}

fn said(pair: Result<Pair, OpenError>) -> Result<String, String> {
    pair.map(|pair| format!("{}; {}", pair.browser.says, pair.driver.says)).map_err(|error| error.to_string())
}

fn other_browser(context: &Context) -> Result<Check, Failure> {
    let kind = match programs::kind(context.settings.browser.name) {
        Kind::Chrome => Kind::Firefox,
        Kind::Firefox => Kind::Chrome,
    };
    Ok(Check::of(kind.as_str(), said(pair_of(context, kind)?), "", false))
}

/// The data directory, and whether the browser may use it at all: one from a snap may not use hidden folders.
fn data_dir(context: &Context, browser: Option<&Program>) -> Check {
    let dir = &context.data_dir;
    let fits = browser.map_or(Ok(()), |browser| engine::snap(&browser.path, dir));
    let result = match fits {
        Err(error) => Err(error.about_a_folder().map(|(what, mend)| (clean(&what), mend)).unwrap_or_default()),
        Ok(()) => Ok(clean(&dir.display().to_string())),
    };
    Check { what: "data directory", result, needed: false }
}

fn ledger(context: &Context) -> Check {
    Check::met("ledger", context.ledger().map(|_| "opens, only you can read it".to_owned()), true)
}

fn space(context: &Context) -> Check {
    let existing = context.data_dir.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    let result = match rustix::fs::statvfs(existing) {
        Ok(stat) if stat.f_bavail * stat.f_frsize >= LEAST_SPACE => {
            Ok(format!("{} free", bytes(stat.f_bavail * stat.f_frsize)))
        }
        Ok(stat) => Err(format!("only {} free", bytes(stat.f_bavail * stat.f_frsize))),
        Err(error) => Err(error.to_string()),
    };
    Check::of("free space", result, "make room: 900 removals with pictures take up to 1 GB", false)
}

fn pack(context: &Context) -> Check {
    let result = context.pack().map(|pack| {
        let seen = pack.flows.values().filter(|flow| flow.seen.as_ref().is_some_and(|seen| seen.value != "never"));
        let never = pack.flows.len() - seen.count();
        let age = match never {
            0 => String::new(),
            _ => format!(
                "; {never} of {} flows were written from second-hand descriptions: your rehearsal is the first check",
                pack.flows.len()
            ),
        };
        format!("{}{age}", pack.site.pack.value)
    });
    Check::met("flow pack", result, true)
}

fn zone(context: &Context) -> Check {
    let result = if context.zone().is_unknown() {
        Err("this machine does not say in which time zone it is; times are shown in UTC".to_owned())
    } else {
        Ok(format!("{}; it is {} now", context.zone_now(), context.time(context.clock.now().utc)))
    };
    Check::of("time zone", result, "set it: time.zone = \"Europe/Berlin\" in the settings", false)
}

/// Whether a window can be shown. A run of a real account shows one, unless it is told otherwise.
fn screen(context: &Context) -> Check {
    let browser = &context.settings.browser;
    let is_shown = browser.webdriver.is_none() && browser.headed.unwrap_or_else(|| is_real(context));
    if screen::is_there() {
        return Check::of("screen", Ok("there is one".to_owned()), "", is_shown);
    }
    let (said, mend) = if is_shown {
        let hidden = "`--headless`, or browser.window = \"hidden\" in the settings, works without one; or";
        ("there is none, and the browser of this account is shown in a window", format!("{hidden} {}", screen::MEND))
    } else {
        ("there is none: browsers run without a window, but `login` needs one", screen::MEND.to_owned())
    };
    Check::of("screen", Err(said.to_owned()), &mend, is_shown)
}

/// Whether the account is known as one of the real site. A ledger that does not open is another line's matter.
fn is_real(context: &Context) -> bool {
    let realm = |ledger: crate::ledger::Ledger| ledger.realm(context.account()).ok().flatten();
    context.origin.is_none() && context.ledger().ok().and_then(realm) == Some(Realm::Real)
}

/// What `doctor` says of the profile: fine or what is the matter, and the mend. `program` is the browser that would use it, where it
/// was found.
///
/// # Errors
/// What the ledger says.
fn profile_of(context: &Context, program: Option<&Program>) -> Result<Result<String, Failure>, Failure> {
    let Ok(ledger) = context.ledger() else { return Ok(Ok("not known without the ledger".to_owned())) };
    let realm = match ledger.realm(context.account())? {
        Some(realm) => realm,
        None if context.origin.is_some() => Realm::Practice,
        None => Realm::Real,
    };
    let folder = profile::folder(context, realm);
    let row = ledger.sign_in(context.account(), realm)?.filter(|row| row.out.is_none());
    let mend = format!("`{}`", profile::login(context));
    let missing = |what: String| Ok(Err(Failure::new(Ending::NoBrowser, what, mend.clone())));
    let Some(row) = row else {
        return match realm {
            Realm::Practice => Ok(Ok("none; the practice site needs none".to_owned())),
            Realm::Real => missing(format!("account `{}` is not signed in here", context.account())),
        };
    };
    if !folder.exists() {
        return missing(safe(format!("{} is gone", folder.display())));
    }
    // It is looked at as before a start, with the browser that signed in.
    let kind = programs::kind(context.settings.browser.name);
    if row.browser == kind.as_str()
        && let Err(error) = engine::check(kind, &folder, program)
    {
        return Ok(Err(Driver::new(context, realm, "").unavailable(&error)));
    }
    let whose = format!("{} with {} since {}", row.handle, row.browser, context.time(row.at));
    let state = match engine::lock(kind, &folder) {
        Lock::None => String::new(),
        Lock::Held { pid, program } => format!("; in use by process {} now", named(pid, &program)),
        Lock::Left { names, .. } => format!("; a lock of {names} was left in it, which the next start clears"),
    };
    Ok(Ok(safe(format!("signed in as {whose}; {}{state}", folder.display()))))
}

/// Needed only where somebody chose it: for a password, or for the key that seals proof.
fn keyring() -> Check {
    let result = match password::keeper(|_| Ok(())) {
        Ok(()) => Ok("it answers; `exeunt password keep` puts the account's password there".to_owned()),
        Err(failure) => Err(failure.what),
    };
    let mend = "not needed: passwords are asked for at the terminal, and the seal's key is kept in a file";
    Check::of("keyring", result, mend, false)
}

/// The program of the settings that is told what happens; it is looked for and not started.
fn told(context: &Context) -> Check {
    let result = match notify::program(context) {
        None => Ok("no program is told what happens: notify.command is empty".to_owned()),
        Some(found) => found.map(|path| format!("{} is told what happens", path.display())),
    };
    Check::of("notify", result, "set notify.command in the settings to what can be started", false)
}

fn synced(context: &Context) -> Check {
    let result = match profile::syncer_of(&context.data_dir) {
        None => Ok("no folder above it is known to be copied elsewhere".to_owned()),
        Some(what) => Err(format!("{} lies in a folder of {what}", context.data_dir.display())),
    };
    let mend = "name another folder with --data-dir: whoever gets a copy of the browser profile is signed in as you";
    Check::of("copies", result, mend, false)
}
