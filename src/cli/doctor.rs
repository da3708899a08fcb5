//! `doctor`: checks every precondition, one line each, and says exactly how to mend what is missing.

use std::path::Path;

use serde_json::json;

use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::{clean, wrapped};
use super::{notify, password, profile, programs, screen};
use crate::browser::binary::{self, Kind};
use crate::event::exit::Ending;
use crate::report::count::{bytes, count};

/// Below this there may be no room for a day's pictures.
const LEAST_SPACE: u64 = 1_000_000_000;

/// One precondition.
struct Check {
    what: &'static str,
    result: Result<String, String>,
    mend: &'static str,
    needed: bool,
}

/// Carries out `doctor`.
pub(crate) fn run(context: &Context) -> Answer {
    let checks = [
        browser_check(context)?,
        other_browser(context)?,
        data_dir(context),
        ledger(context),
        space(context),
        pack(context),
        zone(context),
        screen(),
        profile(context)?,
        synced(context),
        keyring(),
        told(context),
    ];
    let mut missing: u64 = 0;
    for check in &checks {
        let (mark, text) = match &check.result {
            Ok(text) => ("ok  ", text.clone()),
            Err(text) if check.needed => ("FAIL", text.clone()),
            Err(text) => ("note", text.clone()),
        };
        let lines = wrapped(&clean(&text), context.out.text_width(), 22);
        for (at, line) in lines.iter().enumerate() {
            let head = if at == 0 { format!("{mark}  {:<16}", check.what) } else { String::new() };
            context.out.show(format!("{head:<22}{}", &line[22..]));
        }
        if check.result.is_err() && !check.mend.is_empty() {
            context.out.show(format!("{:22}to mend it: {}", "", check.mend));
        }
        missing += u64::from(check.result.is_err() && check.needed);
        context.out.record(&json!({
            "v": 1, "check": check.what, "ok": check.result.is_ok(), "needed": check.needed, "said": text,
            "mend": if check.result.is_err() { check.mend } else { "" },
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

fn pair_of(context: &Context, kind: Kind) -> Result<Result<String, String>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Ending::Bug, format!("the runtime cannot start: {error}"), ""))?;
    let chosen = programs::kind(context.settings.browser.name) == kind;
    let mut binaries = programs::binaries(context);
    if !chosen {
        (binaries.browser, binaries.driver) = (None, None);
    }
    let found = runtime.block_on(binary::find(kind, &binaries));
    Ok(found.map(|pair| format!("{}; {}", pair.browser.says, pair.driver.says)).map_err(|error| error.to_string()))
}

fn browser_check(context: &Context) -> Result<Check, Failure> {
    let kind = programs::kind(context.settings.browser.name);
    let result = pair_of(context, kind)?;
    Ok(Check { what: kind.as_str(), result, mend: "", needed: context.settings.browser.webdriver.is_none() })
}

fn other_browser(context: &Context) -> Result<Check, Failure> {
    let kind = match programs::kind(context.settings.browser.name) {
        Kind::Chrome => Kind::Firefox,
        Kind::Firefox => Kind::Chrome,
    };
    Ok(Check { what: kind.as_str(), result: pair_of(context, kind)?, mend: "", needed: false })
}

fn data_dir(context: &Context) -> Check {
    let dir = &context.data_dir;
    let hidden_from_snap = dir.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
    let browser = context.settings.browser.chromium.clone().unwrap_or_else(|| "/snap/bin/chromium".into());
    let result = if hidden_from_snap && browser.starts_with("/snap") && browser.exists() {
        Err(format!("{}: a browser from a snap may not use hidden folders", dir.display()))
    } else {
        Ok(dir.display().to_string())
    };
    Check {
        what: "data directory",
        result,
        mend: "name another with --data-dir, or install the browser another way",
        needed: false,
    }
}

fn ledger(context: &Context) -> Check {
    let result =
        context.ledger().map(|_| "opens, only you can read it".to_owned()).map_err(|failure| failure.to_string());
    Check { what: "ledger", result, mend: "", needed: true }
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
    Check { what: "free space", result, mend: "make room: 900 removals with pictures take up to 1 GB", needed: false }
}

fn pack(context: &Context) -> Check {
    let result = context
        .pack()
        .map(|pack| {
            let never = pack.flows.values().filter(|flow| flow.seen.as_ref().is_none_or(|seen| seen.value == "never")).count();
            let age = if never == 0 { String::new() } else { format!("; {never} of {} flows were written from second-hand descriptions: your rehearsal is the first check", pack.flows.len()) };
            format!("{}{age}", pack.site.pack.value)
        })
        .map_err(|failure| failure.to_string());
    Check { what: "flow pack", result, mend: "`exeunt selectors lint` shows its mistakes", needed: true }
}

fn zone(context: &Context) -> Check {
    let result = if context.zone().is_unknown() {
        Err("this machine does not say in which time zone it is; times are shown in UTC".to_owned())
    } else {
        Ok(format!("{}; it is {} now", context.zone_now(), context.time(context.clock.now().utc)))
    };
    Check { what: "time zone", result, mend: "set it: time.zone = \"Europe/Berlin\" in the settings", needed: false }
}

fn screen() -> Check {
    let result = if screen::is_there() {
        Ok("there is one".to_owned())
    } else {
        Err("there is none: browsers run without a window, but `login` needs one".to_owned())
    };
    Check { what: "screen", result, mend: screen::MEND, needed: false }
}

/// The account's browser profile: where it is, whose it is, and whether something copies it elsewhere.
fn profile(context: &Context) -> Result<Check, Failure> {
    let (result, mend) = profile::about(context)?;
    Ok(Check { what: "browser profile", result, mend, needed: false })
}

/// Needed only where somebody chose it: for a password, or for the key that seals proof.
fn keyring() -> Check {
    let result = match password::keeper(|_| Ok(())) {
        Ok(()) => Ok("it answers; `exeunt password keep` puts the account's password there".to_owned()),
        Err(failure) => Err(failure.what),
    };
    Check {
        what: "keyring",
        result,
        mend: "not needed: passwords are asked for at the terminal, and the seal's key is kept in a file",
        needed: false,
    }
}

/// The program of the settings that is told what happens; it is looked for and not started.
fn told(context: &Context) -> Check {
    let result = match notify::program(context) {
        None => Ok("no program is told what happens: notify.command is empty".to_owned()),
        Some(found) => found.map(|path| format!("{} is told what happens", path.display())),
    };
    Check { what: "notify", result, mend: "set notify.command in the settings to what can be started", needed: false }
}

fn synced(context: &Context) -> Check {
    let result = match profile::syncer_of(&context.data_dir) {
        None => Ok("no folder above it is known to be copied elsewhere".to_owned()),
        Some(what) => Err(format!("{} lies in a folder of {what}", context.data_dir.display())),
    };
    Check {
        what: "copies",
        result,
        mend: "name another folder with --data-dir: whoever gets a copy of the browser profile is signed in as you",
        needed: false,
    }
}
