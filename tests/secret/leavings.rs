//! What is left of a secret while it is typed and afterwards: nothing, anywhere.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use exeunt::browser::open::{Open, open};
use exeunt::browser::page::{Page as _, PageError};
use serde_json::json;

use super::bed::{self, BOTH, CODE, PASSWORD, Pages};
use super::gateway::Gateway;
use crate::support::drivers;

const PAGES: Pages = &[
    (
        "/",
        "<h1>Sign in</h1><form method=post action=/next><input id=p name=p type=password>
            <input id=c name=c type=text autocomplete=one-time-code><input id=t name=t type=text>
            <button id=go>Go</button></form>",
    ),
    ("/next", "<h1>Next</h1><a href=/last id=on>on</a>"),
    ("/last", "<h1>Last</h1>"),
];

/// Every way in which a secret may lie in bytes.
fn needles() -> Vec<Vec<u8>> {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let escaped = serde_json::to_string(PASSWORD).unwrap();
    vec![
        PASSWORD.into(),
        wide(PASSWORD),
        escaped.trim_matches('"').into(),
        exeunt::event::id::percent_encode(PASSWORD).into(),
        // Its first part, which every escape leaves alone.
        b"cAnary-p".to_vec(),
        wide("cAnary-p"),
        CODE.into(),
        wide(CODE),
    ]
}

fn holds(bytes: &[u8]) -> bool {
    needles().iter().any(|needle| bytes.windows(needle.len()).any(|window| window == needle.as_slice()))
}

/// Every file below a folder that holds a secret.
fn files_with_it(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        // The browser deletes as it goes.
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            let Ok(data) = std::fs::symlink_metadata(&path) else { continue };
            if data.is_dir() {
                folders.push(path);
            } else if data.is_file() && std::fs::read(&path).is_ok_and(|bytes| holds(&bytes)) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

/// Every process whose arguments or variables hold a secret.
fn processes_with_it() -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        for what in ["cmdline", "environ"] {
            let path = entry.path().join(what);
            if std::fs::read(&path).is_ok_and(|bytes| holds(&bytes)) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

/// What is logged, whoever logs it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_file_no_process_and_no_log_holds_what_was_typed() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let profile = Some(place.path().join("profile"));
        let origin = bed::serve(PAGES).await;
        let mut page = open(Open { profile, ..drivers::options(kind, &origin, place.path()) }).await.unwrap();
        page.goto("/").await.unwrap();
        bed::type_password(&mut page, "#p").await.unwrap();
        bed::type_code(&mut page, "#c").await.unwrap();
        bed::type_code(&mut page, "#t").await.unwrap();
        assert_eq!(processes_with_it(), [""; 0], "{kind}");
        let go = bed::armed(&mut page, "#go").await;
        page.click(&go).await.unwrap();
        bed::shows(&mut page, "h1", "Next").await;
        let on = bed::armed(&mut page, "#on").await;
        page.click(&on).await.unwrap();
        bed::shows(&mut page, "h1", "Last").await;
        tracing::trace!("a mark of the test");
        assert_eq!(files_with_it(place.path()), [""; 0], "{kind}, while it runs");
        page.close().await;
        assert_eq!(files_with_it(place.path()), [""; 0], "{kind}, after it");
    }
    let log = log.0.lock().unwrap();
    assert!(String::from_utf8_lossy(&log).contains("a mark of the test"), "the log was listened to");
    assert!(!holds(&log), "{}", String::from_utf8_lossy(&log));
}

#[tokio::test]
async fn one_command_holds_it_and_that_is_the_one_that_types() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = bed::serve(PAGES).await;
        let gateway = Gateway::start(kind, place.path(), json!({})).await;
        let mut page = gateway.page(kind, &origin, place.path()).await;
        page.goto("/").await.unwrap();
        bed::type_password(&mut page, "#p").await.unwrap();
        bed::type_code(&mut page, "#t").await.unwrap();
        assert!(matches!(page.shot(None).await, Err(PageError::Unproved(_))), "{kind}");
        assert!(matches!(page.snapshot().await, Err(PageError::Unproved(_))), "{kind}");
        bed::shows(&mut page, "h1", "Sign in").await;
        let with: Vec<String> = gateway
            .commands()
            .into_iter()
            .filter(|(path, body)| holds(body.as_bytes()) || holds(path.as_bytes()))
            .map(|(path, _)| path)
            .collect();
        assert_eq!(with.len(), 2, "{kind}: {with:?}");
        assert!(with.iter().all(|path| path.ends_with("/value") && path.contains("/element/")), "{kind}: {with:?}");
        page.close().await;
    }
}
