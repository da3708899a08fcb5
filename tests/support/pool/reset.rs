//! Brings a session back to where a new one stands, and proves it by reading back.
//!
//! Every window but a new one is closed, with its prompts, frames, histories and what was on its way. What pages keep is
//! deleted for all origins at once and counted afterwards: Firefox's own code counts it; Chromium cannot list what it keeps
//! of origins that nobody names, so that a page of the pool's, an origin that the deletion does not name either, keeps
//! something of each kind before, and must find none of it afterwards.

use std::time::{Duration, Instant};

use exeunt::browser::binary::Kind;
use serde_json::{Value, json};

use super::slot::{Failure, Slot};

/// How many prompts in a row are closed before a page counts as one that never stops.
const PROMPTS: usize = 4;
/// How long a new window may take to be in front, and a worker whose page is gone to end.
const SETTLING: Duration = Duration::from_secs(5);

/// What an empty window shows.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct View {
    /// Where it lies on the screen, and how large it is.
    rect: Value,
    /// The page's size, and the pixels of the screen for one of the page.
    inside: Value,
}

/// Resets a session. `blank` is an empty page of an origin that no client has.
///
/// # Errors
/// Something failed, or is not as in a new session. The session must not be used any more.
pub(super) fn reset(slot: &Slot, blank: &str) -> Result<(), Failure> {
    slot.set_timeouts(&json!({"script": 5000, "pageLoad": 5000, "implicit": 0}))?;
    leave_windows(slot)?;
    match slot.kind {
        Kind::Chrome => forget_chrome(slot, blank)?,
        Kind::Firefox => forget_firefox(slot)?,
    }
    if slot.get("window/rect")? != slot.home.rect {
        slot.post("window/rect", &slot.home.rect)?;
    }
    slot.delete("actions")?;
    as_new(slot)
}

/// Opens a new window and closes all others. A prompt closes first: nothing else works before it.
fn leave_windows(slot: &Slot) -> Result<(), Failure> {
    let old = handles(slot)?;
    for window in &old {
        switch(slot, window)?;
        close_prompts(slot)?;
    }
    // The oldest has the size and the bars of a new session's.
    let oldest = old.first().ok_or_else(|| Failure::of("no window is left"))?;
    switch(slot, oldest)?;
    replace(slot, &old)
}

/// Opens a tab beside the window that is in use, closes these ones, and goes on in the tab.
fn replace(slot: &Slot, old: &[String]) -> Result<(), Failure> {
    let new = slot.post("window/new", &json!({"type": "tab"}))?;
    let new = new["handle"].as_str().ok_or_else(|| Failure::of("a new window has a name"))?;
    for window in old {
        switch(slot, window)?;
        slot.delete("window")?;
    }
    switch(slot, new)
}

fn handles(slot: &Slot) -> Result<Vec<String>, Failure> {
    serde_json::from_value(slot.get("window/handles")?).map_err(Failure::of)
}

fn switch(slot: &Slot, window: &str) -> Result<(), Failure> {
    slot.post("window", &json!({"handle": window})).map(drop)
}

fn close_prompts(slot: &Slot) -> Result<(), Failure> {
    for _ in 0..PROMPTS {
        match slot.post("alert/dismiss", &json!({})) {
            Ok(_) => {}
            Err(failure) if failure.name == "no such alert" => return Ok(()),
            Err(failure) => return Err(failure),
        }
    }
    Err(Failure::of("a prompt opens again each time"))
}

/// What a page can keep, each counted.
const TRACES: &str = r"
const traces = async () => ({
    cookie: document.cookie !== '',
    local: localStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
});";

/// Keeps something of each kind.
const PLANT: &str = r"
document.cookie = 'canary=1; max-age=600';
localStorage.canary = '1';
await new Promise((done, failed) => {
    const asked = indexedDB.open('canary');
    asked.onsuccess = () => { asked.result.close(); done(); };
    asked.onerror = failed;
});
await (await caches.open('canary')).put('/canary', new Response('1'));";

fn forget_chrome(slot: &Slot, blank: &str) -> Result<(), Failure> {
    let script = |body: &str| script(slot, &format!("return (async () => {{ {TRACES} {body} return traces(); }})()"));
    slot.post("url", &json!({"url": blank}))?;
    expect(
        "a page keeps what it is told",
        &script(PLANT)?,
        &json!({
            "cookie": true, "local": 1, "databases": 1, "caches": 1,
        }),
    )?;
    let everywhere = json!({"origin": "*", "storageTypes": "all"});
    for (command, parameters) in [
        ("Storage.clearDataForOrigin", everywhere),
        ("Network.clearBrowserCookies", json!({})),
        ("Network.clearBrowserCache", json!({})),
        ("Browser.resetPermissions", json!({})),
    ] {
        devtools(slot, command, &parameters)?;
    }
    expect("no cookie is left", &devtools(slot, "Storage.getCookies", &json!({}))?["cookies"], &json!([]))?;
    slot.post("url", &json!({"url": format!("{blank}/again")}))?;
    expect(
        "nothing that a page keeps is left",
        &script("")?,
        &json!({
            "cookie": false, "local": 0, "databases": 0, "caches": 0,
        }),
    )?;
    replace(slot, &handles(slot)?)?;
    devtools(slot, "Page.bringToFront", &json!({}))?;
    // A worker ends a moment after the last page that it served.
    within(SETTLING, || {
        let targets = devtools(slot, "Target.getTargets", &json!({}))?;
        let targets = targets["targetInfos"].as_array().cloned().unwrap_or_default();
        let alive = targets.iter().filter(|target| target["type"] != "browser_ui" && target["type"] != "tab");
        let kinds: Vec<&Value> = alive.map(|target| &target["type"]).collect();
        expect("one page and no worker is left", &json!(kinds), &json!(["page"]))
    })
}

fn devtools(slot: &Slot, command: &str, parameters: &Value) -> Result<Value, Failure> {
    slot.post("goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
}

/// Deletes all that Firefox keeps of any site, and reads what it still has.
const FORGET: &str = r#"
const done = arguments[0];
(async () => {
    const failed = await new Promise(over =>
        Services.clearData.deleteData(Ci.nsIClearDataService.CLEAR_ALL, { onDataDeleted: over }));
    const storage = await new Promise(over => {
        Services.qms.listOrigins().callback = answer => over(answer.resultCode === 0 ? answer.result : ["unknown"]);
    });
    const zooms = await new Promise(over => {
        let found = 0;
        Cc["@mozilla.org/content-pref/service;1"].getService(Ci.nsIContentPrefService2).getByName(
            "browser.content.full-zoom", null, { handleResult: () => found++, handleCompletion: () => over(found) });
    });
    const workers = Cc["@mozilla.org/serviceworkers/manager;1"].getService(Ci.nsIServiceWorkerManager);
    const windows = [...Services.wm.getEnumerator("navigator:browser")];
    return {
        failed,
        storage,
        zooms,
        cookies: Services.cookies.cookies.length,
        workers: workers.getAllRegistrations().length,
        tabs: windows.map(window => window.gBrowser.tabs.length),
        zoom: windows.map(window => window.ZoomManager.zoom),
    };
})().then(done, error => done(String(error)));"#;

fn forget_firefox(slot: &Slot) -> Result<(), Failure> {
    slot.post("moz/context", &json!({"context": "chrome"}))?;
    let left = slot.post("execute/async", &json!({"script": FORGET, "args": []}))?;
    slot.post("moz/context", &json!({"context": "content"}))?;
    expect(
        "nothing is left",
        &left,
        &json!({
            "failed": 0, "storage": [], "zooms": 0, "cookies": 0, "workers": 0, "tabs": [1], "zoom": [1],
        }),
    )
}

/// The window is the only one, empty, in front, and as large as a new session's.
fn as_new(slot: &Slot) -> Result<(), Failure> {
    expect("one window is left", &json!(handles(slot)?.len()), &json!(1))?;
    within(SETTLING, || {
        let empty = "return [location.href, history.length, document.visibilityState, document.hasFocus(), \
                     window.name, window.opener === null, frames.length]";
        let new = json!(["about:blank", 1, "visible", true, "", true, 0]);
        expect("the window is empty and in front", &script(slot, empty)?, &new)?;
        let View { rect, inside } = view(slot)?;
        expect("the window lies where it lay", &rect, &slot.home.rect)?;
        expect("the page is as large as it was", &inside, &slot.home.inside)
    })
}

/// How the window is now.
pub(super) fn view(slot: &Slot) -> Result<View, Failure> {
    let rect = slot.get("window/rect")?;
    let inside = script(slot, "return [innerWidth, innerHeight, devicePixelRatio, visualViewport.scale]")?;
    Ok(View { rect, inside })
}

fn script(slot: &Slot, text: &str) -> Result<Value, Failure> {
    slot.post("execute/sync", &json!({"script": text, "args": []}))
}

fn expect(what: &str, is: &Value, wanted: &Value) -> Result<(), Failure> {
    let fits = is == wanted;
    if fits { Ok(()) } else { Err(Failure::of(format_args!("{what}: {is} in the place of {wanted}"))) }
}

/// Asks again and again, until it fits or the time is over.
fn within(time: Duration, mut look: impl FnMut() -> Result<(), Failure>) -> Result<(), Failure> {
    let until = Instant::now() + time;
    loop {
        match look() {
            Err(_) if Instant::now() < until => std::thread::yield_now(),
            seen => return seen,
        }
    }
}
