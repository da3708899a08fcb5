//! What one client leaves in each way that a page, a person or a driver knows, the next client does not find.

use exeunt::browser::binary::Kind;
use serde_json::{Value, json};

use super::guest::{Guest, Place};
use super::pool::Pool;

/// What can be seen from a page of an origin, and from the session.
const SEEN: &str = "
    const files = [];
    for await (const name of (await navigator.storage.getDirectory()).keys()) { files.push(name); }
    return {
        cookie: document.cookie,
        local: localStorage.length,
        session: sessionStorage.length,
        databases: (await indexedDB.databases()).length,
        caches: (await caches.keys()).length,
        files,
        workers: (await navigator.serviceWorker.getRegistrations()).length,
        controlled: navigator.serviceWorker.controller !== null,
        answer: await (await fetch('/answer')).text(),
        name: window.name,
        opener: window.opener === null,
        size: [innerWidth, innerHeight, outerWidth, outerHeight, devicePixelRatio],
        shown: [document.visibilityState, document.hasFocus()],
        permission: (await navigator.permissions.query({ name: 'notifications' })).state,
        frame: window === top,
        armed: window.armed === undefined,
    };";

/// All that a client sees of what was before it, read in the first seconds of its session.
fn seen(guest: &Guest, places: &[&Place]) -> Value {
    let before = json!({
        // Chromium shows a page of its own where it has just started.
        "blank": matches!(guest.ask("GET", "url", &Value::Null).as_str(), Some("data:," | "about:blank")),
        "windows": guest.ask("GET", "window/handles", &Value::Null).as_array().map(Vec::len),
        "prompt": guest.ask("GET", "alert/text", &Value::Null)["error"],
        "timeouts": guest.ask("GET", "timeouts", &Value::Null),
        "rect": guest.ask("GET", "window/rect", &Value::Null),
        "history": guest.script("return history.length"),
    });
    let mut pages = Vec::new();
    for place in places {
        guest.goto(&place.origin);
        let mut page = guest.script(SEEN);
        let asked = place.asked("/kept");
        guest.script("return (await fetch('/kept')).status");
        page["from a cache"] = json!(place.asked("/kept") == asked);
        pages.push(page);
    }
    json!({"before": before, "pages": pages})
}

/// Keeps everything that a page can keep.
const KEEP: &str = "
    document.cookie = 'plain=1; max-age=6000';
    document.cookie = 'passing=1';
    document.cookie = 'apart=1; Secure; SameSite=None; Partitioned; max-age=6000';
    localStorage.kept = '1';
    sessionStorage.kept = '1';
    window.name = 'kept';
    await new Promise((done, failed) => {
        const asked = indexedDB.open('kept', 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore('kept');
        asked.onsuccess = done;
        asked.onerror = failed;
    });
    await (await caches.open('kept')).put('/x', new Response('kept'));
    const root = await navigator.storage.getDirectory();
    await root.getFileHandle('kept', { create: true });
    await fetch('/kept');
    return document.cookie;";

fn keep(guest: &Guest, place: &Place) {
    guest.goto(&place.origin);
    let cookies = guest.script(KEEP);
    assert!(cookies.as_str().unwrap().contains("apart=1"), "{cookies}");
}

fn new_window(guest: &Guest, kind: &str) {
    let window = guest.post("window/new", &json!({"type": kind}));
    guest.post("window", &json!({"handle": window["handle"]}));
}

/// The ways, by name. Each begins in a session in which nothing was loaded yet.
type Way = (&'static str, fn(&Guest, &Place, &Place));

const WAYS: [Way; 15] = [
    ("what a page keeps", |guest, place, _| keep(guest, place)),
    ("what a page of an origin keeps that no command names", |guest, place, other| {
        guest.goto(&place.origin);
        let opened = format!("window.open('{}/', 'other')", other.origin);
        guest.post("execute/sync", &json!({"script": opened, "args": []}));
        let windows = guest.ask("GET", "window/handles", &Value::Null);
        guest.post("window", &json!({"handle": windows[1]}));
        // A script that waits in the first, empty document would go with it.
        let there = format!("return location.origin === '{}' && document.readyState === 'complete'", other.origin);
        while guest.ask("POST", "execute/sync", &json!({"script": there, "args": []})) != true {
            std::thread::yield_now();
        }
        guest.script(KEEP);
    }),
    ("a service worker", |guest, place, _| {
        guest.goto(&place.origin);
        guest.script("await navigator.serviceWorker.register('/worker.js'); await navigator.serviceWorker.ready;");
        let answer = "while (!navigator.serviceWorker.controller) { await new Promise(requestAnimationFrame); }
                      return (await fetch('/answer')).text();";
        assert_eq!(guest.script(answer), "from the worker");
    }),
    ("a second tab", |guest, place, other| {
        keep(guest, place);
        new_window(guest, "tab");
        guest.goto(&other.origin);
    }),
    ("a second window, and the first one closed", |guest, place, other| {
        guest.goto(&place.origin);
        let first = guest.ask("GET", "window", &Value::Null);
        new_window(guest, "window");
        keep(guest, other);
        guest.post("window", &json!({"handle": first}));
        guest.ask("DELETE", "window", &Value::Null);
    }),
    ("an open alert", |guest, place, _| {
        guest.goto(&place.origin);
        guest.script("setTimeout(() => alert('left'), 0)");
        prompts(guest, "left");
    }),
    ("an open question in a window that is not in use", |guest, place, other| {
        guest.goto(&place.origin);
        let first = guest.ask("GET", "window", &Value::Null);
        new_window(guest, "tab");
        guest.goto(&other.origin);
        guest.script("setTimeout(() => confirm('really'), 0)");
        prompts(guest, "really");
        guest.post("window", &json!({"handle": first}));
    }),
    ("a page that asks before it is left", |guest, place, _| {
        guest.goto(&place.origin);
        guest.script("addEventListener('beforeunload', event => event.preventDefault())");
        let key = json!([{"type": "keyDown", "value": "a"}, {"type": "keyUp", "value": "a"}]);
        guest.post("actions", &json!({"actions": [{"type": "key", "id": "keys", "actions": key}]}));
    }),
    ("a frame", |guest, place, _| {
        guest.goto(&place.origin);
        guest.post("frame", &json!({"id": 0}));
        guest.script("top.armed = true; window.name = 'frame'");
    }),
    ("another size", |guest, place, _| {
        guest.goto(&place.origin);
        guest.post("window/rect", &json!({"x": 30, "y": 40, "width": 700, "height": 500}));
    }),
    ("the full screen", |guest, place, _| {
        guest.goto(&place.origin);
        guest.post("window/fullscreen", &json!({}));
    }),
    ("a zoom", |guest, place, _| {
        guest.goto(&place.origin);
        // What a person would press; what the page itself does to its size goes with it.
        guest.with_control("+=");
        guest.script("document.documentElement.style.zoom = 2");
    }),
    ("a navigation under way", |guest, place, _| {
        keep(guest, place);
        let asked = place.asked("/never");
        guest.post("execute/sync", &json!({"script": "setTimeout(() => location.assign('/never'), 400)", "args": []}));
        while place.asked("/never") == asked {
            std::thread::yield_now();
        }
    }),
    ("patience", |guest, place, _| {
        guest.goto(&place.origin);
        guest.post("timeouts", &json!({"script": 1, "pageLoad": 2, "implicit": 3}));
    }),
    ("a key and a button held", |guest, place, _| {
        guest.goto(&place.origin);
        let key = json!([{"type": "keyDown", "value": "\u{e008}"}]);
        let button = json!([{"type": "pointerMove", "x": 5, "y": 5}, {"type": "pointerDown", "button": 0}]);
        guest.post(
            "actions",
            &json!({"actions": [
                {"type": "key", "id": "keys", "actions": key},
                {"type": "pointer", "id": "mouse", "actions": button},
            ]}),
        );
    }),
];

fn prompts(guest: &Guest, text: &str) {
    while guest.ask("GET", "alert/text", &Value::Null) != text {
        std::thread::yield_now();
    }
}

#[test]
fn nothing_that_a_client_leaves_is_seen_by_the_next_in_chrome() {
    nothing_is_seen(Kind::Chrome);
}

#[test]
fn nothing_that_a_client_leaves_is_seen_by_the_next_in_firefox() {
    nothing_is_seen(Kind::Firefox);
}

fn nothing_is_seen(kind: Kind) {
    let pool = Pool::start();
    let (place, other) = (Place::start(), Place::start());
    let first = Guest::new(&pool.url, kind);
    let fresh = seen(&first, &[&place, &other]);
    first.leave();
    assert_eq!(fresh["before"]["blank"], true, "{fresh}");
    for (name, dirty) in WAYS {
        let guest = Guest::new(&pool.url, kind);
        dirty(&guest, &place, &other);
        guest.leave();
        pool.settle();
        let counts = pool.counts();
        assert!(counts.dropped.iter().all(|why| is_usual(why)), "{kind}, {name}: {counts:?}");
        let next = Guest::new(&pool.url, kind);
        assert_eq!(seen(&next, &[&place, &other]), fresh, "{kind}, {name}");
        next.leave();
    }
    pool.settle();
    let counts = pool.counts();
    let clients = 2 * u32::try_from(WAYS.len()).unwrap() + 1;
    assert_eq!(counts.handed, clients);
    assert_eq!(
        counts.started as usize,
        counts.dropped.len() + 1,
        "{kind}: every other session is still there: {counts:?}"
    );
    assert!(counts.started <= 3, "{kind}: {counts:?}");
}

/// Whether it is no surprise that a session ended for this reason: it was old, or a page that never came held it up.
fn is_usual(why: &str) -> bool {
    why.contains("enough clients") || why.contains("Timed out receiving message from renderer")
}
